"""The cube of a sample that is not simple random in strata: sums of units, values from weights.

Its sums are of first-stage units (a cluster's estimated total, a case scaled by its weight), so
that intervals see what they see of cases: N, n and moments by stratum. What these sums do not know,
the variance inside clusters and the probabilities of sizes, is kept beside them as `beyond`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from inspectkit.assessment.cube import Address, Cube
from inspectkit.assessment.domains import Domains
from inspectkit.assessment.estimation.linear import ratio_of, unit_totals
from inspectkit.assessment.estimation.selected import Selected, Standing, selected
from inspectkit.assessment.grid import COUNTED, COUNTS, Grid, Whole
from inspectkit.assessment.intervals import ratio, variance
from inspectkit.assessment.scoring import LACKING, NOT_APPLICABLE
from inspectkit.sampling.sample import Sample

UNITS = [
    "settled",
    "cases",
    "points",
    "available",
    "points_squared",
    "product",
    "available_squared",
]


@dataclass(frozen=True)
class WeightedCube(Cube):
    """totals: weighted counts of each figure and domain, exact, by address, count and basis."""

    totals: dict[tuple[Address, str, str], Fraction] = field(default_factory=dict)

    def total(self, at: Address, name: str, of: str = "settled") -> Fraction:
        return self.totals[at, name, of]


def weighted_cube(plain: Cube, grid: Grid, domains: Domains, sample: Sample) -> WeightedCube:
    """The same counts as the plain cube, with sums of units in place of sums of cases."""
    how, inside = selected(sample), domains.inside.astype(np.float64)
    arrays = {name: plain[name].astype(np.float64) for name in UNITS}
    arrays["size"] = np.zeros(arrays["cases"].shape)
    beyond = np.zeros(arrays["cases"].shape[:2])
    totals: dict[tuple[Address, str, str], Fraction] = {}
    for number in range(len(plain.figures)):
        own = {name: grid[name][number] for name in COUNTED}
        standing = how.standing(own["settled"] > 0)
        y, a = (own[name][standing.rows] for name in ("points", "available"))
        keep = inside[standing.rows]
        _fill(arrays, number, how, standing, y[:, None] * keep, a[:, None] * keep)
        totals |= _exact(number, standing, how, own, inside)
        beyond[number] = _beyond(arrays, number, standing, y[:, None] * keep, a[:, None] * keep)
    counts = {f"{name}_of_cases": plain[name] for name in ("size", *COUNTS)}
    return WeightedCube(
        plain.figures, plain.domains, plain.strata,
        {**plain.arrays, **arrays, **counts}, beyond=beyond, totals=totals,
    )  # fmt: skip


def _exact(
    number: int, standing: Standing, how: Selected, own: dict[str, Whole], inside: Any
) -> dict[tuple[Address, str, str], Fraction]:
    """Weighted counts of one figure: by the settled cases' weights, and by those of all drawn."""
    found = {}
    for of, rows, weights in (
        ("settled", standing.rows, standing.weight),
        ("drawn", np.arange(len(how.weight)), how.weight),
    ):
        for name in ("points", "available", NOT_APPLICABLE, LACKING):
            counts = own[name][rows]
            for domain in range(inside.shape[1]):
                held = np.flatnonzero((counts != 0) & (inside[rows, domain] > 0))
                parts = (weights[row] * int(counts[row]) for row in held)
                found[(number, domain), name, of] = sum(parts, Fraction())
    return found


def _fill(
    arrays: dict[str, Any], number: int, how: Selected, standing: Standing, y: Any, a: Any
) -> None:
    """Moments of unit totals by stratum, scaled so that N/n of the units weighs them."""
    if not len(standing.rows):
        arrays["settled"][number] = 0
        return
    first = standing.drawn.stages[0]
    weights = standing.drawn.weight[:, None]
    won, of = unit_totals(first, weights * y), unit_totals(first, weights * a)
    places = np.unique(first.unit, return_index=True)[1]
    stratum = how.stratum[standing.rows][places]
    for each, size in enumerate(how.sizes):
        mine = stratum == each
        n = int(mine.sum())
        scaled_won, scaled_of = won[mine] * n / size, of[mine] * n / size
        arrays["size"][number, :, each], arrays["settled"][number, :, each] = size, n
        arrays["cases"][number, :, each] = (scaled_of > 0).sum(0)
        arrays["points"][number, :, each] = scaled_won.sum(0)
        arrays["available"][number, :, each] = scaled_of.sum(0)
        arrays["points_squared"][number, :, each] = (scaled_won**2).sum(0)
        arrays["product"][number, :, each] = (scaled_won * scaled_of).sum(0)
        arrays["available_squared"][number, :, each] = (scaled_of**2).sum(0)


def _beyond(arrays: dict[str, Any], number: int, standing: Standing, y: Any, a: Any) -> Any:
    """The linearised variance of the whole design less what the sums of its units give."""
    if not len(standing.rows):
        return np.zeros(y.shape[1])
    from_units = WeightedCube((), (), (), {name: each[number] for name, each in arrays.items()})
    sums = from_units.sums
    return ratio_of(standing.drawn, y, a).variance - variance(sums, ratio(sums))
