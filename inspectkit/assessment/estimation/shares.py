"""Shares by domain straight from a table of marks too large to score: one count, then a few cells.

Every estimate of a simple random sample in strata follows from how often each pair of points and
available points comes up in each domain and stratum. The table is counted where it lies (parquet,
pandas, Polars, Arrow, PostgreSQL or Spark); what comes back is whole numbers, so that the answer is
the same from any of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from inspectkit.assessment.coverage.choice import KG, RECOVERED
from inspectkit.assessment.cube import Cube
from inspectkit.assessment.domains import ALL
from inspectkit.assessment.estimation.records import Estimate
from inspectkit.assessment.estimation.rows import Asked, rows_of
from inspectkit.assessment.grid import COUNTS
from inspectkit.assessment.scoring import Figure
from inspectkit.errors import InspectionError, Problems
from inspectkit.sampling.engines.opening import opened

# a table does not tell what else it is of, nor what the cases without points could have won
UNKNOWN = ("figure", "kind", "of_all", "worst", "best")
Cell = tuple[str, str, int, int, int]  # domain, stratum, points, available, rows


def shares(
    table: Any,
    sizes: Mapping[str, int],
    *,
    by: str,
    stratum: str = "stratum",
    points: str = "points",
    available: str = "available",
    level: float = 0.95,
    interval: str = KG,
) -> pd.DataFrame:
    """The share of points by domain and over all, with limits, in the columns of `Estimates.table`.

    table: one row for each case marked, as a path or a table of any engine. sizes: N of each
    stratum. by, stratum: columns of text. points, available: columns of whole numbers; a case to
    which nothing applied has 0 available. interval: KG-s or recovered; the samples of an
    inspection, which may need another, go through `estimate`.

    Errors: a stratum without its N, or with more cases than that; points above those available.

    >>> cases = pd.DataFrame({"area": ["A", "A", "B", "B"], "stratum": ["A", "A", "B", "B"],
    ...     "points": [1, 0, 1, 1], "available": 1})
    >>> shares(cases, {"A": 40, "B": 60}, by="area")[["domain", "value", "n", "N"]].values.tolist()
    [['A', Fraction(1, 2), 2, 40], ['B', Fraction(1, 1), 2, 60], ['all', Fraction(4, 5), 4, 100]]
    """
    if interval not in (KG, RECOVERED):
        raise InspectionError("shares", f"no interval {interval!r} here", f"Use {KG}, {RECOVERED}")
    with opened(table, id=stratum, stratum=None, facts=[by]) as engine:
        cells = list(_cells(engine.groups([by, stratum, points, available])))
        _check(engine.name, cells, sizes)
    asked = Asked(level, level, interval, "both", frozenset({"simple"}))
    rows = list(rows_of([Figure(points, "share", points, ())], _cube(points, cells, sizes), asked))
    columns = [each.name for each in fields(Estimate) if each.name not in UNKNOWN]
    return pd.DataFrame([[row[name] for name in columns] for row in rows], columns=columns,
                        dtype=object)  # fmt: skip


def _cells(groups: Iterable[Sequence[Any]]) -> Iterable[Cell]:
    for domain, stratum, points, available, rows in groups:
        yield str(domain), str(stratum), int(points), int(available), int(rows)


def _check(name: str, cells: Sequence[Cell], sizes: Mapping[str, int]) -> None:
    problems = Problems()
    for _, stratum, points, available, _ in cells:
        if not 0 <= points <= available:
            what = f"{points} points of {available} available"
            problems.add(f"{name}, stratum {stratum}", what, "Correct the marks")
    for stratum in dict.fromkeys(cell[1] for cell in cells):
        n = sum(cell[4] for cell in cells if cell[1] == stratum)
        if stratum not in sizes:
            problems.add(f"{name}, stratum {stratum}", "its N is not given", "Give it in sizes")
        elif n > sizes[stratum]:
            what = f"{n} cases marked of a frame of {sizes[stratum]}"
            problems.add(f"{name}, stratum {stratum}", what, "Correct its N, or the table")
    problems.raise_if_any()


def _cube(figure: str, cells: Sequence[Cell], sizes: Mapping[str, int]) -> Cube:
    """The sums of one figure over domains and strata, from counts of equal cases."""
    domains = (*sorted({cell[0] for cell in cells}), ALL)
    strata = tuple(sizes)
    d, s = (np.array([names.index(cell[k]) for cell in cells], dtype=np.int64)
            for k, names in ((0, domains), (1, strata)))  # fmt: skip
    shape = (1, len(domains), len(strata))
    arrays = {name: np.zeros(shape, dtype=np.int64) for name in COUNTS}
    for name, counts in _counts(cells).items():
        np.add.at(arrays[name][0], (d, s), counts)
        arrays[name][0, -1] = arrays[name][0, :-1].sum(axis=0)
    size = np.broadcast_to(np.array(list(sizes.values()), dtype=np.int64), shape)
    whole = np.broadcast_to(arrays["settled"][:, -1:], shape)
    held = arrays["settled"] > 0
    held[:, -1] |= size[:, -1] > 0  # a stratum without a case marked is missed over all
    nothing = np.zeros(shape, dtype=np.int64)
    more = {"settled": whole, "drawn": whole, "size": size, "held": held, "out_of_scope": nothing}
    return Cube((figure,), domains, strata, arrays | more)


def _counts(cells: Sequence[Cell]) -> dict[str, npt.NDArray[np.int64]]:
    """What each cell adds to the sums of its domain and stratum."""
    y, a, rows = np.array([cell[2:] for cell in cells], dtype=np.int64).reshape(-1, 3).T
    applies = a > 0
    found = {"cases": applies, "points": y, "available": a, "points_squared": y * y}
    found |= {"product": y * a, "available_squared": a * a, "settled": a >= 0, "na": ~applies}
    return {name: rows * each.astype(np.int64) for name, each in found.items()}
