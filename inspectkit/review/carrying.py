"""Marking under way is carried over to another version of its question set, and reopened for it."""

from __future__ import annotations

from collections.abc import Sequence

from inspectkit.errors import InspectionError
from inspectkit.review.entries import Entry
from inspectkit.review.migrating import MIGRATED, Requestioned, Turn
from inspectkit.review.state import SUBMITTED
from inspectkit.review.store import Store


def carry_over(store: Store, steps: Sequence[Turn], *, by: str, reason: str) -> tuple[str, ...]:
    """Ask the later version from now on; the cases reopened because something is asked again.

    steps: see `migrating.route`. Every step is an event, all in one commit; answers stay in the log
    as they were given. Errors: nobody named, no reason; no step.
    """
    if not reason.strip():
        raise InspectionError("migrate", "no reason is given", "Say why, for those who ask")
    if not steps:
        raise InspectionError("migrate", "it is that version already", "There is nothing to do")
    entries, before = [], store.question_set()
    for step in steps:
        rules = step.way.migration.model_dump(mode="json", exclude_defaults=True)
        told = Requestioned(
            origin=before.ref,
            now=step.question_set.ref,
            reason=reason.strip(),
            question_set=step.question_set.canonical(),
            migration=rules if rules.get("questions") else None,
        )
        entries.append(Entry(MIGRATED, told))
        before = step.question_set
    store.record_all(entries, by=by)
    return _reopened(store, f"asked again under {before.ref}", by)


def _reopened(store: Store, reason: str, by: str) -> tuple[str, ...]:
    """Submitted cases in which something now waits are opened for their markers again."""
    found: dict[str, None] = {}
    for subject in store.sample().drawn["id"]:
        for marker, state in store.seen(str(subject)).items():
            if state.status == SUBMITTED and not state.complete:
                store.unlock(str(subject), marker=marker, reason=reason, by=by)
                found[str(subject)] = None
    return tuple(found)
