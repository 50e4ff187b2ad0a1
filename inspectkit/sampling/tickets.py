"""A ticket is the SHA-256 of the round's key and the case's id; the smallest tickets are drawn.

    key    = first 32 hex digits of SHA-256("inspectkit/1" LF seed LF inspection id LF round)
    ticket = lowercase hex of SHA-256(utf8(key + "|" + id))

The smallest n of N independent uniforms are a simple random sample without replacement, so nobody
needs our program to check a draw: any tool that computes SHA-256 and sorts will do.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable

from inspectkit.errors import InspectionError

FORBIDDEN_CATEGORIES = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
# Letters and marks of which nothing is seen (Default_Ignorable_Code_Point), and the empty Braille.
PLAIN = re.compile(r"[!-~]+")  # letters, digits and signs of ASCII: nothing to repair in them
UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)


def key(seed: str, inspection: str, round: str | int) -> str:
    """The key of one round: 32 hex digits.

    >>> key("30 45 11 2", "south-west-2026", 1)
    '673418c37aea3c2cc8153d7281d7077d'
    """
    lines = [str(seed), str(inspection), str(round)]
    for line in lines:
        if not line.strip() or "\n" in line or "\r" in line:
            raise InspectionError(
                "key",
                f"{line!r} is empty or holds a line break",
                "Give seed, inspection and round as one line each",
            )
    text = "\n".join(["inspectkit/1", *lines])
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:32]


def ticket(key: str, id: str) -> str:
    """The ticket of one case: 64 hex digits.

    >>> ticket("0" * 32, "52AZ0006374/24")[:8]
    '50e8eacd'
    """
    return hashlib.sha256(f"{key}|{id}".encode()).hexdigest()


def tickets(key: str, ids: Iterable[str]) -> list[str]:
    """The tickets of many cases, in the order of the ids."""
    start = hashlib.sha256(f"{key}|".encode())
    found = []
    for id in ids:
        each = start.copy()
        each.update(id.encode("utf-8"))
        found.append(each.hexdigest())
    return found


def clean_id(raw: str) -> str:
    """The id that is hashed: NFC, outer spaces of any kind trimmed; nothing else is repaired.

    Errors: an empty id; a space, control, invisible or unassigned character inside, by code point.

    >>> clean_id("52AZ0006374/24\\u00a0")
    '52AZ0006374/24'
    """
    if PLAIN.fullmatch(raw):
        return raw
    id = unicodedata.normalize("NFC", raw.strip())
    if not id:
        raise InspectionError("id", "the cell is empty", "Give every case its reference")
    for character in id:
        if (
            character.isspace()
            or unicodedata.category(character) in FORBIDDEN_CATEGORIES
            or UNSEEN.match(character)
        ):
            name = unicodedata.name(character, "a control character")
            raise InspectionError(
                "id",
                f"{id!a} holds U+{ord(character):04X} {name}",
                "Remove the character at its source",
            )
    return id
