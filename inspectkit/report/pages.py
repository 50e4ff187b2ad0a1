"""The pages of a report from a notebook that has run: HTML, PDF, and charts drawn ahead of them.

As a program (`python -m inspectkit.report.pages`) it does this for a `Press`, job by job.
"""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Collection, Iterable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from inspectkit.errors import InspectionError
from inspectkit.exhibits import Chart, Series, from_json, one_line, svg
from inspectkit.report.compose import compose, page
from inspectkit.report.kernel import spare_garbage
from inspectkit.report.pdf import pdf
from inspectkit.report.press import NAME


def set_pages(executed: Mapping[str, Any], into: str, stem: str, to: Collection[str]) -> None:
    """Write an executed notebook as STEM.html and STEM.pdf into a folder.

    Errors: those of `compose` and `pdf`; a folder that cannot be written.
    """
    document, place = compose(executed), Path(into)
    files: dict[str, bytes] = {}
    if "html" in to:
        files[f"{stem}.html"] = page(document).encode("utf-8")
    if "pdf" in to:
        files[f"{stem}.pdf"] = pdf(document)
    place.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (place / name).write_bytes(content)


def draw(values: Iterable[Any]) -> None:
    """Draw the charts among these exhibits, given as JSON: the page then finds them drawn."""
    for value in values:
        exhibit = from_json(value)
        for each in exhibit.parts if isinstance(exhibit, Series) else (exhibit,):
            if isinstance(each, Chart):
                svg(each)


def serve() -> None:
    """Do the jobs of standard input, a JSON line each; answer each with null or with what failed.

    A job: the verb, then what it is called with. What failed: where, what, remedy.
    """
    spare_garbage()
    for each in ("figure", "backends.backend_svg"):  # `svg` does when a chart waits for it
        import_module(f"matplotlib.{each}")
    gc.freeze()  # what is loaded by now stays: no need to look through it again
    verbs = {"set": set_pages, "draw": draw}
    answers, sys.stdout = sys.stdout, sys.stderr  # a library's own words are no answer
    for line in sys.stdin:
        verb, *given = json.loads(line)
        print(json.dumps(_failure(verbs[verb], given)), file=answers, flush=True)


def _failure(verb: Any, given: Iterable[Any]) -> tuple[str, str, str] | None:
    try:
        verb(*given)
    except InspectionError as error:
        return error.where, error.what, error.remedy
    except Exception as error:  # whatever it is, the Python that asked has to hear of it
        what = one_line(f"{type(error).__name__}: {error}", 400)
        return NAME, what, "Mend what it names, or make the report without it"
    return None


if __name__ == "__main__":
    serve()
