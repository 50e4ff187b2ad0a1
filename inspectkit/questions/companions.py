"""Questions that follow from a rule of another: cause of a failing, reason for N/A, document.

They are made from the set, never written in it: `charge_code` brings `charge_code_cause` with
`causes`, `charge_code_na_reason` with N/A reasons, `charge_code_reference` with `reference: true`.
"""

from __future__ import annotations

from collections.abc import Iterator

from inspectkit.questions.model import Companion, Content, NaReason, Question

ASKED = {  # in the first language of a set
    "cause": "What was the most significant cause?",
    "na_reason": "Why is this not applicable?",
    "reference": "Which document shows it?",
}


def with_companions(content: Content) -> tuple[Question, ...]:
    """The questions that are asked, each followed by its companions; retired ones left out."""
    made: list[Question] = []
    for question in content.questions:
        if not question.retired:
            made += [question, *companions(content, question)]
    return tuple(made)


def companions(content: Content, question: Question) -> Iterator[Companion]:
    """The companions of one question, in the order they are asked."""
    scale = next((each for each in content.scales if each.id == question.scale), None)
    if question.causes and scale:
        when = _any_of(question, question.causes.when or scale.failing)
        kind = "multiple" if question.causes.several else "choice"
        yield _made(question, "cause", when, type=kind, choices=question.causes.options)
    reasons = na_reasons(content, question)
    if reasons and scale and any(answer.excluded for answer in scale.answers):
        keys = {"id", "label", "translations"}
        choices = [each.model_dump(include=keys) for each in reasons]
        when = f"is-na(${{{question.id}}})"
        yield _made(question, "na_reason", when, type="choice", choices=choices)
    if question.evidence and question.evidence.reference:
        when = _any_of(question, question.evidence.when)
        yield _made(question, "reference", when, type="text")


def na_reasons(content: Content, question: Question) -> tuple[NaReason, ...]:
    """The coded reasons for which a question may be not applicable."""
    return tuple(
        each
        for each in content.na_reasons
        if question.id in each.questions
        or set(question.themes) & set(each.themes)
        or not (each.questions or each.themes)
    )


def _any_of(question: Question, answers: tuple[str, ...]) -> str:
    return " or ".join(f"selected(${{{question.id}}}, '{answer}')" for answer in answers)


def _made(question: Question, role: str, applies_when: str, **rest: object) -> Companion:
    placed = question.model_dump(
        include={"subject", "item", "section", "page", "casework_types"}, exclude_none=True
    )
    page = question.page or (question.themes[0] if question.themes else None)
    return Companion.model_validate(
        {
            **placed,
            "page": page,
            "id": f"{question.id}_{role}",
            "text": ASKED[role],
            "context": True,
            "applies_when": applies_when,
            "of": question.id,
            "role": role,
            **rest,
        }
    )
