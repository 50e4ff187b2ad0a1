"""Ratings as a value: every figure and step in every domain, with tables to read them in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from inspectkit.assessment.domains import ALL
from inspectkit.assessment.estimation import Estimates
from inspectkit.assessment.rating.cases import Cases, cases_of
from inspectkit.assessment.rating.certainty import flips, without_each_case
from inspectkit.assessment.rating.discretion import Departure, Flag
from inspectkit.assessment.rating.explain import Explanation, Line, chance_words, percent, walk
from inspectkit.assessment.rating.flips import Flip
from inspectkit.assessment.rating.picture import waterfall
from inspectkit.assessment.rating.record import NOT_RATED, Rating
from inspectkit.assessment.rating.steps import Node
from inspectkit.assessment.rule import Rule
from inspectkit.digest import digest
from inspectkit.errors import InspectionError
from inspectkit.exhibits import Waterfall, counted
from inspectkit.validation import nearest

COLUMNS = ["figure", "kind", "domain", "value", "band", "label", "distance", "note"]


@dataclass(frozen=True, eq=False)
class Ratings:
    """Every figure and every step in every domain, rated; keeps the estimates and the rule."""

    rows: tuple[Rating, ...]
    estimates: Estimates | None
    rule: Rule
    flags: tuple[Flag, ...] = ()
    departures: tuple[Departure, ...] = ()
    nodes: tuple[Node, ...] = field(default=())

    def table(self) -> pd.DataFrame:
        """figure, kind, domain, value, band, label, distance, note.

        band: the band's id, None where not rated. distance: how far the nearest boundary is, an
        exact Fraction; points of a percent for shares. note: why it is not rated, or what moved it.
        """
        rows = [
            (
                each.figure,
                each.kind,
                each.domain,
                each.value,
                each.band.id if each.band else None,
                each.band.label if each.band else NOT_RATED,
                each.distance,
                each.note,
            )
            for each in self.rows
        ]
        return pd.DataFrame(rows, columns=COLUMNS, dtype=object)

    def probabilities(self) -> pd.DataFrame:
        """figure, domain, and one column for each band id, best first; None where not rated."""
        ids = [band.id for band in self.rule.bands]
        empty = (None,) * len(ids)
        rows = [(each.figure, each.domain, *(each.probabilities or empty)) for each in self.rows]
        return pd.DataFrame(rows, columns=["figure", "domain", *ids], dtype=object)

    @cached_property
    def domains(self) -> tuple[str, ...]:
        """The domains in the order they are shown."""
        return tuple(dict.fromkeys(each.domain for each in self.rows))

    @cached_property
    def _by_address(self) -> dict[tuple[str, str], Rating]:
        return {(each.figure, each.domain): each for each in self.rows}

    def row(self, figure: str, domain: str) -> Rating:
        """The rating of a figure or step in a domain. Errors: either of them is not known."""
        figures = list(dict.fromkeys(each.figure for each in self.rows))
        for word, name, known in (("figure", figure, figures), ("domain", domain, self.domains)):
            if name not in known:
                remedy = f"Use one of {_some(known)}.{nearest(name, list(known))}"
                raise InspectionError("ratings", f"no {word} {name!r}", remedy)
        return self._by_address[figure, domain]

    def summary(self) -> pd.DataFrame:
        """One row of text for each theme, tag and step in each domain, for a person to read."""
        told = [each for each in self.rows if each.kind != "question" and _says(each, self.rule)]
        rows = [(each.title, *_summary(each)) for each in told]
        names = ["figure", "casework", "cases", "share", "95% interval", "rating", "chance of it"]
        return pd.DataFrame(rows, columns=names)

    def explain(self, figure: str = "", domain: str = "") -> Explanation:
        """From the rating to the rule, the arithmetic, the questions and the cases.

        Without a figure, the last step of the rule, or every theme where it has none; without a
        domain, all casework.
        """
        domain = domain or self.domains[-1]
        lines: list[Line] = []
        for each in [figure] if figure else self._headline(domain):
            row = self.row(each, domain)
            lines += walk(row, self.rule, self.estimates, self._in(domain))
            lines += self._hanging(row)
        return Explanation.of(tuple(lines))

    def waterfall(self, figure: str = "", domain: str = "") -> Waterfall:
        """The arithmetic of a rating as a picture; without names, of what `explain` shows first."""
        domain = domain or self.domains[-1]
        row = self.row(figure or self._headline(domain)[0], domain)
        cases = self._cases if self.estimates else None
        return waterfall(row, self._in(domain), self.rule, self.estimates, cases)

    def flips(self, figure: str, domain: str) -> tuple[Flip, ...]:
        """The fewest changed answers that would give a better rating, and a worse one; which.

        For a step it is an upper bound, since one answer may count to several inputs.
        """
        if self.estimates is None or not self._of_cases:
            return ()
        row = self.row(figure, domain)
        return flips(row, self._in(domain), self.rule, self.estimates, self._cases)

    def without_each_case(self, figure: str, domain: str) -> pd.DataFrame:
        """subject, band, changed: the rating with each case of the domain left out in turn."""
        row = self.row(figure, domain)
        if self.estimates is None or not self._of_cases:
            raise InspectionError(figure, "it rests on no cases", "Ask for a rating of cases")
        hold = {flag.name: True for flag in self.flags}
        return without_each_case(row, self.rule, self.estimates, self._cases, self.nodes, hold)

    def certainty(self) -> pd.DataFrame:
        """figure, domain, band, chance, distance, answers_up, answers_down, cases_that_move.

        One row for each theme, tag and step that is rated. answers_up, answers_down: the fewest
        changed answers that would give a better, a worse rating; None where none can.
        cases_that_move: how many cases would, left out alone, change the rating.
        """
        rows = []
        for each in self.rows:
            if each.kind == "question" or each.place is None or not self._of_cases:
                continue
            ways = {flip.better: flip.number for flip in self.flips(each.figure, each.domain)}
            moved = self.without_each_case(each.figure, each.domain)["changed"].sum()
            chance = each.probabilities[each.place] if each.probabilities else None
            band = self.rule.bands[each.place].id
            rows.append((each.figure, each.domain, band, chance, each.distance,
                         ways.get(True), ways.get(False), int(moved)))  # fmt: skip
        names = ["figure", "domain", "band", "chance", "distance", "answers_up", "answers_down"]
        return pd.DataFrame(rows, columns=[*names, "cases_that_move"], dtype=object)

    @property
    def _of_cases(self) -> bool:
        """Rated by what the cases won, not by what people judged."""
        return self.estimates is not None and self.rule.measure != "judgement"

    @cached_property
    def _cases(self) -> Cases:
        if self.estimates is None:
            raise InspectionError("ratings", "they rest on no cases", "Rate estimates")
        return cases_of(self.estimates, self.rule)

    def _in(self, domain: str) -> dict[str, Rating]:
        return {id: row for (id, place), row in self._by_address.items() if place == domain}

    def _hanging(self, row: Rating) -> Iterator[Line]:
        """What a rating of cases hangs on, in words."""
        if row.place is None or not self._of_cases:
            return
        labels = {band.id: band.label for band in self.rule.bands}
        for flip in self.flips(row.figure, row.domain):
            some = [f"{subject} {question}" for subject, question in flip.answers[:3]]
            rest = f" and {flip.number - 3} more" if flip.number > 3 else ""
            most = "at most " if flip.at_most and flip.number > 1 else ""
            answers = most + counted(flip.number, "changed answer")
            where = f": {', '.join(some)}{rest}"
            yield Line("certainty", 0, f"{answers} would give {labels[flip.to]}{where}")
        table = self.without_each_case(row.figure, row.domain)
        moved, of = int(table["changed"].sum()), counted(len(table), "case")
        yield Line("certainty", 0, f"Left out alone, {moved} of {of} would change the rating")

    def hangs_on(self) -> pd.DataFrame:
        """`certainty` in words, for a person to read: one row for each theme, tag and step."""
        names = {(each.figure, each.domain): each for each in self.rows}
        bands = {band.id: band.short for band in self.rule.bands}
        rows = []
        for each in self.certainty().to_dict("records"):
            rating = names[each["figure"], each["domain"]]
            chance = "-" if each["chance"] is None else chance_words(each["chance"])
            ways = [_count(each[name]) for name in ("answers_up", "answers_down")]
            before = " (before it was moved)" if rating.by_rule != rating.band else ""
            rows.append((rating.title, rating.domain, f"{bands[each['band']]}{before}", chance,
                         _far(rating, self.rule), *ways, each["cases_that_move"]))  # fmt: skip
        columns = ["figure", "casework", "rating", "chance of it", "nearest boundary"]
        columns += ["answers to a better one", "answers to a worse one", "cases that move it"]
        return pd.DataFrame(rows, columns=columns)

    def _headline(self, domain: str) -> list[str]:
        if self.nodes:
            return [self.nodes[-1].id]
        return [each.figure for each in self.rows if each.kind == "theme" and each.domain == domain]

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the bands given and of what they rest on."""
        bands = [
            [each.figure, each.domain, each.band.id if each.band else None] for each in self.rows
        ]
        people = [[each.figure, each.domain, each.to, each.by, each.on.isoformat(), each.why]
                  for each in self.departures]  # fmt: skip
        people += [[each.name, each.by, each.on.isoformat(), each.why] for each in self.flags]
        rests_on = self.estimates.digest if self.estimates else ""
        return digest([rests_on, self.rule.digest, bands, *([people] if people else [])])


def _says(rating: Rating, rule: Rule) -> bool:
    """Anything at all? A judgement speaks of the whole, and of no casework type by itself."""
    value = rating.estimate is not None and rating.estimate.value is not None
    return rule.measure != "judgement" or value or rating.band is not None or rating.domain == ALL


def _summary(rating: Rating) -> tuple[str, int | str, str, str, str, str]:
    row, band = rating.estimate, rating.band
    share = "-" if row is None or row.value is None else percent(row.value)
    known = row is not None and row.low is not None and row.high is not None
    interval = f"{percent(row.low or 0.0)} to {percent(row.high or 0.0)}" if known and row else "-"
    given = rating.by_rule or band
    chance = "-"
    if rating.probabilities and given and rating.place is not None:
        chance = chance_words(rating.probabilities[rating.place])
    shown = band.short if band else rating.note
    if band and given and given != band:
        # chances are those of the rule, and must not be read as those of what a person gave
        shown, chance = (
            f"{band.short} (moved; the rule: {given.short})",
            f"{chance} ({given.short})",
        )
    return rating.domain, row.n if row else "-", share, interval, shown, chance


def _far(rating: Rating, rule: Rule) -> str:
    """How far the nearest boundary is, in the units that the value is shown in."""
    if rating.distance is None:
        return "-"
    shares = rating.node.step.method == "share" if rating.node else rule.is_share
    return f"{float(rating.distance):.1f} {'points' if shares else 'away'}"


def _count(number: float | None) -> str:
    return "-" if number is None or number != number else f"{number:.0f}"


def _some(known: Sequence[str]) -> str:
    return ", ".join(known[:8]) + (f" and {len(known) - 8} more" if len(known) > 8 else "")
