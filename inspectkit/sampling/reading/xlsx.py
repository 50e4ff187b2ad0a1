"""The lines of one sheet of an Excel workbook; a workbook that swells is refused unread."""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from xml.parsers.expat import ExpatError

from inspectkit.digest import sha256
from inspectkit.errors import InspectionError
from inspectkit.sampling.reading.lines import Doubt, Lines, Row, full_sheet, is_blank
from inspectkit.sampling.reading.sheet import Sheet, shared_strings
from inspectkit.sampling.reading.xml import Attributes, elements
from inspectkit.sampling.spec import FrameSpec

# A full sheet of fourteen columns measures about 1 GB unpacked, packed 20 to 40 times.
MOST_BYTES = 2 * 1024**3
MOST_RATIO, SMALL = 120, 20_000_000
MOST_PARTS = 10_000
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    ExpatError,
    KeyError,
    ValueError,
    IndexError,
    EOFError,
    NotImplementedError,
    RuntimeError,
)


@dataclass(frozen=True)
class Book:
    """A workbook's sheets: name → path of its part, and the names of those that are hidden."""

    sheets: dict[str, str]
    hidden: frozenset[str]
    is_1904: bool
    strings: str | None
    styles: str | None


def read_xlsx(path: Path, spec: FrameSpec) -> Lines:
    """Every line of the sheet, cells as Excel stores them.

    Errors: a zip that unpacks to too much, a damaged file, a sheet that has to be named.
    """
    refuse_bomb(path)
    try:
        with zipfile.ZipFile(path) as archive:
            book = open_book(archive)
            name = choose_sheet(book, path.name, spec.sheet)
            sheet = _sheet(archive, book, name)
    except DAMAGED as error:
        what = f"not readable as xlsx: {error}"
        raise InspectionError(path.name, what, "Save it from Excel as .xlsx") from None
    rows = _filled(sheet.rows)
    facts = {
        "format": "xlsx",
        "sheet": name,
        "hidden_sheets": sorted(book.hidden),
        "date_system": "1904" if book.is_1904 else "1900",
        "sha256": sha256(path.read_bytes()),
    }
    doubts = (*_hidden(path.name, name, book, sheet), *full_sheet(path.name, len(rows)))
    return Lines(path.name, rows, facts, doubts, tuple(sheet.merges), (), sheet=True)


def list_sheets(path: Path) -> dict[str, bool]:
    """The names of the worksheets, and whether each is hidden. Errors: see `read_xlsx`."""
    refuse_bomb(path)
    try:
        with zipfile.ZipFile(path) as archive:
            book = open_book(archive)
    except DAMAGED as error:
        what = f"not readable as xlsx: {error}"
        raise InspectionError(path.name, what, "Save it from Excel as .xlsx") from None
    return {name: name in book.hidden for name in book.sheets}


def refuse_bomb(path: Path) -> None:
    """Errors: too much to unpack, by the sizes the zip itself lists; nothing is unpacked."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except zipfile.BadZipFile as error:
        what = f"not readable as xlsx: {error}"
        raise InspectionError(path.name, what, "Save it from Excel as .xlsx") from None
    total, packed = sum(p.file_size for p in parts), sum(p.compress_size for p in parts)
    if any(part.flag_bits & 1 for part in parts):
        raise InspectionError(path.name, "it is encrypted", "Save it without a password")
    swells = any(p.file_size > max(SMALL, MOST_RATIO * p.compress_size) for p in parts)
    if total > MOST_BYTES or len(parts) > MOST_PARTS or swells:
        what = (
            f"it would unpack from {packed:,} to {total:,} bytes "
            f"({total // max(packed, 1)}:1), more than a caseload needs"
        )
        raise InspectionError(path.name, what, "Export the caseload again, as csv if it is so long")


def open_book(archive: zipfile.ZipFile) -> Book:
    """The sheets and settings of a workbook."""
    root = _relations(archive, "_rels/.rels", "")
    part = next((path for kind, path in root.values() if kind == "officeDocument"), "")
    if not part.endswith(".xml"):
        raise ValueError("it holds no workbook in XML")
    folder, name = posixpath.split(part)
    related = _relations(archive, f"{folder}/_rels/{name}.rels", folder)
    sheets, hidden, is_1904 = {}, [], False
    with archive.open(part) as stream:
        for tag, attributes in elements(stream):
            if tag == "sheets/sheet":
                kind, path = related[_id(attributes)]
                if kind == "worksheet":
                    sheets[attributes["name"]] = path
                    if attributes.get("state", "visible") != "visible":
                        hidden.append(attributes["name"])
            elif tag == "workbook/workbookPr":
                is_1904 = attributes.get("date1904") in {"1", "true", "on"}
    by_kind = dict(related.values())
    return Book(
        sheets, frozenset(hidden), is_1904, by_kind.get("sharedStrings"), by_kind.get("styles")
    )


def _id(attributes: Attributes) -> str:
    return next(value for name, value in attributes.items() if name.endswith(":id"))


def _relations(archive: zipfile.ZipFile, part: str, folder: str) -> dict[str, tuple[str, str]]:
    """Id → kind and path of the parts that a part refers to."""
    found = {}
    with archive.open(part) as stream:
        for tag, attributes in elements(stream):
            if tag.endswith("/Relationship") and attributes.get("TargetMode") != "External":
                kind = attributes["Type"].rpartition("/")[2]
                path = posixpath.normpath(posixpath.join("/", folder, attributes["Target"]))
                found[attributes["Id"]] = (kind, path.lstrip("/"))
    return found


def choose_sheet(book: Book, name: str, stated: str | None) -> str:
    """The stated sheet, or the only one. Errors: several, or none of that name."""
    listed = ", ".join(
        f"{sheet} (hidden)" if sheet in book.hidden else sheet for sheet in book.sheets
    )
    if not book.sheets:
        raise ValueError("it holds no worksheet")
    if stated is None and len(book.sheets) > 1:
        what = f"{len(book.sheets)} sheets: {listed}"
        raise InspectionError(name, what, "State the one to read in [frame] sheet")
    if stated is not None and stated not in book.sheets:
        raise InspectionError(name, f"no sheet {stated}", f"Choose from {listed}")
    return stated or next(iter(book.sheets))


def _sheet(archive: zipfile.ZipFile, book: Book, name: str) -> Sheet:
    strings: list[str] = []
    if book.strings:
        with archive.open(book.strings) as stream:
            strings = shared_strings(stream)
    sheet = Sheet(strings, _date_styles(archive, book.styles), book.is_1904)
    with archive.open(book.sheets[name]) as stream:
        sheet.read(stream)
    return sheet


def _date_styles(archive: zipfile.ZipFile, part: str | None) -> frozenset[int]:
    """The positions of the cell styles whose number format shows a date."""
    if part is None:
        return frozenset()
    with archive.open(part) as stream:
        found = elements(stream)
    numbers = import_module("openpyxl.styles.numbers")  # a csv need not wait for it
    formats = dict(numbers.BUILTIN_FORMATS)
    for tag, attributes in found:
        if tag == "numFmts/numFmt":
            formats[int(attributes["numFmtId"])] = attributes["formatCode"]
    used = [int(each.get("numFmtId", "0")) for tag, each in found if tag == "cellXfs/xf"]
    codes = [formats.get(number, "General") for number in used]
    return frozenset(
        place
        for place, code in enumerate(codes)
        if numbers.is_date_format(code) and not numbers.is_timedelta_format(code)
    )


def _filled(rows: dict[int, Row]) -> list[tuple[int, Row]]:
    """All lines to the last that shows something, missing ones empty, all of one width."""
    used = {line: _used(row) for line, row in rows.items()}
    last = max((line for line, width in used.items() if width), default=0)
    width = max(used.values(), default=0)
    found = []
    for line in range(1, last + 1):
        row = rows.get(line, [])[:width]
        found.append((line, row + [None] * (width - len(row))))
    return found


def _used(row: Row) -> int:
    return next((place for place in range(len(row), 0, -1) if not is_blank(row[place - 1])), 0)


def _hidden(file: str, name: str, book: Book, sheet: Sheet) -> tuple[Doubt, ...]:
    found: list[Doubt] = []
    if name in book.hidden:
        found.append((file, f"the sheet {name} is hidden in the workbook; it was read", ()))
    lines = tuple(line for line in sheet.hidden if any(not is_blank(c) for c in sheet.rows[line]))
    if lines:
        what = f"{len(lines)} lines are hidden in the sheet, by a filter or by hand; they were read"
        found.append((file, what, lines))
    return tuple(found)
