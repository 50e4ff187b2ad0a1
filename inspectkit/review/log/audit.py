"""Walks every chain of a store and names the first link that does not hold; never raises."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy.exc import SQLAlchemyError

from inspectkit.digest import canonical_json, sha256
from inspectkit.errors import InspectionError
from inspectkit.review.log.chain import COMMITTED, LINKED, ROOT, Row, commitment, link
from inspectkit.review.log.checkpoints import Heads, checkpoints, missing
from inspectkit.review.log.reading import read_events

HEX = set("0123456789abcdef")
DISPOSED = "disposed"


@dataclass(frozen=True)
class Finding:
    """What is wrong: with which chain, at which of its events (0: with the whole), in words."""

    replica: str
    sequence: int
    what: str

    def __str__(self) -> str:
        at = f", event {self.sequence}" if self.sequence else ""
        return f"{self.replica or 'the store'}{at}: {self.what}"


@dataclass(frozen=True)
class Audit:
    """chains: replica → number of events and the last one's hash. findings: the first broken
    link of each chain, and what is wrong with the store as a whole. remarks: what is no fault."""

    name: str
    chains: Mapping[str, tuple[int, str]]
    findings: tuple[Finding, ...]
    remarks: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Nothing was found."""
        return not self.findings

    @property
    def newest(self) -> str:
        """One hash for the ends of all chains."""
        return sha256(canonical_json({name: list(end) for name, end in self.chains.items()}))

    def table(self) -> pd.DataFrame:
        """replica, events, head: one row a chain."""
        rows = [(name, count, head) for name, (count, head) in sorted(self.chains.items())]
        return pd.DataFrame(rows, columns=["replica", "events", "head"])

    def raise_if_any(self) -> None:
        """Errors: everything found, the first broken link first."""
        if self.findings:
            told = "; ".join(map(str, self.findings[:5]))
            more = f" and {len(self.findings) - 5} more" if len(self.findings) > 5 else ""
            remedy = "Keep the store as it is for the lead, then restore the last backup"
            if not self.chains:
                remedy = "Name the inspection's folder; if a store stood there, restore a backup"
            raise InspectionError(self.name, told + more, remedy)


def audit(place: str | Path, *, head: str = "", heads: Heads | None = None) -> Audit:
    """Every chain of the store recomputed, the file checked, and outside heads looked for.

    place: a path or an address. head: the hash, or its first 12 digits or more, of an event or a
    checkpoint that the store is known to have held: from a certificate, a report, an export. heads:
    replica → number and hash of an event, from a signed checkpoint. A chain alone does not tell
    that its tail was cut or that all of it was written anew; a head kept elsewhere does.
    """
    name = Path(place).name if "://" not in str(place) else "PostgreSQL"
    try:
        found = read_events(place)
    except (InspectionError, SQLAlchemyError, OSError, ValueError) as error:
        return Audit(name, {}, (Finding("", 0, _words(error)),))
    chains: dict[str, list[Row]] = defaultdict(list)
    for row in found.rows:
        chains[str(row.get("replica"))].append(row)
    root = _root(found.rows)
    broken = [each for name in sorted(chains) if (each := first_break(name, chains[name], root))]
    whole = [Finding("", 0, what) for what in found.damage]
    whole += [*_unaccounted(found.rows), *_vouched(found.rows, heads or {})]
    whole += _wanted(found.rows, head)
    ends = {name: _end(rows) for name, rows in chains.items()}
    return Audit(found.name, ends, tuple(broken + whole), tuple(_steps_back(chains)))


def first_break(replica: str, rows: Sequence[Row], root: str) -> Finding | None:
    """The first link of a chain that does not hold, None where all do."""
    previous, arrived = root, 0
    for number, row in enumerate(sorted(rows, key=_place), 1):
        if row["sequence"] != number:
            what = "it stands twice" if _whole(row["sequence"]) < number else "it is missing"
            at = min(number, _whole(row["sequence"])) if "twice" in what else number
            return Finding(replica, at, what)
        if number == 1 and row["previous"] == ROOT:
            previous = ROOT
        if row["previous"] != previous:
            what = "it does not follow the event before it"
            return Finding(replica, number, f"{what} ({_short(previous)} expected)")
        if what := wrong(row):
            return Finding(replica, number, what)
        if _whole(row["position"]) <= arrived:
            return Finding(replica, number, "it stands before an event that it follows")
        previous, arrived = row["hash"], row["position"]
    return None


def wrong(row: Row) -> str:
    """What an event's own hashes say of it, "" where they hold."""
    try:
        if row["hash"] != link({name: row[name] for name in LINKED}):
            return "its hash is not that of its place and its commitment"
        if row["kind"] == DISPOSED and row["salt"] == "" and row["body"] == "":
            return ""
        said = {name: row[name] for name in (*COMMITTED, "salt")}
        return "" if row["commitment"] == commitment(said) else "its content was changed"
    except (InspectionError, TypeError, ValueError, KeyError):
        return "it holds what no event can hold"


def _root(rows: Sequence[Row]) -> str:
    """The hash of the first event of all, which every other chain begins from."""
    firsts = [str(row["hash"]) for row in rows if row["previous"] == ROOT]
    return firsts[0] if firsts else ROOT


def _end(rows: Sequence[Row]) -> tuple[int, str]:
    return len(rows), str(max(rows, key=_place)["hash"])


def _unaccounted(rows: Sequence[Row]) -> list[Finding]:
    """Events whose words are gone although no event says that they were disposed of."""
    allowed: Counter[tuple[str, int]] = Counter()
    for row in rows:
        if row["kind"] == "dispose":
            try:
                told = json.loads(row["body"])["events"]
                allowed.update((str(name), int(place)) for name, place in told)
            except (TypeError, ValueError, KeyError):
                continue  # its own hash tells that it was changed
    return [
        Finding(str(row["replica"]), _whole(row["sequence"]), "its words were removed, unrecorded")
        for row in rows
        if row["kind"] == DISPOSED and (row["replica"], row["sequence"]) not in allowed
    ]


def _vouched(rows: Sequence[Row], outside: Heads) -> list[Finding]:
    """Heads that a checkpoint of the store or from outside names and the chains do not hold."""
    held = {(str(row["replica"]), _whole(row["sequence"])): str(row["hash"]) for row in rows}
    told = [(f"the checkpoint of {row['at']}", each.heads) for row, each in checkpoints(rows)]
    return [
        Finding(name, number, f"{who} names {_short(hash)} here: it was cut or written anew")
        for who, each in [("the checkpoint kept outside", outside), *told]
        for name, number, hash in missing(each, held)
    ]


def _wanted(rows: Sequence[Row], head: str) -> list[Finding]:
    """Is the head kept outside in the store, and everything that it vouches for?"""
    wanted = head.strip().lower()
    if not wanted:
        return []
    if len(wanted) < 12 or not set(wanted) <= HEX:
        what = f"{head[:70]!r} is no hash: 12 hexadecimal digits or more"
        raise InspectionError("the head", what, "Copy it again from the certificate or report")
    known = [str(row["hash"]) for row in rows] + [told.head for _, told in checkpoints(rows)]
    if any(each.startswith(wanted) for each in known):
        return []
    what = f"the head {wanted[:16]} kept outside is not in it: it was cut, rolled back or rewritten"
    return [Finding("", 0, what)]


def _steps_back(chains: Mapping[str, Sequence[Row]]) -> list[str]:
    """Where a replica's clock was set back: order does not rest on it, but a reader should know."""
    told = []
    for name, rows in sorted(chains.items()):
        ordered = sorted(rows, key=_place)
        for before, after in pairwise(ordered):
            if str(after["at"]) < str(before["at"]):
                what = f"the clock stepped back from {before['at']} to {after['at']}"
                told.append(f"{name}, event {after['sequence']}: {what}")
    return told


def _place(row: Row) -> tuple[int, int]:
    return _whole(row["sequence"]), _whole(row["position"])


def _whole(value: Any) -> int:
    return value if isinstance(value, int) else -1


def _short(hash: object) -> str:
    return str(hash)[:16]


def _words(error: Exception) -> str:
    if isinstance(error, InspectionError):
        return f"{error.what}. {error.remedy}"
    return str(getattr(error, "orig", error)).partition("\n")[0]
