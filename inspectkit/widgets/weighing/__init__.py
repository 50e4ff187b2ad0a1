"""The page on which an office or an Area is judged: evidence gathered, questions judged on it."""

from inspectkit.widgets.weighing.assessor import Assessor

__all__ = ["Assessor"]
