"""Folders that are built once for all workers of a test run, and copied by whoever opens them."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

LONGEST = 600  # seconds that anybody waits for what another worker builds


@dataclass(frozen=True)
class Once:
    """Builds each folder a single time, in a place that all workers see."""

    place: Path

    @classmethod
    def of_run(cls, factory: pytest.TempPathFactory) -> Once:
        """That of this run of pytest, be it of one worker or of many."""
        own = factory.getbasetemp()
        place = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "once"
        place.mkdir(exist_ok=True)
        return cls(place)

    def folder(self, name: str, build: Callable[[Path], object]) -> Path:
        """The folder of that name, to be read only; who asks first builds it, the others wait.

        On every system a folder can be made by one program alone: the one beside it is the lock.
        """
        made, lock, ready = (self.place / (name + end) for end in ("", ".lock", ".ready"))
        until = time.monotonic() + LONGEST
        while not ready.exists():
            try:
                lock.mkdir()
            except (FileExistsError, PermissionError):  # the latter on Windows, as it is removed
                assert time.monotonic() < until, f"whoever builds {made} does not come to an end"
                time.sleep(0.05)
                continue
            try:
                if not ready.exists():
                    shutil.rmtree(made, ignore_errors=True)  # what a build that failed has left
                    build(made)
                    assert not list(made.rglob("*-wal")), "a store is still open"
                    ready.touch()
            finally:
                lock.rmdir()
        return made

    def copy(self, name: str, build: Callable[[Path], object], to: Path) -> Path:
        """A copy of that folder to open and to change."""
        return Path(shutil.copytree(self.folder(name, build), to))
