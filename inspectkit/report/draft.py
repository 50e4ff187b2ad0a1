"""The draft for factual accuracy: numbered paragraphs, ratings, findings, as Word and as HTML.

The same values make both files and the record of what the draft said; from the second draft on,
what changed since the one before stands at its end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from hashlib import sha256
from typing import Any

from inspectkit.exhibits import Block, Column, Cover, Exhibit, Prose, Series, Table, counted
from inspectkit.exhibits.word import Front, Line, Run, write_word
from inspectkit.findings.accuracy.challenges import VERDICTS, Challenged
from inspectkit.findings.accuracy.drafts import Changes, Draft, draft_of
from inspectkit.findings.accuracy.word import BULLET, mark, rest
from inspectkit.report import contents, followed
from inspectkit.report.compose import document, page
from inspectkit.report.edition import Edition
from inspectkit.report.readings import stamp

ASIDE = "What we found"  # the sentences that are made of the ratings alone, numbered S1, S2 ...
HOW = Prose((
    Block("How to answer", "chapter"),
    Block(
        "In the Word file draft.docx, comment on the words that you challenge, or change them, "
        "best as tracked changes, and send the file back. Begin a comment with “Typing error:”, "
        "“Accuracy:” or “Omission:”; without one of these it counts as accuracy. Say what is "
        "wrong and where that can be seen. Or fill in challenge.xlsx; do not do both for one "
        "paragraph. Leave the numbers of the paragraphs as they are. Who wrote a comment is not "
        "kept, only from where the file came."
    ),
))  # fmt: skip
LISTED = ("item", "fact")  # lines under the block before
KINDS = {each: each for each in ("chapter", "heading", "item", "warning")} | {"fact": "item"}


def drafted(insp: Any, number: int) -> Draft:
    """What the draft of this number says."""
    insp = Edition(insp, draft=True)
    decided = sorted(Challenged.of(insp.store).decisions)
    return draft_of(number, insp.figures, blocks(insp), decided)


def blocks(insp: Any) -> Iterator[tuple[str, str]]:
    """Every block that can be challenged, by its place: paragraphs, sentences, findings."""
    for lines in _numbered(list(_parts(Edition(insp, draft=True), None))):
        yield lines[0].term, BULLET.join(map(_text, lines))


def written(insp: Any, made: Draft, changes: Changes | None) -> dict[str, bytes]:
    """The draft's files by name: draft.docx, draft.html. The same inspection, the same bytes."""
    insp = Edition(insp, draft=True)
    parts = list(_parts(insp, changes))
    front = contents.cover(insp)
    title = f"Draft {made.number} for factual accuracy: {front.title}"
    version = ("Version", f"Draft {made.number} for factual accuracy, restricted")
    facts = tuple(each for each in front.facts if each[0] != version[0])
    cover = replace(front, title=title, facts=(*facts, version))
    return {"draft.docx": _word(insp, made, cover, parts),
            "draft.html": page(document(cover, parts)).encode("utf-8")}  # fmt: skip


def recorded(made: Draft, files: dict[str, bytes]) -> Draft:
    """The draft with the SHA-256 of its files, and what its Word file says beside its blocks."""
    sums = {name: sha256(content).hexdigest() for name, content in files.items()}
    return made.model_copy(update={"sha256": sums, "rest": rest(files["draft.docx"])})


def changes_table(changes: Changes) -> Series:
    """What changed since the draft before: the challenges decided, numbers, paragraphs."""
    numbers, paragraphs = len(changes.numbers), len(changes.blocks)
    said = f"{counted(numbers, 'number')} and {counted(paragraphs, 'paragraph')}"
    parts: list[Prose | Table] = [
        Prose((Block("Changed since the draft before", "chapter"),
               Block(f"{said} changed. Challenges decided in between: "
                     f"{', '.join(map(str, changes.challenges)) or 'none'}.")))
    ]  # fmt: skip
    told = changes.numbers.drop(columns="figure")
    for id, title, frame in (
        ("changed-numbers", "Every changed number", told),
        ("changed-blocks", "Every changed paragraph", changes.blocks),
    ):
        if len(frame):
            heads = tuple(Column(str(name).capitalize()) for name in frame.columns)
            rows = tuple(tuple(row) for row in frame.values.tolist())
            parts.append(Table(id=id, title=title, columns=heads, rows=rows))
    return Series(tuple(parts))


def decisions_table(challenged: Challenged) -> Table:
    """Each challenge with its decision, as it is told to the body."""
    rows = tuple(
        (each.number, each.where, each.text, VERDICTS[told.verdict], told.reason)
        for each in challenged.challenges
        if (told := challenged.decisions.get(each.number, (None, ""))[0])
    )
    heads = (Column("Number", "number"), *map(Column, ("About", "Challenge", "Decision", "Why")))
    return Table(id="challenges", title="Challenges and decisions", columns=heads, rows=rows)


def _summary(insp: Any) -> Prose:
    """The sentences made of the ratings, each with a number to challenge it by."""
    said = contents.summary(insp).blocks
    return Prose(tuple(Block(each.text, "numbered", f"S{n}") for n, each in enumerate(said, 1)))


def _numbered(parts: Iterable[Exhibit]) -> list[list[Block]]:
    """Each numbered block, followed by the lines of its list."""
    found: list[list[Block]] = []
    for block in (block for part in parts if isinstance(part, Prose) for block in part.blocks):
        if block.kind not in LISTED and block.term:
            found.append([block])
        elif block.kind in LISTED and found:
            found[-1].append(block)
    return found


def _text(block: Block) -> str:
    return f"{block.term}: {block.text}" if block.kind == "fact" else block.text


def _parts(insp: Any, changes: Changes | None) -> Iterator[Exhibit]:
    yield HOW
    yield from followed.context(insp).parts
    yield followed.narrative(insp)
    yield Prose((Block(ASIDE, "chapter"),))
    yield _summary(insp)
    yield contents.ratings_table(insp)
    yield contents.ratings_table(insp, "tag")
    yield Prose((Block("Findings and recommendations", "chapter"),))
    yield followed.findings(insp)
    if changes is not None:
        yield from changes_table(changes).parts
        challenged = Challenged.of(insp.store)
        if challenged.decisions:
            yield decisions_table(challenged)


def _word(insp: Any, made: Draft, cover: Cover, parts: list[Exhibit]) -> bytes:
    marks = {id(block): mark(made, place, item) for place, lines in enumerate(_numbered(parts))
             for item, block in enumerate(lines)}  # fmt: skip
    front = Front(cover.title, insp.head.report_date, cover.marking, stamp(insp))
    lines: list[Line | Table] = [Line("title", (Run(cover.title),))]
    if cover.stamp:
        lines.append(Line("warning", (Run(f"{cover.stamp}: {cover.stamp_meaning}"),)))
    for part in parts:
        if isinstance(part, Table):
            lines.append(part)
        elif isinstance(part, Prose):
            lines += [_line(block, marks.get(id(block), "")) for block in part.blocks]
    return write_word(front, lines)


def _line(block: Block, mark: str) -> Line:
    gap = ": " if block.kind == "fact" else "  "
    head = (Run(f"{block.term}{gap}", bold=True),) if block.term else ()
    return Line(KINDS.get(block.kind, "paragraph"), (*head, Run(block.text)), mark)
