"""The marking form from ipywidgets alone, for a place where no script of ours may run.

Slower, and JupyterLab's single keys still act on its buttons: choose the other form where you can.
It asks the same desk, so whatever it calls saved is committed too.
"""

from __future__ import annotations

import html
import uuid
from collections.abc import Callable
from typing import Any

from ipywidgets import (
    HTML,
    Button,
    Dropdown,
    HBox,
    Label,
    Layout,
    RadioButtons,
    SelectMultiple,
    Text,
    Textarea,
    VBox,
)

from inspectkit.widgets.marking.desk import Desk
from inspectkit.widgets.replies import Plain

WIDE = Layout(width="98%")
CLOSED = "not counted: no longer applies"


class PlainQuestion(VBox):
    """One question: its text, its answers, its evidence, and what was saved."""

    def __init__(self, spec: Plain, number: int, changed: Callable[[PlainQuestion], None]) -> None:
        self.spec, self.changed = spec, changed
        self.held: Plain = {"answer": None, "evidence": "", "version": 0}
        self.status = Label()
        self.field = field_of(spec)
        self.evidence = Textarea(
            placeholder="Evidence or note", layout=WIDE, continuous_update=False
        )
        guidance = f"<p>{html.escape(spec['guidance'])}</p>" if spec["guidance"] else ""
        head = HTML(f"<b>{number}. {html.escape(spec['text'])}</b>{guidance}")
        super().__init__([head, self.field, self.evidence, self.status])
        self.field.observe(lambda change: self._touched(), "value")
        self.evidence.observe(lambda change: self._touched(), "value")
        self.quiet = False

    @property
    def answer(self) -> str:
        value = self.field.value
        return " ".join(value) if isinstance(value, tuple) else str(value or "").strip()

    def _touched(self) -> None:
        asked = (self.answer, self.evidence.value)
        if not self.quiet and self.answer and asked != (self.held["answer"], self.held["evidence"]):
            self.changed(self)

    def hold(self, saved: Plain) -> None:
        """Show an answer as the store has it."""
        self.held, self.quiet = saved, True
        several = isinstance(self.field, SelectMultiple)
        self.field.value = tuple(saved["answer"].split()) if several else saved["answer"]
        self.evidence.value = saved["evidence"]
        self.quiet = False

    def stand(self, *, is_open: bool, lacks: bool, frozen: bool) -> None:
        """Show whether it is asked, counts, and is complete."""
        answered = self.held["answer"] is not None
        self.layout.display = "" if is_open or answered else "none"
        self.field.disabled = self.evidence.disabled = frozen or not is_open
        if answered:
            more = " · evidence still needed" if lacks else "" if is_open else f" · {CLOSED}"
            self.status.value = f"saved {self.held['at'][11:19]} UTC{more}"


class PlainForm(VBox):
    """My cases, then one case page by page; all its state is the store's."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk, self.subject = desk, desk.subject
        self.said = HTML()
        self.questions: dict[str, PlainQuestion] = {}
        self.show_case(self.subject) if self.subject else self.show_cases()

    def ask(self, kind: str, **body: Any) -> Plain:
        """One request to the desk; a refusal is shown."""
        reply = self.desk.reply({"id": uuid.uuid4().hex, "kind": kind, **body})
        if not reply["ok"]:
            self.tell(reply["text"])
        return reply

    def tell(self, text: str) -> None:
        """A message above everything."""
        self.said.value = f"<p role='status'><b>{html.escape(text)}</b></p>"

    def show_cases(self) -> None:
        """The first screen."""
        listed = self.ask("list")["cases"]
        options = [
            (f"{each['subject']} · {each['status']}, {each['answered']} answered", each["subject"])
            for each in listed
        ]
        self.chosen = Dropdown(options=options, description="Case", layout=WIDE)
        go = Button(description="Open")
        go.on_click(lambda button: self.show_case(self.chosen.value))
        self.children = [self.said, HTML("<h2>My cases</h2>"), self.chosen, go]

    def show_case(self, subject: str) -> None:
        """One case, whole."""
        file = self.ask("open", subject=subject)
        if not file["ok"]:
            return
        self.subject, self.frozen = subject, file["status"] == "submitted"
        numbered = enumerate(file["questions"], 1)
        self.questions = {
            spec["id"]: PlainQuestion(spec, number, self.save) for number, spec in numbered
        }
        for name, saved in file["answers"].items():
            self.questions[name].hold(saved)
        self.stand(file["state"])
        pages = [
            part
            for page in file["pages"]
            for part in (
                HTML(f"<h3>{html.escape(page['label'])}</h3>"),
                *([self.items(page["items"])] if "items" in page else []),
                *(each for each in self.questions.values() if each.spec["page"] == page["id"]),
            )
        ]
        back, submit = Button(description="My cases"), Button(description="Submit this case")
        back.on_click(lambda button: self.show_cases())
        submit.on_click(lambda button: self.submit())
        title = HTML(f"<h2>{html.escape(subject)}</h2>")
        self.children = [HBox([back]), title, self.said, *pages, submit]

    def items(self, held: Plain) -> VBox:
        """What the file holds of a kind, with buttons for one more, the last one and none."""
        thing, of = held["label"], held["kind"]
        named = Text(placeholder=held["named_by"] or "how you will know it again", layout=WIDE)
        rows = [f"{each['item']}. {each['named'] or thing}" for each in held["found"]]
        said = rows or ["There is none." if held["none"] else "Nothing added yet."]

        def button(text: str, do: str, **more: Any) -> Button:
            def run(button: Button) -> None:
                sent = {"of": of, "named": named.value, "key": uuid.uuid4().hex, **more}
                if self.ask("item", subject=self.subject, do=do, **sent)["ok"]:
                    self.show_case(self.subject)

            made = Button(description=text, disabled=self.frozen, layout=Layout(width="auto"))
            made.on_click(run)
            return made

        buttons = [button("Add", "add")]
        if held["found"]:
            last = held["found"][-1]["item"]
            buttons.append(button(f"Take back {last}", "take back", item=last))
        elif not held["none"]:
            buttons.append(button("There is none", "none"))
        return VBox([*(Label(each) for each in said), named, HBox(buttons)])

    def stand(self, state: Plain) -> None:
        """Show each question as the store says it stands."""
        for name, question in self.questions.items():
            question.stand(
                is_open=name in state["open"],
                lacks=name in state["unexplained"],
                frozen=self.frozen,
            )

    def save(self, question: PlainQuestion) -> None:
        """Save what was chosen or written; say so once it is committed."""
        sent = {"answer": question.answer, "evidence": question.evidence.value}
        reply = self.ask(
            "answer",
            subject=self.subject,
            question=question.spec["id"],
            expected=question.held["version"],
            key=uuid.uuid4().hex,
            **sent,
        )
        if reply["ok"]:
            self.said.value = ""
            question.hold({**sent, **reply})
            self.stand(reply["state"])
            return
        question.status.value = f"not saved: {reply['what']}. {reply['remedy']}."
        if reply.get("current"):
            question.held = reply["current"]  # choosing again then replaces the one in force

    def submit(self) -> None:
        """Freeze the case."""
        reply = self.ask("submit", subject=self.subject)
        if reply["ok"]:
            self.frozen = True
            self.stand(self.ask("open", subject=self.subject)["state"])
            self.tell("Submitted")


def field_of(spec: Plain) -> Any:
    """What the question is answered with."""
    options = [(each["label"], each["id"]) for each in spec["answers"]]
    if spec["type"] in ("scale", "choice"):
        return RadioButtons(options=options, value=None, layout=WIDE)
    if spec["type"] == "multiple":
        return SelectMultiple(options=options, layout=WIDE)
    hint = {"date": "2026-11-25", "number": "a number"}.get(spec["type"], "")
    locked = spec["type"] == "calculated"
    return Text(placeholder=hint, layout=WIDE, continuous_update=False, disabled=locked)
