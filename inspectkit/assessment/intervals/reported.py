"""The limits that the report will print where its default does, for many samples at once.

The numbers come from `assessment.intervals`, the very functions of the report; what is here only
chooses among them as `assessment.estimation` does: the exact bound at 0% and 100%, the value itself
in a census, KG-s in between, none where no variance can be had.
"""

from __future__ import annotations

from dataclasses import fields

import numpy as np

from inspectkit.assessment.intervals import (
    Floats,
    Sums,
    effective_n,
    exact_limits,
    limits,
    ratio,
)


def report_limits(sums: Sums, *, level: float = 0.95) -> tuple[Floats, Floats]:
    """Low and high of every row of strata; not a number where the report gives no interval.

    >>> from inspectkit.assessment.intervals import yes_no
    >>> low, high = report_limits(yes_no([[519.0]] * 2, [[20.0]] * 2, [[15.0], [20.0]]))
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.507, 0.836], [0.914, 1.0])
    """
    with np.errstate(invalid="ignore"):
        value = ratio(sums)
        size = effective_n(sums, value, level=level)
        low, high = limits(value, size, level=level)
        census = (sums.settled >= sums.size).all(-1)
        known = np.isfinite(value) & np.isfinite(size)
    ends: dict[tuple[bytes, bool], tuple[float, float]] = {}
    for row in np.flatnonzero(known & ((value == 0) | (value == 1)) & ~census):
        won = bool(value[row] == 1)
        same = (sums.cases[row].tobytes() + sums.available[row].tobytes(), won)
        if same not in ends:  # rows that differ in nothing the bound looks at come up often
            each = Sums(*(getattr(sums, field.name)[row] for field in fields(Sums)))
            ends[same] = exact_limits(each, won=won, level=level)
        low[row], high[row] = ends[same]
    low, high = np.where(known, low, np.nan), np.where(known, high, np.nan)
    return np.where(census, value, low), np.where(census, value, high)
