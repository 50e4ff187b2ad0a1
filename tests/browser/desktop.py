"""What an inspector has in front of them, and what their hands do: for the browser tests."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Locator, Page, WebSocket, expect

from inspectkit.inspection import Inspection
from inspectkit.questions import QuestionSet
from inspectkit.review import CaseState
from tests.browser.lab import Lab

INSPECTOR = "AB"  # as the notebook has it
SAVED = re.compile(r"^saved \d\d:\d\d:\d\d$")
FOCUS = """() => {
    const holder = document.activeElement;
    const question = holder.closest("[data-question]")?.dataset.question ?? null;
    const name = holder.getAttribute("aria-label") ?? holder.textContent;
    return { inside: Boolean(holder.closest(".ik-form")), question, tag: holder.tagName, name };
}"""
REASON = "Seen in the file: the review of 3 March does not say why."
# With these the disclosure questions apply, so that most of the set is asked.
OPENING = {"case_outcome": "guilty_plea", "first_hearing_plea": "no", "victim_letter_due": "yes"}


@dataclass
class Desktop:
    """What an inspector has in front of them: the notebook in the browser, the folder behind it."""

    page: Page
    lab: Lab
    inspection: Inspection
    given: dict[str, str] = field(default_factory=dict)
    keys: int = 0
    frames: list[bytes] = field(default_factory=list, repr=False)

    def listen(self, socket: WebSocket) -> None:
        """Keep every message between page and kernel; news of the server's own are not counted."""
        if "/channels" not in socket.url:
            return
        for event in ("framesent", "framereceived"):
            socket.on(event, lambda frame: self.frames.append(bytes_of(frame)))

    @property
    def form(self) -> Locator:
        return self.page.locator(".ik-form")

    @property
    def qs(self) -> QuestionSet:
        return self.inspection.question_set

    def button(self, name: str) -> Locator:
        return self.form.get_by_role("button", name=name)

    def case(self, stratum: str, *, at: int = 0) -> str:
        return str(self.inspection.sample.drawn.query(f"stratum == '{stratum}'")["id"].iloc[at])

    def choose(self, id: str, label: str) -> Locator:
        """Choose an answer; the line that says whether it is saved."""
        self.question(id).get_by_role("radio", name=label, exact=True).click()
        return self.question(id).locator(".ik-status")

    def stored(self, subject: str) -> CaseState:
        return self.inspection.store.case(subject, INSPECTOR)

    def home(self) -> None:
        back = self.button("← My cases")
        if back.is_visible():
            back.click()
        expect(self.form.get_by_role("heading", name="My cases")).to_be_visible()

    def first_page(self) -> None:
        self.form.locator(".ik-tab").first.click()

    def shown(self) -> list[str]:
        """The questions on the page in front."""
        return self.form.locator("[data-question]:visible").evaluate_all(
            "(found) => found.map((each) => each.dataset.question)"
        )

    def open(self, subject: str) -> None:
        self.home()
        self.form.get_by_role("row", name=subject).get_by_role("button").click()
        expect(self.form.get_by_role("heading", name=subject)).to_be_visible()

    def question(self, id: str) -> Locator:
        return self.form.locator(f"[data-question={id}]")

    def left(self) -> int:
        words = self.form.locator(".ik-footer").get_by_role("button").nth(2).inner_text()
        return 0 if words == "All answered" else int(words.split("(")[1].rstrip(")"))

    def plan(self, id: str) -> str:
        """The answer this test gives: every kind of answer, mixed over the questions."""
        if id in OPENING:
            return OPENING[id]
        answers = list(self.qs.answers(self.qs.question(id)))
        return answers[sum(map(ord, id)) % len(answers)]

    def plain(self, id: str) -> str:
        """The first answer that asks for no evidence."""
        answers = self.qs.answers(self.qs.question(id))
        return OPENING.get(id) or next(each for each in answers if not self.needs_reason(id, each))

    def needs_reason(self, id: str, answer: str) -> bool:
        rule = self.qs.question(id).evidence
        return rule is not None and answer in rule.when

    def answer_by_mouse(self, id: str) -> None:
        answer = self.plan(id)
        question, label = self.question(id), self.qs.answers(self.qs.question(id))[answer]
        question.get_by_role("radio", name=label, exact=True).click()
        if self.needs_reason(id, answer):
            expect(question.locator(".ik-status")).to_contain_text("evidence still needed")
            question.get_by_role("textbox").fill(REASON)
            question.get_by_role("textbox").blur()
        expect(question.locator(".ik-status")).to_have_text(SAVED)
        self.given[id] = answer

    def press(self, key: str) -> None:
        """One key, counted."""
        self.page.keyboard.press(key)
        self.keys += 1

    def answer_by_keys(self, id: str, answer: str) -> None:
        digit = list(self.qs.answers(self.qs.question(id))).index(answer) + 1
        self.press(str(digit))
        if self.needs_reason(id, answer):
            self.page.keyboard.insert_text(REASON)
            self.press("Control+Enter")
        self.given[id] = answer

    def here(self) -> Any:
        """What holds the focus: inside the form or not, the question, the element and its name."""
        return self.page.evaluate(FOCUS)

    def tab_to(self, name: str) -> None:
        """Tab until the control of that name has the focus."""
        for _ in range(200):
            self.page.keyboard.press("Tab")
            if self.here()["name"] == name:
                return
        raise AssertionError(f"Tab never came to {name!r}")


def bytes_of(frame: bytes | str) -> bytes:
    return frame.encode() if isinstance(frame, str) else frame
