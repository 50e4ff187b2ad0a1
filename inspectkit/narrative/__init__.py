"""Narrative: the prose of a report, told with its figures and checked against them."""

from inspectkit.narrative.context import context
from inspectkit.narrative.paragraphs import Narrative, Paragraph
from inspectkit.narrative.telling import Doubt, Telling, Told

__all__ = ["Doubt", "Narrative", "Paragraph", "Telling", "Told", "context"]
