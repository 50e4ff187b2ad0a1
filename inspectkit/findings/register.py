"""The register: what an inspection found, to whom it is addressed, and on which figures it rests.

A finding is a strength, good practice, an issue to address or a recommendation. Only the last two
ask for something; a recommendation must say who, what by when, and how one will know.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Annotated, Literal

import pandas as pd
from pydantic import Field, field_validator, model_validator

from inspectkit.digest import digest
from inspectkit.errors import InspectionError, Problems
from inspectkit.findings.clocks import clock
from inspectkit.findings.dates import Due, read_due
from inspectkit.findings.figures import ALL, AT, Figures
from inspectkit.review.log.kinds import Content
from inspectkit.validation import nearest

Kind = Literal["strength", "good_practice", "issue", "suggestion", "recommendation"]
KINDS: dict[str, str] = {
    "strength": "Strength",
    "good_practice": "Good practice",
    "issue": "Issue to address",
    "suggestion": "Suggestion",
    "recommendation": "Recommendation",
}
LISTS: dict[str, str] = {
    "strength": "Strengths",
    "good_practice": "Good practice",
    "issue": "Issues to address",
    "suggestion": "Suggestions",
    "recommendation": "Recommendations",
}
ASKS = ("issue", "suggestion", "recommendation")
Name = Annotated[str, Field(min_length=1, max_length=200)]
Text = Annotated[str, Field(min_length=1, max_length=5000)]
# Words that nobody can check the doing of: what would have to be seen is not said.
VAGUE = (
    "consider",
    "ensure that appropriate",
    "continue to",
    "where possible",
    "explore",
    "reflect",
)


def one_break(text: str) -> str:
    r"""The text with the line breaks of every system as one sign, since no page shows the others.

    >>> one_break("We will\r\nshare\rit")
    'We will\nshare\nit'
    """
    return text.replace("\r\n", "\n").replace("\r", "\n")


class Basis(Content):
    """A figure a finding rests on: a theme, tag or question, and the domain it was estimated in.

    value: what it was when the finding was written, as a sentence has it.
    """

    figure: Name
    domain: Name = ALL
    value: str = ""

    @model_validator(mode="before")
    @classmethod
    def _named(cls, given: object) -> object:
        """A file may name it in one word: disclosure@CC."""
        if isinstance(given, str):
            figure, _, domain = given.partition(AT)
            return {"figure": figure, "domain": domain or ALL}
        return given

    @property
    def name(self) -> str:
        """As paragraphs call it: disclosure@CC."""
        return f"{self.figure}{AT}{self.domain}"


class Finding(Content):
    """One finding.

    list: which list of the report it stands in, since a report may have two that both begin at 1
    ("": that of its kind); number: its place there, 0 until it has one. addressees: who is to act.
    inspectorates: who found it together, where several did. measure: what will be seen when it is
    done. clock: by which clock an answer is due (`clocks`).
    """

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]
    kind: Kind
    list: str = Field(default="", max_length=200)
    number: int = Field(default=0, ge=0)
    text: Text
    basis: tuple[Basis, ...] = ()
    paragraph: str = ""
    addressees: tuple[Name, ...] = ()
    inspectorates: tuple[Name, ...] = ()
    due: str = ""
    measure: str = ""
    clock: str = ""

    @field_validator("text", "due", "measure", mode="after")
    @classmethod
    def _one_break(cls, text: str) -> str:
        return one_break(text)

    @field_validator("clock")
    @classmethod
    def _known(cls, id: str) -> str:
        if id:
            try:
                clock(id)
            except InspectionError as error:
                raise ValueError(f"{error.what}. {error.remedy}") from None
        return id

    @property
    def asks(self) -> tuple[str, str, str, str]:
        """What an answer is an answer to; its number may change without a new answer."""
        return self.kind, self.text, self.due, self.measure

    @property
    def place(self) -> tuple[str, int]:
        """The list it stands in, and where."""
        return self.list or LISTS[self.kind], self.number

    @property
    def title(self) -> str:
        """How a reader cites it: 'Recommendation 3' or 'Issue 2 of Victims'."""
        head = f"{KINDS[self.kind]} {self.number}"
        return head if self.place[0] == LISTS[self.kind] else f"{head} of {self.list}"

    def deadline(self, published: date | None = None) -> Due:
        """The days that its due date means."""
        return read_due(self.due, published=published)


@dataclass(frozen=True)
class Register:
    """All findings of one report, in the order of its lists.

    published: the day that "within three months" counts from.
    """

    findings: tuple[Finding, ...]
    published: date | None = None

    def __post_init__(self) -> None:
        problems = Problems()
        for key, what in (("id", "id"), ("place", "list and number")):
            seen: dict[object, str] = {}
            for each in self.findings:
                value = each.id if key == "id" else each.place
                if value in seen:
                    where = f"finding {each.id}"
                    problems.add(where, f"the same {what} as {seen[value]}", "Give it its own")
                seen[value] = each.id
        problems.raise_if_any()

    @cached_property
    def _by_id(self) -> dict[str, Finding]:
        return {each.id: each for each in self.findings}

    def finding(self, id: str) -> Finding:
        """The finding of that id. Errors: there is none, with the nearest one."""
        if id not in self._by_id:
            remedy = f"Use the id of a finding.{nearest(id, list(self._by_id))}"
            raise InspectionError("findings", f"no finding {id!r}", remedy)
        return self._by_id[id]

    def table(self) -> pd.DataFrame:
        """id, title, kind, text, addressees, due, first, last, figures: one row a finding."""
        rows = []
        for each in self.findings:
            due = each.deadline(self.published)
            figures = ", ".join(one.name for one in each.basis)
            rows.append(
                (
                    each.id,
                    each.title,
                    each.kind,
                    each.text,
                    "; ".join(each.addressees),
                    each.due,
                    due.first,
                    due.last,
                    figures,
                )
            )
        names = ["id", "title", "kind", "text", "addressees", "due", "first", "last", "figures"]
        return pd.DataFrame(rows, columns=names, dtype=object)

    def check(self) -> tuple[str, ...]:
        """Everything that would make a finding hard to answer or to follow up, in plain words."""
        return tuple(
            f"{each.title}: {said}"
            for each in self.findings
            for said in (*_asked(each, self.published), *_resting(each))
        )

    def resting_on(self, figures: Figures) -> Register:
        """The register with the figures as they are now noted in each basis.

        Errors, all at once: a figure that is not in the report, with the nearest name.
        """
        problems, found = Problems(), []
        for each in self.findings:
            basis = []
            for one in each.basis:
                with problems.gather():
                    value = figures.figure(one.name, f"finding {each.id}").spoken
                    basis.append(one.model_copy(update={"value": value}))
            found.append(each.model_copy(update={"basis": tuple(basis)}))
        problems.raise_if_any()
        return replace(self, findings=tuple(found))

    def to_read_again(self, figures: Figures) -> pd.DataFrame:
        """id, title, figure, written, now: what moved since the finding was written on it."""
        rows = []
        for each in self.findings:
            for one in each.basis:
                now = figures.values([one.name]).get(one.name, "no such figure")
                if now != one.value:
                    rows.append((each.id, each.title, one.name, one.value or "not noted", now))
        return pd.DataFrame(rows, columns=["id", "title", "figure", "written", "now"])

    @cached_property
    def digest(self) -> str:
        """SHA-256 of every finding."""
        return digest([each.model_dump(mode="json") for each in self.findings])


def _asked(each: Finding, published: date | None) -> Iterator[str]:
    if each.kind not in ASKS:
        return
    if not each.addressees:
        yield "it is addressed to nobody. Name who is to act."
    if each.kind != "recommendation":
        return
    due = each.deadline(published)
    if not each.due.strip():
        yield "it has no date. Say by when."
    elif due.last is None:
        yield f"{each.due!r}: {due.reason}. Say by when."
    if not each.measure.strip():
        yield "nothing says how one will know that it is done. Write what will be seen."
    for word in VAGUE:
        if word in each.text.lower():
            yield f"{word!r} asks for nothing that can be checked. Say what is to be done."


def _resting(each: Finding) -> Iterator[str]:
    if not each.basis and not each.paragraph:
        yield "it rests on no figure and no paragraph. Name one."
