"""One whole case marked in JupyterLab, also with the kernel killed half-way; and who can use it."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.desktop import INSPECTOR, REASON, Desktop
from tests.browser.lab import browser_page, open_notebook, run_all, running_lab
from tests.small import eligible, make

NOTEBOOK = "notebooks/03_mark.ipynb"
OPENED = "initial_disclosure_failing"  # asked only after a partially met or not met
FOCUS = """() => {
    const holder = document.activeElement;
    const question = holder.closest("[data-question]")?.dataset.question ?? null;
    return { inside: Boolean(holder.closest(".ik-form")), question, tag: holder.tagName };
}"""
CELLS = """() => {
    const cells = window.jupyterapp.shell.currentWidget.content.model.cells;
    return Array.from({ length: cells.length }, (_, at) => [cells.get(at).type, cells.get(at).id]);
}"""


@pytest.fixture(scope="module")
def desktop(browser_path: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desktop]:
    place = tmp_path_factory.mktemp("marking")
    inspection = make(
        place / "inspection", eligible({"MC": 3, "CC": 3, "RASSO": 2}), MC=2, CC=1, RASSO=1
    )
    inspection.draw("marking")
    with (
        running_lab(inspection.folder, place / "private") as lab,
        browser_page(browser_path) as page,
    ):
        found = Desktop(page, lab, inspection)
        page.on("websocket", found.listen)
        open_notebook(page, lab, NOTEBOOK)
        expect(found.form.get_by_role("heading", name="My cases")).to_be_visible()
        yield found
    inspection.store.close()


def test_a_crown_court_case_is_marked_through_a_killed_kernel_and_submitted(
    desktop: Desktop,
) -> None:
    subject = desktop.case("CC")
    desktop.open(subject)
    mark_by_mouse(desktop, pages=2)
    change_and_change_back(desktop)
    unsaved = kill_and_answer_once_more(desktop)
    assert unsaved not in desktop.stored(subject).answers

    restart(desktop)
    desktop.open(subject)
    desktop.button("Save them now").click()
    expect(desktop.question(unsaved).locator(".ik-status")).to_contain_text("saved ")
    for id, answer in desktop.given.items():
        assert desktop.question(id).locator("input:checked").input_value() == answer

    mark_by_keys(desktop)
    desktop.button("Submit this case").click()
    expect(desktop.form.get_by_role("status")).to_have_text("Submitted")
    kept = desktop.stored(subject)
    assert kept.status == "submitted" and kept.complete and len(desktop.given) >= 50
    assert {id: mark.answer for id, mark in kept.answers.items()} == desktop.given
    for id, mark in kept.answers.items():
        assert mark.evidence == (REASON if desktop.needs_reason(id, mark.answer) else "")


def mark_by_mouse(desktop: Desktop, *, pages: int) -> None:
    """Answer what is open on the first pages, also what opens meanwhile."""
    for _ in range(pages):
        done: set[str] = set()
        while waiting := [id for id in shown(desktop) if id not in done]:
            desktop.answer_by_mouse(waiting[0])
            done.add(waiting[0])
        desktop.button("Next page").click()


def change_and_change_back(desktop: Desktop) -> None:
    """An answer whose question closes is kept and greyed; it counts again once that opens."""
    desktop.form.locator(".ik-tab").first.click()
    outcome, plea = desktop.question("case_outcome"), desktop.question("first_hearing_plea")
    outcome.get_by_role("radio", name="Convicted after trial").click()
    expect(plea.get_by_text("not counted: no longer applies")).to_be_visible()
    expect(plea.get_by_role("radio", name="No", exact=True)).to_be_disabled()
    expect(outcome.locator(".ik-status")).to_contain_text("saved ")
    outcome.get_by_role("radio", name="Guilty plea (stage not recorded)").click()
    expect(plea.get_by_text("not counted")).to_be_hidden()
    expect(outcome.locator(".ik-status")).to_contain_text("saved ")
    desktop.form.locator(".ik-tab").nth(2).click()


def shown(desktop: Desktop) -> list[str]:
    return desktop.form.locator("[data-question]:visible").evaluate_all(
        "(found) => found.map((each) => each.dataset.question)"
    )


def kill_and_answer_once_more(desktop: Desktop) -> str:
    """The question answered on the screen after the kernel was killed."""
    expect(desktop.form.locator(".ik-banner")).to_be_hidden()
    unsaved = next(id for id in shown(desktop) if not desktop.needs_reason(id, desktop.plan(id)))
    desktop.lab.kill_kernel()
    killed = time.monotonic()
    answer = desktop.plan(unsaved)
    label = desktop.qs.answers(desktop.qs.question(unsaved))[answer]
    desktop.question(unsaved).get_by_role("radio", name=label, exact=True).click()
    expect(desktop.form.get_by_role("alert")).to_contain_text(
        "Your last answers are not saved", timeout=6_000
    )
    assert time.monotonic() - killed < 6
    desktop.given[unsaved] = answer
    return unsaved


def restart(desktop: Desktop) -> None:
    """JupyterLab says that the kernel died, starts another; the inspector runs all cells again."""
    desktop.page.get_by_role("button", name="Ok").click()
    run_all(desktop.page)
    offer = desktop.form.get_by_role("region", name="Answers not saved before")
    expect(offer).to_contain_text("(1 answer)")


def mark_by_keys(desktop: Desktop) -> None:
    """The rest of the case without touching the mouse."""
    desktop.button("Next unanswered").focus()
    for _ in range(120):
        if desktop.left() == 0:
            break
        at = desktop.page.evaluate(FOCUS)["question"]
        if at is None or at in desktop.given:
            desktop.page.keyboard.press("u")
        else:
            desktop.answer_by_keys(at)
    desktop.page.keyboard.press("u")
    expect(
        desktop.form.get_by_text("Every question that applies is answered and saved")
    ).to_be_visible()


def test_an_answer_waits_for_the_earlier_one_that_opened_it_and_both_are_saved(
    desktop: Desktop,
) -> None:
    subject = desktop.case("MC", at=1)
    desktop.open(subject)
    expect(desktop.choose("case_outcome", "Convicted after trial")).to_contain_text("saved ")
    desktop.button("Disclosure of unused material").click()
    first = desktop.choose("initial_disclosure", "Not met")
    expect(first).to_contain_text("not saved yet: give the reason")
    choice = next(iter(desktop.qs.answers(desktop.qs.question(OPENED)).values()))
    second = desktop.choose(OPENED, choice)
    expect(second).to_contain_text("not saved yet: waits for question")
    assert set(desktop.stored(subject).answers) == {"case_outcome"}
    desktop.question("initial_disclosure").get_by_role("textbox").fill(REASON)
    expect(first).to_contain_text("saved ")
    expect(second).to_contain_text("saved ")
    assert {"initial_disclosure", OPENED} <= set(desktop.stored(subject).answers)


def test_a_second_writer_is_told_and_decides(desktop: Desktop) -> None:
    subject = desktop.case("MC", at=1)
    desktop.open(subject)
    desktop.form.locator(".ik-tab").first.click()
    expect(desktop.choose("charge_timely", "Fully met")).to_contain_text("saved ")
    held = desktop.stored(subject).answers["charge_timely"].version
    desktop.inspection.store.answer(
        subject, "charge_timely", "na", marker=INSPECTOR, expected=held
    )  # the same inspector's other window
    status = desktop.choose("charge_timely", "Partially met")
    desktop.question("charge_timely").get_by_role("textbox").fill(REASON)
    expect(status).to_contain_text("not saved: somebody saved another answer meanwhile")
    assert desktop.stored(subject).answers["charge_timely"].answer == "na"
    desktop.question("charge_timely").get_by_role("button", name="Save mine").click()
    expect(status).to_contain_text("saved ")
    kept = desktop.stored(subject).answers["charge_timely"]
    assert (kept.answer, kept.evidence, kept.version) == ("pm", REASON, held + 2)


def test_keys_pressed_on_any_control_never_reach_the_notebook(desktop: Desktop) -> None:
    desktop.open(desktop.case("RASSO"))
    before = desktop.page.evaluate(CELLS)
    controls = desktop.form.locator(
        ".ik-case :is(button, summary, input, textarea):visible:not(:disabled)"
    )
    total = controls.count()
    assert total > 40
    for at in range(0, total, 3):
        controls.nth(at).focus()
        for key in ["m", "x", "a", "b", "d", "1", "0", "0"]:
            desktop.page.keyboard.press(key)
    desktop.form.get_by_role("radio").first.press("Shift+Enter")
    desktop.form.locator("legend").first.click()
    for key in ["m", "x", "a", "b", "d", "d", "0", "0"]:
        desktop.page.keyboard.press(key)
    assert desktop.page.evaluate(CELLS) == before
    expect(desktop.page.get_by_role("dialog")).to_have_count(0)
    expect(desktop.form).to_be_visible()


def test_tab_walks_from_question_to_question(desktop: Desktop) -> None:
    desktop.open(desktop.case("MC"))
    fixed = desktop.form.locator(".ik-case :is(button, summary):visible").evaluate_all(
        "(found) => found.filter((each) => !each.closest('[data-question]')).length"
    )
    questions = shown(desktop)
    desktop.form.get_by_role("heading", name=desktop.case("MC")).focus()
    visited, stops = set(), 0
    while stops < 200:
        desktop.page.keyboard.press("Tab")
        at = desktop.page.evaluate(FOCUS)
        if not at["inside"]:
            break
        stops += 1
        visited.add(at["question"])
    assert set(questions) <= visited
    assert len(questions) <= stops <= len(questions) + fixed


def test_every_question_is_a_named_group_with_named_answers_and_their_state(
    desktop: Desktop,
) -> None:
    desktop.open(desktop.case("MC"))
    asked = [question for question in desktop.qs.questions if desktop.qs.asked_of(question, "MC")]
    numbers = {question.id: number for number, question in enumerate(asked, 1)}
    for id in shown(desktop):
        question = desktop.qs.question(id)
        name = f"{numbers[id]}. {question.text}"
        group = desktop.form.get_by_role("group", name=name, exact=True)
        for label in desktop.qs.answers(question).values():
            expect(group.get_by_role("radio", name=label, exact=True)).to_have_count(1)
    first = desktop.form.get_by_role("group").get_by_role("radio", name="Convicted after trial")
    first.click()
    expect(first).to_be_checked()
    expect(desktop.form.get_by_role("status")).to_contain_text("saved")


def test_axe_finds_nothing_in_light_and_dark_and_the_form_reflows_at_320_pixels(
    desktop: Desktop,
) -> None:
    desktop.home()
    findings = violations(desktop.page)
    desktop.open(desktop.case("MC"))
    question = desktop.question("charge_code")
    question.get_by_role("radio", name="Not met").click()
    question.get_by_text("Guidance").click()
    findings += violations(desktop.page)
    desktop.button("Check and submit").click()
    desktop.button("Submit this case").click(force=True)
    expect(desktop.form.locator(".ik-summary")).to_be_focused()
    findings += violations(desktop.page)
    theme(desktop.page, "JupyterLab Dark")
    findings += violations(desktop.page)
    desktop.form.locator(".ik-tab").first.click()
    findings += violations(desktop.page)
    theme(desktop.page, "JupyterLab Light")
    assert not findings, "\n".join(findings)
    assert overflow(desktop.page, width=320) == 0


def violations(page: Page) -> list[str]:
    found = Axe().run(page, context=".ik-form").response["violations"]
    return [f"{each['id']}: {node['html']}" for each in found for node in each["nodes"]]


def theme(page: Page, name: str) -> None:
    page.evaluate(
        "(theme) => jupyterapp.commands.execute('apputils:change-theme', { theme })", name
    )
    light = "true" if name.endswith("Light") else "false"
    page.wait_for_selector(f"body[data-jp-theme-light={light}]", state="attached")


def overflow(page: Page, *, width: int) -> int:
    """Pixels by which anything in the form is wider than the form at this width."""
    return page.evaluate(
        """(width) => {
            const form = document.querySelector(".ik-form");
            form.style.width = `${width}px`;
            const inner = ".ik-body, .ik-header, .ik-tabs, .ik-footer";
            const parts = [form, ...form.querySelectorAll(inner)];
            const wider = Math.max(...parts.map((part) => part.scrollWidth - part.clientWidth));
            form.style.width = "";
            return wider;
        }""",
        width,
    )


def test_opening_a_case_takes_at_most_five_messages(desktop: Desktop) -> None:
    desktop.home()
    wait_for_heartbeat(desktop)
    desktop.open(desktop.case("MC"))
    desktop.page.wait_for_timeout(200)
    assert 2 <= len(desktop.frames) <= 5, desktop.frames


def wait_for_heartbeat(desktop: Desktop) -> None:
    """Until one is sent and answered, so that none falls into the next second and a half."""
    desktop.frames.clear()
    while not any(b'"beat"' in frame for frame in desktop.frames):
        desktop.page.wait_for_timeout(20)
    desktop.page.wait_for_timeout(300)
    desktop.frames.clear()
