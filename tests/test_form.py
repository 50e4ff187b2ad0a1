"""The marking form's Python side: every request gets a reply, and what it calls saved is stored."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from inspectkit.errors import InspectionError
from inspectkit.inspection import Inspection
from inspectkit.questions import QuestionSet
from inspectkit.review import CaseState, Store
from inspectkit.review.state import judge
from inspectkit.widgets.marking import Desk, MarkingForm, mark
from inspectkit.widgets.marking.casefile import casefile, header, standing
from inspectkit.widgets.marking.page import script
from tests.small import make

REASON = "Twelve days late and nobody asked why."


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = make(tmp_path_factory.mktemp("form") / "inspection", MC=2, CC=2, RASSO=1)
    found.draw("form")
    return found.folder


@pytest.fixture
def inspection(drawn: Path, tmp_path: Path) -> Iterator[Inspection]:
    found = Inspection.open(shutil.copytree(drawn, tmp_path / "inspection"))
    yield found
    found.store.close()


@pytest.fixture
def desk(inspection: Inspection) -> Desk:
    return Desk(inspection.store, "AB")


def case_of(desk: Desk, stratum: str) -> str:
    listed = desk.reply({"id": "1", "kind": "list"})["cases"]
    return next(each["subject"] for each in listed if each["stratum"] == stratum)


def answer(desk: Desk, subject: str, question: str, answer: str, **more: Any) -> dict[str, Any]:
    request = {"evidence": "", "expected": 0, "key": f"{question} {answer}"} | more
    head = {"id": "2", "kind": "answer", "subject": subject, "question": question}
    return desk.reply(head | {"answer": answer} | request)


def complete(desk: Desk, subject: str) -> None:
    """Give every open question its first answer until none is left."""
    while waiting := [
        name
        for name in desk.store.case(subject, "AB").open
        if desk.store.case(subject, "AB").states[name] == "unanswered"
    ]:
        question = desk.store.question_set().question(waiting[0])
        first = next(iter(desk.store.question_set().answers(question)))
        assert answer(desk, subject, waiting[0], first, evidence=REASON)["ok"]


def test_one_reply_carries_everything_needed_to_mark_a_case(desk: Desk) -> None:
    subject = case_of(desk, "CC")
    reply = json.loads(json.dumps(desk.reply({"id": "7", "kind": "open", "subject": subject})))
    qs = desk.store.question_set()
    assert (reply["id"], reply["ok"], reply["casework_type"]) == ("7", True, "Crown Court")
    asked = [question.id for question in qs.questions if qs.asked_of(question, "CC")]
    assert [question["id"] for question in reply["questions"]] == asked
    assert {question["page"] for question in reply["questions"]} == {
        page["id"] for page in reply["pages"]
    }
    assert reply["not_asked"] and not set(reply["not_asked"]) & set(asked)
    assert reply["values"]["casework_type"] == "CC"
    assert ["Finalised", "2026-02-03"] in reply["facts"]


def test_what_the_reply_calls_saved_is_in_the_store_for_every_other_reader(
    desk: Desk, inspection: Inspection
) -> None:
    subject = case_of(desk, "CC")
    reply = answer(desk, subject, "charge_timely", "nm", evidence=REASON)
    other = Store(inspection.folder / "inspection.db")
    held = other.case(subject, "AB").answers["charge_timely"]
    other.close()
    assert (held.answer, held.evidence, held.version) == ("nm", REASON, reply["version"])
    assert held.at == reply["at"]


def test_an_answer_sent_twice_with_one_key_is_one_answer(desk: Desk) -> None:
    subject = case_of(desk, "CC")
    first = answer(desk, subject, "case_outcome", "convicted", key="k")
    again = answer(desk, subject, "case_outcome", "convicted", key="k")
    assert (first["already"], again["already"]) == (False, True)
    assert first["version"] == again["version"] == 1


def test_a_stale_answer_is_refused_and_the_reply_shows_the_one_in_force(desk: Desk) -> None:
    subject = case_of(desk, "CC")
    answer(desk, subject, "case_outcome", "convicted")
    reply = answer(desk, subject, "case_outcome", "acquitted")
    assert not reply["ok"] and reply["current"]["answer"] == "convicted"
    assert reply["text"] == f"{reply['where']}: {reply['what']}. {reply['remedy']}."
    assert desk.store.case(subject, "AB").answers["case_outcome"].version == 1


def test_a_reply_to_an_answer_says_which_questions_it_opened(desk: Desk) -> None:
    subject = case_of(desk, "CC")
    reply = answer(desk, subject, "case_outcome", "guilty_plea")
    assert "first_hearing_plea" in reply["state"]["open"]
    reply = answer(desk, subject, "case_outcome", "convicted", expected=1)
    assert "first_hearing_plea" not in reply["state"]["open"]


def test_a_case_is_submitted_once_it_is_complete_and_then_frozen(desk: Desk) -> None:
    subject = case_of(desk, "MC")
    early = desk.reply({"id": "3", "kind": "submit", "subject": subject})
    assert not early["ok"] and "unanswered" in early["what"]
    complete(desk, subject)
    assert desk.reply({"id": "4", "kind": "submit", "subject": subject})["ok"]
    late = answer(desk, subject, "case_outcome", "acquitted", expected=1)
    assert not late["ok"] and "submitted" in late["what"]
    listed = desk.reply({"id": "5", "kind": "list"})["cases"]
    assert {each["subject"]: each["status"] for each in listed}[subject] == "submitted"


@pytest.mark.parametrize(
    "request_",
    [{"kind": "open"}, {"kind": "nonsense"}, {}, {"kind": "open", "subject": "../etc"}],
    ids=["no case", "unknown kind", "nothing", "no such case"],
)
def test_no_request_is_met_with_silence(desk: Desk, request_: dict[str, str]) -> None:
    reply = desk.reply({"id": "9"} | request_)
    assert (reply["id"], reply["ok"]) == ("9", False)
    assert reply["what"] and reply["remedy"]


def test_the_widget_sends_back_what_the_desk_replies(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    form, sent = MarkingForm(desk), []
    monkeypatch.setattr(form, "send", sent.append)
    form._handle_custom_msg({"id": "1", "kind": "beat"}, [])
    assert sent == [{"id": "1", "ok": True}]


def test_a_case_that_somebody_else_marks_is_not_offered_and_not_opened(desk: Desk) -> None:
    subject = case_of(desk, "CC")
    answer(desk, subject, "case_outcome", "convicted")
    other = Desk(desk.store, "CD")
    listed = other.reply({"id": "1", "kind": "list"})["cases"]
    assert subject not in {each["subject"] for each in listed}
    assert not other.reply({"id": "2", "kind": "open", "subject": subject})["ok"]


def test_the_form_is_refused_without_a_name_or_for_a_case_outside_the_sample(
    inspection: Inspection,
) -> None:
    with pytest.raises(InspectionError, match="nobody is named"):
        mark(inspection.store, inspector="")
    with pytest.raises(InspectionError, match="not in the sample"):
        mark(inspection.store, inspector="AB", subject="52XX/26")
    assert mark(inspection.store, inspector=" AB ").replies.inspector == "AB"


def test_a_fact_that_differs_between_defendants_is_shown_as_such_and_decides_nothing() -> None:
    qs = QuestionSet.load("area-inspection@1")
    facts = {"outcome": "mixed", "charged_by": "cps", "da_flag": ""}
    states, opened = judge(qs, "MC", facts, {})
    case = CaseState("52MC/26", "MC", facts, "not started", {}, states, opened)
    shown = dict(header(qs, {"id": "52MC/26", "stratum": "MC", **facts, "unit": "Bristol"}))
    assert shown["Outcome"] == "differs between defendants"
    assert shown["Domestic abuse flag"] == "not recorded"
    assert (shown["Charged by"], shown["Unit"]) == ("CPS", "Bristol")
    assert casefile(qs, case, facts)["values"] == {"charged_by": "cps", "casework_type": "MC"}


def test_the_script_is_one_module_that_fetches_nothing_and_writes_no_markup() -> None:
    text = script()
    assert text.count("export ") == 1 and not re.search(r"^\s*import\b", text, re.M)
    markup = r"innerHTML|outerHTML|insertAdjacent|document\.write|DOMParser"
    assert not re.search(markup + r"|\beval\(|\bFunction\(|https?:|\bfetch\(|XMLHttp", text)


def test_an_empty_message_which_only_hurries_a_reply_along_gets_none(
    inspection: Inspection, monkeypatch: pytest.MonkeyPatch
) -> None:
    form, sent = mark(inspection.store, inspector="AB"), []
    monkeypatch.setattr(form, "send", sent.append)
    for content in ({}, {"id": "1", "kind": "beat"}):
        form._handle_custom_msg(content, [])
    assert sent == [{"id": "1", "ok": True}]


def test_what_a_reply_says_of_its_case_is_what_the_store_says(desk: Desk) -> None:
    subject = case_of(desk, "CC")
    for question, given in (("case_outcome", "guilty_plea"), ("first_hearing_plea", "no")):
        reply = answer(desk, subject, question, given)
        assert reply["state"] == standing(desk.store.case(subject, "AB"))
    saved = desk.store.answer(subject, "charge_code", "fm", marker="AB")
    assert saved.case == desk.store.case(subject, "AB")
