"""A started log in which inspectors say what items a file holds: each letter, each message."""

from __future__ import annotations

from sqlalchemy import Connection

from inspectkit.errors import InspectionError
from inspectkit.questions.model import CASE
from inspectkit.review.items import ITEM, MOST, NO_ITEMS, Found, NoneFound
from inspectkit.review.leaving import Leaving
from inspectkit.review.log.kinds import Content
from inspectkit.review.rules import refuse_absent, refuse_submitted
from inspectkit.review.state import CaseState
from inspectkit.validation import nearest


class Itemising(Leaving):
    """A log that also knows the items in each file."""

    def add_item(
        self, subject: str, kind: str, *, marker: str, named: str = "", key: str | None = None
    ) -> str:
        """Add the next item of a file; its number. key: the same key sent again is the same item.

        named: how the inspector names it, such as its date and sender. Errors: a kind that the
        question set does not have; a case that is submitted, absent or another's.
        """

        def work(connection: Connection) -> str:
            for held in self._held(connection, [key] if key else []):
                return str(held["item"])
            case = self._markable(connection, subject, marker)
            self._check_kind(kind, subject)
            number = str(max((int(each) for each in case.items), default=0) + 1)
            if int(number) > MOST:
                what = f"it holds {MOST} items already"
                raise InspectionError(f"case {subject}", what, "Ask the lead")
            told = Found(kind=kind, named=named.strip())
            self._say(connection, ITEM, told, subject, marker, item=number, key=key)
            return number

        return self._write(work, by=marker)

    def take_back_item(self, subject: str, item: str, *, marker: str) -> None:
        """Take back the last item of a file. Errors: it is not the last, or holds an answer."""

        def work(connection: Connection) -> None:
            held = self._markable(connection, subject, marker)
            part = held.part(item)
            if part.answers or item != list(held.items)[-1]:
                what = "it holds answers" if part.answers else "others come after it"
                remedy = "Only the last item can be taken back, and only before it is answered"
                raise InspectionError(part.where, what, remedy)
            told = Found(kind=part.kind, named=part.named, standing=False)
            self._say(connection, ITEM, told, subject, marker, item=item)

        self._write(work, by=marker)

    def name_item(self, subject: str, item: str, named: str, *, marker: str) -> None:
        """Name an item anew, which also settles what two devices called differently."""

        def work(connection: Connection) -> None:
            part = self._markable(connection, subject, marker).part(item)
            told = Found(kind=part.kind, named=named.strip())
            self._say(connection, ITEM, told, subject, marker, item=item)

        self._write(work, by=marker)

    def no_items(self, subject: str, kind: str, *, marker: str) -> None:
        """Say that a file holds nothing of a kind. Errors: items of it were found."""

        def work(connection: Connection) -> None:
            case = self._markable(connection, subject, marker)
            self._check_kind(kind, subject)
            if any(each.kind == kind for each in case.items.values()):
                what = f"items of the kind {kind} were found in it"
                raise InspectionError(f"case {subject}", what, "Take them back first")
            if kind not in case.none:
                self._say(connection, NO_ITEMS, NoneFound(kind=kind), subject, marker)

        self._write(work, by=marker)

    def _markable(self, connection: Connection, subject: str, marker: str) -> CaseState:
        if not marker.strip():
            raise InspectionError("marker", "nobody is named", "Give the inspector's initials")
        case = self._case(connection, subject, marker)
        refuse_submitted(case)
        refuse_absent(case)
        return case

    def _check_kind(self, kind: str, subject: str) -> None:
        kinds = [each.id for each in self.question_set().content.items if each.subject == CASE]
        if kind not in kinds:
            known = ", ".join(kinds) or "none"
            remedy = f"The question set knows: {known}.{nearest(kind, kinds)}"
            raise InspectionError(f"case {subject}", f"{kind!r} is no kind of item", remedy)

    def _say(
        self,
        connection: Connection,
        name: str,
        told: Content,
        subject: str,
        marker: str,
        *,
        item: str = "",
        key: str | None = None,
    ) -> None:
        address = {"subject": subject, "marker": marker, "item": item}
        row = self._event(name, told, by=marker, key=key, **address)
        self._append(connection, self._versioned(connection, row))
