"""Pareto and sequential Poisson order as R package sps gives them for the same random numbers.

R 4.2.2, sps 0.6.4 (marberts/sps, July 2026), sampling 2.9; run 2026-11-23:

    pareto <- order_sampling(function(x) x / (1 - x))
    u <- t / 2^52                       # t = the first 13 hex digits of the ticket of the id
    pi <- inclusion_prob(x, n, alpha = 0)
    pareto(x, n, prn = u, alpha = 0); sps(x, n, prn = u, alpha = 0)
    order((u / (1 - u)) / (pi / (1 - pi))); order(u / pi)         # without the certain units
    sampling::inclusionprobabilities(x, n)                        # equals pi within 3e-16
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from inspectkit.sampling.selecting.pareto import order, shares
from inspectkit.sampling.tickets import tickets

KEY = "0" * 32
SIZES = {
    "a": [20, 1, 2, 3, 4, 5, 7, 6, 100, 8],
    "b": [100, 25, 94, 23, 55, 6, 80, 65, 48, 76, 31, 99, 45, 39, 28, 18, 54, 78, 4, 33],
    "c": [k * 7919 % 97 + 3 for k in range(40)],
}
# frame, n, certain units, order of the others by Pareto, by sequential Poisson; places from 0
REFERENCE: list[tuple[str, int, str, str, str]] = [
    ("a", 3, "8", "0 6 5 3 4 7 2 9 1", "0 6 5 9 7 3 4 2 1"),
    ("a", 5, "0 8", "6 5 3 7 4 9 2 1", "6 5 9 7 3 4 2 1"),
    (
        "b",
        6,
        "",
        "19 4 11 13 15 17 7 16 18 10 2 9 6 12 3 8 1 5 0 14",
        "19 4 11 13 15 17 7 16 2 18 6 9 0 12 10 8 3 1 14 5",
    ),
    (
        "b",
        10,
        "",
        "11 0 4 19 17 13 2 15 7 16 6 9 18 10 12 3 8 1 5 14",
        "19 4 11 13 15 17 7 16 2 18 6 9 0 12 10 8 3 1 14 5",
    ),
    (
        "c",
        8,
        "",
        "1 2 23 12 21 24 17 13 16 25 14 7 26 20 30 9 10 4 31 27 38 29 15 6 28 32 22 39 5 33 19 3 "
        "18 34 35 0 37 8 36 11",
        "1 2 12 23 21 17 24 25 14 13 16 7 20 26 31 9 28 6 39 3 4 15 29 34 10 37 32 27 30 38 18 35 "
        "5 19 22 33 8 0 11 36",
    ),
    (
        "c",
        15,
        "",
        "1 23 2 12 21 17 25 14 24 13 16 7 26 20 31 9 4 6 10 28 30 15 29 27 38 39 32 3 22 5 33 19 "
        "34 18 35 0 37 8 36 11",
        "1 2 12 23 21 17 24 25 14 13 16 7 20 26 31 9 28 6 39 3 4 15 29 34 10 37 32 27 30 38 18 35 "
        "5 19 22 33 8 0 11 36",
    ),
]
# sps::pareto and sps::sps themselves, sorted by place: the sample of n
SAMPLES = {
    ("a", 3): ("0 6 8", "0 6 8"),
    ("a", 5): ("0 3 5 6 8", "0 5 6 8 9"),
    ("b", 6): ("4 11 13 15 17 19", "4 11 13 15 17 19"),
    ("b", 10): ("0 2 4 7 11 13 15 16 17 19", "2 4 7 11 13 15 16 17 18 19"),
    ("c", 8): ("1 2 12 13 17 21 23 24", "1 2 12 17 21 23 24 25"),
    ("c", 15): (
        "1 2 7 12 13 14 16 17 20 21 23 24 25 26 31",
        "1 2 7 12 13 14 16 17 20 21 23 24 25 26 31",
    ),
}


def places(text: str) -> list[int]:
    return [int(word) for word in text.split()]


def ordered(frame: str, n: int, rule: str) -> list[int]:
    ids = [f"{frame}{k:02}" for k in range(len(SIZES[frame]))]
    return order(SIZES[frame], n, ids, tickets(KEY, ids), rule=rule)


@pytest.mark.parametrize("reference", REFERENCE, ids=lambda each: f"{each[0]}, n = {each[1]}")
def test_sps_0_6_4_order_of_all_units(reference: Any) -> None:
    frame, n, certain, pareto, poisson = reference
    given = shares(SIZES[frame], n)
    assert given.certain == set(places(certain))
    for rule, expected in (("pareto", pareto), ("sequential_poisson", poisson)):
        found = ordered(frame, n, rule)
        assert set(found[: len(given.certain)]) == given.certain
        assert found[len(given.certain) :] == places(expected)


@pytest.mark.parametrize("frame, n", SAMPLES)
def test_sps_0_6_4_samples(frame: str, n: int) -> None:
    pareto, poisson = SAMPLES[frame, n]
    assert sorted(ordered(frame, n, "pareto")[:n]) == places(pareto)
    assert sorted(ordered(frame, n, "sequential_poisson")[:n]) == places(poisson)


@pytest.mark.parametrize(
    ("sizes", "n", "expected"),
    [
        # inst/tinytest/test-inclusion_prob.R of sps 0.6.4: rounds of certainty units
        ([1, 2, 3, 4, 10, 9, 8, 5, 6, 7], 4, {k: Fraction(4, 55) for k in range(10)}),
        ([1, 2, 3, 4, 10, 9, 8, 5, 6, 7, 100], 4, {k: Fraction(3, 55) for k in range(10)}),
        ([1, 2, 3, 4, 10, 9, 8, 5, 6, 7, 100, 20], 5, {k: Fraction(3, 55) for k in range(10)}),
        # also sampling::inclusionprobabilities(1:20, 12)
        (list(range(1, 21)), 12, {k: Fraction(8, 136) for k in range(16)}),
        ([1, 2, 5, 5, 5, 10, 4, 1], 6, {0: Fraction(1, 4), 1: Fraction(1, 4), 7: Fraction(1, 4)}),
    ],
)
def test_sps_0_6_4_certainty_units_and_what_is_left(
    sizes: list[int], n: int, expected: dict[int, Fraction]
) -> None:
    given = shares(sizes, n)
    assert given.certain == set(range(len(sizes))) - set(expected)
    assert {k: Fraction(given.n, given.X) for k in expected} == expected
