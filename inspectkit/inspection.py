"""An inspection is a folder with an `inspection.toml`; this opens one and does each step in it."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import tomlkit
from pydantic import Field

from inspectkit.assessment import Estimates, Ratings, Rule, Scores, estimate, rate, score
from inspectkit.errors import InspectionError, Problems
from inspectkit.questions.question_set import QuestionSet
from inspectkit.resources import PACKAGE, folder
from inspectkit.review.reviews import Reviews
from inspectkit.review.store import Store
from inspectkit.sampling.cases import write_cases
from inspectkit.sampling.design import Design
from inspectkit.sampling.draw import draw
from inspectkit.sampling.frame import Frame
from inspectkit.sampling.sample import Sample
from inspectkit.sampling.spec import Closed, read_toml
from inspectkit.sampling.verify import verify
from inspectkit.validation import validated

SETTINGS, STORE = "inspection.toml", "inspection.db"
MANIFEST, CASES = Path("sample") / "manifest.json", Path("sample") / "cases.csv"
QUESTIONS, RULE, NOTEBOOKS = "question_set", "rule.yaml", "notebooks"
SIMULATED = "SIMULATED"


class Head(Closed):
    """The [inspection] table."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")
    round: str = "1"
    title: str = Field(min_length=1, max_length=200)
    area: str = Field(min_length=1, max_length=200)
    kind: str = "baseline"
    period: str = ""
    report_date: date
    protective_marking: str = ""


class Pinned(Closed):
    """The [pinned] table: what was copied into the folder, and its digests."""

    question_set: str
    question_set_digest: str
    rule: str
    rule_digest: str


@dataclass(frozen=True)
class Inspection:
    """One inspection, each step of it read from its folder when it is asked for."""

    folder: Path
    settings: Mapping[str, Any]
    head: Head
    pinned: Pinned

    @classmethod
    def open(cls, folder: str | Path) -> Inspection:
        """The inspection of a folder. Errors: no `inspection.toml`, or one with faults."""
        place = Path(folder).resolve()
        settings = read_toml(place / SETTINGS)
        strangers = set(settings) - {"inspection", "pinned", "frame", "sample"}
        if strangers:
            raise InspectionError(
                SETTINGS, f"unknown table [{min(strangers)}]", "Remove it or correct its name"
            )
        problems = Problems()
        with problems.gather():
            head = validated(Head, settings.get("inspection", {}), f"{SETTINGS} [inspection]")
        with problems.gather():
            pinned = validated(Pinned, settings.get("pinned", {}), f"{SETTINGS} [pinned]")
        problems.raise_if_any()
        return cls(place, settings, head, pinned)

    @classmethod
    def new(
        cls, folder: str | Path, *, area: str, question_set: str = "area-inspection@1"
    ) -> Inspection:
        """Make the folder of an inspection, with the question set and rule pinned in it.

        Errors: a folder that is not empty, or cannot be written.
        """
        place = Path(folder).resolve()
        if place.exists() and any(place.iterdir()):
            raise InspectionError(str(place), "the folder is not empty", "Name a new folder")
        qs, rule = QuestionSet.load(question_set), Rule.load(question_set)
        place.mkdir(parents=True, exist_ok=True)
        _copy_shipped(place, question_set)
        write_text(place / SETTINGS, _settings(area, qs, rule))
        return cls.open(place)

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
        return Frame.read(self.folder / str(self.settings["frame"]["file"]), self.folder / SETTINGS)

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
        path = self.folder / MANIFEST
        try:
            return dict(json.loads(path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            raise InspectionError(
                MANIFEST.as_posix(), "no sample has been drawn", "Run inspectkit draw"
            ) from None
        except (ValueError, UnicodeDecodeError) as error:
            what = f"not readable as JSON: {error}"
            raise InspectionError(
                MANIFEST.as_posix(), what, "Restore the file written at the draw"
            ) from None

    @cached_property
    def sample(self) -> Sample:
        return Sample.restore(self.manifest, self.frame.cases)

    def draw(self, seed: str) -> Sample:
        """Draw, write the manifest and the list of cases to provide, and open the store; once."""
        if (self.folder / MANIFEST).exists():
            raise InspectionError(
                MANIFEST.as_posix(), "a sample was drawn before", "A new draw is a new round"
            )
        sample, qs = draw(self.frame, self.design, seed=seed), self.question_set
        (self.folder / MANIFEST).parent.mkdir(exist_ok=True)
        store = Store(self.folder / STORE)
        store.start(sample, qs)
        store.close()
        write_cases(sample, self.folder / CASES)
        write_text(
            self.folder / MANIFEST,
            json.dumps(sample.manifest(), indent=1, ensure_ascii=False) + "\n",
        )
        return sample

    def verify(self) -> tuple[str, ...]:
        """The checks passed; errors at the first difference."""
        return verify(self.frame, self.manifest)

    @cached_property
    def store(self) -> Store:
        path = self.folder / STORE
        if not path.exists():
            raise InspectionError(STORE, "marking has not been opened", "Run inspectkit draw")
        return Store(path)

    @cached_property
    def reviews(self) -> Reviews:
        return self.store.reviews()

    @cached_property
    def scores(self) -> Scores:
        return score(self.reviews, self.question_set)

    @cached_property
    def estimates(self) -> Estimates:
        return estimate(self.scores, self.sample)

    @cached_property
    def ratings(self) -> Ratings:
        return rate(self.estimates, self.rule)

    @property
    def simulated(self) -> bool:
        """Some marks come from the demonstration's model, which every page must say."""
        return bool((self.reviews.subjects["marker"] == SIMULATED).any())


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 with LF, whole or not at all."""
    draft = path.with_name(path.name + ".part")
    with open(draft, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
    os.replace(draft, path)


def _pinned(name: str, stated: str, found: str) -> None:
    if stated != found:
        what = f"the {name} of this folder has digest {found[:12]}, {stated[:12]} is pinned"
        raise InspectionError(
            f"{SETTINGS} [pinned]", what, "Restore the copy made by inspectkit new"
        )


def _copy_shipped(place: Path, ref: str) -> None:
    name = ref.partition("@")[0]
    shutil.copytree(folder("question_sets") / name, place / QUESTIONS)
    shutil.copyfile(folder("rules") / f"{name}.yaml", place / RULE)
    shutil.copytree(
        folder("notebooks"), place / NOTEBOOKS, ignore=shutil.ignore_patterns(".*", "__pycache__")
    )


def _settings(area: str, qs: QuestionSet, rule: Rule) -> str:
    document: Any = tomlkit.parse((PACKAGE / SETTINGS).read_text(encoding="utf-8"))
    slug = "-".join("".join(each if each.isalnum() else " " for each in area.lower()).split())
    document["inspection"].update(
        {"id": f"{slug}-2026", "title": f"Area inspection: CPS {area}", "area": area}
    )
    document["frame"]["eligible"]["area"] = area
    document["pinned"].update(
        {
            "question_set": qs.ref,
            "question_set_digest": qs.digest,
            "rule": rule.ref,
            "rule_digest": rule.digest,
        }
    )
    return str(tomlkit.dumps(document))
