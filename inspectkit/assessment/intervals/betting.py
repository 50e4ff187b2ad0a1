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

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from math import log

import numpy as np
import numpy.typing as npt

from inspectkit.assessment.intervals.sums import Floats

Flags = npt.NDArray[np.bool_]
STAKE = 0.75  # the most of a fortune that is put on one case
STEPS = 14  # halvings: to 1 in 16,000
STEPS_OF_A_MEAN = 11  # the same inside a stratum


@dataclass(frozen=True)
class Seen:
    """One stratum's settled cases in ticket order: points, available; N of the stratum.

    The last axis of the arrays is the case; axes before it are samples looked at together.
    """

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
    low, high = (_least(side, most, level) for side in (strata, _lost(strata)))
    return low, 1 - high


def believed(
    strata: Sequence[Seen], most: float, ratio: float, *, level: float = 0.95
) -> npt.NDArray[np.bool_]:
    """Whether the limits hold a ratio, of every sample: neither side's bets refute it.

    >>> seen = Seen(500, np.tile([2.0, 2, 1, 2, 0, 2], 10), np.full(60, 2.0))
    >>> [bool(believed([seen], 2.0, ratio)) for ratio in (0.5, 0.75, 0.95)]
    [False, True, False]
    """
    low = _too_low(strata, most, level, np.asarray(ratio))
    return np.asarray(~low & ~_too_low(_lost(strata), most, level, np.asarray(1 - ratio)))


def _least(strata: Sequence[Seen], most: float, level: float) -> float:
    """The smallest ratio that the bets do not refute."""
    refuted = partial(_too_low, strata, most, level)
    return float(_last(refuted, np.zeros(()), np.ones(()), STEPS))


def _lost(strata: Sequence[Seen]) -> list[Seen]:
    return [Seen(s.size, s.available - s.points, s.available) for s in strata]


def _too_low(strata: Sequence[Seen], most: float, level: float, r: Floats) -> Flags:
    """Whether the bets refute that the ratio is no more than r."""
    alpha = (1 - level) / 2 / len(strata)
    least = sum(
        each.size * _least_mean((each.points - r * each.available) / most + r, each.size, alpha)
        for each in strata
    )
    return np.asarray(least > r * sum(each.size for each in strata))


def _least_mean(x: Floats, size: int, alpha: float) -> Floats:
    """Lower bound of the mean of `size` values in [0, 1] of which x were drawn, in their order."""
    low = x.sum(axis=-1) / size
    high = low + (size - x.shape[-1]) / size
    bets = _Bets(x, size, alpha)
    return np.where(bets.refute(low), _last(bets.refute, low, high, STEPS_OF_A_MEAN), low)


def _last(refuted: Callable[[Floats], Flags], low: Floats, high: Floats, steps: int) -> Floats:
    """The largest value that is refuted, by halving: fortunes fall as what is supposed rises."""
    for _ in range(steps):
        middle = (low + high) / 2
        wrong = refuted(middle)
        low, high = np.where(wrong, middle, low), np.where(wrong, high, middle)
    return low


class _Bets:
    """The stakes on each case, which what was seen before it decides."""

    def __init__(self, x: Floats, size: int, alpha: float) -> None:
        n = x.shape[-1]
        self._x, self._size, self._wanted = x, size, log(1 / alpha)
        self._before = np.cumsum(x, axis=-1) - x
        guess = (0.5 + self._before) / (1 + np.arange(n))
        off = np.cumsum((x - guess) ** 2, axis=-1) - (x - guess) ** 2
        self._stakes = np.sqrt(2 * self._wanted / (n * (0.25 + off) / (1 + np.arange(n))))
        self._left = size - np.arange(n)

    def refute(self, means: Floats) -> Flags:
        """Whether the largest fortune on the way is too large for the supposed mean."""
        rest = (self._size * means[..., None] - self._before) / self._left
        rest = np.clip(rest, 1e-12, 1.0)
        put = np.minimum(self._stakes, STAKE / rest)
        won = np.log1p(np.maximum(put * (self._x - rest), -1 + 1e-12))
        return np.asarray(np.cumsum(won, axis=-1).max(axis=-1) >= self._wanted)
