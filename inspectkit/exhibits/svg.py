"""Charts drawn as SVG: the same bytes each time, legible in black and white and without colour."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from functools import lru_cache, singledispatch
from importlib import import_module
from typing import TYPE_CHECKING, Any
from warnings import catch_warnings, filterwarnings

from inspectkit.exhibits.chart import Chart
from inspectkit.exhibits.text import one_line

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Text

WIDTH = 7.2  # inches: the measure of an A4 page, so that text keeps its size in print
GAP = 0.007  # of the width: between a name and its row
INK, GREY, FAINT = "#0b0c0c", "#505a5f", "#b1b4b6"
STYLE: dict[str, Any] = {
    "svg.hashsalt": "inspectkit",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Verdana", "Arial"],
    "font.size": 8.0,
    "text.parse_math": False,
    "text.color": INK,
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "xtick.color": GREY,
    "ytick.color": INK,
    "hatch.linewidth": 0.7,
    "figure.facecolor": "#ffffff",
    "axes.facecolor": "#ffffff",
}
# Fill, hatch, colour of the hatch and of the words: apart in grey as well.
FILLS = (
    ("#12436d", "", "#12436d", "#ffffff"),
    ("#8cb6dc", "", "#12436d", INK),
    ("#f7d7b5", "////", "#a04a00", INK),
    ("#ffffff", "", "#8a8f93", INK),
    ("#505a5f", "", "#505a5f", "#ffffff"),
    ("#d9dcde", "\\\\\\\\", "#505a5f", INK),
)


@lru_cache(maxsize=128)  # a report shows a chart twice: in its notebook, then on its page
def svg(chart: Chart) -> bytes:
    """The chart as an SVG picture of its own, the same bytes for the same chart."""
    matplotlib = import_module("matplotlib")
    with matplotlib.rc_context(), catch_warnings():
        filterwarnings("ignore", "Glyph", UserWarning)  # what no font has is seen as a box
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(STYLE)
        figure = draw(chart)
        if chart.stamp:
            figure.text(0.01, 0.01, one_line(chart.stamp, 60), va="bottom", size=6.5, weight="bold")
        picture = _written(figure, "none")
        return picture if set(picture.decode()) <= _letters() else _written(figure, "path")


def _written(figure: Figure, fonttype: str) -> bytes:
    """The picture, its words as text (none) or as outlines (path).

    Text is a third of the size and can be searched and copied. Words that the font cannot write
    need outlines: a reader sets the whole line in a font of its choice, in PDF in boxes.
    """
    held = io.StringIO()  # given bytes, each of tens of thousands of words is encoded alone
    canvas = import_module("matplotlib.backends.backend_svg").FigureCanvasSVG(figure)
    import_module("matplotlib").rcParams["svg.fonttype"] = fonttype
    canvas.print_svg(held, metadata={"Date": None, "Creator": None})
    return _without_comments(held.getvalue()).encode("utf-8")


@lru_cache(maxsize=1)
def _letters() -> frozenset[str]:
    """What upright, bold and slanted letters of our font can all write, and the end of a line."""
    fonts = import_module("matplotlib.font_manager")
    looks: tuple[dict[str, Any], ...] = ({}, {"weight": "bold"}, {"style": "italic"})
    faces = (fonts.get_font(fonts.findfont(fonts.FontProperties(**each))) for each in looks)
    known = set.intersection(*(set(face.get_charmap()) for face in faces))
    return frozenset({"\n", *map(chr, known)})


def sheet(height: float) -> Figure:
    """An empty picture, as wide as the page; with the first of them matplotlib is loaded.

    Loading it takes longer than most commands, of which few draw. height: inches.
    """
    made: Figure = import_module("matplotlib.figure").Figure(figsize=(WIDTH, height))
    return made


def bare(axes: Axes, *sides: str) -> None:
    """Axes without ticks, and without the lines of these sides."""
    axes.tick_params(length=0)
    axes.spines[list(sides)].set_visible(False)


def beside(axes: Axes, rows: Iterable[tuple[float, str]], **look: Any) -> list[Text]:
    """Names written to the left of the rows of these axes; each row: where it is, its name.

    Labels of ticks would look the same: a tick is five things to draw, of which one is seen.
    """
    axes.yaxis.set_visible(False)
    look = {"ha": "right", "va": "center_baseline", "transform": _margin(axes)} | look
    return [axes.text(axes.get_position().x0 - GAP, place, name, **look) for place, name in rows]


def _margin(axes: Axes) -> Any:
    """Across as the page counts, down as the axes do."""
    blended = import_module("matplotlib.transforms").blended_transform_factory
    page = axes.get_figure(root=True)
    assert page
    return blended(page.transFigure, axes.transData)


def in_groups(
    rows: Iterable[tuple[str, float]], gap: float = 0.0
) -> tuple[list[float], list[tuple[float, str]], float]:
    """Where the middle of each row stands, where each group is named, how deep it all is, in rows.

    rows: the group of each ("" for none), and how deep it is. gap: between two groups.

    >>> in_groups([("MC", 1.0), ("MC", 1.5), ("CC", 1.0)], gap=0.5)
    ([1.0, 2.25, 5.0], [(0.0, 'MC'), (4.0, 'CC')], 6.0)
    """
    places: list[float] = []
    headings: list[tuple[float, str]] = []
    at, last = 0.0, ""
    for group, deep in rows:
        if group != last:
            at += gap if places else 0.0
            headings.append((at, group))
            last, at = group, at + 1.0
        places.append(at + (deep - 1) / 2)
        at += deep
    return places, headings, max(at, 1.0)


def bar(axes: Axes, place: float, start: float, length: float, height: float, **look: Any) -> None:
    """A bar across, its middle at `place`; axes keep their reach, which `barh` works out anew."""
    rectangle = import_module("matplotlib.patches").Rectangle
    axes.add_artist(rectangle((start, place - height / 2), length, height, **look))


@singledispatch
def draw(chart: Chart) -> Figure:
    """The chart as a matplotlib figure; each kind of chart registers its own way."""
    raise NotImplementedError(type(chart).__name__)


def wrapped(label: str, width: int) -> str:
    """A label in one line, or in two of about `width` characters; a longer one ends in …"""
    line = one_line(label, 2 * width)
    if len(line) <= width:
        return line
    cut = line.rfind(" ", 0, width + 1)
    return line[:cut] + "\n" + line[cut + 1 :] if cut > 0 else line


def _without_comments(picture: str) -> str:
    # matplotlib repeats each text in a comment; a caption or a cell says it already.
    return re.sub(r"<!--.*?-->\n?", "", picture, flags=re.DOTALL)
