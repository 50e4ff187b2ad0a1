"""Closed-form sizes: exact, with their convention said, and refused where they mean nothing."""

from __future__ import annotations

from fractions import Fraction
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import hypergeom

from inspectkit.errors import InspectionError
from inspectkit.planning import Acceptance, acceptance, lqas
from inspectkit.sampling.sizes import (
    chance_of_at_most,
    discovery,
    exact_limits,
    for_half_width,
    for_limit,
    share,
)


@pytest.mark.parametrize("value", [0.07, "0.07", "7%", " 7 % ", Fraction(7, 100)])
def test_a_share_is_what_its_digits_say(value: object) -> None:
    assert share(value) == Fraction(7, 100)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", ["", "x", "1.5", -0.1, "101%", "nan", "1/0"])
def test_what_is_no_share_is_refused(value: object) -> None:
    with pytest.raises(InspectionError, match=r"is no share\. Give 0\.05"):
        share(value)  # type: ignore[arg-type]


@given(
    t=st.integers(1, 30), c=st.integers(0, 4), level=st.sampled_from(["80%", "90%", "95%", "99%"]),
    model=st.sampled_from(["binomial", "poisson", "hypergeometric"]),
)  # fmt: skip
def test_a_size_for_a_limit_is_enough_and_one_less_is_not(
    t: int, c: int, level: str, model: str
) -> None:
    tolerable, N = Fraction(t, 100), 800
    size = for_limit(tolerable, deviations=c, level=level, model=model, N=N)  # type: ignore[arg-type]
    risk = 1 - share(level)
    assert chance_of_at_most(c, size.n, tolerable, model, N) <= risk  # type: ignore[arg-type]
    assert chance_of_at_most(c, size.n - 1, tolerable, model, N) > risk  # type: ignore[arg-type]
    assert size.allowed == c and model in size.convention


@given(N=st.integers(2, 300), data=st.data())
def test_the_chance_without_replacement_is_that_of_scipy(N: int, data: st.DataObject) -> None:
    n, K = data.draw(st.integers(1, N)), data.draw(st.integers(1, N))
    c = data.draw(st.integers(0, n))
    ours = float(chance_of_at_most(c, n, Fraction(K, N), "hypergeometric", N))
    assert ours == pytest.approx(float(hypergeom.cdf(c, N, K, n)), abs=1e-9)


@given(N=st.integers(20, 5000), p=st.integers(1, 99))
def test_the_finite_population_correction_never_asks_for_more(N: int, p: int) -> None:
    guess = Fraction(p, 100)
    for method in ("normal", "wilson"):
        asked = {"guess": guess, "method": method}
        assert for_half_width("5%", N=N, **asked).n <= min(N, for_half_width("5%", **asked).n)


def test_half_widths_by_each_method() -> None:
    # normal: 1.959964^2 / 4 / 0.1^2 = 96.04. Wilson: z^2 (1/4d^2 - 1) = 92.2 at a half.
    assert for_half_width("10%").n == 97
    assert for_half_width("10%", method="wilson").n == 93
    exact = for_half_width("10%", method="exact")
    assert exact.n == 104
    for n, keeps in ((exact.n - 1, False), (exact.n, True), (exact.n + 1, True)):
        widths = [exact_limits(x, n, Fraction(95, 100)) for x in {n // 2, ceil(n / 2)}]
        assert all((high - low) / 2 <= 0.1 for low, high in widths) is keeps


def test_an_exact_half_width_without_replacement_ends_at_a_census() -> None:
    assert for_half_width("1%", method="exact", N=40).n == 40
    assert for_half_width("10%", method="exact", N=200).n < 104


def test_exact_limits_without_replacement_approach_those_with_it() -> None:
    level = Fraction(95, 100)
    near = exact_limits(7, 30, level, 5_000_000)
    assert near == pytest.approx(exact_limits(7, 30, level), abs=1e-5)
    assert exact_limits(30, 30, level, 30) == (1.0, 1.0)


@given(N=st.integers(2, 120), data=st.data())
def test_exact_limits_hold_the_truth_often_enough(N: int, data: st.DataObject) -> None:
    n, K = data.draw(st.integers(1, N)), data.draw(st.integers(0, N))
    held = 0.0
    for x in range(n + 1):
        low, high = exact_limits(x, n, Fraction(90, 100), N)
        if low - 1e-12 <= K / N <= high + 1e-12:
            held += float(hypergeom.pmf(x, N, K, n))
    assert held >= 0.9 - 1e-9


def test_discovery_meets_one_of_a_critical_number() -> None:
    size = discovery(10, N=1000)
    assert size.n == 258 and "one of 10 among 1000" in size.convention
    assert discovery(1000, N=1000).n == 1


def test_an_acceptance_plan_keeps_both_risks_and_is_the_smallest() -> None:
    plan = acceptance("2%", "10%", producer="5%", consumer="5%")
    assert plan.chance("2%") >= Fraction(95, 100) and plan.chance("10%") <= Fraction(5, 100)
    smaller = [Acceptance(plan.n - 1, c, None, "", "") for c in range(plan.n - 1)]
    risky = [
        p.chance("2%") < Fraction(95, 100) or p.chance("10%") > Fraction(5, 100) for p in smaller
    ]
    assert all(risky)


def test_an_acceptance_plan_needs_fewer_of_a_small_frame() -> None:
    small = acceptance("2%", "10%", N=200)
    assert small.n < acceptance("2%", "10%").n
    assert small.plan.decide(failures=small.c, valid=small.n) == "accepted"
    curve = small.curve(["0%", "2%", "10%", "50%"])["accepted"].tolist()
    assert curve == sorted(curve, reverse=True) and curve[0] == 1.0


def test_lqas_finds_its_own_size_as_well() -> None:
    plan = lqas("80%", "50%", alpha="10%", beta="10%")
    assert (plan.n, plan.pass_mark) == (19, 13)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (lambda: for_limit("5%", model="hypergeometric"), "hypergeometric without N"),
        (lambda: for_limit("5%", expected_rate="5%"), "5% is expected and 5% tolerable"),
        (lambda: for_limit("0%"), "tolerate more"),
        (lambda: for_limit("1%", deviations=1, model="hypergeometric", N=100), "Allow fewer"),
        (lambda: for_limit("5%", level="100%"), "confidence level"),
        (lambda: for_half_width("0%"), "Give one above 0"),
        (lambda: discovery(0, N=10), "0 of 10 cases"),
        (lambda: acceptance("10%", "5%"), "good is not below bad"),
    ],
)
def test_a_question_without_an_answer_is_refused(asked: object, words: str) -> None:
    with pytest.raises(InspectionError, match=words):
        asked()  # type: ignore[operator]
