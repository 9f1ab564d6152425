#!/usr/bin/env python3
"""
Attribution against the truth: generated companies of several shapes, what every model credits each
channel for new business won, and what each channel really caused.

    python scripts/score_attribution.py --web-events 40000 --seed 7 8 9
    python scripts/score_attribution.py --shape harvester --keep scored
    python scripts/score_attribution.py --seed 7 8 9 --keep scored --again

error of shares = 1/2 x sum over channels and (baseline) of |credited share - true share|: 0 is perfect, 1
is all wrong. The true effect of a channel is the revenue that is lost in the same simulation, same random
draws, without it; (baseline) is what is won without any. Channels need each other, so that their effects
add up to more than the revenue: those above 0 are scaled to add up to what is won beyond the baseline.
What a model leaves (unattributed) or hidden is a share of its own, with a true share of 0.

Two lines know nothing of the data: the same for every channel, and everything to the baseline. A model
that is no better than these knows nothing either. "response, tested" is the response model after one lift
test of the channel that it overstates most; the test measures the truth with a standard error of a third
of the estimate.

What the channels caused is itself a matter of luck: one large opportunity more or less. So errors are also
given against the mean of ten histories of the same companies with other luck.
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
from demo_company import company
from demo_company.settings import DEMO_SEED, LAST_DAY, Settings
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

# What depends on the fit, and what is built beside it.
RESPONSE_MODELS = ("int_response_candidates+,+rpt_incremental_effects", "+int_spend", "+lift_tests")

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
        and credits.model <> 'response'
    group by all;

    insert into scored
    select 'markov (classical)', channel, effect_share * (
        select sum(credited) from scored where model = 'linear'
    ), effect_share * (select sum(credited_opportunities) from scored where model = 'linear')
    from build.marts.rpt_channel_effects
    where model = 'markov' and conversion_type = 'won';
"""

# The response model says what the baseline is; the channels share the rest in proportion to their effects.
RESPONSE = """
    create temp table response as
    select
        channel, incremental_revenue::double as effect, low::double as low, high::double as high,
        (high - low)::double / (2 * 1.2815515655446) as standard_error, won_amount::double as won
    from build.marts.rpt_incremental_effects
    where source = 'combined';

    create temp table tested as
    with chosen as (
        select
            response.channel, effect / 3 as test_error,
            truth.incremental_revenue + ? * effect / 3 as measured
        from response
        inner join truth using (channel)
        where channel <> '(baseline)' and standard_error is not null and effect > 0
        qualify row_number() over (order by effect - truth.incremental_revenue desc, channel) = 1
    ),

    combined as (
        select channel, won, case when chosen.channel is null then effect else
            (effect / standard_error ** 2 + measured / test_error ** 2)
            / (1 / standard_error ** 2 + 1 / test_error ** 2) end as effect
        from response
        left join chosen using (channel)
    ),

    -- All channels together cause no less than one of them, and no more than the sum.
    bounds as (
        select max(effect) as largest, sum(greatest(effect, 0)) as total
        from combined
        where channel <> '(baseline)'
    )

    select channel, won, case when channel = '(baseline)'
        then won - least(greatest(won - effect, largest), total, won) else effect end as effect
    from combined
    cross join bounds;

    insert into scored
    with effects as (
        select 'response' as model, channel, effect, won from response
        union all
        select 'response, tested', channel, effect, won from tested
    ),

    shares as (
        select model, channel, case
            when channel = '(baseline)' then effect / won
            else coalesce(
                greatest(effect, 0)
                / nullif(sum(greatest(effect, 0)) filter (where channel <> '(baseline)') over by_model, 0), 0
            ) * (1 - sum(effect) filter (where channel = '(baseline)') over by_model / won)
            end as share
        from effects
        window by_model as (partition by model)
    )

    select model, channel, share * total.credited, share * total.opportunities
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
    create or replace temp table true_shares as
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

    create or replace temp table compared as
    select models.model, channel, coalesce(credited / revenue, 0) as credited_share,
        coalesce(true_share, 0) as true_share
    from (select model, sum(credited) as revenue from scored group by model) as models
    cross join (select channel from scored union select channel from true_shares)
    left join scored using (model, channel)
    left join true_shares using (channel);
"""

COVERAGE = """
    -- Renewals and contracts that were there before have no touches: intervals are of all won opportunities, the
    -- truth of those with a cause.
    with touched as (
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
        from response
        inner join truth using (channel)
        where low is not null
    )

    select model, coverage from covered order by model
"""

MEAN = """
    select
        channel, avg(incremental_revenue) as incremental_revenue, avg(revenue_with) as revenue_with,
        avg(incremental_won_deals) as incremental_won_deals
    from histories
    group by channel
"""


HISTORIES = 10
# Of models in tables: the others are rules and data-driven models, of which the best one is named.
RESPONSES = ("response", "response, tested")
KNOWING_NOTHING = ("even split over the channels", "all baseline")
# Where no channel causes anything: apart in means, because every model but the response model is wholly wrong.
WITHOUT_EFFECT = "no_effect"


@dataclass(frozen=True)
class Score:
    """One company: the truth in a few figures, the errors of the models, and their coverage."""

    shape: str
    seed: int
    won_count: int
    baseline_share: float
    errors: dict[str, float]
    errors_in_the_mean: dict[str, float]
    coverage: dict[str, float]
    bias: dict[str, dict[str, float]]


def best_rule(errors: dict[str, float]) -> float:
    """The lowest error of all models that share out what was won."""
    return min(error for model, error in errors.items() if model not in RESPONSES + KNOWING_NOTHING)


def run(command: list[str], environment: dict[str, str]) -> None:
    """Runs a command to its end; one that fails ends the scoring with its last words."""
    done = subprocess.run(
        command, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command[:3])} failed:\n{(done.stdout + done.stderr)[-3000:]}")


def generate(shape: str, seed: int, web_events: int, raw: Path) -> None:
    raw.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, str(SCRIPTS / "generate_data.py"), "--quiet", "--shape", shape]
    run([*command, "--seed", str(seed), "--web-events", str(web_events), "--out", str(raw)], {})


def build(raw: Path, work: Path, selected: Sequence[str]) -> Path:
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
            *("--select", " ".join(selected)),
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


def histories_of(shape: str, seed: int, web_events: int) -> list[tuple]:
    """What each channel caused, in each history: channel, revenue, revenue of all, won opportunities."""
    found = []
    for history in range(HISTORIES):
        with duckdb.connect() as con:
            company.build_effects(con, Settings(web_events, seed, shape, history=history))
            found += con.execute(
                """select channel, incremental_revenue, revenue_with, incremental_won_deals
                from truth.channel_effects"""
            ).fetchall()
    return found


def errors_of(con: duckdb.DuckDBPyConnection) -> dict[str, float]:
    rows = con.execute(
        "select model, sum(abs(credited_share - true_share)) / 2 from compared group by model order by all"
    ).fetchall()
    return dict(rows)


def read_score(shape: str, seed: int, web_events: int, truth: Path, database: Path) -> Score:
    con = duckdb.connect()
    con.execute(f"attach '{database}' as build (read_only)")
    file = next(truth.glob("channel_effects.*"))
    con.execute(f"create temp table truth as select * from '{file}'")
    con.execute(CREDITED)
    # The luck of the one test is drawn by the seed, in standard errors.
    con.execute(RESPONSE.replace("?", str(random.Random(seed).gauss())))
    con.execute(KNOWS_NOTHING + COMPARED)
    coverage = dict(con.execute(COVERAGE).fetchall())
    errors = errors_of(con)
    revenue, baseline = con.execute(
        """select max(revenue_with)::double,
            sum(incremental_revenue) filter (where channel = '(baseline)')::double
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
    con.execute(
        """create temp table histories (
            channel varchar, incremental_revenue double, revenue_with double, incremental_won_deals double
        )"""
    )
    con.executemany(
        "insert into histories values (?, ?, ?, ?)", histories_of(shape, seed, web_events)
    )
    con.execute("create or replace temp table truth as " + MEAN + ";" + COMPARED)
    return Score(
        shape=shape,
        seed=seed,
        won_count=int(won_count),
        baseline_share=baseline / revenue,
        errors=errors,
        errors_in_the_mean=errors_of(con),
        coverage=coverage,
        bias=bias,
    )


def table(heading: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heading, "", f"| {' | '.join(columns)} |", f"|{' --- |' * len(columns)}"]
    return "\n".join(lines + [f"| {' | '.join(row)} |" for row in rows])


def with_spread(values: Sequence[float]) -> str:
    spread = f" ± {statistics.stdev(values):.2f}" if len(values) > 1 else ""
    return f"{statistics.fmean(values):.2f}{spread}"


def by_shape(scores: list[Score]) -> str:
    """Mean and standard deviation over the seeds of a shape."""
    rows = []
    for shape in dict.fromkeys(score.shape for score in scores):
        own = [score for score in scores if score.shape == shape]
        won = [score.won_count for score in own]
        best = sum(score.errors["response"] < best_rule(score.errors) for score in own)
        rows.append(
            [
                shape,
                str(len(own)),
                f"{min(won)} to {max(won)}",
                f"{statistics.fmean(score.baseline_share for score in own):.0%}",
                *(with_spread([score.errors[model] for score in own]) for model in RESPONSES),
                with_spread([best_rule(score.errors) for score in own]),
                *(with_spread([score.errors[model] for score in own]) for model in KNOWING_NOTHING),
                f"{best} of {len(own)}",
                with_spread([score.errors_in_the_mean["response"] for score in own]),
                with_spread([best_rule(score.errors_in_the_mean) for score in own]),
            ]
        )
    columns = ["shape", "companies", "won", "true baseline", *RESPONSES, "best rule"]
    columns += [*KNOWING_NOTHING, "response below every rule"]
    columns += ["response, mean history", "best rule, mean history"]
    return table("### Error of shares by shape", columns, rows)


def by_model(scores: list[Score]) -> str:
    """The error of each model, mean over the seeds of each shape and over the shapes."""
    shapes = list(dict.fromkeys(score.shape for score in scores))

    def mean(model: str, shape: str) -> float:
        return statistics.fmean(score.errors[model] for score in scores if score.shape == shape)

    with_effect = [shape for shape in shapes if shape != WITHOUT_EFFECT] or shapes
    means = {
        model: statistics.fmean(mean(model, shape) for shape in with_effect)
        for model in scores[0].errors
    }
    rows = [
        [model, *(f"{mean(model, shape):.2f}" for shape in shapes), f"{means[model]:.2f}"]
        for model in sorted(means, key=means.__getitem__)
    ]
    columns = ["model", *shapes, f"mean without {WITHOUT_EFFECT}"]
    return table("### Error of shares by model", columns, rows)


def coverage(scores: list[Score]) -> str:
    """How often intervals hold the truth."""
    rows = []
    for model in sorted({model for score in scores for model in score.coverage}):
        found = [share for score in scores if (share := score.coverage.get(model)) is not None]
        if found:
            rows.append([model, f"{statistics.fmean(found):.0%}", f"{min(found):.0%}"])
    return table(
        "### Truth within the 80 % interval", ["model", "of channels", "worst company"], rows
    )


def bias_table(scores: list[Score], model: str) -> str:
    """Credited share minus true share per channel and shape, mean over the seeds."""
    shapes = list(dict.fromkeys(score.shape for score in scores))
    channels = sorted({channel for score in scores for channel in score.bias[model]})

    def mean(channel: str, shape: str) -> str:
        found = [
            score.bias[model][channel]
            for score in scores
            if score.shape == shape and channel in score.bias[model]
        ]
        return f"{statistics.fmean(found):+.0%}" if found else ""

    rows = [[channel, *(mean(channel, shape) for shape in shapes)] for channel in channels]
    return table(f"### Bias per channel: {model}", ["channel", *shapes], rows)


def parse_arguments(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--web-events", type=int, default=40_000, help="size (default %(default)s)")
    parser.add_argument("--seed", type=int, nargs="+", default=[DEMO_SEED])
    parser.add_argument(
        "--shape",
        nargs="+",
        choices=sorted(SHAPES),
        default=SHAPES_OF_ATTRIBUTION,
        help="score these only (default: those that bend causes)",
    )
    parser.add_argument(
        "--bias",
        default="response",
        metavar="MODEL",
        help="of which the bias per channel is printed",
    )
    parser.add_argument(
        "--keep", type=Path, metavar="DIR", help="keep raw data and databases there"
    )
    parser.add_argument(
        "--again",
        action="store_true",
        help="score the companies of --keep, and build only the response model again",
    )
    given = parser.parse_args(arguments)
    if given.again and not given.keep:
        parser.error("--again: name the folder of the companies with --keep DIR")
    return given


def main(arguments: list[str] | None = None) -> int:
    given = parse_arguments(arguments)
    scores = []
    with tempfile.TemporaryDirectory(prefix="scoring-") as temporary:
        for seed in given.seed:
            for shape in given.shape:
                place = (given.keep or Path(temporary)) / str(seed) / shape
                raw = place / "raw"
                if given.again and not (place / "warehouse" / "build.duckdb").exists():
                    continue
                if not given.again:
                    generate(shape, seed, given.web_events, raw)
                selected = RESPONSE_MODELS if given.again else [f"+{model}" for model in MODELS]
                database = build(raw, place / "warehouse", selected)
                scores.append(read_score(shape, seed, given.web_events, raw / "truth", database))
                print(shape, seed, with_spread([scores[-1].errors["response"]]), file=sys.stderr)
    scores.sort(key=lambda score: (given.shape.index(score.shape), score.seed))
    print(by_shape(scores), by_model(scores), coverage(scores), sep="\n\n")
    print("", bias_table(scores, given.bias), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
