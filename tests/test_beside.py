"""What is said beside the marks: stored, shown to whom it concerns, and never part of a score."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from inspectkit.review import Store
from inspectkit.review.beside import ANSWERED_FOR, concerns, minutes
from inspectkit.widgets.marking import Desk
from tests.small import make


class Clock:
    """A clock that the test moves on."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **time: int) -> None:
        self.now += timedelta(**time)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = make(tmp_path_factory.mktemp("beside") / "inspection", MC=2, CC=2, RASSO=1)
    found.draw("beside")
    found.store.close()
    return found.folder


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(drawn: Path, tmp_path: Path, clock: Clock) -> Iterator[Desk]:
    folder = shutil.copytree(drawn, tmp_path / "inspection")
    store = Store(folder / "inspection.db", clock=clock)
    yield Desk(store, "AB")
    store.close()


def say(desk: Desk, name: str, *, question: str = "", key: str = "", **content: str) -> Any:
    subject = str(desk.store.sample().drawn["id"].iloc[0])
    request = {"kind": "beside", "name": name, "subject": subject, "question": question}
    key = key or f"{name} {question} {content}"[:60]
    return desk.reply({"id": "1", **request, "content": content, "key": key})


def opened(desk: Desk) -> Any:
    subject = str(desk.store.sample().drawn["id"].iloc[0])
    return desk.reply({"id": "2", "kind": "open", "subject": subject})


def test_notes_queries_and_examples_stand_beside_the_marks_and_change_no_review(desk: Desk) -> None:
    before = desk.store.reviews().digest
    assert say(desk, "case_note", text="Read on paper; the digital file came later.")["ok"]
    assert say(desk, "query", question="charge_code", text="Does the MG3 count?")["ok"]
    say(desk, "example", question="charge_code", of="strength")
    query = desk.store.events("query")[0]
    desk.store.record(
        "reply",
        {"to": query.hash, "text": "Yes, if it is signed."},
        by="ML",
        subject=query.subject,
        question=query.question,
    )
    found = opened(desk)["beside"]
    assert [note["text"] for note in found["notes"]] == [
        "Read on paper; the digital file came later."
    ]
    assert found["queries"][0]["question"] == "charge_code"
    assert [(each["by"], each["text"]) for each in found["queries"][0]["replies"]] == [
        ("ML", "Yes, if it is signed.")
    ]
    assert found["examples"] == {"charge_code": "strength"}
    say(desk, "example", question="charge_code", of="")
    assert opened(desk)["beside"]["examples"] == {}
    assert desk.store.reviews().digest == before


def test_one_markers_notes_are_not_shown_to_another(desk: Desk) -> None:
    say(desk, "case_note", text="I know the reviewing lawyer.")
    say(desk, "query", question="charge_code", text="Is this one case or two?")
    found = opened(Desk(desk.store, "CD"))["beside"]
    assert (found["notes"], found["queries"]) == ([], [])


def test_an_urgent_concern_reaches_the_lead_with_a_clock_that_stops_once_it_is_dealt_with(
    desk: Desk, clock: Clock
) -> None:
    first = say(desk, "concern", code="time_limit", text="Custody limit passes on Friday.", key="k")
    again = say(desk, "concern", code="time_limit", text="Custody limit passes on Friday.", key="k")
    assert first["ok"] and again["ok"] and len(desk.store.events("concern")) == 1
    clock.pass_(hours=3)
    table = concerns(desk.store, clock())
    assert table[["marker", "hours", "dealt"]].values.tolist() == [["AB", 3.0, ""]]
    assert table["concern"][0] == "A time limit is about to pass or has passed"
    desk.store.record(
        ANSWERED_FOR,
        {"to": table["hash"][0], "text": "Area told by telephone."},
        by="ML",
        subject=table["subject"][0],
    )
    clock.pass_(hours=20)
    table = concerns(desk.store, clock())
    assert table[["hours", "dealt"]].values.tolist() == [[3.0, "Area told by telephone."]]
    assert opened(desk)["beside"]["concerns"][0]["dealt"] == "Area told by telephone."


def test_a_case_that_cannot_be_examined_leaves_when_the_moderator_agrees_and_a_reserve_comes(
    desk: Desk,
) -> None:
    before = {each["subject"] for each in desk.reply({"id": "3", "kind": "list"})["cases"]}
    asked = {"what": "cannot_be_examined", "code": "duplicate", "text": "The same as another."}
    assert say(desk, "request", **asked)["ok"]
    listed = desk.reply({"id": "4", "kind": "list"})["cases"]
    assert {each["subject"] for each in listed} == before
    waiting = [each["subject"] for each in listed if each["asked"]]
    assert waiting == [desk.store.events("request")[0].subject]
    given = desk.store.cannot_examine(waiting[0], reason="duplicate", by="ML")
    after = {each["subject"] for each in desk.reply({"id": "5", "kind": "list"})["cases"]}
    assert after == before - set(waiting) | {given}


def test_a_request_to_reopen_waits_until_the_lead_opens_the_case(desk: Desk) -> None:
    assert not say(desk, "request", what="reopen", text=" ")["ok"]
    assert say(desk, "request", what="reopen", text="Wrong file open beside me.")["ok"]
    assert [each["label"] for each in opened(desk)["beside"]["requests"]] == [
        "Asked to be reopened"
    ]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("concern", {"code": "weather", "text": "It rains."}),
        ("concern", {"code": "time_limit", "text": ""}),
        ("request", {"what": "cannot_be_examined", "code": "boring"}),
        ("example", {"of": "both"}),
        ("sign_off", {"level": "final"}),
        ("case_note", {"text": "x", "by": "ML"}),
    ],
)
def test_what_no_form_may_say_is_refused_and_nothing_is_stored(
    desk: Desk, name: str, content: dict[str, str]
) -> None:
    count = len(desk.store.events())
    reply = say(desk, name, question="charge_code", **content)
    assert not reply["ok"] and reply["what"] and reply["remedy"]
    assert len(desk.store.events()) == count


def test_my_cases_tell_due_date_and_time_spent_and_leave_out_cases_given_to_others(
    desk: Desk, clock: Clock
) -> None:
    first, second, third = list(desk.store.sample().drawn["id"])[:3]
    for subject, marker in ((first, "AB"), (second, "CD")):
        desk.store.record(
            "allocate",
            {"until": "2026-12-18"},
            by="ML",
            subject=subject,
            marker=marker,
        )
    opened(desk)
    clock.pass_(minutes=6)
    saved = desk.reply(
        {
            "id": "1",
            "kind": "answer",
            "subject": first,
            "question": "case_outcome",
            "answer": "convicted",
            "evidence": "",
            "expected": 0,
            "key": "a",
        }
    )
    assert saved["ok"], saved
    listed = {each["subject"]: each for each in desk.reply({"id": "6", "kind": "list"})["cases"]}
    assert second not in listed
    assert (listed[first]["mine"], listed[first]["due"], listed[first]["minutes"]) == (
        True,
        "2026-12-18",
        6,
    )
    assert (listed[third]["mine"], listed[third]["due"], listed[third]["minutes"]) == (False, "", 0)


def test_a_lunch_break_is_no_work_on_the_case() -> None:
    assert minutes(["2026-11-25T12:00:00+00:00", "2026-11-25T13:00:00+00:00"]) == 0
    assert minutes([]) == 0


def test_each_opening_of_a_case_is_logged_with_its_reason(desk: Desk) -> None:
    opened(desk)
    opened(desk)
    found = desk.store.events("opened")
    assert [(each.actor, each.content["reason"]) for each in found] == [("AB", "marking")] * 2
