"""What `inspection.toml` states about the caseload export: columns, spellings, eligibility."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from inspectkit.errors import InspectionError
from inspectkit.validation import validated

REASONS = {
    "two_areas": "Recorded under two Areas: doubtful, left out",
    "other_area": "Case of another Area",
    "two_strata": "Recorded under two casework types: doubtful, left out",
    "no_stratum": "No casework type recorded",
    "no_date": "No finalisation date for at least one defendant",
    "out_of_period": "Finalised outside the inspection period",
}


class Closed(BaseModel):
    """A frozen record that refuses keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Columns(Closed):
    """The export's own names for the four columns that decide who is in the frame."""

    id: str
    stratum: str
    area: str
    finalised: str


class Eligible(Closed):
    """Which cases belong to the inspection, and in which order reasons for leaving are tried."""

    area: str
    finalised_from: date
    finalised_to: date
    order: tuple[str, ...] = tuple(REASONS)


class FrameSpec(Closed):
    """The [frame] table of `inspection.toml`."""

    file: str
    encoding: str = "utf-8"
    delimiter: str = ","
    sheet: str | None = None
    header_row: int = Field(default=1, ge=1)
    footer: str | None = None
    dates: str = "%d/%m/%Y"
    unit_of_account: Literal["case"] = "case"
    columns: Columns
    facts: dict[str, str] = {}
    date_facts: tuple[str, ...] = ()
    values: dict[str, dict[str, tuple[str, ...]]] = {}
    eligible: Eligible

    @property
    def named(self) -> dict[str, str]:
        """Our name → the export's name, for every column that may pass the door."""
        return {**self.columns.model_dump(), **self.facts}

    @property
    def fact_names(self) -> tuple[str, ...]:
        return tuple(self.facts)


def read_spec(mapping: FrameSpec | Mapping[str, Any] | str | Path) -> FrameSpec:
    """The spec from itself, from a [frame] table, or from an `inspection.toml`.

    Errors: unknown or missing keys, each with the nearest known key.
    """
    if isinstance(mapping, FrameSpec):
        return mapping
    if isinstance(mapping, Mapping):
        return _checked(mapping, "[frame]")
    settings = read_toml(Path(mapping))
    if "frame" not in settings:
        raise InspectionError(
            str(mapping), "there is no [frame] table", "Add one; inspectkit new writes an example"
        )
    return _checked(settings["frame"], f"{Path(mapping).name} [frame]")


def read_toml(path: Path) -> dict[str, Any]:
    """A TOML file as plain values, its syntax errors in our words."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise InspectionError(
            str(path), "no such file", "Give the folder of an inspection, or run inspectkit new"
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InspectionError(
            path.name, f"not readable as TOML: {error}", "Mend the line named"
        ) from None


def _checked(table: Mapping[str, Any], where: str) -> FrameSpec:
    spec = validated(FrameSpec, table, where)
    unknown = [reason for reason in spec.eligible.order if reason not in REASONS]
    missing = [reason for reason in REASONS if reason not in spec.eligible.order]
    if unknown or missing:
        raise InspectionError(
            f"{where} eligible.order",
            f"unknown {unknown}, missing {missing}",
            f"Name each of {', '.join(REASONS)} once, in the order they are to be tried",
        )
    strangers = [name for name in spec.values if name not in spec.named]
    if strangers:
        raise InspectionError(
            f"{where} values", f"{strangers[0]} is no mapped column", "Map it in columns or facts"
        )
    return spec
