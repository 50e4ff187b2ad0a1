"""The settled cases of each stratum in the order of their tickets, for limits found by bets."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import pandas as pd

from inspectkit.assessment.cube import Address, Cube, membership_of
from inspectkit.assessment.intervals.betting import Seen, betting_limits
from inspectkit.assessment.scoring import Scores
from inspectkit.sampling.sample import Sample


class Bets:
    """Limits by bets (`intervals.betting`) for the figures and domains of an estimate."""

    def __init__(self, scores: Scores, sample: Sample, by: Sequence[str]) -> None:
        self._scores, self._sample, self._by = scores, sample, by

    def limits(self, counts: Cube, at: Address, level: float) -> tuple[float, float]:
        """Low and high of one figure in one domain."""
        figure, domain = counts.figures[at[0]], counts.domains[at[1]]
        rows = self._rows[(self._rows["figure"] == figure) & self._rows["settled"]]
        keep = rows["subject"].isin(self._members[domain])
        seen = []
        for place in np.flatnonzero(counts["held"][at]):
            own = rows["stratum"] == counts.strata[place]
            y, a = (rows[name].where(keep, 0)[own].to_numpy(dtype=np.float64)
                    for name in ("points", "available"))  # fmt: skip
            seen.append(Seen(int(counts["size"][at][place]), y, a))
        return betting_limits(seen, self._most[figure], level=level)

    @cached_property
    def _rows(self) -> pd.DataFrame:
        order = self._sample.drawn[["id", "order"]].rename(columns={"id": "subject"})
        cases = self._scores.cases().merge(order, on="subject")
        return cases.sort_values(["figure", "stratum", "order"], kind="stable")

    @cached_property
    def _members(self) -> dict[str, set[str]]:
        table = membership_of(self._sample, self._by)
        return {str(name): set(group["subject"]) for name, group in table.groupby("domain")}

    @cached_property
    def _most(self) -> dict[str, float]:
        """The most points that one case can have available for each figure."""
        marks = self._scores.marks
        items = marks.groupby(["question", "subject"]).size().groupby("question").max()
        most = marks.groupby("question")["worth"].max() * items
        return {each.id: float(most.reindex(each.questions).sum()) for each in self._scores.figures}
