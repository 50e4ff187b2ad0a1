"""Trims and maps the cells of an export and drops exact duplicates; personal columns stop here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from inspectkit.errors import InspectionError, Problems
from inspectkit.sampling.reading import Export
from inspectkit.sampling.spec import FrameSpec
from inspectkit.sampling.tickets import clean_id

DOUBTS = ["where", "what", "lines"]


@dataclass(frozen=True)
class Cleaned:
    """One row per distinct line of the export, under our names, dates as ISO text.

    rows: index line; columns id, stratum, area, finalised and the facts, nothing else.
    duplicates: line → 'duplicate'. spellings: column, spelling, value, rows.
    """

    rows: pd.DataFrame
    duplicates: dict[int, str]
    spellings: pd.DataFrame
    doubts: pd.DataFrame
    lines_read: int


def clean(export: Export, spec: FrameSpec) -> Cleaned:
    """Trim, map, then drop lines that are exactly equal in every column of the export.

    Errors: ids with odd characters, spellings nobody mapped, dates that do not parse.
    """
    problems = Problems()
    raw_ids = export.cells[spec.columns.id]
    cells = export.cells.apply(lambda column: column.str.strip())
    cells[spec.columns.id] = _ids(raw_ids, export.name, problems)
    spellings = []
    for name, theirs in spec.named.items():
        if name in spec.values or name == "stratum":
            cells[theirs], counted = _mapped(cells[theirs], name, spec, export.name, problems)
            spellings.append(counted)
        elif name == "finalised" or name in spec.date_facts:
            cells[theirs] = _dates(cells[theirs], spec, export.name, problems)
    problems.raise_if_any()
    repeated = cells.duplicated(keep="first")
    rows = cells.loc[~repeated, list(spec.named.values())].set_axis(list(spec.named), axis=1)
    return Cleaned(
        rows=rows,
        duplicates=dict.fromkeys(cells.index[repeated], "duplicate"),
        spellings=pd.concat(spellings, ignore_index=True),
        doubts=_trimmed(raw_ids, cells[spec.columns.id]),
        lines_read=len(cells),
    )


def _ids(raw: pd.Series, name: str, problems: Problems) -> pd.Series:
    cleaned: dict[str, str] = {}
    for text in pd.unique(raw):
        try:
            cleaned[text] = clean_id(text)
        except InspectionError as error:
            lines = raw.index[raw == text]
            problems.add(f"{name}, {_lines(lines)}", f"id: {error.what}", error.remedy)
    return raw.map(cleaned)


def _mapped(
    column: pd.Series, name: str, spec: FrameSpec, file: str, problems: Problems
) -> tuple[pd.Series, pd.DataFrame]:
    """The column in our values; without a map each spelling stands for itself."""
    known = {
        spelling.strip(): value
        for value, each in spec.values.get(name, {}).items()
        for spelling in each
    }
    if name not in spec.values:
        known = {spelling: spelling for spelling in pd.unique(column) if spelling}
        _refuse_twins(list(known), name, file, problems)
    counts = column.value_counts()
    for spelling, rows in counts.items():
        if spelling and spelling not in known:
            where = f"{file}, {_lines(column.index[column == spelling])}"
            remedy = (
                f"Add it to [frame.values.{name}] in inspection.toml under the value it stands for"
            )
            problems.add(where, f"{name} {spelling!r} ({rows} rows) is mapped to nothing", remedy)
    table = pd.DataFrame(
        [
            (name, spelling, known.get(str(spelling), ""), int(rows))
            for spelling, rows in counts.items()
        ],
        columns=["column", "spelling", "value", "rows"],
    )
    return column.map(lambda spelling: known.get(spelling, "")), table


def _refuse_twins(spellings: list[str], name: str, file: str, problems: Problems) -> None:
    folded = pd.Series(spellings, dtype=object).groupby(
        lambda row: " ".join(spellings[row].casefold().split())
    )
    for _, twins in folded:
        if len(twins) > 1:
            what = f"{len(twins)} spellings of one {name}: {', '.join(map(repr, twins))}"
            problems.add(file, what, f"Map them in [frame.values.{name}]")


def _dates(column: pd.Series, spec: FrameSpec, file: str, problems: Problems) -> pd.Series:
    iso = {"": ""}
    for text in pd.unique(column):
        try:
            iso[text] = datetime.strptime(text, spec.dates).date().isoformat() if text else ""
        except ValueError:
            where = f"{file}, {_lines(column.index[column == text])}"
            remedy = "Correct it, or state the format in [frame] dates"
            problems.add(
                where, f"{text!r} in {column.name} is no date of the form {spec.dates}", remedy
            )
    return column.map(iso)


def _trimmed(raw: pd.Series, ids: pd.Series) -> pd.DataFrame:
    changed = raw.index[raw != ids]
    what = f"{len(changed)} ids had spaces around them, which were trimmed"
    doubts = [("ids", what, tuple(map(int, changed)))] if len(changed) else []
    return pd.DataFrame(doubts, columns=DOUBTS)


def _lines(lines: pd.Index) -> str:
    shown = ", ".join(str(line) for line in lines[:2])
    return f"line{'s' if len(lines) > 1 else ''} {shown}{', ...' if len(lines) > 2 else ''}"
