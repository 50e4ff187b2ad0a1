"""Conditions of other people's forms in our language, as far as it reaches."""

from __future__ import annotations

import re

from inspectkit.errors import InspectionError
from inspectkit.questions.expressions import parse

NAME = re.compile(r"\$\{([^}]+)\}")
QUOTED = re.compile(r'"([^"\']*)"')
ANSWERED = re.compile(r"(\$\{[^}]+\})\s*!=\s*''")
UNANSWERED = re.compile(r"(\$\{[^}]+\})\s*=\s*''")


def condition(text: str, where: str) -> str:
    """An XLSForm's `relevant` as our applies_when. Errors: what our language does not have.

    >>> condition('selected(${a}, "x") and ${b} != ""', "survey F2")
    "selected(${a}, 'x') and answered(${b})"
    """
    ours = NAME.sub(lambda found: f"${{{slug(found[1])}}}", QUOTED.sub(r"'\1'", text))
    ours = ANSWERED.sub(r"answered(\1)", ours)
    ours = UNANSWERED.sub(r"not(answered(\1))", ours).strip()
    try:
        parse(ours)
    except InspectionError as error:
        what = f"this condition is not among those that can be taken: {error.what}"
        remedy = "Use comparisons, selected(), and, or, not()"
        raise InspectionError(where, what, remedy) from None
    return ours


def slug(name: str) -> str:
    """A name as one of our ids.

    >>> slug("Q1.Plea-Date")
    'q1_plea_date'
    """
    plain = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    return plain[:60] if plain[:1].isalpha() else f"q_{plain}"[:60]
