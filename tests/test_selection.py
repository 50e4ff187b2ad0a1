"""Selection inside one stratum: the last step of every engine, size order, systematic places."""

from __future__ import annotations

import hashlib
from fractions import Fraction
from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspectkit.errors import InspectionError
from inspectkit.sampling import Design, Stratum, draw
from inspectkit.sampling.selecting.clusters import taken
from inspectkit.sampling.selecting.pareto import order, probabilities, shares, true_probabilities
from inspectkit.sampling.selecting.selection import ranked, select
from inspectkit.sampling.selecting.systematic import places
from inspectkit.sampling.tickets import tickets
from tests.properties.frames import cases_of, frame_of

KEY = "5" * 32


def test_the_last_step_needs_no_more_than_the_smallest_tickets_in_any_order() -> None:
    cases, stratum = cases_of({"MC": 50}), Stratum("MC", "MC", 5, 3)
    table = pd.DataFrame({"id": cases["id"], "ticket": tickets(KEY, cases["id"])})
    few = table.sort_values("ticket").head(8).sample(frac=1, random_state=1)
    assert ranked(few, stratum, 50) == select(cases, stratum)(KEY)


def test_equal_tickets_are_ordered_by_id() -> None:
    table = pd.DataFrame({"id": ["b", "a", "c"], "ticket": ["0" * 64] * 3})
    assert [row.id for row in ranked(table, Stratum("x", "x", 2, 0), 3)] == ["a", "b"]


# --- by size --------------------------------------------------------------------------------------


def test_pareto_order_follows_the_published_formula_in_whole_numbers() -> None:
    sizes, n, ids = [1, 2, 3, 4, 5], 2, list("abcde")
    given_tickets = [hashlib.sha256(f"{KEY}|{id}".encode()).hexdigest() for id in ids]
    X = sum(sizes)

    def value(k: int) -> Fraction:
        t, x = int(given_tickets[k][:13], 16), sizes[k]
        return Fraction(t * (X - n * x), (2**52 - t) * (n * x))

    assert order(sizes, n, ids, given_tickets) == sorted(range(5), key=value)


@given(st.lists(st.integers(1, 1000), min_size=2, max_size=60), st.data())
def test_probabilities_add_up_to_n_and_certain_cases_come_first(
    sizes: list[int], data: st.DataObject
) -> None:
    n = data.draw(st.integers(1, len(sizes)))
    given_shares = shares(sizes, n)
    found = probabilities(sizes, n)
    assert abs(sum(found) - n) < Fraction(1, 10**4)
    assert {k for k, each in enumerate(found) if each == 1} >= given_shares.certain
    assert all(0 < each <= 1 for each in found)
    ids = [f"c{k}" for k in range(len(sizes))]
    first = order(sizes, n, ids, tickets(KEY, ids))[: len(given_shares.certain)]
    assert set(first) == given_shares.certain


def test_true_probabilities_of_two_cases_equal_the_closed_form() -> None:
    # one of two with wanted p, 1 - p: odds a, b; first drawn when Q1 < Q2, in closed form
    # P = a (a - b - b ln(a / b)) / (a - b)^2, a = 4, b = 1/4, c = a / b = 16
    from_log = 16 * (16 - 1 - 2.772588722239781) / 225
    found = true_probabilities((Fraction(4, 5), Fraction(1, 5)), 1)
    assert abs(float(found[0]) - from_log) < 1e-6 and sum(found) == 1


def test_equal_sizes_give_a_simple_random_sample() -> None:
    assert set(probabilities([7] * 12, 5)) == {Fraction(round(5 / 12, 6)).limit_denominator(10**6)}
    assert set(probabilities([7] * 40, 5)) == {Fraction(1, 8)}
    assert set(true_probabilities((Fraction(1, 2),) * 4, 2)) == {Fraction(1, 2)}


def test_very_unequal_sizes_still_add_up() -> None:
    wanted = (Fraction(999_999, 10**6), *[Fraction(1_000_001, 10**6 * 25)] * 25)
    assert abs(sum(true_probabilities(wanted, 2)) - 2) < Fraction(1, 10**4)


@pytest.mark.parametrize("size", ["", "0", "-3", "x", "1/0", "nan"])
def test_a_size_that_is_no_positive_number_is_refused(size: str) -> None:
    frame = frame_of(cases_of({"MC": 6}, size=["1", "2", size]))
    with pytest.raises(InspectionError, match="is no positive number") as refused:
        draw(frame, Design.of("x", strata={"MC": 2}, selection="pareto"), seed="1")
    assert "case MC002/26" in str(refused.value) and "case MC005/26" in str(refused.value)


def test_sequential_poisson_among_few_is_refused() -> None:
    frame = frame_of(cases_of({"MC": 9}, size=["1", "2", "3"]))
    design = Design.of("x", strata={"MC": 2}, selection="sequential_poisson")
    with pytest.raises(InspectionError, match="9 cases that are not certain"):
        draw(frame, design, seed="1")


# --- systematic, clusters -------------------------------------------------------------------------


@given(st.integers(1, 500), st.data())
def test_systematic_places_are_distinct_and_evenly_spread(N: int, data: st.DataObject) -> None:
    n = data.draw(st.integers(1, N))
    found = places(N, Stratum("MC", "MC", n, 0), f"{data.draw(st.integers(0, 10**9)):032x}")
    steps = {b - a for a, b in pairwise(found)}
    assert len(found) == n and found[0] >= 0 and found[-1] < N
    assert steps <= {N // n, N // n + 1}


def test_a_systematic_sample_follows_the_sorted_list() -> None:
    frame = frame_of(cases_of({"MC": 20}, outcome=["b", "a"]))
    design = Design.of("x", strata={"MC": 5}, selection="systematic", sort=["outcome"])
    drawn = draw(frame, design, seed="1 2 3").drawn
    listed = list(frame.cases.sort_values(["outcome", "id"])["id"])
    found = [listed.index(id) for id in drawn["id"]]
    assert {b - a for a, b in pairwise(found)} == {4}


@pytest.mark.parametrize(
    ("items", "size", "expected"),
    [("", 7, 7), ("3", 7, 3), ("3", 2, 2), ("20%", 58, 12), ("50%", 5, 3), ("1%", 9, 1)],
)
def test_items_taken_of_a_cluster(items: str, size: int, expected: int) -> None:
    assert taken(items, size) == expected
