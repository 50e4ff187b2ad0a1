"""The settled cases of each stratum in the order of their tickets, for limits found by bets."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from inspectkit.assessment.cube import Address, Cube
from inspectkit.assessment.domains import Domains
from inspectkit.assessment.grid import Grid
from inspectkit.assessment.intervals.betting import Seen, betting_limits
from inspectkit.assessment.scoring import Scores
from inspectkit.sampling.sample import Sample


class Bets:
    """Limits by bets (`intervals.betting`) for the figures and domains of an estimate."""

    def __init__(self, scores: Scores, sample: Sample, grid: Grid, domains: Domains) -> None:
        self._scores, self._grid, self._domains = scores, grid, domains
        self._order = np.argsort(sample.drawn["order"].to_numpy(), kind="stable")

    def limits(self, counts: Cube, at: Address, level: float) -> tuple[float, float]:
        """Low and high of one figure in one domain."""
        figure, domain = at
        order = self._order
        keep = self._domains.inside[order, domain]
        settled = self._grid["settled"][figure, order] > 0
        seen = []
        for place in np.flatnonzero(counts["held"][at]):
            own = settled & (self._grid.stratum[order] == place)
            y, a = (np.where(keep, self._grid[name][figure, order], 0)[own].astype(np.float64)
                    for name in ("points", "available"))  # fmt: skip
            seen.append(Seen(int(counts["size"][at][place]), y, a))
        return betting_limits(seen, self._most[counts.figures[figure]], level=level)

    @cached_property
    def _most(self) -> dict[str, float]:
        """The most points that one case can have available for each figure."""
        marks = self._scores.marks
        items = marks.groupby(["question", "subject"]).size().groupby("question").max()
        most = marks.groupby("question")["worth"].max() * items
        return {each.id: float(most.reindex(each.questions).sum()) for each in self._scores.figures}
