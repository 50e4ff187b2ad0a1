"""Draws of whole populations that the cases seen could have come from, and the ratings they give.

Inside each stratum the unseen cases are copies of seen ones, drawn from a Polya urn: the posterior
of a finite population under as little assumption as possible (G. Meeden and S. Vardeman 1991,
Journal of the American Statistical Association 86, 972-980). A whole case is copied, so that the
figures keep hanging together. An urn of twenty faultless cases would be certain of a faultless
caseload, so each stratum's is seeded with pseudo-cases from the whole sample, which itself counts
half a case in which every point was won and half a case in which none was.

Counts are whole numbers made from the raw bits of a stream: the same draws on every machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from inspectkit.assessment.domains import Flags
from inspectkit.assessment.rating.cases import Cases, Floats
from inspectkit.streams import Stream

# Three are better calibrated still in `benchmarks/calibration.py`, whose strata are alike; two lean
# less on the other strata where they are not.
PSEUDO_CASES = 2
Whole = npt.NDArray[np.int64]


def compositions(total: int, parts: int, draws: int, random: Stream) -> Whole:
    """Ways to share `total` among `parts`, each way as likely as any other: draws x parts.

    That is what a Polya urn with one ball of each kind gives. Bars among places are chosen by
    Floyd's algorithm, all draws at once.

    >>> from inspectkit.streams import stream
    >>> compositions(5, 3, 4, stream("key", "urn")).sum(axis=1).tolist()
    [5, 5, 5, 5]
    """
    bars = parts - 1
    places = total + bars
    chosen = np.empty((bars, draws), dtype=np.int64)
    uniform = random.array(bars * draws).reshape(bars, draws)
    for row, top in enumerate(range(total, places)):
        pick = np.minimum((uniform[row] * (top + 1)).astype(np.int64), top)
        taken = (chosen[:row] == pick).any(axis=0)
        chosen[row] = np.where(taken, top, pick)
    chosen.sort(axis=0)
    ends = np.full((1, draws), -1), np.full((1, draws), places)
    return np.ascontiguousarray((np.diff(np.concatenate([ends[0], chosen, ends[1]]), axis=0) - 1).T)


def totals(
    cases: Cases, draws: int, random: Stream, *, pseudo_cases: int = PSEUDO_CASES
) -> Iterator[tuple[int, Floats, Floats]]:
    """For each domain its place, and won and available in each drawn population: draws x F."""
    shape = (len(cases.domains), draws, len(cases.figures))
    won, available = np.zeros(shape), np.zeros(shape)
    for stratum in range(len(cases.strata)):
        own = np.flatnonzero((cases.stratum == stratum) & cases.settled.any(axis=1))
        if not len(own):
            continue
        table = _table(cases, own)
        drawn = _population(cases, stratum, own, draws, random, pseudo_cases)
        settled = drawn @ table.settled
        scale = np.divide(
            cases.sizes[stratum], settled, out=np.zeros_like(settled), where=settled > 0
        )
        whole = bool((scale == 1).all())
        for places, inside in _alike(table.inside, len(own)):
            sums = [drawn @ (values * inside[:, None]) for values in (table.won, table.available)]
            for place in places:
                # inside one stratum the scale cancels, and the sums stay whole numbers
                alone = whole or cases.domains[place] == cases.strata[stratum]
                won[place] += sums[0] if alone else scale * sums[0]
                available[place] += sums[1] if alone else scale * sums[1]
    for place in range(len(cases.domains)):
        yield place, won[place], available[place]


def _alike(inside: Flags, own: int) -> Iterator[tuple[list[int], Flags]]:
    """The domains that lie in a stratum, those that hold the same of its rows together."""
    groups: dict[bytes, list[int]] = {}
    for place in np.flatnonzero(inside[:own].any(axis=0)).tolist():
        groups.setdefault(inside[:, place].tobytes(), []).append(place)
    for places in groups.values():
        yield places, inside[:, places[0]]


@dataclass(frozen=True)
class _Table:
    """The stratum's own cases, then what a pseudo-case may be: the pool, all won, all lost."""

    won: Floats
    available: Floats
    settled: Floats
    inside: Flags


def _table(cases: Cases, own: npt.NDArray[np.intp]) -> _Table:
    pool = np.flatnonzero(cases.settled.any(axis=1))
    rows = np.concatenate([own, pool, own, own])
    # what nobody was asked in this stratum stays unasked in its pseudo-cases
    asked = cases.available[own].any(axis=0)
    available = cases.available[rows] * asked
    won = cases.won[rows] * asked
    first = len(own) + len(pool)
    won[first : first + len(own)] = available[first : first + len(own)]
    won[first + len(own) :] = 0
    inside = cases.inside[rows].copy()
    for place, domain in enumerate(cases.domains):
        if domain in cases.strata:  # a pseudo-case joins this stratum, wherever it came from
            inside[:, place] = cases.inside[own[0], place]
    return _Table(won, available, cases.settled[rows].astype(np.float64), inside)


def _population(
    cases: Cases,
    stratum: int,
    own: npt.NDArray[np.intp],
    draws: int,
    random: Stream,
    pseudo_cases: int,
) -> Floats:
    """How often each row of the stratum's table stands in each population: draws x rows."""
    unseen = max(int(cases.sizes[stratum]) - len(own), 0)
    n, pool = len(own), int(cases.settled.any(axis=1).sum())
    shared = compositions(unseen, n + pseudo_cases, draws, random)
    pick = random.array(draws * pseudo_cases).reshape(draws, pseudo_cases) * (pool + 1)
    template = random.array(draws * pseudo_cases).reshape(draws, pseudo_cases) * n
    rows = np.where(
        pick < pool,
        n + pick.astype(np.int64),
        n + pool + template.astype(np.int64) + n * (pick >= pool + 0.5),
    )
    counts = np.zeros((draws, 3 * n + pool))
    counts[:, :n] = shared[:, :n] + 1
    for column in range(pseudo_cases):
        counts[np.arange(draws), rows[:, column]] += shared[:, n + column]
    return counts
