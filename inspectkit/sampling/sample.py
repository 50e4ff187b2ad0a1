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
CLUSTER_COLUMNS = ["cluster", "cluster_ticket"]


@dataclass(frozen=True)
class Sample:
    """The cases drawn, with everything needed to draw them again.

    cases: id, stratum, role (sample | reserve), order (from 1 inside the stratum), ticket,
    probability and weight (exact fractions as text); in cluster designs cluster and cluster_ticket.
    facts: the frame's row of each case drawn.
    """

    cases: pd.DataFrame
    facts: pd.DataFrame
    head: Mapping[str, Any]

    def table(self) -> pd.DataFrame:
        """id, stratum, role, order, ticket, probability, weight; the last two as numbers."""
        numbers = {
            name: self.cases[name].map(lambda text: float(Fraction(text)))
            for name in ("probability", "weight")
        }
        return self.cases.assign(**numbers).drop(columns="cluster_ticket", errors="ignore")

    def strata(self) -> pd.DataFrame:
        """stratum, label, N, n, reserves: one row per stratum, in the order of the design.

        Where the design uses them also selection, casework_type, accept, fewest, clusters and
        clusters_drawn.
        """
        return pd.DataFrame(self.head["strata"])

    @cached_property
    def drawn(self) -> pd.DataFrame:
        """The cases to examine, with their facts."""
        chosen = self.cases[self.cases["role"] == "sample"][["id", "stratum", "order"]]
        return chosen.merge(self.facts.drop(columns="stratum"), on="id", how="left")

    @property
    def casework_types(self) -> dict[str, str]:
        """Stratum of the draw → the frame's stratum its cases have; they differ under quotas."""
        return {
            str(row["stratum"]): str(row.get("casework_type", row["stratum"]))
            for row in self.head["strata"]
        }

    @property
    def is_stratified(self) -> bool:
        """Each stratum a simple random sample, so that N/n weighs its cases."""
        return all(row.get("selection", "simple") == "simple" for row in self.head["strata"])

    @property
    def notes(self) -> tuple[str, ...]:
        """What must be said of this sample: strata taken whole, approximations, earlier rounds."""
        return tuple(self.head.get("notes", ()))

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
        listed = content.pop("cases")
        extra = [name for name in CLUSTER_COLUMNS if any(name in case for case in listed)]
        cases = pd.DataFrame(listed, columns=[*COLUMNS, *extra])
        kept = facts[facts["id"].isin(cases["id"])].reset_index(drop=True)
        return cls(cases, kept, content)
