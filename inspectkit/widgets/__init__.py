"""What an inspector works with in a notebook: the marking form."""

from inspectkit.widgets.form import Desk, MarkingForm, mark

__all__ = ["Desk", "MarkingForm", "mark"]
