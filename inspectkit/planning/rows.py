"""What each stratum of a design, and all of them together, can be expected to say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
import pandas as pd

from inspectkit.assessment.coverage.certificate import exact_half_width
from inspectkit.assessment.coverage.samples import Marks, Part, frame_of, likely, sums_of
from inspectkit.assessment.intervals.reported import report_limits
from inspectkit.assessment.rule import Rule
from inspectkit.planning.bands import Certainty, band_chances, band_of, certainty, pooled_chances
from inspectkit.sampling.selecting.settling import Settled
from inspectkit.streams import Stream

ALL = "all"
SAMPLES = 10_000
GROWTH = (10, 20, 30, 40, 60, 90, 120, 180, 250, 400)
CERTIFIED = ("simple", "systematic")  # selections of which the samples can be counted through
Domains = Mapping[str, tuple[Part, ...]]
Guesses = Mapping[str, Fraction]


@dataclass(frozen=True)
class Row:
    """One stratum of the plan, or all of them together.

    weight: cases of the frame that a sampled case stands for, None for all. guess: assumed share
    of points. half_width: expected half of the report's interval at the guess; exact_half_width:
    of the exact one. effective_n: size of an equal simple random sample. band, chance: the band
    of the guess and how likely it is to be published. sure: the cases from which on a wrong band is
    less likely than was asked for.
    """

    domain: str
    label: str
    N: int
    n: int
    reserves: int
    weight: Fraction | None
    guess: Fraction
    half_width: float | None = None
    exact_half_width: float | None = None
    effective_n: float | None = None
    band: str | None = None
    chance: float | None = None
    sure: Certainty | None = None


@dataclass(frozen=True)
class Options:
    """What a plan supposes: shares of points, of cases where nothing applies, and so on."""

    not_applicable: Fraction
    spread: Fraction
    wrong: Fraction
    level: Fraction


def kish(parts: tuple[Part, ...]) -> float:
    """Cases of a simple random sample as certain as strata weighted by N / n are together.

    1 / sum of W^2 / n, with W the share of the frame (L. Kish (1965), Survey Sampling, ch. 11.7):
    strata alike inside and out, no finite population correction.

    >>> parts = (Part("MC", "", 80, 30), Part("CC", "", 18, 40), Part("RASSO", "", 2, 20))
    >>> round(kish(parts), 1)
    45.1
    """
    whole = sum(part.N for part in parts)
    return float(1 / sum(Fraction(part.N, whole) ** 2 / part.n for part in parts))


def outlook(
    settled: Settled,
    parts: tuple[Part, ...],
    domains: Domains,
    guess: Guesses,
    rule: Rule | None,
    options: Options,
    random: Stream,
) -> tuple[Row, ...]:
    """The rows of a plan: each stratum, then all; what cannot be worked out stays None.

    domains: the strata and sums of strata that can be worked out, and what they are made of.
    """
    strata = {each.id: each for each in settled.strata}
    rows = [
        Row(
            part.id, part.label, part.N, part.n, strata[part.id].reserves,
            Fraction(part.N, part.n) if part.id in domains else None, guess[part.id],
        )
        for part in parts
    ]  # fmt: skip
    if len(parts) > 1:
        label, cases = "All strata, weighted", sum(part.n for part in parts)
        spare, N = sum(row.reserves for row in rows), sum(part.N for part in parts)
        rows.append(Row(ALL, label, N, cases, spare, None, pooled(parts, guess)))
    return tuple(
        _filled(row, domains[row.domain], guess, rule, options, random)
        if row.domain in domains
        else row
        for row in rows
    )


def pooled(parts: tuple[Part, ...], guess: Guesses) -> Fraction:
    """The guess at all strata together."""
    won = sum((guess[part.id] * part.N for part in parts), Fraction())
    return won / sum(part.N for part in parts)


def bands_as_n_grows(
    domains: Domains, guess: Guesses, rule: Rule | None, options: Options, random: Stream
) -> pd.DataFrame:
    """domain, n, the probability of each band (by id, best first) and of a wrong one."""
    if rule is None:
        return pd.DataFrame(columns=["domain", "n", "wrong"])
    rows: list[tuple[object, ...]] = []
    for domain, inside in domains.items():
        right = band_of(pooled(inside, guess), rule.boundaries)
        for grown in _grown(inside, rule.minimum_cases):
            chances = _chances(grown, guess, rule, options, random)
            rows.append((domain, sum(part.n for part in grown), *chances, 1 - chances[right]))
    return pd.DataFrame(rows, columns=["domain", "n", *(band.id for band in rule.bands), "wrong"])


def _filled(
    row: Row,
    parts: tuple[Part, ...],
    guess: Guesses,
    rule: Rule | None,
    options: Options,
    random: Stream,
) -> Row:
    truth = tuple(guess[part.id] for part in parts)
    joined = exact_half_width(parts, truth, options.level)
    row = replace(
        row,
        half_width=_half_width(parts, truth, options, random),
        exact_half_width=sum(weight * half for weight, half in joined),
        effective_n=kish(parts),
    )
    if rule is None or row.n < rule.minimum_cases:
        return row
    right = band_of(row.guess, rule.boundaries)
    chance = _chances(parts, guess, rule, options, random)[right]
    row = replace(row, band=rule.bands[right].id, chance=chance)
    if len(parts) > 1:
        return row
    sure = certainty(
        row.N, row.guess, rule.boundaries, wrong=options.wrong, spread=options.spread,
        minimum=rule.minimum_cases,
    )  # fmt: skip
    return replace(row, sure=sure)


def _half_width(
    parts: tuple[Part, ...], truth: tuple[Fraction, ...], options: Options, random: Stream
) -> float | None:
    """Mean half-width of the report's interval over the samples that have one."""
    marks = Marks(na=options.not_applicable)
    frame = frame_of(parts, truth, marks)
    counts, chances = likely(parts, frame, marks, random, SAMPLES)
    sums = sums_of(parts, *counts)
    low, high = report_limits(sums, level=float(options.level))
    known = np.isfinite(low)
    total = float(chances[known].sum())
    return float((chances * (high - low))[known].sum()) / total / 2 if total else None


def _chances(
    parts: tuple[Part, ...], guess: Guesses, rule: Rule, options: Options, random: Stream
) -> tuple[float, ...]:
    edges, spread = rule.boundaries, options.spread
    if len(parts) == 1:
        part = parts[0]
        return band_chances(part.N, part.n, guess[part.id], edges, spread=spread)
    truth = tuple(guess[part.id] for part in parts)
    return pooled_chances(parts, truth, edges, random, spread=spread)


def _grown(parts: tuple[Part, ...], minimum: int) -> list[tuple[Part, ...]]:
    """The design at other sizes: of a stratum each n worth showing, of all of them multiples."""
    if len(parts) == 1:
        part = parts[0]
        most = min(part.N, max(8 * part.n, GROWTH[3]))
        sizes = sorted({n for n in (part.n, *GROWTH) if minimum <= n <= max(most, minimum)})
        return [(replace(part, n=n),) for n in sizes]
    return [
        tuple(replace(part, n=max(1, min(part.N, round(part.n * times)))) for part in parts)
        for times in (Fraction(1, 2), Fraction(1), Fraction(2), Fraction(3))
    ]
