"""XLSForms: what we write opens in ODK, comes back whole, and other people's are taken in part."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from typer.testing import CliRunner

import inspectkit.resources as resources
from inspectkit.cli import app
from inspectkit.digest import digest
from inspectkit.errors import InspectionError
from inspectkit.questions import QuestionSet
from inspectkit.questions.xlsform import check, check_with_odk, from_xlsform, to_xlsform
from inspectkit.questions.xlsform.checking import has_java
from inspectkit.questions.xlsform.survey import form
from inspectkit.questions.yaml import read_yaml
from tests.test_versions import draft
from tests.test_workbook import Edit, edited, text_of

DRAFTS = resources.folder("question_sets").glob("*/question_set.yaml")
SHIPPED = sorted(path.parent for path in DRAFTS)
# One of each: languages, facts, items, subjects, limits, rules, reasons, causes, documents.
WHOLE = """\
id: whole
revision: 3
label: Everything
languages: [en, cy]
source: written for the tests
verified: false
casework_types: [{id: MC, label: Magistrates, translations: {cy: Ynadon}}, {id: CC, label: Crown}]
subjects: [{id: office, label: An office}]
items: [{id: letter, label: Letter}]
facts:
  - {id: received, label: Received, type: date}
  - {id: plea, label: Plea, values: [{id: guilty, label: Guilty}, {id: other, label: Other}]}
lists:
  - {id: places, label: Places, options: [{id: home, label: Home}, {id: away, label: Away}]}
scales:
  - id: met
    label: Met
    answers:
      - {id: fm, label: Met, points: 2, translations: {cy: Cyflawn}}
      - {id: nm, label: Not met, points: 0}
      - {id: na, label: Not applicable, excluded: true}
themes: [{id: one, label: One, translations: {cy: Un}}, {id: two, label: Two}]
na_reasons: [{id: none_due, label: None was due}]
questions:
  - {id: sent, text: When was it sent?, type: date, page: one, item: letter,
     must: [{that: "${sent} >= ${received}", message: Not before it was received}]}
  - {id: tone, text: Was it kind?, scale: met, themes: [one], item: letter, weight: 3,
     evidence: {when: [nm], min_length: 20, reference: true},
     causes: {options: places}}
  - {id: pages, text: How many pages?, type: number, whole: true, min: 0, max: 40, page: one}
  - {id: share, text: Which share?, type: number, min: 0.5, page: one}
  - {id: stated, text: "What plea, of ${plea}?", type: choice, prefill: plea, page: one,
     choices: [{id: guilty, label: Guilty}, {id: other, label: Other}],
     translations: {cy: Pa ble?}}
  - {id: wheres, text: Where?, type: multiple, choices: places, page: two}
  - {id: long, text: Was it short?, scale: met, themes: [two], suggest: "'fm'",
     casework_types: [CC], applies_when: "${pages} > 28 and not(selected(${wheres}, 'home'))"}
  - {id: after, text: And after that?, scale: met, themes: [two],
     applies_when: "not(${long} = 'fm') or is-na(${long})"}
  - {id: remark, text: Anything else?, type: text, page: two}
  - {id: run, text: Is it well run?, scale: met, themes: [two], subject: office}
"""


def whole(folder: Path) -> Path:
    folder.mkdir()
    (folder / "question_set.yaml").write_text(WHOLE, encoding="utf-8")
    return folder


def exported(folder: Path, path: Path, *edits: Edit) -> Path:
    content, _ = to_xlsform(folder)
    path.write_bytes(content)
    return edited(content, path, *edits) if edits else path


def cell(sheet: str, name: str, column: str, value: Any) -> Edit:
    def edit(book: Any) -> None:
        page = book[sheet]
        heads = {each.value: each.column for each in page[1]}
        row = next(
            r for r in range(2, page.max_row + 1) if page.cell(r, heads["name"]).value == name
        )
        page.cell(row, heads[column]).value = value

    return edit


# --- out -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("shipped", SHIPPED, ids=lambda path: path.name)
def test_every_set_of_the_library_comes_back_whole_and_passes_pyxform(
    shipped: Path, tmp_path: Path, full: bool
) -> None:
    path = exported(shipped, tmp_path / "form.xlsx")
    again = tmp_path / "again"
    from_xlsform(again, path)
    assert QuestionSet.load(again).digest == QuestionSet.load(shipped).digest
    assert read_yaml(again / "question_set.yaml") == read_yaml(shipped / "question_set.yaml")
    names = {q.guidance for q in QuestionSet.load(shipped).content.questions if q.guidance}
    for name in names:
        assert (again / name).read_bytes() == (shipped / name).read_bytes()
    xform = check(path) if full or shipped.name in ("area-inspection", "victim-letters") else ""
    if full and has_java():
        assert "valid" in check_with_odk(xform)


def test_one_of_everything_in_two_languages_passes_pyxform_and_odk(tmp_path: Path) -> None:
    folder = whole(tmp_path / "set")
    path = exported(folder, tmp_path / "form.xlsx")
    xform = check(path)
    for told in ("Cyflawn", "Welsh (cy)", 'odk:track-changes="true"', "normalize-space"):
        assert told in xform
    if not has_java():
        pytest.skip("ODK Validate needs Java")
    assert "Xform is valid" in check_with_odk(xform)


def test_odk_validate_is_asked_and_can_refuse(tmp_path: Path) -> None:
    if not has_java():
        pytest.skip("ODK Validate needs Java")
    xform = check(exported(draft(tmp_path / "set"), tmp_path / "form.xlsx"))
    with pytest.raises(InspectionError, match="ODK Validate: "):
        check_with_odk(xform.replace('relevant="', 'relevant="(', 1))


def test_an_unanswered_question_opens_nothing(tmp_path: Path) -> None:
    made = form(QuestionSet.load(whole(tmp_path / "s")))
    rows = {row.cells["name"]: row.cells for row in made.survey}
    assert rows["long"]["relevant"] == (
        "${casework_type} = 'CC' and ${pages} != '' and ${pages} > 28"
        " and ${wheres} != '' and not(selected(${wheres}, 'home'))"
    )
    assert rows["long-closed"]["calculation"].startswith("if(${casework_type} = 'MC' or ")
    assert rows["after"]["relevant"] == (
        "(${long-closed} = '1' or (${long} != '' and ${long} != 'fm'))"
        " or (${long} != '' and ${long} = 'na')"
    )
    assert rows["tone-evidence"]["constraint"] == "string-length(normalize-space(.)) >= 20"
    assert rows["pages"]["constraint"] == ". >= 0 and . <= 40"
    assert rows["sent"]["constraint"] == (
        "not(. != '' and ${received} != ''"
        " and decimal-date-time(.) < decimal-date-time(${received}))"
    )
    assert rows["audit"]["type"] == "audit"


# --- back ----------------------------------------------------------------------------------------


def test_labels_guidance_and_conditions_edited_in_the_form_come_into_the_draft(
    tmp_path: Path,
) -> None:
    folder = draft(tmp_path / "set")
    column = "label::English (en)"
    path = exported(
        folder,
        tmp_path / "form.xlsx",
        cell("survey", "first", column, "Was it so?"),
        cell("survey", "first", "guidance_hint::English (en)", "Look elsewhere."),
        cell("survey", "second", "relevant", "${first} = 'pm' or ${first} != ''"),
        cell("choices", "pm", column, "Partly met"),
    )
    found = from_xlsform(folder, path)
    qs = QuestionSet.load(folder)
    assert len(found.changed) == 4 and qs.guidance("first") == "Look elsewhere."
    assert qs.question("second").applies_when == "${first} = 'pm' or answered(${first})"
    assert qs.answers(qs.question("first"))["pm"] == "Partly met"
    assert "# The rest follows from it." in text_of(folder)


def test_what_two_people_changed_is_a_conflict_here_too(tmp_path: Path) -> None:
    folder = draft(tmp_path / "set")
    edit = cell("survey", "first", "label::English (en)", "Was it so?")
    path = exported(folder, tmp_path / "form.xlsx", edit)
    draft(folder, ("Was it right?", "Was it thus?"))
    with pytest.raises(InspectionError, match="question first, column text: it was 'Was it right"):
        from_xlsform(folder, path)
    from_xlsform(folder, path, prefer="workbook")
    assert QuestionSet.load(folder).question("first").text == "Was it so?"


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (cell("survey", "first", "type", "text"), "the row text first is new, or its type"),
        (
            cell("survey", "first", "name", "other"),
            "the row select_one scale_standard first is gone",
        ),
        (
            cell("survey", "first", "required", "no"),
            r"survey \w\d+: required was changed from 'yes'",
        ),
        (cell("survey", "second", "relevant", "regex(${first}, 'x')"), "not among those that can"),
        (cell("choices", "pm", "name", "mostly"), "the row scale_standard pm is gone"),
        (lambda book: setattr(book["inspectkit"]["B3"], "value", '"x"'), "inspectkit was changed"),
    ],
)
def test_what_a_form_cannot_change_is_refused_by_cell(
    edit: Edit, told: str, tmp_path: Path
) -> None:
    folder = draft(tmp_path / "set")
    path = exported(folder, tmp_path / "form.xlsx", edit)
    before = text_of(folder)
    with pytest.raises(InspectionError, match=f"(?s){told}"):
        from_xlsform(folder, path)
    assert text_of(folder) == before


# --- other people's forms ------------------------------------------------------------------------

SURVEY = [
    ("type", "name", "label::English (en)", "label::Welsh (cy)", "relevant", "constraint"),
    ("start", "start", None, None, None, None),
    ("begin group", "Plea", "About the plea", None, None, None),
    ("select_one yn", "Guilty", "Guilty?", "Euog?", None, None),
    ("date", "when", "When?", None, '${Guilty} = "yes" and ${Guilty} != ""', None),
    ("end group", None, None, None, None, None),
    ("begin repeat", "letter", "A letter", None, "selected(${Guilty}, 'no')", None),
    ("integer", "pages", "Pages?", None, None, ". >= 0 and . <= 99"),
    ("end repeat", None, None, None, None, None),
    ("select_multiple yn", "both", "Both?", None, None, None),
]
CHOICES = [("list name", "name", "label::English (en)"), ("yn", "yes", "Yes"), ("yn", "no", "No")]


def theirs(path: Path, survey: list[tuple[Any, ...]]) -> Path:
    book = Workbook()
    sheets = {"survey": survey, "choices": CHOICES, "settings": [("form_title",), ("A form",)]}
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)
    book.save(path)
    return path


def test_a_form_of_other_people_becomes_a_draft(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    found = from_xlsform(folder, theirs(tmp_path / "form.xlsx", SURVEY))
    qs = QuestionSet.load(folder)
    assert [(q.id, q.type, q.page, q.item) for q in qs.questions] == [
        ("guilty", "choice", "plea", None),
        ("when", "date", "plea", None),
        ("pages", "number", "form", "letter"),
        ("both", "multiple", "form", None),
    ]
    assert qs.question("guilty").translations == {"cy": "Euog?"}
    assert qs.question("when").applies_when == "${guilty} = 'yes' and answered(${guilty})"
    assert qs.question("pages").applies_when == "selected(${guilty}, 'no')"
    assert (qs.question("pages").min, qs.question("pages").max) == (0, 99)
    assert qs.question("pages").whole and "Guilty is called guilty" in "\n".join(found.notes)
    with pytest.raises(InspectionError, match="there is a draft already"):
        from_xlsform(folder, tmp_path / "form.xlsx")


def test_what_is_outside_the_subset_is_refused_all_at_once_by_cell(tmp_path: Path) -> None:
    more = [
        ("geopoint", "where", "Where?", None, None, None),
        ("text", "name", "Name?", None, "${guilty} > count(x)", None),
        ("text", "code", "Code?", None, None, "regex(., '[a-z]')"),
        ("select_one nowhere", "x", "X?", None, None, None),
        ("text", "GUILTY", "Again?", None, None, None),
        ("calculate", "sum", None, None, None, None),
    ]
    path = theirs(tmp_path / "form.xlsx", [*SURVEY, *more])
    with pytest.raises(InspectionError) as refused:
        from_xlsform(tmp_path / "new", path)
    told = str(refused.value)
    for each in (
        "survey A11: the type 'geopoint' is not among",
        "survey E12: this condition is not among",
        r"survey F13: the constraint \"regex",
        "survey A14: the list 'nowhere' is not on the sheet choices",
        "survey B15: 'GUILTY' would have the id 'guilty', which is taken",
        "survey A16: the type 'calculate' is not among",
    ):
        assert each.replace("\\", "") in told
    assert not (tmp_path / "new").exists()


def test_a_form_never_writes_outside_its_folder(tmp_path: Path) -> None:
    folder = draft(tmp_path / "set")
    text = text_of(folder)
    path = exported(folder, tmp_path / "form.xlsx")

    def lead_out(book: Any) -> None:
        page = book["inspectkit"]
        rows = [(r[0].value, json.loads(r[1].value)) for r in page.iter_rows(min_row=2)]
        rows = [
            (name, {**each, "guidance": "../../out.md"} if name == "questions first" else each)
            for name, each in rows
        ]
        for line, (_, each) in enumerate(rows, start=2):
            page.cell(line, 2).value = json.dumps(each)
        page.cell(1, 2).value = digest([list(each) for each in rows])

    edited(path.read_bytes(), path, lead_out)
    with pytest.raises(InspectionError, match="leads out of the set"):
        from_xlsform(tmp_path / "deep" / "new", path)
    assert not (tmp_path / "out.md").exists() and text_of(folder) == text


def test_the_commands_write_a_form_and_take_it_back(tmp_path: Path) -> None:
    folder, path = draft(tmp_path / "set"), tmp_path / "form.xlsx"

    def run(*words: Any) -> Any:
        return CliRunner().invoke(app, ["questions", *map(str, words)])

    done = run("to-xlsform", folder, path)
    assert done.exit_code == 0 and "pyxform takes it" in done.output
    assert run("from-xlsform", path, tmp_path / "new").exit_code == 0
    assert QuestionSet.load(tmp_path / "new").digest == QuestionSet.load(folder).digest
    assert run("to-xlsform", folder, path).exit_code == 1
    shutil.copyfile(path, tmp_path / "b.xlsx")
    assert load_workbook(io.BytesIO(path.read_bytes())).sheetnames == [
        "survey",
        "choices",
        "settings",
        "inspectkit",
    ]
