"""The audit: any tampering is found and named, damage never stops it."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspectkit.errors import InspectionError
from inspectkit.review import Store
from inspectkit.review.bundles.checkpoints import SignedCheckpoint, checkpoint
from inspectkit.review.bundles.keys import Keys
from inspectkit.review.log.audit import audit
from inspectkit.review.log.chain import Chains
from inspectkit.review.log.sqlite import TRIGGERS
from inspectkit.review.log.tables import VIEWS, events
from tests.marking import SEEN, marked_store
from tests.test_bad_inputs import run

COLUMNS = [column.name for column in events.columns]
MARKERS = ("AB", "CD", "EF")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed store of some 40 events in four chains."""
    store = marked_store(tmp_path_factory.mktemp("audit"))
    subjects = list(store.sample().drawn["id"])
    for number, subject in enumerate(subjects):
        marker = MARKERS[number % 3]
        store.open_case(subject, marker=marker)
        store.answer(subject, "first", "nm", evidence=SEEN, marker=marker)
        store.answer(subject, "second", "no", marker=marker)
        store.answer(subject, "first", "na", marker=marker, expected=1)
        store.submit(subject, marker=marker)
    store.close()
    return store.path


@pytest.fixture
def copy(whole: Path, tmp_path: Path) -> Path:
    """A copy without the file beside it, as an attacker would hand it over."""
    return Path(shutil.copyfile(whole, tmp_path / "inspection.db"))


def unlocked(path: Path) -> sqlite3.Connection:
    """A connection for which nothing is append-only any more; the triggers are put back later."""
    file = sqlite3.connect(path)
    for name in TRIGGERS:
        file.execute(f"DROP TRIGGER {name}")
    for index in ("one_winner", "one_chain"):
        file.execute(f"DROP INDEX {index}")
    return file


def rewrite(path: Path, rows: list[dict[str, Any]]) -> None:
    """Put other events in the store's place, as if they had always been there."""
    with closing(unlocked(path)) as file:
        triggers = "BEGIN SELECT RAISE(ABORT, 'events are never changed or removed'); END"
        file.execute("DROP VIEW begun")
        file.execute("DROP VIEW clock")
        file.execute("DELETE FROM events")
        file.execute("CREATE TABLE loose AS SELECT * FROM events")
        file.execute("DROP TABLE events")
        file.execute("ALTER TABLE loose RENAME TO events")
        for view in VIEWS:
            file.execute(view)
        marks = ", ".join("?" * len(COLUMNS))
        told = [[row[name] for name in COLUMNS] for row in rows]
        file.executemany(f"INSERT INTO events ({', '.join(COLUMNS)}) VALUES ({marks})", told)
        for name, when in TRIGGERS.items():
            file.execute(f"CREATE TRIGGER {name} {when} {triggers}")
        file.commit()


def held(path: Path) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(path)) as file:
        file.row_factory = sqlite3.Row
        return [dict(row) for row in file.execute("SELECT * FROM events ORDER BY position")]


def renumbered(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**row, "position": number} for number, row in enumerate(rows, 1)]


def test_a_whole_store_holds_and_tells_its_heads(whole: Path) -> None:
    found = audit(whole)
    assert found.holds and not found.remarks
    assert sorted(count for count, _ in found.chains.values()) == [1, 15, 15, 15]
    last = held(whole)[-1]
    assert audit(whole, head=last["hash"][:12].upper()).holds


def test_copying_and_rewriting_alone_is_no_finding(copy: Path) -> None:
    rewrite(copy, held(copy))
    assert audit(copy).findings == ()


def changed(rows: list[dict[str, Any]], place: int, data: st.DataObject) -> Any:
    names = [name for name in COLUMNS if name not in ("position", "arrived")]
    name = data.draw(st.sampled_from(names))
    old = rows[place][name]
    new = old + 1 if isinstance(old, int) else f"{old}x" if old else "x"
    rows[place] = {**rows[place], name: new}


def dropped(rows: list[dict[str, Any]], place: int, data: st.DataObject) -> Any:
    del rows[place]


def duplicated(rows: list[dict[str, Any]], place: int, data: st.DataObject) -> Any:
    rows.insert(data.draw(st.integers(0, len(rows))), rows[place])


def reordered(rows: list[dict[str, Any]], place: int, data: st.DataObject) -> Any:
    """Two events of one chain change places, keeping each other's number or their own."""
    same = [n for n, row in enumerate(rows) if row["replica"] == rows[place]["replica"]]
    other = data.draw(st.sampled_from([n for n in same if n != place]))
    rows[place], rows[other] = rows[other], rows[place]
    if data.draw(st.booleans()):
        for name in ("sequence", "tick"):
            one, two = rows[place][name], rows[other][name]
            rows[place], rows[other] = {**rows[place], name: two}, {**rows[other], name: one}


@pytest.mark.parametrize("tamper", [changed, dropped, duplicated, reordered])
def test_any_single_tampering_is_found_and_its_first_event_named(
    tamper: Any, whole: Path, tmp_path_factory: pytest.TempPathFactory, full: bool
) -> None:
    path = tmp_path_factory.mktemp("tampered") / "inspection.db"

    @settings(max_examples=400 if full else 25)
    @given(st.data())
    def check(data: st.DataObject) -> None:
        shutil.copyfile(whole, path)
        rows = held(path)
        inner = [n for n, row in enumerate(rows) if _inside(rows, n)]
        place = data.draw(st.sampled_from(inner))
        tamper(rows, place, data)
        rewrite(path, renumbered(rows))
        found = audit(path)
        assert not found.holds
        if tamper is dropped:
            assert any(each.what == "it is missing" for each in found.findings)

    check()


def _inside(rows: list[dict[str, Any]], place: int) -> bool:
    """Neither alone in its chain nor the last of it (a cut tail needs a head kept outside)."""
    after = [row for row in rows[place + 1 :] if row["replica"] == rows[place]["replica"]]
    return bool(after)


def test_the_first_broken_link_is_named(copy: Path) -> None:
    rows = held(copy)
    third = [n for n, row in enumerate(rows) if row["replica"].startswith("CD@")][2]
    rows[third] = {**rows[third], "body": rows[third]["body"].replace("no", "yes")}
    rewrite(copy, rows)
    found = audit(copy)
    assert [(each.replica[:3], each.sequence, each.what) for each in found.findings] == [
        ("CD@", 3, "its content was changed")
    ]


# --- what only a head kept elsewhere tells --------------------------------------------------------


def cut(path: Path) -> None:
    rewrite(path, held(path)[:-3])


def emptied(path: Path) -> None:
    rewrite(path, [])


def zero(path: Path) -> None:
    path.write_bytes(b"")


def rewritten(path: Path) -> None:
    """Every event anew with another answer: a chain that holds in itself."""
    chains = Chains()
    rows = [
        chains.extend({**row, "body": row["body"].replace('"nm"', '"fm"')}) for row in held(path)
    ]
    rewrite(path, rows)


@pytest.mark.parametrize("attack", [cut, emptied, zero, rewritten])
def test_what_a_chain_cannot_tell_is_told_by_a_head_kept_outside(attack: Any, copy: Path) -> None:
    head = held(copy)[-1]["hash"]
    attack(copy)
    if attack is not zero:
        assert audit(copy).holds
    found = audit(copy, head=head)
    assert any("cut, rolled back or rewritten" in each.what for each in found.findings)


@pytest.fixture(scope="module")
def signed(whole: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, SignedCheckpoint]:
    """The whole store with a checkpoint in it, after which work went on, and the file kept."""
    folder = tmp_path_factory.mktemp("signed")
    store = Store(shutil.copyfile(whole, folder / "inspection.db"))
    told = checkpoint(store, keys=Keys.of("LE"))
    told.write(folder / "kept.json")
    case = str(store.sample().drawn["id"].iloc[0])
    for number in range(3):
        store.open_case(case, by=f"M{number}", reason="dip check")
    store.close()
    return folder, told


def rolled_back(path: Path) -> None:
    """As it was before the checkpoint."""
    rows = held(path)
    place = next(n for n, row in enumerate(rows) if row["kind"] == "checkpoint")
    rewrite(path, rows[: place - 2])


def shortened(path: Path) -> None:
    """One chain loses its end from before the checkpoint; the checkpoint itself stays."""
    rows = held(path)
    mine = [n for n, row in enumerate(rows) if row["replica"].startswith("EF@")]
    rewrite(path, renumbered([row for n, row in enumerate(rows) if n != mine[-1]]))


@pytest.mark.parametrize("attack", [rolled_back, shortened, emptied, zero, rewritten])
def test_a_checkpoint_kept_outside_vouches_for_every_chain(
    attack: Any, signed: tuple[Path, SignedCheckpoint], tmp_path: Path
) -> None:
    folder, told = signed
    path = Path(shutil.copyfile(folder / "inspection.db", tmp_path / "inspection.db"))
    assert audit(path, head=told.head[:16], heads=told.heads).holds
    attack(path)
    assert audit(path).holds is (attack in (rolled_back, emptied))
    assert not audit(path, head=told.head[:16]).holds
    found = audit(path, heads=SignedCheckpoint.read(folder / "kept.json").heads).findings
    assert any("the checkpoint kept outside names" in each.what for each in found)


def test_looking_does_not_change_the_head_and_marking_does(copy: Path) -> None:
    store = Store(copy)
    case = str(store.sample().drawn["id"].iloc[0])
    first = store.checkpoint(by="LE")
    store.open_case(case, by="LE", reason="dip check")
    assert store.checkpoint(by="RW").head == first.head
    assert len(store.events("checkpoint")) == 1
    store.unlock(case, marker="AB", reason="Wrong page", by="LE")
    assert store.checkpoint(by="LE").head != first.head
    store.close()
    assert audit(copy, head=first.head).holds


def test_a_checkpoint_file_that_was_changed_is_refused(
    signed: tuple[Path, SignedCheckpoint], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, told = signed
    assert run(["audit", str(folder), "--checkpoint", str(folder / "kept.json")], capsys)[0] == 0
    other = dict(told.heads) | {"AB@x": (1, "0" * 64)}
    told.model_copy(update={"heads": other}).write(tmp_path / "changed.json")
    (tmp_path / "none.json").write_text("{", encoding="utf-8")
    for name, said in (("changed", "changed after it was signed"), ("none", "no checkpoint")):
        code, error = run(
            ["audit", str(folder), "--checkpoint", str(tmp_path / f"{name}.json")], capsys
        )
        assert code == 1 and said in error


@pytest.mark.parametrize("attack", [cut, emptied, zero, rewritten])
def test_the_file_beside_the_store_tells_it_too(attack: Any, copy: Path, whole: Path) -> None:
    shutil.copyfile(f"{whole}.lock", f"{copy}.lock")
    attack(copy)
    assert any("it was at event 46" in each.what for each in audit(copy).findings)


def test_removed_triggers_and_unrecorded_disposal_are_told(copy: Path) -> None:
    with closing(unlocked(copy)) as file:
        file.execute("UPDATE events SET kind='disposed', body='', salt='' WHERE position=7")
        file.commit()
    told = [each.what for each in audit(copy).findings]
    assert sum("which keeps events as they are" in what for what in told) == 2
    assert "its words were removed, unrecorded" in told


@pytest.mark.parametrize("head", ["xyz", "12", "g" * 64])
def test_a_head_that_is_no_hash_is_told_and_no_fault_of_the_store(whole: Path, head: str) -> None:
    with pytest.raises(InspectionError, match="is no hash.*Copy it again"):
        audit(whole, head=head)


# --- damage ---------------------------------------------------------------------------------------


def test_no_bit_flip_crashes_the_audit_and_most_are_found(
    whole: Path, tmp_path: Path, full: bool
) -> None:
    source = random.Random(20261125)
    raw, path = whole.read_bytes(), tmp_path / "inspection.db"
    head = held(whole)[-1]["hash"]
    count = 2000 if full else 200
    found = 0
    for _ in range(count):
        damaged = bytearray(raw)
        place = source.randrange(len(raw))
        damaged[place] ^= 1 << source.randrange(8)
        path.write_bytes(damaged)
        found += not audit(path, head=head).holds
    print(f"{found} of {count} bit flips found; the others hit bytes that nothing uses")
    assert found > count // 2


@pytest.mark.parametrize("size", [1, 100, 4096, 20_000])
def test_a_cut_file_is_told_not_raised(whole: Path, tmp_path: Path, size: int) -> None:
    path = tmp_path / "inspection.db"
    path.write_bytes(whole.read_bytes()[:size])
    assert not audit(path).holds


def test_other_cases_can_still_be_read_when_one_event_is_damaged(copy: Path) -> None:
    rows = held(copy)
    rows[9] = {**rows[9], "commitment": "0" * 64}
    rewrite(copy, rows)
    store = Store(copy)
    others = set(store.sample().drawn["id"]) - {rows[9]["subject"]}
    assert all(store.case(subject).status == "submitted" for subject in others)


# --- the command ----------------------------------------------------------------------------------


def test_the_command_names_the_break_and_ends_with_1(
    copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["audit", str(copy)], capsys) == (0, "")
    rows = held(copy)
    del rows[10]
    rewrite(copy, renumbered(rows))
    code, said = run(["audit", str(copy)], capsys)
    assert code == 1
    assert rows[9]["replica"].split("@")[0] in said or "it is missing" in said
    code, _ = run(["audit", str(copy), "--json"], capsys)
    assert code == 1


def test_the_command_gives_json(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        run_json(["audit", str(copy), "--json"])
    assert stop.value.code in (0, None)
    told = json.loads(capsys.readouterr().out)
    assert told["holds"] and len(told["chains"]) == 4 and told["findings"] == []


def run_json(arguments: list[str]) -> None:
    from inspectkit.cli import app  # noqa: PLC0415 - only this test prints to standard output

    app(arguments)


def test_a_store_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert "no such file" in str(audit(tmp_path / "none.db").findings[0])
    with pytest.raises(InspectionError, match="no such file"):
        audit(tmp_path / "none.db").raise_if_any()
