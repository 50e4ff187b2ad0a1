"""Sizes that inspectorates and auditors publish: SNAP, HMI Probation, GAO, CFSR, UI, LQAS."""

from __future__ import annotations

from fractions import Fraction

import pytest

from inspectkit.planning import acceptance, lqas, preset, presets
from inspectkit.sampling.sizes import chance_of_at_most, for_half_width

# 7 CFR 275.11(b): the ends of each straight piece, and a caseload inside it worked out by hand.
SNAP = {
    "snap-active": {
        500: 300, 9_999: 300, 10_000: 300, 20_000: 720, 35_123: 1356, 59_999: 2400, 60_000: 2400,
        400_000: 2400,
    },
    "snap-active-reduced": {
        12_941: 300, 12_942: 301, 40_000: 715, 59_999: 1020, 60_000: 1020, 1_000_000: 1020,
    },
    "snap-negative": {499: 150, 500: 150, 2_000: 366, 4_999: 798, 5_000: 800},
    "snap-negative-reduced": {683: 150, 684: 151, 2_000: 312, 4_999: 679, 5_000: 680},
    "snap-federal": {10_000: 150, 10_001: 151, 20_000: 267, 31_488: 400, 31_489: 400},
}  # fmt: skip


@pytest.mark.parametrize("name", SNAP)
def test_snap_quality_control_sizes(name: str) -> None:
    assert {N: preset(name).size(N).n for N in SNAP[name]} == SNAP[name]


def test_snap_pieces_meet_where_the_next_begins() -> None:
    # the regulation's formulas reach the next step to within 2 cases: a mistyped rate would not
    for name in SNAP:
        above = None
        for step in preset(name).steps:
            if above is not None:
                assert abs(step.size(above.least) - above.size(above.least)) <= 2, name
            above = step


def test_hmi_probation_sizes_at_80_percent_and_5_points() -> None:
    # n0 = 1.28155^2 / 4 / 0.05^2 = 164.237; n0 / (1 + (n0 - 1) / N), rounded up: by hand
    sizes = {N: preset("hmi-probation").size(N).n for N in (20, 50, 100, 200, 500, 1000, 10_000)}
    assert sizes == {20: 18, 50: 39, 100: 63, 200: 91, 500: 124, 1000: 142, 10_000: 162}
    assert for_half_width("5%", level="80%").n == 165


def test_a_printed_quantile_and_its_rounding_are_conventions_of_their_own() -> None:
    # 384 is the size most often printed for 95% and 5 points: 1.96 and rounding to the nearest
    assert for_half_width("5%", z="1.96", rounding="nearest").n == 384
    assert for_half_width("5%", z="1.96").n == 385
    assert "rounded to the nearest" in for_half_width("5%", rounding="nearest").convention


def test_gao_financial_audit_manual_tests_of_controls() -> None:
    # FAM figure 450.1: sizes 45, 78, 105, 132, 158; 0 deviations at 45 and 4 at 158 as restated
    # in the documentation of the PyPI package fam450 0.1.2
    found = preset("gao-controls")
    assert [entry.n for entry in found.published] == [45, 78, 105, 132, 158]
    for entry in found.published:
        five = Fraction(5, 100)
        assert chance_of_at_most(entry.allowed, entry.n, five, "binomial") <= Fraction(1, 10)
        assert chance_of_at_most(entry.allowed + 1, entry.n, five, "binomial") > Fraction(1, 10)
    assert [found.smallest(c).n for c in range(5)] == [45, 77, 105, 132, 158]


def test_cfsr_reviews_65_cases() -> None:
    found = preset("cfsr")
    assert found.strata == {"foster_care": 40, "in_home": 25} and found.size(5000).n == 65


def test_ui_tax_performance_60_cases_and_2_failures() -> None:
    plan = preset("ui-tax").plan()
    assert (plan.n, plan.c) == (60, 2)
    # R 4.2.2, 23 November 2026: pbinom(2, 60, c(.01, .02, .05))
    accepted = plan.curve(["1%", "2%", "5%"])["accepted"]
    assert accepted.round(7).tolist() == [0.9775798, 0.8812580, 0.4174358]


def test_kiermeier_2008_plan_through_two_points() -> None:
    # A. Kiermeier (2008), J. Stat. Softw. 26(6): find.plan(PRP = c(0.05, 0.95),
    # CRP = c(0.15, 0.075), type = "binom"); n = 80, c = 7 also by search with pbinom in R 4.2.2
    found = acceptance("5%", "15%", producer="5%", consumer="7.5%")
    assert (found.n, found.c) == (80, 7)


def test_lqas_nineteen_households_80_against_50_percent() -> None:
    # J. J. Valadez and others (2003): 19 with a pass mark of 13, right at least 92% of the time
    plan = lqas("80%", "50%", n=19)
    assert plan.pass_mark == 13
    # R 4.2.2: 1 - pbinom(6, 19, .2) and pbinom(6, 19, .5)
    risks = (1 - plan.chance("20%"), plan.chance("50%"))
    assert [round(float(risk), 6) for risk in risks] == [0.0676, 0.083534]


def test_every_preset_says_who_says_so() -> None:
    for name, found in presets().items():
        assert found.source and isinstance(found.verified, bool), name
        assert found.size(5000).source == found.source
