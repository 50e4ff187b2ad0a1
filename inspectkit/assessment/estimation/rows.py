"""One estimate for every figure in every domain of a cube: its value, its limits, their method."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from functools import cached_property
from itertools import product
from statistics import NormalDist

import numpy as np

from inspectkit.assessment.coverage.choice import EXACT, KG, RECOVERED, method_on
from inspectkit.assessment.cube import Address, Cube
from inspectkit.assessment.estimation.bets import Bets
from inspectkit.assessment.estimation.records import CENSUS, Estimate
from inspectkit.assessment.estimation.selected import BY_SIZE, CLUSTERS
from inspectkit.assessment.estimation.warnings import warning
from inspectkit.assessment.intervals import (
    Floats,
    Sums,
    degrees_of_freedom,
    effective_n,
    exact_limits,
    extreme_limits,
    limits,
    variance,
)
from inspectkit.assessment.intervals.exact import assurance_limits
from inspectkit.assessment.intervals.recovered import recovered_limits
from inspectkit.assessment.scoring import NOT_APPLICABLE, Figure

CHOSEN = "chosen"
YES_NO = f"{EXACT} yes or no"  # what `exact` is where each case is one or the other
PLAIN = ("simple", "systematic")


@dataclass(frozen=True)
class Asked:
    """Two-sided level of the computation, level as stated, interval, side, kinds of selection."""

    level: float
    stated: float
    interval: str
    side: str
    kinds: frozenset[str]

    @property
    def words(self) -> str:
        end = {"both": "", "low": ", lower limit", "high": ", upper limit"}[self.side]
        return f", {self.stated * 100:g}%{end}"


def rows_of(
    figures: Sequence[Figure], counts: Cube, asked: Asked, bets: Bets | None = None
) -> Iterator[Estimate]:
    """The estimates of all figures in all domains; bets: for limits found by them."""
    addresses = list(product(range(len(counts.figures)), range(len(counts.domains))))
    shape = counts["size"].shape[:2]
    values = {at: counts.value(at) for at in addresses}
    ratios = np.array([np.nan if v is None else float(v) for v in values.values()]).reshape(shape)
    sums, beyond = counts.sums, counts.beyond
    spread, df = variance(sums, ratios) + beyond, degrees_of_freedom(sums)
    ends = _Ends(counts, asked, bets, ratios)
    for at in addresses:
        figure, value = figures[at[0]], values[at]
        method = ends.method(at, value)
        low, high = ends.limits(at, value, method)
        bounds = counts.bounds(at) or (None, None)
        denominator = None if value is None else counts.total(at, "available")
        every = counts.total(at, NOT_APPLICABLE) + (denominator or 0)
        row = Estimate(
            figure=figure.id,
            kind=figure.kind,
            domain=counts.domains[at[1]],
            value=value,
            low=low,
            high=high,
            n=int(counts.of_cases("cases")[at].sum()),
            N=int(counts.of_cases("size")[at][counts["held"][at]].sum()),
            points=int(counts.of_cases("points")[at].sum()),
            available=int(counts.of_cases("available")[at].sum()),
            na=int(counts["na"][at].sum()),
            method=method,
            effective_n=ends.effective_n(at, value, low, high, method),
            variance=float(spread[at]) if np.isfinite(spread[at]) else None,
            df=max(int(df[at]), 0),
            numerator=None if value is None else counts.total(at, "points"),
            denominator=denominator,
            of_all=None if value is None else counts.total(at, "points") / every,
            worst=bounds[0],
            best=bounds[1],
            warning="",
        )
        yield replace(row, warning=warning(row, len(_held(counts, at))))


def _held(counts: Cube, at: Address) -> list[int]:
    return [int(k) for k in np.flatnonzero(counts["held"][at])]


class _Ends:
    """Methods and limits of every address, by the interval asked for."""

    def __init__(self, counts: Cube, asked: Asked, bets: Bets | None, ratios: Floats) -> None:
        self.counts, self.asked, self.bets = counts, asked, bets
        sums = counts.sums
        self.sizes = effective_n(sums, ratios, level=asked.level, beyond=counts.beyond)
        self._kg = limits(ratios, self.sizes, level=asked.level)
        self._sums = sums

    def method(self, at: Address, value: Fraction | None) -> str:
        """In plain words, how the limits were found or why there are none."""
        counts = self.counts
        settled, size, cases = (counts[name][at] for name in ("settled", "size", "cases"))
        lacking, held = counts["lacking"][at] > 0, counts["held"][at]
        if value is None:
            unseen = counts.unseen(at)
            no = f"none: no {' or '.join(unseen)} case marked"
            return no if unseen else "none: nothing applicable"
        if (settled >= size)[held].all() and not lacking.any() and self._whole(at):
            return CENSUS
        if (lacking & (settled >= size)).any():
            return "none: answers missing"
        if cases.sum() < 2:
            return f"none: one {self._unit}"
        if cases.sum() <= (cases > 0).sum():
            return f"none: one {self._unit} in each stratum"
        if not np.isfinite(self.sizes[at]):
            alone = np.array(counts.strata)[(cases == 1) & (settled == 1) & (size > 1)]
            return f"none: one {self._unit} in {' and '.join(alone) or 'each open stratum'}"
        if value in (0, 1):
            how = "KG" if set(BY_SIZE) & self.asked.kinds else "exact"
            return f"{how}, none lost" if value else f"{how}, none won"
        return f"{self._interval(at)}{self.asked.words}"

    def limits(
        self, at: Address, value: Fraction | None, method: str
    ) -> tuple[float | None, float | None]:
        if value is None or method.startswith("none"):
            return None, None
        if method == CENSUS:
            return float(value), float(value)
        low, high = self._ends(at, value, method)
        return (0.0 if self.asked.side == "high" else low), (
            1.0 if self.asked.side == "low" else high
        )

    def effective_n(
        self,
        at: Address,
        value: Fraction | None,
        low: float | None,
        high: float | None,
        method: str,
    ) -> float | None:
        """Size of the simple sample that is as certain, and no more certain than the limits say."""
        if value is None or low is None or high is None or method == CENSUS:
            return None
        n = float(self.sizes[at])
        if (
            method.startswith((RECOVERED, YES_NO, f"{EXACT}{self.asked.words}"))
            and 0 < low < high < 1
        ):
            z = NormalDist().inv_cdf((1 + self.asked.level) / 2)
            n = min(n, float(value * (1 - value)) * (2 * z / (high - low)) ** 2)
        return n

    def _ends(self, at: Address, value: Fraction, method: str) -> tuple[float, float]:
        level = self.asked.level
        if method.startswith("exact, none"):
            return exact_limits(_row_of(self._sums, at), won=value == 1, level=level)
        if method.startswith("KG, none"):
            return extreme_limits(float(self.sizes[at]), won=value == 1, level=level)
        if method.startswith(RECOVERED):
            return float(self._recovered[0][at]), float(self._recovered[1][at])
        if method.startswith(YES_NO):
            return self._assured(at, level)
        if method.startswith(EXACT) and self.bets:
            return self.bets.limits(self.counts, at, level)
        return float(self._kg[0][at]), float(self._kg[1][at])

    @cached_property
    def _recovered(self) -> tuple[Floats, Floats]:
        return recovered_limits(self._sums, level=self.asked.level)

    @property
    def _unit(self) -> str:
        return "cluster" if CLUSTERS in self.asked.kinds else "case"

    def _whole(self, at: Address) -> bool:
        """Whether nothing inside the units was sampled."""
        return not np.any(self.counts.beyond) or bool(self.counts.beyond[at] == 0)

    def _interval(self, at: Address) -> str:
        """The interval asked for, or the one that the design of the domain's strata allows."""
        if CLUSTERS in self.asked.kinds:
            return f"{KG} of clusters"
        if self.asked.kinds - set(PLAIN):
            return f"{KG}, Brewer's variance"
        if self.asked.interval != CHOSEN:
            exact = self.asked.interval == EXACT
            return YES_NO if exact and self._is_yes_no(at) else self.asked.interval
        held = _held(self.counts, at)
        N, n = (self.counts[name][at][held].tolist() for name in ("size", "drawn"))
        return method_on(tuple(zip(N, n, strict=True)), round(self.asked.level, 9))

    def _is_yes_no(self, at: Address) -> bool:
        """Whether every case of whole strata won all of one number of points, or none."""
        held = _held(self.counts, at)
        settled, cases, of, squares, won, product = (
            self.counts[name][at][held].tolist()
            for name in ("settled", "cases", "available", "available_squared", "points_squared",
                         "product")
        )  # fmt: skip
        worth = {Fraction(a, m) for a, m in zip(of, cases, strict=True) if m}
        alike = all(m * aa == a * a for m, a, aa in zip(cases, of, squares, strict=True))
        return settled == cases and won == product and alike and len(worth) == 1

    def _assured(self, at: Address, level: float) -> tuple[float, float]:
        """Exact limits of yes or no, from whole numbers by stratum."""
        held = _held(self.counts, at)
        N, n, points, of = (
            self.counts[name][at][held].tolist()
            for name in ("size", "settled", "points", "available")
        )
        yes = [y * k // a for y, k, a in zip(points, n, of, strict=True)]
        return assurance_limits(N, n, yes, level=level)


def _row_of(sums: Sums, at: Address) -> Sums:
    return Sums(*(getattr(sums, each.name)[at] for each in fields(Sums)))
