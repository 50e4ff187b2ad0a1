"""A waterfall: from a start to a value, each step's part in the way, boundaries as lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic.dataclasses import dataclass

from inspectkit.exhibits.base import FROZEN
from inspectkit.exhibits.chart import Boundary, Chart
from inspectkit.exhibits.svg import FAINT, FILLS, GREY, INK, bar, bare, beside, draw, sheet, wrapped
from inspectkit.exhibits.text import one_line

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, config=FROZEN)
class Fall:
    """One step: what it is, how much it adds (below 0: takes away), and from what."""

    label: str
    change: float
    detail: str = ""


@dataclass(frozen=True, kw_only=True, config=FROZEN)
class Waterfall(Chart):
    """Steps from `start` to a value; `ending` says what was reached."""

    kind: Literal["waterfall"] = "waterfall"
    start: float
    beginning: str
    steps: tuple[Fall, ...]
    ending: str
    boundaries: tuple[Boundary, ...] = ()
    unit: str = "%"

    @property
    def value(self) -> float:
        """Where the steps lead."""
        return self.start + sum(each.change for each in self.steps)


PAPER = {"facecolor": "#ffffff", "edgecolor": "none", "pad": 0.8}
WORDS = 54  # letters in a line of a label
THICK = 0.66  # of a row: its bar


@draw.register(Waterfall)
def _(chart: Waterfall) -> Figure:
    rows = len(chart.steps) + 2
    height = 0.75 + 0.27 * rows
    figure = sheet(height)
    axes = figure.subplots()
    figure.subplots_adjust(left=0.43, right=0.93, top=1 - 0.42 / height, bottom=0.28 / height)
    at, places = chart.start, [chart.start]
    bar(axes, 0, 0, at, THICK, facecolor=FAINT)
    for row, step in enumerate(chart.steps, start=1):
        fill, hatch, edge, _ = FILLS[1] if step.change >= 0 else FILLS[2]
        bar(axes, row, at, step.change, THICK, facecolor=fill, hatch=hatch, edgecolor=edge,
            linewidth=0.6)  # fmt: skip
        axes.plot([at, at], [row - 1.33, row + 0.33], color=GREY, lw=0.6)
        at += step.change
        places.append(at)
    bar(axes, rows - 1, 0, at, THICK, facecolor=FILLS[0][0])
    axes.plot([at, at], [rows - 2.33, rows - 1.33], color=GREY, lw=0.6)
    # bars have no break: they start at nothing, so that their lengths may be compared
    highest = max([*places, *(each.value for each in chart.boundaries)])
    axes.set_xlim(0, 100 if chart.unit == "%" else 1.1 * (highest or 1))
    _numbers(axes, chart, places)
    for boundary in chart.boundaries:
        axes.axvline(boundary.value, color=INK, lw=0.8, ls=(0, (4, 3)), zorder=0)
        words = f"{boundary.value:g}{chart.unit}"
        axes.text(boundary.value, -0.62, words, size=6.5, ha="center", va="bottom", color=GREY)
    labels = [chart.beginning, *(_named(step) for step in chart.steps), chart.ending]
    beside(axes, enumerate(labels), size=7)[-1].set_fontweight("bold")
    axes.set_ylim(rows - 0.5, -0.6)
    bare(axes, "top", "right", "left")
    return figure


def _numbers(axes: object, chart: Waterfall, places: list[float]) -> None:
    write = axes.text  # type: ignore[attr-defined]
    low, high = axes.get_xlim()  # type: ignore[attr-defined]
    gap = 0.012 * (high - low)
    write(places[0] + gap, 0, f"{places[0]:.4g}", va="center", size=7, bbox=PAPER)
    for row, (step, before) in enumerate(zip(chart.steps, places, strict=False), start=1):
        said = f"{step.change:+.1f}".replace("-", "\N{MINUS SIGN}")
        write(max(before, before + step.change) + gap, row, said, va="center", size=7, bbox=PAPER)
    write(places[-1] + gap, len(places), f"{places[-1]:.1f}", va="center", size=7, weight="bold",
          bbox=PAPER)  # fmt: skip


def _named(step: Fall) -> str:
    detail = f"({step.detail})" if step.detail else ""
    label = wrapped(one_line(step.label, 2 * WORDS - len(detail) - 1), WORDS)
    fits = "\n" in label or len(label) + len(detail) < WORDS
    return f"{label}{' ' if fits else chr(10)}{detail}" if detail else label
