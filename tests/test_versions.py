"""Versions of a question set: published once, frozen, compared, and never mistaken for another."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

import inspectkit.resources as resources
from inspectkit.cli import app
from inspectkit.errors import InspectionError
from inspectkit.questions import QuestionSet
from inspectkit.questions.model import Question
from inspectkit.questions.versions.frozen import thaw, versions
from inspectkit.questions.versions.kinds import OF_A_QUESTION
from inspectkit.questions.versions.meaning import WORDING
from inspectkit.questions.versions.publishing import publish
from inspectkit.questions.workbook import from_excel, to_excel
from inspectkit.questions.xlsform import check, from_xlsform, to_xlsform
from tests import small

SHIPPED = resources.folder("question_sets")
DRAFT = """\
# Our own set, kept by the lead.
id: specimen
revision: 1  # the next to be published
label: A specimen
source: written for the tests
verified: false
casework_types: [{id: MC, label: Magistrates' court}, {id: CC, label: Crown Court}]
facts:
  - {id: outcome, label: Outcome, values: [{id: guilty, label: Guilty}, {id: other, label: Other}]}
scales:
  - id: standard
    label: Standard
    answers:
      - {id: fm, label: Fully met, points: 2}
      - {id: pm, label: Partially met, points: 1}
      - {id: nm, label: Not met, points: 0}
      - {id: na, label: Not applicable, excluded: true}
themes: [{id: charge, label: Charging}, {id: trial, label: Trial}]
questions:
  - {id: first, text: Was it right?, scale: standard, themes: [charge], guidance: first.md}
  # The rest follows from it.
  - id: second
    text: Why not?
    type: choice
    choices: [{id: "no", label: No reason}, {id: 'on', label: On time}]
    page: charge
    applies_when: ${first} = 'nm'
  - {id: third, text: Was it in time?, scale: standard, themes: [trial], weight: 2}
"""
GUIDANCE = "Look at the file.\n\n- **Fully met**: all of it.\n"


def draft(folder: Path, *edits: tuple[str, str], guidance: str = GUIDANCE) -> Path:
    """A set's folder with this draft, after some edits; its versions stay."""
    folder.mkdir(exist_ok=True)
    text = DRAFT
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    (folder / "question_set.yaml").write_text(text, encoding="utf-8", newline="\n")
    (folder / "first.md").write_text(guidance, encoding="utf-8", newline="\n")
    return folder


def published(folder: Path, **stated: Any) -> Path:
    told = {"by": "AB", "reason": "first round", "on": date(2026, 11, 25)}
    told |= {"despite": "it is a specimen"} | stated
    return publish(folder, **told)


def changed(tmp_path: Path, *edits: tuple[str, str], **more: str) -> list[tuple[str, str, str]]:
    """Kind, place and key of each change that these edits make."""
    one = QuestionSet.load(draft(tmp_path / "one"))
    other = QuestionSet.load(draft(tmp_path / "other", *edits, **more))
    return [(each.kind, each.where, each.key) for each in one.diff(other).changes]


# --- publishing ----------------------------------------------------------------------------------


def test_a_published_version_holds_everything_and_who_published_it_and_why(tmp_path: Path) -> None:
    place = draft(tmp_path / "set")
    path = published(place, second="CD")
    assert path == place / "versions" / "r1.yaml"
    before = QuestionSet.load(place)
    (place / "question_set.yaml").unlink()
    (place / "first.md").unlink()
    found = QuestionSet.load(path)
    assert found.digest == before.digest and found.guidance("first") == GUIDANCE.strip()
    record = thaw(path).publication
    assert (record.ref, record.by, record.second, record.on, record.reason, record.kind) == (
        ("specimen@1", "AB", "CD", "2026-11-25", "first round", "first")
    )


def test_the_same_draft_is_published_to_the_same_bytes(tmp_path: Path) -> None:
    one, other = (published(draft(tmp_path / name)) for name in ("one", "other"))
    assert one.read_bytes() == other.read_bytes()


@pytest.mark.parametrize(
    "edit",
    [
        lambda text: text.replace("Was it right?", "Was it wrong?"),
        lambda text: text.replace("by: AB", "by: CD"),
        lambda text: text.replace("# A published", "# An edited"),
        lambda text: text + "# more\n",
        lambda text: text.replace("\ndigest: ", "\ndigest: 0"),
        lambda text: text.rpartition("\ndigest: ")[0] + "\n",
    ],
)
def test_a_published_version_changed_anywhere_is_refused(
    tmp_path: Path, edit: Callable[[str], str]
) -> None:
    path = published(draft(tmp_path / "set"))
    text = path.read_text(encoding="utf-8")
    assert edit(text) != text
    path.write_text(edit(text), encoding="utf-8", newline="\n")
    with pytest.raises(InspectionError, match="r1.yaml: it was changed after it was published"):
        QuestionSet.load(path)


def test_windows_line_ends_change_no_version(tmp_path: Path) -> None:
    path = published(draft(tmp_path / "set"))
    digest = QuestionSet.load(path).digest
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert QuestionSet.load(path).digest == digest


def test_the_next_version_names_the_one_before_and_numbers_the_draft(tmp_path: Path) -> None:
    place = draft(tmp_path / "set")
    first = published(place)
    kept = first.read_bytes()
    draft(place, ("Was it in time?", "Was it done in time?"))
    second = published(place, reason="plainer")
    assert thaw(second).publication.previous == thaw(first).digest
    assert first.read_bytes() == kept and list(versions(place)) == [1, 2]
    text = (place / "question_set.yaml").read_text(encoding="utf-8")
    assert "revision: 2  # the next to be published\n" in text and "# The rest follows" in text
    assert QuestionSet.load(place).digest == QuestionSet.load(second).digest


def test_nothing_new_nobody_named_or_a_skipped_revision_is_not_published(tmp_path: Path) -> None:
    place = draft(tmp_path / "set")
    with pytest.raises(InspectionError, match=r"(?s)by: nobody is named.*reason: no reason"):
        published(place, by=" ", reason="")
    assert not (place / "versions").exists()
    published(place)
    with pytest.raises(InspectionError, match="nothing has changed since specimen@1"):
        published(place)
    draft(place, ("revision: 1", "revision: 3"), ("Why not?", "Why?"))
    with pytest.raises(InspectionError, match="Write id: specimen and revision: 2"):
        published(place)


def test_a_reference_means_a_published_version_and_a_path_without_one_the_draft(
    tmp_path: Path,
) -> None:
    place = draft(tmp_path / "set")
    with pytest.raises(InspectionError, match="nothing of it is published yet"):
        QuestionSet.load(f"{place}@1")
    published(place)
    draft(place, ("Why not?", "Why, then?"))
    assert QuestionSet.load(place).question("second").text == "Why, then?"
    assert QuestionSet.load(f"{place}@1").question("second").text == "Why not?"
    published(place)
    draft(place, ("Why not?", "Whatever for?"))
    (place / "question_set.yaml").rename(place / "elsewhere.yaml")
    assert QuestionSet.load(place).ref == "specimen@2"
    with pytest.raises(InspectionError, match=r"revision 7 is not here, 1, 2 is"):
        QuestionSet.load(f"{place}@7")


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*/versions/r*.yaml")), ids=str)
def test_every_shipped_version_is_as_it_was_published(path: Path) -> None:
    found = QuestionSet.load(path)
    assert found.ref == f"{path.parent.parent.name}@{path.stem[1:]}"
    assert QuestionSet.restore(found.canonical()).digest == found.digest


# --- differences ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (("label: A specimen", "label: Another"), ("cosmetic", "the set", "label")),
        (("Was it right?", "Was it 'right'?"), ("cosmetic", "question first", "text")),
        (("page: charge", "page: trial"), ("cosmetic", "question second", "page")),
        (("${first} = 'nm'", "(${first}='nm')"), ("cosmetic", "question second", "applies_when")),
        (("Was it right?", "Was it wrong?"), ("semantic", "question first", "text")),
        (("weight: 2", "weight: 3"), ("semantic", "question third", "weight")),
        (("themes: [trial]", "themes: [charge]"), ("semantic", "question third", "themes")),
        (("${first} = 'nm'", "${first} = 'pm'"), ("semantic", "question second", "applies_when")),
        (("points: 1}", "points: 0}"), ("semantic", "scale standard", "answer pm, points")),
        (("label: Charging}", "label: Charges}"), ("semantic", "themes charge", "label")),
        (
            ("      - {id: pm, label: Partially met, points: 1}\n", ""),
            ("breaking", "scale standard", "answer pm"),
        ),
        ((", {id: 'on', label: On time}", ""), ("breaking", "question second", "answer on")),
        (
            ("{id: 'on', label: On time}", "{id: 'on', label: On time}, {id: x, label: X}"),
            ("additive", "question second", "answer x"),
        ),
        (
            ("weight: 2}", "evidence: {when: [nm]}, weight: 2}"),
            ("additive", "question third", "evidence"),
        ),
        ((", {id: CC, label: Crown Court}", ""), ("breaking", "casework_types CC", "")),
        (("{id: third,", "{id: fourth,"), ("breaking", "question third", "")),
        (
            ("themes: [{id: charge", "themes: [{id: new, label: New}, {id: charge"),
            ("additive", "themes new", ""),
        ),
    ],
)
def test_each_change_is_classed_by_what_it_does_to_marks(
    tmp_path: Path, edit: tuple[str, str], expected: tuple[str, str, str]
) -> None:
    assert changed(tmp_path, edit)[0] == expected


def test_guidance_told_otherwise_is_semantic_and_retyped_is_cosmetic(tmp_path: Path) -> None:
    told = GUIDANCE.replace("all of it", "most of it")
    assert changed(tmp_path, guidance=told)[0][0] == "semantic"
    assert changed(tmp_path, guidance=GUIDANCE.replace("**", "_"))[0][0] == "cosmetic"


def test_a_question_under_another_name_is_recognised(tmp_path: Path) -> None:
    one = QuestionSet.load(draft(tmp_path / "one"))
    other = QuestionSet.load(draft(tmp_path / "other", ("id: third", "id: in_time")))
    gone = one.diff(other).changes[0]
    assert gone.kind == "breaking" and "called in_time now" in gone.why


def test_every_key_of_a_question_has_been_classed() -> None:
    elsewhere = {"id", "text", "scale", "choices", "translations"}
    assert set(Question.model_fields) - elsewhere == set(OF_A_QUESTION) & set(Question.model_fields)
    assert "text" in WORDING


def test_only_questions_that_mean_the_same_compare(tmp_path: Path) -> None:
    one = QuestionSet.load(draft(tmp_path / "one"))
    for edit, kept in (
        (("Was it right?", "was it right"), ("first", "second", "third")),
        (("Was it right?", "Was it wrong?"), ("third",)),  # second depends on first
        (("weight: 2", "weight: 3"), ("first", "second")),
        (("points: 1}", "points: 0}"), ()),
        (("{id: third,", "{id: fourth,"), ("first", "second")),
        (("label: No reason", "label: None"), ("first", "third")),
    ):
        other = QuestionSet.load(draft(tmp_path / "other", edit))
        assert one.comparable(other) == kept, edit
    assert one.comparable(QuestionSet.load(draft(tmp_path / "x", guidance="Else."))) == ("third",)


def test_the_live_cases_that_a_change_touches_are_found_by_their_marks(tmp_path: Path) -> None:
    marks = pd.DataFrame(
        [
            ("a", "first", "pm", "answered"),
            ("b", "first", "fm", "answered"),
            ("c", "third", "pm", "answered"),
            ("d", "first", "", "unanswered"),
        ],
        columns=["subject", "question", "answer", "state"],
    )
    one = QuestionSet.load(draft(tmp_path / "one"))
    points = one.diff(QuestionSet.load(draft(tmp_path / "two", ("points: 1}", "points: 0}"))))
    assert points.changes[0].touched(marks) == ["a", "c"]
    text = one.diff(QuestionSet.load(draft(tmp_path / "three", ("it right?", "it wrong?"))))
    assert text.changes[0].touched(marks) == ["a", "b"]
    added = (
        "  - {id: third,",
        "  - {id: new, text: New?, scale: standard, themes: [trial]}\n  - {id: third,",
    )
    new = one.diff(QuestionSet.load(draft(tmp_path / "four", added)))
    assert (new.kind, new.changes[0].touched(marks)) == ("additive", ["a", "b", "c"])


# --- the commands --------------------------------------------------------------------------------


def run(*words: str | Path) -> Any:
    return CliRunner().invoke(app, ["questions", *map(str, words)])


def test_the_commands_publish_and_tell_what_changed_for_live_cases(tmp_path: Path) -> None:
    inspection = small.make(tmp_path / "inspection")
    inspection.draw("1 2 3", uncommitted="trial")
    qs, case = inspection.question_set, inspection.sample.drawn["id"].iloc[0]
    question = next(iter(inspection.store.case(case).open))
    answer = next(iter(qs.answers(qs.question(question))))
    inspection.store.answer(
        case, question, answer, evidence="Seen in the file", marker="AB", expected=0
    )
    inspection.store.close()
    place = tmp_path / "set"
    shutil.copytree(SHIPPED / qs.content.id, place)
    text = (place / "question_set.yaml").read_text(encoding="utf-8")
    asked = qs.question(question).text
    (place / "question_set.yaml").write_text(text.replace(asked, f"Now, {asked}"), "utf-8")
    told = run("diff", qs.ref, place, "--live", tmp_path / "inspection", "--json")
    assert told.exit_code == 0, told.output
    found = json.loads(told.stdout)
    change = next(each for each in found["changes"] if each["where"] == f"question {question}")
    assert (found["kind"], change["kind"], change["cases"]) == ("semantic", "semantic", [case])
    assert question not in found["comparable"] and len(found["comparable"]) > 20


def test_publish_shows_the_difference_before_it_writes(tmp_path: Path) -> None:
    place = draft(tmp_path / "set")
    stopped = run("publish", place, "--by", "AB", "--reason", "first round")
    assert stopped.exit_code == 1 and "has no guidance" in str(stopped.exception)
    assert "say why it may stand" in str(stopped.exception) and not versions(place)
    words = ("--by", "AB", "--reason", "first round", "--despite", "guidance follows in May")
    done = run("publish", place, *words)
    stated = thaw(versions(place)[1]).publication
    assert stated.despite == "guidance follows in May"
    assert stated.doubts and any("has no guidance" in each for each in stated.doubts)
    assert done.exit_code == 0 and "Published specimen@1" in done.output
    draft(place, ("weight: 2", "weight: 3"))
    shown = run("publish", place, "--by", "AB", "--reason", "more", "--dry-run")
    assert "semantic" in shown.output and list(versions(place)) == [1]
    draft(place, (", {id: 'on', label: On time}", ""))
    refused = run("publish", place, "--by", "AB", "--reason", "more", "--despite", "follows")
    assert refused.exit_code == 1 and isinstance(refused.exception, InspectionError)
    assert "second" in str(refused.exception) and "migration_r2.yaml" in str(refused.exception)
    assert list(versions(place)) == [1]


def test_guidance_in_a_second_language_is_frozen_compared_and_goes_through_excel_and_odk(
    tmp_path: Path,
) -> None:
    place = draft(tmp_path / "set", ("verified: false", "verified: false\nlanguages: [en, cy]"))
    (place / "first.cy.md").write_text("Edrychwch.\n", encoding="utf-8")
    published(place)
    qs = QuestionSet.load(versions(place)[1])
    assert (qs.guidance("first")[:4], qs.guidance("first", "cy")) == ("Look", "Edrychwch.")
    form, again = tmp_path / "form.xlsx", tmp_path / "again"
    form.write_bytes(to_xlsform(place)[0])
    assert "Edrychwch" in check(form) and from_xlsform(again, form).files
    assert (again / "first.cy.md").read_text("utf-8") == "Edrychwch.\n"
    assert QuestionSet.load(again).digest == qs.digest
    book = tmp_path / "book.xlsx"
    book.write_bytes(to_excel(place))
    opened = load_workbook(book)
    cells = [cell for row in opened["Guidance"].iter_rows() for cell in row]
    [welsh] = [cell for cell in cells if str(cell.value).startswith("Edrych")]
    welsh.value = "Edrychwch yn y ffeil."
    opened.save(book)
    assert from_excel(place, book).files == (place / "first.cy.md",)
    assert (place / "first.cy.md").read_text("utf-8") == "Edrychwch yn y ffeil.\n"
    [change] = qs.diff(QuestionSet.load(place)).changes
    assert (change.where, change.key) == ("question first", "guidance text")
