"""The plan of a sample: sizes and weights, half-widths to expect, coverage and chances of bands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
import pandas as pd

from inspectkit.assessment.coverage.certificate import (
    DEFAULT,
    MARKS,
    Coverage,
    Effort,
    Progress,
    certify,
)
from inspectkit.assessment.coverage.choice import with_fallback
from inspectkit.assessment.coverage.samples import Marks, Part
from inspectkit.assessment.rule import Rule
from inspectkit.digest import digest, exact
from inspectkit.errors import InspectionError, Problems
from inspectkit.exhibits import IntervalChart, StackedBars, Table, counted
from inspectkit.planning import shown
from inspectkit.planning.rows import ALL, CERTIFIED, Options, Row, bands_as_n_grows, kish, outlook
from inspectkit.sampling.design import Design
from inspectkit.sampling.frame import Frame
from inspectkit.sampling.selecting.settling import Settled, settle
from inspectkit.sampling.sizes import Number, confidence, share
from inspectkit.streams import stream
from inspectkit.validation import nearest

LITTLE = Fraction(8, 10)  # a pooled sample worth less than this of its cases is warned of


@dataclass(frozen=True, eq=False)
class Plan:
    """What a design will be able to say, before anything is drawn.

    rows: strata in the order of the design, then all together. coverage: the certificate's
    entries, by domain and kind of marks. warnings: what must be said of the design. bands:
    domain, n and the probability of each band (by its id), then of a wrong one.
    """

    rows: tuple[Row, ...]
    coverage: tuple[Coverage, ...]
    bands: pd.DataFrame
    warnings: tuple[str, ...]
    options: Options
    rule: Rule | None
    title: str
    sources: Mapping[str, str | None]

    def table(self) -> pd.DataFrame:
        """One row of a stratum or of all: domain, label, N, n, reserves, weight, guess, half_width,
        exact_half_width, effective_n, coverage_least, coverage_mean, interval, band, chance,
        n_enough. Shares are floats; None where there is nothing to say.
        """
        return shown.table_of(self.rows, self.coverage)

    def row(self, domain: str) -> Row:
        """The row of a stratum, or of "all". Errors: no such domain."""
        known = {row.domain: row for row in self.rows}
        if domain not in known:
            remedy = f"Use one of {', '.join(known)}.{nearest(domain, list(known))}"
            raise InspectionError("plan", f"no domain {domain!r}", remedy)
        return known[domain]

    @property
    def sizes(self) -> Table:
        """Sizes, weights and half-widths as a table to show."""
        return shown.sizes_table(self.rows, self.coverage, self.options, self.rule)

    @property
    def certificate(self) -> Table:
        """The coverage certificate as a table to show."""
        return shown.certificate_table(self.rows, self.coverage, self.options)

    def chart(self) -> StackedBars | IntervalChart:
        """The chance of each band as n grows; without a rule, the intervals to expect."""
        if self.rule is None:
            return self.interval_chart()
        return shown.band_chart(self.rows, self.bands, self.rule)

    def interval_chart(self) -> IntervalChart:
        """The interval to expect around the guess in each stratum, and in all together."""
        return shown.interval_chart(self.rows, self.options, self.rule)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of what the plan rests on and of what it certifies, to four decimals."""
        entries = [[each.domain, str(each.marks), f"{each.least:.4f}"] for each in self.coverage]
        supposed = [exact(value) for value in vars(self.options).values()]
        guesses = [[row.domain, row.n, exact(row.guess)] for row in self.rows]
        return digest([dict(self.sources), supposed, guesses, entries])


def plan(
    frame: Frame,
    design: Design,
    rule: Rule | None = None,
    *,
    guess: Number | Mapping[str, Number] = "65%",
    truths: Sequence[Number] | None = None,
    not_applicable: Number = "0%",
    spread: Number = 1,
    wrong: Number = "10%",
    level: Number = "95%",
    marks: Sequence[Marks] = MARKS,
    effort: Effort = DEFAULT,
    certificate: bool = True,
    progress: Progress = lambda what, done, of: None,
) -> Plan:
    """What a design on a frame will be able to say; nothing is drawn and no seed is needed.

    rule: bands whose chances are wanted. guess: the assumed share of points, one for all strata or
    one by stratum. truths: shares of points each stratum may have in the certificate's grid.
    not_applicable: share of cases in which nothing applies, for half-widths. spread: variance
    between cases as a share of the largest possible (1: all their points or none). wrong: wanted
    limit to the chance of a wrong band. marks, effort: what is certified, with how many samples.
    progress: called with (what, done, of). Errors: as the draw would refuse; shares out of range.
    """
    _check_rule(rule)
    settled = settle(frame, design)
    parts = _parts(settled)
    options = Options(
        share(not_applicable, "not applicable"),
        share(spread, "spread"),
        share(wrong, "wrong"),
        confidence(level),
    )
    shares = _guesses(guess, parts)
    random = stream(digest([design.digest, [[each.id, each.N] for each in parts]]), "certificate")
    coverage: list[Coverage] = []
    domains = _domains(settled, parts)
    if certificate:
        grid = [share(each, "truths") for each in truths] if truths else None
        for domain, inside in domains.items():
            found = certify(
                domain, inside, level=options.level, stream=random, truths=grid, marks=marks,
                effort=effort, progress=progress,
            )  # fmt: skip
            coverage += [with_fallback(each, inside, options.level) for each in found]
    rows = outlook(settled, parts, domains, shares, rule, options, random)
    sources = {
        "frame": frame.digest, "design": design.digest, "rule": rule.digest if rule else None
    }  # fmt: skip
    return Plan(
        rows=rows,
        coverage=tuple(coverage),
        bands=bands_as_n_grows(domains, shares, rule, options, random),
        warnings=tuple(_warnings(settled, parts, domains, coverage, rule)),
        options=options,
        rule=rule,
        title=design.title or design.inspection,
        sources=sources,
    )


def _parts(settled: Settled) -> tuple[Part, ...]:
    counts = settled.counts()
    return tuple(
        Part(each.id, each.label, counts.get(each.id, 0), each.n)
        for each in settled.strata
        if each.n
    )


def _domains(settled: Settled, parts: tuple[Part, ...]) -> dict[str, tuple[Part, ...]]:
    """What can be worked out: strata drawn case by case with equal probability, and all of them."""
    kinds = {each.id: each.selection for each in settled.strata}
    plain = tuple(part for part in parts if kinds[part.id] in CERTIFIED)
    found: dict[str, tuple[Part, ...]] = {part.id: (part,) for part in plain}
    if len(plain) == len(parts) > 1:
        found[ALL] = plain
    return found


def _guesses(guess: Number | Mapping[str, Number], parts: tuple[Part, ...]) -> dict[str, Fraction]:
    if not isinstance(guess, Mapping):
        return dict.fromkeys((part.id for part in parts), share(guess, "guess"))
    problems, known = Problems(), [part.id for part in parts]
    for name in [each for each in guess if each not in known]:
        remedy = f"Use {', '.join(known)}.{nearest(name, known)}"
        problems.add("guess", f"no stratum {name!r}", remedy)
    for name in [each for each in known if each not in guess]:
        remedy = "Give one for every stratum, or one for all"
        problems.add("guess", f"none for stratum {name}", remedy)
    problems.raise_if_any()
    return {name: share(guess[name], f"guess for {name}") for name in known}


def _check_rule(rule: Rule | None) -> None:
    if rule and not rule.boundaries:
        what = f"{rule.ref} puts no share in bands, so there is no chance of one to plan for"
        raise InspectionError("plan", what, "Plan without a rule, or with one that bands shares")


def _warnings(
    settled: Settled,
    parts: tuple[Part, ...],
    domains: Mapping[str, tuple[Part, ...]],
    coverage: Sequence[Coverage],
    rule: Rule | None,
) -> list[str]:
    said = list(settled.notes)
    for part in parts:
        if rule and part.n < rule.minimum_cases:
            cases = counted(part.n, "case")
            said.append(f"{part.id}: {cases}, the rule rates from {rule.minimum_cases}: not rated")
    for each in settled.strata:
        if each.n and each.id not in domains:
            said.append(f"{each.id}: drawn by {each.selection}; nothing is certified of it")
    pooled = domains.get(ALL)
    if pooled:
        total, worth = sum(part.n for part in pooled), kish(pooled)
        if worth < LITTLE * total:
            said.append(
                f"all strata together: {total} cases are worth about {worth:.0f} of a simple "
                "random sample, since the sizes are out of proportion to the frame; publish by "
                "stratum, and weight by N/n when pooling"
            )
    for domain in dict.fromkeys(each.domain for each in coverage if not each.enough):
        worst = min((c for c in coverage if c.domain == domain), key=lambda each: each.least)
        told = f"{worst.least:.1%}" if np.isfinite(worst.least) else "no interval"
        said.append(
            f"{domain}: coverage of the usual interval falls to {told} ({worst.marks}); "
            f"the report uses {worst.fallback}"
        )
    return said
