"""The rule editor as a notebook shows it; its state is the draft's file, so it can be run again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import anywidget

from inspectkit.assessment import Ratings
from inspectkit.widgets.rules.bench import RuleBench
from inspectkit.widgets.rules.draft import RuleDraft
from inspectkit.widgets.rules.page import script, style


class RuleEditor(anywidget.AnyWidget):
    """The editor of one rule's draft.

    path: its file. based_on: the rule that a new file begins as. ratings: of an inspection, which
    are rated anew after every change, without being stored.

    >>> RuleEditor("nowhere.yaml")
    Traceback (most recent call last):
    ...
    inspectkit.errors.InspectionError: nowhere.yaml: no such file. Name a rule to begin with: based_on="area-inspection@1".
    """  # noqa: E501

    _esm = script()
    _css = style()

    def __init__(
        self, path: str | Path, *, based_on: str = "", ratings: Ratings | None = None
    ) -> None:
        super().__init__()
        self.bench = RuleBench(RuleDraft(path, based_on=based_on), ratings)
        self.on_msg(self._receive)

    def _receive(self, widget: object, content: Mapping[str, Any], buffers: object) -> None:
        self.send(self.bench.reply(content))
