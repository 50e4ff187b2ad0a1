"""The editor of question sets in JupyterLab: a fault mended, the form tried, a version made."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from inspectkit.questions import QuestionSet
from inspectkit.resources import folder
from tests.browser.lab import browser_page, open_notebook, running_lab

NAME = "area-inspection"
EDITED = "charge_timely"
WORDS = "Was the charging decision made in good time?"
RULE = "${charging_decision} = 'cps'"
CELLS = """() => {
    const cells = window.jupyterapp.shell.currentWidget.content.model.cells;
    return Array.from({ length: cells.length }, (_, at) => [cells.get(at).type, cells.get(at).id]);
}"""


@dataclass
class Bureau:
    """What a lead has in front of them: the editor in the browser, the set's folder behind it."""

    page: Page
    place: Path

    @property
    def form(self) -> Locator:
        return self.page.locator(".ik-editor")

    @property
    def status(self) -> Locator:
        return self.form.locator(".ik-header").get_by_role("status")

    @property
    def text(self) -> str:
        return (self.place / "question_set.yaml").read_text("utf-8")

    def tab(self, name: str) -> None:
        self.form.locator(".ik-across").get_by_role("button", name=name).click()

    def choose(self, id: str) -> None:
        self.tab("Questions")
        self.form.locator(f"[data-row={id}]").get_by_role("button").click()
        expect(self.form.get_by_role("heading", name=re.compile(f": {id}$"))).to_be_focused()

    def write(self, label: str, text: str) -> None:
        """Fill a field and leave it by the keyboard, which is when it is saved."""
        field = self.form.get_by_label(label, exact=True)
        field.fill(text)
        self.page.keyboard.press("Control+s")


@pytest.fixture(scope="module")
def bureau(browser_path: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bureau]:
    place = tmp_path_factory.mktemp("editor")
    top = place / "work"
    shutil.copytree(folder("question_sets") / NAME, top / "question_sets" / NAME)
    (top / "notebooks").mkdir()
    text = (folder("notebooks") / "00_question_sets.ipynb").read_text("utf-8")
    (top / "notebooks" / "00.ipynb").write_text(text.replace("victim-letters", NAME), "utf-8")
    expect.set_options(timeout=30_000)  # a change parses the set anew: seconds where others work
    with running_lab(top, place / "private") as lab, browser_page(browser_path) as page:
        open_notebook(page, lab, "notebooks/00.ipynb")
        found = Bureau(page, top / "question_sets" / NAME)
        expect(found.form.get_by_text("found nothing to mend")).to_be_visible(timeout=60_000)
        yield found
    expect.set_options(timeout=5_000)


def test_a_lead_mends_a_fault_tries_the_form_and_publishes(bureau: Bureau) -> None:
    notes = [line for line in bureau.text.splitlines() if line.strip().startswith("#")]
    bureau.choose(EDITED)
    bureau.write("Question", WORDS)
    expect(bureau.status).to_contain_text("saved ")
    bureau.write("Asked when", RULE.replace("_decision", "_decison"))
    finding = bureau.form.get_by_role("region", name="What the check found")
    expect(finding).to_contain_text("${charging_decison} is no fact or earlier question")
    expect(finding).to_contain_text("charging_decision")
    bureau.tab("Form")
    expect(bureau.form.get_by_role("alert")).to_contain_text("cannot be shown yet")
    bureau.tab("Questions")
    finding.get_by_role("button", name=f"Go to {EDITED}").click()
    bureau.write("Asked when", RULE)
    expect(bureau.form.get_by_text("found nothing to mend")).to_be_visible()

    try_the_form(bureau)

    bureau.tab("Publish")
    expect(bureau.form.get_by_role("region", name="Changes")).to_contain_text(WORDS)
    bureau.form.get_by_label("Why, for those who ask").fill("Asked once only")
    bureau.form.get_by_role("button", name="Publish", exact=True).last.click()
    expect(bureau.form.get_by_text(f"Published {NAME}@2 as versions/r2.yaml")).to_be_focused()
    frozen = QuestionSet.load(bureau.place / "versions" / "r2.yaml")
    assert frozen.question(EDITED).text == WORDS
    assert frozen.question(EDITED).applies_when == RULE
    assert notes == [line for line in bureau.text.splitlines() if line.strip().startswith("#")]
    assert QuestionSet.load(f"{NAME}@1").question(EDITED).text != WORDS


def try_the_form(bureau: Bureau) -> None:
    """What an answer opens and closes is told, and nothing of it is stored."""
    before = bureau.text
    bureau.tab("Form")
    asked = bureau.form.locator(f"[data-question={EDITED}]")
    expect(asked).to_be_hidden()
    decided = bureau.form.locator("[data-question=charging_decision]")
    decided.get_by_role("radio", name="CPS").click()
    opened = bureau.form.locator(".ik-opened")
    expect(opened).to_contain_text("Opened:")
    expect(opened).to_contain_text(WORDS)
    expect(asked).to_be_visible()
    decided.get_by_role("radio", name="Police").click()
    expect(opened).to_contain_text("Closed:")
    bureau.form.get_by_label("Casework type").select_option("RASSO")
    expect(bureau.form.get_by_role("heading", name="What if")).to_be_visible()
    assert bureau.text == before


def test_everything_works_from_the_keyboard_and_no_key_reaches_the_notebook(
    bureau: Bureau,
) -> None:
    cells = bureau.page.evaluate(CELLS)
    bureau.tab("Questions")
    bureau.form.get_by_label("Find").fill("indictment")
    expect(bureau.form.get_by_text(re.compile(r"^\d of 57$"))).to_be_visible()
    bureau.form.get_by_label("Find").press("Tab")
    for key in ["m", "x", "d", "d", "b", "Shift+Enter"]:
        bureau.page.keyboard.press(key)
    bureau.page.keyboard.press("Tab")
    bureau.page.keyboard.press("Enter")
    heading = bureau.form.get_by_role("heading", name=re.compile("^Question"))
    expect(heading).to_be_focused()
    for key in ["m", "x", "d", "d", "b"]:
        bureau.page.keyboard.press(key)
    bureau.page.keyboard.press("Tab")
    bureau.page.keyboard.press("End")
    bureau.page.keyboard.type(" Really")
    bureau.page.keyboard.press("Control+s")
    expect(bureau.status).to_contain_text("saved ")
    assert "? Really" in bureau.text
    bureau.form.get_by_role("button", name="Undo").click()
    expect(bureau.status).to_contain_text("saved ")
    assert "? Really" not in bureau.text
    bureau.form.get_by_label("Find").fill("")
    assert bureau.page.evaluate(CELLS) == cells


def test_axe_finds_nothing_on_any_page_in_light_and_dark_and_it_reflows(bureau: Bureau) -> None:
    findings = []
    for theme in ("JupyterLab Dark", "JupyterLab Light"):
        bureau.page.evaluate(
            "(theme) => jupyterapp.commands.execute('apputils:change-theme', { theme })", theme
        )
        light = "true" if theme.endswith("Light") else "false"
        bureau.page.wait_for_selector(f"body[data-jp-theme-light={light}]", state="attached")
        bureau.choose(EDITED)
        bureau.form.get_by_text("All of it, as it stands in the file").click()
        for name in ("Questions", "Form", "Publish"):
            bureau.tab(name)
            bureau.page.wait_for_timeout(300)
            found = Axe().run(bureau.page, context=".ik-editor").response["violations"]
            findings += [f"{name} {each['id']}: {each['nodes'][0]['html']}" for each in found]
    assert not findings, "\n".join(findings)
    for name in ("Questions", "Form", "Publish"):
        bureau.tab(name)
        assert wider(bureau.page, 320) == 0, name


def wider(page: Page, width: int) -> int:
    """Pixels by which anything in the editor is wider than the editor at this width."""
    return int(
        page.evaluate(
            """(width) => {
                const form = document.querySelector(".ik-editor");
                form.style.width = `${width}px`;
                const parts = [form, ...form.querySelectorAll(".ik-body, .ik-header, .ik-panel")];
                const wide = Math.max(...parts.map((part) => part.scrollWidth - part.clientWidth));
                form.style.width = "";
                return wide;
            }""",
            width,
        )
    )
