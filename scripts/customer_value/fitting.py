"""Maximum likelihood on the logarithms of positive parameters, with standard errors."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

# Parameters are sought between these, where nothing else is said. One that ends at a limit is as good
# as there: what it describes (leaving, differences between customers) does not show in the data.
LIMITS = (6e-6, 160_000.0)
# Largest slope of the mean log-likelihood, per logarithm of a parameter, at which a fit has arrived.
GRADIENT_TOLERANCE = 1e-7
NEWTON_STEPS = 20

# log parameters -> (mean negative log-likelihood, its gradient)
Objective = Callable[[np.ndarray], tuple[float, np.ndarray]]


@dataclass(frozen=True)
class Fit:
    """What was estimated: parameters by name, None for a standard error that the data do not give."""

    parameters: dict[str, float]
    standard_errors: dict[str, float | None]
    log_standard_errors: dict[str, float | None]
    log_likelihood: float
    is_converged: bool
    message: str


def fit(
    objective: Objective,
    names: Sequence[str],
    starts: Sequence,
    rows_count: float,
    limits: dict[str, tuple[float, float]] | None = None,
) -> Fit:
    """The best maximum that is found from several starts (parameters, not their logarithms)."""
    bounds = np.log([(limits or {}).get(name, LIMITS) for name in names])
    found = [climb(objective, np.log(np.asarray(start, dtype=float)), bounds) for start in starts]
    logs = min(found, key=lambda point: objective(point)[0])
    value, gradient = objective(logs)
    is_free = free(logs, gradient, bounds)
    variances = variances_of((hessian_of(objective, logs) * rows_count)[np.ix_(is_free, is_free)])
    has_arrived = bool(np.max(np.abs(gradient[is_free]), initial=0) < GRADIENT_TOLERANCE)
    at_limit = [name for name, is_inside in zip(names, is_free, strict=True) if not is_inside]
    is_converged = has_arrived and (variances is not None or bool(at_limit))
    if not is_converged:
        message = "not fitted: the likelihood has no clear maximum"
    elif at_limit:
        message = f"fitted; {', '.join(at_limit)} at the limit of what is sought"
    else:
        message = "fitted"
    values = np.exp(logs)
    errors = np.full(len(names), np.nan)
    if variances is not None:
        errors[is_free] = np.sqrt(variances)
    return Fit(
        parameters={n: twelve_digits(v) for n, v in zip(names, values, strict=True)},
        standard_errors={n: known(e * v) for n, e, v in zip(names, errors, values, strict=True)},
        log_standard_errors={n: known(e) for n, e in zip(names, errors, strict=True)},
        log_likelihood=twelve_digits(-value * rows_count),
        is_converged=is_converged,
        message=message,
    )


def free(logs: np.ndarray, gradient: np.ndarray, bounds: np.ndarray) -> np.ndarray:
    """Which parameters are inside their limits, or at one that they are not pressed against."""
    is_low = (logs <= bounds[:, 0] + 1e-9) & (gradient > 0)
    is_high = (logs >= bounds[:, 1] - 1e-9) & (gradient < 0)
    return ~(is_low | is_high)


def climb(objective: Objective, start: np.ndarray, bounds: np.ndarray) -> np.ndarray:
    """From a start to the top: a quasi-Newton search, then Newton steps while they help."""
    options = {"maxiter": 500, "ftol": 1e-13, "gtol": 1e-9}
    inside = np.clip(start, bounds[:, 0], bounds[:, 1])
    point = minimize(
        objective, inside, jac=True, method="L-BFGS-B", bounds=bounds, options=options
    ).x
    gradient = objective(point)[1]
    for _ in range(NEWTON_STEPS):
        is_free = free(point, gradient, bounds)
        slope = np.max(np.abs(gradient[is_free]), initial=0)
        if slope < GRADIENT_TOLERANCE / 100:
            break
        hessian = hessian_of(objective, point)[np.ix_(is_free, is_free)]
        if variances_of(hessian) is None:
            break
        candidate = point.copy()
        candidate[is_free] -= np.linalg.solve(hessian, gradient[is_free])
        candidate = np.clip(candidate, bounds[:, 0], bounds[:, 1])
        new_gradient = objective(candidate)[1]
        if not np.max(np.abs(new_gradient[is_free]), initial=0) < slope:
            break
        point, gradient = candidate, new_gradient
    return point


def hessian_of(objective: Objective, point: np.ndarray, step: float = 1e-4) -> np.ndarray:
    """Second derivatives, by central differences of the gradient."""
    size = len(point)
    hessian = np.empty((size, size))
    for index in range(size):
        shift = np.zeros(size)
        shift[index] = step
        hessian[index] = (objective(point + shift)[1] - objective(point - shift)[1]) / (2 * step)
    return (hessian + hessian.T) / 2


def variances_of(information: np.ndarray) -> np.ndarray | None:
    """The inverse's diagonal; None where the matrix is not positive definite."""
    if not information.size or not np.all(np.isfinite(information)):
        return None
    if np.min(np.linalg.eigvalsh(information)) <= 0:
        return None
    return np.diag(np.linalg.inv(information))


def twelve_digits(value: float) -> float:
    """Rounded so that what is computed from it is the same on every engine and machine."""
    return float(f"{value:.12g}")


def known(value: float) -> float | None:
    return twelve_digits(value) if np.isfinite(value) else None
