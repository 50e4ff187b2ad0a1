"""The editor of question sets: what a methodology lead changes, checks and publishes a set with."""

from inspectkit.widgets.editor.bench import Bench
from inspectkit.widgets.editor.editor import QuestionSetEditor

__all__ = ["Bench", "QuestionSetEditor"]
