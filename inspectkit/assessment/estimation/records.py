"""The estimates of an inspection as frozen records, one for every figure in every domain."""

from __future__ import annotations

from dataclasses import dataclass, fields
from fractions import Fraction
from functools import cached_property
from typing import Any

import pandas as pd

from inspectkit.assessment.scoring import Scores
from inspectkit.digest import digest, exact
from inspectkit.errors import InspectionError
from inspectkit.sampling.sample import Sample
from inspectkit.validation import nearest

CENSUS = "census"
EXACT_FIELDS = ("value", "numerator", "denominator", "of_all", "worst", "best")
OPTIONAL = (*EXACT_FIELDS, "low", "high", "effective_n", "variance")


@dataclass(frozen=True)
class Estimate:
    """One figure in one domain.

    value: exact share of the points, None where it cannot be known. low, high: limits of the
    share, None where `method` says why. n: cases with something applicable. N: cases of the frame
    in the strata the domain lies in. points, available, na: as counted, unweighted. effective_n:
    size of the simple random sample that is as certain, None where there are no limits and for a
    census. variance: linearised, of the share. df: n less the strata these cases are in (clusters
    in place of cases where these were drawn). numerator, denominator: points won and available in
    the whole caseload, as estimated; their ratio is the value. of_all: the share with what is not
    applicable in the denominator as well. worst, best: the value if every mark that is lacking won
    nothing, or all. warning: what a reader must be told, "" if nothing.
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
    numerator: Fraction | None
    denominator: Fraction | None
    of_all: Fraction | None
    worst: Fraction | None
    best: Fraction | None
    warning: str

    def __getitem__(self, column: str) -> Any:
        return getattr(self, column)


@dataclass(frozen=True)
class Total:
    """Points won and available in the whole caseload, as estimated. warning: "" if nothing."""

    won: Fraction
    available: Fraction
    warning: str = ""


@dataclass(frozen=True, eq=False)
class Estimates:
    """Every figure in every domain, with the scores and the sample they rest on.

    strata: figure, domain, stratum, N, n (cases settled), cases, points, available: the sums
    that each value is made of. by: the columns whose values the domains are.
    """

    rows: tuple[Estimate, ...]
    strata: pd.DataFrame
    scores: Scores
    sample: Sample
    level: float
    by: tuple[str, ...] = ("stratum",)

    def table(self) -> pd.DataFrame:
        """One row for each figure and domain; the columns are the fields of `Estimate`."""
        content: dict[str, Any] = {}
        for name in (each.name for each in fields(Estimate)):
            column = [row[name] for row in self.rows]
            content[name] = pd.Series(column, dtype=object) if name in OPTIONAL else column
        return pd.DataFrame(content)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a reader must be told, each thing once with the domains it is said of."""
        said: dict[str, list[str]] = {}
        for row in self.rows:
            if row.warning and row.kind != "question":
                domains = said.setdefault(row.warning, [])
                domains += [row.domain] if row.domain not in domains else []
        return tuple(f"{', '.join(domains)}: {text}" for text, domains in said.items())

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

    def total(self, figure: str, domain: str) -> Total:
        """What the points come to in all the cases of the frame.

        Errors: a design that cannot give it, with the reason.
        """
        row = self.row(figure, domain)
        if row.numerator is None or row.denominator is None:
            why = row.method.removeprefix("none: ")
            remedy = "Report the share of the strata that were marked, without a total"
            raise InspectionError(f"total of {figure}, {domain}", why, remedy)
        parts = self.strata
        parts = parts[(parts["figure"] == figure) & (parts["domain"] == domain)]
        strata = self.sample.strata()
        strata = strata[strata["stratum"].isin(parts["stratum"])]
        return Total(row.numerator, row.denominator, _of_total(strata))

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the exact values and of what they rest on; the limits follow from these."""
        values = [
            [row.figure, row.domain, exact(row.value), row.n, row.method] for row in self.rows
        ]
        return digest([self.scores.digest, self.sample.digest, repr(self.level), values])


def _of_total(strata: pd.DataFrame) -> str:
    """Where the size that a total rests on is itself no count."""
    said = []
    if "ineligible" in strata and strata["ineligible"].sum():
        said.append("how many cases are in scope is itself estimated, from those opened")
    if "accept" in strata and strata["accept"].notna().any():
        said.append("cases were opened until enough had been accepted")
    return "; ".join(said)
