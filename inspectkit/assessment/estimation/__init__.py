"""Estimates: what the scores of a drawn sample mean for all the cases it was drawn from."""

from inspectkit.assessment.estimation.estimating import CENSUS, Estimate, Estimates, estimate

__all__ = ["CENSUS", "Estimate", "Estimates", "estimate"]
