"""Writes the report of an inspection: the notebook is run once, then set as HTML and as PDF."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from inspectkit.errors import InspectionError
from inspectkit.report.compose import Document, compose, page
from inspectkit.report.notebook import digest, run
from inspectkit.report.pdf import pdf
from inspectkit.report.workbook import workbook
from inspectkit.resources import folder

FORMATS = ("html", "pdf", "xlsx")
NOTEBOOK = "06_report.ipynb"
Progress = Callable[[str, int, int], None]


def report(
    insp: Any,
    *,
    to: Iterable[str] = FORMATS,
    notebook: str | Path | None = None,
    progress: Progress | None = None,
) -> dict[str, Path]:
    """Write the report of an inspection into its folder `report/`; format → path of the file.

    to: html, pdf, xlsx. notebook: another report notebook than the package's own; one that came
    with the inspection is never run unless it is named here, since it can run any code.
    progress: called with (step, done, total). The same inspection gives the same bytes.
    Errors: an unknown format, a notebook that fails, a folder that cannot be written.
    """
    wanted = _formats(to)
    tell = progress or (lambda step, done, total: None)
    source = Path(notebook) if notebook else folder("notebooks") / NOTEBOOK
    made: dict[str, bytes] = {}
    with ThreadPoolExecutor(1) as beside:
        # The kernel takes seconds to start and to read the frame: the workbook is made meanwhile.
        is_set = {"html", "pdf"} & set(wanted)
        running = beside.submit(_document, insp.folder, source, tell) if is_set else None
        if "xlsx" in wanted:
            tell("Writing the workbook", 0, 1)
            made["xlsx"] = workbook(insp, notebook=digest(source))
    if running:
        document = running.result()
        if "html" in wanted:
            made["html"] = page(document).encode("utf-8")
        if "pdf" in wanted:
            tell("Setting the PDF", 0, 1)
            made["pdf"] = pdf(document)
    return {name: _write(insp.folder / "report", f"report.{name}", made[name]) for name in wanted}


def _document(place: Path, source: Path, tell: Progress) -> Document:
    parameters = {"folder": str(place), "notebook": digest(source)}
    executed = run(
        source,
        parameters,
        progress=lambda done, total: tell("Running the report notebook", done, total),
    )
    return compose(executed)


def _formats(to: Iterable[str]) -> list[str]:
    wanted = [to] if isinstance(to, str) else list(dict.fromkeys(to))
    strange = [name for name in wanted if name not in FORMATS]
    if strange or not wanted:
        named = ", ".join(strange) or "none"
        raise InspectionError("report", f"no such format: {named}", f"Use {', '.join(FORMATS)}")
    return wanted


def _write(place: Path, name: str, content: bytes) -> Path:
    path, draft = place / name, place / f".{name}.part"
    try:
        place.mkdir(exist_ok=True)
        draft.write_bytes(content)
        os.replace(draft, path)
    except OSError as error:
        remedy = "Close the file if it is open elsewhere, or allow writing in the folder"
        raise InspectionError(str(path), f"cannot be written ({error.strerror})", remedy) from None
    return path
