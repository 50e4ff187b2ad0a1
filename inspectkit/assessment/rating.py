"""Ratings put every estimate in a band of a rule, with its reasons and the chance of each band.

Bands are decided on exact fractions; a rounded percentage or a float never decides one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
import pandas as pd

from inspectkit.assessment.cube import ALL
from inspectkit.assessment.estimation import CENSUS, Estimate, Estimates
from inspectkit.assessment.intervals import beta_shares
from inspectkit.assessment.rule import Band, Rule
from inspectkit.digest import digest

NOT_RATED = "Not rated"


@dataclass(frozen=True)
class Rating:
    """One estimate under the rule: band None and a note where it is not rated.

    distance: exact points of a percent to the nearest boundary. probabilities: of each band, best
    first, from sampling alone; None where it is not rated or nothing says how sure it is.
    """

    estimate: Estimate
    band: Band | None
    distance: Fraction | None
    note: str
    probabilities: tuple[float, ...] | None


@dataclass(frozen=True, eq=False)
class Ratings:
    """Every figure in every domain, rated; keeps the estimates and the rule."""

    rows: tuple[Rating, ...]
    estimates: Estimates
    rule: Rule

    def table(self) -> pd.DataFrame:
        """figure, kind, domain, value, band, label, distance, note.

        band: the band's id, None where not rated. distance: points of a percent to the nearest
        boundary, an exact Fraction.
        """
        rows = [_table_row(each) for each in self.rows]
        return pd.DataFrame(rows, dtype=object)

    def probabilities(self) -> pd.DataFrame:
        """figure, domain, and one column for each band id, best first; None where not rated."""
        ids = [band.id for band in self.rule.bands]
        empty = (None,) * len(ids)
        rows = [
            (each.estimate.figure, each.estimate.domain, *(each.probabilities or empty))
            for each in self.rows
        ]
        return pd.DataFrame(rows, columns=["figure", "domain", *ids], dtype=object)

    def summary(self) -> pd.DataFrame:
        """One row of text for each theme and tag in each domain, for a person to read."""
        labels = {figure.id: figure.label for figure in self.estimates.scores.figures}
        rows = [
            (labels[each.estimate.figure], *_summary(each, self.rule))
            for each in self.rows
            if each.estimate.kind != "question"
        ]
        names = ["figure", "casework", "cases", "share", "95% interval", "rating", "chance of it"]
        return pd.DataFrame(rows, columns=names)

    @cached_property
    def _by_address(self) -> dict[tuple[str, str], Rating]:
        return {(each.estimate.figure, each.estimate.domain): each for each in self.rows}

    def row(self, figure: str, domain: str) -> Rating:
        """The rating of a figure in a domain. Errors: either of them is not known."""
        found = self.estimates.row(figure, domain)
        return self._by_address[found.figure, found.domain]

    def explain(self, figure: str, domain: str) -> str:
        """From the rating to the rule, the arithmetic and the probabilities, as plain text."""
        return "\n".join(_explanation(self, self.row(figure, domain)))

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the bands given and of what they rest on."""
        bands = [
            [each.estimate.figure, each.estimate.domain, each.band.id if each.band else None]
            for each in self.rows
        ]
        return digest([self.estimates.digest, self.rule.digest, bands])


def rate(est: Estimates, rule: Rule) -> Ratings:
    """The rule applied to every figure in every domain.

    A figure with nothing applicable, or with fewer applicable cases than the rule's minimum, is
    not rated, and its note says so. The probability of a band is that of Beta(n_e p + 1/2,
    n_e (1 - p) + 1/2) between its boundaries, with n_e the effective n of the estimate; in a
    census it is 1 or 0.
    """
    chances = _chances(est.rows, rule)
    rows = (_rated(row, rule, chance) for row, chance in zip(est.rows, chances, strict=True))
    return Ratings(tuple(rows), est, rule)


def percent(value: Fraction | float, places: int = 1) -> str:
    """A share as a percentage, halves rounded up; exact for fractions.

    >>> percent(Fraction(1, 3)), percent(Fraction(1, 800)), percent(Fraction(7, 10))
    ('33.3%', '0.1%', '70.0%')
    """
    scale = 10**places
    whole = (Fraction(value) * 100 * scale + Fraction(1, 2)).__floor__()
    return f"{whole // scale}.{whole % scale:0{places}d}%" if places else f"{whole}%"


def _rated(row: Estimate, rule: Rule, chances: tuple[float, ...] | None) -> Rating:
    if row.value is None:
        reason = row.method.removeprefix("none: ")
        return Rating(row, None, None, f"not rated: {reason}", None)
    if row.n < rule.minimum_cases:
        cases = "1 case" if row.n == 1 else f"{row.n} cases"
        note = f"not rated: {cases}, the rule asks for {rule.minimum_cases}"
        return Rating(row, None, None, note, None)
    note = "" if chances else f"how sure is not known: {row.method.removeprefix('none: ')}"
    return Rating(row, rule.band(row.value), rule.distance(row.value), note, chances)


def _chances(rows: tuple[Estimate, ...], rule: Rule) -> list[tuple[float, ...] | None]:
    """Probabilities of each row's bands, best first, in one call for all rows."""
    sized = [row for row in rows if row.value is not None and row.effective_n is not None]
    values = np.array([float(row.value or 0) for row in sized])
    sizes = np.array([row.effective_n or 0.0 for row in sized])
    boundaries = np.array([float(each) for each in rule.boundaries])
    shares = iter(beta_shares(values, sizes, boundaries)[:, ::-1].tolist() if sized else [])
    return [_chance(row, rule, shares) for row in rows]


def _chance(row: Estimate, rule: Rule, shares: Iterator[list[float]]) -> tuple[float, ...] | None:
    if row.value is None:
        return None
    if row.method == CENSUS:
        return tuple(float(band is rule.band(row.value)) for band in rule.bands)
    return tuple(next(shares)) if row.effective_n is not None else None


def _table_row(each: Rating) -> dict[str, object]:
    return {
        "figure": each.estimate.figure,
        "kind": each.estimate.kind,
        "domain": each.estimate.domain,
        "value": each.estimate.value,
        "band": each.band.id if each.band else None,
        "label": each.band.label if each.band else NOT_RATED,
        "distance": each.distance,
        "note": each.note,
    }


def _summary(rating: Rating, rule: Rule) -> tuple[str, int, str, str, str, str]:
    row, band = rating.estimate, rating.band
    share = "-" if row.value is None else percent(row.value)
    known = row.low is not None and row.high is not None
    interval = f"{percent(row.low or 0.0)} to {percent(row.high or 0.0)}" if known else "-"
    chances = dict(zip(rule.bands, rating.probabilities or (), strict=False))
    chance = percent(chances[band]) if band in chances else "-"
    return row.domain, row.n, share, interval, band.short if band else rating.note, chance


def _explanation(ratings: Ratings, rating: Rating) -> Iterator[str]:
    row, scores = rating.estimate, ratings.estimates.scores
    figure = scores.figure(row.figure)
    place = "all casework" if row.domain == ALL else scores.strata.get(row.domain, row.domain)
    yield f"{figure.label}, {place}: {rating.band.label if rating.band else NOT_RATED}"
    if rating.note:
        yield f"  {rating.note[0].upper()}{rating.note[1:]}."
    yield from _rule_lines(ratings.rule)
    yield from _arithmetic(ratings, row)
    yield from _certainty(ratings, rating)


def _rule_lines(rule: Rule) -> Iterator[str]:
    checked = "checked" if rule.verified else "not yet checked"
    yield f"Rule {rule.ref}: {rule.label} ({checked} against its source)"
    for band in rule.bands:
        yield f"  from {_boundary(band.at_least)}: {band.label}"
    yield "  a value on a boundary belongs to the band that starts there"
    yield f"  at least {rule.minimum_cases} cases with something applicable"


def _arithmetic(ratings: Ratings, row: Estimate) -> Iterator[str]:
    est = ratings.estimates
    yield "Arithmetic: points won / points available, over the answers that apply"
    parts = est.strata
    parts = parts[(parts["figure"] == row.figure) & (parts["domain"] == row.domain)]
    for part in parts.to_dict("records"):
        if part["available"]:
            weight = f", each standing for {part['N']} / {part['n']}" if len(parts) > 1 else ""
            sums = f"{part['points']} / {part['available']} from {part['cases']} cases"
            yield f"  {part['stratum']}: {sums}{weight}"
    if row.value is not None:
        yield f"  value: {row.value} = {percent(row.value, 3)}"
    counts = _counts(est, row)
    yield "  marks: " + ", ".join(f"{count} {name}" for name, count in counts.items())
    if row.domain in est.scores.strata:
        yield from _questions(est, row)


def _counts(est: Estimates, row: Estimate) -> dict[str, int]:
    """Marks of the figure by state, over the strata that the domain lies in."""
    parts = est.strata
    strata = parts[(parts["figure"] == row.figure) & (parts["domain"] == row.domain)]["stratum"]
    table = est.scores.table()
    table = table[(table["figure"] == row.figure) & table["domain"].isin(strata)]
    names = ("answered", "na", "unanswered", "closed", "not_examined")
    words = ("answered", "not applicable", "unanswered", "closed", "not examined")
    return {word: int(table[name].sum()) for name, word in zip(names, words, strict=True)}


def _questions(est: Estimates, row: Estimate) -> Iterator[str]:
    """One line for each question that feeds the figure in a stratum."""
    figure = est.scores.figure(row.figure)
    if figure.kind == "question":
        return
    table = est.scores.table()
    table = table[(table["domain"] == row.domain) & (table["kind"] == "question")]
    for each in table[table["figure"].isin(figure.questions)].to_dict("records"):
        sums = f"{each['points']} / {each['available']}"
        yield f"  {each['figure']}: {sums if each['available'] else 'nothing applicable'}"


def _certainty(ratings: Ratings, rating: Rating) -> Iterator[str]:
    row = rating.estimate
    if row.low is not None and row.high is not None:
        yield f"Interval: {percent(row.low)} to {percent(row.high)} ({row.method}; sampling only)"
    elif row.value is not None:
        yield f"Interval: none ({row.method.removeprefix('none: ')})"
    if rating.distance is not None:
        yield f"Nearest boundary: {float(rating.distance):.2f} points of a percent away"
    if rating.probabilities:
        size = "" if row.effective_n is None else f" (effective n {row.effective_n:.1f})"
        yield f"Probability of each band, sampling only{size}:"
        for band, chance in zip(ratings.rule.bands, rating.probabilities, strict=True):
            yield f"  {band.label}: {_chance_words(chance)}"


def _boundary(share: Fraction) -> str:
    return f"{float(share * 100):.10g}%"


def _chance_words(chance: float) -> str:
    """Never 0% or 100% for what is only nearly so."""
    if 0 < chance < 0.001:
        return "under 0.1%"
    return "over 99.9%" if 0.999 < chance < 1 else percent(chance)
