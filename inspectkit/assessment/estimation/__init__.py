"""Estimates: what the scores of a drawn sample mean for all the cases it was drawn from."""

from inspectkit.assessment.estimation.estimating import estimate
from inspectkit.assessment.estimation.records import CENSUS, Estimate, Estimates

__all__ = ["CENSUS", "Estimate", "Estimates", "estimate"]
