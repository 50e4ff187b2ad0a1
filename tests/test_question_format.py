"""The format of a question set's file: each kind of thing it can hold, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from inspectkit.errors import InspectionError
from inspectkit.questions import QuestionSet
from inspectkit.questions.answers import canonical
from inspectkit.questions.model import Companion, schema
from inspectkit.resources import folder

SPECIMEN = """\
id: letters
revision: 1
label: Letters to victims
languages: [en, cy]
source: written for the tests
verified: false
rating_rules: [area-inspection@1]
casework_types: [{id: MC, label: Magistrates' court, translations: {cy: Llys ynadon}}]
subjects: [{id: office, label: Office}]
items: [{id: letter, label: Letter, named_by: date and addressee}]
facts:
  - {id: ended_on, label: The case ended on, type: date}
  - {id: outcome, label: Outcome, values: outcomes}
lists:
  - {id: outcomes, label: Ends, options: [{id: guilty, label: Guilty}, {id: other, label: Other}]}
  - {id: failings, label: Faults, options: [{id: late, label: Late}, {id: cold, label: Cold}]}
scales:
  - id: standard
    label: Standard
    answers:
      - {id: fm, label: Fully met, points: 2}
      - {id: pm, label: Partially met, points: 1}
      - {id: nm, label: Not met, points: 0}
      - {id: na, label: Not applicable, excluded: true}
themes: [{id: letters, label: Letters}, {id: people, label: People}]
sections: [{id: cps, label: CPS file, owner: CPS inspectorate}]
na_reasons:
  - {id: no_victim, label: No identifiable victim, themes: [letters]}
  - {id: unused, label: Not for these, questions: [led]}
questions:
  - {id: how_ended, text: End?, type: choice, choices: outcomes, prefill: outcome, page: letters}
  - id: decided
    text: When was it decided?
    type: date
    page: letters
    must: [{that: "${decided} >= ${ended_on}", message: Not before the case ended}]
  - {id: pages, text: How many pages?, type: number, min: 0, max: 99.5, unit: pages, page: letters}
  - {id: who, text: To whom?, type: text, page: letters}
  - {id: faults, text: What is amiss?, type: multiple, choices: failings, page: letters}
  - id: days
    text: Days
    type: calculated
    calculate: days-between(${ended_on}, ${decided})
    page: letters
  - id: quality
    text: Was the letter good?
    item: letter
    scale: standard
    themes: [letters]
    suggest: if(${days} > 5, 'nm', 'fm')
    evidence: {when: [nm], min_length: 5, reference: true}
    causes: {options: failings}
  - id: led
    text: Is the office well led?
    subject: office
    scale: standard
    themes: [people]
    rests_on:
      kinds: [document, interview, case_scores]
      case_scores: {figures: [letters]}
  - {id: old, text: Old?, scale: standard, themes: [letters], retired: {since: 1, reason: Merged}}
"""


def load(tmp_path: Path, text: str) -> QuestionSet:
    path = tmp_path / "question_set.yaml"
    path.write_text(text, encoding="utf-8")
    return QuestionSet.load(path)


@pytest.fixture
def qs(tmp_path: Path) -> QuestionSet:
    return load(tmp_path, SPECIMEN)


def test_every_type_of_question_is_read(qs: QuestionSet) -> None:
    kinds = {question.type for question in qs.questions}
    assert kinds == {"scale", "choice", "multiple", "date", "number", "text", "calculated"}
    assert str(qs.question("pages").max) == "99.5"
    assert qs.answers(qs.question("who")) == qs.answers(qs.question("decided")) == {}


def test_the_name_of_a_list_stands_for_its_options(qs: QuestionSet) -> None:
    assert qs.answer_ids(qs.question("faults")) == ["late", "cold"]
    assert [value.id for value in qs.facts[1].values] == ["guilty", "other"]
    assert [fact.kind for fact in qs.facts] == ["date", "choice"]


def test_what_a_rule_demands_is_asked_by_a_companion(qs: QuestionSet) -> None:
    found = {q.id: q for q in qs.questions if isinstance(q, Companion)}
    assert list(found) == [
        "quality_cause",
        "quality_na_reason",
        "quality_reference",
        "led_na_reason",
    ]
    cause = found["quality_cause"]
    assert (cause.of, cause.type, cause.item, cause.page) == (
        "quality",
        "choice",
        "letter",
        "letters",
    )
    assert cause.applies_when == "selected(${quality}, 'pm') or selected(${quality}, 'nm')"
    assert qs.answer_ids(found["quality_na_reason"]) == ["no_victim"]
    assert qs.answer_ids(found["led_na_reason"]) == ["unused"]
    assert not any(each.scored for each in found.values())


def test_questions_are_asked_of_a_subject_or_of_an_item_in_it(qs: QuestionSet) -> None:
    assert [q.id for q in qs.asked("office")] == ["led", "led_na_reason"]
    assert next(q.id for q in qs.asked(item="letter")) == "quality"
    assert "quality" not in [q.id for q in qs.asked()]


def test_a_retired_question_stays_in_the_file_and_is_not_asked(qs: QuestionSet) -> None:
    assert qs.content.questions[-1].id == "old"
    assert "old" not in [question.id for question in qs.questions]


def test_a_key_left_at_its_default_changes_no_digest(tmp_path: Path, qs: QuestionSet) -> None:
    same = load(tmp_path, SPECIMEN.replace("type: text, page", "type: text, weight: 1, page"))
    other = load(tmp_path, SPECIMEN.replace("type: text, page", "type: text, weight: 2, page"))
    assert same.digest == qs.digest != other.digest
    assert QuestionSet.restore(json.loads(json.dumps(qs.canonical()))).digest == qs.digest


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("points: 2}", "points: 1.5}", "line 21[^\n]*integer[^\n]*$"),
        ("points: 2}", "points: 2.0}", "line 21[^\n]*integer[^\n]*$"),
        ("points: 2}", "points: '2'}", "line 21[^\n]*integer[^\n]*$"),
        ("points: 2}", "points: true}", "line 21[^\n]*integer[^\n]*$"),
        ("excluded: true", "excluded: true, points: 1", "line 24: .*is excluded and has points"),
        ("id: pm", "id: fm", "line 18: the answer 'fm' stands twice in the scale standard"),
        ("choices: outcomes,", "choices: outcmes,", r"'outcmes' is no list.*mean outcomes\?"),
        ("values: outcomes", "values: nowhere", "line 13: 'nowhere' is no list of this set"),
        ("min: 0, max: 99.5", "min: 100, max: 99.5", "line 37: min is larger than max"),
        ("min: 0,", "min: .nan,", "line 37.*finite"),
        ("type: text, page", "type: text, min: 1, page", "question who is a text and takes no"),
        ("type: text, page", "type: txt, page", "line 38.*'scale', 'choice'"),
        ("type: date\n", "type: choice\n", "line 32: question decided has no answers"),
        ("themes: [people]\n", "themes: [people]\n    weight: 0\n", "line 58.*greater than"),
        ("themes: [people]\n", "themes: [people]\n    weight: -1\n", "line 58.*greater than"),
        ("themes: [people]\n", "themes: [people]\n    weight: .nan\n", "line 58.*integer"),
        ("subject: office\n", "subject: offce\n", r"line 55: 'offce' is no subject.*mean office\?"),
        ("item: letter\n", "item: leter\n", r"line 47: 'leter' is no item.*mean letter\?"),
        ("item: letter\n", "item: letter\n    subject: office\n", "'letter' is found in a case"),
        ("victim, themes: [letters]", "victim, themes: [leters]", "line 28: 'leters' is not"),
        ("id: who,", "id: quality_cause,", "is kept for the cause of quality"),
        ("id: ended_on,", "id: days,", "line 12: the fact 'days' has the name of a question"),
        ("type: date}", "type: choice}", "line 12: the fact 'ended_on' is a choice without values"),
        ("since: 1", "since: one", "line 61.*integer"),
        ("[document, interview", "[document, gossip", "line 59.*'document', 'interview'"),
        ("[area-inspection@1]", "[area-inspection]", "line 7.*pattern"),
        ("languages: [en, cy]", "languages: []", "line 4"),
        ("verified: false", "verified: 'no'", "line 6.*boolean"),
    ],
)  # fmt: skip
def test_what_does_not_fit_the_format_is_refused_with_its_line(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    assert old in SPECIMEN
    with pytest.raises(InspectionError, match=f"(?s){message}"):
        load(tmp_path, SPECIMEN.replace(old, new, 1))


@pytest.mark.parametrize(
    ("question", "given", "kept"),
    [
        ("how_ended", " guilty ", "guilty"),
        ("faults", "cold  late", "late cold"),
        ("decided", "2024-02-29", "2024-02-29"),
        ("pages", "007.50", "7.5"),
        ("pages", "-0", "0"),
        ("who", "  Ms Patel ", "Ms Patel"),
    ],
)
def test_an_answer_is_kept_as_one_text_for_one_meaning(
    qs: QuestionSet, question: str, given: str, kept: str
) -> None:
    assert canonical(qs.question(question), qs.answer_ids(qs.question(question)), given) == kept
    assert canonical(qs.question(question), qs.answer_ids(qs.question(question)), kept) == kept


@pytest.mark.parametrize(
    ("question", "given", "message"),
    [
        ("how_ended", "x", "'x' is no answer of it. Choose from guilty, other"),
        ("faults", "late warm", "'warm' is no answer"),
        ("decided", "2023-02-29", "no day of the calendar"),
        ("decided", "20240229", "no day of the calendar"),
        ("decided", "29/02/2024", "no day of the calendar"),
        ("pages", "1e2", "is no number"),
        ("pages", "nan", "is no number"),
        ("pages", "٣", "is no number"),
        ("pages", "99.6", "outside from 0 to 99.5"),
        ("pages", "-0.1", "outside from 0"),
        ("who", "x" * 2001, "longer than 2,000"),
        ("who", " \n", "the answer is empty"),
        ("days", "3", "it is calculated"),
    ],
)
def test_an_answer_of_another_kind_is_refused_with_what_is_taken(
    qs: QuestionSet, question: str, given: str, message: str
) -> None:
    with pytest.raises(InspectionError, match=f"^question {question}: .*{message}"):
        canonical(qs.question(question), qs.answer_ids(qs.question(question)), given)


def test_the_schema_beside_the_sets_is_the_one_the_model_gives() -> None:
    shipped = folder("question_sets") / "question_set.schema.json"
    assert json.loads(shipped.read_text(encoding="utf-8")) == schema()


def test_every_shipped_set_names_the_schema_for_editors() -> None:
    for path in folder("question_sets").glob("*/question_set.yaml"):
        first = path.read_text(encoding="utf-8").partition("\n")[0]
        assert first == "# yaml-language-server: $schema=../question_set.schema.json", path
