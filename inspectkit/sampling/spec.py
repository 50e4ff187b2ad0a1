"""What `inspection.toml` states about the caseload export: columns, spellings, eligibility."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StrictInt

from inspectkit.errors import InspectionError, Problems
from inspectkit.validation import validated

REASONS = {
    "two_areas": "Recorded under two Areas: doubtful, left out",
    "other_area": "Case of another Area",
    "two_strata": "Recorded under two casework types: doubtful, left out",
    "no_stratum": "No casework type recorded",
    "no_date": "No finalisation date for at least one defendant",
    "out_of_period": "Finalised outside the inspection period",
}
ZERO_SIZE = "zero_size"
LATER_REASONS = {ZERO_SIZE: "Size measure of zero: cannot be drawn in proportion to size"}
ROLES = ("id", "stratum", "area", "finalised", "cluster", "size", "defendant")
NAME = r"^[a-z][a-z0-9_]{0,59}$"


def _several(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


Texts = Annotated[tuple[str, ...], BeforeValidator(_several)]


class Closed(BaseModel):
    """A frozen record that refuses keys it does not know."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", defer_build=True, arbitrary_types_allowed=True
    )


class Columns(Closed):
    """The export's own names for the columns that decide who is in the frame and how it is drawn.

    Without a stratum column all cases are of one stratum, `all`. cluster holds the reference of
    the file an item lies in, size the size measure, defendant the number inside a case.
    """

    id: str
    stratum: str | None = None
    area: str | None = None
    finalised: str | None = None
    cluster: str | None = None
    size: str | None = None
    defendant: str | None = None

    @property
    def stated(self) -> dict[str, str]:
        return {name: theirs for name in ROLES if (theirs := getattr(self, name)) is not None}


class LeaveOut(Closed):
    """A rule of the inspection's own: cases with one of these values of a fact leave."""

    reason: str = Field(pattern=NAME)
    label: str = Field(min_length=1)
    fact: str
    values: Texts = Field(min_length=1)


class Eligible(Closed):
    """Which cases belong to the inspection, and in which order reasons for leaving are tried."""

    area: Texts = ()
    finalised_from: date | None = None
    finalised_to: date | None = None
    order: tuple[str, ...] = tuple(REASONS)
    leave_out: tuple[LeaveOut, ...] = ()

    @property
    def labels(self) -> dict[str, str]:
        """Every reason in the order it is tried, with its label."""
        own = {rule.reason: rule.label for rule in self.leave_out}
        return {reason: REASONS[reason] for reason in self.order} | own | LATER_REASONS


class FrameSpec(Closed):
    """The [frame] table of `inspection.toml`.

    unit_of_account: what one line of the frame is. Unstated, every id must stand once.
    number_ids, id_width: ids that are numbers in the file are accepted, and padded with zeros.
    """

    confirmed: StrictBool = True
    file: str = ""
    query: str | None = None
    url_env: str | None = None
    encoding: str = "utf-8"
    delimiter: str = Field(default=",", min_length=1, max_length=1)
    sheet: str | None = None
    header_row: StrictInt = Field(default=1, ge=1)
    header_rows: StrictInt = Field(default=1, ge=1, le=5)
    footer: Texts | None = None
    optional: Texts = ()
    line_breaks: StrictBool = False
    dates: str | None = None
    zone: str | None = None
    date_serials: Literal["1900", "1904"] | None = None
    decimal: Literal[".", ","] = "."
    thousands: Literal["", ",", ".", " ", "'"] = ""
    number_ids: StrictBool = False
    id_width: StrictInt | None = Field(default=None, ge=1, le=40)
    unit_of_account: Literal["case", "defendant", "item"] | None = None
    duplicates: Literal["drop", "refuse"] | None = None
    zero_size: Literal["refuse", "exclude"] = "refuse"
    columns: Columns
    facts: dict[str, str] = {}
    date_facts: tuple[str, ...] = ()
    values: dict[str, dict[str, tuple[str, ...]]] = {}
    eligible: Eligible = Eligible()

    @property
    def named(self) -> dict[str, str]:
        """Our name → the export's name, for every column that may pass the door."""
        named = {**self.columns.stated, **self.facts}
        return {ours: " ".join(theirs.split()) for ours, theirs in named.items()}

    @property
    def fact_names(self) -> tuple[str, ...]:
        return tuple(self.facts)

    @property
    def dated(self) -> tuple[str, ...]:
        """Our names of the columns that hold dates."""
        return (*(("finalised",) if self.columns.finalised else ()), *self.date_facts)

    @property
    def drops_duplicates(self) -> bool:
        """Lines that are equal in every column are one line: usual where a case has several."""
        if self.duplicates is not None:
            return self.duplicates == "drop"
        return self.unit_of_account in {"case", "defendant"}


def read_spec(mapping: FrameSpec | Mapping[str, Any] | str | Path) -> FrameSpec:
    """The spec from itself, from a [frame] table, from our names → headings, or from a file.

    Errors: unknown or missing keys, each with the nearest known key; statements that contradict.
    """
    if isinstance(mapping, FrameSpec):
        return mapping
    if isinstance(mapping, Mapping):
        return _checked(_whole(mapping), "[frame]")
    settings = read_toml(Path(mapping))
    if "frame" not in settings:
        raise InspectionError(
            str(mapping), "there is no [frame] table", "Add one; inspectkit new writes an example"
        )
    return _checked(settings["frame"], f"{Path(mapping).name} [frame]")


def _whole(mapping: Mapping[str, Any]) -> Mapping[str, Any]:
    """A plain mapping of our names to headings states columns and facts, and nothing else."""
    if "columns" in mapping or not all(isinstance(each, str) for each in mapping.values()):
        return mapping
    columns = {name: heading for name, heading in mapping.items() if name in ROLES}
    facts = {name: heading for name, heading in mapping.items() if name not in ROLES}
    return {"columns": columns, "facts": facts}


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
    problems = Problems()
    _check_reasons(spec, where, problems)
    _check_names(spec, where, problems)
    _check_roles(spec, where, problems)
    for name, values in spec.values.items():
        spellings = Counter(each.strip() for every in values.values() for each in every)
        for spelling, times in spellings.items():
            if times > 1:
                what = f"the spelling {spelling!r} stands {times} times"
                problems.add(f"{where} values.{name}", what, "Let each spelling mean one value")
    problems.raise_if_any()
    return spec


def _check_reasons(spec: FrameSpec, where: str, problems: Problems) -> None:
    order = spec.eligible.order
    unknown = [reason for reason in order if reason not in REASONS]
    missing = [reason for reason in REASONS if reason not in order]
    if unknown or missing or len(set(order)) < len(order):
        remedy = f"Name each of {', '.join(REASONS)} once, in the order they are to be tried"
        what = f"unknown {unknown}, missing {missing}"
        problems.add(f"{where} eligible.order", what, remedy)
    own = [rule.reason for rule in spec.eligible.leave_out]
    for reason, times in Counter([*own, *REASONS, *LATER_REASONS, "eligible"]).items():
        if times > 1:
            what, remedy = f"the reason {reason} stands twice", "Give the rule a code of its own"
            problems.add(f"{where} eligible.leave_out", what, remedy)
    for rule in spec.eligible.leave_out:
        if rule.fact not in spec.facts:
            remedy = f"Choose from {', '.join(spec.facts) or 'the facts, after mapping one'}"
            problems.add(f"{where} eligible.leave_out", f"{rule.fact} is no fact", remedy)


def _check_names(spec: FrameSpec, where: str, problems: Problems) -> None:
    for name in spec.facts:
        if name in {*ROLES, "lines", "reason"} or not _is_name(name):
            remedy = "Use lower case, digits and underscores, and no name that [frame.columns] has"
            problems.add(f"{where} facts", f"{name!r} cannot be the name of a fact", remedy)
    for name in spec.values:
        if name not in spec.named:
            what, remedy = f"{name} is no mapped column", "Map it in columns or facts"
            problems.add(f"{where} values", what, remedy)
    for name in spec.date_facts:
        if name not in spec.facts:
            problems.add(f"{where} date_facts", f"{name} is no fact", "Map it in facts")


def _is_name(text: str) -> bool:
    return text.isidentifier() and text.isascii() and text == text.lower()


def _check_roles(spec: FrameSpec, where: str, problems: Problems) -> None:
    rules, columns = spec.eligible, spec.columns
    pairs = [
        ("columns.area", columns.area, "eligible.area", rules.area),
        ("columns.finalised", columns.finalised, "eligible.finalised_from", rules.finalised_from),
        ("columns.finalised", columns.finalised, "eligible.finalised_to", rules.finalised_to),
    ]
    for ours, column, theirs, rule in pairs:
        if bool(column) != bool(rule):
            there, absent = (ours, theirs) if column else (theirs, ours)
            what = f"{there} is stated and {absent} is not"
            problems.add(where, what, "State both, or neither where it decides nothing")
    if rules.finalised_from and rules.finalised_to and rules.finalised_from > rules.finalised_to:
        what = f"the period ends {rules.finalised_to} before it begins {rules.finalised_from}"
        problems.add(f"{where} eligible", what, "Correct the dates")
    needed = {"defendant": "defendant", "item": "cluster"}.get(spec.unit_of_account or "")
    if needed and getattr(columns, needed) is None:
        what = f'unit_of_account = "{spec.unit_of_account}" needs the column {needed}'
        problems.add(f"{where} columns", what, f"Name the export's heading as {needed}")
    if spec.delimiter in '"\r\n':
        problems.add(where, "delimiter is no sign that can part cells", "State , or ; or \\t or |")
    if spec.thousands and spec.thousands == spec.decimal:
        problems.add(where, "thousands and decimal are the same sign", "State two signs")
    if spec.id_width and not spec.number_ids:
        what = "id_width is stated and number_ids is not"
        problems.add(where, what, "State number_ids = true as well")
