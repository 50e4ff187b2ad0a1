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

Ints = npt.NDArray[np.intp]
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
    _refuse_lacking(files)
    strata, first, code = _strata(files)
    N, points, available, again = (files[name].to_numpy(float) for name in COLUMNS[1:])
    part = ~np.isnan(again)
    _check(strata, code, part, np.fmax(points, again) > available)
    N, inside = N[first], code[part]
    W = N / N.sum()
    x1, a1 = (_means(each, code) @ W for each in (points, available))
    y2, x2, a2 = (_means(each[part], inside) @ W for each in (again, points, available))
    z2, z1 = (_centred((each - y2 / a2 * available)[part], inside) for each in (again, points))
    slope = float(divide(np.array(z1 @ z2), np.array(z1 @ z1)))
    value = float((y2 + slope * (x1 - x2)) / (a2 + slope * (a1 - a2)))
    variance = _variance(np.bincount(code), inside, z2, z2 - slope * z1, N) / a1**2
    return TwoPhase(float(x1 / a1), value, float(variance), slope, len(files), int(part.sum()))


def severity_adjusted(files: pd.DataFrame, severity: dict[str, float]) -> float:
    """The raw share if every marker had marked as the average one does: a check of sensitivity.

    files: as for `two_phase` and marker. severity: points of a percent by which each marker is
    stricter than the average (`second_look.from_average`); a marker not named counts as average.

    >>> files = pd.DataFrame({"stratum": "S", "N": 40, "points": [1.0, 1], "available": 2.0,
    ...     "marker": ["AB", "CD"]})
    >>> severity_adjusted(files, {"AB": 10.0, "CD": -4.0})
    0.53
    """
    points, available = (files[name].to_numpy(float) for name in ("points", "available"))
    stricter = np.nan_to_num([severity.get(each, 0.0) for each in files["marker"]])
    _, first, code = _strata(files)
    weight = (files["N"].to_numpy(float)[first] / np.bincount(code))[code]
    return float(
        weight @ (points + stricter / 100 * available).clip(0, available) / (weight @ available)
    )


def _strata(files: pd.DataFrame) -> tuple[npt.NDArray[np.object_], Ints, Ints]:
    """Names of the strata, the first file of each, the number of each file's stratum."""
    named = files["stratum"].to_numpy(object)
    return np.unique(named, return_index=True, return_inverse=True)


def _means(values: Floats, code: Ints) -> Floats:
    return np.bincount(code, values) / np.bincount(code)


def _centred(values: Floats, code: Ints) -> Floats:
    return values - _means(values, code)[code]


def _variance(n1: Ints, inside: Ints, whole: Floats, rest: Floats, N: Floats) -> float:
    """Sum of W^2 (rest / n2 + (whole - rest) / n1 - whole / N): Cochran 12.71, by stratum."""
    n2, W = np.bincount(inside), N / N.sum()
    lost = n2 - 1 - 1 / len(n2)  # one slope is shared by all strata
    s_whole = np.bincount(inside, whole**2) / (n2 - 1)
    s_rest = np.bincount(inside, rest**2) / lost
    explained = (s_whole - s_rest).clip(min=0)
    parts = W**2 * (s_rest / n2 + explained / n1 - s_whole / N)
    return max(float(parts.sum()), 0.0)


def _refuse_lacking(files: pd.DataFrame) -> None:
    if lacking := [name for name in COLUMNS if name not in files]:
        remedy = f"Give {', '.join(COLUMNS)}"
        raise InspectionError("two-phase estimate", f"no column {', '.join(lacking)}", remedy)


def _check(
    strata: npt.NDArray[np.object_],
    code: Ints,
    part: npt.NDArray[np.bool_],
    over: npt.NDArray[np.bool_],
) -> None:
    if over.any():
        what = f"{int(over.sum())} files have more points than are available"
        raise InspectionError("two-phase estimate", what, "Correct points and available")
    again = np.bincount(code, part)
    if again.min(initial=FEWEST) < FEWEST:
        place = int((again < FEWEST).argmax())
        what = f"{int(again[place])} files were marked again"
        remedy = f"Have at least {FEWEST} marked again, drawn at random, or join strata"
        raise InspectionError(f"stratum {strata[place]}", what, remedy)
