"""An Area judged in a real browser: evidence recorded, a judgement refused, saved and rated."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from inspectkit.inspection import Inspection
from tests import small
from tests.browser.lab import browser_page
from tests.browser.served import Served

WHY = "Staff in every unit could say what their leaders ask of them first."


@pytest.fixture(scope="module")
def inspection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inspection]:
    place = tmp_path_factory.mktemp("weighing")
    found = small.drawn_with(place / "inspection", "area-assurance", MC=1, CC=1, RASSO=1)
    yield found
    found.store.close()


@pytest.fixture(scope="module")
def page(inspection: Inspection, browser_path: str) -> Iterator[Page]:
    """`inspectkit judge --page` as a program of its own."""
    home = inspection.folder.parent / "home"
    with (
        Served(inspection, home, "judge", "--page", "--by", "AB") as served,
        browser_page(browser_path) as page,
    ):
        page.goto(served.url)
        yield page


def record(page: Page, kind: str, source: str) -> None:
    page.get_by_label("Kind").select_option(label=kind)
    page.get_by_label("Who or what it comes from").fill(source)
    page.get_by_label("Its date").fill("2026-11-02")
    page.get_by_role("button", name="Record it").click()
    expect(page.get_by_role("row").filter(has_text=source)).to_be_visible()


def test_an_area_is_judged_on_two_sources_and_rated(page: Page, inspection: Inspection) -> None:
    expect(page.get_by_text("0 of 10 questions judged")).to_be_visible()
    record(page, "Interview", "Head of unit <b>")
    question = page.locator("[data-question=leadership]")
    question.get_by_role("radio", name="Excellent").check()
    question.get_by_role("checkbox", name="e1: Interview").check()
    question.get_by_label("Why: what the evidence shows").fill(WHY)
    question.get_by_role("button", name="Save this judgement").click()
    expect(question.get_by_role("status")).to_contain_text("1 source, 2 are needed")
    record(page, "Survey", "Staff")
    expect(question.get_by_role("checkbox", name="e1: Interview")).to_be_checked()
    question.get_by_role("checkbox", name="e2: Survey").check()
    question.get_by_role("button", name="Save this judgement").click()
    expect(question.get_by_role("status")).to_contain_text("saved by AB")
    expect(page.get_by_text("1 of 10 questions judged")).to_be_visible()
    casework = page.locator("[data-question=casework_assured]")
    casework.get_by_role("button", name="Record what the files scored").click()
    expect(casework.get_by_role("checkbox", name="e3: Scores of the files")).to_be_visible()
    assert not Axe().run(page).response["violations"]
    page.reload()
    expect(question.get_by_role("radio", name="Excellent")).to_be_checked()
    expect(question.get_by_label("Why: what the evidence shows")).to_have_value(WHY)
    row = inspection.store.judgements().set_index("question").loc["leadership"]
    assert (row["answer"], row["rests_on"], row["version"]) == ("excellent", ("e1", "e2"), 1)
    band = Inspection.open(inspection.folder).ratings.row("people", "all").band
    assert band is not None and band.id == "excellent"
