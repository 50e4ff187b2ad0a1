"""The design: which strata, how many cases and reserves of each; never the seed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import ceil
from pathlib import Path
from typing import Any

from pydantic import Field, StrictInt

from inspectkit.digest import digest
from inspectkit.errors import InspectionError
from inspectkit.sampling.spec import Closed, read_toml
from inspectkit.validation import validated


class StratumTable(Closed):
    """One [[sample.strata]] table."""

    id: str
    label: str
    n: StrictInt = Field(ge=1, le=1_000_000)


class SampleTable(Closed):
    """The [sample] table of `inspection.toml`."""

    reserves: str = Field(default="30%", pattern=r"^\d{1,3}%$")
    strata: tuple[StratumTable, ...] = Field(min_length=1)


@dataclass(frozen=True)
class Stratum:
    """A part of the frame that is sampled by itself."""

    id: str
    label: str
    n: int
    reserves: int


@dataclass(frozen=True)
class Design:
    """What is drawn, stated before the seed is known.

    >>> design = Design.of("south-west-2026", strata={"MC": 30, "CC": 40}, reserves="30%")
    >>> [(stratum.id, stratum.n, stratum.reserves) for stratum in design.strata]
    [('MC', 30, 9), ('CC', 40, 12)]
    """

    inspection: str
    round: str
    strata: tuple[Stratum, ...]
    title: str = ""

    @classmethod
    def of(
        cls, inspection: str, *, strata: Mapping[str, int], reserves: str = "0%", round: str = "1"
    ) -> Design:
        """A design from sizes by stratum."""
        tables = [{"id": id, "label": id, "n": n} for id, n in strata.items()]
        table = {
            "inspection": {"id": inspection, "round": round},
            "sample": {"reserves": reserves, "strata": tables},
        }
        return cls._from(table, "design")

    @classmethod
    def read(cls, path: str | Path) -> Design:
        """The design that an `inspection.toml` states.

        Errors: sizes that are no whole number from 1, strata named twice, unknown keys.
        """
        return cls._from(read_toml(Path(path)), Path(path).name)

    @classmethod
    def _from(cls, settings: Mapping[str, Any], where: str) -> Design:
        table = validated(SampleTable, settings.get("sample", {}), f"{where} [sample]")
        ids = [stratum.id for stratum in table.strata]
        if len(set(ids)) < len(ids):
            raise InspectionError(
                f"{where} [sample]", "a stratum stands twice", "Name each stratum once"
            )
        share = Fraction(int(table.reserves[:-1]), 100)
        strata = tuple(
            Stratum(each.id, each.label, each.n, ceil(each.n * share)) for each in table.strata
        )
        head = settings.get("inspection", {})
        if not head.get("id"):
            raise InspectionError(
                f"{where} [inspection]", "there is no id", "Give the inspection a short name"
            )
        return cls(str(head["id"]), str(head.get("round", 1)), strata, str(head.get("title", "")))

    def canonical(self) -> dict[str, Any]:
        strata = [{"id": each.id, "n": each.n, "reserves": each.reserves} for each in self.strata]
        return {"inspection": self.inspection, "round": self.round, "strata": strata}

    @cached_property
    def digest(self) -> str:
        """SHA-256 of inspection, round and strata."""
        return digest(self.canonical())
