"""The order in which --help lists the commands: the steps of an inspection, a panel for each."""

from __future__ import annotations

from typing import Any

from typer.core import TyperGroup

PANELS = {
    "List and choose": "new check sizes plan agreement commit draw verify substitute topup"
    " frame-errors",
    "Look": "practice allocate handed mark progress moderate agree checks unfinished sign"
    " withdraw reopen",
    "Judge": "evidence judge discretion rate explain whatif compare seal areas",
    "Publish and follow up": "narrative accuracy report findings",
    "Keep": "audit checkpoint log dispose backup restore bundle roles",
    "Question sets, trials, laptops": "questions demo wheelhouse",
}
PANEL_OF = {name: panel for panel, names in PANELS.items() for name in names.split()}


class InOrder(TyperGroup):
    """Commands in the order of the panels; one without a panel stands last."""

    def list_commands(self, ctx: Any) -> list[str]:
        order = list(PANEL_OF)
        known = super().list_commands(ctx)
        return sorted(known, key=lambda name: order.index(name) if name in order else len(order))

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        found: Any = super().get_command(ctx, cmd_name)
        if found is not None and cmd_name in PANEL_OF:
            found.rich_help_panel = PANEL_OF[cmd_name]
        return found
