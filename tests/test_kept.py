"""What a store keeps in memory says the same as a store that has just been opened."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from inspectkit.review import Store
from inspectkit.review.basis import Basis
from tests.marking import SEEN, marked_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = marked_store(tmp_path)
    yield made
    made.close()


def same(store: Store, **options: str) -> bool:
    """Does it say what one that was opened anew says?"""
    fresh = Store(store.path, **options)  # type: ignore[arg-type]
    seen, told = store.reviews(), fresh.reviews()
    agree = seen.digest == told.digest and seen.blind.equals(told.blind)
    agree &= seen.subjects.equals(told.subjects) and store.cases().equals(fresh.cases())
    fresh.close()
    return agree


def test_after_every_event_it_is_what_a_fresh_store_says(store: Store) -> None:
    one, two, three, *_ = store.sample().drawn["id"]
    steps = [
        lambda: store.answer(one, "first", "nm", evidence=SEEN, marker="AB"),
        lambda: store.answer(one, "second", "no", marker="AB"),
        lambda: store.submit(one, marker="AB"),
        lambda: store.record("allocate", {}, by="LE", subject=one, marker="AB"),
        lambda: store.record("allocate", {"part": "second"}, by="LE", subject=one, marker="CD"),
        lambda: store.answer(one, "first", "fm", marker="CD"),
        lambda: store.submit(one, marker="CD"),
        lambda: store.record("adjudicate", {"answer": "fm", "reason": "So"}, by="LE", subject=one,
                             question="first"),
        lambda: store.not_available(two, reason="missing", by="LE"),
        lambda: store.cannot_examine(three, reason="live", by="LE"),
        lambda: store.available(two, by="LE"),
        lambda: store.unlock(one, marker="AB", reason="Wrong page", by="LE"),
    ]  # fmt: skip
    assert same(store)
    for step in steps:
        step()
        assert same(store)


def test_what_somebody_else_writes_and_what_is_released_is_seen(store: Store) -> None:
    one, two, *_ = store.sample().drawn["id"]
    ab = Store(store.path, person="AB", role="inspector")
    ab.answer(one, "first", "fm", marker="AB")
    store.answer(two, "first", "na", marker="CD")
    who = {"person": "AB", "role": "inspector"}
    assert same(ab, **who) and set(ab.cases()["marker"]) == {"", "AB"}
    store.record("release", {"reason": "Round 1 is over"}, by="LE", subject=two)
    assert same(ab, **who) and set(ab.cases()["marker"]) == {"", "AB", "CD"}
    ab.close()


def test_only_cases_with_new_events_are_worked_out_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases, worked = list(store.sample().drawn["id"]), []
    marked = Basis.marked

    def counted(self: Basis, subject: str, rows: object) -> object:
        worked.append(subject)
        return marked(self, subject, rows)  # type: ignore[arg-type]

    monkeypatch.setattr(Basis, "marked", counted)
    store.reviews()
    assert worked == cases
    store.answer(cases[4], "first", "fm", marker="AB")
    store.cases()
    store.reviews()
    assert worked == [*cases, cases[4]]
