"""Away from the office: bundles and backups that lose, double and reveal nothing."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from inspectkit.errors import InspectionError
from inspectkit.review import Store
from inspectkit.review.bundles.backup import backup, restore
from inspectkit.review.bundles.exchange import export_bundle, import_bundle
from inspectkit.review.bundles.keys import Card, Keys
from inspectkit.review.bundles.sealing import seal
from inspectkit.review.log.audit import audit
from inspectkit.review.log.tables import events
from inspectkit.review.signing import unfinished
from tests.marking import basis, marked_store
from tests.test_bad_inputs import run

SECRET = "The victim was told of the hearing at 14 Larkspur Road."


class Place:
    """A person's machine: its store, its keys, the folder for both."""

    def __init__(self, folder: Path, name: str) -> None:
        folder.mkdir()
        self.name, self.folder = name, folder
        self.keys = Keys.of(name, folder / "home")
        self.store = Store(folder / "inspection.db", device=self.keys.card.device)

    @property
    def card(self) -> Card:
        return self.keys.card

    def send(self, other: Place, **options: Any) -> bytes:
        return export_bundle(
            self.store, keys=self.keys, to=[other.card], reason="end of day", **options
        )

    def take(self, raw: bytes, *trusted: Card) -> Any:
        return import_bundle(self.store, raw, keys=self.keys, trusted=trusted)


@pytest.fixture
def office(tmp_path: Path) -> Place:
    made = Place(tmp_path / "office", "le")
    made.store.start(*basis(tmp_path, MC=22, CC=15, RASSO=7))
    return made


def laptop(office: Place, name: str) -> Place:
    """A laptop that the office has enrolled and sent the inspection to."""
    made = Place(office.folder.parent / f"{name}-{len(list(office.folder.parent.iterdir()))}", name)
    office.store.record("enrol", made.card, by="le")
    came = made.take(office.send(made), office.card)
    assert came.added == len(made.store.log()) > 0
    return made


def mark(place: Place, cases: list[str], count: int) -> None:
    """So many answers: each case's question is answered again and again."""
    for number in range(count):
        case, version = cases[number % len(cases)], number // len(cases)
        answer, evidence = ("nm", f"{SECRET} {number}") if number % 2 else ("fm", "")
        place.store.answer(
            case, "first", answer, marker=place.name, evidence=evidence, expected=version
        )


def lines(store: Store) -> list[tuple[str, int, str]]:
    """The log in its order: replica, sequence and hash."""
    return [(row["replica"], row["sequence"], row["hash"]) for row in store.log()]


def without_exports(store: Store) -> Any:
    """The same for two stores whose own lines of export differ."""
    return [row["hash"] for row in store.log() if row["kind"] != "exported"]


@pytest.mark.parametrize("first", ["ab", "cd"])
def test_two_laptops_and_an_office_end_in_one_state_in_either_order(
    first: str, office: Place, full: bool
) -> None:
    count = 500 if full else 60
    cases = list(office.store.sample().drawn["id"])
    places = {name: laptop(office, name) for name in ("ab", "cd")}
    mark(places["ab"], cases[:20], count)
    mark(places["cd"], cases[20:40], count)
    mark(office, cases[40:44], 8)
    sent = {name: place.send(office) for name, place in places.items()}
    assert all(SECRET.encode() not in raw for raw in sent.values())
    assert b"Larkspur" not in b"".join(sent.values()) and cases[0].encode() not in sent["ab"]
    for name in (first, "cd" if first == "ab" else "ab"):
        came = office.take(sent[name])
        assert came.added >= count and len(came.conflicts) == 0
    again = office.take(sent[first])
    assert again.added == 0 and again.already >= count
    for place in places.values():
        place.take(office.send(place), office.card)
    office_log = set(without_exports(office.store))
    for place in places.values():
        assert set(without_exports(place.store)) == office_log
        assert place.store.reviews().digest == office.store.reviews().digest
        assert place.store.cases().equals(office.store.cases())
        assert audit(place.store.path).holds
    assert audit(office.store.path).holds
    assert len(office.store.events("answer")) == 2 * count + 8


def test_the_order_of_arrival_changes_nothing_down_to_the_log(
    office: Place,
) -> None:
    cases = list(office.store.sample().drawn["id"])
    ab, cd = laptop(office, "ab"), laptop(office, "cd")
    mark(ab, cases[:5], 12)
    mark(cd, cases[5:9], 12)
    readers = [laptop(office, name) for name in ("x", "y")]
    readers[0].take(office.send(readers[0]), office.card)
    both = [each.card for each in readers]
    sent = [
        export_bundle(each.store, keys=each.keys, to=both, reason="end of day") for each in (ab, cd)
    ]
    for reader, order in zip(readers, (sent, sent[::-1]), strict=True):
        for raw in order:
            reader.take(raw, ab.card, cd.card)
    told = [
        (
            each.store.reviews().digest,
            [row for row in lines(each.store) if row[0][:3] in ("ab@", "cd@")],
        )
        for each in readers
    ]
    assert told[0] == told[1] and len(told[0][1]) == 24


def test_a_true_conflict_is_listed_blocks_the_submit_and_is_settled_by_a_person(
    office: Place,
) -> None:
    case = str(office.store.sample().drawn["id"].iloc[0])
    one, two = laptop(office, "ab"), laptop(office, "ab")
    one.store.answer(case, "first", "fm", marker="ab")
    two.store.answer(case, "first", "na", marker="ab")
    assert len(office.take(one.send(office)).conflicts) == 0
    came = office.take(two.send(office))
    assert came.conflicts["said"].map(json.loads).map(lambda each: each["answer"]).tolist() in (
        ["fm", "na"],
        ["na", "fm"],
    )
    assert set(came.conflicts["subject"]) == {case}
    two.take(office.send(two), office.card)
    assert two.store.case(case, "ab").conflicts == ("first",)
    with pytest.raises(InspectionError, match=r"two devices gave differently \(1\): first"):
        two.store.submit(case, marker="ab")
    two.store.answer(case, "first", "fm", marker="ab", expected=1)
    two.store.submit(case, marker="ab")
    assert len(office.take(two.send(office)).conflicts) == 0
    assert office.store.case(case).status == "submitted"
    assert len(office.store.events("answer", subject=case)) == 3


def apart(office: Place, one: Place, two: Place) -> list[str]:
    """What the office is told once both bundles are in, whichever came first."""
    office.take(one.send(office))
    return list(office.take(two.send(office)).conflicts["what"])


def test_an_answer_that_came_after_a_submit_elsewhere_is_listed_until_submitted_again(
    office: Place,
) -> None:
    case = str(office.store.sample().drawn["id"].iloc[0])
    one, two = laptop(office, "ab"), laptop(office, "ab")
    one.store.answer(case, "first", "fm", marker="ab")
    one.store.submit(case, marker="ab")
    for version in range(9):  # later in the order of the log than the submit
        two.store.answer(case, "first", "na", marker="ab", expected=version)
    assert set(apart(office, one, two)) == {"answered after it was submitted elsewhere"}
    assert set(unfinished(office.store)["what"]) >= {"said apart"}
    office.store.unlock(case, marker="ab", reason="Two devices", by="le")
    office.store.submit(case, marker="ab")
    assert "said apart" not in set(unfinished(office.store)["what"])


def test_a_case_that_two_began_apart_is_listed_until_it_is_given_out(office: Place) -> None:
    case = str(office.store.sample().drawn["id"].iloc[0])
    one, two = laptop(office, "ab"), laptop(office, "cd")
    one.store.answer(case, "first", "fm", marker="ab")
    two.store.answer(case, "first", "na", marker="cd")
    assert apart(office, one, two) == ["begun by two people, given to neither"] * 2
    office.store.record("allocate", {}, by="le", subject=case, marker="cd")
    assert "said apart" not in set(unfinished(office.store)["what"])
    assert office.store.case(case, "cd").answers["first"].answer == "na"


def test_a_bundle_changed_at_any_byte_is_refused(office: Place) -> None:
    ab = laptop(office, "ab")
    mark(ab, list(office.store.sample().drawn["id"])[:2], 2)
    raw = ab.send(office)
    before = len(office.store.log())
    for place in range(0, len(raw), max(1, len(raw) // 60)):
        broken = bytearray(raw)
        broken[place] ^= 1
        with pytest.raises(InspectionError):
            office.take(bytes(broken))
    for size in (0, 10, len(raw) // 2, len(raw) - 1):
        with pytest.raises(InspectionError, match="changed or cut|no sealed file"):
            office.take(raw[:size])
    assert len(office.store.log()) == before


def test_a_gap_a_fork_and_another_inspection_are_refused_with_the_reason(
    office: Place, tmp_path: Path
) -> None:
    cases = list(office.store.sample().drawn["id"])
    ab = laptop(office, "ab")
    mark(ab, cases[:2], 2)
    first = ab.send(office)
    held = {"ab@" + ab.card.device: 2}
    mark(ab, cases[2:4], 2)
    later = ab.send(office, since=held)
    with pytest.raises(InspectionError, match=r"events 1 to 2 are missing before it \(a gap\)"):
        office.take(later)
    office.take(first)
    office.take(later)
    copied = ab.folder / "copied.db"
    with closing(sqlite3.connect(ab.store.path)) as old, closing(sqlite3.connect(copied)) as new:
        old.backup(new)
    twin = Store(copied, device=ab.card.device)
    mark(ab, cases[4:5], 1)
    office.take(ab.send(office))
    twin.answer(cases[5], "first", "na", marker="ab")
    forked = export_bundle(twin, keys=ab.keys, to=[office.card], reason="fork")
    with pytest.raises(InspectionError, match=r"holds another event there \(a fork\)"):
        office.take(forked)
    other = Place(tmp_path / "other", "le")
    other.store.start(*basis(tmp_path / "other"))
    with pytest.raises(InspectionError, match="belongs to another inspection"):
        other.take(ab.send(other), ab.card)


def test_a_stranger_and_a_bundle_for_another_are_refused(office: Place) -> None:
    ab = laptop(office, "ab")
    stranger = Place(office.folder.parent / "stranger", "zz")
    stranger.take(ab.send(stranger), ab.card)
    mark(stranger, list(office.store.sample().drawn["id"])[:1], 1)
    with pytest.raises(InspectionError, match="its sender is not known here: zz on"):
        office.take(stranger.send(office))
    with pytest.raises(InspectionError, match="it is sealed to ab, not to this device"):
        office.take(office.send(ab), office.card)


def test_a_laptop_cannot_bring_the_events_of_others(office: Place) -> None:
    ab, cd = laptop(office, "ab"), laptop(office, "cd")
    mark(cd, list(office.store.sample().drawn["id"])[:1], 1)
    ab.take(cd.send(ab), cd.card.model_copy(update={"relay": True}))
    with pytest.raises(InspectionError, match="ab brings events of cd@"):
        office.take(ab.send(office))
    office.store.record("enrol", ab.card.model_copy(update={"relay": True}), by="le")
    assert office.take(ab.send(office)).added > 1


def test_an_event_changed_in_a_sender_s_store_is_refused(office: Place) -> None:
    ab = laptop(office, "ab")
    mark(ab, list(office.store.sample().drawn["id"])[:1], 1)
    row = {**ab.store.log()[-1], "sequence": 3, "hash": "1" * 64, "key": "forged", "version": 9}
    del row["position"]
    with ab.store.database.engine.begin() as connection:
        connection.execute(insert(events), row)
    with pytest.raises(InspectionError, match="event 3: its hash is not that of its place"):
        office.take(ab.send(office))


def test_plain_only_with_a_reason_which_the_log_keeps(office: Place) -> None:
    ab = laptop(office, "ab")
    with pytest.raises(InspectionError, match="sealed to nobody"):
        export_bundle(office.store, keys=office.keys, to=[], reason="x")
    with pytest.raises(InspectionError, match="no reason is given"):
        export_bundle(office.store, keys=office.keys, to=[ab.card], reason=" ")
    raw = export_bundle(
        office.store, keys=office.keys, to=[], reason="audit", plain_because="court order"
    )
    told = office.store.events("exported")[-1].content
    assert told["reason"] == "audit; plain: court order" and told["recipient"] == "anybody"
    assert ab.take(raw, office.card).added >= 1


def test_the_sample_is_changed_only_where_the_inspection_is_led(office: Place) -> None:
    ab = laptop(office, "ab")
    case = str(office.store.sample().drawn["id"].iloc[0])
    with pytest.raises(InspectionError, match="decided where the inspection is led"):
        ab.store.cannot_examine(case, reason="live", by="ab")
    assert office.store.cannot_examine(case, reason="live", by="le")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such file modes")
def test_private_keys_are_this_person_s_alone_and_never_in_a_store(office: Place) -> None:
    path = office.folder / "home" / "keys.json"
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    held = json.loads(path.read_text())["le"]
    raw = office.store.path.read_bytes()
    assert held["sign"].encode() not in raw and held["seal"].encode() not in raw


# --- backups --------------------------------------------------------------------------------------


def test_a_backup_comes_back_whole_and_is_read_by_its_recipients_alone(
    office: Place, tmp_path: Path
) -> None:
    cases = list(office.store.sample().drawn["id"])
    mark(office, cases[:4], 8)
    before = office.store.reviews().digest
    head = office.store.log()[-1]["hash"]
    path = tmp_path / "monday.backup"
    backup(office.store, path, keys=office.keys, to=[office.card])
    raw = path.read_bytes()
    assert b"Larkspur" not in raw and b"SQLite" not in raw
    with pytest.raises(InspectionError, match="there is such a file already"):
        backup(office.store, path, keys=office.keys, to=[office.card])
    other = Keys.of("zz", tmp_path / "elsewhere")
    with pytest.raises(InspectionError, match="sealed to le, not to this device"):
        restore(path, tmp_path / "x.db", keys=other, trusted=[office.card])
    mark_after = office.store.answer(cases[5], "first", "na", marker="le")
    office.store.close()
    office.store.path.write_bytes(b"")
    with pytest.raises(InspectionError, match="now has none"):
        Store(office.store.path)
    with pytest.raises(InspectionError, match="cut, rolled back or rewritten"):
        restore(path, office.store.path, keys=office.keys, head=mark_after.hash)
    restore(path, office.store.path, keys=office.keys, head=head)
    again = Store(office.store.path)
    assert again.reviews().digest == before
    assert audit(again.path, head=head).holds
    assert (office.folder / "inspection.db.before-restore-1").exists()
    again.close()


def test_what_was_lost_with_a_store_comes_back_by_bundle_although_work_went_on(
    office: Place, tmp_path: Path
) -> None:
    cases = list(office.store.sample().drawn["id"])
    ab, path = laptop(office, "ab"), tmp_path / "ab.backup"
    mark(ab, cases[:2], 2)
    backup(ab.store, path, keys=ab.keys, to=[ab.card])
    mark(ab, cases[2:6], 4)
    office.take(ab.send(office))
    ab.store.close()
    restore(path, ab.store.path, keys=ab.keys)
    ab.store = Store(ab.store.path, device=ab.card.device)
    mark(ab, cases[6:8], 2)
    came = office.take(ab.send(office))
    assert came.added > 2 and len(came.conflicts) == 0
    ab.take(office.send(ab), office.card)
    for place in (ab, office):
        assert len(place.store.events("answer")) == 8
        assert audit(place.store.path).holds
    chains = [name for name in audit(ab.store.path).chains if name.startswith("ab@")]
    assert len(chains) == 2 and sum("~" in name for name in chains) == 1


def test_a_backup_taken_while_others_write_is_whole_each_time(tmp_path: Path, full: bool) -> None:
    import threading  # noqa: PLC0415 - this test alone writes beside itself

    store = marked_store(tmp_path, device="office")
    keys, case = Keys.of("le", tmp_path / "home"), str(store.sample().drawn["id"].iloc[0])
    stop = threading.Event()

    def write() -> None:
        writer, version = Store(store.path, device="office"), 0
        while not stop.is_set():
            writer.answer(case, "first", "fm", marker="AB", expected=version)
            version += 1
        writer.close()

    thread = threading.Thread(target=write)
    thread.start()
    try:
        for number in range(30 if full else 5):
            path = tmp_path / f"{number}.backup"
            assert backup(store, path, keys=keys, to=[keys.card]).holds
    finally:
        stop.set()
        thread.join()
    restore(path, tmp_path / "again.db", keys=keys)
    assert Store(tmp_path / "again.db").started


def test_a_damaged_store_is_not_backed_up_as_whole(office: Place, tmp_path: Path) -> None:
    office.store.close()
    with closing(sqlite3.connect(office.store.path)) as file:
        file.execute("DROP TRIGGER no_DELETE")
        file.commit()
    with pytest.raises(InspectionError, match="the trigger no_DELETE"):
        backup(office.store, tmp_path / "x.backup", keys=office.keys, to=[office.card])
    assert not (tmp_path / "x.backup").exists()


def test_a_bundle_is_no_backup(office: Place, tmp_path: Path) -> None:
    raw = seal(b"x", "bundle", keys=office.keys, to=[office.card])
    (tmp_path / "x.backup").write_bytes(raw)
    with pytest.raises(InspectionError, match="it is a bundle, not a backup"):
        restore(tmp_path / "x.backup", tmp_path / "x.db", keys=office.keys)


# --- the commands ---------------------------------------------------------------------------------


def test_the_commands_carry_an_inspection_to_a_laptop_and_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def at(place: str, *arguments: object) -> str:
        monkeypatch.setenv("INSPECTKIT_HOME", str(tmp_path / f"{place}-home"))
        code, said = run([str(each) for each in arguments], capsys)
        return said if code else ""

    monkeypatch.setenv("INSPECTKIT_HOME", str(tmp_path / "office-home"))
    office = marked_store(tmp_path)
    case = str(office.sample().drawn["id"].iloc[0])
    there = tmp_path / "laptop.db"
    le, ab = tmp_path / "le.card.json", tmp_path / "ab.card.json"
    assert at("office", "bundle", "card", le, "--by", "le") == ""
    assert at("laptop", "bundle", "card", ab, "--by", "ab") == ""
    assert at("office", "bundle", "enrol", office.path, ab, "--by", "le") == ""
    out, back = tmp_path / "out.bundle", tmp_path / "back.bundle"
    send = ("bundle", "export", office.path, out, "--by", "le", "--reason", "to mark at home")
    assert "sealed to nobody" in at("office", *send)
    assert at("office", *send, "--to", ab) == ""
    Store(there).close()
    assert "is not known here" in at("laptop", "bundle", "import", there, out, "--by", "ab")
    assert at("laptop", "bundle", "import", there, out, "--by", "ab", "--from", le) == ""
    Store(there).answer(case, "first", "na", marker="ab")
    assert at("laptop", "bundle", "export", there, back, "--to", le, "--by", "ab",
              "--reason", "end of day") == ""  # fmt: skip
    assert at("office", "bundle", "import", office.path, back, "--by", "le") == ""
    assert office.case(case).answers["first"].answer == "na"
    kept = tmp_path / "monday.backup"
    assert at("office", "backup", office.path, kept, "--to", le, "--by", "le") == ""
    office.close()
    assert at("office", "restore", kept, office.path, "--by", "le") == ""
    assert at("office", "audit", office.path) == ""
