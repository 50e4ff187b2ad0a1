"""The document for leads: what it tells them to write is a question set that works."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from inspectkit.assessment import Rule
from inspectkit.errors import InspectionError
from inspectkit.inspection import Inspection
from inspectkit.questions import QuestionSet
from inspectkit.questions.model import Companion
from tests.test_bad_inputs import run

DOCUMENT = Path(__file__).parent.parent / "docs" / "question_sets.md"
TEXT = DOCUMENT.read_text(encoding="utf-8")
SET = "custody-time-limits"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", TEXT, flags=re.MULTILINE | re.DOTALL)


def named(language: str) -> dict[str, str]:
    """The boxes that a line above names as files."""
    found = re.findall(
        rf"^`([^`\n]+)`:\n\n```{language}\n(.*?)^```$", TEXT, flags=re.MULTILINE | re.DOTALL
    )
    return dict(found)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """The folder of the document's example."""
    made = tmp_path / SET
    rules = named("yaml")
    parts = [each for each in blocks("yaml") if each not in rules.values()]
    (made / "guidance").mkdir(parents=True)
    (made / "question_set.yaml").write_text("\n".join(parts), encoding="utf-8")
    for name, text in {**named("markdown"), **rules}.items():
        (made / name).parent.mkdir(exist_ok=True)
        (made / name).write_text(text, encoding="utf-8")
    return made


def test_its_boxes_make_a_set_of_twelve_questions(place: Path) -> None:
    qs = QuestionSet.load(place)
    own = [question for question in qs.questions if not isinstance(question, Companion)]
    assert (qs.ref, len(own)) == (f"{SET}@1", 12)
    assert {question.type for question in own} == {
        *("scale", "choice", "date", "number", "calculated")
    }
    scored = [question for question in own if question.scored]
    assert {theme for each in scored for theme in each.themes} == {"keeping_count", "extending"}


def test_its_guidance_belongs_to_its_questions_and_gives_each_answer(place: Path) -> None:
    qs = QuestionSet.load(place)
    printed = named("markdown")
    assert len(printed) == 12
    for name, text in printed.items():
        question = next(each for each in qs.questions if each.guidance == name)
        if question.type == "scale":
            labels = re.findall(r"^- \*\*(.+?)\*\*:", text, flags=re.MULTILINE)
            assert labels == list(qs.answers(question).values())


def test_its_rule_rates_what_the_set_scores(place: Path) -> None:
    rule = Rule.load(place / "rules" / f"{SET}@1.yaml")
    assert [rule.ref] == list(QuestionSet.load(place).content.rating_rules)


def test_its_commands_publish_the_set_and_begin_an_inspection_with_it(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(place.parent)
    for line in re.findall(r"^inspectkit (.*)$", blocks("console")[-1], flags=re.MULTILINE):
        assert run(shlex.split(line), capsys) == (0, ""), line
    inspection = Inspection.open(place.parent / "eastern")
    assert (inspection.question_set.ref, inspection.rule.ref) == (f"{SET}@1", f"{SET}@1")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('text: "What is that date?"', "text: What: that date?", "mapping values are not allowed"),
        ("    page: keeping_count\n", "\tpage: keeping_count\n", "found a tab character"),
        ("type: date", "tipe: date", "this key is not known"),
        ("${expiry_shown} = 'yes'", "${expiry_show} = 'yes'", "is no fact or earlier question"),
        ("guidance/applied.md", "guidance/aplied.md", "no guidance file"),
    ],
)
def test_what_goes_wrong_is_told_in_the_words_of_its_table(
    place: Path, old: str, new: str, told: str
) -> None:
    assert told in TEXT
    path = place / "question_set.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InspectionError, match=re.escape(told)):
        QuestionSet.load(place)
