"""A practice round as a page: for each question what everybody answered, beside what was agreed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from inspectkit.exhibits import Block, Column, Cover, Exhibit, Prose, StackedBars, Table, counted
from inspectkit.report.compose import document, page
from inspectkit.review.practice import Spread

STAMP = "PRACTICE: INVENTED FILES"
MEANING = "These files are invented, and no mark given to them is ever scored."
HOW = (
    "A section for each question, those furthest from the agreed answers first. Each bar is a file:"
    " how many of those who submitted it gave which answer."
)


def calibration_page(found: Spread, results: pd.DataFrame, *, name: str) -> str:
    """The round as one HTML page that needs nothing from outside.

    found, results: see `review.practice`; a question that nobody has answered yet has no section.
    """
    cover = Cover(
        title=f"Practice round {name}",
        subtitle="What everybody answered, beside what was agreed",
        stamp=STAMP,
        stamp_meaning=MEANING,
        facts=(
            ("Files", str(len(found.titles))),
            ("Inspectors", str(len(results))),
            ("Reached the threshold", str(int(results["passed"].sum()))),
        ),
    )
    return page(document(cover, (_results(results), Prose((Block(HOW),)), *_questions(found))))


def _results(results: pd.DataFrame) -> Table:
    rows = tuple(
        (str(row["marker"]), int(row["files"]), int(row["marks"]), int(row["agreed"]),
         round(100 * float(row["share"]), 1), "yes" if row["passed"] else "no")
        for row in results.to_dict("records")
    )  # fmt: skip
    return Table(
        id="results",
        title="How often each inspector gave the agreed answer",
        columns=(
            Column("Inspector"),
            Column("Files", "number"),
            Column("Marks", "number"),
            Column("As agreed", "number"),
            Column("Share", "percent"),
            Column("Threshold reached"),
        ),
        rows=rows,
    )


def _questions(found: Spread) -> Iterator[Exhibit]:
    for question in found.questions():
        chart, table = found.chart(question), _answers(found, question)
        labels = found.question_set.answers(found.question_set.question(question))
        yield Prose((Block(chart.title, "chapter"), Block(_said(found, question))))
        yield Prose(tuple(_guidance(found.question_set.guidance(question))))
        yield _worded(chart, labels)
        yield table


def _guidance(text: str) -> Iterator[Block]:
    """The guidance without its marks of Markdown, its bullets as such."""
    for line in text.replace("**", "").splitlines():
        if line.strip():
            bullet = line.startswith("- ")
            yield Block(line.removeprefix("- "), "item" if bullet else "paragraph")


def _worded(chart: StackedBars, labels: dict[str, str]) -> StackedBars:
    """The picture with answers in words."""
    named = tuple(labels.get(name, name) for name in chart.series)
    bars = tuple(replace(bar, label=bar.label.partition(" (")[0]) for bar in chart.bars)
    return replace(chart, series=named, bars=bars)


def _said(found: Spread, question: str) -> str:
    rows = found.rows[found.rows["question"] == question]
    right = int(rows.loc[rows["answer"] == rows["agreed"], "count"].sum())
    return f"{right} of {counted(int(rows['count'].sum()), 'answer')} as agreed."


def _answers(found: Spread, question: str) -> Table:
    labels = found.question_set.answers(found.question_set.question(question))
    rows = found.rows[found.rows["question"] == question]

    def word(answer: str) -> str:
        return labels.get(answer, answer[:1].upper() + answer[1:])

    return Table(
        id=f"answers-{question}".replace("_", "-"),
        title=f"Answers to “{rows['text'].iloc[0]}”",
        columns=tuple(map(Column, ("File", "Agreed", "Why", "Answered", "By"))),
        rows=tuple(
            (f"{row['subject']} {found.titles[row['subject']]}", word(row["agreed"]), row["why"],
             word(row["answer"]), row["markers"])
            for row in rows.to_dict("records")
        ),
    )  # fmt: skip
