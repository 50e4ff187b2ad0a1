"""What every case came to, worked out again only for the cases whose events changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import pandas as pd

from inspectkit.questions.question_set import QuestionSet
from inspectkit.review.basis import Basis
from inspectkit.review.log.chain import Row
from inspectkit.review.reviews import Reviews, marks_of, reviews_of
from inspectkit.review.state import ANSWERED, CLOSED, NA, CaseState

LISTED = ["subject", "stratum", "status", "marker", "answered", "open"]
Stamp = tuple[Any, ...]


@dataclass(frozen=True)
class Marked:
    """One case. seen: marker → the case as they marked it. state: the marks that count."""

    seen: Mapping[str, CaseState]
    state: CaseState
    question_set: QuestionSet

    @cached_property
    def line(self) -> tuple[str, str, str, str, int, int]:
        """subject, stratum, status, marker, answered, open: questions of the case and its items."""
        marker = next(iter(self.seen), "")
        states = [mark[4] for mark in marks_of(self.state, marker, self.question_set)]
        head = (self.state.subject, self.state.stratum, self.state.status, marker)
        answered = states.count(ANSWERED) + states.count(NA)
        return *head, answered, len(states) - states.count(CLOSED)


@dataclass(frozen=True)
class Kept:
    """What one look at a log found; the next look starts from it. All of it follows from events.

    A case's stamp is how many events of it can be seen and where the last of them lies: it tells an
    event that arrived, one that came to be visible, and one whose words were disposed of.
    """

    basis: Basis | None = None
    stamps: Mapping[str, Stamp] = field(default_factory=dict)
    cases: Mapping[str, Marked] = field(default_factory=dict)

    def followed(
        self,
        basis: Basis,
        stamps: Mapping[str, Stamp],
        read: Callable[[Sequence[str]], Iterable[Row]],
    ) -> Kept:
        """Every case whose stamp changed worked out anew; all of them on another basis.

        read: the events of these cases in the order of the log.
        """
        held = self.cases if basis is self.basis else {}
        changed = [
            subject
            for subject in basis.subjects
            if subject not in held or self.stamps.get(subject) != stamps.get(subject)
        ]
        rows: dict[str, list[Row]] = {subject: [] for subject in changed}
        for row in read(changed) if changed else ():
            if row["subject"] in rows:
                rows[row["subject"]].append(row)
        fresh = {
            subject: Marked(*basis.marked(subject, each), basis.question_set)
            for subject, each in rows.items()
        }
        return Kept(basis, dict(stamps), {**held, **fresh})

    def in_order(self) -> dict[str, Marked]:
        """The cases in draw order."""
        return {
            subject: self.cases[subject] for subject in (self.basis.subjects if self.basis else ())
        }

    def reviews(self) -> Reviews:
        """Every sampled case and question with its state."""
        assert self.basis is not None
        ordered = list(self.in_order().values())
        seen = {each.state.subject: each.seen for each in ordered}
        found = reviews_of([each.state for each in ordered], seen, self.basis.question_set)
        return replace(found, practice=bool(self.basis.sample.head.get("practice")))

    def listed(self, marker: str = "") -> pd.DataFrame:
        """subject, stratum, status, marker, answered, open: a row for each case, in draw order."""
        rows = [each.line for each in self.in_order().values()]
        wanted = [row for row in rows if not marker or row[3] in ("", marker)]
        return pd.DataFrame(wanted, columns=LISTED)
