"""What goes to the inspected body: a sheet for each case, and challenge.xlsx to fill in.

Restricted: case references, answers and evidence. Who marked a case is a code, the same throughout.
Each row that can be challenged carries, on a hidden sheet, the digest of what it says; where that
changed meanwhile, the challenge would be about something else, and the workbook is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from inspectkit.digest import digest
from inspectkit.errors import InspectionError, Problems
from inspectkit.findings.accuracy.challenges import SORTS
from inspectkit.findings.accuracy.drafts import Draft
from inspectkit.findings.returned import REMEDY, filled, opened
from inspectkit.questions.question_set import QuestionSet
from inspectkit.review.reviews import Reviews
from inspectkit.review.state import ANSWERED, NA, SUBMITTED
from inspectkit.sampling.evidence.workbooks import Cell, Sheet, workbook
from inspectkit.validation import nearest

ANSWERS, PARAGRAPHS, BASE = "Answers", "Paragraphs", "Base"
KIND, WRONG, PROPOSED, WHERE = "Kind", "What is wrong", "What it should be", "Where it is seen"
FILL = (KIND, WRONG, PROPOSED, WHERE)
ANSWER_HEADS = ("Case", "Item", "Question", "Question in words", "Answer given", *FILL)
PARAGRAPH_HEADS = ("Paragraph", "Text", *FILL)
BASE_HEADS = ("Sheet", "Key", "Digest", "Draft")
OMISSIONS = 10  # empty rows for what is not in the draft at all
TOP = (
    "Fill in the four cells on the right of each row that you challenge; leave the others empty.",
    "Kind: a typing error, something inaccurate, or something left out. Say where it can be seen.",
)
IN_WORD = "Or comment in draft.docx and send that back; do not do both for one paragraph."


def marker_codes(reviews: Reviews) -> dict[str, str]:
    """Marker → a code such as M2; in an order that says nothing about who began first."""
    names = sorted({str(each) for each in reviews.subjects["marker"] if each},
                   key=lambda name: digest(["marker", name]))  # fmt: skip
    return {name: f"M{place}" for place, name in enumerate(names, start=1)}


def case_workbook(title: str, reviews: Reviews, qs: QuestionSet) -> bytes:
    """A contents sheet, and a sheet for each submitted case: questions, answers, evidence."""
    codes, cases = marker_codes(reviews), _submitted(reviews)
    contents: list[Sequence[Cell]] = []
    sheets = []
    for number, case in enumerate(cases, start=1):
        name = f"Case {number:02}"
        code = codes.get(case["marker"], "")
        kind = qs.casework_types.get(case["stratum"], case["stratum"])
        contents.append((name, case["subject"], kind, code))
        rows = [(row["item"], row["question"], words, label, row["evidence"])
                for row, words, label in _marks(reviews, qs, case["subject"])]  # fmt: skip
        top = (f"{case['subject']}, {kind}. Marked by {code}.",)
        heads = ("Item", "Question", "Question in words", "Answer", "Evidence")
        sheets.append(Sheet(name, heads, rows, top))
    first = Sheet("Contents", ("Sheet", "Reference", "Casework type", "Marker"), contents,
                  (f"RESTRICTED. {title}: answers and evidence of each case.",))  # fmt: skip
    return workbook(title, [first, *sheets])


def answers_workbook(title: str, reviews: Reviews, qs: QuestionSet) -> bytes:
    """challenge.xlsx for the answers of every submitted case."""
    rows: list[Sequence[Cell]] = []
    base: list[Sequence[Cell]] = []
    for case in _submitted(reviews):
        for row, words, label in _marks(reviews, qs, case["subject"]):
            rows.append((row["subject"], row["item"], row["question"], words, label,
                         None, None, None, None))  # fmt: skip
            key = _key(row["subject"], row["item"], row["question"])
            base.append((ANSWERS, key, digest(row["answer"]), 0))
    sheet = Sheet(ANSWERS, ANSWER_HEADS, rows, TOP, {KIND: list(SORTS.values())}, filtered=True,
                  frozen=3)  # fmt: skip
    return workbook(f"Challenges: {title}", [sheet, Sheet(BASE, BASE_HEADS, base, hidden=True)])


def paragraphs_workbook(title: str, held: Draft) -> bytes:
    """challenge.xlsx for the numbered blocks of a draft, with empty rows for what was left out."""
    rows: list[Sequence[Cell]] = [(place, text, None, None, None, None)
                                  for place, text in held.blocks]  # fmt: skip
    rows += [(None, None, None, None, None, None)] * OMISSIONS
    base = [(PARAGRAPHS, place, digest(text), held.number) for place, text in held.blocks]
    sheet = Sheet(PARAGRAPHS, PARAGRAPH_HEADS, rows, (f"Draft {held.number}.", *TOP, IN_WORD),
                  {KIND: list(SORTS.values())}, filtered=True, frozen=1)  # fmt: skip
    return workbook(f"Challenges: {title}, draft {held.number}",
                    [sheet, Sheet(BASE, BASE_HEADS, base, hidden=True)])  # fmt: skip


def read_challenges(
    path: Path, reviews: Reviews, drafted: Mapping[int, Draft], *, received: date, sender: str
) -> list[dict[str, object]]:
    """The challenges of a workbook that came back, in its order.

    Errors, all at once: another workbook; a row half filled in; a kind that is none; a formula; an
    answer that changed since it was sent.
    """
    book, problems = opened(path), Problems()
    if BASE not in book.sheetnames or not {ANSWERS, PARAGRAPHS} & set(book.sheetnames):
        raise InspectionError(path.name, "not a workbook for challenges", REMEDY)
    base = {(str(row["Sheet"]), row["Key"]): row for _, row in
            filled(book, BASE, BASE_HEADS, problems)}  # fmt: skip
    found: list[dict[str, object]] = []
    shared = {"received": received, "sender": sender}
    for name, heads in ((ANSWERS, ANSWER_HEADS), (PARAGRAPHS, PARAGRAPH_HEADS)):
        for where, row in filled(book, name, heads, problems) if name in book else ():
            if any(row[head] for head in FILL):
                with problems.gather():
                    told = _challenge(where, row)
                    placed = (_answer if name == ANSWERS else _paragraph)(where, row, base)
                    found.append(told | placed | shared)
    _refuse_changed(found, base, reviews, drafted, problems)
    problems.raise_if_any()
    return found


def _challenge(where: str, row: Mapping[str, str]) -> dict[str, object]:
    kinds = {label.casefold(): id for id, label in SORTS.items()}
    sort = kinds.get(row[KIND].casefold())
    if sort is None:
        what = f"{row[KIND]!r} is no kind of challenge" if row[KIND] else "no kind is chosen"
        hint = nearest(row[KIND], list(SORTS.values()))
        raise InspectionError(where, what, f"Choose from the list.{hint}")
    if not row[WRONG]:
        raise InspectionError(where, "it does not say what is wrong", "Write it")
    return {"sort": sort, "text": row[WRONG], "proposed": row[PROPOSED], "evidence": row[WHERE]}


def _answer(where: str, row: Mapping[str, str], base: Mapping[Any, Any]) -> dict[str, object]:
    if (ANSWERS, _key(row["Case"], row["Item"], row["Question"])) not in base:
        what = f"no answer to {row['Question']} of case {row['Case']} was sent"
        raise InspectionError(where, what, "Answer in the rows as they came")
    return {"subject": row["Case"], "item": row["Item"], "question": row["Question"]}


def _paragraph(where: str, row: Mapping[str, str], base: Mapping[Any, Any]) -> dict[str, object]:
    number = next((int(each["Draft"]) for each in base.values()), 0)
    place = row["Paragraph"] or "left out of the draft"
    return {"place": place, "draft": number}


def _refuse_changed(
    found: Sequence[Mapping[str, object]],
    base: Mapping[Any, Any],
    reviews: Reviews,
    drafted: Mapping[int, Draft],
    problems: Problems,
) -> None:
    rows = reviews.marks[["subject", "item", "question", "answer"]].values.tolist()
    held = {_key(subject, item, question): answer for subject, item, question, answer in rows}
    for each in found:
        if each.get("subject"):
            key = _key(str(each["subject"]), str(each["item"]), str(each["question"]))
            if digest(held.get(key, "")) != base[ANSWERS, key]["Digest"]:
                where = f"case {each['subject']}, question {each['question']}"
                what = "the answer is another one by now"
                problems.add(where, what, "Send a new workbook")
        elif each["draft"] not in drafted:
            problems.add("Base", f"no draft {each['draft']} was made here", "Give ours back")


def _submitted(reviews: Reviews) -> list[dict[str, Any]]:
    rows = reviews.subjects[reviews.subjects["status"] == SUBMITTED].to_dict("records")
    return [{str(key): value for key, value in row.items()} for row in rows]


def _marks(
    reviews: Reviews, qs: QuestionSet, subject: str
) -> Iterator[tuple[dict[str, Any], str, str]]:
    """Each answered question of a case with its words and its answer in words."""
    marks = reviews.marks
    rows = marks[(marks["subject"] == subject) & marks["state"].isin([ANSWERED, NA])]
    for row in rows.to_dict("records"):
        question = qs.question(row["question"])
        label = qs.answers(question).get(row["answer"], row["answer"])
        yield {str(key): value for key, value in row.items()}, question.text, label


def _key(subject: str, item: str, question: str) -> str:
    return f"{subject}|{item}|{question}"
