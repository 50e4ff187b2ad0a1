"""Items in a file, in a real browser: added, marked one by one, taken back, or none of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests import small
from tests.browser.desktop import SAVED
from tests.browser.lab import browser_page
from tests.browser.served import Served


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    place = tmp_path_factory.mktemp("items")
    inspection = small.drawn_with(place / "inspection", "defence-correspondence", MC=2, CC=1)
    with Served(inspection, place / "private") as found:
        yield found
    inspection.store.close()


@pytest.fixture(scope="module")
def page(served: Served, browser_path: str) -> Iterator[Page]:
    with browser_page(browser_path) as page:
        page.goto(served.url)
        yield page


def opened(served: Served, page: Page, at: int) -> str:
    subject = str(served.inspection.sample.drawn.query("stratum == 'MC'")["id"].iloc[at])
    page.goto(served.url)
    page.get_by_role("row", name=subject).get_by_role("button").click()
    expect(page.get_by_role("heading", name=subject)).to_be_visible()
    return subject


def answer_the_rest(page: Page) -> None:
    """The first answer, or a day, to whatever is unanswered."""
    button = page.get_by_role("button", name="Next unanswered")
    while button.count():
        button.click()
        at = page.evaluate("document.activeElement.closest('[data-question]').dataset.question")
        box = page.locator(f"[data-question='{at}']")
        if box.get_by_role("radio").count():
            box.get_by_role("radio").first.click()
        else:
            box.locator("input, textarea").first.fill("2026-03-02")
            page.keyboard.press("Enter")
        expect(box.locator(".ik-status")).to_have_text(SAVED)


def test_each_item_of_a_file_gets_its_page_and_its_answers(served: Served, page: Page) -> None:
    subject = opened(served, page, 0)
    page.get_by_role("button", name="Found: item of correspondence").click()
    for name in ("2 March, Quill & Co", "9 March, Quill & Co", "a mistake"):
        page.get_by_label("Name it by: date of arrival and sender").fill(name)
        page.get_by_role("button", name="Add item of correspondence").click()
        expect(page.locator("h3:visible")).to_contain_text(name)
        page.get_by_role("button", name="Found: item of correspondence").click()
    assert not Axe().run(page).response["violations"]
    page.get_by_role("button", name="Take back item of correspondence 3").click()
    expect(page.get_by_role("list").get_by_text("a mistake")).to_be_hidden()
    page.get_by_role("button", name="2 March, Quill & Co").click()
    expect(page.get_by_role("heading", name="Item of correspondence 1: 2 March")).to_be_focused()
    kind = page.locator("[data-question='kind@1']")
    kind.get_by_role("radio", name="Disclosure or an explanation of it").click()
    expect(page.locator("[data-question='disclosure_considered@1']")).to_be_visible()
    expect(page.locator("[data-question='disclosure_considered@2']")).to_be_hidden()
    answer_the_rest(page)
    page.get_by_role("button", name="Check and submit").click()
    page.get_by_role("button", name="Submit this case").click()
    expect(page.locator(".ik-state")).to_have_text("Submitted")
    case = served.inspection.store.case(subject, "AB")
    assert case.complete and [each.named[:7] for each in case.items.values()] == [
        *("2 March", "9 March")
    ]
    assert case.items["1"].answers["kind"].answer == "disclosure"
    assert len(case.items["2"].answers) >= 5


def test_a_page_that_does_not_apply_is_set_aside_at_once(served: Served, page: Page) -> None:
    subject = str(served.inspection.sample.drawn.query("stratum == 'CC'")["id"].iloc[0])
    page.goto(served.url)
    page.get_by_role("row", name=subject).get_by_role("button").click()
    choice = page.locator("[data-question='represented_from']")
    choice.get_by_role("radio", name="At the first hearing").click()
    expect(choice.locator(".ik-status")).to_have_text(SAVED)
    page.get_by_text("Nothing on this page applies to this case").click()
    page.get_by_label("Because:").select_option(label="It did not arise in this case")
    page.get_by_role("button", name="Mark all that is unanswered as not applicable").click()
    kept = page.locator("[data-question='log_kept']")
    expect(kept.get_by_role("radio", name="Not applicable")).to_be_checked()
    assert not Axe().run(page).response["violations"]
    answers = served.inspection.store.case(subject, "AB").answers
    assert answers["log_kept_na_reason"].answer == "did_not_arise"


def test_a_file_without_any_is_sent_in_only_once_that_is_said(served: Served, page: Page) -> None:
    subject = opened(served, page, 1)
    answer_the_rest(page)
    page.get_by_role("button", name="Check and submit").click()
    expect(page.get_by_role("heading", name="Say first what the file holds")).to_be_visible()
    page.get_by_role("button", name="Item of correspondence", exact=True).click()
    page.get_by_role("button", name="There is no item of correspondence in this file").click()
    expect(page.get_by_text("as you said")).to_be_visible()
    page.get_by_role("button", name="Check and submit").click()
    page.get_by_role("button", name="Submit this case").click()
    expect(page.locator(".ik-state")).to_have_text("Submitted")
    marks = served.inspection.store.reviews().marks
    kind = marks[(marks["subject"] == subject) & (marks["question"] == "kind")]
    assert kind["state"].tolist() == ["closed"]
