"""
Gamma-Gamma: what a purchase of a customer is worth (Fader & Hardie 2013).

The values of a customer's purchases are drawn from Gamma(p, v), and v from Gamma(q, gamma) over the
customers. Data: x purchases with the mean value m.
"""

import numpy as np
from scipy.special import digamma, gammaln

from customer_value.bg_nbd import scale_back
from customer_value.fitting import Fit, fit, twelve_digits

NAMES = ("p", "q", "gamma")


def log_likelihood(parameters, x, m) -> np.ndarray:
    p, q, gamma = parameters
    return (
        gammaln(p * x + q) - gammaln(p * x) - gammaln(q) + q * np.log(gamma)
        + (p * x - 1) * np.log(m) + p * x * np.log(x) - (p * x + q) * np.log(gamma + m * x)
    )  # fmt: skip


def fit_gamma_gamma(x, m, counts) -> Fit:
    """Maximum likelihood on customers with x > 0 repeat purchases of mean value m > 0."""
    x, m, counts = (np.asarray(column, dtype=float) for column in (x, m, counts))
    total = counts.sum()
    # In units of the mean value: its logarithm moves the likelihood by a constant.
    unit = float((counts * m).sum() / total)
    scaled_m = m / unit
    # What depends on x only is worked out once for each x.
    xs, group = np.unique(x, return_inverse=True)
    group_counts = np.bincount(group, counts)
    log_m = float((counts * x * np.log(scaled_m)).sum())
    mean_log_m = float((counts * np.log(scaled_m)).sum())
    x_log_x = float((group_counts * xs * np.log(xs)).sum())
    spend = x * scaled_m

    def objective(logs):
        p, q, gamma = np.exp(logs)
        log_sums = counts * np.log(gamma + spend)
        inverse_sums = counts / (gamma + spend)
        by_x = np.bincount(group, log_sums)
        value = (
            (group_counts * (gammaln(p * xs + q) - gammaln(p * xs))).sum()
            - total * gammaln(q) + total * q * np.log(gamma)
            + p * log_m - mean_log_m + p * x_log_x - ((p * xs + q) * by_x).sum()
        )  # fmt: skip
        of_sum = digamma(p * xs + q)
        slopes = np.array(
            [
                (group_counts * xs * (of_sum - digamma(p * xs))).sum()
                + log_m + x_log_x - (xs * by_x).sum(),
                (group_counts * (of_sum - digamma(q))).sum() + total * np.log(gamma) - by_x.sum(),
                total * q / gamma - ((p * x + q) * inverse_sums).sum(),
            ]
        )  # fmt: skip
        return -value / total, -slopes * np.array([p, q, gamma]) / total

    found = fit(objective, NAMES, [(2.0, 3.0, 1.0), (6.0, 4.0, 1.0)], total)
    # Back in money: each mean value's density is that of the scaled one, divided by the unit.
    in_money = scale_back(found, "gamma", unit)
    return Fit(
        parameters=in_money.parameters,
        standard_errors=in_money.standard_errors,
        log_standard_errors=in_money.log_standard_errors,
        log_likelihood=twelve_digits(in_money.log_likelihood - total * float(np.log(unit))),
        is_converged=in_money.is_converged,
        message=in_money.message,
    )


def expected_value(parameters, x, m) -> np.ndarray:
    """
    Mean value of a customer's purchases: its own mean, drawn towards the population mean. Customers without repeat
    purchases of a positive value are not in the fit and have the population mean.
    """
    p, q, gamma = parameters
    x = np.where(np.asarray(m) > 0, x, 0)
    return p * (gamma + m * x) / (p * x + q - 1)


def simulate(parameters, x, generator: np.random.Generator) -> np.ndarray:
    """Mean values of x purchases each, drawn from the model; x > 0."""
    p, q, gamma = parameters
    v = generator.gamma(q, 1 / gamma, len(x))
    return generator.gamma(p * x, 1 / (v * x))
