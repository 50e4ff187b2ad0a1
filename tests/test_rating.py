"""Ratings: exact boundaries, honest chances, rules that are refused when they do not hold."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta

from inspectkit.assessment import Estimates, Ratings, Rule, estimate, rate, score
from inspectkit.assessment.rating import percent
from inspectkit.errors import InspectionError
from tests.specimens import twelve_cases
from tests.test_estimation import marked

RULE = """\
id: specimen
revision: 3
label: "Three bands"
source: "Made up for the tests"
verified: true
measure: share_of_points
minimum_cases: 3
bands:
  - {id: fully, label: Fully meeting, short: Fully, at_least: "70%", tone: good}
  - {id: partially, label: Partially meeting, short: Partially, at_least: "60%", tone: fair}
  - {id: not_meeting, label: Not meeting, short: Not, at_least: "0%", tone: poor}
"""


def rule_of(text: str, folder: Path) -> Rule:
    path = folder / "specimen.yaml"
    path.write_text(text, encoding="utf-8", newline="\n")
    return Rule.load(path)


@pytest.fixture
def rule(tmp_path: Path) -> Rule:
    return rule_of(RULE, tmp_path)


def specimen(rule: Rule) -> Ratings:
    scores = score(twelve_cases.reviews(), twelve_cases.question_set())
    return rate(estimate(scores, twelve_cases.sample()), rule)


def with_value(value: Fraction) -> Estimates:
    """An estimate moved to a value that a small sample could not give."""
    est = marked({"MC": ["fm", "nm", "fm", "pm"]}, {"MC": 400})
    return replace(est, rows=tuple(replace(row, value=value) for row in est.rows))


def answers(won: int, available: int) -> list[str]:
    """Marks of a 2-point question that win so many points of so many."""
    full, half = divmod(won, 2)
    return ["fm"] * full + ["pm"] * half + ["nm"] * (available // 2 - full - half)


@pytest.mark.smoke
@pytest.mark.parametrize(
    ("won", "available", "band"),
    [
        (7, 10, "fully"),  # exactly 70%
        (14, 20, "fully"),
        (21, 30, "fully"),  # 0.1 + 0.2 in floats: 21 / 30 is 0.7 and 3 * 0.1 + 4 * 0.1 is not
        (139, 200, "partially"),  # 69.5%
        (6, 10, "partially"),  # exactly 60%
        (12, 20, "partially"),
        (119, 200, "not_meeting"),  # 59.5%
        (0, 10, "not_meeting"),
        (10, 10, "fully"),
    ],
)
def test_marked_cases_fall_where_the_rule_says(
    won: int, available: int, band: str, rule: Rule
) -> None:
    ratings = rate(marked({"MC": answers(won, available)}, {"MC": 17_000}), rule)
    found = ratings.row("grip", "MC")
    assert found.estimate.value == Fraction(won, available)
    assert found.band is not None and found.band.id == band


@pytest.mark.parametrize(
    ("value", "band", "distance"),
    [
        (Fraction(7, 10), "fully", Fraction(0)),
        (Fraction(6, 10), "partially", Fraction(0)),
        (Fraction("0.59995"), "not_meeting", Fraction(1, 200)),  # prints as 60.0%
        (Fraction("0.69995"), "partially", Fraction(1, 200)),
        (Fraction(7, 10) - Fraction(1, 10**30), "partially", Fraction(1, 10**28)),
        (Fraction(7, 12), "not_meeting", Fraction(5, 3)),
        (Fraction(13, 20), "partially", Fraction(5)),
    ],
)
def test_bands_and_distances_are_exact(
    value: Fraction, band: str, distance: Fraction, rule: Rule
) -> None:
    row = rate(with_value(value), rule).row("grip", "MC")
    assert row.band is not None and row.band.id == band
    assert row.distance == distance


def test_a_weighted_value_on_a_boundary_is_decided_as_a_fraction(tmp_path: Path) -> None:
    # 1/10 and 1/2 in strata of 500 and 500: exactly 30%, where floats give 0.1 + 0.2 trouble
    rule = rule_of(RULE.replace("60%", "30%"), tmp_path)
    est = marked({"MC": answers(2, 20), "CC": answers(10, 20)}, {"MC": 500, "CC": 500})
    row = rate(est, rule).row("grip", "all")
    assert row.estimate.value == Fraction(3, 10) != Fraction(0.1 + 0.2)
    assert row.band is not None and row.band.id == "partially"


def test_a_boundary_of_62_5_per_cent_is_met_by_ten_of_sixteen(tmp_path: Path) -> None:
    rule = rule_of(RULE.replace("60%", "62.5%"), tmp_path)
    assert rule.band(Fraction(10, 16)).id == "partially"
    assert rule.band(Fraction(10, 16) - Fraction(1, 10**12)).id == "not_meeting"


@given(st.fractions(0, 1))
def test_every_share_has_exactly_one_band(value: Fraction) -> None:
    rule = Rule.load("area-inspection@1")
    above = [*[Fraction(2)], *(band.at_least for band in rule.bands)]
    holding = [
        band.id
        for band, top in zip(rule.bands, above, strict=False)
        if band.at_least <= value < top
    ]
    assert holding == [rule.band(value).id]


def test_too_few_cases_are_not_rated_and_say_so(rule: Rule) -> None:
    ratings = specimen(rule)
    few = ratings.row("grip", "RASSO")
    assert (few.band, few.distance, few.probabilities) == (None, None, None)
    assert few.note == "not rated: 2 cases, the rule asks for 3"
    empty = ratings.row("victims", "all")
    assert (empty.band, empty.note) == (None, "not rated: nothing applicable")
    table = ratings.table().set_index(["figure", "domain"])
    assert table.loc[("victims", "all"), "label"] == "Not rated"
    assert table.loc[("victims", "all"), "band"] is None


def test_probabilities_are_near_the_beta_at_the_effective_n(rule: Rule) -> None:
    ratings = rate(marked({"MC": answers(91, 140)}, {"MC": 4000}), rule)
    row = ratings.row("grip", "MC")
    assert row.estimate is not None and row.probabilities is not None
    n_e, p = row.estimate.effective_n, 13 / 20
    assert n_e is not None
    lower, upper = beta.cdf([0.6, 0.7], n_e * p + 0.5, n_e * (1 - p) + 0.5)
    assert row.probabilities == pytest.approx((1 - upper, upper - lower, lower), abs=0.02)
    assert sum(row.probabilities) == pytest.approx(1)
    table = ratings.probabilities()
    assert list(table.columns) == ["figure", "domain", "fully", "partially", "not_meeting"]


def test_twenty_of_twenty_out_of_519_is_not_certain(rule: Rule) -> None:
    ratings = rate(marked({"RASSO": ["fm"] * 20}, {"RASSO": 519}), rule)
    chances = ratings.row("grip", "RASSO").probabilities
    assert chances is not None
    n_e = 19 / (1 - 20 / 519)
    assert chances[0] < 1
    assert chances[0] == pytest.approx(1 - beta.cdf(0.7, n_e + 0.5, 0.5), abs=0.02)


def test_a_census_is_certain(rule: Rule) -> None:
    ratings = rate(marked({"RASSO": ["fm", "pm", "pm", "nm"]}, {"RASSO": 4}), rule)
    assert ratings.row("grip", "RASSO").probabilities == (0.0, 0.0, 1.0)


def test_without_an_interval_a_rating_stands_without_probabilities(tmp_path: Path) -> None:
    rule = rule_of(RULE.replace("minimum_cases: 3", "minimum_cases: 1"), tmp_path)
    row = rate(marked({"MC": ["fm", "na"]}, {"MC": 90}), rule).row("grip", "MC")
    assert row.band is not None and row.band.id == "fully"
    assert (row.probabilities, row.note) == (None, "how sure is not known: one case")


def test_the_columns_are_those_agreed_and_the_digest_follows_the_rule(tmp_path: Path) -> None:
    one = specimen(rule_of(RULE, tmp_path))
    other = specimen(rule_of(RULE.replace("70%", "71%"), tmp_path))
    columns = ["figure", "kind", "domain", "value", "band", "label", "distance", "note"]
    assert list(one.table().columns) == columns
    assert one.digest != other.digest
    assert one.digest == specimen(rule_of(RULE, tmp_path)).digest


def test_the_explanation_walks_from_the_rating_to_its_arithmetic(rule: Rule) -> None:
    text = specimen(rule).explain("grip", "all")
    assert text.splitlines()[0] == "Grip, all casework: Partially meeting"
    for line in (
        "Rule specimen@3: Three bands (checked against its source)",
        "  from 60%: Partially meeting",
        "  MC: 5 / 8 from 4 cases, each standing for 60 / 4",
        "  CC: 8 / 12 from 3 cases, each standing for 30 / 3",
        "  RASSO: 5 / 8 from 2 cases, each standing for 8 / 2",
        "  value: 175/272 = 64.338%",
        "  marks: 14 answered, 0 not applicable, 3 unanswered, 6 closed, 1 not examined, "
        "0 unsettled",
        "Nearest boundary: 4.34 percentage points away",
    ):
        assert line in text.splitlines(), line
    assert "(exact, 95%; sampling only)" in text
    parts = specimen(rule).explain("pre_charge", "MC")
    assert "  charge_code: 8 / 12" in parts.splitlines()
    assert (
        specimen(rule).explain("victims", "CC").splitlines()[1]
        == "  Not rated: nothing applicable."
    )


def test_percentages_are_rounded_at_the_very_end_halves_up() -> None:
    assert percent(Fraction(1, 16), 1) == "6.3%"
    assert percent(Fraction("0.59995"), 3) == "59.995%"
    assert percent(Fraction(2, 3), 0) == "67%"


def test_the_shipped_rule_states_its_source_and_its_minimum() -> None:
    rule = Rule.load("area-inspection@1")
    assert rule.source and rule.minimum_cases >= 1
    assert rule.boundaries == (Fraction(3, 5), Fraction(7, 10))
    assert rule.digest == Rule.load("area-inspection").digest


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("minimum_cases", "minimun_cases", "Did you mean minimum_cases?"),
        ('at_least: "0%"', 'at_leats: "0%"', "Did you mean at_least?"),
        ('"60%"', '"70%"', "line 10, band partially: it does not start below the band before it"),
        ('"60%"', '"75%"', "line 10, band partially: it does not start below the band before it"),
        ('"0%"', '"10%"', "line 11, band not_meeting: no band holds the values below it"),
        ('"60%"', "0.6", 'a boundary is written as a percentage from "0%" to "100%"'),
        ('"60%"', '"160%"', 'a boundary is written as a percentage from "0%" to "100%"'),
        ("id: partially", "id: fully", "line 10, band fully: the id 'fully' stands twice"),
        ("minimum_cases: 3", "minimum_cases: 0", "minimum_cases"),
        ("share_of_points", "vibes", "measure"),
        ("label: Fully", "label: [Fully", "not readable as YAML"),
    ],
)
def test_a_rule_that_does_not_hold_is_refused_with_its_place(
    old: str, new: str, message: str, tmp_path: Path
) -> None:
    assert old in RULE
    with pytest.raises(InspectionError) as refusal:
        rule_of(RULE.replace(old, new, 1), tmp_path)
    assert message in str(refusal.value)
    assert str(refusal.value).startswith("specimen.yaml")


def test_an_unknown_rule_or_revision_is_refused() -> None:
    with pytest.raises(InspectionError, match="no such rating rule"):
        Rule.load("area-inspektion@1")
    with pytest.raises(InspectionError, match="Ask for area-inspection@1"):
        Rule.load("area-inspection@9")
    with pytest.raises(InspectionError, match=r"nowhere\.yaml: no such file"):
        Rule.load("nowhere.yaml")
