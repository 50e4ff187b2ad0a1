"""Replies to a page: every request gets one, a refusal too, since silence means a dead kernel."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from inspectkit.errors import InspectionError

Plain = dict[str, Any]


class Replies:
    """Takes the requests of one page: each has an id and a kind, its reply the same id and ok.

    place, remedy: what a message says where nobody foresaw the fault. kinds: what is done for each
    kind of request. Where ok is false the reply has the words where, what, remedy and text.
    """

    place = "page"
    remedy = "Try again; if it stays, show this line to the methodology lead"
    kinds: Mapping[str, Callable[[Plain], Plain]]

    def reply(self, request: Mapping[str, Any]) -> Plain:
        """The reply to any request."""
        asked = dict(request)
        head = {"id": asked.get("id"), "ok": True}
        if asked.get("kind") == "beat":
            return head
        try:
            return head | self.kinds[str(asked.get("kind"))](asked)
        except InspectionError as refused:
            return head | refusal(refused) | self.held(asked)
        except Exception as fault:
            what = f"something went wrong that nobody foresaw ({type(fault).__name__}: {fault})"
            return head | refusal(InspectionError(self.place, what, self.remedy))

    def held(self, request: Plain) -> Plain:
        """What a refusal shows besides its words: the page must not guess it."""
        return {}


def refusal(error: InspectionError) -> Plain:
    """An error as a page shows it."""
    return {
        "ok": False,
        "where": error.where,
        "what": error.what,
        "remedy": error.remedy,
        "text": str(error),
    }
