"""How severe each marker is: points of a percent below what others gave the very same questions.

A difference is taken once a case (its questions hang together), and averaged over cases. Means of
few cases are shrunk towards 0 by the spread of true severities between markers, found by the
method of moments (R. DerSimonian and N. Laird 1986, Controlled Clinical Trials 7, 177-188), so that
nobody is called severe on two files. Positive is stricter, negative more lenient than the others.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import stdtrit

Floats = npt.NDArray[np.float64]
COLUMNS = [
    "marker",
    "cases",
    "severity",
    "low",
    "high",
    "shrunk",
    "drift",
    "drift_low",
    "drift_high",
]


@dataclass(frozen=True)
class Mean:
    """A mean over cases: its variance is None for one case."""

    cases: int
    mean: float
    variance: float | None


def severity(shares: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """marker, cases, severity, low, high, shrunk, drift, drift_low, drift_high; one row a marker.

    shares: unit, case, marker, share (points won over points available, 0 to 1) and order (a
    number that rises with time); only units marked by two or more count. severity, its limits and
    shrunk are in points of a percent; drift is their change from a marker's first case to the last.
    Missing values where too few cases say nothing.

    >>> shares = pd.DataFrame({"unit": [1, 1, 2, 2], "case": ["a", "a", "b", "b"],
    ...     "marker": ["AB", "CD"] * 2, "share": [0.5, 1.0, 1.0, 1.0], "order": [1, 1, 2, 2]})
    >>> severity(shares)[["marker", "severity"]].values.tolist()
    [['AB', 25.0], ['CD', -25.0]]
    """
    by_case = _differences(shares)
    rows, means = [], []
    for marker, cases in by_case.groupby("marker", sort=True):
        gaps = cases.sort_values("order")["gap"].to_numpy()
        means.append(_mean(gaps))
        rows.append((marker, len(gaps), *_limits(means[-1], level), *_drift(gaps, level)))
    table = pd.DataFrame(rows, columns=[name for name in COLUMNS if name != "shrunk"])
    table["shrunk"] = shrunk(means)
    return table[COLUMNS]


def shrunk(means: list[Mean]) -> list[float]:
    """Each mean drawn towards 0 by its own variance against that between markers."""
    known = [each for each in means if each.variance is not None]
    between = _between(known)
    pooled = (
        np.mean([each.variance * each.cases for each in known if each.variance]) if known else 0
    )
    found = []
    for each in means:
        own = each.variance if each.variance is not None else float(np.nan_to_num(pooled))
        found.append(each.mean * between / (between + own) if between else 0.0)
    return found


def _differences(shares: pd.DataFrame) -> pd.DataFrame:
    """marker, case, gap (others less own, points of a percent), order; a row a marker and case."""
    by_unit = shares.groupby("unit")["share"]
    marks, total = by_unit.transform("size"), by_unit.transform("sum")
    both = shares[marks > 1].assign(marks=marks, total=total)
    others = (both["total"] - both["share"]) / (both["marks"] - 1)
    both = both.assign(gap=(others - both["share"]) * 100)
    return both.groupby(["marker", "case"], as_index=False)[["gap", "order"]].mean()


def _mean(gaps: Floats) -> Mean:
    n = len(gaps)
    return Mean(n, float(gaps.mean()), float(gaps.var(ddof=1) / n) if n > 1 else None)


def _limits(mean: Mean, level: float) -> tuple[float, float, float]:
    if mean.variance is None:
        return mean.mean, np.nan, np.nan
    half = float(stdtrit(mean.cases - 1, (1 + level) / 2)) * mean.variance**0.5
    return mean.mean, mean.mean - half, mean.mean + half


def _drift(gaps: Floats, level: float) -> tuple[float, float, float]:
    """Least squares over the marker's own cases in order, first to last, with its limits."""
    n = len(gaps)
    if n < 3:
        return np.nan, np.nan, np.nan
    place = np.linspace(-0.5, 0.5, n)
    square = float((place**2).sum())
    slope = float((place * gaps).sum()) / square
    rest = gaps - gaps.mean() - slope * place
    half = (
        float(stdtrit(n - 2, (1 + level) / 2)) * (float((rest**2).sum()) / (n - 2) / square) ** 0.5
    )
    return slope, slope - half, slope + half


def _between(known: list[Mean]) -> float:
    """The variance of true severities between markers; 0 where chance explains the spread."""
    usable = [each for each in known if each.variance]
    if len(usable) < 2:
        return 0.0
    weight = np.array([1 / each.variance for each in usable if each.variance])
    mean = np.array([each.mean for each in usable])
    centre = float((weight * mean).sum() / weight.sum())
    excess = float((weight * (mean - centre) ** 2).sum()) - (len(usable) - 1)
    scale = float(weight.sum() - (weight**2).sum() / weight.sum())
    return max(0.0, excess / scale) if scale > 0 else 0.0
