"""A whole question set as its file states it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, model_validator

from inspectkit.questions.calendars import DEFAULT
from inspectkit.questions.model.base import (
    Flag,
    Id,
    Language,
    Named,
    Options,
    Positive,
    Record,
    Text,
    Translated,
)
from inspectkit.questions.model.question import Question
from inspectkit.questions.model.scale import Scale

CASE = "case"  # the subject of a question that names none
BUILT_IN = "casework_type"  # known in every condition, beside facts and earlier questions
SetId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,59}$")]
RuleRef = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,59}@[1-9][0-9]{0,5}$")]


class CaseworkType(Translated):
    """A stratum of the frame and its public label."""

    id: str
    label: Text


class Fact(Named):
    """A column of the frame made known to the questions.

    Where the frame has no value, or co-defendants differ, the fact is not known.
    """

    type: Literal["text", "date", "number", "choice"] | None = None
    """Left out: choice where values are listed, text otherwise."""
    values: Options = ()
    """choice: the values it can take, or the name of one of the set's lists."""

    @property
    def kind(self) -> str:
        return self.type or ("choice" if self.values else "text")


class OptionList(Named):
    """Options with a name, for several questions or facts: `choices: outcomes`."""

    options: tuple[Named, ...] = Field(min_length=1)


class Subject(Named):
    """What can be looked at beside a case: an office, an Area, one victim's linked files."""


class Items(Named):
    """Things of one kind repeated within a file: each letter, each piece of correspondence."""

    subject: Id = CASE
    """What they are found in."""
    named_by: Text | None = None
    """How an inspector names one, such as: date and addressee."""


class Section(Named):
    """Questions that one body answers and submits."""

    owner: Text


class NaReason(Named):
    """A coded reason for not applicable. Without themes or questions it serves every question."""

    themes: tuple[Id, ...] = ()
    """For every question of these themes; the form offers it for the whole theme at once."""
    questions: tuple[Id, ...] = ()


class Content(Record):
    """A whole question set as its file states it; names of lists are replaced by their options."""

    id: SetId
    """The name of the set, and of its folder."""
    revision: Positive
    """Grows by one with every published version."""
    label: Text
    """The public name."""
    languages: tuple[Language, ...] = Field(default=("en",), min_length=1)
    """The language of the texts, then those of the translations."""
    source: Text
    """Where the questions come from."""
    verified: Flag
    """true: checked against the source by a person."""
    rating_rules: tuple[RuleRef, ...] = ()
    """The rules that turn scores into ratings, such as area-inspection@1."""
    calendar: RuleRef = DEFAULT
    """Whose bank holidays are no working days, such as england-and-wales@1."""
    casework_types: tuple[CaseworkType, ...] = Field(min_length=1)
    subjects: tuple[Subject, ...] = ()
    items: tuple[Items, ...] = ()
    facts: tuple[Fact, ...] = ()
    lists: tuple[OptionList, ...] = ()
    scales: tuple[Scale, ...] = Field(min_length=1)
    themes: tuple[Named, ...] = Field(min_length=1)
    """What is scored and rated; also the pages of the form, in order."""
    tags: tuple[Named, ...] = ()
    sections: tuple[Section, ...] = ()
    na_reasons: tuple[NaReason, ...] = ()
    questions: tuple[Question, ...] = Field(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _with_lists(cls, tree: Any) -> Any:
        return with_lists(tree) if isinstance(tree, dict) else tree


def with_lists(tree: dict[str, Any]) -> dict[str, Any]:
    """The tree with the options themselves wherever the name of a list stood.

    A name that is no list stays, and is refused as something that is no list of options.
    """
    known = {
        each["id"]: each["options"]
        for each in tree.get("lists") or ()
        if isinstance(each, dict) and isinstance(each.get("id"), str) and "options" in each
    }

    def given(value: Any) -> Any:
        return known.get(value, value) if isinstance(value, str) else value

    def record(each: Any) -> Any:
        if not isinstance(each, dict):
            return each
        made = {**each, **{key: given(each[key]) for key in ("values", "choices") if key in each}}
        if isinstance(each.get("causes"), dict) and "options" in each["causes"]:
            made["causes"] = {**each["causes"], "options": given(each["causes"]["options"])}
        return made

    lists = {
        key: [record(each) for each in tree[key]]
        for key in ("facts", "questions")
        if isinstance(tree.get(key), list)
    }
    return {**tree, **lists}
