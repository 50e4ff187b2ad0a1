"""What answers mean where a question is calculated, limited, suggested or filled in."""

from __future__ import annotations

from pathlib import Path

import pytest

from inspectkit.errors import InspectionError
from inspectkit.questions import QuestionSet
from inspectkit.review.rules import check_answer, check_evidence
from inspectkit.review.state import (
    ANSWERED,
    CLOSED,
    NOT_KNOWN,
    UNANSWERED,
    Answer,
    CaseState,
    judged,
)

SPECIMEN = """\
id: specimen
revision: 1
label: A specimen
source: written for the tests
verified: false
casework_types: [{id: MC, label: Magistrates' court}]
facts:
  - {id: ended_on, label: Ended on, type: date}
  - {id: outcome, label: Outcome, values: [{id: guilty, label: Guilty}, {id: other, label: Other}]}
scales:
  - id: standard
    label: Standard
    answers: [{id: fm, label: Met, points: 1}, {id: nm, label: Not met, points: 0}]
themes: [{id: letters, label: Letters}]
questions:
  - id: how
    text: How did it end?
    type: choice
    prefill: outcome
    page: letters
    choices: [{id: guilty, label: Guilty}, {id: other, label: Other}]
  - id: sent
    text: When was it sent?
    type: date
    page: letters
    must: [{that: "${sent} >= ${ended_on}", message: Not before the case ended}]
  - id: days
    text: Working days
    type: calculated
    calculate: working-days-between(${ended_on}, ${sent})
    page: letters
  - id: timely
    text: Was it in time?
    scale: standard
    themes: [letters]
    suggest: if(${days} <= 5, 'fm', 'nm')
  - id: why
    text: Why was it late?
    type: text
    page: letters
    applies_when: ${days} > 5
"""
FACTS = {"ended_on": "2024-03-01", "outcome": "guilty"}


@pytest.fixture
def qs(tmp_path: Path) -> QuestionSet:
    path = tmp_path / "question_set.yaml"
    path.write_text(SPECIMEN, encoding="utf-8")
    return QuestionSet.load(path)


def given(**answers: str) -> dict[str, Answer]:
    return {name: Answer(answer, "", 1, "") for name, answer in answers.items()}


def state(qs: QuestionSet, facts: dict[str, str], **answers: str) -> CaseState:
    held = given(**answers)
    found = judged(qs, "MC", facts, held)
    known = (found.values, found.suggested)
    return CaseState("1", "MC", facts, "started", held, found.states, found.open, (), *known)


def test_a_calculated_question_is_asked_of_nobody_and_opens_others(qs: QuestionSet) -> None:
    early = judged(qs, "MC", FACTS, given(sent="2024-03-08"))
    late = judged(qs, "MC", FACTS, given(sent="2024-03-11"))
    assert (early.values["days"], late.values["days"]) == ("5", "6")
    assert early.states["days"] == ANSWERED and "days" not in early.open
    assert (early.states["why"], late.states["why"]) == (CLOSED, UNANSWERED)
    assert "why" in late.open and "why" not in early.open


def test_what_cannot_be_calculated_yet_leaves_what_rests_on_it_waiting(qs: QuestionSet) -> None:
    for facts in (FACTS, {"outcome": "guilty"}, FACTS | {"ended_on": "mixed"}):
        found = judged(qs, "MC", facts, {})
        assert found.states["days"] == NOT_KNOWN and "days" not in found.values
        assert found.states["why"] == UNANSWERED and "why" not in found.open


def test_the_frame_and_the_formula_propose_and_the_inspector_decides(qs: QuestionSet) -> None:
    found = judged(qs, "MC", FACTS, given(sent="2024-03-11"))
    assert found.suggested == {"how": "guilty", "timely": "nm"}
    assert "how" not in found.values
    assert judged(qs, "MC", {"outcome": "mixed"}, {}).suggested == {}
    assert judged(qs, "MC", {"outcome": "unheard of"}, {}).suggested == {}


def test_another_answer_than_the_proposed_one_needs_a_reason(qs: QuestionSet) -> None:
    case = state(qs, FACTS, sent="2024-03-11")
    check_evidence(qs, case, "timely", "nm", "")
    check_evidence(qs, case, "timely", "fm", "The office was closed by flood.")
    with pytest.raises(InspectionError, match="'Not met' was proposed; another answer needs"):
        check_evidence(qs, case, "timely", "fm", " ")
    with pytest.raises(InspectionError, match="'Guilty' was proposed"):
        check_evidence(qs, case, "how", "other", "")


def test_an_answer_that_breaks_a_limit_for_certain_is_refused(qs: QuestionSet) -> None:
    case = state(qs, FACTS)
    check_answer(qs, case, "sent", "2024-03-01", "")
    with pytest.raises(InspectionError, match="question sent: Not before the case ended"):
        check_answer(qs, case, "sent", "2024-02-29", "")
    check_answer(qs, state(qs, {}), "sent", "2024-02-29", "")  # not known yet refuses nothing


@pytest.mark.parametrize(
    ("answer", "message"),
    [("2024-3-1", "no day of the calendar"), (" 2024-03-04", "is kept as '2024-03-04'")],
)
def test_an_answer_is_saved_in_its_one_form(qs: QuestionSet, answer: str, message: str) -> None:
    with pytest.raises(InspectionError, match=f"^case 1, question sent: .*{message}"):
        check_answer(qs, state(qs, FACTS), "sent", answer, "")


def test_an_item_is_judged_by_itself_with_what_is_known_above_it(qs: QuestionSet) -> None:
    above = judged(qs, "MC", FACTS, given(sent="2024-03-11"))
    inner = judged(qs, "MC", FACTS, {}, asked=[qs.question("why")], above=above)
    assert inner.states == {"why": UNANSWERED} and inner.open == ("why",)
    assert above.states["sent"] == ANSWERED
