"""The log: chains, kinds, older schemas, and where a SQLite store may lie."""

from __future__ import annotations

import importlib
import pkgutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from subprocess import PIPE
from typing import Any

import pytest

from inspectkit import assessment, findings, narrative, review
from inspectkit.digest import canonical_json, sha256
from inspectkit.errors import InspectionError
from inspectkit.review import Store
from inspectkit.review.access.rights import RIGHTS
from inspectkit.review.log import kinds, queue
from inspectkit.review.log.audit import audit
from inspectkit.review.log.chain import COMMITTED, LINKED, ROOT
from inspectkit.review.log.devices import device
from inspectkit.review.log.places import check_place
from inspectkit.review.log.queue import TAKEN, Queue
from tests.marking import SEEN, marked_store

SCHEMA_1 = Path(__file__).parent / "data" / "store_schema_1.sql"
OF_SCHEMA_1 = "44823001c96bb7bc7960f7eca76a26cb041056aa0145220bf2db37e4f5e2a850"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = marked_store(tmp_path)
    yield made
    made.close()


@pytest.fixture
def case(store: Store) -> str:
    return str(store.sample().drawn["id"].iloc[0])


def rows(store: Store) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(store.path)) as file:
        file.row_factory = sqlite3.Row
        return [dict(row) for row in file.execute("SELECT * FROM events ORDER BY position")]


# --- the chain ------------------------------------------------------------------------------------


def test_each_person_on_a_device_has_one_chain_that_anyone_can_recompute(
    store: Store, case: str
) -> None:
    store.answer(case, "first", "nm", evidence=SEEN, marker="AB")
    store.answer(case, "second", "no", marker="AB")
    store.record("note", {"text": "Ask for the log"}, by="AB", subject=case, question="first",
                 marker="AB")  # fmt: skip
    other = str(store.sample().drawn["id"].iloc[1])
    store.answer(other, "first", "na", marker="CD")
    held = rows(store)
    ends: dict[str, str] = {}
    for number, row in enumerate(held):
        said = sha256(f"{row['salt']}\n" + canonical_json({name: row[name] for name in COMMITTED}))
        assert row["commitment"] == said
        own = canonical_json({name: row[name] for name in LINKED})
        assert row["hash"] == sha256("inspectkit event 2\n" + own)
        begins = held[0]["hash"] if number else ROOT
        assert row["previous"] == ends.get(row["replica"], begins)
        ends[row["replica"]] = row["hash"]
    here = store.device
    assert set(ends) == {f"office@{here}", f"AB@{here}", f"CD@{here}"}
    assert [row["tick"] for row in held] == [1, 2, 3, 4, 5]
    assert len({row["salt"] for row in held}) == 5


def test_order_is_by_sequence_even_when_the_clock_is_set_back(tmp_path: Path) -> None:
    years = iter([2026, 2020, 2026])
    store = marked_store(tmp_path, clock=lambda: datetime(next(years), 1, 1, tzinfo=UTC))
    case = str(store.sample().drawn["id"].iloc[0])
    store.answer(case, "first", "na", marker="office")
    store.close()
    found = audit(store.path)
    assert found.holds
    assert "the clock stepped back from 2026-01-01" in found.remarks[0]


def test_two_devices_never_share_a_name_and_one_keeps_its_own(tmp_path: Path) -> None:
    assert device(tmp_path / "a") == device(tmp_path / "a")
    assert device(tmp_path / "a") != device(tmp_path / "b")


# --- kinds of event -------------------------------------------------------------------------------


def test_a_kind_of_a_later_floor_is_taken_once_it_is_registered(store: Store, case: str) -> None:
    with pytest.raises(InspectionError, match="'footnote' is no kind of event"):
        store.record("footnote", {"text": "x"}, by="AB")
    kinds.register("footnote", kinds.Text, address=("subject",))
    saved = store.record("footnote", {"text": "Agreed"}, by="AB", subject=case)
    again = store.record("footnote", {"text": "Done"}, by="AB", subject=case)
    assert (saved.version, again.version) == (1, 2)
    told = store.events("footnote")
    assert [each.content["text"] for each in told] == ["Agreed", "Done"]
    assert told[1].hash == again.hash and told[1].actor == "AB"
    with pytest.raises(InspectionError, match="another kind of event has this name"):
        kinds.register("footnote", kinds.Because)


def test_every_kind_has_its_line_in_the_table_of_rights() -> None:
    for floor in (review, assessment, findings, narrative):
        for module in pkgutil.walk_packages(floor.__path__, f"{floor.__name__}."):
            importlib.import_module(module.name)
    of_tests = {"footnote", "weather"}
    assert set(kinds._KNOWN) - of_tests == set(RIGHTS)


@pytest.mark.parametrize(
    ("name", "content", "address", "message"),
    [
        ("note", {"txt": "x"}, {}, "text: this key is missing"),
        ("note", {"text": "x"}, {}, "note: it names no subject"),
        ("note", {"text": "x"}, {"subject": "52ZZ"}, "it names no question"),
        ("release", {"reason": ""}, {}, "reason: string should have at least 1 character"),
        ("release", {"reason": "\ud800"}, {}, "half a character|valid string"),
        ("ntoe", {"text": "x"}, {}, "Did you mean note?"),
        ("opened", {"reason": "x"}, {"subject": "52ZZ"}, "it is not in the sample"),
    ],
)
def test_an_event_that_does_not_fit_its_kind_changes_nothing(
    store: Store, name: str, content: dict[str, Any], address: dict[str, str], message: str
) -> None:
    before = rows(store)
    with pytest.raises(InspectionError, match=message):
        store.record(name, content, by="AB", **address)
    with pytest.raises(InspectionError, match="nobody is named"):
        store.record(name, content, by=" ", **address)
    assert rows(store) == before


def test_opening_a_case_is_logged_with_its_reason_each_time(store: Store, case: str) -> None:
    assert store.open_case(case, marker="AB").status == "not started"
    store.open_case(case, by="CD", reason="dip check")
    told = [(each.actor, each.subject, each.content["reason"]) for each in store.events("opened")]
    assert told == [("AB", case, "marking"), ("CD", case, "dip check")]
    assert store.case(case).status == "not started"


def test_a_reopened_case_is_reopened_for_a_reason_and_can_be_submitted_again(
    store: Store, case: str
) -> None:
    with pytest.raises(InspectionError, match="AB has not submitted it"):
        store.unlock(case, marker="AB", reason="Wrong file", by="lead")
    store.answer(case, "first", "na", marker="AB")
    store.submit(case, marker="AB")
    store.unlock(case, marker="AB", reason="Wrong file", by="lead")
    assert store.case(case).status == "started"
    store.answer(case, "first", "fm", marker="AB", expected=1)
    assert store.submit(case, marker="AB").version == 2
    assert store.case(case).status == "submitted"


def test_two_markers_mark_one_case_once_it_is_given_to_both(store: Store, case: str) -> None:
    for name, part in (("AB", "first"), ("CD", "second")):
        store.record("allocate", {"part": part}, by="lead", subject=case, marker=name)
    store.answer(case, "first", "fm", marker="AB")
    store.answer(case, "first", "na", marker="CD")
    assert store.case(case, "AB").answers["first"].answer == "fm"
    assert store.case(case, "CD").answers["first"].answer == "na"
    assert store.case(case).answers["first"].answer == "fm"
    with pytest.raises(InspectionError, match=r"given to AB \(by lead on .*, CD \(by lead on"):
        store.answer(case, "first", "fm", marker="EF")


# --- older schemas --------------------------------------------------------------------------------


def old_store(path: Path) -> Path:
    with closing(sqlite3.connect(path)) as file:
        file.executescript(SCHEMA_1.read_text(encoding="utf-8"))
    return path


def test_a_store_of_schema_1_opens_after_a_verified_backup_and_means_the_same(
    tmp_path: Path,
) -> None:
    path = old_store(tmp_path / "inspection.db")
    store = Store(path)
    assert store.reviews().digest == OF_SCHEMA_1
    assert [each.actor for each in store.events("cannot_examine")] == ["EF"]
    told = store.events("migrate")[0].content
    assert (told["origin"], told["now"], told["events"]) == ("schema 1", "schema 2", 7)
    other = str(store.sample().drawn["id"].iloc[3])
    store.answer(other, "first", "na", marker="AB")
    store.close()
    assert audit(path).holds
    with closing(sqlite3.connect(tmp_path / "inspection.db.schema-1")) as kept:
        assert kept.execute("SELECT count(*) FROM events").fetchone() == (7,)
    Store(path).close()
    assert len(rows(store)) == 9


def test_a_migration_that_breaks_off_leaves_the_old_store_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = old_store(tmp_path / "inspection.db")
    with monkeypatch.context() as patch:
        patch.setattr("inspectkit.review.log.migrations._told", lambda old, at: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            Store(path)
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("PRAGMA user_version").fetchone() == (1,)
        assert file.execute("SELECT count(*) FROM events").fetchone() == (7,)
    assert Store(path).reviews().digest == OF_SCHEMA_1


# --- where a store may lie, and what it remembers -------------------------------------------------


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/srv/share/i.db", r"/srv/share is a network drive \(cifs\)"),
        ("/home/ab/OneDrive - HMCPSI/i.db", "OneDrive - HMCPSI is synced"),
        ("/home/ab/Dropbox/x/i.db", "Dropbox is synced"),
        ("//server/share/i.db", "//server is a network drive"),
    ],
)
def test_a_network_or_synced_place_is_refused_with_the_way_out(path: str, message: str) -> None:
    mounts = ["/dev/sda1 / ext4 rw 0 0", "//nas/x /srv/share cifs rw 0 0"]
    with pytest.raises(InspectionError, match=f"{message}.*folder of bundles"):
        check_place(Path(path), mounts=mounts)
    check_place(Path("/home/ab/inspections/i.db"), mounts=mounts)


def test_who_comes_as_the_last_one_leaves_has_a_turn_that_the_next_waits_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, leave, inside = tmp_path / "inspection.db", queue._forget, threading.Event()
    second = Queue(path).held(5)

    def leave_and_come(file: int, turn: int) -> None:
        monkeypatch.setattr(queue, "_forget", leave)
        leave(file, turn)
        second.__enter__()  # before the first has let go of everything

    def third() -> None:
        with Queue(path).held(30):
            inside.set()

    monkeypatch.setattr(queue, "_forget", leave_and_come)
    with Queue(path).held(5):
        pass
    line = threading.Thread(target=third)
    line.start()
    assert not inside.wait(0.2)
    second.__exit__(None, None, None)
    assert inside.wait(5)
    line.join()


def test_writers_are_served_in_the_order_in_which_they_came(tmp_path: Path) -> None:
    path, served = tmp_path / "inspection.db", []

    def stand(number: int) -> None:
        with Queue(path).held(30):
            served.append(number)

    def turns() -> int:
        return int.from_bytes(Queue(path).path.read_bytes()[TAKEN:])

    with Queue(path).held(5):
        first = turns()
        line = [threading.Thread(target=stand, args=(number,)) for number in range(12)]
        for number, each in enumerate(line, 1):
            each.start()
            while turns() < first + number:
                time.sleep(0.001)
        time.sleep(0.05)
        assert served == []
    for each in line:
        each.join()
    assert served == list(range(12))
    assert turns() == 0  # nobody stands in line, so nothing of it is left


HOLDING = """
import sys
from inspectkit.review import Store
with Store(sys.argv[1]).database.writing("AB@office"):
    print("writing", flush=True)
    sys.stdin.readline()
"""


def test_a_store_can_be_opened_and_read_while_another_program_writes(
    store: Store, case: str
) -> None:
    store.answer(case, "first", "fm", marker="AB")
    store.close()
    command = [sys.executable, "-c", HOLDING, str(store.path)]
    with subprocess.Popen(command, stdin=PIPE, stdout=PIPE, text=True) as other:
        assert other.stdin and other.stdout
        assert other.stdout.readline() == "writing\n"
        with closing(Store(store.path)) as opened:
            assert opened.case(case).answers["first"].answer == "fm"
            with pytest.raises(InspectionError, match="another program is writing"):
                opened.answer(case, "first", "na", marker="AB", expected=1)
        other.stdin.close()


def test_what_is_noted_while_a_store_is_opened_refuses_nobody(
    store: Store, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted = Queue.noted

    def late(self: Queue) -> tuple[int, str]:
        monkeypatch.setattr(Queue, "noted", noted)
        with closing(Store(store.path)) as other:
            other.answer(case, "first", "fm", marker="AB")
        return 2, "0" * 64  # half of one note and half of the next

    monkeypatch.setattr(Queue, "noted", late)
    with closing(Store(store.path)) as opened:
        assert opened.case(case).answers["first"].answer == "fm"


def test_a_store_that_lost_its_end_says_where_it_was(store: Store, case: str) -> None:
    store.answer(case, "first", "fm", marker="AB")
    store.close()
    whole = store.path.read_bytes()
    last = rows(store)[-1]["hash"]
    store.answer(case, "first", "na", marker="AB", expected=1)
    store.close()
    store.path.write_bytes(whole)
    with pytest.raises(InspectionError, match=r"was at event 3 \(hash .* and now ends at event 2"):
        Store(store.path)
    store.path.write_bytes(b"")
    with pytest.raises(InspectionError, match=r"was at event 3 \(hash .* and now has none"):
        Store(store.path)
    store.path.unlink()
    with pytest.raises(InspectionError, match="now has none. Restore the last backup"):
        Store(store.path)
    store.path.write_bytes(whole)
    Queue(store.path).note(2, last)
    assert Store(store.path).case(case).answers["first"].answer == "fm"


def test_a_log_deleted_beside_the_store_is_noticed(store: Store, case: str) -> None:
    early = store.path.read_bytes()
    store.answer(case, "first", "fm", marker="AB")
    copied = store.path.with_name("copy.db")
    copied.write_bytes(early)
    copied.with_name("copy.db.lock").write_bytes(Queue(store.path).path.read_bytes())
    with pytest.raises(InspectionError, match=r"was at event 2|no inspectkit store"):
        Store(copied)
