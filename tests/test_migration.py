"""Marks under one version as marks under the next: kept, renamed, mapped, retired, split, asked."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from inspectkit.cli import app
from inspectkit.errors import InspectionError
from inspectkit.inspection import Inspection
from inspectkit.questions import QuestionSet
from inspectkit.questions.versions.migration import Passage, passage, read_migration, stated
from inspectkit.review import Store
from inspectkit.review.carrying import carry_over
from inspectkit.review.log.audit import audit
from inspectkit.review.migrating import route
from tests import small
from tests.test_versions import draft, published

RULES = """\
questions:
  first: {do: map, answers: {pm: nm}, reason: partly right is not right}
  third: {do: split, into: {sent: {fm: fm, nm: nm}, kind: {}}, reason: two things were asked}
  second: {do: rename, to: why, reason: plainer}
"""
EDITS = (
    ("      - {id: pm, label: Partially met, points: 1}\n", ""),
    ("  - id: second\n", "  - id: why\n"),
    (
        "  - {id: third, text: Was it in time?, scale: standard, themes: [trial], weight: 2}\n",
        "  - {id: sent, text: Was it sent?, scale: standard, themes: [trial]}\n"
        "  - {id: kind, text: Was it kind?, scale: standard, themes: [trial]}\n",
    ),
)


def way(tmp_path: Path, rules: str, *edits: tuple[str, str]) -> Passage:
    old = QuestionSet.load(draft(tmp_path / "old"))
    new = QuestionSet.load(draft(tmp_path / "new", *edits))
    (tmp_path / "new" / "migration_r2.yaml").write_text(rules, encoding="utf-8")
    return passage(old.canonical(), new.canonical(), read_migration(tmp_path / "new", 2))


def test_each_rule_does_what_it_says_and_what_it_leaves_out_is_asked_again(tmp_path: Path) -> None:
    found = way(tmp_path, RULES, *EDITS)
    given = {"first": "pm", "second": "no", "third": "fm"}
    assert found.answers(given) == {"first": "nm", "why": "no", "sent": "fm"}
    assert [(m.question, m.action, m.to) for m in found.moves(given)] == [
        ("first", "mapped", "first"),
        ("second", "renamed", "why"),
        ("third", "split", "sent"),
        ("third", "ask again", ""),
    ]
    assert found.answers({"third": "pm"}) == {}
    assert given == {"first": "pm", "second": "no", "third": "fm"}


def test_without_a_rule_answers_stay_where_they_can_and_say_when_to_look_again(
    tmp_path: Path,
) -> None:
    found = way(tmp_path, "questions: {}", ("Was it right?", "Was it wrong?"))
    moves = found.moves({"first": "fm", "third": "nm"})
    assert [(m.action, m.becomes) for m in moves] == [("kept, look again", "fm"), ("kept", "nm")]


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        ("questions: {}", "a rule for second.*a rule for third.*a rule for first"),
        (RULES.replace("first:", "frist:"), "no question of the earlier version.*mean first"),
        (RULES.replace("to: why", "to: whither"), "'whither' is no question of the later version"),
        (RULES.replace("{pm: nm}", "{pm: xx}"), "'xx' is no answer there"),
        (RULES.replace("to: why", "to: sent"), "second and third|third and second"),
        (RULES.replace("do: map", "do: burn"), "migration_r2.yaml, line 2"),
    ],
)
def test_a_migration_that_leads_nowhere_is_refused(rules: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(InspectionError, match=f"(?s){told}"):
        way(tmp_path, rules, *EDITS)


def test_a_breaking_change_is_published_with_its_migration_and_two_people(tmp_path: Path) -> None:
    place = draft(tmp_path / "set")
    published(place)
    draft(place, *EDITS)
    (place / "migration_r2.yaml").write_text(RULES, encoding="utf-8")
    with pytest.raises(InspectionError, match="one person alone decides"):
        published(place, second="AB")
    path = published(place, second="CD")
    held = stated(path)
    assert held is not None and held.questions["second"].to == "why"


# --- marking under way ----------------------------------------------------------------------------

LIVE = """\
id: live
revision: 1
label: Live
rating_rules: [area-inspection@1]
source: written for the tests
verified: false
casework_types: [{id: MC, label: MC}, {id: CC, label: CC}, {id: RASSO, label: RASSO}]
items: [{id: letter, label: Letter}]
scales:
  - id: met
    label: Met
    answers: [{id: fm, label: Met, points: 2}, {id: pm, label: In part, points: 1},
      {id: nm, label: Not met, points: 0}, {id: na, label: Not applicable, excluded: true}]
themes: [{id: one, label: One}]
na_reasons: [{id: none_due, label: None was due}]
questions:
  - {id: first, text: Was it right?, scale: met, themes: [one],
     causes: {options: [{id: late, label: Late}, {id: wrong, label: Wrong}]}}
  - {id: old, text: Was it sent and kind?, scale: met, themes: [one]}
  - {id: tone, text: Was the letter kind?, scale: met, themes: [one], item: letter}
"""
MET = "scale: met, themes: [one]"
SECOND = (("id: first", "id: rightly"), ("revision: 1", "revision: 2"))
THIRD = (
    ("revision: 2", "revision: 3"),
    ("{id: old, text: Was it sent and kind?,", "{id: sent, text: Was it sent?,"),
    (
        "  - {id: tone",
        "  - {id: kind, text: Was it kind?, scale: met, themes: [one]}\n  - {id: tone",
    ),
    ("{id: pm, label: In part, points: 1},\n", "\n"),
)
RULES_2 = "questions: {first: {do: rename, to: rightly, reason: plainer}}"
RULES_3 = """\
questions:
  old: {do: split, into: {sent: {fm: fm, nm: nm}, kind: {}}, reason: two things}
  rightly: {do: map, answers: {pm: nm}, reason: partly right is not right}
  tone: {do: map, answers: {pm: nm}, reason: as above}
"""


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A set published three times, and beside it an inspection drawn with its first version."""
    place = tmp_path_factory.mktemp("live") / "live"
    place.mkdir()
    text = LIVE
    for revision, edits in ((1, ()), (2, SECOND), (3, THIRD)):
        for old, new in edits:
            assert old in text
            text = text.replace(old, new)
        (place / "question_set.yaml").write_text(text, encoding="utf-8")
        rules = {2: RULES_2, 3: RULES_3}.get(revision)
        if rules:
            (place / f"migration_r{revision}.yaml").write_text(rules, encoding="utf-8")
        published(place, second="CD")
    small.drawn_with(place.parent / "inspection", f"{place}@1", MC=2, CC=1, RASSO=1).store.close()
    return place


@pytest.fixture
def begun(live: Path, tmp_path: Path) -> tuple[Inspection, list[str]]:
    """The inspection with one case marked and submitted, and one begun."""
    inspection = Inspection.open(
        shutil.copytree(live.parent / "inspection", tmp_path / "inspection")
    )
    store, cases = inspection.store, list(map(str, inspection.sample.drawn["id"]))[:2]
    for case, cause in ((cases[0], "wrong"), (cases[1], "")):
        store.answer(case, "first", "pm", marker="AB", evidence="p. 3")
        if cause:
            item = store.add_item(case, "letter", marker="AB")
            told = [("first_cause", cause, ""), ("old", "fm", ""), ("tone", "pm", item)]
            for question, answer, at in told:
                store.answer(case, question, answer, marker="AB", item=at)
            store.submit(case, marker="AB")
    return inspection, cases


def migrated(inspection: Inspection, live: Path, *words: str) -> dict[str, Any]:
    command = ["questions", "migrate", str(inspection.folder), "--to", f"{live}@3", "--json"]
    done = CliRunner().invoke(app, [*command, *words], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_two_steps_at_once_are_shown_first_and_change_nothing(
    begun: tuple[Inspection, list[str]], live: Path
) -> None:
    inspection, cases = begun
    before = small.footprint(inspection.folder)
    told = migrated(inspection, live)
    assert (told["old"], told["new"], told["written"]) == ("live@1", "live@3", False)
    found = {(m["question"], m["item"]): (m["action"], m["to"], m["becomes"])
             for m in told["moves"] if m["subject"] == cases[0]}  # fmt: skip
    assert found == {
        ("first", ""): ("renamed, then mapped", "rightly", "nm"),
        ("first_cause", ""): ("renamed", "rightly_cause", "wrong"),
        ("old", ""): ("ask again", "", ""),  # kind, its other half, which comes after sent
        ("tone", "1"): ("mapped", "tone", "nm"),
    }
    assert small.footprint(inspection.folder) == before
    shown = CliRunner().invoke(
        app, ["questions", "migrate", str(inspection.folder), "--to", f"{live}@3"]
    )
    assert shown.exit_code == 0 and "nothing was written" in shown.output


def test_marking_goes_on_under_the_later_version_and_the_old_answers_stay(
    begun: tuple[Inspection, list[str]], live: Path
) -> None:
    inspection, cases = begun
    old = inspection.store.events("answer", "submit", "item")
    told = migrated(inspection, live, "--write", "--by", "LEAD", "--reason", "one thing a question")
    assert told["written"] and told["reopened"] == [cases[0]]
    again = Inspection.open(inspection.folder)
    store, (first, second) = again.store, cases
    assert store.question_set().ref == again.question_set.ref == "live@3"
    assert store.drawn().digest == inspection.store.drawn().digest
    assert store.events("answer", "submit", "item") == old
    assert [e.content["now"] for e in store.events("migrate_questions")] == ["live@2", "live@3"]
    state = store.case(first, "AB")
    given = {name: each.answer for name, each in state.answers.items()}
    assert given == {"rightly": "nm", "rightly_cause": "wrong", "sent": "fm"}
    assert state.answers["rightly"].evidence == "p. 3"
    assert state.items["1"].answers["tone"].answer == "nm"
    assert state.waiting == ("kind",)
    assert store.case(second, "AB").waiting[0] == "rightly_cause"
    store.answer(first, "kind", "nm", marker="AB")
    version = store.answer(first, "rightly", "fm", marker="AB", expected=1).version
    store.submit(first, marker="AB")
    assert version == 2 and store.case(first, "AB").answers["rightly"].answer == "fm"
    assert audit(store.path).holds
    marks = store.reviews().marks
    assert set(marks["question"]) == {each.id for each in again.question_set.questions}
    row = again.scores.table().query("figure == 'one' and points + available > 0").iloc[0]
    # rightly 2, sent 2, kind 0, tone 0 of 2 each, and 0 of 2 of the case that was only begun
    assert (row["points"], row["available"]) == (4, 10)


def test_an_earlier_version_another_set_and_a_reason_left_out_are_refused(
    begun: tuple[Inspection, list[str]], live: Path
) -> None:
    inspection, _ = begun
    store = inspection.store
    for to, message in ((f"{live}@1", "no earlier version"), ("disclosure@1", "and that is discl")):
        with pytest.raises(InspectionError, match=message):
            route(store.question_set(), to)
    with pytest.raises(InspectionError, match="no reason is given"):
        carry_over(store, route(store.question_set(), f"{live}@2"), by="LEAD", reason=" ")
    assert store.events("migrate_questions") == () and store.question_set().ref == "live@1"


def test_answers_from_before_and_after_a_change_of_version_are_told_apart_by_their_place_in_the_log(
    begun: tuple[Inspection, list[str]], live: Path
) -> None:
    inspection, (_, second) = begun
    store = inspection.store
    carry_over(store, route(store.question_set(), f"{live}@2"), by="LEAD", reason="plainer")
    store.answer(second, "rightly", "pm", marker="AB", expected=1)
    carry_over(store, route(store.question_set(), f"{live}@3"), by="LEAD", reason="one thing")
    assert store.case(second, "AB").answers["rightly"].answer == "nm"
    with pytest.raises(InspectionError, match="no question 'first'"):
        store.answer(second, "first", "fm", marker="AB")
    other = Store(store.path)
    assert other.question_set().ref == "live@3"
    assert other.case(second, "AB").answers.keys() == {"rightly"}
