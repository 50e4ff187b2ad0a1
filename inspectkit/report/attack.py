"""What a reader can work out of published tables: hidden numbers are unknowns, the rest equations.

The attacker's problem of tau-Argus and sdcTable (A. Hundepool et al., Statistical Disclosure
Control, Wiley 2012, chapter 4), by integer programming.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import scipy

from inspectkit.report.counts import NOT_ASKED, UNMARKED, Row

Place = tuple[int, int]  # row, cell of it
Places = tuple[Place, ...]  # cells that are looked at together: their sum
Ints = npt.NDArray[np.int64]
TURNS = 10  # the first four with all cells one way, then half of them against the other half
NO_NA = (NOT_ASKED, UNMARKED)


class Attack:
    """Tables of whole numbers that agree with all that is published of these rows.

    Known are the sum of each row and each cell that is not hidden; the points won, available and
    marks not applicable of the rows of each of `sums`; the sum of the cells of each of `margins`.
    """

    def __init__(
        self,
        rows: Sequence[Row],
        hidden: Sequence[Collection[str]],
        sums: Iterable[Sequence[int]],
        margins: Iterable[Places] = (),
    ) -> None:
        self.places = [
            (r, c)
            for r, row in enumerate(rows)
            for c, name in enumerate(row.cells)
            if name in hidden[r]
        ]
        self._index = index = {at: i for i, at in enumerate(self.places)}
        self._truth = np.array([rows[r].numbers[c] for r, c in self.places], dtype=np.int64)
        lines = [[(index[r, c], 1) for c in range(len(row.cells)) if (r, c) in index]
                 for r, row in enumerate(rows)]  # fmt: skip
        lines += [[(index[at], 1) for at in margin if at in index] for margin in margins]
        for held in sums:
            inside = [(index[r, c], rows[r], c) for r in held for c in range(len(rows[r].cells))
                      if (r, c) in index]  # fmt: skip
            lines.append([(i, row.won[c]) for i, row, c in inside])
            lines.append([(i, row.of[c]) for i, row, c in inside])
            lines.append([(i, int(not row.of[c] and row.cells[c] not in NO_NA))
                          for i, row, c in inside])  # fmt: skip
        self._lines = _matrix(lines, len(self.places))
        highest = np.array([rows[r].total for r, _ in self.places], dtype=float)
        self._bounds = scipy.optimize.Bounds(np.zeros(len(self.places)), highest)

    def ranges(self, enough: Mapping[Places, int]) -> dict[Places, tuple[int, int]]:
        """Least and greatest sums seen; cells are left alone once these are `enough` apart."""
        if not enough:
            return {}
        sought = list(enough)
        wanted = np.array([enough[at] for at in sought], dtype=np.int64)
        held = _matrix([[(self._index[at], 1) for at in each] for each in sought],
                       len(self.places))  # fmt: skip
        low, high = held @ self._truth, held @ self._truth

        def seek(chosen: Ints, signs: Ints) -> None:
            """One more table that agrees with all that is published; widens what has been seen."""
            table = self._table(signs @ held[chosen])
            if table is not None:
                np.minimum(low, held @ table, out=low)
                np.maximum(high, held @ table, out=high)

        for turn in range(TURNS):  # many at once first: few tables settle most cells
            if (open_ := np.flatnonzero(high - low < wanted)).size:
                bits = open_ >> (turn // 2 - 2) & 1 if turn > 3 else 0 * open_
                seek(open_, (1 - 2 * bits) * (-1 if turn % 2 else 1))
        for each in range(len(sought)):
            for sign in (1, -1):
                if high[each] - low[each] < wanted[each]:
                    seek(np.array([each]), np.array([sign]))
        return {at: (int(low[i]), int(high[i])) for i, at in enumerate(sought)}

    def _table(self, aim: npt.NDArray[np.float64]) -> Ints | None:
        """The table in which the aim is least, as far as it is found in time."""
        known = self._lines @ self._truth
        found = scipy.optimize.milp(
            aim,
            constraints=scipy.optimize.LinearConstraint(self._lines, known, known),
            integrality=np.ones(len(self.places)),
            bounds=self._bounds,
            options={"time_limit": 5.0},
        )
        if found.x is None:
            return None
        table = np.rint(found.x).astype(np.int64)
        agrees = (table >= 0).all() and (self._lines @ table == known).all()
        return table if agrees else None


def _matrix(lines: Sequence[Sequence[tuple[int, int]]], width: int) -> scipy.sparse.csr_array:
    filled = [[(i, value) for i, value in line if value] for line in lines]
    filled = [line for line in filled if line] or [[]]
    rows = [r for r, line in enumerate(filled) for _ in line]
    columns = [i for line in filled for i, _ in line]
    values = [value for line in filled for _, value in line]
    return scipy.sparse.csr_array(
        (values, (rows, columns)), shape=(len(filled), width), dtype=np.int64
    )
