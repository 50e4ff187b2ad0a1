"""What an inspection found, gathered once for the report: a reading for each figure and domain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import pandas as pd

from inspectkit.exhibits import Chip, Tone, counted, percent, spoken
from inspectkit.report.counts import NOT_ASKED, UNMARKED

ALL = "all"
POOLED = "All casework, weighted"
STAMP, DRAFT = "SIMULATED MARKS", "DRAFT"
LEFT_OUT = "c"  # a number so small, or so telling, that it could point to a person
EVERYTHING = frozenset({"share", "cases", "na"})
FEW_CASES = 10  # below this a figure is printed with a warning beside it
Address = tuple[str, str]  # figure, domain


@dataclass(frozen=True)
class Reading:
    """One figure in one domain: its value and interval, what it rests on, and its rating."""

    figure: str
    kind: str
    label: str
    domain: str
    value: Fraction | None
    low: float | None
    high: float | None
    points: int
    available: int
    na: int
    cases: int
    band: str = ""
    rating: str = ""
    tone: Tone = "none"
    probabilities: tuple[tuple[str, float], ...] = ()
    hidden: frozenset[str] = frozenset()  # of share, cases, na: left out of the public version

    @property
    def interval(self) -> str:
        """Both limits in whole percent points, '–' where there is no interval."""
        if "share" in self.hidden:
            return LEFT_OUT
        if self.low is None or self.high is None:
            return "–"
        return f"{100 * self.low:.0f} to {100 * self.high:.0f}"

    def shown(self, name: str) -> int | str:
        """Its cases or na, for a table's cell."""
        return LEFT_OUT if name in self.hidden else int(getattr(self, name))

    @property
    def share(self) -> float | str | None:
        """Percent points for a table's cell."""
        return LEFT_OUT if "share" in self.hidden else percent(self.value)

    @property
    def of_available(self) -> str:
        if "share" in self.hidden:
            return LEFT_OUT
        return f"{self.points:,} of {self.available:,}" if self.available else "–"

    def chip(self) -> Chip:
        """The rating in words with its share; without a figure, the words say why."""
        if "share" in self.hidden:
            return Chip("Left out", "none", "small numbers")
        if self.value is None and self.rating:
            return Chip(self.rating, self.tone, "judged on evidence")
        if self.value is None:
            return Chip("No figure", "none", "nothing applied")
        return Chip(self.rating or "Not rated", self.tone, spoken(self.value))


@dataclass(frozen=True)
class Band:
    """A band of the rule: its name in a table, its lowest percent, its tone."""

    id: str
    label: str
    short: str
    at_least: float
    tone: Tone


def domains(insp: Any, *, pooled: bool = False) -> dict[str, str]:
    """Domain → public label: the casework types of the sample, at the end all of them together."""
    labels = insp.question_set.casework_types
    # of the estimates' sample: that of the draw would have the whole caseload read, which takes
    # longest of all and is needed for the annexes only
    found = {name: labels.get(name, name) for name in insp.estimates.sample.casework_types}
    return found | {ALL: POOLED} if pooled else found


def bands(insp: Any) -> tuple[Band, ...]:
    """The bands of the rule, best first."""
    return tuple(
        Band(each.id, each.label, each.short, percent(each.at_least) or 0.0, each.tone)
        for each in insp.rule.bands
    )


def readings(insp: Any) -> dict[tuple[str, str], Reading]:
    """(figure, domain) → Reading, themes first, then tags, then questions."""
    labels = {each.id: each.label for each in insp.scores.figures}
    known = {band.id: band for band in bands(insp)}
    ratings = _by_address(insp.ratings.table())
    chances = _by_address(insp.ratings.probabilities())
    gone = left_out(insp)
    found: dict[tuple[str, str], Reading] = {}
    for address, row in _by_address(insp.estimates.table()).items():
        band = known.get(str(ratings[address]["band"])) if address in ratings else None
        found[address] = Reading(
            figure=address[0],
            kind=str(row["kind"]),
            label=labels[address[0]],
            domain=address[1],
            value=_present(row["value"]),
            low=_present(row["low"]),
            high=_present(row["high"]),
            points=int(row["points"]),
            available=int(row["available"]),
            na=int(row["na"]),
            cases=int(row["n"]),
            band=band.id if band else "",
            rating=band.short if band else "",
            tone=band.tone if band else "none",
            probabilities=_probabilities(chances.get(address, {}), list(known)),
        )
        found[address] = _without(found[address], gone.get(address, frozenset()))
    return found


def left_out(insp: Any) -> dict[Address, frozenset[str]]:
    """(figure, domain) → what the public version does not show of it."""
    if not insp.public:
        return {}
    done = insp.reviews.subjects.query("status == 'submitted'")["stratum"].value_counts()
    sums = (each for each in insp.estimates.rows if each.kind != "question" and each.domain != ALL)
    found: dict[Address, frozenset[str]] = {
        (row.figure, row.domain): _few(row.n, int(done.get(row.domain, 0)), insp.threshold)
        for row in sums
    }
    found |= dict.fromkeys(insp.hidden.figures, EVERYTHING)
    for row in insp.counts:
        gone, counting = insp.hidden.of(row), set(row.counting)
        names = ["share", "cases"] if gone & counting else []
        names += ["na"] if gone - counting - {NOT_ASKED, UNMARKED} else []
        found[row.question, row.stratum] = frozenset(names)
    pooled: dict[Address, frozenset[str]] = {}
    for (figure, _), parts in found.items():  # all less the other casework types would tell it
        pooled[figure, ALL] = pooled.get((figure, ALL), frozenset()) | parts
    return found | {at: EVERYTHING if "share" in parts else parts for at, parts in pooled.items()}


def _few(cases: int, done: int, threshold: int) -> frozenset[str]:
    if 0 < cases < threshold:
        return EVERYTHING
    return frozenset({"cases"} if 0 < done - cases < threshold else ())


def _without(reading: Reading, gone: frozenset[str]) -> Reading:
    """The reading without what is left out: not even its value stays in memory."""
    if "share" not in gone:
        return replace(reading, hidden=gone)
    return replace(reading, hidden=gone, value=None, low=None, high=None, points=0, available=0,
                   band="", rating="", tone="none", probabilities=())  # fmt: skip


def of_kind(insp: Any, kind: str) -> dict[str, str]:
    """Figures of one kind (theme, tag, question) → label, in the order of the form."""
    return {each.id: each.label for each in insp.scores.figures if each.kind == kind}


def stamp(insp: Any) -> str:
    """The warnings that go on every page and picture: simulated marks, a draft; else ''."""
    is_draft = bool(getattr(insp, "draft", False))  # an inspection itself is no version
    return " · ".join([STAMP] * insp.simulated + [DRAFT] * is_draft)


def caveats(reading: Reading, found: tuple[Band, ...]) -> list[str]:
    """What a reader must know before leaning on this figure, in a few words each."""
    noted = []
    if 0 < reading.cases < FEW_CASES and "cases" not in reading.hidden:
        noted.append(f"{counted(reading.cases, 'case')} only")
    if reading.rating and crosses(reading, found):
        noted.append("interval crosses a boundary")
    return noted


def crosses(reading: Reading, found: tuple[Band, ...]) -> bool:
    """Does the interval reach over a boundary between bands?"""
    if reading.low is None or reading.high is None:
        return False
    low, high = 100 * reading.low, 100 * reading.high
    return any(low < band.at_least <= high for band in found)


def _by_address(table: pd.DataFrame) -> dict[tuple[str, str], Mapping[str, Any]]:
    rows: list[Mapping[str, Any]] = list(table.astype(object).to_dict("records"))  # type: ignore[arg-type, unused-ignore]
    return {(str(row["figure"]), str(row["domain"])): row for row in rows}


def _present(value: Any) -> Any:
    return None if value is None or value != value else value


def _probabilities(row: Mapping[str, Any], ids: list[str]) -> tuple[tuple[str, float], ...]:
    pairs = [(name, _present(row.get(name))) for name in ids]
    return tuple((name, float(chance)) for name, chance in pairs if chance is not None)
