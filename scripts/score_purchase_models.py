"""
How well BG/NBD and Gamma-Gamma find parameters that are known: simulates customers from several sets
of parameters, fits them, and counts how many 95 % intervals (of the logarithm) hold the truth.
"""

import argparse
from collections import Counter
from dataclasses import dataclass

import numpy as np
from customer_value import bg_nbd, gamma_gamma
from customer_value.fitting import Fit

# How often customers buy (r, alpha in weeks, a, b), and for how much (p, q, gamma in money): the first
# of each are published, of CDNOW; the others are steadier, busier and more fickle customers.
BG_NBD_SETS = [
    (0.243, 4.414, 0.793, 2.426),
    (1.0, 10.0, 0.5, 5.0),
    (0.8, 8.0, 1.2, 3.5),
    (2.0, 12.0, 0.7, 2.5),
    (0.5, 6.0, 0.4, 1.6),
]
GAMMA_GAMMA_SETS = [
    (6.25, 3.74, 15.44),
    (2.0, 4.0, 100.0),
    (4.0, 2.5, 30.0),
    (1.5, 5.0, 50.0),
    (10.0, 3.0, 20.0),
]
WEEKS_WATCHED = (20, 104)
INTERVAL = 1.959964


@dataclass
class Score:
    """Over all fits: how many, how many converged, and how many intervals hold each parameter."""

    fits_count: int
    converged_count: int
    covered: Counter

    def lines(self) -> list[str]:
        rows = [f"{self.converged_count} of {self.fits_count} fits converged"]
        rows += [f"  {n}: {self.covered[n]} of {self.fits_count}" for n in sorted(self.covered)]
        return rows


def score(repetitions: int, customers: int, seed: int) -> tuple[Score, Score]:
    """(of BG/NBD, of Gamma-Gamma), a fit of each per set of parameters and repetition."""
    scores = Score(0, 0, Counter()), Score(0, 0, Counter())
    for set_number, (buying, spending) in enumerate(
        zip(BG_NBD_SETS, GAMMA_GAMMA_SETS, strict=True)
    ):
        for repetition in range(repetitions):
            generator = np.random.default_rng([seed, set_number, repetition])
            watched = generator.uniform(*WEEKS_WATCHED, customers)
            x, t_x = bg_nbd.simulate(buying, watched, generator)
            fitted = bg_nbd.fit_bg_nbd(x, t_x, watched, np.ones(customers))
            count(scores[0], fitted, dict(zip(bg_nbd.NAMES, buying, strict=True)))
            again = x[x > 0]
            m = gamma_gamma.simulate(spending, again, generator)
            fitted = gamma_gamma.fit_gamma_gamma(again, m, np.ones(len(again)))
            count(scores[1], fitted, dict(zip(gamma_gamma.NAMES, spending, strict=True)))
    return scores


def count(score: Score, fitted: Fit, truth: dict[str, float]) -> None:
    score.fits_count += 1
    score.converged_count += fitted.is_converged
    for name, value in truth.items():
        error = fitted.log_standard_errors[name]
        distance = abs(np.log(fitted.parameters[name]) - np.log(value))
        score.covered[name] += error is not None and bool(distance <= INTERVAL * error)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repetitions", type=int, default=25, help="of each of the five sets (25)")
    parser.add_argument("--customers", type=int, default=5000, help="in each simulation (5000)")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    of_buying, of_spending = score(options.repetitions, options.customers, options.seed)
    print("BG/NBD:", *of_buying.lines(), "Gamma-Gamma:", *of_spending.lines(), sep="\n")


if __name__ == "__main__":
    main()
