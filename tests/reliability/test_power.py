"""Power cuts at any moment: with synchronous=FULL nothing saved is lost, with NORMAL it is."""

from __future__ import annotations

import functools
import random
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy

from inspectkit.review import Store
from inspectkit.review.log import sqlite
from inspectkit.review.log.audit import audit
from tests.marking import basis

apsw = pytest.importorskip("apsw", reason="apsw is not installed")
power = pytest.importorskip("tests.reliability.power")


def recorded(
    folder: Path, monkeypatch: pytest.MonkeyPatch, synchronous: str
) -> tuple[object, list]:  # type: ignore[type-arg]
    """A store's life on the recording disk: the disk, and after which step what was reported."""
    disk = power.Disk()
    vfs = power.RecordingVFS(f"recording-{synchronous}-{id(disk)}", disk)
    module = power.module(
        vfs.name if hasattr(vfs, "name") else f"recording-{synchronous}-{id(disk)}"
    )
    settings = [each.replace("=FULL", f"={synchronous}") for each in sqlite.SETTINGS]
    with monkeypatch.context() as patch:
        patch.setattr(sqlite, "SETTINGS", settings)
        made = functools.partial(sqlalchemy.create_engine, module=module)
        patch.setattr(sqlite, "create_engine", made)
        store = Store(folder / "inspection.db", device="office")
        store.start(*basis(folder))
        cases = list(store.sample().drawn["id"])
        reported = [(len(disk.log), 1)]
        for number in range(120):
            case, version = cases[number % len(cases)], number // len(cases)
            store.answer(case, "first", "fm", marker="AB", expected=version)
            reported.append((len(disk.log), number + 2))
        store.close()
    return disk, reported


def cut(disk: Any, reported: list[tuple[int, int]], folder: Path, cuts: int) -> tuple[int, int]:
    """So many images after power cuts: how many lost an event reported saved, how many broke."""
    source = random.Random(500)
    lost = broken = 0
    for number in range(cuts):
        upto = source.randrange(reported[0][0], reported[-1][0] + 1)
        saved = max(events for step, events in reported if step <= upto)
        place = folder / f"image-{number}"
        place.mkdir()
        for name, content in disk.image(upto, source).items():
            if not name.endswith("-shm"):
                (place / name).write_bytes(content)
        path = place / "inspection.db"
        with closing(sqlite3.connect(path)) as file:
            try:
                count = file.execute("SELECT count(*) FROM events").fetchone()[0]
            except sqlite3.DatabaseError:
                count, broken = 0, broken + 1
        lost += count < saved
        broken += not audit(path).holds
    return lost, broken


def test_no_power_cut_loses_what_was_reported_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, full: bool
) -> None:
    disk, reported = recorded(tmp_path, monkeypatch, "FULL")
    cuts = 500 if full else 30
    lost, broken = cut(disk, reported, tmp_path, cuts)
    print(f"{cuts} power cuts with synchronous=FULL: {lost} lost an answer, {broken} were broken")
    assert (lost, broken) == (0, 0)


def test_the_same_test_fails_when_synchronous_is_normal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, full: bool
) -> None:
    disk, reported = recorded(tmp_path, monkeypatch, "NORMAL")
    cuts = 500 if full else 30
    lost, _ = cut(disk, reported, tmp_path, cuts)
    print(f"{cuts} power cuts with synchronous=NORMAL: {lost} lost an answer")
    assert lost > cuts // 4
