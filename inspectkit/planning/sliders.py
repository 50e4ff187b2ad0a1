"""Sliders for the planning notebook: another n, another truth, other boundaries, at once."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from IPython.display import display
from ipywidgets import Dropdown, FloatSlider, IntSlider, Layout, VBox, interactive_output

from inspectkit.errors import InspectionError
from inspectkit.exhibits import StackedBars
from inspectkit.planning.planner import Plan
from inspectkit.planning.rows import ALL
from inspectkit.planning.shown import what_if

WIDE = Layout(width="32em")
STYLE = {"description_width": "14em"}


def explore(plan: Plan) -> VBox:
    """Sliders over the chart of band chances. Errors: the plan has no rule, so no bands."""
    if plan.rule is None:
        raise InspectionError("plan", "there are no bands to try out", "Plan with a rating rule")
    strata = [(row.label, row.domain) for row in plan.rows if row.domain != ALL]
    first = plan.rows[0]
    controls: dict[str, Any] = {
        "stratum": Dropdown(options=strata, description="Stratum", layout=WIDE, style=STYLE),
        "n": IntSlider(first.n, 5, 200, description="Sample", layout=WIDE, style=STYLE),
        "truth": _percent("If the truth is", first.guess),
    }
    for band in plan.rule.bands[:-1]:
        controls[band.id] = _percent(f"{band.short} from", band.at_least)
    shown = interactive_output(lambda **chosen: display(chart(plan, **chosen)), controls)
    return VBox([*controls.values(), shown])


def chart(plan: Plan, stratum: str, n: int, truth: float, **edges: float) -> StackedBars:
    """The chart for one position of the sliders; truth and edges in percent."""
    row = plan.row(stratum)
    names = [band.short for band in plan.rule.bands] if plan.rule else []
    bounds = [_exact(edge) for edge in edges.values()]
    return what_if(row.label, row.N, min(n, row.N), _exact(truth), bounds, names)


def _percent(words: str, start: Fraction) -> FloatSlider:
    return FloatSlider(
        float(start * 100), min=0, max=100, step=0.5, description=words, layout=WIDE, style=STYLE,
        readout_format=".1f", continuous_update=False,
    )  # fmt: skip


def _exact(percent: float) -> Fraction:
    return Fraction(str(percent)) / 100
