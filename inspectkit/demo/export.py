"""make_export returns a synthetic caseload export of any Area, size and dirt, with its true fates.

Fates are settled when a case is invented, before a single cell is written, so they can judge a
reader of the file. Nobody in an export exists.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from inspectkit.demo.areas import AREAS, CASEWORK
from inspectkit.errors import InspectionError, Problems
from inspectkit.streams import Stream, stream

START, END = date(2025, 10, 1), date(2026, 9, 30)
EARLIEST, RUN = date(2025, 3, 19), date(2026, 10, 5)  # how far dates stray from the period
# The first of these that is true of a case is its fate.
REASONS = ("two_areas", "other_area", "no_date", "out_of_period")
FLAGGED_DA = 0.14
HARD_SPACE = "\u00a0"
INITIALS = "ABCDEFGHJKLM"
# fmt: off
SURNAMES = (
    "Adams", "Bell", "Brontë", "Carr", "Dyer", "Ellis", "Ford", "Gale", "Hunt", "Irwin", "Jones",
    "Kemp", "Lowe", "Marsh", "Nash", "O'Neill", "Peña", "Price", "Quinn", "Reed", "Shaw", "Toms",
    "Upton", "Vance", "Webb", "Young", "Zöllner",
)
HEADER = (
    "URN", "Def No", "Defendant", "Casework type", "Unit", "Force", "Outcome", "Date received",
    "Date finalised", "Charged by", "DA flag", "Rape flag", "Pages", "Area",
)
# fmt: on


@dataclass(frozen=True)
class Dirt:
    """How often each blemish occurs, 0 to 1; the usual rates are those of a middle-sized Area.

    Of rows: duplicates, respelt_duplicates (differing in the spelling of the casework type only),
    spellings, hard_spaces (a non-breaking space after the reference). Of cases: co_defendants,
    undated, out_of_period, other_area, two_areas. Of cases with co-defendants: differing_outcomes,
    differing_dates.

    >>> Dirt.none().co_defendants
    0.0
    """

    duplicates: float = 0.0016
    respelt_duplicates: float = 0.0002
    spellings: float = 0.08
    hard_spaces: float = 0.004
    co_defendants: float = 0.06
    differing_outcomes: float = 0.58
    differing_dates: float = 0.01
    undated: float = 0.0013
    out_of_period: float = 0.002
    other_area: float = 0.0013
    two_areas: float = 0.0002

    @classmethod
    def none(cls) -> Dirt:
        """A clean export: the usual spellings, one row a case, every case eligible."""
        return cls(*(0.0 for _ in fields(cls)))

    def check(self) -> None:
        """Errors: every rate outside 0 to 1, at once."""
        problems = Problems()
        for each in fields(self):
            rate = getattr(self, each.name)
            if not 0 <= rate <= 1:
                problems.add(f"dirt {each.name}", f"{rate} is no rate", "Give 0 to 1")
        problems.raise_if_any()


@dataclass(frozen=True)
class Truth:
    """What a faultless reader finds: the fate of every line in file order, and who is eligible.

    In a case of several rows the first carries the case's fate, the others are 'co_defendant'; the
    later of two equal rows is 'duplicate'. eligible: stratum → cases.
    """

    fates: tuple[str, ...]
    eligible: dict[str, int]

    @property
    def counts(self) -> dict[str, int]:
        """Fate → lines; adds up to the lines of the file."""
        return dict(Counter(self.fates))


@dataclass(frozen=True)
class Export:
    """An export as lines of text without their ends, and the truth about it."""

    area: str
    lines: tuple[str, ...]
    truth: Truth

    def write(self, path: str | Path, *, encoding: str = "cp1252", newline: str = "\r\n") -> Path:
        """Write the lines to a file; same export, same bytes."""
        text = "".join(line + newline for line in self.lines)
        Path(path).write_bytes(text.encode(encoding))
        return Path(path)


@dataclass(frozen=True)
class _Row:
    """A data line, and what is known of it before it is written."""

    case: int
    defendant: int
    stratum: str
    fate: str
    cells: dict[str, str]


def make_export(
    area: str = "South West",
    size: int = 21_520,
    *,
    seed: str = "demo",
    dirt: Dirt | None = None,
    types: Collection[str] = tuple(CASEWORK),
) -> Export:
    """An export of `size` cases, finalised 1 October 2025 to 30 September 2026 unless dirt says so.

    size counts cases (references) of all casework types, of which only `types` are kept; with the
    usual dirt there are 6 to 7% more rows. Errors: an unknown Area, a negative size, a rate outside
    0 to 1.

    >>> export = make_export("Wessex", 3, seed="a seed", dirt=Dirt.none())
    >>> export.lines[-1]
    'Total rows,3,,,,,,,,,,,,'
    >>> export.truth.counts
    {'title': 2, 'header': 1, 'eligible': 3, 'footer': 1}
    """
    if area not in AREAS:
        known = ", ".join(AREAS)
        raise InspectionError("export area", f"{area!r} is no Area", f"Choose from {known}")
    if size < 0:
        raise InspectionError("export size", f"{size} is negative", "Give a number of cases")
    dirt = dirt or Dirt()
    dirt.check()
    key = f"{seed}|{area}"
    source = stream(key, "export cases")
    kinds = [kind for kind in _strata(size) if kind in types]
    cases = (_case(case, kind, area, dirt, source) for case, kind in enumerate(kinds, 1))
    rows = [line for case in cases for row in case for line in _smudged(row, dirt, source)]
    order = np.argsort(stream(key, "export order").array(len(rows)), kind="stable")
    return _export(area, [rows[place] for place in order])


def _strata(size: int) -> list[str]:
    """A casework type for each case, in proportion; the commonest takes what rounding leaves."""
    counts = {name: round(size * kind.share) for name, kind in CASEWORK.items() if name != "MC"}
    counts["MC"] = size - sum(counts.values())
    return [name for name in CASEWORK for _ in range(counts[name])]


def _case(case: int, stratum: str, area: str, dirt: Dirt, source: Stream) -> list[_Row]:
    """The rows of one case, one for each defendant; what is wrong with it is settled first."""
    rates = (dirt.two_areas, dirt.other_area, dirt.undated, dirt.out_of_period)
    wrong = [reason for reason, rate in zip(REASONS, rates, strict=True) if _happens(rate, source)]
    fate = wrong[0] if wrong else "eligible"
    several = _happens(dirt.co_defendants, source) or "two_areas" in wrong
    defendants = range(source.choices((2, 3), (19, 1)) if several else 1)
    dates = _dates(len(defendants), wrong, dirt, source)
    outcomes = _outcomes(len(defendants), stratum, dirt, source)
    areas = _areas(len(defendants), area, wrong, source)
    shared = _shared(case, stratum, area, min(filter(None, dates), default=END), source)
    own = [
        {
            "Def No": str(each + 1),
            "Defendant": f"{source.choice(SURNAMES)}, {source.choice(INITIALS)}",
            "Outcome": outcomes[each],
            "Date finalised": _day(dates[each]),
            "Area": areas[each],
        }
        for each in defendants
    ]
    return [_Row(case, each, stratum, fate, shared | own[each]) for each in defendants]


def _happens(rate: float, source: Stream) -> bool:
    return source.uniform() < rate


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""


def _dates(n: int, wrong: Sequence[str], dirt: Dirt, source: Stream) -> list[date | None]:
    """When each defendant was finalised: the last decides, and one date may be missing."""
    last = START + timedelta(source.integers(0, (END - START).days))
    if "out_of_period" in wrong:
        before = START - timedelta(source.integers(1, (START - EARLIEST).days))
        after = END + timedelta(source.integers(1, (RUN - END).days))
        last = source.choices((before, after), (9, 1))
    dates: list[date | None] = [last] * n
    if n > 1 and _happens(dirt.differing_dates, source):
        dates = [last - timedelta(source.integers(1, 60)) for _ in range(n)]
        dates[source.integers(0, n - 1)] = last
    if "no_date" in wrong:
        dates[source.integers(0, n - 1)] = None
    return dates


def _outcomes(n: int, stratum: str, dirt: Dirt, source: Stream) -> list[str]:
    """One outcome for all defendants, or another one for the last of them."""
    chances = CASEWORK[stratum].outcomes
    first = source.choices(list(chances), list(chances.values()))
    outcomes = [first] * n
    if n > 1 and _happens(dirt.differing_outcomes, source):
        others = {name: chance for name, chance in chances.items() if name != first}
        outcomes[-1] = source.choices(list(others), list(others.values()))
    return outcomes


def _areas(n: int, area: str, wrong: Sequence[str], source: Stream) -> list[str]:
    """The Area on each row: one for the whole case, or one row of another."""
    home = _elsewhere(area, source) if "other_area" in wrong else area
    areas = [home] * n
    if "two_areas" in wrong:
        areas[source.integers(0, n - 1)] = _elsewhere(home, source)
    return areas


def _elsewhere(area: str, source: Stream) -> str:
    return source.choice([each for each in AREAS if each != area])


def _shared(case: int, stratum: str, area: str, ended: date, source: Stream) -> dict[str, str]:
    """The cells that all rows of a case share."""
    kind, places = CASEWORK[stratum], AREAS[area]
    received = ended - timedelta(_spread(kind.days, source))
    units = {
        "MC": [f"{place} MC" for place in places.magistrates.split(", ")],
        "CC": [f"{place} CC" for place in places.crown.split(", ")],
        "RASSO": ["RASSO unit"],
    }
    letters = source.choice("ABCDEFG") + source.choice("XYZ")
    return {
        "URN": f"{places.prefix}{letters}{case:07}/{received:%y}",
        "Casework type": kind.spellings[0],
        "Unit": source.choice(units[stratum]),
        "Force": source.choice(places.forces.split(", ")),
        "Date received": _day(received),
        "Charged by": "CPS" if _happens(kind.charged_by_cps, source) else "Police",
        "DA flag": "Y" if _happens(FLAGGED_DA, source) else "N",
        "Rape flag": "Y" if _happens(kind.rape, source) else "N",
        "Pages": f"{_spread(kind.pages, source):,}",
    }


def _spread(deciles: Sequence[int], source: Stream) -> int:
    """A whole number from the distribution whose deciles are given."""
    step = source.integers(1, 10)
    return source.integers(deciles[step - 1], deciles[step])


def _smudged(row: _Row, dirt: Dirt, source: Stream) -> list[_Row]:
    """The row as somebody typed it, and any repeats of it."""
    spellings = CASEWORK[row.stratum].spellings
    typed = dict(row.cells)
    if _happens(dirt.spellings, source):
        typed["Casework type"] = source.choice(spellings[1:])
    if _happens(dirt.hard_spaces, source):
        typed["URN"] += HARD_SPACE
    lines = [typed]
    if _happens(dirt.duplicates, source):
        lines.append(typed)
    if _happens(dirt.respelt_duplicates, source):
        others = [each for each in spellings if each != typed["Casework type"]]
        lines.append(typed | {"Casework type": source.choice(others)})
    return [replace(row, cells=cells) for cells in lines]


def _export(area: str, rows: Sequence[_Row]) -> Export:
    """The lines of the file, and the truth about them in the same order."""
    rest = [""] * (len(HEADER) - 1)
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([f"Case management export – CPS {area}", *rest])
    writer.writerow([f"Run {_day(RUN)} by MI team", *rest])
    writer.writerow(HEADER)
    writer.writerows([row.cells[name] for name in HEADER] for row in rows)
    writer.writerow(["Total rows", len(rows), *rest[1:]])
    cases = {row.case: row.stratum for row in rows if row.fate == "eligible"}
    strata = Counter(cases.values())
    return Export(
        area=area,
        lines=tuple(file.getvalue().split("\n")[:-1]),
        truth=Truth(
            fates=("title", "title", "header", *_fates(rows), "footer"),
            eligible={name: strata[name] for name in CASEWORK},
        ),
    )


def _fates(rows: Sequence[_Row]) -> Iterator[str]:
    """Whichever row of a case stands first in the file carries the case's fate."""
    cases: set[int] = set()
    defendants: set[tuple[int, int]] = set()
    for row in rows:
        if (row.case, row.defendant) in defendants:
            yield "duplicate"
        else:
            yield "co_defendant" if row.case in cases else row.fate
        cases.add(row.case)
        defendants.add((row.case, row.defendant))
