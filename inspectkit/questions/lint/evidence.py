"""Rules of evidence that can be met, days in their order, more than one source."""

from __future__ import annotations

from collections.abc import Iterator

from inspectkit.questions.domains import ids
from inspectkit.questions.expressions import Parsed, walk
from inspectkit.questions.lint.finding import Finding
from inspectkit.questions.model import Content, Question
from inspectkit.validation import Place, nearest

LONGEST_REASON = 20_000  # the store takes no longer one


def findings(content: Content) -> Iterator[Finding]:
    """Evidence that is never asked for, or never enough; days without an order."""
    for row, question in enumerate(content.questions):
        place: Place = ("questions", row)
        yield from _rule(question, place)
        yield from _sources(content, question, place)
    yield from _pairs(content)


def _rule(question: Question, place: Place) -> Iterator[Finding]:
    if question.evidence and not question.evidence.when:
        what = f"the evidence rule of {question.id} names no answer, so it never asks for anything"
        yield Finding("idle-evidence", (*place, "evidence"), what, "Write when: [nm], or remove it")
    elif question.evidence and question.evidence.min_length > LONGEST_REASON:
        what = f"{question.id} wants more characters than can be saved"
        remedy = f"Ask for at most {LONGEST_REASON:,}"
        yield Finding("idle-evidence", (*place, "evidence"), what, remedy)


def _sources(content: Content, question: Question, place: Place) -> Iterator[Finding]:
    rests_on = question.rests_on
    if rests_on is None:
        return
    place = (*place, "rests_on")
    if rests_on.at_least < 2 or len(rests_on.kinds) < 2:
        what = f"{question.id} may be judged on a single source"
        yield Finding("one-source", place, what, "Ask for two kinds and at_least: 2")
    if ("case_scores" in rests_on.kinds) != (rests_on.case_scores is not None):
        what = f"{question.id} names case_scores in only one of two places"
        yield Finding("case-scores", place, what, "List the kind, and say which figures it takes")
    scores = rests_on.case_scores
    figures = [*ids(content.themes), *ids(content.tags), *ids(content.questions)]
    for name in scores.figures if scores and not scores.of else ():
        if name not in figures:
            remedy = f"Name a theme or tag.{nearest(name, figures)}"
            yield Finding("case-scores", place, f"{name!r} is no figure of this set", remedy)


def _pairs(content: Content) -> Iterator[Finding]:
    """Two days that are measured against each other, at least one of them asked for."""
    asked = {q.id: (row, q) for row, q in enumerate(content.questions) if q.type == "date"}
    ordered = {
        frozenset(must.condition.names) for _, question in asked.values() for must in question.must
    }
    told: set[frozenset[str]] = set()
    for question in content.questions:
        for parsed in (question.condition, question.calculation, question.suggestion):
            for pair in measured(parsed) if parsed else ():
                rows = [asked[name][0] for name in pair if name in asked]
                if rows and pair not in told and not any(pair <= names for names in ordered):
                    told.add(pair)
                    one, other = sorted(pair)
                    what = f"{one} and {other} are measured against each other in any order"
                    later = content.questions[max(rows)].id
                    first = next(iter(pair - {later}))
                    remedy = f"Write must: [{{that: ${{{later}}} >= ${{{first}}}, message: ...}}]"
                    yield Finding("dates-unordered", ("questions", max(rows)), what, remedy)


def measured(parsed: Parsed) -> Iterator[frozenset[str]]:
    """The pairs of names between which days are counted."""
    for node in walk(parsed.tree()):
        if node[0] == "call" and node[1].endswith("days-between"):
            names = frozenset(side[1] for side in node[2:] if side[0] == "name")
            if len(names) == 2:
                yield names
