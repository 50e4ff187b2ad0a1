"""Shares in time, medians and quantiles: what was never sent is late."""

from __future__ import annotations

from fractions import Fraction
from math import inf
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from inspectkit.assessment.estimation.durations import NEVER, quantile_of, timely
from inspectkit.assessment.estimation.linear import Drawn, simple, stage
from inspectkit.errors import InspectionError

DATA = Path(__file__).parent / "published" / "data"
# R 4.2.2, survey 4.1-1, 2026-11-25, designs as in published/test_design_r_survey.py:
#   svyquantile(~api00, design, c(.25, .5, .75), ci = TRUE, interval.type = "mean", qrule = "math")
R_QUANTILES = {
    "srs": [(544, 529, 577), (658, 633, 693), (752, 739, 787)],
    "strat": [(565, 535, 597), (668, 642, 694), (756, 726, 778)],
    "clus1": [(552, 492, 627), (652, 561, 714), (719, 696, 777)],
}


def design(name: str) -> tuple[Drawn, np.ndarray]:
    rows = pd.read_csv(DATA / f"api_{name}.csv")
    weights, zero = rows["pw"].to_numpy(), np.zeros(len(rows))
    if name == "clus1":
        first = stage(zero, rows["dnum"], rows["dnum"].nunique() / rows["fpc"])
        return Drawn(weights, (first,)), rows["api00"].to_numpy()
    strata = zero if name == "srs" else rows["stype"]
    return Drawn(weights, simple(strata, rows["fpc"]).stages), rows["api00"].to_numpy()


@pytest.mark.parametrize("name", R_QUANTILES)
def test_quantiles_and_woodruff_limits_are_those_of_r_survey(name: str) -> None:
    drawn, values = design(name)
    for share, expected in zip((0.25, 0.5, 0.75), R_QUANTILES[name], strict=True):
        found = quantile_of(drawn, values, share)
        assert (found.value, found.low, found.high) == expected


def test_what_was_never_sent_is_late_and_not_missing() -> None:
    taken = [1, 2, 2, 3, 4, 5, 8, 9, NEVER, NEVER]
    found = timely(np.array(taken), np.full(10, 60), within=5)
    assert (found.in_time, found.late, found.open) == (6, 4, 0)
    assert found.share == Fraction(6, 10)  # leaving the two out would give 6 of 8, 75%
    assert found.worst == found.best == Fraction(6, 10)


def test_what_may_still_be_in_time_is_bounded() -> None:
    taken, waited = np.array([1.0, 9, NEVER, NEVER]), np.array([20, 20, 20, 3])
    found = timely(taken, waited, within=5)
    assert (found.in_time, found.late, found.open, found.n) == (1, 2, 1, 4)
    assert (found.worst, found.share, found.best) == (
        Fraction(1, 4),
        Fraction(1, 3),
        Fraction(1, 2),
    )


def test_a_median_among_those_never_sent_has_no_number() -> None:
    found = quantile_of(
        simple(["a"] * 6, [100] * 6), np.array([2.0, 4, NEVER, NEVER, NEVER, NEVER])
    )
    assert found.value == inf and found.words == "never (2 to never)"


def test_a_missing_duration_is_refused() -> None:
    with pytest.raises(InspectionError, match=r"Give NEVER \(inf\) for what was never sent"):
        timely(np.array([1.0, np.nan]), np.array([9, 9]), within=5)
