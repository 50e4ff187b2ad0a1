"""What a figure would be under a second, more careful marker who looked at only some of the files.

A random part of the sample is marked again. Where the second marks go with the first ones, what the
first marks of all files say can be carried over: the regression estimate of two-phase sampling, as
US SNAP quality control uses it for the federal re-review of state findings. It stands beside the
raw estimate, never in its place.

With y, a the second marker's points and available points, x the first's points, both over the
re-marked part (mean 2) and the whole sample (mean 1), each stratum weighted by its share of the
frame:    R = (y2 + b (x1 - x2)) / (a2 + b (a1 - a2))

Source: W. G. Cochran (1977), Sampling Techniques, 3rd ed., 12.6 and 12.7.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from inspectkit.assessment.intervals import Floats
from inspectkit.assessment.intervals.sums import divide
from inspectkit.errors import InspectionError

COLUMNS = ["stratum", "N", "points", "available", "again"]
FEWEST = 3  # re-marked files of a stratum: one slope and one spread need that many


@dataclass(frozen=True)
class TwoPhase:
    """raw: the first marks' share. value: as the second marker would have it, with its variance.

    slope: b, how far second marks go with first ones. n, again: files marked, files marked again.
    """

    raw: float
    value: float
    variance: float
    slope: float
    n: int
    again: int

    @property
    def standard_error(self) -> float:
        return float(self.variance**0.5)


def two_phase(files: pd.DataFrame) -> TwoPhase:
    """The regression estimate from one row a file: stratum, N (of the stratum), points, available,
    again (the second marker's points, missing where the file was not marked again).

    The files marked again must have been drawn at random within each stratum. Errors: a stratum in
    which fewer than three were; more points than are available.

    >>> files = pd.DataFrame({"stratum": "S", "N": 400, "points": [2.0, 1, 0, 2, 2, 1, 0, 2],
    ...     "available": 2.0, "again": [2, 1, 0, 1, None, None, None, None]})
    >>> found = two_phase(files)
    >>> round(found.raw, 3), round(found.value, 3), found.again
    (0.625, 0.5, 4)
    """
    _check(files)
    part = files["again"].notna()
    W = files.groupby("stratum")["N"].first()
    W = W / W.sum()
    first, second = files.groupby("stratum"), files[part].groupby("stratum")
    x1, a1 = ((first[name].mean() * W).sum() for name in ("points", "available"))
    y2, x2, a2 = ((second[name].mean() * W).sum() for name in ("again", "points", "available"))
    R0 = y2 / a2
    z2 = _centred(files[part], files["again"][part] - R0 * files["available"][part])
    z1 = _centred(files[part], files["points"][part] - R0 * files["available"][part])
    slope = float(divide(np.array((z1 * z2).sum()), np.array((z1**2).sum())))
    value = float((y2 + slope * (x1 - x2)) / (a2 + slope * (a1 - a2)))
    v = _variance(files, part.to_numpy(), z2, z2 - slope * z1, W) / a1**2
    return TwoPhase(float(x1 / a1), value, float(v), slope, len(files), int(part.sum()))


def severity_adjusted(files: pd.DataFrame, severity: dict[str, float]) -> float:
    """The raw share if every marker had marked as the average one does: a check of sensitivity.

    files: as for `two_phase` and marker. severity: points of a percent by which each marker is
    stricter than the average (`second_look.from_average`); a marker not named counts as average.

    >>> files = pd.DataFrame({"stratum": "S", "N": 40, "points": [1.0, 1], "available": 2.0,
    ...     "marker": ["AB", "CD"]})
    >>> severity_adjusted(files, {"AB": 10.0, "CD": -4.0})
    0.53
    """
    lifted = files["marker"].map(severity).fillna(0.0) / 100 * files["available"]
    points = (files["points"] + lifted).clip(0, files["available"])
    weight = files["N"] / files.groupby("stratum")["points"].transform("size")
    return float((weight * points).sum() / (weight * files["available"]).sum())


def _centred(rows: pd.DataFrame, values: pd.Series[float]) -> pd.Series[float]:
    return values - values.groupby(rows["stratum"]).transform("mean")


def _variance(
    files: pd.DataFrame,
    part: npt.NDArray[np.bool_],
    whole: pd.Series[float],
    rest: pd.Series[float],
    W: pd.Series[float],
) -> float:
    """Sum of W^2 (rest / n2 + (whole - rest) / n1 - whole / N): Cochran 12.71, by stratum."""
    n1, n2 = (rows.groupby("stratum").size() for rows in (files, files[part]))
    N = files.groupby("stratum")["N"].first()
    strata = files["stratum"][part]
    lost = n2 - 1 - 1 / len(n2)  # one slope is shared by all strata
    spread, left = ((each**2).groupby(strata).sum() for each in (whole, rest))
    s_whole, s_rest = spread / (n2 - 1), left / lost
    explained = (s_whole - s_rest).clip(lower=0)
    parts: Floats = (W**2 * (s_rest / n2 + explained / n1 - s_whole / N)).to_numpy()
    return max(float(parts.sum()), 0.0)


def _check(files: pd.DataFrame) -> None:
    lacking = [name for name in COLUMNS if name not in files]
    if lacking:
        remedy = f"Give {', '.join(COLUMNS)}"
        raise InspectionError("two-phase estimate", f"no column {', '.join(lacking)}", remedy)
    over = files[["points", "again"]].max(axis=1) > files["available"]
    if over.any():
        what = f"{int(over.sum())} files have more points than are available"
        raise InspectionError("two-phase estimate", what, "Correct points and available")
    again = files["again"].notna().groupby(files["stratum"]).sum()
    few = again[again < FEWEST]
    if len(few):
        what = f"{int(few.iloc[0])} files were marked again"
        remedy = f"Have at least {FEWEST} marked again, drawn at random, or join strata"
        raise InspectionError(f"stratum {few.index[0]}", what, remedy)
