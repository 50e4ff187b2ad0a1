"""A JupyterLab for each file of tests of the marking form, with a sample of ten cases in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.desktop import Desktop
from tests.browser.lab import browser_page, open_notebook, running_lab
from tests.small import eligible, make

NOTEBOOK = "notebooks/03_mark.ipynb"


# Not the folder's: one that was left open to the end of the run would keep a processor busy.
@pytest.fixture(scope="module")
def desktop(browser_path: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desktop]:
    place = tmp_path_factory.mktemp("marking")
    lines = eligible({"MC": 7, "CC": 6, "RASSO": 3}, outcome="Guilty plea")
    inspection = make(place / "inspection", lines, MC=5, CC=4, RASSO=1)
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


@pytest.fixture(autouse=True)
def nothing_given(request: pytest.FixtureRequest) -> None:
    if "desktop" in request.fixturenames:
        desktop = request.getfixturevalue("desktop")
        desktop.given.clear()
        desktop.keys = 0
