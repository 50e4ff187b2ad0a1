"""Marks under one version as marks under the next: kept, renamed, mapped, retired, split, asked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from inspectkit.cli import app
from inspectkit.errors import InspectionError
from inspectkit.questions import QuestionSet
from inspectkit.questions.versions.migration import Passage, passage, read_migration, stated
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


def test_the_command_shows_every_move_and_writes_nothing(tmp_path: Path) -> None:
    inspection = small.make(tmp_path / "inspection")
    inspection.draw("1 2 3", uncommitted="trial")
    qs, case = inspection.question_set, inspection.sample.drawn["id"].iloc[0]
    question = next(iter(inspection.store.case(case).open))
    answer = next(iter(qs.answers(qs.question(question))))
    inspection.store.answer(
        case, question, answer, evidence="Seen in the file", marker="AB", expected=0
    )
    inspection.store.close()
    before = small.footprint(tmp_path / "inspection")
    words = ["questions", "migrate", str(tmp_path / "inspection"), "--to", qs.ref, "--json"]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    (move,) = json.loads(done.stdout)["moves"]
    assert (move["subject"], move["question"], move["action"]) == (case, question, "kept")
    assert move["becomes"] == answer
    assert small.footprint(tmp_path / "inspection") == before
    told = CliRunner().invoke(app, words[:-1])
    assert told.exit_code == 0 and "nothing was written" in told.output
