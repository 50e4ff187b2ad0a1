"""Intervals beside the default: exact, recovered and by bets; each held to what defines it."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy.stats import beta, hypergeom

from inspectkit.assessment.coverage import choice
from inspectkit.assessment.coverage.choice import method_on
from inspectkit.assessment.coverage.samples import Count, Part, drawn
from inspectkit.assessment.intervals import extreme_limits, yes_no
from inspectkit.assessment.intervals.betting import Seen, betting_limits
from inspectkit.assessment.intervals.exact import (
    greedy_limits,
    joined_limits,
    wendell_schmee_limits,
)
from inspectkit.assessment.intervals.recovered import recovered_limits
from inspectkit.assessment.intervals.reported import report_limits
from inspectkit.errors import InspectionError
from inspectkit.streams import stream

N, n = (12, 9), (4, 3)


def covered(limits: object, N: tuple[int, ...], n: tuple[int, ...]) -> float:
    """The smallest coverage over every truth there can be, every sample counted through."""
    samples = list(product(*(range(k + 1) for k in n)))
    ends = {x: limits(N, n, x) for x in samples}  # type: ignore[operator]
    least = 1.0
    for truth in product(*(range(size + 1) for size in N)):
        share = sum(truth) / sum(N)
        held = 0.0
        for x in samples:
            low, high = ends[x]
            if low - 1e-9 <= share <= high + 1e-9:
                chances = [hypergeom.pmf(*each) for each in zip(x, N, truth, n, strict=True)]
                held += float(np.prod(chances))
        least = min(least, held)
    return least


@pytest.mark.parametrize("limits", [joined_limits, greedy_limits, wendell_schmee_limits])
def test_exact_limits_hold_at_every_truth_of_two_strata(limits: object) -> None:
    assert covered(limits, N, n) >= 0.95


def test_wendell_schmee_is_the_largest_tail_over_all_allocations() -> None:
    x, bound = (3, 1), 0.025
    estimate = N[0] / n[0] * x[0] + N[1] / n[1] * x[1]
    likely = [
        sum(truth)
        for truth in product(range(N[0] + 1), range(N[1] + 1))
        if sum(
            hypergeom.pmf(a, N[0], truth[0], n[0]) * hypergeom.pmf(b, N[1], truth[1], n[1])
            for a, b in product(range(n[0] + 1), range(n[1] + 1))
            if N[0] / n[0] * a + N[1] / n[1] * b >= estimate - 1e-9
        )
        > bound
    ]
    assert wendell_schmee_limits(N, n, x)[0] == pytest.approx(min(likely) / sum(N))


def test_the_greedy_bound_is_the_best_of_all_allocations() -> None:
    x = (3, 1)
    tails = [
        hypergeom.sf(y - 1, size, np.arange(size + 1), k)
        for size, k, y in zip(N, n, x, strict=True)
    ]
    # Fisher: the product of two tails is under exp(-q/2) with q the chi-square quantile on 4 df
    allowed = np.multiply.outer(*tails) > np.exp(-11.143286781877798 / 2)
    least = int(np.add.outer(np.arange(N[0] + 1), np.arange(N[1] + 1))[allowed].min())
    assert greedy_limits(N, n, x)[0] == pytest.approx(least / sum(N))


def test_too_many_samples_for_wendell_schmee_are_refused() -> None:
    with pytest.raises(InspectionError, match="Use the joined or the greedy limits"):
        wendell_schmee_limits([17500, 3500, 519], [30, 40, 20], [28, 30, 20])


def test_limits_of_one_stratum_are_recovered_as_they_are() -> None:
    sums = yes_no([[519.0]] * 3, [[20.0]] * 3, [[0.0], [13.0], [20.0]])
    for ours, own in zip(recovered_limits(sums), report_limits(sums), strict=True):
        assert ours == pytest.approx(own)


def test_recovered_limits_add_up_squares_of_the_distances_of_each_stratum() -> None:
    whole = yes_no([[300.0, 100.0]], [[20.0, 20.0]], [[15.0, 20.0]])
    each = yes_no([[300.0], [100.0]], [[20.0], [20.0]], [[15.0], [20.0]])
    low, high = report_limits(each)
    W, p = np.array([0.75, 0.25]), np.array([0.75, 1.0])
    expected = W @ p - np.sqrt(W**2 @ (p - low) ** 2), W @ p + np.sqrt(W**2 @ (high - p) ** 2)
    found = recovered_limits(whole)
    assert (found[0][0], found[1][0]) == pytest.approx(expected)


def test_limits_where_nothing_was_won_are_those_of_clopper_and_pearson() -> None:
    assert extreme_limits(20, won=False) == pytest.approx((0, beta.ppf(0.975, 1, 20)))


@pytest.mark.parametrize("truth", [(0.9, 0.5), (0.98, 0.6), (0.1, 0.3)])
def test_bets_hold_the_truth_of_marks_with_halves_and_na(
    truth: tuple[float, float], full: bool
) -> None:
    parts = (Part("a", "", 120, 30), Part("b", "", 60, 20))
    halves = [round(M * min(p, 1 - p) * 0.8) for M, p in zip((100, 45), truth, strict=True)]
    frame = tuple(
        Count(M, round(M * p - h / 2), h) for M, p, h in zip((100, 45), truth, halves, strict=True)
    )
    random, runs = stream("bets", repr(truth)), 400 if full else 30
    cases, won, half = drawn(parts, frame, random, runs)
    held = 0
    for m, f, h in zip(cases, won, half, strict=True):
        seen = [
            Seen(part.N, *shuffled(int(m[k]), int(f[k]), int(h[k]), part.n, random))
            for k, part in enumerate(parts)
        ]
        low, high = betting_limits(seen, 2.0)
        share = sum(2 * c.full + c.half for c in frame) / sum(2 * c.M for c in frame)
        held += low <= share <= high
    assert held >= 0.95 * runs


def shuffled(m: int, full: int, half: int, n: int, random: object) -> tuple[np.ndarray, np.ndarray]:
    """Points and available of one stratum's cases in an order of no meaning."""
    y = np.array([2.0] * full + [1.0] * half + [0.0] * (n - full - half))
    a = np.array([2.0] * m + [0.0] * (n - m))
    order = np.argsort(random.array(n))  # type: ignore[attr-defined]
    return y[order], a[order]


@pytest.mark.parametrize(
    ("design", "method"),
    [
        (((17500, 30),), "KG-s"),
        (((519, 20),), "KG-s"),
        (((25, 20),), "exact"),  # a large part of few cases: too uneven for any formula
        (((17500, 30), (3500, 40), (519, 20)), "recovered"),
        (((5000, 8),) * 3, "KG-s"),
        (((60, 30), (50, 40), (25, 20)), "exact"),
        (((40, 40),), "KG-s"),  # known whole
    ],
)
def test_the_interval_is_chosen_by_the_design_alone(
    design: tuple[tuple[int, int], ...], method: str
) -> None:
    assert method_on(design) == method


@pytest.mark.parametrize(
    "design",
    [((300, 12), (200, 9)), ((60, 1), (40, 8)), ((900, 20), (90, 15)), ((25, 5), (400, 20)),
     ((5000, 25), (30, 6)), ((70, 30), (70, 30))],
)  # fmt: skip
def test_a_truth_tried_first_refuses_no_interval_that_all_would_let_pass(design, monkeypatch):
    method_on.cache_clear()
    found = method_on(design)
    method_on.cache_clear()
    monkeypatch.setattr(choice, "_misses", lambda *given: False)
    assert method_on(design) == found
    method_on.cache_clear()
