"""Lines and tables as a Word file.

Lines and pieces of lines may carry a mark, kept as a bookmark, by which they are known again while
people edit the words around them: Word and LibreOffice keep bookmarks, the tags of content controls
not both. A locked piece stands in a control as well, which Word does not let be typed over. Written
with python-docx, an extra (`inspectkit[word]`), loaded when it is used.
"""

from __future__ import annotations

import importlib
import importlib.util
import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from inspectkit.errors import InspectionError
from inspectkit.exhibits.table import Table, shown
from inspectkit.exhibits.text import clean, one_line

STYLES = {
    "title": "Title",
    "chapter": "Heading 1",
    "heading": "Heading 2",
    "item": "List Bullet",
    "paragraph": "Normal",
    "note": "Normal",
    "warning": "Normal",
}
FIGURE_FILL, HEAD_FILL = "E8EEF4", "D5E4F2"
SAME_DAY = (1980, 1, 1, 0, 0, 0)  # the oldest that a zip can say: the same bytes every time


@dataclass(frozen=True)
class Run:
    """A piece of a line; mark: its bookmark; locked: it cannot be typed over in Word."""

    text: str
    mark: str = ""
    locked: bool = False
    bold: bool = False


@dataclass(frozen=True)
class Line:
    """A heading, a paragraph, a line of a list. mark: its bookmark, "" for none."""

    kind: str
    runs: tuple[Run, ...]
    mark: str = ""

    @property
    def text(self) -> str:
        """Its words, all runs together."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True)
class Front:
    """What a Word file says of itself; marking and stamp stand on every page."""

    title: str
    day: date
    marking: str = ""
    stamp: str = ""


def write_word(front: Front, parts: Iterable[Line | Table]) -> bytes:
    """The parts as docx; the same parts give the same bytes. Errors: python-docx is missing."""
    docx = docx_library()
    book = docx.Document()
    _set_up(docx, book, front)
    numbers = iter(range(1, 1_000_000))
    tables = iter(range(1, 10_000))
    for part in parts:
        if isinstance(part, Table):
            _table(docx, book, part, f"Table {next(tables)}: ")
        else:
            _line(docx, book.add_paragraph(style=STYLES[part.kind]), part, numbers)
    held = io.BytesIO()
    book.save(held)
    return _same_bytes(held.getvalue())


def docx_library() -> Any:
    """python-docx, loaded when it is used. Errors: it is not installed."""
    if importlib.util.find_spec("docx") is None:
        remedy = 'Install it: pip install "inspectkit[word]"'
        raise InspectionError("Word", "python-docx is not installed", remedy)
    docx = importlib.import_module("docx")
    for part in ("oxml.ns", "oxml.parser", "shared", "enum.text"):
        importlib.import_module(f"docx.{part}")
    return docx


# --- writing -------------------------------------------------------------------------------------


def _set_up(docx: Any, book: Any, front: Front) -> None:
    when = datetime.combine(front.day, time())
    about = book.core_properties
    about.title, about.author, about.comments = one_line(front.title), "", ""
    about.created = about.modified = when
    about.language, about.revision = "en-GB", 1
    cm, pt = docx.shared.Cm, docx.shared.Pt
    page = book.sections[0]
    page.page_width, page.page_height = cm(21.0), cm(29.7)
    page.left_margin = page.right_margin = cm(2.3)
    for name, size in (("Normal", 11), ("Title", 22), ("Heading 1", 16), ("Heading 2", 13),
                       ("List Bullet", 11), ("Caption", 10)):  # fmt: skip
        style = book.styles[name]
        style.font.name, style.font.size = "Arial", pt(size)
        fonts = style.element.rPr.rFonts
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(docx.oxml.ns.qn(f"w:{theme}"), None)
        style.font.color.rgb = docx.shared.RGBColor(0x0B, 0x0C, 0x0C)
    book.styles["Normal"].paragraph_format.space_after = pt(8)
    top = " · ".join(part for part in (front.marking, front.stamp) if part)
    page.header.paragraphs[0].text = one_line(top)
    _page_number(docx, page.footer.paragraphs[0])


def _page_number(docx: Any, paragraph: Any) -> None:
    paragraph.add_run("Page ")
    field = _element(docx, "w:fldSimple", {"w:instr": "PAGE"})
    run = _element(docx, "w:r", {})
    run.append(_text(docx, "1"))
    field.append(run)
    paragraph._p.append(field)


def _line(docx: Any, paragraph: Any, line: Line, numbers: Any) -> None:
    marks: list[tuple[str, str]] = []
    if line.mark:
        marks.append(_begun(docx, paragraph, line.mark, numbers))
    for run in line.runs:
        if run.mark:
            marks.append(_begun(docx, paragraph, run.mark, numbers))
        made = paragraph.add_run(clean(run.text))
        made.italic = line.kind == "note" or None
        made.bold = run.bold or line.kind == "warning" or None
        if run.locked:
            _locked(docx, paragraph, made, str(next(numbers)))
        if run.mark:
            _ended(docx, paragraph, marks.pop())
    while marks:
        _ended(docx, paragraph, marks.pop())


def _begun(docx: Any, paragraph: Any, name: str, numbers: Any) -> tuple[str, str]:
    id = str(next(numbers))
    paragraph._p.append(_element(docx, "w:bookmarkStart", {"w:id": id, "w:name": name}))
    return id, name


def _ended(docx: Any, paragraph: Any, mark: tuple[str, str]) -> None:
    paragraph._p.append(_element(docx, "w:bookmarkEnd", {"w:id": mark[0]}))


def _locked(docx: Any, paragraph: Any, made: Any, id: str) -> None:
    """The run in a control of its own, shaded unless it is bold."""
    control, about, inside = (
        _element(docx, name, {}) for name in ("w:sdt", "w:sdtPr", "w:sdtContent")
    )
    about.append(_element(docx, "w:id", {"w:val": id}))
    about.append(_element(docx, "w:lock", {"w:val": "sdtContentLocked"}))
    if not made.bold:
        fill = {"w:val": "clear", "w:color": "auto", "w:fill": FIGURE_FILL}
        made._r.get_or_add_rPr().append(_element(docx, "w:shd", fill))
    inside.append(made._r)
    control.extend([about, inside])
    paragraph._p.append(control)


def _element(docx: Any, name: str, attributes: dict[str, str]) -> Any:
    made = docx.oxml.parser.OxmlElement(name)
    for key, value in attributes.items():
        made.set(docx.oxml.ns.qn(key), value)
    return made


def _text(docx: Any, text: str) -> Any:
    made = _element(docx, "w:t", {})
    made.text = text
    made.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return made


def _table(docx: Any, book: Any, table: Table, number: str) -> None:
    book.add_paragraph(one_line(number + table.title), style="Caption").paragraph_format \
        .keep_with_next = True  # fmt: skip
    grid = book.add_table(rows=1, cols=len(table.columns), style="Table Grid")
    for cell, column in zip(grid.rows[0].cells, table.columns, strict=True):
        _cell(docx, cell, column.label, bold=True, fill=HEAD_FILL)
    head = grid.rows[0]._tr.get_or_add_trPr()
    head.append(_element(docx, "w:tblHeader", {"w:val": "true"}))
    for group, positions in table.grouped():
        if group:
            cells = grid.add_row().cells
            _cell(docx, cells[0].merge(cells[-1]), group, bold=True)
        for position in positions:
            _row(docx, grid.add_row().cells, table, position)
    for note in table.notes:
        book.add_paragraph().add_run(clean(note)).font.size = docx.shared.Pt(9)


def _row(docx: Any, cells: Sequence[Any], table: Table, position: int) -> None:
    bold = position in table.totals
    for cell, content, column in zip(cells, table.rows[position], table.columns, strict=True):
        right = column.kind in ("number", "percent")
        _cell(docx, cell, shown(content, column.kind), bold=bold, right=right)


def _cell(
    docx: Any, cell: Any, text: str, *, bold: bool = False, fill: str = "", right: bool = False
) -> None:
    paragraph = cell.paragraphs[0]
    run = paragraph.add_run(clean(text))
    run.bold, run.font.size = bold or None, docx.shared.Pt(9)
    paragraph.paragraph_format.space_after = docx.shared.Pt(2)
    if right:
        paragraph.alignment = docx.enum.text.WD_ALIGN_PARAGRAPH.RIGHT
    if fill:
        shade = {"w:val": "clear", "w:color": "auto", "w:fill": fill}
        cell._tc.get_or_add_tcPr().append(_element(docx, "w:shd", shade))


def _same_bytes(made: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as old, zipfile.ZipFile(held, "w") as new:
        for name in sorted(old.namelist(), key=lambda each: (each != "[Content_Types].xml", each)):
            part = zipfile.ZipInfo(name, SAME_DAY)
            part.compress_type, part.create_system = zipfile.ZIP_DEFLATED, 3
            new.writestr(part, old.read(name))
    return held.getvalue()
