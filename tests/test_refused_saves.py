"""Saves that must be refused: each says where, who, when and what to do, and changes nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from inspectkit.errors import InspectionError
from inspectkit.review import Store
from inspectkit.review.log import sqlite
from inspectkit.review.log.audit import audit
from tests.marking import SEEN, marked_store

ON = r"on 20\d\d-\d\d-\d\d \d\d:\d\d UTC"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Case 0 given to AB, case 1 submitted by AB, case 2 begun by AB, case 3 left, 4 open."""
    made = marked_store(tmp_path)
    cases = list(made.sample().drawn["id"])
    made.record("allocate", {}, by="LE", subject=cases[0], marker="AB")
    made.answer(cases[1], "first", "fm", marker="AB")
    made.submit(cases[1], marker="AB")
    made.answer(cases[2], "first", "nm", evidence=SEEN, marker="AB")
    made.cannot_examine(cases[3], reason="live", by="LE")
    yield made
    made.close()


@pytest.fixture
def cases(store: Store) -> list[str]:
    return list(store.drawn().drawn["id"])


REFUSED: dict[str, tuple[int, dict[str, object], str]] = {
    "a case outside the sample": (-1, {}, "case 52ZZ: it is not in the sample"),
    "a case that left": (3, {}, r"it left the sample \(live again.*; recorded by LE on 20"),
    "a case given to another": (0, {"marker": "CD"}, rf"it is given to AB \(by LE {ON}\)"),
    "a case that another began": (2, {"marker": "CD"}, "it is being marked by AB since 20.* UTC"),
    "a submitted case": (1, {"expected": 1}, rf"it has been submitted by AB {ON}.*reopen it"),
    "no answer of the scale": (4, {"answer": "great"}, "question first: 'great' is no answer"),
    "no question of the set": (4, {"question": "third"}, "third"),
    "a question that is closed": (4, {"question": "second", "answer": "no"}, "does not apply"),
    "evidence missing": (4, {"answer": "nm"}, "needs a reason of at least 10 characters"),
    "a version replaced meanwhile": (2, {}, "somebody saved another answer meanwhile"),
    "nobody named": (4, {"marker": " "}, "nobody is named"),
    "half a character": (4, {"evidence": "\ud83d"}, "half a character"),
}


@pytest.mark.parametrize("how", REFUSED)
def test_a_save_is_refused_with_who_and_when(store: Store, cases: list[str], how: str) -> None:
    place, other, said = REFUSED[how]
    before = len(store.log())
    told = {"question": "first", "answer": "fm", "marker": "AB", **other}
    subject = "52ZZ" if place < 0 else cases[place]
    with pytest.raises(InspectionError, match=said):
        store.answer(subject, told.pop("question"), told.pop("answer"), **told)  # type: ignore[arg-type]
    assert len(store.log()) == before


def test_the_same_save_three_times_is_one(store: Store, cases: list[str]) -> None:
    replies = [store.answer(cases[4], "first", "fm", marker="AB", key="one") for _ in range(3)]
    assert [each.already for each in replies] == [False, True, True]
    assert len({each.hash for each in replies}) == 1


def older_sqlite(path: Path, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(sqlite, "OLDEST", (99, 1, 0))


def newer_schema(path: Path, patch: pytest.MonkeyPatch) -> None:
    with closing(sqlite3.connect(path)) as file:
        file.execute("PRAGMA user_version=99")


def another_program(path: Path, patch: pytest.MonkeyPatch) -> None:
    with closing(sqlite3.connect(path)) as file:
        file.execute("PRAGMA application_id=7")


def no_wal(path: Path, patch: pytest.MonkeyPatch) -> None:
    """What was written since the last checkpoint of the file goes with its log."""
    path.with_name(f"{path.name}-wal").unlink()


def emptied(path: Path, patch: pytest.MonkeyPatch) -> None:
    path.write_bytes(b"")


UNFIT: dict[str, tuple[Callable[[Path, pytest.MonkeyPatch], None], str]] = {
    "a newer schema": (newer_schema, "version 99, this program knows 2"),
    "another program's": (another_program, "no inspectkit store"),
    "an older SQLite": (older_sqlite, r"has SQLite 3\.\S+, a store needs 99\.1\.0"),
    "its -wal gone": (no_wal, r"was at event \d+ \(hash [0-9a-f]{16}\) and now"),
    "a file of 0 bytes": (emptied, r"was at event \d+ \(hash [0-9a-f]{16}\) and now has none"),
}


@pytest.mark.parametrize("how", UNFIT)
def test_a_store_that_is_not_what_it_was_is_refused(
    store: Store, cases: list[str], tmp_path: Path, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    change, said = UNFIT[how]
    place = tmp_path / "copy"
    place.mkdir()
    store.answer(cases[4], "first", "fm", marker="AB")
    for each in ("", "-wal", ".lock"):
        held = store.path.with_name(store.path.name + each)
        (place / held.name).write_bytes(held.read_bytes())
    path = place / store.path.name
    change(path, monkeypatch)
    with pytest.raises(InspectionError, match=said):
        Store(path)
    if change is not older_sqlite:
        assert not audit(path).holds
