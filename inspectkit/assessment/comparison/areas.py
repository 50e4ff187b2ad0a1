"""All Areas together from their sealed results: composite, ranks with their uncertainty, funnel.

An Area not yet inspected is shown as such and counts nowhere. The composite stands twice: weighted
by caseload, which is what happens to a case, and with every Area equal, which is what an Area does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import floor, inf, sqrt

import numpy as np
import pandas as pd
from scipy.special import betaincinv, ndtri

from inspectkit.assessment.comparison.difference import Side, difference, holm
from inspectkit.assessment.comparison.sealed import Sealed
from inspectkit.assessment.domains import ALL
from inspectkit.assessment.intervals import Sums, exact_limits, limits
from inspectkit.digest import digest
from inspectkit.errors import InspectionError, Problems
from inspectkit.exhibits import Funnel, Spot, listed
from inspectkit.streams import stream

AREAS = (
    "Cymru-Wales", "Eastern", "East Midlands", "London North", "London South", "Mersey-Cheshire",
    "North East", "North West", "South East", "South West", "Thames and Chiltern", "Wessex",
    "West Midlands", "Yorkshire and Humberside",
)  # fmt: skip
NOT_YET, WITHOUT = "not yet inspected", "Left out, or without a figure"
DRAWS = 10_000
NONE_BEYOND = "no Area beyond the 95% limits"
FUNNEL = (
    "Between the dashed lines lie 95 of 100 Areas that do not differ, between the dotted ones "
    "998 of 1,000; filled and named is what chance alone does not explain well."
)
ALPHA = 0.05


@dataclass(frozen=True)
class Areas:
    """Sealed results of the Areas expected, by name; those not inspected are absent."""

    results: Mapping[str, Sealed]
    expected: tuple[str, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(each for each in self.expected if each not in self.results)

    @property
    def simulated(self) -> bool:
        """Some Area's marks come from a model."""
        return any(bool(each.content["simulated"]) for each in self.results.values())

    @property
    def is_public(self) -> bool:
        """No Area's result says more than its public report."""
        return all(each.is_public for each in self.results.values())

    @staticmethod
    def spoken(table: pd.DataFrame) -> pd.DataFrame:
        """A table of this value in text: shares as percentages, "-" where there is nothing."""
        whole = {"rank", "rank_low", "rank_high", "areas", "cases", "size"}
        shown = table.astype(object)
        for name in shown.columns:
            shown[name] = [_said(each, str(name), whole) for each in shown[name]]
        return shown

    def composite(self, figure: str, domain: str = ALL) -> pd.DataFrame:
        """weighting (caseload, equal), value, low, high, areas, cases: two rows, or none.

        value is exact. Limits as for one Area's share, on the size the Areas add up to; at 0% and
        100% the exact bound.
        """
        sides, cases = self._sides(figure, domain)
        if not sides:
            return pd.DataFrame(columns=["weighting", "value", "low", "high", "areas", "cases"])
        equal = {area: Fraction(1) for area in sides}
        rows = []
        for name, weights in (("caseload", cases), ("equal", equal)):
            whole = sum(weights.values(), Fraction())
            shares = {area: weight / whole for area, weight in weights.items()}
            value = sum((shares[area] * side.value for area, side in sides.items()), Fraction())
            spread = sum(float(shares[area]) ** 2 * side.variance for area, side in sides.items())
            low, high = _ends(value, spread) or _unseen(sides, cases, weights, won=value == 1)
            total = int(sum(cases.values()))
            rows.append((name, value, low, high, len(sides), total))
        return pd.DataFrame(rows, columns=["weighting", "value", "low", "high", "areas", "cases"])

    def league(self, figure: str, domain: str = ALL) -> pd.DataFrame:
        """area, value, low, high, rank, rank_low, rank_high, state; best first, missing last.

        rank_low, rank_high: between which places an Area stands in 95 of 100 draws of all Areas
        from what is known of each.
        """
        sides, _ = self._sides(figure, domain)
        order = sorted(sides, key=lambda area: (-sides[area].value, area))
        ends = self._rank_ends(sides, figure, domain)
        rows: list[tuple[object, ...]] = [
            (area, sides[area].value, sides[area].low, sides[area].high, place, *ends[area], "")
                for place, area in enumerate(order, start=1)]  # fmt: skip
        states = {area: NOT_YET if area in self.missing else "no figure" for area in self.expected}
        rows += [(area, *(None,) * 6, states[area]) for area in self.expected if area not in sides]
        names = ["area", "value", "low", "high", "rank", "rank_low", "rank_high", "state"]
        return pd.DataFrame(rows, columns=names, dtype=object)

    def funnel(self, figure: str, domain: str = ALL) -> pd.DataFrame:
        """area, value, size, expected, low95, high95, low998, high998, position; by size.

        expected: the caseload-weighted composite. position: within, or beyond 95% or 99.8% of what
        chance alone would give an Area of that size (D. J. Spiegelhalter 2005, Statistics in
        Medicine 24, 1185-1202; normal limits).
        """
        sides, _ = self._sides(figure, domain)
        both = self.composite(figure, domain)
        rows = []
        for area, side in sorted(sides.items(), key=lambda each: each[1].size):
            centre = float(both["value"].iloc[0])
            unit = sqrt(centre * (1 - centre) / side.size) if side.size != inf else 0.0
            wide, wider = (float(ndtri(level)) * unit for level in (0.975, 0.999))
            off = abs(float(side.value) - centre)
            position = "within" if off <= wide else "beyond 95%" if off <= wider else "beyond 99.8%"
            bounds = [min(max(centre + sign * each, 0.0), 1.0)
                      for each in (wide, wider) for sign in (-1, 1)]  # fmt: skip
            rows.append((area, side.value, side.size, centre, *bounds, position))
        names = ["area", "value", "size", "expected", "low95", "high95", "low998", "high998"]
        return pd.DataFrame(rows, columns=[*names, "position"])

    def beyond(self, figure: str, domain: str = ALL) -> str:
        """Which Areas lie above and which below the 95% limits, the furthest first, in words."""
        rows = self.funnel(figure, domain).to_dict("records")
        out = [each for each in rows if each["position"] != "within"]
        out.sort(key=lambda each: -abs(float(each["value"]) - float(each["expected"])))
        sides = {
            "above": [each["area"] for each in out if each["value"] > each["expected"]],
            "below": [each["area"] for each in out if each["value"] < each["expected"]],
        }
        named = [f"{side}: {listed(areas)}" for side, areas in sides.items() if areas]
        return f"beyond the 95% limits, {'; '.join(named)}" if named else NONE_BEYOND

    def without(self, figure: str, domain: str = ALL) -> list[str]:
        """The inspected Areas that have no such figure, or whose result leaves it out."""
        sides, _ = self._sides(figure, domain)
        return [area for area in self.results if area not in sides]

    def funnel_chart(self, figure: str, domain: str = ALL) -> Funnel:
        """The funnel as a picture."""
        table = self.funnel(figure, domain).to_dict("records")
        spots = tuple(
            Spot(
                row["area"],
                float(row["value"] * 100),
                float(row["size"]),
                row["position"] == "within",
            )
            for row in table
            if row["size"] != inf
        )
        title = f"{self.figures.get(figure, figure)}: Areas around their common share"
        said = f"{len(spots)} Areas; {self.beyond(figure, domain)}."
        missing = f"Not yet inspected: {listed(list(self.missing))}." if self.missing else ""
        gone = self.without(figure, domain)
        without = f"{WITHOUT}: {listed(gone)}." if gone else ""
        return Funnel(id="funnel", title=title, alt=said, spots=spots,
                      centre=100 * float(table[0]["expected"]) if table else 50.0,
                      notes=tuple(filter(None, (said, FUNNEL, missing, without))),
                      stamp="SIMULATED MARKS" if self.simulated else "")  # fmt: skip

    def changes(self, earlier: Areas, figure: str, domain: str = ALL) -> pd.DataFrame:
        """Who improved: area, then, now, difference, low, high, p, holm (over Areas), verdict."""
        _same_questions([*self.results.values(), *earlier.results.values()])
        before, _ = earlier._sides(figure, domain)
        after, _ = self._sides(figure, domain)
        both = [area for area in self.expected if area in before and area in after]
        gaps = {area: difference(before[area], after[area]) for area in both}
        tested = [area for area in both if gaps[area].p is not None]
        strict = dict(zip(tested, holm([gaps[a].p or 0.0 for a in tested]), strict=True))
        rows: list[tuple[object, ...]] = []
        for area in self.expected:
            if area not in gaps:
                rows.append((area, *(None,) * 7, f"not compared: {_absent(area, before, after)}"))
                continue
            gap = gaps[area]
            sure = strict.get(area, 0.0) < ALPHA and gap.value != 0
            way = "improved" if gap.value > 0 else "deteriorated"
            numbers = (gap.value, gap.low, gap.high, gap.p, strict.get(area))
            verdict = way if sure else "no reliable change"
            rows.append((area, before[area].value, after[area].value, *numbers, verdict))
        names = ["area", "then", "now", "difference", "low", "high", "p", "holm", "verdict"]
        return pd.DataFrame(rows, columns=names, dtype=object)

    @cached_property
    def figures(self) -> dict[str, str]:
        """Figure to label, for themes and tags that any Area has."""
        rows = [row for each in self.results.values() for row in each.content["rows"]]
        return {row["figure"]: row["label"] for row in rows if row["kind"] != "question"}

    def _sides(self, figure: str, domain: str) -> tuple[dict[str, Side], dict[str, Fraction]]:
        """By Area: the figure, and the cases of the caseload it speaks for."""
        sides, cases = {}, {}
        for area, result in self.results.items():
            side = result.side(figure, domain)
            if side is not None:
                sides[area] = side
                cases[area] = Fraction(int(result.rows[figure, domain]["N"]))
        return sides, cases

    def _rank_ends(
        self, sides: Mapping[str, Side], figure: str, domain: str
    ) -> dict[str, tuple[int, int]]:
        if not sides:
            return {}
        key = digest([each.digest for each in self.results.values()])
        random = stream(key, f"ranks of {figure} in {domain}")
        columns = []
        for side in sides.values():
            uniform = random.array(DRAWS)
            p, k = float(side.value), side.size
            exact = np.full(DRAWS, p)
            columns.append(exact if k == inf else
                           betaincinv(k * p + 0.5, k * (1 - p) + 0.5, uniform))  # fmt: skip
        ranks = (-np.column_stack(columns)).argsort(axis=1).argsort(axis=1) + 1
        low, high = np.quantile(ranks, [0.025, 0.975], axis=0, method="closest_observation")
        return {area: (int(a), int(b)) for area, a, b in zip(sides, low, high, strict=True)}


def national(results: Sequence[Sealed], *, expected: Sequence[str] = AREAS) -> Areas:
    """The Areas' sealed results together.

    Errors: an Area twice, one that is not expected, results of different question sets.
    """
    problems = Problems()
    found: dict[str, Sealed] = {}
    for each in results:
        if each.area in found:
            problems.add(each.area, "it has two results", "Give the one that counts")
        if each.area not in expected:
            problems.add(each.area, "no such Area is expected", f"Use {', '.join(expected)}")
        found[each.area] = each
    problems.raise_if_any()
    _same_questions(list(found.values()))
    order = {area: found[area] for area in expected if area in found}
    return Areas(order, tuple(expected))


def _same_questions(results: Sequence[Sealed]) -> None:
    sets = {str(each.content["question_set"]) for each in results}
    if len(sets) > 1:
        by_set = [f"{each.area} {str(each.content['question_set'])[:8]}" for each in results]
        what = f"they were marked with {len(sets)} question sets ({', '.join(by_set)})"
        raise InspectionError("Area results", what, "Compare Areas marked with the same questions")


def _said(cell: object, name: str, whole: set[str]) -> str:
    if cell is None or cell != cell:
        return "-"
    if name in ("p", "holm"):
        return "under 0.001" if float(cell) < 0.001 else f"{float(cell):.3f}"  # type: ignore[arg-type]
    if name in whole:
        return f"{round(float(cell)):,}" if float(cell) < inf else "all"  # type: ignore[arg-type]
    return f"{100 * float(cell):.1f}%" if isinstance(cell, float | Fraction) else str(cell)


def _ends(value: Fraction, variance: float) -> tuple[float, float] | None:
    """Limits at the size the variance stands for; None at 0% and 100%, which have none."""
    p = float(value)
    if p in (0.0, 1.0):
        return None
    if not variance:
        return p, p
    low, high = limits(np.array(p), np.array(p * (1 - p) / variance))
    return float(low), float(high)


def _unseen(
    sides: Mapping[str, Side],
    cases: Mapping[str, Fraction],
    weights: Mapping[str, Fraction],
    *,
    won: bool,
) -> tuple[float, float]:
    """The exact bound behind 0% and 100%: what all Areas' samples together could have missed.

    An Area counts as a simple sample of its effective size, rounded down; a complete count misses
    nothing.
    """
    N = np.array([float(cases[area]) for area in sides])
    n = np.array([min(floor(min(side.size, size)), size)
                  for side, size in zip(sides.values(), N, strict=True)])  # fmt: skip
    worth = np.array([float(weights[area] / cases[area]) for area in sides])
    points = n * worth * won
    sums = Sums(N, n, n, points, n * worth, points * worth, points * worth, n * worth**2)
    return exact_limits(sums, won=won)


def _absent(area: str, before: Mapping[str, Side], after: Mapping[str, Side]) -> str:
    if area not in before and area not in after:
        return NOT_YET
    return "no earlier figure" if area not in before else NOT_YET
