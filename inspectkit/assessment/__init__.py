"""Assessment: from marks to scores, estimates of the whole caseload, and ratings."""

from inspectkit.assessment.estimation import Estimate, Estimates, estimate
from inspectkit.assessment.rating import Departure, Flag, Ratings, judge, rate
from inspectkit.assessment.rule import Band, Rule
from inspectkit.assessment.scoring import Figure, Scores, score

__all__ = [
    "Band",
    "Departure",
    "Estimate",
    "Estimates",
    "Figure",
    "Flag",
    "Ratings",
    "Rule",
    "Scores",
    "estimate",
    "judge",
    "rate",
    "score",
]
