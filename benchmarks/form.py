"""Measures the marking form against a plain ipywidgets form of the same size, in one JupyterLab.

    python benchmarks/form.py            # 120 clicks on each form: two minutes
    python benchmarks/form.py --quick    # 20 clicks: does everything run?
    python benchmarks/form.py --json     # the same numbers for a program

Needs: pip install "inspectkit[test]", and Chromium, Chrome or Edge. All times are taken inside the
page, from the click on an answer. For the marking form to the moment the page says "saved", which
it does once SQLite has committed; for the plain form, whose handler stores nothing, to the moment a
label shows that the kernel heard of it. Routing: until the page has opened or closed the question
that hangs on the answer; until it is laid out too is printed beside it.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from statistics import median, quantiles
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import nbformat
from playwright.sync_api import Page, expect

import run
from inspectkit.inspection import Inspection
from tests.browser.lab import Lab, browser_page, open_notebook, running_lab
from tests.small import eligible, make

PLAIN = """
import ipywidgets as w

ANSWERS = ["Fully met", "Partially met", "Not met", "Not applicable"]
boxes = []
for number in range({questions}):
    radios, note, said = w.RadioButtons(options=ANSWERS, value=None), w.Textarea(), w.Label("")
    text = w.HTML(f"<b>{{number + 1}}. Was this done as it should be?</b>")
    box = w.VBox([text, radios, note, said])
    box.add_class("plain-question")
    said.add_class("plain-said")

    def chosen(change, number=number, said=said):
        if number % 2 == 0:  # the next question is asked only where something was amiss
            boxes[number + 1].layout.display = "none" if change["new"] == "Fully met" else ""
        said.value = f"heard {{change['new']}}"

    radios.observe(chosen, "value")
    boxes.append(box)
for box in boxes[1::2]:
    box.layout.display = "none"
w.VBox(boxes).add_class("plain-form")
"""
# Clicks one answer after the other; milliseconds until the question's line says what is looked for.
CLICKS = """async ([picks, line, sign]) => {
    const times = [];
    for (const pick of picks) {
        const input = document.querySelector(pick);
        if (input.disabled || input.checked || !input.getClientRects().length) continue;
        const said = input.closest("[data-question], .plain-question").querySelector(line);
        const before = said.textContent;
        const seen = new Promise((done, fail) => {
            setTimeout(() => fail(new Error(`no reply to ${pick}`)), 20_000);
            const look = () => said.textContent.startsWith(sign) && said.textContent !== before;
            const watcher = new MutationObserver(() => {
                if (look() || (sign === "saved" && said.textContent.startsWith(sign))) {
                    watcher.disconnect();
                    done(performance.now());
                }
            });
            watcher.observe(said, { childList: true, characterData: true, subtree: true });
        });
        const start = performance.now();
        input.click();
        times.push(await seen - start);
        await new Promise((rest) => setTimeout(rest, 120));
    }
    return times;
}"""
# Milliseconds from a click until the page has opened or closed the question that hangs on it, and
# until that is laid out as well.
ROUTES = """async ([picks, follower]) => {
    const judged = [], laid = [];
    const question = document.querySelector(follower);
    for (const pick of picks) {
        const changed = new Promise((done, fail) => {
            setTimeout(() => fail(new Error(`nothing follows ${pick}`)), 20_000);
            const watcher = new MutationObserver(() => {
                watcher.disconnect();
                done(performance.now());
            });
            watcher.observe(question, { attributeFilter: ["hidden", "style"] });
        });
        const start = performance.now();
        document.querySelector(pick).click();
        judged.push(await changed - start);
        question.getClientRects();
        laid.push(performance.now() - start);
        await new Promise((rest) => setTimeout(rest, 150));
    }
    return { judged, laid };
}"""


def plain_notebook(place: Path, questions: int) -> str:
    """The competitor, as a notebook beside the marking form's own."""
    book = nbformat.v4.new_notebook()  # without a kernel's name JupyterLab would ask for one
    book.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3 (ipykernel)"}
    book.cells = [nbformat.v4.new_code_cell(PLAIN.format(questions=questions))]
    nbformat.write(book, place / "notebooks" / "plain.ipynb")
    return "notebooks/plain.ipynb"


def measure(browser: str, folder: Path, clicks: int) -> dict[str, Any]:
    """Both forms, one after the other on one server."""
    place = folder / "inspection"
    inspection = make(place, eligible({"MC": 4, "CC": 5, "RASSO": 3}), MC=2, CC=2, RASSO=1)
    inspection.draw("benchmark")
    with running_lab(place, folder / "private") as lab:
        ours = in_page(
            browser, lab, "notebooks/03_mark.ipynb", lambda p, f: marked(p, f, inspection, clicks)
        )
        plain = in_page(browser, lab, plain_notebook(place, 60), lambda p, f: clicked(p, f, clicks))
    inspection.store.close()
    return {"ours": ours, "plain": plain}


def in_page(browser: str, lab: Lab, notebook: str, work: Any) -> dict[str, Any]:
    frames: list[Any] = []

    def listen(socket: Any) -> None:
        if "/channels" in socket.url:
            for event in ("framesent", "framereceived"):
                socket.on(event, lambda frame: frames.append(frame))

    with browser_page(browser) as page:
        page.on("websocket", listen)
        open_notebook(page, lab, notebook)
        return work(page, frames)


def marked(page: Page, frames: list[Any], inspection: Inspection, clicks: int) -> dict[str, Any]:
    """The marking form: what opening a second case sends, then clicks to commits."""
    cases = list(inspection.sample.drawn.query("stratum == 'CC'")["id"])
    form = page.locator(".ik-form")
    for subject in reversed(cases):
        expect(form.get_by_role("heading", name="My cases")).to_be_visible()
        quiet(page, frames)
        form.get_by_role("row", name=subject).get_by_role("button").click()
        expect(form.get_by_role("heading", name=subject)).to_be_visible()
        page.wait_for_timeout(200)
        messages = len(frames)
        if subject != cases[0]:
            form.get_by_role("button", name="← My cases").click()
    opening = "[data-question=case_outcome]"
    follower = "[data-question=first_hearing_plea]"
    pair = [f"{opening} input[value=guilty_plea]", f"{opening} input[value=convicted]"]
    page.locator(pair[1]).click()
    expect(page.locator(f"{opening} .ik-status")).to_contain_text("saved")
    routes = page.evaluate(ROUTES, [pair * max(3, clicks // 4), follower])
    shown = page.locator("[data-question]:visible").evaluate_all(
        "(f) => f.map((e) => e.dataset.question)"
    )
    answers = {
        id: list(inspection.question_set.answers(inspection.question_set.question(id)))
        for id in shown
    }
    turn = [
        f"[data-question={id}] input[value={answers[id][at % 2]}]"
        for at in range(clicks)
        for id in shown
        if id not in ("case_outcome", "first_hearing_plea")
    ]
    times = page.evaluate(CLICKS, [turn[:clicks], ".ik-status", "saved"])
    return {
        "messages": messages,
        "saved": times,
        "routing": routes,
        "stops": tab_stops(page, ".ik-form"),
    }


def quiet(page: Page, frames: list[Any]) -> None:
    """Until a heartbeat has passed, so that none falls into what is counted."""
    frames.clear()
    while not any("beat" in str(frame) for frame in frames):
        page.wait_for_timeout(20)
    page.wait_for_timeout(300)
    frames.clear()


def clicked(page: Page, frames: list[Any], clicks: int) -> dict[str, Any]:
    """The plain form: clicks to the label that says the kernel heard of it."""
    page.locator(".plain-question").first.wait_for()
    page.wait_for_timeout(1500)
    messages = len(frames)
    box = ".plain-form > .plain-question:nth-child({})"
    first = box.format(1)
    choice = first + " label:nth-child({}) input"
    routes = page.evaluate(
        ROUTES, [[choice.format(2), choice.format(1)] * max(3, clicks // 4), box.format(2)]
    )
    turn = [
        f"{box.format(number)} label:nth-child({at % 2 + 1}) input"
        for at in range(clicks)
        for number in range(3, 60, 2)
    ]
    times = page.evaluate(CLICKS, [turn[:clicks], ".plain-said", "heard"])
    return {
        "messages": messages,
        "heard": times,
        "routing": routes,
        "stops": tab_stops(page, ".plain-form"),
    }


def tab_stops(page: Page, within: str) -> int:
    """Elements of the form that Tab can reach; a group of radios of one name is one stop."""
    return page.evaluate(
        """(within) => {
            const all = document.querySelector(within).querySelectorAll(
                "button, summary, input, textarea, select, [tabindex]");
            const stops = [...all].filter((each) => each.tabIndex >= 0 && !each.disabled
                && each.getClientRects().length);
            const names = new Set();
            return stops.filter((each) => each.type !== "radio" || !each.name
                || (!names.has(each.name) && names.add(each.name))).length;
        }""",
        within,
    )


def judged(found: dict[str, Any]) -> list[dict[str, Any]]:
    """The targets, each with what was measured in this run."""
    ours, plain = found["ours"], found["plain"]
    saved, heard = p95(ours["saved"]), p95(plain["heard"])
    routing = p95(ours["routing"]["judged"]) / heard
    rows = [
        ("messages to open a case after the first", ours["messages"], 5),
        ("p95 click → committed ÷ plain form's click → heard", saved / heard, 1),
        ("p95 routing ÷ plain form's click → heard", routing, 1 / 20),
    ]
    return [
        {"target": name, "measured": each, "most": most, "met": each <= most}
        for name, each, most in rows
    ]


def p95(times: list[float]) -> float:
    return quantiles(times, n=20, method="inclusive")[-1]


def show(result: dict[str, Any]) -> None:
    """The numbers as a table."""
    where = result["machine"]
    print(f"{where['system']}, {where['cores']} cores, Python {where['python']}")
    print(", ".join(f"{name} {number}" for name, number in where["versions"].items()))
    print(f"\n{'milliseconds':34}{'p50':>8}{'p95':>8}")
    for name, form, what in (
        ("marking form, click → committed", "ours", "saved"),
        ("plain form, click → heard", "plain", "heard"),
        ("marking form, routing", "ours", "judged"),
        ("plain form, routing", "plain", "judged"),
        ("marking form, routing, laid out", "ours", "laid"),
        ("plain form, routing, laid out", "plain", "laid"),
    ):
        measured = result["measurements"][form]
        times = measured.get(what) or measured["routing"][what]
        print(f"{name:34}{median(times):8.1f}{p95(times):8.1f}")
    for form in ("ours", "plain"):
        each = result["measurements"][form]
        print(f"{form}: {each['messages']} messages to show it, {each['stops']} tab stops")
    print()
    for row in result["targets"]:
        said = "met" if row["met"] else "MISSED"
        print(f"{row['target']:54} at most {row['most']:>5} {row['measured']:>7.3f}  {said}")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="20 clicks on each form")
    parser.add_argument("--json", action="store_true", help="print JSON")
    given = parser.parse_args(arguments)
    browser = run.find_browser()
    if browser is None:
        print(f"no browser found. {run.BROWSER_REMEDY}.", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="form-") as folder:
        found = measure(browser, Path(folder), 20 if given.quick else 120)
    packages = ["anywidget", "ipywidgets", "jupyterlab", "sqlalchemy"]
    machine = {
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in packages},
    }
    result = {"machine": machine, "measurements": found, "targets": judged(found)}
    print(json.dumps(result, indent=1)) if given.json else show(result)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
