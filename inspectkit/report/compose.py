"""From an executed notebook to a document: cover, body as well-formed HTML, contents list."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import mistune
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from inspectkit.errors import InspectionError
from inspectkit.exhibits import (
    MIME,
    Cover,
    Exhibit,
    Numbers,
    clean,
    element,
    escaped,
    from_json,
    html,
    one_line,
)

TEMPLATES = Path(__file__).resolve().parent / "templates"
FOR_WRITERS = "writer"  # a cell tagged so speaks to whoever works in the notebook
ON_A_PAGE = "page"  # what a markdown cell tagged so says begins on a page of its own
HEADING = re.compile(r"<h([23])>(.*?)</h\1>", re.DOTALL)
PICTURES = ("image/svg+xml", "image/png", "image/jpeg")


@dataclass(frozen=True)
class Entry:
    """A line of the contents list."""

    level: int
    id: str
    label: str


@dataclass(frozen=True)
class Document:
    """A report before it has a format: its cover, its body and its contents list."""

    cover: Cover
    body: str
    contents: tuple[Entry, ...]


def compose(notebook: Mapping[str, Any]) -> Document:
    """The document that the outputs and the markdown of an executed notebook make.

    Only our exhibits, pictures with alternative text and plain text are taken from outputs; HTML
    that something else wrote is shown as its plain text, so no cell can bring a script along.
    Errors: no cover, a failed cell, a picture without alternative text.
    """
    covers: list[Cover] = []
    parts = list(_parts(notebook, covers, Numbers()))
    if len(covers) != 1:
        raise InspectionError(
            "report notebook", f"{len(covers)} covers were shown", "Show contents.cover(insp) once"
        )
    body, contents = _with_ids("\n".join(parts))
    return Document(covers[0], body, contents)


def page(document: Document) -> str:
    """The document as one HTML page that needs nothing from outside and runs no script."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES, encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = (TEMPLATES / "report.css").read_text(encoding="utf-8")
    return environment.get_template("report.html.j2").render(
        cover=document.cover,
        title=one_line(document.cover.title),
        marking=one_line(document.cover.marking),
        stamp=one_line(document.cover.stamp),
        front=Markup(html(document.cover)),
        body=Markup(document.body),
        contents=document.contents,
        style=Markup(style),
        on_paper={name: Markup(_in_css(one_line(getattr(document.cover, name), 60)))
                  for name in ("title", "marking", "stamp")},
    )  # fmt: skip


def _in_css(text: str) -> str:
    r"""Text as a string of a style sheet, which no character of it can end.

    >>> print(_in_css('A "B"</style>'))
    "A \22 B\22 \3c \2f style\3e "
    """
    plain = (each if (each.isascii() and each.isalnum()) or each == " " else f"\\{ord(each):x} "
             for each in text)  # fmt: skip
    return f'"{"".join(plain)}"'


def document(cover: Cover, exhibits: Iterable[Exhibit]) -> Document:
    """The document that these exhibits make, in their order."""
    numbers = Numbers()
    return Document(cover, *_with_ids("\n".join(html(each, numbers) for each in exhibits)))


class _Plain(mistune.HTMLRenderer):
    """Markdown without raw HTML, outside pictures or addresses that a browser would obey."""

    def __init__(self) -> None:
        super().__init__(escape=True)

    def heading(self, text: str, level: int, **attrs: Any) -> str:
        return element(f"h{min(level, 3)}", text) + "\n"

    def image(self, text: str, url: str, title: str | None = None) -> str:
        return escaped(text)


_markdown = mistune.create_markdown(renderer=_Plain(), plugins=[])


def _parts(notebook: Mapping[str, Any], covers: list[Cover], numbers: Numbers) -> Iterator[str]:
    for position, cell in enumerate(notebook["cells"], start=1):
        tags = cell["metadata"].get("tags", [])
        if FOR_WRITERS in tags:
            continue
        if cell["cell_type"] == "markdown":
            said = str(_markdown(clean(cell["source"])))
            yield element("div", said, class_=ON_A_PAGE) if ON_A_PAGE in tags else said
        elif cell["cell_type"] == "code":
            for output in cell["outputs"]:
                yield from _output(output, covers, numbers, f"report notebook, cell {position}")


def _output(
    output: Mapping[str, Any], covers: list[Cover], numbers: Numbers, where: str
) -> Iterator[str]:
    if output["output_type"] == "error":
        what = one_line(f"{output['ename']}: {output['evalue']}", 300)
        raise InspectionError(where, what, "Mend the cell and run the notebook again")
    if output["output_type"] == "stream":
        if output["name"] == "stdout":
            yield element("pre", escaped(output["text"]))
        return
    data: Mapping[str, Any] = output["data"]
    if MIME in data:
        exhibit = from_json(data[MIME])
        if isinstance(exhibit, Cover):
            covers.append(exhibit)
        else:
            yield html(exhibit, numbers)
    elif picture := next((kind for kind in PICTURES if kind in data), ""):
        yield _picture(picture, data[picture], output["metadata"].get("alt", ""), where)
    else:
        yield element("pre", escaped(str(data.get("text/plain", ""))))


def _picture(kind: str, content: str, alt: str, where: str) -> str:
    if not alt:
        remedy = "Show it with display(picture, metadata={'alt': 'what it says'})"
        raise InspectionError(where, "a picture has no alternative text", remedy)
    if kind == "image/svg+xml":
        content = base64.b64encode(content.encode("utf-8")).decode("ascii")
    data = "".join(content.split())
    return f'<figure><img src="data:{kind};base64,{escaped(data)}" alt="{escaped(alt)}"/></figure>'


def _with_ids(body: str) -> tuple[str, tuple[Entry, ...]]:
    entries: list[Entry] = []

    def numbered(found: re.Match[str]) -> str:
        level, inner = found[1], found[2]
        id = f"section-{len(entries) + 1}"
        label = unescape(re.sub(r"<[^>]*>", "", inner))
        entries.append(Entry(int(level), id, label))
        return f'<h{level} id="{id}">{inner}</h{level}>'

    return HEADING.sub(numbered, body), tuple(entries)
