"""Durations: shares sent in time, medians and quantiles; something never sent is late, not missing.

A duration without an end is `math.inf`: once its limit has passed it is late for certain, and it
lies above every quantile. Before the limit has passed nobody knows yet, and the share is bounded.

Source of the limits of a quantile: R. S. Woodruff (1952), JASA 47, 635-646: those of the share
below it, read back on the durations found.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import inf, isfinite, isnan

import numpy as np
from scipy.special import stdtrit

from inspectkit.assessment.estimation.linear import Drawn, mean_of
from inspectkit.assessment.intervals import Floats
from inspectkit.errors import InspectionError

NEVER = inf


@dataclass(frozen=True)
class Timely:
    """in_time, late and open (not sent, limit not yet passed) of n due.

    share: in time over those decided, None without any. worst, best: if all that is open will be
    late, or in time.
    """

    in_time: int
    late: int
    open: int

    @property
    def n(self) -> int:
        return self.in_time + self.late + self.open

    @property
    def share(self) -> Fraction | None:
        decided = self.in_time + self.late
        return Fraction(self.in_time, decided) if decided else None

    @property
    def worst(self) -> Fraction:
        return Fraction(self.in_time, self.n)

    @property
    def best(self) -> Fraction:
        return Fraction(self.in_time + self.open, self.n)


@dataclass(frozen=True)
class Quantile:
    """A quantile of durations with its limits; inf where it lies among those never sent.

    tails: for value, low and high, how many durations are at most and at least that long.
    """

    share: float
    value: float
    low: float
    high: float
    n: int
    df: int
    level: float
    tails: tuple[tuple[int, int], ...] = ()

    @property
    def words(self) -> str:
        """The value with its interval; a limit that nothing reached is said so."""
        low, value, high = (f"{x:g}" if isfinite(x) else "never" for x in
                            (self.low, self.value, self.high))  # fmt: skip
        return f"{value} ({low} to {high})"


def timely(taken: Floats, waited: Floats, *, within: float) -> Timely:
    """How many were in time, late, or still open.

    taken: what each took, NEVER where it was not sent. waited: how long ago each fell due to begin,
    at the day of inspection; it decides only for those not sent.

    >>> days = [1, 2, 2, 3, 4, 5, 8, 9, NEVER, NEVER]
    >>> found = timely(days, [30] * 10, within=5)
    >>> found.share, found.late
    (Fraction(3, 5), 4)
    """
    took, since = np.asarray(taken, dtype=np.float64), np.asarray(waited, dtype=np.float64)
    if np.isnan(took).any() or (took < 0).any():
        what = "a duration is missing or negative"
        raise InspectionError("timeliness", what, "Give NEVER (inf) for what was never sent")
    in_time, sent = took <= within, np.isfinite(took)
    waits = ~sent & (since <= within)
    return Timely(int(in_time.sum()), int((~in_time & ~waits).sum()), int(waits.sum()))


def quantile_of(
    drawn: Drawn, values: Floats, share: float = 0.5, *, level: float = 0.95
) -> Quantile:
    """The value that a share of the frame's durations does not exceed, with Woodruff's limits.

    >>> from inspectkit.assessment.estimation.linear import simple
    >>> days = np.array([1.0, 2, 3, 4, 5, 6, 7, NEVER, NEVER, NEVER])
    >>> quantile_of(simple(["a"] * 10, [400] * 10), days).words
    '5 (2 to never)'
    """
    x = np.asarray(values, dtype=np.float64)
    order = np.argsort(x, kind="stable")
    reached = np.cumsum(drawn.weight[order]) / drawn.weight.sum()

    def at(wanted: float) -> float:
        if isnan(wanted) or wanted > 1 + 1e-12:
            return inf
        place = int(np.searchsorted(reached, wanted - 1e-12))
        return float(x[order][min(place, len(x) - 1)])

    value = at(share)
    under = x <= value if isfinite(value) else np.isfinite(x)
    below = mean_of(drawn, under.astype(np.float64))
    df = int(below.df[0])
    half = float(stdtrit(df, (1 + level) / 2) * below.standard_error[0]) if df > 0 else np.nan
    middle = float(below.value[0]) if isfinite(value) else share
    low = at(max(middle - half, 0.0)) if isfinite(half) else 0.0
    high = at(middle + half)
    tails = tuple((int((x <= end).sum()), int((x >= end).sum())) for end in (value, low, high))
    return Quantile(share, value, low, high, len(x), df, level, tails)
