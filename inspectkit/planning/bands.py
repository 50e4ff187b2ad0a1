"""How likely each published band is, given a guess at the truth, and the n at which it is sure.

Cases are taken to win all their points or none, where figures are least certain. `spread` says how
much less they differ: the variance between cases as a share of the largest possible one. A figure
with spread s is as sure on n cases as a yes-or-no figure on n / s.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import ceil, lcm, prod

import numpy as np

from inspectkit.assessment.coverage.samples import (
    Ints,
    Marks,
    Part,
    counted,
    frame_of,
    hypergeometric,
    likely,
)
from inspectkit.assessment.intervals import Floats
from inspectkit.errors import InspectionError
from inspectkit.streams import Stream

SAMPLES = 20_000
MOST = 1_000  # the largest n looked at for a wanted certainty
Boundaries = Sequence[Fraction]


@dataclass(frozen=True)
class Certainty:
    """The smallest n from which on a wrong band is published with less than a wanted chance.

    n: None where no n up to the frame, or the most looked at, will do; note says why. wrong: the
    chance of a wrong band at n.
    """

    n: int | None
    wrong: float | None
    note: str = ""


def band_of(value: Fraction, boundaries: Boundaries) -> int:
    """Which band, counted from the best (0), a share lies in; boundaries belong to the band above.

    >>> band_of(Fraction(7, 10), [Fraction(6, 10), Fraction(7, 10)])
    0
    """
    return sum(value < boundary for boundary in boundaries)


def band_chances(
    N: int, n: int, guess: Fraction, boundaries: Boundaries, *, spread: Fraction = Fraction(1)
) -> tuple[float, ...]:
    """Probability of each band, best first, for a simple random sample of n of N cases.

    >>> [round(p, 3) for p in band_chances(17500, 30, Fraction(65, 100), [Fraction(6, 10), Fraction(7, 10)])]
    [0.357, 0.423, 0.22]
    """  # noqa: E501
    _check(spread, guess)
    all_cases, cases = round(N / spread), max(1, round(n / spread))
    full = counted(Part("", "", all_cases, cases), guess, Marks()).full
    chances = hypergeometric(all_cases, full, np.array([cases]), np.arange(cases + 1))[0]
    return _cut(chances, [ceil(cases * boundary) for boundary in boundaries])


def certainty(
    N: int,
    guess: Fraction,
    boundaries: Boundaries,
    *,
    wrong: Fraction = Fraction(1, 10),
    spread: Fraction = Fraction(1),
    minimum: int = 1,
) -> Certainty:
    """The smallest n from which on the chance of a wrong band stays below `wrong`.

    The right band is that of the guess. minimum: fewest cases the rule rates.

    >>> certainty(17500, Fraction(8, 10), [Fraction(6, 10), Fraction(7, 10)]).n
    34
    """
    if guess in boundaries:
        return Certainty(None, None, "the guess lies on a boundary: no n tells the bands apart")
    right, most = band_of(guess, boundaries), min(N, MOST)
    chances = {n: 1 - band_chances(N, n, guess, boundaries, spread=spread)[right]
               for n in range(minimum, most + 1)}  # fmt: skip
    lacking = [n for n, chance in chances.items() if chance >= wrong]
    n = max(lacking, default=minimum - 1) + 1
    if n > most:
        end = f"all {N} cases" if most == N else f"{most} cases"
        return Certainty(None, None, f"not even with {end}")
    return Certainty(n, chances[n])


def pooled_chances(
    parts: tuple[Part, ...],
    guess: tuple[Fraction, ...],
    boundaries: Boundaries,
    stream: Stream,
    *,
    spread: Fraction = Fraction(1),
) -> tuple[float, ...]:
    """Probability of each band, best first, of the strata together, each weighted by N / n."""
    scaled = tuple(
        Part(each.id, each.label, round(each.N / spread), max(1, round(each.n / spread)))
        for each in parts
    )
    frame = frame_of(scaled, guess, Marks())
    (_, full, _), chances = likely(scaled, frame, Marks(), stream, SAMPLES)
    above = [_reaches(scaled, full, boundary) for boundary in boundaries]
    reached = [1.0, *(float(chances[each].sum()) for each in above), 0.0]
    return tuple(max(a - b, 0.0) for a, b in pairwise(reached))[::-1]


def _reaches(parts: tuple[Part, ...], full: Ints, boundary: Fraction) -> np.ndarray:
    """Whether the weighted share reaches a boundary, in whole numbers: sum of (N / n) x >= b N."""
    common, whole = lcm(*(part.n for part in parts)), sum(part.N for part in parts)
    weights = [part.N * (common // part.n) * boundary.denominator for part in parts]
    wanted = boundary.numerator * whole * common
    exact = max(wanted, prod([sum(weights), max(part.n for part in parts)])) >= 2**62
    counts = full.astype(object) if exact else full
    return np.asarray(sum(counts[:, k] * weight for k, weight in enumerate(weights)) >= wanted)


def _cut(chances: Floats, starts: Sequence[int]) -> tuple[float, ...]:
    """The chances between the counts at which each band starts, best band first."""
    edges = [0, *starts, len(chances)]
    return tuple(float(chances[low:high].sum()) for low, high in pairwise(edges))[::-1]


def _check(spread: Fraction, guess: Fraction) -> None:
    if not 0 < spread <= 1:
        remedy = "Give a share of the largest variance, above 0 and up to 1"
        raise InspectionError("spread", f"it is {spread}", remedy)
    if not 0 <= guess <= 1:
        raise InspectionError("guess", f"{guess} is no share", 'Give 0.65 or "65%"')
