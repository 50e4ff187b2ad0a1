"""A file beside a SQLite store: writers stand in line at it, and it says where the log ended.

SQLite's own waiting is by chance, and of forty writers one then waits many times as long as the
line is. Here each takes the next turn and waits for the turn before its own to end, so the line
moves in order; a program that dies lets go of its turn. The line decides nothing: whoever gives up
waiting asks SQLite, which lets one write at a time.

The file is no part of the store: it cannot be rolled back together with it, so an emptied or
replaced store is found when it is opened.
"""

from __future__ import annotations

import os
import random
import re
import struct
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

FORM = re.compile(rb"^event (\d+) ([0-9a-f]{64})\n")
LINE = 92  # bytes of the line of the last event
TAKEN, DIGITS = 128, 8  # behind it, while somebody stands in line: the number of the last turn
TAKING = 1 << 30  # the byte to lock while taking a turn: past everything that is read
FIRST, TURNS = TAKING + 1, 1 << 20  # the bytes of the turns; far more than can wait at once


class Queue:
    """The file `<store>.lock`."""

    def __init__(self, store: Path) -> None:
        self.path = store.with_name(f"{store.name}.lock")

    @contextmanager
    def held(self, seconds: float) -> Iterator[None]:
        """Our turn, or after so many seconds none: SQLite then waits and refuses by itself."""
        end = time.monotonic() + seconds
        with ExitStack() as stack:
            with suppress(OSError):
                file = _opened(self.path)
                stack.callback(os.close, file)
                if _wait(file, TAKING, end):
                    turn = _next_turn(file)
                    stack.callback(_unlock, file, FIRST + turn)
                    before = FIRST + (turn - 1) % TURNS
                    if _wait(file, before, end):
                        _unlock(file, before)
                        stack.callback(_forget, file, turn)
            yield

    def note(self, position: int, hash: str) -> None:
        """Write down the last event; a failure here costs nothing that was saved."""
        with suppress(OSError):
            file = _opened(self.path)
            try:
                os.write(file, f"event {position:020} {hash}\n".encode())
            finally:
                os.close(file)

    def noted(self) -> tuple[int, str]:
        """Position and hash of the last event written down; (0, "") where none was."""
        with suppress(OSError):
            found = FORM.match(self.path.read_bytes())
            if found:
                return int(found[1]), found[2].decode("ascii")
        return 0, ""


def _opened(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0))


def _next_turn(file: int) -> int:
    """Count one turn on and lock it; the caller holds TAKING, which ends here."""
    try:
        turn = (_last_turn(file) + 1) % TURNS
        os.lseek(file, TAKEN, os.SEEK_SET)
        os.write(file, turn.to_bytes(DIGITS))
        _lock(file, FIRST + turn)
        return turn
    finally:
        _unlock(file, TAKING)


def _last_turn(file: int) -> int:
    os.lseek(file, TAKEN, os.SEEK_SET)
    return int.from_bytes(os.read(file, DIGITS))


def _forget(file: int, turn: int) -> None:
    """Cut the count off again if nobody stands behind us: who writes nothing leaves no trace.

    Our turn ends before the next can be taken: counted anew, that one may have our number.
    """
    if _lock(file, TAKING):
        with suppress(OSError):
            if _last_turn(file) == turn:
                os.lseek(file, 0, os.SEEK_SET)
                os.ftruncate(file, len(os.read(file, LINE).rstrip(b"\0")))
        _unlock(file, FIRST + turn)
        _unlock(file, TAKING)


def _wait(file: int, byte: int, end: float) -> bool:
    """The lock on a byte, by asking for it again and again: each byte has one who waits for it."""
    pause = 0.0005
    while not _lock(file, byte):
        if time.monotonic() > end:
            return False
        time.sleep(pause * (0.5 + random.random()))  # only to fall out of step
        pause = min(pause * 1.5, 0.008)
    return True


if sys.platform == "win32":

    def _lock(file: int, byte: int) -> bool:
        return _tried(file, byte, msvcrt.LK_NBLCK)

    def _unlock(file: int, byte: int) -> None:
        _tried(file, byte, msvcrt.LK_UNLCK)

    def _tried(file: int, byte: int, what: int) -> bool:
        os.lseek(file, byte, os.SEEK_SET)
        with suppress(OSError):
            msvcrt.locking(file, what, 1)
            return True
        return False

elif sys.platform == "linux":
    # Locks of the open file: those of a process would end when any part of it closes the file.

    def _lock(file: int, byte: int) -> bool:
        return _tried(file, byte, fcntl.F_WRLCK)

    def _unlock(file: int, byte: int) -> None:
        _tried(file, byte, fcntl.F_UNLCK)

    def _tried(file: int, byte: int, what: int) -> bool:
        with suppress(OSError):
            asked = struct.pack("hhqqi", what, os.SEEK_SET, byte, 1, 0)
            fcntl.fcntl(file, fcntl.F_OFD_SETLK, asked)
            return True
        return False

else:

    def _lock(file: int, byte: int) -> bool:
        with suppress(OSError):
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, byte)
            return True
        return False

    def _unlock(file: int, byte: int) -> None:
        fcntl.lockf(file, fcntl.LOCK_UN, 1, byte)
