"""The marking form: one component in the notebook, whose every answer goes into the store."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import anywidget

from inspectkit.review.store import Store
from inspectkit.widgets.marking.desk import Desk, desk_of
from inspectkit.widgets.marking.page import script, style
from inspectkit.widgets.marking.plain import PlainForm


class MarkingForm(anywidget.AnyWidget):
    """The form as a notebook shows it; all its state is the store's, so it can be run again."""

    _esm = script()
    _css = style()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.on_msg(self._receive)

    def _receive(self, widget: object, content: Mapping[str, Any], buffers: object) -> None:
        if content:  # an empty message only hurries the reply along, see page/link.js
            self.send(self.desk.reply(content))


def mark(
    store: Store, *, inspector: str, subject: str | None = None, plain: bool = False
) -> MarkingForm | PlainForm:
    """The marking form of one inspector: My cases first, or the case named.

    inspector: initials or name, written to every mark. plain: the form from ipywidgets alone, for a
    place where no script of ours may run. Errors: nobody named; no sample in the
    store; a case that is not in the sample.

    >>> mark(None, inspector=" ")
    Traceback (most recent call last):
    ...
    inspectkit.errors.InspectionError: inspector: nobody is named. Give your initials.
    """
    desk = desk_of(store, inspector, subject or "")
    return PlainForm(desk) if plain else MarkingForm(desk)
