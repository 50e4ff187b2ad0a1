"""Factual accuracy: what the inspected body challenges, who decided it and why, what it changed."""

from inspectkit.findings.accuracy.challenges import Challenge, Challenged, Decision
from inspectkit.findings.accuracy.drafts import Changes, Draft

__all__ = ["Challenge", "Challenged", "Changes", "Decision", "Draft"]
