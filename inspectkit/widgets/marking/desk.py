"""The desk: takes the form's requests to the store and brings back its replies, never silence."""

from __future__ import annotations

from contextlib import suppress

from inspectkit.errors import InspectionError
from inspectkit.questions.answers import canonical
from inspectkit.review.aside import set_aside
from inspectkit.review.beside import CASE_NOTE, CONCERN, EXAMPLE, QUERY, REQUEST
from inspectkit.review.store import Store
from inspectkit.widgets.marking.casefile import answer_shown, casefile
from inspectkit.widgets.marking.itemfile import answers_of, question_and_item, standing
from inspectkit.widgets.marking.mycases import WORDS, beside, my_cases, ruled
from inspectkit.widgets.replies import Plain, Replies

ASKED_OF_QUESTIONS = (QUERY, EXAMPLE)
SAID = (CASE_NOTE, CONCERN, REQUEST, *ASKED_OF_QUESTIONS)


class Desk(Replies):
    """One inspector at one store: takes a request of the form, gives the reply.

    Kinds of request: beat, list, open, answer, item, aside, submit, beside. The page keeps nothing
    that counts: whatever it shows comes from the store.
    """

    place = "marking form"

    def __init__(self, store: Store, inspector: str, subject: str = "") -> None:
        self.store, self.inspector, self.subject = store, inspector, subject
        self.kinds = {
            "list": self.cases,
            "open": self.open,
            "answer": self.answer,
            "item": self.item,
            "aside": self.aside,
            "submit": self.submit,
            "beside": self.beside,
        }

    def cases(self, request: Plain) -> Plain:
        """The first screen: the inspector's cases, in draw order."""
        labels = self.store.question_set().casework_types
        return {
            "inspector": self.inspector,
            "place": self.store.drawn().digest[:16],
            "begin": self.subject,
            "casework_types": [[id, label] for id, label in labels.items()],
            "cases": my_cases(self.store, self.inspector),
        }

    def open(self, request: Plain) -> Plain:
        """One case, whole."""
        case = self.store.case(request["subject"], self.inspector)
        facts = self.store.sample().facts
        row = facts[facts["id"] == case.subject].iloc[0]
        known = {str(name): row[name] for name in row.index}
        self._log_opening(case.subject)
        return {
            **casefile(self.store.question_set(), case, known),
            "beside": beside(self.store, case.subject, self.inspector),
            **ruled(self.store, case.subject, self.inspector),
            "words": WORDS,
        }

    def _log_opening(self, subject: str) -> None:
        # A store that cannot be written to can still be read, and says so at the first answer.
        with suppress(InspectionError):
            # The section keeps apart what two people open at the same moment.
            who = {"by": self.inspector, "section": self.inspector[:60]}
            self.store.record("opened", {"reason": "marking"}, subject=subject, **who)

    def beside(self, request: Plain) -> Plain:
        """A note, query, concern, example or request, committed; then all that stands."""
        name, subject = str(request["name"]), str(request["subject"])
        if name not in SAID:
            raise InspectionError(self.place, f"{name!r} cannot be said here", self.remedy)
        asked, item = question_and_item(str(request["question"]))
        address = {"question": asked, "item": item} if name in ASKED_OF_QUESTIONS else {}
        saved = self.store.record(
            name,
            dict(request["content"]),
            by=self.inspector,
            key=request["key"],
            subject=subject,
            marker=self.inspector,
            **address,
        )
        return {"at": saved.at, "beside": beside(self.store, subject, self.inspector)}

    def answer(self, request: Plain) -> Plain:
        """What was committed, as it is kept, and which questions are open now."""
        name, item = question_and_item(request["question"])
        asked = self.store.question_set().question(name)
        given = canonical(asked, self.store.question_set().answer_ids(asked), request["answer"])
        saved = self.store.answer(
            request["subject"],
            name,
            given,
            marker=self.inspector,
            evidence=request["evidence"],
            expected=int(request["expected"]),
            key=request["key"],
            item=item,
            evidence_follows=True,
        )
        case = saved.case or self.store.case(request["subject"], self.inspector)
        told = {"version": saved.version, "at": saved.at, "already": saved.already}
        return {**told, "answer": given, "state": standing(case)}

    def item(self, request: Plain) -> Plain:
        """An item added or taken back, or the word that there is none of its kind."""
        store, subject, do = self.store, request["subject"], request["do"]
        if do == "add":
            named, key = str(request["named"]), request["key"]
            kind, who = request["of"], self.inspector
            return {"item": store.add_item(subject, kind, marker=who, named=named, key=key)}
        if do == "take back":
            store.take_back_item(subject, request["item"], marker=self.inspector)
        else:
            store.no_items(subject, request["of"], marker=self.inspector)
        return {}

    def aside(self, request: Plain) -> Plain:
        """A whole theme that does not apply, for one coded reason: what was answered so."""
        subject, theme, reason = (str(request[name]) for name in ("subject", "theme", "reason"))
        done = set_aside(self.store, subject, theme, reason, marker=self.inspector)
        return {"questions": list(done)}

    def submit(self, request: Plain) -> Plain:
        """The case is frozen from now on."""
        saved = self.store.submit(request["subject"], marker=self.inspector)
        return {"at": saved.at}

    def held(self, request: Plain) -> Plain:
        """With a refused answer, the one that the store holds: the page must not guess it."""
        if request.get("kind") != "answer":
            return {}
        try:
            case = self.store.case(request["subject"], self.inspector)
        except InspectionError:
            return {}
        given = answers_of(case).get(request["question"])
        return {"current": answer_shown(given)} if given else {}


def desk_of(store: Store, inspector: str, subject: str = "") -> Desk:
    """The desk of one inspector, at the case named if one is.

    Errors: nobody named; no sample in the store; a case that is not in the sample.
    """
    name = inspector.strip()
    if not name:
        raise InspectionError("inspector", "nobody is named", "Give your initials")
    if subject:
        store.case(subject, name)
    else:
        store.sample()
    return Desk(store, name, subject)
