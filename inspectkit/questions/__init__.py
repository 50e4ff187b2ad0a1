"""Question sets: what a file examination asks, when a question applies and what an answer earns."""

from inspectkit.questions.question_set import QuestionSet

__all__ = ["QuestionSet"]
