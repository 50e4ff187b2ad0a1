"""Ratings made of ratings, for one set of inputs or for thousands of draws in one call.

Inputs are arrays of shape draws x inputs that hold the place of a rating among the rule's bands,
0 the best and -1 where it is not rated. Everything is whole numbers, so nothing is rounded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

import numpy as np
import numpy.typing as npt

from inspectkit.assessment.rule.bands import Cuts, Limits, cuts_of
from inspectkit.assessment.rule.model import BY_POINTS, Band, Condition, Limiter, Step

Places = npt.NDArray[np.int8]
Whole = npt.NDArray[np.int64]
NOT_RATED = -1


@dataclass(frozen=True)
class Combined:
    """places: the rating of each draw. top / bottom: the exact value it was decided on, if any."""

    places: Places
    top: Whole | None = None
    bottom: Whole | None = None

    def value(self, draw: int = 0) -> Fraction | None:
        """The total, share, mean or median of one draw."""
        if self.top is None or self.bottom is None or not self.bottom[draw]:
            return None
        return Fraction(int(self.top[draw]), int(self.bottom[draw]))


def combine(step: Step, bands: Sequence[Band], inputs: Places) -> Combined:
    """What a step gives for each row of inputs; -1 where it is not rated or no row holds.

    >>> bands = [Band(id=k, label=k, short=k, tone="fair") for k in ("good", "fair", "poor")]
    >>> worst = Step(id="overall", label="Overall", of="theme", method="lowest")
    >>> combine(worst, bands, np.array([[0, 2, 1], [0, 0, 0]], dtype=np.int8)).places
    array([2, 0], dtype=int8)
    """
    rated = inputs >= 0
    usable = rated.all(axis=1) if step.missing == "not_rated" else rated.any(axis=1)
    if step.method in BY_POINTS:
        result = _by_points(step, bands, inputs, rated)
    elif step.method == "counts":
        result = Combined(_by_counts(step, bands, inputs))
    elif step.method == "lowest":
        result = Combined(inputs.max(axis=1, initial=NOT_RATED))
    else:
        result = Combined(np.where(rated, inputs, np.int8(len(bands))).min(axis=1, initial=127))
    places = np.where(usable, result.places, NOT_RATED).astype(np.int8)
    return Combined(places, result.top, result.bottom)


def capped(
    limiter: Limiter,
    bands: Sequence[Band],
    given: Places,
    inputs: Places,
    flags: Mapping[str, bool],
) -> Places:
    """The ratings after a limiter; what is not rated stays so."""
    holds = _all_hold(limiter.when, bands, inputs, flags)
    cap = np.int8([band.id for band in bands].index(limiter.cap))
    bites = holds & (given >= 0) & (given < cap)
    return np.where(bites, cap, given)


def implied_cuts(step: Step, bands: Sequence[Band]) -> Cuts:
    """The cuts of a step: its own bands, or for a mean or median the points of each rating."""
    if step.bands:
        return step.cuts
    limits = [Limits(band.points or Fraction(0)) for band in bands]
    return cuts_of(limits, step.gap, step.rounding.pair if step.rounding else None)


def _by_points(
    step: Step, bands: Sequence[Band], inputs: Places, rated: npt.NDArray[np.bool_]
) -> Combined:
    points = [band.points or Fraction(0) for band in bands]
    scale = lcm(*(each.denominator for each in points))
    whole = np.array([*(int(each * scale) for each in points), 0], dtype=np.int64)
    worth, count = whole[inputs], rated.sum(axis=1)
    if step.method == "median":
        top, bottom = _middle(worth, rated, count), np.where(count, 2 * scale, 0)
    else:
        per_input = {"share": whole.max(), "mean": scale}.get(step.method)
        top = worth.sum(axis=1)
        bottom = np.where(count, scale, 0) if per_input is None else count * per_input
    names = [each.rating for each in step.bands] or [band.id for band in bands]
    known = [band.id for band in bands]
    places = np.array([*(known.index(name) for name in names), NOT_RATED], dtype=np.int8)
    found = implied_cuts(step, bands).indices(top, bottom)
    return Combined(places[found], top, bottom.astype(np.int64))


def _middle(worth: Whole, rated: npt.NDArray[np.bool_], count: npt.NDArray[np.int64]) -> Whole:
    """Twice the median of each row's rated inputs."""
    ordered = np.sort(np.where(rated, worth, np.iinfo(np.int64).max), axis=1)
    rows, last = np.arange(len(worth)), np.maximum(count - 1, 0)
    middle = ordered[rows, last // 2] + ordered[rows, (last + 1) // 2]
    return np.where(count, middle, 0)


def _by_counts(step: Step, bands: Sequence[Band], inputs: Places) -> Places:
    found = np.full(len(inputs), NOT_RATED, dtype=np.int8)
    known = [band.id for band in bands]
    for row in reversed(step.rows):
        found[_all_hold(row.when, bands, inputs, {})] = known.index(row.rating)
    return found


def _all_hold(
    conditions: Sequence[Condition],
    bands: Sequence[Band],
    inputs: Places,
    flags: Mapping[str, bool],
) -> npt.NDArray[np.bool_]:
    holds = np.ones(len(inputs), dtype=bool)
    for each in conditions:
        if each.flag:
            holds &= flags.get(each.flag, False)
            continue
        counted = [place for place, band in enumerate(bands) if band.id in each.count]
        number = np.isin(inputs, counted).sum(axis=1)
        holds &= number >= each.at_least
        if each.at_most is not None:
            holds &= number <= each.at_most
    return holds
