"""The exact bound behind 0% and 100%: how much a sample could have missed of what it never saw."""

from __future__ import annotations

from math import log

import numpy as np

from inspectkit.assessment.intervals.sums import Sums, divide


def most_unseen(sums: Sums, *, level: float = 0.95) -> float:
    """The largest share of points that cases of a kind none of which was drawn could hold.

    For one row of strata. The exact bound behind 0% and 100%: the most unlike cases (such as
    cases that lost any point, counted as having lost all) among the eligible for which the worst
    allocation to strata still leaves a sample without any with probability over (1 - level) / 2.
    In one stratum this inverts the hypergeometric distribution; over several the allocation is
    greedy, which is best because the cost of each further case rises (log-concavity).

    A case in which nothing applied is neither lost nor won: it is outside. Given m, the m
    applicable cases are a simple random sample of the eligible ones, whose number is not known
    and is estimated as N m / n, rounded. Where strata differ in available points a case, cases
    count by them, and the case that no longer fits whole is added, so that the bound stays safe.

    >>> from inspectkit.assessment.intervals import yes_no
    >>> round(most_unseen(yes_no([519], [20], [20])) * 519)
    85
    """
    eligible = np.maximum(np.rint(divide(sums.size * sums.cases, sums.settled)), sums.cases)
    worth = divide(sums.available, sums.cases)
    budget = -log((1 - level) / 2)
    cost, gain = [], []
    for M, m, w in zip(eligible, sums.cases, worth, strict=True):
        if 0 < m < M:
            steps = np.arange(min(M - m, np.ceil(budget * M / m) + 1))
            cost.append(np.log(M - steps) - np.log(M - m - steps))
            gain.append(np.full(len(steps), w))
    if not cost:
        return 0.0
    costs, gains = np.concatenate(cost), np.concatenate(gain)
    order = np.argsort(costs / gains, kind="stable")
    fits = int((np.cumsum(costs[order]) < budget).sum())
    alike = len({float(w) for w in worth[sums.cases > 0]}) == 1
    held = gains[order][: fits if alike else fits + 1].sum()
    return float(min(held / (eligible * worth).sum(), 1.0))


def exact_limits(sums: Sums, *, won: bool, level: float = 0.95) -> tuple[float, float]:
    """Limits where every point (`won`) or none was won; see `most_unseen`.

    >>> from inspectkit.assessment.intervals import yes_no
    >>> low, high = exact_limits(yes_no([519], [20], [20]), won=True)
    >>> round(low, 3), high
    (0.836, 1.0)
    """
    unseen = most_unseen(sums, level=level)
    return (1.0 - unseen, 1.0) if won else (0.0, unseen)
