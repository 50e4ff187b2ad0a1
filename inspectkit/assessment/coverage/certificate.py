"""The coverage certificate: how often the report's interval will hold the truth, on this design.

For every truth of a stated grid the samples of the design are counted through (or, where they are
too many, drawn) and the share whose interval holds the truth is found. The smallest and the mean
share are certified; under .93 the report uses another interval, which is named (`choice`).

Simulation looks at each truth with a few samples first, then at the worst ones again with many
fresh ones: the smallest of many noisy shares would be too small.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product

import numpy as np

from inspectkit.assessment.coverage.samples import (
    Count,
    Marks,
    Outcomes,
    Part,
    counted,
    drawn,
    frames_of,
    hypergeometric,
    is_countable,
    number_of_outcomes,
    sums_of,
    true_share,
)
from inspectkit.assessment.intervals import Floats
from inspectkit.assessment.intervals.exact import level_of_each
from inspectkit.assessment.intervals.reported import report_limits
from inspectkit.sampling.sizes import exact_limits
from inspectkit.streams import Stream

Progress = Callable[[str, int, int], None]
Limits = Callable[..., tuple[Floats, Floats]]
Truth = tuple[Fraction, ...]
Frame = tuple[Count, ...]

ENOUGH = 0.93
TINY = 1e-9  # what rounding can leave of nothing
WORK = 100_000_000  # outcomes times truths
FINE = tuple(Fraction(k, 100) for k in range(1, 101))
LEVELS = tuple(Fraction(k, 100) for k in (5, 20, 40, 60, 70, 80, 90, 95, 98, 100))
COARSE = tuple(Fraction(k, 100) for k in (10, 50, 70, 90, 98))
MARKS = (
    Marks(),
    Marks(na=Fraction(3, 10)),
    Marks(na=Fraction(6, 10)),
    Marks(na=Fraction(3, 10), half=Fraction(1, 2)),
)
MOST_TRUTHS = 125  # simulated for one kind of marks


@dataclass(frozen=True)
class Effort:
    """Samples drawn of each truth at first, the truths looked at again, and samples then."""

    first: int = 500
    again: int = 6
    samples: int = 10_000


DEFAULT = Effort()


@dataclass(frozen=True)
class Coverage:
    """What is certified of one domain and one kind of marks.

    least, mean: shares of samples whose interval holds the truth, over the grid; a sample without
    an interval is left out, and `none` is the largest chance of one. error: standard error of
    `least` from simulation, 0 where every sample was counted. at: the truths of the strata where
    it is least. truths: how many the grid had; short: the share of them under .93. fallback: what
    to use where least is under .93. grid: the truths looked at, in words.
    """

    domain: str
    marks: Marks
    least: float
    mean: float
    error: float
    none: float
    at: Truth
    truths: int
    short: float
    fallback: str = ""
    grid: str = ""

    @property
    def enough(self) -> bool:
        return self.least >= ENOUGH

    @property
    def how(self) -> str:
        return "simulated" if self.error else "every sample counted"


def certify(
    domain: str,
    parts: tuple[Part, ...],
    *,
    level: Fraction,
    stream: Stream,
    truths: Sequence[Fraction] | None = None,
    marks: Sequence[Marks] = MARKS,
    effort: Effort = DEFAULT,
    progress: Progress = lambda what, done, of: None,
    limits: Limits = report_limits,
) -> tuple[Coverage, ...]:
    """The coverage of a domain made of these strata, for each kind of marks.

    truths: shares of points that each stratum may have; every combination of them is looked at,
    or where these are too many, the equal ones and others chosen by the stream.
    """
    found = []
    for place, kind in enumerate(marks):
        what = f"Coverage, {domain}"
        countable = is_countable(parts, kind)
        most = WORK // number_of_outcomes(parts, na=bool(kind.na)) if countable else MOST_TRUTHS
        levels = truths or _levels(parts, countable)
        grid = _grid(len(parts), tuple(levels), most, stream)
        frames = frames_of(parts, grid, kind)
        step = _Steps(progress, what, place, len(marks))
        results = (
            _counted(parts, frames, kind, level, step, limits)
            if countable
            else _simulated(parts, frames, level, stream, effort, step, limits)
        )
        found.append(replace(_coverage(domain, kind, grid, results), grid=_in_words(grid)))
        progress(what, place + 1, len(marks))
    return tuple(found)


@dataclass(frozen=True)
class _Seen:
    """Of one truth: the share of intervals that hold it, samples looked at, chance of none."""

    held: float
    none: float
    samples: int = 0


@dataclass(frozen=True)
class _Steps:
    """Tells how far one kind of marks is, as a part of the whole of them."""

    progress: Progress
    what: str
    place: int
    of: int

    def __call__(self, done: int, total: int) -> None:
        self.progress(self.what, self.place * 1000 + done * 1000 // total, self.of * 1000)


def _levels(parts: tuple[Part, ...], countable: bool) -> Sequence[Fraction]:
    if len(parts) == 1:
        return FINE if countable else LEVELS
    return LEVELS if countable else COARSE


def _grid(strata: int, levels: Truth, most: int, stream: Stream) -> list[Truth]:
    """Every combination; where these are too many, the equal ones and some of the others."""
    if strata == 1 or len(levels) ** strata <= most:
        return list(product(levels, repeat=strata))
    equal = [(each,) * strata for each in levels]
    more = range(MOST_TRUTHS - len(equal))
    others = (tuple(stream.choice(levels) for _ in range(strata)) for _ in more)
    return list(dict.fromkeys([*equal, *others]))


def _in_words(grid: Sequence[Truth]) -> str:
    levels = sorted({each for truth in grid for each in truth})
    told = ", ".join(f"{float(each * 100):g}%" for each in levels)
    if len(levels) == len(FINE):
        told = f"{float(levels[0] * 100):g}% to {float(levels[-1] * 100):g}% by 1%"
    if len(grid[0]) == 1:
        return told
    whole = len(grid) == len(levels) ** len(grid[0])
    return f"{'every combination' if whole else f'{len(grid)} combinations'} of {told}"


def _counted(
    parts: tuple[Part, ...],
    frames: Sequence[Frame],
    marks: Marks,
    level: Fraction,
    step: _Steps,
    limits: Limits,
) -> list[_Seen]:
    outcomes = Outcomes(parts, na=bool(marks.na))
    low, high = limits(outcomes.sums, level=float(level))
    without, results = np.isnan(low), []
    for done, frame in enumerate(frames):
        none = outcomes.chance(without, frame) if without.any() else 0.0
        held = outcomes.chance(holds(low, high, frame), frame)
        results.append(_Seen(held / (1 - none) if none < 1 - TINY else np.nan, none))
        step(done, len(frames))
    return results


def _simulated(
    parts: tuple[Part, ...],
    frames: Sequence[Frame],
    level: Fraction,
    stream: Stream,
    effort: Effort,
    step: _Steps,
    limits: Limits,
) -> list[_Seen]:
    results: list[_Seen] = []
    extra = effort.again * effort.samples // effort.first
    for done, frame in enumerate(frames):
        results.append(_of_drawn(parts, frame, level, stream, effort.first, limits))
        step(done, len(frames) + extra)
    known = [place for place, seen in enumerate(results) if not np.isnan(seen.held)]
    worst = sorted(known, key=lambda place: results[place].held)[: effort.again]
    for done, place in enumerate(worst):
        results[place] = _of_drawn(parts, frames[place], level, stream, effort.samples, limits)
        step(len(frames) + done * effort.samples // effort.first, len(frames) + extra)
    return results


def _of_drawn(
    parts: tuple[Part, ...],
    frame: Frame,
    level: Fraction,
    stream: Stream,
    samples: int,
    limits: Limits,
) -> _Seen:
    counts = np.stack(drawn(parts, frame, stream, samples))
    # the same sample comes up often; its interval is worked out once
    distinct, times = np.unique(counts.transpose(1, 0, 2), axis=0, return_counts=True)
    sums = sums_of(parts, *(distinct[:, kind] for kind in range(3)))
    low, high = limits(sums, level=float(level))
    none = int(times[np.isnan(low)].sum())
    held = int(times[holds(low, high, frame)].sum())
    return _Seen(held / (samples - none) if none < samples else np.nan, none / samples, samples)


def holds(low: Floats, high: Floats, frame: Frame) -> np.ndarray:
    """Which of these intervals hold the true share of a frame, give or take what rounding does."""
    truth, slack = float(true_share(frame)), TINY
    return (low <= truth + slack) & (truth - slack <= high)


def _coverage(
    domain: str,
    marks: Marks,
    grid: Sequence[Truth],
    results: Sequence[_Seen],
) -> Coverage:
    known = [seen for seen in results if not np.isnan(seen.held)]
    if not known:
        unknown, truths = float("nan"), len(results)
        return Coverage(domain, marks, unknown, unknown, 0.0, 1.0, (), truths, 1.0)
    most = max(seen.samples for seen in known)
    worst = min((seen for seen in known if seen.samples == most), key=lambda seen: seen.held)
    least = worst.held
    error = float(np.sqrt(max(least * (1 - least), 1 / most) / most)) if most else 0.0
    return Coverage(
        domain=domain,
        marks=marks,
        least=least,
        mean=float(np.mean([seen.held for seen in known])),
        error=error,
        none=max(seen.none for seen in results),
        at=grid[next(place for place, seen in enumerate(results) if seen is worst)],
        truths=len(results),
        short=sum(seen.held < ENOUGH for seen in known) / len(known),
    )


def exact_half_width(
    parts: tuple[Part, ...], truth: Truth, level: Fraction
) -> Iterator[tuple[float, float]]:
    """Of each stratum: its share of the frame, and the expected half-width of its exact limits.

    Every case is taken to be applicable. Weighted by the shares they add up to the half-width of
    all strata joined.
    """
    whole, each_level = sum(part.N for part in parts), level_of_each(level, parts)
    for part, share in zip(parts, truth, strict=True):
        full = counted(part, share, Marks()).full
        chances = hypergeometric(part.N, full, np.array([part.n]), np.arange(part.n + 1))[0]
        likely = [(x, chance) for x, chance in enumerate(chances) if chance > 1e-6]
        limits = [(exact_limits(x, part.n, each_level, part.N), chance) for x, chance in likely]
        yield part.N / whole, float(sum(c * (high - low) for (low, high), c in limits)) / 2
