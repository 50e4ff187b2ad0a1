"""The lines of a csv file, in the encoding its byte order mark or `inspection.toml` states."""

from __future__ import annotations

import codecs
import csv
import io
from pathlib import Path

from inspectkit.digest import sha256
from inspectkit.errors import InspectionError
from inspectkit.sampling.reading.lines import Lines, Row, full_sheet
from inspectkit.sampling.spec import FrameSpec

# UTF-32's mark begins with that of UTF-16, so it is looked for first.
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
STATE = "State the file's real encoding in [frame] encoding, for example cp1252 or utf-8"


def read_csv(path: Path, spec: FrameSpec) -> Lines:
    """Every line of the file, its cells text.

    Errors: bytes that are not of the stated encoding, NUL characters, quotation marks that are
    never closed.
    """
    content = path.read_bytes()
    if not content.strip(b"\xef\xbb\xbf\xff\xfe\x00\r\n "):
        raise InspectionError(path.name, "the file is empty", "Export the caseload again")
    encoding, text = decode(content, path.name, spec.encoding, titles=spec.header_row - 1)
    rows, continued = _rows(text, path.name, spec.delimiter)
    last = max((*continued, rows[-1][0] if rows else 0))
    facts = {"encoding": encoding, "delimiter": spec.delimiter, "sha256": sha256(content)}
    doubts = full_sheet(path.name, last)
    return Lines(path.name, rows, {"format": "csv", **facts}, doubts, (), continued)


def mark_of(content: bytes) -> str | None:
    """The encoding that a byte order mark tells.

    >>> mark_of(b"\\xef\\xbb\\xbfURN")
    'utf-8-sig'
    """
    return next((known for mark, known in BOMS if content.startswith(mark)), None)


def decode(content: bytes, name: str, stated: str, *, titles: int = 0) -> tuple[str, str]:
    """The encoding that holds and the text; titles: lines above the header.

    Errors: see `read_csv`.
    """
    encoding = mark_of(content) or stated
    if not encoding.lower().replace("_", "-").startswith(("utf-16", "utf-32", "utf16", "utf32")):
        _refuse_utf_16(content, name, encoding)
    try:
        # Some codecs turn bytes into bytes; they are no encodings of text.
        text = codecs.lookup(encoding).name and content.decode(encoding)
    except (UnicodeError, LookupError) as error:
        what = f"not readable as {encoding}: {error}"
        raise InspectionError(name, what, STATE) from None
    if "\0" in text:
        _refuse_nul(text, name)
    body = content.split(b"\n", titles)[-1]
    if not mark_of(content) and not body.isascii() and _is_single_byte(encoding):
        _refuse_utf_8(body, name, encoding)
    return encoding, text


def _refuse_utf_16(content: bytes, name: str, encoding: str) -> None:
    start = content[:4096]
    if start.count(0) * 4 > len(start):
        what = f"every second byte is NUL, so it is not {encoding} but looks like UTF-16"
        order = "le" if start[1::2].count(0) > start[::2].count(0) else "be"
        raise InspectionError(name, what, f'State [frame] encoding = "utf-16-{order}"')


def _refuse_nul(text: str, name: str) -> None:
    line = len(text[: text.index("\0")].splitlines()) or 1
    what = "a NUL character (U+0000) stands in the line"
    raise InspectionError(f"{name}, line {line}", what, "Remove it at its source")


def _is_single_byte(encoding: str) -> bool:
    """Whether each byte is a letter, so that any bytes at all can be read."""
    name = codecs.lookup(encoding).name
    return name.startswith(("cp125", "iso8859", "mac")) or name in {"latin-1", "charmap"}


def _refuse_utf_8(content: bytes, name: str, encoding: str) -> None:
    """Letters beyond ASCII that all make good UTF-8 are UTF-8: by chance they never do."""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return
    what = f"stated as {encoding}, but every letter beyond ASCII in it is valid UTF-8"
    raise InspectionError(name, what, 'State [frame] encoding = "utf-8"')


def _rows(text: str, name: str, delimiter: str) -> tuple[list[tuple[int, Row]], tuple[int, ...]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    found: list[tuple[int, Row]] = []
    continued: list[int] = []
    start = 1
    try:
        for row in reader:
            found.append((start, row))
            if reader.line_num > start:
                continued.extend(range(start + 1, reader.line_num + 1))
            start = reader.line_num + 1
    except csv.Error as error:
        remedy = "Look for a quotation mark that is opened and never closed"
        raise InspectionError(f"{name}, line {start}", str(error), remedy) from None
    return found, tuple(continued)
