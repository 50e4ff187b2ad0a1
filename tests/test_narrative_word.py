"""The narrative to Word and back: words change, figures stay, both sides' changes are merged."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from typer.testing import CliRunner

from inspectkit.cli import app
from inspectkit.errors import InspectionError
from inspectkit.exhibits import Column, Table
from inspectkit.exhibits.returned_word import read_word
from inspectkit.exhibits.word import Front, Line, Run, write_word
from inspectkit.findings import Figure, Figures
from inspectkit.narrative import Narrative, Telling, Told
from inspectkit.narrative.merging import Merged, merge
from inspectkit.narrative.word import blocks, narrative_word, sending_of, sources
from tests.small import make

FIGURES = Figures(
    {
        name: Figure(name, "Grip", "Crown Court", Fraction(4, 5), 0.7, 0.9, 8, 10, 5)
        for name in ("grip@CC", "grip@all")
    }
)
TEXT = """# Found

Grip won {grip@CC} of the points in [most](grip@all) cases.

## Part

The second stands alone.

- one ({grip@all:points})
- two

The third.
"""
FRONT = Front("A report", date(2026, 11, 23), "OFFICIAL", "SIMULATED")


def telling(folder: Path, text: str = TEXT) -> Telling:
    (folder / "narrative").mkdir(exist_ok=True)
    (folder / "narrative" / "01_found.md").write_text(text, encoding="utf-8")
    return Telling(Narrative.read(folder), Told(FIGURES))


@pytest.fixture
def sent(tmp_path: Path) -> tuple[Path, Telling]:
    made = telling(tmp_path)
    path = tmp_path / "narrative.docx"
    path.write_bytes(narrative_word(made, FRONT, 1))
    return path, made


def edited(path: Path, edit: Callable[[Any], None]) -> None:
    """Edit the file as a person would in Word."""
    book = docx.Document(str(path))
    edit(book)
    book.save(str(path))


def merged(sent: tuple[Path, Telling], ours: Narrative | None = None) -> Merged:
    path, made = sent
    base = sources(made.narrative)
    number, came = sending_of(path)
    assert number == 1
    return merge(base, blocks(came, base), ours or made.narrative)


def words(found: Merged) -> list[str]:
    return [each.source for each in found.narrative.paragraphs]


def test_untouched_it_comes_back_as_it_was(sent: tuple[Path, Telling]) -> None:
    found = merged(sent)
    assert found.changes == ()
    assert found.narrative.written("01_found.md") == TEXT


def test_a_changed_word_keeps_the_figures_of_its_paragraph(sent: tuple[Path, Telling]) -> None:
    def edit(book: Any) -> None:
        paragraph = next(each for each in book.paragraphs if "won" in each.text)
        run = next(each for each in paragraph.runs if "of the points in" in each.text)
        run.text = " of the points, steadily, in "

    edited(sent[0], edit)
    found = merged(sent)
    assert words(found)[1] == (
        "Grip won {grip@CC} of the points, steadily, in [most](grip@all) cases."
    )
    assert len(found.changes) == 1 and "steadily" in found.changes[0]


def test_tracked_changes_count_as_accepted(sent: tuple[Path, Telling]) -> None:
    def edit(book: Any) -> None:
        paragraph = next(each for each in book.paragraphs if "second" in each.text)
        run = paragraph.runs[-1]._r
        gone, new = OxmlElement("w:del"), OxmlElement("w:ins")
        run.addprevious(gone)
        run.addprevious(new)
        added = OxmlElement("w:r")
        text = OxmlElement("w:t")
        text.text = "The second was put otherwise."
        added.append(text)
        new.append(added)
        run.find(qn("w:t")).tag = qn("w:delText")
        gone.append(run)

    edited(sent[0], edit)
    assert "The second was put otherwise." in words(merged(sent))


def test_new_and_deleted_paragraphs_are_merged_in_their_place(sent: tuple[Path, Telling]) -> None:
    def edit(book: Any) -> None:
        third = next(each for each in book.paragraphs if "third" in each.text)
        third.insert_paragraph_before("A new one.")
        two = next(each for each in book.paragraphs if each.text == "two")
        two._p.getparent().remove(two._p)

    edited(sent[0], edit)
    found = merged(sent)
    assert words(found)[-3:] == ["one ({grip@all:points})", "A new one.", "The third."]
    assert sorted(each.partition(":")[0] for each in found.changes) == ["new", "taken out"]


def test_both_sides_changes_are_kept_and_a_clash_changes_nothing(
    sent: tuple[Path, Telling], tmp_path: Path
) -> None:
    def edit(book: Any) -> None:
        next(e for e in book.paragraphs if "third" in e.text).runs[-1].text = "The third, longer."

    edited(sent[0], edit)
    here = TEXT.replace("stands alone", "stands here").replace("- two\n", "- two\n- three\n")
    found = words(merged(sent, telling(tmp_path, here).narrative))
    assert "The second stands here." in found and "The third, longer." in found
    assert "three" in found
    clash = TEXT.replace("The third.", "The third, shorter.")
    with pytest.raises(InspectionError, match="longer.*shorter|shorter.*longer"):
        merged(sent, telling(tmp_path, clash).narrative)


def test_a_number_typed_over_a_figure_is_not_taken(sent: tuple[Path, Telling]) -> None:
    def edit(book: Any) -> None:
        for text in book.element.body.iter(qn("w:t")):
            if text.text == "80.0%":
                text.text = "95.0%"

    edited(sent[0], edit)
    assert merged(sent).changes == ()


def test_the_same_narrative_gives_the_same_bytes_and_hostile_words_stay_words(
    tmp_path: Path,
) -> None:
    made = telling(tmp_path, "# T\n\n<w:t>&amp; =cmd|'/c calc'!A1 \u202e\x01 end\n")
    assert narrative_word(made, FRONT, 1) == narrative_word(made, FRONT, 1)
    path = tmp_path / "x.docx"
    path.write_bytes(narrative_word(made, FRONT, 1))
    base = sources(made.narrative)
    assert merge(base, blocks(sending_of(path)[1], base), made.narrative).changes == ()
    said = read_word(path)[-1].text
    assert "<w:t>&amp; =cmd|'/c calc'!A1" in said and "\u202e" not in said


def test_tables_have_a_head_that_repeats_and_every_page_its_marking(tmp_path: Path) -> None:
    table = Table(id="t", title="Cases", columns=(Column("Stratum"), Column("n", "number")),
                  rows=(("Crown Court", 40), ("All", 40)), groups=("A", "A"), totals=(1,),
                  notes=("A note",))  # fmt: skip
    path = tmp_path / "x.docx"
    path.write_bytes(write_word(FRONT, [Line("title", (Run("T"),)), table]))
    book = docx.Document(str(path))
    head, group, first, total = book.tables[0].rows
    assert head._tr.trPr.find(qn("w:tblHeader")) is not None
    assert [cell.text for cell in first.cells] == ["Crown Court", "40"]
    assert group.cells[0].text == "A" and total.cells[0].paragraphs[0].runs[0].bold
    assert book.sections[0].header.paragraphs[0].text == "OFFICIAL · SIMULATED"
    assert any(each.text == "Table 1: Cases" for each in book.paragraphs)


@pytest.mark.parametrize("content", [b"no zip", b""])
def test_another_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.docx"
    path.write_bytes(content)
    with pytest.raises(InspectionError, match=r"x\.docx: not a Word file"):
        read_word(path)
    docx.Document().save(str(path))
    with pytest.raises(InspectionError, match="no paragraph of it was sent from here"):
        sending_of(path)


def test_out_and_back_by_command(tmp_path: Path) -> None:
    folder = tmp_path / "area"
    insp = make(folder)
    insp.draw("1 2 3", uncommitted="a test")
    telling(folder, "# Found\n\nAn opening.\n\nAnother.\n")

    def run(*said: object, code: int = 0) -> str:
        done = CliRunner().invoke(app, ["narrative", *map(str, said)])
        assert done.exit_code == code, (done.output, done.exception)
        return done.output + str(done.exception or "")

    path = tmp_path / "n.docx"
    assert "sending 1" in run("out", folder, "--by", "AB", "--file", path)

    def edit(book: Any) -> None:
        next(e for e in book.paragraphs if "opening" in e.text).runs[-1].text = "A beginning."

    edited(path, edit)
    assert "Nothing was written" in run("back", folder, path, "--dry-run")
    assert "Merged 1 changes" in run("back", folder, path)
    text = (folder / "narrative" / "01_found.md").read_text(encoding="utf-8")
    assert text == "# Found\n\nA beginning.\n\nAnother.\n"
    assert "Nothing new" in run("back", folder, path)
