"""responses.xlsx goes out to those who are to answer, and comes back as responses.

Each row carries, on a hidden sheet, the digests of what the finding asks and of the response it was
made from. Where the finding was reworded or another response recorded meanwhile, the row is a
conflict for a person to settle, and nothing of the workbook is taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from inspectkit.digest import digest
from inspectkit.errors import InspectionError, Problems
from inspectkit.findings.follow_up import FollowUp
from inspectkit.findings.register import ASKS, Finding
from inspectkit.findings.responses import ANSWERS, Response
from inspectkit.findings.returned import REMEDY, filled, opened
from inspectkit.sampling.evidence.workbooks import Sheet, workbook
from inspectkit.validation import nearest

ANSWERED, ACTIONS, BASE = "Responses", "Actions", "Base"
YES, NO = "Yes", "No"
NONE = "none"  # stands for the digest where nothing was answered yet
BLANK_ACTIONS = 3  # rows to fill in for each finding and addressee
FIELDS = {
    "Answer": "answer",
    "Reason": "reason",
    "In your words": "narrative",
    "Owner": "owner",
    "How you will be sure": "assurance",
    "Sure by": "assurance_due",
}
DONE = {"Action": "text", "By when": "due", "Owner": "owner"}
FLAGS = {"Instead of what was asked": "instead", "Done before publication": "done_before"}
HEADS = ("Finding", "Addressee", "Title", "Text", "Asked by", *FIELDS)
ACTION_HEADS = ("Finding", "Addressee", "Title", *DONE, *FLAGS)
BASE_HEADS = ("Finding", "Addressee", "Digest", "Asked")
TOP = (
    "Please answer each row. Choose an answer from the list; a rejection needs its reason.",
    "List every action on the sheet Actions, each with its own date, as you would write it.",
)
Address = tuple[str, str]


def responses_workbook(followed: FollowUp, addressee: str = "") -> bytes:
    """The workbook for all addressees, or for one of them; filled in with what they said before.

    Errors: an addressee that no finding is addressed to.
    """
    followed.check_addressee(addressee)
    addresses = [
        (finding, to)
        for finding in followed.register.findings
        if finding.kind in ASKS
        for to in finding.addressees
        if addressee in ("", to)
    ]
    answers, actions, base = [], [], []
    for finding, to in addresses:
        held = followed.response(finding.id, to)
        known: list[str | None] = [None] * len(FIELDS)
        if held:
            said = held.model_copy(update={"answer": ANSWERS[held.answer]})
            known = [getattr(said, name) or None for name in FIELDS.values()]
        answers.append((finding.id, to, finding.title, finding.text, finding.due, *known))
        for each in held.actions if held else ():
            words = (getattr(each, name) for name in DONE.values())
            flags = (YES if getattr(each, name) else NO for name in FLAGS.values())
            actions.append((finding.id, to, finding.title, *words, *flags))
        actions += [(finding.id, to, finding.title, *[None] * 5)] * BLANK_ACTIONS
        base.append((finding.id, to, _digest(held), _asked(finding)))
    yes_no = dict.fromkeys(FLAGS, (YES, NO))
    return workbook(
        "Responses",
        [
            Sheet(
                ANSWERED,
                HEADS,
                answers,
                TOP,
                {"Answer": list(ANSWERS.values())},
                fill=tuple(FIELDS),
                frozen=2,
            ),
            Sheet(ACTIONS, ACTION_HEADS, actions, choices=yes_no, fill=(*DONE, *FLAGS), frozen=3),
            Sheet(BASE, BASE_HEADS, base, hidden=True),
        ],
    )


@dataclass(frozen=True)
class Returned:
    """What a workbook brought: the responses that are new or changed, in its order."""

    responses: tuple[Response, ...]


def read_responses(path: Path, followed: FollowUp, *, received: date) -> Returned:
    """The responses of a workbook that came back.

    Errors, all at once: not such a workbook; a row that answers no finding of the register, or one
    that another row answers otherwise; an answer that is none, a rejection without its reason, a
    formula; an answer cleared; a finding reworded or a response recorded meanwhile.
    """
    book, problems = opened(path), Problems()
    if missing := [name for name in (ANSWERED, ACTIONS, BASE) if name not in book.sheetnames]:
        raise InspectionError(path.name, f"no sheet {missing[0]}", REMEDY)
    sent, actions = _sent(book), _actions(book, problems)
    answers, found = _answers(book, problems), []
    for address, (where, row) in answers.items():
        with problems.gather():
            done = [action for _, action in actions.get(address, [])]
            answered, base = _response(where, row, done, received), sent.get(address, {})
            if answered is None:
                _refuse_emptied(where, address, base, followed.response(*address))
            elif _is_new(answered, followed, base):
                _check(where, followed, address, base)
                found.append(answered)
    for (finding, to), where in ((of, w) for of in actions for w, _ in actions[of]):
        if (finding, to) not in answers:
            what = f"no row of the sheet {ANSWERED} is for {finding!r}, {to!r}"
            problems.add(where, what, "Copy finding and addressee from there")
    problems.raise_if_any()
    return Returned(tuple(found))


def _address(row: Mapping[str, str]) -> Address:
    return row["Finding"], row["Addressee"]


def _sent(book: Any) -> dict[Address, dict[str, str]]:
    """Each address that was sent, with the digests of what stood there."""
    if BASE_HEADS[-1] not in [cell.value for cell in book[BASE][1]]:
        what = "it does not say what each finding asked when the workbook was made"
        raise InspectionError(f"sheet {BASE}", what, "Send a new one")
    problems = Problems()
    sent = {_address(row): row for _, row in filled(book, BASE, BASE_HEADS, problems)}
    problems.raise_if_any()
    return sent


def _answers(book: Any, problems: Problems) -> dict[Address, tuple[str, Mapping[str, str]]]:
    """Who answers what → where, and the row. Problems: rows that answer the same otherwise."""
    rows: dict[Address, list[tuple[str, Mapping[str, str]]]] = {}
    for where, row in filled(book, ANSWERED, HEADS, problems):
        rows.setdefault(_address(row), []).append((where, row))
    found = {}
    for address, given in rows.items():
        told = [each for each in given if any(each[1][head] for head in FIELDS)]
        if len({tuple(row[head] for head in FIELDS) for _, row in told}) > 1:
            what = f"each answers {address[0]!r} for {address[1]!r}, in other words"
            problems.add("; ".join(where for where, _ in told), what, "Keep one of them")
        found[address] = (told or given)[0]
    return found


def _actions(book: Any, problems: Problems) -> dict[Address, list[tuple[str, dict[str, Any]]]]:
    """Whose actions → where each stands, and what it says."""
    found: dict[Address, list[tuple[str, dict[str, Any]]]] = {}
    for where, row in filled(book, ACTIONS, ACTION_HEADS, problems):
        flags = {name: _flag(where, head, row[head], problems) for head, name in FLAGS.items()}
        said = {name: row[head] for head, name in DONE.items()}
        if row["Action"]:
            found.setdefault(_address(row), []).append((where, said | flags))
        elif any(said.values()) or any(flags.values()):
            problems.add(where, "it does not say what is to be done", "Write the action")
    return found


def _flag(where: str, head: str, said: str, problems: Problems) -> bool:
    """Yes or not; an empty cell is No. Problems: anything else."""
    if said.casefold() not in ("", *(each.casefold() for each in (YES, NO))):
        problems.add(f"{where}, {head}", f"{said!r} is neither {YES} nor {NO}", "Choose one")
    return said.casefold() == YES.casefold()


def _is_new(answered: Response, followed: FollowUp, base: Mapping[str, str]) -> bool:
    """It says otherwise than what is held, or the same to words that are new since."""
    address = answered.finding, answered.addressee
    held = followed.response(*address)
    if not held or _content(answered) != _content(held):
        return True
    asked = _asked(followed.register.finding(answered.finding))
    return address in followed.reworded and base.get("Asked") == asked


def _refuse_emptied(
    where: str, address: Address, base: Mapping[str, str], held: Response | None
) -> None:
    """Errors: an answer stood there when it was sent; nobody could tell why it is gone."""
    if held and base.get("Digest", NONE) != NONE:
        what = f"the answer of {address[1]} that was sent along is cleared"
        remedy = f"Choose “{ANSWERS['not_stated']}” to take it back, or put it in again"
        raise InspectionError(where, what, remedy)


def _check(where: str, followed: FollowUp, address: Address, base: Mapping[str, str]) -> None:
    """Errors: no such address, or none that was sent; not what it was when it was sent."""
    finding, to = _finding(where, followed, address[0]), address[1]
    if to not in finding.addressees:
        what = f"{finding.title} is not addressed to {to}"
        raise InspectionError(where, what, f"Use one of {', '.join(finding.addressees)}")
    if not base:
        what = f"no row of {finding.id} for {to} was sent"
        raise InspectionError(where, what, "Answer in the rows as they came")
    if base["Asked"] != _asked(finding):
        what = f"{finding.title} was reworded since this workbook was made"
        raise InspectionError(where, what, "Send it again")
    if base["Digest"] != _digest(followed.response(*address)):
        what = f"{finding.title}: another response of {to} was recorded meanwhile"
        raise InspectionError(where, what, "Settle which one counts, and send a new workbook")


def _finding(where: str, followed: FollowUp, id: str) -> Finding:
    """The finding of a row. Errors: there is none, with the id of the title that stands there."""
    findings = followed.register.findings
    titled = [each.id for each in findings if each.title.casefold() == id.casefold()]
    if id not in (ids := [each.id for each in findings]):
        hint = f" Did you mean {titled[0]}?" if len(titled) == 1 else nearest(id, ids)
        raise InspectionError(where, f"no finding {id!r}", f"Use the id of a finding.{hint}")
    return followed.register.finding(id)


def _response(
    where: str, row: Mapping[str, str], actions: list[dict[str, Any]], received: date
) -> Response | None:
    """The response of one row, None where nothing is filled in."""
    said = {name: row[head] for head, name in FIELDS.items()}
    if not actions and not any(said.values()):
        return None
    labels = {label.casefold(): id for id, label in ANSWERS.items()} | {id: id for id in ANSWERS}
    answer = labels.get(said["answer"].casefold() or "not_stated")
    if answer is None:
        hint = nearest(said["answer"], list(ANSWERS.values()))
        remedy = f"Choose from the list.{hint}"
        raise InspectionError(where, f"{said['answer']!r} is no answer", remedy)
    stated = {"finding": row["Finding"], "addressee": row["Addressee"], "received": received}
    try:
        return Response.model_validate({**said, **stated, "answer": answer, "actions": actions})
    except ValidationError as error:
        what = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise InspectionError(where, what, "Fill it in") from None


def _content(response: Response) -> dict[str, Any]:
    return response.model_dump(mode="json", exclude={"received"})


def _asked(finding: Finding) -> str:
    return digest(list(finding.asks))


def _digest(held: Response | None) -> str:
    return digest(_content(held)) if held else NONE
