"""Caseload exports with every kind of dirt: each is refused by place and remedy, or read aright.

A case is a file, what [frame] states about it, and what must come of it: a pattern that the refusal
fits, or a check of the frame. Names that begin with B are those of the inspectorate's own list.
"""

from __future__ import annotations

import codecs
import os
import re
import sys
import time
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import xlsxwriter

from inspectkit.errors import InspectionError
from inspectkit.sampling import Frame
from inspectkit.sampling.reading import lines
from tests.frame_cases import (
    AREA,
    AS_CASES,
    SIZED,
    Case,
    bomb,
    both,
    case,
    dated,
    doubts,
    fates,
    finals,
    ids,
    sized,
)
from tests.frame_workbooks import PARQUET, SHEETS
from tests.small import footprint

SENTENCE = re.compile(r"^.+: .+\. .+[.?]$")
HEAD = "ref,type\n"
CSV = [
    case(
        "B001 an id twice", HEAD + "00123,MC\n00123,CC\n", r"lines 2, 3: the id '00123' stands on 2"
    ),
    case("B001 an id twice, the same", HEAD + "00123,MC\n00123,MC\n", "the id '00123' stands on 2"),
    case(
        "B001 a defendant twice",
        "ref,no,type\n7A,1,MC\n7A,1,CC\n",
        "the id '7A', defendant '1', stands on 2 lines.*stands once",
        {"columns": {"id": "ref", "stratum": "type", "defendant": "no"}, **AS_CASES},
    ),
    case("B003 leading zeros", HEAD + "00123,MC\n0123,MC\n123,MC\n", ids("00123", "0123", "123")),
    case(
        "B003 they are doubted",
        HEAD + "00123,MC\n0123,MC\n",
        doubts("differ only in leading zeros"),
    ),
    case("B005 zero width", HEAD + "A\u200b1,MC\n", r"line 2: id: .*U\+200B ZERO WIDTH SPACE"),
    case("B005 mark inside", HEAD + "A\ufeff1,MC\n", r"line 2: id: .*U\+FEFF"),
    case("B005 soft hyphen", HEAD + "A\xad1,MC\n", r"line 2: id: .*U\+00AD SOFT HYPHEN"),
    case(
        "B005 override", HEAD + "A1,MC\nA\u202e1,MC\n", r"line 3: .*U\+202E RIGHT-TO-LEFT OVERRIDE"
    ),
    case(
        "B007 composed",
        HEAD + "Zo\u00e9,MC\nZoe\u0301,MC\n",
        "lines 2, 3: the id 'Zo\u00e9' stands on 2",
    ),
    case(
        "B009 words",
        HEAD + "NA,MC\nNone,MC\nnull,MC\nNaN,MC\nN/A,MC\n",
        ids("NA", "None", "null", "NaN", "N/A"),
    ),
    case("B009 an empty cell", HEAD + "A1,MC\n,MC\n", "line 3: id: the cell is empty"),
    case(
        "B011 what Excel would change",
        HEAD + "1E5,MC\n1.0,MC\nTRUE,MC\n2024-01-01,MC\nSEPT2,MC\nMAR1,MC\n",
        ids("1E5", "1.0", "TRUE", "2024-01-01", "SEPT2", "MAR1"),
    ),
    case("B015 a heading twice", "ref,ref\nA1,MC\n", "2 columns are called 'ref'"),
    case("B017 a header only", HEAD, "the frame has no cases"),
    case("B017 nothing", "", "the file is empty"),
    Case("B017 a mark only", codecs.BOM_UTF8, "the file is empty"),
    Case("B017 a UTF-16 mark only", codecs.BOM_UTF16_LE, "the file is empty"),
    Case(
        "B019 UTF-16",
        codecs.BOM_UTF16_LE + "ref\ttype\nZoë,\tMC\n".encode("utf-16-le"),
        ids("Zoë,"),
        {**AREA, "delimiter": "\t"},
    ),
    Case(
        "B019 UTF-16 without mark",
        "ref,type\nZoë,MC\n".encode("utf-16-le"),
        'State .frame. encoding = "utf-16-le"',
    ),
    Case(
        "B019 the other way round",
        "ref,type\nZoe,MC\n".encode("utf-16-be"),
        'encoding = "utf-16-be"',
    ),
    Case(
        "B019 stated",
        "ref,type\nZoë,MC\n".encode("utf-16-le"),
        ids("Zoë"),
        {**AREA, "encoding": "utf-16-le"},
    ),
    Case("B021 UTF-8 with mark", codecs.BOM_UTF8 + "ref,type\nZoë,MC\n".encode(), ids("Zoë")),
    case(
        "B023 garbled before",
        HEAD + "A1,ZoÃ«\nA2,ZoÃ«\n",
        lambda f: bool(
            f.doubts.query("where == 'type'")["what"].str.startswith("2 cells look garbled").any()
        ),
    ),
    case(
        "B025 an open quote",
        HEAD + 'A1,"MC\nA2,MC\nA3,MC\n',
        "line 2: unexpected end of data.*quotation mark",
    ),
    case(
        "B025 closed lines later",
        HEAD + 'A1,"MC\nA2,MC\nA3,MC"\n',
        "line 2: a cell runs over several lines",
    ),
    case(
        "B027 a short row",
        "ref,type,note\nA1,MC,x\nA2,MC\n",
        "line 3: 2 cells under 3 headings.*optional",
    ),
    case(
        "B027 declared optional",
        "ref,type,note\nA1,MC,x\nA2,MC\n",
        ids("A1", "A2"),
        {**AREA, "optional": ["note"]},
    ),
    case(
        "B027 only that one is",
        "ref,type,note\nA1\n",
        "1 cells under 3",
        {**AREA, "optional": ["note"]},
    ),
    case("B029 NUL", HEAD + "A1,MC\nA\0002,MC\n", r"line 3: a NUL character"),
    case(
        "B031 a total",
        "ref,type,n\nA1,MC,1\nTotal,,12345\n",
        r"line 3: the last line looks like a total \('Total'\).*footer",
    ),
    case(
        "B031 stated",
        "ref,type,n\nA1,MC,1\nTotal,,1\n",
        both(ids("A1"), fates(header=1, footer=1, eligible=1)),
        {**AREA, "footer": "Total"},
    ),
    case(
        "B031 a subtotal", HEAD + "A1,MC\nSubtotal,\nA2,MC\n", "line 3: the line looks like a total"
    ),
    case(
        "B033 a decimal comma",
        sized("1,5"),
        "line 3: the size '1,5' in pages is no positive number.*decimal",
        SIZED,
    ),
    case(
        "B033 stated",
        sized("1,5"),
        lambda f: sorted(f.cases["size"]) == ["1.5", "10"],
        {**SIZED, "decimal": ","},
    ),
    dated(
        "B045 no format",
        r"line 2: '01/02/2024' in ended .*State .frame. dates",
        "01/02/2024",
        "13/02/2024",
    ),
    dated(
        "B045 day first",
        finals("2024-02-01", "2024-02-13"),
        "01/02/2024",
        "13/02/2024",
        dates="%d/%m/%Y",
    ),
    dated(
        "B045 never month first",
        r"'02/13/2024' in ended is no date of the form",
        "02/13/2024",
        dates="%d/%m/%Y",
    ),
    dated(
        "B047 the hour that stood twice",
        doubts("2 times fall in the hour.*ambiguous"),
        "2025-10-26 01:30",
        "2025-10-26 01:30",
        dates="%Y-%m-%d %H:%M",
    ),
    dated(
        "B047 with a zone",
        both(finals("2025-10-26"), lambda f: not f.doubts["what"].str.contains("hour").any()),
        "2025-10-26 01:30",
        dates="%Y-%m-%d %H:%M",
        zone="Europe/London",
    ),
    case(
        "B057 spellings",
        HEAD + "A1,North\nA2,north \nA3,NORTH\nA4,North\n",
        r"3 spellings of one stratum: 'North' \(2 rows\), .*\(1 rows\)",
    ),
    *(
        case(
            f"B059 size {value}",
            sized(value),
            f"line 3: the size '{re.escape(value)}' in pages is no positive",
            SIZED,
        )
        for value in ("0", "-3", "NaN", "inf", "1e308", "many", "")
    ),
    case(
        "B059 zero left out",
        sized("0"),
        both(
            ids("A1"),
            lambda f: (
                f.exclusions["reason"].tolist() == ["zero_size"]
                and int(f.exclusions["cases"].iloc[0]) == 1
            ),
        ),
        {**SIZED, "zero_size": "exclude"},
    ),
]
OWN = [
    Case(
        "F01 cp1252 called utf-8",
        "ref,type\nZoë,MC\n".encode("cp1252"),
        "not readable as utf-8.*cp1252",
    ),
    Case(
        "F02 utf-8 called cp1252",
        "ref,type\nZoë,MC\n".encode(),
        'State .frame. encoding = "utf-8"',
        {**AREA, "encoding": "cp1252"},
    ),
    case(
        "F03 an unknown encoding",
        HEAD + "A1,MC\n",
        "not readable as klingon",
        {**AREA, "encoding": "klingon"},
    ),
    case(
        "F04 a codec that is no encoding",
        HEAD + "A1,MC\n",
        "not readable as rot13",
        {**AREA, "encoding": "rot13"},
    ),
    case("F05 semicolons", "ref;type\nA,1;MC\n", ids("A,1"), {**AREA, "delimiter": ";"}),
    case("F06 semicolons unstated", "ref;type\nA1;MC\n", "no column 'ref'"),
    case("F07 carriage returns", "ref,type\rA1,MC\rA2,MC\r", ids("A1", "A2")),
    case("F08 blank lines", HEAD + "A1,MC\n\n , \nA2,MC\n", fates(header=1, blank=2, eligible=2)),
    case(
        "F09 a cell with line breaks",
        "ref,type,note\n" + 'A1,MC,"one\ntwo"\nA2,MC,x\n',
        fates(header=1, continued=1, eligible=2),
        {**AREA, "line_breaks": True},
    ),
    case("F10 unused separators", "ref,type,,\nA1,MC,,\n", ids("A1")),
    case(
        "F11 content without heading",
        "ref,type,\nA1,MC,x\n",
        "column C has no heading and is not empty",
    ),
    case("F12 spaces in headings", " ref ,\u00a0type\nA1,MC\n", ids("A1")),
    case(
        "F13 a swallowed delimiter",
        "ref,type,note\nA1,MC,a,b\n",
        "line 2: 4 cells under 3 headings",
    ),
    case(
        "F14 titles",
        "Export of May\n\nref,type\nA1,MC\n",
        fates(title=2, header=1, eligible=1),
        {**AREA, "header_row": 3},
    ),
    case(
        "F15 a header past the end",
        HEAD,
        "the file ends before the header",
        {**AREA, "header_row": 9},
    ),
    case(
        "F16 two header lines",
        "Case,,Other\nref,type,note\nA1,MC,x\n",
        ids("A1"),
        {"columns": {"id": "Case ref", "stratum": "Case type"}, "header_rows": 2},
    ),
    dated(
        "F17 Excel serials",
        r"'45870' in ended .*date_serials = \"1900\" \(01 August 2025\)",
        "45870",
        dates="%d/%m/%Y",
    ),
    dated(
        "F18 Excel serials stated",
        finals("2025-08-01"),
        "45870",
        dates="%d/%m/%Y",
        date_serials="1900",
    ),
    dated("F19 ISO dates need no statement", finals("2025-08-01"), "2025-08-01"),
    dated(
        "F20 dates that fit both ways",
        doubts("day and month exchanged"),
        "01/02/2024",
        "03/04/2024",
        dates="%d/%m/%Y",
    ),
    dated("F21 30 February", "'30/02/2024' in ended is no date", "30/02/2024", dates="%d/%m/%Y"),
    case(
        "F22 letters for digits",
        HEAD + "52AZ0001/26,MC\n52AZOOO1/26,MC\n",
        doubts("characters that look alike", "52AZ0001/26", "52AZOOO1/26"),
    ),
    case("F23 a Cyrillic letter", HEAD + "52A1,MC\n52\u04101,MC\n", doubts("look alike")),
    case("F24 case of letters", HEAD + "ab1,MC\nAB1,MC\n", doubts("differ only in letter case")),
    case(
        "F25 zeros lost",
        HEAD + "00124,MC\n00125,MC\n126,MC\n",
        doubts("'126' are shorter than the other 2.*lost leading zeros"),
    ),
    case(
        "F26 long numbers spoilt",
        HEAD + "1.23E+11,MC\nA,MC\n",
        doubts("as Excel shows long numbers"),
    ),
    case("F27 an error in a csv", HEAD + "#N/A,MC\n", "line 2: ref holds #N/A"),
    case(
        "F28 an error in an unused column",
        "ref,type,note\nA1,MC,#REF!\n",
        doubts("1 cells hold #REF!.*not used"),
    ),
    case("F29 a stratum of one", HEAD + "A1,MC\nA2,CC\nA3,CC\n", doubts("one eligible case only")),
    case(
        "F30 an empty stratum",
        HEAD + "A1,MC\n",
        doubts("has no eligible case"),
        {**AREA, "values": {"stratum": {"MC": ["MC"], "CC": ["CC"]}}},
    ),
    case(
        "F31 a cut export",
        HEAD + "A1,MC\nTotal: 1,234\n".replace(",234", "234"),
        doubts("it says 1234 rows, 1 were read"),
        {**AREA, "footer": "Total"},
    ),
    case(
        "F32 lines below the total",
        HEAD + "A1,MC\nTotal,1\nA2,MC\n",
        doubts("1 lines follow it"),
        {**AREA, "footer": "Total"},
    ),
    case(
        "F33 no total although stated",
        HEAD + "A1,MC\n",
        doubts("no line begins with Total"),
        {**AREA, "footer": "Total"},
    ),
    case(
        "F34 no strata",
        "ref\nA1\nA2\n",
        lambda f: set(f.cases["stratum"]) == {"all"},
        {"columns": {"id": "ref"}},
    ),
    case(
        "F35 a curly apostrophe",
        HEAD + "A1,Magistrates' Court\nA2,Magistrates’ Court\n",
        "2 spellings of one stratum",
    ),
    case(
        "F36 a spelling for two values",
        HEAD + "A1,X\n",
        "the spelling 'X' stands 2 times",
        {**AREA, "values": {"stratum": {"MC": ["X"], "CC": ["X "]}}},
    ),
    case("F37 inner space", HEAD + "A 1,MC\n", r"line 2: id: .*U\+0020 SPACE"),
    case(
        "F38 defendants as units",
        "ref,no,type\nA,1,MC\nA,2,MC\n",
        ids("A#1", "A#2"),
        {
            "columns": {"id": "ref", "stratum": "type", "defendant": "no"},
            "unit_of_account": "defendant",
        },
    ),
    case(
        "F39 a defendant without number",
        "ref,no,type\nA,1,MC\nA,,MC\n",
        "line 3: defendant: the cell is empty",
        {
            "columns": {"id": "ref", "stratum": "type", "defendant": "no"},
            "unit_of_account": "defendant",
        },
    ),
    case(
        "F40 items in files",
        "item,file,type\nL1,A,MC\nL2,A,MC\n",
        lambda f: f.cases[["id", "cluster"]].values.tolist() == [["L1", "A"], ["L2", "A"]],
        {
            "columns": {"id": "item", "stratum": "type", "cluster": "file"},
            "unit_of_account": "item",
        },
    ),
    case(
        "F41 an item twice",
        "item,file,type\nL1,A,MC\nL1,B,MC\n",
        "the id 'L1' stands on 2 lines",
        {
            "columns": {"id": "item", "stratum": "type", "cluster": "file"},
            "unit_of_account": "item",
        },
    ),
    case(
        "F42 items without files",
        "item,type\nL1,MC\n",
        'unit_of_account = "item" needs the column cluster',
        {"columns": {"id": "item", "stratum": "type"}, "unit_of_account": "item"},
    ),
    case(
        "F43 a case of two sizes",
        "ref,type,pages\nA1,MC,10\nA1,MC,11\n",
        "lines 2, 3: the lines of A1 state different values of size",
        {**SIZED, **AS_CASES},
    ),
    case(
        "F44 thousands",
        sized("1,234"),
        lambda f: sorted(f.cases["size"]) == ["10", "1234"],
        {**SIZED, "thousands": ","},
    ),
    case(
        "F45 a rule of its own",
        "ref,type,unit\nA1,MC,x\nA2,MC,HQ\n",
        lambda f: (
            f.exclusions[["reason", "cases"]].values.tolist() == [["headquarters", 1]]
            and "headquarters" in set(f.summary()["fate"])
        ),
        {
            **AREA,
            "facts": {"unit": "unit"},
            "eligible": {
                "leave_out": [
                    {
                        "reason": "headquarters",
                        "label": "Of another unit",
                        "fact": "unit",
                        "values": ["HQ"],
                    }
                ]
            },
        },
    ),
    case(
        "F46 two spellings of the Area",
        "ref,type,area\nA1,MC,Wessex\nA2,MC,WESSEX\n",
        "2 spellings of one area",
        {
            "columns": {"id": "ref", "stratum": "type", "area": "area"},
            "eligible": {"area": "Wessex"},
        },
    ),
    case(
        "F47 one column for two things",
        HEAD + "A1,MC\n",
        lambda f: f.cases.iloc[0]["court"] == "magistrates" and f.cases.iloc[0]["stratum"] == "MC",
        {**AREA, "facts": {"court": "type"}, "values": {"court": {"magistrates": ["MC"]}}},
    ),
    case(
        "F48 a fact that takes another's name",
        HEAD + "A1,MC\n",
        "'id' cannot be the name of a fact",
        {**AREA, "facts": {"id": "type"}},
    ),
    case(
        "F49 unconfirmed",
        HEAD + "A1,MC\n",
        "nobody has confirmed it.*confirmed = true",
        {**AREA, "confirmed": False},
    ),
    case(
        "F50 a workbook called csv",
        "PK\x03\x04 and more",
        "this is a zip or Excel workbook, not csv.*name it .xlsx if it is one",
    ),
    Case(
        "F51 an old workbook",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 9,
        r"old \(.xls\) or password-protected.*Save it as csv",
        suffix=".xlsx",
    ),
    *(
        Case(
            f"F53 unseen {ord(letter):X}",
            f"ref,type\nA1,MC\nA{letter}1,MC\n".encode(),
            rf"line 3: id: .*U\+{ord(letter):04X}",
        )
        for letter in "\u034f\u3164\u2800\ufe0f\uffa0\U000e0101"
    ),
    case(
        "F53 a line break between what would be two ids",
        HEAD + '"A1\nA2",MC\nB1,MC\n',
        r"id: .*U\+000A",
        {**AREA, "line_breaks": True},
    ),
    Case("F54 a page of a web site", b"<html><table><tr><td>ref</td></tr></table>", "no column"),
    Case(
        "F55 half of a pair of surrogates",
        b"ref,type\nA\xed\xa0\x801,MC\n",
        "not readable as utf-8",
    ),
    case("F56 the end of a DOS file", HEAD + "A1,MC\n\x1a", "line 3: 1 cells under 2 headings"),
    case("F57 a sign of the spreadsheet above", "sep=,\n" + HEAD + "A1,MC\n", "header_row"),
    case(
        "F58 the header again",
        HEAD + "A1,MC\nref,type\nA2,MC\n",
        "line 3: the header stands here again",
    ),
    case("F59 a form feed", HEAD + "A\x0c1,MC\n", r"line 2: id: .*U\+000C"),
    case("F60 a cell of megabytes", HEAD + "A1," + "x" * 200_000 + "\n", "line 2: field larger"),
    case("F52 a quotation mark astray", HEAD + 'A1,"MC"x\n', "line 2: .*expected.*quotation mark"),
]


@pytest.mark.parametrize("case", [*CSV, *OWN, *SHEETS, *PARQUET], ids=lambda case: case.name)
def test_each_export_is_refused_by_place_and_remedy_or_read_aright(
    case: Case, tmp_path: Path
) -> None:
    path = tmp_path / f"export{case.suffix}"
    if isinstance(case.make, bytes | str):
        path.write_bytes(case.make if isinstance(case.make, bytes) else case.make.encode())
    else:
        case.make(path)
    before = footprint(tmp_path)
    if isinstance(case.expected, str):
        with pytest.raises(InspectionError) as refusal:
            Frame.read(path, case.states)
        said = str(refusal.value)
        assert re.search(case.expected, said), said
        assert all(SENTENCE.match(line) for line in said.splitlines()), said
    else:
        frame = Frame.read(path, case.states)
        assert case.expected(frame), (frame.cases, frame.doubts, frame.summary())
    assert footprint(tmp_path) == before


def test_there_are_thirty_cases_beside_the_inspectorates_own() -> None:
    names = [each.name.split()[0] for each in [*CSV, *OWN, *SHEETS, *PARQUET]]
    assert len({name for name in names if name[0] != "B"}) >= 30


# --- sources that are no plain file -----------------------------------------------------------


def refused(source: Any, message: str, states: dict[str, Any] = AREA) -> None:
    with pytest.raises(InspectionError, match=f"(?s){message}"):
        Frame.read(source, states)


def test_b053_only_regular_files_of_this_machine_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("ref,type\nA1,MC\n", encoding="utf-8")
    refused(tmp_path, "not a regular file")
    refused(tmp_path / "b.csv", "no such file")
    for url in ("https://me:secret@example.org/a.csv", "file:///etc/passwd", "s3://x/a.csv"):
        refused(url, "a URL; nothing is fetched from a network")
    refused(tmp_path / "https://example.org/a.csv", "URL|no such file")
    refused(tmp_path / "a.csv", "a URL", {**AREA, "file": "https://example.org/a.csv"})


def test_b053_a_refused_url_does_not_repeat_its_password() -> None:
    with pytest.raises(InspectionError) as refusal:
        Frame.read("https://me:secret@example.org/a.csv", AREA)
    assert "secret" not in str(refusal.value) and "example.org" in str(refusal.value)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
def test_b053_pipes_devices_and_links_are_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "link.csv").symlink_to("/etc/shadow")
    refused(tmp_path / "pipe.csv", "not a regular file")
    refused(tmp_path / "link.csv", "symbolic link")
    refused("/dev/zero", "not a regular file")


def test_b051_a_zip_bomb_is_refused_unread(tmp_path: Path, full: bool) -> None:
    bomb(tmp_path / "bomb.xlsx", 856_000_000 if full else 60_000_000)
    start = time.perf_counter()
    refused(tmp_path / "bomb.xlsx", r"it would unpack from [\d,]+ to [\d,]+ bytes")
    assert time.perf_counter() - start < 1


def test_b035_an_exactly_full_sheet_is_doubted(
    tmp_path: Path, full: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = 1_048_576 if full else 3_000
    if not full:
        monkeypatch.setitem(lines.FULL_SHEETS, size, "a sheet of this test")
    with xlsxwriter.Workbook(tmp_path / "full.xlsx", {"constant_memory": True}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["ref", "type"])
        for row in range(1, size):
            page.write_row(row, 0, [f"A{row:07}", "MC"])
    frame = Frame.read(tmp_path / "full.xlsx", AREA)
    assert len(frame.cases) == size - 1
    assert frame.doubts["what"].str.contains("may have been cut; ask for the count").any()


def test_b035_so_is_a_csv_cut_at_the_length_of_an_old_sheet(tmp_path: Path) -> None:
    text = "ref,type\n" + "".join(f"A{row:06},MC\n" for row in range(65_535))
    (tmp_path / "full.csv").write_text(text, encoding="utf-8", newline="\n")
    assert doubts("as many as an old Excel sheet")(Frame.read(tmp_path / "full.csv", AREA))


# --- tables in memory -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"ref": [1, 2], "type": ["MC", "MC"]}, "the id is a number on 2 lines"),
        ({"ref": [1.0, None], "type": ["MC", "MC"]}, "the id is a number"),
        ({"ref": ["1", 2], "type": ["MC", "MC"]}, "mixes numbers"),
        ({"ref": ["A", "B"], "type": [["MC"], {}]}, "'type' is nested"),
        ({"ref": ["A", None], "type": ["MC", "MC"]}, "line 3: id: the cell is empty"),
        ({"ref": [], "type": []}, "no cases"),
        ({1: ["A"], "type": ["MC"]}, "column name 1 is no text"),
    ],
)
def test_a_table_is_held_to_the_same_rules(columns: dict[Any, Any], message: str) -> None:
    refused(pd.DataFrame(columns), message)


def test_an_object_that_is_no_table_is_refused() -> None:
    refused(42, "int is no table")
