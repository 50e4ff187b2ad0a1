"""Limits of a ratio of points that hold for any marks: a bet against each wrong value.

Is the ratio r? Then points - r x available add up to 0 over all the cases. In each stratum, with
its cases in the order of their tickets, someone bets that the rest of them is better than r says;
stakes follow from the cases seen before, and what is left to see is known, since the number of
cases is. If r were true a fortune of 1/alpha would be made with probability alpha at most (Ville),
so it refutes r. Each stratum gives a bound at alpha/H, and all H hold together (Bonferroni).

Source: I. Waudby-Smith and A. Ramdas (2020), Confidence sequences for sampling without
replacement, NeurIPS 33; and (2024), JRSS B 86, 1-27, for the stakes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

import numpy as np

from inspectkit.assessment.intervals.sums import Floats

STAKE = 0.75  # the most of a fortune that is put on one case
GRID = 48
STEPS = 14  # halvings: to 1 in 16,000


@dataclass(frozen=True)
class Seen:
    """One stratum's settled cases in ticket order: points, available; N of the stratum."""

    size: int
    points: Floats
    available: Floats


def betting_limits(
    strata: Sequence[Seen], most: float, *, level: float = 0.95
) -> tuple[float, float]:
    """Low and high of points over available points; `most` is what one case can have available.

    >>> seen = Seen(500, np.tile([2.0, 2, 1, 2, 0, 2], 10), np.full(60, 2.0))
    >>> low, high = betting_limits([seen], 2.0)
    >>> 0.5 < low < 0.75 < high < 0.9
    True
    """
    alpha = (1 - level) / 2 / len(strata)
    lost = [Seen(s.size, s.available - s.points, s.available) for s in strata]
    return _least(strata, most, alpha), 1 - _least(lost, most, alpha)


def _least(strata: Sequence[Seen], most: float, alpha: float) -> float:
    """The smallest ratio that the bets do not refute, by halving."""
    total = sum(each.size for each in strata)
    low, high = 0.0, 1.0
    for _ in range(STEPS):
        r = (low + high) / 2
        least = sum(
            each.size
            * _least_mean(
                (each.points - r * each.available) / most + r, each.size, alpha
            )
            for each in strata
        )  # fmt: skip
        low, high = (r, high) if least > r * total else (low, r)
    return low


def _least_mean(x: Floats, size: int, alpha: float) -> float:
    """Lower bound of the mean of `size` values in [0, 1] of which x were drawn, in their order."""
    low, high = float(x.sum()) / size, (float(x.sum()) + size - len(x)) / size
    for _ in range(2):  # the grid, and the grid between two of its points
        means = np.linspace(low, high, GRID)
        refuted = np.flatnonzero(_fortune(x, size, means, alpha) >= log(1 / alpha))
        if not len(refuted):
            return low
        low, high = means[refuted[-1]], means[min(refuted[-1] + 1, GRID - 1)]
    return low


def _fortune(x: Floats, size: int, means: Floats, alpha: float) -> Floats:
    """The largest log fortune on the way, for each supposed mean."""
    n = len(x)
    before = np.concatenate([[0.0], np.cumsum(x)[:-1]])
    guess = (0.5 + before) / (1 + np.arange(n))
    squared = 0.25 + np.concatenate([[0.0], np.cumsum((x - guess) ** 2)[:-1]])
    stakes = np.sqrt(2 * log(1 / alpha) / (n * squared / (1 + np.arange(n))))
    left = size - np.arange(n)
    rest = np.clip((size * means[:, None] - before) / left, 1e-12, 1.0)
    put = np.minimum(stakes, STAKE / rest)
    won = np.log1p(np.maximum(put * (x - rest), -1 + 1e-12))
    return np.asarray(np.maximum.accumulate(np.cumsum(won, axis=1), axis=1)[:, -1])
