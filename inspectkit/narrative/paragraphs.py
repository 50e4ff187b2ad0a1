"""The prose of a report: `narrative/*.md`, one file a chapter, its paragraphs numbered.

A chapter begins with `# Title`; `## ` begins a part, `- ` a line of a list, an empty line ends a
paragraph. A paragraph calls a figure by name, {disclosure@CC}, and binds a word to one:
[most](disclosure@CC). Nothing else of Markdown is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

from inspectkit.digest import digest
from inspectkit.errors import InspectionError, Problems

FOLDER = "narrative"
CALL = re.compile(r"\{([a-z][\w.-]*(?:@[\w.-]+)?)(?::([a-z]+))?\}")
BOUND = re.compile(r"\[([^\[\]\n]{1,60})\]\(([a-z][\w.-]*(?:@[\w.-]+)?)\)")
ANY = re.compile(f"{CALL.pattern}|{BOUND.pattern}")
MAX_BYTES = 1_000_000
Sort = Literal["chapter", "heading", "paragraph", "item"]
MARKS: dict[str, str] = {"chapter": "# ", "heading": "## ", "paragraph": "", "item": "- "}


@dataclass(frozen=True)
class Call:
    """A figure called in a text: by name, said in a form; bound: the word bound to it, or ""."""

    name: str
    form: str = ""
    bound: str = ""


@dataclass(frozen=True)
class Paragraph:
    """One block of a chapter. number: '2.3', "" for what has none. line: in its file; 0: in none.

    >>> Paragraph("paragraph", "New words.", "01_summary.md", 0).place
    'narrative/01_summary.md, a new paragraph'
    """

    sort: Sort
    source: str
    file: str
    line: int
    number: str = ""

    @property
    def place(self) -> str:
        """Where it stands, for a message."""
        where = f"line {self.line}" if self.line else "a new paragraph"
        return f"{FOLDER}/{self.file}, {where}"

    @property
    def title(self) -> str:
        """What a reader calls it."""
        return f"paragraph {self.number}" if self.number else f"“{self.source[:40]}”"

    @cached_property
    def calls(self) -> tuple[Call, ...]:
        """Every figure it calls, in order."""
        found = []
        for match in ANY.finditer(self.source):
            name, form, bound, bound_to = match.groups()
            found.append(Call(name or bound_to, form or "", bound or ""))
        return tuple(found)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of its words as written."""
        return digest([self.sort, self.source])


@dataclass(frozen=True)
class Narrative:
    """Every block of every chapter, in order."""

    paragraphs: tuple[Paragraph, ...] = ()

    @classmethod
    def read(cls, folder: Path) -> Narrative:
        """The narrative of an inspection's folder; empty where it has none.

        Errors, all at once: files that are no text, a chapter without its title, a call that is
        not closed.
        """
        found: list[Paragraph] = []
        problems = Problems()
        paths = sorted((folder / FOLDER).glob("*.md"))
        for position, path in enumerate(paths, start=1):
            with problems.gather():
                found += _chapter(path, position)
        problems.raise_if_any()
        return cls(tuple(found))

    @property
    def files(self) -> tuple[str, ...]:
        """The chapters' files in order."""
        return tuple(dict.fromkeys(each.file for each in self.paragraphs))

    def written(self, file: str) -> str:
        """The text of a chapter's file; reading it again gives the same paragraphs."""
        parts: list[str] = []
        last = ""
        for each in self.paragraphs:
            if each.file == file:
                tight = each.sort == last == "item"
                gap = "\n" if parts and not tight else ""
                parts.append(f"{gap}{MARKS[each.sort]}{each.source}\n")
                last = each.sort
        return "".join(parts)


def _chapter(path: Path, position: int) -> list[Paragraph]:
    lines = _text(path).splitlines()
    leading = re.match(r"\d+", path.stem)
    chapter = int(leading[0]) if leading else position
    found: list[Paragraph] = []
    count = 0
    for line, sort, text in _blocks(lines):
        number = ""
        if sort == "paragraph":
            count += 1
            number = f"{chapter}.{count}"
        found.append(Paragraph(sort, text, path.name, line, number))
        _check_closed(found[-1])
    if not found or found[0].sort != "chapter":
        where = f"{FOLDER}/{path.name}, line 1"
        raise InspectionError(where, "the chapter has no title", "Begin it with '# ' and its title")
    return found


def _text(path: Path) -> str:
    where = f"{FOLDER}/{path.name}"
    if path.stat().st_size > MAX_BYTES:
        raise InspectionError(where, f"larger than {MAX_BYTES:,} bytes", "Split the chapter")
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InspectionError(where, "not UTF-8 text", "Save it as UTF-8") from None


def _blocks(lines: list[str]) -> Iterator[tuple[int, Sort, str]]:
    """Line, sort and text of each block."""
    held: list[str] = []
    start, sort = 0, "paragraph"
    for line, raw in enumerate([*lines, ""], start=1):
        text = raw.strip()
        began = next((name for name, mark in MARKS.items() if mark and text.startswith(mark)), "")
        if held and (not text or began):
            yield start, sort, " ".join(held)  # type: ignore[misc]
            held = []
        if text:
            if not held:
                start, sort = line, began or "paragraph"
            held.append(text.removeprefix(MARKS[began]).strip() if began else text)
        if held and sort in ("chapter", "heading"):
            yield start, sort, " ".join(held)  # type: ignore[misc]
            held = []


def _check_closed(each: Paragraph) -> None:
    rest = ANY.sub("", each.source)
    if "{" in rest or "}" in rest:
        remedy = "Write {disclosure@CC}, or {disclosure@CC:interval}"
        raise InspectionError(each.place, "a brace that calls no figure", remedy)
