"""Two rounds, Areas, tranches or groups side by side, with what is only chance called so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import pandas as pd

from inspectkit.assessment.comparison.difference import (
    Difference,
    Side,
    benjamini_hochberg,
    difference,
    holm,
)
from inspectkit.assessment.comparison.overlap import Overlap
from inspectkit.assessment.estimation import Estimate, Estimates
from inspectkit.errors import InspectionError
from inspectkit.exhibits import Boundary, Interval, IntervalChart, counted, percent
from inspectkit.questions import QuestionSet

ALPHA = 0.05
COLUMNS = ["figure", "kind", "domain", "then", "now", "difference", "low", "high", "p", "holm",
           "bh", "verdict", "note"]  # fmt: skip
WORDS = {
    "change": ("improved", "deteriorated", "no reliable change"),
    "difference": ("higher", "lower", "no reliable difference"),
}


@dataclass(frozen=True)
class Change:
    """One figure on both sides; difference None, and a note, where it cannot be compared."""

    figure: str
    kind: str
    label: str
    domain: str
    then: Estimate
    now: Estimate
    difference: Difference | None
    note: str
    holm: float | None = None
    bh: float | None = None
    verdict: str = ""


@dataclass(frozen=True, eq=False)
class Comparison:
    """Every figure in every domain that both sides have.

    common_cases: how many cases stand in both samples; their covariance is taken into account.
    left_out: figure → label, of those whose questions do not mean the same in both.
    """

    rows: tuple[Change, ...]
    common_cases: int
    names: tuple[str, str]
    left_out: Mapping[str, str]

    def table(self) -> pd.DataFrame:
        """figure, kind, domain, then, now, difference, low, high, p, holm, bh, verdict, note.

        then, now, difference: exact. holm, bh: p adjusted over all figures of the kind. The
        verdict goes by holm.
        """
        return pd.DataFrame([_cells(each) for each in self.rows], columns=COLUMNS, dtype=object)

    def only(self, rows: Iterable[Change]) -> Comparison:
        """The same with these of its rows: what was adjusted stays as it was over all of them."""
        return replace(self, rows=tuple(rows))

    def summary(self, *, questions: bool = False) -> pd.DataFrame:
        """One row of text for each theme and tag, or for each question too, in each domain."""
        rows = [_spoken(each) for each in self.rows if questions or each.kind != "question"]
        names = ["figure", "casework", *self.names, "difference", "95% interval", "p adjusted"]
        return pd.DataFrame(rows, columns=[*names, "verdict"])

    def chart(self) -> IntervalChart:
        """Themes and tags over all casework, a panel for each side."""
        rows = [each for each in self.rows if each.kind != "question"]
        last = rows[-1].domain if rows else ""
        points = tuple(
            Interval(each.label, name, percent(row.value), percent(row.low), percent(row.high))
            for each in rows
            if each.domain == last
            for name, row in zip(self.names, (each.then, each.now), strict=True)
        )
        said = "; ".join(f"{each.label}: {each.verdict or each.note}"
                         for each in rows if each.domain == last)  # fmt: skip
        title = f"{self.names[0]} and {self.names[1]}: share of the points won, with 95% intervals"
        return IntervalChart(id="comparison", title=title, alt=said or "Nothing to compare",
                             points=points, boundaries=tuple[Boundary, ...]())  # fmt: skip


def compare(
    then: Estimates,
    now: Estimates,
    *,
    sets: tuple[QuestionSet, QuestionSet] | None = None,
    pairs: Mapping[str, str] | None = None,
    names: tuple[str, str] = ("then", "now"),
    words: str = "change",
) -> Comparison:
    """Differences of every figure: interval, p, p adjusted over the figures, a plain verdict.

    sets: the question sets of both sides, needed where they differ; figures whose questions do
    not mean the same in both are left out and named. pairs: domains to set against each other,
    by default each with its namesake; {"system=yes": "system=no"} compares groups of one sample.
    words: "change" for rounds, "difference" for Areas and groups.

    Errors: different question sets without `sets`; no figure or domain in common.
    """
    alike, left = _same_meaning(then, now, sets)
    domains = pairs or {each: each for each in then.domains if each in now.domains}
    for one, other in domains.items():
        then.row(then.scores.figures[0].id, one)
        now.row(now.scores.figures[0].id, other)
    overlap = Overlap(then, now)
    rows = [_change(figure, pair, then, now, overlap) for pair in domains.items()
            for figure in alike]  # fmt: skip
    if not rows:
        raise InspectionError("compare", "nothing is in both", "Compare what shares its questions")
    return Comparison(_judged(rows, WORDS[words]), overlap.cases, names, left)


def _same_meaning(
    then: Estimates, now: Estimates, sets: tuple[QuestionSet, QuestionSet] | None
) -> tuple[list[str], dict[str, str]]:
    """The figures all of whose questions mean the same on both sides, and those left out."""
    ours = {each.id: each for each in then.scores.figures}
    theirs = {each.id: each for each in now.scores.figures}
    common = [each for each in ours if each in theirs]
    if then.scores.question_set_digest == now.scores.question_set_digest:
        return common, {}
    if sets is None:
        what = "the two sides were marked with different question sets"
        raise InspectionError("compare", what, "Give both as sets=(then, now)")
    for qs, est in zip(sets, (then, now), strict=True):
        if qs.digest != est.scores.question_set_digest:
            what = f"{qs.ref} is not the question set of this side"
            raise InspectionError("compare", what, "Give the sets in the order of the sides")
    alike = set(sets[0].comparable(sets[1]))
    kept = [
        each for each in common if set(ours[each].questions) == set(theirs[each].questions) <= alike
    ]
    either = theirs | ours
    return kept, {each: either[each].label for each in either if each not in kept}


def _change(
    figure: str, pair: tuple[str, str], then: Estimates, now: Estimates, overlap: Overlap
) -> Change:
    found = then.scores.figure(figure)
    rows = then.row(figure, pair[0]), now.row(figure, pair[1])
    sides = [Side.of(row) for row in rows]
    domain = pair[0] if pair[0] == pair[1] else f"{pair[0]} / {pair[1]}"
    note, gap = "", None
    if sides[0] and sides[1]:
        shared = overlap.covariance(figure, *pair)
        gap = difference(sides[0], sides[1], covariance=shared)
        if gap.p is None:
            note = "complete counts: nothing is left to chance"
    else:
        missing = rows[0] if sides[0] is None else rows[1]
        note = f"not compared: {missing.method.removeprefix('none: ')}"
    return Change(figure, found.kind, found.label, domain, *rows, gap, note)


def _judged(rows: Sequence[Change], words: tuple[str, str, str]) -> tuple[Change, ...]:
    found = {id(each): each for each in rows}
    for kind in dict.fromkeys(each.kind for each in rows):
        same = [each for each in rows if each.kind == kind and each.difference]
        tested = [(each, each.difference.p) for each in same
                  if each.difference and each.difference.p is not None]  # fmt: skip
        p = [each for _, each in tested]
        adjusted = zip(tested, holm(p), benjamini_hochberg(p), strict=True)
        for (each, _), strict, loose in adjusted:
            found[id(each)] = replace(each, holm=strict, bh=loose)
    return tuple(replace(each, verdict=_verdict(each, words)) for each in found.values())


def _verdict(each: Change, words: tuple[str, str, str]) -> str:
    if each.difference is None:
        return ""
    sure = each.holm is None or each.holm < ALPHA
    if not sure or each.difference.value == 0:
        return words[2]
    return words[0] if each.difference.value > 0 else words[1]


def _cells(each: Change) -> tuple[object, ...]:
    gap = each.difference
    numbers = (gap.value, gap.low, gap.high, gap.p) if gap else (None,) * 4
    return (each.figure, each.kind, each.domain, each.then.value, each.now.value, *numbers,
            each.holm, each.bh, each.verdict, each.note)  # fmt: skip


def _spoken(each: Change) -> tuple[str, ...]:
    gap = each.difference
    values = [_points(row.value) for row in (each.then, each.now)]
    if gap is None:
        return (each.label, each.domain, *values, "-", "-", "-", each.note)
    p = "-" if each.holm is None else "under 0.001" if each.holm < 0.001 else f"{each.holm:.3f}"
    ends = f"{100 * gap.low:+.1f} to {100 * gap.high:+.1f}"
    return (
        each.label,
        each.domain,
        *values,
        f"{float(100 * gap.value):+.1f}",
        ends,
        p,
        each.verdict,
    )


def _points(value: Fraction | None) -> str:
    return "-" if value is None else f"{percent(value):.1f}%"


def in_both(comparison: Comparison) -> str:
    """That some cases stand in both samples, which the intervals allow for; nothing if none do."""
    if not comparison.common_cases:
        return ""
    cases = counted(comparison.common_cases, "case")
    return f"In both samples: {cases}. The intervals take their covariance into account."


def warnings(comparison: Comparison) -> Iterator[str]:
    """What a reader should know first: figures left out."""
    if comparison.left_out:
        labels = "; ".join(comparison.left_out.values())
        yield f"Not compared, since their questions changed: {labels}."
