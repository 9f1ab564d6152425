#!/usr/bin/env python3
"""
Attribution against the truth: generated companies of several shapes, what every model credits each
channel for new business won, and what each channel really caused.

    python scripts/score_attribution.py --web-events 40000 --seed 7
    python scripts/score_attribution.py --shape harvester --keep scored

error of shares = 1/2 x sum over channels and (baseline) of |credited share - true share|: 0 is perfect, 1
is all wrong. The true effect of a channel is the revenue that is lost in the same simulation, same random
draws, without it; (baseline) is what is won without any. Channels need each other, so that their effects
add up to more than the revenue: those above 0 are scaled to add up to what is won beyond the baseline.
What a model leaves (unattributed) or hidden is a share of its own, with a true share of 0.

Two lines know nothing of the data: the same for every channel, and everything to the baseline. A model
that is no better than these knows nothing either.
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
MODELS = (
    "fct_attribution_credits",
    "rpt_channel_effects",
    "rpt_incremental_effects",
    "fct_opportunities",
)

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

    -- The response model says what the baseline is; the channels share the rest in proportion to their effects.
    insert into scored
    with effects as (
        select channel, greatest(incremental_revenue, 0)::double as effect, won_amount::double as won
        from build.marts.rpt_incremental_effects
    ),

    shares as (
        select channel, case
            when channel = '(baseline)' then effect / won
            else coalesce(effect / nullif(sum(effect) filter (where channel <> '(baseline)') over (), 0), 0)
                * (1 - sum(effect) filter (where channel = '(baseline)') over () / won)
            end as share
        from effects
    )

    select 'response', channel, share * total.credited, share * total.opportunities
    from shares
    cross join (
        select sum(credited) as credited, sum(credited_opportunities) as opportunities
        from scored
        where model = 'linear'
    ) as total;
"""

KNOWS_NOTHING = """
    insert into scored
    select 'even split over the channels', channel,
        revenue / count(*) over (), opportunities / count(*) over ()
    from (select distinct channel from scored where channel not like '(%')
    cross join (
        select sum(credited) as revenue, sum(credited_opportunities) as opportunities
        from scored
        where model = 'linear'
    )
    union all
    select 'all baseline', '(baseline)', sum(credited), sum(credited_opportunities)
    from scored
    where model = 'linear';
"""

COMPARED = """
    create temp table true_shares as
    with effects as (
        select channel,
            greatest(incremental_revenue, 0)::double as caused,
            greatest(incremental_won_deals, 0)::double as deals
        from truth
        where channel <> '(baseline)'
    ),

    baseline as (
        select incremental_revenue::double / revenue_with::double as share
        from truth
        where channel = '(baseline)'
    )

    select channel,
        coalesce(caused / nullif(sum(caused) over (), 0), 0) * (1 - share) as true_share,
        coalesce(deals / nullif(sum(deals) over (), 0), 0) * (1 - share) as true_share_of_deals
    from effects
    cross join baseline
    union all
    select '(baseline)', share, share
    from baseline;

    create temp table compared as
    select models.model, channel, coalesce(credited / revenue, 0) as credited_share,
        coalesce(true_share, 0) as true_share
    from (select model, sum(credited) as revenue from scored group by model) as models
    cross join (select channel from scored union select channel from true_shares)
    left join scored using (model, channel)
    left join true_shares using (channel);
"""

SCORES = """
    with ranked as (
        select
            *,
            rank() over (partition by model order by credited_share) as credited_rank,
            rank() over (partition by model order by true_share) as true_rank
        from compared
        where channel not like '(%'
    ),

    correlations as (
        select model,
            case when stddev(true_rank) > 0 and stddev(credited_rank) > 0 then corr(credited_rank, true_rank)
            end as rank_correlation
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
            avg((true_share_of_deals * touched_share between low and high)::integer) as coverage
        from build.marts.rpt_channel_effects as effects
        inner join touched using (model)
        inner join true_shares using (channel)
        where effects.conversion_type = 'won' and effects.low is not null
        group by effects.model
        union all
        select 'response', avg((truth.incremental_revenue between low and high)::integer)
        from build.marts.rpt_incremental_effects as effects
        inner join truth using (channel)
        where effects.low is not null
    )

    select
        compared.model,
        sum(abs(credited_share - true_share)) / 2 as share_error,
        any_value(rank_correlation) as rank_correlation,
        any_value(coverage) as coverage,
        arg_max(channel, credited_share - true_share) filter (where channel not like '(%') as most_over,
        max(credited_share - true_share) filter (where channel not like '(%') as over_by,
        arg_min(channel, credited_share - true_share) filter (where channel not like '(%') as most_under,
        min(credited_share - true_share) filter (where channel not like '(%') as under_by
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
    con.execute(CREDITED + KNOWS_NOTHING + COMPARED)
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
        "select model, channel, credited_share - true_share from compared order by all"
    ).fetchall():
        bias.setdefault(model, {})[channel] = share
    return Score(shape, revenue, int(won_count), baseline, caused, models, bias)


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
        "| model | error of shares | rank correlation | interval coverage | most over | most under |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for row in score.models:
        lines.append(
            f"| {row['model']} | {number(row['share_error'], 3)}"
            f" | {number(row['rank_correlation'])}"
            f" | {number(row['coverage'])} | {row['most_over']} {row['over_by']:+.0%}"
            f" | {row['most_under']} {row['under_by']:+.0%} |"
        )
    return "\n".join(lines)


def error_table(scores: list[Score]) -> str:
    """The error of shares per model and shape, by their mean; no effect at all stands apart."""
    errors = {
        model: [
            next(row["share_error"] for row in score.models if row["model"] == model)
            for score in scores
        ]
        for model in scores[0].bias
    }
    in_mean = [index for index, score in enumerate(scores) if score.shape != "no_effect"]

    def mean(model: str) -> float:
        return sum(errors[model][index] for index in in_mean) / max(len(in_mean), 1)

    lines = [
        "### Error of shares",
        "",
        f"| model | {' | '.join(score.shape for score in scores)} | mean without no_effect |",
        f"| --- |{' --- |' * (len(scores) + 1)}",
    ]
    for model in sorted(errors, key=mean):
        cells = " | ".join(f"{error:.2f}" for error in [*errors[model], mean(model)])
        lines.append(f"| {model} | {cells} |")
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
        print(error_table(scores), end="\n\n")
        print(bias_table(scores, given.bias))
    return 0


if __name__ == "__main__":
    sys.exit(main())
