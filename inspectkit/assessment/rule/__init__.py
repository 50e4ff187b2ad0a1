"""A rating rule is data: bands, steps, limiters and discretion, with where they come from."""

from inspectkit.assessment.rule.files import find
from inspectkit.assessment.rule.model import (
    Band,
    Condition,
    CountRow,
    Cut,
    Discretion,
    Limiter,
    Rounding,
    Step,
)
from inspectkit.assessment.rule.numbers import percentage
from inspectkit.assessment.rule.rule import Rule

__all__ = [
    "Band",
    "Condition",
    "CountRow",
    "Cut",
    "Discretion",
    "Limiter",
    "Rounding",
    "Rule",
    "Step",
    "find",
    "percentage",
]
