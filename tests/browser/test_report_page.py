"""The report page in a real browser: no barrier that axe finds, no request, no overflow."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from axe_playwright_python.sync_playwright import Axe

from inspectkit.report.compose import compose, page
from inspectkit.report.notebook import run
from inspectkit.resources import folder
from tests import report_specimen
from tests.browser.lab import browser_page


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    made = tmp_path_factory.mktemp("page")
    insp = report_specimen.inspection(made / "area")
    parameters = {"folder": str(insp.folder), **report_specimen.PARAMETERS}
    executed = run(folder("notebooks") / "06_report.ipynb", parameters)
    path = made / "report.html"
    path.write_text(page(compose(executed)), encoding="utf-8", newline="\n")
    return path.as_uri()


@pytest.fixture
def shown(browser_path, address):
    with browser_page(browser_path) as sheet:
        heard = []
        sheet.on("dialog", lambda dialog: (heard.append(dialog.message), dialog.dismiss()))
        sheet.on("pageerror", lambda error: heard.append(str(error)))
        sheet.on(
            "request",
            lambda request: (
                heard.append(request.url)
                if not request.url.startswith(("file:", "data:"))
                else None
            ),
        )
        sheet.goto(address)
        yield sheet
        assert heard == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 400])
def test_axe_finds_nothing_and_nothing_overflows(shown, width, scheme):
    shown.set_viewport_size({"width": width, "height": 900})
    shown.emulate_media(color_scheme=scheme)
    found = Axe().run(shown)
    broken = [(each["id"], each["nodes"][0]["html"]) for each in found.response["violations"]]
    assert broken == []
    assert shown.evaluate("document.documentElement.scrollWidth") <= width


def test_a_keyboard_reaches_the_report_first_and_scrolls_its_tables(shown):
    shown.keyboard.press("Tab")
    assert shown.evaluate("document.activeElement.textContent") == "Skip to the report"
    shown.keyboard.press("Enter")
    assert shown.evaluate("document.activeElement.id") == "main"
    shown.keyboard.press("Tab")
    assert shown.evaluate("document.activeElement.getAttribute('role')") == "region"


def test_headings_descend_step_by_step_and_the_contents_list_leads_to_them(shown):
    levels = shown.evaluate(
        "[...document.querySelectorAll('main h1, main h2, main h3')].map(h => +h.tagName[1])"
    )
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))
    links = shown.evaluate(
        "[...document.querySelectorAll('nav a')]"
        ".map(a => document.querySelector(a.hash)?.textContent)"
    )
    assert links == shown.evaluate(
        "[...document.querySelectorAll('main h2, main h3')].map(h => h.textContent)"
    )


def test_landmarks_are_named(shown):
    tree = shown.locator("body").aria_snapshot()
    for landmark in ("banner", 'navigation "Contents"', "main", "contentinfo"):
        assert re.search(rf"- {landmark}", tree), landmark
