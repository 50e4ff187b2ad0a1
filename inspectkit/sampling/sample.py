"""A sample: the cases drawn and all it takes to draw them again; its manifest is its plain form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import pandas as pd

from inspectkit.digest import digest
from inspectkit.errors import InspectionError

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
