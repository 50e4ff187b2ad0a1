"""Agreement coefficients as functions of sums over units, so that one call does every resample.

All are (observed - expected) / (1 - expected); they differ in what agreement chance would give.
Where nothing can be expected to differ (everyone gave one and the same answer) kappa and alpha are
0/0: not a number here, `None` with its reason in a result. AC stays defined, since it takes the
declared scale into account and not only the answers that were used.

Sources: K. L. Gwet (2008), British Journal of Mathematical and Statistical Psychology 61, 29-48
(AC1) and (2014), Handbook of Inter-Rater Reliability, 4th ed. (weights, missing marks); A. J.
Conger (1980), Psychological Bulletin 88, 322-328 (kappa of many raters); J. L. Fleiss (1971),
ibid. 76, 378-382; K. Krippendorff (2011), Computing Krippendorff's Alpha-Reliability.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from inspectkit.errors import InspectionError

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
ABSENT = -1


@dataclass(frozen=True)
class Tally:
    """What the coefficients need of each unit, or summed over units; the first axis counts them.

    q categories, g markers. A unit counts as paired with two marks or more.
    """

    rated: Floats  # 1 where there is a mark
    paired: Floats  # 1 where there are two or more
    same: Floats  # share of the unit's pairs that are equal
    agreed: Floats  # the same with nearly equal ones by their weight
    shares: Floats  # x q: share of the unit's marks in each category
    counts: Floats  # x q: marks in each category, paired units only
    matched: Floats  # agreeing pairs for each other mark, paired units only
    given: Floats  # x g x q: which category each marker gave
    weights: Floats  # q x q

    def summed(self, multiplicity: Floats) -> Tally:
        """Sums over the units, each taken so many times: resamples x units in, resamples out."""
        parts = {
            each.name: np.tensordot(multiplicity, getattr(self, each.name), axes=(-1, 0))
            for each in fields(self)
            if each.name != "weights"
        }
        return Tally(**parts, weights=self.weights)

    def grouped(self, groups: Codes) -> Tally:
        """Sums over each group of units, for units that are resampled together."""
        member = (groups[None, :] == np.unique(groups)[:, None]).astype(np.float64)
        return self.summed(member)

    @property
    def size(self) -> int:
        return len(self.rated)


def tally(codes: Codes, weights: Floats) -> Tally:
    """The tally of each unit.

    codes: units x markers, the position of each one's category, ABSENT (-1) without a mark.
    weights: categories x categories, from `weights.nearness`. Errors: a position without category.
    """
    q = len(weights)
    if codes.ndim != 2 or codes.min(initial=0) < ABSENT or codes.max(initial=0) >= q:
        what = f"codes are not units x markers with values from -1 to {q - 1}"
        raise InspectionError("agreement", what, "Number the categories from 0")
    given = (codes[:, :, None] == np.arange(q)).astype(np.float64)
    counts = given.sum(axis=1)
    marks = counts.sum(axis=1)
    paired = (marks >= 2).astype(np.float64)
    others = np.maximum(marks - 1, 1)
    matched = (counts * (counts @ weights - 1)).sum(axis=1) * paired / others
    equal = (counts * (counts - 1)).sum(axis=1) / others
    return Tally(
        rated=(marks >= 1).astype(np.float64),
        paired=paired,
        same=equal / np.maximum(marks, 1),
        agreed=matched / np.maximum(marks, 1),
        shares=counts / np.maximum(marks, 1)[:, None],
        counts=counts * paired[:, None],
        matched=matched,
        given=given,
        weights=weights,
    )


def percent(sums: Tally) -> Floats:
    """Share of pairs that are equal."""
    return _over(sums.same, sums.paired)


def nearly(sums: Tally) -> Floats:
    """Share of pairs that agree, nearly equal ones by their weight."""
    return _over(sums.agreed, sums.paired)


def gwet(sums: Tally) -> Floats:
    """AC1 with identity weights, AC2 with any other."""
    q = len(sums.weights)
    share = _share(sums)
    expected = sums.weights.sum() / (q * (q - 1)) * (share * (1 - share)).sum(-1)
    return _beyond(nearly(sums), expected)


def brennan_prediger(sums: Tally) -> Floats:
    """Kappa with every category expected alike; with two of them, the adjusted kappa PABAK."""
    expected = np.broadcast_to(np.mean(sums.weights), np.shape(sums.rated))
    return _beyond(nearly(sums), expected)


def fleiss(sums: Tally) -> Floats:
    """Fleiss' kappa, weighted: markers are exchangeable; Scott's pi where there are two."""
    share = _share(sums)
    return _beyond(nearly(sums), _together(share, share, sums.weights))


def kappa(sums: Tally) -> Floats:
    """Weighted kappa with each marker's own habits: Cohen's for two, Conger's for more."""
    habit = _over(sums.given, sums.given.sum(-1, keepdims=True))
    known = sums.given.sum(-1) > 0
    habit = np.where(known[..., None], habit, 0.0)
    markers = known.sum(-1)
    mean = _over(habit.sum(-2), markers[..., None])
    squares = np.einsum("...gk,kl,...gl->...", habit, sums.weights, habit)
    together = markers**2 * _together(mean, mean, sums.weights) - squares
    return _beyond(nearly(sums), _over(together, markers * (markers - 1)))


def alpha(sums: Tally) -> Floats:
    """Krippendorff's alpha: chance without replacement among the marks of paired units."""
    marks = sums.counts.sum(-1)
    share = _over(sums.counts, marks[..., None])
    found = _over(sums.matched, marks)
    observed = found + (1 - found) * _over(np.ones_like(marks), marks)
    return _beyond(observed, _together(share, share, sums.weights))


Formula = Callable[[Tally], Floats]
COEFFICIENTS: dict[str, Formula] = {
    "percent": percent,
    "nearly": nearly,
    "ac": gwet,
    "kappa": kappa,
    "alpha": alpha,
    "fleiss": fleiss,
    "brennan_prediger": brennan_prediger,
}


def value(name: str, codes: Codes, weights: Floats) -> float | None:
    """One coefficient of all units; None where it is 0/0 or nothing is paired.

    >>> from inspectkit.assessment.agreement.weights import nearness
    >>> both = np.array([[0, 0]] * 40 + [[0, 1]] * 9 + [[1, 0]] * 6 + [[1, 1]] * 45)
    >>> round(value("kappa", both, nearness("identity", [0, 1])), 2)  # Feinstein, Cicchetti 1990
    0.7
    """
    units = tally(codes, weights)
    found = float(COEFFICIENTS[name](units.summed(np.ones(units.size))))
    return None if np.isnan(found) else round(found, 12)


def _share(sums: Tally) -> Floats:
    return _over(sums.shares, np.asarray(sums.rated)[..., None])


def _together(first: Floats, second: Floats, weights: Floats) -> Floats:
    return np.einsum("...k,kl,...l->...", first, weights, second)


def _beyond(observed: Floats, expected: Floats) -> Floats:
    # Sums of binary fractions may miss 1 by their last bit: nothing real is that near.
    room = np.where(1 - expected < 1e-12, np.nan, 1 - expected)
    return (observed - expected) / room


def _over(part: Floats, whole: Floats) -> Floats:
    part, whole = np.broadcast_arrays(part, whole)
    return np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole > 0)
