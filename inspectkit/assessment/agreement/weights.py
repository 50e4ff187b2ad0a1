"""How near two answers are: a matrix with 1 on the diagonal and 0 for those farthest apart.

Sources: J. Cohen (1968), Psychological Bulletin 70, 213-220, for weights; K. L. Gwet (2014),
Handbook of Inter-Rater Reliability, 4th ed., ch. 3, for the names; K. Krippendorff (2011),
Computing Krippendorff's Alpha-Reliability, for differences that depend on how often each is used.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from inspectkit.errors import InspectionError

Floats = npt.NDArray[np.float64]
KINDS = ("identity", "linear", "quadratic", "ordinal", "ratio")


def nearness(kind: str, values: Sequence[float]) -> Floats:
    """Weights of q categories, q x q; values: what each category stands for, rising.

    identity: equal or not. linear, quadratic: by the distance of the values, or its square.
    ordinal: by the number of pairs of categories between them. ratio: by difference over sum.
    Errors: an unknown kind; values that do not rise; values below 0 for `ratio`.

    >>> nearness("quadratic", [0, 1, 2])[0].tolist()
    [1.0, 0.75, 0.0]
    """
    x = np.asarray(values, dtype=np.float64)
    if kind not in KINDS:
        raise InspectionError("weights", f"no kind {kind!r}", f"Use one of {', '.join(KINDS)}")
    if x.ndim != 1 or (np.diff(x) <= 0).any() or (kind == "ratio" and (x < 0).any()):
        raise InspectionError("weights", "the values do not rise", "Order the categories")
    apart = np.abs(x[:, None] - x[None, :])
    if kind == "identity":
        apart = (apart > 0).astype(np.float64)
    elif kind == "quadratic":
        apart = apart**2
    elif kind == "ordinal":
        places = np.arange(len(x), dtype=np.float64)
        steps = np.abs(places[:, None] - places[None, :])
        apart = steps * (steps + 1) / 2
    elif kind == "ratio":
        total = x[:, None] + x[None, :]
        apart = np.divide(apart, total, out=np.zeros_like(apart), where=total > 0) ** 2
    return _turned(apart)


def nearness_by_rank(counts: Floats) -> Floats:
    """Krippendorff's ordinal weights: categories are as far apart as marks lie between them.

    counts: how often each category was given, in rising order.

    >>> nearness_by_rank(np.array([1.0, 2.0, 1.0])).round(3)[0].tolist()
    [1.0, 0.75, 0.0]
    """
    upto = np.cumsum(counts) - counts / 2
    return _turned((upto[:, None] - upto[None, :]) ** 2)


def _turned(apart: Floats) -> Floats:
    farthest = apart.max(initial=0.0)
    return 1 - apart / farthest if farthest > 0 else np.ones_like(apart)
