"""The area inspection's question set: whole, answerable, and asking what a case calls for."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import inspectkit.resources as resources
from inspectkit.questions import QuestionSet
from inspectkit.questions.model import Question
from inspectkit.questions.yaml import read_yaml
from inspectkit.review.state import UNANSWERED, Answer, judge

FOLDER = resources.folder("question_sets") / "area-inspection"
QS = QuestionSet.load("area-inspection@1")
TYPES = list(QS.casework_types)
FACTS = {"outcome": "convicted", "charged_by": "cps", "da_flag": "n", "rape_flag": "n"}
CHARGING = {question.id for question in QS.questions if question.id.startswith("charge_")} | {
    "victim_needs_at_charge"
}
DISCLOSURE = {question.id for question in QS.questions if question.page == "disclosure"}


def scored(casework_type: str) -> list[Question]:
    return [each for each in QS.questions if each.scored and QS.asked_of(each, casework_type)]


def opened(casework_type: str, facts: dict[str, str], **answers: str) -> set[str]:
    """The questions that are open once these answers are given."""
    given_ = {name: Answer(answer, "", 1, "") for name, answer in answers.items()}
    return set(judge(QS, casework_type, FACTS | facts, given_)[1])


def words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9']+", text.lower())


def test_it_says_that_it_is_unverified_and_where_it_comes_from() -> None:
    assert (QS.content.revision, QS.content.verified) == (1, False)
    assert "memory" in QS.content.source


def test_it_has_the_questions_of_the_bank() -> None:
    assert len(QS.questions) >= 45
    assert TYPES == ["MC", "CC", "RASSO"]
    assert [theme.id for theme in QS.themes] == [
        "pre_charge",
        "police",
        "post_charge",
        "ptph",
        "disclosure",
        "victims_witnesses",
    ]


def test_every_question_has_guidance_of_its_own_and_no_file_is_left_over() -> None:
    files = {f"guidance/{path.name}" for path in (FOLDER / "guidance").iterdir()}
    assert files == {question.guidance for question in QS.questions}
    assert all(question.guidance == f"guidance/{question.id}.md" for question in QS.questions)


def test_conditions_look_back_only() -> None:
    known = {fact.id for fact in QS.facts} | {"casework_type"}
    for question in QS.questions:
        assert set(question.condition.names if question.condition else ()) <= known, question.id
        known.add(question.id)


@pytest.mark.parametrize("casework_type", TYPES)
def test_every_theme_but_the_police_and_every_tag_is_scored(casework_type: str) -> None:
    questions = scored(casework_type)
    themes = {theme for question in questions for theme in question.themes}
    assert themes == {theme.id for theme in QS.themes} - {"police"}
    assert {tag for question in questions for tag in question.tags} == {"added_value", "grip"}


def test_what_is_scored_counts_to_added_value_or_grip_and_context_to_nothing() -> None:
    for question in QS.questions:
        if question.context:
            assert not (question.themes or question.tags or question.scored), question.id
        else:
            assert question.scored and question.themes and question.tags, question.id
    context = {question.id for question in QS.questions if question.context}
    assert {"police_file_standard", "police_file_timely", "police_disclosure"} <= context
    assert all(QS.question(each).type == "choice" for each in context if "police" not in each)


def test_a_shortfall_and_only_a_shortfall_needs_a_reason() -> None:
    for question in QS.questions:
        if not question.scored:
            assert question.evidence is None, question.id
            continue
        scale = QS.scale(str(question.scale))
        short = [
            answer.id
            for answer in scale.answers
            if not answer.excluded and (answer.points or 0) < scale.points_available
        ]
        assert question.evidence is not None, question.id
        assert list(question.evidence.when) == short, question.id
        assert question.evidence.min_length == 10, question.id


def test_its_facts_take_the_values_that_a_new_inspection_maps() -> None:
    template = Path(resources.__file__).parent / "inspection.toml"
    mapped = tomllib.loads(template.read_text(encoding="utf-8"))["frame"]["values"]
    for fact in QS.facts:
        assert {value.id for value in fact.values} == set(mapped[fact.id]), fact.id


def test_the_outcome_is_offered_in_the_values_of_the_fact() -> None:
    question = QS.question("case_outcome")
    fact = next(fact for fact in QS.facts if fact.id == question.prefill)
    assert question.choices == fact.values


@pytest.mark.parametrize("casework_type", TYPES)
def test_a_case_charged_by_the_police_has_no_charging_questions(casework_type: str) -> None:
    assert opened(casework_type, {"charged_by": "cps"}) >= CHARGING
    assert not opened(casework_type, {"charged_by": "police"}) & (CHARGING | {"charging_decision"})


@pytest.mark.parametrize("unknown", ["mixed", ""])
def test_where_the_frame_cannot_say_who_charged_the_inspector_does(unknown: str) -> None:
    facts = {"charged_by": unknown}
    assert "charging_decision" in opened("CC", facts)
    assert not opened("CC", facts) & CHARGING
    assert opened("CC", facts, charging_decision="cps") >= CHARGING
    assert not opened("CC", facts, charging_decision="police") & CHARGING


@pytest.mark.parametrize(
    ("answers", "asked"),
    [
        ({"case_outcome": "guilty_first_hearing"}, False),
        ({"case_outcome": "guilty_plea", "first_hearing_plea": "yes"}, False),
        ({"case_outcome": "guilty_plea"}, False),  # not known yet
        ({"case_outcome": "guilty_plea", "first_hearing_plea": "no"}, True),
        ({"case_outcome": "guilty_late"}, True),
        ({"case_outcome": "acquitted"}, True),
    ],
)
def test_disclosure_is_not_asked_after_a_plea_at_the_first_hearing(
    answers: dict[str, str], asked: bool
) -> None:
    first = {
        "initial_disclosure",
        "continuing_disclosure",
        "disclosure_record",
        "police_disclosure",
    }
    found = opened("MC", {}, **answers)
    assert found & DISCLOSURE >= first if asked else not found & DISCLOSURE


@pytest.mark.parametrize("part", ["initial_disclosure", "continuing_disclosure"])
@pytest.mark.parametrize(("answer", "asked"), [("fm", 0), ("pm", 1), ("nm", 1), ("na", 0)])
def test_the_worst_failing_is_named_only_after_a_failing(
    part: str, answer: str, asked: int
) -> None:
    found = opened("CC", {}, **{"case_outcome": "convicted", part: answer})
    assert (f"{part}_failing" in found) == bool(asked)


@pytest.mark.parametrize(
    ("casework_type", "statement", "challenge", "review"),
    [
        ("MC", "adequate", False, True),
        ("MC", "inadequate", True, True),
        ("MC", "none_served", False, False),  # voluntary in summary trials
        ("CC", "none_served", True, False),
        ("RASSO", "inadequate", True, True),
    ],
)
def test_what_is_asked_about_the_defence_statement_depends_on_it(
    casework_type: str, statement: str, challenge: bool, review: bool
) -> None:
    found = opened(casework_type, {}, case_outcome="convicted", defence_statement=statement)
    assert ("defence_statement_challenged" in found) == challenge
    assert ("defence_statement_reviewed" in found) == review


@pytest.mark.parametrize(
    ("question", "needs", "not_with"),
    [
        ("discontinuance_timely", {"case_outcome": "discontinued"}, {"case_outcome": "convicted"}),
        ("pleas_accepted", {"case_outcome": "guilty_late"}, {"case_outcome": "discontinued"}),
        ("sentence_orders", {"case_outcome": "proved_in_absence"}, {"case_outcome": "acquitted"}),
        ("victim_letter_quality", {"victim_letter_due": "yes"}, {"victim_letter_due": "no"}),
        ("victim_letter_timely", {"victim_letter_due": "yes"}, {"victim_letter_due": "no"}),
        ("police_feedback", {"police_file_standard": "pm"}, {"police_file_standard": "fm"}),
        ("police_feedback", {"police_file_timely": "nm"}, {"police_file_timely": "fm"}),
    ],
)
def test_a_question_is_asked_where_its_occasion_arose(
    question: str, needs: dict[str, str], not_with: dict[str, str]
) -> None:
    assert question in opened("CC", {}, **needs)
    assert question not in opened("CC", {}, **not_with)


def test_some_questions_are_for_one_court_only() -> None:
    higher = {"indictment_drafting", "indictment_served", "defence_engagement"}
    assert not opened("MC", {}) & (higher | {"counsel_instructed", "counsel_conference"})
    assert opened("CC", {}) >= higher | {"counsel_instructed"}
    assert "counsel_conference" in opened("RASSO", {}) - opened("CC", {})


facts_of_a_case = st.fixed_dictionaries(
    {fact.id: st.sampled_from([v.id for v in fact.values] + ["mixed", ""]) for fact in QS.facts}
)


@given(casework_type=st.sampled_from(TYPES), facts=facts_of_a_case, data=st.data())
def test_every_case_can_be_answered_to_its_end(
    casework_type: str, facts: dict[str, str], data: st.DataObject
) -> None:
    answers: dict[str, Answer] = {}
    for question in QS.questions:
        if question.id in judge(QS, casework_type, facts, answers)[1]:
            answer = data.draw(st.sampled_from(QS.answer_ids(question)), label=question.id)
            answers[question.id] = Answer(answer, "", 1, "")
    assert UNANSWERED not in judge(QS, casework_type, facts, answers)[0].values()


def test_its_bands_start_at_seventy_and_sixty_and_are_unverified() -> None:
    rule = read_yaml(resources.folder("rules") / "area-inspection@1.yaml")
    starts = [(band["id"], band["at_least"]) for band in rule["bands"]]
    assert starts == [("fully", "70%"), ("partially", "60%"), ("not_meeting", "0%")]
    assert (rule["id"], rule["revision"], rule["verified"]) == ("area-inspection", 1, False)
    assert rule["minimum_cases"] == 5
