"""Trims and maps the cells of an export and drops exact duplicates; personal columns stop here."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pandas as pd

from inspectkit.errors import InspectionError, Problems
from inspectkit.sampling.preparing.dates import iso_dates, lines_of, mapped
from inspectkit.sampling.preparing.doubts import doubtful_ids, garbled
from inspectkit.sampling.preparing.measures import sizes
from inspectkit.sampling.reading import Export
from inspectkit.sampling.reading.lines import Doubt
from inspectkit.sampling.spec import FrameSpec
from inspectkit.sampling.tickets import PLAIN, clean_id

DOUBTS = ["where", "what", "lines"]
SPELLINGS = ["column", "spelling", "value", "rows"]
QUOTES = str.maketrans({"’": "'", "‘": "'", "`": "'", "–": "-", "‑": "-"})
AS_CASES = 'where lines of one reference are defendants of one case, state unit_of_account = "case"'


@dataclass(frozen=True)
class Cleaned:
    """One row per distinct line of the export, under our names, dates as ISO text.

    rows: index line; columns id, stratum, area, finalised and the facts, nothing else.
    duplicates: line → 'duplicate'. spellings: column, spelling, value, rows. look: finds what may
    be wrong, which takes a third of the time; few ask for it.
    """

    rows: pd.DataFrame
    duplicates: dict[int, str]
    spellings: pd.DataFrame
    look: Callable[[], list[Doubt]]
    lines_read: int

    @property
    def doubts(self) -> pd.DataFrame:
        """where, what, lines."""
        return pd.DataFrame(self.look(), columns=DOUBTS)


def clean(export: Export, spec: FrameSpec) -> Cleaned:
    """Trim, map, then drop lines that are exactly equal in every column of the export.

    Errors: ids with odd characters, spellings nobody mapped, dates that do not parse, sizes that
    are no positive numbers, ids that stand twice where the unit of account is that of a line.
    """
    problems = Problems()
    cells = _trimmed(export.cells)
    ours, spellings, doubts = _ours(export, cells, spec, problems)
    problems.raise_if_any()
    compared = cells.assign(**{theirs: ours[name] for name, theirs in spec.named.items()})
    repeated = compared.duplicated(keep="first")
    if not spec.drops_duplicates:
        repeated[:] = False
    rows = pd.DataFrame(ours, dtype=object)[~repeated]
    if spec.unit_of_account == "defendant":
        rows["id"] = rows["id"] + "#" + rows["defendant"]
    _refuse_repeats(rows, spec, export.name, problems)
    problems.raise_if_any()
    return Cleaned(
        rows=rows.drop(columns="defendant", errors="ignore"),
        duplicates=dict.fromkeys(map(int, cells.index[repeated]), "duplicate"),
        spellings=pd.concat([pd.DataFrame(columns=SPELLINGS), *spellings], ignore_index=True)
        if spellings
        else pd.DataFrame(columns=SPELLINGS),
        look=lambda: [
            *export.doubts,
            *garbled(export.cells),
            *doubts,
            *_changed(export.cells[spec.named["id"]]),
            *doubtful_ids(rows["id"]),
        ],
        lines_read=len(cells),
    )


def _trimmed(cells: pd.DataFrame) -> pd.DataFrame:
    trimmed = {name: list(map(str.strip, cells[name].tolist())) for name in cells.columns}
    return pd.DataFrame(trimmed, index=cells.index, dtype=object)


def _ours(
    export: Export, cells: pd.DataFrame, spec: FrameSpec, problems: Problems
) -> tuple[dict[str, pd.Series], list[pd.DataFrame], list[Doubt]]:
    """Each column we use under our name, in our values."""
    ours: dict[str, pd.Series] = {}
    spellings: list[pd.DataFrame] = []
    doubts: list[Doubt] = []
    for name, theirs in spec.named.items():
        column = cells[theirs]
        if name in {"id", "cluster"}:
            column = _ids(export.cells[theirs], name, export.name, problems)
        elif name == "defendant" and spec.unit_of_account == "defendant":
            column = _ids(column, name, export.name, problems)
        elif name in spec.values or name == "stratum":
            column, counted = _mapped(column, name, spec, export.name, problems)
            spellings.append(counted)
        elif name == "area":
            _refuse_twins(column.value_counts(), name, export.name, problems)
        elif name == "size":
            column = sizes(column, spec, export.name, problems)
        elif name in spec.dated:
            column, more = iso_dates(column, spec, export.name, problems)
            doubts += more
        ours[name] = column
    return ours, spellings, doubts


def _ids(raw: pd.Series, name: str, file: str, problems: Problems) -> pd.Series:
    cleaned: dict[str, str] = {}
    found = pd.unique(raw)
    if all(map(PLAIN.fullmatch, found)):  # as most are: nothing to repair in any of them
        return raw
    for text in found:
        try:
            cleaned[text] = clean_id(text)
        except InspectionError as error:
            lines = raw.index[raw == text]
            problems.add(f"{file}, {lines_of(lines)}", f"{name}: {error.what}", error.remedy)
    return mapped(raw, cleaned)


def _mapped(
    column: pd.Series, name: str, spec: FrameSpec, file: str, problems: Problems
) -> tuple[pd.Series, pd.DataFrame]:
    """The column in our values; without a map each spelling stands for itself."""
    known = {
        spelling.strip(): value
        for value, each in spec.values.get(name, {}).items()
        for spelling in each
    }
    counts = column.value_counts()
    if name not in spec.values:
        known = {spelling: spelling for spelling in pd.unique(column) if spelling}
        _refuse_twins(counts, name, file, problems)
    for spelling, rows in counts.items():
        if spelling and spelling not in known:
            where = f"{file}, {lines_of(column.index[column == spelling])}"
            remedy = (
                f"Add it to [frame.values.{name}] in inspection.toml under the value it stands for"
            )
            problems.add(where, f"{name} {spelling!r} ({rows} rows) is mapped to nothing", remedy)
    table = pd.DataFrame(
        [
            (name, spelling, known.get(str(spelling), ""), int(rows))
            for spelling, rows in counts.items()
        ],
        columns=SPELLINGS,
    )
    return mapped(column, known), table


def folded(spelling: str) -> str:
    """A spelling without case, double spaces and kinds of quotation mark.

    >>> folded("Magistrates’  COURT")
    "magistrates' court"
    """
    plain = unicodedata.normalize("NFKC", spelling).translate(QUOTES).casefold()
    return " ".join(plain.split())


def _refuse_twins(counts: pd.Series, name: str, file: str, problems: Problems) -> None:
    groups: dict[str, list[str]] = {}
    for spelling in map(str, counts.index):
        groups.setdefault(folded(spelling), []).append(spelling)
    for twins in groups.values():
        if len(twins) > 1:
            listed = ", ".join(f"{twin!r} ({counts[twin]} rows)" for twin in twins)
            what = f"{len(twins)} spellings of one {name}: {listed}"
            problems.add(file, what, f"Map them in [frame.values.{name}]")


def _refuse_repeats(rows: pd.DataFrame, spec: FrameSpec, file: str, problems: Problems) -> None:
    """Two different lines for what the unit of account says is one."""
    by = ["id"]
    if spec.unit_of_account == "case":
        if "defendant" not in rows or spec.named["defendant"] in spec.facts.values():
            return
        by = ["id", "defendant"]
        rows = rows[rows["defendant"] != ""]
    elif spec.unit_of_account is None:
        rows = rows.drop(columns="defendant", errors="ignore")
    repeated = rows[rows.duplicated(by, keep=False)]
    found: dict[tuple[str, ...], list[int]] = {}
    for line, *keys in repeated[by].itertuples():
        found.setdefault(tuple(keys), []).append(line)
    for parts, lines in found.items():
        what = f"the id {parts[0]!r}"
        what += f", defendant {parts[1]!r}," if len(parts) > 1 else ""
        what += f" stands on {len(lines)} lines"
        remedy = "Mend the export so that each stands once"
        if spec.unit_of_account is None:
            remedy += f"; {AS_CASES}"
        problems.add(f"{file}, {lines_of(lines)}", what, remedy)


def _changed(raw: pd.Series) -> Iterable[Doubt]:
    """What was repaired in ids: outer spaces, and accents written as characters of their own."""
    given = raw.tolist()
    trimmed = list(map(str.strip, given))
    ids = list(zip(raw.index.tolist(), given, trimmed, strict=True))
    spaced = tuple(line for line, text, id in ids if text != id)
    if spaced:
        what = f"{len(spaced)} ids had spaces around them, which were trimmed"
        yield "ids", what, spaced
    composed = tuple(
        line for line, _, id in ids if not id.isascii() and not unicodedata.is_normalized("NFC", id)
    )
    if composed:
        what = f"{len(composed)} ids had accents apart from their letters, which were joined (NFC)"
        yield "ids", what, composed
