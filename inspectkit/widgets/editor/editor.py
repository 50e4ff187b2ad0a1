"""The editor as a notebook shows it; its state is the draft's folder, so it can be run again."""

from __future__ import annotations

from pathlib import Path

from inspectkit.widgets.editor.bench import Bench
from inspectkit.widgets.editor.draft import Draft
from inspectkit.widgets.editor.page import script, style
from inspectkit.widgets.screen import Screen


class QuestionSetEditor(Screen):
    """The editor of one question set's draft.

    folder: the set's folder, with its question_set.yaml. by: initials, proposed when publishing.
    Errors: a folder without a draft.

    >>> QuestionSetEditor("nowhere")
    Traceback (most recent call last):
    ...
    inspectkit.errors.InspectionError: nowhere: no question_set.yaml here. Give a set's folder.
    """

    _esm = script()
    _css = style()

    def __init__(self, folder: str | Path, *, by: str = "") -> None:
        super().__init__(Bench(Draft(folder), by))
