"""Planning and drawing in JupyterLab: sliders change the chart of bands; a seed draws a sample."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from inspectkit.inspection import Inspection
from tests.browser.lab import Lab, browser_page, open_notebook, running_lab
from tests.browser.test_verify_page import picture
from tests.small import footprint, make

# JupyterLab draws only the cells in view
SCROLL = """async () => {
    const notebook = window.jupyterapp.shell.currentWidget.content;
    const holds = (cell) => cell.model.sharedModel.getSource().includes("explore(plan)");
    const place = notebook.widgets.findIndex(holds);
    notebook.activeCellIndex = place;
    await notebook.scrollToItem(place, "start");
}"""


def test_sliders_change_the_chances_of_the_bands_and_store_nothing(
    browser_path: str, tmp_path: Path
) -> None:
    inspection = make(tmp_path / "inspection")
    with running_lab(inspection.folder, tmp_path / "private") as lab:
        with browser_page(browser_path) as page:
            page.set_default_timeout(60_000)
            open_notebook(page, lab, "notebooks/01_plan.ipynb")
            page.evaluate(SCROLL)
            sliders = page.get_by_role("slider")
            expect(sliders.first).to_be_visible(timeout=120_000)
            expect(figure(page, 5)).to_be_visible(timeout=60_000)
            kept = footprint(inspection.folder / "notebooks")
            sliders.first.focus()
            for _ in range(5):
                page.keyboard.press("ArrowUp")
            expect(figure(page, 10)).to_be_visible(timeout=60_000)
            expect(figure(page, 5)).to_have_count(0)
            picture(page, "planning-sliders")
            assert footprint(inspection.folder / "notebooks") == kept
            assert not (inspection.folder / "sample" / "manifest.json").exists()
            draws_by_the_seed_written_into_the_notebook(page, lab, inspection)


def draws_by_the_seed_written_into_the_notebook(
    page: Page, lab: Lab, inspection: Inspection
) -> None:
    path = inspection.folder / "notebooks" / "02_draw.ipynb"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('seed = \\"\\"', 'seed = \\"4 1 6 2 5 3\\"'), encoding="utf-8")
    open_notebook(page, lab, "notebooks/02_draw.ipynb")
    expect(page.get_by_text("The sample is drawn.", exact=True)).to_be_visible(timeout=60_000)
    expect(page.get_by_text("ok  the seed is the one that was sealed")).to_be_visible()
    picture(page, "drawing")
    assert Inspection.open(inspection.folder).sample.head["seed"] == "4 1 6 2 5 3"


def figure(page: Page, n: int) -> Locator:
    """The chart of band chances for a sample of n cases."""
    return page.get_by_role("figure", name=re.compile(f"with {n} cases and a truth of"))
