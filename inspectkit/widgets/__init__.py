"""What people work with in a notebook: the marking form."""

from inspectkit.widgets.marking import Desk, MarkingForm, mark

__all__ = ["Desk", "MarkingForm", "mark"]
