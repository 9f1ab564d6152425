"""What the market is like: which channel causes what, where it is met, how long deals take.

The demo is one shape; the others bend it in one way each, so that attribution and forecasts can be
scored where they are known to fail (scripts/score_attribution.py, scripts/score_forecast.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

# Channel: points (thousandths of a logit) per saturated exposure for steps 1 to 4. Direct visits
# are a consequence of intent, not a cause of anything; content syndication and affiliates bring
# names more than customers.
EFFECTS = {
    "Paid Search": (450, 350, 180, 90),
    "Paid Social": (500, 350, 260, 130),
    "Display": (120, 80, 40, 20),
    "Cross-network": (180, 120, 60, 30),
    "Organic Search": (550, 450, 260, 140),
    "Organic Social": (350, 250, 160, 70),
    "Organic Video": (300, 250, 150, 90),
    "AI Assistant": (700, 600, 350, 210),
    "Referral": (800, 700, 450, 270),
    "Affiliates": (150, 50, 20, 10),
    "Email": (300, 500, 300, 150),
    "Event": (900, 800, 550, 300),
    "Content Syndication": (300, 60, 40, 10),
    "Partner": (800, 700, 600, 360),
    "Sales": (600, 500, 500, 250),
    "Direct": (0, 0, 0, 0),
}
BASES = {"lead": 100, "mql": -2750, "opportunity": 600, "won": -3250}
OFFLINE = ("Event", "Content Syndication", "Partner", "Sales")

# Phase, then channel: weight. Phase 0 is the web before the touch that makes a lead, 1 that touch,
# 2 lead to MQL, 3 MQL to opportunity, 4 opportunity to close, 5 after the sale, 9 the anonymous crowd.
MIX = {
    0: {
        "Organic Search": 28,
        "Paid Search": 20,
        "Direct": 14,
        "Paid Social": 13,
        "Referral": 7,
        "Organic Social": 7,
        "AI Assistant": 4,
        "Display": 4,
        "Cross-network": 3,
        "Affiliates": 1,
        "Organic Video": 2,
    },
    1: {
        "Organic Search": 20,
        "Paid Search": 17,
        "Direct": 9,
        "Paid Social": 11,
        "Referral": 7,
        "Organic Social": 4,
        "AI Assistant": 3,
        "Display": 2,
        "Cross-network": 2,
        "Affiliates": 1,
        "Organic Video": 1,
        "Event": 11,
        "Content Syndication": 6,
        "Partner": 3,
        "Sales": 5,
    },
    2: {
        "Email": 22,
        "Direct": 18,
        "Organic Search": 14,
        "Display": 4,
        "Paid Search": 7,
        "Paid Social": 6,
        "Event": 13,
        "Referral": 3,
        "Sales": 4,
    },
    3: {
        "Sales": 42,
        "Email": 14,
        "Direct": 18,
        "Organic Search": 6,
        "Paid Search": 5,
        "Event": 6,
        "Referral": 6,
        "Partner": 1,
        "AI Assistant": 2,
    },
    4: {
        "Sales": 40,
        "Email": 11,
        "Direct": 23,
        "Referral": 6,
        "Event": 6,
        "Organic Search": 6,
        "Paid Search": 4,
        "Display": 1,
        "AI Assistant": 3,
    },
    5: {
        "Email": 14,
        "Sales": 26,
        "Direct": 36,
        "Event": 14,
        "Organic Search": 5,
        "Referral": 3,
        "AI Assistant": 2,
    },
    9: {
        "Organic Search": 34,
        "Direct": 21,
        "Paid Search": 14,
        "Paid Social": 8,
        "Referral": 8,
        "Organic Social": 6,
        "AI Assistant": 3,
        "Display": 3,
        "Cross-network": 2,
        "Affiliates": 1,
        "Organic Video": 1,
        "Email": 3,
    },
}
# Thousandths of a logit that a company's own intent adds to each step.
INTENT = {"lead": 900, "mql": 800, "opportunity": 900, "won": 1200}
# What the first, second, third and any further exposure to a channel are worth together, in thousandths.
EXPOSURE_CURVE = (1000, 1450, 1750, 1900)
# How busy the market is from January to December.
MONTH_WEIGHTS = (0.95, 1.05, 1.12, 1.04, 1.02, 0.98, 0.82, 0.78, 1.10, 1.14, 1.12, 0.72)
NEVER = date(9999, 12, 31)


@dataclass(frozen=True)
class Shape:
    """A market: what causes what, how long it takes, and how the market changes over time."""

    effects: Mapping[str, tuple[int, int, int, int]] = field(default_factory=lambda: EFFECTS)
    bases: Mapping[str, int] = field(default_factory=lambda: BASES)
    mix: Mapping[int, Mapping[str, int]] = field(default_factory=lambda: MIX)
    intent: Mapping[str, int] = field(default_factory=lambda: INTENT)
    exposure_curve: tuple[int, int, int, int] = EXPOSURE_CURVE
    remembered_days: int = 100_000  # older touches have no effect on a step
    # Channel: another, without which it has no effect.
    needs: Mapping[str, str] = field(default_factory=dict)
    demand: tuple[int, ...] = 12 * (0,)  # thousandths of a logit from January to December
    cycle_days: int = 78  # median days from opportunity to close
    trend: tuple[float, float] = (
        0.85,
        0.35,
    )  # arrivals at the start, and their change in two years
    month_weights: tuple[float, ...] = MONTH_WEIGHTS
    quarter_end_share: float = 0  # of opportunities that close in the last weeks of their quarter
    prices_rise_on: date = NEVER  # for those who arrive from then on
    price_rise_percent: int = 0
    team_leaves_on: date = NEVER  # then 40 % fewer open, and 40 % fewer of these are won


def remixed(changes: Mapping[int, Mapping[str, int]]) -> dict[int, dict[str, int]]:
    """The demo's mixes with some weights replaced; 0 takes a channel out."""
    mixed = {phase: {**weights, **changes.get(phase, {})} for phase, weights in MIX.items()}
    return {phase: {c: n for c, n in weights.items() if n} for phase, weights in mixed.items()}


DEMO = Shape()
SHAPES = {
    "demo": DEMO,
    "short_cycle": replace(DEMO, cycle_days=14),
    "long_cycle": replace(DEMO, cycle_days=200),
    # One channel does most of what is done, and is met most often.
    "dominating": replace(
        DEMO,
        effects={**EFFECTS, "Paid Search": (1800, 1400, 900, 500)},
        bases={"lead": 100, "mql": 200, "opportunity": -900, "won": -3200},
        mix=remixed({phase: {"Paid Search": 40} for phase in (0, 1, 2, 3, 4)}),
    ),
    # Branded search: whoever has decided anyway looks for the name. It causes nothing.
    "harvester": replace(
        DEMO,
        effects={**EFFECTS, "Paid Search": (0, 0, 0, 0)},
        mix=remixed({1: {"Paid Search": 30}, 3: {"Paid Search": 35}, 4: {"Paid Search": 45}}),
    ),
    # Makes people aware, and is never seen again.
    "opener": replace(
        DEMO,
        effects={**EFFECTS, "Paid Social": (2200, 300, 300, 200)},
        bases={**BASES, "lead": 100},
        mix=remixed(
            {0: {"Paid Social": 45}, 1: {"Paid Social": 0}, 2: {"Paid Social": 0}, 3: {}, 4: {}}
        ),
    ),
    # Who wants it comes anyway, through whatever channel.
    "hidden_intent": replace(
        DEMO,
        effects={c: tuple(points * 2 // 5 for points in steps) for c, steps in EFFECTS.items()},
        bases={"lead": 300, "mql": 400, "opportunity": -800, "won": -3000},
        intent={"lead": 2500, "mql": 1800, "opportunity": 2200, "won": 2000},
    ),
    # No channel causes anything; all that is won would have been won.
    "no_effect": replace(
        DEMO,
        effects=dict.fromkeys(EFFECTS, (0, 0, 0, 0)),
        bases={"lead": 1300, "mql": 1400, "opportunity": 700, "won": -1300},
    ),
    # The response has another form than the models assume. Here one exposure does nothing, two do all.
    "threshold": replace(
        DEMO,
        exposure_curve=(0, 2200, 2200, 2200),
        bases={**BASES, "lead": 700, "mql": -2000, "won": -2700},
    ),
    # What was met two months ago is forgotten.
    "forgetful": replace(
        DEMO,
        remembered_days=60,
        bases={**BASES, "won": -2500},
    ),
    # Paid Social and Referral only work on those who have also met Organic Search, Email where Sales calls.
    "synergy": replace(
        DEMO,
        effects={
            **EFFECTS,
            "Paid Social": (1000, 700, 520, 260),
            "Referral": (1600, 1400, 900, 540),
            "Email": (600, 1000, 600, 300),
        },
        needs={
            "Paid Social": "Organic Search",
            "Referral": "Organic Search",
            "Email": "Sales",
        },
    ),
    # In spring and autumn everybody buys, whatever they meet; and then they meet most.
    "seasonal_demand": replace(
        DEMO,
        demand=(-600, -300, 500, 900, 500, -300, -900, -900, 600, 1000, 600, -900),
        month_weights=(0.55, 0.8, 1.3, 1.6, 1.3, 0.8, 0.4, 0.4, 1.2, 1.7, 1.5, 0.45),
    ),
    "growing": replace(DEMO, trend=(0.35, 1.3)),
    "shrinking": replace(DEMO, trend=(1.6, -0.8)),
    "seasonal": replace(
        DEMO,
        month_weights=(0.55, 0.8, 1.3, 1.6, 1.3, 0.8, 0.4, 0.4, 1.2, 1.7, 1.5, 0.45),
        quarter_end_share=0.6,
    ),
    "price_rise": replace(DEMO, prices_rise_on=date(2025, 4, 1), price_rise_percent=35),
    "lost_sales_team": replace(DEMO, team_leaves_on=date(2025, 10, 1)),
}
SHAPES_OF_FORECASTS = (
    "demo",
    "growing",
    "shrinking",
    "seasonal",
    "long_cycle",
    "price_rise",
    "lost_sales_team",
)
SHAPES_OF_ATTRIBUTION = tuple(
    shape for shape in SHAPES if shape in ("demo", "long_cycle") or shape not in SHAPES_OF_FORECASTS
)
