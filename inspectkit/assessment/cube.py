"""The cube: whole-number sums for every figure, domain and stratum, made in one pass over cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from inspectkit.assessment.intervals import Sums
from inspectkit.assessment.scoring import LACKING, NOT_APPLICABLE, Scores
from inspectkit.errors import InspectionError
from inspectkit.sampling.sample import Sample
from inspectkit.validation import nearest

ALL = "all"
MOMENTS = ["cases", "points", "available", "points_squared", "product", "available_squared"]
COUNTS = [*MOMENTS, "settled", "na", "lacking", NOT_APPLICABLE, LACKING]
Address = tuple[int, int]


@dataclass(frozen=True)
class Cube:
    """Arrays of shape figure x domain x stratum, by name.

    size: N of the stratum. settled: n of the stratum for the figure, with the cases that were
    opened and found to be out of scope; drawn: the same of all cases drawn. held: the domain lies
    in the stratum. lacking: marks unanswered or not examined. The rest are sums over the domain's
    cases.
    beyond: variance of figure x domain that these sums do not hold (0 for simple random samples).
    """

    figures: tuple[str, ...]
    domains: tuple[str, ...]
    strata: tuple[str, ...]
    arrays: dict[str, npt.NDArray[Any]]
    beyond: npt.NDArray[np.float64] = field(default_factory=lambda: np.zeros(1))

    def __getitem__(self, name: str) -> npt.NDArray[Any]:
        return self.arrays[name]

    @property
    def sums(self) -> Sums:
        """What the interval functions take."""
        return Sums(*(self[name].astype(np.float64) for name in ("size", "settled", *MOMENTS)))

    def of_cases(self, name: str) -> npt.NDArray[Any]:
        """Counts of cases and their points, whatever the units of the sums are."""
        return self.arrays.get(f"{name}_of_cases", self.arrays[name])

    def unseen(self, at: Address) -> list[str]:
        """Strata the domain lies in of which no case is settled."""
        marked = self.of_cases("settled")[at] > self["out_of_scope"][at]
        blank = self["held"][at] & ~marked
        return [name for name, missing in zip(self.strata, blank, strict=True) if missing]

    def value(self, at: Address) -> Fraction | None:
        """Points over available points, strata weighted by N/n; None where it cannot be known."""
        of = self.total(at, "available")
        return None if self.unseen(at) or not of else self.total(at, "points") / of

    def total(self, at: Address, name: str, of: str = "settled") -> Fraction:
        """What a count of the domain's cases comes to in the frame, each stratum by N/n."""
        columns = (self[each][at].tolist() for each in ("size", of, name))
        return sum(
            (Fraction(N, n) * count for N, n, count in zip(*columns, strict=True) if count),
            Fraction(),
        )

    def bounds(self, at: Address) -> tuple[Fraction, Fraction] | None:
        """The value if every mark that is lacking won nothing, and if it won all it could.

        Every case drawn counts here, marked or not; None where nothing could be won at all.
        """
        won, of, lacking = (
            self.total(at, name, "drawn") for name in ("points", "available", LACKING)
        )
        whole = of + lacking
        return (won / whole, (won + lacking) / whole) if whole else None

    def table(self) -> pd.DataFrame:
        """figure, domain, stratum, N, n (settled), cases, points, available; held strata only."""
        index = pd.MultiIndex.from_product(
            [self.figures, self.domains, self.strata], names=["figure", "domain", "stratum"]
        )
        columns = {"N": "size", "n": "settled"} | {k: k for k in ("cases", "points", "available")}
        counts = {k: self.of_cases(v).ravel() for k, v in columns.items()}
        table = pd.DataFrame(counts, index=index)
        return table[self["held"].ravel()].reset_index()


def cube(scores: Scores, sample: Sample, by: Sequence[str]) -> Cube:
    """The sums of all figures over the domains that the columns `by` make, and over "all"."""
    membership = membership_of(sample, by)
    strata, domains = tuple(sample.strata()["stratum"]), tuple(membership["domain"].unique())
    figures = tuple(each.id for each in scores.figures)
    keys = ["figure", "domain", "stratum"]
    cases = case_rows(scores).merge(membership, on="subject")
    summed = cases.groupby(keys)[COUNTS].sum()
    full = summed.reindex(pd.MultiIndex.from_product([figures, domains, strata]), fill_value=0)
    shape = (len(figures), len(domains), len(strata))
    arrays = {name: full[name].to_numpy().reshape(shape) for name in COUNTS}
    # a domain inside a stratum was drawn as part of it: its n and N are the whole stratum's
    whole = arrays["settled"][:, [domains.index(ALL)], :]
    out_of_scope = _column(sample, "ineligible")
    arrays["settled"] = np.broadcast_to(whole, shape) + out_of_scope
    arrays["drawn"] = np.broadcast_to(_column(sample, "n") + out_of_scope, shape)
    arrays["out_of_scope"] = np.broadcast_to(out_of_scope, shape)
    sizes = sample.strata()["N"].to_numpy()
    arrays["size"] = np.broadcast_to(sizes, shape)
    placed = membership.merge(sample.drawn[["id", "stratum"]], left_on="subject", right_on="id")
    pairs = set(zip(placed["domain"], placed["stratum"], strict=True))
    held = [[(d, s) in pairs or d == ALL for s in strata] for d in domains]
    arrays["held"] = np.broadcast_to(np.array(held) & (sizes > 0), shape)
    return Cube(figures, domains, strata, arrays)


def _column(sample: Sample, name: str) -> npt.NDArray[Any]:
    """A whole number of each stratum; 0 where the sample as it was drawn does not have it."""
    table = sample.strata()
    return table[name].to_numpy() if name in table else np.zeros(len(table), dtype=np.int64)


def case_rows(scores: Scores) -> pd.DataFrame:
    """What each case adds to the sums of each figure."""
    cases = scores.cases()
    y, a = cases["points"], cases["available"]
    return cases.assign(
        cases=(a > 0).astype(int),
        settled=cases["settled"].astype(int),
        lacking=cases[["unanswered", "not_examined", "unsettled"]].sum(axis=1),
        points_squared=y * y,
        product=y * a,
        available_squared=a * a,
    )


def membership_of(sample: Sample, by: Sequence[str]) -> pd.DataFrame:
    """subject, domain: every domain a case belongs to, domains in the order they are shown."""
    cases = sample.drawn
    order = {name: place for place, name in enumerate(sample.strata()["stratum"])}
    parts = []
    for column in by:
        if column not in cases.columns:
            remedy = f"Use stratum or a fact of the frame.{nearest(column, list(cases.columns))}"
            raise InspectionError("estimate", f"the cases have no column {column!r}", remedy)
        names = cases[column].fillna("").astype(str)
        part = pd.DataFrame({"subject": cases["id"], "domain": names})
        if column == "stratum":
            parts.append(part.sort_values("domain", key=lambda names: names.map(order)))
        else:
            part["domain"] = [f"{column}={name or 'not recorded'}" for name in part["domain"]]
            parts.append(part.sort_values("domain"))
    parts.append(pd.DataFrame({"subject": cases["id"], "domain": ALL}))
    return pd.concat(parts, ignore_index=True)
