"""Findings, responses and statuses as events of the one store, and read back as a `FollowUp`.

An event is never changed: a finding recorded again under its id is its newer wording, a response
recorded again is the newer answer, and the log keeps what was said before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from inspectkit.errors import Problems
from inspectkit.findings.figures import Figures
from inspectkit.findings.follow_up import FollowUp
from inspectkit.findings.register import KINDS, Finding, Register
from inspectkit.findings.responses import Response, Status
from inspectkit.review.entries import Check, Entry, Event, Saved
from inspectkit.review.log.kinds import Because, Content, register
from inspectkit.review.store import Store

FINDING, WITHDRAWN, RESPONSE, STATUS = (
    "finding",
    "finding_withdrawn",
    "response",
    "finding_status",
)
EVENTS = (FINDING, WITHDRAWN, RESPONSE, STATUS)
MODELS: dict[str, type[Content]] = {
    FINDING: Finding,
    WITHDRAWN: Because,
    RESPONSE: Response,
    STATUS: Status,
}
for _name, _model in MODELS.items():
    register(_name, _model, address=("section",))

Said = tuple[str, str, Mapping[str, Any]]  # kind, the finding's id, content


def followed(store: Store, published: date | None = None) -> FollowUp:
    """Every finding with what was answered and done since. published: the report's date."""
    return _folded(map(_said, store.events(*EVENTS)), published)


def add(
    store: Store,
    findings: Iterable[Finding],
    figures: Figures,
    *,
    by: str,
    published: date | None = None,
) -> tuple[Finding, ...]:
    """Record findings, or their newer wording, with the figures they rest on as these are now.

    A finding without a number gets the next one of its list. Errors, all at once and nothing
    recorded: an unknown figure, an id or a place taken twice, an addressee gone who has answered.
    """
    held = followed(store, published).register.findings
    resting = Register(tuple(_numbered(findings, held)), published).resting_on(figures)
    record(store, resting.findings, by=by, published=published)
    return resting.findings


def withdraw(store: Store, finding: str, *, reason: str, by: str) -> Saved:
    """Take a finding out of the register; the log keeps it. Errors: there is none of that id."""
    followed(store).register.finding(finding)
    return store.record(WITHDRAWN, Because(reason=reason), by=by, section=finding)


def record(
    store: Store,
    said: Iterable[Finding | Response | Status],
    *,
    by: str,
    published: date | None = None,
) -> tuple[Saved, ...]:
    """Record findings, responses and statuses in one commit, once they fit what there is."""
    names = {model: name for name, model in MODELS.items()}
    entries, given = [], list(said)
    statuses = [each for each in given if isinstance(each, Status)]
    for each in given:
        id = each.id if isinstance(each, Finding) else each.finding
        entries.append(Entry(names[type(each)], each, {"section": id}))
    new = [(each.kind, each.address["section"], _plain(each)) for each in entries]

    def fits(events: tuple[Event, ...]) -> None:
        _refuse_unasked(_folded([*map(_said, events), *new], published), statuses)

    return store.record_all(entries, by=by, check=Check(EVENTS, fits))


def _refuse_unasked(held: FollowUp, statuses: Iterable[Status]) -> None:
    """Nobody is on the way with what nobody asked of them, unless they answered it unasked."""
    known = {(finding.id, to) for finding, to in held.addresses()}
    problems = Problems()
    for each in statuses:
        if (each.finding, each.addressee) not in known:
            title = held.register.finding(each.finding).title
            what = f"{each.addressee} was asked for nothing by it, and did not answer it"
            problems.add(title, what, "Record their answer first, or address the finding to them")
    problems.raise_if_any()


def _plain(entry: Entry) -> Mapping[str, Any]:
    content = entry.content
    return content.model_dump(mode="json") if isinstance(content, Content) else content


def _said(event: Event) -> Said:
    return event.kind, event.section, event.content


def _folded(said: Iterable[Said], published: date | None) -> FollowUp:
    findings: dict[str, Finding] = {}
    rest: list[Response | Status] = []
    asked: list[tuple[Response, tuple[str, ...]]] = []  # an answer, and the words it was given to
    for kind, id, content in said:
        if kind == FINDING:
            findings[id] = Finding.model_validate(content)
        elif kind == WITHDRAWN:
            findings.pop(id, None)
            rest = [each for each in rest if each.finding != id]
        else:
            model = Response if kind == RESPONSE else Status
            rest.append(each := model.model_validate(content))
            if isinstance(each, Response) and id in findings:
                asked.append((each, findings[id].asks))
    kinds = list(KINDS)
    order = sorted(findings.values(), key=lambda each: (kinds.index(each.kind), *each.place))
    return FollowUp(
        Register(tuple(order), published),
        tuple(each for each in rest if isinstance(each, Response)),
        tuple(each for each in rest if isinstance(each, Status)),
        _reworded(asked, findings),
    )


def _reworded(
    asked: Iterable[tuple[Response, tuple[str, ...]]], findings: Mapping[str, Finding]
) -> frozenset[tuple[str, str]]:
    """Whose answer that counts, the newest by its day, was given to other words than stand now."""
    in_time = sorted(asked, key=lambda each: each[0].received)
    newest = {(each.finding, each.addressee): words for each, words in in_time}
    return frozenset(at for at, words in newest.items()
                     if at[0] in findings and findings[at[0]].asks != words)  # fmt: skip


def _numbered(findings: Iterable[Finding], held: Iterable[Finding]) -> Iterator[Finding]:
    known = list(held)
    for each in findings:
        earlier = next((one for one in known if one.id == each.id), None)
        if not each.number:
            taken = [one.number for one in known if one.place[0] == each.place[0]]
            number = earlier.number if earlier else max(taken, default=0) + 1
            each = each.model_copy(update={"number": number})
        known = [*(one for one in known if one.id != each.id), each]
        yield each
