"""The end of a run: what was published, where, and a handful of headline figures read from it."""

from dataclasses import dataclass
from pathlib import Path

import duckdb


@dataclass(frozen=True)
class Headline:
    """
    One figure: its label, the marts it needs, and a query that gives it as text ({currency} is
    filled in).
    """

    label: str
    marts: tuple[str, ...]
    query: str


HEADLINES = (
    Headline(
        "Web sessions",
        ("fct_sessions",),
        "select format('{{:,}}, of them {{:,}} of known people', count(*), count(person_key)) from"
        " marts.fct_sessions",
    ),
    Headline(
        "Touchpoints",
        ("fct_touchpoints",),
        "select format('{{:,}} over {{:,}} channels', count(*), count(distinct channel)) from"
        " marts.fct_touchpoints",
    ),
    Headline(
        "Leads",
        ("dim_people",),
        "select format('{{:,}} of {{:,}} people', count(became_lead_at), count(*)) from"
        " marts.dim_people",
    ),
    Headline(
        "Marketing-qualified leads",
        ("fct_journeys",),
        "select format('{{:,}} journeys', count(mql_at)) from marts.fct_journeys",
    ),
    Headline(
        "Opportunities",
        ("fct_opportunities",),
        "select format('{{:,}}, {{:,}} of them open', count(*), count(*) filter (where not"
        " is_closed))"
        " from marts.fct_opportunities",
    ),
    Headline(
        "Won deals",
        ("fct_opportunities",),
        "select format('{{:,}}, {{:,.2f}} {currency}', count(*), coalesce(sum(amount), 0)::double)"
        " from marts.fct_opportunities where is_won",
    ),
    Headline(
        "Credited for won deals",
        ("fct_conversions", "fct_attribution_credits"),
        """select format(
            '{{:,.2f}} {currency}, exactly so by {{}} of {{}} attribution models',
            any_value(converted)::double, count(*) filter (where credited = converted), count(*)
        )
        from (
            select credits.model, sum(credits.credited_value) as credited
            from marts.fct_attribution_credits as credits
            inner join marts.fct_conversions as conversions using (conversion_id)
            where conversions.conversion_type = 'won'
            group by credits.model
        )
        cross join (
            select sum(conversion_value) as converted
            from marts.fct_conversions where conversion_type = 'won'
        )""",
    ),
    Headline(
        "Net revenue",
        ("fct_revenue_by_month",),
        "select format('{{:,.2f}} {currency} in {{}} months', coalesce(sum(net_amount), 0)::double,"
        " count(distinct period_month)) from marts.fct_revenue_by_month",
    ),
    Headline(
        "Monthly recurring revenue",
        ("fct_mrr_movements",),
        """select format('{{:,.2f}} {currency} of {{:,}} customers in {{}}', sum(end_mrr)::double,
            count(*) filter (where end_mrr > 0), strftime(period_month, '%Y-%m'))
        from marts.fct_mrr_movements
        where period_month = (select max(period_month) from marts.fct_mrr_movements)
        group by period_month""",
    ),
    Headline(
        "Raw rows set aside",
        ("rpt_rejected_rows",),
        "select format('{{:,}}, for the reasons in operations.rpt_rejected_rows',"
        " coalesce(sum(rows_count), 0)::bigint)"
        " from operations.rpt_rejected_rows",
    ),
)


def headlines(database: Path, currency: str) -> list[tuple[str, str]]:
    """
    The headline figures of a published file; those whose marts it lacks, or that have no row, are
    left out.
    """
    figures = []
    with duckdb.connect(str(database), read_only=True) as connection:
        there = {
            row[0]
            for row in connection.execute(
                "select table_name from information_schema.tables"
            ).fetchall()
        }
        for headline in HEADLINES:
            if set(headline.marts) <= there:
                row = connection.execute(headline.query.format(currency=currency)).fetchone()
                if row and row[0] is not None:
                    figures.append((headline.label, row[0]))
    return figures


def text(
    verdict: str,
    rows: dict[str, int],
    figures: list[tuple[str, str]],
    places: list[tuple[str, str]],
    seconds: float,
) -> str:
    """The closing lines of a run that went well."""
    marts = sum(name.startswith("marts.") for name in rows)
    lines = [
        "",
        f"{verdict} {marts} marts and {len(rows) - marts} operations tables, {sum(rows.values()):,}"
        f" rows",
        "",
    ]
    width = max(len(label) for label, _ in [*figures, *places])
    lines += [f"  {label:<{width}}  {figure}" for label, figure in figures]
    lines += [""] if figures else []
    lines += [f"  {label:<{width}}  {place}" for label, place in places]
    return "\n".join([*lines, "", f"  {seconds:.1f} seconds in all", ""])
