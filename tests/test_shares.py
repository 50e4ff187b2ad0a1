"""Shares of large tables: the same from every engine, and the same as from the marks one by one."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pytest

from inspectkit.assessment import estimate, score
from inspectkit.assessment.estimation.shares import shares
from inspectkit.errors import InspectionError
from tests.specimens import twelve_cases

SIZES = {"North MC": 300, "North CC": 90, "South MC": 200}
MARKS = {  # stratum: (points, available) of its cases
    "North MC": [(2, 2)] * 9 + [(1, 2)] * 4 + [(0, 2)] * 3 + [(0, 0)] * 4,
    "North CC": [(2, 2)] * 5 + [(0, 2)] * 2 + [(2, 2)] * 3,
    "South MC": [(2, 2)] * 6,
}


def cases() -> pd.DataFrame:
    rows = [(name[:5], name, *each) for name, given in MARKS.items() for each in given]
    return pd.DataFrame(rows, columns=["area", "stratum", "points", "available"])


def sources(folder: Path) -> dict[str, Any]:
    table = cases()
    table.to_parquet(folder / "marks.parquet")
    table.to_csv(folder / "marks.csv", index=False)
    categories = table.astype({"area": "category", "stratum": "category"})
    return {
        "pandas": table,
        "categories": categories,
        "polars": pl.from_pandas(table),
        "arrow": pl.from_pandas(table).to_arrow(),
        "parquet": folder / "marks.parquet",
        "csv": str(folder / "marks.csv"),
    }


def test_every_engine_gives_the_same_shares(tmp_path: Path) -> None:
    found = {name: shares(table, SIZES, by="area") for name, table in sources(tmp_path).items()}
    first = found.pop("pandas")
    assert first["domain"].tolist() == ["North", "South", "all"]
    for name, each in found.items():
        pd.testing.assert_frame_equal(each, first, obj=name)


@pytest.mark.parametrize("interval", ["KG-s", "recovered"])
def test_a_share_of_a_table_is_the_estimate_of_the_same_marks(interval: str) -> None:
    words = {(2, 2): "fm", (1, 2): "pm", (0, 2): "nm", (0, 0): "na"}
    names = {"North MC": "MC", "North CC": "CC", "South MC": "RASSO"}
    blank = dict.fromkeys(twelve_cases.tables()[0][0], "closed")
    rows = [
        {**blank, "case": f"{name} {k}", "stratum": names[name], "review_timely": words[each]}
        for name, given in MARKS.items()
        for k, each in enumerate(given)
    ]
    frame = {names[name]: (N, len(MARKS[name])) for name, N in SIZES.items()}
    area = [name[:5] for name, given in MARKS.items() for _ in given]
    sample = twelve_cases.sample_of({row["case"]: row["stratum"] for row in rows}, frame, area=area)
    scores = score(twelve_cases.reviews_of(rows), twelve_cases.question_set())
    est = estimate(scores, sample, by=["area"], interval=interval)
    found = shares(cases(), SIZES, by="area", interval=interval)
    for row in found.to_dict("records"):
        name = row["domain"] if row["domain"] == "all" else f"area={row['domain']}"
        same = est.row("review_timely", name)
        assert {key: same[str(key)] for key in row if key != "domain"} == {
            key: value for key, value in row.items() if key != "domain"
        }


def test_a_table_that_cannot_be_right_is_refused_with_all_its_faults() -> None:
    table = cases()
    table.loc[0, "points"] = 3
    table.loc[20, "stratum"] = "North DA"
    with pytest.raises(InspectionError) as raised:
        shares(table, SIZES | {"South MC": 5}, by="area")
    for fault in ("3 points of 2 available", "North DA: its N is not given", "6 cases marked of a"):
        assert fault in str(raised.value)
    with pytest.raises(InspectionError, match="no interval 'exact' here"):
        shares(cases(), SIZES, by="area", interval="exact")


def test_a_stratum_without_a_case_leaves_the_whole_unknown() -> None:
    found = shares(cases(), SIZES | {"South CC": 40}, by="area").set_index("domain")
    assert found.loc["all", "value"] is None
    assert found.loc["all", "method"] == "none: no South CC case marked"
    assert found.loc["South", "value"] == Fraction(1)
