"""Which interval the report uses on a design: the narrowest that keeps its promise there.

The ladder: KG-s where it covers at least .93 at every truth looked at; else the limits recovered
from those of each stratum where these cover at least .95; else exact ones. What is looked at is the
design alone, its N and n, never the marks, so the choice does not depend on what was found.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import lru_cache

import numpy as np

from inspectkit.assessment.coverage.certificate import (
    ENOUGH,
    Coverage,
    Effort,
    Limits,
    certify,
    holds,
)
from inspectkit.assessment.coverage.samples import (
    Marks,
    Outcomes,
    Part,
    frame_of,
    is_countable,
    sums_of,
)
from inspectkit.assessment.intervals.recovered import recovered_limits
from inspectkit.assessment.intervals.reported import report_limits
from inspectkit.digest import digest
from inspectkit.streams import stream

KG, RECOVERED, EXACT = "KG-s", "recovered", "exact"
WANTED = 0.95
HARD = (Fraction(98, 100), Fraction(95, 100), Fraction(90, 100))  # of both grids
RARE = 1e-9
EFFORT = Effort(first=200, again=3, samples=2_000)
ALL_OR_NOTHING, HALVES = Marks(), Marks(na=Fraction(3, 10), half=Fraction(1, 2))


@lru_cache(maxsize=256)
def method_on(design: tuple[tuple[int, int], ...], level: float = 0.95) -> str:
    """KG-s, recovered or exact, for strata of N cases of which n were settled.

    Strata known whole add no doubt and are left out. A level other than 95% has to be missed by as
    little as 95% may be.

    >>> method_on(((519, 20),)), method_on(((17500, 30), (3500, 40), (519, 20)))
    ('KG-s', 'recovered')
    """
    parts = tuple(Part(str(k), "", N, n) for k, (N, n) in enumerate(design) if 0 < n < N)
    wanted = level - 0.95 + ENOUGH
    if not parts or (
        not _misses(parts, level, wanted) and _covers(parts, report_limits, level, wanted)
    ):
        return KG
    if len(parts) > 1 and _covers(parts, recovered_limits, level, level - 0.95 + WANTED):
        return RECOVERED
    return EXACT


def in_words(method: str, strata: int) -> str:
    """An interval of the ladder as a plan names it.

    >>> in_words(RECOVERED, 3)
    'limits recovered from those of each of 3 strata'
    """
    return {
        KG: "the interval in use",
        RECOVERED: f"limits recovered from those of each of {strata} strata",
        EXACT: "exact limits, found by bets",
    }[method]


def with_fallback(found: Coverage, parts: tuple[Part, ...], level: Fraction) -> Coverage:
    """The certificate's entry with the interval that the report uses where this one falls short."""
    if found.enough:
        return found
    method = method_on(tuple((part.N, part.n) for part in parts), float(level))
    # short for one kind of marks only, and not for those the choice rests on
    method = EXACT if method == KG else method
    return replace(found, fallback=in_words(method, len(parts)))


def _covers(parts: tuple[Part, ...], limits: Limits, level: float, wanted: float) -> bool:
    """Whether an interval's smallest coverage, give or take its simulation error, is enough."""
    # over several strata nothing is worse than all or nothing; in a large part of one, halves are
    kinds = (ALL_OR_NOTHING, HALVES) if len(parts) == 1 else (ALL_OR_NOTHING,)
    random = stream(digest([[each.N, each.n] for each in parts]), "choice of interval")
    for marks in kinds:
        found = certify(
            "", parts, level=Fraction(str(level)), stream=random, marks=(marks,), effort=EFFORT,
            limits=limits,
        )[0]  # fmt: skip
        if not found.least + 2 * found.error >= wanted:
            return False
    return True


def _misses(parts: tuple[Part, ...], level: float, wanted: float) -> bool:
    """Whether one of the truths that are mostly the worst of the grid refuses KG-s already.

    Only the samples that it makes likely are looked at; the others are taken to hold it.
    """
    if len(parts) == 1 or not is_countable(parts, ALL_OR_NOTHING):
        return False  # of one stratum all samples are as soon counted as a part of them
    outcomes = Outcomes(parts, na=False)
    for share in HARD:
        frame = frame_of(parts, (share,) * len(parts), ALL_OR_NOTHING)
        chance = outcomes.probabilities(frame)
        cases, full = (counts[chance > RARE] for counts in (outcomes.cases, outcomes.full))
        low, high = report_limits(sums_of(parts, cases, full, np.zeros_like(full)), level=level)
        chance, without = chance[chance > RARE], np.isnan(low)
        missed = chance[~holds(low, high, frame) & ~without].sum()
        if missed > (1 - wanted) * (1 - chance[without].sum()):
            return True
    return False
