"""The passes over a frame in its engine: count, keep the smallest tickets, digest every row."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import lt
from typing import Any

import pandas as pd

from inspectkit.digest import canonical_json
from inspectkit.errors import InspectionError, Problems
from inspectkit.sampling.engines.engine import Engine, Progress, Row
from inspectkit.sampling.engines.opening import opened
from inspectkit.sampling.tickets import clean_id, tickets

STILL = "Draw from a source that stands still"
REMEDY = "Mend it in the source, or read it as a Frame, which trims, folds and excludes by rule"


@dataclass(frozen=True)
class Digests:
    """Both digests of a frame and the number of its cases. As text: the frame's digest."""

    frame: str
    facts: str
    cases: int

    def __str__(self) -> str:
        return self.frame


def counts(source: Any, *, id: str = "id", stratum: str | None = "stratum") -> pd.Series:
    """Cases by stratum, as `Frame.strata()` has them.

    Errors: a column that is missing or not text; rows without an id or a stratum.

    >>> frame = pd.DataFrame({"id": ["a", "b", "c"], "stratum": ["CC", "MC", "CC"]})
    >>> counts(frame).to_dict()
    {'CC': 2, 'MC': 1}
    """
    with opened(source, id=id, stratum=stratum) as engine:
        return counted(engine)


def candidates(
    source: Any,
    *,
    key: str,
    sizes: Mapping[str, int],
    id: str = "id",
    stratum: str | None = "stratum",
    progress: Progress | None = None,
) -> pd.DataFrame:
    """id, stratum, ticket: the `sizes[stratum]` smallest tickets of each stratum, in order.

    source: a pandas, Polars, Arrow or Spark table; the path of a parquet or csv file; a
    `postgresql+psycopg://` address with `?table=NAME`. key: 32 hex digits. Checked for every row:
    columns are text, id and stratum are there. Checked for the candidates: ids are clean, once in
    the frame, and their tickets are what hashlib makes of them. `frame_digest` checks ids for every
    row. Errors: any of these; a stratum with fewer cases than wanted.

    >>> frame = pd.DataFrame({"id": ["a", "b", "c"], "stratum": ["CC", "MC", "CC"]})
    >>> found = candidates(frame, key="0" * 32, sizes={"CC": 1})
    >>> found["id"].tolist(), found["ticket"].str[:8].tolist()
    (['c'], ['2320fc55'])
    """
    with opened(source, id=id, stratum=stratum, progress=progress) as engine:
        return smallest(engine, key, sizes, counted(engine))


def frame_digest(
    source: Any,
    *,
    id: str = "id",
    stratum: str | None = "stratum",
    facts: Sequence[str] = (),
    progress: Progress | None = None,
) -> Digests:
    """The digests that a Frame of these rows has; the rows pass by in order, a chunk at a time.

    facts: further text columns for the second digest. Checked for every row, exactly: id and
    stratum are there, ids are clean and stand once. Errors: the first rows that are not.

    >>> frame = pd.DataFrame({"id": ["b", "a"], "stratum": ["MC", "CC"]})
    >>> str(frame_digest(frame))[:8], frame_digest(frame).cases
    ('a7f7acd2', 2)
    """
    with opened(source, id=id, stratum=stratum, facts=facts, progress=progress) as engine:
        return digested(engine, facts, counted(engine))


def counted(engine: Engine) -> pd.Series:
    """Cases by stratum; refuses rows without an id or a stratum."""
    problems = Problems()
    found = engine.strata()
    without = sum(rows - ids for _, rows, ids in found)
    if without:
        problems.add(f"{engine.name}, column {engine.id}", f"{without} rows have no id", REMEDY)
    lost = sum(rows for name, rows, _ in found if not name)
    if lost:
        where = f"{engine.name}, column {engine.stratum}"
        problems.add(where, f"{lost} rows have no stratum", REMEDY)
    problems.raise_if_any()
    whole = {str(name): rows for name, rows, _ in sorted(found, key=lambda row: str(row[0]))}
    return pd.Series(whole, name="count", dtype="int64").rename_axis("stratum")


def smallest(engine: Engine, key: str, sizes: Mapping[str, int], there: pd.Series) -> pd.DataFrame:
    """The smallest tickets of each stratum, by ticket; all faults of the sizes at once."""
    _check_key(key)
    _check_sizes(sizes, there)
    kept: dict[str, list[Row]] = {name: [] for name, size in sizes.items() if size > 0}
    wanted, spare = list(kept), 1
    while wanted:
        bounds = {name: bound(sizes[name], int(there[name]), spare) for name in wanted}
        found = engine.below(key, bounds)
        _check_candidates(engine, key, found)
        for name in bounds:
            kept[name] = sorted((row for row in found if row[1] == name), key=_ticket)
        wanted = [name for name in wanted if len(kept[name]) < sizes[name]]
        if any(bounds[name] is None for name in wanted):
            raise InspectionError(engine.name, "it lost rows between two passes", STILL)
        spare *= 4
    rows = [row for name, found in kept.items() for row in found[: sizes[name]]]
    return pd.DataFrame(rows, columns=["id", "stratum", "ticket"], dtype="object")


def _ticket(row: Row) -> str:
    return str(row[2])


def bound(wanted: int, cases: int, spare: int = 1) -> str | None:
    """A ticket below which the wanted cases of a stratum lie almost surely; None where all may.

    The number of tickets below it is binomial with mean wanted + 8 √wanted + 40, so fewer than
    wanted come up less than once in 10^12 draws, and then the caller asks again with more to spare.

    >>> bound(39, 1_000_000)[:8], bound(39, 100)
    ('000852b4', None)
    """
    expected = wanted + spare * (8 * math.isqrt(wanted) + 40)
    return None if expected >= cases else f"{(expected << 256) // cases:064x}"


def digested(engine: Engine, facts: Sequence[str], there: pd.Series) -> Digests:
    """Both digests in one pass over the rows in order. there: the counts of the pass before."""
    lines, values, cases, last = hashlib.sha256(), hashlib.sha256(), 0, ""
    head = canonical_json(["id", "stratum", *facts])
    values.update(f"[{head},[".encode())
    for rows in engine.ordered(facts):
        ids = [row[0] for row in rows]
        _check_ids(engine, ids, last)
        lines.update("".join([f"{row[0]}\x1f{row[1]}\n" for row in rows]).encode())
        values.update(("," if cases else "").encode() + _json(rows, facts).encode())
        cases, last = cases + len(rows), str(ids[-1])
        engine.progress("digest", cases, int(there.sum()))
    values.update(b"]]")
    if cases != there.sum():
        raise InspectionError(engine.name, f"{there.sum()} rows were counted, then {cases}", STILL)
    return Digests(lines.hexdigest(), values.hexdigest(), cases)


def _json(rows: Sequence[Row], facts: Sequence[str]) -> str:
    filled = [["" if cell is None else cell for cell in row] for row in rows] if facts else rows
    return json.dumps(filled, separators=(",", ":"), ensure_ascii=False)[1:-1]


def _check_key(key: str) -> None:
    if len(key) != 32 or set(key) - set("0123456789abcdef"):
        raise InspectionError("key", "it is not 32 hex digits", "Give what inspectkit.key returns")


def _check_sizes(sizes: Mapping[str, int], there: pd.Series) -> None:
    problems = Problems()
    for name, size in sizes.items():
        cases = int(there.get(name, 0))
        if size > cases:
            what = f"{size} cases wanted, {cases} in the frame"
            problems.add(f"stratum {name}", what, "Lower the size, or widen the period")
    problems.raise_if_any()


def _check_candidates(engine: Engine, key: str, rows: Sequence[Row]) -> None:
    ordered = sorted(rows, key=lambda row: str(row[0]))
    _check_ids(engine, [row[0] for row in ordered], "")
    ours = tickets(key, (str(row[0]) for row in ordered))
    for row, ticket in zip(ordered, ours, strict=True):
        if row[2] != ticket:
            what = f"its ticket for {row[0]} is {row[2]}, hashlib's is {ticket}"
            raise InspectionError(engine.name, what, "Use another engine and report this")


def _check_ids(engine: Engine, ids: Sequence[str | None], last: str) -> None:
    """Ids in order are clean and stand once. last: the id before the first."""
    where = f"{engine.name}, column {engine.id}"
    if None in ids:
        raise InspectionError(where, "rows have no id", REMEDY)
    texts = [str(id) for id in ids]
    _check_characters(where, texts)
    if all(map(lt, [last, *texts], texts)):
        return
    for one, two in zip([last, *texts], texts, strict=False):
        if one == two:
            raise InspectionError(where, f"{two!a} stands twice", "Keep one row a case")
    raise InspectionError(where, "its order is not that of bytes", "Use another engine")


def _check_characters(where: str, ids: Sequence[str]) -> None:
    whole = "".join(ids)
    if whole.isascii() and whole.isprintable() and " " not in whole and all(ids):
        return
    for text in ids:
        if clean_id(text) != text:
            what = f"{text!a} has outer spaces or is not in composed form (NFC)"
            raise InspectionError(where, what, REMEDY)
