"""The walk from a rating to the rule, the arithmetic, the questions and the cases, line by line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

import pandas as pd

from inspectkit.assessment.domains import ALL
from inspectkit.assessment.estimation import Estimate, Estimates
from inspectkit.assessment.rating.record import NOT_RATED, Rating
from inspectkit.assessment.rule import Rule
from inspectkit.assessment.rule.numbers import written
from inspectkit.assessment.rule.words import beginnings, measure_words, row_words, step_words
from inspectkit.exhibits import counted

CASES_SHOWN = 5


@dataclass(frozen=True)
class Line:
    """One line of the walk: the part it belongs to, how deep it stands, what it says."""

    part: str
    depth: int
    text: str


class Explanation(str):
    """The walk as text; `table()` gives it in rows of part, depth and text."""

    lines: tuple[Line, ...]

    @classmethod
    def of(cls, lines: tuple[Line, ...]) -> Explanation:
        made = cls("\n".join("  " * each.depth + each.text for each in lines))
        made.lines = lines
        return made

    def table(self) -> pd.DataFrame:
        """part (rating, rule, arithmetic, question, case, certainty), depth, text."""
        rows = [(each.part, each.depth, each.text) for each in self.lines]
        return pd.DataFrame(rows, columns=["part", "depth", "text"])


def walk(
    rating: Rating, rule: Rule, est: Estimates | None, others: Mapping[str, Rating]
) -> Iterator[Line]:
    """Every line about one rating; `others` are the ratings of its domain by figure."""
    strata = est.scores.strata if est else {}
    place = "all casework" if rating.domain == ALL else strata.get(rating.domain, rating.domain)
    title = f"{rating.title}, {place}" if est else rating.title
    yield Line("rating", 0, f"{title}: {rating.band.label if rating.band else NOT_RATED}")
    if rating.by_rule != rating.band and rating.by_rule:
        yield Line("rating", 1, f"The rule gives {rating.by_rule.label}.")
    if rating.note:
        yield Line("rating", 1, f"{rating.note[0].upper()}{rating.note[1:]}.")
    yield from _rule_lines(rating, rule)
    if rating.node:
        yield from _inputs(rating, others)
    elif est and rating.estimate:
        yield from _arithmetic(rating, rule, est, rating.estimate)
    yield from _certainty(rating, rule)


def _rule_lines(rating: Rating, rule: Rule) -> Iterator[Line]:
    checked = "checked" if rule.verified else "not yet checked"
    yield Line("rule", 0, f"Rule {rule.ref}: {rule.label} ({checked} against its source)")
    if rating.node:
        yield Line("rule", 1, step_words(rating.node.step))
        lines = row_words(rating.node.step, rule)
    else:
        lines = beginnings(rule)
    yield from (Line("rule", 1, each) for each in lines)
    if not rating.node and rule.measure != "judgement":
        least = counted(rule.minimum_cases, "case")
        yield Line("rule", 1, f"at least {least} with something applicable")
    if rating.limiter:
        limiter = rating.limiter
        label = f"limiter {limiter.id}@{limiter.revision}: {limiter.label}"
        yield Line("rule", 1, f"{label} (no better than {limiter.cap})")


def _inputs(rating: Rating, others: Mapping[str, Rating]) -> Iterator[Line]:
    assert rating.node is not None
    yield Line("arithmetic", 0, "Inputs")
    for each in rating.node.inputs:
        found = others.get(each)
        name = found.title if found else each
        band = found.band if found else None
        points = f" ({written(band.points)})" if band and band.points is not None else ""
        yield Line("arithmetic", 1, f"{name}: {band.label if band else NOT_RATED}{points}")
    if rating.value is not None:
        shown = written(rating.value, as_percent=rating.node.step.method == "share")
        yield Line("arithmetic", 1, f"{rating.node.step.method}: {shown}")


def _arithmetic(rating: Rating, rule: Rule, est: Estimates, row: Estimate) -> Iterator[Line]:
    yield Line("arithmetic", 0, f"Arithmetic: {measure_words(rule)}")
    parts = est.strata
    parts = parts[(parts["figure"] == row.figure) & (parts["domain"] == row.domain)]
    for part in parts.to_dict("records"):
        if part["available"]:
            weight = f", each standing for {part['N']} / {part['n']}" if len(parts) > 1 else ""
            sums = f"{part['points']} / {part['available']} from {part['cases']} cases"
            yield Line("arithmetic", 1, f"{part['stratum']}: {sums}{weight}")
    if rating.value is not None:
        yield Line("arithmetic", 1, f"value: {_value(rating.value, rule)}")
    if row.value is not None:
        yield Line("arithmetic", 1, _total(est, row))
    counts = _counts(est, row)
    marks = ", ".join(f"{count} {name}" for name, count in counts.items())
    yield Line("arithmetic", 1, f"marks: {marks}")
    if row.domain in est.scores.strata:
        yield from _questions(est, row)
    yield from _cases(est, row)


def _total(est: Estimates, row: Estimate) -> str:
    found = est.total(row.figure, row.domain)
    won, of = (f"{float(each):,.0f}" for each in (found.won, found.available))
    caution = f" ({found.warning})" if found.warning else ""
    return f"in the whole caseload: about {won} of {of} points{caution}"


def _value(value: Fraction, rule: Rule) -> str:
    return f"{value} = {percent(value, 3)}" if rule.is_share else str(value)


def _counts(est: Estimates, row: Estimate) -> dict[str, int]:
    """Marks of the figure by state, over the strata that the domain lies in."""
    parts = est.strata
    strata = parts[(parts["figure"] == row.figure) & (parts["domain"] == row.domain)]["stratum"]
    table = est.scores.table()
    table = table[(table["figure"] == row.figure) & table["domain"].isin(strata)]
    names = ("answered", "na", "unanswered", "closed", "not_examined", "unsettled")
    words = ("answered", "not applicable", "unanswered", "closed", "not examined", "unsettled")
    return {word: int(table[name].sum()) for name, word in zip(names, words, strict=True)}


def _questions(est: Estimates, row: Estimate) -> Iterator[Line]:
    """One line for each question that feeds the figure in a stratum."""
    figure = est.scores.figure(row.figure)
    if figure.kind == "question":
        return
    table = est.scores.table()
    table = table[(table["domain"] == row.domain) & (table["kind"] == "question")]
    for each in table[table["figure"].isin(figure.questions)].to_dict("records"):
        sums = f"{each['points']} / {each['available']}"
        shown = sums if each["available"] else "nothing applicable"
        yield Line("question", 1, f"{each['figure']}: {shown}")


def _cases(est: Estimates, row: Estimate) -> Iterator[Line]:
    """The cases that lost most, the worst first."""
    table = est.scores.cases()
    table = table[(table["figure"] == row.figure) & (table["available"] > table["points"])]
    if row.domain in est.scores.strata:
        table = table[table["stratum"] == row.domain]
    elif row.domain != ALL:
        fact, _, value = row.domain.partition("=")
        drawn = est.sample.drawn
        table = table[table["subject"].isin(drawn[drawn[fact].astype(str) == value]["id"])]
    if table.empty:
        return
    lost = (table["available"] - table["points"]).rename("lost")
    worst = table.assign(lost=lost).sort_values(["lost", "subject"], ascending=[False, True])
    shown = [f"{each['subject']} {each['points']} / {each['available']}"
             for each in worst.head(CASES_SHOWN).to_dict("records")]  # fmt: skip
    rest = f" and {len(worst) - CASES_SHOWN} more" if len(worst) > CASES_SHOWN else ""
    yield Line("case", 1, f"cases that lost points: {', '.join(shown)}{rest}")


def _certainty(rating: Rating, rule: Rule) -> Iterator[Line]:
    row = rating.estimate
    if row and rule.measure == "share_of_points" and not rating.node:
        if row.low is not None and row.high is not None:
            ends = f"{percent(row.low)} to {percent(row.high)}"
            yield Line("certainty", 0, f"Interval: {ends} ({row.method}; sampling only)")
        elif row.value is not None:
            yield Line("certainty", 0, f"Interval: none ({row.method.removeprefix('none: ')})")
    if rating.distance is not None:
        shares = rating.node.step.method == "share" if rating.node else rule.is_share
        unit = " percentage points" if shares else ""
        far = f"Nearest boundary: {float(rating.distance):.2f}{unit} away"
        yield Line("certainty", 0, far)
    if rating.probabilities:
        yield Line("certainty", 0, "Probability of each band, sampling only:")
        for band, chance in zip(rule.bands, rating.probabilities, strict=True):
            yield Line("certainty", 1, f"{band.label}: {chance_words(chance)}")


def percent(value: Fraction | float, places: int = 1) -> str:
    """A share as a percentage, halves rounded up; exact for fractions.

    >>> percent(Fraction(1, 3)), percent(Fraction(1, 800)), percent(Fraction(7, 10))
    ('33.3%', '0.1%', '70.0%')
    """
    scale = 10**places
    whole = (Fraction(value) * 100 * scale + Fraction(1, 2)).__floor__()
    return f"{whole // scale}.{whole % scale:0{places}d}%" if places else f"{whole}%"


def chance_words(chance: float) -> str:
    """A chance in words that are never 0% or 100% for what is only nearly so.

    >>> chance_words(0.99995), chance_words(0.25), chance_words(1.0)
    ('over 99.9%', '25.0%', '100.0%')
    """
    if 0 < chance < 0.001:
        return "under 0.1%"
    return "over 99.9%" if 0.999 < chance < 1 else percent(chance)
