"""How far inspectors agree who marked the same cases, beyond chance, with its uncertainty."""

from inspectkit.assessment.agreement.agree import Agreement, agree
from inspectkit.assessment.agreement.coefficients import COEFFICIENTS, tally, value
from inspectkit.assessment.agreement.severity import severity
from inspectkit.assessment.agreement.weights import nearness, nearness_by_rank

__all__ = [
    "COEFFICIENTS",
    "Agreement",
    "agree",
    "nearness",
    "nearness_by_rank",
    "severity",
    "tally",
    "value",
]
