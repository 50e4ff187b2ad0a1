"""A page in a notebook: one component that carries requests to its replies and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import anywidget

from inspectkit.widgets.replies import Replies


class Screen(anywidget.AnyWidget):
    """What it shows comes from the replies, so that its cell can be run again at any time."""

    def __init__(self, replies: Replies) -> None:
        super().__init__()
        self.replies = replies
        self.on_msg(self._receive)

    def _receive(self, widget: object, content: Mapping[str, Any], buffers: object) -> None:
        if content:  # an empty message only hurries a reply along, see page/link.js
            self.send(self.replies.reply(content))
