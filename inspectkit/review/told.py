"""What a case's events say before any question set is held against them; no database in sight."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from inspectkit.review.items import ITEM, NO_ITEMS
from inspectkit.review.log.kinds import SIGN_OFF, WITHDRAW
from inspectkit.review.migrating import Turn, moved, order, turned
from inspectkit.review.state import Answer

Row = Mapping[str, Any]
ENDS = ("submit", "unlock")
MARKING = ("answer", "submit", "unlock", ITEM, NO_ITEMS)


def given(
    rows: Iterable[Row], item: str = "", changes: Sequence[Turn] = ()
) -> tuple[dict[str, Answer], tuple[str, ...]]:
    """One marker's answers in force about a case or an item; those given differently apart.

    changes: of the version asked, in order; what was answered before one is read as it says.
    """
    earlier: dict[str, Answer] = {}
    newest: dict[str, Row] = {}
    bodies: dict[str, set[str]] = {}
    ahead = list(changes)
    for row in rows:
        if row["kind"] != "answer" or row["item"] != item:
            continue
        while ahead and ahead[0].at < order(row):
            earlier, bodies = _turned(ahead.pop(0), earlier | _read(newest), bodies)
            newest = {}
        name, version = row["question"], row["version"]
        held = newest[name]["version"] if name in newest else 0
        held = held or (earlier[name].version if name in earlier else 0)
        if version < held:
            continue
        newest[name] = row
        bodies[name] = {row["body"]} | (bodies[name] if held == version else set())
    answers = earlier | _read(newest)
    for turn in ahead:
        answers, bodies = _turned(turn, answers, bodies)
    return answers, tuple(name for name, said in bodies.items() if len(said) > 1)


def _read(rows: Mapping[str, Row]) -> dict[str, Answer]:
    return {
        name: Answer(**json.loads(row["body"]), version=row["version"], at=row["at"])
        for name, row in rows.items()
    }


def _turned(
    turn: Turn, answers: dict[str, Answer], bodies: dict[str, set[str]]
) -> tuple[dict[str, Answer], dict[str, set[str]]]:
    said = {each.to: bodies[each.question] for each in moved(turn, answers)}
    return turned(turn, answers), said


def holders(rows: Iterable[Row]) -> list[str]:
    """Whom a case is given to, the first marker first; the newest word on each part counts."""
    parts = {
        json.loads(row["body"]).get("part", "first"): row["marker"]
        for row in rows
        if row["kind"] == "allocate"
    }
    return list(dict.fromkeys(parts[part] for part in sorted(parts)))


def given_out(rows: Iterable[Row]) -> str:
    """Whom a case is given to, by whom and when, in words."""
    parts = {
        json.loads(row["body"]).get("part", "first"): row
        for row in rows
        if row["kind"] == "allocate"
    }
    said = {
        row["marker"]: f"{row['marker']} (by {row['actor']} on {when(row['at'])})"
        for _, row in sorted(parts.items())
    }
    return ", ".join(said.values())


def signed(rows: Iterable[Row]) -> Row | None:
    """The sign-off of a case that stands: reopening it for anybody ends it."""
    last = None
    for row in rows:
        if row["kind"] == SIGN_OFF:
            last = row
        elif row["kind"] in ("unlock", WITHDRAW):
            last = None
    return last


def frozen(rows: Iterable[Row], whose: str) -> str:
    """By whom and when a case was submitted and signed off, in words; "" where it was not."""
    rows = list(rows)
    mine = [row for row in rows if row["kind"] in ENDS and row["marker"] == whose]
    if not mine or mine[-1]["kind"] != "submit":
        return ""
    said = f"submitted by {whose} on {when(mine[-1]['at'])}"
    if by := signed(rows):
        said += f" and signed off by {by['actor']} on {when(by['at'])}"
    return said


def when(at: str) -> str:
    """The time of an event for people.

    >>> when("2026-11-26T10:04:05+00:00")
    '2026-11-26 10:04 UTC'
    """
    return f"{at[:10]} {at[11:16]} UTC"


def adjudicated(rows: Iterable[Row], changes: Sequence[Turn] = ()) -> dict[str, dict[str, Answer]]:
    """Item ("" the case itself) → question → the answer settled last."""
    found: dict[str, dict[str, Answer]] = {}
    ahead = list(changes)
    for row in rows:
        if row["kind"] == "adjudicate":
            while ahead and ahead[0].at < order(row):
                turn = ahead.pop(0)
                found = {item: turned(turn, each) for item, each in found.items()}
            told = json.loads(row["body"])
            settled = Answer(told["answer"], told["evidence"], row["version"], row["at"])
            found.setdefault(row["item"], {})[row["question"]] = settled
    for turn in ahead:
        found = {item: turned(turn, each) for item, each in found.items()}
    return found


def markers(rows: Iterable[Row]) -> list[str]:
    """Who marked a case, the first to begin first."""
    marks = [row["marker"] for row in rows if row["kind"] in ("answer", "submit")]
    return list(dict.fromkeys(marks))
