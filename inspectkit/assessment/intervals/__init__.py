"""Every interval function, one family a file, all of them on the same sums per stratum."""

from inspectkit.assessment.intervals.korn_graubard import (
    beta_shares,
    effective_n,
    extreme_limits,
    limits,
)
from inspectkit.assessment.intervals.sums import (
    PSEUDO_CASES,
    Floats,
    Sums,
    degrees_of_freedom,
    ratio,
    variance,
    yes_no,
)
from inspectkit.assessment.intervals.unseen import exact_limits, most_unseen

__all__ = [
    "PSEUDO_CASES",
    "Floats",
    "Sums",
    "beta_shares",
    "degrees_of_freedom",
    "effective_n",
    "exact_limits",
    "extreme_limits",
    "limits",
    "most_unseen",
    "ratio",
    "variance",
    "yes_no",
]
