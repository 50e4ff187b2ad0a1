"""What a table of bad exports is written with: the case, makers of files, checks of a frame."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from inspectkit.sampling import Frame

Make = Callable[[Path], None]
Check = Callable[[Frame], bool]
AREA = {"columns": {"id": "ref", "stratum": "type"}}
DATED = {
    "columns": {"id": "ref", "stratum": "type", "finalised": "ended"},
    "eligible": {"finalised_from": date(2020, 1, 1), "finalised_to": date(2030, 1, 1)},
}
SIZED = {"columns": {"id": "ref", "stratum": "type", "size": "pages"}}
AS_CASES = {"unit_of_account": "case"}


@dataclass(frozen=True)
class Case:
    """name; file: its suffix; make: writes it; states: [frame]; expected: pattern or check."""

    name: str
    make: Make | bytes | str
    expected: str | Check
    states: dict[str, Any] = field(default_factory=lambda: AREA)
    suffix: str = ".csv"


def sheet(*rows: list[Any], edit: Callable[[Any], None] = lambda book: None) -> Make:
    """A workbook with these rows in its first sheet, then edited."""

    def make(path: Path) -> None:
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        edit(book)
        book.save(path)

    return make


def table(*ids: Any, kind: str = "MC") -> list[list[Any]]:
    return [["ref", "type"], *([id, kind] for id in ids)]


def part(name: str, old: bytes, new: bytes, *rows: list[Any]) -> Make:
    """A workbook in one of whose parts some bytes are replaced."""

    def make(path: Path) -> None:
        sheet(*rows)(path.with_suffix(".source"))
        with zipfile.ZipFile(path.with_suffix(".source")) as source:
            contents = {each: source.read(each) for each in source.namelist()}
        assert old in contents[name]
        contents[name] = contents[name].replace(old, new)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
            for each, content in contents.items():
                target.writestr(each, content)
        path.with_suffix(".source").unlink()

    return make


def sized(value: str) -> str:
    return f'ref,type,pages\nA1,MC,10\nA2,MC,"{value}"\n'


def dated(name: str, expected: str | Check, *dates: str, **more: Any) -> Case:
    """Cases with these dates of finalisation, and what is stated about dates."""
    rows = "".join(f"A{number},MC,{each}\n" for number, each in enumerate(dates))
    return Case(name, "ref,type,ended\n" + rows, expected, {**DATED, **more})


def ids(*expected: str) -> Check:
    return lambda frame: sorted(frame.cases["id"]) == sorted(expected)


def doubts(pattern: str, *expected: str) -> Check:
    return lambda frame: (
        frame.doubts["what"].str.contains(pattern).any() and (not expected or ids(*expected)(frame))
    )


def finals(*expected: str) -> Check:
    return lambda frame: sorted(frame.cases["finalised"]) == sorted(expected)


def fates(**expected: int) -> Check:
    def check(frame: Frame) -> bool:
        counts = frame.summary().set_index("fate")["lines"].to_dict()
        return counts == expected

    return check


def both(*checks: Check) -> Check:
    return lambda frame: all(check(frame) for check in checks)


def case(name: str, text: str, expected: str | Check, states: dict[str, Any] = AREA) -> Case:
    """A csv file in UTF-8."""
    return Case(name, text, expected, states)


def parquet(query: str) -> Make:
    def make(path: Path) -> None:
        duckdb = pytest.importorskip("duckdb")
        duckdb.sql(query).write_parquet(str(path))

    return make


def bomb(path: Path, size: int) -> None:
    """A workbook whose sheet unpacks to `size` bytes of spaces."""
    sheet(*table("A1"))(path)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("xl/worksheets/sheet2.xml", "w", force_zip64=True) as stream:
            for _ in range(size // 1_000_000):
                stream.write(b" " * 1_000_000)
