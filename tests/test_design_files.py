"""Designs that need more of the frame than strata, from one `inspection.toml` and one export."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from inspectkit.sampling import Design, Frame, draw, verify

FRAME = """
[inspection]
id = "letters-2026"
[frame]
file = "letters.csv"
dates = "%d/%m/%Y"
unit_of_account = "item"
[frame.columns]
id = "Letter"
cluster = "URN"
size = "Pages"
stratum = "Type"
area = "Area"
finalised = "Sent"
[frame.facts]
unit = "Unit"
[frame.eligible]
area = "South West"
finalised_from = 2025-10-01
finalised_to = 2026-09-30
"""
DESIGNS = {
    "two stages": '[sample]\n[sample.clusters]\nn = 2\n[[sample.strata]]\nid = "VCL"\nn = 5\n',
    "one stage": '[sample]\n[sample.clusters]\n[[sample.strata]]\nid = "VCL"\nn = 5\n',
    "by size": '[sample]\nselection = "pareto"\n[[sample.strata]]\nid = "VCL"\nn = 12\n',
    "systematic": '[sample]\nselection = "systematic"\nsort = ["unit", "finalised"]\n'
    '[[sample.strata]]\nid = "VCL"\nn = 12\n',
    "each": '[sample]\nby = ["unit"]\nallocation = "each"\ntotal = 4\n',
    "census": '[sample]\n[[sample.strata]]\nid = "VCL"\ntake_all = true\n',
    "quota": '[sample]\n[[sample.strata]]\nid = "VCL"\nn = 9\n'
    '[[sample.strata.quota]]\ncolumn = "unit"\nvalue = "north"\nn = 5\n',
    "plan": '[sample]\n[[sample.strata]]\nid = "VCL"\nn = 20\naccept = 1\n',
}


def export() -> pd.DataFrame:
    rows = [
        (f"L{urn}{k}", f"52SW{urn:05}/26", str(1 + (urn * 3 + k) % 7), k)
        for urn in range(20)
        for k in range(1 + urn % 4)
    ]
    table = pd.DataFrame([row[:3] for row in rows], columns=["Letter", "URN", "Pages"])
    sent = [f"{1 + place % 27:02}/02/2026" for place in range(len(rows))]
    units = ["north" if place % 3 else "south" for place in range(len(rows))]
    return table.assign(Type="VCL", Area="South West", Sent=sent, Unit=units)


@pytest.mark.parametrize("name", DESIGNS)
def test_a_design_stated_in_the_file_is_drawn_and_verified(name: str, tmp_path: Path) -> None:
    path = tmp_path / "inspection.toml"
    path.write_text(FRAME + DESIGNS[name], encoding="utf-8")
    table = export()
    frame, design = Frame.read(table, path), Design.read(path)
    sample = draw(frame, design, seed="1 2 3")
    assert verify(frame, sample)
    shuffled = Frame.read(table.sample(frac=1, random_state=1, ignore_index=True), path)
    assert draw(shuffled, design, seed="1 2 3").cases.equals(sample.cases)
    again = Design.read(path)
    assert again.digest == design.digest and len(sample.drawn) == sample.strata()["n"].sum()
