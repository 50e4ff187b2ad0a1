"""A second Python that sets the pages of a report while the first still works on its numbers.

What draws and sets takes as long to load and to run as what scores and estimates; the one has only
to wait for the other's values. On two processors a report is there in two thirds of the time.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Collection, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from inspectkit.errors import InspectionError
from inspectkit.resources import environment

MIME = "application/vnd.inspectkit.exhibit+json"  # exhibits.MIME, without loading what it is of
NAME = "pages of the report"
REMEDY = "Try again; if it ends in the same way, make the page alone with --to html"
START = (sys.executable, "-P", "-m", "inspectkit.report.pages")


class Press:
    """Draws charts as they come, sets pages when all have come; one after the other, in its order.

    >>> with Press() as press:  # doctest: +SKIP
    ...     press.draw(cell)
    ...     press.set(executed, Path("pages"), "report", ["html", "pdf"]).result()
    """

    def __enter__(self) -> Press:
        self._said = tempfile.TemporaryFile()  # a pipe that nobody reads would fill up
        # one job at a time, and whoever gives it goes on; started with the first of them, which
        # is an empty one: by then the first Python, which it has to wait for, has started
        self._hands = ThreadPoolExecutor(1)
        self._python: subprocess.Popen[bytes] | None = None
        return self

    def __exit__(self, *failure: Any) -> None:
        if self._python:
            self._python.kill()
        self._hands.shutdown(cancel_futures=True)
        if self._python:
            self._python.communicate()
        self._said.close()

    def draw(self, cell: Mapping[str, Any]) -> None:
        """Draw the charts that a cell has shown; what cannot be drawn is told when it is set."""
        shown = [output.get("data", {}) for output in cell.get("outputs", ())]
        self._do("draw", [data[MIME] for data in shown if MIME in data])

    def set(
        self, executed: Mapping[str, Any], into: Path, stem: str, to: Collection[str]
    ) -> Future[None]:
        """Set an executed notebook into a folder, as `pages.set_pages` does."""
        return self._do("set", executed, str(into), stem, list(to))

    def _do(self, *job: Any) -> Future[None]:
        return self._hands.submit(self._done, json.dumps(job).encode("ascii") + b"\n")

    def _done(self, job: bytes) -> None:
        """Errors: what the job failed with; a Python that has ended, with its last word."""
        self._python = python = self._python or self._started()
        asked, answers = python.stdin, python.stdout
        assert asked and answers
        try:
            asked.write(job)
            asked.flush()
        except OSError:
            pass  # it has ended, and there will be no answer either
        answer = answers.readline()
        if not answer:
            raise InspectionError(
                NAME, f"they could not be set ({self._last_word(python)})", REMEDY
            )
        if failed := json.loads(answer):
            raise InspectionError(*failed)

    def _started(self) -> subprocess.Popen[bytes]:
        pipe = subprocess.PIPE
        return subprocess.Popen(
            START, stdin=pipe, stdout=pipe, stderr=self._said, env=environment()
        )

    def _last_word(self, python: subprocess.Popen[bytes]) -> str:
        self._said.seek(0)
        lines = self._said.read().decode("utf-8", "replace").split("\n")
        said = [line.strip() for line in lines if line.strip()]
        return said[-1][:400] if said else f"it ended with {python.wait()}"
