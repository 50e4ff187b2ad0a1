"""The frame agreement workbook: what the inspected body compares with its own figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from inspectkit.sampling.design import Design
from inspectkit.sampling.evidence.workbooks import Cell, Sheet, workbook
from inspectkit.sampling.frame import Frame
from inspectkit.sampling.spec import REASONS

UNIT = "unit"
SHOWN_LINES = 20
YOURS = ("Your total", "Agreed? (yes / no, and why)")


def frame_agreement(
    frame: Frame,
    design: Design,
    *,
    title: str,
    period: str,
    labels: Mapping[str, str] | None = None,
) -> bytes:
    """The workbook as xlsx: what left and why, spellings, counts beside empty columns.

    labels: stratum to public label; the design's own by default.
    """
    named = dict(labels or {each.id: each.label for each in design.strata})
    sheets = [
        _front(frame, title, period),
        _counts(frame, "By casework type", ["stratum"], ["Casework type"], named),
        _months(frame, named),
        *([_units(frame, named)] if UNIT in frame.cases.columns else []),
        _reasons(frame),
        _excluded(frame),
        _spellings(frame),
        _doubts(frame),
    ]
    return workbook(f"Frame agreement: {title}", sheets)


def _front(frame: Frame, title: str, period: str) -> Sheet:
    top = (
        f"Agreement to the list of eligible cases: {title}",
        f"Period: {period}" if period else "",
        "Please compare the counts of the next sheets with your own and fill in the yellow cells.",
        "Excluded cases are listed one by one with the reason. If a case is missing from the list,"
        " or should not be on it, say so before the draw: afterwards the list is fixed.",
    )
    rows: list[list[Cell]] = [
        ["Eligible cases", len(frame.cases)],
        ["Cases left out", len(frame.left)],
        ["Lines read from the export", int(frame.summary()["lines"].sum())],
        ["Export", frame.name],
        ["Digest of the list (SHA-256); it changes with any case", frame.digest],
        ["Agreed by", None],
        ["On (date)", None],
    ]
    return Sheet("Agreement", ("What", "Value"), rows, top)


def _counts(
    frame: Frame, name: str, by: list[str], heads: list[str], labels: Mapping[str, str]
) -> Sheet:
    sizes = frame.cases.groupby(by, sort=True).size()
    rows: list[list[Cell]] = []
    for key, size in sizes.items():
        parts = [str(part) for part in (key if isinstance(key, tuple) else (key,))]
        shown = [labels.get(part, part) or "(not recorded)" for part in parts]
        rows.append([*shown, int(size), None, None])
    blanks: list[Cell] = [""] * (len(by) - 1)
    rows.append(["All", *blanks, len(frame.cases), None, None])
    return Sheet(name, (*heads, "Eligible cases", *YOURS), rows)


def _months(frame: Frame, labels: Mapping[str, str]) -> Sheet:
    months = frame.cases["finalised"].astype(str).str[:7]
    dated = replace(frame, cases=frame.cases.assign(month=months))
    heads = ["Month finalised", "Casework type"]
    return _counts(dated, "By month", ["month", "stratum"], heads, labels)


def _units(frame: Frame, labels: Mapping[str, str]) -> Sheet:
    return _counts(frame, "By unit", [UNIT, "stratum"], ["Unit", "Casework type"], labels)


def _reasons(frame: Frame) -> Sheet:
    rows: list[list[Cell]] = [
        [row["reason"], row["label"], int(row["cases"]), int(row["rows"]), None, None]
        for row in frame.exclusions.to_dict("records")
    ]
    return Sheet("Why cases left", ("Code", "Reason", "Cases", "Lines", *YOURS), rows)


def _excluded(frame: Frame) -> Sheet:
    left = frame.left.sort_values(["reason", "id"])
    rows: list[list[Cell]] = [
        [id, reason, REASONS.get(reason, reason), _lines(lines), None]
        for id, reason, lines in left[["id", "reason", "lines"]].itertuples(index=False)
    ]
    heads = ("Reference", "Code", "Reason", "Lines of the export", "Objection")
    return Sheet("Excluded cases", heads, rows)


def _spellings(frame: Frame) -> Sheet:
    rows: list[list[Cell]] = [
        [str(row["column"]), str(row["spelling"]), str(row["value"]), int(row["rows"])]
        for row in frame.spellings.to_dict("records")
    ]
    return Sheet("Spellings", ("Column", "Spelling found", "Taken as", "Lines"), rows)


def _doubts(frame: Frame) -> Sheet:
    rows: list[list[Cell]] = [
        [str(where), str(what), _lines(lines), None]
        for where, what, lines in frame.doubts[["where", "what", "lines"]].itertuples(index=False)
    ]
    return Sheet("Doubts", ("Where", "What", "Lines of the export", "Your answer"), rows)


def _lines(lines: tuple[int, ...]) -> str:
    shown = ", ".join(map(str, lines[:SHOWN_LINES]))
    more = len(lines) - SHOWN_LINES
    return shown + (f" and {more} more" if more > 0 else "")
