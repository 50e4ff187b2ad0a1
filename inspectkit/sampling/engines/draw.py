"""The draw of a frame that stays in its engine: the same Sample, without the table in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import pandas as pd

from inspectkit.errors import InspectionError, Problems
from inspectkit.sampling.design import Design
from inspectkit.sampling.draw import as_table, head
from inspectkit.sampling.engines.engine import Engine, Progress
from inspectkit.sampling.engines.opening import opened
from inspectkit.sampling.engines.passes import counted, digested, smallest
from inspectkit.sampling.frame import FATES, Frame
from inspectkit.sampling.sample import Sample
from inspectkit.sampling.selecting.selection import ranked
from inspectkit.sampling.selecting.settling import Settled
from inspectkit.sampling.selecting.stratum import Stratum
from inspectkit.sampling.tickets import key


def draw_from(
    source: Any,
    design: Design,
    *,
    seed: str,
    id: str = "id",
    stratum: str | None = "stratum",
    facts: Sequence[str] = (),
    progress: Progress | None = None,
) -> Sample:
    """The sample that `draw` makes of a Frame with these rows; only drawn cases leave the engine.

    source: as for `candidates`: one clean row a case, already eligible. design: strata with sizes,
    drawn by simple selection. facts: text columns to keep for the cases drawn. Three passes: count,
    digest every row in order (each id checked, exactly), hash. Errors: as `candidates` and
    `frame_digest`; a design that needs the whole table; too few cases.

    >>> table = pd.DataFrame({"id": ["a", "b", "c"], "stratum": ["CC", "MC", "CC"]})
    >>> sample = draw_from(table, Design.of("x", strata={"CC": 1, "MC": 1}), seed="3 1 4")
    >>> sample.table()[["id", "weight"]].values.tolist()
    [['c', 2.0], ['b', 1.0]]
    """
    _check_design(design)
    round_key = key(seed, design.inspection, design.round)
    with opened(source, id=id, stratum=stratum, facts=facts, progress=progress) as engine:
        there = counted(engine)
        _check_strata(design.strata, there)
        digests = digested(engine, facts, there)
        sizes = {each.id: each.n + each.reserves for each in design.strata}
        found = smallest(engine, round_key, sizes, there)
        cases = _ranked(found, design.strata, there)
        kept = _facts(engine, cases, facts)
    frame = cast(Frame, _Seen(engine.name, range(digests.cases), digests.frame, digests.facts))
    settled = _Counted(cases, design.strata, (), {str(name): int(N) for name, N in there.items()})
    return Sample(cases, kept, head(frame, design, settled, cases, seed))


@dataclass(frozen=True)
class _Seen:
    """What a manifest says of a frame, from a frame that has passed by."""

    name: str
    cases: range
    digest: str
    facts_digest: str

    def summary(self) -> pd.DataFrame:
        row = {"fate": "eligible", "label": FATES["eligible"], "lines": len(self.cases)}
        return pd.DataFrame([row])


@dataclass(frozen=True)
class _Counted(Settled):
    """A settled design whose counts come from the engine; cases are those drawn."""

    there: Mapping[str, int]

    def counts(self) -> dict[str, int]:
        return dict(self.there)


def _ranked(found: pd.DataFrame, strata: Sequence[Stratum], there: pd.Series) -> pd.DataFrame:
    parts = [
        ranked(found[found["stratum"] == each.id], each, int(there[each.id])) for each in strata
    ]
    return as_table(row for part in parts for row in part)


def _facts(engine: Engine, cases: pd.DataFrame, facts: Sequence[str]) -> pd.DataFrame:
    rows = engine.of(list(cases["id"]), facts)
    table = pd.DataFrame(rows, columns=["id", "stratum", *facts], dtype="object")
    return table.fillna("").sort_values("id", ignore_index=True)


def _check_design(design: Design) -> None:
    plain = Design(
        design.inspection,
        design.round,
        tuple(Stratum(each.id, each.label, each.n, each.reserves) for each in design.strata),
        design.title,
    )
    if design != plain or not all(each.n for each in design.strata):
        what = "it needs more of the frame than counts and tickets"
        remedy = "Give each stratum its n and no other key, or draw from a Frame"
        raise InspectionError("design", what, remedy)


def _check_strata(strata: Sequence[Stratum], there: pd.Series) -> None:
    problems = Problems()
    for each in strata:
        cases = int(there.get(each.id, 0))
        if cases < each.n + each.reserves:
            what = f"{each.n} cases and {each.reserves} reserves wanted, {cases} in the frame"
            remedy = "Lower n or the reserves of the stratum, or widen the period"
            problems.add(f"stratum {each.id}", what, remedy)
    for stranger in sorted(set(map(str, there.index)) - {each.id for each in strata}):
        what = f"{there[stranger]} cases of the frame are in no stratum of the design"
        problems.add(f"stratum {stranger}", what, "Add the stratum to the design, or leave it out")
    problems.raise_if_any()
