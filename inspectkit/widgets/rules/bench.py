"""The bench of a rating rule: takes the page's requests to the draft, rates an inspection anew."""

from __future__ import annotations

from typing import Any

from inspectkit.assessment import Ratings, rate
from inspectkit.assessment.rating.whatif import changes
from inspectkit.assessment.rule import Rule
from inspectkit.errors import InspectionError
from inspectkit.widgets.replies import Plain, Replies
from inspectkit.widgets.rules.draft import RuleDraft
from inspectkit.widgets.rules.ruler import decided, shown

DRAWS = 200  # the table shows which ratings move, not how sure they are


class RuleBench(Replies):
    """One lead at the draft of one rule; ratings: of an inspection, to see what would move."""

    place = "rule editor"
    remedy = "Try again; if it stays, show this line to whoever looks after inspectkit"

    def __init__(self, draft: RuleDraft, ratings: Ratings | None = None) -> None:
        self.draft, self.ratings = draft, ratings
        self.kinds = {
            "open": lambda request: self.state(),
            "change": self.change,
            "undo": self.undo,
            "try": self.try_out,
        }

    def state(self) -> Plain:
        """The rule as the page shows it. Errors: a file that holds no rule."""
        rule = self.draft.rule()
        return {
            "rule": {
                "ref": rule.ref,
                "label": rule.label,
                "source": rule.source,
                "verified": rule.verified,
                "notes": list(rule.notes),
                "minimum": rule.minimum_cases,
                "file": self.draft.path.name,
            },
            "parts": shown(rule),
            "moved": self._moved(rule),
            "stamp": self.draft.stamp,
            "undo": len(self.draft.past),
        }

    def change(self, request: Plain) -> Plain:
        """Write one boundary, then show what the rule has become."""
        self._same(request)
        place = tuple(each if isinstance(each, int) else str(each) for each in request["place"])
        self.draft.put(place, str(request["key"]), str(request["value"]))
        return self.state()

    def undo(self, request: Plain) -> Plain:
        self._same(request)
        self.draft.undo()
        return self.state()

    def try_out(self, request: Plain) -> Plain:
        """The rating of a value typed by hand."""
        text = str(request["value"])
        try:
            return decided(self.draft.rule(), int(request["part"]), text)
        except (ValueError, ZeroDivisionError):
            remedy = "Write 69.96%, 14/20 or 23"
            raise InspectionError("value", f"{text!r} is no number", remedy) from None

    def _same(self, request: Plain) -> None:
        if request.get("stamp") != self.draft.stamp:
            what = "the file was changed by somebody else since you opened it"
            remedy = "Press Reload, then make your change again"
            raise InspectionError(self.draft.path.name, what, remedy)

    def _moved(self, rule: Rule) -> list[dict[str, Any]] | None:
        """The ratings that would be others under the draft; None without an inspection."""
        if self.ratings is None or self.ratings.estimates is None:
            return None
        table = changes(self.ratings, rate(self.ratings.estimates, rule, draws=DRAWS))
        moved = table[(table["moved"] != "") & (table["kind"] != "question")]
        columns = ["figure", "domain", "share_before", "before", "after", "moved"]
        rows = moved[columns].astype(str).to_dict("records")
        return [{str(key): value for key, value in row.items()} for row in rows]
