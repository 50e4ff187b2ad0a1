"""Practice and calibration: everybody marks the same invented files, blind; no mark can be scored.

A round is a store of its own, whose sample is the files, so the marking form serves it as it is.
Its results go into the inspection's log: who is under the threshold gets no live case until the
lead releases them with a reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import pandas as pd

from inspectkit.digest import digest, sha256
from inspectkit.errors import InspectionError
from inspectkit.exhibits import Bar, StackedBars
from inspectkit.questions.question_set import QuestionSet
from inspectkit.questions.yaml import read_yaml
from inspectkit.resources import folder
from inspectkit.review.basis import Mark
from inspectkit.review.entries import Entry
from inspectkit.review.keeping_back import CALIBRATED, Calibrated
from inspectkit.review.state import CLOSED, SUBMITTED, Answer, CaseState, judged
from inspectkit.review.store import Store
from inspectkit.sampling.sample import COLUMNS, FORMAT, Sample
from inspectkit.sampling.spec import Closed
from inspectkit.validation import validated

THRESHOLD = Fraction(4, 5)
CLOSED_THERE = "does not apply"
RESULTS = ["marker", "files", "marks", "agreed", "share", "passed"]
SPREAD = ["question", "text", "subject", "agreed", "why", "answer", "markers", "count"]


class Agreed(Closed):
    """The answer that the file was written for, and why where it is not the usual one."""

    answer: str
    why: str = ""


class PracticeFile(Closed):
    """An invented case: what the inspector reads, and the answers agreed on beforehand.

    usual: the answer of every question that `agreed` does not name.
    """

    id: str
    title: str
    question_set: str
    casework_type: str
    facts: dict[str, str]
    text: str
    usual: str = "fm"
    agreed: dict[str, Agreed]

    def answers(self, qs: QuestionSet) -> dict[str, Agreed]:
        """Every question that applies, with its agreed answer, in the order of the set."""
        given: dict[str, Answer] = {}
        found: dict[str, Agreed] = {}
        for question in qs.questions:
            known = judged(qs, self.casework_type, self.facts, given)
            if question.id not in known.open:
                continue
            usual = known.suggested.get(question.id, self.usual)
            found[question.id] = self.agreed.get(question.id, Agreed(answer=usual))
            given[question.id] = Answer(found[question.id].answer, "", 1, "")
        strangers = sorted(set(self.agreed) - set(found))
        if strangers:
            what = f"answers are agreed for {', '.join(strangers)}, which do not apply"
            raise InspectionError(f"practice file {self.id}", what, "Correct the file")
        return found

    def marks(self, qs: QuestionSet) -> list[Mark]:
        """The agreed answers as an inspector would give them."""
        return [Mark(name, each.answer, each.why) for name, each in self.answers(qs).items()]


def shipped(question_set: str = "area-inspection") -> tuple[PracticeFile, ...]:
    """The practice files that come with a question set. Errors: it has none.

    >>> [file.id for file in shipped()]
    ['P1', 'P2', 'P3', 'P4', 'P5', 'P6']
    """
    place = folder("question_sets") / question_set.partition("@")[0] / "practice"
    return load(place)


def load(place: Path) -> tuple[PracticeFile, ...]:
    """The practice files of a folder, by name. Errors: none there, faults in one."""
    paths = sorted(place.glob("*.yaml"))
    if not paths:
        what, remedy = "there are no practice files", "Write one YAML file for each invented case"
        raise InspectionError(str(place), what, remedy)
    return tuple(validated(PracticeFile, read_yaml(path), path.name) for path in paths)


def open_round(
    place: Path | str,
    name: str,
    files: Sequence[PracticeFile],
    qs: QuestionSet,
    people: Iterable[str],
    *,
    by: str,
) -> Store:
    """Make a round's store and give every file to everybody. Errors: files of another set."""
    for file in files:
        if file.question_set != qs.ref:
            what = f"it was written for {file.question_set}, not {qs.ref}"
            raise InspectionError(f"practice file {file.id}", what, "Use that set, or other files")
        file.answers(qs)
    store = Store(place)
    store.start(sample_of(files, name), qs, by=by)
    join(store, people, by=by)
    return store


def join(store: Store, people: Iterable[str], *, by: str) -> None:
    """Give the files of a round to these people as well, each a part of their own."""
    held = {event.marker for event in store.events("allocate")}
    entries = [
        Entry("allocate", {"part": name}, {"subject": subject, "marker": name})
        for name in dict.fromkeys(people)
        if name not in held
        for subject in store.marked()
    ]
    store.record_all(entries, by=by)


def sample_of(files: Sequence[PracticeFile], name: str) -> Sample:
    """The files as the sample that everybody marks; its head says that it is practice."""
    key = sha256(f"practice {name}")[:32]
    types = Counter(file.casework_type for file in files)
    strata = [
        {"stratum": each, "label": each, "N": n, "n": n, "reserves": 0} for each, n in types.items()
    ]
    source = {"digest": digest([file.model_dump(mode="json") for file in files])}
    head = {"format": FORMAT, "key": key, "inspection": "practice", "round": name,
            "practice": True, "frame": source, "design": source, "strata": strata}  # fmt: skip
    cases = [
        (file.id, file.casework_type, "sample", place, sha256(f"{key}|{file.id}"), "1/1", "1/1")
        for place, file in enumerate(files, 1)
    ]
    facts = [{"id": each.id, "stratum": each.casework_type, **each.facts} for each in files]
    return Sample(pd.DataFrame(cases, columns=COLUMNS), pd.DataFrame(facts), head)


@dataclass(frozen=True, eq=False)
class Spread:
    """Every question of every file: the agreed answer, and who of those who submitted said what."""

    rows: pd.DataFrame
    question_set: QuestionSet
    titles: dict[str, str]

    def table(self) -> pd.DataFrame:
        """question, text, subject, agreed, why, answer, markers, count: a row for each answer."""
        return self.rows.copy()

    def questions(self) -> list[str]:
        """The questions, those furthest from the agreed answers first."""
        off = self.rows["answer"] != self.rows["agreed"]
        wrong = self.rows["count"].where(off, 0).groupby(self.rows["question"], sort=False).sum()
        return [str(name) for name in wrong.sort_values(ascending=False, kind="stable").index]

    def chart(self, question: str) -> StackedBars:
        """How many gave which answer, file by file, as a picture."""
        labels = self.question_set.answers(self.question_set.question(question))
        mine = self.rows[self.rows["question"] == question].replace(
            {"answer": labels, "agreed": labels}
        )
        series = tuple(dict.fromkeys(mine["answer"]))
        counts = mine.pivot_table(
            index="subject", columns="answer", values="count", aggfunc="sum", fill_value=0
        )
        agreed = dict(zip(mine["subject"], mine["agreed"], strict=True))
        bars = tuple(
            Bar(f"{case} (agreed: {agreed[case]})", "Answers given",
                tuple(int(counts.loc[case, name]) for name in series))  # type: ignore[arg-type]
            for case in counts.index
        )  # fmt: skip
        said = "; ".join(
            f"{row.subject}: {row.answer} by {row.markers}, agreed {row.agreed}"
            for row in mine.itertuples()
        )
        return StackedBars(
            id=f"spread-{question}".replace("_", "-"),
            title=str(mine["text"].iloc[0]),
            alt=f"Answers to {question}, file by file: {said}.",
            series=series,
            bars=bars,
            unit="answers",
            lengths="count",
        )


def spread(store: Store, files: Sequence[PracticeFile]) -> Spread:
    """What everybody who submitted said, beside what was agreed; nothing of others' before that."""
    qs = store.question_set()
    rows = []
    for file, agreed, done in _submitted(store, files, qs):
        for name, each in agreed.items():
            said: dict[str, list[str]] = {}
            for marker, state in done.items():
                said.setdefault(_said(state, name), []).append(marker)
            text = qs.question(name).text
            head = (name, text, file.id, each.answer, each.why)
            rows += [(*head, answer, ", ".join(who), len(who)) for answer, who in said.items()]
    return Spread(pd.DataFrame(rows, columns=SPREAD), qs, {each.id: each.title for each in files})


def results(
    store: Store, files: Sequence[PracticeFile], threshold: Fraction = THRESHOLD
) -> pd.DataFrame:
    """marker, files, marks, agreed, share, passed: how often each gave the agreed answer.

    marks: questions that apply by the agreed answers, of the files submitted. passed: all files
    submitted, and the share at or over the threshold.
    """
    tally: dict[str, list[int]] = {event.marker: [0, 0, 0] for event in store.events("allocate")}
    for _, agreed, done in _submitted(store, files, store.question_set()):
        for marker, state in done.items():
            right = sum(_said(state, name) == each.answer for name, each in agreed.items())
            tally[marker] = [
                sum(pair) for pair in zip(tally[marker], (1, len(agreed), right), strict=True)
            ]
    rows: list[tuple[Any, ...]] = []
    for marker, (read, marks, right) in sorted(tally.items()):
        share = Fraction(right, marks) if marks else Fraction(0)
        passed = read == len(files) and share >= threshold
        rows.append((marker, read, marks, right, round(float(share), 4), passed))
    return pd.DataFrame(rows, columns=RESULTS)


def record(
    live: Store,
    practice: Store,
    files: Sequence[PracticeFile],
    *,
    by: str,
    threshold: Fraction = THRESHOLD,
) -> pd.DataFrame:
    """Write the results of a round into the inspection's log; they hold from then on."""
    found = results(practice, files, threshold)
    name = str(practice.drawn().head["round"])
    entries = [
        Entry(
            CALIBRATED,
            Calibrated(round=name, marks=row["marks"], agreed=row["agreed"], passed=row["passed"],
                       threshold=f"{threshold.numerator}/{threshold.denominator}"),
            {"marker": row["marker"]},
        )
        for row in found.to_dict("records")
        if row["files"]
    ]  # fmt: skip
    live.record_all(entries, by=by)
    return found


def _submitted(
    store: Store, files: Sequence[PracticeFile], qs: QuestionSet
) -> Iterable[tuple[PracticeFile, dict[str, Agreed], dict[str, CaseState]]]:
    marked = store.marked()
    for file in files:
        seen = marked[file.id].seen
        done = {name: each for name, each in seen.items() if each.status == SUBMITTED}
        yield file, file.answers(qs), done


def _said(state: CaseState, question: str) -> str:
    if state.states.get(question, CLOSED) == CLOSED:
        return CLOSED_THERE
    given = state.answers.get(question)
    return given.answer if given else ""
