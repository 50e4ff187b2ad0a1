"""Agreement from reviews: what is a pair, what is a grade, what is undefined, who is severe."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest

from inspectkit.assessment.agreement import agree, nearness, severity, tally
from inspectkit.assessment.agreement.bootstrap import REPLICATES, resamples, with_limits
from inspectkit.assessment.agreement.coefficients import COEFFICIENTS
from inspectkit.errors import InspectionError
from inspectkit.questions import QuestionSet
from inspectkit.review import Reviews
from inspectkit.streams import stream

QS = QuestionSet.load("area-inspection@1")
QUESTION = "charge_selection"
OTHER = "charge_analysis"
Said = dict[tuple[str, str, str], str]  # case, question, marker -> answer


def reviews(said: Said) -> Reviews:
    """Reviews that hold these blind marks; "closed" closes the question for that marker."""
    rows = []
    for (case, question, marker), answer in said.items():
        state = {"na": "na", "closed": "closed"}.get(answer, "answered")
        given = "" if answer == "closed" else answer
        rows.append(
            (case, "", question, marker, state, given, "", 1, f"2026-03-{len(rows) % 28 + 1:02}")
        )
    columns = [
        "subject",
        "item",
        "question",
        "marker",
        "state",
        "answer",
        "evidence",
        "version",
        "at",
    ]
    return Reviews(pd.DataFrame(), pd.DataFrame(), pd.DataFrame(rows, columns=columns), QS)


def two(answers: list[tuple[str, str]], question: str = QUESTION) -> Said:
    """AB's and CD's answers, one case after another."""
    return {
        (f"case {place}", question, marker): answer
        for place, pair in enumerate(answers)
        for marker, answer in zip(("AB", "CD"), pair, strict=True)
    }


def test_when_everybody_finds_everything_fully_met_ac_is_1_and_kappa_has_no_value() -> None:
    row = agree(reviews(two([("fm", "fm")] * 30))).row("question", QUESTION)
    found = row.coefficients
    assert (found["percent"].value, found["ac"].value) == (1, 1)
    assert found["kappa"].value is None and found["alpha"].value is None
    assert "0/0" in found["kappa"].reason and "0/0" in row.note


def test_full_agreement_on_thirty_cases_is_not_certain() -> None:
    found = agree(reviews(two([("fm", "fm")] * 30))).row("question", QUESTION).coefficients
    # Clopper and Pearson (1934): 30 of 30 allow a share as low as .025 ** (1 / 30).
    assert found["percent"].low == pytest.approx(0.025 ** (1 / 30))
    assert found["ac"].low == pytest.approx(0.025 ** (1 / 30))
    assert found["ac"].high == 1


def test_not_applicable_is_never_a_grade() -> None:
    answers = [("fm", "fm")] * 10 + [("na", "fm")] * 5 + [("na", "na")] * 5
    agreement = agree(reviews(two(answers)))
    assert agreement.row("question", QUESTION, "applicability").pairs == 20
    assert (
        agreement.row("question", QUESTION, "applicability").coefficients["percent"].value == 0.75
    )
    assert agreement.row("question", QUESTION).pairs == 10


def test_a_question_closed_for_both_is_no_pair_and_one_closed_for_one_is_a_disagreement() -> None:
    answers = [("fm", "fm")] * 3 + [("closed", "closed")] * 4 + [("closed", "fm")]
    row = agree(reviews(two(answers))).row("question", QUESTION, "applicability")
    assert (row.pairs, row.coefficients["percent"].value) == (4, 0.75)


def test_partially_met_lies_nearer_to_fully_than_not_met_does() -> None:
    spread = [("fm", "fm")] * 12 + [("pm", "pm")] * 4 + [("nm", "nm")] * 4
    near = agree(reviews(two([*spread, *[("fm", "pm")] * 5]))).row("question", QUESTION)
    far = agree(reviews(two([*spread, *[("fm", "nm")] * 5]))).row("question", QUESTION)
    for name in ("ac", "kappa", "alpha"):
        assert (near.coefficients[name].value or 0) > (far.coefficients[name].value or 0)
    assert near.coefficients["percent"].value == far.coefficients["percent"].value


def test_under_twenty_pairs_the_note_puts_the_count_first() -> None:
    assert "19 pairs only" in agree(reviews(two([("fm", "pm")] * 19))).row("all", "").note
    assert "only" not in agree(reviews(two([("fm", "pm")] * 20))).row("all", "").note


def test_one_case_has_no_limits_and_says_why() -> None:
    found = agree(reviews(two([("fm", "pm")]))).row("question", QUESTION).coefficients["ac"]
    assert (found.low, found.high) == (None, None)
    assert "one case" in found.reason


def test_cases_marked_once_are_no_pairs_and_nothing_marked_twice_is_refused() -> None:
    said: Said = {("case 1", QUESTION, "AB"): "fm", ("case 2", QUESTION, "CD"): "fm"}
    with pytest.raises(InspectionError, match="no case has been marked by two people"):
        agree(reviews(said))
    row = agree(reviews(said | two([("fm", "pm")] * 2))).row("question", QUESTION)
    assert row.pairs == 2


def test_pairs_and_markers_have_their_own_rows() -> None:
    said = two([("fm", "fm")] * 4) | {("case 0", QUESTION, "EF"): "pm"}
    table = agree(reviews(said)).table()
    kept = table[(table["stage"] == "answer") & table["level"].isin(["pair", "marker"])]
    counts = dict(zip(kept["id"], kept["pairs"], strict=True))
    assert counts == {"AB + CD": 4, "AB + EF": 1, "CD + EF": 1, "AB": 4, "CD": 4, "EF": 1}


def test_the_same_marks_give_the_same_limits_whatever_their_order() -> None:
    said = two([("fm", "pm"), ("fm", "fm"), ("nm", "pm"), ("pm", "pm")] * 6)
    turned = dict(reversed(said.items()))
    first, second = (agree(reviews(each)).row("all", "").coefficients for each in (said, turned))
    assert first == second


def test_questions_of_one_case_are_resampled_together() -> None:
    # Ten questions that always err together are worth one case, not ten.
    questions = [each.id for each in QS.questions if each.scored and each.scale == "standard"][:10]
    said: Said = {}
    for case, question in product(range(30), questions):
        wrong = case % 3 == 0
        said[f"case {case}", question, "AB"] = "fm"
        said[f"case {case}", question, "CD"] = "nm" if wrong else "fm"
    found = agree(reviews(said)).row("all", "").coefficients["percent"]
    alone = agree(reviews(two([("fm", "nm" if n % 3 == 0 else "fm") for n in range(30)])))
    one = alone.row("all", "").coefficients["percent"]
    assert found.high is not None and found.low is not None
    assert one.high is not None and one.low is not None
    assert found.high - found.low == pytest.approx(one.high - one.low, abs=0.07)


def test_limits_hold_the_true_agreement_as_often_as_they_say(full: bool) -> None:
    # True AC of the model: both see the truth (60/25/15) and each slips to a random grade.
    rounds, cases, slip = (1000 if full else 120), 40, 0.3
    numbers, weights = stream("coverage", "test"), nearness("quadratic", [0, 1, 2])

    def marks(n: int) -> np.ndarray:
        truth = np.searchsorted([0.6, 0.85], numbers.array(n))
        slips = numbers.array(2 * n).reshape(n, 2) < slip
        anew = np.minimum((numbers.array(2 * n) * 3).astype(int), 2).reshape(n, 2)
        return np.where(slips, anew, truth[:, None])

    whole = tally(marks(400_000), weights)
    true = float(COEFFICIENTS["ac"](whole.summed(np.ones(whole.size))))
    drawn = resamples(cases, "coverage", REPLICATES)
    held = 0
    for _ in range(rounds):
        found = with_limits(["ac"], tally(marks(cases), weights), drawn)["ac"]
        held += found.low is not None and found.low <= true <= (found.high or 0)
    print(f"AC2, {cases} cases: the limits held {true:.3f} in {held} of {rounds} rounds")
    assert 0.88 <= held / rounds <= 0.99


def differences(severe: float, cases: int = 12, drift: float = 0.0) -> pd.DataFrame:
    """AB and CD on the same cases: AB gives `severe` less, more so as time goes by."""
    rows, noise = [], stream("severity", "test")
    for case in range(cases):
        base = 0.4 + 0.2 * noise.uniform()
        own = base - severe - drift * (case / (cases - 1) - 0.5) + 0.02 * (noise.uniform() - 0.5)
        rows += [(case, case, "AB", own, case), (case, case, "CD", base, case)]
    return pd.DataFrame(rows, columns=["unit", "case", "marker", "share", "order"])


def test_a_severe_marker_is_found_with_the_right_sign() -> None:
    table = severity(differences(0.10)).set_index("marker")
    assert table.loc["AB", "severity"] == pytest.approx(10, abs=1)
    assert table.loc["AB", "low"] > 0 > table.loc["CD", "high"]
    assert table.loc["CD", "severity"] == pytest.approx(-table.loc["AB", "severity"])


def test_two_files_are_shrunk_further_than_forty() -> None:
    few = differences(0.10, cases=2).assign(
        case=lambda t: t["case"] + 100, unit=lambda t: t["unit"] + 100
    )
    few.loc[few["marker"] == "CD", "share"] += [0.0, 0.2]
    few["marker"] = few["marker"].map({"AB": "EF", "CD": "GH"})
    table = severity(pd.concat([differences(0.10, cases=40), few])).set_index("marker")
    kept = table["shrunk"].abs() / table["severity"].abs()
    assert kept["EF"] < kept["AB"] <= 1


def test_a_marker_who_grows_stricter_shows_a_drift() -> None:
    table = severity(differences(0.0, drift=0.2)).set_index("marker")
    assert table.loc["AB", "drift"] == pytest.approx(20, abs=3)
    assert table.loc["AB", "drift_low"] > 0


def test_unweighable_codes_and_weights_are_refused() -> None:
    with pytest.raises(InspectionError, match="no kind 'cubic'"):
        nearness("cubic", [0, 1])
    with pytest.raises(InspectionError, match="do not rise"):
        nearness("linear", [1, 0])
    with pytest.raises(InspectionError, match="from -1 to 1"):
        tally(np.array([[0, 2]]), nearness("identity", [0, 1]))
