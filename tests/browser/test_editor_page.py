"""The editor on a page of its own: limits, causes and scales changed without touching the file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from inspectkit.questions import QuestionSet
from inspectkit.questions.versions import versions
from tests.browser.lab import browser_page
from tests.browser.served import Served
from tests.test_editor import SET


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("page") / "letters"
    (made / "guidance").mkdir(parents=True)
    (made / "question_set.yaml").write_text(SET, encoding="utf-8")
    for name in ("answer_given", "chased", "tone"):
        (made / "guidance" / f"{name}.md").write_text("Look.\n", encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def page(place: Path, browser_path: str) -> Iterator[Page]:
    """`inspectkit questions edit` as a program of its own."""
    with (
        Served(place, place.parent / "home", "questions edit", "--by", "AB") as served,
        browser_page(browser_path) as page,
    ):
        page.goto(served.url)
        yield page


def rows(page: Page, legend: str) -> Locator:
    return page.get_by_role("group", name=legend)


def saved(page: Page) -> None:
    expect(page.locator(".ik-header").get_by_role("status")).to_contain_text("saved ")


def test_limits_and_causes_are_rows_and_the_file_keeps_its_notes(page: Page, place: Path) -> None:
    notes = re.findall("#.*", SET)
    page.locator("[data-row=tone]").get_by_role("button").click()
    limits = rows(page, "What the answer must meet")
    limits.get_by_role("button", name="Add a limit").click()
    limits.get_by_label("Must hold").fill("${answer_given} = 'yes'")
    limits.get_by_label("What is said if it does not").fill("Only where one was given")
    causes = rows(page, "Causes to choose from when it falls short")
    for at, cause in enumerate(("It was cold", "Other")):
        causes.get_by_role("button", name="Add a cause").click()
        causes.get_by_label("Label").nth(at).fill(cause)
        page.keyboard.press("Tab")
        saved(page)
    page.get_by_role("button", name="Scales").click()
    expect(page.get_by_role("heading", name="Scales, themes and tags")).to_be_visible()
    scale = rows(page, "Scale: Standard")
    scale.get_by_role("button", name="Add an answer").click()
    scale.get_by_label("Label").last.fill("Not applicable")
    scale.get_by_label("Not applicable: out of the base").last.check()
    expect(page.locator(".ik-tab").first).to_contain_text("to mend")
    assert not Axe().run(page).response["violations"]
    qs = QuestionSet.load(place)
    tone = qs.question("tone")
    assert [each.message for each in tone.must] == ["Only where one was given"]
    assert tone.causes is not None
    assert [(each.id, each.label) for each in tone.causes.options] == [
        ("it_was_cold", "It was cold"),
        ("other", "Other"),
    ]
    assert qs.scale("standard").answers[-1].excluded
    assert re.findall("#.*", (place / "question_set.yaml").read_text("utf-8")) == notes


def test_what_the_check_doubts_is_published_only_with_a_reason(page: Page, place: Path) -> None:
    page.get_by_role("button", name="Publish").first.click()
    doubts = page.get_by_role("list").filter(has_text="gives no example of")
    expect(doubts).to_be_visible()
    page.get_by_label("Why, for those who ask").fill("First version")
    publish = page.get_by_role("button", name="Publish", exact=True).last
    publish.click()
    expect(page.get_by_text("Not published:")).to_contain_text("say why it may stand")
    assert not versions(place)
    page.get_by_label("Why these doubts may stand").fill("A trial round")
    publish.click()
    expect(page.get_by_text("Published letters@1 as versions/r1.yaml")).to_be_focused()
    assert list(versions(place)) == [1]
