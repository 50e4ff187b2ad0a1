"""Both forms keep one contract: the component with its script, and the one of ipywidgets."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest

from inspectkit.inspection import Inspection
from inspectkit.review import CaseState
from inspectkit.widgets.marking import MarkingForm, mark
from inspectkit.widgets.marking.plain import PlainForm
from tests.small import make

REASON = "Twelve days late and nobody asked why."


class Hands(Protocol):
    """What an inspector does with a form, and what it shows."""

    def cases(self) -> list[str]: ...
    def open(self, subject: str) -> None: ...
    def answer(self, question: str, answer: str, evidence: str = "") -> None: ...
    def shown(self) -> set[str]: ...
    def status(self, question: str) -> str: ...
    def submit(self) -> str: ...


class ByMessages:
    """The page's part, over the component's own channel."""

    def __init__(self, form: MarkingForm, monkeypatch: pytest.MonkeyPatch) -> None:
        self.form, self.sent = form, []
        self.held: dict[str, dict[str, Any]] = {}
        self.told: dict[str, str] = {}
        monkeypatch.setattr(form, "send", self.sent.append)

    def ask(self, **request: Any) -> Any:
        self.form._handle_custom_msg({"id": uuid.uuid4().hex, **request}, [])
        return self.sent[-1]

    def cases(self) -> list[str]:
        return [each["subject"] for each in self.ask(kind="list")["cases"]]

    def open(self, subject: str) -> None:
        file = self.ask(kind="open", subject=subject)
        self.subject, self.state, self.held = subject, file["state"], dict(file["answers"])

    def answer(self, question: str, answer: str, evidence: str = "") -> None:
        expected = self.held.get(question, {}).get("version", 0)
        sent = {"answer": answer, "evidence": evidence}
        reply = self.ask(
            kind="answer",
            subject=self.subject,
            question=question,
            expected=expected,
            key=uuid.uuid4().hex,
            **sent,
        )
        if not reply["ok"]:
            self.told[question] = f"not saved: {reply['what']}"
            self.held[question] = reply.get("current") or self.held.get(question, {})
            return
        self.held[question], self.state = sent | reply, reply["state"]
        lacks = question in self.state["unexplained"]
        self.told[question] = "saved" + (" · evidence still needed" if lacks else "")

    def shown(self) -> set[str]:
        return set(self.state["open"])

    def status(self, question: str) -> str:
        return self.told[question]

    def submit(self) -> str:
        reply = self.ask(kind="submit", subject=self.subject)
        return "Submitted" if reply["ok"] else reply["text"]


class ByWidgets:
    """The hands on the form made of ipywidgets."""

    def __init__(self, form: PlainForm) -> None:
        self.form = form

    def cases(self) -> list[str]:
        self.form.show_cases()
        return [subject for _, subject in self.form.chosen.options]

    def open(self, subject: str) -> None:
        self.form.chosen.value = subject
        self.form.children[-1].click()

    def answer(self, question: str, answer: str, evidence: str = "") -> None:
        box = self.form.questions[question]
        box.field.value = answer
        if evidence:
            box.evidence.value = evidence

    def shown(self) -> set[str]:
        boxes = self.form.questions.items()
        return {name for name, box in boxes if not box.field.disabled}

    def status(self, question: str) -> str:
        return self.form.questions[question].status.value

    def submit(self) -> str:
        self.form.children[-1].click()
        return self.form.said.value


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = make(tmp_path_factory.mktemp("contract") / "inspection", MC=2, CC=1, RASSO=1)
    found.draw("contract")
    return found.folder


@pytest.fixture
def inspection(drawn: Path, tmp_path: Path) -> Iterator[Inspection]:
    found = Inspection.open(shutil.copytree(drawn, tmp_path / "inspection"))
    yield found
    found.store.close()


@pytest.fixture(params=["component", "ipywidgets alone"])
def hands(
    inspection: Inspection, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Hands:
    plain = request.param != "component"
    form = mark(inspection.store, inspector="AB", plain=plain)
    return ByWidgets(form) if plain else ByMessages(form, monkeypatch)  # type: ignore[arg-type]


def stored(inspection: Inspection, subject: str) -> CaseState:
    return inspection.store.case(subject, "AB")


def test_a_case_is_marked_and_submitted_and_what_is_called_saved_is_stored(
    hands: Hands, inspection: Inspection
) -> None:
    subject = hands.cases()[0]
    hands.open(subject)
    qs, given = inspection.question_set, {}
    while waiting := [name for name in stored(inspection, subject).open if name not in given]:
        assert set(waiting) <= hands.shown()
        answers = list(qs.answers(qs.question(waiting[0])))
        given[waiting[0]] = answers[len(given) % len(answers)]
        hands.answer(waiting[0], given[waiting[0]], REASON)
        assert hands.status(waiting[0]).startswith("saved")
        assert stored(inspection, subject).answers[waiting[0]].answer == given[waiting[0]]
    assert len(given) > 20
    assert "Submitted" in hands.submit()
    kept = stored(inspection, subject)
    assert kept.status == "submitted"
    assert {name: mark.answer for name, mark in kept.answers.items()} == given


def test_an_answer_is_saved_before_its_evidence_and_the_submit_says_what_is_missing(
    hands: Hands, inspection: Inspection
) -> None:
    hands.open(subject := hands.cases()[0])
    hands.answer("charge_timely", "nm")
    assert "evidence still needed" in hands.status("charge_timely")
    assert stored(inspection, subject).unexplained == ("charge_timely",)
    assert "unanswered" in hands.submit()
    hands.answer("charge_timely", "nm", REASON)
    assert "needed" not in hands.status("charge_timely")
    assert stored(inspection, subject).unexplained == ()


def test_a_question_opens_closes_and_opens_again_with_its_answer(
    hands: Hands, inspection: Inspection
) -> None:
    hands.open(subject := hands.cases()[0])
    hands.answer("case_outcome", "guilty_plea")
    hands.answer("first_hearing_plea", "no")
    hands.answer("case_outcome", "convicted")
    assert "first_hearing_plea" not in hands.shown()
    assert stored(inspection, subject).answers["first_hearing_plea"].answer == "no"
    hands.answer("case_outcome", "guilty_plea")
    assert "first_hearing_plea" in hands.shown()
    assert stored(inspection, subject).states["first_hearing_plea"] == "answered"


def test_a_second_writer_is_told_and_overwrites_only_by_choosing_again(
    hands: Hands, inspection: Inspection
) -> None:
    hands.open(subject := hands.cases()[0])
    hands.answer("case_outcome", "convicted")
    inspection.store.answer(
        subject, "case_outcome", "acquitted", marker="AB", evidence=REASON, expected=1
    )
    hands.answer("case_outcome", "guilty_plea")
    assert "somebody saved another answer meanwhile" in hands.status("case_outcome")
    assert stored(inspection, subject).answers["case_outcome"].answer == "acquitted"
