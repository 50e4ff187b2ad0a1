"""The draw: from frame, design and seed to the one sample that they determine."""

from __future__ import annotations

from typing import Any

import pandas as pd

from inspectkit.errors import Problems
from inspectkit.sampling.design import Design
from inspectkit.sampling.frame import Frame
from inspectkit.sampling.sample import COLUMNS, FORMAT, Sample
from inspectkit.sampling.selection import select
from inspectkit.sampling.tickets import key
from inspectkit.version import VERSION


def draw(frame: Frame, design: Design, *, seed: str) -> Sample:
    """The sample that frame, design and seed determine, whatever the order of the rows.

    seed: one line of text, fixed after frame and design were published.
    Errors: a stratum with fewer cases than the design wants; strata the design does not name.
    """
    round_key = key(seed, design.inspection, design.round)
    counts = frame.strata()
    _check(counts, design)
    parts = [select(frame.cases, stratum, round_key) for stratum in design.strata]
    cases = pd.concat(parts, ignore_index=True)[COLUMNS]
    facts = frame.cases[frame.cases["id"].isin(cases["id"])].reset_index(drop=True)
    return Sample(cases, facts, _head(frame, design, seed, round_key))


def _check(counts: pd.Series, design: Design) -> None:
    problems = Problems()
    for stratum in design.strata:
        there = int(counts.get(stratum.id, 0))
        if there < stratum.n + stratum.reserves:
            wanted = f"{stratum.n} cases and {stratum.reserves} reserves"
            remedy = (
                "Lower n or the reserves of the stratum in inspection.toml, or widen the period"
            )
            problems.add(
                f"stratum {stratum.id}", f"{wanted} wanted, {there} cases in the frame", remedy
            )
    named = [stratum.id for stratum in design.strata]
    for stranger in [name for name in counts.index if name not in named]:
        what = f"{counts[stranger]} cases of the frame are in no stratum of the design"
        problems.add(
            f"stratum {stranger}",
            what,
            "Add the stratum to [sample], or leave those cases out by rule",
        )
    problems.raise_if_any()


def _head(frame: Frame, design: Design, seed: str, round_key: str) -> dict[str, Any]:
    counts = frame.strata()
    strata = [
        {
            "stratum": each.id,
            "label": each.label,
            "N": int(counts[each.id]),
            "n": each.n,
            "reserves": each.reserves,
        }
        for each in design.strata
    ]
    return {
        "format": FORMAT,
        "program": f"inspectkit {VERSION}",
        "frame": {
            "name": frame.name,
            "cases": len(frame.cases),
            "digest": frame.digest,
            "facts_digest": frame.facts_digest,
            "lines": dict(
                zip(frame.summary()["fate"], map(int, frame.summary()["lines"]), strict=True)
            ),
        },
        "design": {**design.canonical(), "digest": design.digest},
        "strata": strata,
        "seed": seed,
        "key": round_key,
    }
