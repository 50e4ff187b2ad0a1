"""What people work with in a notebook: the marking form, the editor of question sets."""

from inspectkit.widgets.editor import QuestionSetEditor
from inspectkit.widgets.marking import Desk, MarkingForm, mark

__all__ = ["Desk", "MarkingForm", "QuestionSetEditor", "mark"]
