"""What the workers of a test run share: built once, whoever asks, and never half."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.once import Once


def test_whoever_asks_at_the_same_time_waits_for_the_one_who_builds(tmp_path: Path) -> None:
    built = []

    def build(folder: Path) -> None:
        built.append(folder)
        time.sleep(0.2)  # the others come while it is being built
        folder.mkdir()
        (folder / "ready.txt").write_text("whole", encoding="utf-8")

    with ThreadPoolExecutor(4) as pool:
        found = [pool.submit(Once(tmp_path).folder, "area", build) for _ in range(4)]
        texts = [(each.result() / "ready.txt").read_text(encoding="utf-8") for each in found]
    assert len(built) == 1 and texts == ["whole"] * 4


def test_what_a_build_that_failed_has_left_is_cleared_away(tmp_path: Path) -> None:
    def fail(folder: Path) -> None:
        (folder / "half").mkdir(parents=True)
        raise ValueError("no more")

    with pytest.raises(ValueError, match="no more"):
        Once(tmp_path).folder("area", fail)
    made = Once(tmp_path).folder("area", Path.mkdir)
    assert made.is_dir() and not list(made.iterdir())


def test_a_copy_is_changed_without_changing_what_others_read(tmp_path: Path) -> None:
    once = Once(tmp_path)
    copy = once.copy("area", Path.mkdir, tmp_path / "mine")
    (copy / "new.txt").touch()
    assert not list(once.folder("area", Path.mkdir).iterdir())
