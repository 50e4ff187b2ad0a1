"""Flags and departures as an inspection records them in `judgements.yaml`, signed and dated."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pydantic import Field

from inspectkit.assessment.rating.discretion import Departure, Flag
from inspectkit.assessment.rule.model import Record
from inspectkit.questions.yaml import line_of, read_yaml
from inspectkit.validation import validated

FILE = "judgements.yaml"


class _Flag(Record):
    name: str = Field(min_length=1)
    by: str = Field(min_length=1)
    on: date
    why: str = Field(min_length=1)


class _Departure(Record):
    figure: str = Field(min_length=1)
    domain: str = "all"
    to: str = Field(min_length=1)
    by: str = Field(min_length=1)
    on: date
    why: str = Field(min_length=1)


class _Judgements(Record):
    flags: tuple[_Flag, ...] = ()
    departures: tuple[_Departure, ...] = ()
    judged: dict[str, dict[str, str]] = Field(default_factory=dict)


class Recorded:
    """What people added to the rule in one inspection; nothing where there is no file."""

    def __init__(self, folder: Path) -> None:
        path = folder / FILE
        stated = _Judgements()
        if path.exists():
            tree = read_yaml(path)
            stated = validated(
                _Judgements, tree, path.name, line=lambda place: line_of(tree, place)
            )
        self.flags = tuple(Flag(**each.model_dump()) for each in stated.flags)
        self.departures = tuple(Departure(**each.model_dump()) for each in stated.departures)
        self.judged = stated.judged
