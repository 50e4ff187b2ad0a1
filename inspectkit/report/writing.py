"""Writes reports: for each inspection its notebook is run, then set as HTML, PDF and workbook."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from inspectkit.errors import InspectionError, Problems
from inspectkit.report.notebook import Kernel, digest
from inspectkit.report.press import Press
from inspectkit.report.versions import FORMATS, PLACES, THRESHOLD
from inspectkit.resources import folder

NOTEBOOK = "06_report.ipynb"
SETTINGS = "inspection.toml"  # inspectkit.settings would load what scores and rates
Progress = Callable[[str, int, int], None]


def report(
    insp: Any,
    *,
    to: Iterable[str] = FORMATS,
    public: bool = False,
    draft: bool = False,
    threshold: int = THRESHOLD,
    notebook: str | Path | None = None,
    log: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> dict[str, Path]:
    """Write the report of an inspection into its folder `report/`; name of each file → its path.

    to: html, pdf, xlsx, parquet; the data that `inspectkit verify --report` needs, and the seal,
    are made always. public: also a version for anyone, in `public/`: no case, no free text, no
    count under the threshold nor what would give it away. draft: allowed while marks are unsettled.
    notebook: another report notebook than the package's own; one that came with the inspection is
    never run unless it is named here, since it can run any code. log: by, recipient and reason, for
    the store to keep with a digest of each file; without it nothing is written there.
    progress: called with (step, done, total). The same inspection gives the same bytes.
    Errors: an unknown format, a notebook that fails, unsettled marks, a folder that cannot be
    written, restricted text that a public file would hold; nothing is written then.
    """
    asked = _Asked(_formats(to), public, draft, threshold, _source(notebook), log)
    with Press() as press, Kernel() as kernel:
        asked.write(kernel, press, Path(insp.folder), progress or _silent)
    return asked.paths(Path(insp.folder))


def reports(
    folders: Sequence[Path],
    *,
    to: Iterable[str] = FORMATS,
    public: bool = False,
    draft: bool = False,
    threshold: int = THRESHOLD,
    notebook: str | Path | None = None,
    log: Mapping[str, str] | None = None,
    progress: Progress | None = None,
    workers: int = 0,
) -> dict[Path, dict[str, Path]]:
    """The reports of several inspections, as `report` writes them; folder → its files.

    workers: how many are made at once, by default one for each processor. progress: called with
    ("Writing the reports", done, total). Errors: those of every folder; the others are written.
    """
    asked = _Asked(_formats(to), public, draft, threshold, _source(notebook), log)
    _refuse_strangers(folders)
    tell = progress or _silent
    waiting: SimpleQueue[Path] = SimpleQueue()
    for each in dict.fromkeys(folders):
        waiting.put(each)
    total, done, problems = waiting.qsize(), [], Problems()

    def work() -> None:
        with Press() as press, Kernel() as kernel:
            while True:
                try:
                    place = waiting.get_nowait()
                except Empty:
                    return
                with problems.gather():
                    asked.write(kernel, press, place, tell if total == 1 else _silent)
                done.append(place)
                if total > 1:
                    tell("Writing the reports", len(done), total)

    if total > 1:
        tell("Writing the reports", 0, total)
    many = min(workers or os.cpu_count() or 1, total)
    with ThreadPoolExecutor(max(many, 1)) as pool:
        for started in [pool.submit(work) for _ in range(many)]:
            started.result()
    problems.raise_if_any()
    return {place: asked.paths(place) for place in dict.fromkeys(folders)}


def joined(
    name: str,
    parameters: Mapping[str, str | bool | int | Sequence[str]],
    into: Path,
    *,
    to: Iterable[str] = ("html", "pdf"),
    public: bool = False,
    log: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> dict[str, Path]:
    """Write a report that is more than one Area's round, with its data and seal; name → path.

    name: a notebook of ours without number and suffix: follow_up, national or thematic.
    parameters: what its first cell sets. public: also the version for anyone, in a folder of its
    own beside it, named INTO_public. Errors: as for `report`.
    """
    wanted = _formats(to)
    [source] = sorted(folder("notebooks").glob(f"*_{name}.ipynb"))
    tell = progress or _silent
    versions = list(PLACES) if public else list(PLACES)[:1]
    places = dict(zip(versions, (into, into.with_name(f"{into.name}_public")), strict=False))
    fixed = {**parameters, "notebook": digest(source)}
    asked = {each: {**fixed, "public": each == "public"} for each in versions}
    with Press() as press, Kernel() as kernel, tempfile.TemporaryDirectory() as held:
        pages, setting = _shown(kernel, press, source, asked, (name, wanted), Path(held), tell)
        where = {version: str(place.resolve()) for version, place in places.items()}
        steps = (
            "from inspectkit.report.joining import make_joined, prepared_joined\n"
            f"ready = prepared_joined({name!r}, editions, {versions!r}, to={wanted!r})",
            f"make_joined({name!r}, ready, {pages!r}, {where!r}, to={wanted!r}, log={log!r})",
        )
        _made(kernel, source, setting, steps, tell)
    return _found(places)


def _shown(
    kernel: Kernel,
    press: Press,
    source: Path,
    asked: Mapping[str, Mapping[str, Any]],
    form: tuple[str, list[str]],
    held: Path,
    tell: Progress,
) -> tuple[dict[str, str], list[Future[None]]]:
    """Run the notebook for each version: version → folder of its pages, and what sets them.

    asked: version → parameters. form: stem of the pages, and their formats.
    """
    pages: dict[str, str] = {}
    setting = []
    for version, parameters in asked.items():
        said = f"Running the report notebook ({version})"
        ran = kernel.run(
            source,
            parameters,
            progress=lambda done, total, said=said: tell(said, done, total),  # type: ignore[misc]
            shown=press.draw,
            opened=bool(pages),
        )
        setting.append(press.set(ran, held / version, form[0], ["html", *form[1]]))
        pages[version] = str(held / version)
    return pages, setting


def _made(
    kernel: Kernel,
    source: Path,
    setting: Iterable[Future[None]],
    steps: tuple[str, str],
    tell: Progress,
) -> None:
    """Make the files where the notebook ran: the first step while the pages are being set."""
    preparing, making = steps
    tell("Setting and sealing", 0, 1)
    kernel.do(preparing, source.name)
    for each in setting:
        each.result()
    kernel.do(making, source.name)


class _Asked:
    """What is to be written, the same for every inspection."""

    def __init__(
        self,
        to: list[str],
        public: bool,
        draft: bool,
        threshold: int,
        source: Path,
        log: Mapping[str, str] | None,
    ) -> None:
        self.log = dict(log) if log else None
        self.to, self.draft, self.threshold, self.source = to, draft, threshold, source
        self.versions = list(PLACES) if public else list(PLACES)[:1]
        self.notebook = digest(source)

    def write(self, kernel: Kernel, press: Press, place: Path, tell: Progress) -> None:
        """Run the notebook for each version, then make the files where it ran.

        While the one Python works on, the other sets the pages of what it has shown.
        """
        asked = {each: self._parameters(place, each) for each in self.versions}
        with tempfile.TemporaryDirectory() as held:
            form = "report", self.to
            pages, setting = _shown(kernel, press, self.source, asked, form, Path(held), tell)
            _made(kernel, self.source, setting, self._steps(pages), tell)

    def _parameters(self, place: Path, version: str) -> dict[str, Any]:
        return {
            "folder": str(place.resolve()),
            "notebook": self.notebook,
            "public": version == "public",
            "draft": self.draft,
            "threshold": self.threshold,
        }

    def _steps(self, pages: Mapping[str, str]) -> tuple[str, str]:
        """What the kernel is told after the notebook has left its `editions` there."""
        return (
            "from inspectkit.report.making import make, prepared\n"
            f"ready = prepared(editions, to={self.to!r}, notebook={self.notebook!r})",
            f"make(editions, ready, {pages!r}, to={self.to!r}, log={self.log!r})",
        )

    def paths(self, place: Path) -> dict[str, Path]:
        """What was written, by name; files of the public version under `public/`."""
        return _found({version: place / PLACES[version] for version in self.versions})


def _found(places: Mapping[str, Path]) -> dict[str, Path]:
    """The files in these folders, by name; those of the public one with its name before theirs."""
    found = {}
    for version, place in places.items():
        for path in sorted(each for each in place.rglob("*") if each.is_file()):
            inside = path.relative_to(place)
            if not any(part.startswith(".") for part in inside.parts):
                name = inside if version == "restricted" else place.name / inside
                found[name.as_posix()] = path
    return found


def _refuse_strangers(folders: Iterable[Path]) -> None:
    """Looked at before a kernel starts, which takes seconds; the kernel reads what is in them."""
    problems = Problems()
    for each in folders:
        if not (each / SETTINGS).is_file():
            what = f"there is no {SETTINGS}"
            problems.add(str(each), what, "Name the folder of an inspection")
    problems.raise_if_any()


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
