"""Checks a report from its folder alone: files by the seal, numbers from what lies beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import openpyxl

from inspectkit.errors import InspectionError, Problems
from inspectkit.report import retracing, retracing_joined, seal
from inspectkit.report.joining import NOW, THEN
from inspectkit.report.readings import ALL, LEFT_OUT
from inspectkit.report.retracing import REMEDY


def verify_report(folder: Path) -> tuple[str, ...]:
    """The checks passed. Errors: a changed file; each number that does not follow."""
    sealed = seal.check(folder)
    files = len(sealed["files"])
    passed = f"{files} files are as they were sealed, {sealed['digest'][:12]}"
    return (passed, *_KINDS[sealed.get("kind", seal.AREA)](folder, sealed))


def _area(folder: Path, sealed: Mapping[str, Any]) -> Iterator[str]:
    results = _results(folder, sealed)
    if sealed["version"] == "restricted":
        yield from retracing.restricted(folder, results).said()
    else:
        yield from retracing.public(folder, results)
    yield from _workbook(folder, results)


def _thematic(folder: Path, sealed: Mapping[str, Any]) -> Iterator[str]:
    results = _results(folder, sealed)
    if sealed["version"] == "restricted":
        again = retracing.restricted(folder, results)
        yield from again.said()
        yield from retracing_joined.groups_again(folder, again)
    else:
        yield from retracing.public(folder, results)
        yield from retracing_joined.groups_from_parts(folder, results)


def _follow_up(folder: Path, sealed: Mapping[str, Any]) -> Iterator[str]:
    sides = {}
    for name in (THEN, NOW):
        results = sides[name] = retracing.object_of(folder / name / "results.json")
        digests = {
            step: each for step, each in sealed["made_from"].items() if step.startswith(name)
        }
        _same_digests(
            {f"{name}/{step}": each for step, each in results["digests"].items()}, digests
        )
    if sealed["version"] == "public":
        for name, results in sides.items():
            yield from (f"{name}: {said}" for said in retracing.public(folder / name, results))
        yield from retracing_joined.changes_from_values(folder, sides[THEN], sides[NOW])
        return
    again = {name: retracing.restricted(folder / name, each, f"{name}/results.json")
             for name, each in sides.items()}  # fmt: skip
    for name, found in again.items():
        yield from (f"{name}: {said}" for said in found.said())
    yield from retracing_joined.changes_again(folder, again[THEN], again[NOW])


def _national(folder: Path, sealed: Mapping[str, Any]) -> Iterator[str]:
    yield from retracing_joined.areas_again(folder, sealed["made_from"], sealed["version"])


def _results(folder: Path, sealed: Mapping[str, Any]) -> dict[str, Any]:
    results = retracing.object_of(folder / "results.json")
    _same_digests(results["digests"], sealed["made_from"])
    return results


def _same_digests(stated: Mapping[str, str], sealed: Mapping[str, str]) -> None:
    if sealed != stated:
        what = "its digests are not those of the seal"
        raise InspectionError("results.json", what, "Get the folder again")


def _workbook(folder: Path, results: Mapping[str, Any]) -> Iterator[str]:
    """The workbook's figures are those of the results."""
    if not (folder / "report.xlsx").exists():
        return
    sheet = openpyxl.load_workbook(folder / "report.xlsx", read_only=True)["Figures"]
    lines = list(sheet.iter_rows(min_row=3, values_only=True))
    heads, problems = list(lines[0]), Problems()
    shown = [row for row in results["rows"] if row["domain"] != ALL and "points" in row]
    places = {name: heads.index(name) for name in ("Id", "Points won", "Points available")}
    for line, row in zip(lines[1:], shown, strict=False):
        for name, key in (("Id", "figure"), ("Points won", "points"),
                          ("Points available", "available")):  # fmt: skip
            wanted = LEFT_OUT if row[key] is None else row[key]
            if line[places[name]] != wanted:
                where = f"report.xlsx, Figures, {row['figure']} in {row['domain']}"
                what = f"{name} is {line[places[name]]}, it should be {wanted}"
                problems.add(where, what, REMEDY)
    if len(lines) - 1 != len(shown):
        what = f"{len(lines) - 1} rows, the results have {len(shown)}"
        problems.add("report.xlsx, Figures", what, REMEDY)
    problems.raise_if_any()
    yield f"{len(shown)} rows of the workbook are those of the results"


_KINDS = {
    seal.AREA: _area,
    seal.THEMATIC: _thematic,
    seal.FOLLOW_UP: _follow_up,
    seal.NATIONAL: _national,
}
