"""A document as PDF, by Typst from our own HTML: tagged for PDF/UA-1, kept for PDF/A-2a."""

from __future__ import annotations

import io
import zlib
from datetime import date
from pathlib import Path
from typing import Any

import matplotlib
import pikepdf
import typst

from inspectkit.errors import InspectionError
from inspectkit.exhibits import Cover, one_line
from inspectkit.report.compose import TEMPLATES, Document
from inspectkit.report.typst_walker import Walker, quoted

FONTS = ("/CIDFontType0C", "/OpenType", "/Type1C")
STANDARDS: Any = ["ua-1", "a-2a"]


def pdf(document: Document) -> bytes:
    """The document as PDF bytes, the same for the same document.

    Errors: a cover without a date (PDF/A wants one, and the clock is not asked).
    """
    walker = Walker()
    body = walker.body(document.body)
    preamble = (TEMPLATES / "report.typ").read_text(encoding="utf-8")
    files: Any = {  # the stubs of typst know a single file only
        "main.typ": (preamble + body).encode("utf-8"),
        "front.typ": _front(document.cover).encode("utf-8"),
        **walker.pictures,
    }
    try:
        made: bytes = typst.compile(
            files,
            format="pdf",
            font_paths=[str(Path(matplotlib.get_data_path()) / "fonts" / "ttf")],
            ignore_system_fonts=True,
            pdf_standards=STANDARDS,
        )
    except typst.TypstError as error:
        what = f"the PDF could not be set: {one_line(str(error), 400)}"
        raise InspectionError("report", what, "Make the HTML alone with --to html") from None
    return _scoped(made)


def _front(cover: Cover) -> str:
    if not cover.date:
        what = "the cover has no date"
        raise InspectionError("report", what, "State report_date in inspection.toml")
    stated = date.fromisoformat(cover.date)
    dated = next((fact for term, fact in cover.facts if term.startswith("Date")), cover.date)
    lang, _, region = cover.language.partition("-")
    facts = "".join(f"({quoted(term)}, {quoted(fact)}), " for term, fact in cover.facts)
    texts = {
        "title": cover.title,
        "subtitle": cover.subtitle,
        "publisher": cover.publisher,
        "marking": cover.marking,
        "stamp": cover.stamp,
        "meaning": cover.stamp_meaning,
        "running": one_line(cover.title, 60),
        "dated": dated,
        "lang": lang,
    }
    lines = [f"  {name}: {quoted(one_line(text))}," for name, text in texts.items()]
    lines.append(f"  region: {quoted(region.lower()) if region else 'none'},")
    lines.append(
        f"  date: datetime(year: {stated.year}, month: {stated.month}, day: {stated.day}),"
    )
    lines.append(f"  facts: ({facts}),")
    return "#let front = (\n" + "\n".join(lines) + "\n)\n"


def _scoped(made: bytes) -> bytes:
    """Head the rows as the HTML does: Typst tags column headers, the first cells are ours to tag.

    Cells then carry no list of headers, which would name the column's alone: a reader derives
    both from the scopes.
    """
    with pikepdf.open(io.BytesIO(made)) as opened:
        for each in opened.objects:
            if isinstance(each, pikepdf.Dictionary) and each.get("/S") == "/TR":
                _head(each)
        end_plainly(opened)
        held = io.BytesIO()
        opened.save(held, deterministic_id=True)
    return held.getvalue()


def end_plainly(opened: Any) -> None:
    """Lengthen by an idle byte every stream whose compressed form ends with a carriage return.

    Before the line feed that follows each stream, it would pass for half of the line's end: the
    stated length would be one too many, which PDF/A forbids. That last byte is a checksum of the
    content, so that only other content gives another: a blank in drawing commands and maps of
    letters, a one behind a font (a nought would not change the sum).
    """
    for each in opened.objects:
        if isinstance(each, pikepdf.Stream) and each.read_raw_bytes().endswith(b"\r"):
            is_font = "/Length1" in each or str(each.get("/Subtype", "")) in FONTS
            content = each.read_bytes()
            while zlib.compress(content).endswith(b"\r"):
                content += b"\1" if is_font else b"\n"
            if "/Length1" in each:
                each.Length1 = len(content)
            each.write(zlib.compress(content), filter=pikepdf.Name.FlateDecode)


def _head(row: Any) -> None:
    for place, cell in enumerate(row.K):
        if place == 0 and cell.S == pikepdf.Name.TD:
            cell.S = pikepdf.Name.TH
        _set_scope(cell, "/Row" if place == 0 else "")


def _set_scope(cell: Any, scope: str) -> None:
    for attributes in cell.get("/A", []):
        if attributes.get("/O") == "/Table":
            if "/Headers" in attributes:
                del attributes["/Headers"]
            if scope and cell.S == pikepdf.Name.TH and "/Scope" not in attributes:
                attributes.Scope = pikepdf.Name(scope)
