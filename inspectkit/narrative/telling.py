"""Paragraphs told with their figures, and every word of a share or a change checked against them.

A word bound to a figure, or standing in a sentence that calls one figure alone, must fit it; a name
that nobody knows is an error. What rests on no figure, or only just fits, is a note.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from inspectkit.assessment.comparison.compare import Comparison
from inspectkit.errors import InspectionError, Problems
from inspectkit.exhibits import Block, Prose, counted, percent
from inspectkit.findings.figures import AT, Figure, Figures
from inspectkit.narrative.paragraphs import ANY, Call, Narrative, Paragraph
from inspectkit.narrative.scale import Word, scale
from inspectkit.validation import nearest

FORMS = {
    "": "the share",
    "interval": "the limits of its interval",
    "points": "points won of points available",
    "cases": "the cases it rests on",
    "rating": "its rating",
    "label": "its name",
    "word": "the word of the scale",
    "change": "the difference from the earlier round",
}
SENTENCE = re.compile(r"(?<=[.!?;])\s+(?=[A-Z{\[])")
TYPED = re.compile(r"\b\d+(?:\.\d+)?\s?(?:%|per ?cent)")
NO_EARLIER = "no earlier round is named"
NAME_IT = 'Write earlier = "../the-folder" under [inspection] in inspection.toml'


@dataclass(frozen=True)
class Told:
    """What paragraphs are told with: the figures, and what changed since an earlier round.

    changes: figure → verdict and difference in percent points; None without an earlier round.
    """

    figures: Figures
    changes: Mapping[str, tuple[str, float | None]] | None = None

    @classmethod
    def of(cls, figures: Figures, comparison: Comparison | None) -> Told:
        """With the verdicts of `compare`."""
        if comparison is None:
            return cls(figures)
        return cls(figures, {
            f"{each.figure}{AT}{each.domain}": (
                each.verdict or each.note,
                percent(each.difference.value) if each.difference else None,
            )
            for each in comparison.rows
        })  # fmt: skip


@dataclass(frozen=True)
class Doubt:
    """Something about a paragraph: an error that keeps it from being published, or a note."""

    level: str
    paragraph: Paragraph
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        rest = self.remedy.rstrip(".")
        rest = f" {rest}{'' if rest.endswith('?') else '.'}" if rest else ""
        return f"{self.paragraph.place} ({self.paragraph.title}): {self.what}.{rest}"


@dataclass(frozen=True)
class Telling:
    """A narrative with what it is told with."""

    narrative: Narrative
    told: Told
    _held: dict[str, str] = field(default_factory=dict, compare=False, repr=False)

    def text(self, paragraph: Paragraph) -> str:
        """The paragraph as readers see it. Errors: a figure or a form that nobody knows."""

        def said(match: re.Match[str]) -> str:
            name, form, bound, _ = match.groups()
            return bound or self._said(paragraph, Call(name, form or ""))

        return ANY.sub(said, paragraph.source)

    def prose(self) -> Prose:
        """Every chapter as blocks. Errors: everything that `doubts` calls an error, at once."""
        problems = Problems()
        for each in self.doubts():
            if each.level == "error":
                where = f"{each.paragraph.place} ({each.paragraph.title})"
                problems.add(where, each.what, each.remedy or "Mend it")
        problems.raise_if_any()
        kinds = {"chapter": "chapter", "heading": "heading", "paragraph": "numbered",
                 "item": "item"}  # fmt: skip
        return Prose(tuple(
            Block(self.text(each), kinds[each.sort], each.number)  # type: ignore[arg-type]
            for each in self.narrative.paragraphs
        ))  # fmt: skip

    def values(self, paragraph: Paragraph) -> dict[str, str]:
        """What each figure of a paragraph says now, by its call."""
        found = {}
        for call in paragraph.calls:
            key = f"{call.name}:{call.form}" if call.form else call.name
            found[key] = self._said(paragraph, Call(call.name, call.form))
        return found

    def doubts(self) -> list[Doubt]:
        """Everything about every paragraph, in order."""
        return [doubt for each in self.narrative.paragraphs for doubt in self._about(each)]

    # --- one paragraph ----------------------------------------------------------------------------

    def _about(self, each: Paragraph) -> Iterator[Doubt]:
        known = True
        for call in each.calls:
            try:
                figure = self.told.figures.figure(call.name, each.place)
                self._said(each, call)
            except InspectionError as error:
                known = False
                yield Doubt("error", each, error.what, error.remedy)
                continue
            if call.bound:
                yield from self._checked(each, call.bound, figure)
        if known:
            yield from self._sentences(each)

    def _sentences(self, each: Paragraph) -> Iterator[Doubt]:
        for sentence in SENTENCE.split(each.source):
            called = [match[1] for match in ANY.finditer(sentence) if match[1]]
            figures = {self.told.figures.figure(name, each.place) for name in called}
            rest = ANY.sub(" ", sentence)
            for word in scale().found(rest):
                if len(figures) == 1:
                    yield from self._checked(each, word, next(iter(figures)))
                else:
                    remedy = f"Bind it: [{word}](figure@casework)"
                    yield Doubt("note", each, f"{word!r} is bound to no figure", remedy)
            for loose in scale().said_loosely(rest):
                yield Doubt("note", each, f"{loose!r} stands for no share of the scale")
            for number in TYPED.findall(rest):
                remedy = "Call the figure instead, so that text and table agree"
                yield Doubt("note", each, f"{number} is typed by hand", remedy)

    def _checked(self, each: Paragraph, said: str, figure: Figure) -> Iterator[Doubt]:
        word, verdict = scale().word(said), scale().verdict(said)
        if verdict:
            yield from self._changed(each, said, verdict, figure)
        elif word is None:
            known = [one.word for one in scale().words]
            remedy = f"Use one of {', '.join(known)}.{nearest(said, known)}"
            yield Doubt("error", each, f"{said!r} is no word of the scale", remedy)
        elif figure.value is None:
            why = "has no figure" if figure.published else "is left out of the public version"
            yield Doubt("error", each, f"{said!r}: {figure.title} {why}", "Take it out")
        elif not word.fits(figure.value):
            fitting = " or ".join(scale().fitting(figure.value)) or "a number"
            what = f"{said!r} means {word.range}, {figure.title} is {figure.spoken}"
            yield Doubt("error", each, what, f"Write {fitting}")
        else:
            yield from _only_just(each, said, word, figure)

    def _changed(self, each: Paragraph, said: str, verdict: str, figure: Figure) -> Iterator[Doubt]:
        if self.told.changes is None:
            yield Doubt("error", each, f"{said!r}: {NO_EARLIER}", NAME_IT)
            return
        found = self.told.changes.get(figure.name, ("not compared", None))[0]
        if found != verdict:
            what = f"{said!r}: for {figure.title} the comparison says {found}"
            yield Doubt("error", each, what, f"Write {found}")

    def _said(self, each: Paragraph, call: Call) -> str:
        figure = self.told.figures.figure(call.name, each.place)
        if call.form not in FORMS:
            remedy = f"Use one of {', '.join(filter(None, FORMS))}.{nearest(call.form, FORMS)}"
            raise InspectionError(each.place, f"no form {call.form!r}", remedy)
        if call.form == "change":
            return self._difference(each, figure)
        return _formed(figure, call.form)

    def _difference(self, each: Paragraph, figure: Figure) -> str:
        if self.told.changes is None:
            what = f"{{{figure.name}:change}}: {NO_EARLIER}"
            raise InspectionError(each.place, what, NAME_IT)
        points = self.told.changes.get(figure.name, ("", None))[1]
        return "no comparable figure" if points is None else f"{points:+.1f} percentage points"


def _formed(figure: Figure, form: str) -> str:
    if not figure.published:
        return figure.spoken
    if form == "interval":
        return figure.interval or "no interval"
    if form == "word":
        words = scale().fitting(figure.value) if figure.value is not None else []
        return words[0] if words else figure.spoken
    return {
        "points": f"{figure.won:,} of {counted(figure.of, 'point')}",
        "cases": "a number of cases that is not published"
        if figure.cases is None
        else counted(figure.cases, "case"),
        "rating": figure.rating or "not rated",
        "label": figure.label,
    }.get(form, figure.spoken)


def _only_just(each: Paragraph, said: str, word: Word, figure: Figure) -> Iterator[Doubt]:
    limits = [limit for limit in (figure.low, figure.high) if limit is not None]
    if any(not word.fits(limit) for limit in limits):
        what = f"{said!r} fits {figure.spoken}, not all of the interval {figure.interval}"
        yield Doubt("note", each, what)
