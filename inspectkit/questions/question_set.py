"""A question set, checked and whole: its content, its guidance and its digest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from inspectkit.digest import digest
from inspectkit.errors import InspectionError
from inspectkit.questions.companions import with_companions
from inspectkit.questions.domains import answer_ids
from inspectkit.questions.lint import Finding, doubts
from inspectkit.questions.loading import read
from inspectkit.questions.model import CASE, Content, Fact, Named, Question, Scale
from inspectkit.questions.versions.change import Difference
from inspectkit.questions.versions.difference import difference
from inspectkit.questions.versions.frozen import locate, thaw
from inspectkit.questions.versions.meaning import comparable
from inspectkit.validation import nearest, validated


@dataclass(frozen=True)
class QuestionSet:
    """The questions of one kind of inspection, as pinned for it.

    >>> qs = QuestionSet.load("area-inspection@1")
    >>> qs.ref, len(qs.questions) >= 45
    ('area-inspection@1', True)
    """

    content: Content
    texts: Mapping[str, str]

    @classmethod
    def load(cls, ref: str | Path) -> QuestionSet:
        """A published version from 'id' (the newest) or 'id@revision'; a draft by its path.

        Errors: whatever does not hang together, with file, line and remedy; a published version
        that was changed.
        """
        path = locate(ref)
        if path is None:
            return cls(*read(ref))
        frozen = thaw(path)
        found = cls(frozen.content, frozen.texts)
        if found.digest != frozen.publication.question_set:
            what = "its questions do not have the digest that it states"
            raise InspectionError(path.name, what, "Restore it from a backup")
        return found

    @classmethod
    def restore(cls, canonical: Mapping[str, Any]) -> QuestionSet:
        """From what `canonical` gave."""
        return cls(
            validated(Content, canonical["content"], "question set"), dict(canonical["guidance"])
        )

    def canonical(self) -> dict[str, Any]:
        """Everything that gives the set its meaning, as plain values.

        What stands at its default is left out, so that a key which a later inspectkit knows changes
        no digest of a set that does not use it.
        """
        content = self.content.model_dump(mode="json", exclude_defaults=True)
        return {"content": content, "guidance": dict(self.texts)}

    def lint(self) -> tuple[Finding, ...]:
        """What is probably not meant; `lint_file` says the same of a file, with its lines.

        >>> {each.level for each in QuestionSet.load("area-inspection@1").lint()}
        {'note'}
        """
        return tuple(doubts(self.content, self.texts))

    def diff(self, other: QuestionSet) -> Difference:
        """What changes from this version to the other, the gravest first.

        >>> qs = QuestionSet.load("area-inspection@1")
        >>> qs.diff(qs).kind
        'none'
        """
        return difference(self.canonical(), other.canonical())

    def comparable(self, other: QuestionSet) -> tuple[str, ...]:
        """The questions that mean the same in both, in the order of the other; see `comparable`."""
        return comparable(self.canonical(), other.canonical())

    @cached_property
    def digest(self) -> str:
        return digest(self.canonical())

    @property
    def ref(self) -> str:
        return f"{self.content.id}@{self.content.revision}"

    @property
    def label(self) -> str:
        return self.content.label

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """Every question that is asked, in order; each followed by its companions.

        A companion asks for the cause, the N/A reason or the document that a rule of its question
        demands; it is answered like any other. Retired questions stand in `content` only.
        """
        return with_companions(self.content)

    def asked(self, subject: str = CASE, item: str | None = None) -> tuple[Question, ...]:
        """The questions about a kind of subject, or about one kind of item found in it."""
        return tuple(q for q in self.questions if (q.subject, q.item) == (subject, item))

    @property
    def themes(self) -> tuple[Named, ...]:
        return self.content.themes

    @property
    def tags(self) -> tuple[Named, ...]:
        return self.content.tags

    @property
    def facts(self) -> tuple[Fact, ...]:
        return self.content.facts

    @property
    def casework_types(self) -> dict[str, str]:
        """Stratum → public label."""
        return {each.id: each.label for each in self.content.casework_types}

    @cached_property
    def _by_id(self) -> dict[str, Question]:
        return {question.id: question for question in self.questions}

    def question(self, id: str) -> Question:
        """The question of that id.

        Errors: an id that this set does not have, with the nearest one.
        """
        if id not in self._by_id:
            raise InspectionError(
                self.ref,
                f"no question {id!r}",
                f"Use an id of the set.{nearest(id, list(self._by_id))}",
            )
        return self._by_id[id]

    def scale(self, id: str) -> Scale:
        return next(scale for scale in self.content.scales if scale.id == id)

    def answers(self, question: Question) -> dict[str, str]:
        """Answer → label, in the order they are offered; {} for dates, numbers and texts."""
        if question.type == "scale":
            return {each.id: each.label for each in self.scale(str(question.scale)).answers}
        return {each.id: each.label for each in question.choices}

    def is_na(self, question: Question, answer: str) -> bool:
        """Does this answer take the question out of the base?"""
        if question.type != "scale":
            return False
        found = self.scale(str(question.scale)).answer(answer)
        return found is not None and found.excluded

    def guidance(self, id: str, language: str = "") -> str:
        """The guidance of a question as markdown, '' where there is none in that language."""
        return self.texts.get(f"{id}.{language}" if language else id, "")

    def page(self, question: Question) -> str:
        """The theme on whose page of the form the question stands."""
        return question.page or question.themes[0]

    def asked_of(self, question: Question, casework_type: str) -> bool:
        return not question.casework_types or casework_type in question.casework_types

    def answer_ids(self, question: Question) -> list[str]:
        return answer_ids(self.content, question)
