"""The pages of a report from a notebook that has run: HTML, PDF, and charts drawn ahead of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

from inspectkit.exhibits import Chart, Series, from_json, svg
from inspectkit.report.compose import compose, page
from inspectkit.report.notebook import taken
from inspectkit.report.pdf import pdf
from inspectkit.report.saving import save


def set_pages(executed: str, into: str, stem: str, to: Collection[str]) -> None:
    """Write an executed notebook as STEM.html and STEM.pdf into a folder.

    Errors: those of `compose` and `pdf`; a folder that cannot be written.
    """
    document = compose(taken(executed))
    files: dict[str, bytes] = {}
    if "html" in to:
        files[f"{stem}.html"] = page(document).encode("utf-8")
    if "pdf" in to:
        files[f"{stem}.pdf"] = pdf(document)
    save(Path(into), files)


def draw(values: Iterable[Any]) -> None:
    """Draw the charts among these exhibits, given as JSON: the page then finds them drawn."""
    for value in values:
        exhibit = from_json(value)
        for each in exhibit.parts if isinstance(exhibit, Series) else (exhibit,):
            if isinstance(each, Chart):
                svg(each)
