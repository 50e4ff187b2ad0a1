"""The narrative out to Word and back as blocks: each paragraph, number and figure under a mark.

A mark is ik_SENDING_BLOCK, followed by `_n` for the number of a paragraph and by `_0`, `_1` ... for
its figures in order. What a mark stood for is known from the sending, which the store keeps.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from inspectkit.errors import InspectionError
from inspectkit.exhibits.returned_word import read_word
from inspectkit.exhibits.word import Front, Line, Run, write_word
from inspectkit.narrative.paragraphs import ANY, Narrative, Paragraph, Sort
from inspectkit.narrative.telling import Telling

MARK = re.compile(r"ik_(?P<sending>\d+)_(?P<block>\d+)(?:_(?P<part>n|\d+))?$")
GUIDE = (
    "Edit the words as you like, with or without tracked changes. Shaded numbers are figures of "
    "the inspection: what is typed over them is not taken. Keep the styles of headings and lists."
)
Sent = tuple[str, str, str]  # file, sort, words


@dataclass(frozen=True)
class Block:
    """One block as it came back; base: its place among the blocks that were sent, None if new."""

    sort: Sort
    source: str
    base: int | None = None


def narrative_word(telling: Telling, front: Front, sending: int) -> bytes:
    """The narrative as docx. sending: its number, by which it is known again."""
    guide = [Line("title", (Run(front.title),)), Line("note", (Run(GUIDE),))]
    return write_word(front, [*guide, *lines(telling, sending)])


def lines(telling: Telling, sending: int) -> Iterator[Line]:
    """Each block as a line under its mark."""
    for place, each in enumerate(telling.narrative.paragraphs):
        mark = f"ik_{sending}_{place}"
        number = [Run(each.number, f"{mark}_n", True, True), Run("  ")] if each.number else []
        yield Line(each.sort, (*number, *_runs(telling, each, mark)), mark)


def _runs(telling: Telling, each: Paragraph, mark: str) -> Iterator[Run]:
    at = 0
    for part, match in enumerate(ANY.finditer(each.source)):
        if match.start() > at:
            yield Run(each.source[at : match.start()])
        one = Paragraph(each.sort, match[0], each.file, each.line)
        yield Run(telling.text(one), f"{mark}_{part}", locked=not match[3])
        at = match.end()
    if at < len(each.source):
        yield Run(each.source[at:])


def sending_of(path: Path) -> tuple[int, list[Line]]:
    """The number of the sending, and the lines as they came back.

    Errors: no Word file; none that was sent; made of several sendings.
    """
    found = read_word(path)
    sendings = {int(mark["sending"]) for line in found if (mark := MARK.match(line.mark))}
    if len(sendings) != 1:
        what = "no paragraph of it was sent from here" if not sendings else "made of two sendings"
        raise InspectionError(path.name, what, "Give the file that inspectkit narrative out wrote")
    return sendings.pop(), found


def blocks(came: Sequence[Line], sent: Sequence[Sent]) -> list[Block]:
    """The blocks as they came back, each figure as the call it was."""
    found: list[Block] = []
    taken: set[int] = set()
    began = False
    for line in came:
        mark = MARK.match(line.mark)
        began = began or mark is not None
        base = int(mark["block"]) if mark and int(mark["block"]) < len(sent) else None
        words = " ".join("".join(_said(run, sent) for run in line.runs).split())
        if not began or not words:
            continue
        sort: Sort = line.kind if line.kind in ("chapter", "heading", "item") else "paragraph"  # type: ignore[assignment]
        found.append(Block(sort, words, None if base in taken else base))
        taken |= {base} if base is not None else set()
    return found


def _said(run: Run, sent: Sequence[Sent]) -> str:
    """A run as it stands in the file: its words, or the call that its mark stands for."""
    mark = MARK.match(run.mark)
    part = mark["part"] if mark else None
    if part is None or mark is None:
        return run.text
    if part == "n" or not run.text.strip():
        return ""
    calls = list(ANY.finditer(sent[int(mark["block"])][2]))
    call = calls[int(part)]
    return f"[{run.text.strip()}]({call[4]})" if call[3] else call[0]


def sources(narrative: Narrative) -> list[Sent]:
    """File, sort and words of each block: what a later merge takes for the common ancestor."""
    return [(each.file, each.sort, each.source) for each in narrative.paragraphs]
