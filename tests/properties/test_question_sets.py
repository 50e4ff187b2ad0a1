"""Question sets at random: published, through Excel or XLSForm, they stay what they were."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from openpyxl import load_workbook

from inspectkit.questions import QuestionSet
from inspectkit.questions.versions.frozen import Publication, freeze, thaw
from inspectkit.questions.workbook import from_excel, to_excel
from inspectkit.questions.xlsform import from_xlsform, to_xlsform
from inspectkit.questions.xlsform.survey import Form, form
from inspectkit.questions.yaml import read_yaml
from inspectkit.review.state import Answer, judge
from tests.properties.question_sets import ANSWERS, VALUES, Tree, texts, trees, write

SOME = settings(max_examples=max(10, settings.default.max_examples // 20))


@contextmanager
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as place:
        yield Path(place) / "set"


@given(trees())
def test_a_published_set_reads_back_the_same_whatever_its_texts(tree: Tree) -> None:
    with folder() as place:
        qs = QuestionSet.load(write(place, tree))
        record = Publication(
            ref=qs.ref, question_set=qs.digest, on="2026-11-25", by="AB", reason="r", kind="first"
        )
        path = place / f"r{qs.content.revision}.yaml"
        path.write_text(freeze(qs.canonical(), record), encoding="utf-8", newline="\n")
        frozen = thaw(path)
        assert QuestionSet(frozen.content, frozen.texts).digest == qs.digest
        assert QuestionSet.load(path).digest == qs.digest


@SOME
@given(trees(), st.data())
def test_one_cell_changed_in_a_workbook_changes_that_value_and_no_other(
    tree: Tree, data: st.DataObject
) -> None:
    with folder() as place:
        write(place, tree)
        path = place.parent / "a.xlsx"
        path.write_bytes(to_excel(place))
        before = read_yaml(place / "question_set.yaml")
        assert from_excel(place, path).files == ()
        number = data.draw(st.integers(0, len(tree["questions"]) - 1))
        text = data.draw(texts).strip()
        edited = edit(path, f"q{number}", text)
        from_excel(place, edited)
        after = read_yaml(place / "question_set.yaml")
        if text not in (old := str(before["questions"][number]["text"]).strip()):
            assert after["questions"][number]["text"] == text or blank(text) == blank(old)
        after["questions"][number]["text"] = before["questions"][number]["text"]
        assert after == before


def blank(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").split())


def edit(path: Path, question: str, text: str) -> Path:
    book = load_workbook(path)
    page = book["Questions"]
    column = next(cell.column for cell in page[1] if cell.value == "text")
    row = next(r for r in range(2, page.max_row + 1) if page.cell(r, 1).value == question)
    page.cell(row, column).value = text
    page.cell(row, column).data_type = "s"
    book.save(path)
    return path


@SOME
@given(trees())
def test_a_set_through_an_xlsform_is_the_same_file_again(tree: Tree) -> None:
    with folder() as place:
        write(place, tree)
        path = place.parent / "form.xlsx"
        path.write_bytes(to_xlsform(place)[0])
        again = place.parent / "again"
        from_xlsform(again, path)
        assert QuestionSet.load(again).digest == QuestionSet.load(place).digest
        assert read_yaml(again / "question_set.yaml") == read_yaml(place / "question_set.yaml")
        files = {p.relative_to(place): p.read_bytes() for p in place.glob("guidance/*")}
        assert files == {p.relative_to(again): p.read_bytes() for p in again.glob("guidance/*")}
        assert from_xlsform(place, path).files == ()


@given(trees(), st.data())
def test_odk_opens_the_questions_that_the_store_opens(tree: Tree, data: st.DataObject) -> None:
    with folder() as place:
        qs = QuestionSet.load(write(place, tree))
    facts = {"plea": data.draw(st.sampled_from(["", "a", "b"]))}
    given_ = {}
    for question in qs.questions:
        pool = ANSWERS.get(question.type) or VALUES.get(question.type, [])
        if pool and data.draw(st.booleans()):
            given_[question.id] = data.draw(st.sampled_from(pool))
    casework_type = data.draw(st.sampled_from(["MC", "CC"]))
    answers = {name: Answer(answer, "", 1, "") for name, answer in given_.items()}
    opened = set(judge(qs, casework_type, facts, answers)[1])
    shown = relevant(form(qs), {**facts, "casework_type": casework_type, **given_})
    asked = {question.id for question in qs.questions if question.type != "calculated"}
    assert shown & asked == opened


def relevant(made: Form, given_: dict[str, str]) -> set[str]:
    """The rows that an XPath engine finds relevant, in one pass from top to bottom."""
    data = etree.Element("data")
    functions = {
        (None, "if"): lambda _, test, yes, no: yes if test else no,
        (None, "selected"): lambda _, nodes, name: name in text_of(nodes).split(),
        (None, "date"): lambda _, text: text,
        (None, "decimal-date-time"): lambda _, given: days(given),
    }
    found = set()
    for row in made.survey:
        if row.cells["type"].startswith(("begin", "end_")):
            continue
        node = etree.SubElement(data, row.cells["name"])
        node.text = ""

        def value(expression: str) -> Any:
            xpath = expression.replace("${", "/data/").replace("}", "")
            return data.xpath(xpath, extensions=functions)

        if value(row.cells.get("relevant", "true()")):
            found.add(row.cells["name"])
            node.text = given_.get(row.cells["name"], "")
            if row.cells["type"] == "calculate":
                node.text = plain(value(row.cells["calculation"]))
    return found


def text_of(nodes: Any) -> str:
    return str(nodes[0].text or "") if nodes else ""


def days(given_: Any) -> float:
    text = given_ if isinstance(given_, str) else text_of(given_)
    return float(date.fromisoformat(text).toordinal()) if text else math.nan


def plain(value: Any) -> str:
    return f"{value:.6f}" if isinstance(value, float) else str(value)
