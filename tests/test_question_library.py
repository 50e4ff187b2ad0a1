"""Every question set that ships: whole, answerable, its guidance specific, its routes passable."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations
from pathlib import Path

import pytest

import inspectkit.resources as resources
from inspectkit.assessment import Rule
from inspectkit.inspection import Inspection
from inspectkit.questions import QuestionSet
from inspectkit.questions.model import CASE, Companion, Question
from inspectkit.review.state import CLOSED, UNANSWERED, Answer, Judged, judged
from tests import small
from tests.test_bad_inputs import run

AT_LEAST = {
    "area-assurance": 15,
    "area-inspection": 45,
    "defence-correspondence": 15,
    "disclosure": 25,
    "quality-assessment": 15,
    "victim-letters": 15,
    "victims-joint": 15,
    "witness-care-correspondence": 15,
}
SHELF = resources.folder("question_sets")
LIBRARY = {name: QuestionSet.load(SHELF / name) for name in AT_LEAST}
each_set = pytest.mark.parametrize("name", AT_LEAST)
PLAIN = {"date": ["2026-03-02", "2026-03-30"], "number": ["1"], "text": ["as found"]}


def words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9']+", text.lower())


def test_the_shelf_holds_these_sets_and_no_other() -> None:
    assert {path.parent.name for path in SHELF.glob("*/question_set.yaml")} == set(AT_LEAST)


@each_set
def test_a_set_has_its_questions_and_says_where_it_comes_from(name: str) -> None:
    content = LIBRARY[name].content
    assert content.id == name
    assert len(content.questions) >= AT_LEAST[name]
    assert not content.verified and "To be checked" in f"{content.source} To be checked"
    assert re.search(r"\bour own\b", content.source, re.IGNORECASE)


@each_set
def test_a_question_is_one_short_question(name: str) -> None:
    texts = [question.text for question in LIBRARY[name].content.questions]
    fits = re.compile(r"[^?]{1,109}\?")
    assert [text for text in texts if not fits.fullmatch(text)] == []


@each_set
def test_guidance_is_short_and_gives_an_example_of_each_answer(name: str) -> None:
    qs = LIBRARY[name]
    asked = qs.content.questions
    assert [q.id for q in asked if not 45 <= len(words(qs.guidance(q.id))) <= 130] == []
    assert [q.id for q in asked if q.type == "scale" and not has_examples(qs, q)] == []


def has_examples(qs: QuestionSet, question: Question) -> bool:
    """Does the guidance give each answer, in order, an example of three words or more?"""
    text = qs.guidance(question.id)
    examples = re.findall(r"^- \*\*(.+?)\*\*: (.+)$", text, flags=re.MULTILINE)
    labels = [label for label, _ in examples]
    long_enough = all(len(words(example)) >= 3 for _, example in examples)
    return labels == list(qs.answers(question).values()) and long_enough


@each_set
def test_guidance_lies_beside_its_set_and_none_is_left_over(name: str) -> None:
    files = {f"guidance/{path.name}" for path in (SHELF / name / "guidance").iterdir()}
    assert files == {question.guidance for question in LIBRARY[name].content.questions}


@each_set
def test_no_two_guidance_texts_share_three_fifths_of_their_words(name: str) -> None:
    texts = {id: set(words(text)) for id, text in LIBRARY[name].texts.items()}
    for one, other in combinations(texts, 2):
        smaller = min(len(texts[one]), len(texts[other]))
        assert Fraction(len(texts[one] & texts[other]), smaller) < Fraction(3, 5), (one, other)


@each_set
def test_the_pages_follow_the_order_of_the_themes(name: str) -> None:
    qs = LIBRARY[name]
    order = [theme.id for theme in qs.themes]
    kinds = {(question.subject, question.item) for question in qs.questions}
    for subject, item in kinds:
        pages = [order.index(qs.page(question)) for question in qs.asked(subject, item)]
        assert pages == sorted(pages), (subject, item)


@each_set
def test_what_is_scored_counts_somewhere_and_all_that_is_listed_is_used(name: str) -> None:
    qs = LIBRARY[name]
    scored = [question for question in qs.questions if question.scored]
    assert all(question.themes for question in scored)
    context = {"police"} if name == "area-inspection" else set()
    assert {theme for each in scored for theme in each.themes} == {
        theme.id for theme in qs.themes
    } - context
    assert {tag for each in scored for tag in each.tags} == {tag.id for tag in qs.tags}
    used = {question.scale for question in qs.questions if question.type == "scale"}
    assert used == {scale.id for scale in qs.content.scales}
    if any(question.section for question in qs.questions):
        sections = {question.section for question in qs.questions}
        assert sections == {section.id for section in qs.content.sections}


@each_set
def test_a_shortfall_needs_a_reason(name: str) -> None:
    qs = LIBRARY[name]
    for question in (each for each in qs.questions if each.scored):
        failing = qs.scale(str(question.scale)).failing
        assert question.evidence and set(failing) <= set(question.evidence.when), question.id
        assert question.evidence.min_length >= 10, question.id


@each_set
def test_every_question_is_reached_by_some_case_and_every_case_comes_to_its_end(name: str) -> None:
    qs, chance = LIBRARY[name], random.Random(name)
    reached: set[str] = set()
    places = dict.fromkeys((each.subject, each.item) for each in qs.questions)
    for turn in range(300):
        stratum = list(qs.casework_types)[turn % len(qs.casework_types)]
        facts = {
            fact.id: chance.choice([*(value.id for value in fact.values), "mixed", ""])
            for fact in qs.facts
        }
        above = walked(qs, stratum, facts, chance, qs.asked())
        for subject, item in places:
            asked = qs.asked(subject, item)
            inside = above if subject == CASE else None
            found = walked(qs, stratum, facts, chance, asked, inside) if item else above
            if subject != CASE:
                found = walked(qs, "", {}, chance, asked)
            reached |= {each for each, state in found.states.items() if state != CLOSED}
            assert UNANSWERED not in found.states.values(), (subject, item)
    assert {question.id for question in qs.questions} == reached


def walked(
    qs: QuestionSet,
    stratum: str,
    facts: dict[str, str],
    chance: random.Random,
    asked: Sequence[Question],
    above: Judged | None = None,
) -> Judged:
    """Any answer to every open question, and to those that open in turn, until none waits."""
    answers: dict[str, Answer] = {}
    while True:
        found = judged(qs, stratum, facts, answers, asked=asked, above=above)
        waiting = set(found.open) - set(answers)
        if not waiting:
            return found
        for question in (each for each in asked if each.id in waiting):
            pool = qs.answer_ids(question) or PLAIN.get(question.type, ["1"])
            answers[question.id] = Answer(chance.choice(pool), "", 1, "")


@each_set
def test_not_applicable_has_coded_reasons(name: str) -> None:
    if name == "area-inspection":
        pytest.skip("its first revision was published without coded reasons")
    qs = LIBRARY[name]
    coded = {each.of for each in qs.questions if isinstance(each, Companion)}
    for question in (each for each in qs.questions if each.scored):
        answers = qs.answers(question)
        if any(qs.is_na(question, answer) for answer in answers):
            assert question.id in coded, question.id


@each_set
def test_of_two_dates_the_later_states_what_it_must(name: str) -> None:
    dates = [each for each in LIBRARY[name].content.questions if each.type == "date"]
    for question in dates:
        bounds = [each for each in dates if any(each.id in must.that for must in question.must)]
        partner = any(question.id in must.that for each in dates for must in each.must)
        assert bounds or partner or question.id in ALONE, question.id


ALONE = {"initial_deadline", "initial_served_on"}  # served late, in time or early: no order holds


@each_set
def test_its_rating_rule_ships_with_it(name: str) -> None:
    qs = LIBRARY[name]
    for ref in qs.content.rating_rules or (qs.ref,):
        rule = Rule.load(ref)
        assert rule.ref == ref and not rule.verified


@each_set
def test_it_is_published_and_its_draft_says_the_same(name: str) -> None:
    published = QuestionSet.load(name)
    assert published.digest == LIBRARY[name].digest
    assert published.ref == f"{name}@{LIBRARY[name].content.revision}"


@each_set
def test_a_new_inspection_can_be_made_with_it_and_its_sample_drawn(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    qs, folder = LIBRARY[name], tmp_path / "eastern"
    assert run(["new", str(folder), "--area", "Eastern", "--set", name], capsys) == (0, "")
    inspection = Inspection.open(folder)
    assert inspection.question_set.ref == qs.ref
    assert inspection.rule.ref in (qs.content.rating_rules or (qs.ref,))
    facts, settings = {fact.id for fact in qs.facts}, inspection.settings["frame"]
    assert facts <= set(settings["facts"]) and set(settings["values"]) == facts | {"stratum"}
    (folder / settings["file"]).write_text(small.plain_list(settings), encoding="cp1252")
    assert run(["check", str(folder)], capsys) == (0, "")
    sample = inspection.draw("1 2 3")
    assert set(sample.drawn["stratum"]) == set(qs.casework_types)


def test_a_set_that_is_not_there_is_refused_with_the_names_of_those_that_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, error = run(["new", str(tmp_path / "a"), "--set", "victim-leters"], capsys)
    assert code == 1 and "no such question set" in error and "victim-letters" in error
    assert not (tmp_path / "a").exists()
