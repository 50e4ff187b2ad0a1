"""Versions of a question set: published once and frozen, compared, and answers carried across."""

from inspectkit.questions.versions.change import Change, Difference
from inspectkit.questions.versions.difference import difference
from inspectkit.questions.versions.frozen import Publication, versions
from inspectkit.questions.versions.meaning import comparable

__all__ = ["Change", "Difference", "Publication", "comparable", "difference", "versions"]
