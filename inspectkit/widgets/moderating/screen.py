"""The moderation screen: one component in the notebook; every decision goes into the store."""

from __future__ import annotations

from inspectkit.inspection import Inspection
from inspectkit.widgets.moderating.chair import chair_of
from inspectkit.widgets.moderating.page import script, style
from inspectkit.widgets.screen import Screen


class ModerationScreen(Screen):
    """The screen as a notebook shows it; all its state is the store's."""

    _esm = script()
    _css = style()


def moderate(inspection: Inspection, *, by: str) -> ModerationScreen:
    """The moderation screen of one moderator or lead.

    by: initials or name, written to every decision. Errors: nobody named; no sample in the store.

    >>> moderate(None, by=" ")
    Traceback (most recent call last):
    ...
    inspectkit.errors.InspectionError: by: nobody is named. Give your initials.
    """
    return ModerationScreen(chair_of(inspection, by))
