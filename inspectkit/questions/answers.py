"""How an answer is kept: one text for one meaning, whatever the type of its question.

scale, choice   the id of the answer                        fm
multiple        ids in the order offered, one blank apart   late cold
date            ISO 8601                                    2026-11-25
number          decimal, no exponent, no needless zero      3.5
text            as written, without blanks at its ends      Ms Patel
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from inspectkit.errors import InspectionError
from inspectkit.questions.model import Question
from inspectkit.questions.values import day, number, numeral

LONGEST_TEXT = 2000


def canonical(question: Question, offered: Sequence[str], given: str) -> str:
    """The text under which an answer is kept.

    offered: the ids of the answers, for scale, choice and multiple (`QuestionSet.answer_ids`).
    Errors: an answer that its question does not take, with what it does take.

    >>> question = Question(id="days", text="How many days?", type="number", whole=True, max=99)
    >>> canonical(question, (), " 007.0 ")
    '7'
    """
    text = given.strip()
    if not text:
        raise _refused(question, "the answer is empty", "Give an answer")
    if question.type in ("scale", "choice"):
        return _listed(question, offered, [text])
    if question.type == "multiple":
        return _listed(question, offered, text.split())
    if question.type == "date":
        return str(_day(question, text))
    if question.type == "number":
        return _number(question, text)
    if question.type == "calculated":
        raise _refused(question, "it is calculated", "Answer the questions it is worked out from")
    if len(text) > LONGEST_TEXT:
        what = f"the answer is longer than {LONGEST_TEXT:,} characters"
        raise _refused(question, what, "Shorten it")
    return text


def _listed(question: Question, offered: Sequence[str], given: Sequence[str]) -> str:
    for name in given:
        if name not in offered:
            raise _refused(
                question, f"{name!r} is no answer of it", f"Choose from {', '.join(offered)}"
            )
    return " ".join(name for name in offered if name in given)


def _day(question: Question, text: str) -> date:
    found = day(text)
    if found is None:
        what = f"{text[:40]!r} is no day of the calendar"
        raise _refused(question, what, "Write year, month and day: 2026-11-25")
    return found


def _number(question: Question, text: str) -> str:
    found = number(text)
    if found is None:
        what = f"{text[:40]!r} is no number"
        raise _refused(question, what, "Write digits, with a point for decimals: 3.5")
    if question.whole and found.denominator != 1:
        raise _refused(question, f"{text} is no whole number", "Give a whole number")
    low, high = question.min, question.max
    if (low is not None and found < Fraction(low)) or (high is not None and found > Fraction(high)):
        what = f"{numeral(found)} is outside {_between(question)}"
        raise _refused(question, what, f"Give a number {_between(question)}")
    return numeral(found)


def _between(question: Question) -> str:
    low, high = question.min, question.max
    parts = [f"from {low}" if low is not None else "", f"to {high}" if high is not None else ""]
    return " ".join(part for part in parts if part)


def _refused(question: Question, what: str, remedy: str) -> InspectionError:
    return InspectionError(f"question {question.id}", what, remedy)
