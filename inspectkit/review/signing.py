"""What is still unfinished, and sign-off in levels: a case, the inspection, its publication.

Each level stands on the one before it. A case that was signed off is open again only by reopening
it, an inspection only by withdrawing its sign-off; both need a reason, and the log keeps all of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from inspectkit.errors import InspectionError
from inspectkit.review.beside import QUERY, REPLY
from inspectkit.review.bundles.conflicts import conflicts
from inspectkit.review.entries import Saved
from inspectkit.review.log.kinds import SIGN_OFF, WITHDRAW, Because, Signed
from inspectkit.review.moderation import to_look_at_again, to_settle
from inspectkit.review.state import FILE_ABSENT, SUBMITTED, UNANSWERED
from inspectkit.review.store import Store
from inspectkit.review.told import when
from inspectkit.validation import nearest

CASE, WHOLE, PUBLICATION = "case", "inspection", "publication"
LEVELS = {
    CASE: "somebody who did not mark it has checked the marks of a case",
    WHOLE: "the lead answers for every mark",
    PUBLICATION: "somebody else has approved the result for publication",
}
UNSETTLED, APART, MARKING, UNJUDGED, QUERIES, AGAIN = (
    "unsettled",
    "said apart",
    "not submitted",
    "not judged",
    "query open",
    "older than a ruling",
)
STOPS_A_REPORT = (UNSETTLED, APART)
COLUMNS = ["what", "subject", "item", "question", "who", "text"]
Line = tuple[str, str, str, str, str, str]


@dataclass(frozen=True)
class Certificate:
    """A sign-off. head: where every chain of the log stood, to be printed and kept elsewhere.

    stands: nothing that counts has happened since.
    """

    level: str
    subject: str
    by: str
    at: str
    statement: str
    head: str
    stands: bool


def unfinished(store: Store) -> pd.DataFrame:
    """what, subject, item, question, who, text: a row for each thing that waits for somebody.

    what: unsettled (two marks differ), said apart (on two devices or by two people who did not know
    of each other), not submitted, not judged (an office, an Area), query open, older than a ruling
    (that changed a meaning).
    """
    lines = [
        *_unsettled(store),
        *_apart(store),
        *_unmarked(store),
        *_unjudged(store),
        *_queries(store),
        *_older(store),
    ]
    return pd.DataFrame(lines, columns=COLUMNS)


def refuse_unsettled(store: Store) -> None:
    """Refuse a final report while marks contradict each other: all of them named at once."""
    found = unfinished(store)
    left = found[found["what"].isin(STOPS_A_REPORT)]
    if len(left):
        names = ", ".join(f"{row.subject} {row.question}".strip() for row in left[:5].itertuples())
        more = f" and {len(left) - 5} more" if len(left) > 5 else ""
        what = f"{len(left)} marks are not settled: {names}{more}"
        remedy = "Settle them (inspectkit moderate), or write a draft with --draft"
        raise InspectionError("report", what, remedy)


def sign_off(
    store: Store, level: str, *, by: str, subject: str = "", statement: str = ""
) -> Certificate:
    """Sign a case (level `case`), the whole inspection, or its publication; the certificate.

    Errors: no such level; what is unfinished; a case signed by one of its markers; a publication
    signed by who signed the inspection, or before it.
    """
    if level not in LEVELS:
        remedy = f"Use one of {', '.join(LEVELS)}.{nearest(level, LEVELS)}"
        raise InspectionError("sign-off", f"{level!r} is no level", remedy)
    if (level == CASE) != bool(subject):
        what = "no case is named" if level == CASE else "a case is named"
        raise InspectionError("sign-off", what, f"The level {level} is for {LEVELS[level]}")
    _check_case(store, subject, by) if level == CASE else _check_whole(store, level, by)
    told = Signed(level=level, head=store.checkpoint(by=by).head, statement=statement)
    saved = store.record(SIGN_OFF, told, by=by, subject=subject, section=level)
    return next(each for each in certificates(store) if each.at == saved.at and each.level == level)


def withdraw(store: Store, *, by: str, reason: str) -> Saved:
    """Take back the sign-off of the whole inspection, so that marks can change again."""
    if not [each for each in certificates(store) if each.stands and each.level != CASE]:
        raise InspectionError("sign-off", "the inspection is not signed off", "Nothing is to do")
    return store.record(WITHDRAW, Because(reason=reason), by=by)


def certificates(store: Store) -> tuple[Certificate, ...]:
    """Every sign-off in order, and whether it stands: reopened or withdrawn ones do not."""
    found: list[Certificate] = []
    for event in store.events(SIGN_OFF, WITHDRAW, "unlock"):
        if event.kind == SIGN_OFF:
            told = Signed.model_validate(event.content)
            made = (told.level, event.subject, event.actor, event.at, told.statement, told.head)
            found.append(Certificate(*made, stands=True))
        else:
            ended = event.subject if event.kind == "unlock" else ""
            found = [_ended(each) if each.subject == ended else each for each in found]
    return tuple(found)


def _ended(each: Certificate) -> Certificate:
    return Certificate(*(each.level, each.subject, each.by, each.at, each.statement, each.head),
                       stands=False)  # fmt: skip


def _check_case(store: Store, subject: str, by: str) -> None:
    where = f"case {subject}"
    seen = store.seen(subject)
    waiting = [name for name, each in seen.items() if each.status != SUBMITTED]
    if waiting or not seen:
        what = f"{', '.join(waiting)} has not submitted it" if seen else "nobody has submitted it"
        raise InspectionError(where, what, "Sign it once it is submitted")
    if by in seen:
        raise InspectionError(where, f"{by} marked it", "Let somebody else sign it")
    found = unfinished(store)
    left = found[(found["subject"] == subject) & found["what"].isin(STOPS_A_REPORT)]
    if len(left):
        what = f"its marks are not settled: {', '.join(left['question'][:5])}"
        raise InspectionError(where, what, "Settle them first: inspectkit moderate")


def _check_whole(store: Store, level: str, by: str) -> None:
    found = unfinished(store)
    if len(found):
        counts = found["what"].value_counts()
        said = ", ".join(f"{what}: {n}" for what, n in counts.items())
        raise InspectionError(
            "sign-off", f"this is unfinished: {said}", "See inspectkit unfinished"
        )
    standing = {each.level: each for each in certificates(store) if each.stands}
    if level == PUBLICATION:
        if WHOLE not in standing:
            what = "the inspection itself is not signed off"
            raise InspectionError("sign-off", what, f"Sign the level {WHOLE} first")
        if standing[WHOLE].by == by:
            what = f"{by} signed the inspection on {when(standing[WHOLE].at)}"
            raise InspectionError("sign-off", what, "Let somebody else approve it")


def _unsettled(store: Store) -> Iterator[Line]:
    for each in to_settle(store):
        yield UNSETTLED, each.subject, each.item, each.question, " + ".join(each.said), ""


def _apart(store: Store) -> Iterator[Line]:
    if not store.may_differ:
        return  # it takes no such thing from people who can know of each other
    found = conflicts(store.log())
    address = ["subject", "item", "question", "marker", "what"]
    ours = found[found["subject"].isin(store.marked())][address].drop_duplicates()
    for subject, item, question, marker, what in ours.values.tolist():
        yield APART, subject, item, question, marker, what


def _unmarked(store: Store) -> Iterator[Line]:
    for subject, marked in store.marked().items():
        if marked.state.status == FILE_ABSENT:
            continue
        waiting = [name for name, each in marked.seen.items() if each.status != SUBMITTED]
        if waiting or not marked.seen:
            yield MARKING, subject, "", "", ", ".join(waiting), marked.state.status


def _unjudged(store: Store) -> Iterator[Line]:
    found = store.judgements()
    waiting = found[found["open"] & (found["state"] == UNANSWERED)]
    for subject, question in waiting[["subject", "question"]].values.tolist():
        yield UNJUDGED, subject, "", question, "", ""
    for kind in store.question_set().content.subjects:
        if kind.id not in set(found["kind"]):
            yield UNJUDGED, "", "", "", "", f"{kind.label}: none is named yet"


def _queries(store: Store) -> Iterator[Line]:
    events = store.events(QUERY, REPLY)
    answered = {event.content["to"] for event in events if event.kind == REPLY}
    for event in events:
        if event.kind == QUERY and event.hash not in answered:
            yield QUERIES, event.subject, "", event.question, event.actor, event.content["text"]


def _older(store: Store) -> Iterator[Line]:
    waiting = to_look_at_again(store)[["subject", "item", "question", "marker", "ruling"]]
    for subject, item, question, marker, ruling in waiting.values.tolist():
        yield AGAIN, subject, item, question, marker, f"ruling {ruling}"
