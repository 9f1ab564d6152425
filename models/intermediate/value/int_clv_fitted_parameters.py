"""Fit BG/NBD and Gamma-Gamma by maximum likelihood with scripts/customer_value."""

import sys

# dbt runs in the folder of the project, or of one that has installed it as a package.
sys.path += ["scripts", "dbt_packages/revenue_funnel/scripts"]

from customer_value.bg_nbd import fit_bg_nbd
from customer_value.gamma_gamma import fit_gamma_gamma

FREQUENCIES = """
select fit_period, frequency, recency_weeks, age_weeks, count(*) as customers_count
from histories group by all order by all
"""
VALUES = """
select fit_period, frequency, repeat_amount_mean, count(*) as customers_count
from histories where frequency > 0 and repeat_amount_mean > 0 group by all order by all
"""
COLUMNS = """
select
    cast(null as varchar) as model, cast(null as varchar) as parameter, cast(null as double) as estimate,
    cast(null as double) as standard_error, cast(null as double) as log_likelihood,
    cast(null as varchar) as message
where false
"""


def model(dbt, session):
    dbt.config(materialized="table")
    histories = dbt.ref("int_purchase_histories")
    minimum = dbt.config.meta_get("minimum_repeat_customers")
    rows = []
    for name, query, fit in (
        ("bg_nbd", FREQUENCIES, fit_bg_nbd),
        ("gamma_gamma", VALUES, fit_gamma_gamma),
    ):
        # query() makes the relation available under the given name.
        found = histories.query("histories", query).fetchnumpy()
        for period in ("current", "backtest"):
            is_in_period = found["fit_period"] == period
            columns = [column[is_in_period] for key, column in found.items() if key != "fit_period"]
            frequency, counts = columns[0], columns[-1]
            if counts[frequency > 0].sum() < minimum:
                continue
            fitted = fit(*columns)
            suffix = "" if period == "current" else f"_{period}"
            rows += [
                (
                    name + suffix,
                    parameter,
                    estimate if fitted.is_converged else None,
                    fitted.standard_errors[parameter] if fitted.is_converged else None,
                    fitted.log_likelihood,
                    fitted.message,
                )
                for parameter, estimate in fitted.parameters.items()
            ]
    if not rows:
        return session.sql(COLUMNS)
    places = ", ".join(["(?, ?, ?, ?, ?, ?)"] * len(rows))
    names = "model, parameter, estimate, standard_error, log_likelihood, message"
    values = [value for row in rows for value in row]
    return session.sql(
        f"{COLUMNS} union all select * from (values {places}) as fits({names})", params=values
    )
