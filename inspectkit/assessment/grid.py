"""The grid: what every figure got from every case drawn, in whole numbers, figures by cases."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from inspectkit.assessment.scoring import LACKING, NOT_APPLICABLE, Scores
from inspectkit.sampling.sample import Sample

MOMENTS = ["cases", "points", "available", "points_squared", "product", "available_squared"]
COUNTS = [*MOMENTS, "settled", "na", "lacking", NOT_APPLICABLE, LACKING]
COUNTED = ["points", "available", "settled", "na", NOT_APPLICABLE, LACKING]
WANTING = ["unanswered", "not_examined", "unsettled"]
Whole = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Grid:
    """Arrays of shape figures x cases by name, in the order of `sample.drawn`.

    stratum: the place of each case's stratum in the design. A case that has no marks is 0
    everywhere, and so not settled.
    """

    figures: tuple[str, ...]
    subjects: tuple[str, ...]
    stratum: Whole
    arrays: dict[str, Whole]

    def __getitem__(self, name: str) -> Whole:
        return self.arrays[name]


def grid(scores: Scores, sample: Sample) -> Grid:
    """The grid of every case drawn; sums of it over cases are the sums of `cube`."""
    drawn, cases = sample.drawn, scores.cases()
    figures, subjects = tuple(each.id for each in scores.figures), tuple(drawn["id"])
    row = cases["figure"].map({name: place for place, name in enumerate(figures)}).to_numpy()
    column = cases["subject"].map({name: place for place, name in enumerate(subjects)}).to_numpy()
    arrays: dict[str, Whole] = {}
    counts = cases[COUNTED].assign(lacking=cases[WANTING].sum(axis=1))
    for name in counts:
        filled = np.zeros((len(figures), len(subjects)), dtype=np.int64)
        filled[row, column] = counts[name].to_numpy()
        arrays[str(name)] = filled
    y, a = arrays["points"], arrays["available"]
    arrays |= {"cases": (a > 0).astype(np.int64), "points_squared": y * y, "product": y * a,
               "available_squared": a * a}  # fmt: skip
    places = {name: place for place, name in enumerate(sample.strata()["stratum"])}
    stratum = drawn["stratum"].map(places).to_numpy(dtype=np.int64)
    return Grid(figures, subjects, stratum, arrays)
