"""Which counts a published report leaves out, so that no small one can be worked out from the rest.

Cells of 1 to under the threshold are left out, with further cells beside them (secondary
suppression). The outcome is then attacked as a reader would: for every small cell, tables of whole
numbers are sought that agree with all that is published. As long as the least and the greatest
number of an answer are not `threshold - 1` apart, or how often a question did not apply can be
told exactly, more is left out. What this finds is kept as proof: `Hidden.ranges`.
The idea is that of tau-Argus and sdcTable (A. Hundepool et al., Statistical Disclosure Control,
Wiley 2012, chapter 4): linear relations only, attacker's problem by integer programming.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy

from inspectkit.errors import InspectionError
from inspectkit.report.counts import NOT_ASKED, UNMARKED, Row
from inspectkit.report.versions import THRESHOLD

Cell = tuple[str, str, str]  # question, casework type, name of the cell
Figure = tuple[str, str]  # theme or tag, casework type
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Hidden:
    """What is left out: cells and figures; ranges: which values each small cell might have."""

    cells: frozenset[Cell] = frozenset()
    figures: frozenset[Figure] = frozenset()
    ranges: tuple[tuple[Cell, int, int], ...] = ()

    def of(self, row: Row) -> frozenset[str]:
        """The hidden cells of a row, by name."""
        names = (name for name in row.cells if (row.question, row.stratum, name) in self.cells)
        return frozenset(names)


def hide(rows: Sequence[Row], *, threshold: int = THRESHOLD) -> Hidden:
    """What to leave out of these rows and of the sums of the figures that they feed.

    Published are: how many marks each row has in all, every cell not hidden, and for every figure
    not hidden its points won, points available and marks not applicable.
    Errors: a threshold under 2.

    >>> row = Row("q", "CC", ("fm", "nm", "na"), (30, 2, 8), (2, 0, 0), (2, 2, 0), ())
    >>> sorted(hide([row]).of(row))
    ['na', 'nm']
    """
    if threshold < 2:
        raise InspectionError("threshold", f"{threshold} hides nothing", "Give 5, or 2 to 100")
    found: list[Hidden] = []
    for stratum in dict.fromkeys(row.stratum for row in rows):
        found.append(_Stratum([row for row in rows if row.stratum == stratum], threshold).hidden())
    return Hidden(
        frozenset().union(*(each.cells for each in found)),
        frozenset().union(*(each.figures for each in found)),
        tuple(sorted(one for each in found for one in each.ranges)),
    )


def in_column(numbers: Sequence[int], *, threshold: int = THRESHOLD) -> frozenset[int]:
    """Places to leave out of a column whose total is published.

    The places left out add up to at least the threshold, so each may be anything from 0 to that.

    >>> sorted(in_column([120, 3, 14, 0]))
    [1, 2]
    >>> in_column([120, 14, 0])
    frozenset()
    """
    small = {place for place, number in enumerate(numbers) if 0 < number < threshold}
    others = sorted(set(range(len(numbers))) - small, key=lambda at: (not numbers[at], numbers[at]))
    while small and others and (len(small) < 2 or sum(numbers[at] for at in small) < threshold):
        small.add(others.pop(0))
    return frozenset(small)


class _Stratum:
    """One casework type's rows: nothing published adds one casework type to another."""

    def __init__(self, rows: Sequence[Row], threshold: int) -> None:
        self._rows, self._threshold = rows, threshold
        self._hidden = {row.question: set(_first(row, threshold)) for row in rows}
        self._shown = list(dict.fromkeys(figure for row in rows for figure in row.figures))
        self._gone: list[str] = []

    def hidden(self) -> Hidden:
        while True:
            ranges = self._attacked()
            broken = [at for at, (low, high) in ranges.items() if high - low < self._enough(at)]
            if not broken or not self._hide_more(dict.fromkeys(row for row, _ in broken)):
                return self._told(ranges)

    def _enough(self, at: tuple[int, int]) -> int:
        """How far apart the values of a small cell must be.

        An answer says something of a person. How often a question did not apply is the base of a
        share, which its points available nearly state: it must be uncertain, no more.
        """
        row = self._rows[at[0]]
        is_base = row.figures and not row.of[at[1]]
        # fewer marks than the threshold: nothing that is published says which value a cell has
        return min(1 if is_base else self._threshold - 1, row.total)

    def _hide_more(self, broken: Iterable[int]) -> bool:
        """A step for each broken row: all of it, else a neighbour's row, else its figures."""
        rows = [self._rows[place] for place in broken]
        steps = (self._whole, self._neighbour, self._figure)
        changed = [any(step(row) for step in steps) for row in rows]  # a step for every row
        return any(changed)

    def _whole(self, row: Row) -> bool:
        before = len(self._hidden[row.question])
        self._hidden[row.question] |= set(row.cells)
        return len(self._hidden[row.question]) > before

    def _neighbour(self, row: Row) -> bool:
        """One more row of just the same figures: the one that says least already."""
        beside = [
            each
            for each in self._rows
            if each.figures == row.figures and set(each.cells) - self._hidden[each.question]
        ]
        if not row.figures or not beside:
            return False
        return self._whole(min(beside, key=lambda each: (each.available, each.question)))

    def _figure(self, row: Row) -> bool:
        gone = [each for each in row.figures if each in self._shown]
        if gone:
            self._shown.remove(gone[-1])  # a tag goes before a theme
            self._gone.append(gone[-1])
        return bool(gone)

    def _attacked(self) -> dict[tuple[int, int], tuple[int, int]]:
        """(row, cell) of each small hidden number → least and greatest value found for it."""
        attack = _Attack(self._rows, self._hidden, self._shown)
        return attack.ranges({at: self._enough(at) for at in attack.places if self._small(*at)})

    def _small(self, row: int, cell: int) -> bool:
        found = self._rows[row]
        return found.cells[cell] != UNMARKED and 0 < found.numbers[cell] < self._threshold

    def _told(self, ranges: Mapping[tuple[int, int], tuple[int, int]]) -> Hidden:
        stratum = self._rows[0].stratum

        def named(row: int, cell: int) -> Cell:
            return self._rows[row].question, stratum, self._rows[row].cells[cell]

        cells = {(q, stratum, name) for q, names in self._hidden.items() for name in names}
        told = tuple((named(*at), low, high) for at, (low, high) in ranges.items())
        return Hidden(frozenset(cells), frozenset((each, stratum) for each in self._gone), told)


class _Attack:
    """What a reader can work out: hidden cells as unknown whole numbers, the rest as equations."""

    def __init__(
        self, rows: Sequence[Row], hidden: Mapping[str, set[str]], figures: Sequence[str]
    ) -> None:
        self.places = [
            (r, c)
            for r, row in enumerate(rows)
            for c, name in enumerate(row.cells)
            if name in hidden[row.question]
        ]
        self._truth = np.array([rows[r].numbers[c] for r, c in self.places], dtype=np.int64)
        lines = [[(i, 1) for i, at in enumerate(self.places) if at[0] == r]
                 for r in range(len(rows))]  # fmt: skip
        for figure in figures:
            inside = [(i, rows[r], c) for i, (r, c) in enumerate(self.places)
                      if figure in rows[r].figures]  # fmt: skip
            lines.append([(i, row.won[c]) for i, row, c in inside])
            lines.append([(i, row.of[c]) for i, row, c in inside])
            lines.append([(i, int(not row.of[c] and row.cells[c] not in _NO_NA))
                          for i, row, c in inside])  # fmt: skip
        self._lines = _matrix(lines, len(self.places))
        highest = np.array([rows[r].total for r, _ in self.places], dtype=float)
        self._bounds = scipy.optimize.Bounds(np.zeros(len(self.places)), highest)

    def ranges(
        self, enough: Mapping[tuple[int, int], int]
    ) -> dict[tuple[int, int], tuple[int, int]]:
        """Least and greatest values seen; a cell is left alone once they are far enough apart."""
        index = {at: i for i, at in enumerate(self.places)}
        low, high = self._truth.copy(), self._truth.copy()

        def open_() -> list[int]:
            return [index[at] for at, n in enough.items() if high[index[at]] - low[index[at]] < n]

        for sign in (1, -1, 1, -1):  # all at once first: few tables settle most cells
            if asked := open_():
                self._seek(asked, sign, low, high)
        for at, n in enough.items():
            for sign in (1, -1):
                if high[index[at]] - low[index[at]] < n:
                    self._seek([index[at]], sign, low, high)
        return {at: (int(low[index[at]]), int(high[index[at]])) for at in enough}

    def _seek(self, places: Sequence[int], sign: int, low: Ints, high: Ints) -> None:
        """One more table that agrees with all that is published; widens what has been seen."""
        aim = np.zeros(len(self.places))
        aim[list(places)] = sign
        known = self._lines @ self._truth
        found = scipy.optimize.milp(
            aim,
            constraints=scipy.optimize.LinearConstraint(self._lines, known, known),
            integrality=np.ones(len(self.places)),
            bounds=self._bounds,
            options={"time_limit": 5.0},
        )
        if found.x is None:
            return
        table = np.rint(found.x).astype(np.int64)
        if (table >= 0).all() and (self._lines @ table == known).all():
            np.minimum(low, table, out=low)
            np.maximum(high, table, out=high)


_NO_NA = (NOT_ASKED, UNMARKED)


def _first(row: Row, threshold: int) -> set[str]:
    """The small cells of a row, and the next ones that keep them from being worked out.

    What inspectors have not marked says nothing of a case: it is never small.
    """
    cells = [place for place, name in enumerate(row.cells) if name != UNMARKED]
    chosen = in_column([row.numbers[place] for place in cells], threshold=threshold)
    return {row.cells[cells[place]] for place in chosen}


def _matrix(lines: Sequence[Sequence[tuple[int, int]]], width: int) -> scipy.sparse.csr_array:
    filled = [[(i, value) for i, value in line if value] for line in lines]
    filled = [line for line in filled if line] or [[]]
    rows = [r for r, line in enumerate(filled) for _ in line]
    columns = [i for line in filled for i, _ in line]
    values = [value for line in filled for _, value in line]
    return scipy.sparse.csr_array(
        (values, (rows, columns)), shape=(len(filled), width), dtype=np.int64
    )
