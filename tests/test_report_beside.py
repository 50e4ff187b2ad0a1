"""Agreement and the second look in a report: in words, in numbers, in public, and made again."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest

from inspectkit.assessment.agreement import agree
from inspectkit.demo.marks import mark_case
from inspectkit.demo.second_marks import SECOND, hand_out_cases, settle, state_marking
from inspectkit.errors import InspectionError
from inspectkit.exhibits import Table, percent, to_json
from inspectkit.inspection import SIMULATED, Inspection
from inspectkit.report import data
from inspectkit.report.agreement import agreement_annex
from inspectkit.report.beside import altered, beside, checked, shown, twice
from inspectkit.report.data import as_json
from inspectkit.report.edition import Edition
from inspectkit.report.making import data_files
from inspectkit.report.seal import SEAL, sealed
from inspectkit.report.verifying import verify_report
from inspectkit.report.workbook import workbook
from tests.small import change, eligible, make

SIZES = {"MC": 5, "CC": 5, "RASSO": 5}


@pytest.fixture(scope="module")
def insp(tmp_path_factory: pytest.TempPathFactory) -> Inspection:
    """Fifteen cases, three of each type marked twice; the data of both versions of a report."""
    folder = tmp_path_factory.mktemp("beside") / "area"
    make(folder, eligible({"MC": 40, "CC": 30, "RASSO": 12}), **SIZES)
    state_marking(Inspection.open(folder))
    change(folder, lambda settings: settings["marking"].update(second="1/2"))
    made = Inspection.open(folder)
    drawn, key = made.draw("a seed of 1 2 3").drawn, str(made.sample.head["key"])
    again = hand_out_cases(made, "")
    for case in drawn["id"]:
        mark_case(made.store, case, key)
        if case in again:
            mark_case(made.store, case, key, marker=SECOND, first=SIMULATED)
            settle(made, case, key)
    for public, name in ((False, "report"), (True, "public")):
        written(Edition(made, public=public), folder / name)
    return made


def written(edition: Edition, place: Path) -> None:
    """What `verify --report` needs, without the pages."""
    files = data_files(edition, with_parquet=False)
    digests = data.digests(edition.insp, public=edition.public)
    place.mkdir()
    for name, content in {**files, SEAL: as_json(sealed(edition.version, digests, files))}.items():
        (place / name).write_bytes(content)


@pytest.fixture(scope="module")
def public(insp: Inspection) -> Edition:
    return Edition(insp, public=True)


def results(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "results.json").read_text(encoding="utf-8")))


def words(exhibit: Any) -> str:
    return json.dumps(to_json(exhibit), ensure_ascii=False)


def table(annex: Any, id: str) -> Table:
    return next(part for part in annex.parts if isinstance(part, Table) and part.id == id)


def test_the_annex_says_in_words_what_the_table_says_in_numbers(insp: Inspection) -> None:
    annex = agreement_annex(Edition(insp))
    found = agree(insp.reviews)
    rows = {row[:2]: row for row in table(annex, "agreement").rows}
    labels = {each.id: each.label for each in insp.question_set.themes} | {"": "All questions"}
    told = [row for row in found.rows if row.level in ("all", "theme")]
    assert len(rows) == len(told) > 6
    for row in told:
        cells, same = rows[labels[row.id], row.stage.capitalize()], row.coefficients["percent"]
        assert same.low is not None and same.high is not None
        assert cells[2:5] == (row.pairs, row.cases, percent(same.value))
        assert cells[5] == f"{100 * same.low:.0f} to {100 * same.high:.0f}"
        assert str(cells[6]).startswith(f"{row.coefficients['ac'].value:.2f} (")
    said = words(annex)
    assert f"{twice(insp.reviews)} cases were marked by two inspectors, out of 15" in said
    every = found.row("all", "").coefficients["percent"].value
    assert every is not None and f"about {round(100 * every)} got the same answer" in said


def test_the_second_look_stands_beside_the_first_marks_with_its_caution(insp: Inspection) -> None:
    annex = agreement_annex(Edition(insp))
    rows = {row[0]: row for row in table(annex, "second-look").rows}
    assert len(rows) == len(insp.second_look) > 4
    for look in insp.second_look:
        assert look.found is not None
        cells = rows[look.title]
        assert cells[1:3] == (percent(look.raw), percent(look.found.value))
        moved = f"{100 * (look.found.value - look.raw):+.1f}".replace("-", "\N{MINUS SIGN}")
        assert str(cells[4]).strip("()") == moved
        then, now = (insp.rule.band(each).short for each in (look.raw, look.found.value))
        if cells[6] is not None:
            assert cells[6] == (f"{then}, the same" if then == now else f"{then} → {now}")
    assert "hardly for the size" in words(annex)


LOOK = {"figure": "f", "label": "Charging", "first": 0.72, "second": [0.66, 0.60, 0.71], "n": 90,
        "again": 40, "evened": 0.70, "bands": ["fully", "partially"], "note": ""}  # fmt: skip
ROW = {"figure": "all", "label": "All questions", "stage": "answer", "pairs": 200, "alike": 190,
       "cases": 20, "percent": [0.95, 0.9, 0.98], "ac": [0.94, 0.9, 0.97],
       "alpha": [0.3, -0.1, 0.6]}  # fmt: skip


def edition_of(insp: Inspection, **rows: Any) -> Any:
    about = {"rule": insp.rule, "reviews": insp.reviews, "public": False, "beside": rows}
    return SimpleNamespace(**about)


def test_alpha_that_falls_where_nearly_all_is_fully_met_is_explained(insp: Inspection) -> None:
    said = words(agreement_annex(edition_of(insp, agreement=[ROW])))
    assert "falls towards 0 although the inspectors agree" in said
    assert "That is so for all questions (answer)" in said and "(−0.10 to 0.60)" in said
    plain = {**ROW, "alpha": [0.9, 0.8, 0.95]}
    assert "falls towards 0" not in words(agreement_annex(edition_of(insp, agreement=[plain])))


def test_a_rating_that_the_second_look_moves_is_named(insp: Inspection) -> None:
    said = words(agreement_annex(edition_of(insp, agreement=[ROW], second_look=[LOOK])))
    assert "would move 1 of 1 rating over all casework: charging" in said
    assert "Fully meeting → Partially meeting" in said and "\N{MINUS SIGN}6.0" in said
    assert "hardly for the size" not in said  # forty cases
    stays = {**LOOK, "bands": ["fully", "fully"], "second": [0.71, 0.6, 0.8]}
    said = words(agreement_annex(edition_of(insp, agreement=[ROW], second_look=[stays])))
    assert "would move 0 of 1 rating" in said and "(\N{MINUS SIGN}1.0)" in said  # within chance


def sheets(edition: Edition) -> dict[str, list[dict[str, Any]]]:
    """The rows of each sheet of the workbook, by the heads of its columns."""
    book = openpyxl.load_workbook(io.BytesIO(made := workbook(edition)))
    assert made == workbook(edition)
    assert not [cell for sheet in book for row in sheet for cell in row if cell.data_type == "f"]
    found = {}
    for sheet in book:
        heads, *rows = sheet.iter_rows(min_row=3, values_only=True)
        found[sheet.title] = [dict(zip(heads, row, strict=True)) for row in rows]
    return found


def test_the_workbook_has_every_number_of_agreement_and_second_look(insp: Inspection) -> None:
    edition = Edition(insp)
    edition.__dict__["beside"] = held = {name: [dict(row) for row in rows]
                                         for name, rows in edition.beside.items()}  # fmt: skip
    held["agreement"][1]["label"] = attack = "=cmd|' /C calc'!A0"
    found = sheets(edition)
    assert len(found["Agreement"]) == len(held["agreement"])
    assert found["Agreement"][1]["Questions"] == attack
    for row, cells in zip(held["agreement"], found["Agreement"], strict=True):
        assert (cells["Pairs"], cells["Cases"]) == (row["pairs"], row["cases"])
        share, low, high = (None if each is None else 100 * each for each in
                            (cells["Same"], cells["Same, low"], cells["Same, high"]))  # fmt: skip
        assert [share, low, high] == pytest.approx([percent(each) for each in row["percent"]])
        assert cells["AC, low"] == (row["ac"] and round(row["ac"][1], 2))
    for row, cells in zip(held["second_look"], found["Second look"], strict=True):
        assert (cells["Figure"], cells["Marked twice"]) == (row["label"], row["again"])
        assert 100 * cells["Evened"] == pytest.approx(percent(row["evened"]))
        assert 100 * cells["High"] == pytest.approx(percent(row["second"][2]))
    assert {"Agreement", "Second look"} <= {row["What"] for row in found["About"]}


def test_the_public_workbook_shows_of_them_what_the_public_page_shows(public: Edition) -> None:
    found, annex = sheets(public), agreement_annex(public)
    gone = [row["Questions"] for row in found["Agreement"] if row["Alpha, high"] == "c"]
    assert gone == [row[0] for row in table(annex, "agreement").rows if row[-1] == "c"] != []
    for row in (row for row in found["Agreement"] if row["Alpha, high"] == "c"):
        assert set(list(row.values())[2:]) == {"c"}
    shown = {row[0]: row[1] for row in table(annex, "second-look").rows}
    for row in found["Second look"]:
        assert "Evened" not in row
        first = row["First marks"]
        assert shown[row["Figure"]] == (first if first == "c" else pytest.approx(100 * first))
        if first == "c":
            assert set(list(row.values())[1:-1]) == {"c"}


# --- the public version ------------------------------------------------------------------------


def test_the_public_version_names_no_marker_and_shows_no_small_count(
    insp: Inspection, public: Edition
) -> None:
    folder = insp.folder / "public"
    said = "".join(path.read_text("utf-8-sig") for path in folder.iterdir())
    said += words(agreement_annex(public))
    assert SECOND not in said and "SIMULATED LEAD" not in said
    assert SECOND in (insp.folder / "report" / "second_marks.csv").read_text("utf-8-sig")
    assert not (folder / "second_marks.csv").exists()
    rows = results(folder)["agreement"]
    kept = [row for row in rows if row["pairs"] is not None]
    assert kept and len(kept) < len(rows)
    for row in kept:
        numbers = row["alike"], row["pairs"] - row["alike"], row["cases"]
        assert not [n for n in numbers if 0 < n < 5], row
    restricted = results(insp.folder / "report")["agreement"]
    small = [row for row in restricted if 0 < row["pairs"] - row["alike"] < 5]
    gone = {(row["figure"], row["stage"]) for row in rows if row["pairs"] is None}
    assert small and {(row["figure"], row["stage"]) for row in small} <= gone
    assert all(row["evened"] is None for row in results(folder)["second_look"])


def test_a_share_left_out_has_no_second_look(insp: Inspection, public: Edition) -> None:
    gone = {row["figure"] for row in results(insp.folder / "public")["rows"]
            if row["domain"] == "all" and "share" in row["left_out"]}  # fmt: skip
    looks = {row["figure"]: row for row in public.beside["second_look"]}
    assert gone & set(looks)
    for figure, row in looks.items():
        assert (row["second"] is None) == (figure in gone), figure


def test_where_few_cases_were_marked_twice_the_public_version_says_no_more(
    insp: Inspection,
) -> None:
    edition = Edition(insp, public=True, threshold=twice(insp.reviews) + 1)
    assert shown(edition) == {}
    assert "Too few cases were marked by two" in words(agreement_annex(edition))


# --- made again --------------------------------------------------------------------------------


@pytest.fixture
def folders(insp: Inspection, tmp_path: Path) -> dict[str, Path]:
    for name in ("report", "public"):
        shutil.copytree(insp.folder / name, tmp_path / name)
    return {name: tmp_path / name for name in ("report", "public")}


def reseal(folder: Path) -> None:
    seal = json.loads((folder / SEAL).read_text(encoding="utf-8"))
    files = {name: (folder / name).read_bytes() for name in seal["files"]}
    (folder / SEAL).write_bytes(as_json(sealed(seal["version"], seal["made_from"], files)))


def a_second_mark(folder: Path) -> None:
    path = folder / "second_marks.csv"
    lines = path.read_text(encoding="utf-8-sig").splitlines(keepends=True)
    at = next(k for k, line in enumerate(lines) if line.endswith(",answered,pm\n"))
    lines[at] = lines[at].replace(",answered,pm", ",answered,nm")
    path.write_text("".join(lines), encoding="utf-8-sig", newline="")


def a_number(part: str, key: str, value: Any) -> Any:
    def alter(folder: Path) -> None:
        content = results(folder)
        next(row for row in content[part] if row[key] is not None)[key] = value
        (folder / "results.json").write_bytes(as_json(content))

    return alter


@pytest.mark.parametrize(
    ("version", "alter", "told"),
    [
        ("report", a_second_mark, r"results\.json, (agreement|second_look) .*it should be"),
        ("report", a_number("agreement", "ac", [0.99, 0.9, 1.0]), r"agreement all .*: ac is"),
        ("report", a_number("second_look", "second", [0.9, 0.8, 1.0]), r"second_look .*: second"),
        ("public", a_number("agreement", "percent", [0.99, 0.9, 1.0]), r"its pairs give"),
        ("public", a_number("agreement", "cases", 2), r"a count of 2 is shown"),
    ],
)
def test_one_altered_number_is_found_even_under_a_seal_made_anew(
    folders: dict[str, Path], version: str, alter: Any, told: str
) -> None:
    alter(folders[version])
    reseal(folders[version])
    with pytest.raises(InspectionError, match=told):
        verify_report(folders[version])


def test_a_stranger_makes_agreement_and_second_look_again(folders: dict[str, Path]) -> None:
    said = "\n".join(verify_report(folders["report"]))
    assert "agreement and second look worked out again" in said
    assert verify_report(folders["public"])


def test_second_marks_are_those_given_before_any_was_settled(insp: Inspection) -> None:
    text = (insp.folder / "report" / "second_marks.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len({row["subject"] for row in rows}) == twice(insp.reviews)
    assert {row["marker"] for row in rows} == {SIMULATED, SECOND}
    event = insp.store.events("adjudicate")[0]
    said = {row["marker"]: row["answer"] for row in rows
            if (row["subject"], row["question"]) == (event.subject, event.question)}  # fmt: skip
    assert len(set(said.values())) == 2 and re.search("Simulated", event.content["reason"])


def test_a_part_that_was_taken_out_is_missed(insp: Inspection) -> None:
    made = beside(insp.reviews, insp.question_set, insp.estimates, insp.ratings)
    assert list(altered(made, made)) == []
    assert [where for where, _ in altered({}, made)] == ["agreement", "second_look"]
    assert list(checked({"threshold": 5})) == []
