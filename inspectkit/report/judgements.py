"""Judgements of a report: each with its sources and reason, and the evidence they rest on."""

from __future__ import annotations

from typing import Any

from inspectkit.exhibits import Block, Chip, Column, Prose, Series, Table, counted
from inspectkit.report.readings import ALL, bands
from inspectkit.review.evidence import KINDS


def judgements(insp: Any) -> Series | None:
    """What was judged beside the case files, part by part, and the evidence; None without any."""
    table = insp.store.judgements()
    given = table[table["state"] == "answered"]
    if given.empty:
        return None
    head = Prose((Block("Judgements beside the case files", "heading"), Block(LEAD)))
    return Series((head, _parts(insp, given), _evidence(insp, given)))


LEAD = (
    "These questions were judged of the Area as a whole. Each judgement rests on items of evidence "
    "from different sources; the scores of the case files are one item among them. No sample was "
    "taken of them, so they have no interval and no probability."
)


def _parts(insp: Any, given: Any) -> Table:
    qs, labels = insp.question_set, {each.id: each for each in bands(insp)}
    heads = [Column("Question"), Column("Judgement", "chip"), Column("Reason")]
    heads = heads[:2] if insp.public else heads  # a reason is free text
    rows: list[tuple[str | Chip, ...]] = []
    groups = []
    for row in given.itertuples():
        question = qs.question(row.question)
        band, answers = labels.get(row.answer), qs.answers(question)
        words = answers.get(row.answer, row.answer)
        tone = band.tone if band else "none"
        named = f"{counted(int(row.sources), 'source')}: {', '.join(row.rests_on)}"
        rows.append((question.text, Chip(words, tone, named), row.evidence)[: len(heads)])
        groups.append(_group(insp, question))
    return Table(
        id="judgements",
        title="Judgements, by part",
        columns=tuple(heads),
        rows=tuple(rows),
        groups=tuple(groups),
    )


def _group(insp: Any, question: Any) -> str:
    """The part that a question belongs to, with its rating."""
    theme = next((each for each in insp.question_set.themes if each.id in question.themes), None)
    if theme is None:
        return "Counts to nothing"
    rated = [each for each in insp.ratings.rows if (each.figure, each.domain) == (theme.id, ALL)]
    band = rated[0].band if rated else None
    return f"{theme.label}: {band.label.lower() if band else 'not rated'}"


def _evidence(insp: Any, given: Any) -> Table:
    heads = ["Item", "Kind", "Source", "Date", "What it shows"]
    heads = heads[:4] if insp.public else heads
    used = {item for named in given["rests_on"] for item in named}
    rows = [
        (row.id, KINDS[row.kind], row.source, row.dated, row.note)[: len(heads)]
        for row in insp.store.evidence().itertuples()
        if row.id in used
    ]
    return Table(
        id="evidence",
        title="The evidence that the judgements rest on",
        columns=tuple(map(Column, heads)),
        rows=tuple(rows),
    )
