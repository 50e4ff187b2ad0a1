"""How two estimates move together where they rest on common cases."""

from __future__ import annotations

import numpy as np

from inspectkit.assessment.estimation import Estimates
from inspectkit.assessment.rating.cases import Cases, Floats, cases_of


class Overlap:
    """The cases that two samples have in common, stratum by stratum.

    The covariance of two linearised ratios is N^2 (c / (n1 n2) - 1 / N) S12 in each stratum, with c
    common cases and S12 the covariance of their residuals y - R a, over the estimated totals of
    available points; zeros stand for cases outside a domain. With the same cases on both sides it
    is that of a paired sample; with two groups of one sample it is nearly nothing, as it should be.
    """

    def __init__(self, then: Estimates, now: Estimates) -> None:
        self.then, self.now = cases_of(then), cases_of(now)
        places = {subject: k for k, subject in enumerate(self.then.subjects)}
        self.pairs = np.array(
            [(places[each], k) for k, each in enumerate(self.now.subjects) if each in places],
            dtype=np.intp,
        ).reshape(-1, 2)

    @property
    def cases(self) -> int:
        return len(self.pairs)

    def covariance(self, figure: str, domain_then: str, domain_now: str) -> float:
        """Of a figure's two shares; 0 without common cases."""
        if not self.cases:
            return 0.0
        one, total_one = _residuals(self.then, figure, domain_then)
        other, total_other = _residuals(self.now, figure, domain_now)
        if not total_one or not total_other:
            return 0.0
        found = 0.0
        for stratum, name in enumerate(self.then.strata):
            if name in self.now.strata:
                found += self._stratum(stratum, self.now.strata.index(name), one, other)
        return found / (total_one * total_other)

    def _stratum(self, here: int, there: int, one: Floats, other: Floats) -> float:
        rows = [(k, j) for k, j in self.pairs
                if self.then.stratum[k] == here and self.now.stratum[j] == there]  # fmt: skip
        if len(rows) < 2:
            return 0.0
        first, second = np.array(rows).T
        size = max(int(self.then.sizes[here]), int(self.now.sizes[there]))
        n_then = int((self.then.stratum == here).sum())
        n_now = int((self.now.stratum == there).sum())
        pair = np.cov(one[first], other[second], ddof=1)[0, 1]
        return float(size**2 * (len(rows) / (n_then * n_now) - 1 / size) * pair)


def _residuals(cases: Cases, figure: str, domain: str) -> tuple[Floats, float]:
    """y - R a of every case, 0 outside the domain, and the estimated total of available points."""
    f, d = cases.figures.index(figure), cases.domains.index(domain)
    value = cases.value(f, d)
    inside = cases.inside[:, d]
    weights = np.array([float(cases.weight(f, h)) for h in range(len(cases.strata))])
    total = float((weights[cases.stratum] * cases.available[:, f] * inside).sum())
    residuals = cases.won[:, f] - float(value or 0) * cases.available[:, f]
    return residuals * inside, total
