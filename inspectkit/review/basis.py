"""What marking was started on, and what a case's events mean against it; no database in sight."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import pandas as pd

from inspectkit.errors import InspectionError
from inspectkit.questions.model import CASE, Items
from inspectkit.questions.question_set import QuestionSet
from inspectkit.review.in_force import in_force
from inspectkit.review.items import Item, found, none_found
from inspectkit.review.migrating import MIGRATED, Turn, turns
from inspectkit.review.rules import (
    check_answer,
    check_evidence,
    lacks_evidence,
    refuse_absent,
    refuse_submitted,
)
from inspectkit.review.state import (
    FILE_ABSENT,
    NOT_STARTED,
    STARTED,
    SUBMITTED,
    Answer,
    CaseState,
    judged,
    judged_above,
)
from inspectkit.review.substitution import StandingSample, applied, check_member
from inspectkit.review.told import (
    MARKING,
    Row,
    adjudicated,
    frozen,
    given,
    given_out,
    holders,
    markers,
    when,
)
from inspectkit.sampling.sample import Sample


@dataclass(frozen=True)
class Mark:
    """An answer to one question, of the case or of an item in it, with its evidence."""

    question: str
    answer: str
    evidence: str = ""
    item: str = ""


@dataclass(frozen=True)
class Basis:
    """The sample and the question set that every event of a store refers to.

    sample: as drawn. standing: as it stands after the events that changed it. question_set: the
    version asked now. changes: each change of version since marking began.
    """

    sample: Sample
    question_set: QuestionSet
    standing: StandingSample
    changes: tuple[Turn, ...] = ()

    @classmethod
    def of(cls, sample: Sample, qs: QuestionSet) -> Basis:
        """Before anything happened to the sample."""
        return cls(sample, qs, applied(sample, ()))

    def changed(self, rows: Iterable[Row]) -> Basis:
        """The basis after the events that changed the sample or the version asked, in order."""
        told = list(rows)
        of_sample = [each for each in told if each["kind"] != MIGRATED]
        changes = turns(self.question_set, told)
        qs = changes[-1].question_set if changes else self.question_set
        return Basis(self.sample, qs, applied(self.sample, of_sample), changes)

    def body(self) -> dict[str, Any]:
        """The whole of it as plain values: the body of the first event."""
        return {
            "manifest": self.sample.manifest(),
            "facts": self.sample.facts.to_dict("records"),
            "question_set": self.question_set.canonical(),
        }

    @classmethod
    def restore(cls, body: Mapping[str, Any]) -> Basis:
        sample = Sample.restore(body["manifest"], pd.DataFrame(body["facts"]))
        return cls.of(sample, QuestionSet.restore(body["question_set"]))

    @cached_property
    def subjects(self) -> dict[str, dict[str, Any]]:
        """Case → stratum and the facts that the questions know, in draw order."""
        drawn = self.standing.drawn
        known = [fact.id for fact in self.question_set.facts if fact.id in drawn.columns]
        return {
            row["id"]: {"stratum": row["stratum"], "facts": {name: row[name] for name in known}}
            for row in drawn.to_dict("records")
        }

    def state(
        self,
        subject: str,
        rows: Iterable[Row],
        marker: str = "",
        *,
        begun: Sequence[str] | None = None,
        item: str = "",
    ) -> CaseState:
        """A case's state from its events in order, as one marker sees it.

        begun: everybody who marked it, where not all of them are among the rows. item: the state of
        that item in it. Errors: no such case, another's case, no such item.
        """
        self.check_subject(subject)
        rows = list(rows)
        whose = self._whose(subject, rows, marker, markers(rows) if begun is None else begun)
        case = self._as_marked(subject, rows, whose)
        return case.part(item)

    def _as_marked(self, subject: str, rows: list[Row], whose: str) -> CaseState:
        mine = [row for row in rows if row["kind"] in MARKING and row["marker"] == whose]
        ends = [row["kind"] for row in mine if row["kind"] in ("submit", "unlock")]
        status = STARTED if mine else NOT_STARTED
        status = SUBMITTED if ends and ends[-1] == "submit" else status
        status = FILE_ABSENT if subject in self.standing.absent else status
        known = self.subjects[subject]
        blank = CaseState(subject, known["stratum"], known["facts"], status, {}, {}, ())
        blank = replace(blank, frozen=frozen(rows, whose))
        answers, unsettled = given(mine, changes=self.changes)
        case = replace(self._with(blank, answers), conflicts=unsettled)
        there = found(mine)
        none = none_found(mine, there)
        said = none | {each.kind for each in there}
        unsaid = tuple(each.id for each in self._kinds if each.id not in said)
        items = {each.number: self._item(case, each, mine) for each in there}
        return replace(case, items=items, none=none, unsaid=unsaid)

    def _item(self, case: CaseState, item: Item, mine: list[Row]) -> CaseState:
        blank = replace(case, item=item.number, kind=item.kind, named=item.named)
        answers, unsettled = given(mine, item.number, self.changes)
        return replace(self._with(blank, answers, above=case), conflicts=unsettled)

    @cached_property
    def _kinds(self) -> tuple[Items, ...]:
        """The kinds of item that a case may hold and that something is asked of."""
        qs = self.question_set
        return tuple(
            each for each in qs.content.items if each.subject == CASE and qs.asked(CASE, each.id)
        )

    def _whose(self, subject: str, rows: list[Row], marker: str, begun: Sequence[str]) -> str:
        """The marker whose marks are meant. Errors: the case is another's."""
        given = holders(rows)
        owners = given or list(begun)[:1]
        if not marker:
            return owners[0] if owners else ""
        if owners and marker not in (*owners, *(begun if not given else ())):
            what = f"it is given to {given_out(rows)}" if given else _begun_by(owners, rows)
            raise InspectionError(f"case {subject}", what, "Choose another case")
        return marker

    def check_subject(self, subject: str) -> None:
        """Refuse a case that is not in the sample as it stands, saying why."""
        check_member(self.standing, subject)

    def after(self, state: CaseState, mark: Mark, at: str, version: int = 1) -> CaseState:
        """The state once one more answer is in force."""
        status = STARTED if state.status == NOT_STARTED else state.status
        case, items = replace(state, status=status), dict(state.items)
        if mark.item:
            items[mark.item] = _given(items[mark.item], mark, at, version)
        else:
            case = _given(case, mark, at, version)
            case = self._with(case, case.answers)
        again = {
            name: self._with(replace(each, status=status), each.answers, above=case)
            for name, each in items.items()
        }
        return replace(case, items=again)

    @cached_property
    def _types(self) -> dict[str, str]:
        """Case → casework type: the frame's stratum, of which the draw's may be a part."""
        facts = self.standing.facts
        return dict(zip(facts["id"], facts["stratum"], strict=True))

    def _with(
        self, state: CaseState, answers: Mapping[str, Answer], above: CaseState | None = None
    ) -> CaseState:
        qs, casework_type = self.question_set, self._types[state.subject]
        asked = qs.asked(CASE, state.kind or None)
        known = judged_above(above) if above else None
        found = judged(qs, casework_type, state.facts, answers, asked=asked, above=known)
        state = replace(state, answers=answers, states=found.states, open=found.open)
        state = replace(state, values=found.values, suggested=found.suggested, scope=found.scope)
        unexplained = tuple(
            name
            for name in found.open
            if (given := answers.get(name))
            and lacks_evidence(self.question_set, state, name, given.answer, given.evidence)
        )
        return replace(state, unexplained=unexplained)

    def check(
        self,
        state: CaseState,
        mark: Mark,
        marker: str,
        expected: int,
        *,
        evidence_follows: bool = False,
    ) -> None:
        """Refuse a mark that may not be appended to this state."""
        if not marker.strip():
            raise InspectionError("marker", "nobody is named", "Give the inspector's initials")
        refuse_submitted(state)
        refuse_absent(state)
        check_answer(self.question_set, state, mark.question, mark.answer, mark.evidence)
        if not evidence_follows:
            check_evidence(self.question_set, state, mark.question, mark.answer, mark.evidence)
        held = state.answers.get(mark.question)
        if (held.version if held else 0) != expected:
            where = f"{state.where}, question {mark.question}"
            what = "somebody saved another answer meanwhile"
            raise InspectionError(where, what, "Look at it, then save again")

    def seen(self, subject: str, rows: Iterable[Row]) -> dict[str, CaseState]:
        """Marker → the case as they marked it: those it is given to first, nobody unbegun.

        Marks of somebody it was taken from before they submitted it stay in the log alone, once
        somebody else has begun.
        """
        rows = list(rows)
        owners, begun = holders(rows), markers(rows)
        order = [*(name for name in owners if name in begun), *begun]
        found = {name: self._as_marked(subject, rows, name) for name in order}
        kept = {
            name: state
            for name, state in found.items()
            if not owners or name in owners or state.status == SUBMITTED
        }
        return kept or found

    def in_force(self, subject: str, rows: Iterable[Row]) -> CaseState:
        """A case's marks that count, whoever gave them: see `in_force`."""
        rows = list(rows)
        return self._counting(subject, rows, self.seen(subject, rows))

    def _counting(self, subject: str, rows: list[Row], seen: Mapping[str, CaseState]) -> CaseState:
        if not seen:
            return self.state(subject, rows)
        settled = adjudicated(rows, self.changes)
        return in_force(self.question_set, seen, settled, stratum=self._types[subject])

    def marked(self, subject: str, rows: Iterable[Row]) -> tuple[dict[str, CaseState], CaseState]:
        """A case as everybody marked it (see `seen`), and its marks that count."""
        rows = list(rows)
        seen = self.seen(subject, rows)
        return seen, self._counting(subject, rows, seen)


def _given(state: CaseState, mark: Mark, at: str, version: int) -> CaseState:
    """With one more answer, which settles what two devices left open about its question."""
    answers = {**state.answers, mark.question: Answer(mark.answer, mark.evidence, version, at)}
    left = tuple(name for name in state.conflicts if name != mark.question)
    return replace(state, answers=answers, conflicts=left)


def _begun_by(owners: Sequence[str], rows: Iterable[Row]) -> str:
    """Who marks a case that was given to nobody, and since when as far as one may see that."""
    first = [row["at"] for row in rows if row["marker"] in owners]
    since = f" since {when(first[0])}" if first else ""
    return f"it is being marked by {', '.join(owners)}{since}"
