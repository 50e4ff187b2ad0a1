"""What is written beside the manifest: lists of cases, the frame as drawn from, the checkers."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from inspectkit.sampling.evidence.files import (
    json_text,
    write_bytes,
    write_json,
)
from inspectkit.sampling.evidence.manifests import public, sealed
from inspectkit.sampling.evidence.workbooks import Sheet, workbook
from inspectkit.sampling.frame import Frame
from inspectkit.sampling.sample import Sample

HERE = Path(__file__).resolve().parent
CHECKERS = ("verify_sample.py", "verify.html")
FRAME_COLUMNS = ("id", "stratum", "size", "cluster")
HEADS = ("id", "casework type")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")


def write_evidence(place: Path, frame: Frame, sample: Sample) -> None:
    """Write every file of a draw into the folder `sample`; the manifest last: it says done."""
    for name, content in lists(frame, sample).items():
        write_bytes(place / name, content)
    write_bytes(place / "cases.xlsx", _workbook(HEADS, _cases(sealed(sample))))
    for name in CHECKERS:
        write_bytes(place / name, (HERE / name).read_bytes())
    write_json(place / "manifest.json", sample.manifest())


def lists(frame: Frame, sample: Sample) -> dict[str, bytes]:
    """What is handed over of a draw, by name: to be written, and to see whether it is still so."""
    closed = sealed(sample)
    return {
        "cases.csv": _list(HEADS, _cases(closed)),
        "frame.csv": _frame_of(sample, frame).encode("utf-8"),
        "sealed.json": json_text(closed).encode("utf-8"),
        "public.json": json_text(public(sample)).encode("utf-8"),
    }


def _cases(closed: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(each["id"], each["stratum"]) for each in closed["cases"]]


def _frame_of(sample: Sample, frame: Frame) -> str:
    design = sample.head["design"]
    facts = [*design.get("by", []), *(f for p in design["strata"] for f in p.get("sort", []))]
    facts += [part["where"][0] for part in design["strata"] if part.get("where")]
    return frame_csv(frame.cases, facts)


def frame_csv(cases: pd.DataFrame, facts: Sequence[str] = ()) -> str:
    """The frame as docs/ticket.md has it, exact: for checking, not for a spreadsheet.

    facts: further columns that decide who is in which stratum.

    >>> frame_csv(pd.DataFrame({"id": ["b", "a"], "stratum": ["MC", "CC"], "unit": ["x", "y"]}))
    'id,stratum\\na,CC\\nb,MC\\n'
    """
    wanted = dict.fromkeys([*FRAME_COLUMNS, *facts])
    columns = [name for name in wanted if name in cases.columns]
    held = io.StringIO()
    writer = csv.writer(held, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(cases[columns].sort_values("id").itertuples(index=False))
    return held.getvalue()


def write_added(place: Path, rows: Sequence[tuple[str, str, str, str]]) -> None:
    """Write the cases to provide that were not on the first list, as csv and xlsx.

    rows: id, casework type, why it was added, which case it stands for.
    """
    heads = (*HEADS, "why", "in place of")
    write_bytes(place / "cases_added.csv", _list(heads, rows))
    write_bytes(place / "cases_added.xlsx", _workbook(heads, rows))


def _workbook(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """A list for people as a workbook of text cells."""
    return workbook("Cases", [Sheet("Cases", heads, rows)])


def _list(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """The same as csv, with formulas defused."""
    held = io.StringIO()
    writer = csv.writer(held, lineterminator="\n")
    writer.writerow(heads)
    writer.writerows([defused(cell) for cell in row] for row in rows)
    return held.getvalue().encode("utf-8-sig")


def defused(text: str) -> str:
    """The text, with a quote before whatever a spreadsheet would run.

    >>> defused("=1+1")
    "'=1+1"
    """
    runs = text.lstrip().startswith(FORMULA_STARTS) or text[:1] in FORMULA_STARTS
    return f"'{text}" if runs else text
