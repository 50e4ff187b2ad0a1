"""The rule editor in JupyterLab: boundaries by keys, by hand and by dragging, and what moves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from inspectkit.demo.marks import mark_case
from inspectkit.resources import folder
from tests.browser.lab import browser_page, open_notebook, running_lab
from tests.browser.test_editor import CELLS
from tests.small import make

# Inside a notebook axe takes nearly all texts for hidden, so their contrast is worked out here:
# texts under a root whose colour has less than 4.5 to 1 against the first opaque page behind them.
PALE = """(root) => {
    const parts = (text) => (text.match(/[0-9.]+/g) ?? []).map(Number);
    const light = ([r, g, b]) => [r, g, b].map((c) => c / 255)
        .map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
        .reduce((sum, c, at) => sum + c * [0.2126, 0.7152, 0.0722][at], 0);
    const behind = (element) => {
        for (let at = element; at; at = at.parentElement) {
            const colour = parts(getComputedStyle(at).backgroundColor);
            if (colour.length === 3 || colour[3] === 1) return colour;
        }
        return [255, 255, 255];
    };
    const pale = (element) => {
        const [a, b] = [light(parts(getComputedStyle(element).color)), light(behind(element))];
        return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) < 4.5;
    };
    const texts = [...document.querySelectorAll(`${root} *`)].filter((element) =>
        [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim())
        && !element.closest("[hidden], :disabled"));
    if (texts.length < 20) throw new Error(`only ${texts.length} texts found`);
    return texts.filter(pale).map((element) => element.outerHTML.slice(0, 80));
}"""


@dataclass
class Workshop:
    """The editor in the browser and the draft's file behind it."""

    page: Page
    draft: Path

    @property
    def form(self) -> Locator:
        return self.page.locator(".ik-rules")

    @property
    def status(self) -> Locator:
        return self.form.get_by_role("status").first

    def boundary(self, band: str) -> Locator:
        return self.form.get_by_role("slider", name=f"{band} begins")


@pytest.fixture(scope="module")
def workshop(browser_path: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    place = tmp_path_factory.mktemp("rules")
    inspection = make(place / "work" / "inspection", MC=4, CC=3, RASSO=2)
    sample = inspection.draw("a seed", uncommitted="test")
    for subject in sample.drawn["id"]:
        mark_case(inspection.store, subject, sample.head["key"])
    inspection.store.close()
    notebook = json.loads((folder("notebooks") / "00_rules.ipynb").read_text("utf-8"))
    cell = next(each for each in notebook["cells"] if each["cell_type"] == "code")
    cell["source"] = ['draft, based_on = "stricter.yaml", "area-inspection@1"\n',
                      'inspection = "inspection"']  # fmt: skip
    (place / "work" / "rules.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    with running_lab(place / "work", place / "private") as lab, browser_page(browser_path) as page:
        open_notebook(page, lab, "rules.ipynb")
        found = Workshop(page, place / "work" / "stricter.yaml")
        expect(found.form.get_by_role("heading", name="Figures")).to_be_visible(timeout=60_000)
        yield found


def test_a_boundary_moves_by_keys_by_hand_and_by_dragging(workshop: Workshop) -> None:
    cells = workshop.page.evaluate(CELLS)
    top = "Fully meeting the standard"
    workshop.boundary(top).focus()
    workshop.page.keyboard.press("ArrowRight")
    expect(workshop.status).to_contain_text("saved ", timeout=30_000)
    assert 'at_least: "71%"' in workshop.draft.read_text("utf-8")
    expect(workshop.boundary(top)).to_be_focused()
    for key in ("m", "x", "d", "d"):  # none of them reaches the notebook
        workshop.page.keyboard.press(key)
    assert workshop.page.evaluate(CELLS) == cells

    field = workshop.form.get_by_label(f"{top}, from")
    field.fill("55%")
    field.press("Enter")
    expect(workshop.status).to_contain_text("not saved: it does not start below the band before")
    expect(workshop.form.get_by_label(f"{top}, from")).to_have_value("71%")

    handle, ruler = workshop.boundary(top).bounding_box(), workshop.form.locator(".ik-ruler")
    line = ruler.bounding_box()
    assert handle and line
    y = handle["y"] + handle["height"] / 2
    workshop.page.mouse.move(handle["x"] + handle["width"] / 2, y)
    workshop.page.mouse.down()
    workshop.page.mouse.move(line["x"] + 0.9 * line["width"], y, steps=8)
    workshop.page.mouse.up()
    expect(workshop.boundary(top)).to_have_attribute("aria-valuetext", "90%", timeout=30_000)
    assert 'at_least: "90%"' in workshop.draft.read_text("utf-8")
    expect(workshop.form.get_by_text("of this inspection would move")).to_be_visible()
    expect(workshop.form.get_by_role("region", name="Worked examples, Figures")).to_contain_text(
        "89.99%"
    )

    tried = workshop.form.get_by_label("Try a value")
    tried.fill("27/30")
    tried.press("Enter")
    expect(workshop.form.locator("output")).to_have_text(f"9/10 = 0.9: {top}")
    workshop.form.get_by_role("button", name="Undo").click()
    expect(workshop.boundary(top)).to_have_attribute("aria-valuetext", "71%", timeout=30_000)


def test_axe_finds_nothing_in_light_and_dark_and_a_narrow_page_holds_it(workshop: Workshop) -> None:
    for theme in ("JupyterLab Dark", "JupyterLab Light"):
        workshop.page.evaluate(
            "(theme) => jupyterapp.commands.execute('apputils:change-theme', { theme })", theme
        )
        light = "true" if theme.endswith("Light") else "false"
        workshop.page.wait_for_selector(f"body[data-jp-theme-light={light}]", state="attached")
        workshop.page.wait_for_timeout(300)
        found = Axe().run(workshop.page, context=".ik-rules").response["violations"]
        assert not [f"{each['id']}: {each['nodes'][0]['html']}" for each in found], theme
        assert workshop.page.evaluate(PALE, ".ik-rules") == [], theme
    wide = workshop.page.evaluate(
        """() => {
            const form = document.querySelector(".ik-rules");
            form.style.width = "320px";
            const body = form.querySelector(".ik-body");
            const over = Math.max(form.scrollWidth - form.clientWidth,
                                  body.scrollWidth - body.clientWidth);
            form.style.width = "";
            return over;
        }"""
    )
    assert wide == 0
