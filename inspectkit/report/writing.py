"""Writes reports: for each inspection its notebook is run, then set as HTML, PDF and workbook."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

import nbformat

from inspectkit.errors import InspectionError, Problems
from inspectkit.report.notebook import Kernel, digest
from inspectkit.report.versions import FORMATS, PLACES, THRESHOLD
from inspectkit.resources import folder

NOTEBOOK = "06_report.ipynb"
Progress = Callable[[str, int, int], None]


def report(
    insp: Any,
    *,
    to: Iterable[str] = FORMATS,
    public: bool = False,
    draft: bool = False,
    threshold: int = THRESHOLD,
    notebook: str | Path | None = None,
    progress: Progress | None = None,
) -> dict[str, Path]:
    """Write the report of an inspection into its folder `report/`; name of each file → its path.

    to: html, pdf, xlsx, parquet; the data that `inspectkit verify --report` needs, and the seal,
    are made always. public: also a version for anyone, in `public/`: no case, no free text, no
    count under the threshold nor what would give it away. draft: allowed while marks are unsettled.
    notebook: another report notebook than the package's own; one that came with the inspection is
    never run unless it is named here, since it can run any code.
    progress: called with (step, done, total). The same inspection gives the same bytes.
    Errors: an unknown format, a notebook that fails, unsettled marks, a folder that cannot be
    written, restricted text that a public file would hold; nothing is written then.
    """
    asked = _Asked(_formats(to), public, draft, threshold, _source(notebook))
    with Kernel() as kernel:
        asked.write(kernel, Path(insp.folder), progress or _silent)
    return asked.paths(Path(insp.folder))


def reports(
    folders: Sequence[Path],
    *,
    to: Iterable[str] = FORMATS,
    public: bool = False,
    draft: bool = False,
    threshold: int = THRESHOLD,
    notebook: str | Path | None = None,
    progress: Progress | None = None,
    workers: int = 0,
) -> dict[Path, dict[str, Path]]:
    """The reports of several inspections, as `report` writes them; folder → its files.

    workers: how many are made at once, by default one for each processor. progress: called with
    ("Writing the reports", done, total). Errors: those of every folder; the others are written.
    """
    asked = _Asked(_formats(to), public, draft, threshold, _source(notebook))
    tell = progress or _silent
    waiting: SimpleQueue[Path] = SimpleQueue()
    for each in dict.fromkeys(folders):
        waiting.put(each)
    total, done, problems = waiting.qsize(), [], Problems()

    def work() -> None:
        with Kernel() as kernel:
            while True:
                try:
                    place = waiting.get_nowait()
                except Empty:
                    return
                with problems.gather():
                    asked.write(kernel, place, _silent)
                done.append(place)
                tell("Writing the reports", len(done), total)

    many = min(workers or os.cpu_count() or 1, total)
    with ThreadPoolExecutor(max(many, 1)) as pool:
        for started in [pool.submit(work) for _ in range(many)]:
            started.result()
    problems.raise_if_any()
    return {place: asked.paths(place) for place in dict.fromkeys(folders)}


class _Asked:
    """What is to be written, the same for every inspection."""

    def __init__(
        self, to: list[str], public: bool, draft: bool, threshold: int, source: Path
    ) -> None:
        self.to, self.draft, self.threshold, self.source = to, draft, threshold, source
        self.versions = list(PLACES) if public else list(PLACES)[:1]
        self.notebook = digest(source)

    def write(self, kernel: Kernel, place: Path, tell: Progress) -> None:
        """Run the notebook for each version, then make the files where it ran."""
        executed: dict[str, str] = {}
        with tempfile.TemporaryDirectory() as held:
            for version in self.versions:
                said = f"Running the report notebook ({version})"
                ran = kernel.run(
                    self.source,
                    self._parameters(place, version),
                    progress=lambda done, total, said=said: tell(said, done, total),  # type: ignore[misc]
                    opened=bool(executed),
                )
                executed[version] = str(Path(held) / f"{version}.ipynb")
                nbformat.write(ran, executed[version])
            tell("Setting and sealing", 0, 1)
            kernel.do(self._making(executed), self.source.name)

    def _parameters(self, place: Path, version: str) -> dict[str, Any]:
        return {
            "folder": str(place.resolve()),
            "notebook": self.notebook,
            "public": version == "public",
            "draft": self.draft,
            "threshold": self.threshold,
        }

    def _making(self, executed: dict[str, str]) -> str:
        """What the kernel is told after the notebook has left its `editions` there."""
        return (
            "from inspectkit.report.making import make\n"
            f"make(editions, {executed!r}, to={self.to!r}, notebook={self.notebook!r})"
        )

    def paths(self, place: Path) -> dict[str, Path]:
        """What was written, by name; files of the public version under `public/`."""
        found = {}
        for version in self.versions:
            folder = place / PLACES[version]
            for path in sorted(folder.iterdir()):
                if not path.name.startswith("."):
                    name = path.name if version == "restricted" else f"{folder.name}/{path.name}"
                    found[name] = path
        return found


def _silent(step: str, done: int, total: int) -> None:
    pass


def _source(notebook: str | Path | None) -> Path:
    return Path(notebook) if notebook else folder("notebooks") / NOTEBOOK


def _formats(to: Iterable[str]) -> list[str]:
    wanted = [to] if isinstance(to, str) else list(dict.fromkeys(to))
    strange = [name for name in wanted if name not in FORMATS]
    if strange or not wanted:
        named = ", ".join(strange) or "none"
        raise InspectionError("report", f"no such format: {named}", f"Use {', '.join(FORMATS)}")
    return wanted
