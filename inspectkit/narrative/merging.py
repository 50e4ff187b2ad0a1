"""A three-way merge by paragraph: what was sent, what came back, what the files hold now.

A paragraph that one side changed is taken as that side has it; one that both changed differently is
a conflict for a person, and then nothing is written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from inspectkit.errors import InspectionError, Problems
from inspectkit.exhibits import clean
from inspectkit.narrative.paragraphs import Narrative, Paragraph
from inspectkit.narrative.word import Block, Sent

Words = tuple[str, str]  # sort, words
GONE: Words = ("", "")


@dataclass(frozen=True)
class Merged:
    """narrative: after the merge. changes: what the returned file changed, in words."""

    narrative: Narrative
    changes: tuple[str, ...]


def merge(sent: Sequence[Sent], theirs: Sequence[Block], ours: Narrative) -> Merged:
    """The merge of what came back into what is there now. Errors: every conflict, at once."""
    base: list[Words] = [(sort, words) for _, sort, words in sent]
    now, added_now = _aligned(base, ours)
    came, added = _returned(len(base), theirs)
    problems = Problems()
    found: list[Sent] = []
    changes: list[str] = []
    for place in range(-1, len(base)):
        if place >= 0:
            with problems.gather():
                kept = _settled(place, base[place], now[place], came[place], sent[place][0])
                if kept != now[place]:
                    changes.append(_told(now[place], kept))
                if kept != GONE:
                    found.append((sent[place][0], *kept))
        mine = added_now.get(place, [])
        found += mine
        for block in added.get(place, ()):
            if block not in [(sort, words) for _, sort, words in mine]:
                changes.append(_told(GONE, block))
                found.append((_file(found, block, ours), *block))
    problems.raise_if_any()
    made = (Paragraph(sort, words, file, 0) for file, sort, words in found)  # type: ignore[arg-type]
    return Merged(Narrative(tuple(made)), tuple(changes))


def _settled(place: int, base: Words, ours: Words, theirs: Words, file: str) -> Words:
    if theirs in (_plain(base), _plain(ours)):
        return ours
    if ours == base:
        return theirs
    what = f"changed here and there: “{_short(ours)}” and “{_short(theirs)}”"
    raise InspectionError(f"{file}, block {place + 1}", what, "Make them alike, then merge again")


def _plain(block: Words) -> Words:
    """A block as it looks when it comes back from Word untouched."""
    return block[0], " ".join(clean(block[1]).split())


def _aligned(
    base: Sequence[Words], ours: Narrative
) -> tuple[list[Words], Mapping[int, list[Sent]]]:
    """Each block of the base as it is here now, and the new blocks after each place."""
    here: list[Words] = [(each.sort, each.source) for each in ours.paragraphs]
    now = [GONE] * len(base)
    added: dict[int, list[Sent]] = {}
    matcher = SequenceMatcher(None, base, here, autojunk=False)
    for _, low, high, first, last in matcher.get_opcodes():
        both = min(high - low, last - first)
        now[low : low + both] = here[first : first + both]
        if rest := ours.paragraphs[first + both : last]:
            added[low + both - 1] = [(each.file, each.sort, each.source) for each in rest]
    return now, added


def _returned(size: int, theirs: Sequence[Block]) -> tuple[list[Words], Mapping[int, list[Words]]]:
    came = [GONE] * size
    added: dict[int, list[Words]] = {}
    last = -1
    for block in theirs:
        if block.base is not None and block.base < size:
            came[block.base] = (block.sort, block.source)
            last = block.base
        else:
            added.setdefault(last, []).append((block.sort, block.source))
    return came, added


def _file(found: Sequence[Sent], block: Words, ours: Narrative) -> str:
    """Where a new block belongs: the chapter it follows; a new chapter has a file of its own."""
    if block[0] != "chapter" and found:
        return found[-1][0]
    taken = {*ours.files, *(file for file, _, _ in found)}
    return next(name for n in range(1, 200) if (name := f"{n:02}_new.md") not in taken
                and not any(each.startswith(f"{n:02}") for each in taken))  # fmt: skip


def _told(before: Words, after: Words) -> str:
    if before == GONE:
        return f"new: “{_short(after)}”"
    if after == GONE:
        return f"taken out: “{_short(before)}”"
    return f"changed: “{_short(before)}” is now “{_short(after)}”"


def _short(block: Words) -> str:
    words = block[1]
    return words if len(words) <= 60 else words[:57].rstrip() + "..."
