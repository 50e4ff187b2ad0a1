"""The form on its own page, as `inspectkit mark` opens it: no code, no kernel, nothing lost."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.desktop import SAVED
from tests.browser.lab import browser_page
from tests.browser.served import Served
from tests.small import eligible, make


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    place = tmp_path_factory.mktemp("mark")
    inspection = make(
        place / "inspection", eligible({"MC": 5, "CC": 4, "RASSO": 3}), MC=2, CC=1, RASSO=1
    )
    inspection.draw("marking")
    with Served(inspection, place / "private") as found:
        yield found
    inspection.store.close()


@pytest.fixture(scope="module")
def page(served: Served, browser_path: str) -> Iterator[Page]:
    with browser_page(browser_path) as page:
        page.goto(served.url)
        yield page


def test_the_page_shows_no_code_and_no_token_and_fetches_from_itself_alone(
    served: Served, page: Page
) -> None:
    wanted: list[str] = []
    faults: list[str] = []
    page.on("request", lambda request: wanted.append(request.url))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    page.goto(served.url)
    expect(page.get_by_role("heading", name="My cases")).to_be_visible()
    assert page.url == f"http://{served.place}/"
    assert {url.split("/")[2] for url in wanted} == {served.place}
    assert faults == []
    assert "import inspectkit" not in page.content()
    assert page.title() == f"Marking: {served.inspection.title}"
    found = Axe().run(page).response["violations"]
    assert not found, found


def test_nothing_is_lost_when_the_program_is_killed_and_the_open_page_goes_on_after_a_new_start(
    served: Served, page: Page
) -> None:
    subject = str(served.inspection.sample.drawn.query("stratum == 'CC'")["id"].iloc[0])
    page.get_by_role("row", name=subject).get_by_role("button").click()
    choose(page, "charge_code", "Fully met")
    expect(status(page, "charge_code")).to_have_text(SAVED)

    served.kill()
    killed = time.monotonic()
    choose(page, "charge_code", "Not applicable")
    expect(page.get_by_role("alert")).to_contain_text("start inspectkit mark again", timeout=6_000)
    assert time.monotonic() - killed < 6
    choose(page, "case_outcome", "Convicted after trial")

    served.start()
    expect(page.get_by_role("alert")).to_be_hidden(timeout=30_000)
    for question in ("case_outcome", "charge_code"):
        expect(status(page, question)).to_have_text(SAVED)
    kept = served.inspection.store.case(subject, "AB").answers
    assert {id: (each.answer, each.version) for id, each in kept.items()} == {
        "case_outcome": ("convicted", 1),
        "charge_code": ("na", 2),
    }
    page.reload()
    page.get_by_role("row", name=subject).get_by_role("button").click()
    expect(page.locator("[data-question=charge_code] input:checked")).to_have_value("na")


def test_what_is_said_beside_the_marks_is_stored_and_kept_while_it_is_written(
    served: Served, page: Page
) -> None:
    subject = str(served.inspection.sample.drawn.query("stratum == 'MC'")["id"].iloc[0])
    page.goto(served.url)
    page.get_by_role("row", name=subject).get_by_role("button").click()
    page.get_by_role("button", name="Urgent concern").click()
    dialog = page.get_by_role("dialog", name="Urgent concern")
    dialog.get_by_label("What did you see, and where?").fill("The custody limit passes on Friday.")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Urgent concern").click()
    expect(dialog.get_by_label("What did you see, and where?")).to_have_value(
        "The custody limit passes on Friday."
    )
    dialog.get_by_role("button", name="Raise concern").click()
    expect(dialog.get_by_role("status")).to_have_text("Not sent: “What is it about?” is empty.")
    dialog.get_by_label("What is it about?").select_option("time_limit")
    assert not Axe().run(page).response["violations"]
    dialog.get_by_role("button", name="Raise concern").click()
    expect(page.get_by_role("list", name="Said about this case")).to_contain_text(
        "The custody limit passes on Friday. With the lead."
    )
    page.locator("[data-question=charge_code] input").first.focus()
    page.keyboard.press("q")
    page.get_by_role("dialog", name="Query").get_by_label("Your query").fill("Is the MG3 enough?")
    page.get_by_role("button", name="Send query").click()
    expect(page.locator("[data-question=charge_code] .ik-told")).to_contain_text(
        "Is the MG3 enough?"
    )
    page.keyboard.press("f")
    page.get_by_label("An example of").select_option("strength")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("[data-question=charge_code] .ik-told")).to_contain_text(
        "Example of a strength."
    )
    kinds = [event.kind for event in served.inspection.store.events(subject=subject)]
    assert [kind for kind in kinds if kind != "opened"] == ["concern", "query", "example"]


def choose(page: Page, question: str, label: str) -> None:
    box = page.locator(f"[data-question={question}]")
    if not box.is_visible():
        page.get_by_role("button", name="Next unanswered").click()
    box.get_by_role("radio", name=label, exact=True).click()


def status(page: Page, question: str) -> object:
    return page.locator(f"[data-question={question}] .ik-status")


def test_another_origin_another_name_and_whoever_lacks_the_token_are_refused(
    served: Served,
) -> None:
    cookie = f"inspectkit-{served.place.split(':')[1]}={served.token}"
    good = {"Cookie": cookie, "X-Inspectkit": "form"}
    assert served.ask("GET", "/")[0] == 403
    assert served.ask("GET", "/?token=guessed")[0] == 403
    assert (
        served.ask("GET", "/", Host=f"evil.example:{served.place.split(':')[1]}", **good)[0] == 421
    )
    assert served.ask("POST", "/ask", Cookie=cookie)[0] == 403  # a form of another page
    assert served.ask("GET", "/../inspection.db", **good)[0] in (404, 405)
    code, text = served.ask("POST", "/ask", **good)
    assert code == 200 and json.loads(text)["ok"] is False
    held = next((served.private).rglob("pages/*.json"))
    assert os.name == "nt" or held.stat().st_mode & 0o077 == 0
