"""Two versions of one report: what the public one may not say, and how both are checked alone."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import openpyxl
import page as validator
import pytest

import inspectkit as ik
from inspectkit.errors import InspectionError
from inspectkit.exhibits import Bar, StackedBars, html
from inspectkit.inspection import Inspection
from inspectkit.report import leaks
from inspectkit.report.data import as_csv, as_json, undone
from inspectkit.report.leaks import refuse_leaks
from inspectkit.report.seal import SEAL
from inspectkit.report.verifying import verify_report
from inspectkit.sampling.tickets import ticket, tickets
from tests import report_specimen

CHECKED_WITH = "0.11.0"  # of page-validation, which is young: another version is looked at anew
PROFILES = {"ua1": 104, "2a": 154}  # rules that it has


@pytest.fixture(scope="module")
def insp(once, tmp_path_factory):
    place = tmp_path_factory.mktemp("versions") / "area"
    return report_specimen.copy(once, report_specimen.reported, place)


@pytest.fixture
def folders(insp, tmp_path):
    for name in ("report", "public"):
        shutil.copytree(insp.folder / name, tmp_path / name)
    return {name: tmp_path / name for name in ("report", "public")}


# --- what is published ------------------------------------------------------------------------


def test_no_public_file_holds_a_reference_a_ticket_the_key_the_seed_or_a_note(insp):
    said = report_specimen.texts(insp.folder / "public")
    assert set(said) == {"counts.csv", "report.html", "report.pdf", "report.xlsx", "results.json",
                         "rule.yaml", SEAL}  # fmt: skip
    secrets = {*report_specimen.restricted(insp), *insp.frame.cases["id"]}
    for name, text in said.items():
        bare = re.sub(r"\s", "", text)
        found = [each for each in secrets if each in text or re.sub(r"\s", "", each) in bare]
        assert (name, found) == (name, [])


def test_no_ticket_of_a_reference_that_one_could_guess_is_published(insp):
    """The key is not public, but whoever had it could try every reference of the Area."""
    key = str(insp.sample.head["key"])
    known = str(insp.frame.cases["id"].iloc[0])
    digits = re.search(r"\d{4,}", known)[0]
    guesses = {known.replace(digits, str(n).zfill(len(digits))) for n in range(10_000)}
    assert known in guesses
    heads = {ticket(key, each)[:12] for each in guesses}
    for name, text in report_specimen.texts(insp.folder / "public").items():
        runs = re.findall(r"[0-9a-f]{12,}", text.replace("\u200b", ""))
        shown = {run[at : at + 12] for run in runs for at in range(len(run) - 11)}
        assert (name, shown & heads) == (name, set())


def test_the_restricted_files_do_hold_them_so_the_search_above_can_fail(insp):
    said = report_specimen.texts(insp.folder / "report")
    case = insp.sample.drawn["id"].iloc[0]
    assert {"report.html", "report.pdf", "marks.csv", "sample.json"} <= {
        name for name, text in said.items() if case in text
    }
    assert report_specimen.SECRET in said["report.xlsx"] and case not in said["report.xlsx"]


def drawn_with(label: str) -> str:
    """A page with a chart that names this."""
    bars = (Bar(label, "", (1,)),)
    return html(StackedBars(id="b", title="t", alt="a", series=("s",), bars=bars))


@pytest.mark.parametrize(
    ("planted", "kind"),
    [
        (lambda insp: f"<p>{insp.sample.drawn['id'].iloc[0]}</p>", "a case reference"),
        (lambda insp: f"<p>x{insp.frame.cases['id'].iloc[-1]}x</p>", "a case reference"),
        (lambda insp: f"<p>{insp.sample.cases['ticket'].iloc[-1][:16]}</p>", "the ticket"),
        (lambda insp: f"<p>{insp.sample.head['key']}</p>", "the key of the draw"),
        (lambda insp: f"<p>{insp.sample.head['seed']}</p>", "the seed"),
        (lambda insp: f"<p>{report_specimen.SECRET}</p>", "a note of an inspector"),
        (lambda insp: "".join(f"<b>{x}</b>" for x in insp.sample.drawn["id"].iloc[0]),
         "a case reference"),
        (lambda insp: drawn_with(insp.sample.drawn["id"].iloc[0]), "a case reference"),
        (lambda insp: f"<p>{insp.sample.drawn['id'].iloc[0].lower()}</p>", "a case reference"),
        (lambda insp: f"<p>{insp.sample.drawn['id'].iloc[0].replace('/', ' - ')}</p>",
         "a case reference"),
        (lambda insp: f"<p>{' '.join(insp.sample.drawn['id'].iloc[0])}</p>", "a case reference"),
    ],
)  # fmt: skip
def test_what_would_leak_is_refused_before_anything_is_written(insp, planted, kind):
    refuse_leaks(insp, {"report.html": b"<p>Nothing.</p>"})
    with pytest.raises(InspectionError, match=f"report.html: {kind}.* would be published") as told:
        refuse_leaks(insp, {"report.html": planted(insp).encode("utf-8")})
    assert planted(insp)[3:-4] not in str(told.value)


def test_the_tickets_of_a_list_are_computed_once_for_all_files_of_its_versions(insp, monkeypatch):
    asked = []
    monkeypatch.setattr(leaks, "made", lambda *given: asked.append(given) or tickets(*given))
    leaks._restricted.cache_clear()
    nothing = b"<p>Nothing.</p>"
    for _ in ("data", "pages"):
        refuse_leaks(insp, {"report.html": nothing, "results.json": nothing})
    assert len(asked) == 1
    with pytest.raises(InspectionError, match="the ticket of a case"):
        refuse_leaks(insp, {"report.html": insp.sample.cases["ticket"].iloc[-1].encode("ascii")})
    assert len(asked) == 1


def test_small_counts_are_left_out_of_every_public_file(insp):
    text = (insp.folder / "public" / "counts.csv").read_text(encoding="utf-8-sig")
    rows = [line.split(",") for line in text.splitlines()[1:]]
    numbers = [int(row[3]) for row in rows if row[3] != "c" and row[2] != "unmarked"]
    assert numbers and not [each for each in numbers if 0 < each < 5]
    sheet = openpyxl.load_workbook(insp.folder / "public" / "report.xlsx")["Counts"]
    shown = [row[3] for row in sheet.iter_rows(min_row=4, values_only=True)]
    assert [str(each) for each in shown] == [row[3] for row in rows]


# --- checked from the folder alone ------------------------------------------------------------


def test_a_stranger_rates_again_from_the_restricted_folder(insp, folders):
    said = "\n".join(verify_report(folders["report"]))
    assert f"{len(insp.ratings.rows)} ratings given again" in said
    assert "9 files are as they were sealed" in said


def test_a_stranger_works_the_public_figures_out_from_the_public_counts(folders):
    said = "\n".join(verify_report(folders["public"]))
    assert re.search(r"[1-9]\d* figures follow from the counts", said)


@pytest.mark.parametrize("version", ["report", "public"])
def test_any_byte_that_changes_is_found_by_the_seal(folders, version):
    for path in sorted(folders[version].iterdir()):
        kept = path.read_bytes()
        middle = len(kept) // 2
        path.write_bytes(kept[:middle] + bytes([kept[middle] ^ 1]) + kept[middle + 1 :])
        with pytest.raises(InspectionError, match=re.escape(path.name)):
            verify_report(folders[version])
        path.write_bytes(kept)
    (folders[version] / "note.txt").write_text("x", encoding="utf-8")
    with pytest.raises(InspectionError, match=r"note\.txt: the seal does not know this file"):
        verify_report(folders[version])


def a_mark(folder: Path) -> None:
    path = folder / "marks.csv"
    lines = path.read_text(encoding="utf-8-sig").splitlines(keepends=True)
    at = next(k for k, line in enumerate(lines) if ",answered,fm," in line)
    lines[at] = lines[at].replace(",answered,fm,", ",answered,nm,")
    path.write_text("".join(lines), encoding="utf-8-sig", newline="")


def a_rating(folder: Path) -> None:
    path = folder / "results.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    row = next(row for row in content["rows"] if row["band"] and row["domain"] != "all")
    row["band"] = row["by_rule"] = "not" if row["band"] != "not" else "fully"
    path.write_bytes(as_json(content))


def a_share(folder: Path) -> None:
    path = folder / "results.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    next(row for row in content["rows"] if row["value"] not in (None, "1/1"))["value"] = "1/1"
    path.write_bytes(as_json(content))


def a_cell(folder: Path) -> None:
    book = openpyxl.load_workbook(folder / "report.xlsx")
    cell = next(row[4] for row in book["Figures"].iter_rows(min_row=4)
                if isinstance(row[4].value, int))  # fmt: skip
    cell.value += 1
    book.save(folder / "report.xlsx")


def a_small_count(folder: Path) -> None:
    path = folder / "counts.csv"
    text = path.read_text(encoding="utf-8-sig")
    path.write_text(text.replace(",c\n", ",3\n", 1), encoding="utf-8-sig", newline="")


@pytest.mark.parametrize(
    ("version", "alter", "told"),
    [
        ("report", a_mark, r"the reviews of this folder give another digest"),
        ("report", a_rating, r"results\.json, .*: band is"),
        ("report", a_share, r"results\.json, .*: value is 1/1"),
        ("report", a_cell, r"report\.xlsx, Figures, .*: Points won is"),
        ("public", a_share, r"results\.json, .*: its share is 1/1"),
        ("public", a_rating, r"results\.json, .*: it is \w+, area-inspection@1 gives"),
        ("public", a_cell, r"report\.xlsx, Figures, .*: Points won is"),
        ("public", a_small_count, r"counts\.csv, .*: a count of 3 is shown"),
    ],
)
def test_one_altered_cell_is_found_even_under_a_seal_made_anew(folders, version, alter, told):
    verify_report(folders[version])
    alter(folders[version])
    report_specimen.reseal(folders[version])
    with pytest.raises(InspectionError, match=told):
        verify_report(folders[version])


# --- formats ----------------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["report", "public"])
@pytest.mark.parametrize("profile", PROFILES)
def test_the_pdf_keeps_to_pdf_ua_1_and_pdf_a_2a(insp, version, profile):
    assert validator.__version__ == CHECKED_WITH
    content = (insp.folder / version / "report.pdf").read_bytes()
    found = validator.validate_pdf_bytes(content, profile=profile)
    assert [(each.rule_id, each.message) for each in found.failures] == []
    assert (found.rules.passed, found.rules.total) == (PROFILES[profile], PROFILES[profile])


@pytest.mark.parametrize(
    "text", ["=1+1", "'=1+1", "+4", "-4", "@x", "\tx", "＝x", "plain", "'quoted'", "", 'a "b", c\n']
)
def test_a_cell_of_the_csv_is_never_run_and_comes_back_as_it_was(text):
    [_, line] = as_csv(["head"], [[text]]).decode("utf-8-sig").split("\n", 1)
    assert not line.lstrip('"').startswith(("=", "+", "-", "@", "\t", "＝"))
    cell = line.removesuffix("\n")
    cell = cell[1:-1].replace('""', '"') if cell.startswith('"') else cell
    assert undone(cell) == text


def test_the_parquet_and_the_csv_of_the_marks_are_one_table(insp):
    duckdb = pytest.importorskip("duckdb")
    with duckdb.connect() as engine:
        path = (insp.folder / "report" / "marks.parquet").as_posix()
        rows = engine.execute(f"SELECT * FROM '{path}'").fetchall()
    assert len(rows) == len(insp.reviews.marks)
    assert as_csv(["case_number", "subject", "item", "stratum", "status", "question", "marker",
                   "state", "answer", "evidence", "version"],
                  rows) == (insp.folder / "report" / "marks.csv").read_bytes()  # fmt: skip


def test_a_report_of_fewer_formats_leaves_no_older_file_behind(insp, tmp_path):
    shutil.copytree(insp.folder, tmp_path / "again")
    made = ik.report(Inspection.open(tmp_path / "again"), to=["html"])
    assert set(made) == {"marks.csv", "question_set.json", "report.html", "results.json",
                         "rule.yaml", "sample.json", SEAL}  # fmt: skip
    assert verify_report(tmp_path / "again" / "report")
