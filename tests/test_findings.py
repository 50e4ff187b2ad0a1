"""The register and its follow-up: checks, fuzzy dates, answers as they really come."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from inspectkit.errors import InspectionError
from inspectkit.findings import (
    Action,
    Basis,
    Figure,
    Figures,
    Finding,
    FollowUp,
    Register,
    Response,
    Status,
    read_due,
)
from inspectkit.validation import validated

PUBLISHED = date(2024, 1, 31)
AREAS = tuple(f"CPS Area {n}" for n in range(1, 15))


def recommendation(**changed: object) -> Finding:
    stated: dict[str, object] = {
        "id": "letters",
        "kind": "recommendation",
        "number": 1,
        "text": "Check a sample of letters to victims each month and record what was found.",
        "basis": (Basis(figure="victim_letters", domain="CC"),),
        "addressees": ("CPS South West",),
        "due": "by 30 September 2024",
        "measure": "Monthly records of the checks from April onwards",
    }
    return Finding.model_validate(stated | changed)


def answered(finding: str = "letters", **changed: object) -> Response:
    stated = {"finding": finding, "addressee": "CPS South West", "received": date(2024, 3, 1)}
    return Response.model_validate(stated | changed)


def follow_up(
    *responses: Response, statuses: tuple[Status, ...] = (), **finding: object
) -> FollowUp:
    return FollowUp(Register((recommendation(**finding),), PUBLISHED), responses, statuses)


# --- dates --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("by 30 September 2024", None, "2024-09-30"),
        ("in the autumn of 2019", "2019-09-01", "2019-11-30"),
        ("by the end of September 2019", None, "2019-09-30"),
        ("winter 2019", "2019-12-01", "2020-02-29"),
        ("by mid-October 2020", None, "2020-10-20"),
        ("Q3 2021", "2021-07-01", "2021-09-30"),
        ("2019/20", "2019-04-01", "2020-03-31"),
        ("within three months of publication", None, "2024-04-30"),
        ("within 28 days", None, "2024-02-28"),
        ("within ten working days", None, "2024-02-14"),
        ("30/09/2024", "2024-09-30", "2024-09-30"),
        ("30.9.2024", "2024-09-30", "2024-09-30"),
        ("30-09-2024", "2024-09-30", "2024-09-30"),
        ("by 1st of July 2022", None, "2022-07-01"),
        ("reissued in August 2019, assured in autumn 2019", "2019-08-01", "2019-11-30"),
        ("reissue in August 2019, assurance by the end of September 2019", None, "2019-09-30"),
        ("Q2 2021; Q1 2021 for one unit", "2021-01-01", "2021-06-30"),
    ],
)
def test_a_date_is_kept_as_written_and_read_as_days(written: str, first: str, last: str) -> None:
    due = read_due(written, published=PUBLISHED)
    assert due.written == written
    assert str(due.first or "None") == str(first)
    assert str(due.last) == last


@pytest.mark.parametrize(
    "written",
    [
        "in due course",
        "ongoing",
        "",
        "31 February 2020",
        "soon",
        "by 1 May 2020 or 31 June 2020",
        "30.9/2024",
    ],
)
def test_what_is_no_date_says_so_and_is_never_overdue(written: str) -> None:
    due = read_due(written)
    assert due.last is None and due.reason
    assert not due.overdue(date(2100, 1, 1))


def test_a_date_that_hangs_on_another_step_names_that_step() -> None:
    due = read_due("once the new guidance has been issued")
    assert (due.last, due.after) == (None, "the new guidance has been issued")


# --- the register -------------------------------------------------------------------------------


def test_a_sound_recommendation_passes_and_each_fault_is_told() -> None:
    assert Register((recommendation(),), PUBLISHED).check() == ()
    faulty = recommendation(addressees=(), due="in due course", measure="", basis=())
    said = " ".join(Register((faulty,), PUBLISHED).check())
    for words in ("nobody", "no date can be read", "nothing says", "rests on no figure"):
        assert words in said


def figures(value: Fraction = Fraction(2, 3)) -> Figures:
    names = ("victim_letters@CC", "disclosure@CC", "disclosure@all")
    return Figures({name: Figure(name, "Letters", "Crown Court", value) for name in names})


def test_unknown_figures_are_errors_all_at_once_with_the_nearest() -> None:
    wrong = (Basis(figure="victim_leters", domain="CC"), Basis(figure="disclosure", domain="XX"))
    with pytest.raises(InspectionError) as refused:
        Register((recommendation(basis=wrong),)).resting_on(figures())
    assert "Did you mean victim_letters?" in str(refused.value)
    assert "no casework type 'XX'" in str(refused.value)


def test_a_moved_figure_lists_the_findings_to_read_again() -> None:
    written = Register((recommendation(),)).resting_on(figures())
    assert written.to_read_again(figures()).empty
    moved = written.to_read_again(figures(Fraction(3, 4)))
    assert moved.values.tolist() == [
        ["letters", "Recommendation 1", "victim_letters@CC", "66.7%", "75.0%"]
    ]


def test_two_lists_may_both_begin_at_1_and_one_list_may_not_repeat_a_number() -> None:
    issue = Finding(id="issue-1", kind="issue", list="Issues", number=1, text="Late reviews.")
    Register((recommendation(), issue))
    with pytest.raises(InspectionError, match="the same list and number as letters"):
        Register((recommendation(), recommendation(id="other")))


# --- responses as they really come ---------------------------------------------------------------


def test_an_action_alone_is_not_an_acceptance() -> None:
    only_action = answered(actions=[Action(text="We have issued a reminder.")])
    table = follow_up(only_action).table(date(2024, 6, 1))
    assert table.loc[0, "answer"] == "not_stated"


def test_noted_with_another_action_instead_is_kept_apart() -> None:
    noted = answered(answer="note", actions=[Action(text="Training instead.", instead=True)])
    held = follow_up(noted).response("letters", "CPS South West")
    assert held is not None and held.answer == "note" and held.actions[0].instead


@pytest.mark.parametrize("answer", ["reject", "partially_accept"])
def test_a_rejection_without_a_reason_is_refused(answer: str) -> None:
    stated = {"finding": "letters", "addressee": "A", "answer": answer, "received": PUBLISHED}
    with pytest.raises(InspectionError, match="without a reason"):
        validated(Response, stated, "response")


def test_a_joint_recommendation_answered_by_one_addressee_waits_for_the_other() -> None:
    both = follow_up(answered(answer="accept"), addressees=("CPS South West", "Avon Police"))
    answers = both.table(date(2024, 6, 1)).set_index("addressee")["answer"].to_dict()
    assert answers == {"CPS South West": "accept", "Avon Police": "no response"}


def test_a_suggestion_is_followed_up_and_needs_no_date() -> None:
    suggested = Finding(id="s", kind="suggestion", number=1, text="Share it.", paragraph="4.2",
                        addressees=("CPS South West",))  # fmt: skip
    assert Register((suggested,)).check() == ()
    table = FollowUp(Register((suggested,))).table(date(2024, 6, 1))
    assert list(table["id"]) == ["s"]


def test_two_dates_in_one_response_are_due_when_the_last_of_them_is() -> None:
    two = answered(
        answer="accept",
        actions=[Action(text="Reissue the guidance.", due="in August 2024")],
        assurance="Dip samples of letters",
        assurance_due="by the end of September 2024",
    )
    followed = follow_up(two, due="")
    assert followed.table(date(2024, 6, 1)).loc[0, "last"] == date(2024, 9, 30)
    assert followed.overdue(date(2024, 9, 30)).empty
    assert list(followed.overdue(date(2024, 10, 1))["id"]) == ["letters"]


def test_three_phases_are_three_actions() -> None:
    phases = [Action(text=f"Phase {n}", due=f"by the end of {m} 2024") for n, m in
              ((1, "March"), (2, "June"), (3, "December"))]  # fmt: skip
    followed = follow_up(answered(answer="accept", actions=phases))
    assert followed.table(date(2024, 6, 1)).loc[0, "last"] == date(2024, 12, 31)


def test_the_first_of_three_phases_is_told_when_its_day_has_passed() -> None:
    phases = [Action(text=f"Phase {n}", due=f"by the end of {m} 2024") for n, m in
              ((1, "March"), (2, "June"), (3, "December"))]  # fmt: skip
    followed = follow_up(answered(answer="accept", actions=phases), due="")
    assert list(followed.passed(date(2024, 4, 1))["step"]) == ["Phase 1"]
    assert followed.overdue(date(2024, 4, 1)).empty
    seen = claim("CPS South West", "inspectorate", evidence="Seen")
    done = follow_up(answered(actions=phases), due="", statuses=(seen,))
    assert done.passed(date(2025, 4, 1)).empty


def test_the_history_of_a_finding_has_every_word_of_both_sides_in_order() -> None:
    said = (
        claim("CPS South West", attested_by="A. Manager, chief prosecutor"),
        claim("CPS South West", "inspectorate", "partially_achieved", evidence="Two of three"),
        claim("CPS South West", "inspectorate", "superseded", superseded_by="Recommendation 4",
              evidence="The new report", on=date(2025, 1, 1)),
    )  # fmt: skip
    history = follow_up(answered(answer="accept"), statuses=said).history("letters")
    assert list(history["said"]) == [
        "answer: Accepted",
        "claimed: Achieved",
        "verified: Partially achieved",
        "verified: Superseded by Recommendation 4",
    ]
    assert history["by"].iloc[1] == "A. Manager, chief prosecutor"
    assert history["evidence"].iloc[2] == "Two of three"


def test_a_promise_later_than_was_asked_is_told() -> None:
    later = answered(answer="accept", actions=[Action(text="All of it.", due="March 2025")])
    found = follow_up(later).postponed()
    assert found[["asked", "promised"]].values.tolist() == [[date(2024, 9, 30), date(2025, 3, 31)]]
    assert follow_up(answered(answer="accept")).postponed().empty


def test_a_strength_may_be_answered_without_having_been_asked() -> None:
    strength = Finding(id="s", kind="strength", number=1, text="Good letters.", paragraph="4.2")
    said = answered("s", narrative="We share this with other Areas.")
    table = FollowUp(Register((strength,)), (said,)).table(date(2024, 6, 1))
    assert table[["id", "addressee", "answer"]].values.tolist() == [
        ["s", "CPS South West", "not_stated"]
    ]


def test_an_answer_is_awaited_by_the_clock_of_the_finding() -> None:
    by_statute = follow_up(clock="police-comments")
    row = by_statute.to_answer(date(2024, 3, 27)).loc[0]
    # 56 days beginning with the day of publication: Police Act 1996, section 55(5A)
    assert (row["last"], row["late"]) == (date(2024, 3, 26), True)
    assert follow_up(answered(), clock="police-comments").to_answer(PUBLISHED).empty
    with pytest.raises(InspectionError, match="Did you mean police-comments"):
        validated(Finding, {"id": "x", "kind": "issue", "text": "x", "clock": "police-comment"},
                  "finding")  # fmt: skip


def test_an_action_that_waits_for_another_step_is_told_and_not_late() -> None:
    waits = answered(actions=[Action(text="Train.", due="once the new guidance has been issued")])
    row = follow_up(waits).table(date(2030, 1, 1)).loc[0]
    assert row["waits_for"] == "the new guidance has been issued"
    assert not row["overdue"]


def test_an_action_done_before_publication_is_no_longer_due() -> None:
    action = Action(text="Done.", due="December 2023", done_before=True)
    assert action.deadline(PUBLISHED).last is None
    assert action.deadline(PUBLISHED).reason == "done before publication"


def test_every_step_without_a_day_is_told_beside_dated_ones() -> None:
    held = follow_up(answered(answer="accept", actions=(
        Action(text="Reissue", due="by May 2024"),
        Action(text="Train", due="once it is out"),
        Action(text="Review"),
        Action(text="Remind", due="in June 2023", done_before=True),
    )))  # fmt: skip
    told = held.without_day()
    assert told[["step", "due", "waits_for"]].values.tolist() == [
        ["Train", "once it is out", "it is out"],
        ["Review", "", "nothing is written"],
    ]  # what was done before publication waits for nothing
    closed = Status(finding="letters", addressee="CPS South West", side="inspectorate",
                    state="achieved", on=PUBLISHED, by="AB", evidence="Seen")  # fmt: skip
    assert follow_up(*held.responses, statuses=(closed,)).without_day().empty
    assert list(follow_up(due="").without_day()["step"]) == ["No step yet"]


def test_a_narrative_answer_keeps_its_assurance() -> None:
    said = answered(narrative="Managers look at files.", assurance="Dip samples and case panels")
    held = follow_up(said).response("letters", "CPS South West")
    assert held is not None and held.assurance == "Dip samples and case panels"


# --- claimed and verified ------------------------------------------------------------------------


def claim(addressee: str, side: str = "body", state: str = "achieved", **more: object) -> Status:
    stated = {"finding": "letters", "addressee": addressee, "side": side, "state": state,
              "on": date(2024, 8, 1), "by": "AB"}  # fmt: skip
    return Status.model_validate(stated | more)


def test_n_of_14_counts_what_the_inspectorate_verified() -> None:
    statuses = (
        *(claim(area) for area in AREAS[:9]),
        *(
            claim(area, "inspectorate", evidence="Twelve monthly records seen")
            for area in AREAS[:4]
        ),
    )
    row = follow_up(statuses=statuses, addressees=AREAS).rolled_up().loc[0]
    assert (row["addressees"], row["claimed"], row["achieved"]) == (14, 9, 4)


def test_a_claim_does_not_end_the_clock() -> None:
    followed = follow_up(statuses=(claim("CPS South West"),))
    assert list(followed.overdue(date(2024, 10, 1))["id"]) == ["letters"]


def test_verified_without_evidence_and_superseded_by_nothing_are_refused() -> None:
    base = {"finding": "letters", "addressee": "A", "on": PUBLISHED, "by": "AB"}
    for stated, said in (
        ({"side": "inspectorate", "state": "achieved"}, "without evidence"),
        ({"side": "body", "state": "superseded"}, "superseded by what"),
    ):
        with pytest.raises(InspectionError, match=said):
            validated(Status, base | stated, "status")


def test_the_newest_state_counts_and_the_history_is_kept() -> None:
    statuses = (claim("CPS South West"), claim("CPS South West", state="in_progress"))
    followed = follow_up(statuses=statuses)
    assert followed.state("letters", "CPS South West", "body") == "in_progress"
    assert len(followed.statuses) == 2


def test_an_answer_of_somebody_it_is_not_addressed_to_is_refused() -> None:
    with pytest.raises(InspectionError, match="not among those it is addressed to"):
        follow_up(answered(addressee="Elsewhere"))
