"""Sizes without replacement: a textbook, two R references, and ties that floats get wrong.

R: f <- function(N, K, c, a) {n <- (c+1):N; min(n[phyper(c, K, N-K, n) <= a])}, R 4.2.2,
23 November 2026.
"""

from __future__ import annotations

from fractions import Fraction

import pytest

from inspectkit.sampling.sizes import discovery, exact_limits, for_limit

# (N, tolerable, deviations allowed): sizes at 95% and at 90%
R_PHYPER = {
    (100, "5%", 0): (45, 37), (100, "5%", 1): (65, 58), (100, "5%", 2): (81, 75),
    (100, "10%", 0): (25, 20), (100, "10%", 2): (50, 44),
    (500, "1%", 0): (225, 184), (500, "2%", 1): (196, 168), (500, "5%", 0): (56, 43),
    (1000, "1%", 0): (258, 205), (1000, "2%", 2): (281, 244), (1000, "5%", 1): (90, 75),
    (1000, "10%", 0): (29, 22), (1200, "2%", 0): (140, 109), (1200, "10%", 2): (60, 51),
}  # fmt: skip


@pytest.mark.parametrize(("asked", "sizes"), R_PHYPER.items(), ids=str)
def test_sizes_agree_with_r_phyper(asked: tuple[int, str, int], sizes: tuple[int, int]) -> None:
    N, tolerable, allowed = asked
    found = tuple(
        for_limit(tolerable, deviations=allowed, level=level, model="hypergeometric", N=N).n
        for level in ("95%", "90%")
    )
    assert found == sizes


def test_touw_and_hoogduin_2011_page_123() -> None:
    # P. Touw and L. Hoogduin (2011), Statistiek voor audit en controlling: N 1,200, 60 deviations
    # tolerable, 90%; as transcribed in jfa 0.7.3, tests/testthat/test-touwhoogduin.R
    for allowed, printed in ((0, 45), (2, 102)):
        asked = {"level": "90%", "model": "hypergeometric", "N": 1200}
        assert for_limit("5%", deviations=allowed, **asked).n == printed


@pytest.mark.parametrize(
    ("x", "printed"), [(0, "0.0208"), (1, "0.0358"), (2, "0.0492"), (3, "0.0625")]
)
def test_touw_and_hoogduin_2011_page_125(x: int, printed: str) -> None:
    _, upper = exact_limits(x, 102, Fraction(80, 100), 1200)  # 90% on the upper side
    assert f"{upper:.4f}" == printed


def test_touw_and_hoogduin_2011_page_126_binomial_at_one_percent() -> None:
    assert [for_limit("1%", deviations=c).n for c in range(4)] == [299, 473, 628, 773]


def test_jfa_sizes_of_a_frame_of_1000() -> None:
    # jfa 0.7.3, tests/testthat/test-planning.R, f5-v0.1.0-t13 to t16
    asked = {"model": "hypergeometric", "N": 1000}
    assert for_limit("1%", **asked).n == 258
    assert for_limit("5%", **asked).n == 57
    assert for_limit("5%", deviations=2, **asked).n == 119
    size = for_limit("5%", expected_rate="2.5%", **asked)
    assert (size.n, size.allowed) == (197, 5)


def test_a_rate_that_is_no_whole_number_of_cases_counts_the_next_one() -> None:
    # 10% of 25 are 3 cases: 9 * 8 * 7 / (25 * 24 * 23) = 504 / 13,800 for 16, 720 / 13,800 for 15
    size = for_limit("10%", model="hypergeometric", N=25)
    assert size.n == 16 and "tolerable 10% = 3 of 25" in size.convention


def test_a_tie_is_no_case_too_many() -> None:
    # one deviation among 100 is missed by 95 cases with probability 5/100 exactly, which is not
    # more than 5%; R's phyper says 0.05000000000000004 and asks for 96
    assert discovery(1, N=100).n == 95
    assert discovery(1, N=100, level="90%").n == 90
