"""The moderation screen: where two marks differ, what was asked, and what cannot wait."""

from inspectkit.widgets.moderating.chair import Chair, chair_of
from inspectkit.widgets.moderating.screen import ModerationScreen, moderate

__all__ = ["Chair", "ModerationScreen", "chair_of", "moderate"]
