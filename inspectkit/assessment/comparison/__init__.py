"""Comparison: of rounds, Areas, tranches and groups, with what is only chance called so."""

from inspectkit.assessment.comparison.areas import AREAS, Areas, national
from inspectkit.assessment.comparison.compare import Comparison, compare
from inspectkit.assessment.comparison.difference import Difference, Side, difference
from inspectkit.assessment.comparison.sealed import Sealed, seal

__all__ = [
    "AREAS",
    "Areas",
    "Comparison",
    "Difference",
    "Sealed",
    "Side",
    "compare",
    "difference",
    "national",
    "seal",
]
