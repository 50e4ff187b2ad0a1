"""Bundles: the events of a store for another store of the same inspection, and their way in.

Taking in the same bundle twice changes nothing. A bundle that was changed, that leaves out events
in between or that contradicts what is held is refused whole, with the reason.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import Connection, insert, select

from inspectkit.digest import canonical_json, sha256
from inspectkit.errors import InspectionError
from inspectkit.review.bundles.conflicts import conflicts
from inspectkit.review.bundles.keys import Card, Keys
from inspectkit.review.bundles.sealing import seal, unseal
from inspectkit.review.log.audit import wrong
from inspectkit.review.log.chain import ROOT, Row, in_order
from inspectkit.review.log.kinds import Exported
from inspectkit.review.log.tables import events
from inspectkit.review.store import Store

BUNDLE = "bundle"
LOCAL = ("position", "arrived")
CARRIED = [column.name for column in events.columns if column.name not in LOCAL]
PATIENCE = 120.0  # seconds: many events in one transaction
SAME = "Nothing was taken in. Keep both stores for the lead: one of them was changed"


@dataclass(frozen=True)
class Arrival:
    """What a bundle brought: events new and held before, and what a person must settle."""

    sender: Card
    added: int
    already: int
    conflicts: pd.DataFrame


def export_bundle(
    store: Store,
    *,
    keys: Keys,
    to: Sequence[Card],
    reason: str,
    since: Mapping[str, int] | None = None,
    plain_because: str = "",
) -> bytes:
    """The store's events as a sealed bundle, with a line in the log that it was handed over.

    since: how far the recipient's chains are known to reach; without it everything is in it.
    Errors: nobody named, no reason.
    """
    if not reason.strip():
        raise InspectionError(BUNDLE, "no reason is given", "Say what it is for; the log keeps it")
    known = since or {}
    rows = store.log()
    told = [row for row in rows if row["sequence"] > known.get(row["replica"], 0)]
    root = next((row["hash"] for row in rows if row["previous"] == ROOT), "")
    content = {
        "inspection": root,
        "events": [{name: row[name] for name in CARRIED} for row in told],
    }
    raw = seal(
        canonical_json(content).encode(),
        BUNDLE,
        keys=keys,
        to=to,
        plain_because=plain_because,
    )
    recipient = ", ".join(f"{card.name} ({card.fingerprint})" for card in to) or "anybody"
    why = f"{reason}; plain: {plain_because}" if plain_because else reason
    note = Exported(what=BUNDLE, recipient=recipient, reason=why, sha256=sha256(raw))
    store.record("exported", note, by=keys.card.name, section=keys.card.name[:60])
    return raw


def import_bundle(
    store: Store, raw: bytes, *, keys: Keys, trusted: Sequence[Card] = (), where: str = BUNDLE
) -> Arrival:
    """Take a bundle's events into the store; all of them or none.

    trusted: cards believed besides those enrolled in the store: a new store knows none yet, and the
    one that first brings the inspection is believed as its office. Errors: those of `unseal`;
    another inspection; a gap; a fork; an event that was changed; events of others from a device
    that may not relay them.
    """
    fresh = not store.started
    cards = [card.model_copy(update={"relay": card.relay or fresh}) for card in trusted]
    opened = unseal(raw, BUNDLE, where, keys=keys, trusted=[*cards, *enrolled(store)])
    content: dict[str, Any] = json.loads(opened.content)
    rows = in_order(content["events"])
    new = _new(rows, store.log(), content["inspection"], opened.sender, where)

    def work(connection: Connection) -> None:
        known = set(connection.execute(select(events.c.hash)).scalars())
        told = [{**row, "arrived": row["replica"]} for row in new if row["hash"] not in known]
        if told:
            connection.execute(insert(events), told)

    store.write_all(work, by=keys.card.name, within=PATIENCE)
    return Arrival(opened.sender, len(new), len(rows) - len(new), conflicts(store.log()))


def enrolled(store: Store) -> list[Card]:
    """The devices that the office has enrolled, the latest word on each; this store's own too."""
    found: dict[str, Card] = {}
    for each in store.events("enrol"):
        card = Card.model_validate(each.content)
        found[card.fingerprint] = card
    return list(found.values())


def _new(
    rows: Sequence[Row], held: Sequence[Row], inspection: str, sender: Card, where: str
) -> list[Row]:
    """The rows that the store lacks, once all of them fit what it holds."""
    roots = [row["hash"] for row in held if row["previous"] == ROOT]
    if roots and roots[0] != inspection:
        what = "it belongs to another inspection"
        raise InspectionError(where, what, "Take it into the store of that inspection")
    chains: dict[str, dict[int, str]] = defaultdict(dict)
    for row in held:
        chains[row["replica"]][row["sequence"]] = row["hash"]
    firsts = [row["replica"] for row in (*held, *rows) if row["hash"] == inspection]
    office = _device(firsts[0]) if firsts else ""
    new = []
    for row in sorted(rows, key=lambda row: (row["replica"], row["sequence"])):
        if _fits(row, chains[row["replica"]], inspection, where):
            _check_relay(row, office, sender, where)
            chains[row["replica"]][row["sequence"]] = row["hash"]
            new.append(row)
    return in_order(new)


def _fits(row: Row, chain: Mapping[int, str], inspection: str, where: str) -> bool:
    """Is the row the next of its chain? False where it is held already."""
    spot = f"{where}, {row['replica']}, event {row['sequence']}"
    if what := wrong(row):
        raise InspectionError(spot, what, SAME)
    if row["sequence"] in chain:
        if chain[row["sequence"]] != row["hash"]:
            raise InspectionError(spot, "the store holds another event there (a fork)", SAME)
        return False
    last = max(chain, default=0)
    if row["sequence"] != last + 1:
        what = f"{_numbers(last + 1, row['sequence'] - 1)} missing before it (a gap)"
        remedy = "Nothing was taken in. Take in the earlier bundle first, or ask for a whole one"
        raise InspectionError(spot, what, remedy)
    first = ROOT if row["hash"] == inspection else inspection
    if row["previous"] != chain.get(last, first):
        raise InspectionError(spot, "it follows another event than the one held (a fork)", SAME)
    return True


def _numbers(first: int, last: int) -> str:
    return f"event {first} is" if first == last else f"events {first} to {last} are"


def _device(replica: str) -> str:
    """The machine of a chain, whatever was restored on it."""
    return replica.rpartition("@")[2].partition("~")[0]


def _check_relay(row: Row, office: str, sender: Card, where: str) -> None:
    """A laptop brings its own events; only the office may bring those of others."""
    relays = sender.relay or sender.device == office
    if not relays and _device(row["replica"]) != sender.device:
        what = f"{sender.name} brings events of {row['replica']}, which are not of that device"
        raise InspectionError(where, what, "Ask the office to enrol the device for relaying")
