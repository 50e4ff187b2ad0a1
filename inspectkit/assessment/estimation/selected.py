"""The sampled cases as units of a design: which was drawn with what, and what each stands for.

A case not settled for a figure is taken as missing inside the unit it was drawn from: its
stratum's other cases (in a cluster design its cluster's other cases) stand for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from inspectkit.assessment.estimation.linear import Drawn, Stage
from inspectkit.assessment.intervals import Floats
from inspectkit.sampling.sample import Sample

BY_SIZE = ("pareto", "sequential_poisson")
CLUSTERS = "clusters"
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Selected:
    """The cases of a sample in the order of `sample.drawn`.

    stratum: number of each case's stratum. unit: its cluster, or itself. weight: 1 / probability,
    exact. certain: drawn for sure under selection by size. kinds, sizes: of each stratum its
    selection, and its units in the frame (clusters, or cases).
    """

    stratum: npt.NDArray[np.int64]
    unit: npt.NDArray[np.object_]
    weight: tuple[Fraction, ...]
    kinds: tuple[str, ...]
    sizes: tuple[int, ...]

    @cached_property
    def certain(self) -> Mask:
        by_size = np.array([kind in BY_SIZE for kind in self.kinds])[self.stratum]
        return np.asarray(by_size & np.array([each == 1 for each in self.weight]))

    def standing(self, settled: Mask) -> Standing:
        """The settled cases with weights that make up for those that are not."""
        weights = [Fraction(0)] * len(self.weight)
        shares = np.zeros((2, len(self.weight)))
        for number, kind in enumerate(self.kinds):
            rows = np.flatnonzero((self.stratum == number) & settled)
            if len(rows) == 0:
                continue
            if kind == CLUSTERS:
                self._of_clusters(number, rows, weights, shares)
            elif kind in BY_SIZE:
                self._of_sizes(number, rows, weights, shares)
            else:
                for row in rows:
                    weights[row] = Fraction(self.sizes[number], len(rows))
                    shares[:, row] = len(rows) / self.sizes[number], 1.0
        kept = np.flatnonzero(settled)
        return Standing(self, kept, tuple(weights[row] for row in kept), shares[:, kept])

    def _of_sizes(
        self, number: int, rows: npt.NDArray[np.int64], weights: list[Fraction], shares: Floats
    ) -> None:
        every = [self.weight[row] for row in np.flatnonzero(self.stratum == number)]
        scale = sum(every, Fraction()) / sum((self.weight[row] for row in rows), Fraction())
        for row in rows:
            weights[row] = self.weight[row] * scale
            shares[:, row] = min(float(1 / weights[row]), 1.0), 1.0

    def _of_clusters(
        self, number: int, rows: npt.NDArray[np.int64], weights: list[Fraction], shares: Floats
    ) -> None:
        inside = np.flatnonzero(self.stratum == number)
        drawn = len({self.unit[row] for row in inside})
        groups = pd.Series(rows).groupby(self.unit[rows])
        first = Fraction(groups.ngroups, self.sizes[number])
        lone = False
        for unit, own in groups:
            stands = sum((self.weight[row] for row in inside if self.unit[row] == unit), Fraction())
            items = stands * Fraction(drawn, self.sizes[number])
            lone |= len(own) == 1 and items > 1
            for row in own:
                weights[row] = items / len(own) / first
                shares[:, row] = float(first), min(len(own) / float(items), 1.0)
        if lone:  # no variance inside a cluster of one: clusters as if drawn with replacement
            shares[0, rows] = np.where(shares[0, rows] < 1, 0.0, 1.0)


@dataclass(frozen=True)
class Standing:
    """The settled cases of one figure: their places, exact weights, fractions by stage."""

    selected: Selected
    rows: npt.NDArray[np.int64]
    weight: tuple[Fraction, ...]
    fractions: Floats

    @cached_property
    def drawn(self) -> Drawn:
        """As `linear` takes it: clusters and cases in them, or cases alone."""
        kept, selected = self.rows, self.selected
        strata = selected.stratum[kept] * 2 + selected.certain[kept]
        stratum = np.unique(strata, return_inverse=True)[1]
        unit = np.unique(selected.unit[kept].astype(str), return_inverse=True)[1]
        first = Stage(stratum, unit, self.fractions[0])
        weights = np.array([float(each) for each in self.weight])
        if CLUSTERS not in selected.kinds:
            return Drawn(weights, (first,))
        return Drawn(weights, (first, Stage(unit, np.arange(len(kept)), self.fractions[1])))


def selected(sample: Sample) -> Selected:
    """How each case of the sample was drawn.

    Without recorded selection a stratum is a simple random sample; a systematic one counts as such.
    """
    strata = sample.strata().to_dict("records")
    place = {row["stratum"]: number for number, row in enumerate(strata)}
    kinds = tuple(str(row.get("selection") or "simple") for row in strata)
    columns = [each for each in ("probability", "cluster") if each in sample.cases]
    chosen = sample.cases[sample.cases["role"] == "sample"][["id", "stratum", *columns]]
    blank = chosen["cluster"].fillna("") == "" if "cluster" in chosen else chosen["id"].notna()
    own = "case " + chosen["id"].astype(str)
    units = own if "cluster" not in chosen else own.where(blank, "cluster " + chosen["cluster"])
    return Selected(
        stratum=chosen["stratum"].map(place).to_numpy(dtype=np.int64),
        unit=units.to_numpy(dtype=object),
        weight=tuple(1 / Fraction(each) for each in chosen["probability"]),
        kinds=kinds,
        sizes=tuple(
            int(row["clusters"] if kind == CLUSTERS else row["N"])
            for kind, row in zip(kinds, strata, strict=True)
        ),
    )
