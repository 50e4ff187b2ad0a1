"""Rating rules in use: every boundary, every gap, every combination gets one rating."""

from __future__ import annotations

from collections import Counter
from datetime import date
from fractions import Fraction
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from inspectkit.assessment import Departure, Flag, Rule, judge, rate
from inspectkit.assessment.rule.bands import Cuts, Limits, cuts_of
from inspectkit.assessment.rule.combine import NOT_RATED, combine, implied_cuts
from inspectkit.assessment.rule.files import published
from inspectkit.assessment.rule.model import BY_POINTS
from inspectkit.assessment.rule.numbers import number, rounded, written
from inspectkit.errors import InspectionError
from inspectkit.planning import plan
from tests import small
from tests.test_estimation import marked

FOUR = ("outstanding", "good", "requires_improvement", "inadequate")
TINY = Fraction(1, 10**30)
ON = date(2026, 3, 2)


def rated(rule: str, given: list[str], **more: list[Flag] | list[Departure]) -> str | None:
    """The overall rating of judgements given in order."""
    ratings = judge(Rule.load(rule), {f"i{k}": each for k, each in enumerate(given)}, **more)
    band = ratings.row("overall", "all").band
    return band.id if band else None


def scored(points: list[int]) -> list[str]:
    """Ratings that are worth these points of 4."""
    return [FOUR[4 - each] for each in points]


def spread(total: int, inputs: int, most: int, least: int = 0) -> list[int]:
    """Points from `least` to `most` for so many inputs that add up to a total."""
    rest, found = total - least * inputs, []
    for _ in range(inputs):
        found.append(least + min(rest, most - least))
        rest -= found[-1] - least
    assert rest == 0
    return found


@pytest.mark.smoke
def test_every_shipped_rule_loads_and_states_where_it_comes_from() -> None:
    shipped = {f"{name}@{revision}" for name, each in published().items() for revision in each}
    assert shipped >= {
        "acceptance@1",
        "area-assurance@1",
        "area-inspection@1",
        "cfsr@1",
        "cqc-adult-social-care@1",
        "cqc-local-authorities@1",
        "cqc-local-authorities@2",
        "hmi-probation@1",
    }
    for ref in shipped:
        rule = Rule.load(ref)
        assert rule.ref == ref and rule.source


def test_a_rule_that_was_published_keeps_its_digest() -> None:
    digest = "6d78a817a6a0132e9da62a0d30c36dc9722ab5ba7fcdb737e631cda9ff170da0"
    assert Rule.load("area-inspection@1").digest == digest


# --- bands on a share -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ref", "value", "band"),
    [
        ("hmi-probation@1", "0", "inadequate"),
        ("hmi-probation@1", "0.49", "inadequate"),
        ("hmi-probation@1", "0.495", "inadequate"),  # in the gap: has not reached 50%
        ("hmi-probation@1", "0.5", "requires_improvement"),
        ("hmi-probation@1", "0.64", "requires_improvement"),
        ("hmi-probation@1", "0.645", "requires_improvement"),
        ("hmi-probation@1", "0.64995", "requires_improvement"),
        ("hmi-probation@1", "0.65", "good"),
        ("hmi-probation@1", "0.79", "good"),
        ("hmi-probation@1", "0.795", "good"),
        ("hmi-probation@1", "0.8", "outstanding"),
        ("hmi-probation@1", "1", "outstanding"),
        ("cfsr@1", "0.95", "conforms"),
        ("cfsr@1", "19/20", "conforms"),
        ("cfsr@1", "61/65", "does_not"),  # 93.8%
        ("cfsr@1", "62/65", "conforms"),  # 95.4%
        ("cfsr@1", "0.94995", "does_not"),  # prints as 95.0%
        ("area-inspection@1", "0.59995", "not_meeting"),
        ("area-inspection@1", "0.7", "fully"),
    ],
)
def test_a_share_on_and_beside_every_boundary(ref: str, value: str, band: str) -> None:
    assert Rule.load(ref).band(Fraction(value)).id == band


@pytest.mark.parametrize("ref", ["hmi-probation@1", "cfsr@1", "area-inspection@1"])
def test_the_smallest_step_below_a_boundary_is_the_band_below(ref: str) -> None:
    rule = Rule.load(ref)
    for boundary in rule.boundaries:
        above, below = rule.band(boundary), rule.band(boundary - TINY)
        assert rule.index[below.id] == rule.index[above.id] + 1


def test_of_fewer_than_53_valid_cases_nothing_is_accepted() -> None:
    rule = Rule.load("acceptance@1")
    for valid, rated in ((52, None), (53, "accepted")):
        est = marked({"MC": ["fm"] * valid + ["na"] * (60 - valid)}, {"MC": 5_000})
        band = rate(est, rule).row("review_timely", "MC").band
        assert (band.id if band else None) == rated


@pytest.mark.parametrize(("failing", "band"), [(0, "accepted"), (2, "accepted"), (3, "rejected")])
def test_acceptance_counts_failures(failing: int, band: str) -> None:
    assert Rule.load("acceptance@1").band(Fraction(failing)).id == band


# --- sums and shares of points ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("total", "band"),
    [
        *((total, "inadequate") for total in (0, 4)),
        *((total, "requires_improvement") for total in (5, 13)),
        *((total, "good") for total in (14, 22)),
        *((total, "outstanding") for total in (23, 27)),
    ],
)
def test_nine_standards_are_added(total: int, band: str) -> None:
    themes = {
        f"s{k}": {f"q{k}": FOUR[3 - each], f"p{k}": "outstanding"}
        for k, each in enumerate(spread(total, 9, 3))
    }
    ratings = judge(Rule.load("hmi-probation@1"), themes)
    overall = ratings.row("overall", "all")
    assert overall.value == total
    assert overall.band is not None and overall.band.id == band


@pytest.mark.parametrize(
    ("value", "place"),
    [("4.5", 3), ("13.5", 2), ("22.5", 1), ("4.51", 2), ("22.500001", 0), ("23", 0)],
)
def test_exact_halves_of_a_total_round_down(value: str, place: int) -> None:
    step = Rule.load("hmi-probation@1").steps[-1]
    assert step.cuts.index(Fraction(value)) == place


def test_a_standard_is_its_lowest_key_question() -> None:
    given = {"s": dict(zip("abc", ("outstanding", "requires_improvement", "good"), strict=True))}
    row = judge(Rule.load("hmi-probation@1"), given).row("s", "all")
    assert row.band is not None and row.band.id == "requires_improvement"


def test_fewer_standards_than_the_rule_is_for_are_not_rated() -> None:
    given = {f"s{k}": {f"q{k}": "good"} for k in range(8)}
    row = judge(Rule.load("hmi-probation@1"), given).row("overall", "all")
    assert (row.band, row.note) == (None, "not rated: 8 inputs, the rule is for 9")


@pytest.mark.parametrize(
    ("total", "band"),
    [
        (9, "inadequate"),  # 25%
        (13, "inadequate"),  # 36.1%
        (14, "inadequate"),  # 38.89%, in the gap between 38 and 39
        (15, "requires_improvement"),  # 41.7%
        (22, "requires_improvement"),  # 61.1%
        (23, "good"),  # 63.9%
        (31, "good"),  # 86.1%
        (32, "outstanding"),  # 88.9%
        (36, "outstanding"),
    ],
)
def test_nine_statements_of_a_local_authority(total: int, band: str) -> None:
    assert rated("cqc-local-authorities@2", scored(spread(total, 9, 4, 1))) == band


@pytest.mark.parametrize(
    ("value", "band"),
    [
        ("0.38", "inadequate"),
        ("0.389", "inadequate"),
        ("0.39", "requires_improvement"),
        ("0.62", "requires_improvement"),
        ("0.625", "requires_improvement"),
        ("0.63", "good"),
        ("0.87", "good"),
        ("0.875", "good"),
        ("0.88", "outstanding"),
    ],
)
def test_gaps_between_published_percentages_go_where_the_file_says(value: str, band: str) -> None:
    for revision in (1, 2):
        step = Rule.load(f"cqc-local-authorities@{revision}").steps[-1]
        assert step.bands[step.cuts.index(Fraction(value))].rating == band


@pytest.mark.parametrize(
    ("value", "band"),
    [
        ("0.25", "inadequate"),
        ("0.38", "inadequate"),
        ("0.38999999", "inadequate"),
        ("0.39", "requires_improvement"),
        ("0.62", "requires_improvement"),
        ("0.625", "requires_improvement"),  # 10 of 16, in the gap
        ("0.63", "good"),
        ("0.87", "good"),
        ("0.8700000000000000001", "outstanding"),  # over 87, as published
        ("0.875", "outstanding"),
        ("1", "outstanding"),
    ],
)
def test_a_statement_s_share_on_and_beside_every_boundary(value: str, band: str) -> None:
    step = Rule.load("cqc-local-authorities@1").steps[0]
    assert step.bands[step.cuts.index(Fraction(value))].rating == band


def every_cut() -> list[tuple[str, Cuts]]:
    """The cuts of every published rule: those of its figures, and of each step that has some."""
    found = []
    for name, revisions in published().items():
        for revision in revisions:
            rule = Rule.load(f"{name}@{revision}")
            steps = [implied_cuts(step, rule.bands) for step in rule.steps
                     if step.method in BY_POINTS]  # fmt: skip
            own = [] if rule.measure == "judgement" else [rule.cuts]
            found += [(rule.ref, cuts) for cuts in [*own, *steps]]
    return found


@pytest.mark.parametrize(("ref", "cuts"), every_cut(), ids=lambda each: str(each)[:30])
def test_no_float_decides_a_band_of_any_rule(ref: str, cuts: Cuts) -> None:
    for place, cut in enumerate(cuts.cuts):
        # a step that no float sees: on either side of the cut, and on it
        assert cuts.index(cut.value + TINY) == place, ref
        assert cuts.index(cut.value - TINY) == place + 1, ref
        assert cuts.index(cut.value) == place + (not cut.included), ref
        # and for whole numbers, as drawn populations are decided
        n = cut.value.denominator * 10**4
        won = np.array([cut.value * n - 1, cut.value * n, cut.value * n + 1], dtype=float)
        found = cuts.indices(won, np.full(3, float(n))).tolist()
        assert found == [place + 1, place + (not cut.included), place], ref


@pytest.mark.parametrize(
    ("points", "score"),
    [
        ([1, 1, 2, 2], 1),  # 6 / 16 is 37.5%
        ([1, 1, 1, 4], 2),  # 43.75%
        ([4, 2, 2, 2], 2),  # 10 / 16 is 62.5%, in the gap
        ([4, 4, 2, 1], 3),  # 68.75%
        ([4, 4, 4, 1], 3),  # 81.25%
        ([4, 4, 4, 2], 4),  # 14 / 16 is 87.5%: over 87
        ([4, 4, 3, 3], 4),
        ([4, 4, 4, 4], 4),
        ([3], 3),  # one category only
    ],
)
def test_evidence_scores_are_turned_back_into_a_statement_score(
    points: list[int], score: int
) -> None:
    rule = Rule.load("cqc-local-authorities@1")
    given = {f"c{k}": each for k, each in enumerate(scored(points))}
    row = judge(rule, {"statement": given}).row("statement", "all")
    assert row.band is not None and row.band.points == score
    assert row.value == Fraction(sum(points), 4 * len(points))


def test_two_stages_may_differ_from_one() -> None:
    rule = Rule.load("cqc-local-authorities@1")
    # nine statements with evidence 4 and 3: 87.5% of the points, good, in one stage
    given = {f"s{k}": dict(zip([f"{k}a", f"{k}b"], scored([4, 3]), strict=True)) for k in range(9)}
    row = judge(rule, given).row("overall", "all")
    assert row.band is not None and row.band.id == "outstanding"  # 7/8 = 87.5% is over 87: 4
    assert row.value == 1


# --- the middle -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "band"),
    [
        (["excellent", "good", "fair"], "good"),
        (["fair", "fair", "good", "poor"], "fair"),
        (["excellent", "good"], "good"),  # 3.5, an exact half, goes down
        (["good", "fair"], "fair"),
        (["excellent", "excellent", "poor", "poor"], "fair"),  # 2.5
        (["poor"], "poor"),
    ],
)
def test_parts_are_combined_as_their_middle(given: list[str], band: str) -> None:
    assert rated("area-assurance@1", given) == band


# --- counts -----------------------------------------------------------------------------------


def by_hand(given: tuple[str, ...]) -> str:
    """The published principles, read in another order than the file has them."""
    count = Counter(given)
    if count["inadequate"] == 0 and count["requires_improvement"] <= 1:
        only_good = count["requires_improvement"] == 0
        return "outstanding" if only_good and count["outstanding"] >= 2 else "good"
    return "inadequate" if count["inadequate"] >= 2 else "requires_improvement"


def test_each_of_the_1024_combinations_of_key_questions_gets_exactly_one_rating() -> None:
    rule = Rule.load("cqc-adult-social-care@1")
    combinations = list(product(FOUR, repeat=5))
    inputs = np.array([[FOUR.index(each) for each in row] for row in combinations], dtype=np.int8)
    places = combine(rule.steps[0], rule.bands, inputs).places
    assert len(places) == 4**5 and (places != NOT_RATED).all()
    assert [FOUR[place] for place in places] == [by_hand(row) for row in combinations]


@pytest.mark.parametrize("inputs", [1, 2, 3, 4, 5, 6])
@pytest.mark.parametrize("method", ["lowest", "highest", "median", "mean", "share"])
def test_every_method_gives_every_combination_one_rating(method: str, inputs: int) -> None:
    rule = Rule.load("cqc-local-authorities@2")
    changes = {"method": method, "inputs": inputs}
    if method in ("mean", "median"):
        changes |= {"bands": (), "rounding": Rule.load("area-assurance@1").steps[0].rounding}
    step = rule.steps[0].model_copy(update=changes)
    every = np.array(list(product(range(4), repeat=inputs)), dtype=np.int8)
    places = combine(step, rule.bands, every).places
    assert places.min() >= 0 and places.max() <= 3
    assert set(places.tolist()) == {0, 1, 2, 3}


def test_the_order_of_inputs_is_of_no_account() -> None:
    assert rated("cqc-adult-social-care@1", ["inadequate", *["good"] * 4]) == rated(
        "cqc-adult-social-care@1", [*["good"] * 4, "inadequate"]
    )


# --- limiters and discretion ------------------------------------------------------------------


def test_a_breach_caps_the_rating_and_says_so() -> None:
    rule = Rule.load("cqc-adult-social-care@1")
    given = dict.fromkeys("abcde", "outstanding")
    breach = Flag("breach", "A. Lead", ON, "Regulation 12: safe care and treatment")
    row = judge(rule, given, flags=[breach]).row("overall", "all")
    assert row.band is not None and row.band.id == "requires_improvement"
    assert row.note == (
        "limited by breach_of_regulation@1: A breach of a regulation caps the rating"
    )
    assert "no better than requires_improvement" in judge(rule, given, flags=[breach]).explain()


def test_a_breach_leaves_what_is_worse_alone() -> None:
    rule = Rule.load("cqc-adult-social-care@1")
    breach = Flag("breach", "A. Lead", ON, "Regulation 12")
    row = judge(rule, dict.fromkeys("abcde", "inadequate"), flags=[breach]).row("overall", "all")
    assert row.band is not None and row.band.id == "inadequate"
    assert row.limiter is None and row.note == ""


def test_discretion_is_recorded_with_who_when_and_why() -> None:
    rule = Rule.load("cqc-adult-social-care@1")
    moved = Departure("overall", "all", "good", "B. Chair", ON, "One question was borderline")
    ratings = judge(rule, dict.fromkeys("abcde", "outstanding"), departures=[moved])
    row = ratings.row("overall", "all")
    assert row.band is not None and row.by_rule is not None
    assert (row.band.id, row.by_rule.id) == ("good", "outstanding")
    assert row.note == "moved by B. Chair on 2026-03-02: One question was borderline"
    assert "The rule gives Outstanding." in ratings.explain()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"to": "inadequate"}, "from outstanding to inadequate is more than the one band allowed"),
        ({"to": "splendid"}, "no rating 'splendid'"),
        ({"by": " "}, "nobody is named. Say who decided it"),
        ({"why": ""}, "no reason is given. Say why"),
        ({"figure": "a"}, "allows it for overall only"),
        ({"figure": "overal"}, "Did you mean overall?"),
        ({"domain": "CC"}, "no such domain"),
    ],
)
def test_discretion_beyond_the_rule_is_refused(changes: dict[str, str], message: str) -> None:
    rule = Rule.load("cqc-adult-social-care@1")
    stated = {"figure": "overall", "domain": "all", "to": "good", "by": "B", "why": "Because"}
    moved = Departure(on=ON, **(stated | changes))
    with pytest.raises(InspectionError) as refusal:
        judge(rule, dict.fromkeys("abcde", "outstanding"), departures=[moved])
    assert message in str(refusal.value)


def test_discretion_does_not_lift_a_limiter() -> None:
    rule = Rule.load("cqc-adult-social-care@1")
    breach = Flag("breach", "A. Lead", ON, "Regulation 12")
    moved = Departure("overall", "all", "good", "B", ON, "Because")
    with pytest.raises(InspectionError, match="Discretion does not lift a limiter"):
        judge(rule, dict.fromkeys("abcde", "good"), flags=[breach], departures=[moved])


def test_a_rule_without_discretion_leaves_none() -> None:
    moved = Departure("overall", "all", "good", "B", ON, "Because")
    with pytest.raises(InspectionError, match="leaves no discretion"):
        judge(Rule.load("area-assurance@1"), {"a": "excellent"}, departures=[moved])


def test_a_flag_nobody_waits_for_and_a_rating_nobody_gives_are_refused() -> None:
    rule = Rule.load("cqc-adult-social-care@1")
    with pytest.raises(InspectionError, match="Did you mean breach"):
        judge(rule, {"a": "good"}, flags=[Flag("breech", "A", ON, "x")])
    with pytest.raises(InspectionError, match="Did you mean good"):
        judge(rule, {"a": "goood"})


# --- numbers ----------------------------------------------------------------------------------


def test_no_float_stands_for_a_boundary() -> None:
    assert number("62.5%") == Fraction(5, 8)
    assert number("0.1") + number("0.2") == Fraction(3, 10) != Fraction(0.1 + 0.2)
    for given in (0.6, True, -1, "1e3", "", "60 percent", None):
        with pytest.raises(ValueError, match="a boundary is written"):
            number(given)


@pytest.mark.parametrize(
    ("halves", "expected"),
    [("up", ["1", "2", "3"]), ("down", ["0", "1", "2"]), ("even", ["0", "2", "2"])],
)
def test_exact_halves_are_rounded_as_stated(halves: str, expected: list[str]) -> None:
    values = [Fraction(1, 2), Fraction(3, 2), Fraction(5, 2)]
    assert [written(rounded(each, Fraction(1), halves)) for each in values] == expected  # type: ignore[arg-type]


@pytest.mark.parametrize("halves", ["up", "down", "even"])
@pytest.mark.parametrize("gap", [None, "lower", "higher", "nearest"])
def test_cuts_agree_with_rounding_first_and_comparing_after(halves: str, gap: str | None) -> None:
    bands = [
        Limits(Fraction(7)),
        Limits(Fraction(4), Fraction(6)),
        Limits(Fraction(0), Fraction(3)),
    ]
    cuts = cuts_of(bands, gap, (Fraction(1), halves))  # type: ignore[arg-type]
    for eighths in range(80):
        value = Fraction(eighths, 8)
        whole = rounded(value, Fraction(1), halves)  # type: ignore[arg-type]
        assert cuts.index(value) == (0 if whole >= 7 else 1 if whole >= 4 else 2), value


@pytest.mark.parametrize(
    ("gap", "expected"),
    [("lower", [1, 1, 1, 0]), ("higher", [0, 0, 0, 0]), ("nearest", [1, 0, 0, 0])],
)
def test_a_gap_is_closed_as_stated(gap: str, expected: list[int]) -> None:
    bands = [Limits(Fraction(63)), Limits(Fraction(0), Fraction(62))]
    values = [Fraction(621, 10), Fraction(125, 2), Fraction(629, 10), Fraction(63)]
    assert [cuts_of(bands, gap).index(each) for each in values] == expected  # type: ignore[arg-type]
    assert cuts_of(bands, gap).index(Fraction(62)) == 1  # type: ignore[arg-type]


def test_a_rule_that_bands_no_share_is_no_rule_to_plan_with(tmp_path: Path) -> None:
    insp = small.make(tmp_path / "south-west")
    with pytest.raises(InspectionError, match="acceptance@1 puts no share in bands"):
        plan(insp.frame, insp.design, Rule.load("acceptance@1"))
