"""A question as rows of an XLSForm: whether it is closed, the question itself, its reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from inspectkit.errors import InspectionError
from inspectkit.questions.expressions import parse
from inspectkit.questions.model import BUILT_IN, Question
from inspectkit.questions.question_set import QuestionSet
from inspectkit.questions.workbook.cells import GUIDANCE, Address
from inspectkit.questions.xlsform.guards import (
    ALWAYS,
    CLOSED,
    NEVER,
    Guards,
    conjunction,
    disjunction,
)
from inspectkit.questions.xlsform.words import Row, Words, language, plain

EVIDENCE = "-evidence"
TYPES = {"date": "date", "text": "text"}
YES = "yes"


@dataclass
class QuestionRows:
    """Writes the rows of one question after another. notes: what ODK cannot be told."""

    qs: QuestionSet
    words: Words
    guards: Guards
    notes: list[str] = field(default_factory=list)

    def rows(self, question: Question) -> Iterator[Row]:
        """The rows of a question, in order."""
        applies, closed = self._applies(question)
        if closed:
            cells = {"type": "calculate", "name": f"{question.id}{CLOSED}"}
            yield Row({**cells, "calculation": f"if({closed}, '1', '0')"})
        if question.type == "calculated" and (row := self._calculated(question, applies)):
            yield row
            return
        is_written = question.id in {each.id for each in self.qs.content.questions}
        at: Address = ("questions", question.id, "text") if is_written else ()
        labels, places = self.words.labels(question.text, question.translations, at)
        hints, hint_places = self._hints(question)
        cells = {"type": self._type(question), "name": question.id, **labels, **hints}
        cells["required"] = YES
        if applies != ALWAYS:
            cells["relevant"] = applies
            if is_written:
                places["relevant"] = ("questions", question.id, "applies_when")
        cells |= self._constraint(question)
        yield Row(cells, places | hint_places)
        yield from self._evidence(question)

    def _calculated(self, question: Question, applies: str) -> Row | None:
        """Worked out by ODK where it can be; else the inspector is asked for it."""
        tree = question.calculation.tree() if question.calculation else []
        try:
            known = self.guards.values.known(tree)
            written = f"if({known}, {self.guards.values.written(tree)}, '')"
        except InspectionError as error:
            self.notes.append(
                f"question {question.id}: {error.what}; the inspector is asked for it"
            )
            return None
        cells = {"type": "calculate", "name": question.id, "calculation": written}
        return Row(cells | ({"relevant": applies} if applies != ALWAYS else {}))

    def _gone(self, question: Question) -> str:
        """When a calculated question will never have a value."""
        try:
            tree = question.calculation.tree() if question.calculation else None
            return self.guards.values.gone(tree) if tree else NEVER
        except InspectionError:
            return NEVER

    def _applies(self, question: Question) -> tuple[str, str]:
        """When it is asked, and when it certainly is not."""
        types = [f"${{{BUILT_IN}}} = '{each}'" for each in question.casework_types]
        others = [
            f"${{{BUILT_IN}}} = '{each}'"
            for each in self.qs.casework_types
            if each not in question.casework_types
        ]
        asked = disjunction(*types) if types else ALWAYS
        left_out = disjunction(*others) if types else NEVER
        left_out = disjunction(left_out, self._gone(question))
        if not question.applies_when:
            return asked, "" if left_out == NEVER else left_out
        tree = parse(question.applies_when).tree()
        try:
            holds, fails = self.guards.holds(tree), self.guards.fails(tree)
        except InspectionError as error:
            raise InspectionError(
                f"question {question.id}, applies_when", error.what, error.remedy
            ) from None
        return conjunction(asked, holds), disjunction(left_out, fails)

    def _type(self, question: Question) -> str:
        if question.type in ("number", "calculated"):
            return "integer" if question.whole else "decimal"
        if question.type in TYPES:
            return TYPES[question.type]
        name = self._list(question)
        return f"select_multiple {name}" if question.type == "multiple" else f"select_one {name}"

    def _list(self, question: Question) -> str:
        if question.type == "scale":
            scale = self.qs.scale(str(question.scale))
            at: Address = ("scales", scale.id, "answers")
            return self.words.listed(f"scale_{scale.id}", scale.answers, at)
        at = ("questions", question.id, "choices")
        return self.words.listed(f"choices_{question.id}", question.choices, at)

    def _hints(self, question: Question) -> tuple[dict[str, str], dict[str, Address]]:
        first = self.words.first
        cells: dict[str, str] = {}
        places: dict[str, Address] = {}
        told = []
        if question.prefill:
            told.append(f"From the case list: ${{{question.prefill}}}")
        if question.unit:
            told.append(question.unit)
        if told:
            cells[f"hint::{first}"] = "; ".join(told)
        for key, name in self._guides(question.id):
            column = f"guidance_hint::{name}"
            cells[column], places[column] = plain(self.qs.texts[key]), (GUIDANCE, key)
        return cells, places

    def _guides(self, id: str) -> Iterator[tuple[str, str]]:
        """Key and language of each guidance text of a question."""
        known = self.qs.content.languages
        keys = [(id, known[0]), *((f"{id}.{each}", each) for each in known[1:])]
        yield from ((key, language(each)) for key, each in keys if self.qs.texts.get(key))

    def _constraint(self, question: Question) -> dict[str, str]:
        parts, messages = [], []
        if question.min is not None:
            parts.append(f". >= {question.min}")
        if question.max is not None:
            parts.append(f". <= {question.max}")
        if parts:
            messages.append(f"Allowed: {question.min or ''} to {question.max or ''}")
        guards = Guards(self.guards.closable, self.guards.na, self.guards.dates, question.id)
        for must in question.must:
            try:
                wrong = guards.fails(parse(must.that).tree())
            except InspectionError:
                what = f"question {question.id}: {must.that} is not checked in ODK"
                self.notes.append(what)
                continue
            parts.append(f"not({wrong})")
            messages.append(plain(must.message))
        self.guards.closed |= guards.closed
        if not parts:
            return {}
        first = self.words.first
        told = {f"constraint_message::{first}": " ".join(messages)}
        return {"constraint": " and ".join(parts), **told}

    def _evidence(self, question: Question) -> Iterator[Row]:
        if not question.evidence:
            return
        first = self.words.first
        length = question.evidence.min_length
        when = " or ".join(f"selected(${{{question.id}}}, '{a}')" for a in question.evidence.when)
        told = f"Write at least {length} characters"
        yield Row(
            {
                "type": "text",
                "name": f"{question.id}{EVIDENCE}",
                f"label::{first}": f"Reason: {plain(question.text)}",
                "required": YES,
                "relevant": when,
                "constraint": f"string-length(normalize-space(.)) >= {length}",
                f"constraint_message::{first}": told,
                "appearance": "multiline",
            }
        )
