"""Exhibits: values first; then HTML and SVG that escape, head, caption and describe themselves."""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import combinations
from xml.etree import ElementTree

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.lines import Line2D
from matplotlib.text import Text

from inspectkit.errors import InspectionError
from inspectkit.exhibits import (
    MIME,
    Bar,
    Block,
    Boundary,
    Chart,
    Chip,
    Column,
    Cover,
    Fall,
    Funnel,
    Heat,
    HeatMap,
    Interval,
    IntervalChart,
    Numbers,
    Prose,
    Series,
    Slope,
    SlopeChart,
    Spot,
    StackedBars,
    Table,
    Tone,
    Waterfall,
    clean,
    from_json,
    html,
    percent,
    spoken,
    svg,
)
from inspectkit.exhibits.svg import draw

ATTACK = "<script>alert(1)</script> $\\frac{1}{0}$ \u202eevil\x00"
TABLE = Table(
    id="ratings",
    title="Ratings",
    columns=(Column("Theme"), Column("Rating", "chip"), Column("Share", "percent")),
    rows=(("Disclosure", Chip("Not meeting", "poor", "54.0%"), 54.0), ("Grip", "–", None)),
    groups=("Crown Court", "Crown Court"),
    totals=(0,),
    notes=("A note.",),
)
CHART = IntervalChart(
    id="chart",
    title="Shares",
    alt="Disclosure 54%.",
    points=(
        Interval("Disclosure", "Crown Court", 54.0, 41.0, 66.0, "poor"),
        Interval("Disclosure", "RASSO", None),
    ),
    boundaries=(Boundary(70.0, "Fully"), Boundary(60.0, "Partially")),
    stamp="SIMULATED MARKS",
)
BARS = StackedBars(
    id="bars",
    title="Marks",
    alt="Fully met 30, not met 10.",
    series=("Fully met", "Not met"),
    bars=(Bar("Disclosure", "Crown Court", (30, 10)), Bar("Grip", "RASSO", (0, 0))),
)
EVERY = [
    TABLE,
    CHART,
    BARS,
    Prose(
        (
            Block("First."),
            Block("one", "item"),
            Block("what it means", "definition", "Term"),
            Block("Check ten files.", "finding", "Recommendation 1"),
            Block("CPS", "fact", "For"),
            Block("Grip: 74.2%", "fact", "Rests on"),
            Block("Charging", "fact", "Rests on"),
        )
    ),
    Cover(title="A report", date="2026-11-23", facts=(("Area", "South West"),)),
    Series((TABLE, CHART)),
]


@pytest.mark.parametrize("exhibit", EVERY, ids=lambda each: type(each).__name__)
def test_an_exhibit_travels_through_a_notebook_unchanged(exhibit):
    assert from_json(exhibit._repr_mimebundle_()[MIME]) == exhibit


@pytest.mark.parametrize("exhibit", EVERY, ids=lambda each: type(each).__name__)
def test_html_is_well_formed_and_the_same_each_time(exhibit):
    ElementTree.fromstring(f"<main>{html(exhibit)}</main>")
    assert html(exhibit) == html(exhibit)


def test_a_table_has_a_caption_and_every_head_has_a_scope():
    root = ElementTree.fromstring(html(TABLE, Numbers()))
    assert "".join(root.find(".//caption").itertext()) == "Table 1: Ratings"
    scopes = [head.get("scope") for head in root.iter("th")]
    assert scopes == ["col", "col", "col", "rowgroup", "row", "row"]


def test_a_finding_has_a_heading_its_text_and_each_fact_under_its_label():
    root = ElementTree.fromstring(f"<main>{html(EVERY[3])}</main>")
    assert [each.tag for each in root] == ["p", "ul", "dl", "h4", "p", "dl"]
    assert [each.text for each in root[3:5]] == ["Recommendation 1", "Check ten files."]
    told = [[each.text for each in pair] for pair in root[5]]
    assert told == [["For", "CPS"], ["Rests on", "Grip: 74.2%", "Charging"]]


def test_a_chip_says_its_rating_in_words_and_by_shape():
    assert str(Chip("Not meeting", "poor", "54.0%")) == "○ Not meeting 54.0%"
    text = "".join(ElementTree.fromstring(html(TABLE)).itertext())
    assert "○ Not meeting 54.0%" in text
    symbols = {str(Chip("", tone)) for tone in ("good", "fair", "poor", "none")}
    assert len(symbols) == 4


def test_a_chart_carries_its_alternative_text_and_needs_no_other_file():
    image = ElementTree.fromstring(html(CHART)).find(".//img")
    assert image.get("alt") == CHART.alt
    assert image.get("src").startswith("data:image/svg+xml;base64,")
    with pytest.raises(ValueError, match="at least 1 character"):
        IntervalChart(id="c", title="Shares", alt="", points=())


@pytest.mark.parametrize("chart", [CHART, BARS], ids=["intervals", "bars"])
def test_a_picture_has_the_same_bytes_each_time_and_no_date(chart):
    assert svg(chart) == svg(chart)
    assert b"dc:date" not in svg(chart)
    assert b"http" not in re.sub(
        rb'(xmlns[:\w]*|rdf:about|rdf:resource)="[^"]*"|<!DOCTYPE[^>]*>|<dc:type[^>]*>',
        b"",
        svg(chart),
    )


def test_every_kind_of_chart_has_a_way_to_be_drawn():
    kinds = Chart.__subclasses__()
    assert len(kinds) >= 7
    assert [kind.__name__ for kind in kinds if draw.dispatch(kind) is draw.dispatch(Chart)] == []


def test_words_of_a_chart_are_text_where_its_font_has_all_letters_and_outlines_where_not():
    def written(label: str) -> list[str | None]:
        point = Interval(label, "Crown Court", 54.0, 41.0, 66.0, "poor")
        drawn = svg(IntervalChart(id="c", title="t", alt="a", points=(point,)))
        return [each.text for each in ElementTree.fromstring(drawn).findall(".//{*}text")]

    assert {"Złożona & <in time> ●◐○", "54.0", "Crown Court"} <= set(
        written("Złożona & <in time> ●◐○")
    )
    for strange in ("案件", "קובץ 案", "🗂"):
        assert written(strange) == []


def test_hostile_text_is_shown_everywhere_and_obeyed_nowhere():
    table = Table(
        id="t",
        title=ATTACK,
        columns=(Column(ATTACK), Column(ATTACK, "chip")),
        rows=((ATTACK, Chip(ATTACK, "good", ATTACK)),),
        groups=(ATTACK,),
        notes=(ATTACK,),
    )
    cover = Cover(title=ATTACK, marking=ATTACK, stamp=ATTACK, facts=((ATTACK, ATTACK),))
    chart = IntervalChart(
        id="c", title=ATTACK, alt=ATTACK, points=(Interval(ATTACK, ATTACK, 50.0),), stamp=ATTACK
    )
    bars = StackedBars(
        id="b", title=ATTACK, alt=ATTACK, series=(ATTACK,), bars=(Bar(ATTACK, ATTACK, (1,)),)
    )
    finding = Prose((Block(ATTACK, "finding", ATTACK), Block(ATTACK, "fact", ATTACK)))
    written = html(Series((table, cover, chart, bars, finding)))
    assert "<script" not in written and "\u202e" not in written and "\x00" not in written
    assert (
        written.count("&lt;script&gt;") == 21
    )  # 8 in the table, 5 on the cover, 4 in charts and in the finding
    assert b"<script" not in svg(chart) + svg(bars)
    ElementTree.fromstring(svg(chart))


def test_a_harmful_character_is_replaced_and_never_vanishes():
    assert clean("a\u202eb\x07c\ue000d\ufffee\nf") == "a\ufffdb\ufffdc\ufffdd\ufffde\nf"
    assert clean("Żółć 案件 קובץ 🗂") == "Żółć 案件 קובץ 🗂"


def test_shares_are_rounded_exactly_with_halves_up():
    assert percent(Fraction(6995, 10000)) == 70.0  # 69.95 is not a float's 69.9499…
    assert percent(Fraction(1, 3)) == 33.3
    assert spoken(None) == "no figure"
    assert percent(float("nan")) is None


def test_a_cell_without_a_figure_is_a_dash_and_not_a_nought():
    cells = ["".join(each.itertext()) for each in ElementTree.fromstring(html(TABLE)).iter("td")]
    assert cells[-1] == "–"


def test_a_row_of_another_length_is_refused_by_name():
    with pytest.raises(InspectionError, match=r"table t, row 1: 1 cells under 2 columns"):
        Table(id="t", title="T", columns=(Column("a"), Column("b")), rows=(("x",),))


def words(chart) -> list[str]:
    """Every text of a drawn chart: labels of axes, titles, what stands in the picture."""
    return [each.get_text() for each in draw(chart).findobj(Text) if each.get_text()]


QUESTION = ("Did the charging review cover the applications and ancillary matters "
            "that the case called for?")  # fmt: skip


def test_a_question_stands_in_full_beside_its_cells_and_its_bar():
    heat = HeatMap(id="heat", title="t", alt="a", columns=("Crown Court",), rows=(QUESTION,),
                   cells=((Heat(59.6, "poor"),),))  # fmt: skip
    fall = Waterfall(id="fall", title="t", alt="a", start=100, beginning="All", ending="Fully",
                     steps=(Fall(QUESTION, -7.04, "18 of 40"),))  # fmt: skip
    slope = SlopeChart(id="slope", title="t", alt="a", sides=("Then", "Now"),
                       slopes=tuple(Slope("Preparation for the first hearing", each, 60, 70)
                                    for each in ("MC", "CC", "RASSO")))  # fmt: skip
    in_full = {heat: QUESTION, fall: QUESTION + " (18 of 40)",
               slope: "70 Preparation for the first hearing"}  # fmt: skip
    for chart, said in in_full.items():
        assert said in {" ".join(each.split()) for each in words(chart)}
    assert "\N{MINUS SIGN}7.0" in words(fall)


def test_a_share_in_a_heat_map_is_rounded_as_in_the_tables_so_that_its_mark_fits():
    heat = HeatMap(id="heat", title="t", alt="a", columns=("a", "b"), rows=("q",),
                   cells=((Heat(59.6, "poor"), Heat(60.4, "fair")),))  # fmt: skip
    assert {"○ 59.6%", "◐ 60.4%"} <= set(words(heat))


def test_a_figure_without_a_rating_is_not_drawn_as_the_lowest_band():
    def marks(tone: Tone) -> set[str]:
        point = Interval("Disclosure", "Crown Court", 54.0, 41.0, 66.0, tone)
        drawn = draw(IntervalChart(id="c", title="t", alt="a", points=(point,)))
        return {str(line.get_marker()) for line in drawn.findobj(Line2D)}

    assert "o" in marks("poor") and "o" not in marks("none")


@pytest.mark.parametrize(("low", "begins"), [(3.0, 0), (44.0, 20), (45.0, 40), (80.0, 40)])
def test_the_axis_of_intervals_begins_below_all_that_is_drawn(low, begins):
    point = Interval("Disclosure", "Crown Court", 90.0, low, 96.0, "good")
    chart = IntervalChart(id="c", title="t", alt="a", points=(point,),
                          boundaries=(Boundary(60.0, "Partially"),))  # fmt: skip
    assert chart.begins() == begins < low
    assert draw(chart).axes[0].get_xlim() == (begins, 100)


def test_names_of_spots_that_lie_together_do_not_cover_each_other():
    spots = tuple(
        Spot(name, value, size, within=False)
        for name, value, size in (
            ("Wessex", 92.3, 165),
            ("South East", 93.1, 195),
            ("North East", 92.0, 180),
        )
    )
    chart = Funnel(id="f", title="t", alt="a", centre=80, spots=spots)
    figure = draw(chart)
    renderer = FigureCanvasAgg(figure).get_renderer()
    names = [each for each in figure.axes[0].texts if each.get_text() in {s.label for s in spots}]
    boxes = [each.get_window_extent(renderer) for each in names]
    assert len(boxes) == 3
    assert not [1 for one, other in combinations(boxes, 2) if one.overlaps(other)]
