"""Every kind of question in the form: dates, numbers, texts, several answers, worked out ones."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from inspectkit.questions import QuestionSet
from inspectkit.review import Store
from inspectkit.sampling import draw
from inspectkit.widgets.marking import Desk
from inspectkit.widgets.marking.page import script, style
from tests.browser.held import hold
from tests.browser.lab import browser_page
from tests.small import eligible, make

KINDS = """\
id: kinds
revision: 1
label: Every kind of question
source: written for the tests
verified: false
casework_types: [{id: MC, label: Magistrates}, {id: CC, label: Crown Court}, {id: RASSO, label: RASSO}]
facts:
  - {id: finalised, label: Finalised, type: date}
  - {id: outcome, label: Outcome, values: [{id: guilty_plea, label: Guilty plea}, {id: convicted, label: Convicted}]}
scales:
  - {id: standard, label: Standard, answers: [{id: fm, label: Met, points: 1}, {id: nm, label: Not met, points: 0}]}
themes: [{id: letters, label: Letters}]
questions:
  - {id: how, text: How did it end?, type: choice, prefill: outcome, page: letters,
     choices: [{id: guilty_plea, label: Guilty plea}, {id: convicted, label: Convicted}]}
  - {id: sent, text: When was the letter sent?, type: date, page: letters,
     must: [{that: "${sent} >= ${finalised}", message: Not before the case ended}]}
  - {id: days, text: Working days, type: calculated, calculate: "working-days-between(${finalised}, ${sent})",
     page: letters, unit: days}
  - {id: timely, text: Was it in time?, scale: standard, themes: [letters], suggest: "if(${days} <= 5, 'fm', 'nm')"}
  - {id: ways, text: How was it sent?, type: multiple, page: letters,
     choices: [{id: post, label: By post}, {id: mail, label: By e-mail}, {id: hand, label: By hand}]}
  - {id: pages, text: How many pages has it?, type: number, whole: true, min: 1, max: 40, unit: pages, page: letters}
  - {id: why, text: Why was it late?, type: text, page: letters, applies_when: "${days} > 5"}
"""  # noqa: E501


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    place = tmp_path_factory.mktemp("kinds")
    lines = eligible({"MC": 4, "CC": 3, "RASSO": 2}, outcome="Guilty plea")
    inspection = make(place / "inspection", lines, MC=2, CC=1, RASSO=1)
    path = place / "question_set.yaml"
    path.write_text(KINDS, encoding="utf-8")
    made = Store(place / "inspection.db")
    made.start(draw(inspection.frame, inspection.design, seed="kinds"), QuestionSet.load(path))
    yield made
    made.close()


@pytest.fixture(scope="module")
def browser(browser_path: str) -> Iterator[Page]:
    with browser_page(browser_path) as page:
        yield page


@pytest.fixture
def page(browser: Page, store: Store, request: pytest.FixtureRequest) -> Page:
    """The form at a case of this test's own."""
    hold(browser, Desk(store, "AB"), script=script(), style=style())
    subject = list(store.sample().drawn["id"])[getattr(request, "param", 0)]
    browser.get_by_role("row", name=subject).get_by_role("button").click()
    expect(browser.get_by_role("heading", name=subject)).to_be_visible()
    return browser


def question(page: Page, id: str) -> Locator:
    return page.locator(f"[data-question={id}]")


def saved(page: Page, id: str) -> None:
    expect(question(page, id).locator(".ik-status")).to_contain_text("saved ")


def test_each_kind_is_answered_by_keyboard_and_kept_in_its_one_form(
    page: Page, store: Store
) -> None:
    page.get_by_role("button", name="Next unanswered").press("Enter")
    expect(question(page, "how").get_by_text("The caseload says: Guilty plea.")).to_be_visible()
    page.keyboard.press("1")  # the fact confirmed; on to the date
    page.keyboard.insert_text("10/2/2026")
    page.keyboard.press("Enter")
    saved(page, "sent")
    expect(question(page, "days").locator(".ik-worked")).to_have_text("5 days")
    expect(question(page, "timely").get_by_text("Proposed: Met.")).to_be_visible()
    page.keyboard.press("1")
    for key in ("1", "3"):  # several answers, each ticked by its digit
        page.keyboard.press(key)
    page.keyboard.press("j")
    page.keyboard.insert_text("3")
    page.keyboard.press("Enter")
    saved(page, "pages")
    expect(question(page, "why")).to_be_hidden()
    kept = store.case(page.locator(".ik-title h2").inner_text(), "AB")
    assert {name: each.answer for name, each in kept.answers.items()} == {
        "how": "guilty_plea",
        "sent": "2026-02-10",
        "timely": "fm",
        "ways": "post hand",
        "pages": "3",
    }
    assert kept.values["days"] == "5" and kept.complete
    assert not Axe().run(page).response["violations"]


@pytest.mark.parametrize("page", [1], indirect=True)
def test_what_cannot_be_an_answer_is_refused_beside_its_question_and_stays_to_be_mended(
    page: Page, store: Store
) -> None:
    sent, pages = question(page, "sent"), question(page, "pages")
    for box, wrong, why in (
        (sent, "31/2/2026", "not saved"),
        (sent, "1/2/2026", "Not before the case ended"),
        (pages, "41", "not saved"),
        (pages, "2.5", "not saved"),
    ):
        box.get_by_role("textbox").first.fill(wrong)
        box.get_by_role("textbox").first.blur()
        expect(box.locator(".ik-status")).to_contain_text(why)
        expect(box.get_by_role("textbox").first).to_have_value(wrong)
    assert store.case(page.locator(".ik-title h2").inner_text(), "AB").answers == {}
    sent.get_by_role("textbox").first.fill("20.2.2026")
    sent.get_by_role("textbox").first.blur()
    saved(page, "sent")
    expect(question(page, "why")).to_be_visible()  # late, so the reason is asked for
    question(page, "timely").get_by_role("radio", name="Met", exact=True).click()
    expect(question(page, "timely").locator(".ik-status")).to_contain_text("evidence still needed")


@pytest.mark.parametrize("page", [2], indirect=True)
def test_an_answer_stays_in_the_page_while_the_store_is_locked_and_the_page_says_so(
    page: Page, store: Store
) -> None:
    met = question(page, "how").get_by_role("radio", name="Guilty plea")
    other = sqlite3.connect(store.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        met.click()
        status = question(page, "how").locator(".ik-status")
        expect(status).to_contain_text("not saved yet: another program is writing", timeout=6_000)
        expect(met).to_be_checked()
    finally:
        other.execute("ROLLBACK")
        other.close()
    question(page, "how").get_by_role("button", name="Save mine").click()
    saved(page, "how")
    kept = store.case(page.locator(".ik-title h2").inner_text(), "AB").answers["how"]
    assert (kept.answer, kept.version) == ("guilty_plea", 1)


@pytest.mark.parametrize("page", [0], indirect=True)
def test_nothing_is_cut_off_at_twice_the_size_and_on_narrow_screens(page: Page) -> None:
    def wider() -> int:
        return page.evaluate("document.documentElement.scrollWidth - innerWidth")

    for width, height in ((640, 450), (480, 800), (320, 640)):  # 640 pixels: 1280 at 200 %
        page.set_viewport_size({"width": width, "height": height})
        for tab in page.locator(".ik-tab").all():
            tab.click()
            assert wider() <= 0, (width, tab.inner_text())
        page.get_by_role("button", name="Help and keys").click()
        assert wider() <= 0, (width, "help")
        page.get_by_role("button", name="Close").click()
        page.get_by_role("button", name="← My cases").click()
        assert wider() <= 0, (width, "My cases")
        page.get_by_role("button", name="Resume").first.click()
        page.locator(".ik-tab").first.wait_for()
    page.set_viewport_size({"width": 1280, "height": 900})
