"""Ratings: the rule applied to estimates or judgements, with reasons and chances."""

from inspectkit.assessment.rating.discretion import Departure, Flag
from inspectkit.assessment.rating.explain import Explanation, percent
from inspectkit.assessment.rating.flips import Flip
from inspectkit.assessment.rating.rate import judge, rate
from inspectkit.assessment.rating.ratings import Ratings
from inspectkit.assessment.rating.record import NOT_RATED, Rating

__all__ = [
    "NOT_RATED",
    "Departure",
    "Explanation",
    "Flag",
    "Flip",
    "Rating",
    "Ratings",
    "judge",
    "percent",
    "rate",
]
