"""Looks at an export and proposes how to read it, each point with its reason; a person confirms.

Nothing here is used to read a frame: `inspectkit new --export` writes the proposal into
`inspection.toml` with `confirmed = false`, and no frame is read until somebody set it to true.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import tomlkit

from inspectkit.resources import PACKAGE
from inspectkit.sampling.preparing.cleaning import folded
from inspectkit.sampling.preparing.looking import Look, look_at
from inspectkit.sampling.reading.lines import is_blank

# Our names, and headings under which they are met, the likeliest first; all folded.
HEADINGS = {
    "id": "urn|unique reference number|case reference|case ref|case id|case number|case no|"
    "reference|ref|id",
    "stratum": "casework type|court type|case type|type of case|work type|stratum|type|kind",
    "area": "area|cps area|region",
    "finalised": "date finalised|finalised|finalised date|finalisation date|date of finalisation|"
    "date closed|closed|date",
    "defendant": "def no|defendant no|defendant number|def number",
    "outcome": "outcome|case outcome|result",
    "charged_by": "charged by|charging authority|charged by whom",
    "da_flag": "da flag|domestic abuse flag|da",
    "rape_flag": "rape flag|rape",
    "unit": "unit|office|team",
    "received": "date received|received|received date",
}
REQUIRED = ("id", "stratum", "area", "finalised")
DAY_FIRST = [
    *("%d/%m/%Y", "%d/%m/%y", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S"),
    *("%d %b %Y", "%d-%b-%Y", "%d-%b-%y", "%d %B %Y"),
    *("%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y%m%d"),
]
UNKNOWN = "?"


@dataclass(frozen=True)
class Point:
    """One proposed setting: key under [frame], value, reason, and whether it needs an answer."""

    key: str
    value: Any
    why: str
    sure: bool = True


@dataclass(frozen=True)
class Proposal:
    """How an export may be read. dropped: headings of columns that nothing uses."""

    points: tuple[Point, ...]
    dropped: tuple[str, ...]

    def value(self, key: str) -> Any:
        return next((point.value for point in self.points if point.key == key), None)

    def settled(self, text: str) -> str:
        """The text of an `inspection.toml` with the proposal in its [frame], unconfirmed."""
        document: Any = tomlkit.parse(text)
        frame = document["frame"]
        for point in self.points:
            _set(frame, point)
        if "date_facts" in frame:
            frame["date_facts"] = [each for each in frame["date_facts"] if each in frame["facts"]]
        note = "# set true once you have looked through [frame]; nothing is drawn before"
        return tomlkit.dumps(document).replace("[frame]\n", f"[frame]\nconfirmed = false  {note}\n")


def _set(frame: Any, point: Point) -> None:
    *tables, key = point.key.split(".")
    for name in tables:
        frame = frame.setdefault(name, tomlkit.table())
    note = f"{'proposed' if point.sure else 'TO BE ANSWERED'}: {_printable(point.why)}"
    if key == UNKNOWN:
        frame.add(tomlkit.comment(note))
        frame.add(tomlkit.nl())
    elif point.value is None:
        frame.pop(key, None)
    elif isinstance(point.value, dict):
        frame[key] = tomlkit.table()
        for value, spellings in point.value.items():
            frame[key].add(value, spellings)
        frame[key].add(tomlkit.nl())
    else:
        item = tomlkit.item(point.value)  # as it is read back, a yes or no holds no comment
        item.comment(note)
        frame[key] = item


def _printable(text: str) -> str:
    """Text from an export that a comment in a TOML file can hold."""
    return "".join(each if each.isprintable() else " " for each in text)


def propose(path: str | Path, *, area: str, known: Mapping[str, Any] | None = None) -> Proposal:
    """A proposal for every setting of [frame] that a look at the file can tell something about.

    known: the [frame] that it will be written into, with its facts and spellings; the shipped one.
    Errors: what is no file of a known kind, or has no line that could be a header.
    """
    look, known = look_at(Path(path)), known or shipped()
    wanted = (*REQUIRED, "defendant", *known["facts"])
    columns = {name: _heading(name, look.headings) for name in HEADINGS if name in wanted}
    points = [*look.points(Point), *_columns(columns, look)]
    points += _unit(columns, look)
    points += _dates(columns, look, known)
    points += _values(columns, look, known)
    points += _area(columns, look, area)
    used = {heading for heading in columns.values() if heading}
    return Proposal(tuple(points), tuple(each for each in look.headings if each not in used))


def _heading(name: str, headings: Iterable[str]) -> str | None:
    by_folded = {folded(heading): heading for heading in headings}
    known = HEADINGS[name].split("|")
    return next((by_folded[each] for each in known if each in by_folded), None)


def _columns(columns: Mapping[str, str | None], look: Look) -> Iterable[Point]:
    listed = ", ".join(look.headings)
    for name, heading in columns.items():
        is_fact = name not in (*REQUIRED, "defendant")
        key = f"{'facts' if is_fact else 'columns'}.{name}"
        if heading:
            yield Point(key, heading, "the heading says so")
        elif name in REQUIRED:
            yield Point(key, UNKNOWN, f"choose from: {listed}", sure=False)
        else:
            yield Point(key, None, "no heading like it")
            yield Point(f"values.{name}", None, "no heading like it")
    if columns["defendant"] is None:
        yield Point("optional", None, "no column is stated that may be missing")
    id = columns["id"]
    if id and any(isinstance(cell, int | float) for cell in look.column(id)):
        why = f"cells of {id} are numbers: ask for the export with text, or set true"
        yield Point("number_ids", False, why, sure=False)


def _unit(columns: Mapping[str, str | None], look: Look) -> Iterable[Point]:
    if columns["id"] is None:
        return
    counts = Counter(str(cell).strip() for cell in look.column(columns["id"]) if not is_blank(cell))
    several = sum(times > 1 for times in counts.values())
    if not several:
        yield Point("unit_of_account", None, "each reference stands once")
    else:
        why = f"{several} references stand on several lines"
        has_number = columns["defendant"] is not None
        why += f", numbered in {columns['defendant']}" if has_number else ": defendants of a case?"
        yield Point("unit_of_account", "case", why, sure=has_number)


def _dates(
    columns: Mapping[str, str | None], look: Look, known: Mapping[str, Any]
) -> Iterable[Point]:
    named = [heading for name in ("finalised", "received") if (heading := columns.get(name))]
    cells = [cell for heading in named for cell in look.column(heading) if not is_blank(cell)]
    texts = {str(cell).strip() for cell in cells if not isinstance(cell, date)}
    if not texts:
        why = "the dates are stored as dates" if cells else "no dates were found"
        yield Point("dates", "%d/%m/%Y", why, sure=bool(cells))
    else:
        fits = {form: sum(_fits(text, form) for text in texts) for form in DAY_FIRST}
        best = max(DAY_FIRST, key=lambda form: fits[form])
        why = _against(best, texts)
        yield Point("dates", best, why or f"all {len(texts)} different dates fit it", not why)
    yield from _period(columns, look, known)


def _against(best: str, texts: set[str]) -> str:
    """Why the likeliest format needs an answer; '' where it does not."""
    odd = sorted(text for text in texts if not _fits(text, best))
    if odd:
        return f"{len(odd)} of {len(texts)} dates do not fit it, such as {odd[0]!r}"
    month_first = best.replace("%d", "%D").replace("%m", "%d").replace("%D", "%m")
    if best.startswith("%d") and "%m" in best and all(_fits(text, month_first) for text in texts):
        return "every date would fit month first as well: look one case up"
    return ""


def _period(
    columns: Mapping[str, str | None], look: Look, known: Mapping[str, Any]
) -> Iterable[Point]:
    """The period of the settings: the export cannot tell which one is inspected."""
    rules = known["eligible"]
    lines = sum(not is_blank(cell) for cell in look.column(columns["finalised"] or ""))
    for key in ("finalised_from", "finalised_to"):
        why = f"the period inspected; {lines} lines are dated"
        yield Point(f"eligible.{key}", rules[key], why, sure=False)


def shipped() -> dict[str, Any]:
    """The [frame] table that every new inspection begins with."""
    text = (PACKAGE / "inspection.toml").read_text(encoding="utf-8")
    return dict(tomllib.loads(text)["frame"])


def _fits(text: str, form: str) -> bool:
    try:
        datetime.strptime(text, form)
    except ValueError:
        return False
    return True


def _values(
    columns: Mapping[str, str | None], look: Look, known: Mapping[str, Any]
) -> Iterable[Point]:
    """Spellings beside the values that the settings give the same or a like spelling."""
    for name, values in known["values"].items():
        heading = columns.get(name)
        if heading is None:
            continue
        meaning = {folded(each): value for value, every in values.items() for each in every}
        meaning |= {folded(value): value for value in values}
        found = Counter(str(cell).strip() for cell in look.column(heading) if not is_blank(cell))
        maps: dict[str, list[str]] = {}
        for spelling in sorted(found):
            if value := meaning.get(folded(spelling)):
                maps.setdefault(value, []).append(spelling)
        yield Point(f"values.{name}", maps, f"{len(found)} spellings in {heading}")
        odd = [each for each in found if folded(each) not in meaning]
        if odd:
            listed = ", ".join(f"{each!r} ({found[each]} rows)" for each in odd[:10])
            yield Point(f"values.{name}.{UNKNOWN}", None, f"not recognised: {listed}", sure=False)


def _area(columns: Mapping[str, str | None], look: Look, area: str) -> Iterable[Point]:
    if columns["area"] is None:
        return
    found = Counter(str(cell).strip() for cell in look.column(columns["area"]))
    like = [each for each in found if folded(each) == folded(area)]
    if like:
        why = f"{found[like[0]]} of {found.total()} lines have it"
        yield Point("eligible.area", like[0], why)
    else:
        listed = ", ".join(name for name, _ in found.most_common(5))
        yield Point("eligible.area", area, f"no line has it; there are: {listed}", sure=False)
