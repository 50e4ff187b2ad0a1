"""A second Python that sets the pages of a report while the first still works on its numbers.

What draws and sets takes as long to load and to run as what scores and estimates; the one has only
to wait for the other's values. On two processors a report is there in two thirds of the time.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from inspectkit.report.notebook import Kernel

MIME = "application/vnd.inspectkit.exhibit+json"  # exhibits.MIME, without loading what it is of
NAME = "pages of the report"


class Press:
    """Draws charts as they come, sets pages when all have come; one after the other, in its order.

    >>> with Press() as press:  # doctest: +SKIP
    ...     press.draw(cell)
    ...     press.set("executed.ipynb", Path("pages"), "report", ["html", "pdf"]).result()
    """

    def __enter__(self) -> Press:
        self._hands = ThreadPoolExecutor(1)  # a kernel is used in one thread
        self._jobs = [self._hands.submit(self._start)]
        return self

    def __exit__(self, *failure: Any) -> None:
        for each in self._jobs[1:]:
            each.cancel()
        self._hands.submit(self._stop)
        self._hands.shutdown()

    def draw(self, cell: Any) -> None:
        """Draw the charts that a cell has shown; what cannot be drawn is told when it is set."""
        shown = [output.get("data", {}) for output in cell.get("outputs", ())]
        values = [data[MIME] for data in shown if MIME in data]
        if values:
            self._do(f"pages.draw(json.loads({json.dumps(values)!r}))")

    def set(self, executed: str, into: Path, stem: str, to: Collection[str]) -> Future[None]:
        """Set an executed notebook into a folder, as `pages.set_pages` does."""
        return self._do(f"pages.set_pages({executed!r}, {str(into)!r}, {stem!r}, {list(to)!r})")

    def _do(self, code: str) -> Future[None]:
        def done() -> None:
            self._jobs[0].result()
            self._kernel.do(code, NAME)

        self._jobs.append(self._hands.submit(done))
        return self._jobs[-1]

    def _start(self) -> None:
        self._kernel = Kernel()
        self._kernel.__enter__()
        self._kernel.do("import json\nfrom inspectkit.report import pages", NAME)

    def _stop(self) -> None:
        self._kernel.__exit__()
