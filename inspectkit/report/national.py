"""The pieces of a national report: all Areas side by side from their sealed results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date as calendar
from fractions import Fraction

from inspectkit.assessment import Rule
from inspectkit.assessment.comparison import Areas, Sealed, national
from inspectkit.assessment.comparison.areas import WITHOUT
from inspectkit.errors import InspectionError
from inspectkit.exhibits import (
    Block,
    Column,
    Cover,
    Funnel,
    Heat,
    HeatMap,
    Prose,
    Series,
    Table,
    Tone,
    counted,
    listed,
    percent,
)
from inspectkit.report.contents import MEANING, day
from inspectkit.report.readings import ALL, STAMP

VERSIONS = {
    False: "Restricted: no case, mark or note, but small numbers that an Area may not publish",
    True: "Public: from what each Area publishes, without cases, marks, notes and small numbers",
}


def read(files: Sequence[str]) -> Areas:
    """The results of these files together. Errors: an Area twice, a file changed since sealing."""
    return national([Sealed.read(each) for each in sorted(files)])


def cover(found: Areas, *, title: str, date: str, marking: str = "") -> Cover:
    """Title and date as stated, and how many Areas there are."""
    inside, of = len(found.results), len(found.expected)
    areas = f"all {of} Areas" if inside == of else f"{inside} of {of} Areas"
    return Cover(
        title=title,
        subtitle=f"Casework of {areas}, side by side",
        publisher="Casework inspection report",
        marking=marking,
        stamp=STAMP if found.simulated else "",
        stamp_meaning=MEANING if found.simulated else "",
        date=date,
        facts=(
            ("Areas", f"{inside} of {of}"),
            ("Date of this report", day(calendar.fromisoformat(date))),
            ("Version", VERSIONS[found.is_public]),
        ),
    )


def summary(found: Areas) -> Prose:
    """The overall picture: how the figures stand, and which Areas chance does not explain."""
    blocks = [Block(f"{counted(len(found.results), 'Area')} were inspected.", "lead")]
    if found.missing:
        what = f"Not yet inspected, and in no figure below: {listed(list(found.missing))}."
        blocks.append(Block(what, "warning"))
    places = 0, 0  # beyond, in all
    for figure, label in found.figures.items():
        both = found.composite(figure).to_dict("records")
        if not both:
            continue
        row = both[0]
        beyond = int((found.funnel(figure)["position"] != "within").sum())
        places = places[0] + beyond, places[1] + int(row["areas"])
        gone = found.without(figure)
        without = f"; {WITHOUT.lower()}: {listed(gone)}" if gone else ""
        blocks.append(
            Block(f"{label}: {percent(row['value'])}% of the points over all casework "
                  f"({100 * row['low']:.0f} to {100 * row['high']:.0f}){without}; "
                  f"{found.beyond(figure)}.", "item")
        )  # fmt: skip
    if places[1]:
        chance = (places[1] + 10) // 20
        blocks.append(
            Block(f"{places[0]} of {places[1]} figures of Areas lie beyond the 95% limits; about "
                  f"{chance} would if no Area differed from another.")
        )  # fmt: skip
    return Prose(tuple(blocks))


def composite_table(found: Areas) -> Table:
    """Every figure over all Areas, weighted by caseload and with every Area equal."""
    rows, groups = [], []
    for figure, label in found.figures.items():
        for row in found.composite(figure).to_dict("records"):
            ends = f"{100 * row['low']:.0f} to {100 * row['high']:.0f}"
            weighting = {"caseload": "By caseload", "equal": "Every Area equal"}[row["weighting"]]
            rows.append((weighting, percent(row["value"]), ends, int(row["areas"])))
            groups.append(label)
    return Table(
        id="composite",
        title="All Areas together",
        columns=(Column("Weighting"), Column("Share", "percent"),
                 Column("95% interval", "number"), Column("Areas", "number")),
        rows=tuple(rows),
        groups=tuple(groups),
        notes=("By caseload is what happens to a case; every Area equal is what an Area does.",),
    )  # fmt: skip


def heat_map(found: Areas) -> HeatMap:
    """Areas by figures, over all casework."""
    figures = found.figures
    tones = {area: _tones(str(each.content["rule"])) for area, each in found.results.items()}
    cells = tuple(
        tuple(_cell(found, area, figure, tones) for figure in figures) for area in found.expected
    )
    return HeatMap(
        id="areas",
        title="Areas and figures: share of the points over all casework",
        alt="A grid of Areas by figures; the tables by figure give every number.",
        columns=tuple(figures.values()),
        rows=found.expected,
        cells=cells,
        notes=("The mark is the band that the Area's own rule gives: ● the highest, ◐ between, ○ "
               "the lowest. A dash: not yet inspected, or no figure.",),
        stamp=STAMP if found.simulated else "",
    )  # fmt: skip


def figures(found: Areas) -> Series:
    """For each figure its funnel and its table of Areas, with the range of each Area's place."""
    parts: list[Prose | Funnel | Table] = []
    for figure, label in found.figures.items():
        chart = found.funnel_chart(figure)
        parts.append(Prose((Block(label, "heading"),)))
        parts.append(replace(chart, id=f"funnel-{_slug(figure)}"))
        parts.append(_league(found, figure, label))
    return Series(tuple(parts))


def changes(found: Areas, earlier: Sequence[str]) -> Series:
    """Who improved since the earlier results; without any, that there are none."""
    if not earlier:
        return Series((Prose((Block("No earlier results were given."),)),))
    before = read(earlier)
    tables = []
    for figure, label in found.figures.items():
        rows, without = [], []
        for row in found.changes(before, figure).to_dict("records"):
            if row["now"] is None:
                without.append(str(row["area"]))
                continue
            gap = None if row["difference"] is None else f"{100 * float(row['difference']):+.1f}"
            rows.append((row["area"], percent(row["then"]), percent(row["now"]), gap,
                         str(row["verdict"])))  # fmt: skip
        tables.append(
            Table(
                id=f"changes-{_slug(figure)}",
                title=f"{label}: Areas then and now, over all casework",
                columns=(Column("Area"), Column("Then", "percent"), Column("Now", "percent"),
                         Column("Difference", "number"), Column("Verdict")),
                rows=tuple(rows),
                notes=(
                    "The verdict goes by p adjusted over the Areas.",
                    *((f"Not compared, without a figure of both rounds: {listed(without)}.",)
                      if without else ()),
                ),
            )
        )  # fmt: skip
    shown = tuple(each for each in tables if each.rows)
    what = "No Area has a figure of both rounds."
    return Series(shown or (Prose((Block(what),)),))


def provenance(found: Areas, *, notebook: str = "") -> Table:
    """The digest of every Area's result, and of what made this report."""
    made = ("Notebook", "-", notebook or "opened by hand, not recorded")
    return Table(
        id="provenance",
        title="What this report was made from",
        columns=(Column("Area"), Column("Round"), Column("SHA-256 of its result", "code")),
        rows=(*((area, str(each.content["round"]), each.digest)
                for area, each in found.results.items()), made),
    )  # fmt: skip


def _league(found: Areas, figure: str, label: str) -> Table:
    rows: list[tuple[str | float | None, ...]] = []
    for row in found.league(figure).to_dict("records"):
        if row["value"] is None:  # the funnel beside it names them
            continue
        ends = f"{100 * row['low']:.0f} to {100 * row['high']:.0f}"
        place = f"{row['rank_low']} to {row['rank_high']}"
        rows.append((row["area"], percent(row["value"]), ends, place))
    return Table(
        id=f"league-{_slug(figure)}",
        title=f"{label}: Areas by their share over all casework",
        columns=(Column("Area"), Column("Share", "percent"), Column("95% interval", "number"),
                 Column("Place, 95% range", "number")),
        rows=tuple(rows),
        notes=("A place is as uncertain as its range: Areas whose ranges overlap are not ranked.",),
    )  # fmt: skip


def _cell(found: Areas, area: str, figure: str, tones: Mapping[str, Mapping[str, Tone]]) -> Heat:
    result = found.results.get(area)
    row = result.rows.get((figure, ALL)) if result else None
    if row is None or row["value"] is None:
        return Heat(None)
    return Heat(percent(Fraction(row["value"])), tones[area].get(row["band"], "none"))


def _tones(rule: str) -> dict[str, Tone]:
    """Band → tone under a shipped rule; of a rule that only the Area has, nothing is known here."""
    try:
        return {each.id: each.tone for each in Rule.load(rule).bands} if rule else {}
    except InspectionError:
        return {}


def _slug(figure: str) -> str:
    return figure.lower().replace("_", "-")
