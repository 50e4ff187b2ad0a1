"""Puts every eligible case into its stratum of the draw and works out the sizes on this frame."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor

import pandas as pd

from inspectkit.digest import exact
from inspectkit.errors import InspectionError, Problems
from inspectkit.sampling.design import Design
from inspectkit.sampling.frame import Frame
from inspectkit.sampling.selecting import allocation
from inspectkit.sampling.selecting.stratum import Stratum

ALL = "all"
NOT_RECORDED = "not recorded"


@dataclass(frozen=True)
class Settled:
    """cases: those that can be drawn, `stratum` being that of the draw. units: cases, or clusters,
    in each. strata: in the order of the design, with their sizes. notes: what must be said of it.
    """

    cases: pd.DataFrame
    strata: tuple[Stratum, ...]
    notes: tuple[str, ...]

    def counts(self) -> dict[str, int]:
        """Cases by stratum of the draw."""
        return {str(name): int(N) for name, N in self.cases["stratum"].value_counts().items()}


def settle(frame: Frame, design: Design) -> Settled:
    """The design on this frame: who is in which stratum, and how many are drawn there.

    Errors: too few cases, cases that no stratum takes, an allocation that cannot be met; all the
    strata at once.
    """
    cases = _placed(frame.cases, design)
    strata = _generated(cases, design) if design.allocation else design.strata
    cases, strata = _by_quota(cases, strata)
    cases = _without(cases, design.avoid)
    counted = _units(cases, strata)
    strata = tuple(_taken_whole(each, counted.get(each.id, 0)) for each in strata)
    if design.allocation:
        strata = _allocated(strata, counted, design)
    _check(cases, strata, counted)
    if design.prefer:
        cases, strata = _overlapping(cases, strata, design)
        _check(cases, strata, _units(cases, strata))
    return Settled(cases, strata, tuple(_notes(frame.cases, cases, strata, design)))


def _placed(cases: pd.DataFrame, design: Design) -> pd.DataFrame:
    """Cases with the stratum that the design's facts make; the frame's own where it names none."""
    if design.by is None:
        return cases
    missing = [name for name in design.by if name not in cases.columns]
    if missing:
        remedy = "Stratify by facts that [frame.facts] names"
        raise InspectionError("[sample] by", f"the frame has no fact {missing[0]!r}", remedy)
    if not design.by:
        return cases.assign(stratum=ALL)
    columns = [cases[name].map(lambda value: str(value) or NOT_RECORDED) for name in design.by]
    named = [" / ".join(parts) for parts in zip(*columns, strict=True)]
    return cases.assign(stratum=named)


def _generated(cases: pd.DataFrame, design: Design) -> tuple[Stratum, ...]:
    """The strata as named, or one for every combination of facts where the rule is "each"."""
    if design.strata:
        return design.strata
    return tuple(Stratum(name, name, 0, 0) for name in sorted(cases["stratum"].unique()))


def _by_quota(
    cases: pd.DataFrame, strata: tuple[Stratum, ...]
) -> tuple[pd.DataFrame, tuple[Stratum, ...]]:
    """Cases of a stratum with quotas go to the first part whose values they have, else the rest."""
    placed = cases["stratum"].copy()
    for part in reversed([each for each in strata if each.of]):
        column, *values = part.where or ("", "")
        if column and column not in cases.columns:
            remedy = "Set quotas by a fact that [frame.facts] names"
            raise InspectionError(f"stratum {part.id}", f"no fact {column!r}", remedy)
        fits = cases["stratum"] == part.of
        placed = placed.mask(fits & cases[column].isin(values) if column else fits, part.id)
    return cases.assign(stratum=placed), strata


def _without(cases: pd.DataFrame, avoid: Sequence[str]) -> pd.DataFrame:
    return cases[~cases["id"].isin(set(avoid))] if avoid else cases


def _units(cases: pd.DataFrame, strata: Sequence[Stratum]) -> dict[str, int]:
    """What is drawn first: cases, or clusters where the stratum draws those."""
    counted = {str(name): int(N) for name, N in cases["stratum"].value_counts().items()}
    for each in strata:
        if each.selection == "clusters" and "cluster" in cases.columns:
            inside = cases.loc[cases["stratum"] == each.id, "cluster"]
            counted[each.id] = int(inside.nunique())
    return counted


def _taken_whole(stratum: Stratum, N: int) -> Stratum:
    """Every case where the design says take_all and there are no more than n of them."""
    if stratum.take_all and (stratum.n >= N or not stratum.n):
        return replace(stratum, n=N, reserves=0)
    if stratum.take_all:
        return replace(stratum, reserves=min(stratum.reserves, N - stratum.n))
    return stratum


def _allocated(
    strata: tuple[Stratum, ...], counted: dict[str, int], design: Design
) -> tuple[Stratum, ...]:
    """The sizes that the rule gives; strata taken whole keep theirs and count to the total."""
    rule = design.allocation
    assert rule is not None
    empty = [each.id for each in strata if not counted.get(each.id)]
    if empty and rule.rule != "each":
        remedy = "Remove the stratum, or widen the period"
        raise InspectionError(f"stratum {empty[0]}", "there are no cases in the frame", remedy)
    open_strata = [each for each in strata if not each.take_all]
    sizes = {each.id: counted.get(each.id, 0) for each in open_strata}
    spread = {each.id: each.deviation for each in open_strata if each.deviation is not None}
    left = rule.total - sum(each.n for each in strata if each.take_all)
    if rule.rule == "each":
        n = {name: min(rule.total, N) for name, N in sizes.items()}
    elif rule.rule == "proportional":
        n = allocation.proportional(left, sizes, minimum=rule.minimum)
    elif rule.rule == "neyman":
        n = allocation.neyman(left, sizes, spread, minimum=rule.minimum)
    elif rule.rule == "power":
        n = allocation.power(
            left, sizes, exponent=rule.power, deviations=spread, minimum=rule.minimum
        )
    else:
        half_width = rule.half_width or Fraction()
        # cases taken whole add no variance, but weigh in the mean
        whole = Fraction(sum(counted.get(each.id, 0) for each in strata), sum(sizes.values()))
        n = allocation.precision(
            sizes, spread, half_width=half_width * whole, z=rule.z, minimum=rule.minimum
        )
    return tuple(
        replace(
            each,
            n=n[each.id],
            reserves=min(ceil(n[each.id] * rule.reserves), counted.get(each.id, 0) - n[each.id]),
        )
        if each.id in n
        else each
        for each in strata
    )


def _check(cases: pd.DataFrame, strata: Sequence[Stratum], counted: dict[str, int]) -> None:
    problems = Problems()
    for each in strata:
        there, unit = counted.get(each.id, 0), _unit(each)
        if there < each.n + each.reserves or (there and not each.n):
            what = f"{each.n} {unit} and {each.reserves} reserves wanted, "
            remedy = (
                "Lower n or the reserves of the stratum in inspection.toml, or widen the period"
            )
            if there <= each.n:
                remedy += ", or set take_all = true"
            problems.add(f"stratum {each.id}", f"{what}{there} {unit} in the frame", remedy)
    named = [each.id for each in strata]
    present = cases["stratum"].value_counts().sort_index()
    for stranger in [name for name in present.index if name not in named]:
        what = f"{present[stranger]} cases of the frame are in no stratum of the design"
        remedy = "Add the stratum to [sample], or leave those cases out by rule"
        if any(each.of == stranger for each in strata):
            what = f"{present[stranger]} cases fit no quota and have no chance of being drawn"
            remedy = "Raise n of the stratum above its quotas, or leave those cases out by rule"
        problems.add(f"stratum {stranger}", what, remedy)
    problems.raise_if_any()


def _unit(stratum: Stratum) -> str:
    return "clusters" if stratum.selection == "clusters" else "cases"


def _overlapping(
    cases: pd.DataFrame, strata: tuple[Stratum, ...], design: Design
) -> tuple[pd.DataFrame, tuple[Stratum, ...]]:
    """Each stratum in two parts, cases of the earlier round and others, with their own n and N."""
    fits = cases["id"].isin(set(design.prefer))
    placed, parts = cases["stratum"].copy(), []
    for each in strata:
        if each.selection != "simple":
            remedy = "Draw the stratum by simple selection, or without prefer"
            raise InspectionError(f"stratum {each.id}", f"prefer with {each.selection}", remedy)
        inside = cases["stratum"] == each.id
        earlier, others = int((inside & fits).sum()), int((inside & ~fits).sum())
        if not earlier or not others or each.n < 2:
            parts.append(each)
            continue
        n = min(max(floor(each.n * design.overlap), 1), earlier)
        n = max(n, each.n - others)
        spare = max(min(ceil(each.reserves * Fraction(n, each.n)), earlier - n), 0)
        both = {"earlier": (n, spare), "others": (each.n - n, each.reserves - spare)}
        for name, (drawn, reserves) in both.items():
            part, of = f"{each.id}:{name}", each.casework_type
            label = f"{each.label}: {name}"
            parts.append(
                replace(each, id=part, label=label, n=drawn, reserves=reserves, of=of, where=())
            )
            placed = placed.mask(inside & (fits if name == "earlier" else ~fits), part)
    return cases.assign(stratum=placed), tuple(parts)


def _notes(
    frame_cases: pd.DataFrame, cases: pd.DataFrame, strata: Sequence[Stratum], design: Design
) -> Iterator[str]:
    counted = _units(cases, strata)
    for each in strata:
        if each.n and each.n == counted.get(each.id):
            yield f"{each.id}: all {each.n} {_unit(each)} are taken, weight 1 (a census)"
        if not each.n:
            yield f"{each.id}: no case in the frame, none is drawn"
        if each.selection == "systematic":
            yield f"{each.id}: systematic, neighbours never together; its variance is approximate"
        if each.selection in ("pareto", "sequential_poisson"):
            yield f"{each.id}: probability in proportion to size, joint probabilities approximate"
    if design.avoid:
        gone = len(frame_cases) - len(cases)
        yield (
            f"{len(design.avoid)} cases of earlier rounds are avoided, {gone} of them in this "
            "frame: their probability in this round is 0, and N counts the others"
        )
    if design.prefer:
        yield (
            f"{len(design.prefer)} cases of earlier rounds are preferred ({exact(design.overlap)} "
            "of n): they and the others are strata of their own, each with its n/N"
        )
