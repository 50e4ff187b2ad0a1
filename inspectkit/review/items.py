"""Items repeated within a file, as its marker found them: each letter, each message.

They are numbered 1, 2 … in the order of the file; a number that holds an answer is never used for
anything else. That there is none of a kind is said, never concluded from silence.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import Field

from inspectkit.review.log.kinds import Content, register

ITEM, NO_ITEMS = "item", "no_items"
MOST = 200  # in one file


class Found(Content):
    """An item of a kind of the question set, named as the inspector sees it.

    standing: False takes back an item that holds no answer.
    """

    kind: str = Field(min_length=1, max_length=60)
    named: str = Field(default="", max_length=200)
    standing: bool = True


class NoneFound(Content):
    """Nothing of this kind is in the file."""

    kind: str = Field(min_length=1, max_length=60)


register(ITEM, Found, address=("subject", "item", "marker"))
register(NO_ITEMS, NoneFound, address=("subject", "marker"))


@dataclass(frozen=True)
class Item:
    """One item of a file: its number, its kind, and how it is named."""

    number: str
    kind: str
    named: str


def found(rows: Iterable[Mapping[str, Any]]) -> tuple[Item, ...]:
    """What one marker found in a file, from their events in order.

    An item that was taken back on one device and answered on another stands.
    """
    latest: dict[str, Found] = {}
    answered: set[str] = set()
    for row in rows:
        if row["kind"] == ITEM and row["item"].isdecimal():
            latest[row["item"]] = Found(**json.loads(row["body"]))
        elif row["kind"] == "answer" and row["item"]:
            answered.add(row["item"])
    return tuple(
        Item(number, each.kind, each.named)
        for number, each in sorted(latest.items(), key=lambda pair: int(pair[0]))
        if each.standing or number in answered
    )


def apart(said: Iterable[tuple[str, str]]) -> bool:
    """Do these kinds and names, given to one number, speak of different items?

    Capitals and blanks make no difference, and an item without a name is taken for any.

    >>> apart([("letter", "of 3 March"), ("letter", "Of 3  March")])
    False
    """
    told = list(said)
    names = {" ".join(named.casefold().split()) for _, named in told} - {""}
    return len(names) > 1 or len({kind for kind, _ in told}) > 1


def none_found(rows: Iterable[Mapping[str, Any]], there: Iterable[Item]) -> frozenset[str]:
    """The kinds of which a marker said that there is none, and found none since."""
    said = {json.loads(row["body"])["kind"] for row in rows if row["kind"] == NO_ITEMS}
    return frozenset(said - {each.kind for each in there})
