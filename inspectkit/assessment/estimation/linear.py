"""Design-based totals, ratios and means with their variance by Taylor linearisation.

A design has one or more stages. At each stage units lie in strata and are drawn without
replacement; the units of a later stage lie inside one unit of the stage before. The variance of a
total is that between the units of the first stage, and, inside the units drawn, that between their
own units times the fractions drawn before: v = sum (1 - f) n/(n-1) sum (z - mean)^2 + f1 x (the
same one stage down). Zeros stand for what lies outside a domain, so that its size stays random.

Where sizes decide, a unit's own probability takes the place of its stratum's fraction: Brewer's
form of Hajek's variance, sum (1 - pi) n/(n-1) (z - mean)^2.

Sources: W. G. Cochran (1977), Sampling Techniques, 3rd ed., ch. 5A, 6, 10 and 11; K. R. W. Brewer
(2002), Combined Survey Sampling Inference, ch. 9.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from inspectkit.assessment.intervals import Floats
from inspectkit.assessment.intervals.sums import divide

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Stage:
    """One stage of a design: arrays with an entry for each row observed.

    stratum, unit: whole numbers from 0 that name them over the whole design. fraction: the share
    of the stratum's units that was drawn, or a unit's own probability; 0 is no correction.
    """

    stratum: Ints
    unit: Ints
    fraction: Floats

    @property
    def strata_of_units(self) -> Ints:
        return np.asarray(self.stratum[self._first])

    @property
    def fractions_of_units(self) -> Floats:
        return np.asarray(self.fraction[self._first])

    @property
    def _first(self) -> Ints:
        return np.asarray(np.unique(self.unit, return_index=True)[1])


@dataclass(frozen=True)
class Drawn:
    """The rows observed: what each stands for (its weight), and how it came to be drawn."""

    weight: Floats
    stages: tuple[Stage, ...]


@dataclass(frozen=True)
class Linear:
    """A ratio in one or more domains (arrays of one length).

    numerator, denominator: weighted totals, whose ratio is the value. n: rows in the domain.
    df: units of the first stage with a row in the domain, less their strata. variance is not a
    number where a stratum has a single unit with a row in the domain and was not drawn whole.
    """

    value: Floats
    variance: Floats
    df: Ints
    n: Ints
    numerator: Floats
    denominator: Floats

    @property
    def standard_error(self) -> Floats:
        return np.sqrt(self.variance)


def stage(stratum: object, unit: object, fraction: object) -> Stage:
    """A stage from labels of any kind; fraction may be one number."""
    strata, units = (
        np.unique(np.asarray(each), return_inverse=True)[1] for each in (stratum, unit)
    )
    share = np.broadcast_to(np.asarray(fraction, dtype=np.float64), units.shape)
    return Stage(strata, units, share)


def simple(stratum: object, size: object) -> Drawn:
    """Simple random samples in strata; size: the N of each row's stratum.

    >>> drawn = simple(["a"] * 3 + ["b"] * 2, [6, 6, 6, 4, 4])
    >>> drawn.weight.tolist()
    [2.0, 2.0, 2.0, 2.0, 2.0]
    """
    labels, N = np.unique(np.asarray(stratum), return_inverse=True)[1], np.asarray(size, float)
    n = np.bincount(labels)[labels]
    return Drawn(N / n, (stage(labels, np.arange(len(labels)), n / N),))


def ratio_of(drawn: Drawn, top: Floats, bottom: Floats) -> Linear:
    """Weighted total of `top` over that of `bottom`; zeros outside the domain.

    top, bottom: rows, or rows x domains; a row is in the domain where bottom is not 0.

    >>> found = ratio_of(simple(["a"] * 4, [8] * 4), np.array([1.0, 0, 2, 2]), np.full(4, 2.0))
    >>> float(found.value[0]), round(float(found.variance[0]), 6)
    (0.625, 0.028646)
    """
    y, a = (
        np.asarray(each, dtype=np.float64).reshape(len(drawn.weight), -1) for each in (top, bottom)
    )
    numerator, denominator = drawn.weight @ y, drawn.weight @ a
    value = divide(numerator, denominator, np.nan)
    e = divide(y - value * a, np.broadcast_to(denominator, y.shape))
    inside = a != 0
    return Linear(
        value,
        variance_of_total(drawn, e, inside),
        degrees_of_freedom(drawn, inside),
        inside.sum(0),
        numerator,
        denominator,
    )


def mean_of(drawn: Drawn, values: Floats, inside: Floats | None = None) -> Linear:
    """Weighted mean of values, or the share of rows of which they are 1, in a domain."""
    keep = np.ones(len(values)) if inside is None else np.asarray(inside, dtype=np.float64)
    return ratio_of(drawn, np.where(keep != 0, values, 0.0), keep)


def variance_of_total(drawn: Drawn, values: Floats, inside: npt.NDArray[np.bool_]) -> Floats:
    """Variance of the weighted totals of values (rows x domains)."""
    z = drawn.weight[:, None] * values
    before, total = np.ones(len(z)), np.zeros(z.shape[1])
    for each in drawn.stages:
        total = total + _between(each, z, inside, before)
        before = before * each.fraction
    return total


def unit_totals(each: Stage, values: Floats) -> Floats:
    """Totals of rows x domains by unit of a stage: units x domains."""
    totals = np.zeros((int(each.unit.max()) + 1, values.shape[1]))
    np.add.at(totals, each.unit, values)
    return totals


def degrees_of_freedom(drawn: Drawn, inside: npt.NDArray[np.bool_]) -> Ints:
    """Units of the first stage with a row in the domain, less the strata these are in."""
    first = drawn.stages[0]
    units = unit_totals(first, inside.astype(np.float64)) > 0
    strata = np.zeros((int(first.stratum.max()) + 1, inside.shape[1]))
    np.add.at(strata, first.strata_of_units, units)
    return np.asarray(units.sum(0) - (strata > 0).sum(0), dtype=np.int64)


def _between(each: Stage, z: Floats, inside: npt.NDArray[np.bool_], before: Floats) -> Floats:
    """Variance between the units of one stage, times the fractions drawn before it."""
    first = np.unique(each.unit, return_index=True)[1]
    stratum, f, carried = each.stratum[first], each.fraction[first], before[first]
    totals = unit_totals(each, z)
    n = np.bincount(stratum)
    means = np.zeros((len(n), z.shape[1]))
    np.add.at(means, stratum, totals)
    spread = np.square(totals - (means / np.maximum(n, 1)[:, None])[stratum])
    of = n[stratum].astype(np.float64)
    scale = carried * (1 - f) * divide(of, of - 1.0)
    unknown = ((of == 1) & (f < 1))[:, None] & (unit_totals(each, inside.astype(float)) > 0)
    return np.where(unknown.any(0), np.nan, scale @ spread)
