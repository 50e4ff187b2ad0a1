"""The list of cases that the inspected body is asked to provide, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
from pathlib import Path

from inspectkit.sampling.sample import Sample

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")


def write_cases(sample: Sample, path: Path) -> None:
    """Write id, casework type and place in the draw of each sampled case; reserves stay sealed."""
    with open(path, "w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["id", "casework type", "order"])
        for row in sample.drawn.to_dict("records"):
            writer.writerow([defused(row["id"]), defused(row["stratum"]), row["order"]])


def defused(text: str) -> str:
    """The text, with a quote before whatever a spreadsheet would run.

    >>> defused("=1+1")
    "'=1+1"
    """
    return (
        f"'{text}"
        if text.lstrip().startswith(FORMULA_STARTS) or text[:1] in FORMULA_STARTS
        else text
    )
