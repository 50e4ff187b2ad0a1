"""One export in any format is one frame; queries and tables are held to the rules of files."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import time
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
import sqlalchemy

from inspectkit.errors import InspectionError
from inspectkit.inspection import Inspection
from inspectkit.sampling import Frame
from inspectkit.sampling.reading.sheet import from_serial, shared_strings, unescaped
from inspectkit.sampling.spec import FrameSpec, read_spec
from tests.small import eligible, export, row

DATA = Path(__file__).parent / "data" / "caseload_south_west.csv.gz"
LINES = [
    *eligible({"MC": 6, "CC": 3, "RASSO": 2}),
    row("52A1/26"),
    row("52A1/26", defendant=2, outcome="Discontinued"),
    row("52A2/26", area="Wessex"),
    row("52A3/26\u00a0", finalised=""),
]


@pytest.fixture(scope="module")
def spec(tmp_path_factory: pytest.TempPathFactory) -> FrameSpec:
    place = tmp_path_factory.mktemp("settings") / "inspection"
    Inspection.new(place, area="South West")
    return read_spec(place / "inspection.toml")


def plain(spec: FrameSpec) -> FrameSpec:
    """The same statements about a table without titles and totals."""
    return spec.model_copy(update={"header_row": 1, "footer": None})


def rows_of(text: str) -> list[list[str]]:
    """Header and data lines of an export."""
    return list(csv.reader(io.StringIO(text)))[2:-1]


def table_of(text: str) -> pd.DataFrame:
    header, *rows = rows_of(text)
    return pd.DataFrame(rows, columns=header, dtype=object)


def database(folder: Path, table: pd.DataFrame) -> str:
    url = f"sqlite:///{folder / 'cases.sqlite'}"
    engine = sqlalchemy.create_engine(url)
    table.to_sql("cases", engine, index=False)
    engine.dispose()
    return url


def dated_sheet(path: Path, text: str) -> None:
    """The export as Excel keeps it: real dates, and texts in the other columns."""
    book = openpyxl.Workbook()
    header, *rows = rows_of(text)
    book.active.append(header)
    places = [header.index("Date received"), header.index("Date finalised")]
    for cells in rows:
        values: list[Any] = list(cells)
        for place in places:
            values[place] = pd.to_datetime(cells[place], dayfirst=True) if cells[place] else None
        book.active.append(values)
    book.save(path)


def parquet(path: Path, table: pd.DataFrame) -> None:
    duckdb = pytest.importorskip("duckdb")
    table.to_csv(path.with_suffix(".tmp"), index=False)
    source = duckdb.read_csv(str(path.with_suffix(".tmp")), all_varchar=True)
    source.write_parquet(str(path))
    path.with_suffix(".tmp").unlink()


def test_format_order_of_rows_and_of_columns_change_no_digest(
    tmp_path: Path, spec: FrameSpec, full: bool
) -> None:
    text = export(LINES)
    if full:
        text = gzip.decompress(DATA.read_bytes()).decode("cp1252")
    (tmp_path / "export.csv").write_text(text, encoding="cp1252", newline="")
    (tmp_path / "16.csv").write_text(text, encoding="utf-16", newline="")
    table = table_of(text)
    shuffled = table.iloc[::-1, ::-1]
    dated_sheet(tmp_path / "export.xlsx", text)
    parquet(tmp_path / "export.parquet", shuffled)
    stated = {"query": "select * from cases where 'a:b' = 'a:b'"}
    frames = [
        Frame.read(tmp_path / "export.csv", spec),
        Frame.read(tmp_path / "16.csv", spec),
        Frame.read(tmp_path / "export.xlsx", plain(spec)),
        Frame.read(tmp_path / "export.parquet", plain(spec)),
        Frame.read(table, plain(spec)),
        Frame.read(shuffled, plain(spec)),
        Frame.read(database(tmp_path, table), plain(spec).model_copy(update=stated)),
    ]
    assert len({frame.digest for frame in frames}) == 1
    assert len({frame.facts_digest for frame in frames}) == 1
    assert all(frame.cases.equals(frames[0].cases) for frame in frames)
    assert [frame.provenance["format"] for frame in frames[:4]] == ["csv", "csv", "xlsx", "parquet"]


def test_polars_and_arrow_tables_are_read_as_pandas_ones_are(spec: FrameSpec) -> None:
    table = table_of(export(LINES))
    columns = {name: table[name].tolist() for name in table}
    expected = Frame.read(table, plain(spec)).digest
    polars, pyarrow = pytest.importorskip("polars"), pytest.importorskip("pyarrow")
    assert Frame.read(polars.DataFrame(columns), plain(spec)).digest == expected
    assert Frame.read(polars.DataFrame(columns).lazy(), plain(spec)).digest == expected
    assert Frame.read(pyarrow.table(columns), plain(spec)).digest == expected
    with pytest.raises(InspectionError, match="the id is a number"):
        Frame.read(polars.DataFrame({**columns, "URN": range(len(table))}), plain(spec))


class Convertible:
    """A table of some other library, which can turn itself into a pandas one."""

    def __init__(self, table: pd.DataFrame) -> None:
        self.table = table

    def to_pandas(self) -> pd.DataFrame:
        return self.table


def test_whatever_turns_into_a_pandas_table_is_a_table(spec: FrameSpec) -> None:
    table = table_of(export(LINES))
    assert Frame.read(Convertible(table), plain(spec)).digest == (
        Frame.read(table, plain(spec)).digest
    )


# --- queries ----------------------------------------------------------------------------------

MINIMAL = {"columns": {"id": "ref", "stratum": "type"}, "query": "select * from cases"}


def refusal(source: Any, **states: Any) -> str:
    with pytest.raises(InspectionError) as found:
        Frame.read(source, {**MINIMAL, **states})
    return str(found.value)


def test_the_url_of_a_query_comes_from_the_environment_variable_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = pd.DataFrame({"ref": ["A1", "A2"], "type": ["MC", "MC"]})
    url = database(tmp_path, table)
    assert "INSPECTKIT_TEST_URL" in refusal(tmp_path, url_env="INSPECTKIT_TEST_URL")
    monkeypatch.setenv("INSPECTKIT_TEST_URL", url)
    frame = Frame.read(tmp_path, {**MINIMAL, "url_env": "INSPECTKIT_TEST_URL"})
    assert frame.cases["id"].tolist() == ["A1", "A2"]
    assert frame.provenance["database"] == "sqlite" and url not in str(frame.provenance)


def test_a_query_changes_nothing_in_the_database(tmp_path: Path) -> None:
    url = database(tmp_path, pd.DataFrame({"ref": ["A1"], "type": ["MC"]}))
    refusal(url, query="delete from cases")
    assert Frame.read(url, MINIMAL).cases["id"].tolist() == ["A1"]


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("postgresql+nodriver://me:hush%20hush@localhost/x", "query on|URL"),
        ("sqlite://me:hush@/nowhere/at/all.db", "query on"),
        ("nodialect://me:hush@localhost/x", "query on|URL"),
        ("https://me:hush@localhost/x", "nothing is fetched"),
    ],
)
def test_no_refusal_of_a_query_shows_the_password(url: str, message: str) -> None:
    said = refusal(url)
    assert "hush" not in said
    assert any(part in said for part in message.split("|"))


def test_ids_that_the_database_holds_as_numbers_are_refused(tmp_path: Path) -> None:
    url = database(tmp_path, pd.DataFrame({"ref": [1, 2], "type": ["MC", "MC"]}))
    assert "the id is a number on 2 lines" in refusal(url)


# --- Excel's own ways -------------------------------------------------------------------------


def test_serials_are_the_dates_that_excel_shows() -> None:
    # 1900: https://learn.microsoft.com/office/troubleshoot/excel/1900-and-1904-date-system,
    # where 5 July 2011 is 40729 in the one and 39267 in the other system.
    assert str(from_serial(40729, False)) == str(from_serial(39267, True)) == "2011-07-05"
    assert (
        str(from_serial(1, False)) == "1900-01-01" and str(from_serial(61, False)) == "1900-03-01"
    )
    assert str(from_serial(59, False)) == "1900-02-28" and "never was" in str(
        from_serial(60, False)
    )
    assert str(from_serial(40729.4375, False)) == "2011-07-05 10:30:00"


def test_escaped_characters_of_a_workbook_are_themselves() -> None:
    assert unescaped("_x005F_x0041_") == "_x0041_"
    assert unescaped("a_b_x00_") == "a_b_x00_"


def test_rich_text_and_readings_for_a_foreign_script() -> None:
    part = (
        '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        "<si><r><t>52A</t></r><r><t>1/26</t></r></si>"
        "<si><t>kanji</t><rPh sb='0' eb='1'><t>reading</t></rPh></si></sst>"
    )
    assert shared_strings(io.BytesIO(part.encode())) == ["52A1/26", "kanji"]


def test_the_south_west_export_reads_within_seconds(spec: FrameSpec, tmp_path: Path) -> None:
    (tmp_path / "export.csv").write_bytes(gzip.decompress(DATA.read_bytes()))
    start = time.process_time()
    frame = Frame.read(tmp_path / "export.csv", spec)
    assert time.process_time() - start < 6  # 1.4 s where this was written
    # The digests of the frame and its facts as the first version of this package read it.
    assert frame.digest == "eb36252332ae9545d164ad8308f9485b3d099d2ee75a904bc030fa37e21ab73e"
    assert frame.exclusions.set_index("reason")["cases"].sum() + len(frame.cases) == 21_520


@pytest.mark.parametrize("pages", [["10", "2.50"], ["10.0", "2.5"], [10, 2.5]])
def test_the_digest_is_over_id_stratum_and_size_by_hand(pages: list[Any]) -> None:
    table = pd.DataFrame({"ref": ["A2", "A1"], "type": ["MC", "CC"], "pages": pages}, dtype=object)
    columns = {"id": "ref", "stratum": "type", "size": "pages"}
    by_hand = hashlib.sha256(b"A1\x1fCC\x1f2.5\nA2\x1fMC\x1f10\n").hexdigest()
    assert Frame.read(table, {"columns": columns}).digest == by_hand
