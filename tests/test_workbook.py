"""Question sets in Excel: out, edited as people and programs edit, and back with nothing lost."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from typer.testing import CliRunner

import inspectkit.resources as resources
from inspectkit.cli import app
from inspectkit.errors import InspectionError
from inspectkit.questions import QuestionSet
from inspectkit.questions.workbook import from_excel, to_excel
from tests.conftest import is_full
from tests.test_versions import draft

SHIPPED = sorted(
    path.parent for path in resources.folder("question_sets").glob("*/question_set.yaml")
)
Edit = Callable[[Any], None]


def head(sheet: Worksheet, name: str) -> int:
    return next(cell.column for cell in sheet[1] if cell.value == name)


def line(sheet: Worksheet, id: str) -> int:
    """The row of an id; of "" the first that is blank."""
    keys = 2 if sheet.cell(1, 2).value == "id" else 1
    return next(r for r in range(2, sheet.max_row + 1) if (sheet.cell(r, keys).value or "") == id)


def put(sheet: str, id: str, name: str, value: Any) -> Edit:
    def edit(book: Any) -> None:
        page = book[sheet]
        page.cell(line(page, id), head(page, name)).value = value

    return edit


def add(sheet: str, **values: Any) -> Edit:
    def edit(book: Any) -> None:
        row = line(book[sheet], "")
        for name, value in values.items():
            book[sheet].cell(row, head(book[sheet], name)).value = value

    return edit


def edited(content: bytes, path: Path, *edits: Edit) -> Path:
    """A workbook after some edits, saved by another program."""
    book = load_workbook(io.BytesIO(content))
    for edit in edits:
        edit(book)
    book.save(path)
    return path


def text_of(folder: Path) -> str:
    return (folder / "question_set.yaml").read_text(encoding="utf-8")


# --- the round trip ------------------------------------------------------------------------------


WIDE = ("area-assurance", "area-inspection", "defence-correspondence")  # every part of the format
SOME = [path for path in SHIPPED if is_full() or path.name in WIDE]


@pytest.mark.parametrize("shipped", SOME, ids=lambda path: path.name)
def test_a_workbook_that_nobody_changed_changes_nothing(shipped: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(shipped, tmp_path / shipped.name))
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    content = to_excel(folder)
    assert content == to_excel(folder)
    found = from_excel(folder, edited(content, tmp_path / "a.xlsx"))
    assert (found.changed, found.conflicts, found.files) == ((), (), ())
    assert before == {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_three_edits_one_of_them_in_conflict_keep_comments_and_order(
    tmp_path: Path, full: bool
) -> None:
    shipped = next(path for path in SHIPPED if path.name == "area-inspection")
    folder = Path(shutil.copytree(shipped, tmp_path / "area-inspection"))
    path = edited(
        to_excel(folder),
        tmp_path / "a.xlsx",
        put("Questions", "charge_timely", "text", "Was the decision to charge made in good time?"),
        put("Questions", "police_feedback", "weight", 2),
        put("Questions", "charge_code", "text", "Did the decision comply with the Code?"),
    )
    office = shutil.which("soffice")
    if full and office:  # what a person's own program makes of the file
        command = [
            office,
            "--headless",
            "--convert-to",
            "xlsx",
            "--outdir",
            tmp_path / "again",
            path,
        ]
        subprocess.run(command, check=True, capture_output=True)
        path = tmp_path / "again" / "a.xlsx"
    asked = "Did the charging decision comply with the Code for Crown Prosecutors?"
    ours = text_of(folder).replace(asked, "Did it comply with the Code?")
    (folder / "question_set.yaml").write_text(ours, encoding="utf-8", newline="\n")
    with pytest.raises(
        InspectionError, match=r"^question charge_code, column text: it was 'Did the"
    ):
        from_excel(folder, path)
    assert text_of(folder) == ours
    found = from_excel(folder, path, prefer="file")
    assert [(c.where, c.file) for c in found.conflicts] == [
        ("question charge_code, column text", "Did it comply with the Code?")
    ]
    mine = ours.replace(
        '"Was the charging decision made in time?"',
        '"Was the decision to charge made in good time?"',
    )
    start = mine.index("    applies_when: >-\n      ${police_file_standard} = 'pm'")
    assert text_of(folder) == f"{mine[:start]}    weight: 2\n{mine[start:]}"
    theirs = from_excel(folder, path, prefer="workbook")
    assert theirs.changed == ("question charge_code, column text",)
    assert '"Did the decision comply with the Code?"' in text_of(folder)


def test_the_copies_of_two_people_both_come_in_and_the_second_hears_of_the_first(
    tmp_path: Path,
) -> None:
    folder = draft(tmp_path / "set")
    content = to_excel(folder)
    one = edited(content, tmp_path / "one.xlsx", put("Questions", "first", "text", "Was it so?"))
    other = edited(
        content,
        tmp_path / "other.xlsx",
        put("Questions", "first", "text", "Was it thus?"),
        put("Questions", "third", "weight", 3),
    )
    from_excel(folder, one)
    with pytest.raises(InspectionError, match=r"'Was it so\?' now, the workbook \(Questions B2\)"):
        from_excel(folder, other)
    from_excel(folder, other, prefer="file")
    qs = QuestionSet.load(folder)
    assert (qs.question("first").text, qs.question("third").weight) == ("Was it so?", 3)
    assert from_excel(folder, one).changed == ()


def test_new_rows_come_in_where_they_are_wanted_and_comments_stay_in_place(tmp_path: Path) -> None:
    folder = draft(tmp_path / "set")
    row = {"id": "fresh", "text": "Is it so?", "scale": "standard", "page": "trial"}
    path = edited(
        to_excel(folder),
        tmp_path / "a.xlsx",
        add("Questions", **row, context="yes", after="first"),
        add("Guidance", question="fresh", text="Look.\nThen look again."),
        add("Answers", of="questions.second.choices", id="late", label="Too late", after="no"),
        add("Lists", list="tags", id="grip", label="Grip"),
        put("Questions", "third", "tags", "grip"),
    )
    from_excel(folder, path)
    qs = QuestionSet.load(folder)
    assert [each.id for each in qs.questions] == ["first", "fresh", "second", "third"]
    assert list(qs.answers(qs.question("second"))) == ["no", "late", "on"]
    assert qs.question("fresh").context and qs.guidance("fresh") == "Look.\nThen look again."
    assert qs.question("third").tags == ("grip",)
    text = text_of(folder)
    assert text.index("id: fresh") < text.index("# The rest follows") < text.index("id: second")
    assert "revision: 1  # the next to be published" in text


def test_an_emptied_cell_takes_its_key_away_and_keeps_the_comment_below(tmp_path: Path) -> None:
    folder = draft(tmp_path / "set", ("guidance: first.md}", "guidance: first.md, weight: 3}"))
    path = edited(
        to_excel(folder),
        tmp_path / "a.xlsx",
        put("Questions", "first", "weight", None),
        put("Questions", "second", "applies_when", ""),
    )
    from_excel(folder, path)
    qs = QuestionSet.load(folder)
    assert (qs.question("first").weight, qs.question("second").applies_when) == (1, None)
    assert "# The rest follows from it." in text_of(folder)


# --- what programs make of cells -----------------------------------------------------------------


def merged(book: Any) -> None:
    book["Questions"].merge_cells("B2:B3")


def hidden_sheet(book: Any) -> None:
    book["_base"].cell(3, 2).value = str(book["_base"].cell(3, 2).value).replace("a", "b")


def without_row(book: Any) -> None:
    book["Questions"].delete_rows(3)


def twice(book: Any) -> None:
    book["Questions"].cell(line(book["Questions"], "third"), 1).value = "first"


def without_heading(book: Any) -> None:
    book["Questions"].cell(1, head(book["Questions"], "text")).value = "Frage"


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (put("Questions", "first", "text", True), "Questions B2: Excel made the truth value TRUE"),
        (put("Answers", "on", "id", True), r"Answers B\d+: Excel made the truth value TRUE"),
        (add("Questions", id=date(2026, 3, 1)), r"Questions A5: Excel made the date or time 2026"),
        (put("Questions", "first", "text", "=1+1"), "Questions B2: it holds a formula"),
        (put("Questions", "third", "weight", "two"), r"Questions J\d: weight: it takes a whole"),
        (put("Questions", "third", "weight", 1.5), r"weight: it takes a whole number"),
        (put("Questions", "first", "context", "perhaps"), "context: it takes yes or no"),
        (merged, "Questions B2:B3: these cells are merged"),
        (hidden_sheet, "a.xlsx: its hidden sheet was changed"),
        (without_row, "the row second is gone, or its id was changed. .*retired"),
        (twice, r"first stands on row 2 as well.*\n.*the row third is gone"),
        (put("Questions", "first", "id", "First"), "'First' is no id"),
        (without_heading, "the column text is gone"),
        (add("Questions", text="No id"), "Questions, row 5: id must be filled in"),
        (add("Questions", id="x", text="X?", after="nowhere"), "follow 'nowhere', which is not"),
        (put("Questions", "first", "scale", "standrd"), r"'standrd' is no scale.*mean standard\?"),
        (put("Questions", "second", "applies_when", "${frist} = 'nm'"), r"mean first\?"),
        (put("Questions", "first", "guidance", "../x.md"), "guidance"),
        (lambda book: book.remove(book["Answers"]), "the sheet Answers is gone"),
        (lambda book: book.remove(book["_base"]), "was not made by to-excel"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_cell_and_changes_nothing(
    edit: Edit, told: str, tmp_path: Path
) -> None:
    folder = draft(tmp_path / "set")
    path = edited(to_excel(folder), tmp_path / "a.xlsx", edit)
    before = {each: each.read_bytes() for each in folder.rglob("*") if each.is_file()}
    with pytest.raises(InspectionError, match=f"(?s){told}"):
        from_excel(folder, path)
    assert before == {each: each.read_bytes() for each in folder.rglob("*") if each.is_file()}


def test_curly_quotes_hidden_rows_and_stray_columns_are_mended_and_told(tmp_path: Path) -> None:
    folder = draft(tmp_path / "set", ("Was it right?", "Was it 'right'?"))

    def hide(book: Any) -> None:
        book["Questions"].row_dimensions[line(book["Questions"], "third")].hidden = True

    path = edited(
        to_excel(folder),
        tmp_path / "a.xlsx",
        put("Questions", "first", "text", "Was it ‘right’?"),
        put("Questions", "second", "applies_when", "${first} = ‘pm’"),
        put("Questions", "third", "text", "Was it ‘timely’?"),
        hide,
        lambda book: setattr(book["Questions"].cell(1, 40), "value", "My notes"),
    )
    found = from_excel(folder, path)
    qs = QuestionSet.load(folder)
    assert qs.question("first").text == "Was it 'right'?"
    assert qs.question("second").applies_when == "${first} = 'pm'"
    assert qs.question("third").text == "Was it ‘timely’?"
    notes = "\n".join(found.notes)
    for each in ("the file's are kept", "made straight", "row 4: the row is hidden", "My notes"):
        assert each in notes


def test_texts_that_a_spreadsheet_would_run_are_texts(tmp_path: Path) -> None:
    hostile = "=cmd|' /C calc'!A0"
    folder = draft(tmp_path / "set", ("Was it in time?", f'"{hostile}"'))
    content = to_excel(folder)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheets = b"".join(archive.read(n) for n in archive.namelist() if "worksheets/sheet" in n)
        assert b"<f>" not in sheets and b"hyperlink" not in sheets
        assert b'quotePrefix="1"' in archive.read("xl/styles.xml")
    page = load_workbook(io.BytesIO(content))["Questions"]
    cell = page.cell(line(page, "third"), head(page, "text"))
    assert (cell.value, cell.data_type) == (hostile, "s")


def test_the_workbook_guides_the_hand(tmp_path: Path) -> None:
    book = load_workbook(io.BytesIO(to_excel(draft(tmp_path / "set"))))
    page = book["Questions"]
    assert book.sheetnames[0] == "Read me" and page.freeze_panes == "B2" and page.protection.sheet
    assert page.cell(2, 1).protection.locked and not page.cell(2, 2).protection.locked
    assert not page.cell(line(page, ""), 1).protection.locked
    lists = {rule.sqref: rule for rule in page.data_validations.dataValidation}
    assert any(rule.type == "list" for rule in lists.values()) and len(lists) >= 6
    assert book["_base"].sheet_state == "veryHidden" and book["_lists"].sheet_state == "hidden"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"id,text\n"])
def test_files_that_are_no_workbook_are_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    with pytest.raises(InspectionError, match="xlsx"):
        from_excel(draft(tmp_path / "set"), path)


def test_the_workbook_of_another_set_or_program_is_refused(tmp_path: Path) -> None:
    folder, other = draft(tmp_path / "set"), draft(tmp_path / "b", ("id: specimen", "id: another"))
    path = tmp_path / "a.xlsx"
    path.write_bytes(to_excel(other))
    with pytest.raises(InspectionError, match="it is of another, and the file of specimen"):
        from_excel(folder, path)
    Workbook().save(path)
    with pytest.raises(InspectionError, match="was not made by to-excel"):
        from_excel(folder, path)


def test_the_commands_write_a_workbook_once_and_take_it_back(tmp_path: Path) -> None:
    folder, path = draft(tmp_path / "set"), tmp_path / "a.xlsx"

    def run(*words: Any) -> Any:
        return CliRunner().invoke(app, ["questions", *map(str, words)])

    assert run("to-excel", folder, path).exit_code == 0
    refused = run("to-excel", folder, path)
    assert refused.exit_code == 1 and "--overwrite" in str(refused.exception)
    edited(path.read_bytes(), path, put("Questions", "third", "weight", 5))
    done = run("from-excel", folder, path)
    assert done.exit_code == 0 and "Changed: question third, column weight" in done.output
    assert run("from-excel", folder, path, "--prefer", "mine").exit_code == 2
    assert QuestionSet.load(folder).question("third").weight == 5
