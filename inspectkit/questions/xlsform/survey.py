"""A question set as the rows of an XLSForm: survey, choices and settings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from inspectkit.questions.model import BUILT_IN, CASE, Question
from inspectkit.questions.question_set import QuestionSet
from inspectkit.questions.workbook.cells import Address
from inspectkit.questions.xlsform.guards import CLOSED, Guards
from inspectkit.questions.xlsform.question_rows import QuestionRows
from inspectkit.questions.xlsform.words import Row, Words, language

INSPECTOR, SUBJECT, KIND = "inspector-id", "subject-id", "subject-kind"


@dataclass(frozen=True)
class Form:
    """The three sheets of an XLSForm. notes: what ODK cannot be told."""

    survey: tuple[Row, ...]
    choices: tuple[Row, ...]
    settings: dict[str, str]
    notes: tuple[str, ...]


def form(qs: QuestionSet) -> Form:
    """The XLSForm of a question set."""
    writer = _Writer(qs)
    survey = tuple(writer.survey())
    default = language(qs.content.languages[0])
    settings = {
        "form_title": qs.label,
        "form_id": qs.content.id,
        "version": str(qs.content.revision),
        "default_language": default,
        "instance_name": f"concat(${{{SUBJECT}}}, ' ', ${{{INSPECTOR}}})",
        "style": "pages",
    }
    return Form(survey, tuple(writer.choices()), settings, tuple(writer.asked.notes))


def guards_of(qs: QuestionSet) -> Guards:
    """What conditions of the set need to know."""
    na = {}
    for each in qs.questions:
        if each.type == "scale":
            answers = qs.scale(str(each.scale)).answers
            na[each.id] = [answer.id for answer in answers if answer.excluded]
    dates = {each.id for each in qs.questions if each.type == "date"}
    dates |= {each.id for each in qs.facts if each.kind == "date"}
    can_close = [q for q in qs.questions if q.applies_when or q.casework_types or q.calculation]
    closable = {question.id for question in can_close}
    return Guards(closable, na, dates)


class _Writer:
    """Writes the rows of one form."""

    def __init__(self, qs: QuestionSet) -> None:
        self.qs = qs
        self.words = Words(qs.content.languages)
        self.asked = QuestionRows(qs, self.words, guards_of(qs))

    def survey(self) -> list[Row]:
        """All rows; a page of the form is a group, an item a repeat."""
        body = list(self._pages())
        rows = [*self._meta(), *self._facts(), *body]
        return [row for row in rows if self._is_used(row)]

    def _is_used(self, row: Row) -> bool:
        name = row.cells["name"]
        return not name.endswith(CLOSED) or name.removesuffix(CLOSED) in self.asked.guards.closed

    def choices(self) -> Iterator[Row]:
        for rows in self.words.lists.values():
            yield from rows

    def _meta(self) -> Iterator[Row]:
        yield Row({"type": "start", "name": "start"})
        yield Row({"type": "end", "name": "end"})
        parameters = "track-changes=true identify-user=true"
        yield Row({"type": "audit", "name": "audit", "parameters": parameters})
        yield self.words.own("text", INSPECTOR, "Inspector")
        subjects = self.qs.content.subjects
        if subjects:
            self.words.listed(KIND, subjects, ("subjects",))
            self.words.lists[KIND].insert(0, self.words.choice(KIND, CASE, "Case", {}))
            yield self.words.own(f"select_one {KIND}", KIND, "What is looked at?")
        yield self.words.own("text", SUBJECT, "Reference")
        types = self.words.listed(BUILT_IN, self.qs.content.casework_types, ("casework_types",))
        row = self.words.own(f"select_one {types}", BUILT_IN, "Casework type")
        yield Row(row.cells | ({"relevant": f"${{{KIND}}} = '{CASE}'"} if subjects else {}))

    def _facts(self) -> Iterator[Row]:
        if not self.qs.facts:
            return
        first = self.words.first
        head = {"type": "begin_group", "name": "facts", "appearance": "field-list"}
        yield Row({**head, f"label::{first}": "From the case list"})
        for fact in self.qs.facts:
            at: Address = ("facts", fact.id)
            kind = {"date": "date", "number": "decimal"}.get(fact.kind, "text")
            if fact.kind == "choice":
                listed = self.words.listed(f"fact_{fact.id}", fact.values, (*at, "values"))
                kind = f"select_one {listed}"
            labels, places = self.words.labels(fact.label, fact.translations, (*at, "label"))
            yield Row({"type": kind, "name": fact.id, **labels}, places)
        yield Row({"type": "end_group", "name": "facts"})

    def _pages(self) -> Iterator[Row]:
        first = self.words.first
        items = {each.id: each for each in self.qs.content.items}
        themes = {each.id: each for each in self.qs.themes}
        number = 0
        for (subject, item), questions in self._groups():
            if item:
                kept = {f"label::{first}": items[item].label}
                yield Row({"type": "begin_repeat", "name": f"item-{item}", **kept})
            for page, asked in groupby(questions, key=self.qs.page):
                number += 1
                head = {"type": "begin_group", "name": f"page-{number}"}
                labels, _ = self.words.labels(themes[page].label, themes[page].translations)
                if self.qs.content.subjects:
                    head["relevant"] = f"${{{KIND}}} = '{subject}'"
                yield Row({**head, **labels, "appearance": "field-list"})
                for question in asked:
                    yield from self.asked.rows(question)
                yield Row({"type": "end_group", "name": f"page-{number}"})
            if item:
                yield Row({"type": "end_repeat", "name": f"item-{item}"})

    def _groups(self) -> list[tuple[tuple[str, str | None], list[Question]]]:
        """Questions by what they are asked of; those about one kind of item all in one repeat."""
        found: list[tuple[tuple[str, str | None], list[Question]]] = []
        repeats: dict[tuple[str, str | None], list[Question]] = {}
        for question in self.qs.questions:
            key = (question.subject, question.item)
            if question.item and key in repeats:
                repeats[key].append(question)
            elif found and found[-1][0] == key:
                found[-1][1].append(question)
            else:
                found.append((key, [question]))
                if question.item:
                    repeats[key] = found[-1][1]
        return found
