"""
BG/NBD: how often customers buy who may leave without notice (Fader, Hardie & Lee 2005).

A customer buys at a rate drawn from Gamma(r, alpha) and, after each purchase, leaves for good with a
probability drawn from Beta(a, b). Data: x repeat purchases, the last at t_x, watched until T.
"""

import numpy as np
from scipy.special import digamma, gammaln, hyp2f1

from customer_value.fitting import Fit, fit, twelve_digits

NAMES = ("r", "alpha", "a", "b")
# Beyond these customers hardly differ any more, in their rate or in when they leave; and the series of
# int_purchase_outlooks keeps all its digits within them.
LIMITS = {"r": (6e-6, 20.0), "a": (6e-6, 20.0), "b": (6e-6, 10_000.0)}


def log_likelihood(parameters, x, t_x, T) -> np.ndarray:  # noqa: N803 (the paper's letters)
    """Of each customer, from the logarithms of its two terms: still here, or gone after the last."""
    here, gone = log_terms(parameters, x, t_x, T)
    return shared_term(parameters, x) + np.logaddexp(here, gone)


def shared_term(parameters, x) -> np.ndarray:
    r, alpha, a, b = parameters
    purchases = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
    staying = gammaln(a + b) + gammaln(b + x) - gammaln(b) - gammaln(a + b + x)
    return purchases + staying


def log_terms(parameters, x, t_x, T) -> tuple[np.ndarray, np.ndarray]:  # noqa: N803
    r, alpha, a, b = parameters
    here = -(r + x) * np.log(alpha + T)
    leaving = np.log(a) - np.log(np.where(x > 0, b + x - 1, 1))
    gone = np.where(x > 0, leaving - (r + x) * np.log(alpha + t_x), -np.inf)
    return here, gone


def gradient(parameters, x, t_x, T) -> np.ndarray:  # noqa: N803
    """Derivatives of each customer's log-likelihood by r, alpha, a, b: one row each."""
    r, alpha, a, b = parameters
    here, gone = log_terms(parameters, x, t_x, T)
    is_gone = np.exp(gone - np.logaddexp(here, gone))
    is_here = 1 - is_gone
    time_logs = is_here * np.log(alpha + T) + is_gone * np.log(alpha + t_x)
    times = is_here / (alpha + T) + is_gone / (alpha + t_x)
    return np.stack(
        [
            digamma(r + x) - digamma(r) + np.log(alpha) - time_logs,
            r / alpha - (r + x) * times,
            digamma(a + b) - digamma(a + b + x) + is_gone / a,
            digamma(a + b) + digamma(b + x) - digamma(b) - digamma(a + b + x)
            - np.where(x > 0, is_gone / np.where(x > 0, b + x - 1, 1), 0),
        ]
    )  # fmt: skip


def fit_bg_nbd(x, t_x, T, counts) -> Fit:  # noqa: N803
    """Maximum likelihood on unique rows (x, t_x, T), each with its number of customers."""
    x, t_x, T, counts = (np.asarray(column, dtype=float) for column in (x, t_x, T, counts))  # noqa: N806
    total = counts.sum()
    # In units of the mean time watched, so that every parameter is of the order of 1.
    unit = float((counts * T).sum() / total) or 1.0

    def objective(logs):
        parameters = np.exp(logs) * np.array([1, unit, 1, 1])
        value = -(counts * log_likelihood(parameters, x, t_x, T)).sum() / total
        slopes = -(counts * gradient(parameters, x, t_x, T)).sum(axis=1) / total
        return value, slopes * parameters

    # Of the scaled model; alpha is scaled back below.
    rate = max(float((counts * x).sum() / (counts * T).sum()) * unit, 1e-3)
    starts = [(1.0, 1.0 / rate, 1.0, 2.0), (0.3, 0.3 / rate, 0.5, 3.0)]
    scaled = fit(objective, NAMES, starts, total, LIMITS)
    return scale_back(scaled, "alpha", unit)


def scale_back(scaled: Fit, name: str, unit: float) -> Fit:
    error = scaled.standard_errors[name]
    return Fit(
        parameters={**scaled.parameters, name: twelve_digits(scaled.parameters[name] * unit)},
        standard_errors={
            **scaled.standard_errors,
            name: None if error is None else twelve_digits(error * unit),
        },
        log_standard_errors=scaled.log_standard_errors,
        log_likelihood=scaled.log_likelihood,
        is_converged=scaled.is_converged,
        message=scaled.message,
    )


def probability_alive(parameters, x, t_x, T) -> np.ndarray:  # noqa: N803
    """1 for a customer without a repeat purchase: the model assumes that customers do not leave before one."""
    here, gone = log_terms(parameters, x, t_x, T)
    return np.exp(here - np.logaddexp(here, gone))


def expected_purchases(parameters, x, t_x, T, t) -> np.ndarray:  # noqa: N803
    """Purchases that are expected in the time t after T (the paper's equation 10)."""
    r, alpha, a, b = parameters
    z = t / (alpha + T + t)
    series = hyp2f1(a + b - r - 1, a - 1, a + b + x - 1, z)
    # Euler's transformation of the paper's 2F1(r + x, b + x; a + b + x - 1; z), which loses no digits.
    if_alive = (a + b + x - 1) / (a - 1) * (1 - (1 - z) ** (a - 1) * series)
    return probability_alive(parameters, x, t_x, T) * if_alive


def simulate(parameters, T, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:  # noqa: N803
    """x and t_x of customers that are watched for T, drawn from the model."""
    r, alpha, a, b = parameters
    size = len(T)
    rate = generator.gamma(r, 1 / alpha, size)
    leaves = generator.beta(a, b, size)
    x, t_x = np.zeros(size), np.zeros(size)
    now, active = np.zeros(size), np.ones(size, dtype=bool)
    while active.any():
        now[active] += generator.exponential(1 / np.maximum(rate[active], 1e-300))
        active &= now <= T
        x[active] += 1
        t_x[active] = now[active]
        active &= generator.random(size) >= leaves
    return x, t_x
