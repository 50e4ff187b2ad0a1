"""Replicate weights: the stratified jackknife (JKn) and the Rao-Wu bootstrap of first-stage units.

Every replicate multiplies the weights of whole units, so whatever is computed from weighted totals
can be computed again. Beside linearisation this serves what has no formula. With a second stage
the first is taken as drawn with replacement, which errs towards too much variance; otherwise its
finite population correction is kept.

Sources: K. M. Wolter (2007), Introduction to Variance Estimation, 2nd ed., ch. 4; J. N. K. Rao and
C. F. J. Wu (1988), JASA 83, 231-241, with n - 1 units drawn of n.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from inspectkit.assessment.estimation.linear import Drawn, Ints, unit_totals
from inspectkit.assessment.intervals import Floats
from inspectkit.assessment.intervals.sums import divide
from inspectkit.streams import Stream


@dataclass(frozen=True)
class Replicates:
    """factors: replicates x units, what the weights of a unit's rows are multiplied by.

    scales: of each replicate's squared distance from the whole sample's value.
    """

    drawn: Drawn
    factors: Floats
    scales: Floats

    def totals(self, values: Floats) -> Floats:
        """Weighted totals of values (rows x domains): replicates x domains."""
        rows = np.asarray(values, dtype=np.float64).reshape(len(self.drawn.weight), -1)
        weighted = self.drawn.weight[:, None] * rows
        return np.asarray(self.factors @ unit_totals(self.drawn.stages[0], weighted))

    def ratios(self, top: Floats, bottom: Floats) -> Floats:
        """The ratio of two totals in every replicate: replicates x domains."""
        return divide(self.totals(top), self.totals(bottom), np.nan)

    def variance(self, values: Floats, whole: Floats) -> Floats:
        """Variance of what had these values in the replicates and `whole` in the sample."""
        return np.asarray(self.scales @ (values - whole) ** 2)


def jackknife(drawn: Drawn) -> Replicates:
    """JKn: each unit left out in turn, the others of its stratum standing for it."""
    stratum, f, n = _units(drawn)
    kept = np.where(stratum[:, None] == stratum[None, :], divide(n, n - 1)[:, None], 1.0)
    np.fill_diagonal(kept, 0.0)
    alone = n == 1
    return Replicates(drawn, kept[~alone], ((1 - f) * (n - 1) / n)[~alone])


def rao_wu(drawn: Drawn, replicates: int, stream: Stream) -> Replicates:
    """n - 1 of each stratum's n units drawn with replacement, rescaled for the fraction drawn."""
    stratum, f, _ = _units(drawn)
    factors = np.ones((replicates, len(stratum)))
    for each in np.unique(stratum):
        units = np.flatnonzero(stratum == each)
        size = len(units)
        if size < 2:
            continue
        picked = (stream.array(replicates * (size - 1)) * size).astype(np.int64)
        place = picked + np.repeat(np.arange(replicates) * size, size - 1)
        times = np.bincount(place, minlength=replicates * size).reshape(replicates, size)
        factors[:, units] = 1 + np.sqrt(1 - f[units]) * (times * size / (size - 1) - 1)
    return Replicates(drawn, factors, np.full(replicates, 1 / replicates))


def _units(drawn: Drawn) -> tuple[Ints, Floats, Floats]:
    """Stratum, fraction drawn (0 with a second stage) and number in the stratum of each unit."""
    first = drawn.stages[0]
    stratum, f = first.strata_of_units, first.fractions_of_units
    if len(drawn.stages) > 1:
        f = np.where(f < 1, 0.0, f)
    return stratum, f, np.bincount(stratum)[stratum].astype(np.float64)
