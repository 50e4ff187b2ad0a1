"""Limits for a coefficient by drawing whole cases again: marks inside one case hang together.

Percentile limits, widened for few cases (T. C. Hesterberg 2015, The American Statistician 69,
371-386). For 20 to 80 cases with three grades they held the truth in 86% to 99% of 400 rounds each,
least where nine in ten are fully met: read them beside the count of pairs. Asymptotic formulas
under-cover more. Where every resample gives the same value (nobody disagreed) the limits would have
no width: observed agreement is then put at the lowest share of agreeing cases that the sample still
allows, what chance would give held as found.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.special import betaincinv, ndtr, stdtrit

from inspectkit.assessment.agreement.coefficients import COEFFICIENTS, Formula, Tally
from inspectkit.streams import stream

Floats = npt.NDArray[np.float64]
REPLICATES = 2000
UNDEFINED = "0/0: every mark is the same, so nothing is left for chance to explain"
NO_PAIRS = "nothing was marked twice"
ONE_CASE = "one case says nothing about how much cases vary"


@dataclass(frozen=True)
class Coefficient:
    """A coefficient with its limits; value, low and high are None where `reason` says why."""

    value: float | None
    low: float | None
    high: float | None
    reason: str = ""


def resamples(cases: int, key: str, replicates: int = REPLICATES) -> Floats:
    """How often each case is taken in each resample: replicates x cases, from a named stream."""
    places = (stream(key, "agreement").array(replicates * cases) * cases).astype(np.int64)
    rows = np.repeat(np.arange(replicates), cases)
    taken = np.bincount(rows * cases + places, minlength=replicates * cases)
    return taken.reshape(replicates, cases).astype(np.float64)


def with_limits(
    names: Iterable[str], cases: Tally, drawn: Floats, *, level: float = 0.95
) -> dict[str, Coefficient]:
    """Coefficients of all cases, with limits from their values in the resamples.

    names: keys of `COEFFICIENTS`. cases: tally of each case. drawn: from `resamples`.
    """
    paired = int((cases.paired > 0).sum())
    if not paired:
        return {name: Coefficient(None, None, None, NO_PAIRS) for name in names}
    whole, again = cases.summed(np.ones(cases.size)), cases.summed(drawn)
    tail = (1 - level) / 2
    lowest = _at_worst(whole, paired, tail)
    return {
        name: _limited(COEFFICIENTS[name], whole, again, lowest, paired, tail) for name in names
    }


def _limited(
    formula: Formula, whole: Tally, again: Tally, lowest: Tally, paired: int, tail: float
) -> Coefficient:
    found, values = float(formula(whole)), formula(again)
    values = values[~np.isnan(values)]
    if np.isnan(found):
        return Coefficient(None, None, None, UNDEFINED)
    if paired < 2:
        return Coefficient(found, None, None, ONE_CASE)
    outer = float(ndtr(-((paired / (paired - 1)) ** 0.5) * stdtrit(paired - 1, 1 - tail)))
    low, high = np.quantile(values, [outer, 1 - outer])
    if high - low < 1e-12:
        low = min(low, float(formula(lowest)))
    return Coefficient(found, float(low), float(high))


def _at_worst(whole: Tally, paired: int, tail: float) -> Tally:
    """The sums, with agreement as low as so many cases that all agree as much still allow."""
    allowed = float(betaincinv(paired, 1, tail))
    lower = {name: getattr(whole, name) * allowed for name in ("same", "agreed", "matched")}
    return replace(whole, **lower)
