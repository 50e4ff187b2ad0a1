"""The draw: from frame, design and seed to the one sample that they determine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import Any

import pandas as pd

from inspectkit.errors import Problems
from inspectkit.sampling.design import Design
from inspectkit.sampling.frame import Frame
from inspectkit.sampling.sample import CLUSTER_COLUMNS, COLUMNS, FORMAT, Sample
from inspectkit.sampling.selecting.clusters import clustered
from inspectkit.sampling.selecting.pareto import by_size
from inspectkit.sampling.selecting.selection import Draw, Row, select
from inspectkit.sampling.selecting.settling import Settled, settle
from inspectkit.sampling.selecting.stratum import Stratum
from inspectkit.sampling.selecting.systematic import systematic
from inspectkit.sampling.tickets import key
from inspectkit.version import VERSION

# What each selection does inside one stratum; everything else is the same for all of them.
SELECTIONS: Mapping[str, Callable[[pd.DataFrame, Stratum], Draw]] = {
    "simple": select,
    "pareto": by_size,
    "sequential_poisson": by_size,
    "systematic": systematic,
    "clusters": clustered,
}


def draw(
    frame: Frame,
    design: Design,
    *,
    seed: str,
    avoid: Iterable[str] = (),
    prefer: Iterable[str] = (),
    overlap: Fraction | str | None = None,
) -> Sample:
    """The sample that frame, design and seed determine, whatever the order of the rows.

    seed: one line of text, fixed after frame and design were published. avoid, prefer, overlap:
    added to the design, so that its digest covers them; an avoided case cannot be drawn in this
    round, preferred ones and others become strata of their own. Errors: a stratum with fewer cases
    than the design wants; strata the design does not name.
    """
    design = design.with_earlier(avoid=avoid, prefer=prefer, overlap=overlap)
    round_key = key(seed, design.inspection, design.round)
    settled = settle(frame, design)
    cases = chosen(settled, round_key)
    return Sample(cases, facts_of(frame, cases), head(frame, design, settled, cases, seed))


def chosen(settled: Settled, round_key: str) -> pd.DataFrame:
    """The rows of all strata in the order of the design, as the table of a Sample."""
    return as_table(prepared(settled)(round_key))


def prepared(settled: Settled) -> Draw:
    """The whole draw but for the round's key. Errors of all strata at once."""
    problems, parts = Problems(), []
    for stratum in settled.strata:
        with problems.gather():
            if stratum.n:
                parts.append(SELECTIONS[stratum.selection](settled.cases, stratum))
    if not parts:
        problems.add("design", "no case is left to draw", "Widen the period, or avoid fewer cases")
    problems.raise_if_any()
    return lambda round_key: [row for part in parts for row in part(round_key)]


def as_table(rows: Iterable[Row]) -> pd.DataFrame:
    """Rows as the table of a Sample; clusters only where a stratum draws them."""
    table = pd.DataFrame(rows, columns=[*COLUMNS, *CLUSTER_COLUMNS])
    return table if table["cluster"].any() else table[COLUMNS]


def facts_of(frame: Frame, cases: pd.DataFrame) -> pd.DataFrame:
    """The frame's rows of the cases drawn and their reserves."""
    return frame.cases[frame.cases["id"].isin(cases["id"])].reset_index(drop=True)


def head(
    frame: Frame, design: Design, settled: Settled, cases: pd.DataFrame, seed: str
) -> dict[str, Any]:
    """Everything of a manifest but the cases; keys of other designs only where they are used."""
    lines = frame.summary()
    content: dict[str, Any] = {
        "format": FORMAT,
        "program": f"inspectkit {VERSION}",
        "frame": {
            "name": frame.name,
            "cases": len(frame.cases),
            "digest": frame.digest,
            "facts_digest": frame.facts_digest,
            "lines": dict(zip(lines["fate"], map(int, lines["lines"]), strict=True)),
        },
        "design": {**design.canonical(), "digest": design.digest},
        "strata": _strata(settled, cases),
        "seed": seed,
        "key": key(seed, design.inspection, design.round),
    }
    for name in ("avoid", "prefer"):
        if getattr(design, name):
            content[name] = list(getattr(design, name))
    if settled.notes:
        content["notes"] = list(settled.notes)
    return content


def _strata(settled: Settled, cases: pd.DataFrame) -> list[dict[str, Any]]:
    """stratum, label, N, n, reserves; where used also selection, casework_type, clusters, plan."""
    counts, roles = settled.counts(), cases.groupby(["stratum", "role"]).size().to_dict()
    rows: list[dict[str, Any]] = []
    for each in settled.strata:
        row = {
            "stratum": each.id,
            "label": each.label,
            "N": counts.get(each.id, 0),
            "n": int(roles.get((each.id, "sample"), 0)),
            "reserves": int(roles.get((each.id, "reserve"), 0)),
            "selection": each.selection,
            "casework_type": each.casework_type,
            "accept": each.accept,
            "fewest": each.fewest,
            "clusters": None,
            "clusters_drawn": None,
        }
        if each.selection == "clusters":
            inside = settled.cases.loc[settled.cases["stratum"] == each.id, "cluster"]
            row |= {"clusters": int(inside.nunique()), "clusters_drawn": each.n}
        rows.append(row)
    unused = {"selection": "simple", "accept": None, "fewest": None, "clusters": None}
    dropped = {name for name, plain in unused.items() if all(r[name] == plain for r in rows)}
    dropped |= {"clusters_drawn"} & {f"{name}_drawn" for name in dropped}
    if all(row["casework_type"] == row["stratum"] for row in rows):
        dropped.add("casework_type")
    return [{k: v for k, v in row.items() if k not in dropped} for row in rows]
