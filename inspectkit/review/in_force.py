"""Which mark is in force where a case was marked twice, and what is still to be settled.

The mark in force is the adjudicated one, else the one that both agree on, else the only one. A
question marked twice, disagreed on and not settled is *unsettled*: it earns nothing, it loses
nothing, and an estimate bounds it like a file that was never examined.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from inspectkit.questions.question_set import QuestionSet
from inspectkit.review.state import (
    ANSWERED,
    CLOSED,
    NA,
    SUBMITTED,
    UNANSWERED,
    UNSETTLED,
    Answer,
    CaseState,
    judge,
)

COUNTED = (ANSWERED, NA)


@dataclass(frozen=True)
class Disagreement:
    """One question of one case on which two markers differ, with what each wrote.

    said: marker → answer and evidence; the answer is "" where the question did not apply for them.
    """

    subject: str
    question: str
    said: Mapping[str, tuple[str, str]]


def in_force(
    qs: QuestionSet,
    seen: Mapping[str, CaseState],
    adjudicated: Mapping[str, Answer],
    *,
    stratum: str,
) -> CaseState:
    """One case's state from everybody's, the first marker's first.

    seen: marker → the case as they marked it. adjudicated: question → the settled answer. Marks
    of a second marker count from their submission on: until then the first marker's stand alone.
    """
    first, *others = seen.values()
    done = [first, *(each for each in others if each.status == SUBMITTED)]
    if len(done) < 2 and not adjudicated:
        return first
    agreed = {name: given for name, given in first.answers.items() if not differing(done, name)}
    answers = {**agreed, **adjudicated}
    states, opened = judge(qs, stratum, first.facts, answers)
    for name, state in states.items():
        if state != UNANSWERED or name in adjudicated:
            continue
        if differing(done, name):
            states[name] = UNSETTLED
        elif name in agreed:  # both came to it by ways that are themselves unsettled
            states[name] = first.states[name]
    return replace(first, answers=answers, states=states, open=opened)


def disagreements(
    qs: QuestionSet, seen: Mapping[str, CaseState], settled: Sequence[str] = ()
) -> tuple[Disagreement, ...]:
    """What two or more submitted marks of one case differ in, in the order of the set.

    settled: questions adjudicated already. Nothing is shown before everybody has submitted.
    """
    if len(seen) < 2 or any(each.status != SUBMITTED for each in seen.values()):
        return ()
    states = list(seen.values())
    return tuple(
        Disagreement(states[0].subject, each.id, {m: _said(s, each.id) for m, s in seen.items()})
        for each in qs.questions
        if each.id not in settled and differing(states, each.id)
    )


def differing(states: Sequence[CaseState], question: str) -> bool:
    """Do these marks of a question differ, in whether it applies or in the answer?"""
    return len({(_applies(each, question), _said(each, question)[0]) for each in states}) > 1


def side_by_side(found: Sequence[Disagreement], qs: QuestionSet) -> pd.DataFrame:
    """subject, question, text, marker, answer, evidence: two rows or more a disagreement."""
    rows = []
    for each in found:
        question = qs.question(each.question)
        labels = qs.answers(question)
        for marker, (answer, evidence) in each.said.items():
            shown = labels.get(answer, answer) if answer else "Does not apply"
            rows.append((each.subject, each.question, question.text, marker, shown, evidence))
    names = ["subject", "question", "text", "marker", "answer", "evidence"]
    return pd.DataFrame(rows, columns=names)


def _applies(state: CaseState, question: str) -> bool:
    return state.states.get(question) != CLOSED


def _said(state: CaseState, question: str) -> tuple[str, str]:
    given = state.answers.get(question)
    counts = given is not None and state.states.get(question) in COUNTED
    return (given.answer, given.evidence) if given and counts else ("", "")
