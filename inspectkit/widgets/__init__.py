"""What people work with in a notebook: marking form, moderation screen, editor of question sets."""

from inspectkit.widgets.editor import QuestionSetEditor
from inspectkit.widgets.marking import Desk, MarkingForm, mark
from inspectkit.widgets.moderating import ModerationScreen, moderate

__all__ = ["Desk", "MarkingForm", "ModerationScreen", "QuestionSetEditor", "mark", "moderate"]
