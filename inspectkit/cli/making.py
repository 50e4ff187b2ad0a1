"""Commands that make whole folders: a demonstration, the wheels for a laptop."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from inspectkit.cli.app import commands
from inspectkit.cli.output import bar, say, show_paths, typed

app = commands()


@app.command(epilog="Example:  inspectkit demo my-first-inspection")
def demo(
    folder: Annotated[Path, typer.Argument(help="A new folder.")] = Path("demo-inspection"),
    area: Annotated[str, typer.Option(help="One of the 14 Areas.")] = "South West",
    question_set: Annotated[
        str, typer.Option("--set", help="A question set for a caseload.")
    ] = "area-inspection",
) -> None:
    """A whole inspection: generated export, simulated marks, labelled so on every page."""
    from inspectkit.demo import build

    with bar() as step:
        made = build(folder, area=area, question_set=question_set, progress=step)
    say("The demonstration inspection is ready. Its marks are SIMULATED.")
    show_paths(made)
    say("Next: open the report;")
    say(f'  {typed("jupyter lab")} "{made["notebooks"] / "03_mark.ipynb"}"')
    say("      to mark the case that was left for you;")
    say(f'  {typed("inspectkit verify")} "{made["folder"]}"')
    say("      to recompute the draw.")


@app.command(epilog="Example:  inspectkit wheelhouse wheels --platform win_amd64")
def wheelhouse(
    folder: Annotated[Path, typer.Argument(help="Where to put the wheels.")],
    platform: Annotated[str, typer.Option(help="The laptops' platform tag.")] = "win_amd64",
    python: Annotated[str, typer.Option(help="The laptops' Python.")] = "3.11",
) -> None:
    """Gather every wheel for laptops without a network (pip install --no-index)."""
    from inspectkit.wheelhouse import build

    say(f"Made {build(folder, platform=platform, python=python)}")
