"""A Word file that came back: its words, what was changed in them, and what was said about them.

The file is anybody's: it is refused when it unpacks to too much or declares entities, and nothing
that it points to outside is fetched. Comments are read by python-docx; which of them answers
another, and which is resolved, stands in a part of its own that python-docx does not know.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from inspectkit.errors import InspectionError
from inspectkit.exhibits.word import STYLES, Line, Run, docx_library

OURS = "ik_"  # how a mark begins
MOST_BYTES, MOST_PARTS, MOST_COMMENTS = 50_000_000, 2000, 2000
DEEPEST = 8  # bookmarks of ours, one in another: two are meant
DOCTYPES = tuple("<!DOCTYPE".encode(name) for name in ("utf-8", "utf-16-le", "utf-16-be"))
W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
W15 = "{http://schemas.microsoft.com/office/word/2012/wordml}"
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
EXTENDED = "http://schemas.microsoft.com/office/2011/relationships/commentsExtended"
NOTES = {"footnoteReference": "footnotes", "endnoteReference": "endnotes"}
TEXTS, SPACES = ("t", "delText"), ("tab", "br", "cr")
CHANGED = {"ins": "new", "moveTo": "new", "del": "gone", "moveFrom": "gone"}
LEFT = ("pPr", "rPr", "sdtPr", "tblPr", "tcPr", "trPr", "sectPr")
TOLD = ("p", "bookmarkStart", "bookmarkEnd", "commentRangeStart", "commentRangeEnd",
        "commentReference", "drawing", "pict", *TEXTS, *SPACES, *NOTES)  # fmt: skip


@dataclass(frozen=True)
class Stretch:
    """Text that is alike throughout.

    marks: the bookmarks of ours around it, the innermost last. new, gone: put in, taken out by a
    tracked change. comments: the ids of those on it. aside: a note or a picture, no running text.
    """

    text: str
    marks: tuple[str, ...] = ()
    new: bool = False
    gone: bool = False
    comments: frozenset[str] = frozenset()
    aside: bool = False


@dataclass(frozen=True)
class Passage:
    """One paragraph, and whether it is in a table."""

    kind: str
    stretches: tuple[Stretch, ...]
    table: bool = False

    def text(self, *, before: bool = False) -> str:
        """Its words on one line, after the tracked changes or before them."""
        return words(each for each in self.stretches if not (each.new if before else each.gone))


@dataclass(frozen=True)
class Comment:
    """What one says, with the replies to it in order."""

    text: str
    replies: tuple[str, ...] = ()
    resolved: bool = False


@dataclass(frozen=True)
class Returned:
    """comments: by the id that stretches name, in the file's order; a reply is in its comment."""

    passages: tuple[Passage, ...]
    comments: Mapping[str, Comment]


def returned(content: bytes, name: str) -> Returned:
    """Everything that a Word file says, with what people did to it.

    Errors: no Word file, one that unpacks to too much, too many comments, python-docx is missing.
    """
    docx = docx_library()
    try:
        _refuse_hostile(content, name)
        book = docx.Document(io.BytesIO(content))
        comments = _comments(docx, book, name)
        passages = _passages(docx, book, frozenset(comments))
        return Returned(passages, _threads(docx, book, comments))
    except InspectionError:
        raise
    except Exception:  # a damaged file is told in many ways, by zipfile and zlib as by python-docx
        remedy = "Save it from Word as .docx"
        raise InspectionError(name, "not a Word file that can be read", remedy) from None


def read_word(path: Path) -> list[Line]:
    """The lines of a Word file, with changes that were tracked taken as accepted.

    Tables, notes and pictures are left aside. Errors: as `returned`.
    """
    try:
        content = path.read_bytes()
    except OSError:
        raise InspectionError(path.name, "there is no such file", "Name the Word file") from None
    return [_line(each) for each in returned(content, path.name).passages if not each.table]


def words(stretches: Iterable[Stretch]) -> str:
    """The words of stretches on one line."""
    return " ".join("".join(each.text for each in stretches).split())


def _line(passage: Passage) -> Line:
    line = min((mark for each in passage.stretches for mark in each.marks), key=len, default="")
    runs: list[Run] = []
    for each in passage.stretches:
        if each.text and not each.gone and not each.aside:
            inner = max(each.marks, key=len, default="")
            _add(runs, Run(each.text, inner if inner != line else ""))
    return Line(passage.kind, tuple(runs), line)


def _add(runs: list[Run], run: Run) -> None:
    """One run more, joined to the last where both have the same mark."""
    if runs and runs[-1].mark == run.mark:
        runs[-1] = Run(runs[-1].text + run.text, run.mark)
    else:
        runs.append(run)


def _refuse_hostile(content: bytes, name: str) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        if sum(each.file_size for each in parts) > MOST_BYTES or len(parts) > MOST_PARTS:
            raise InspectionError(name, "it unpacks to too much", "Take its pictures out")
        texts = [archive.read(each) for each in parts if each.filename.endswith((".xml", ".rels"))]
    if any(one in text for text in texts for one in DOCTYPES):
        raise InspectionError(name, "it declares entities", "Save it from Word as .docx")


# --- passages ------------------------------------------------------------------------------------


@dataclass
class _Reading:
    """The passages so far, and what is open where the reading is."""

    known: frozenset[str]
    kinds: Mapping[str, str]
    found: list[tuple[str, bool, list[Stretch]]] = field(default_factory=list)
    marks: list[tuple[str, str, int]] = field(default_factory=list)  # id, name, passage
    comments: frozenset[str] = frozenset()

    def begin(self, style: str, table: bool) -> None:
        self.found.append((self.kinds.get(style, "paragraph"), table, []))

    def open(self, id: str, name: str) -> None:
        """A mark; one that runs on from an earlier passage ends where the next begins."""
        here = [each for each in self.marks if each[2] == len(self.found)]
        self.marks = [*here, (id, name, len(self.found))][-DEEPEST:]
        self.add("")

    def close(self, id: str) -> None:
        self.marks = [each for each in self.marks if each[0] != id]

    def add(self, text: str, **how: bool) -> None:
        if not self.found:
            return
        marks = tuple(name for _, name, _ in self.marks)
        self.found[-1][2].append(Stretch(text, marks, comments=self.comments, **how))

    def passages(self) -> tuple[Passage, ...]:
        return tuple(Passage(kind, tuple(held), table) for kind, table, held in self.found)


def _passages(docx: Any, book: Any, known: frozenset[str]) -> tuple[Passage, ...]:
    reading = _Reading(known, _kinds(book))
    notes = {name: _notes(docx, book, part) for name, part in NOTES.items()}
    qn = docx.oxml.ns.qn
    for kind, each, how, table in _walked(docx, book.element.body):
        id = each.get(qn("w:id"), "")
        if kind == "p":
            style = each.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
            reading.begin(style.get(qn("w:val")) if style is not None else "", table)
            _end_changed(reading, each.find(f"{qn('w:pPr')}/{qn('w:rPr')}"), qn)
        elif kind == "bookmarkStart" and each.get(qn("w:name"), "").startswith(OURS):
            reading.open(id, each.get(qn("w:name")))
        elif kind == "bookmarkEnd":
            reading.close(id)
        elif kind == "commentRangeStart":
            reading.comments |= {id} & known
        elif kind == "commentRangeEnd":
            reading.comments -= {id}
        elif kind == "commentReference":
            _point(reading, id)
        elif kind in NOTES:
            reading.add(f" [note: {notes[kind].get(id, '')}]", aside=True, **how)
        elif kind in ("drawing", "pict"):
            reading.add("[picture]", aside=True, **how)
        elif kind in (*TEXTS, *SPACES):
            reading.add(each.text or "" if kind in TEXTS else " ", **how)
    return reading.passages()


def _kinds(book: Any) -> dict[str, str]:
    """Kind by the id of a style; programs rename the ids, and keep the names."""
    named = {style.casefold(): kind for kind, style in reversed(STYLES.items())}
    named["caption"] = "caption"
    known = [(each.style_id, (each.name or "").casefold()) for each in book.styles]
    return {id: named[name] for id, name in known if name in named}


def _end_changed(reading: _Reading, about: Any, qn: Any) -> None:
    """A paragraph's end that a tracked change put in or took out: split, or joined to the next."""
    for kind, how in CHANGED.items():
        if about is not None and about.find(qn(f"w:{kind}")) is not None:
            reading.add("", **{how: True})


def _point(reading: _Reading, id: str) -> None:
    """A comment that stands at a point; one on a range has been met by then."""
    held = reading.comments
    reading.comments = held | ({id} & reading.known)
    reading.add("")
    reading.comments = held


def _walked(
    docx: Any, node: Any, how: Mapping[str, bool] = {}, *, inside: bool = False, table: bool = False
) -> Iterator[tuple[str, Any, Mapping[str, bool], bool]]:
    """What matters below a node in its order, and by which tracked changes it is there."""
    w = docx.oxml.ns.qn("w:p").removesuffix("p")
    for each in node:
        tag = each.tag if isinstance(each.tag, str) else FALLBACK
        kind = tag.removeprefix(w)
        if kind in LEFT or tag == FALLBACK:
            continue
        if kind in TOLD and tag.startswith(w) and not (kind == "p" and inside):
            yield kind, each, how, table
        if kind not in (*TEXTS, *SPACES):
            then = {**how, CHANGED[kind]: True} if kind in CHANGED else how
            yield from _walked(docx, each, then, inside=inside or kind == "p",
                               table=table or kind == "tbl")  # fmt: skip


# --- comments ------------------------------------------------------------------------------------


def _comments(docx: Any, book: Any, name: str) -> dict[str, tuple[str, str]]:
    """id → what it says, and by which id of its last paragraph other parts know it."""
    found: dict[str, tuple[str, str]] = {}
    if len(book.comments) > MOST_COMMENTS:
        what = f"{len(book.comments):,} comments, {MOST_COMMENTS:,} at most"
        raise InspectionError(name, what, "Give it back in parts")
    for each in book.comments:
        paragraphs = list(each._element.iter(docx.oxml.ns.qn("w:p")))
        lines = [_said(docx, one) for one in paragraphs]
        last = paragraphs[-1].get(f"{W14}paraId", "") if paragraphs else ""
        found[str(each.comment_id)] = "\n".join(lines).strip(), last
    return found


def _said(docx: Any, node: Any) -> str:
    """The text below a node, without what a tracked change took out."""
    told = (each for each in _walked(docx, node, inside=True) if not each[2].get("gone"))
    return "".join((each.text or "") if kind in TEXTS else " "
                   for kind, each, _, _ in told if kind in (*TEXTS, *SPACES))  # fmt: skip


def _threads(docx: Any, book: Any, comments: Mapping[str, tuple[str, str]]) -> dict[str, Comment]:
    """Each comment with its replies, and whether it is resolved."""
    above: dict[str, str] = {}
    done: set[str] = set()
    for part in _related(book, EXTENDED):
        for each in docx.oxml.parser.parse_xml(part.blob).iter(f"{W15}commentEx"):
            id = each.get(f"{W15}paraId", "")
            above[id] = each.get(f"{W15}paraIdParent", "")
            done |= {id} if each.get(f"{W15}done") in ("1", "true") else set()
    ids = {mark: id for id, (_, mark) in comments.items() if mark}
    roots = {id: _root(id, mark, above, ids) for id, (_, mark) in comments.items()}
    return {
        id: Comment(text, tuple(comments[one][0] for one in comments
                                if one != id and roots[one] == id), mark in done)
        for id, (text, mark) in comments.items() if roots[id] == id
    }  # fmt: skip


def _root(id: str, mark: str, above: Mapping[str, str], ids: Mapping[str, str]) -> str:
    """The comment that a reply belongs to in the end; itself where nothing leads to another."""
    seen = {mark}
    root = id
    while (mark := above.get(mark, "")) in ids:
        if mark in seen:
            return id
        seen.add(mark)
        root = ids[mark]
    return root


def _notes(docx: Any, book: Any, part: str) -> dict[str, str]:
    """id → text of the footnotes or endnotes that people put in; we write none."""
    qn = docx.oxml.ns.qn
    kind = qn(f"w:{part.removesuffix('s')}")
    return {
        each.get(qn("w:id"), ""): " ".join(_said(docx, each).split())
        for held in _related(book, f"{OFFICE}/{part}")
        for each in docx.oxml.parser.parse_xml(held.blob).iter(kind)
    }


def _related(book: Any, sort: str) -> list[Any]:
    held = book.part.rels.values()
    return [each.target_part for each in held if each.reltype == sort and not each.is_external]
