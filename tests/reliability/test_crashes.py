"""Whatever happens while saving, what was called saved is there, and nothing is there twice."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from inspectkit.errors import InspectionError
from inspectkit.review import Store
from inspectkit.review.log.audit import audit
from tests.marking import marked_store

ROOT = Path(__file__).resolve().parents[2]
NOBODY = 65534
READ_ONLY = "not saved: the store is read-only|cannot be opened for writing"
WITHIN = 5.0  # seconds in which a person must be told
WRITER = """
import sys, time
from inspectkit.review import Store
store = Store(sys.argv[1], device=sys.argv[3])
subjects, marker, key = sys.argv[2].split(","), sys.argv[3], sys.argv[3] + sys.argv[4]
held = [store.case(subject, marker).answers.get("first") for subject in subjects]
versions = [each.version if each else 0 for each in held]
print("ready", flush=True)
sys.stdin.readline()
end, number = time.monotonic() + float(sys.argv[5]), 0
while time.monotonic() < end:
    place = number % len(subjects)
    began = time.perf_counter()
    saved = store.answer(subjects[place], "first", "fm", marker=marker, expected=versions[place],
                         key=f"{key}-{number}")
    versions[place] = saved.version
    print(f"{key}-{number} {time.perf_counter() - began:.6f}", flush=True)
    number += 1
    time.sleep(float(sys.argv[6]))
"""


def writer(
    store: str | Path, cases: list[str], name: str, run: int, seconds: float, pause: float = 0
) -> subprocess.Popen[str]:
    """A process that says when it is ready, then saves without end and says each time that it has.

    It begins once a line is sent to it.
    """
    words = [str(store), ",".join(cases), name, str(run), str(seconds), str(pause)]
    command = [sys.executable, "-c", WRITER, *words]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, cwd=ROOT)


def begin(process: subprocess.Popen[str]) -> None:
    """Let a writer that is ready begin."""
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


def ready(process: subprocess.Popen[str]) -> bool:
    assert process.stdout is not None
    return process.stdout.readline() == "ready\n"


def said(text: str) -> list[tuple[str, float]]:
    """Key and seconds of every save that a writer reported; a line cut short reported nothing."""
    lines = [line.split() for line in text.splitlines(True) if line.endswith("\n")]
    return [(line[0], float(line[1])) for line in lines if len(line) == 2]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = marked_store(tmp_path, device="office")
    yield made
    made.close()


@pytest.fixture
def cases(store: Store) -> list[str]:
    return list(store.sample().drawn["id"])


def keys(store: Store) -> list[str]:
    with closing(sqlite3.connect(store.path)) as file:
        return [str(row[0]) for row in file.execute("SELECT key FROM events ORDER BY position")]


# --- kill -9 --------------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no kill -9")
def test_no_kill_at_any_moment_loses_an_answer_that_was_reported_saved(
    store: Store, cases: list[str], full: bool
) -> None:
    source = random.Random(200)
    kills, reported = (200 if full else 12), 0
    for number in range(10 * kills):  # more where a busy machine lets nobody come to an answer
        if number >= kills and reported > kills:
            break
        process = writer(store.path, cases[:3], "AB", number, 60)
        assert ready(process)
        begin(process)
        time.sleep(source.uniform(0, 0.6))
        process.send_signal(signal.SIGKILL)
        told = said(process.communicate()[0])
        held = keys(store)
        assert len(held) == len(set(held))
        assert {key for key, _ in told} <= set(held)
        reported += len(told)
    found = audit(store.path)
    assert found.holds, found.findings
    assert Store(store.path).case(cases[0]).answers
    print(f"{number} kills, {reported} answers reported saved, 0 lost, chain holds")
    assert reported > kills


# --- a disk that is full, a file that cannot be written, a lock -----------------------------------


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A file system of 2 MB; skips where there may be none."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)]
    if not shutil.which("mount") or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("no small disk can be mounted here; needs root on Linux")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_is_told_loses_nothing_and_saving_goes_on_when_there_is_room(
    tmp_path: Path,
) -> None:
    with small_disk(tmp_path / "disk") as disk:
        (tmp_path / "source").mkdir()
        made = marked_store(tmp_path / "source", device="office")
        cases = list(made.sample().drawn["id"])
        made.close()
        shutil.copyfile(made.path, disk / "inspection.db")
        store = Store(disk / "inspection.db", device="office")
        store.answer(cases[0], "first", "fm", marker="AB")
        filler = disk / "filler"
        with pytest.raises(OSError, match="No space left"), filler.open("wb") as file:
            while True:
                file.write(b"x" * 4096)
                file.flush()
        version = 1
        began = time.monotonic()
        with pytest.raises(InspectionError, match=r"the disk is full|the disk fails or is full"):
            for _ in range(500):
                began = time.monotonic()
                store.answer(cases[0], "first", "fm", marker="AB", expected=version)
                version += 1
        assert time.monotonic() - began < WITHIN
        assert store.case(cases[0]).answers["first"].version == version
        filler.unlink()
        store.answer(cases[0], "first", "fm", marker="AB", expected=version)
        store.answer(cases[1], "first", "na", marker="AB")
        store.close()
        assert audit(store.path).holds


@contextmanager
def nobody() -> Iterator[None]:
    """Without the superuser's right to write everywhere; for others nothing changes."""
    if os.geteuid():
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no modes of files")
@pytest.mark.parametrize("shut", ["the file", "the folder"])
def test_a_read_only_file_is_told_and_its_answers_stand(tmp_path: Path, shut: str) -> None:
    with tempfile.TemporaryDirectory() as name:  # not in tmp_path, which only its owner may enter
        folder = Path(name)
        made = marked_store(tmp_path, device="office")
        case = str(made.sample().drawn["id"].iloc[0])
        made.answer(case, "first", "fm", marker="AB")
        made.close()
        path = Path(shutil.copyfile(made.path, folder / "inspection.db"))
        os.chmod(path, 0o444)
        os.chmod(folder, 0o555 if shut == "the folder" else 0o777)
        began = time.monotonic()
        with nobody(), pytest.raises(InspectionError, match=READ_ONLY):
            with closing(Store(path)) as store:
                store.answer(case, "first", "na", marker="AB", expected=1)
        assert time.monotonic() - began < WITHIN
        os.chmod(folder, 0o777)
        os.chmod(path, 0o666)
        store = Store(path)
        assert store.case(case).answers["first"].answer == "fm"
        store.answer(case, "first", "na", marker="AB", expected=1)
        store.close()


def test_a_read_only_disk_is_told(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        (tmp_path / "source").mkdir()
        made = marked_store(tmp_path / "source", device="office")
        case = str(made.sample().drawn["id"].iloc[0])
        made.close()
        shutil.copyfile(made.path, disk / "inspection.db")
        store = Store(disk / "inspection.db", device="office")
        store.answer(case, "first", "fm", marker="AB")
        store.close()  # a disk with a file open for writing refuses to become read-only
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        began = time.monotonic()
        with pytest.raises(InspectionError, match=READ_ONLY):
            store.answer(case, "first", "na", marker="AB", expected=1)
        assert time.monotonic() - began < WITHIN
        subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
        store.answer(case, "first", "na", marker="AB", expected=1)
        store.close()


def test_a_store_locked_by_another_program_is_told_in_time(store: Store, cases: list[str]) -> None:
    with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        with pytest.raises(InspectionError, match="not saved yet: another program is writing"):
            store.answer(cases[0], "first", "fm", marker="AB", key="k")
        assert time.monotonic() - began < WITHIN
        other.execute("ROLLBACK")
    assert not store.answer(cases[0], "first", "fm", marker="AB", key="k").already
    assert keys(store).count("k") == 1


# --- forty writers --------------------------------------------------------------------------------


def soak(
    place: str | Path, cases: list[str], *, writers: int, seconds: float
) -> tuple[list[str], list[float]]:
    """So many people, each with a chain and cases of their own: what they reported, how long.

    They begin together: forty programs that are only starting leave nobody a processor.
    """
    started = [
        writer(place, [cases[number % len(cases)]], f"w{number}", 0, seconds, 0.2)
        for number in range(writers)
    ]
    told: list[tuple[str, float]] = []
    try:
        failed = [process for process in started if not ready(process)]
        assert not failed, [process.communicate()[1][-500:] for process in failed]
        for process in started:
            begin(process)
        for process in started:
            out, problems = process.communicate(timeout=seconds + 300)
            assert process.returncode == 0, problems[-2000:]
            told += said(out)
    finally:
        for process in started:
            process.kill()
    return [key for key, _ in told], [took for _, took in told]


def spread(name: str, took: list[float]) -> str:
    cuts = statistics.quantiles(took, n=20, method="inclusive")
    longest = max(took) * 1000
    return (
        f"{name}: {len(took)} saves, p50 {cuts[9] * 1000:.0f} ms, p95 {cuts[18] * 1000:.0f} ms,"
        f" longest {longest:.0f} ms"
    )


def give_out(store: Store, writers: int, cases: list[str]) -> None:
    for number in range(writers):
        case, name = cases[number % len(cases)], f"w{number}"
        part = {"part": name}  # the newest word on a part counts
        store.record("allocate", part, by="lead", subject=case, marker=name)


def test_forty_writers_on_one_file_lose_nothing(store: Store, cases: list[str], full: bool) -> None:
    writers, seconds = (40, 60.0) if full else (4, 2.0)
    give_out(store, writers, cases)
    reported, took = soak(store.path, cases, writers=writers, seconds=seconds)
    held = keys(store)
    assert len(held) == len(set(held)) and set(reported) <= set(held)
    found = audit(store.path)
    assert found.holds, found.findings
    print(spread(f"SQLite, {writers} writers", took), "- 0 errors, 0 lost, chains hold")
    assert len({key.partition("-")[0] for key in reported}) == writers


def test_forty_writers_on_one_server_lose_nothing(tmp_path: Path, full: bool) -> None:
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    from tests.marking import basis  # noqa: PLC0415 - beside what needs the server
    from tests.reliability.servers import address, server  # noqa: PLC0415

    writers, seconds = (40, 60.0) if full else (4, 2.0)
    with server() as running:
        place = address(running)
        store = Store(place, device="office")
        store.start(*basis(tmp_path))
        cases = list(store.sample().drawn["id"])
        give_out(store, writers, cases)
        reported, took = soak(place, cases, writers=writers, seconds=seconds)
        held = [row["key"] for row in store.log()]
        assert len(held) == len(set(held)) and set(reported) <= set(held)
        found = audit(place)
        assert found.holds, found.findings
        print(spread(f"PostgreSQL, {writers} writers", took), "- 0 errors, 0 lost, chains hold")
        store.close()
