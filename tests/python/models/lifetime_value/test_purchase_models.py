"""BG/NBD and Gamma-Gamma (scripts/customer_value) against the published formulas and known parameters."""

import numpy as np
import pytest
import score_purchase_models
from customer_value import bg_nbd, gamma_gamma
from scipy.integrate import quad
from scipy.special import beta, gamma, hyp2f1
from scipy.stats import gamma as gamma_distribution

CDNOW = (0.243, 4.414, 0.793, 2.426)
SPENDING = (6.25, 3.74, 15.44)
CUSTOMERS = [(0, 0.0, 38.9), (1, 1.7, 38.9), (2, 30.43, 38.86), (7, 20.0, 20.0), (15, 3.1, 77.0)]


def published_likelihood(parameters, x, t_x, T):  # noqa: N803
    """Fader, Hardie and Lee (2005), equation 6, as it is printed."""
    r, alpha, a, b = parameters
    here = (
        beta(a, b + x) / beta(a, b) * gamma(r + x) * alpha**r / (gamma(r) * (alpha + T) ** (r + x))
    )
    gone = (
        beta(a + 1, b + x - 1) / beta(a, b) * gamma(r + x) * alpha**r
        / (gamma(r) * (alpha + t_x) ** (r + x))
    )  # fmt: skip
    return here + (gone if x > 0 else 0)


@pytest.mark.parametrize("customer", CUSTOMERS)
def test_the_likelihood_of_bg_nbd_is_the_published_one(customer):
    found = bg_nbd.log_likelihood(CDNOW, *map(np.float64, customer))
    assert found == pytest.approx(np.log(published_likelihood(CDNOW, *customer)), abs=1e-8)


@pytest.mark.parametrize(("x", "m"), [(1, 30.0), (3, 12.5), (40, 55.0)])
def test_the_likelihood_of_gamma_gamma_is_that_of_its_two_distributions(x, m):
    """The mean of x values given v is Gamma(p x, v x); v is Gamma(q, gamma): integrated over v."""
    p, q, scale = SPENDING

    def joint(v):
        return gamma_distribution.pdf(m, p * x, scale=1 / (v * x)) * gamma_distribution.pdf(
            v, q, scale=1 / scale
        )

    density = sum(
        quad(joint, low, low + 0.1, epsabs=0, epsrel=1e-12)[0] for low in np.arange(0, 4, 0.1)
    )
    assert gamma_gamma.log_likelihood(SPENDING, x, m) == pytest.approx(np.log(density), abs=1e-8)


def test_the_gradient_is_the_slope_of_the_likelihood():
    x, t_x, T = (np.array(column, dtype=float) for column in zip(*CUSTOMERS, strict=True))  # noqa: N806
    slopes = bg_nbd.gradient(CDNOW, x, t_x, T)
    for index in range(4):
        step = np.zeros(4)
        step[index] = 1e-6
        above = bg_nbd.log_likelihood(np.array(CDNOW) + step, x, t_x, T)
        below = bg_nbd.log_likelihood(np.array(CDNOW) - step, x, t_x, T)
        assert slopes[index] == pytest.approx((above - below) / 2e-6, rel=1e-5, abs=1e-7)


@pytest.mark.parametrize("customer", CUSTOMERS)
def test_expected_purchases_are_those_of_equation_10(customer):
    """Example of Fader, Hardie and Lee's note: x = 2, t_x = 30.43, T = 38.86 gives 1.226 in 39 weeks."""
    r, alpha, a, b = CDNOW
    x, t_x, T = customer  # noqa: N806
    t = 39.0
    series = hyp2f1(r + x, b + x, a + b + x - 1, t / (alpha + T + t))
    shrink = ((alpha + T) / (alpha + T + t)) ** (r + x)
    if_alive = (a + b + x - 1) / (a - 1) * (1 - shrink * series)
    gone = (a / (b + x - 1)) * ((alpha + T) / (alpha + t_x)) ** (r + x) if x > 0 else 0
    found = bg_nbd.expected_purchases(CDNOW, *map(np.float64, customer), t)
    assert found == pytest.approx(if_alive / (1 + gone), rel=1e-10)
    if x == 2:
        assert found == pytest.approx(1.226, abs=1e-3)


def test_simulated_customers_buy_as_often_as_expected():
    generator = np.random.default_rng(7)
    watched = np.full(200_000, 50.0)
    x, _ = bg_nbd.simulate(CDNOW, watched, generator)
    mean = bg_nbd.expected_purchases(CDNOW, np.float64(0), np.float64(0), np.float64(0), 50.0)
    assert x.mean() == pytest.approx(mean, abs=4 * x.std() / np.sqrt(x.size))


def test_rows_with_counts_are_as_good_as_customers_one_by_one():
    generator = np.random.default_rng(3)
    watched = np.round(generator.uniform(20, 60, 3000))
    x, t_x = bg_nbd.simulate(CDNOW, watched, generator)
    rows, counts = np.unique(np.stack([x, np.ceil(t_x), watched]), axis=1, return_counts=True)
    assert counts.max() > 10
    one_by_one = bg_nbd.fit_bg_nbd(x, np.ceil(t_x), watched, np.ones(len(x)))
    together = bg_nbd.fit_bg_nbd(*rows, counts)
    for name in bg_nbd.NAMES:
        assert together.parameters[name] == pytest.approx(one_by_one.parameters[name], rel=1e-6)
        assert together.standard_errors[name] == pytest.approx(
            one_by_one.standard_errors[name], rel=1e-4
        )
    assert together.log_likelihood == pytest.approx(one_by_one.log_likelihood, rel=1e-10)


def test_the_likelihood_that_a_fit_reports_is_that_of_its_parameters():
    """The fits are made on scaled and grouped data; what they report is the formula's sum over the customers."""
    generator = np.random.default_rng(13)
    watched = generator.uniform(20, 60, 1000)
    x, t_x = bg_nbd.simulate(CDNOW, watched, generator)
    buying = bg_nbd.fit_bg_nbd(x, t_x, watched, np.ones(1000))
    by_formula = bg_nbd.log_likelihood(tuple(buying.parameters.values()), x, t_x, watched).sum()
    assert buying.log_likelihood == pytest.approx(by_formula, abs=1e-8)
    again = x[x > 0]
    m = gamma_gamma.simulate(SPENDING, again, generator)
    spending = gamma_gamma.fit_gamma_gamma(again, m, np.ones(len(again)))
    by_formula = gamma_gamma.log_likelihood(tuple(spending.parameters.values()), again, m).sum()
    assert spending.log_likelihood == pytest.approx(by_formula, abs=1e-8)


def test_known_parameters_are_found():
    """A small version of scripts/score_purchase_models.py: 10 fits; 95 % intervals miss few of 70."""
    buying, spending = score_purchase_models.score(repetitions=2, customers=2000, seed=5)
    assert buying.converged_count == buying.fits_count == spending.converged_count == 10
    assert sum(buying.covered.values()) >= 34
    assert sum(spending.covered.values()) >= 26


def test_customers_who_never_leave_are_fitted_at_the_limit():
    """Without leaving BG/NBD is a negative binomial; a and b then have no value, the rest does."""
    generator = np.random.default_rng(11)
    watched = generator.uniform(20, 60, 4000)
    x = generator.poisson(generator.gamma(0.8, 1 / 9.0, 4000) * watched).astype(float)
    # The last of x purchases that fall evenly over the time.
    t_x = np.where(x > 0, watched * generator.random(4000) ** (1 / np.maximum(x, 1)), 0)
    fitted = bg_nbd.fit_bg_nbd(x, t_x, watched, np.ones(4000))
    assert fitted.is_converged
    assert fitted.parameters["r"] == pytest.approx(0.8, rel=0.1)
    assert fitted.parameters["alpha"] == pytest.approx(9, rel=0.12)
    alive = bg_nbd.probability_alive(tuple(fitted.parameters.values()), x, t_x, watched)
    assert alive.mean() > 0.97
