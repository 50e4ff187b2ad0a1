"""Changes between two versions as frozen records: their kind, the reason, the marks touched."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import pandas as pd

from inspectkit.questions.versions.kinds import ADDITIVE

NONE = "none"
Cells = tuple[str, ...]


@dataclass(frozen=True)
class Change:
    """One change. questions: those whose marks it touches; answers: only these answers, () all.

    old, new: as text, "" where there was or is nothing.
    """

    kind: str
    where: str
    key: str
    old: str
    new: str
    why: str
    questions: Cells = ()
    answers: Cells = ()

    def touched(self, marks: pd.DataFrame) -> list[str]:
        """The cases with marks that the change touches, sorted.

        marks: subject, question, answer, state, as in `Reviews.marks`. A new question touches every
        case that has been begun.
        """
        given = marks[marks["state"].isin(["answered", "na"])]
        if self.kind == ADDITIVE and self.where.startswith("question ") and not self.old:
            return sorted(set(given["subject"]))
        given = given[given["question"].isin(self.questions)]
        if self.answers:
            given = given[given["answer"].isin(self.answers)]
        return sorted(set(given["subject"]))


@dataclass(frozen=True)
class Difference:
    """Every change between two versions, the gravest first."""

    old: str
    new: str
    changes: tuple[Change, ...]

    @property
    def kind(self) -> str:
        """The gravest kind among the changes; 'none' without any."""
        return self.changes[0].kind if self.changes else NONE

    def table(self, marks: pd.DataFrame | None = None) -> pd.DataFrame:
        """kind, where, key, old, new, why, questions; with marks also the number of live cases."""
        rows = [asdict(each) | {"questions": ", ".join(each.questions)} for each in self.changes]
        columns = ["kind", "where", "key", "old", "new", "why", "questions"]
        found = pd.DataFrame(rows, columns=columns)
        if marks is not None:
            found["cases"] = [len(each.touched(marks)) for each in self.changes]
        return found
