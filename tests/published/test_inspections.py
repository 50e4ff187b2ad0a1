"""Published tables of inspections come out again, with the uncertainty they were printed without.

data/inspections.csv holds what was printed (percent, base) and the whole counts that give it; its
column `verified` says what was read in a public page. Counts not printed are the only ones that
round to the printed percentage. Limits: R 4.2.2, binom.test, prop.test, phyper, 2026-11-25.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from inspectkit.assessment.intervals import (
    effective_n,
    exact_limits,
    limits,
    ratio,
    variance,
    yes_no,
)
from inspectkit.assessment.rating import percent
from inspectkit.sampling.sizes import exact_limits as clopper_pearson

TABLE = pd.read_csv(Path(__file__).parent / "data" / "inspections.csv")
COUNTED = TABLE[TABLE["count"].notna()]
HUGE = 10**9  # caseloads were not published: no correction for a finite population


def figure(report: str, published: str, name: str) -> tuple[int, int]:
    rows = TABLE[(TABLE["report"] == report) & (TABLE["published"] == published)]
    row = rows[rows["figure"] == name].iloc[0]
    return int(row["count"]), int(row["marked"])


@pytest.mark.parametrize(
    "row", list(COUNTED.itertuples()), ids=lambda r: f"{r.report} {r.published} {r.figure}"
)
def test_the_printed_percentage_is_that_of_the_counts_and_of_no_others(row: object) -> None:
    count, marked, printed = int(row.count), int(row.marked), row.percent  # type: ignore[attr-defined]
    places = 0 if float(printed).is_integer() else 1
    fits = [x for x in range(marked + 1) if percent(Fraction(x, marked), places) == f"{printed:g}%"]
    assert count in fits
    assert len(fits) == 1 or places == 0  # a percentage without decimals leaves some room
    assert float(ratio(yes_no([HUGE], [marked], [count]))) == pytest.approx(count / marked)


@pytest.mark.parametrize(("name", "p"), [("standard met", 0.98), ("timely", 0.08)])
def test_the_two_changes_of_the_victim_letters(name: str, p: float) -> None:
    """prop.test(c(118, 48), c(490, 200), correct = FALSE): 0.9818; of timely 0.0802."""
    (then, n_then), (now, n_now) = (
        figure("victim-letters", at, name) for at in ("2018-11", "2020-10")
    )
    pooled = Fraction(then + now, n_then + n_now)
    spread = float(pooled * (1 - pooled) * (Fraction(1, n_then) + Fraction(1, n_now))) ** 0.5
    z = (now / n_now - then / n_then) / spread
    assert round(2 * norm.sf(abs(z)), 2) == p
    # by the variances of the two estimates, as a comparison takes them, it is the same to 0.01
    rounds = [yes_no([HUGE], [n], [x]) for x, n in ((then, n_then), (now, n_now))]
    v = sum(float(variance(each, ratio(each))) for each in rounds)
    assert 2 * norm.sf(abs(now / n_now - then / n_then) / v**0.5) == pytest.approx(p, abs=0.015)


def test_the_charging_table_is_64_75_percent_of_the_points() -> None:
    rows = TABLE[TABLE["report"] == "charging"].set_index("answer")["percent"]
    shares = {name: Fraction(str(value)) for name, value in rows.items()}
    points = 2 * shares["fully met"] + shares["partially met"]
    assert points / 200 == Fraction("0.6475")
    assert sum(shares.values()) == Fraction("100.1")  # as printed: rounded one by one
    assert percent(points / (2 * sum(shares.values())), 2) == "64.69%"


def test_none_of_112_files_leaves_an_upper_limit() -> None:
    """binom.test(0, 112): 0.03240; one-sided 1 - 0.05^(1/112): 0.02639; 3/n is 0.0268."""
    none, n = figure("stalking-harassment", "2017-07", "none of the files")
    assert clopper_pearson(none, n, Fraction(95, 100))[1] == pytest.approx(0.03240, abs=5e-6)
    assert clopper_pearson(none, n, Fraction(90, 100))[1] == pytest.approx(0.02639, abs=5e-6)
    # of a caseload of 1,000 files: the largest number of which a sample of 112 can miss all
    high = exact_limits(yes_no([1000], [n], [none]), won=False)[1]
    assert (
        round(high * 1000) == 30
    )  # phyper(0, 30, 970, 112): 0.0268; phyper(0, 31, 969, 112): 0.0237


def test_the_letters_of_each_round_keep_an_interval_of_many_points() -> None:
    sums = yes_no([[HUGE], [HUGE]], [[200], [490]], [[48], [118]])
    value = ratio(sums)
    low, high = limits(value, effective_n(sums, value))
    # binom.test(48, 200) and binom.test(118, 490), which KG-s meets in a simple random sample
    assert low == pytest.approx(np.array([0.18260, 0.20360]), abs=2e-3)
    assert high == pytest.approx(np.array([0.30533, 0.28120]), abs=2e-3)
