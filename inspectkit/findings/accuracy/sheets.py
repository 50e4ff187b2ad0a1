"""What goes to the inspected body: a sheet for each case, and challenge.xlsx to fill in.

Restricted: case references, answers and evidence. Who marked a case is a code, the same throughout.
Each row that can be challenged carries, on a hidden sheet, the digest of what it says; where that
changed meanwhile, the challenge would be about something else, and the workbook is refused. So it
is where a paragraph stands beside other words than the draft has.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
from inspectkit.sampling.evidence.workbooks import LONGEST, Cell, Sheet, workbook
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
LEFT_OUT = "left out of the draft"
Rows = Iterable[tuple[str, Mapping[str, str]]]  # where each stands, and its cells by head
Base = Mapping[tuple[str, str], Mapping[str, str]]  # sheet and key → what was sent


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
    answer that changed since it was sent; a paragraph that the draft does not have, or has in other
    words.
    """
    book, problems = opened(path), Problems()
    if BASE not in book.sheetnames or not {ANSWERS, PARAGRAPHS} & set(book.sheetnames):
        raise InspectionError(path.name, "not a workbook for challenges", REMEDY)
    base = {(row["Sheet"], row["Key"]): row
            for _, row in filled(book, BASE, BASE_HEADS, problems)}  # fmt: skip
    found: list[dict[str, object]] = []
    if ANSWERS in book.sheetnames:
        found += _answers(filled(book, ANSWERS, ANSWER_HEADS, problems), base, problems)
        _refuse_changed(found, base, reviews, problems)
    if PARAGRAPHS in book.sheetnames:
        rows = filled(book, PARAGRAPHS, PARAGRAPH_HEADS, problems)
        found += _paragraphs(rows, _draft(base, drafted), problems)
    problems.raise_if_any()
    return [each | {"received": received, "sender": sender} for each in found]


def _answers(rows: Rows, base: Base, problems: Problems) -> Iterator[dict[str, object]]:
    for where, row in rows:
        if any(row[head] for head in FILL):
            with problems.gather():
                yield _challenge(where, row) | _answer(where, row, base)


def _paragraphs(rows: Rows, held: Draft, problems: Problems) -> Iterator[dict[str, object]]:
    for where, row in rows:
        with problems.gather():
            _refuse_overwritten(where, row, held)
            if any(row[head] for head in FILL):
                yield _challenge(where, row) | _paragraph(where, row, held)


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


def _answer(where: str, row: Mapping[str, str], base: Base) -> dict[str, object]:
    if (ANSWERS, _key(row["Case"], row["Item"], row["Question"])) not in base:
        what = f"no answer to {row['Question']} of case {row['Case']} was sent"
        raise InspectionError(where, what, "Answer in the rows as they came")
    return {"subject": row["Case"], "item": row["Item"], "question": row["Question"]}


def _paragraph(where: str, row: Mapping[str, str], held: Draft) -> dict[str, object]:
    """Which paragraph a row is about. Errors: the draft has none of that number; no number."""
    typed, places = row["Paragraph"], [place for place, _ in held.blocks]
    if row["Text"] and not typed:
        remedy = f"Name it, or write what was left out under “{PROPOSED}”"
        raise InspectionError(where, "a text, but no paragraph it belongs to", remedy)
    place = next((each for each in places if each.casefold() == typed.casefold()), LEFT_OUT)
    if typed and place == LEFT_OUT:
        inside = [each for each in re.split(r"[\s,;]+", typed) if each in places]
        hint = f" Did you mean {inside[0]}?" if inside else nearest(typed, places)
        remedy = f"Name one a row as the draft has it, none for what was left out.{hint}"
        raise InspectionError(where, f"draft {held.number} has no paragraph {typed!r}", remedy)
    return {"place": place, "draft": held.number}


def _refuse_overwritten(where: str, row: Mapping[str, str], held: Draft) -> None:
    """Errors: other words beside a paragraph than were sent, which would be lost."""
    own = [text for place, text in held.blocks if place.casefold() == row["Paragraph"].casefold()]
    came = _letters(row["Text"])
    if own and came and came not in [_letters(text) for text in own]:
        what = f"what stands beside {row['Paragraph']} is not the text that was sent"
        raise InspectionError(where, what, f"Put it back, and write yours under “{PROPOSED}”")


def _letters(text: str) -> str:
    """What no program changes that a workbook goes through: a text without blanks and controls."""
    return re.sub(r"[\s\x00-\x1f]", "", text[:LONGEST])


def _draft(base: Base, drafted: Mapping[int, Draft]) -> Draft:
    """The draft of a workbook. Errors: none that was made here."""
    sent = [row for (name, _), row in base.items() if name == PARAGRAPHS]
    number = max((int(row["Draft"]) for row in sent), default=0)
    if number not in drafted:
        raise InspectionError(BASE, f"no draft {number} was made here", "Give ours back")
    held = drafted[number]
    if not {row["Digest"] for row in sent} <= {digest(text) for _, text in held.blocks}:
        what = f"it is not of our draft {number}, but of another inspection's"
        raise InspectionError(BASE, what, "Take it in the folder of the inspection it is of")
    return held


def _refuse_changed(
    found: Sequence[Mapping[str, object]], base: Base, reviews: Reviews, problems: Problems
) -> None:
    rows = reviews.marks[["subject", "item", "question", "answer"]].values.tolist()
    held = {_key(subject, item, question): answer for subject, item, question, answer in rows}
    for each in found:
        key = _key(str(each["subject"]), str(each["item"]), str(each["question"]))
        if digest(held.get(key, "")) != base[ANSWERS, key]["Digest"]:
            where = f"case {each['subject']}, question {each['question']}"
            problems.add(where, "the answer is another one by now", "Send a new workbook")


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
