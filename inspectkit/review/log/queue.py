"""A file beside a SQLite store: writers queue at it, and it says where the log ended.

SQLite's own waiting is unfair; with a lock around each write the longest wait is a fraction. The
file is no part of the store: it cannot be rolled back together with it, so an emptied or replaced
store is found when it is opened.
"""

from __future__ import annotations

import os
import random
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

FORM = re.compile(r"^event (\d+) ([0-9a-f]{64})\n$")
FAR = 1 << 30  # the byte that Windows locks: past everything that is read


class Queue:
    """The file `<store>.lock`."""

    def __init__(self, store: Path) -> None:
        self.path = store.with_name(f"{store.name}.lock")

    @contextmanager
    def held(self, seconds: float) -> Iterator[None]:
        """The lock, or after so many seconds none: SQLite then waits and refuses by itself."""
        try:
            file = open(self.path, "ab")  # noqa: SIM115 - it is let go of below
        except OSError:
            yield
            return
        with file:
            got = _wait(file, seconds)
            try:
                yield
            finally:
                if got:
                    _unlock(file)

    def note(self, position: int, hash: str) -> None:
        """Write down the last event; a failure here costs nothing that was saved."""
        with suppress(OSError):
            descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | getattr(os, "O_BINARY", 0))
            try:
                text = f"event {position:020} {hash}\n".encode()
                os.write(descriptor, text)
            finally:
                os.close(descriptor)

    def noted(self) -> tuple[int, str]:
        """Position and hash of the last event written down; (0, "") where none was."""
        with suppress(OSError, UnicodeDecodeError):
            found = FORM.match(self.path.read_text(encoding="ascii"))
            if found:
                return int(found[1]), found[2]
        return 0, ""


def _wait(file: IO[bytes], seconds: float) -> bool:
    end = time.monotonic() + seconds
    pause = 0.0005
    while not _lock(file):
        if time.monotonic() > end:
            return False
        time.sleep(pause * (0.5 + random.random()))
        pause = min(pause * 2, 0.008)
    return True


def _lock(file: IO[bytes]) -> bool:
    try:
        if sys.platform == "win32":
            file.seek(FAR)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _unlock(file: IO[bytes]) -> None:
    if sys.platform == "win32":
        file.seek(FAR)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)
    else:
        fcntl.flock(file.fileno(), fcntl.LOCK_UN)
