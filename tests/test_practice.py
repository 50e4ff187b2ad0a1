"""Practice rounds: blind, never scored, and nobody under the threshold gets a live case."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from fractions import Fraction
from html import escape
from pathlib import Path

import pytest

from inspectkit.assessment import score
from inspectkit.errors import InspectionError
from inspectkit.inspection import Inspection
from inspectkit.questions import QuestionSet
from inspectkit.report.calibration import STAMP, calibration_page
from inspectkit.review import Mark, Store
from inspectkit.review.handing import hand_out, planned, release
from inspectkit.review.practice import (
    PracticeFile,
    join,
    load,
    open_round,
    record,
    results,
    shipped,
    spread,
)
from tests.test_leading import MARKING, Run, prepared, run, told  # noqa: F401 - run is a fixture

QS = QuestionSet.load("area-inspection@1")
FILES = shipped()


def mark(store: Store, file: PracticeFile, marker: str, wrong: int = 0) -> None:
    """The agreed answers, of which so many from the first scored one on are taken one lower."""
    marks = file.marks(QS)
    for place, each in enumerate(marks):
        if wrong and each.answer == "fm" and each.question == "audit_trail":
            marks[place] = Mark(each.question, "pm", "Two decisions are not recorded.")
    store.answer_all(file.id, marks, marker=marker)
    store.submit(file.id, marker=marker)


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """AB as agreed, CD off in one question of each file, EF two files only."""
    place = tmp_path_factory.mktemp("practice") / "january.db"
    store = open_round(place, "january", FILES, QS, ["AB", "CD", "EF"], by="LE")
    for place_in, file in enumerate(FILES):
        mark(store, file, "AB")
        mark(store, file, "CD", wrong=1)
        if place_in < 2:
            mark(store, file, "EF")
    yield store
    store.close()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.id)
def test_every_shipped_file_says_it_is_invented_and_its_agreed_answers_complete_it(
    file: PracticeFile, tmp_path: Path
) -> None:
    assert "The case is invented." in file.text and len(file.text.split()) > 150
    store = open_round(tmp_path / "one.db", "one", [file], QS, ["AB"], by="LE")
    mark(store, file, "AB")
    assert store.case(file.id, "AB").status == "submitted"
    differing = [each for each in file.agreed.values() if each.answer in ("pm", "nm")]
    # answers of the police's own questions need no evidence
    assert sum(bool(each.why) for each in differing) >= len(differing) - 1 >= 3
    store.close()


def test_the_six_files_cover_every_casework_type_and_most_questions() -> None:
    assert [file.casework_type for file in FILES] == ["MC", "MC", "CC", "CC", "RASSO", "RASSO"]
    asked = {name for file in FILES for name in file.answers(QS)}
    missing = {each.id for each in QS.questions} - asked
    assert missing == {"charging_decision"}  # every file says who charged


def test_no_score_takes_the_marks_of_a_practice_round(marked: Store) -> None:
    with pytest.raises(InspectionError, match="marks of practice files"):
        score(marked.reviews(), marked.question_set())


def test_all_mark_the_same_files_and_nobody_sees_another_s(marked: Store) -> None:
    assert set(marked.seen("P1")) == {"AB", "CD", "EF"}
    mine = Store(marked.path, person="CD", role="inspector")
    assert {event.marker for event in mine.events("answer")} == {"CD"}
    mine.close()


def test_the_spread_shows_each_answer_beside_the_agreed_one(marked: Store) -> None:
    found = spread(marked, FILES)
    assert found.questions()[0] == "audit_trail"
    table = found.table()
    row = table[(table["question"] == "audit_trail") & (table["subject"] == "P1")]
    assert row[["agreed", "answer", "markers", "count"]].values.tolist() == [
        ["fm", "fm", "AB, EF", 2],
        ["fm", "pm", "CD", 1],
    ]
    assert row["text"].iloc[0] == QS.question("audit_trail").text
    chart = found.chart("audit_trail")
    assert "P1: Partially met by CD, agreed Fully met" in chart.alt
    assert [bar.total for bar in chart.bars] == [3, 3, 2, 2, 2, 2]


def test_the_page_has_a_section_for_every_question_and_says_that_the_files_are_invented(
    marked: Store,
) -> None:
    found = spread(marked, FILES)
    shown = calibration_page(found, results(marked, FILES), name="january <b>")
    assert STAMP in shown and "january &lt;b&gt;" in shown and "january <b>" not in shown
    for question in found.questions():
        assert f'id="spread-{question.replace("_", "-")}"' in shown
        assert f'id="answers-{question.replace("_", "-")}"' in shown
    first = shown.index(escape(QS.question("audit_trail").text))
    assert first < shown.index(escape(QS.question("charge_timely").text))
    assert "8 of 14 answers as agreed." in shown


def test_results_count_the_agreed_answers_and_need_every_file(marked: Store) -> None:
    table = results(marked, FILES).set_index("marker")
    assert table.loc["AB", ["files", "share", "passed"]].tolist() == [6, 1.0, True]
    assert table.loc["CD", "agreed"] == table.loc["AB", "agreed"] - 6
    assert table.loc["EF", ["files", "passed"]].tolist() == [2, False]
    assert not results(marked, FILES, Fraction(99, 100)).set_index("marker").loc["CD", "passed"]


def test_who_is_under_the_threshold_gets_no_live_case_until_released(
    marked: Store, tmp_path: Path
) -> None:
    folder = prepared(tmp_path / "live")
    store = Inspection.open(folder).store
    team = [each.inspector for each in Inspection.open(folder).marking.team]
    case, other, *_ = store.sample().drawn["id"]
    store.answer(case, "case_outcome", "convicted", marker="CD")
    record(store, marked, FILES, by="LE", threshold=Fraction(99, 100))
    for refused in (
        lambda: store.record("allocate", {}, by="LE", subject=other, marker="CD"),
        lambda: store.answer(other, "case_outcome", "convicted", marker="CD"),
    ):
        with pytest.raises(InspectionError, match="CD gets no live case: .* practice round jan"):
            refused()
    store.answer(case, "case_outcome", "convicted", marker="CD", expected=1)  # already begun
    assert "CD" not in set(planned(store, team).table()["marker"])
    release(store, "CD", reason="Talked through the audit trail", by="LE")
    with pytest.raises(InspectionError, match="CD is not kept back"):
        release(store, "CD", reason="Again", by="LE")
    assert "CD" in set(planned(store, team).table()["marker"])
    hand_out(store, planned(store, team), by="LE")
    store.close()


def test_people_join_later_and_files_of_another_set_are_refused(tmp_path: Path) -> None:
    store = open_round(tmp_path / "one.db", "one", FILES[:1], QS, ["AB"], by="LE")
    join(store, ["AB", "GH"], by="LE")
    assert [event.marker for event in store.events("allocate")] == ["AB", "GH"]
    store.close()
    other = FILES[0].model_copy(update={"question_set": "area-assurance@1"})
    with pytest.raises(InspectionError, match="written for area-assurance@1"):
        open_round(tmp_path / "two.db", "two", [other], QS, ["AB"], by="LE")
    with pytest.raises(InspectionError, match="no practice files"):
        load(tmp_path)
    wrong = FILES[0].model_copy(
        update={"agreed": {"charge_code": FILES[0].agreed["best_evidence"]}}
    )
    with pytest.raises(InspectionError, match="charge_code, which do not apply"):
        wrong.answers(QS)


def test_the_commands_from_opening_to_release(run: Run, tmp_path: Path) -> None:  # noqa: F811
    folder = prepared(tmp_path / "south-west", **MARKING)
    code, out, err = run("practice", "open", folder, "--name", "may", "--by", "LE")
    assert code == 0 and "6 invented files for AB, CD, EF, GH, IJ" in out, err
    code, out, _ = run("practice", "read", folder, "P2", "--name", "may")
    assert "The broken telephone (invented for practice)" in out and "agreed" not in out
    store = Store(folder / "practice" / "may.db")
    for file in FILES[:5]:
        mark(store, file, "AB")
    store.close()
    found = told(run, "practice", "spread", folder, "--name", "may", "--question", "charge_code")
    assert {row["question"] for row in found["spread"]} == {"charge_code"}
    assert [row["passed"] for row in found["results"]] == [False] * 5
    code, out, _ = run("practice", "close", folder, "--name", "may", "--by", "LE")
    assert code == 0 and "Kept back: AB, " in out and "CD" not in out.partition("Kept back")[2]
    code, _, _ = run("practice", "release", folder, "AB", "--by", "LE", "--reason", "P6 to come")
    assert code == 0 and Inspection.open(folder).kept_back == {}
    assert run("practice", "spread", folder, "--name", "june")[0] == 1
    assert run("practice", "spread", folder, "--name", "a/b")[0] == 1
    shutil.rmtree(folder)
