"""A whole theme set aside at once: every open question of it, one coded reason, one commit."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from inspectkit.errors import InspectionError
from inspectkit.inspection import Inspection
from inspectkit.review import Store
from inspectkit.review.aside import set_aside
from inspectkit.widgets.marking import desk_of
from tests import small

ENGAGEMENT = {"engagement_sought", "log_kept"}


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("aside") / "inspection"
    small.drawn_with(folder, "defence-correspondence", MC=2, CC=2).store.close()
    return folder


@pytest.fixture
def store(drawn: Path, tmp_path: Path) -> Store:
    return Inspection.open(shutil.copytree(drawn, tmp_path / "inspection")).store


@pytest.fixture
def case(store: Store) -> str:
    drawn = store.sample().drawn
    return str(drawn[drawn["stratum"] == "CC"]["id"].iloc[0])


def test_every_open_question_of_the_theme_gets_the_answer_and_its_reason(
    store: Store, case: str
) -> None:
    store.answer(case, "represented_from", "at", marker="AB")
    desk = desk_of(store, "AB")
    file = desk.reply({"id": 1, "kind": "open", "subject": case})
    page = next(each for each in file["pages"] if each["id"] == "engagement")
    assert ["did_not_arise", "It did not arise in this case"] in page["aside"]
    request = {"kind": "aside", "subject": case, "theme": "engagement", "reason": "did_not_arise"}
    reply = desk.reply({"id": 2, **request})
    assert reply["ok"] and set(reply["questions"]) == ENGAGEMENT | {
        f"{each}_na_reason" for each in ENGAGEMENT
    }
    state = store.case(case, "AB")
    assert {name: state.answers[name].answer for name in reply["questions"]} == {
        **dict.fromkeys(ENGAGEMENT, "na"),
        **{f"{each}_na_reason": "did_not_arise" for each in ENGAGEMENT},
    }
    assert state.waiting == ("progress_harmed",) and not state.unexplained
    again = desk.reply({"id": 3, **request})
    assert not again["ok"] and "nothing of it is left" in again["what"]


def test_what_was_answered_stays_and_a_reason_of_one_question_sets_no_theme_aside(
    store: Store, case: str
) -> None:
    store.answer(case, "represented_from", "at", marker="AB")
    store.answer(case, "log_kept", "fm", marker="AB")
    before = len(store.events())
    for theme, reason in (("engagement", "overtaken"), ("engagement", "other")):
        with pytest.raises(InspectionError, match="no reason that sets it aside"):
            set_aside(store, case, theme, reason, marker="AB")
    assert len(store.events()) == before
    done = set_aside(store, case, "engagement", "cannot_be_judged", marker="AB")
    assert "log_kept" not in done and store.case(case, "AB").answers["log_kept"].answer == "fm"
    assert "log_shared" in done  # which the answer before it had opened
