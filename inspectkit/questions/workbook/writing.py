"""Writes a question set as a workbook that a lead edits: lists to choose from, ids protected."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import xlsxwriter

from inspectkit.digest import digest
from inspectkit.errors import InspectionError
from inspectkit.questions.model import Answer, Question
from inspectkit.questions.model.help import helps
from inspectkit.questions.workbook.cells import FLAGS, NO, YES, Cells
from inspectkit.questions.workbook.places import (
    AFTER,
    ANSWERS,
    KEYS,
    LISTS,
    QUESTIONS,
    SET,
    SHEETS,
    TEXTS,
    Row,
    columns,
    named,
    rows,
)

BASE, CHOICES, README = "_base", "_lists", "Read me"
FORMAT = "inspectkit question set 1"
LONGEST = 32_000  # characters; a cell of a workbook holds 32,767
MADE = datetime(2000, 1, 1)  # the same draft gives the same bytes
RISKY = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet may take for a formula
NEW_ROWS = {QUESTIONS: 30, ANSWERS: 40, LISTS: 20, TEXTS: 30, SET: 0}
WIDTHS = {"text": 70, "label": 40, "applies_when": 40, "value": 70, AFTER: 20, "of": 34}
WIDTHS |= {"suggest": 40, "calculate": 40, "must.0.that": 34, "must.0.message": 34, "guidance": 34}
WIDTHS |= {"type": 11, "weight": 9, "context": 10, "points": 9, "excluded": 11, "whole": 9}
LINE, MOST_LINES = 15, 16  # points; a row of more lines is read in the formula bar
HELP = (
    "One sheet for each part of the question set: the questions, the answers they offer, the"
    " guidance, the lists (themes, tags, facts, scales ...) and the set itself.",
    "Change any white cell. Grey cells name their row and are protected; ids never change.",
    "A new question goes on a white row at the end of its sheet: give it an id, and in the column"
    " 'after' the id of the question that it follows. The same holds for answers and lists.",
    "A question is never deleted: fill in retired.since (the first revision without it) and"
    " retired.reason instead.",
    "Several names in one cell are separated by commas. Rows keep their order in the file, whatever"
    " their order here.",
    "Send the workbook back as it is: inspectkit questions from-excel FOLDER WORKBOOK puts in what"
    " you changed, and names what somebody else changed meanwhile.",
)
Tree = Mapping[str, Any]


def workbook(tree: Tree, cells: Cells) -> bytes:
    """The workbook as xlsx bytes, the same for the same draft.

    tree: the file as read. cells: what `cells` makes of it and of the guidance texts.
    Errors: a text that no cell of a workbook can hold.
    """
    _check_lengths(cells)
    held = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(held, options) as book:
        book.set_properties({"title": f"Question set {tree['id']}", "created": MADE})
        writer = _Writer(book, tree, rows(cells))
        writer.read_me()
        for sheet in SHEETS:
            writer.sheet(sheet)
        writer.choices()
        writer.base()
    return held.getvalue()


def _check_lengths(cells: Cells) -> None:
    for at, text in cells.items():
        if len(text) > LONGEST:
            where = ".".join(map(str, at))
            what = f"it has {len(text):,} characters, and a cell holds {LONGEST:,}"
            raise InspectionError(where, what, "Shorten it, or edit the file itself")


class _Writer:
    """Writes the sheets of one workbook, one after another."""

    def __init__(self, book: Any, tree: Tree, table: dict[Row, dict[str, str]]) -> None:
        self.book, self.tree, self.table = book, tree, table
        plain = {"num_format": "@", "text_wrap": True, "valign": "top"}
        self.head = book.add_format({"bold": True, "bottom": 2, "bg_color": "#D5E4F2", **plain})
        self.key = book.add_format({"bg_color": "#EDEDED", **plain})
        self.open = book.add_format({"locked": False, **plain})
        self.risky = book.add_format({"locked": False, "quote_prefix": True, **plain})
        self.lists: dict[str, list[str]] = {}

    def read_me(self) -> None:
        page = self.book.add_worksheet(README)
        page.set_column(0, 0, 100)
        text = self.book.add_format({"text_wrap": True, "valign": "top"})
        title = f"Question set {self.tree['id']}, draft of revision {self.tree['revision']}"
        page.write_string(0, 0, title, self.book.add_format({"bold": True, "font_size": 14}))
        for line, told in enumerate(HELP, start=2):
            page.write_string(line, 0, told, text)
            page.set_row(line, _height([told], [100]))
        page.fit_to_pages(1, 0)
        page.protect()

    def sheet(self, name: str) -> None:
        page = self.book.add_worksheet(name)
        keys, rest = KEYS[name], columns(name, self.table)
        heads = [*keys, *rest, *([AFTER] if NEW_ROWS[name] else [])]
        for column, head in enumerate(heads):
            page.write_string(0, column, head, self.head)
            page.set_column(column, column, WIDTHS.get(head, 18))
            if told := _help(name, head):
                page.write_comment(0, column, told, {"x_scale": 2})
        line, widths = 0, [WIDTHS.get(head, 18) for head in heads]
        for (place, at), row in self.table.items():
            if place == name:
                line += 1
                texts = [*named((place, at)), *(row.get(c, "") for c in rest)]
                self._row(page, line, texts)
                page.set_row(line, _height(texts, widths))
        last = line + NEW_ROWS[name]
        for blank in range(line + 1, last + 1):
            for column in range(len(heads)):
                page.write_blank(blank, column, None, self.open)
        self._validate(page, name, heads, last)
        page.freeze_panes(1, len(keys))
        page.autofilter(0, 0, last, len(heads) - 1)
        page.protect("", {"autofilter": True, "format_columns": True, "format_rows": True})
        page.set_landscape()
        page.repeat_rows(0)
        page.fit_to_pages(1, 0)

    def _row(self, page: Any, line: int, texts: Sequence[str]) -> None:
        sheet = page.get_name()
        for column, text in enumerate(texts):
            is_key = column < len(KEYS[sheet]) or (sheet == SET and texts[0] in ("id", "revision"))
            style = self.key if is_key else self.risky if text.startswith(RISKY) else self.open
            page.write_string(line, column, text, style)

    def _validate(self, page: Any, sheet: str, heads: Sequence[str], last: int) -> None:
        for column, head in enumerate(heads):
            names = self._choices(sheet, head)
            if names and last:
                source = self._listed(f"{sheet} {head}", names)
                rule = {"validate": "list", "source": source, "ignore_blank": True}
                told = {"error_title": head, "error_message": "Choose from the list"}
                page.data_validation(1, column, last, column, rule | told)

    def _choices(self, sheet: str, head: str) -> list[str]:
        """What a cell of this column can be chosen from; [] for free text."""
        if head.rpartition(".")[2] in FLAGS and not head.startswith("translations"):
            return [YES, NO]
        if sheet != QUESTIONS:
            return []
        groups = {"scale": "scales", "page": "themes", "section": "sections", "prefill": "facts"}
        groups |= {"item": "items", "choices": "lists"}
        if head in groups:
            return [str(each["id"]) for each in self.tree.get(groups[head]) or ()]
        if head == "type":
            return list(Question.model_json_schema()["properties"]["type"]["enum"])
        if head == AFTER:
            return [str(each["id"]) for each in self.tree["questions"]]
        return []

    def _listed(self, name: str, names: list[str]) -> str:
        self.lists[name] = names
        column = xlsxwriter.utility.xl_col_to_name(len(self.lists) - 1)
        return f"={CHOICES}!${column}$2:${column}${len(names) + 1}"

    def choices(self) -> None:
        page = self.book.add_worksheet(CHOICES)
        for column, (name, names) in enumerate(self.lists.items()):
            page.write_column(0, column, [name, *names])
        page.hide()

    def base(self) -> None:
        """What the workbook was made from, so that changes can be told on both sides."""
        page = self.book.add_worksheet(BASE)
        page.write_row(0, 0, [FORMAT, str(self.tree["id"]), str(self.tree["revision"])])
        for line, ((sheet, at), row) in enumerate(self.table.items(), start=1):
            held = json.dumps([sheet, list(at), row], ensure_ascii=True).replace("_x", "\\u005fx")
            parts = [held[start : start + LONGEST] for start in range(0, len(held), LONGEST)]
            page.write_row(line, 0, [digest([sheet, list(at), row]), *parts])
        page.very_hidden()
        page.protect()


def _height(texts: Sequence[str], widths: Sequence[int]) -> int:
    """The points a row needs for its wrapped texts; not every program finds that out by itself.

    >>> _height(["short"], [18]), _height(["a" * 40], [18])
    (15, 45)
    """
    lines = [
        sum(max(1, -(-len(part) // width)) for part in text.split("\n"))
        for text, width in zip(texts, widths, strict=False)
    ]
    return LINE * min(max(lines, default=1), MOST_LINES)


def _help(sheet: str, head: str) -> str:
    """The help that the model gives for a column."""
    if head == AFTER:
        return "Only for a new row: the id of the one that it follows."
    model: Any = {QUESTIONS: Question, ANSWERS: Answer}.get(sheet)
    return helps(model).get(head.partition(".")[0], "") if model else ""
