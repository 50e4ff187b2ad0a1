"""The marking form: one component in the notebook, whose every answer goes into the store."""

from __future__ import annotations

from inspectkit.review.store import Store
from inspectkit.widgets.marking.desk import desk_of
from inspectkit.widgets.marking.page import script, style
from inspectkit.widgets.marking.plain import PlainForm
from inspectkit.widgets.screen import Screen


class MarkingForm(Screen):
    """The form as a notebook shows it; all its state is the store's, so it can be run again."""

    _esm = script()
    _css = style()


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
