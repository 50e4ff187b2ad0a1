"""The samples that a design can give from a stated frame: all of them, or many drawn at random.

A frame is stated by whole counts of each stratum: its N cases, the M in which something applies,
and of these how many won all their points and how many won half. Samples are simple random in
strata, so the counts of a sample are hypergeometric.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache, reduce

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln

from inspectkit.assessment.intervals import Floats, Sums
from inspectkit.streams import Stream

Ints = npt.NDArray[np.int64]
COUNTABLE = 200_000  # outcomes that are counted through rather than drawn


@dataclass(frozen=True)
class Part:
    """A stratum as the plan sees it."""

    id: str
    label: str
    N: int
    n: int


@dataclass(frozen=True)
class Marks:
    """How the marks of a frame are made up.

    na: share of cases in which nothing applies. half: of the points that half marks could hold at
    a given mean, the share they do hold; 0 is all or nothing, where cases differ most.
    """

    na: Fraction = Fraction(0)
    half: Fraction = Fraction(0)

    def __str__(self) -> str:
        kind = "yes or no" if not self.half else "with half marks"
        return f"{kind}, {float(self.na * 100):.3g}% not applicable"


@dataclass(frozen=True)
class Count:
    """What the marks of one stratum's N cases would be: M applicable, full and half of them."""

    M: int
    full: int
    half: int


def frame_of(
    parts: tuple[Part, ...], truths: Sequence[Fraction], marks: Marks
) -> tuple[Count, ...]:
    """The frame in which every stratum has its own true share of points."""
    return tuple(counted(part, each, marks) for part, each in zip(parts, truths, strict=True))


def frames_of(
    parts: tuple[Part, ...], grid: Sequence[Sequence[Fraction]], marks: Marks
) -> list[tuple[Count, ...]]:
    """The frame of each of many truths; what a share means in a stratum is worked out once."""
    columns = []
    for part, shares in zip(parts, zip(*grid, strict=True), strict=True):
        distinct = {id(each): each for each in shares}  # a hash of each would take longer
        known = {key: counted(part, each, marks) for key, each in distinct.items()}
        columns.append([known[id(each)] for each in shares])
    return list(zip(*columns, strict=True))


@lru_cache(maxsize=4096)
def counted(part: Part, truth: Fraction, marks: Marks) -> Count:
    """The nearest whole counts to a share of points in a stratum, at least one case applicable.

    >>> counted(Part("MC", "", 1000, 30), Fraction(7, 10), Marks(Fraction(1, 5), Fraction(1, 2)))
    Count(M=800, full=440, half=240)
    """
    M = max(1, round(part.N * (1 - marks.na)))
    half = round(2 * min(truth, 1 - truth) * marks.half * M)
    full = min(max(round(M * truth - Fraction(half, 2)), 0), M - half)
    return Count(M, full, half)


def true_share(frame: tuple[Count, ...]) -> Fraction:
    """Points over points available, over all the cases of the frame."""
    won = sum(2 * each.full + each.half for each in frame)
    return Fraction(won, sum(2 * each.M for each in frame))


def sums_of(parts: tuple[Part, ...], cases: Ints, full: Ints, half: Ints) -> Sums:
    """What intervals need, from counts of shape samples x strata; 2 points a case."""
    size = np.broadcast_to([float(each.N) for each in parts], cases.shape)
    drawn = np.broadcast_to([float(each.n) for each in parts], cases.shape)
    m, f, h = (counts.astype(np.float64) for counts in (cases, full, half))
    return Sums(size, drawn, m, 2 * f + h, 2 * m, 4 * f + h, 4 * f + 2 * h, 4 * m)


class Outcomes:
    """Every sample of yes-or-no marks, by its counts: the same for whatever the frame may be.

    cases, full: counts of shape outcomes x strata.
    """

    def __init__(self, parts: tuple[Part, ...], *, na: bool) -> None:
        self.parts = parts
        self._local = [_local(part.n, na) for part in parts]
        grids = np.meshgrid(*(np.arange(len(each)) for each in self._local), indexing="ij")
        chosen = [each[grid.ravel()] for each, grid in zip(self._local, grids, strict=True)]
        self.cases = np.stack([each[:, 0] for each in chosen], axis=-1)
        self.full = np.stack([each[:, 1] for each in chosen], axis=-1)

    @property
    def sums(self) -> Sums:
        return sums_of(self.parts, self.cases, self.full, np.zeros_like(self.full))

    def probabilities(self, frame: tuple[Count, ...]) -> Floats:
        """Of each outcome, where these are the marks of the frame; they add up to 1."""
        return reduce(np.multiply.outer, self._of_each(frame)).ravel()

    def chance(self, marked: npt.NDArray[np.bool_], frame: tuple[Count, ...]) -> float:
        """Of the marked outcomes together: summed up stratum by stratum, the last one first."""
        each = self._of_each(frame)
        return float(reduce(np.matmul, reversed(each), marked.reshape([*map(len, each)]) + 0.0))

    def _of_each(self, frame: tuple[Count, ...]) -> list[Floats]:
        return [
            _probabilities(part.N, part.n, count.M, count.full, len(local) > part.n + 1)
            for part, count, local in zip(self.parts, frame, self._local, strict=True)
        ]


def number_of_outcomes(parts: tuple[Part, ...], *, na: bool) -> int:
    """How many outcomes there are to count through.

    >>> number_of_outcomes((Part("a", "", 90, 30), Part("b", "", 90, 40)), na=False)
    1271
    """
    total = 1
    for part in parts:
        total *= (part.n + 1) * (part.n + 2) // 2 if na else part.n + 1
    return total


def is_countable(parts: tuple[Part, ...], marks: Marks) -> bool:
    """Whether every sample can be counted through: no half marks, and not too many of them."""
    return not marks.half and number_of_outcomes(parts, na=bool(marks.na)) <= COUNTABLE


def likely(
    parts: tuple[Part, ...], frame: tuple[Count, ...], marks: Marks, stream: Stream, samples: int
) -> tuple[tuple[Ints, Ints, Ints], Floats]:
    """cases, full and half of samples, and the chance of each: of all of them, or of many drawn."""
    if is_countable(parts, marks):
        every = Outcomes(parts, na=bool(marks.na))
        return (every.cases, every.full, np.zeros_like(every.full)), every.probabilities(frame)
    return drawn(parts, frame, stream, samples), np.full(samples, 1 / samples)


def drawn(
    parts: tuple[Part, ...], frame: tuple[Count, ...], stream: Stream, samples: int
) -> tuple[Ints, Ints, Ints]:
    """cases, full and half of so many samples, each of shape samples x strata."""
    columns = []
    for part, count in zip(parts, frame, strict=True):
        m = _quantiles(part.N, count.M, np.full(samples, part.n), stream)
        f = _quantiles(count.M, count.full, m, stream)
        h = _quantiles(count.M - count.full, count.half, m - f, stream)
        columns.append((m, f, h))
    cases, full, half = (np.stack(each, axis=-1) for each in zip(*columns, strict=True))
    return cases, full, half


def _local(n: int, na: bool) -> Ints:
    """(cases, full) of one stratum's samples, in the order of `_probabilities`."""
    if not na:
        return np.stack([np.full(n + 1, n), np.arange(n + 1)], axis=-1)
    return np.array([(m, x) for m in range(n + 1) for x in range(m + 1)])


@lru_cache(maxsize=64)
def _probabilities(N: int, n: int, M: int, full: int, na: bool) -> Floats:
    if not na:
        return hypergeometric(N, full, np.array([n]), np.arange(n + 1))[0]
    local = _local(n, True)
    m, x = local[:, 0], local[:, 1]
    settled = hypergeometric(N, M, np.array([n]), np.arange(n + 1))[0]
    given = hypergeometric(M, full, np.arange(min(n, M) + 1), np.arange(n + 1))
    return np.asarray(settled[m] * np.where(m <= M, given[np.minimum(m, M), x], 0.0))


def hypergeometric(N: int, K: int, n: Ints, x: Ints) -> Floats:
    """P(count = x): a row for each number of draws n, a column for each x; rows add up to 1.

    x must hold every count that matters. Rows are scaled to 1, which takes off what the logarithms
    of large factorials lose.

    >>> hypergeometric(10, 4, np.array([2]), np.arange(3)).round(4).tolist()
    [[0.3333, 0.5333, 0.1333]]
    """
    n, x = n[:, None], x[None, :]
    possible = (x <= np.minimum(n, K)) & (x >= np.maximum(0, n - (N - K)))
    x = np.where(possible, x, np.maximum(0, n - (N - K)))
    ways = gammaln(x + 1) + gammaln(K - x + 1) + gammaln(n - x + 1) + gammaln(N - K - n + x + 1)
    weight = np.where(possible, -ways, -np.inf)
    chance = np.exp(weight - weight.max(axis=1, keepdims=True))
    return np.asarray(chance / chance.sum(axis=1, keepdims=True))


def _quantiles(N: int, K: int, draws: Ints, stream: Stream) -> Ints:
    """Hypergeometric counts, one for each number of draws, from uniforms by the inverse."""
    uniform = stream.array(len(draws))
    if K in (0, N):
        return np.zeros_like(draws) if K == 0 else draws.copy()
    low, high = int(draws.min()), int(draws.max())
    table = _table(N, K, low, high)
    # each row of the table is lifted by its number, so that one search serves all rows
    rows, width = draws - low, table.shape[1]
    lifted = (table + np.arange(len(table))[:, None]).ravel()
    place = np.searchsorted(lifted, uniform + rows, side="right") - rows * width
    return np.minimum(np.clip(place, 0, width - 1), np.minimum(draws, K))


@lru_cache(maxsize=64)
def _table(N: int, K: int, low: int, high: int) -> Floats:
    """P(count <= x) by number of draws (low to high) and x (from 0)."""
    x = np.arange(min(high, K) + 1)
    return np.cumsum(hypergeometric(N, K, np.arange(low, high + 1), x), axis=1)
