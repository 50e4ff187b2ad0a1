"""Which module holds each command, in the order in which --help lists them.

A module is loaded when one of its commands is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import Any

from typer.core import TyperGroup
from typer.main import get_group

PANELS = {
    "List and choose": (
        ("folder", "new check"),
        ("planning", "sizes plan"),
        ("sample", "agreement commit draw verify substitute topup"),
        ("judging", "frame-errors"),
    ),
    "Look": (
        ("practice", "practice"),
        ("moderating", "allocate handed"),
        ("judging", "mark progress"),
        ("moderating", "moderate"),
        ("agreeing", "agree"),
        ("moderating", "checks unfinished sign withdraw reopen"),
    ),
    "Judge": (
        ("weighing", "evidence judge"),
        ("rating", "discretion rate explain whatif"),
        ("comparing", "compare seal areas"),
    ),
    "Publish and follow up": (
        ("narrative", "narrative"),
        ("accuracy", "accuracy"),
        ("judging", "report"),
        ("following", "findings"),  # the last that adds to them
    ),
    "Keep": (
        ("keeping", "audit checkpoint"),
        ("holding", "log dispose"),
        ("bundles", "backup restore bundle"),
        ("holding", "roles"),
    ),
    "Question sets, trials, laptops": (
        ("migrating", "questions"),  # the last that adds to them
        ("making", "demo wheelhouse"),
    ),
}
PLACES = {
    name: (panel, module)
    for panel, parts in PANELS.items()
    for module, names in parts
    for name in names.split()
}


class Commands(Mapping[str, Any]):
    """Name → command, made when it is looked at."""

    def __getitem__(self, name: str) -> Any:
        panel, module = PLACES[name]
        found = held(module)[name]
        found.rich_help_panel = panel
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(PLACES)

    def __len__(self) -> int:
        return len(PLACES)


@cache
def held(module: str) -> dict[str, Any]:
    """The commands of a module of this package."""
    return dict(get_group(import_module(f"inspectkit.cli.{module}").app).commands)


class InOrder(TyperGroup):
    """The commands of all modules in the order of the panels."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings | {"commands": Commands()})

    def list_commands(self, ctx: Any) -> list[str]:
        return list(PLACES)
