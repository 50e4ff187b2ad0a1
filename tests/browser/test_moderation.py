"""The moderation screen as `inspectkit moderate open` shows it: by keyboard, nothing lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from inspectkit.questions import QuestionSet
from inspectkit.review import Store
from inspectkit.review.beside import concerns, unanswered
from inspectkit.review.moderation import rulings, to_look_at_again, to_settle
from inspectkit.widgets.moderating import Chair
from inspectkit.widgets.moderating import page as shown
from tests.browser.desktop import INSPECTOR, Desktop
from tests.browser.held import hold
from tests.browser.lab import browser_page, open_notebook
from tests.browser.served import Served
from tests.browser.test_marking_access import CELLS, CONTROLS, HARMFUL
from tests.marking import RULED, basis
from tests.moderated import OTHER, to_moderate


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    place = tmp_path_factory.mktemp("moderation")
    inspection, twice, other = to_moderate(place / "inspection")
    with Served(inspection, place / "private", "moderate open", "--by", "LE") as served:
        served.twice, served.other = twice, other
        yield served
    inspection.store.close()


@pytest.fixture(scope="module")
def page(room: Served, browser_path: str) -> Iterator[Page]:
    with browser_page(browser_path) as page:
        page.goto(room.url)
        expect(page.get_by_role("heading", name="Moderation", exact=True)).to_be_visible()
        yield page


def test_axe_finds_nothing_on_any_page_and_all_of_them_reflow(page: Page) -> None:
    findings = []
    for tab in page.get_by_role("navigation").get_by_role("button").all():
        tab.click()
        found = Axe().run(page).response["violations"]
        findings += [f"{each['id']}: {each['nodes'][0]['html']}" for each in found]
        for width in (320, 480):
            page.set_viewport_size({"width": width, "height": 700})
            wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            findings += [f"{tab.inner_text()}: {wider} pixels too wide at {width}"] * (wider > 0)
        page.set_viewport_size({"width": 1280, "height": 900})
    assert not findings, "\n".join(findings)


def test_in_the_notebook_no_key_of_the_screen_reaches_jupyterlab(desktop: Desktop) -> None:
    store, case = desktop.inspection.store, desktop.case("RASSO")
    said = {"subject": case, "marker": INSPECTOR, "by": INSPECTOR}
    store.record("query", {"text": "Which date counts?"}, question="charge_timely", **said)
    with desktop.page.context.new_page() as page:
        open_notebook(page, desktop.lab, "notebooks/04_moderate.ipynb")
        expect(page.get_by_role("heading", name="Moderation", exact=True)).to_be_visible()
        screen, before = page.locator(".ik-moderation"), page.evaluate(CELLS)
        for tab in screen.get_by_role("navigation").get_by_role("button").all():
            tab.click()
            controls = screen.locator(CONTROLS).element_handles()
            for control in controls:
                control.evaluate("(each) => each.focus()")
                for key in HARMFUL:
                    page.keyboard.press(key)
                if not tab.get_attribute("aria-current"):
                    tab.click()
        assert page.evaluate(CELLS) == before
        expect(screen).to_be_visible()


def test_what_differs_is_settled_by_keyboard_and_what_agrees_is_hidden(
    room: Served, page: Page
) -> None:
    store = room.inspection.store
    page.get_by_role("heading", name="Moderation", exact=True).focus()
    page.get_by_role("button", name="Marks that differ").press("Enter")
    assert page.get_by_role("article").count() == len(to_settle(store)) == 2
    page.keyboard.press("j")
    first = page.get_by_role("article").first
    for marker, words in (("AB", "Fully met"), ("CD", f"Not met{OTHER}")):
        side = first.get_by_role("group", name=f"Mark of {marker}")
        assert words in side.inner_text().replace("\n", "")
    page.keyboard.press("2")  # not met, with the evidence of whoever gave it
    expect(first.get_by_label("Evidence for this answer")).to_have_value(OTHER)
    page.keyboard.press("Control+Enter")
    expect(first.get_by_role("status")).to_have_text(
        "Not saved: “Reason for settling it so” is empty."
    )
    page.keyboard.insert_text("CD read the file to its end.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status").first).to_contain_text(f"{room.twice}: saved")
    assert [each.question for each in to_settle(store)] == ["charge_timely"]
    settled = store.events("adjudicate")[-1]
    assert (settled.actor, settled.content) == (
        "LE",
        {"answer": "nm", "evidence": OTHER, "reason": "CD read the file to its end."},
    )
    focused = "document.activeElement.closest('article').textContent"
    assert "made in time" in page.evaluate(focused)  # on to the next


def test_several_answers_to_one_question_are_settled_together(
    tmp_path: Path, browser_path: str
) -> None:
    sample, _ = basis(tmp_path)
    path = tmp_path / "question_set.yaml"
    path.write_text(RULED.replace("type: choice", "type: multiple"), encoding="utf-8")
    with closing(Store(tmp_path / "several.db")) as store, browser_page(browser_path) as page:
        store.start(sample, QuestionSet.load(path))
        case = str(sample.drawn["id"].iloc[0])
        for marker, part, why in (("AB", "first", "no"), ("CD", "second", "on")):
            store.record("allocate", {"part": part}, by="LE", subject=case, marker=marker)
            store.answer(case, "first", "nm", evidence=OTHER, marker=marker)
            store.answer(case, "second", why, marker=marker)
            store.submit(case, marker=marker)
        chair = Chair(cast(Any, SimpleNamespace(store=store, title="Several")), "LE")
        hold(page, chair, script=shown.script(), style=shown.style())
        for label in ("On time", "No reason"):
            page.get_by_role("checkbox", name=label).check()
        page.get_by_label("Reason for settling it so").fill("Both are on the file.")
        page.get_by_role("button", name=f"Settle: {case}").click()
        expect(page.get_by_role("status").first).to_contain_text(f"{case}: saved")
        assert store.marked()[case].state.answers["second"].answer == "no on"


def test_a_query_becomes_a_ruling_that_the_form_shows_and_puts_earlier_answers_in_doubt(
    room: Served, page: Page
) -> None:
    store = room.inspection.store
    page.get_by_role("button", name="Queries").click()
    page.keyboard.press("j")
    for key in ("Tab", "Tab"):
        page.keyboard.press(key)
    page.keyboard.insert_text("A review by the police is not enough.")
    for key in ("Tab", "Space", "Tab", "Space", "Control+Enter"):
        page.keyboard.press(key)
    expect(page.get_by_text("Every query has been answered.")).to_be_visible()
    (made,) = rulings(store)
    assert (made.number, made.question, made.by, made.changes_meaning) == (
        1,
        "charge_code",
        "LE",
        True,
    )
    assert unanswered(store.events()) == ()
    waiting = to_look_at_again(store)
    assert set(zip(waiting["subject"], waiting["marker"], strict=True)) == {
        (room.twice, "AB"),
        (room.twice, "CD"),
        (room.other, "AB"),
    }
    page.get_by_role("button", name="Rulings").click()
    expect(page.get_by_role("article")).to_contain_text("still to be looked at: AB 2, CD 1")


def test_what_is_being_written_outlives_a_new_list_and_a_dead_program(
    room: Served, page: Page
) -> None:
    page.get_by_role("button", name="Urgent concerns").click()
    done = page.get_by_label("What was done")
    done.fill("The reviewing lawyer was rung at 10:20.")
    page.get_by_role("button", name="Reload").click()
    expect(done).to_have_value("The reviewing lawyer was rung at 10:20.")
    room.kill()
    done.press("Control+Enter")
    expect(page.get_by_role("alert")).to_contain_text("not being saved", timeout=6_000)
    room.start()
    expect(page.get_by_role("alert")).to_be_hidden(timeout=30_000)
    expect(page.get_by_text("Done: The reviewing lawyer was rung at 10:20.")).to_be_visible()
    dealt = concerns(room.inspection.store, room.now())
    assert dealt["dealt"].tolist() == ["The reviewing lawyer was rung at 10:20."]


def test_requests_are_declined_with_a_reason_or_granted_with_what_they_ask_for(
    room: Served, page: Page
) -> None:
    store = room.inspection.store
    page.get_by_role("button", name="Requests").click()
    left = int(page.get_by_role("button", name="Next to settle").inner_text().split("(")[1][:-1])
    leaving = page.get_by_role("article").filter(has_text="Asked to leave the sample")
    reopening = page.get_by_role("article").filter(has_text="Asked to be reopened")
    reopening.get_by_role("button", name="Decline").click()
    expect(reopening.get_by_role("status")).to_contain_text("is empty")
    page.keyboard.insert_text("The outcome is right as entered.")
    reopening.get_by_role("button", name="Decline").click()
    expect(reopening).to_have_count(0)
    leaving.get_by_role("button", name="Grant").click()
    expect(page.get_by_role("status").first).to_contain_text("takes its place")
    assert store.sample().left == {room.other: "duplicate"}
    expect(page.get_by_text("Nothing is asked for.")).to_be_visible()
    expect(page.get_by_role("button", name=f"Next to settle ({left - 2})")).to_be_visible()
