"""Reads the hand-worked specimen: its marks as reviews, its sample, its tables of fractions."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from pathlib import Path

import pandas as pd

from inspectkit.questions import QuestionSet
from inspectkit.review import Reviews
from inspectkit.sampling.sample import Sample

HERE = Path(__file__).parent
STATES = {"na": "na", "closed": "closed", "?": "unanswered", "unopened": "not examined"}
FRAME = {"MC": (60, 6), "CC": (30, 4), "RASSO": (8, 2)}  # N, n
MARKS = ["subject", "item", "question", "marker", "state", "answer", "evidence", "version"]
Row = dict[str, str]


def tables() -> list[list[Row]]:
    """The tables of twelve_cases.md, in order: marks, fractions, all casework."""
    found: list[list[Row]] = []
    heads: list[str] = []
    for line in (HERE / "twelve_cases.md").read_text(encoding="utf-8").splitlines():
        if not line.startswith("|"):
            heads = []
            continue
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if not heads:
            heads = cells
            found.append([])
        elif not cells[0].startswith("--"):
            found[-1].append(dict(zip(heads, cells, strict=True)))
    return found


@cache
def question_set() -> QuestionSet:
    return QuestionSet.load(HERE / "twelve_cases.yaml")


def reviews() -> Reviews:
    return reviews_of(tables()[0])


def reviews_of(rows: list[Row]) -> Reviews:
    """Rows of case, stratum and one cell for each question, as reviews."""
    marks = [
        (row["case"], "", question, "AB", STATES.get(cell, "answered"), *answer(cell), 1)
        for row in rows
        for question, cell in row.items()
        if question not in ("case", "stratum")
    ]
    subjects = pd.DataFrame(
        {k: [row[v] for row in rows] for k, v in (("subject", "case"), ("stratum", "stratum"))}
    )
    return Reviews(subjects.assign(status="submitted"), pd.DataFrame(marks, columns=MARKS))


def answer(cell: str) -> tuple[str, str]:
    """Answer and evidence, as the store gives them: nothing where nothing counts."""
    return ("" if cell in STATES and cell != "na" else cell), ""


def sample() -> Sample:
    rows = tables()[0]
    return sample_of({row["case"]: row["stratum"] for row in rows}, FRAME)


def sample_of(
    cases: dict[str, str], frame: dict[str, tuple[int, int]], **facts: list[str]
) -> Sample:
    """A sample of these cases (case: stratum) from a frame (stratum: N, n)."""
    table = pd.DataFrame(list(cases.items()), columns=["id", "stratum"])
    table = table.assign(role="sample", order=1, ticket="", probability="1/1", weight="1/1")
    strata = [
        {"stratum": name, "label": name, "N": N, "n": n, "reserves": 0}
        for name, (N, n) in frame.items()
    ]
    return Sample(table, table[["id", "stratum"]].assign(**facts), {"strata": strata})


def share(cell: str) -> Fraction | None:
    """'7/12' as an exact fraction; 'none' as None."""
    return None if cell == "none" else Fraction(cell)


def worked(sum_of_products: str) -> Fraction:
    """The value of '12*13 + 15/2*13'."""
    total = Fraction()
    for term in filter(None, sum_of_products.split(" + ")):
        weight, points = term.split("*")
        total += Fraction(weight) * int(points)
    return total
