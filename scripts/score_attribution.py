#!/usr/bin/env python3
"""
Attribution against the truth: generated companies of several shapes, what every model credits each
channel for new business won, and what each channel really caused.

    python scripts/score_attribution.py --web-events 40000 --seed 7
    python scripts/score_attribution.py --shape harvester --keep scored

error = 1/2 x sum over channels and (baseline) of |credited - true| / revenue. True is the revenue that is
lost in the same simulation, same random draws, without the channel; (baseline) is what is won without
any. Channels need each other, so that the true figures add up to more than the revenue, and no model
that splits it can reach an error of 0: the last line of each table says how near one could come. The
error of shares compares parts of the whole instead, true ones scaled to add up to 1; it orders the table,
and bias and interval coverage go by it too.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import duckdb
from demo_company.settings import DEMO_SEED, LAST_DAY
from demo_company.shapes import SHAPES, SHAPES_OF_ATTRIBUTION
from pipeline.core.settings import PROJECT_DIR, make_settings
from pipeline.inputs.dbt_vars import make_dbt_vars
from pipeline.inputs.raw_files import find_files

SCRIPTS = Path(__file__).resolve().parent
MODELS = ("fct_attribution_credits", "rpt_channel_effects", "fct_opportunities")

# Won new business of the simulated market: neither planted cases nor contracts that were there before.
CREDITED = """
    create temp table scored as
    select
        credits.model, credits.channel,
        sum(credits.credited_value)::double as credited,
        sum(credits.credit_share) as credited_opportunities
    from build.marts.fct_attribution_credits as credits
    inner join build.marts.fct_conversions as conversions using (conversion_id)
    inner join build.marts.fct_opportunities as opportunities using (opportunity_id)
    where
        credits.conversion_type = 'won'
        and opportunities.opportunity_type = 'new_business'
        and opportunities.opportunity_id not like '006X%'
    group by all;

    insert into scored
    select 'markov (classical)', channel, effect_share * (
        select sum(credited) from scored where model = 'linear'
    ), effect_share * (select sum(credited_opportunities) from scored where model = 'linear')
    from build.marts.rpt_channel_effects
    where model = 'markov' and conversion_type = 'won';
"""

SCORES = """
    with revenue as (
        select
            max(revenue_with)::double as revenue,
            sum(incremental_revenue)::double as caused_in_all,
            sum(incremental_won_deals)::double as deals_in_all
        from truth
    ),

    models as (
        select distinct model from scored
    ),

    channels as (
        select channel from truth union select channel from scored
    ),

    compared as (
        select
            models.model, channels.channel, revenue.revenue,
            coalesce(scored.credited, 0) as credited,
            coalesce(truth.incremental_revenue, 0)::double as caused,
            coalesce(truth.incremental_revenue, 0)::double / revenue.caused_in_all
                * revenue.revenue as scaled
        from models
        cross join channels
        cross join revenue
        left join scored on scored.model = models.model and scored.channel = channels.channel
        left join truth on truth.channel = channels.channel
    ),

    ranked as (
        select
            *,
            rank() over (partition by model order by credited) as credited_rank,
            rank() over (partition by model order by caused) as caused_rank
        from compared
        where channel not like '(%'
    ),

    correlations as (
        select model, case when stddev(caused_rank) > 0 then corr(credited_rank, caused_rank) end
            as rank_correlation
        from ranked
        group by model
    ),

    -- Renewals and contracts that were there before have no touches: intervals are of all won opportunities, the
    -- truth of those with a cause.
    touched as (
        select model, sum(effect_share) filter (where channel not like '(%') as touched_share
        from build.marts.rpt_channel_effects
        where conversion_type = 'won'
        group by model
    ),

    covered as (
        select effects.model,
            avg((true_share * touched_share between low and high)::integer) as coverage
        from build.marts.rpt_channel_effects as effects
        inner join touched using (model)
        inner join (
            select channel, incremental_won_deals / nullif(deals_in_all, 0) as true_share
            from truth
            cross join revenue
        ) as shares on effects.channel = shares.channel
        where effects.conversion_type = 'won' and effects.low is not null
        group by effects.model
    )

    select
        compared.model,
        sum(abs(credited - caused)) / 2 / any_value(revenue) as error,
        sum(abs(credited - scaled)) / 2 / any_value(revenue) as share_error,
        any_value(rank_correlation) as rank_correlation,
        any_value(coverage) as coverage,
        arg_max(channel, credited - scaled) filter (where channel not like '(%') as most_over,
        max((credited - scaled) / revenue) filter (where channel not like '(%') as over_by,
        arg_min(channel, credited - scaled) filter (where channel not like '(%') as most_under,
        min((credited - scaled) / revenue) filter (where channel not like '(%') as under_by
    from compared
    left join correlations using (model)
    left join covered on covered.model = case
        when compared.model = 'markov (classical)' then 'markov' else nullif(compared.model, 'markov') end
    group by compared.model
    order by share_error, compared.model
"""


@dataclass(frozen=True)
class Score:
    """One shape: the truth in a few figures, and a line per model."""

    shape: str
    revenue: float
    won_count: int
    baseline: float
    caused: float
    reachable_error: float
    models: list[dict]
    bias: dict[str, dict[str, float]]


def run(command: list[str], environment: dict[str, str]) -> None:
    """Runs a command to its end; one that fails ends the scoring with its last words."""
    done = subprocess.run(
        command, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command[:3])} failed:\n{(done.stdout + done.stderr)[-3000:]}")


def build(raw: Path, work: Path) -> Path:
    """The marts that are scored, built from a raw location; returns the database."""
    settings = make_settings(
        target="duckdb",
        full_refresh=True,
        raw_location=str(raw),
        as_of=LAST_DAY.isoformat(),
        vars_file=None,
    )
    work.mkdir(parents=True, exist_ok=True)
    run(
        [
            *(sys.executable, "-m", "dbt.cli.main", "--quiet", "build", "--target", "duckdb"),
            *("--project-dir", str(PROJECT_DIR), "--profiles-dir", str(PROJECT_DIR)),
            *("--select", " ".join(f"+{model}" for model in MODELS)),
            *("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test"),
            *("--vars", json.dumps(make_dbt_vars(settings, find_files(raw)))),
        ],
        {
            "WAREHOUSE_DIR": str(work),
            "DBT_TARGET_PATH": str(work / "target"),
            "DBT_LOG_PATH": str(work / "logs"),
        },
    )
    return work / "build.duckdb"


def read_score(shape: str, truth: Path, database: Path) -> Score:
    con = duckdb.connect()
    con.execute(f"attach '{database}' as build (read_only)")
    file = next(truth.glob("channel_effects.*"))
    con.execute(f"create temp table truth as select * from '{file}'")
    con.execute(CREDITED)
    found = con.execute(SCORES)
    names = [column[0] for column in found.description]
    models = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    revenue, baseline, caused = con.execute(
        """select max(revenue_with)::double,
            sum(incremental_revenue) filter (where channel = '(baseline)')::double,
            sum(incremental_revenue) filter (where channel <> '(baseline)')::double
        from truth"""
    ).fetchone()
    credited, won_count = con.execute(
        "select sum(credited), round(sum(credited_opportunities)) from scored where model = 'linear'"
    ).fetchone()
    if abs(credited - revenue) > 0.005 * revenue:
        raise SystemExit(
            f"{shape}: credited {credited:,.2f}, but the truth knows of {revenue:,.2f} won."
        )
    bias: dict[str, dict[str, float]] = {}
    for model, channel, share in con.execute(
        """select models.model, channels.channel,
            (coalesce(credited, 0) / $1) - coalesce(incremental_revenue, 0)::double / $2
        from (select distinct model from scored) as models
        cross join (select channel from scored union select channel from truth) as channels
        left join scored using (model, channel)
        left join truth using (channel)
        order by all""",
        [revenue, baseline + caused],
    ).fetchall():
        bias.setdefault(model, {})[channel] = share
    reachable = abs(revenue - baseline - caused) / 2 / revenue
    return Score(shape, revenue, int(won_count), baseline, caused, reachable, models, bias)


def markdown(score: Score) -> str:
    """The table of a shape, as it stands in docs/attribution_scores.md."""

    def number(value: float | None, digits: int = 2) -> str:
        return "" if value is None else f"{value:.{digits}f}"

    lines = [
        f"### {score.shape}",
        "",
        f"{score.won_count} won opportunities, {score.revenue:,.0f}; without any channel"
        f" {score.baseline / score.revenue:.0%} of it; what the channels cause, each by itself, adds up to"
        f" {score.caused / score.revenue:.0%}.",
        "",
        "| model | error | error of shares | rank correlation | interval coverage | most over"
        " | most under |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for row in score.models:
        lines.append(
            f"| {row['model']} | {number(row['error'], 3)} | {number(row['share_error'], 3)}"
            f" | {number(row['rank_correlation'])}"
            f" | {number(row['coverage'])} | {row['most_over']} {row['over_by']:+.0%}"
            f" | {row['most_under']} {row['under_by']:+.0%} |"
        )
    lines.append(
        f"| *the best that a split can do* | {number(score.reachable_error, 3)} | 0.000 | | | | |"
    )
    return "\n".join(lines)


def bias_table(scores: list[Score], model: str) -> str:
    """Credited share minus true share per channel and shape."""
    channels = sorted({channel for score in scores for channel in score.bias.get(model, {})})
    lines = [
        f"### Bias per channel: {model}",
        "",
        f"| channel | {' | '.join(score.shape for score in scores)} |",
        f"| --- |{' --- |' * len(scores)}",
    ]
    for channel in channels:
        cells = [score.bias.get(model, {}).get(channel) for score in scores]
        lines.append(
            f"| {channel} | {' | '.join('' if c is None else f'{c:+.0%}' for c in cells)} |"
        )
    return "\n".join(lines)


def parse_arguments(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--web-events", type=int, default=40_000, help="size (default %(default)s)")
    parser.add_argument("--seed", type=int, default=DEMO_SEED)
    parser.add_argument(
        "--shape",
        action="append",
        choices=sorted(SHAPES),
        help="score these only (default: those that bend causes)",
    )
    parser.add_argument(
        "--bias", default="linear", metavar="MODEL", help="of which the bias per channel is printed"
    )
    parser.add_argument(
        "--keep", type=Path, metavar="DIR", help="keep raw data and databases there"
    )
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    given = parse_arguments(arguments)
    with tempfile.TemporaryDirectory(prefix="scoring-") as temporary:
        place = given.keep or Path(temporary)
        scores = []
        for shape in given.shape or SHAPES_OF_ATTRIBUTION:
            raw = place / shape / "raw"
            raw.mkdir(parents=True, exist_ok=True)
            run(
                [
                    *(sys.executable, str(SCRIPTS / "generate_data.py"), "--quiet"),
                    *("--shape", shape, "--seed", str(given.seed)),
                    *("--web-events", str(given.web_events), "--out", str(raw)),
                ],
                {},
            )
            database = build(raw, place / shape / "warehouse")
            scores.append(read_score(shape, raw / "truth", database))
            print(markdown(scores[-1]), end="\n\n", flush=True)
        print(bias_table(scores, given.bias))
    return 0


if __name__ == "__main__":
    sys.exit(main())
