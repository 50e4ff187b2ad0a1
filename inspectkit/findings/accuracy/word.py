"""The draft's Word file as it came back: comments and changed words as challenges.

Each numbered block of a draft stands under a mark of its own, ik_draftNUMBER_ID_BLOCK, followed by
`_1`, `_2` ... for the lines of its list. Which paragraph a comment is about is read from the mark
alone, and what was changed from the words that the store keeps, so that a change is found whether
or not it was tracked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from functools import cached_property
from itertools import groupby, pairwise
from pathlib import Path

from inspectkit.errors import InspectionError
from inspectkit.exhibits.returned_word import Comment, Passage, Returned, Stretch, returned, words
from inspectkit.exhibits.text import clean, listed, one_line
from inspectkit.findings.accuracy.challenges import LONGEST, SORTS
from inspectkit.findings.accuracy.drafts import Draft

MARK = re.compile(r"ik_draft(?P<draft>\d{1,6})_(?P<id>[0-9a-f]{12})_(?P<block>\d{1,6})(?:_\d+)?$")
SORT = re.compile(rf"\s*({'|'.join(SORTS.values())})\s*[:.,\-–—]\s*(?=\S)", re.IGNORECASE)
REMEDY = "Give the draft.docx that inspectkit accuracy draft wrote, or challenge.xlsx"
BULLET = " • "  # between a paragraph and the lines of its list, as `Draft` has them
QUOTED, CHANGES = 200, 6  # letters of a quotation; changes of one paragraph that are spelt out
NOWHERE, UNTRACKED = "no numbered paragraph", "No change was tracked."
Found = dict[str, object]


def mark(held: Draft, block: int, item: int = 0) -> str:
    """The mark of a numbered block of a draft, or of a line of its list."""
    return f"ik_draft{held.number}_{held.id}_{block}" + (f"_{item}" if item else "")


def rest(content: bytes) -> list[str]:
    """What a draft's Word file says outside its numbered blocks."""
    passages = returned(content, "draft.docx").passages
    told = [each.text() for each in passages if not _marks(each)]
    return list(dict.fromkeys(text for text in told if text))


def read_word_challenges(
    path: Path, drafted: Mapping[int, Draft], *, received: date, sender: str
) -> list[Found]:
    """The challenges of a draft that came back as Word: changed words, then comments, in order.

    Errors: no draft, one of another inspection, made of two, one that was not made here.
    """
    try:
        content = path.read_bytes()
    except OSError:
        raise InspectionError(path.name, "there is no such file", REMEDY) from None
    came = returned(content, path.name)
    held = _draft_of(path.name, came, drafted)
    answer = _Answer(held, came)
    shared = {"draft": held.number, "received": received, "sender": sender}
    return [{"proposed": "", "evidence": "", **each, **shared}
            for each in (*answer.changes(), *answer.rearranged(), *answer.absent(),
                         *answer.additions(), *answer.comments())]  # fmt: skip


def _draft_of(name: str, came: Returned, drafted: Mapping[int, Draft]) -> Draft:
    found = {(int(mark["draft"]), mark["id"]) for each in came.passages for mark in _marks(each)}
    if len(found) != 1:
        what = "it is made of two drafts" if found else "no paragraph of it has the mark of a draft"
        raise InspectionError(name, what, REMEDY)
    ((number, id),) = found
    if number not in drafted:
        raise InspectionError(name, f"no draft {number} was made here", "Give one of ours back")
    if drafted[number].id != id:
        what = f"it is not our draft {number}, but that of another inspection"
        raise InspectionError(name, what, "Take it in the folder of the inspection it is of")
    return drafted[number]


def _marks(passage: Passage) -> list[re.Match[str]]:
    names = dict.fromkeys(name for each in passage.stretches for name in each.marks)
    return [found for name in names if (found := MARK.match(name))]


@dataclass(frozen=True)
class _Answer:
    """What the body did to a draft."""

    held: Draft
    came: Returned

    @cached_property
    def of(self) -> list[list[tuple[int | None, Stretch]]]:
        """Each passage's stretches with the block they belong to, None for none."""
        return [self._placed(each) for each in self.came.passages]

    def _placed(self, passage: Passage) -> list[tuple[int | None, Stretch]]:
        """What was put in beside a mark belongs to the block before it in the same paragraph."""
        blocks = [_block(each, len(self.held.blocks)) for each in passage.stretches]
        last = next((each for each in blocks if each is not None), None)
        placed = []
        for block, stretch in zip(blocks, passage.stretches, strict=True):
            last = last if block is None else block
            placed.append((last, stretch))
        return placed

    @cached_property
    def blocks(self) -> dict[int, list[tuple[str, list[Stretch]]]]:
        """Block → its paragraphs in order, each the mark it begins under and its stretches."""
        found: dict[int, list[tuple[str, list[Stretch]]]] = {}
        for passage in self.of:
            parts: dict[int, list[Stretch]] = {}
            for block, stretch in passage:
                if block is not None:
                    parts.setdefault(block, []).append(stretch)
            for block, stretches in parts.items():
                own = next((name for each in stretches for name in each.marks[-1:]
                            if _block(each, len(self.held.blocks)) == block), "")  # fmt: skip
                found.setdefault(block, []).append((own, stretches))
        return found

    # --- changed words ----------------------------------------------------------------------------

    def changes(self) -> Iterator[Found]:
        """Each block whose words are not those that were sent, with its words as they came."""
        for block, paragraphs in sorted(self.blocks.items()):
            place, sent = self.held.blocks[block]
            now, before = self._now(block), _plain(sent)
            if now != before:
                tracked = any(each.new or each.gone for _, one in paragraphs for each in one)
                what = _told(before, now) if now else "The paragraph is struck out."
                yield {"place": _places([place]), "sort": "accuracy", "proposed": now,
                       "text": what if tracked else f"{what} {UNTRACKED}"}  # fmt: skip

    def _now(self, block: int) -> str:
        """A block's words after every change; a line break where a paragraph was split."""
        place = _plain(self.held.blocks[block][0])
        parts: dict[str, list[str]] = {}
        for own, stretches in self.blocks[block]:
            said = _plain(words(each for each in stretches if not each.gone))
            parts.setdefault(own, []).append(said)
        lines = ["\n".join(each for each in one if each) for one in parts.values()]
        if lines:
            lines[0] = lines[0].removeprefix(place).strip()
        return BULLET.join(each for each in lines if each)

    def rearranged(self) -> Iterator[Found]:
        """The blocks that stand elsewhere now, or in one paragraph with the block before."""
        came, places = list(self.blocks), [_places([place]) for place, _ in self.held.blocks]
        order = SequenceMatcher(None, sorted(came), came, autojunk=False).get_opcodes()
        for step, _, _, first, last in order:
            for at in range(first, last) if step != "equal" else ():
                now = f"after {places[came[at - 1]]}" if at else "at the beginning"
                yield {"place": places[came[at]], "sort": "accuracy",
                       "text": f"The paragraph is moved: it stands {now}."}  # fmt: skip
        for passage in self.of:
            here = list(dict.fromkeys(block for block, _ in passage if block is not None))
            for one, other in pairwise(here):
                yield {"place": places[other], "sort": "accuracy",
                       "text": f"The paragraph is joined to {places[one]}."}  # fmt: skip

    def absent(self) -> Iterator[Found]:
        """The blocks of which nothing came back, as one challenge: no tracked change says why."""
        gone = [place for n, (place, _) in enumerate(self.held.blocks) if n not in self.blocks]
        if gone:
            what = f"Not in the Word file that came back: {listed(gone)}. {UNTRACKED}"
            yield {"place": _places(gone), "sort": "accuracy", "text": what}

    def additions(self) -> Iterator[Found]:
        """What is new or changed outside the numbered blocks: one challenge for each place."""
        sent = {_plain(each) for each in self.held.rest}
        found: dict[tuple[str, str], tuple[list[str], list[str]]] = {}
        last = "the beginning"
        for at, (passage, placed) in enumerate(zip(self.came.passages, self.of, strict=True)):
            here = [block for block, _ in placed if block is not None]
            last = self.held.blocks[here[-1]][0] if here else last
            now, before = _plain(passage.text()), _plain(passage.text(before=True))
            if here or (now == before and now in sent) or not (now or before in sent):
                continue
            known = before in sent or passage.table
            key = (self._unnumbered(at), "accuracy") if known else (f"after {last}", "omission")
            told, texts = found.setdefault(key, ([], []))
            told.append(_told(before, now) if now != before else f"Put in: “{now}”. {UNTRACKED}")
            texts.append(now)
        for (place, sort), (told, texts) in found.items():
            yield {"place": _places([place]), "sort": sort, "text": "\n".join(told),
                   "proposed": "\n".join(texts)}  # fmt: skip

    # --- comments ---------------------------------------------------------------------------------

    def comments(self) -> Iterator[Found]:
        """Each comment with its replies, about the blocks on whose words it stands."""
        for id, each in self.came.comments.items():
            place, quoted = self._about(id)
            sort, text = _sorted(each)
            said = f"On “{quoted}”: {text}" if quoted else text
            yield {"place": place, "sort": sort, "text": said}

    def _about(self, id: str) -> tuple[str, str]:
        """Where a comment stands, and the words it is on unless these are all of the place."""
        on = self.anchors.get(id, [])
        on = [each for each in on if each[2].text.strip()] or on
        if not on:
            return f"{NOWHERE}: the comment stands at no words of the text", ""
        blocks = list(dict.fromkeys(block for _, block, _ in on if block is not None))
        quoted = " ".join(words(each for _, _, each in some) for _, some in groupby(on, _passage))
        if not blocks:
            passage = self.came.passages[on[0][0]]
            alone = quoted == passage.text() and not passage.table
            return self._unnumbered(on[0][0]), "" if alone else one_line(quoted, QUOTED)
        places = [self.held.blocks[block][0] for block in blocks]
        whole = " ".join(words(one) for block in blocks for _, one in self.blocks[block])
        own = _plain(places[0])
        alone = quoted in ("", own, whole, whole.removeprefix(own).strip())
        return _places(places), "" if alone else one_line(quoted, QUOTED)

    @cached_property
    def anchors(self) -> dict[str, list[tuple[int, int | None, Stretch]]]:
        """Comment → passage, block and stretch of everything that it is on."""
        found: dict[str, list[tuple[int, int | None, Stretch]]] = {}
        for at, passage in enumerate(self.of):
            for block, stretch in passage:
                for id in stretch.comments:
                    found.setdefault(id, []).append((at, block, stretch))
        return found

    def _unnumbered(self, at: int) -> str:
        """A place that has no number, in words: a table by its caption, else what stands there."""
        passage = self.came.passages[at]
        text = f"“{one_line(passage.text(before=True) or passage.text(), 100)}”"
        if passage.table:
            before = self.came.passages[at::-1]
            text = next((each.text() for each in before if each.kind == "caption"), "a table")
        kind = "heading " if passage.kind in ("title", "chapter", "heading") else ""
        return one_line(f"{NOWHERE}: {kind}{text}", QUOTED)


def _passage(anchor: tuple[int, int | None, Stretch]) -> int:
    return anchor[0]


def _block(stretch: Stretch, size: int) -> int | None:
    found = MARK.match(stretch.marks[-1]) if stretch.marks else None
    block = int(found["block"]) if found else size
    return block if block < size else None


def _plain(text: str) -> str:
    return " ".join(clean(text).split())


def _places(places: Sequence[str]) -> str:
    return one_line(listed(list(places)), QUOTED)


def _sorted(comment: Comment) -> tuple[str, str]:
    """The sort by a first word such as "Omission:", and what the thread says."""
    found = SORT.match(comment.text)
    labels = {label.casefold(): id for id, label in SORTS.items()}
    sort = labels[found[1].casefold()] if found else "accuracy"
    text = comment.text[found.end() :] if found else comment.text
    lines = [text or "(a comment without words)", *(f"Reply: {each}" for each in comment.replies)]
    return sort, "\n".join(lines) + (" (marked as resolved)" if comment.resolved else "")


def _told(before: str, now: str) -> str:
    """What was changed, in words; the whole new text is what is proposed."""
    if before == " ".join(now.split()):
        return "The paragraph is split, its words are the same."
    if max(len(before), len(now)) > LONGEST:
        return "The words are changed."
    one, other = before.split(), now.split()
    told = []
    for step, low, high, first, last in SequenceMatcher(None, one, other).get_opcodes():
        was, is_now = (
            one_line(" ".join(each), QUOTED) for each in (one[low:high], other[first:last])
        )
        if step == "replace":
            told.append(f"“{was}” becomes “{is_now}”")
        elif step != "equal":
            told.append(f"“{was}” is taken out" if was else f"“{is_now}” is put in")
    more = [f"{len(told) - CHANGES} more changes"] if len(told) > CHANGES else []
    return f"{'; '.join([*told[:CHANGES], *more])}."
