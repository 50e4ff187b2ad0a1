"""How long things took in a report: medians with limits, what was in time, and what is left out."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest

from inspectkit.assessment.estimation.allowed import allowed, judges
from inspectkit.demo.marks import mark_case
from inspectkit.exhibits import Table, percent, to_json
from inspectkit.inspection import Inspection
from inspectkit.questions import QuestionSet
from inspectkit.report.beside import WAITS, altered, beside
from inspectkit.report.edition import Edition
from inspectkit.report.how_long import how_long
from inspectkit.report.readings import left_out
from inspectkit.report.workbook import workbook
from tests.small import drawn_with

WAIT = "days_to_send"


@pytest.fixture(scope="module")
def insp(tmp_path_factory: pytest.TempPathFactory) -> Inspection:
    """Letters with simulated marks; one casework type of few, one of none that was read."""
    folder = tmp_path_factory.mktemp("letters") / "eastern"
    made = drawn_with(folder, "victim-letters", VCL=16, VRR=1, COMP=4)
    drawn = made.sample.drawn
    for case in drawn.loc[drawn["stratum"] != "VRR", "id"]:
        mark_case(made.store, case, str(made.sample.head["key"]))
    return Inspection.open(folder)


def table(edition: Edition) -> Table:
    return next(part for part in how_long(edition).parts if isinstance(part, Table))


def rows_of(shown: Table) -> dict[str, dict[str, Any]]:
    heads = [column.label for column in shown.columns]
    return {str(row[0]): dict(zip(heads, row, strict=True)) for row in shown.rows}


def test_the_limits_of_a_set_are_read_from_the_formula_that_judges_by_them() -> None:
    # question_sets/victim-letters: 1 working day where the enhanced service is due, else 5; 10, 20
    qs = QuestionSet.load("victim-letters")
    wait = qs.question(WAIT)
    [judge] = judges(qs, wait)
    assert judge.id == "letter_timely"
    found = {kind: allowed(qs, wait, judge, kind) for kind in qs.casework_types}
    assert found == {"VCL": ("1", "5"), "VRR": ("10",), "COMP": ("20",)}


def test_the_table_says_the_median_and_what_was_in_time_by_casework_type(insp: Inspection) -> None:
    shown = table(Edition(insp, draft=True))
    assert shown.groups[0] == "How many working days did the letter take? (in working days)"
    found = rows_of(shown)
    assert list(found) == ["Letter about a decision", "Reply to a complaint",
                           "All casework, weighted"]  # fmt: skip
    row = found["Letter about a decision"]
    marks = insp.reviews.marks
    own = marks[(marks["question"] == WAIT) & (marks["state"] == "answered")]
    own = own[own["subject"].str.startswith("VCL")]
    days = np.sort(own["answer"].astype(float).to_numpy())
    assert (row["Due"], row["Never"], row["Not known"], row["Allowed"]) == (16, 0, 0, "1 or 5")
    assert str(row["Median"]).startswith(f"{days[7]:g} (")  # the eighth of sixteen
    judged = insp.estimates.row("letter_timely", "VCL")
    assert row["In time"] == percent(judged.value)
    assert "too few to lean on" in shown.notes[-1]  # four replies


def test_the_workbook_says_how_long_it_took_and_in_public_no_more_than_the_page(
    insp: Inspection,
) -> None:
    for public in (False, True):
        edition = Edition(insp, draft=True, public=public)
        sheet = openpyxl.load_workbook(io.BytesIO(workbook(edition)))["How long"]
        heads, *rows = sheet.iter_rows(min_row=3, values_only=True)
        found, shown = [dict(zip(heads, row, strict=True)) for row in rows], rows_of(table(edition))
        assert [row["Casework type"] for row in found] == list(shown)
        for row in found:
            told = shown[row["Casework type"]]
            ends = [row["Median"], row["Median, low"], row["Median, high"]]
            said = f"{ends[0]} ({ends[1]} to {ends[2]})"
            assert told["Median"] == ("c" if ends == ["c"] * 3 else said)
            share = row["In time"]
            same = share if share in (None, "c") else pytest.approx(100 * share)
            assert told["In time"] == same
        assert ("Due" in heads, "Nine in ten, high" in heads) == (not public, not public)


def test_what_so_few_cases_cannot_limit_is_not_said_to_have_been_never_sent(
    insp: Inspection,
) -> None:
    rows = Edition(insp, draft=True).beside[WAITS]
    ends = [end for row in rows for one in row["quantiles"] for end in one["found"]]
    assert "open" in ends and "never" not in ends and not any(row["never"] for row in rows)


def test_in_public_no_count_stands_beside_it_and_few_cases_have_no_median(insp: Inspection) -> None:
    edition = Edition(insp, draft=True, public=True)
    found = rows_of(table(edition))
    assert not {"Due", "Never", "Not known", "Nine in ten by"} & set(found["Reply to a complaint"])
    assert found["Reply to a complaint"]["Median"] == "c"
    shown = {row["domain"]: row for row in edition.beside[WAITS]}
    assert all(row["n"] is None and row["never"] is None for row in shown.values())
    for row in shown.values():  # where the share in time is left out, the median would tell of it
        gone = left_out(edition).get(("letter_timely", row["domain"]), frozenset())
        assert "share" not in gone or row["quantiles"][0]["found"] == [None] * 3
    raw = {row["domain"]: row for row in Edition(insp, draft=True).beside[WAITS]}
    for domain, row in shown.items():
        middle = raw[domain]["quantiles"][0]
        for end, tail in zip(row["quantiles"][0]["found"], middle["tails"], strict=True):
            assert end is None or tail >= 5


def test_a_median_of_enough_letters_is_published(insp: Inspection) -> None:
    [row, *_] = Edition(insp, draft=True, public=True, threshold=2).beside[WAITS]
    assert row["domain"] == "VCL" and isinstance(row["quantiles"][0]["found"][0], float)


def test_the_numbers_are_made_again_from_the_marks_and_a_changed_one_is_told(
    insp: Inspection,
) -> None:
    made = beside(insp.reviews, insp.question_set, insp.estimates, insp.ratings)
    told = json.loads(json.dumps(Edition(insp, draft=True).beside))
    assert list(altered(told, made)) == []
    told[WAITS][0]["quantiles"][0]["found"][0] += 1
    [(where, what)] = altered(told, made)
    assert where == "waits days_to_send VCL" and what.startswith("quantiles is")


def test_a_set_that_counts_no_time_has_no_such_table(tmp_path: Path) -> None:
    made = drawn_with(tmp_path / "own", "disclosure", MC=2, CC=2)
    mark_case(made.store, str(made.sample.drawn["id"].iloc[0]), str(made.sample.head["key"]))
    edition = Edition(Inspection.open(made.folder), draft=True)
    assert how_long(edition).parts == () and WAITS not in edition.beside
    assert "How long it took" not in json.dumps(to_json(how_long(edition)))
