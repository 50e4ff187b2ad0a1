"""One rating as a value, with what it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from inspectkit.assessment.estimation import Estimate
from inspectkit.assessment.rating.discretion import Departure
from inspectkit.assessment.rating.steps import Node
from inspectkit.assessment.rule import Band, Limiter

NOT_RATED = "Not rated"


@dataclass(frozen=True)
class Rating:
    """One figure, or one step, in one domain: band None and a note where it is not rated.

    value: what it was decided on, exact: a share, a number of cases, or the total, mean or median
    of a step; None where a step compares ratings only. distance: to the nearest boundary, points
    of a percent for shares. by_rule: the band before a person moved it. probabilities: of each
    band, best first, from sampling alone and before a person moved it; None where it is not rated
    or nothing says how sure it is. place: of the rule's band among the bands, 0 the best.
    """

    figure: str
    kind: str
    title: str
    domain: str
    estimate: Estimate | None
    value: Fraction | None
    band: Band | None
    by_rule: Band | None
    distance: Fraction | None
    note: str
    probabilities: tuple[float, ...] | None
    node: Node | None = None
    limiter: Limiter | None = None
    departure: Departure | None = None
    place: int | None = None
