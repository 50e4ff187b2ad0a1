"""Drafts: what a draft said, number by number and block by block, and what changed to the next.

A draft is an event that holds every figure and every numbered block as they were sent, so that the
next one can name each number and paragraph that is not what it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import pandas as pd
from pydantic import Field

from inspectkit.digest import digest
from inspectkit.errors import InspectionError
from inspectkit.findings.figures import Figure, Figures
from inspectkit.review.log.kinds import Content, register
from inspectkit.review.store import Store

DRAFT = "draft"
NUMBERS = ["figure", "title", "said", "then", "now"]
BLOCKS = ["place", "change", "then", "now"]
SAID = ("share", "interval", "points", "cases", "rating")


class Draft(Content):
    """figures: name → its title, then share, interval, points, cases and rating as text.

    blocks: place ("2.1", "Recommendation 1") and text, in order. challenges: decided by then.
    rest: headings, captions, cells: what else the Word file says, to tell what was put in later.
    """

    number: int = Field(ge=1)
    figures: dict[str, list[str]]
    blocks: list[list[str]]
    challenges: list[int] = Field(default_factory=list)
    sha256: dict[str, str] = Field(default_factory=dict)
    rest: list[str] = Field(default_factory=list)

    @property
    def id(self) -> str:
        """Twelve hex digits that no draft with other words or numbers has."""
        return digest([self.number, self.figures, self.blocks])[:12]


register(DRAFT, Draft)


def draft_of(
    number: int,
    figures: Figures,
    blocks: Iterable[tuple[str, str]],
    challenges: Iterable[int] = (),
) -> Draft:
    """What a draft would say now."""
    return Draft(
        number=number,
        figures={name: said_of(each) for name, each in figures.held.items()},
        blocks=[list(each) for each in blocks],
        challenges=list(challenges),
    )


def drafts(store: Store) -> tuple[Draft, ...]:
    """Every draft so far, in order."""
    return tuple(Draft.model_validate(each.content) for each in store.events(DRAFT))


def draft(store: Store, number: int = 0) -> Draft:
    """The draft of that number, 0 for the last one. Errors: there is none."""
    held = drafts(store)
    wanted = [each for each in held if number in (0, each.number)]
    if not wanted:
        what = f"no draft {number}" if held else "no draft was made yet"
        raise InspectionError("drafts", what, "Run inspectkit accuracy draft")
    return wanted[-1]


@dataclass(frozen=True)
class Changes:
    """Every number and every block that is not what it was.

    numbers: figure, title, said (share, interval, points, cases, rating), then, now.
    blocks: place, change (changed, new, taken out), then, now. challenges: decided in between.
    """

    numbers: pd.DataFrame
    blocks: pd.DataFrame
    challenges: tuple[int, ...]

    @classmethod
    def between(cls, then: Draft, now: Draft) -> Changes:
        """From one draft to another."""
        rows = list(_numbers(then.figures, now.figures))
        decided = tuple(each for each in now.challenges if each not in then.challenges)
        blocks = list(_blocks(then.blocks, now.blocks))
        return cls(
            pd.DataFrame(rows, columns=NUMBERS), pd.DataFrame(blocks, columns=BLOCKS), decided
        )


def said_of(each: Figure) -> list[str]:
    """Its title, and whatever a draft says of it: as SAID has them."""
    return [each.title, each.spoken, each.interval or "none", f"{each.won} of {each.of}",
            str(each.cases), each.rating or "not rated"]  # fmt: skip


def _numbers(
    then: Mapping[str, list[str]], now: Mapping[str, list[str]]
) -> Iterator[tuple[str, ...]]:
    for name in dict.fromkeys((*then, *now)):
        missing = ["", *["none"] * len(SAID)]
        before, after = then.get(name, missing), now.get(name, missing)
        for said, one, other in zip(SAID, before[1:], after[1:], strict=True):
            if one != other:
                yield name, after[0] or before[0], said, one, other


def _blocks(
    then: Sequence[Sequence[str]], now: Sequence[Sequence[str]]
) -> Iterator[tuple[str, str, str, str]]:
    texts = [each[1] for each in then], [each[1] for each in now]
    for step, low, high, first, last in SequenceMatcher(None, *texts, autojunk=False).get_opcodes():
        if step == "equal":
            continue
        both = min(high - low, last - first)
        for n in range(both):
            (_, one), (place, other) = then[low + n], now[first + n]
            yield place, "changed", one, other
        for place, text in then[low + both : high]:
            yield place, "taken out", text, ""
        for place, text in now[first + both : last]:
            yield place, "new", "", text
