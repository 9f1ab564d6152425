"""
The fit. For a unit (a person or company at a step of the funnel) with touches of channels c,

    logit P(reached) = intercept(step) + controls + sum over c of x(c) * effect(step, c)
    effect(step, c) = common(step) + channel(c) + deviation(step, c)

It maximises the log-likelihood - 1/2 * sum of penalty * parameter^2: intercepts have next to none, controls and
common effects a small one, channels and deviations the one that is chosen. So a channel with few touches gets the
effect of an average touch, and not none. The penalty is the strongest whose held-out log loss cannot be told from
the best one's; an effect is measurable if touches with the effect of an average one predict held-out companies better
than none do.
"""

from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

PENALTIES = (10.0, 30.0, 100.0, 300.0, 1000.0)
SMALL_PENALTY = 1.0
INTERCEPT_PENALTY = 1e-6
FOLDS = 5
# Held-out log-likelihood with touches - without, as in a split likelihood ratio: 20 to 1. A gain in standard errors is no
# test: one model contains the other, so without an effect both the gain and its error are near 0. 20 to 1 is too little where
# people who want to buy are touched more (docs/attribution_scores.md).
CRITICAL_VALUE = float(np.log(20))
# Of the gradient; by then Newton's method gains no more digits.
TOLERANCE = 1e-8
NEWTON_STEPS = 100


@dataclass(frozen=True)
class Units:
    """Units of all steps. exposures and controls have a column per channel and per control."""

    steps: np.ndarray
    is_reached: np.ndarray
    folds: np.ndarray
    exposures: np.ndarray
    controls: np.ndarray


@dataclass(frozen=True)
class Response:
    """Effects per step (row) on the log-odds, with draws from their approximate distribution."""

    step_names: list[str]
    intercepts: np.ndarray
    controls: np.ndarray
    effects: np.ndarray
    standard_errors: np.ndarray
    draws: np.ndarray
    penalty: float
    gain: float
    is_converged: bool

    @property
    def is_measurable(self) -> bool:
        return self.is_converged and self.gain > CRITICAL_VALUE


# On one core: dbt needs the other, two take longer in sum, and the last digits do not depend on their number.
@threadpool_limits.wrap(limits=1)
def fit_response(units: Units, draws_count: int, seed: int = 0) -> Response:
    """The effects under the chosen penalty; draws also cover the weaker penalties that would do."""
    names, step = np.unique(units.steps, return_inverse=True)
    steps_count, channels_count = len(names), units.exposures.shape[1]
    design = design_of(step, steps_count, units)
    without = steps_count * (1 + units.controls.shape[1])
    reached = units.is_reached.astype(float)
    rows, fold, counts = unique_rows(design, reached, units.folds)
    design, reached = rows[:, :-1], rows[:, -1]

    def losses(penalties: np.ndarray) -> np.ndarray:
        used = design[:, : len(penalties)]
        lost = np.zeros(len(reached))
        for held_out in range(FOLDS):
            is_held = fold == held_out
            # Nothing to learn from, if all who got on (or all who did not) are held out.
            if len(set(reached[~is_held])) < 2:
                continue
            parameters, _ = maximise(used[~is_held], reached[~is_held], counts[~is_held], penalties)
            score = used[is_held] @ parameters
            lost[is_held] = np.logaddexp(0, score) - reached[is_held] * score
        return lost

    def penalties_of(penalty: float) -> np.ndarray:
        return np.concatenate(
            [
                np.full(steps_count, INTERCEPT_PENALTY),
                np.full(without, SMALL_PENALTY),
                np.full(channels_count * (1 + steps_count), penalty),
            ]
        )

    by_penalty = {penalty: losses(penalties_of(penalty)) for penalty in PENALTIES}
    best = min(PENALTIES, key=lambda penalty: counts @ by_penalty[penalty])
    as_good = [
        penalty
        for penalty in PENALTIES
        if penalty == best
        or np.subtract(*compared(by_penalty[penalty] - by_penalty[best], counts)) <= 0
    ]
    penalty = max(as_good)
    nothing = losses(penalties_of(penalty)[:without])
    # Under the strongest penalty, whatever is chosen: the best of several would gain by chance.
    gain = counts @ (nothing - by_penalty[PENALTIES[-1]])
    estimate, has_arrived = maximise(design, reached, counts, penalties_of(penalty))
    weak = penalties_of(PENALTIES[0])
    weak_estimate, _ = maximise(design, reached, counts, weak)
    covariance = covariance_of(design, counts, weak, weak_estimate)
    to_effects = contrasts(steps_count, channels_count, without)
    random = np.random.default_rng(seed)
    spread = np.linalg.cholesky(covariance) @ random.standard_normal((len(estimate), draws_count))
    return Response(
        step_names=[str(name) for name in names],
        intercepts=estimate[:steps_count],
        controls=estimate[steps_count:without].reshape(steps_count, -1),
        effects=(to_effects @ estimate).reshape(steps_count, channels_count),
        standard_errors=np.sqrt(
            np.einsum("ij,jk,ik->i", to_effects, covariance, to_effects)
        ).reshape(steps_count, channels_count),
        draws=np.vstack(
            [
                (estimate[:, None] + spread)[:without],
                to_effects @ (estimate[:, None] + spread),
            ]
        ),
        penalty=penalty,
        gain=float(gain),
        is_converged=has_arrived,
    )


def design_of(step: np.ndarray, steps_count: int, units: Units) -> np.ndarray:
    """Columns: intercepts, controls by step, common effects by step, channels, channels by step."""
    is_step = step[:, None] == np.arange(steps_count)

    def by_step(values: np.ndarray) -> list[np.ndarray]:
        return [values * is_step[:, [index]] for index in range(steps_count)]

    total = units.exposures.sum(axis=1, keepdims=True)
    return np.hstack(
        [
            is_step.astype(float),
            *by_step(units.controls),
            *by_step(total),
            units.exposures,
            *by_step(units.exposures),
        ]
    )


def contrasts(steps_count: int, channels_count: int, without: int) -> np.ndarray:
    """effect(step, channel) as sums of parameters."""
    identity = np.eye(channels_count)
    rows = []
    for index in range(steps_count):
        common = np.zeros((channels_count, steps_count))
        common[:, index] = 1
        own = [identity if other == index else 0 * identity for other in range(steps_count)]
        rows.append(np.hstack([np.zeros((channels_count, without)), common, identity, *own]))
    return np.vstack(rows)


def unique_rows(
    design: np.ndarray, reached: np.ndarray, folds: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Equal units once, with their number: most people have met one or two channels."""
    rows, counts = np.unique(np.column_stack([folds, design, reached]), axis=0, return_counts=True)
    return rows[:, 1:], rows[:, 0], counts.astype(float)


def compared(differences: np.ndarray, counts: np.ndarray) -> tuple[float, float]:
    """The sum of differences of log loss over all units, and its standard error."""
    total = counts @ differences
    return total, float(np.sqrt(counts @ (differences - total / counts.sum()) ** 2))


def maximise(
    design: np.ndarray, reached: np.ndarray, counts: np.ndarray, penalties: np.ndarray
) -> tuple[np.ndarray, bool]:
    """The maximum, and whether it was reached. The library has one penalty for all: columns are scaled to it."""
    scale = 1 / np.sqrt(penalties)
    model = LogisticRegression(
        C=1.0,
        solver="newton-cholesky",
        fit_intercept=False,
        tol=TOLERANCE,
        max_iter=NEWTON_STEPS,
    ).fit(design * scale, reached, sample_weight=counts)
    return model.coef_[0] * scale, int(model.n_iter_[0]) < NEWTON_STEPS


def covariance_of(
    design: np.ndarray, counts: np.ndarray, penalties: np.ndarray, parameters: np.ndarray
) -> np.ndarray:
    """The inverse of the curvature of the penalised log-likelihood."""
    chance = 1 / (1 + np.exp(-(design @ parameters)))
    weights = counts * chance * (1 - chance)
    return np.linalg.inv((design * weights[:, None]).T @ design + np.diag(penalties))
