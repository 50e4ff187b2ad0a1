"""The command line's application, and the arguments that many commands share."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from inspectkit.cli.panels import InOrder

# jsonschema, which Jupyter brings, would build a grammar with it for seconds, for a check of
# formats that nothing here asks for; it takes None for "not installed".
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

app = typer.Typer(
    cls=InOrder,
    help="Draws samples of case files, serves question sets, scores answers and rates Areas.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)


@app.callback()
def _whole() -> None:
    """Its commands are found by `panels`."""


def commands() -> typer.Typer:
    """What a module of commands adds its own to."""
    return typer.Typer(rich_markup_mode="rich")


Folder = Annotated[Path, typer.Argument(help="The inspection's folder (it holds inspection.toml).")]
Threshold = Annotated[
    int, typer.Option(min=2, max=100, help="Counts from 1 to under this are not published.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]
