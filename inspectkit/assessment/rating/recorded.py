"""What people add to a rule in one inspection: flags, departures and judgements, signed and dated.

They are events of the store, or stand in `judgements.yaml` where an inspection keeps them by hand.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import Field

from inspectkit.assessment.rating.discretion import Departure, Flag
from inspectkit.assessment.rule.model import Record
from inspectkit.questions.yaml import line_of, read_yaml
from inspectkit.review.entries import Event
from inspectkit.review.log.kinds import Content, register
from inspectkit.validation import validated

FILE = "judgements.yaml"
DEPARTURE, FLAG = "rating_departure", "rating_flag"


class Departed(Content):
    """A rating moved by discretion, or, where `to` is empty, one that stands as the rule has it."""

    figure: str = Field(min_length=1, max_length=200)
    domain: str = Field(min_length=1, max_length=200)
    to: str = Field(max_length=60)
    why: str = Field(min_length=1, max_length=4000)


class Flagged(Content):
    """A finding that a limiter waits for; holds: false takes it back."""

    name: str = Field(min_length=1, max_length=60)
    why: str = Field(min_length=1, max_length=4000)
    holds: bool = True


register(DEPARTURE, Departed, address=("section",))
register(FLAG, Flagged, address=("section",))


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


@dataclass(frozen=True)
class Recorded:
    """flags, departures; judged: kind or step → id → rating."""

    flags: tuple[Flag, ...] = ()
    departures: tuple[Departure, ...] = ()
    judged: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> Recorded:
        """From the folder's file; nothing where there is none. Errors: a file with faults."""
        path = folder / FILE
        if not path.exists():
            return cls()
        tree = read_yaml(path)
        stated = validated(_Judgements, tree, path.name, line=lambda place: line_of(tree, place))
        return cls(
            tuple(Flag(**each.model_dump()) for each in stated.flags),
            tuple(Departure(**each.model_dump()) for each in stated.departures),
            stated.judged,
        )

    def with_events(self, events: Iterable[Event]) -> Recorded:
        """With what the store holds: of each rating and each flag the newest word counts."""
        departures = {(each.figure, each.domain): each for each in self.departures}
        flags = {each.name: each for each in self.flags}
        for each in events:
            said, on = each.content, date.fromisoformat(each.at[:10])
            if each.kind == FLAG:
                flags.pop(said["name"], None)
                if said["holds"]:
                    flags[said["name"]] = Flag(said["name"], each.actor, on, said["why"])
                continue
            address = said["figure"], said["domain"]
            departures.pop(address, None)
            if said["to"]:
                moved = Departure(*address, said["to"], each.actor, on, said["why"])
                departures[address] = moved
        return replace(self, flags=tuple(flags.values()), departures=tuple(departures.values()))

    def text(self) -> str:
        """The content of a `judgements.yaml` that says all of this; "" where nothing is said."""
        said: dict[str, Any] = {name: value for name, value in asdict(self).items() if value}
        return json.dumps(said, ensure_ascii=False, indent=1, default=str) + "\n" if said else ""
