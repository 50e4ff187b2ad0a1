"""The draw: inside a stratum the n smallest tickets are the sample, the next ones its reserves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import pandas as pd

from inspectkit.digest import digest, exact
from inspectkit.errors import InspectionError, Problems
from inspectkit.sampling.design import Design, Stratum
from inspectkit.sampling.frame import Frame
from inspectkit.sampling.tickets import key, tickets

FORMAT = "inspectkit-manifest/1"
COLUMNS = ["id", "stratum", "role", "order", "ticket", "probability", "weight"]


@dataclass(frozen=True)
class Sample:
    """The cases drawn, with everything needed to draw them again.

    cases: id, stratum, role (sample | reserve), order (from 1 inside the stratum), ticket,
    probability and weight (exact fractions as text). facts: the frame's row of each case drawn.
    """

    cases: pd.DataFrame
    facts: pd.DataFrame
    head: Mapping[str, Any]

    def table(self) -> pd.DataFrame:
        """id, stratum, role, order, ticket, probability, weight; the last two as numbers."""
        numbers = {
            name: self.cases[name].map(lambda text: float(Fraction(text))) for name in COLUMNS[5:]
        }
        return self.cases.assign(**numbers)

    def strata(self) -> pd.DataFrame:
        """stratum, label, N, n, reserves: one row per stratum, in the order of the design."""
        return pd.DataFrame(self.head["strata"])

    @property
    def drawn(self) -> pd.DataFrame:
        """The cases to examine, with their facts."""
        chosen = self.cases[self.cases["role"] == "sample"][["id", "stratum", "order"]]
        return chosen.merge(self.facts.drop(columns="stratum"), on="id", how="left")

    def manifest(self) -> dict[str, Any]:
        """All of it as plain values, ready for JSON; its own digest last."""
        content = {**self.head, "cases": self.cases.to_dict("records")}
        return {**content, "digest": digest(content)}

    @cached_property
    def digest(self) -> str:
        return str(self.manifest()["digest"])

    @classmethod
    def restore(cls, manifest: Mapping[str, Any], facts: pd.DataFrame) -> Sample:
        """A sample from its manifest and the facts of its cases.

        Errors: a manifest whose content no longer fits its digest, or of another format.
        """
        content = {name: value for name, value in manifest.items() if name != "digest"}
        if content.get("format") != FORMAT:
            raise InspectionError(
                "manifest", f"its format is not {FORMAT}", "Give a manifest written by inspectkit"
            )
        if digest(content) != manifest.get("digest"):
            raise InspectionError(
                "manifest", "its content does not fit its digest: it was edited", "Draw again"
            )
        cases = pd.DataFrame(content.pop("cases"), columns=COLUMNS)
        kept = facts[facts["id"].isin(cases["id"])].reset_index(drop=True)
        return cls(cases, kept, content)


def draw(frame: Frame, design: Design, *, seed: str) -> Sample:
    """The sample that frame, design and seed determine, whatever the order of the rows.

    seed: one line of text, fixed after frame and design were published.
    Errors: a stratum with fewer cases than the design wants; strata the design does not name.
    """
    round_key = key(seed, design.inspection, design.round)
    counts = frame.strata()
    _check(counts, design)
    parts = [
        _drawn(frame.cases, stratum, round_key, int(counts[stratum.id]))
        for stratum in design.strata
    ]
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


def _drawn(cases: pd.DataFrame, stratum: Stratum, round_key: str, size: int) -> pd.DataFrame:
    ids = cases.loc[cases["stratum"] == stratum.id, "id"]
    ordered = sorted(zip(tickets(round_key, ids), ids, strict=True))[: stratum.n + stratum.reserves]
    probability = Fraction(stratum.n, size)
    roles = ["sample"] * stratum.n + ["reserve"] * stratum.reserves
    return pd.DataFrame(
        {
            "id": [id for _, id in ordered],
            "stratum": stratum.id,
            "role": roles,
            "order": range(1, len(ordered) + 1),
            "ticket": [ticket for ticket, _ in ordered],
            "probability": exact(probability),
            "weight": exact(1 / probability),
        }
    )


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
