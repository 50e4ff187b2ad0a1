"""Cases of a demonstration marked twice: chosen by ticket, plausibly different, all settled."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest

from inspectkit.assessment.agreement import agree
from inspectkit.demo.marks import mark_case, simulate
from inspectkit.demo.second_marks import LEAD, SECOND, hand_out_cases, settle, state_marking
from inspectkit.inspection import SIMULATED, Inspection
from inspectkit.review.allocation import second_marked
from inspectkit.review.handing import handed, planned
from inspectkit.review.signing import unfinished
from inspectkit.review.state import NOT_STARTED
from tests.small import drawn_with, eligible, make

SIZES = {"MC": 7, "CC": 8, "RASSO": 3}


def marked(folder: Path) -> tuple[Inspection, list[str], str]:
    """Eighteen cases, one of them spare; those marked twice, and the spare one."""
    made = make(folder, eligible({"MC": 40, "CC": 30, "RASSO": 12}), **SIZES)
    insp = state_marking(made)
    drawn = insp.draw("a seed of 1 2 3").drawn
    spare = str(drawn.query("stratum == 'CC'")["id"].iloc[-1])
    return insp, finished(insp, spare), spare


def finished(insp: Inspection, spare: str) -> list[str]:
    """Mark the cases that two people have, as the demonstration does; whoever has the others."""
    key, twice = str(insp.sample.head["key"]), hand_out_cases(insp, spare)
    for case in twice:
        mark_case(insp.store, case, key)
        mark_case(insp.store, case, key, marker=SECOND, first=SIMULATED)
        settle(insp, case, key)
    return twice


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Inspection, list[str], str]:
    return marked(tmp_path_factory.mktemp("twice") / "area")


Made = tuple[Inspection, list[str], str]


def test_who_is_marked_twice_can_be_worked_out_again_from_key_and_settings(made: Made) -> None:
    insp, twice, spare = made
    drawn, key = insp.sample.drawn, str(insp.sample.head["key"])
    wanted = second_marked(drawn, key, Fraction(1, 6))
    assert set(twice) == wanted - {spare} and len(wanted) == 2 + 2 + 1  # a sixth of 7, 8, 3, up
    again = Inspection.open(insp.folder)
    team = [each.inspector for each in again.marking.team]
    table = planned(again.store, team, second=again.marking.second).table()
    columns = ["case", "role", "marker"]
    now = handed(again.store)[columns]
    pairs = set(map(tuple, table.loc[table["case"] != spare, columns].values.tolist()))
    assert pairs == set(map(tuple, now.values.tolist()))
    assert spare not in set(now["case"])  # anybody may try the form on it


def test_nothing_of_them_is_left_to_settle_and_every_name_says_simulated(made: Made) -> None:
    insp, twice, _ = made
    left = unfinished(insp.store)
    assert set(left["what"]) == {"not submitted"} and not set(left["subject"]) & set(twice)
    settled = insp.store.events("adjudicate")
    assert {each.subject for each in settled} <= set(twice) and len(settled) > len(twice)
    assert all("Simulated" in str(each.content["reason"]) for each in settled)
    told = insp.store.events("allocate", "answer", "submit", "adjudicate")
    assert {each.actor for each in told} == {SIMULATED, SECOND, LEAD}
    assert all(each.startswith(SIMULATED) for each in (SECOND, LEAD))
    marks = insp.reviews.marks
    own = marks[marks["subject"].isin(twice)]
    assert not own["state"].isin(["unanswered", "unsettled"]).any()
    assert insp.simulated


def test_the_second_marker_differs_here_and_there_as_people_do(made: Made) -> None:
    insp, twice, _ = made
    row = agree(insp.reviews).row("all", "")
    same = row.coefficients["percent"].value
    assert row.cases == len(twice) and same is not None and 0.6 < same < 0.97


def test_first_marks_are_what_they_were_without_a_second_look(made: Made) -> None:
    insp, twice, _ = made
    key, first = str(insp.sample.head["key"]), insp.store.seen(twice[0])[SIMULATED]
    blank = replace(first, answers={}, status=NOT_STARTED)
    told = {each.question: each.answer for each in simulate(insp.question_set, blank, key)}
    assert told == {name: each.answer for name, each in first.answers.items()}


def test_the_same_key_gives_the_same_marks_and_rulings(made: Made, tmp_path: Path) -> None:
    again, twice, _ = marked(tmp_path / "area")
    assert twice == made[1]
    assert again.reviews.digest == made[0].reviews.digest
    columns = ["subject", "question", "marker", "answer"]
    pd.testing.assert_frame_equal(again.reviews.blind[columns], made[0].reviews.blind[columns])


def test_files_with_items_are_marked_twice_and_settled_too(tmp_path: Path) -> None:
    insp = drawn_with(tmp_path / "defence", "defence-correspondence", MC=24, CC=24, RASSO=6)
    insp = state_marking(insp)
    spare = str(insp.sample.drawn.query("stratum == 'CC'")["id"].iloc[-1])
    finished(insp, spare)
    assert set(unfinished(insp.store)["what"]) == {"not submitted"}
    assert any(each.item for each in insp.store.events("adjudicate"))
