"""What marking was started on: the sample and the question set, and the sample as it stands."""

from __future__ import annotations

import json
from functools import cached_property

from sqlalchemy import Connection

from inspectkit.errors import InspectionError
from inspectkit.questions.question_set import QuestionSet
from inspectkit.review.basis import Basis
from inspectkit.review.log.ledger import Ledger
from inspectkit.review.log.tables import events
from inspectkit.review.migrating import MIGRATED, Turn
from inspectkit.review.substitution import KINDS, StandingSample
from inspectkit.sampling.sample import Sample


class Started(Ledger):
    """A log whose first event fixes what all later ones are about."""

    # Events of the sample seen so far, and what marking stands on after them.
    _known: tuple[int, Basis | None] = (0, None)
    _looked = False

    def start(self, sample: Sample, qs: QuestionSet, *, by: str = "") -> None:
        """Fix the sample and the question set; once. Other digests are refused."""
        if not self.started:
            row = self._event("start", Basis.of(sample, qs).body(), by=by, key="start")
            self._write(lambda connection: self._append(connection, row), by=by)
            return
        for name, ours, given in (
            ("sample", self.drawn().digest, sample.digest),
            ("question set", self._first.question_set.digest, qs.digest),
        ):
            if ours != given:
                what = f"marking began with another {name} ({ours[:12]}, not {given[:12]})"
                raise InspectionError(self.database.name, what, "Begin a new inspection for it")

    @property
    def started(self) -> bool:
        """Has a sample been fixed?"""
        return bool(self._read(events.c.kind == "start"))

    def sample(self) -> StandingSample:
        """The sample as it stands: as drawn, then each substitution and top-up in order."""
        with self._reading() as connection:
            return self._basis(connection).standing

    def drawn(self) -> Sample:
        """The sample that marking began with: the manifest's, which never changes."""
        return self._first.sample

    def question_set(self) -> QuestionSet:
        """The version asked now: what marking began with, or was carried over to since."""
        if not self._looked:
            with self._reading() as connection:
                self._basis(connection)
        return (self._known[1] or self._first).question_set

    @property
    def _changes(self) -> tuple[Turn, ...]:
        """Each change of version, as far as the log was looked at."""
        return (self._known[1] or self._first).changes

    @cached_property
    def _first(self) -> Basis:
        found = self._read(events.c.kind == "start")
        if not found:
            remedy = "Run inspectkit draw first"
            raise InspectionError(self.database.name, "no sample has been drawn into it", remedy)
        return Basis.restore(json.loads(found[0]["body"]))

    def _basis(self, connection: Connection) -> Basis:
        """What marking began with, after every event that changed the sample or the version."""
        self._looked = True
        changes = self._rows(connection, events.c.kind.in_((*KINDS, MIGRATED)))
        if len(changes) != self._known[0]:
            self._known = (len(changes), self._first.changed(changes))
        return self._known[1] or self._first
