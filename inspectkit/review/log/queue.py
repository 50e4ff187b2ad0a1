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
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

FORM = re.compile(r"^event (\d+) ([0-9a-f]{64})\n$")
FAR = 1 << 30  # the byte that Windows locks: past everything that is read
NEXT = FAR + 1


class Queue:
    """The file `<store>.lock`."""

    def __init__(self, store: Path) -> None:
        self.path = store.with_name(f"{store.name}.lock")

    @contextmanager
    def held(self, seconds: float) -> Iterator[None]:
        """The lock, or after so many seconds none: SQLite then waits and refuses by itself.

        Whoever waits longest holds the place of the next, so that a program which writes without
        a pause has to stand behind it.
        """
        end = time.monotonic() + seconds
        with ExitStack() as stack:
            try:
                file = stack.enter_context(open(self.path, "ab"))
                with _place_of_next(self.path, file, end):
                    if _wait(file.fileno(), FAR, end):
                        stack.callback(_unlock, file.fileno(), FAR)
            except OSError:
                pass
            yield

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


@contextmanager
def _place_of_next(path: Path, file: IO[bytes], end: float) -> Iterator[None]:
    """The second lock: another byte on Windows; elsewhere, where a lock is a whole file's, the
    folder's."""
    windows = sys.platform == "win32"
    place = file.fileno() if windows else os.open(path.parent, os.O_RDONLY)
    try:
        got = _lock(place, NEXT) or _in_line(place, NEXT, end)
        try:
            yield
        finally:
            if got:
                _unlock(place, NEXT)
    finally:
        if not windows:
            os.close(place)


def _wait(descriptor: int, byte: int, end: float) -> bool:
    """The lock by asking for it again and again; who holds the place of next is alone in this."""
    pause = 0.0005
    while not _lock(descriptor, byte):
        if time.monotonic() > end:
            return False
        time.sleep(pause * (0.5 + random.random()))  # only to fall out of step
        pause = min(pause * 1.5, 0.002)
    return True


def _in_line(descriptor: int, byte: int, end: float) -> bool:
    """Wait where the system keeps the line: who asks again and again is served by chance, and one
    of forty then waits four times as long as the line is. Windows keeps none for such a lock."""
    if sys.platform == "win32":
        return _wait(descriptor, byte, end)
    lock, exclusive, free = fcntl.flock, fcntl.LOCK_EX, fcntl.LOCK_UN
    own, guard, came = os.dup(descriptor), threading.Lock(), threading.Event()
    state = {"held": False, "given_up": False}

    def take() -> None:
        with suppress(OSError):
            lock(own, exclusive)
            with guard:
                state["held"] = not state["given_up"]
                if state["given_up"]:
                    lock(own, free)
        os.close(own)  # the lock is the file's, held through the caller's descriptor
        came.set()

    threading.Thread(target=take, daemon=True).start()
    came.wait(max(0.0, end - time.monotonic()))
    with guard:
        state["given_up"] = not state["held"]
    return state["held"]


def _lock(descriptor: int, byte: int) -> bool:
    try:
        if sys.platform == "win32":
            os.lseek(descriptor, byte, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _unlock(descriptor: int, byte: int) -> None:
    if sys.platform == "win32":
        os.lseek(descriptor, byte, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)
    else:
        fcntl.flock(descriptor, fcntl.LOCK_UN)
