"""A line to a server that can be cut after any byte, or fall silent, by command."""

from __future__ import annotations

import contextlib
import socket
import threading
from pathlib import Path


class Proxy:
    """Forwards a TCP port to a Unix socket."""

    def __init__(self, target: Path) -> None:
        self._target = str(target)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.cuts = 0
        self._left: int | None = None  # bytes until the cut
        self._replies = False  # count the server's bytes instead of the client's
        self._silent = ""
        self._lines: list[socket.socket] = []
        self._lock = threading.Lock()

    def __enter__(self) -> Proxy:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *failure: object) -> None:
        self._listener.close()
        self._hang_up()

    def cut_after(self, count: int, *, replies: bool) -> None:
        """Cut every line once so many more bytes went in this direction."""
        self._left, self._replies = count, replies

    def drop(self, direction: str) -> None:
        """Swallow requests or replies from now on; the lines stay open."""
        self._silent = direction

    def heal(self) -> None:
        """Let everything through again; silent lines are gone for good."""
        if self._silent:
            self._hang_up()
        self._left, self._silent = None, ""

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            if self._silent:
                self._lines.append(client)  # it is never answered
                continue
            target = socket.socket(socket.AF_UNIX)
            try:
                target.connect(self._target)
            except OSError:
                client.close()
                continue
            self._lines += [client, target]
            for source, sink, replies in ((client, target, False), (target, client, True)):
                arguments = (source, sink, replies)
                threading.Thread(target=self._pump, args=arguments, daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket, replies: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if self._silent == ("replies" if replies else "requests"):
                    continue
                if self._left is not None and replies == self._replies:
                    with self._lock:
                        left, self._left = self._left, (self._left or 0) - len(data)
                    if left is not None and left < len(data):
                        sink.sendall(data[: max(left, 0)])
                        self.cuts += 1
                        self._left = None
                        break
                sink.sendall(data)
        for each in (source, sink):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def _hang_up(self) -> None:
        for line in self._lines:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            line.close()
        self._lines.clear()
