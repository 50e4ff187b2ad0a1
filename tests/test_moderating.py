"""The moderation screen's Python side: every decision is stored, every refusal has its words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from inspectkit.errors import InspectionError
from inspectkit.inspection import Inspection
from inspectkit.review.access.roles import Guard
from inspectkit.widgets.marking import Desk
from inspectkit.widgets.moderating import Chair, chair_of
from tests.moderated import OTHER, to_moderate

Room = tuple[Inspection, str, str]


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    found = to_moderate(tmp_path / "inspection")
    yield found
    found[0].store.close()


@pytest.fixture
def chair(room: Room) -> Chair:
    return chair_of(room[0], " LE ")


def ask(chair: Chair, kind: str, **body: Any) -> Any:
    return chair.reply({"id": "1", "kind": kind, "key": f"{kind} {body}"[:70], **body})


def listed(desk: Desk) -> dict[str, Any]:
    return {each["subject"]: each for each in desk.reply({"id": "1", "kind": "list"})["cases"]}


def test_marks_are_shown_once_both_are_submitted_and_what_hangs_on_others_waits(
    room: Room, chair: Chair
) -> None:
    inspection, twice, _ = room
    found = ask(chair, "list")["disagreements"]
    assert [each["question"] for each in found] == ["charge_code", "charge_timely"]
    assert [mark["label"] for mark in found[0]["marks"]] == ["Fully met", "Not met"]
    inspection.store.unlock(twice, marker="CD", reason="A wrong date", by="LE")
    assert ask(chair, "list")["disagreements"] == []


def test_a_difference_is_settled_with_a_reason_or_refused_in_words(
    room: Room, chair: Chair
) -> None:
    inspection, twice, _ = room
    body = {"subject": twice, "question": "charge_code", "item": "", "answer": "nm"}
    refused = ask(chair, "settle", **body, evidence=OTHER, reason=" ")
    assert not refused["ok"] and "no reason is given" in refused["what"]
    left = ask(chair, "settle", **body, evidence=OTHER, reason="CD read to the end")
    assert [each["question"] for each in left["disagreements"]] == ["charge_timely"]
    marks = inspection.store.reviews().marks
    row = marks[(marks["subject"] == twice) & (marks["question"] == "charge_code")].iloc[0]
    assert (row["state"], row["answer"], row["evidence"]) == ("answered", "nm", OTHER)


def test_a_ruling_reaches_the_form_and_an_answer_kept_is_no_longer_in_doubt(
    room: Room, chair: Chair
) -> None:
    inspection, _, other = room
    desk = Desk(inspection.store, "AB")
    query = ask(chair, "list")["queries"][0]["id"]
    told = {"to": query, "text": "It is not enough.", "ruling": True, "changes_meaning": True}
    assert ask(chair, "reply", **told)["queries"] == []
    assert "Ruling 1: look again at 1 answer" in listed(desk)[other]["asked"]
    file = desk.reply({"id": "2", "kind": "open", "subject": other})
    assert [each["text"] for each in file["rulings"]["charge_code"]] == ["It is not enough."]
    assert file["again"] == {"charge_code": 1}
    said = file["beside"]["queries"][0]["replies"]
    assert [each["text"] for each in said] == ["Ruling 1: It is not enough."]
    inspection.store.answer(other, "charge_code", "fm", marker="AB", expected=1)
    assert desk.reply({"id": "3", "kind": "open", "subject": other})["again"] == {}


def test_a_request_is_granted_by_doing_it_and_a_decline_reaches_who_asked(
    room: Room, chair: Chair
) -> None:
    inspection, twice, other = room
    leave, reopen = ask(chair, "list")["requests"]
    assert (leave["subject"], reopen["subject"]) == (other, twice)
    no = ask(chair, "decide", to=reopen["id"], granted=False, text="The outcome is right.")
    assert [each["id"] for each in no["requests"]] == [leave["id"]]
    file = Desk(inspection.store, "AB").reply({"id": "2", "kind": "open", "subject": twice})
    assert [each["text"] for each in file["beside"]["declined"]] == ["The outcome is right."]
    yes = ask(chair, "decide", to=leave["id"], granted=True, text="")
    assert yes["came"] and yes["requests"] == []
    assert inspection.store.sample().left == {other: "duplicate"}
    again = ask(chair, "decide", to=leave["id"], granted=True, text="")
    assert "settled already" in again["what"]


def test_my_cases_tell_a_second_marker_of_their_own_marks_alone(room: Room) -> None:
    inspection, twice, other = room
    assert other not in listed(Desk(inspection.store, "CD"))
    inspection.store.unlock(twice, marker="CD", reason="A wrong date", by="LE")
    first, second = (listed(Desk(inspection.store, who))[twice] for who in ("AB", "CD"))
    assert (first["status"], second["status"]) == ("submitted", "started")


def test_inspectors_may_say_what_is_theirs_to_say_and_moderators_what_is_theirs() -> None:
    said = ("case_note", "concern", "example", "request", "query")
    assert all(Guard("AB", "inspector").may_write(name) for name in said)
    settled = ("concern_dealt", "request_declined", "reply", "adjudicate", "unlock")
    assert all(Guard("MO", "moderator").may_write(name) for name in settled)
    assert not any(Guard("AB", "inspector").may_write(name) for name in settled)


def test_nobody_named_cannot_moderate(room: Room) -> None:
    with pytest.raises(InspectionError, match="nobody is named"):
        chair_of(room[0], " ")
