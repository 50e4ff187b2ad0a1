"""Second marks: blind until both submit, in force once agreed or settled, both kept."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from inspectkit.assessment import score
from inspectkit.assessment.agreement import agree
from inspectkit.errors import InspectionError
from inspectkit.findings.accuracy.challenges import receive
from inspectkit.findings.accuracy.deciding import decide
from inspectkit.questions import QuestionSet
from inspectkit.review import Store
from inspectkit.review.moderation import (
    adjudicate,
    disagreement_table,
    rule_on,
    rulings,
    to_look_at_again,
    to_settle,
)
from tests.at_once import at_once
from tests.marking import RULED, SEEN, basis, marked_store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return marked_store(tmp_path)


@pytest.fixture
def case(store: Store) -> str:
    """A case given to AB first and to CD second."""
    subject = str(store.sample().drawn["id"].iloc[0])
    for marker, part in (("AB", "first"), ("CD", "second")):
        store.record("allocate", {"part": part}, by="LEAD", subject=subject, marker=marker)
    return subject


def mark(
    store: Store, case: str, marker: str, first: str, second: str = "", *, submit: bool = True
) -> None:
    """Answer `first` (and `second`, which opens when first is not met) as a marker."""
    store.answer(case, "first", first, evidence=SEEN, marker=marker)
    if second:
        store.answer(case, "second", second, marker=marker)
    if submit:
        store.submit(case, marker=marker)


def in_force(store: Store, case: str) -> dict[str, tuple[str, str]]:
    marks = store.reviews().marks
    mine = marks[marks["subject"] == case]
    return {row.question: (row.state, row.answer) for row in mine.itertuples()}


def test_the_only_mark_is_in_force_until_the_second_is_submitted(store: Store, case: str) -> None:
    mark(store, case, "AB", "fm")
    mark(store, case, "CD", "nm", "on", submit=False)
    assert in_force(store, case)["first"] == ("answered", "fm")
    assert to_settle(store) == ()


def test_nothing_is_shown_before_both_have_submitted(store: Store, case: str) -> None:
    mark(store, case, "AB", "fm")
    mark(store, case, "CD", "nm", "on", submit=False)
    assert disagreement_table(store).empty
    with pytest.raises(InspectionError, match="CD has not submitted yet"):
        adjudicate(store, case, "first", "fm", reason="It was met", by="LEAD")


def test_agreed_marks_are_in_force_and_hidden_from_moderation(store: Store, case: str) -> None:
    mark(store, case, "AB", "fm")
    mark(store, case, "CD", "fm")
    assert in_force(store, case) == {"first": ("answered", "fm"), "second": ("closed", "")}
    assert to_settle(store) == ()


def test_a_disagreement_is_unsettled_with_all_that_hangs_on_it(store: Store, case: str) -> None:
    mark(store, case, "AB", "fm")
    mark(store, case, "CD", "nm", "on")
    assert in_force(store, case) == {"first": ("unsettled", ""), "second": ("unsettled", "")}
    table = disagreement_table(store)
    assert list(table["question"]) == ["first", "first", "second", "second"]
    assert list(table["marker"]) == ["AB", "CD"] * 2
    assert table["evidence"].tolist()[1] == SEEN
    assert table["answer"].tolist()[2] == "Does not apply"


def test_an_adjudicated_answer_is_in_force_and_both_first_marks_are_kept(
    store: Store, case: str
) -> None:
    mark(store, case, "AB", "fm")
    mark(store, case, "CD", "nm", "on")
    adjudicate(store, case, "first", "fm", reason="The review was in time", by="LEAD")
    assert in_force(store, case) == {"first": ("answered", "fm"), "second": ("closed", "")}
    seen = store.seen(case)
    assert {name: state.answers["first"].answer for name, state in seen.items()} == {
        "AB": "fm",
        "CD": "nm",
    }
    settled = store.events("adjudicate")[0]
    assert (settled.actor, settled.content["reason"]) == ("LEAD", "The review was in time")


def test_a_settled_answer_can_open_a_question_that_is_then_to_be_settled(
    store: Store, case: str
) -> None:
    mark(store, case, "AB", "fm")
    mark(store, case, "CD", "nm", "on")
    adjudicate(store, case, "first", "nm", reason="It was not met", by="LEAD")
    assert in_force(store, case)["second"] == ("unsettled", "")
    adjudicate(store, case, "second", "on", reason="As CD wrote", by="LEAD")
    assert in_force(store, case)["second"] == ("answered", "on")
    assert to_settle(store) == ()


def test_what_does_not_differ_cannot_be_settled_and_a_reason_is_needed(
    store: Store, case: str
) -> None:
    mark(store, case, "AB", "nm", "on")
    mark(store, case, "CD", "nm", "no")
    with pytest.raises(InspectionError, match="do not differ"):
        adjudicate(store, case, "first", "fm", reason="Because", by="LEAD")
    with pytest.raises(InspectionError, match="no reason"):
        adjudicate(store, case, "second", "no", reason=" ", by="LEAD")
    with pytest.raises(InspectionError, match="'great' is no answer"):
        adjudicate(store, case, "second", "great", reason="Because", by="LEAD")


def test_a_settled_answer_needs_the_evidence_that_a_marker_would(store: Store, case: str) -> None:
    mark(store, case, "AB", "fm")
    mark(store, case, "CD", "na")
    for said in (None, "Too short"):
        with pytest.raises(InspectionError, match="'Not met' needs a reason of at least 10"):
            adjudicate(store, case, "first", "nm", reason="Read", by="LEAD", evidence=said)
    adjudicate(store, case, "first", "nm", reason="Read", by="LEAD", evidence="Nothing is signed.")
    assert store.marked()[case].state.answers["first"].evidence == "Nothing is signed."


def test_a_settled_answer_keeps_the_evidence_of_who_gave_it(store: Store, case: str) -> None:
    store.answer(case, "first", "fm", evidence="The note of 3 March", marker="AB")
    store.submit(case, marker="AB")
    mark(store, case, "CD", "nm", "on")
    adjudicate(store, case, "first", "nm", reason="CD read to the end", by="LEAD")
    assert store.marked()[case].state.answers["first"].evidence == SEEN


def test_several_answers_to_one_question_can_be_settled(tmp_path: Path) -> None:
    sample, _ = basis(tmp_path)
    path = tmp_path / "question_set.yaml"
    path.write_text(RULED.replace("type: choice", "type: multiple"), encoding="utf-8")
    store = Store(tmp_path / "multiple.db")
    store.start(sample, QuestionSet.load(path))
    case = str(sample.drawn["id"].iloc[0])
    for marker, part in (("AB", "first"), ("CD", "second")):
        store.record("allocate", {"part": part}, by="LEAD", subject=case, marker=marker)
    mark(store, case, "AB", "nm", "no")
    mark(store, case, "CD", "nm", "on")
    adjudicate(store, case, "second", "on no", reason="Both are there", by="LEAD")
    assert store.marked()[case].state.answers["second"].answer == "no on"

    told = {"sort": "accuracy", "text": "One of them only.", "subject": case}
    about = told | {"question": "second", "received": date(2026, 12, 1)}
    receive(store, [about] * 2, by="AB")
    seen = {"reason": "Read by EF", "by": "EF"}
    decide(store, 1, "accepted", answers={"second": "On time"}, **seen)
    assert store.marked()[case].state.answers["second"].answer == "on"
    with pytest.raises(InspectionError, match="'Never' is no answer of second.*several with ;"):
        decide(store, 2, "accepted", answers={"second": "Never"}, **seen)
    decide(store, 2, "accepted", answers={"second": "On time; No reason"}, **seen)
    assert store.marked()[case].state.answers["second"].answer == "no on"


COUNTED = """
  - {id: pages, text: How many pages?, type: number, page: charge}
  - id: pages_read
    text: How many were read?
    type: number
    page: charge
    must: [{that: "${pages_read} <= ${pages}", message: No more than there are}]
"""


def test_a_settled_or_challenged_answer_keeps_to_what_it_must_be_beside_the_others(
    tmp_path: Path,
) -> None:
    sample, _ = basis(tmp_path)
    path = tmp_path / "question_set.yaml"
    path.write_text(RULED + COUNTED.lstrip("\n"), encoding="utf-8")
    store = Store(tmp_path / "counted.db")
    store.start(sample, QuestionSet.load(path))
    case = str(sample.drawn["id"].iloc[0])
    for marker, pages, read in (("AB", "5", "3"), ("CD", "10", "8")):
        store.record("allocate", {"part": "first"}, by="LEAD", subject=case, marker=marker)
        store.answer(case, "pages", pages, marker=marker)
        store.answer(case, "pages_read", read, marker=marker)
        mark(store, case, marker, "fm")
    told = {"reason": "Counted again", "by": "LEAD"}
    adjudicate(store, case, "pages", "5", **told)
    with pytest.raises(InspectionError, match="question pages_read: No more than there are"):
        adjudicate(store, case, "pages_read", "8", **told)
    assert [each.question for each in to_settle(store)] == ["pages_read"]
    adjudicate(store, case, "pages_read", "3", **told)
    about = {"sort": "accuracy", "text": "All of it.", "subject": case, "question": "pages_read",
             "received": date(2026, 12, 1)}  # fmt: skip
    receive(store, [about], by="AB")
    decided = {"reason": "Counted by EF", "by": "EF"}
    with pytest.raises(InspectionError, match="question pages_read: No more than there are"):
        decide(store, 1, "accepted", answers={"pages_read": "9"}, **decided)
    decide(store, 1, "accepted", answers={"pages_read": "9.0", "pages": "9"}, **decided)
    assert in_force(store, case)["pages_read"] == ("answered", "9")


def test_agreement_is_of_the_blind_marks_whatever_was_settled(store: Store, case: str) -> None:
    mark(store, case, "AB", "fm")
    mark(store, case, "CD", "nm", "on")
    before = agree(store.reviews()).row("question", "first").coefficients["percent"].value
    adjudicate(store, case, "first", "fm", reason="It was met", by="LEAD")
    after = agree(store.reviews()).row("question", "first").coefficients["percent"].value
    assert before == after == 0


def test_marks_of_somebody_it_was_taken_from_do_not_count_once_another_begins(
    store: Store, case: str
) -> None:
    mark(store, case, "AB", "nm", "on", submit=False)
    store.record("allocate", {"part": "first"}, by="LEAD", subject=case, marker="EF")
    assert in_force(store, case)["first"] == ("answered", "nm")
    mark(store, case, "EF", "fm")
    assert in_force(store, case)["first"] == ("answered", "fm")
    assert [event.marker for event in store.events("answer")] == ["AB", "AB", "EF"]


def test_rulings_are_numbered_and_one_that_changes_meaning_brings_cases_back(
    store: Store, case: str
) -> None:
    mark(store, case, "AB", "fm", submit=False)
    first = rule_on(
        store, "first", "A late review is not a review.", by="LEAD", changes_meaning=True
    )
    rule_on(store, "second", "Either form will do.", by="LEAD", changes_meaning=False)
    assert [(each.number, each.question) for each in rulings(store)] == [
        (1, "first"),
        (2, "second"),
    ]
    waiting = to_look_at_again(store)
    assert waiting.values.tolist() == [[case, "", "first", "AB", "fm", first.number]]
    store.answer(case, "first", "fm", evidence=SEEN, marker="AB", expected=1)
    assert to_look_at_again(store).empty


def test_two_rulings_made_at_once_never_get_the_same_number(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Store(store.path)
    assert at_once(store, other, monkeypatch) == {"first", "second"}
    assert [each.number for each in rulings(store)] == [1, 2]
    other.close()


def test_a_query_that_has_its_ruling_gets_no_second_one(store: Store, case: str) -> None:
    said = {"subject": case, "question": "first", "marker": "AB"}
    query = store.record("query", {"text": "Is a note enough?"}, by="AB", **said).hash
    told = {"by": "LEAD", "changes_meaning": False, "query": query}
    made = rule_on(store, "first", "A note is enough.", **told)
    assert rule_on(store, "first", "A note is enough.", **told) == made
    with pytest.raises(InspectionError, match="ruling 1 answers this query"):
        rule_on(store, "first", "It is not.", **told)
    assert rulings(store) == (made,)


def test_an_unsettled_answer_wins_nothing_loses_nothing_and_widens_the_bounds(
    store: Store, case: str
) -> None:
    mark(store, case, "AB", "fm")
    mark(store, case, "CD", "nm", "on")
    for other in store.sample().drawn["id"]:
        if other != case:
            mark(store, str(other), "AB", "fm")
    scores = score(store.reviews(), store.question_set())
    row = scores.table().set_index(["figure", "domain"])
    stratum = store.reviews().subjects.set_index("subject").loc[case, "stratum"]
    held = row.loc[("first", stratum)]
    assert (held["unsettled"], held["share"]) == (1, 1)
    assert held["available"] == 2 * (held["answered"])
