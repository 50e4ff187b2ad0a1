"""Limits of all strata together, recovered from the limits of each: the method of MOVER.

Each stratum's own limits say how far its share may be off on either side, however few were drawn;
squared, weighted and added up, these distances give those of the whole. A small stratum in which
nothing was lost keeps the doubt that its exact bound leaves, which a variance cannot express.

    low = R - sqrt( sum W^2 ( (R_h - low_h)^2 + t^2 (R_h - R)^2 v(a_h) / a_h^2 ) )

W is the stratum's share of the available points, and the last term what that share itself is
uncertain by where something does not apply. high is its mirror image.

Sources: G. Y. Zou, W. Huang and X. Zhang (2009), Computational Statistics and Data Analysis 53,
1080-1085; G. Y. Zou and A. Donner (2008), Statistics in Medicine 27, 1693-1702.
"""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from inspectkit.assessment.intervals.reported import report_limits
from inspectkit.assessment.intervals.sums import Floats, Sums, divide, ratio


def recovered_limits(sums: Sums, *, level: float = 0.95) -> tuple[Floats, Floats]:
    """Low and high of every row of strata; not a number where nothing was available.

    >>> from inspectkit.assessment.intervals import yes_no
    >>> low, high = recovered_limits(yes_no([[17500.0, 519.0]], [[30.0, 20.0]], [[30.0, 10.0]]))
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.873], [0.992])
    """
    R = ratio(sums)
    inside = sums.cases > 0
    own = divide(sums.points, sums.available, np.nan)
    low, high = (np.where(inside, each, 0.0) for each in _of_each(sums, own, level))
    available = divide(sums.size, sums.settled) * sums.available
    share = divide(available, available.sum(-1, keepdims=True))
    off = np.where(inside, own - R[..., None], 0.0) ** 2 * _of_shares(sums, level)
    own = np.where(inside, own, 0.0)
    below = ((share**2) * ((own - low) ** 2 + off)).sum(-1)
    above = ((share**2) * ((high - own) ** 2 + off)).sum(-1)
    return np.maximum(R - np.sqrt(below), 0.0), np.minimum(R + np.sqrt(above), 1.0)


def _of_each(sums: Sums, own: Floats, level: float) -> tuple[Floats, Floats]:
    """The report's limits in every stratum by itself; 0 and 1 where it gives none."""
    columns = [getattr(sums, each.name).reshape(-1) for each in fields(Sums)]
    # the same stratum comes up in many samples; its limits are worked out once
    rows = pd.DataFrame(dict(enumerate(columns)))
    place = rows.groupby(list(rows), sort=False).ngroup().to_numpy()
    distinct = rows.drop_duplicates().to_numpy()
    alone = Sums(*(each[:, None] for each in distinct.T))
    found = report_limits(alone, level=level)
    low, high = (each[place].reshape(own.shape) for each in found)
    return np.where(np.isnan(low), 0.0, low), np.where(np.isnan(high), 1.0, high)


def _of_shares(sums: Sums, level: float) -> Floats:
    """t^2 times the relative variance of the mean available points of each stratum."""
    n = sums.settled
    mean = divide(sums.available, n)
    spread = np.maximum(divide(sums.available_squared, n) - mean**2, 0.0)
    v = divide(spread, n - 1) * (1 - divide(n, sums.size))
    # the t of a number of cases takes as long as all the rest, and there are few such numbers
    numbers, place = np.unique(n, return_inverse=True)
    t = stdtrit(np.maximum(numbers - 1, 1), 1 - (1 - level) / 2)[place].reshape(n.shape)
    return np.where(n > 1, divide(v, mean**2) * t**2, 0.0)
