"""Scores: the hand-worked specimen, fraction by fraction, and what must never count."""

from __future__ import annotations

from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspectkit.assessment import Scores, score
from inspectkit.errors import InspectionError
from inspectkit.review import Reviews
from tests.specimens import twelve_cases

COUNTS = {
    "answered": "answered",
    "na": "na",
    "unanswered": "unanswered",
    "closed": "closed",
    "not_examined": "not examined",
    "cases": "cases",
}


def scored(rows: list[dict[str, str]]) -> Scores:
    return score(twelve_cases.reviews_of(rows), twelve_cases.question_set())


def cell(scores: Scores, figure: str, domain: str) -> pd.Series:
    table = scores.table()
    return table[(table["figure"] == figure) & (table["domain"] == domain)].iloc[0]


@pytest.mark.smoke
def test_the_specimen_gives_exactly_the_fractions_worked_by_hand() -> None:
    table = scored(twelve_cases.tables()[0]).table()
    by_hand = twelve_cases.tables()[1]
    assert len(by_hand) == len(table) == 39
    for row, found in zip(by_hand, table.to_dict("records"), strict=True):
        assert (found["figure"], found["domain"]) == (row["figure"], row["domain"])
        fraction = f"{found['points']}/{found['available']}" if found["available"] else "none"
        assert fraction == row["share"], row
        assert found["share"] == twelve_cases.share(row["share"])
        assert {name: found[name] for name in COUNTS} == {k: int(row[v]) for k, v in COUNTS.items()}


def test_the_sums_written_out_in_the_specimen_add_up_to_its_fractions() -> None:
    for row in twelve_cases.tables()[1]:
        if row["points"]:
            won, of = (sum(map(int, part.split("+"))) for part in row["points"].split(" of "))
            assert f"{won}/{of}" == row["share"], row


def test_a_theme_wholly_not_applicable_has_no_share() -> None:
    scores = scored(twelve_cases.tables()[0])
    for domain in ("MC", "CC", "RASSO"):
        assert cell(scores, "victims", domain)["share"] is None
        assert cell(scores, "victims", domain)["available"] == 0


def test_every_mark_has_one_state_and_is_counted_once() -> None:
    scores = scored(twelve_cases.tables()[0])
    for figure in scores.figures:
        for domain, cases in (("MC", 6), ("CC", 4), ("RASSO", 2)):
            row = cell(scores, figure.id, domain)
            states = ("answered", "na", "unanswered", "closed", "not_examined")
            assert sum(row[name] for name in states) == cases * len(figure.questions)


def test_context_questions_and_questions_without_theme_or_tag_count_to_nothing() -> None:
    scores = scored(twelve_cases.tables()[0])
    assert "police_file" not in set(scores.marks["question"])
    assert all("police_file" not in each.questions for each in scores.figures)
    rows = twelve_cases.tables()[0]
    other = scored([{**row, "police_file": "nm"} for row in rows])
    assert other.table().equals(scores.table())


def test_figures_are_themes_then_tags_then_questions_in_the_order_of_the_form() -> None:
    kinds = [each.kind for each in scored(twelve_cases.tables()[0]).figures]
    assert kinds == ["theme"] * 5 + ["tag"] * 2 + ["question"] * 6


def test_the_order_of_the_marks_changes_neither_table_nor_digest() -> None:
    reviews = twelve_cases.reviews()
    shuffled = Reviews(reviews.subjects, reviews.marks.sample(frac=1, random_state=3))
    one, other = (score(each, twelve_cases.question_set()) for each in (reviews, shuffled))
    assert one.table().equals(other.table())
    assert one.digest == other.digest


def test_one_changed_answer_changes_the_digest() -> None:
    rows = twelve_cases.tables()[0]
    assert scored([{**rows[0], "charge_code": "nm"}, *rows[1:]]).digest != scored(rows).digest


@given(st.lists(st.sampled_from(["fm", "pm", "nm", "na", "?", "closed"]), min_size=1, max_size=30))
def test_a_share_is_the_ratio_of_sums_over_the_answers_that_apply(answers: list[str]) -> None:
    blank = dict.fromkeys(twelve_cases.tables()[0][0], "closed")
    rows = [
        {**blank, "case": f"C{number}", "stratum": "CC", "review_timely": each}
        for number, each in enumerate(answers)
    ]
    won = [{"fm": 2, "pm": 1, "nm": 0}[each] for each in answers if each in ("fm", "pm", "nm")]
    expected = Fraction(sum(won), 2 * len(won)) if won else None
    scores = scored(rows)
    assert cell(scores, "review_timely", "CC")["share"] == expected
    assert cell(scores, "grip", "CC")["share"] == expected
    assert cell(scores, "review_timely", "CC")["cases"] == len(won)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"question": "grip_it"}, "case M1, question grip_it: no question of twelve-cases@1."),
        ({"answer": "fmm"}, "case M1, question charge_selection: 'fmm' is no answer"),
        ({"state": "done"}, "case M1, question charge_selection: 'done' is no state of a mark"),
        ({"subject": "M7"}, "case M7, question charge_selection: no case of these reviews."),
        ({"question": "charge_code"}, "case M1, question charge_code: marked twice."),
    ],
)
def test_marks_that_lead_nowhere_are_refused(change: dict[str, str], message: str) -> None:
    reviews = twelve_cases.reviews()
    marks = reviews.marks.copy()
    for column, value in change.items():
        marks.loc[0, column] = value
    with pytest.raises(InspectionError) as refusal:
        score(Reviews(reviews.subjects, marks), twelve_cases.question_set())
    assert str(refusal.value).startswith(message)


def test_an_answer_without_points_that_is_not_excluded_is_refused() -> None:
    qs = twelve_cases.question_set()
    plain = qs.canonical()
    plain["content"]["scales"][0]["answers"][2]["points"] = None
    with pytest.raises(InspectionError, match="answer nm: it needs points or excluded: true"):
        score(twelve_cases.reviews(), type(qs).restore(plain))


def test_a_theme_and_a_question_cannot_share_an_id() -> None:
    qs = twelve_cases.question_set()
    plain = qs.canonical()
    plain["content"]["questions"][3]["id"] = "hearing"
    reviews = twelve_cases.reviews()
    marks = reviews.marks.replace({"question": {"indictment": "hearing"}})
    with pytest.raises(InspectionError, match="the id 'hearing' names two figures"):
        score(Reviews(reviews.subjects, marks), type(qs).restore(plain))


def test_an_unknown_figure_names_the_nearest() -> None:
    with pytest.raises(InspectionError, match="Did you mean grip"):
        scored(twelve_cases.tables()[0]).figure("gripp")


def test_scores_are_counted_under_any_domain_with_both_denominators() -> None:
    scores = score(twelve_cases.reviews(), twelve_cases.question_set())
    cases = scores.cases()["subject"].unique()
    inspectors = {case: "AB" if number % 2 else "CD" for number, case in enumerate(cases)}
    table = scores.by(inspectors)
    grip = table[table["figure"] == "grip"].set_index("domain")
    whole = scores.table()
    whole = whole[whole["figure"] == "grip"]
    assert list(grip.index) == ["AB", "CD"]
    assert grip["points"].sum() == whole["points"].sum()
    assert grip["available"].sum() == whole["available"].sum()
    assert (grip["all"] >= grip["available"]).all()
    for row in grip.itertuples():
        assert row.share == Fraction(row.points, row.available)
        assert row.share_of_all == Fraction(row.points, row.all)
