"""Estimates say what the scores of a drawn sample mean for all the cases it was drawn from.

A domain is a stratum, "all" strata together (each weighted by N/n), or the cases that share a
fact of the frame. Values are exact fractions; limits come from `intervals`, on the sums of `cube`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from fractions import Fraction
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from inspectkit.assessment.cube import ALL, Address, Cube, cube
from inspectkit.assessment.intervals import (
    Sums,
    degrees_of_freedom,
    effective_n,
    exact_limits,
    limits,
    variance,
)
from inspectkit.assessment.scoring import Scores
from inspectkit.digest import digest, exact
from inspectkit.errors import InspectionError, Problems
from inspectkit.sampling.sample import Sample
from inspectkit.validation import nearest

CENSUS = "census"
OPTIONAL = ("value", "low", "high", "effective_n", "variance")


@dataclass(frozen=True)
class Estimate:
    """One figure in one domain.

    value: exact share of the points, None where it cannot be known. low, high: limits of the
    share, None where `method` says why. n: cases with something applicable. N: cases of the frame
    in the strata the domain lies in. points, available, na: as counted, unweighted. effective_n:
    size of the simple random sample that is as certain, None where there are no limits and for a
    census. variance: linearised, of the share. df: n less the strata these cases are in.
    """

    figure: str
    kind: str
    domain: str
    value: Fraction | None
    low: float | None
    high: float | None
    n: int
    N: int
    points: int
    available: int
    na: int
    method: str
    effective_n: float | None
    variance: float | None
    df: int

    def __getitem__(self, column: str) -> Any:
        return getattr(self, column)


@dataclass(frozen=True, eq=False)
class Estimates:
    """Every figure in every domain, with the scores and the sample they rest on.

    strata: figure, domain, stratum, N, n (cases settled), cases, points, available: the sums
    that each value is made of.
    """

    rows: tuple[Estimate, ...]
    strata: pd.DataFrame
    scores: Scores
    sample: Sample
    level: float

    def table(self) -> pd.DataFrame:
        """One row for each figure and domain; the columns are the fields of `Estimate`."""
        content: dict[str, Any] = {}
        for name in (each.name for each in fields(Estimate)):
            column = [row[name] for row in self.rows]
            content[name] = pd.Series(column, dtype=object) if name in OPTIONAL else column
        return pd.DataFrame(content)

    @cached_property
    def domains(self) -> tuple[str, ...]:
        """The domains in the order they are shown, "all" last."""
        return tuple(dict.fromkeys(row.domain for row in self.rows))

    @cached_property
    def _by_address(self) -> dict[tuple[str, str], Estimate]:
        return {(row.figure, row.domain): row for row in self.rows}

    def row(self, figure: str, domain: str) -> Estimate:
        """The estimate of a figure in a domain. Errors: either of them is not known."""
        self.scores.figure(figure)
        if domain not in self.domains:
            remedy = f"Use one of {', '.join(self.domains)}.{nearest(domain, list(self.domains))}"
            raise InspectionError("estimates", f"no domain {domain!r}", remedy)
        return self._by_address[figure, domain]

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the exact values and of what they rest on; the limits follow from these."""
        values = [
            [row.figure, row.domain, exact(row.value), row.n, row.method] for row in self.rows
        ]
        return digest([self.scores.digest, self.sample.digest, repr(self.level), values])


def estimate(
    scores: Scores, sample: Sample, *, by: Sequence[str] = ("stratum",), level: float = 0.95
) -> Estimates:
    """What the scores say of the frame: value, limits, n, N and method of every figure.

    by: columns of the sampled cases whose values become domains; "stratum" gives the casework
    types, a fact gives domains named "fact=value". "all" is always there. A stratum weighs N/n
    with n its cases settled for the figure, so that a file not yet examined counts neither as
    lost points nor as not applicable; "all" has no value while a stratum has no file settled.

    Limits cover sampling error only: KG-s (`intervals.limits` on `intervals.effective_n`), at
    exactly 0% and 100% the exact bound (`intervals.most_unseen`), the value itself in a census.

    Errors: a case outside the sample or in another stratum; a `by` that is no column.
    """
    if not 0 < level < 1:
        raise InspectionError("estimate", f"level {level} is not between 0 and 1", "Give 0.95")
    _check(scores, sample)
    sums = cube(scores, sample, by)
    return Estimates(tuple(_rows(scores, sums, level)), sums.table(), scores, sample, level)


def _check(scores: Scores, sample: Sample) -> None:
    cases = sample.drawn
    drawn = dict(zip(cases["id"], cases["stratum"], strict=True))
    problems = Problems()
    marked = scores.marks[["subject", "stratum"]].drop_duplicates()
    for subject, stratum in marked.itertuples(index=False):
        if subject not in drawn:
            remedy = "Estimate with the sample that was marked, or remove these marks"
            problems.add(f"case {subject}", "it has marks and is not in the sample", remedy)
        elif drawn[subject] != stratum:
            what = f"marked as {stratum}, drawn as {drawn[subject]}"
            problems.add(f"case {subject}", what, "Correct the stratum of the case")
    if ALL in scores.strata:
        problems.add("strata", f"a casework type has the id {ALL!r}", "Give it another id")
    problems.raise_if_any()


def _rows(scores: Scores, counts: Cube, level: float) -> Iterator[Estimate]:
    addresses = list(product(range(len(counts.figures)), range(len(counts.domains))))
    shape = counts["size"].shape[:2]
    values = {at: counts.value(at) for at in addresses}
    ratios = np.array([np.nan if v is None else float(v) for v in values.values()]).reshape(shape)
    sums = counts.sums
    sizes = effective_n(sums, ratios, level=level)
    low, high = limits(ratios, sizes, level=level)
    spread, df = variance(sums, ratios), degrees_of_freedom(sums)
    for at in addresses:
        method = _method(counts, at, values[at], bool(np.isfinite(sizes[at])), level)
        ends = _ends(method, values[at], (low[at], high[at]), _row_of(sums, at), level)
        figure = scores.figures[at[0]]
        yield Estimate(
            figure=figure.id,
            kind=figure.kind,
            domain=counts.domains[at[1]],
            value=values[at],
            low=ends[0],
            high=ends[1],
            n=int(counts["cases"][at].sum()),
            N=int(counts["size"][at][counts["held"][at]].sum()),
            points=int(counts["points"][at].sum()),
            available=int(counts["available"][at].sum()),
            na=int(counts["na"][at].sum()),
            method=method,
            effective_n=None if ends[0] is None or method == CENSUS else float(sizes[at]),
            variance=float(spread[at]) if np.isfinite(spread[at]) else None,
            df=max(int(df[at]), 0),
        )


def _method(counts: Cube, at: Address, value: Fraction | None, sized: bool, level: float) -> str:
    """In plain words, how the limits were found or why there are none."""
    settled, size, cases = (counts[name][at] for name in ("settled", "size", "cases"))
    lacking, held = counts["lacking"][at] > 0, counts["held"][at]
    if value is None:
        unseen = counts.unseen(at)
        return (
            f"none: no {' or '.join(unseen)} case marked" if unseen else "none: nothing applicable"
        )
    if (settled >= size)[held].all() and not lacking.any():
        return CENSUS
    if (lacking & (settled >= size)).any():
        return "none: answers missing"
    if cases.sum() < 2:
        return "none: one case"
    if cases.sum() <= (cases > 0).sum():
        return "none: one case in each stratum"
    if not sized:
        alone = np.array(counts.strata)[(cases == 1) & (settled == 1) & (size > 1)]
        return f"none: one case in {' and '.join(alone) or 'each open stratum'}"
    if value in (0, 1):
        return "exact, none lost" if value else "exact, none won"
    return f"KG-s, {level * 100:g}%"


def _ends(
    method: str, value: Fraction | None, kg: tuple[float, float], sums: Sums, level: float
) -> tuple[float | None, float | None]:
    if value is None or method.startswith("none"):
        return None, None
    if method == CENSUS:
        return float(value), float(value)
    if method.startswith("exact"):
        return exact_limits(sums, won=value == 1, level=level)
    return float(kg[0]), float(kg[1])


def _row_of(sums: Sums, at: Address) -> Sums:
    return Sums(*(getattr(sums, each.name)[at] for each in fields(Sums)))
