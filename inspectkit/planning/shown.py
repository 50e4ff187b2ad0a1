"""A plan as tables and charts that can be shown, printed and read aloud."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

import numpy as np
import pandas as pd

from inspectkit.assessment.coverage.certificate import ENOUGH, Coverage
from inspectkit.assessment.rule import Rule
from inspectkit.exhibits import (
    Bar,
    Boundary,
    Column,
    Interval,
    IntervalChart,
    StackedBars,
    Table,
    listed,
)
from inspectkit.exhibits import percent as points
from inspectkit.planning.bands import band_chances, band_of
from inspectkit.planning.rows import ALL, Options, Row

THOUSAND = 1000  # bars show what becomes of so many samples
PLAIN = "the report's own (KG-s)"


def table_of(rows: Sequence[Row], coverage: Sequence[Coverage]) -> pd.DataFrame:
    """One row for each row of the plan; see `Plan.table`."""
    lines = []
    for row in rows:
        seen = [each for each in coverage if each.domain == row.domain]
        lines.append(
            {
                "domain": row.domain, "label": row.label, "N": row.N, "n": row.n,
                "reserves": row.reserves,
                "weight": None if row.weight is None else float(row.weight),
                "guess": float(row.guess), "half_width": row.half_width,
                "exact_half_width": row.exact_half_width, "effective_n": row.effective_n,
                "coverage_least": _least(seen),
                "coverage_mean": float(np.mean([c.mean for c in seen])) if seen else None,
                "interval": _interval(seen), "band": row.band, "chance": row.chance,
                "n_enough": row.sure.n if row.sure else None,
            }
        )  # fmt: skip
    return pd.DataFrame(lines, dtype=object)


def sizes_table(
    rows: Sequence[Row], coverage: Sequence[Coverage], options: Options, rule: Rule | None
) -> Table:
    """Sizes, weights, half-widths; with a rule the chance of the right band and the n wanted."""
    heads = [
        Column("Stratum"), Column("Cases in the frame", "number"), Column("Sample", "number"),
        Column("Reserves", "number"), Column("Each case stands for", "number"),
        Column("Worth as a simple sample", "number"), Column("Half-width to expect"),
        Column("Interval to use"),
    ]  # fmt: skip
    if rule:
        heads += [Column("Band of the guess"), Column("Chance of it", "percent")]
        heads += [Column(f"Sample for under {_share(options.wrong)} wrong", "text")]
    lines = [_sizes_line(row, coverage, rule) for row in rows]
    return Table(
        id="plan-sizes",
        title="What the sample can be expected to say",
        columns=tuple(heads),
        rows=tuple(lines),
        totals=(len(lines) - 1,) if rows[-1].domain == ALL else (),
        notes=tuple(_sizes_notes(rows, options, rule)),
    )


def certificate_table(rows: Sequence[Row], coverage: Sequence[Coverage], options: Options) -> Table:
    """How often the report's interval holds the truth, over a grid of truths, on this design."""
    labels = {row.domain: row.label for row in rows}
    shown = [each for each in coverage if not np.isnan(each.least)]
    return Table(
        id="plan-certificate",
        title=f"Coverage of the {_share(options.level)} interval on this design",
        columns=(
            Column("Marks"), Column("Smallest", "percent"), Column("Simulation error"),
            Column("Mean", "percent"), Column(f"Truths under {ENOUGH:.0%}", "percent"),
            Column("Smallest where the strata have"), Column("Truths looked at", "number"),
            Column("How"), Column("Interval to use"),
        ),
        rows=tuple(_certified(each) for each in shown),
        groups=tuple(labels.get(each.domain, each.domain) for each in shown),
        notes=tuple(_certificate_notes(shown, coverage)),
    )  # fmt: skip


def band_chart(rows: Sequence[Row], bands: pd.DataFrame, rule: Rule) -> StackedBars:
    """What becomes of 1,000 samples as n grows: bars by stratum and n, series the bands."""
    known = {row.domain: row for row in rows}
    names = [band.id for band in rule.bands]
    bars = [
        Bar(_planned(int(n), known[domain].n), _heading(known[domain]), _thousand(chances))
        for domain, n, *chances in bands[["domain", "n", *names]].itertuples(index=False)
    ]
    sure = [row for row in rows if row.chance is not None]
    said = [f"{row.label}, {row.n} cases: right band in {_share(row.chance)}" for row in sure]
    return StackedBars(
        id="plan-bands",
        title="Bands that samples of this design would publish",
        alt=f"Of 1,000 samples, how many would publish each band, as n grows. {'. '.join(said)}.",
        series=tuple(band.short for band in rule.bands),
        bars=tuple(bars),
        unit="samples",
        notes=(
            "The truth is taken to be as guessed, and each case to win all its points or none, "
            "where figures are least certain.",
        ),
    )


def interval_chart(rows: Sequence[Row], options: Options, rule: Rule | None) -> IntervalChart:
    """The interval to expect around the guess, against the boundaries of the bands."""
    drawn = [row for row in rows if row.half_width is not None]
    said = [
        f"{row.label}: {points(row.guess)}%, give or take {points(row.half_width)} points"
        for row in drawn
    ]
    return IntervalChart(
        id="plan-intervals",
        title=f"{_share(options.level)} intervals to expect",
        alt=f"Expected intervals around the guess. {'. '.join(said)}.",
        points=tuple(_expected(row) for row in drawn),
        boundaries=_boundaries(rule),
        notes=("Sampling error only; half-widths are means over all samples.",),
    )


def what_if(
    label: str, N: int, n: int, guess: Fraction, edges: Sequence[Fraction], names: Sequence[str]
) -> StackedBars:
    """1,000 samples of n of N cases and of other sizes, under boundaries that may be tried out.

    edges: the lowest share of each band but the last, in any order; names: bands, best first.

    >>> chart = what_if("Crown Court", 3500, 40, Fraction(3, 4), [Fraction(7, 10)], ["met", "not"])
    >>> [bar.label for bar in chart.bars], chart.bars[1].values
    (['20 cases', '40 cases, chosen', '80 cases', '160 cases'], (822, 178))
    """
    rising = sorted(edges)
    right, bars = band_of(guess, rising), []
    for size in sorted({max(1, min(N, size)) for size in (n // 2, n, 2 * n, 4 * n)}):
        chosen = f"{size} cases, chosen" if size == n else f"{size} cases"
        bars.append(Bar(chosen, "", _thousand(band_chances(N, size, guess, rising))))
    wrong = 1 - band_chances(N, n, guess, rising)[right]
    told = f"{label}: with {n} cases and a truth of {_share(guess)} ({names[right]}), "
    told += f"a wrong band is published by {_share(wrong)} of samples"
    return StackedBars(
        id="plan-what-if", title=told, alt=f"{told}.", series=tuple(names), bars=tuple(bars),
        unit="samples",
    )  # fmt: skip


def _sizes_line(
    row: Row, coverage: Sequence[Coverage], rule: Rule | None
) -> tuple[str | int | float | None, ...]:
    seen = [each for each in coverage if each.domain == row.domain]
    fails = any(not each.enough for each in seen)
    half = row.exact_half_width if fails else row.half_width
    line: list[str | int | float | None] = [
        row.label, row.N, row.n, row.reserves,
        None if row.weight is None else round(float(row.weight), 1),
        None if row.effective_n is None else round(row.effective_n),
        None if half is None else f"± {points(half)} points",
        _interval(seen),
    ]  # fmt: skip
    if rule:
        names = {band.id: band.short for band in rule.bands}
        line += [names.get(row.band or ""), points(row.chance)]
        line += [None if row.sure is None else str(row.sure.n or row.sure.note)]
    return tuple(line)


def _sizes_notes(rows: Sequence[Row], options: Options, rule: Rule | None) -> Iterable[str]:
    guesses = {row.domain: row.guess for row in rows if row.domain != ALL}
    same = len(set(guesses.values())) == 1
    told = _share(rows[0].guess) if same else listed(
        [f"{_share(value)} in {name}" for name, value in guesses.items()]
    )  # fmt: skip
    level = _share(options.level)
    yield f"Guess at the share of points: {told}. Half-widths are of {level} intervals."
    if any(row.exact_half_width for row in rows):
        yield "Exact half-widths take every case to be applicable."
    if options.not_applicable:
        yield f"Nothing applies in {_share(options.not_applicable)} of cases."
    if rule:
        spread = "each case wins all its points or none"
        if options.spread != 1:
            spread = f"cases differ by {_share(options.spread)} of the largest variance"
        yield f"Bands of {rule.ref}; {spread}. From the sample named on, every larger one will do."


def _certified(each: Coverage) -> tuple[str | int | float | None, ...]:
    where = listed([_share(share) for share in each.at])
    error = f"± {each.error * 100:.1f} points" if each.error else "none"
    return (
        str(each.marks), points(each.least), error, points(each.mean), points(each.short), where,
        each.truths, each.how, each.fallback or PLAIN,
    )  # fmt: skip


def _certificate_notes(shown: Sequence[Coverage], all_: Sequence[Coverage]) -> Iterable[str]:
    yield "Covers sampling error only. A sample that gets no interval is left out."
    for grid in dict.fromkeys(each.grid for each in shown):
        yield f"Truths looked at, as shares of points of a stratum: {grid}."
    if any(each.error for each in shown):
        yield (
            "Simulated truths are looked at first with few samples, the worst again with many; "
            "the smallest is of these. The error is one standard error."
        )
    none = max((each.none for each in all_), default=0.0)
    if none > 0.0005:
        yield f"At worst {none:.1%} of samples get no interval."


def _interval(seen: Sequence[Coverage]) -> str | None:
    if not seen:
        return None
    return next((each.fallback for each in seen if not each.enough), PLAIN)


def _least(seen: Sequence[Coverage]) -> float | None:
    known = [each.least for each in seen if not np.isnan(each.least)]
    return min(known) if known else None


def _thousand(chances: Sequence[float]) -> tuple[int, ...]:
    """Whole samples of 1,000 that add up to 1,000: largest remainders take what is left."""
    scaled = [chance * THOUSAND for chance in chances]
    whole = [int(each) for each in scaled]
    order = sorted(range(len(whole)), key=lambda k: (whole[k] - scaled[k], k))
    for k in order[: THOUSAND - sum(whole)]:
        whole[k] += 1
    return tuple(whole)


def _planned(n: int, planned: int) -> str:
    return f"{n} cases, planned" if n == planned else f"{n} cases"


def _heading(row: Row) -> str:
    return f"{row.label}, truth {_share(row.guess)}"


def _expected(row: Row) -> Interval:
    half = row.half_width or 0.0
    low, high = max(0.0, float(row.guess) - half), min(1.0, float(row.guess) + half)
    return Interval(row.label, "", points(row.guess), points(low), points(high))


def _boundaries(rule: Rule | None) -> tuple[Boundary, ...]:
    bands = rule.bands[:-1] if rule else ()
    return tuple(Boundary(float(band.at_least * 100), band.label) for band in reversed(bands))


def _share(value: Fraction | float | None) -> str:
    """A share as short as it can be said: 65%, 62.5%, under 0.1%."""
    if value is None:
        return "no figure"
    if 0 < value < 0.001:
        return "under 0.1%"
    return f"{float(points(value) or 0):g}%"
