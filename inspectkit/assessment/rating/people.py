"""Reads what people added to a rule in an inspection, and records more once the rule allows it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from inspectkit.assessment.estimation import Estimates
from inspectkit.assessment.rating.discretion import Departure, Flag
from inspectkit.assessment.rating.rate import DRAWS, rate
from inspectkit.assessment.rating.ratings import Ratings
from inspectkit.assessment.rating.recorded import DEPARTURE, FLAG, Departed, Flagged, Recorded
from inspectkit.assessment.rule import Rule
from inspectkit.errors import InspectionError
from inspectkit.review.entries import Saved
from inspectkit.review.state import ANSWERED
from inspectkit.review.store import Store
from inspectkit.validation import validated


def recorded_in(folder: Path, store: Store, subject: str = "") -> Recorded:
    """Flags and departures, and the judgements about one office or Area ("" the only one)."""
    people, table = Recorded.read(folder), store.judgements()
    people = people.with_events(store.events(DEPARTURE, FLAG))
    named = [subject] if subject else list(table["subject"].unique())
    rows = table[(table["subject"].isin(named[:1])) & (table["state"] == ANSWERED)]
    said = dict(zip(rows["question"], rows["answer"], strict=True)) if len(named) == 1 else {}
    judged = {**people.judged, "question": {**said, **people.judged.get("question", {})}}
    return replace(people, judged=judged) if said else people


def rated(est: Estimates, rule: Rule, people: Recorded, *, draws: int = DRAWS) -> Ratings:
    """The ratings with all that people added. Errors: what the rule does not know or allow."""
    return rate(est, rule, draws=draws, flags=people.flags, departures=people.departures,
                judged=people.judged)  # fmt: skip


def depart(
    store: Store, est: Estimates, rule: Rule, people: Recorded, departed: Departure
) -> Saved:
    """Move a rating by professional discretion; an empty `to` lets it stand as the rule has it.

    Errors, and nothing recorded: what the rule does not allow; nobody named; no reason.
    """
    address = departed.figure, departed.domain
    rest = [each for each in people.departures if (each.figure, each.domain) != address]
    if not departed.to and len(rest) == len(people.departures):
        where = f"discretion on {departed.figure}, {departed.domain}"
        raise InspectionError(where, "this rating was not moved", "Name one that was")
    moved = (*rest, departed) if departed.to else tuple(rest)
    rated(est, rule, replace(people, departures=moved), draws=1)
    named = {name: getattr(departed, name) for name in ("figure", "domain", "to", "why")}
    content = validated(Departed, named, "discretion")
    return store.record(DEPARTURE, content, by=departed.by, section="|".join(address))


def raise_flag(store: Store, est: Estimates, rule: Rule, name: str, *, by: str, why: str) -> Saved:
    """Record a finding that a limiter waits for. Errors: a flag that no limiter knows."""
    rated(est, rule, Recorded(flags=(Flag(name, by, date.today(), why),)), draws=1)
    content = validated(Flagged, {"name": name, "why": why}, "flag")
    return store.record(FLAG, content, by=by, section=name)


def lower_flag(store: Store, people: Recorded, name: str, *, by: str, why: str) -> Saved:
    """Take a flag back. Errors: it does not hold."""
    if name not in [each.name for each in people.flags]:
        raise InspectionError(f"flag {name}", "it was not raised", "Name one that was")
    content = validated(Flagged, {"name": name, "why": why, "holds": False}, "flag")
    return store.record(FLAG, content, by=by, section=name)
