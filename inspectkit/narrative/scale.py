"""The scale of words: which share "most", "half" and "few" stand for, as data with its source."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

REF = "words@1"


@dataclass(frozen=True)
class Word:
    """A word and the shares in percent that it stands for.

    auto: found in a sentence without being bound to a figure. ours: not in the published scale.
    not_before, not_after: neighbours
    beside which it means something else ("the most serious", "a few").
    """

    word: str
    low: Fraction = Fraction(0)
    high: Fraction = Fraction(100)
    low_out: bool = False
    high_out: bool = False
    auto: bool = True
    ours: bool = False
    not_before: tuple[str, ...] = ()
    not_after: tuple[str, ...] = ()

    def fits(self, share: Fraction | float) -> bool:
        """Does the word stand for this share (0 to 1)?"""
        value = Fraction(share) * 100
        above = value > self.low if self.low_out else value >= self.low
        return above and (value < self.high if self.high_out else value <= self.high)

    @property
    def range(self) -> str:
        """'75% to 90%', 'over 90%', 'up to 15%'."""
        if self.high == 100 and not self.high_out:
            return (
                f"{'over ' if self.low_out else ''}{self.low}%{'' if self.low_out else ' or more'}"
            )
        if self.low == 0 and not self.low_out:
            return f"up to {self.high}%"
        return f"{self.low}% to {'under ' if self.high_out else ''}{self.high}%"


@dataclass(frozen=True)
class Scale:
    """words: longest first. loose: words that stand for no share. changes: verdict → its words."""

    words: tuple[Word, ...]
    loose: tuple[str, ...]
    changes: dict[str, tuple[str, ...]]
    source: str

    def word(self, said: str) -> Word | None:
        """The word of the scale that was said, however it is spelt in capitals."""
        told = " ".join(said.lower().split())
        return next((each for each in self.words if each.word == told), None)

    def verdict(self, said: str) -> str:
        """What a word of change claims: improved, deteriorated, no reliable change; "" for none."""
        told = " ".join(said.lower().split())
        return next((name for name, words in self.changes.items() if told in words), "")

    def fitting(self, share: Fraction | float) -> list[str]:
        """The words that stand for a share: the published ones, else our own."""
        found = [each for each in self.words if each.fits(share) and each.auto]
        return [each.word for each in found if not each.ours] or [each.word for each in found]

    def found(self, sentence: str) -> Iterator[str]:
        """The words of the scale, and those of change, that a sentence holds, each once."""
        text = " ".join(sentence.lower().split())
        seen: set[int] = set()
        for each in self.words:
            for match in re.finditer(rf"\b{re.escape(each.word)}\b", text) if each.auto else ():
                if not _beside(each, text, match) and not seen & set(range(*match.span())):
                    seen |= set(range(*match.span()))
                    yield each.word
        for words in self.changes.values():
            yield from (each for each in words[:1] if re.search(rf"\b{re.escape(each)}\b", text))

    def said_loosely(self, sentence: str) -> list[str]:
        """The words of the sentence that stand for no share at all."""
        return [each for each in self.loose
                if re.search(rf"\b{re.escape(each)}\b", sentence.lower())]  # fmt: skip


def _beside(word: Word, text: str, match: re.Match[str]) -> bool:
    before = text[: match.start()].split()[-1:]
    after = text[match.end() :].split()[:1]
    return bool(set(before) & set(word.not_after) or set(after) & set(word.not_before))


@cache
def scale() -> Scale:
    """The shipped scale."""
    path = Path(__file__).parent / f"{REF}.json"
    held: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    words = sorted(map(_word, held["words"]), key=lambda each: -len(each.word))
    changes = {name: tuple(each) for name, each in held["changes"].items()}
    return Scale(tuple(words), tuple(held["loose"]), changes, held["source"])


def _word(stated: dict[str, Any]) -> Word:
    return Word(
        stated["word"],
        Fraction(stated.get("at_least", stated.get("above", 0))),
        Fraction(stated.get("at_most", stated.get("below", 100))),
        "above" in stated,
        "below" in stated,
        not stated.get("bound_only", False),
        stated.get("ours", False),
        tuple(stated.get("unless_before", ())),
        tuple(stated.get("unless_after", ())),
    )
