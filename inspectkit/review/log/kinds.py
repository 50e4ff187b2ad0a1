"""The kinds of event a store takes: each has a name, a model of its content, and an address.

A later floor registers its own kinds; nothing here knows them beforehand.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from inspectkit.digest import canonical_json
from inspectkit.errors import InspectionError
from inspectkit.validation import nearest, validated

M = TypeVar("M", bound="Content")
SIGN_OFF, WITHDRAW = "sign_off", "withdraw"
RESTORED = "restored"


class Content(BaseModel):
    """What an event says besides its address, its author and its time; whole values, no floats."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


@dataclass(frozen=True)
class Kind:
    """address: the columns an event of this kind must fill."""

    name: str
    model: type[Content]
    address: tuple[str, ...] = ()


_KNOWN: dict[str, Kind] = {}


def register(name: str, model: type[M], *, address: tuple[str, ...] = ()) -> type[M]:
    """Make a kind known; the model is returned. Who may write and read it: `access.rights`.

    Errors: a name taken by another model.

    >>> class Weather(Content):
    ...     sky: str
    >>> register("weather", Weather) is Weather
    True
    >>> content_of("weather", {"sky": "grey"})
    '{"sky":"grey"}'
    """
    made = Kind(name, model, address)
    if _KNOWN.setdefault(name, made) != made:
        remedy = "Choose another name"
        raise InspectionError(f"kind {name}", "another kind of event has this name", remedy)
    return model


def kind(name: str) -> Kind:
    """The kind of this name. Errors: none such."""
    if name not in _KNOWN:
        remedy = f"Register it first.{nearest(name, _KNOWN)}"
        raise InspectionError("event", f"{name!r} is no kind of event", remedy)
    return _KNOWN[name]


def content_of(name: str, content: Content | dict[str, Any]) -> str:
    """The content as canonical JSON. Errors: it does not fit the kind; half a character in it."""
    given = content.model_dump(mode="json") if isinstance(content, Content) else content
    text = canonical_json(validated(kind(name).model, given, name).model_dump(mode="json"))
    if not _whole(text):
        raise InspectionError(name, "a text holds half a character", "Type it in again")
    return text


def read_as(model: type[M], body: str) -> M:
    """The stored content of an event as its model."""
    return model.model_validate(json.loads(body))


def _whole(text: str) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


# --- kinds of the marking room itself ------------------------------------------------------------


class Start(Content):
    """The sample and the question set that every later event refers to."""

    manifest: dict[str, Any]
    facts: list[dict[str, Any]]
    question_set: dict[str, Any]


class Given(Content):
    """An answer and its evidence."""

    answer: str
    evidence: str = ""


class Empty(Content):
    """Nothing to say beside the address."""


class Text(Content):
    """A few words: a note, a query."""

    text: str = Field(min_length=1, max_length=20_000)


class Reply(Text):
    """The reply to a query; `to` is the hash of the event it replies to."""

    to: str


class Adjudicated(Given):
    """The answer settled between two marks, with its reason."""

    reason: str = Field(min_length=1, max_length=20_000)


class Allocated(Content):
    """Whom a case is given to (the marker of the address). until: UTC date, "" without end."""

    part: str = "first"
    until: str = ""
    reason: str = ""


class Because(Content):
    """Something done for a reason."""

    reason: str = Field(min_length=1, max_length=2000)


class Signed(Content):
    """A level of sign-off; head: the hash that the certificate prints."""

    level: str
    head: str = ""
    statement: str = ""


class Exported(Content):
    """What left the store: to whom, why, and the SHA-256 of what was handed over."""

    what: str
    recipient: str
    reason: str
    sha256: str = ""


class Restored(Content):
    """A backup was put in the store's place. mark: what the names of devices carry from then on."""

    mark: str = Field(pattern=r"^[0-9a-f]{6}$")
    head: str
    reason: str = ""


class Migrated(Content):
    """Events carried from an older schema."""

    origin: str
    now: str
    events: int
    digest: str


QUESTION = ("subject", "question", "marker")
register("answer", Given, address=QUESTION)
register("note", Text, address=QUESTION)
register("query", Text, address=QUESTION)
register("submit", Empty, address=("subject", "marker"))
register("start", Start)
register("opened", Because, address=("subject",))
register("exported", Exported)
register("reply", Reply, address=("subject", "question"))
register("adjudicate", Adjudicated, address=QUESTION[:2])
register("allocate", Allocated, address=("subject", "marker"))
register("release", Because)
register("unlock", Because, address=("subject", "marker"))
register(SIGN_OFF, Signed)
register(WITHDRAW, Because)
register(RESTORED, Restored)
register("migrate", Migrated)
