"""The editor as a notebook shows it; its state is the draft's folder, so it can be run again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import anywidget

from inspectkit.widgets.editor.bench import Bench
from inspectkit.widgets.editor.draft import Draft
from inspectkit.widgets.editor.page import script, style


class QuestionSetEditor(anywidget.AnyWidget):
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
        super().__init__()
        self.bench = Bench(Draft(folder), by)
        self.on_msg(self._receive)

    def _receive(self, widget: object, content: Mapping[str, Any], buffers: object) -> None:
        self.send(self.bench.reply(content))
