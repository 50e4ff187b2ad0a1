"""Frame errors: what the caseload said of a case and its file showed to be otherwise.

A question may be filled in from a fact of the frame; the inspector confirms it, or corrects it with
a reason. Nothing in the frame is changed: a correction is an answer, and evidence about the frame.
"""

from __future__ import annotations

import pandas as pd

from inspectkit.questions.question_set import QuestionSet
from inspectkit.review.reviews import Reviews
from inspectkit.review.state import ANSWERED, NA
from inspectkit.sampling.preparing.folding import MIXED

COLUMNS = ["subject", "item", "question", "fact", "stated", "found", "reason", "marker"]


def looked_up(reviews: Reviews, qs: QuestionSet) -> pd.DataFrame:
    """subject, item, question, fact, stated, found, reason, marker: a row for each answer in force
    to a question that a fact filled in. stated: what the frame says; found: what the file shows.
    """
    facts = {each.id: each.prefill for each in qs.questions if each.prefill}
    marks = reviews.marks
    given = marks[marks["question"].isin(list(facts)) & marks["state"].isin([ANSWERED, NA])]
    stated = reviews.subjects.set_index("subject")
    columns = ["subject", "item", "question", "answer", "evidence", "marker"]
    rows = []
    for subject, item, question, answer, evidence, marker in given[columns].values.tolist():
        fact = str(facts[question])
        if value := _stated(stated, subject, fact):
            rows.append((subject, item, question, fact, value, answer, evidence, marker))
    return pd.DataFrame(rows, columns=COLUMNS)


def frame_errors(reviews: Reviews, qs: QuestionSet) -> pd.DataFrame:
    """The corrections among what was looked up: same columns, the frame and the file differ."""
    found = looked_up(reviews, qs)
    return found[found["stated"] != found["found"]].reset_index(drop=True)


def by_fact(reviews: Reviews, qs: QuestionSet) -> pd.DataFrame:
    """fact, looked_up, corrected: one row for each fact that fills in a question."""
    found = looked_up(reviews, qs)
    wrong = found["stated"] != found["found"]
    facts = dict.fromkeys(str(each.prefill) for each in qs.questions if each.prefill)
    rows = [(f, int((found["fact"] == f).sum()), int((wrong & (found["fact"] == f)).sum()))
            for f in facts]  # fmt: skip
    return pd.DataFrame(rows, columns=["fact", "looked_up", "corrected"])


def _stated(facts: pd.DataFrame, subject: str, fact: str) -> str:
    """The one value that the frame has, "" where it has none or co-defendants differ."""
    value = str(facts.at[subject, fact]) if fact in facts.columns else ""
    return "" if value == MIXED else value
