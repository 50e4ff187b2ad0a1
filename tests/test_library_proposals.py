"""What the shipped sets propose from dates: one table of dates, limits and the answers they give.

Working days leave out weekends and the bank holidays of England and Wales: in 2026 Good Friday was
3 April, Easter Monday 6 April, the early May holiday 4 May (gov.uk, bank holidays, read 2026).
"""

from __future__ import annotations

from datetime import date

import pytest

from inspectkit.questions import QuestionSet
from inspectkit.resources import folder
from inspectkit.review.state import Answer, Judged, judged

SHELF = folder("question_sets")


def known(name: str, casework_type: str, **answers: str) -> Judged:
    """What a case of the set means once these answers are given, and what one item in it does."""
    qs = QuestionSet.load(SHELF / name)
    given = {id: Answer(answer, "", 1, "") for id, answer in answers.items()}
    case = judged(qs, casework_type, {}, given)
    items = [question for question in qs.questions if question.item]
    return judged(qs, casework_type, {}, given, asked=items, above=case) if items else case


@pytest.mark.parametrize(
    ("enhanced", "sent", "days", "proposed"),
    [
        ("no", "2026-04-02", "0", "fm"),
        ("no", "2026-04-11", "4", "fm"),  # a Saturday; two holidays lay between
        ("no", "2026-04-13", "5", "fm"),
        ("no", "2026-04-14", "6", "nm"),
        ("yes", "2026-04-07", "1", "fm"),
        ("yes", "2026-04-08", "2", "nm"),
    ],
)
def test_a_letter_about_a_decision_has_five_working_days_or_one(
    enhanced: str, sent: str, days: str, proposed: str
) -> None:
    answers = {"decision_on": "2026-04-02", "sent_on": sent, "enhanced": enhanced}
    found = known("victim-letters", "VCL", **answers)
    assert found.values["days_to_send"] == days
    assert found.suggested["letter_timely"] == proposed


@pytest.mark.parametrize(
    ("kind", "sent", "proposed"),
    [
        ("VRR", "2026-03-16", "fm"),  # ten working days after Monday 2 March
        ("VRR", "2026-03-17", "nm"),
        ("COMP", "2026-03-30", "fm"),  # twenty
        ("COMP", "2026-03-31", "nm"),
    ],
)
def test_a_review_is_answered_in_ten_working_days_and_a_complaint_in_twenty(
    kind: str, sent: str, proposed: str
) -> None:
    answers = {"received_on": "2026-03-02", "sent_on": sent}
    assert known("victim-letters", kind, **answers).suggested["letter_timely"] == proposed


def test_without_a_date_nothing_is_proposed_and_without_an_answer_it_was_not_in_time() -> None:
    assert "letter_timely" not in known("victim-letters", "COMP", sent_on="2026-03-30").suggested
    asked = {"acknowledgement": "no", "received_on": "2026-03-02"}
    assert known("victim-letters", "COMP", **asked).suggested["acknowledged"] == "nm"


@pytest.mark.parametrize(
    ("name", "casework_type", "question", "answers", "late"),
    [
        (
            "witness-care-correspondence",
            "WMS",
            "checked_timely",
            {"received_on": "2026-03-06", "was_checked": "yes", "checked_on": "2026-03-09"},
            {"checked_on": "2026-03-10"},
        ),
        (
            "witness-care-correspondence",
            "OTHER",
            "answered_timely",
            {
                "received_on": "2026-03-02",
                "urgent": "no",
                "answer_needed": "yes",
                "answer_given": "yes",
                "answered_on": "2026-03-09",
            },
            {"urgent": "yes"},
        ),
        (
            "witness-care-correspondence",
            "OTHER",
            "answered_timely",
            {
                "received_on": "2026-03-02",
                "urgent": "yes",
                "answer_needed": "yes",
                "answer_given": "yes",
                "answered_on": "2026-03-04",
            },
            {"answer_given": "no"},
        ),
        (
            "defence-correspondence",
            "CC",
            "filed_timely",
            {"received_on": "2026-05-01", "was_filed": "yes", "filed_on": "2026-05-05"},
            {"filed_on": "2026-05-06"},
        ),
        (
            "defence-correspondence",
            "MC",
            "reply_timely",
            {
                "received_on": "2026-03-02",
                "reply_needed": "yes",
                "urgent": "no",
                "reply_given": "yes",
                "replied_on": "2026-03-09",
            },
            {"replied_on": "2026-03-10"},
        ),
        (
            "victims-joint",
            "NFA",
            "referral_timely",
            {
                "reported_on": "2026-03-02",
                "support_offered": "made",
                "referred_on": "2026-03-04",
            },
            {"referred_on": "2026-03-05"},
        ),
        (
            "victims-joint",
            "NFA",
            "nfa_timely",
            {
                "enhanced": "no",
                "nfa_decided": "2026-03-02",
                "nfa_contact": "yes",
                "nfa_told": "2026-03-09",
            },
            {"enhanced": "yes"},
        ),
        (
            "victims-joint",
            "CONV",
            "contact_timely",
            {
                "scheme_applies": "yes",
                "sentenced_on": "2026-03-02",
                "contact_offered": "yes",
                "contact_offered_on": "2026-03-30",
            },
            {"contact_offered_on": "2026-03-31"},
        ),
        (
            "disclosure",
            "CC",
            "initial_timely",
            {
                "initial_due": "yes",
                "initial_deadline": "2026-07-11",
                "initial_served": "yes",
                "initial_served_on": "2026-07-11",
            },
            {"initial_served_on": "2026-07-12"},
        ),
        (
            "disclosure",
            "MC",
            "statement_to_police_timely",
            {
                "initial_due": "yes",
                "statement": "adequate",
                "statement_received": "2026-03-02",
                "statement_forwarded": "yes",
                "statement_to_police": "2026-03-09",
            },
            {"statement_to_police": "2026-03-10"},
        ),
        (
            "area-assurance",
            "RASSO",
            "letter_timely",
            {
                "letter_due": "yes",
                "letter_decided_on": "2026-03-02",
                "letter_sent": "yes",
                "letter_sent_on": "2026-03-09",
            },
            {"letter_sent": "no"},
        ),
    ],
)
def test_the_last_day_is_in_time_and_the_next_is_not(
    name: str, casework_type: str, question: str, answers: dict[str, str], late: dict[str, str]
) -> None:
    assert known(name, casework_type, **answers).suggested[question] == "fm"
    assert known(name, casework_type, **(answers | late)).suggested[question] == "nm"


def test_every_question_of_time_that_dates_can_settle_is_settled_by_them() -> None:
    for path in SHELF.glob("*/question_set.yaml"):
        asked = QuestionSet.load(path).content.questions
        timely = [each for each in asked if each.scale == "timely"]
        dates = {each.page for each in asked if each.type == "date"}
        for question in timely:
            on_a_page_of_dates = (question.page or question.themes[0]) in dates
            assert question.suggest or not on_a_page_of_dates, (path.parent.name, question.id)


def test_a_limit_counts_from_a_weekend_as_from_the_day_before_it() -> None:
    assert date(2026, 3, 7).strftime("%A") == "Saturday"
    answers = {"was_checked": "yes", "received_on": "2026-03-07", "checked_on": "2026-03-09"}
    found = known("witness-care-correspondence", "WMS", **answers)
    assert found.suggested["checked_timely"] == "fm"
