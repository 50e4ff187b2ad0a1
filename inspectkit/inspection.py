"""An inspection is a folder with an `inspection.toml`; this opens one and does each step in it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from inspectkit.assessment import Estimates, Ratings, Rule, Scores, estimate, score
from inspectkit.assessment.agreement.second_look import SecondLook, second_look
from inspectkit.assessment.comparison import Comparison, compare
from inspectkit.assessment.estimation.waits import Wait, waits
from inspectkit.assessment.rating.case_scores import case_scores
from inspectkit.assessment.rating.people import rated, recorded_in
from inspectkit.assessment.rating.recorded import Recorded
from inspectkit.errors import InspectionError, Problems
from inspectkit.findings import Figures, FollowUp
from inspectkit.findings.figures import ALL
from inspectkit.findings.log import followed
from inspectkit.narrative import Narrative, Telling, Told
from inspectkit.questions.question_set import QuestionSet
from inspectkit.review.changes import check_standing, open_marking, substitute, topup
from inspectkit.review.evidence import CASE_SCORES
from inspectkit.review.handing import waiting
from inspectkit.review.log.checkpoints import Checkpoint
from inspectkit.review.reviews import Reviews
from inspectkit.review.state import SIMULATED as SIMULATED
from inspectkit.review.store import Store
from inspectkit.review.team import Marking, beside
from inspectkit.sampling.design import Design
from inspectkit.sampling.evidence import steps
from inspectkit.sampling.evidence.files import read_json, write_bytes
from inspectkit.sampling.evidence.lists import write_evidence
from inspectkit.sampling.evidence.steps import PLAIN, Ceremony
from inspectkit.sampling.evidence.workpaper import frame_agreement
from inspectkit.sampling.frame import Frame
from inspectkit.sampling.sample import Sample
from inspectkit.sampling.spec import read_toml
from inspectkit.sampling.verify import verify
from inspectkit.settings import (
    QUESTIONS,
    RULE,
    SETTINGS,
    Head,
    Pinned,
    begin,
    whole_or_nothing,
)
from inspectkit.validation import validated

STORE = "inspection.db"
SAMPLE = "sample"
MANIFEST, CASES = Path(SAMPLE) / "manifest.json", Path(SAMPLE) / "cases.csv"
AGREEMENT = Path(SAMPLE) / "frame_agreement.xlsx"

EVERYTHING = "all casework, weighted"
UNSAID = "drawn by a program; no reason was given"


@dataclass(frozen=True)
class Inspection:
    """One inspection, each step of it read from its folder when it is asked for."""

    folder: Path
    settings: Mapping[str, Any]
    head: Head
    pinned: Pinned
    marking: Marking = field(default_factory=Marking)

    @classmethod
    def open(cls, folder: str | Path) -> Inspection:
        """The inspection of a folder. Errors: no `inspection.toml`, or one with faults."""
        place = Path(folder).resolve()
        settings = read_toml(place / SETTINGS)
        strangers = set(settings) - {"inspection", "pinned", "frame", "sample", "marking"}
        if strangers:
            raise InspectionError(
                SETTINGS, f"unknown table [{min(strangers)}]", "Remove it or correct its name"
            )
        problems = Problems()
        with problems.gather():
            head = validated(Head, settings.get("inspection", {}), f"{SETTINGS} [inspection]")
        with problems.gather():
            pinned = validated(Pinned, settings.get("pinned", {}), f"{SETTINGS} [pinned]")
        with problems.gather():
            marking = validated(Marking, settings.get("marking", {}), f"{SETTINGS} [marking]")
        problems.raise_if_any()
        return cls(place, settings, head, pinned, marking)

    @classmethod
    def new(
        cls, folder: str | Path, *, area: str, question_set: str = "area-inspection@1"
    ) -> Inspection:
        """Make the folder of an inspection, with the question set and rule pinned in it.

        question_set: 'id', 'id@2', or 'some/folder@2' for one of a lead's own, with its rule beside
        it. Errors: a folder that is not empty, or cannot be written; a draft.
        """
        with whole_or_nothing(folder):
            return cls.open(begin(folder, area=area, question_set=question_set))

    # --- the line: each step from the ones before it ----------------------------------------------

    @property
    def title(self) -> str:
        return self.head.title

    @property
    def area(self) -> str:
        return self.head.area

    @cached_property
    def design(self) -> Design:
        return Design.read(self.folder / SETTINGS)

    @cached_property
    def frame(self) -> Frame:
        return Frame.read(
            self.folder / str(self.settings["frame"].get("file", "")), self.folder / SETTINGS
        )

    @cached_property
    def question_set(self) -> QuestionSet:
        found = QuestionSet.load(self.folder / QUESTIONS)
        _pinned("question set", self.pinned.question_set_digest, found.digest)
        return found

    @cached_property
    def rule(self) -> Rule:
        found = Rule.load(self.folder / RULE)
        _pinned("rule", self.pinned.rule_digest, found.digest)
        return found

    @property
    def manifest(self) -> dict[str, Any]:
        missing = ("no sample has been drawn", "Run inspectkit draw")
        restore = "Restore the file written at the draw"
        return read_json(self.folder / MANIFEST, missing=missing, restore=restore)

    @cached_property
    def sample(self) -> Sample:
        return Sample.restore(self.manifest, self.frame.cases)

    def agreement(self) -> Path:
        """Write the workbook by which the inspected body agrees to the frame; its path."""
        title, period = self.title, self.head.period
        content = frame_agreement(self.frame, self.design, title=title, period=period)
        self._place.mkdir(exist_ok=True)
        write_bytes(self.folder / AGREEMENT, content)
        return self.folder / AGREEMENT

    def commit(self, **stated: Any) -> dict[str, Any]:
        """Fix frame and design before there is a seed; keywords as for `steps.commit`."""
        return steps.commit(self._place, self.frame, self.design, **stated)

    def draw(
        self,
        seed: str = "",
        *,
        ceremony: Ceremony = PLAIN,
        uncommitted: str | None = None,
        salt: str | None = None,
    ) -> Sample:
        """Draw, open the store, and write the manifests and the list of cases to provide; once.

        uncommitted: why there is no commitment; every report prints it. A program that does not
        say gets it recorded that nothing was said; the command line insists on a reason.
        """
        if (self.folder / MANIFEST).exists():
            raise InspectionError(
                MANIFEST.as_posix(), "a sample was drawn before", "A new draw is a new round"
            )
        if uncommitted is None:
            committed = (self._place / "commitment.json").exists()
            uncommitted = "" if committed else UNSAID
        sample = steps.drawn(
            self._place,
            self.frame,
            self.design,
            seed=seed,
            ceremony=ceremony,
            uncommitted=uncommitted,
            salt=salt,
        )
        qs = self.question_set
        self._place.mkdir(exist_ok=True)
        sample = open_marking(self.store_place, sample, qs)
        write_evidence(self._place, self.frame, sample)
        return sample

    def substitute(self, case: str, *, reason: str, by: str, note: str = "") -> str:
        """Record that a case cannot be examined; the reserve that takes its place, "" if none."""
        return substitute(self.store, self._place, case, reason=reason, by=by, note=note)

    def topup(self, sizes: Mapping[str, int], *, by: str, reason: str = "") -> Sample:
        """Take so many more cases of each stratum, the next in the order of the draw."""
        frame, design, place = self.frame, self.design, self._place
        return topup(self.store, place, sizes, frame=frame, design=design, by=by, reason=reason)

    def verify(self) -> tuple[str, ...]:
        """The checks passed; errors at the first difference."""
        drawn_again = verify(self.frame, self.manifest)
        passed = steps.check_evidence(self._place, self.sample, self.frame, self.design)
        if self.marking.store or (self.folder / STORE).exists():
            passed += (check_standing(self.store, self.frame, self.design),)
        else:
            passed += (f"there is no {STORE}: what left the sample since was not looked at",)
        return passed + drawn_again

    @property
    def _place(self) -> Path:
        return self.folder / SAMPLE

    @property
    def store_place(self) -> Path | str:
        """Where marks are kept: the file in the folder, or the address in [marking]."""
        return self.marking.store or self.folder / STORE

    @cached_property
    def store(self) -> Store:
        place = self.store_place
        unopened = ("marking has not been opened", "Run inspectkit draw")
        if isinstance(place, Path) and not place.exists():
            if (self._place / steps.MANIFEST).exists():
                what = "it is not there, although a sample was drawn"
                raise InspectionError(STORE, what, "Put a backup in its place: inspectkit restore")
            raise InspectionError(STORE, *unopened)
        store = Store(place)
        if not isinstance(place, Path) and not store.started:
            name = store.database.name
            store.close()
            raise InspectionError(name, *unopened)
        return store

    def practice_place(self, name: str) -> Path | str:
        """Where a practice round is kept, apart from the marks: a file, or a schema of its own."""
        if not re.fullmatch(r"[a-z][a-z0-9]{0,19}", name):
            what = f"{name!r} is no name for a practice round"
            raise InspectionError("practice", what, "Use up to 20 small letters and digits")
        if not self.marking.store:
            return self.folder / "practice" / f"{name}.db"
        return beside(self.marking.store, f"practice_{name}")

    @property
    def kept_back(self) -> dict[str, str]:
        """Marker → why they get no live case until the lead releases them."""
        return waiting(self.store)

    @property
    def log_head(self) -> str:
        """One hash for where every chain of the log stands now (`review.log.checkpoints`)."""
        return Checkpoint(heads=self.store.heads()).head

    @cached_property
    def reviews(self) -> Reviews:
        return self.store.reviews()

    @cached_property
    def scores(self) -> Scores:
        return score(self.reviews, self.question_set)

    @cached_property
    def estimates(self) -> Estimates:
        return estimate(self.scores, self.store.sample())

    @cached_property
    def ratings(self) -> Ratings:
        """Under the pinned rule, with what people judged in the store and in judgements.yaml."""
        return self.ratings_of("")

    def ratings_of(self, subject: str) -> Ratings:
        """The ratings with the judgements about one office or Area ("" the only one there is)."""
        return rated(self.estimates, self.rule, self.recorded(subject))

    def recorded(self, subject: str = "") -> Recorded:
        """What people added to the rule: judgements about one office or Area, flags, departures."""
        return recorded_in(self.folder, self.store, subject)

    def gather_case_scores(self, question: str, *, by: str, on: date) -> str:
        """Record what the files scored as one item of evidence for a judgement; its id."""
        note = case_scores(self.estimates, self.question_set, question)
        source, digest = f"Case files of {self.head.id}", self.scores.digest
        return self.store.gather(CASE_SCORES, source, on, by=by, note=note, digest=digest)

    def waits(self, within: Sequence[float] = ()) -> tuple[Wait, ...]:
        """How long things took where the set counts it; within: limits to give the share by."""
        sample = self.store.sample()
        return waits(self.reviews, self.question_set, self.scores, sample, within=within)

    @cached_property
    def second_look(self) -> tuple[SecondLook, ...]:
        """The shares as the second markers see them; none where no case was marked twice."""
        return second_look(self.reviews, self.question_set, self.store.sample())

    def given(self, reviews: Reviews) -> Inspection:
        """The same inspection as if these had been its reviews: scores, estimates and ratings."""
        other = replace(self)
        other.__dict__["reviews"] = reviews  # where `cached_property` keeps what it made
        return other

    @property
    def findings(self) -> FollowUp:
        """What was found, with every answer and status recorded so far."""
        return followed(self.store, self.head.report_date)

    @cached_property
    def figures(self) -> Figures:
        """Every figure by the name that findings and paragraphs call it by."""
        return Figures.of(self.ratings, {**self.question_set.casework_types, ALL: EVERYTHING})

    @cached_property
    def earlier(self) -> Inspection | None:
        """The round before, where inspection.toml names its folder."""
        return Inspection.open(self.folder / self.head.earlier) if self.head.earlier else None

    @cached_property
    def comparison(self) -> Comparison | None:
        """This round against the earlier one; None where there is none."""
        then = self.earlier
        if then is None:
            return None
        sets, names = (then.question_set, self.question_set), (then.title, self.title)
        return compare(then.estimates, self.estimates, sets=sets, names=names)

    @property
    def narrative(self) -> Telling:
        """The prose in narrative/*.md, told with the figures as they are."""
        return Telling(Narrative.read(self.folder), Told.of(self.figures, self.comparison))

    @property
    def simulated(self) -> bool:
        """Some marks come from the demonstration's model, which every page must say."""
        return bool((self.reviews.subjects["marker"] == SIMULATED).any())


def _pinned(name: str, stated: str, found: str) -> None:
    if stated != found:
        what = f"the {name} of this folder has digest {found[:12]}, {stated[:12]} is pinned"
        raise InspectionError(
            f"{SETTINGS} [pinned]", what, "Restore the copy made by inspectkit new"
        )
