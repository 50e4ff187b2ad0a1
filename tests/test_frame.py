"""The frame: every line of an export has one fate, and only cases that differ make it differ."""

from __future__ import annotations

import csv
import gzip
import io
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from inspectkit.errors import InspectionError
from inspectkit.inspection import Inspection
from inspectkit.sampling import Frame
from tests.small import change, eligible, export, make, row

DATA = Path(__file__).parent / "data" / "caseload_south_west.csv.gz"


@pytest.fixture(scope="module")
def south_west(tmp_path_factory: pytest.TempPathFactory) -> Inspection:
    """The caseload export of one Area as it came: 22,852 lines."""
    folder = tmp_path_factory.mktemp("south-west") / "inspection"
    inspection = Inspection.new(folder, area="South West")
    (folder / "caseload.csv").write_bytes(gzip.decompress(DATA.read_bytes()))
    return inspection


def lines_of(text: str) -> list[str]:
    return text.splitlines(keepends=True)


@pytest.mark.smoke
def test_every_line_of_the_south_west_export_has_one_fate(south_west: Inspection) -> None:
    counts = south_west.frame.summary().set_index("fate")["lines"].to_dict()
    # Counted apart from this code with csv and collections.Counter of Python 3.11.
    assert counts == {
        "title": 2,
        "header": 1,
        "footer": 1,
        "duplicate": 37,  # 36 to the letter, one more once its casework type's spelling is mapped
        "co_defendant": 1291,
        "two_areas": 3,
        "other_area": 28,
        "no_date": 28,
        "out_of_period": 40,
        "eligible": 21421,
    }
    assert sum(counts.values()) == 22_852
    assert list(south_west.frame.fates["line"]) == list(range(1, 22_853))


def test_every_spelling_of_the_south_west_export_is_counted(south_west: Inspection) -> None:
    spellings = south_west.frame.spellings.query("column == 'stratum'")
    assert spellings.set_index("spelling")["rows"].to_dict() == {
        "Magistrates": 16922,
        "Crown Court": 3480,
        "MC": 569,
        "Magistrates' Court": 559,
        "magistrates": 551,
        "RASSO": 540,
        "Crown court": 108,
        "CC": 107,
        "Rasso": 12,
    }
    assert spellings["rows"].sum() == 22_848
    assert south_west.frame.strata().to_dict() == {"CC": 3483, "MC": 17419, "RASSO": 519}


def test_doubtful_references_are_listed_with_their_lines(south_west: Inspection) -> None:
    doubts = south_west.frame.doubts.set_index("where")["lines"]
    assert {"52BZ0017325/25", "52DX0018601/25", "52DZ0000671/25"} <= set(doubts.index)
    assert doubts["52DZ0000671/25"] == (5674, 15258)
    assert len(doubts["ids"]) == 84


def test_no_defendant_passes_the_door(south_west: Inspection) -> None:
    kept = {"id", "stratum", "finalised", *south_west.settings["frame"]["facts"]}
    assert set(south_west.frame.table().columns) == kept
    tables = [south_west.frame.cases, south_west.frame.left, south_west.frame.doubts]
    text = "".join(table.to_csv() for table in tables)
    assert "Zöllner" not in text and "O'Neill" not in text


def shuffled(text: str) -> str:
    lines = lines_of(text)
    return "".join([*lines[:3], *reversed(lines[3:-1]), lines[-1]])


def as_xlsx(text: str, path: Path) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Export")
    for cells in csv.reader(io.StringIO(text)):
        sheet.append(cells)
    book.save(path)


def test_order_encoding_and_format_of_the_file_change_nothing(
    south_west: Inspection, tmp_path: Path, full: bool
) -> None:
    text = gzip.decompress(DATA.read_bytes()).decode("cp1252")
    if not full:
        lines = lines_of(text)
        text = "".join([*lines[:3003], "Total rows,3000" + "," * 12 + "\r\n"])
    spec = south_west.folder / "inspection.toml"
    (tmp_path / "plain.csv").write_text(text, encoding="cp1252", newline="")
    (tmp_path / "shuffled.csv").write_text(shuffled(text), encoding="cp1252", newline="")
    (tmp_path / "utf8.csv").write_text(text, encoding="utf-8-sig", newline="")
    (tmp_path / "utf16.csv").write_text(text, encoding="utf-16", newline="")
    as_xlsx(text, tmp_path / "export.xlsx")
    frames = [Frame.read(path, spec) for path in sorted(tmp_path.iterdir())]
    assert len({frame.digest for frame in frames}) == 1
    assert len({frame.facts_digest for frame in frames}) == 1
    assert all(frame.cases.equals(frames[0].cases) for frame in frames)


def small_frame(tmp_path: Path, lines: list[str]) -> Frame:
    return make(tmp_path / "inspection", lines).frame


def test_each_case_leaves_for_the_first_reason_that_holds(tmp_path: Path) -> None:
    frame = small_frame(
        tmp_path,
        [
            *eligible({"MC": 1, "CC": 1, "RASSO": 1}),
            row("52A1/26", area="Wessex", finalised=""),
            row("52A2/26", defendant=1, area="Wessex"),
            row("52A2/26", defendant=2, finalised=""),
            row("52A3/26", finalised=""),
            row("52A4/26", finalised="30/09/2025"),
            row("52A5/26", finalised="01/10/2026"),
            row("52A6/26", stratum="MC"),
            row("52A6/26", defendant=2, stratum="CC"),
        ],
    )
    assert frame.left.set_index("id")["reason"].to_dict() == {
        "52A1/26": "other_area",
        "52A2/26": "two_areas",
        "52A3/26": "no_date",
        "52A4/26": "out_of_period",
        "52A5/26": "out_of_period",
        "52A6/26": "two_strata",
    }
    exclusions = frame.exclusions.set_index("reason")
    assert exclusions["cases"].sum() == 6 and exclusions.loc["two_areas", "rows"] == 2


def test_the_period_includes_its_first_and_last_day(tmp_path: Path) -> None:
    frame = small_frame(
        tmp_path,
        [row("52A1/26", finalised="01/10/2025"), row("52A2/26", finalised="30/09/2026")],
    )
    assert list(frame.cases["finalised"]) == ["2025-10-01", "2026-09-30"]


def test_a_fact_that_differs_inside_a_case_is_mixed_and_the_last_date_counts(
    tmp_path: Path,
) -> None:
    frame = small_frame(
        tmp_path,
        [
            row("52A1/26", defendant=1, outcome="Guilty plea", finalised="05/05/2026"),
            row("52A1/26", defendant=2, outcome="Discontinued", finalised="04/09/2025"),
        ],
    )
    case = frame.cases.iloc[0]
    assert (case["outcome"], case["finalised"]) == ("mixed", "2026-05-05")
    assert frame.summary().set_index("fate")["lines"]["co_defendant"] == 1


def test_an_undated_defendant_leaves_the_case_unfinalised_and_is_named(tmp_path: Path) -> None:
    frame = small_frame(
        tmp_path,
        [row("52B1/26"), row("52A1/26", defendant=1), row("52A1/26", defendant=2, finalised="")],
    )
    assert list(frame.cases["id"]) == ["52B1/26"]
    assert frame.doubts.set_index("where").loc["52A1/26", "lines"] == (5, 6)


def test_duplicates_are_told_after_trimming_and_mapping(tmp_path: Path) -> None:
    lines = [row("52A1/26"), row("52A1/26 "), row("52A1/26", stratum="MC"), row("52A2/26")]
    fates = small_frame(tmp_path, lines).fates.set_index("line")["fate"]
    assert [fates[line] for line in range(4, 8)] == [
        "eligible",
        "duplicate",
        "duplicate",
        "eligible",
    ]


def test_an_edited_id_changes_the_digest(tmp_path: Path) -> None:
    lines = eligible({"MC": 5, "CC": 5})
    before = small_frame(tmp_path / "a", lines)
    after = small_frame(tmp_path / "b", [lines[0].replace("/26", "/25"), *lines[1:]])
    assert before.digest != after.digest


def test_a_totals_line_that_disagrees_is_a_doubt(tmp_path: Path) -> None:
    inspection = make(tmp_path / "inspection")
    text = export(eligible({"MC": 3}), count=4)
    (inspection.folder / "caseload.csv").write_text(text, encoding="cp1252")
    assert "4 rows, 3 were read" in inspection.frame.doubts["what"].iloc[-1]


def edited(name: str, value: Any) -> Any:
    return lambda settings: settings["frame"].update({name: value})


def renamed(column: str) -> Any:
    return lambda settings: settings["frame"]["facts"].update({"unit": column})


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (edited("encoding", "utf-8"), "not readable as utf-8.*real encoding"),
        (edited("header_row", 2), "no column 'URN'"),
        (edited("footer", "Sum"), r"cells under|no date|line 64"),
        (edited("dates", "%Y-%m-%d"), "is no date of the form"),
        (renamed("Plea"), "no column 'Plea'"),
        (edited("fotter", "Total"), "fotter: this key is not known.*Did you mean footer"),
        (
            edited("values", {"stratum": {"MC": ["Magistrates"]}}),
            "'Crown Court'.*mapped to nothing",
        ),
        (edited("values", {"plea": {"g": ["Guilty"]}}), "plea is no mapped column"),
    ],
)
def test_what_the_settings_state_is_held_against_the_file(
    tmp_path: Path, edit: Any, message: str
) -> None:
    inspection = make(tmp_path / "inspection")
    change(inspection.folder, edit)
    with pytest.raises(InspectionError, match=f"(?s){message}"):
        _ = Inspection.open(inspection.folder).frame


def test_a_plain_mapping_of_our_names_to_headings_is_enough() -> None:
    table = pd.DataFrame({"ref": ["0012", "12"], "kind": ["MC", "CC"], "result": ["won", "lost"]})
    frame = Frame.read(table, {"id": "ref", "stratum": "kind", "outcome": "result"})
    assert frame.table()[["id", "stratum", "outcome"]].values.tolist() == [
        ["0012", "MC", "won"],
        ["12", "CC", "lost"],
    ]
