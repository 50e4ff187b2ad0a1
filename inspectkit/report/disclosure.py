"""Which counts a published report leaves out, so that no small one can be worked out from the rest.

Cells of 1 to under the threshold are left out, with further cells beside them (secondary
suppression). The outcome is then attacked as a reader would: for every small cell, tables of whole
numbers are sought that agree with all that is published. As long as the least and the greatest
number of an answer are not `threshold - 1` apart, or how often a question did not apply can be
told exactly, more is left out. What this finds is kept as proof: `Hidden.ranges`.
Figures of groups of cases are attacked together with the tables of all cases: total less group.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from inspectkit.errors import InspectionError
from inspectkit.report.attack import Attack, Place, Places
from inspectkit.report.counts import UNMARKED, Row
from inspectkit.report.versions import THRESHOLD

Cell = tuple[str, str, str]  # question, casework type, name of the cell
Figure = tuple[str, str]  # theme or tag, casework type


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


def in_column(
    numbers: Sequence[int], *, threshold: int = THRESHOLD, gone: Iterable[int] = ()
) -> frozenset[int]:
    """Places to leave out of a column whose total is published.

    The places left out add up to at least the threshold, so each may be anything from 0 to that.
    gone: places that are left out for other reasons.

    >>> sorted(in_column([120, 3, 14, 0]))
    [1, 2]
    >>> in_column([120, 14, 0])
    frozenset()
    """
    small = {place for place, number in enumerate(numbers) if 0 < number < threshold}
    small |= {place for place in gone if numbers[place]}
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
            broken = [at for at, (low, high) in ranges.items() if high - low < self._enough(*at)]
            if not broken or not self._hide_more(dict.fromkeys(row for row, _ in broken)):
                return self._told(ranges)

    def _enough(self, row: int, cell: int) -> int:
        return _enough(self._rows[row], cell, self._threshold)

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

    def _attacked(self) -> dict[Place, tuple[int, int]]:
        """Each small hidden number → least and greatest value found for it."""
        hidden = [self._hidden[row.question] for row in self._rows]
        attack = Attack(self._rows, hidden, [_feeding(self._rows, each) for each in self._shown])
        small = [(r, c) for r, c in attack.places if _small(self._rows[r], c, self._threshold)]
        ranges = attack.ranges({(at,): self._enough(*at) for at in small})
        return {at: found for (at,), found in ranges.items()}

    def _told(self, ranges: Mapping[Place, tuple[int, int]]) -> Hidden:
        stratum = self._rows[0].stratum

        def named(row: int, cell: int) -> Cell:
            return self._rows[row].question, stratum, self._rows[row].cells[cell]

        cells = {(q, stratum, name) for q, names in self._hidden.items() for name in names}
        told = tuple((named(*at), low, high) for at, (low, high) in ranges.items())
        return Hidden(frozenset(cells), frozenset((each, stratum) for each in self._gone), told)


def hide_in_groups(
    rows: Sequence[Row], groups: Sequence[Row], known: Hidden, *, threshold: int = THRESHOLD
) -> frozenset[str]:
    """Themes and tags that no group of a casework type may show beside the tables of all its cases.

    rows: of one casework type, published as `known` allows. groups: the same cases in groups, those
    without figures of their own as one that is named "". Published are, for every figure kept, its
    points won, points available and marks not applicable in each named group, and how many cases
    each group has. A small number of answers, in a group or in all, must stay as uncertain as
    `hide` leaves it: else a figure that its question feeds goes, a tag before a theme.
    """
    named = [each for each in dict.fromkeys(row.stratum for row in groups) if each]
    kept = [each for each in dict.fromkeys(figure for row in rows for figure in row.figures)
            if (each, rows[0].stratum) not in known.figures]  # fmt: skip
    cells = _alike(groups)
    margins = [cells[row.question, name] for row in rows for name in row.cells
               if name not in known.of(row) and (row.question, name) in cells]  # fmt: skip
    of_all = [_feeding(groups, each) for each in kept]
    targets = _targets(rows, groups, cells, threshold)
    gone: list[str] = []
    while kept:
        sums = [[r for r in _feeding(groups, each) if groups[r].stratum == name]
                for each in kept for name in named]  # fmt: skip
        attack = Attack(groups, [row.cells for row in groups], [*of_all, *sums], margins)
        ranges = attack.ranges({at: enough for at, (_, enough) in targets.items()})
        # what was uncertain stays so when less is published
        targets = {at: each for at, each in targets.items()
                   if ranges[at][1] - ranges[at][0] < each[1]}  # fmt: skip
        more = {feeds[-1] for row, _ in targets.values()
                if (feeds := [each for each in row.figures if each in kept])}  # fmt: skip
        if not more:
            break
        kept, gone = [each for each in kept if each not in more], [*gone, *more]
    return frozenset(gone)


def _targets(
    rows: Sequence[Row],
    groups: Sequence[Row],
    cells: Mapping[tuple[str, str], Places],
    threshold: int,
) -> dict[Places, tuple[Row, int]]:
    """What must stay uncertain: small numbers of groups, and of all cases as sums over groups."""
    found: dict[Places, tuple[Row, int]] = {
        ((r, c),): (row, _enough(row, c, threshold)) for r, row in enumerate(groups)
        for c in range(len(row.cells)) if _small(row, c, threshold)
    }  # fmt: skip
    for row in rows:
        for c, name in enumerate(row.cells):
            if _small(row, c, threshold):
                found[cells[row.question, name]] = (row, _enough(row, c, threshold))
    return found


def _alike(groups: Sequence[Row]) -> dict[tuple[str, str], Places]:
    """Question and name of a cell → that cell in every group that has it."""
    found: dict[tuple[str, str], Places] = {}
    for r, row in enumerate(groups):
        for c, name in enumerate(row.cells):
            found[row.question, name] = (*found.get((row.question, name), ()), (r, c))
    return found


def _feeding(rows: Sequence[Row], figure: str) -> list[int]:
    return [r for r, row in enumerate(rows) if figure in row.figures]


def _small(row: Row, cell: int, threshold: int) -> bool:
    return row.cells[cell] != UNMARKED and 0 < row.numbers[cell] < threshold


def _enough(row: Row, cell: int, threshold: int) -> int:
    """How far apart the values of a small cell must be.

    An answer says something of a person. How often a question did not apply is the base of a share,
    which its points available nearly state: it must be uncertain, no more.
    """
    is_base = row.figures and not row.of[cell]
    # fewer marks than the threshold: nothing that is published says which value a cell has
    return min(1 if is_base else threshold - 1, row.total)


def _first(row: Row, threshold: int) -> set[str]:
    """The small cells of a row, and the next ones that keep them from being worked out.

    What inspectors have not marked says nothing of a case: it is never small.
    """
    cells = [place for place, name in enumerate(row.cells) if name != UNMARKED]
    chosen = in_column([row.numbers[place] for place in cells], threshold=threshold)
    return {row.cells[cells[place]] for place in chosen}
