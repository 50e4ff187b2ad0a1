"""The chair: takes a moderator's decisions to the store and brings back what is left to settle."""

from __future__ import annotations

from inspectkit.errors import InspectionError
from inspectkit.inspection import Inspection
from inspectkit.review.beside import ANSWERED_FOR, CANNOT, DECLINED, QUERY, REPLY
from inspectkit.review.entries import Event
from inspectkit.review.moderation import adjudicate, rule_on
from inspectkit.widgets.moderating.matters import matters, requested
from inspectkit.widgets.replies import Plain, Replies


class Chair(Replies):
    """One moderator or lead at one inspection.

    Kinds of request: beat, list, settle, reply, deal, decide. Every reply is all that is left then,
    so that two people who moderate at once see each other's decisions with their next one.
    """

    place = "moderation"

    def __init__(self, inspection: Inspection, by: str) -> None:
        self.inspection, self.store, self.by = inspection, inspection.store, by
        self.kinds = {
            "list": self.left,
            "settle": self.settle,
            "reply": self.answer,
            "deal": self.deal,
            "decide": self.decide,
        }

    def left(self, request: Plain) -> Plain:
        """What waits for a decision."""
        return matters(self.store, self.by) | {"title": self.inspection.title}

    def settle(self, request: Plain) -> Plain:
        """The answer in force where two marks differ."""
        what = (str(request[name]) for name in ("subject", "question", "answer"))
        told = {name: str(request[name]) for name in ("reason", "evidence", "item")}
        saved = adjudicate(self.store, *what, by=self.by, **told)
        return {"at": saved.at, **self.left(request)}

    def answer(self, request: Plain) -> Plain:
        """A reply to a query, to its inspector alone, or a ruling for everybody."""
        query, text = self.one_of(self.store.events(QUERY), request), str(request["text"])
        if request["ruling"]:
            changed = bool(request["changes_meaning"])
            told = {"by": self.by, "changes_meaning": changed, "query": query.hash}
            made = rule_on(self.store, query.question, text, **told)  # type: ignore[arg-type]
            text = f"Ruling {made.number}: {text}"
        saved = self.store.record(
            REPLY,
            {"to": query.hash, "text": text},
            by=self.by,
            key=request["key"],
            subject=query.subject,
            question=query.question,
            item=query.item,
        )
        return {"at": saved.at, **self.left(request)}

    def deal(self, request: Plain) -> Plain:
        """What was done about an urgent concern; its clock stops."""
        subject, told = str(request["subject"]), {"to": request["to"], "text": request["text"]}
        saved = self.store.record(
            ANSWERED_FOR, told, by=self.by, key=request["key"], subject=subject
        )
        return {"at": saved.at, **self.left(request)}

    def decide(self, request: Plain) -> Plain:
        """A request granted, which is done at once, or declined with the reason."""
        asked = self.one_of(requested(self.store), request)
        text, came = str(request["text"]), ""
        if request["granted"]:
            came = self.grant(asked, text)
        else:
            told = {"to": asked.hash, "text": text}
            here = {"subject": asked.subject, "marker": asked.marker}
            self.store.record(DECLINED, told, by=self.by, key=request["key"], **here)
        return {"came": came, **self.left(request)}

    def grant(self, asked: Event, text: str) -> str:
        """Do what was asked for; the reserve that takes the case's place, "" if none."""
        told = asked.content
        if told["what"] == CANNOT:
            note = " · ".join(filter(None, (told["text"], text)))
            code = told["code"]
            return self.inspection.substitute(asked.subject, reason=code, by=self.by, note=note)
        reason = text or told["text"]
        self.store.unlock(asked.subject, marker=asked.marker, reason=reason, by=self.by)
        return ""

    def one_of(self, events: tuple[Event, ...], request: Plain) -> Event:
        """The query or request that a decision is about. Errors: it is settled already."""
        for each in events:
            if each.hash == request["to"]:
                return each
        what, remedy = "this is settled already", "Reload: somebody else may have settled it"
        raise InspectionError(self.place, what, remedy)


def chair_of(inspection: Inspection, by: str) -> Chair:
    """The chair of one moderator. Errors: nobody named, no sample in the store."""
    name = by.strip()
    if not name:
        raise InspectionError("by", "nobody is named", "Give your initials")
    inspection.store.sample()
    return Chair(inspection, name)
