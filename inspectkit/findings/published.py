"""The response as it is published: each finding, who answered it how, what they will do when.

Nothing is put into anybody's mouth: an answer that was not stated says so, a date stands as it was
written. What the inspectorate holds as evidence is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from inspectkit.exhibits import clean, listed
from inspectkit.findings.follow_up import FollowUp
from inspectkit.findings.register import Finding
from inspectkit.findings.responses import ANSWERS, DONE_BEFORE, Action, Response

EARLIER = "This was answered before the finding had the words that stand here."


def response_text(followed: FollowUp, addressee: str = "") -> str:
    """The responses as plain text under headings; of all who are addressed, or of one.

    Errors: an addressee that no finding is addressed to.
    """
    found = list(_wanted(followed, addressee))
    lines: list[str] = []
    for finding, to in found:
        if f"## {finding.title}" not in lines:
            lines += ["", f"## {finding.title}", "", clean(finding.text)]
            if finding.inspectorates:
                lines += ["", f"Found jointly by {listed(finding.inspectorates)}."]
        lines += ["", f"### {clean(to)}", "", *_answered(followed.response(finding.id, to))]
        if (finding.id, to) in followed.reworded:
            lines += ["", EARLIER]
    return "\n".join(lines).strip() + "\n"


def response_rows(followed: FollowUp, addressee: str = "") -> list[dict[str, Any]]:
    """The same as plain values: finding, text, addressee, response (None where there is none)."""
    rows = []
    for finding, to in _wanted(followed, addressee):
        held = followed.response(finding.id, to)
        days = [asdict(each.deadline(followed.register.published)) for each in held.actions] \
            if held else []  # fmt: skip
        said = held.model_dump(mode="json") if held else None
        rows.append({"finding": finding.id, "title": finding.title, "text": finding.text,
                     "addressee": to, "response": said, "days": days,
                     "to_earlier_words": (finding.id, to) in followed.reworded})  # fmt: skip
    return rows


def _wanted(followed: FollowUp, addressee: str) -> Iterator[tuple[Finding, str]]:
    followed.check_addressee(addressee)
    for finding, to in followed.addresses():
        if addressee in ("", to):
            yield finding, to


def _answered(held: Response | None) -> Iterator[str]:
    if held is None:
        yield "No response has been received."
        return
    stated = held.answer != "not_stated"
    yield f"{ANSWERS[held.answer]}." if stated else "Whether it is accepted was not stated."
    for words in (held.reason, held.narrative):
        if words:
            yield from ("", clean(words))
    if held.actions:
        yield ""
    for number, each in enumerate(held.actions, start=1):
        yield f"{number}. {_action(each, held.owner)}"
    if held.assurance:
        by = f" ({clean(held.assurance_due)})" if held.assurance_due else ""
        yield from ("", f"Assurance: {clean(held.assurance)}{by}")


def _action(each: Action, owner: str) -> str:
    said = [clean(each.text)]
    if each.done_before:
        said.append(f"{DONE_BEFORE}, {clean(each.due)}" if each.due else DONE_BEFORE)
    elif each.due:
        said.append(f"By when: {clean(each.due)}")
    if each.instead:
        said.append("in place of what was recommended")
    if each.owner or owner:
        said.append(f"Owner: {clean(each.owner or owner)}")
    return said[0] + (f" ({'; '.join(said[1:])})" if said[1:] else "")
