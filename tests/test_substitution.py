"""A case leaves for a coded reason, the next reserve comes; a top-up keeps every earlier case."""

from __future__ import annotations

import json
import sqlite3
from fractions import Fraction
from pathlib import Path

import pytest

from inspectkit.demo.marks import simulate
from inspectkit.errors import InspectionError
from inspectkit.inspection import Inspection
from inspectkit.sampling import draw
from tests.small import STRATA, change, make, row


@pytest.fixture
def inspection(tmp_path: Path) -> Inspection:
    made = make(tmp_path / "inspection")
    made.draw("1 2 3", uncommitted="trial")
    return Inspection.open(made.folder)


def ids(inspection: Inspection, stratum: str, role: str) -> list[str]:
    cases = inspection.store.sample().cases
    return list(cases[(cases["stratum"] == stratum) & (cases["role"] == role)]["id"])


def leave(inspection: Inspection, case: str, reason: str = "out_of_scope") -> str:
    return inspection.substitute(case, reason=reason, by="AB")


def mark(inspection: Inspection, case: str) -> None:
    marks = simulate(inspection.question_set, inspection.store.case(case), "a key")
    inspection.store.answer_all(case, marks, marker="AB")


def test_the_next_reserve_of_the_stratum_takes_the_place_and_no_other(
    inspection: Inspection,
) -> None:
    drawn, reserves = ids(inspection, "MC", "sample"), ids(inspection, "MC", "reserve")
    assert leave(inspection, drawn[2]) == reserves[0]
    assert leave(inspection, drawn[0], "live") == reserves[1]
    assert ids(inspection, "MC", "left") == [drawn[0], drawn[2]]
    assert ids(inspection, "MC", "sample") == [drawn[1], drawn[3], *reserves]
    assert ids(inspection, "MC", "reserve") == []
    assert len(ids(inspection, "CC", "reserve")) == 1


def test_a_substitute_can_leave_as_well_until_no_reserve_is_left(inspection: Inspection) -> None:
    given = leave(inspection, ids(inspection, "CC", "sample")[0])
    assert leave(inspection, given) == ""
    assert len(ids(inspection, "CC", "sample")) == 2
    strata = inspection.store.sample().strata().set_index("stratum")
    assert strata.loc["CC", ["n", "reserves", "opened", "ineligible"]].tolist() == [2, 0, 4, 2]


def test_the_manifest_never_changes(inspection: Inspection) -> None:
    path = inspection.folder / "sample" / "manifest.json"
    before = path.read_bytes()
    leave(inspection, ids(inspection, "MC", "sample")[0])
    inspection.topup({"MC": 2}, by="AB")
    assert path.read_bytes() == before
    assert inspection.store.drawn().digest == json.loads(before)["digest"]
    assert inspection.store.sample().digest != inspection.store.drawn().digest


def test_without_events_the_sample_is_the_manifest_s(inspection: Inspection) -> None:
    assert inspection.store.sample().digest == inspection.sample.digest
    strata = inspection.store.sample().strata()
    assert list(strata["opened"]) == list(strata["n"]) and not strata["ineligible"].any()


def test_reviews_hold_the_released_reserve_and_not_the_case_that_left(
    inspection: Inspection,
) -> None:
    case = ids(inspection, "MC", "sample")[0]
    inspection.store.answer_all(
        case, simulate(inspection.question_set, inspection.store.case(case), "k")[:3], marker="AB"
    )
    given = leave(inspection, case)
    subjects = set(inspection.store.reviews().subjects["subject"])
    assert given in subjects and case not in subjects
    assert case not in set(inspection.store.reviews().marks["subject"])
    with pytest.raises(InspectionError, match=r"it left the sample \(opened and found"):
        inspection.store.case(case)
    mark(inspection, given)
    inspection.store.submit(given, marker="AB")
    assert inspection.store.case(given).status == "submitted"


def test_the_case_given_instead_is_estimated_with(inspection: Inspection) -> None:
    leave(inspection, ids(inspection, "MC", "sample")[0])
    for case in inspection.store.sample().drawn["id"]:
        mark(inspection, case)
        inspection.store.submit(case, marker="AB")
    table = Inspection.open(inspection.folder).estimates.table()
    assert (table["n"] > 0).any()


def test_reserves_are_named_only_when_used(inspection: Inspection) -> None:
    reserves = ids(inspection, "MC", "reserve")
    with pytest.raises(InspectionError, match="it is not in the sample"):
        inspection.store.case(reserves[0])
    case = ids(inspection, "MC", "sample")[0]
    leave(inspection, case)
    text = (inspection.folder / "sample" / "cases_added.csv").read_text("utf-8-sig")
    assert text.splitlines()[1] == (
        f"{reserves[0]},MC,Opened and found to be no case of this inspection,{case}"
    )
    assert reserves[1] not in text


def test_eligible_cases_are_counted_for_the_estimator(inspection: Inspection) -> None:
    drawn = ids(inspection, "MC", "sample")
    leave(inspection, drawn[0])
    leave(inspection, drawn[1], "barred")
    inspection.substitute(drawn[2], reason="missing", by="AB")
    row = inspection.store.sample().strata().set_index("stratum").loc["MC"]
    named = ["N", "n", "opened", "ineligible", "not_available"]
    assert row[named].tolist() == [30, 4, 4, 1, 1]
    weights = inspection.store.sample().cases.query("stratum == 'MC' and role == 'sample'")
    # 30 cases, of 4 opened 3 were eligible: about 22.5, for which the 4 of the sample stand
    assert {Fraction(each) for each in weights["weight"]} == {Fraction(45, 8)}
    assert set(inspection.store.sample().table().query("role == 'left'")["weight"]) == {0}


def test_a_file_that_is_missing_stays_as_non_response_with_a_state_of_its_own(
    inspection: Inspection,
) -> None:
    case = ids(inspection, "CC", "sample")[0]
    assert inspection.substitute(case, reason="refused", by="AB") == ""
    assert case in ids(inspection, "CC", "sample")
    reviews = inspection.store.reviews()
    assert reviews.subjects.set_index("subject")["status"][case] == "not available"
    states = reviews.marks[reviews.marks["subject"] == case]["state"]
    assert set(states) <= {"not examined", "closed"}
    question = inspection.store.question_set().questions[0].id
    with pytest.raises(InspectionError, match="its file is recorded as not available"):
        inspection.store.answer(case, question, "fm", marker="AB")
    inspection.substitute(case, reason="found", by="AB")
    assert inspection.store.case(case).status == "not started"
    mark(inspection, case)


@pytest.mark.parametrize("reason", ["", "too hard", "out of scope", "missingg"])
def test_only_coded_reasons_let_a_case_leave(inspection: Inspection, reason: str) -> None:
    with pytest.raises(InspectionError, match="is no reason to leave. Use one of out_of_scope"):
        leave(inspection, ids(inspection, "MC", "sample")[0], reason)
    assert ids(inspection, "MC", "left") == []


def test_what_was_submitted_or_begun_is_not_pushed_out(inspection: Inspection) -> None:
    done, begun, *_ = ids(inspection, "MC", "sample")
    mark(inspection, done)
    inspection.store.submit(done, marker="AB")
    with pytest.raises(InspectionError, match="it has been submitted"):
        leave(inspection, done)
    mark(inspection, begun)
    with pytest.raises(InspectionError, match="it is started"):
        inspection.substitute(begun, reason="missing", by="AB")
    with pytest.raises(InspectionError, match="not recorded as missing"):
        inspection.substitute(begun, reason="found", by="AB")
    with pytest.raises(InspectionError, match="nobody is named"):
        inspection.substitute(begun, reason="live", by=" ")
    assert leave(inspection, begun)


def test_a_release_that_was_written_by_hand_is_found(inspection: Inspection) -> None:
    drawn = ids(inspection, "MC", "sample")
    leave(inspection, drawn[0])
    inspection.store.close()
    connection = sqlite3.connect(inspection.folder / "inspection.db")
    with connection:
        connection.execute("DROP TRIGGER no_UPDATE")
        connection.execute(
            "UPDATE events SET body = replace(body, ?, ?) WHERE kind = 'cannot_examine'",
            (leaving(connection), "52MC00099/26"),
        )
    connection.close()
    with pytest.raises(InspectionError, match=r"52MC00099/26 was put for it, 52MC\d+/26 is next"):
        Inspection.open(inspection.folder).store.sample()


def leaving(connection: sqlite3.Connection) -> str:
    found = connection.execute("SELECT body FROM events WHERE kind = 'cannot_examine'").fetchone()
    return str(json.loads(found[0])["released"])


# --- top-up -----------------------------------------------------------------------------------


def test_a_top_up_gives_what_a_larger_draw_gives(inspection: Inspection) -> None:
    inspection.topup({"MC": 7, "RASSO": 1}, by="AB")
    larger = make(inspection.folder.parent / "larger", MC=11, CC=3, RASSO=3)
    wanted = draw(larger.frame, larger.design, seed="1 2 3").cases
    for stratum in ("MC", "CC", "RASSO"):
        ours = ids(inspection, stratum, "sample")
        assert ours == list(wanted.query("stratum == @stratum and role == 'sample'")["id"])
    assert len(ids(inspection, "MC", "reserve")) == 2
    weights = inspection.store.sample().cases.query("stratum == 'MC' and role == 'sample'")
    assert set(weights["weight"]) == {"30/11"} and set(weights["probability"]) == {"11/30"}
    assert any("the list went on by 8 cases" in each for each in inspection.verify())


def test_a_top_up_after_a_substitution_keeps_every_case(inspection: Inspection) -> None:
    leave(inspection, ids(inspection, "MC", "sample")[0])
    before = ids(inspection, "MC", "sample")
    inspection.topup({"MC": 3}, by="AB")
    assert set(before) < set(ids(inspection, "MC", "sample"))
    assert len(ids(inspection, "MC", "sample")) == 7
    inspection.topup({"MC": 2}, by="CD")
    assert len(ids(inspection, "MC", "sample")) == 9
    assert inspection.verify()
    facts = inspection.store.sample().drawn
    assert len(facts) == 14 and not facts.isna().any().any()


def test_a_top_up_once_marking_has_begun_needs_a_reason(inspection: Inspection) -> None:
    mark(inspection, ids(inspection, "MC", "sample")[0])
    with pytest.raises(InspectionError, match="optional stopping: it inflates the error"):
        inspection.topup({"MC": 1}, by="AB")
    inspection.topup({"MC": 1}, by="AB", reason="the minister asked for more")
    assert len(ids(inspection, "MC", "sample")) == 5


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ({"XX": 1}, "there is no stratum 'XX'"),
        ({"MC": 0}, "0 more cases"),
        ({"MC": -1}, "-1 more cases"),
        ({"RASSO": 9}, "9 more cases wanted, 8 are left"),
    ],
)
def test_a_top_up_that_cannot_be_drawn_is_refused(
    inspection: Inspection, sizes: dict[str, int], message: str
) -> None:
    before = inspection.store.sample().digest
    with pytest.raises(InspectionError, match=message):
        inspection.topup(sizes, by="AB")
    assert inspection.store.sample().digest == before


def test_a_stratum_can_be_topped_up_to_its_end(inspection: Inspection) -> None:
    inspection.topup({"RASSO": 8}, by="AB")
    assert len(ids(inspection, "RASSO", "sample")) == 10
    assert ids(inspection, "RASSO", "reserve") == []
    weights = inspection.store.sample().cases.query("stratum == 'RASSO'")["weight"]
    assert set(weights) == {"1/1"}


def test_a_top_up_from_another_design_is_refused(inspection: Inspection) -> None:
    change(inspection.folder, lambda each: each["sample"]["strata"][0].update({"n": 9}))
    with pytest.raises(InspectionError, match="the design drawn from has digest"):
        Inspection.open(inspection.folder).topup({"MC": 1}, by="AB")


def test_quotas_inside_a_stratum_are_filled_from_their_own_reserves(tmp_path: Path) -> None:
    lines = [
        row(f"52{name}{number:03}/26", stratum=STRATA[name], outcome=outcome)
        for name in ("MC", "CC", "RASSO")
        for number, outcome in enumerate(["Guilty plea"] * 10 + ["Convicted after trial"] * 10)
    ]
    made = make(tmp_path / "quota", lines)
    quota = [{"column": "outcome", "value": "guilty_plea", "n": 2}]
    change(made.folder, lambda each: each["sample"]["strata"][0].update({"quota": quota}))
    made = Inspection.open(made.folder)
    made.draw("1 2 3", uncommitted="trial")
    part = "MC:guilty_plea"
    assert leave(made, ids(made, part, "sample")[0]) == ids(made, part, "sample")[-1]
    case = ids(made, part, "sample")[0]
    mark(made, case)
    made.store.submit(case, marker="AB")
    assert "outcome" in (made.folder / "sample" / "frame.csv").read_text("utf-8").split("\n")[0]
