"""The lint of question sets: one file for each family of rules, each finding with a remedy.

`faults` are what keeps a set from being read at all; `doubts` are mended before it is published.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from inspectkit.questions.lint import evidence, guidance, ids, names, reach, routes, scoring, texts
from inspectkit.questions.lint.finding import DOUBT, FAULT, NOTE, Finding
from inspectkit.questions.model import Content

__all__ = ["DOUBT", "FAULT", "NOTE", "Finding", "doubts", "faults"]


def faults(content: Content) -> Iterator[Finding]:
    """Whatever does not hang together: a set with one of these cannot be used."""
    yield from ids.findings(content)
    yield from names.findings(content)
    yield from routes.findings(content)


def doubts(content: Content, guidance_texts: Mapping[str, str]) -> Iterator[Finding]:
    """Whatever is probably not meant, in a set that hangs together.

    guidance_texts: markdown by question.
    """
    yield from reach.findings(content)
    yield from scoring.findings(content)
    yield from evidence.findings(content)
    yield from texts.findings(content)
    yield from guidance.findings(content, guidance_texts)
