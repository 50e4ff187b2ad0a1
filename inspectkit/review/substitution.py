"""What happens to a sample after the draw: events that let a case leave, a reserve or more come in.

The manifest never changes. The sample as it stands is the manifest's sample with these events in
order: nobody chooses a replacement, it is always the next reserve of the stratum.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any, Literal

import pandas as pd
from pydantic import Field

from inspectkit.digest import exact
from inspectkit.errors import InspectionError
from inspectkit.review.log.kinds import Content, register
from inspectkit.sampling.sample import Sample
from inspectkit.validation import nearest

SAMPLE, RESERVE, LEFT = "sample", "reserve", "left"
CANNOT_EXAMINE, NOT_AVAILABLE, AVAILABLE, TOPUP = (
    "cannot_examine",
    "not_available",
    "available",
    "topup",
)
KINDS = (CANNOT_EXAMINE, NOT_AVAILABLE, AVAILABLE, TOPUP)
FIRST = ("stratum", "label", "N", "n", "reserves")


@dataclass(frozen=True)
class Reason:
    """Why a case leaves. out_of_scope: it should not have been in the frame, so N is smaller."""

    label: str
    out_of_scope: bool


REASONS = {
    "out_of_scope": Reason("Opened and found to be no case of this inspection", True),
    "duplicate": Reason("Opened and found to be the same case as another of the list", True),
    "live": Reason("Live again: reopened, or an appeal is pending", True),
    "barred": Reason("The law or a court's order bars the inspectorate from seeing it", False),
}
ABSENT = {"missing": "The file was not found", "refused": "The file was not handed over"}
STOPPING = (
    "Topping up after a look at the results is optional stopping: it inflates the error of every"
    " interval. Give the reason; the report prints it"
)


class Change(Content):
    """Who says so, and in their own words why."""

    by: str = Field(min_length=1, max_length=60)
    note: str = Field(default="", max_length=2000)


class CannotExamine(Change):
    """A case leaves for a coded reason; `released` takes its place ("" where none was left)."""

    reason: str
    released: str


class NotAvailable(Change):
    """A file is missing or refused: the case stays, as non-response."""

    reason: Literal["missing", "refused"]


class Available(Change):
    """The file of a case that was not available has come."""


class TopUp(Change):
    """So many more cases by stratum. added, facts: reserves that lengthen the list of the draw."""

    reason: str
    sizes: dict[str, int]
    added: list[dict[str, Any]]
    facts: list[dict[str, Any]]


MODELS: dict[str, type[Change]] = {
    CANNOT_EXAMINE: CannotExamine,
    NOT_AVAILABLE: NotAvailable,
    AVAILABLE: Available,
    TOPUP: TopUp,
}
for _name, _model in MODELS.items():
    register(_name, _model, address=() if _name == TOPUP else ("subject",))


@dataclass(frozen=True)
class StandingSample(Sample):
    """The sample as it stands: roles sample, reserve and left.

    left: case → why it left. absent: case of the sample → why its file is not available.
    added: case → the case whose place it took, or "top-up". departed: case that left → by whom and
    when, in words.
    """

    left: Mapping[str, str] = field(default_factory=dict)
    absent: Mapping[str, str] = field(default_factory=dict)
    added: Mapping[str, str] = field(default_factory=dict)
    departed: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def roles(self) -> dict[str, str]:
        """Case → sample, reserve or left."""
        return dict(zip(self.cases["id"], self.cases["role"], strict=True))

    def strata(self) -> pd.DataFrame:
        """stratum, label, N, n, reserves as they stand now; opened, ineligible, not_available.

        The stratum's eligible size is estimated as N x (opened - ineligible) / opened.
        """
        return self._strata.copy()

    @cached_property
    def _strata(self) -> pd.DataFrame:
        table = super().strata()
        counts = pd.DataFrame([self._counts(each) for each in table["stratum"]], index=table.index)
        whole = table.assign(**{str(name): counts[name] for name in counts.columns})
        # A sample that comes from the store has the keys of its rows in the order of the alphabet.
        return whole[list(dict.fromkeys([*FIRST, *whole.columns]))]

    def _counts(self, stratum: str) -> dict[str, int]:
        cases = self.cases[self.cases["stratum"] == stratum]
        roles = cases["role"].value_counts()
        n = int(roles.get(SAMPLE, 0))
        gone = [self.left[id] for id in cases["id"] if id in self.left]
        ineligible = sum(REASONS[reason].out_of_scope for reason in gone)
        absent = sum(id in self.absent for id in cases["id"])
        return {
            "n": n,
            "reserves": int(roles.get(RESERVE, 0)),
            "opened": n - absent + ineligible,
            "ineligible": ineligible,
            "not_available": absent,
        }


def applied(sample: Sample, rows: Iterable[Mapping[str, Any]]) -> StandingSample:
    """The sample with the events of the store applied, in their order.

    Errors: a stored release that is not the next reserve, so the store was edited.
    """
    cases, facts = sample.cases.reset_index(drop=True), sample.facts
    left: dict[str, str] = {}
    absent: dict[str, str] = {}
    added: dict[str, str] = {}
    departed: dict[str, str] = {}
    for row in rows:
        event = MODELS[row["kind"]].model_validate_json(row["body"])
        if isinstance(event, CannotExamine):
            subject = row["subject"]
            given = next_reserve(cases, subject)
            if given != event.released:
                what = f"{event.released or 'nothing'} was put for it, {given or 'nothing'} is next"
                raise InspectionError(f"case {subject}", what, "Restore the last backup")
            cases = _with_role(cases, {subject: LEFT, given: SAMPLE})
            left[subject] = event.reason
            departed[subject] = f"recorded by {event.by} on {row['at'][:10]}"
            absent.pop(subject, None)
            if given:
                added[given] = subject
        elif isinstance(event, TopUp):
            cases, more = _topped_up(cases, event)
            if event.facts:
                facts = pd.concat([facts, pd.DataFrame(event.facts)], ignore_index=True)
            added |= dict.fromkeys(more, "top-up")
        elif isinstance(event, NotAvailable):
            absent[row["subject"]] = event.reason
        else:
            absent.pop(row["subject"], None)
    if cases is not sample.cases and (left or added):
        cases = _weighed(sample, cases, left, absent)
    head = {**sample.head, "left": left} if left else sample.head
    changes = {"left": left, "absent": absent, "added": added, "departed": departed}
    return StandingSample(cases, facts, head, **changes)


def next_reserve(cases: pd.DataFrame, subject: str) -> str:
    """The reserve with the smallest order of the case's stratum, or "" where none is left.

    Where clusters were drawn, an item's place is taken by a reserve of its own cluster only.
    """
    same = "cluster" if "cluster" in cases.columns else "stratum"
    own = cases.loc[cases["id"] == subject, same].iloc[0]
    waiting = cases[(cases[same] == own) & (cases["role"] == RESERVE)]
    return "" if waiting.empty else str(waiting.sort_values("order")["id"].iloc[0])


def check_leaving(sample: StandingSample, subject: str, reason: str) -> None:
    """Refuse a reason that is not coded, and a case that is not in the sample."""
    if reason not in REASONS:
        hint = nearest(reason, list(REASONS)) or f" A file not to be had: {', '.join(ABSENT)}."
        remedy = f"Use one of {', '.join(REASONS)}.{hint}"
        raise InspectionError("reason", f"{reason!r} is no reason to leave", remedy)
    check_member(sample, subject)


def check_member(sample: StandingSample, subject: str) -> None:
    """Refuse a case that is not in the sample as it stands, saying why."""
    if sample.roles.get(subject) == LEFT:
        why = REASONS[sample.left[subject]].label.lower()
        what = f"it left the sample ({why}; {sample.departed.get(subject, 'unsigned')})"
        raise InspectionError(f"case {subject}", what, "Choose a case of the sample")
    if sample.roles.get(subject) != SAMPLE:
        what = "it is not in the sample"
        raise InspectionError(f"case {subject}", what, "Choose a case of the sample")


def _with_role(cases: pd.DataFrame, roles: Mapping[str, str]) -> pd.DataFrame:
    return cases.assign(role=cases["id"].map(roles).fillna(cases["role"]))


def _topped_up(cases: pd.DataFrame, event: TopUp) -> tuple[pd.DataFrame, list[str]]:
    """The list lengthened, and the next cases of each stratum taken into the sample."""
    added = [pd.DataFrame(event.added, columns=cases.columns)] if event.added else []
    longer = pd.concat([cases, *added])
    places = {name: place for place, name in enumerate(dict.fromkeys(cases["stratum"]))}
    keys = longer.assign(place=longer["stratum"].map(places)).sort_values(["place", "order"])
    cases = keys.drop(columns="place").reset_index(drop=True)
    more: list[str] = []
    for stratum, size in event.sizes.items():
        waiting = cases[(cases["stratum"] == stratum) & (cases["role"] == RESERVE)]
        more += waiting.sort_values("order")["id"].head(size).tolist()
    return _with_role(cases, dict.fromkeys(more, SAMPLE)), more


def _weighed(
    sample: Sample, cases: pd.DataFrame, left: Mapping[str, str], absent: Mapping[str, str]
) -> pd.DataFrame:
    """Probability and weight once cases have left or come in.

    A stratum of which o cases were opened and e of these were eligible holds about N x e/o eligible
    cases; the n of the sample stand for them.
    """
    probabilities, weights = [], []
    standing = StandingSample(cases, sample.facts, sample.head, left=left, absent=absent)
    now = {row["stratum"]: row for row in standing.strata().to_dict("records")}
    then = {row["stratum"]: int(row["n"]) for row in sample.strata().to_dict("records")}
    for row in cases.to_dict("records"):
        stratum, weight = row["stratum"], Fraction(row["weight"])
        n, opened = int(now[stratum]["n"]), int(now[stratum]["opened"])
        share = Fraction(opened - int(now[stratum]["ineligible"]), opened) if opened else 1
        weight *= Fraction(then[stratum], n) * share if n else 0
        weights.append("0/1" if row["role"] == LEFT else exact(weight))
        gone = row["role"] == LEFT or not weight
        probabilities.append(row["probability"] if gone else exact(min(1 / weight, Fraction(1))))
    columns = {"probability": pd.Series(probabilities), "weight": pd.Series(weights)}
    return cases.assign(**columns)
