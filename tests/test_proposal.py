"""A look at an export proposes how to read it; nothing is read so until a person has confirmed."""

from __future__ import annotations

import gzip
import re
import tomllib
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from inspectkit.errors import InspectionError
from inspectkit.inspection import Inspection
from inspectkit.sampling.preparing.looking import guess_delimiter, guess_encoding
from inspectkit.sampling.preparing.proposal import Proposal, propose
from tests.small import eligible, export, footprint, row
from tests.test_bad_inputs import run

DATA = Path(__file__).parent / "data" / "caseload_south_west.csv.gz"


def written(folder: Path, text: str, encoding: str = "cp1252") -> Path:
    path = folder / "export.csv"
    path.write_text(text, encoding=encoding, newline="")
    return path


def proposed(folder: Path, text: str, encoding: str = "cp1252") -> Proposal:
    return propose(written(folder, text, encoding), area="South West")


def why(proposal: Proposal, key: str) -> str:
    point = next(point for point in proposal.points if point.key == key)
    assert not point.sure
    return point.why


def frame_of(folder: Path) -> dict[str, Any]:
    return dict(tomllib.loads((folder / "inspection.toml").read_text("utf-8"))["frame"])


def confirm(folder: Path) -> None:
    path = folder / "inspection.toml"
    text = path.read_text("utf-8")
    assert "\nconfirmed = false" in text
    path.write_text(
        text.replace("\nconfirmed = false", "\nconfirmed = true"), encoding="utf-8", newline="\n"
    )


@pytest.mark.smoke
def test_the_south_west_export_is_read_as_proposed_once_it_is_confirmed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "SW export.CSV"
    source.write_bytes(gzip.decompress(DATA.read_bytes()))
    folder = tmp_path / "south-west"
    command = ["new", str(folder), "--area", "South West", "--export", str(source)]
    assert run(command, capsys) == (0, "")
    assert (folder / "caseload.csv").read_bytes() == source.read_bytes()
    before = footprint(folder)
    for command in (["check", str(folder)], ["draw", str(folder), "--seed", "1 2 3"]):
        code, error = run(command, capsys)
        assert code == 1 and "nobody has confirmed it" in error and "confirmed = true" in error
    assert footprint(folder) == before
    confirm(folder)
    assert run(["check", str(folder)], capsys)[0] == 0
    # The counts that test_frame holds against an independent count of the same file.
    assert Inspection.open(folder).frame.strata().to_dict() == {
        "CC": 3483,
        "MC": 17419,
        "RASSO": 519,
    }


def test_what_the_file_shows_is_proposed(tmp_path: Path) -> None:
    lines = [*eligible({"MC": 20, "CC": 9}), row("52A1/26"), row("52A1/26", defendant=2)]
    proposal = proposed(tmp_path, export(lines))
    found = {point.key: point.value for point in proposal.points}
    assert found["encoding"] == "cp1252" and found["delimiter"] == ","
    assert found["header_row"] == 3 and found["footer"] == "Total rows"
    assert found["dates"] == "%d/%m/%Y" and found["unit_of_account"] == "case"
    assert found["columns.id"] == "URN" and found["facts.charged_by"] == "Charged by"
    assert found["values.stratum"] == {"MC": ["Magistrates"], "CC": ["Crown Court"]}
    assert proposal.dropped == ("Defendant", "Force", "Pages")


def test_what_it_cannot_tell_is_marked_for_an_answer(tmp_path: Path) -> None:
    text = "Case,Court type,CPS Area,Closed\nA1,Crown,Wessex,01/02/2026\nA2,MC,Wessex,03/04/2026\n"
    proposal = proposed(tmp_path, text)
    assert proposal.value("columns.id") == "?"
    assert "choose from: Case, Court type" in why(proposal, "columns.id")
    assert "'Crown' (1 rows)" in why(proposal, "values.stratum.?")
    assert "month first as well" in why(proposal, "dates")
    assert "there are: Wessex" in why(proposal, "eligible.area")
    assert "period" in why(proposal, "eligible.finalised_from")


def test_month_first_is_never_proposed(tmp_path: Path) -> None:
    text = "URN,Casework type,Area,Date finalised\nA1,MC,X,02/13/2026\nA2,MC,X,02/14/2026\n"
    proposal = proposed(tmp_path, text)
    assert not str(proposal.value("dates")).startswith("%m")
    assert "do not fit it, such as '02/13/2026'" in why(proposal, "dates")


@pytest.mark.parametrize(
    ("text", "encoding", "expected"),
    [
        ("Zoë", "utf-8", "utf-8"),
        ("Zoë", "utf-8-sig", "utf-8-sig"),
        ("Zoë", "utf-16", "utf-16"),
        ("Zoë and some more letters", "utf-16-le", "utf-16-le"),
        ("Zoë and some more letters", "utf-16-be", "utf-16-be"),
        ("Zoë", "cp1252", "cp1252"),
        ("Zoe", "ascii", "utf-8"),
    ],
)
def test_the_encoding_is_told_from_the_bytes(text: str, encoding: str, expected: str) -> None:
    assert guess_encoding(text.encode(encoding))[0] == expected


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_sign_that_parts_evenly(sign: str) -> None:
    rows = [["ref", "note", "n"], ['"a,b;c|d"', "x", "1"], ["a", "y", "2"]]
    assert guess_delimiter("\n".join(sign.join(cells) for cells in rows)) == sign


def test_a_workbook_is_looked_at_too(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.create_sheet("Notes").sheet_state = "hidden"
    book.active.append(["Export of May"])
    book.active.append(["URN", "Casework type", "Area", "Date finalised"])
    for number in range(5):
        book.active.append([number, "MC", "South West", "03/02/2026"])
    book.save(tmp_path / "export.xlsx")
    proposal = propose(tmp_path / "export.xlsx", area="South West")
    assert proposal.value("header_row") == 2 and proposal.value("sheet") == "Sheet"
    assert "Notes (hidden)" in why(proposal, "sheet")
    assert "ask for the export with text" in why(proposal, "number_ids")


def test_text_of_the_export_cannot_break_out_of_the_settings(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (
        'URN,Casework type,"Area\nconfirmed = true",Outcome\n'
        'A1,"MC\x0b\n[evil]",X,"guilty""\n"\nA2,MC,X,y\nA3,MC,X,y\n'
    )
    source = written(tmp_path, text, "utf-8")
    folder = tmp_path / "inspection"
    assert run(["new", str(folder), "--export", str(source)], capsys)[0] == 0
    assert frame_of(folder)["confirmed"] is False
    settings = tomllib.loads((folder / "inspection.toml").read_text("utf-8"))
    assert "evil" not in settings


def test_the_reasons_stand_beside_the_settings(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = written(tmp_path, export(eligible({"MC": 9})))
    folder = tmp_path / "inspection"
    run(["new", str(folder), "--area", "Wessex", "--export", str(source)], capsys)
    text = (folder / "inspection.toml").read_text("utf-8")
    assert re.search(r'area = "Wessex" # TO BE ANSWERED: no line has it.*South West', text)
    assert re.search(r"header_row = 3 # proposed: the first line with 14 different words", text)


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", "the file is empty"), (b"1,2\n3,4\n", "looks like headings"), (None, "no such file")],
)
def test_a_file_that_tells_nothing_makes_no_folder(
    tmp_path: Path, content: bytes | None, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if content is not None:
        (tmp_path / "export.csv").write_bytes(content)
    command = ["new", str(tmp_path / "a"), "--export", str(tmp_path / "export.csv")]
    code, error = run(command, capsys)
    assert code == 1 and message in error
    assert not (tmp_path / "a").exists()


def test_references_that_are_numbers_are_asked_about_and_nothing_is_half_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = openpyxl.Workbook()
    for number in range(30):
        line = ["URN", "Casework type", "Area", "Date finalised"]
        book.active.append([1000 + number, "Magistrates", "South West", "03/02/2026"]
                           if number else line)  # fmt: skip
    book.save(tmp_path / "numbers.xlsx")
    folder = tmp_path / "numbers"
    command = ["new", str(folder), "--export", str(tmp_path / "numbers.xlsx"), "--area"]
    assert run([*command, ""], capsys)[0] == 1 and not folder.exists()
    assert run([*command, "South West"], capsys)[0] == 0
    text = (folder / "inspection.toml").read_text("utf-8")
    assert re.search(r"\nnumber_ids = false *# TO BE ANSWERED: cells of URN are numbers", text)


def test_an_unconfirmed_proposal_is_refused_in_python_as_well(tmp_path: Path) -> None:
    folder = tmp_path / "inspection"
    inspection = Inspection.new(folder, area="South West")
    path = folder / "inspection.toml"
    text = path.read_text("utf-8").replace("[frame]\n", "[frame]\nconfirmed = false\n")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InspectionError, match="nobody has confirmed it"):
        _ = Inspection.open(inspection.folder).frame
