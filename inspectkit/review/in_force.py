"""Which mark is in force where a case was marked twice, and what is still to be settled.

The mark in force is the adjudicated one, else the one that both agree on, else the only one. A
question marked twice, disagreed on and not settled is *unsettled*: it earns nothing, it loses
nothing, and an estimate bounds it like a file that was never examined.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from inspectkit.questions.model import CASE
from inspectkit.questions.question_set import QuestionSet
from inspectkit.review.items import apart
from inspectkit.review.state import (
    ANSWERED,
    CLOSED,
    NA,
    SUBMITTED,
    UNANSWERED,
    UNSETTLED,
    Answer,
    CaseState,
    judged,
    judged_above,
)

COUNTED = (ANSWERED, NA)


@dataclass(frozen=True)
class Disagreement:
    """One question of one case on which two markers differ, with what each wrote.

    said: marker → answer and evidence; the answer is "" where the question did not apply for them.
    item: the item of the case it was asked of, "" for the case itself. named: marker → kind and
    name of that item, as far as they found it.
    """

    subject: str
    question: str
    said: Mapping[str, tuple[str, str]]
    item: str = ""
    named: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def apart(self) -> bool:
        """May they have marked different items? Items are matched by their number alone."""
        return apart(self.named.values())


def in_force(
    qs: QuestionSet,
    seen: Mapping[str, CaseState],
    adjudicated: Mapping[str, Mapping[str, Answer]],
    *,
    stratum: str,
) -> CaseState:
    """One case's state from everybody's, the first marker's first, each of its items likewise.

    seen: marker → the case as they marked it. adjudicated: item ("" the case itself) → question →
    the settled answer. Marks of a second marker count from their submission on: until then the
    first marker's stand alone. An item that only one of them found is unsettled as a whole.
    """
    first, *others = seen.values()
    done = [first, *(each for each in others if each.status == SUBMITTED)]
    if len(done) < 2 and not adjudicated:
        return first
    case = _merged(qs, done, adjudicated.get("", {}), stratum, None)
    items = {
        item: _merged(qs, part, adjudicated.get(item, {}), stratum, case)
        for item, part in _items(qs, done).items()
    }
    return replace(case, items=items)


def _merged(
    qs: QuestionSet,
    done: Sequence[CaseState],
    settled: Mapping[str, Answer],
    stratum: str,
    above: CaseState | None,
) -> CaseState:
    first = done[0]
    agreed = {name: each for name, each in first.answers.items() if not differing(done, name)}
    answers = {**agreed, **settled}
    asked, known = qs.asked(CASE, first.kind or None), judged_above(above) if above else None
    found = judged(qs, stratum, first.facts, answers, asked=asked, above=known)
    states = found.states
    for name, state in states.items():
        if state != UNANSWERED or name in settled:
            continue
        if differing(done, name):
            states[name] = UNSETTLED
        elif name in agreed:  # both came to it by ways that are themselves unsettled
            states[name] = first.states[name]
    made = replace(first, answers=answers, states=states, open=found.open, scope=found.scope)
    return replace(made, values=found.values)


def _items(qs: QuestionSet, done: Sequence[CaseState]) -> dict[str, list[CaseState]]:
    """Item → its state as each marker left it; who did not find it has nothing open in it."""
    kept: dict[str, CaseState] = {}
    for each in done:
        kept = {**each.items, **kept}
    numbers = sorted(kept, key=int)
    return {item: [each.items.get(item) or _missed(qs, kept[item]) for each in done]
            for item in numbers}  # fmt: skip


def _missed(qs: QuestionSet, item: CaseState) -> CaseState:
    states = {each.id: CLOSED for each in qs.asked(CASE, item.kind)}
    return replace(item, answers={}, states=states, open=(), unexplained=())


def disagreements(qs: QuestionSet, seen: Mapping[str, CaseState]) -> tuple[Disagreement, ...]:
    """What two or more submitted marks of one case differ in, in the order of the set.

    Nothing is shown before everybody has submitted.
    """
    if len(seen) < 2 or any(each.status != SUBMITTED for each in seen.values()):
        return ()
    done = list(seen.values())
    return tuple(
        Disagreement(
            states[0].subject,
            name,
            {marker: _said(each, name) for marker, each in zip(seen, states, strict=True)},
            item,
            named_by(seen, item),
        )
        for item, states in {"": done, **_items(qs, done)}.items()
        for name in states[0].states
        if differing(states, name) and not qs.question(name).calculate
    )


def named_by(seen: Mapping[str, CaseState], item: str) -> dict[str, tuple[str, str]]:
    """Marker → kind and name that they gave an item; who did not find it is left out."""
    held = {marker: each.items[item] for marker, each in seen.items() if item in each.items}
    return {marker: (each.kind, each.named) for marker, each in held.items()}


def differing(states: Sequence[CaseState], question: str) -> bool:
    """Do these marks of a question differ, in whether it applies or in the answer?"""
    return len({(_applies(each, question), _said(each, question)[0]) for each in states}) > 1


def side_by_side(found: Sequence[Disagreement], qs: QuestionSet) -> pd.DataFrame:
    """subject, item, named, question, text, marker, answer, evidence: two rows or more for each.

    named: how this marker named the item.
    """
    rows = []
    for each in found:
        question = qs.question(each.question)
        labels = qs.answers(question)
        for marker, (answer, evidence) in each.said.items():
            shown = labels.get(answer, answer) if answer else "Does not apply"
            address = (each.subject, each.item, each.named.get(marker, ("", ""))[1], each.question)
            rows.append((*address, question.text, marker, shown, evidence))
    names = ["subject", "item", "named", "question", "text", "marker", "answer", "evidence"]
    return pd.DataFrame(rows, columns=names)


def _applies(state: CaseState, question: str) -> bool:
    return state.states.get(question) != CLOSED


def _said(state: CaseState, question: str) -> tuple[str, str]:
    given = state.answers.get(question)
    counts = given is not None and state.states.get(question) in COUNTED
    return (given.answer, given.evidence) if given and counts else ("", "")
