"""Seeds that nobody could choose: where they come from, what is announced, what is recorded."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from inspectkit.digest import sha256
from inspectkit.errors import InspectionError

STATED, DICE, BEACON, TWO_SIDES = "stated", "dice", "beacon", "two-sides"
SOURCES = {
    DICE: "numbers thrown with dice after the commitment",
    BEACON: "the value of a public beacon's round that the commitment names",
    TWO_SIDES: "two texts, one of each side, committed to by their SHA-256",
    STATED: "a text without a recorded ceremony",
}
SHORTEST_SECRET = 12
HEX_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Announced:
    """What is said of the seed before it exists.

    beacon: which beacon, which round, which of its values. inspectorate, body: the SHA-256 of each
    side's text.
    """

    source: str = STATED
    beacon: str = ""
    inspectorate: str = ""
    body: str = ""

    def plain(self) -> dict[str, str]:
        """Only what this source needs."""
        needed = {BEACON: ("beacon",), TWO_SIDES: ("inspectorate", "body")}.get(self.source, ())
        return {"source": self.source} | {name: getattr(self, name) for name in needed}


def announce(
    source: str, *, beacon: str = "", ours: str = "", theirs_digest: str = ""
) -> Announced:
    """The announcement of a source; the inspectorate's own text is hashed and not kept.

    Errors: a source that is not known, or what it needs is missing or guessable.

    >>> announce("beacon", beacon="NIST, pulse of 2026-12-01 12:00 UTC").source
    'beacon'
    """
    if source not in SOURCES:
        raise InspectionError("seed source", f"{source!r} is not known", _choose())
    if source == BEACON and not beacon.strip():
        what = "a beacon's value can be picked unless its round is named beforehand"
        raise InspectionError("beacon", what, "Name the beacon, the round and the value used")
    if source != TWO_SIDES:
        return Announced(source, beacon=beacon.strip() if source == BEACON else "")
    if len(ours.strip()) < SHORTEST_SECRET:
        what = f"the text has fewer than {SHORTEST_SECRET} characters, so its digest can be guessed"
        raise InspectionError("ours", what, "Take a longer number or text and keep it secret")
    if not HEX_DIGEST.fullmatch(theirs_digest.strip().lower()):
        what = "it is no SHA-256 of 64 hexadecimal digits"
        raise InspectionError("theirs", what, "Ask the inspected body for the digest of its text")
    return Announced(
        TWO_SIDES, inspectorate=sha256(ours.strip()), body=theirs_digest.strip().lower()
    )


def seed_from(
    announced: Mapping[str, Any], *, seed: str = "", ours: str = "", theirs: str = ""
) -> str:
    """The seed by the rule of its source.

    announced: `Announced.plain()` of the commitment. Errors: what was opened is not what was
    committed to; dice that are no numbers.

    >>> seed_from({"source": "dice"}, seed="4  1 6")
    '4 1 6'
    """
    source = announced["source"]
    if source != TWO_SIDES:
        if ours or theirs:
            raise InspectionError("seed", "no two sides were announced", "Give --seed alone")
        return _thrown(seed) if source == DICE else seed
    if seed:
        what = "the seed of two sides is made of their two texts"
        raise InspectionError("seed", what, "Give --ours and --theirs instead of --seed")
    opened = {"inspectorate": ours.strip(), "body": theirs.strip()}
    for side, text in opened.items():
        if sha256(text) != announced[side]:
            what = f"the text of the {side} does not have the SHA-256 it committed to"
            raise InspectionError("seed", what, "Open the very text that was committed to")
    return f"{opened['inspectorate']} + {opened['body']}"


def _thrown(seed: str) -> str:
    if not re.fullmatch(r"\d+( +\d+)*", seed.strip()):
        what = f"{seed!r} is no list of numbers thrown"
        raise InspectionError("seed", what, "Write the numbers in order, with spaces between them")
    return " ".join(seed.split())


def _choose() -> str:
    return "Use " + "; ".join(f"{name}: {rule}" for name, rule in SOURCES.items())
