"""Judgements about an Area: on evidence from enough sources, rated with the scores of the files."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from inspectkit.cli import app
from inspectkit.demo import build
from inspectkit.errors import InspectionError
from inspectkit.inspection import SIMULATED, Inspection
from inspectkit.review import Store
from inspectkit.review.signing import unfinished
from tests import small

WHY = "Staff in every unit could say what their leaders ask of them first."
DAY = date(2026, 11, 2)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("weighing") / "inspection"
    small.drawn_with(folder, "area-assurance", MC=2, CC=2, RASSO=1).store.close()
    return folder


@pytest.fixture
def inspection(drawn: Path, tmp_path: Path) -> Inspection:
    return Inspection.open(shutil.copytree(drawn, tmp_path / "inspection"))


@pytest.fixture
def store(inspection: Inspection) -> Store:
    return inspection.store


def gathered(store: Store) -> list[str]:
    """An interview, the same person's document, another's survey, and data."""
    told = [("interview", "Head of unit"), ("document", "head of  unit"), ("survey", "Staff"),
            ("data", "Finance")]  # fmt: skip
    return [store.gather(kind, source, DAY, by="AB") for kind, source in told]


def test_a_judgement_names_its_evidence_and_the_newest_one_stands(store: Store) -> None:
    area = store.look_at("area", "Eastern", by="AB")
    interview, document, survey, _ = gathered(store)
    told = {"by": "AB", "evidence": WHY}
    assert store.judge(area, "leadership", "good", rests_on=[interview, survey], **told) == 1
    named = [document, survey, survey]
    assert store.judge(area, "leadership", "fair", rests_on=named, expected=1, **told) == 2
    row = store.judgements().set_index("question").loc["leadership"]
    assert (row["answer"], row["rests_on"], row["sources"]) == ("fair", (document, survey), 2)
    assert len(store.events("judgement")) == 2
    assert store.look_at("area", " Eastern ", by="CD") == area and len(store.events("subject")) == 1
    na = "leadership_na_reason"
    assert store.judgements().set_index("question").loc[na, "state"] == "closed"


def test_what_nobody_has_judged_is_unfinished(store: Store) -> None:
    def left() -> list[tuple[str, str, str]]:
        found = unfinished(store)
        rows = found[found["what"] == "not judged"]
        return list(zip(rows["subject"], rows["question"], rows["text"], strict=True))

    assert left() == [("", "", "The Area: none is named yet")]
    area = store.look_at("area", "Eastern", by="AB")
    waiting = {question for _, question, _ in left()}
    assert len(waiting) == 10 and "leadership" in waiting  # the set's criteria of an Area
    interview, _, survey, _ = gathered(store)
    store.judge(area, "leadership", "good", rests_on=[interview, survey], evidence=WHY, by="AB")
    assert {question for _, question, _ in left()} == waiting - {"leadership"}


def test_case_questions_are_asked_of_cases_and_area_questions_of_the_area(store: Store) -> None:
    reviews, subject = store.reviews(), str(store.sample().drawn["id"].iloc[0])
    assert "leadership" not in set(reviews.marks["question"])
    with pytest.raises(InspectionError, match="does not apply"):
        store.answer(subject, "leadership", "good", marker="AB", evidence=WHY)
    area = store.look_at("area", "Eastern", by="AB")
    with pytest.raises(InspectionError, match="area: Eastern, question review_code: .*not apply"):
        store.judge(area, "review_code", "fm", by="AB")


REFUSED = {
    "one source": ({"rests_on": ["e1", "e2"]}, "it rests on 1 source, 2 are needed"),
    "none": ({}, "it rests on 0 sources, 2 are needed"),
    "kind": ({"rests_on": ["e1", "e4"]}, "e4 is a data. It rests on document, interview, survey"),
    "unknown": ({"rests_on": ["e9"]}, "no item of evidence 'e9'"),
    "no reason": ({"rests_on": ["e1", "e3"], "evidence": "Good."}, "at least 30 characters"),
    "answer": ({"rests_on": ["e1", "e3"], "answer": "fm"}, "'fm' is no answer of it"),
    "version": ({"rests_on": ["e1", "e3"], "expected": 1}, "another judgement meanwhile"),
    "subject": ({"subject": "area: Western"}, "no such subject beside the cases"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_judgement_that_does_not_hold_is_refused_and_nothing_is_written(
    store: Store, name: str
) -> None:
    area, (stated, message) = store.look_at("area", "Eastern", by="AB"), REFUSED[name]
    gathered(store)
    told = {"subject": area, "answer": "good", "evidence": WHY, "rests_on": [], **stated}
    before = len(store.events())
    with pytest.raises(InspectionError, match=message):
        store.judge(told.pop("subject"), "leadership", told.pop("answer"), by="AB", **told)
    assert len(store.events()) == before
    with pytest.raises(InspectionError, match="'aria' is no kind of subject.*area"):
        store.look_at("aria", "Eastern", by="AB")


def test_what_was_not_assessed_needs_no_source_and_opens_its_reason(store: Store) -> None:
    area = store.look_at("area", "Eastern", by="AB")
    store.judge(area, "money", "not_assessed", by="AB")
    states = store.judgements().set_index("question")["state"]
    assert (states["money"], states["money_na_reason"]) == ("na", "unanswered")


def test_the_scores_of_the_files_enter_as_one_item_with_their_digest(
    inspection: Inspection,
) -> None:
    store = inspection.store
    made = inspection.gather_case_scores("casework_assured", by="AB", on=DAY)
    item = store.evidence().set_index("id").loc[made]
    assert item["kind"] == "case_scores" and item["digest"] == inspection.scores.digest
    assert item["note"].startswith("Files: decisions: no value")
    with pytest.raises(InspectionError, match="leadership: it takes in no case scores"):
        inspection.gather_case_scores("leadership", by="AB", on=DAY)


def test_the_commands_record_evidence_judge_on_it_and_rate_the_area(
    drawn: Path, tmp_path: Path
) -> None:
    folder = str(shutil.copytree(drawn, tmp_path / "inspection"))

    def run(*words: str) -> dict:
        done = CliRunner().invoke(app, [*words, "--json"], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    asked = run("judge", folder)
    assert [each["question"] for each in asked][:2] == ["leadership", "right_people"]
    assert {each["state"] for each in asked} == {"unanswered"}
    for kind, source in (("interview", "Head of unit"), ("survey", "Staff")):
        run("evidence", folder, "--by", "AB", "--kind", kind, "--source", source)
    scores = run("evidence", folder, "--by", "AB", "--scores-for", "casework_assured")
    assert scores["recorded"] == "e3" and len(scores["evidence"]) == 3
    named = ("--rests-on", "e1", "--rests-on", "e2")
    run("judge", folder, "leadership", "excellent", *named, "--by", "AB", "--because", WHY)
    rows = {(each["figure"], each["domain"]): each for each in run("rate", folder)["ratings"]}
    assert rows["people", "all"]["band"] == "excellent"
    assert rows["people", "CC"]["band"] is None and rows["overall", "all"]["band"] is None


def test_an_area_is_rated_from_files_and_judgements_by_one_command(
    tmp_path: Path, full: bool
) -> None:
    asked = {"question_set": "area-assurance", "to": ("html",) if full else ()}
    made = build(tmp_path / "demo", cases=2_000, **asked)
    inspection = Inspection.open(made["folder"])
    table = inspection.store.judgements()
    judged = table[table["state"] == "answered"]
    assert len(judged) == 10 and set(judged["by"]) == {SIMULATED} and (judged["sources"] > 1).all()
    middle = {"excellent": 4, "good": 3, "fair": 2, "poor": 1}
    ratings = inspection.ratings
    for theme in ("people", "improving", "casework", "confidence", "overall"):
        assert ratings.row(theme, "all").band is not None, theme
    points = sorted(middle[each] for each in judged.set_index("question").loc[
        ["leadership", "right_people", "development"], "answer"])  # fmt: skip
    assert middle[ratings.row("people", "all").band.id] == points[1]
    explained = str(ratings.explain("people", "all"))
    assert "Do leaders give staff a clear direction" in explained and "Left out" not in explained
    files = ratings.row("disclosure", "all")
    assert files.band is None and files.estimate is not None and files.estimate.value is not None
    assert len(ratings.summary()) < 30
