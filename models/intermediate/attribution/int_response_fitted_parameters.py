"""Fit the response to touches by penalised maximum likelihood with scripts/response_model."""

import sys

# dbt runs in the folder of the project, or of one that has installed it as a package.
sys.path += ["scripts", "dbt_packages/revenue_funnel/scripts"]

from response_model.fitting import fit_response
from response_model.tables import rows_of, units_of

TERMS = """
select step, unit_id, term, is_channel, value, fold, is_reached
from terms where sample_number <= {maximum} order by step, unit_id, term
"""
NO_ROWS = """
select
    null::varchar as step, null::varchar as term, null::boolean as is_channel, null::integer as replicate,
    null::double as estimate, null::double as standard_error, null::varchar as message
where false
"""
FITTED = """
select
    step::varchar as step, term::varchar as term, is_channel, replicate, estimate,
    case when not isnan(standard_error) then standard_error end as standard_error,
    message::varchar as message
from response_parameters
"""


def model(dbt, session):
    dbt.config(materialized="table")
    maximum = int(dbt.config.meta_get("maximum_units"))
    minimum = int(dbt.config.meta_get("minimum_won"))
    replicates = int(dbt.config.meta_get("replicates"))
    terms = dbt.ref("int_response_terms")
    # query() makes the relation available under the given name.
    found = terms.query("terms", TERMS.format(maximum=maximum)).fetchnumpy()
    won = found["is_reached"][(found["step"] == "won") & (found["term"] == "(intercept)")]
    if min(won.sum(), (~won).sum()) < minimum:
        return session.sql(NO_ROWS)
    table = units_of(found)
    session.register("response_parameters", rows_of(table, fit_response(table.units, replicates)))
    return session.sql(FITTED)
