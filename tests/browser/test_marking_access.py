"""Who can use the marking form, and how: keys, tab stops, names and states, contrast, reflow."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.desktop import Desktop

CELLS = """() => {
    const cells = window.jupyterapp.shell.currentWidget.content.model.cells;
    return Array.from({ length: cells.length }, (_, at) => [cells.get(at).type, cells.get(at).id]);
}"""
CONTROLS = ":is(button, summary, input, textarea, select):visible:not(:disabled)"
HARMFUL = ["m", "x", "a", "b", "d", "1", "0", "0"]  # to JupyterLab, outside of a text


def test_keys_pressed_on_any_control_never_reach_the_notebook(desktop: Desktop) -> None:
    desktop.home()
    before = desktop.page.evaluate(CELLS)
    press_on_each(desktop, ".ik-cases " + CONTROLS)
    for choice in desktop.form.locator("select").all():
        choice.select_option("")  # a letter in a list chooses from it
    desktop.open(desktop.case("RASSO"))
    desktop.first_page()
    assert press_on_each(desktop, ".ik-case " + CONTROLS) > 40
    desktop.form.get_by_role("radio").first.press("Shift+Enter")
    desktop.form.locator("legend").first.click()
    for key in [*HARMFUL, "d", "d"]:
        desktop.page.keyboard.press(key)
    desktop.button("Help and keys").click()
    press_on_each(desktop, "dialog " + CONTROLS)
    desktop.button("Back to the usual keys").click()
    desktop.page.keyboard.press("Escape")
    assert desktop.page.evaluate(CELLS) == before
    expect(desktop.page.locator(".jp-Dialog")).to_have_count(0)
    expect(desktop.form).to_be_visible()


def press_on_each(desktop: Desktop, selector: str) -> int:
    """Focus every control that is there and press each key on it; how many controls there were."""
    controls = desktop.form.locator(selector).element_handles()
    for control in controls:
        control.evaluate("(each) => each.focus()")
        for key in HARMFUL:
            desktop.page.keyboard.press(key)
        if desktop.form.locator(".ik-tab").count():
            desktop.form.locator(".ik-tab").first.evaluate("(tab) => tab.click()")
    return len(controls)


def test_keys_can_be_changed_and_turned_off_and_stay_so(desktop: Desktop) -> None:
    desktop.open(desktop.case("RASSO"))
    desktop.first_page()
    desktop.page.keyboard.press("?")
    dialog = desktop.form.get_by_role("dialog", name="Help and keys")
    expect(dialog).to_be_visible()
    dialog.get_by_label("Key for: next question").fill("k")
    expect(dialog.get_by_role("status")).to_have_text(
        "“k” is already the key for: previous question."
    )
    dialog.get_by_label("Key for: next question").fill("l")
    desktop.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    desktop.open(desktop.case("RASSO"))  # another form would read the same: they are in the browser
    desktop.first_page()
    first, second = desktop.shown()[:2]
    desktop.question(first).get_by_role("radio").first.focus()
    desktop.page.keyboard.press("j")
    assert desktop.here()["question"] == first
    desktop.page.keyboard.press("l")
    assert desktop.here()["question"] == second
    kept = desktop.page.evaluate("JSON.parse(localStorage.getItem('inspectkit keys'))")
    assert kept["commands"]["next"] == "l" and kept["off"] is False

    desktop.button("Help and keys").click()
    dialog.get_by_label("Use single keys").uncheck()
    dialog.get_by_role("button", name="Close").click()
    desktop.question(first).get_by_role("radio").first.focus()
    held = desktop.stored(desktop.case("RASSO")).answers
    for key in ["2", "l", "?", "u"]:
        desktop.page.keyboard.press(key)
    assert desktop.here()["question"] == first
    assert desktop.stored(desktop.case("RASSO")).answers == held
    expect(dialog).to_be_hidden()
    desktop.button("Help and keys").click()
    dialog.get_by_role("button", name="Back to the usual keys").click()
    dialog.get_by_role("button", name="Close").click()


def test_the_reference_is_copied_by_one_key_and_arrows_move_between_answers(
    desktop: Desktop,
) -> None:
    subject = desktop.case("RASSO")
    desktop.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    desktop.open(subject)
    desktop.first_page()
    radios = desktop.question(desktop.shown()[0]).get_by_role("radio")
    radios.nth(1).click()
    expect(radios.nth(1)).to_be_checked()
    desktop.page.wait_for_timeout(500)  # what is said of the save comes before what follows
    desktop.page.keyboard.press("c")
    expect(desktop.form.get_by_role("status").first).to_have_text(f"{subject} copied")
    assert desktop.page.evaluate("navigator.clipboard.readText()") == subject
    desktop.page.keyboard.press("ArrowRight")
    expect(radios.nth(2)).to_be_checked()
    expect(radios.nth(2)).to_be_focused()
    expect(desktop.question(desktop.shown()[0]).locator(".ik-status")).to_contain_text("saved ")


def test_tab_walks_from_question_to_question(desktop: Desktop) -> None:
    desktop.open(desktop.case("MC"))
    fixed = desktop.form.locator(".ik-case :is(button, summary):visible").evaluate_all(
        "(found) => found.filter((each) => !each.closest('[data-question]')).length"
    )
    questions = desktop.shown()
    desktop.form.get_by_role("heading", name=desktop.case("MC")).focus()
    visited, stops = set(), 0
    while stops < 200:
        desktop.page.keyboard.press("Tab")
        at = desktop.here()
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
    for id in desktop.shown():
        question = desktop.qs.question(id)
        name = f"{numbers[id]}. {question.text}"
        group = desktop.form.get_by_role("group", name=name, exact=True)
        for label in desktop.qs.answers(question).values():
            expect(group.get_by_role("radio", name=label, exact=True)).to_have_count(1)
    first = desktop.form.get_by_role("group").get_by_role("radio", name="Convicted after trial")
    first.click()
    expect(first).to_be_checked()
    expect(desktop.form.get_by_role("status").first).to_contain_text("saved")


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
    desktop.button("Help and keys").click()
    findings += violations(desktop.page)
    desktop.page.keyboard.press("Escape")
    desktop.button("Check and submit").click()
    desktop.button("Submit this case").click(force=True)
    expect(desktop.form.locator(".ik-summary")).to_be_focused()
    findings += violations(desktop.page)
    theme(desktop.page, "JupyterLab Dark")
    findings += violations(desktop.page)
    desktop.first_page()
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
