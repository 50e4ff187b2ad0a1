"""Planning: what a sample will be able to say, worked out before anything is drawn."""

from inspectkit.assessment.coverage.certificate import Coverage, Effort
from inspectkit.assessment.coverage.samples import Marks
from inspectkit.planning.acceptance import Acceptance, acceptance, lqas
from inspectkit.planning.bands import Certainty, band_chances, certainty
from inspectkit.planning.offered import Offer, offered, offers_table, rules
from inspectkit.planning.planner import Plan, plan
from inspectkit.planning.presets import preset, presets

__all__ = [
    "Acceptance",
    "Certainty",
    "Coverage",
    "Effort",
    "Marks",
    "Offer",
    "Plan",
    "acceptance",
    "band_chances",
    "certainty",
    "lqas",
    "offered",
    "offers_table",
    "plan",
    "preset",
    "presets",
    "rules",
]
