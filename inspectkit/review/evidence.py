"""Judgements that no single file can give: what they are about, what was gathered, what they name.

An office, an Area, one victim's linked files is a subject of its own. Its questions are judged by
the team: the newest judgement stands, every earlier one stays in the log. A judgement names the
items of evidence it rests on; how many sources it needs is the question set's to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from pydantic import Field

from inspectkit.errors import InspectionError
from inspectkit.questions.model import EvidenceKind, RestsOn
from inspectkit.review.log.kinds import Content, Given, read_as, register
from inspectkit.validation import nearest

SUBJECT, EVIDENCE, JUDGEMENT = "subject", "evidence", "judgement"
CASE_SCORES = "case_scores"
KINDS = {
    CASE_SCORES: "Scores of the files",
    "data": "Data",
    "document": "Document",
    "interview": "Interview",
    "observation": "Observation",
    "survey": "Survey",
}
Row = Mapping[str, Any]


class Looked(Content):
    """A subject beside the cases: its kind in the question set, and its name."""

    kind: str = Field(min_length=1, max_length=60)
    name: str = Field(min_length=1, max_length=120)


class Gathered(Content):
    """One item of evidence: what it is, who or what it comes from, its date, what it shows.

    digest: for case_scores, that of the scores as they stood.
    """

    kind: EvidenceKind
    source: str = Field(min_length=1, max_length=200)
    dated: date
    note: str = Field(default="", max_length=20_000)
    digest: str = ""


class Judged(Given):
    """A judgement with its reason and the items of evidence it rests on."""

    rests_on: tuple[str, ...] = ()


register(SUBJECT, Looked, address=("subject",))
register(EVIDENCE, Gathered, address=("item",))
register(JUDGEMENT, Judged, address=("subject", "question"))


def subject_of(kind: str, name: str) -> str:
    """The address of a subject.

    >>> subject_of("area", "South West")
    'area: South West'
    """
    return f"{kind}: {name.strip()}"


def subjects(rows: Iterable[Row]) -> dict[str, Looked]:
    """Address → what was looked at beside the cases, in the order it was named."""
    return {row["subject"]: read_as(Looked, row["body"]) for row in rows if row["kind"] == SUBJECT}


def gathered(rows: Iterable[Row]) -> dict[str, Gathered]:
    """Id → item of evidence; one that was recorded again stands as it was put last."""
    return {row["item"]: read_as(Gathered, row["body"]) for row in rows if row["kind"] == EVIDENCE}


def sources(named: Iterable[str], items: Mapping[str, Gathered]) -> int:
    """How many different sources some items come from, however they are spelt.

    >>> day = date(2026, 11, 2)
    >>> items = {"e1": Gathered(kind="interview", source="Head of unit", dated=day),
    ...          "e2": Gathered(kind="document", source="head of  unit", dated=day)}
    >>> sources(["e1", "e2"], items)
    1
    """
    return len({" ".join(items[each].source.casefold().split()) for each in named})


def check_support(
    rule: RestsOn | None, named: tuple[str, ...], items: Mapping[str, Gathered], where: str
) -> None:
    """Refuse items that are not there or not of a kind the question takes, and too few sources."""
    for each in named:
        if each not in items:
            remedy = f"Record it first (inspectkit evidence).{nearest(each, list(items))}"
            raise InspectionError(where, f"no item of evidence {each!r}", remedy)
        if rule and items[each].kind not in rule.kinds:
            what = f"{each} is a {items[each].kind.replace('_', ' ')}"
            takes = ", ".join(kind.replace("_", " ") for kind in rule.kinds)
            raise InspectionError(where, what, f"It rests on {takes} only")
    have = sources(named, items)
    if rule and have < rule.at_least:
        what = f"it rests on {have} source{'' if have == 1 else 's'}, {rule.at_least} are needed"
        raise InspectionError(where, what, "Name items of evidence from other sources as well")
