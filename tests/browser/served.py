"""A command that serves a page, as a program of its own, for the browser tests."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from inspectkit.inspection import Inspection


class Served:
    """`inspectkit mark`, or another command that serves a page, as a program of its own.

    place: an inspection, or the folder of a question set. private: stands for the user's home.
    """

    def __init__(self, place: Inspection | Path, private: Path, *command: str) -> None:
        self.inspection: Any = place
        self.private = private
        name, *options = command or ("mark", "--inspector", "AB")
        self.command = [
            sys.executable,
            "-m",
            "inspectkit",
            *name.split(),
            str(place if isinstance(place, Path) else place.folder),
            *options,
        ]
        self.start()

    def start(self) -> None:
        places = {name: str(self.private) for name in ("HOME", "INSPECTKIT_HOME")}
        self.process = subprocess.Popen(
            [*self.command, "--no-browser"],
            env=os.environ | places | {"PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().split()[-1]
        self.place, _, self.token = self.url.removeprefix("http://").partition("/?token=")

    def __enter__(self) -> Served:
        return self

    def __exit__(self, *problem: object) -> None:
        self.kill()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()

    def ask(self, method: str, path: str, **headers: str) -> tuple[int, str]:
        """Status and text of one request that no page made."""
        connection = http.client.HTTPConnection(self.place, timeout=10)
        try:
            connection.request(
                method, path, body=b"{}" if method == "POST" else None, headers=headers
            )
            reply = connection.getresponse()
            return reply.status, reply.read().decode("utf-8")
        finally:
            connection.close()

    @staticmethod
    def now() -> datetime:
        return datetime.now(UTC)
