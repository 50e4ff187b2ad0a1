"""The marking form: what an inspector marks cases with, in a notebook or on a page of its own."""

from inspectkit.widgets.marking.desk import Desk, desk_of
from inspectkit.widgets.marking.form import MarkingForm, mark

__all__ = ["Desk", "MarkingForm", "desk_of", "mark"]
