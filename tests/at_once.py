"""Two rulings at one time on two stores of one inspection, each knowing nothing of the other."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest

from inspectkit.errors import InspectionError
from inspectkit.review import Store
from inspectkit.review.moderation import rule_on


def at_once(one: Store, other: Store, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Both rule, as far as the database lets them between reading the number and writing it.

    Who is refused rules again. Returns the questions on which there is a ruling then.
    """
    read, wrote = threading.Barrier(2), threading.Barrier(2)

    def meeting(store: Store) -> None:
        events, append = store.events, store._append

        def reading(*names: str, **which: Any) -> Any:
            found = events(*names, **which)
            meet(read)
            return found

        def writing(*given: Any) -> Any:
            meet(wrote)
            return append(*given)

        monkeypatch.setattr(store, "events", reading)
        monkeypatch.setattr(store, "_append", writing)

    def ruled(store: Store, question: str) -> None:
        meeting(store)
        for _ in range(2):
            with suppress(InspectionError):
                rule_on(store, question, "As it stands.", by="L", changes_meaning=False)
                return

    with ThreadPoolExecutor() as pool:
        list(pool.map(ruled, (one, other), ("first", "second")))
    monkeypatch.undo()
    return {event.question for event in one.events("ruling")}


def meet(barrier: threading.Barrier) -> None:
    """Wait for the other, where the database lets both come so far."""
    with suppress(threading.BrokenBarrierError):
        barrier.wait(timeout=1)
