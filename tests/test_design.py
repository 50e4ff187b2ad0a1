"""The design: what `inspection.toml` can state, what is refused, what its digest covers."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from inspectkit.errors import InspectionError
from inspectkit.sampling import AcceptancePlan, Design, draw, settle, verify
from inspectkit.sampling.selecting import allocation
from tests.properties.frames import SIZES, cases_of, examples, frame_of

EXAMPLES = examples()
HEAD = '[inspection]\nid = "south-west-2026"\n'


def stated(folder: Path, sample: str) -> Design:
    path = folder / "inspection.toml"
    path.write_text(HEAD + sample, encoding="utf-8")
    return Design.read(path)


def sizes(design: Design, frame: Any = None) -> list[tuple[str, int, int]]:
    settled = settle(frame or frame_of(cases_of()), design)
    return [(each.id, each.n, each.reserves) for each in settled.strata]


def test_a_plain_stratified_design_keeps_the_digest_it_always_had() -> None:
    plain = {"id": "MC", "n": 3, "reserves": 1}
    design = Design.of("a", strata={"MC": 3}, reserves="30%")
    assert design.canonical() == {"inspection": "a", "round": "1", "strata": [plain]}
    known = "ece57df51be081265159c5966a857f068aa4a3d5503cef7bb6cbf851ef68c3e3"
    assert design.digest == known


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_design_comes_back_from_its_canonical_form(name: str) -> None:
    design = EXAMPLES[name][1]
    form = json.loads(json.dumps(design.canonical()))
    again = Design.restore(form, avoid=design.avoid, prefer=design.prefer)
    assert again.digest == design.digest and again.canonical() == design.canonical()


def test_every_kind_of_design_has_a_digest_of_its_own() -> None:
    assert len({design.digest for _, design in EXAMPLES.values()}) == len(EXAMPLES)


@pytest.mark.parametrize("rule", ["proportional", "neyman", "power", "precision"])
def test_allocations_are_stated_in_the_file(rule: str, tmp_path: Path) -> None:
    size = 'half_width = "20%"\n' if rule == "precision" else "total = 15\n"
    strata = "".join(
        f'[[sample.strata]]\nid = "{name}"\ndeviation = {deviation}\n'
        for name, deviation in {"MC": 0.4, "CC": 0.5, "RASSO": 0.4}.items()
    )
    text = f'[sample]\nreserves = "0%"\nallocation = "{rule}"\nminimum = 2\n{size}{strata}'
    found = {name: n for name, n, _ in sizes(stated(tmp_path, text))}
    deviations = {"MC": "0.4", "CC": "0.5", "RASSO": "0.4"}
    wanted = {
        "proportional": allocation.proportional(15, SIZES, minimum=2),
        "neyman": allocation.neyman(15, SIZES, deviations, minimum=2),
        "power": allocation.power(15, SIZES, deviations=deviations, minimum=2),
        "precision": allocation.precision(SIZES, deviations, half_width=Fraction("0.2"), minimum=2),
    }
    assert found == wanted[rule]


def test_shares_go_to_the_largest_remainders_and_ties_to_the_larger_then_to_the_first() -> None:
    # 10 x 5/12 = 4.17, 10 x 5/12 = 4.17, 10 x 2/12 = 1.67
    assert allocation.proportional(10, {"a": 50, "b": 50, "c": 20}) == {"a": 4, "b": 4, "c": 2}
    assert allocation.proportional(3, {"a": 10, "b": 10}) == {"a": 2, "b": 1}
    assert allocation.proportional(5, {"a": 10, "b": 30}) == {"a": 1, "b": 4}


def test_a_stratum_smaller_than_its_share_is_taken_whole_and_the_minimum_is_kept() -> None:
    found = allocation.neyman(30, {"a": 5, "b": 100, "c": 100}, {"a": 100, "b": 1, "c": 0})
    assert found == {"a": 5, "b": 24, "c": 1}
    with pytest.raises(InspectionError, match="these strata take 25 to 205"):
        allocation.proportional(19, {"a": 5, "b": 100, "c": 100}, minimum=10)


def test_a_float_cannot_move_a_case_to_another_stratum() -> None:
    # 0.29 x 100 is 28.999999999999996 as a float
    assert allocation.proportional(100, {"a": 29, "b": 71}) == {"a": 29, "b": 71}
    assert allocation.neyman(10, {"a": 10, "b": 10}, {"a": 0.1, "b": 0.3})["b"] in (7, 8)
    tied = Design.of(
        "a",
        strata={"a": {"deviation": 0.1}, "b": {"deviation": "1/10"}},
        total=3,
        allocation="neyman",
    )
    assert tied.strata[0].deviation == tied.strata[1].deviation == Fraction(1, 10)


def test_deviations_from_a_pilot_and_from_an_assumed_share() -> None:
    assert float(allocation.deviation(["2", "1", "0", "2"])) == pytest.approx(0.957427107756338)
    assert allocation.deviation_of_share("1/5") == Fraction(2, 5)
    assert allocation.root(Fraction(27, 8), Fraction(1, 3)) == Fraction(3, 2)
    with pytest.raises(InspectionError, match="Give two values"):
        allocation.deviation([1])


# --- B055, B061 -----------------------------------------------------------------------------------


def test_b055_fewer_cases_than_wanted_are_refused_with_both_numbers() -> None:
    frame = frame_of(cases_of({"RASSO": 12}))
    with pytest.raises(InspectionError) as refused:
        draw(frame, Design.of("x", strata={"RASSO": 30}), seed="1 2 3")
    assert "30 cases and 0 reserves wanted, 12 cases in the frame" in str(refused.value)
    assert "take_all" in refused.value.remedy


@pytest.mark.parametrize("how", ["for all", "for one"])
def test_b055_take_all_gives_a_census_and_says_so(how: str) -> None:
    frame = frame_of(cases_of({"RASSO": 12}))
    table: Any = {"n": 30, "take_all": True} if how == "for one" else 30
    options = {"take_all": True} if how == "for all" else {}
    design = Design.of("x", strata={"RASSO": table}, reserves="30%", **options)
    sample = draw(frame, design, seed="1 2 3")
    assert len(sample.drawn) == 12 and set(sample.table()["weight"]) == {1.0}
    assert sample.notes == ("RASSO: all 12 cases are taken, weight 1 (a census)",)
    assert verify(frame, sample)[-1] == "RASSO: all 12 cases, weight 1 and 0 reserves in order"


def test_take_all_draws_as_planned_where_there_are_enough() -> None:
    design = Design.of("x", strata={"MC": 10, "CC": 5, "RASSO": 5}, reserves="30%", take_all=True)
    assert sizes(design) == [("MC", 10, 3), ("CC", 5, 2), ("RASSO", 5, 1)]


@pytest.mark.parametrize("n", [0, -1, 2.5, "30", True, 10**12, float("nan")])
@pytest.mark.parametrize("place", ["n", "total", "minimum", "quota"])
def test_b061_sizes_that_are_no_count_are_refused_with_the_range(n: Any, place: str) -> None:
    quota = [{"column": "outcome", "value": "trial", "n": n}]
    stratum = {"n": {"n": n}, "quota": {"n": 9, "quota": quota}}.get(place, {})
    options = {place: n} if place in ("total", "minimum") else {}
    rule = {"allocation": "proportional", "total": 3} if place in ("total", "minimum") else {}
    with pytest.raises(InspectionError, match="not a whole number from 1 to 1,000,000"):
        Design.of("x", strata={"MC": stratum}, **{**rule, **options})


# --- what contradicts itself ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("strata", "options", "named"),
    [
        ([], {}, "there is no stratum"),
        ({"MC": {}}, {}, "stratum MC has no n"),
        (["MC"], {"allocation": "proportional"}, "has no total"),
        ({"MC": 3}, {"total": 9}, "a total and no allocation"),
        ({"MC": 3}, {"total": 9, "allocation": "power"}, "beside an allocation"),
        (["MC"], {"total": 9, "allocation": "neyman"}, "no deviation"),
        ({"MC": {"deviation": 1}}, {"allocation": "precision"}, "no half_width"),
        ({"MC": 3}, {"sort": ["outcome"]}, "sort is used by systematic"),
        ({"MC": 3}, {"clusters": {}, "selection": "pareto"}, "with another selection"),
        ({"MC": 3}, {"clusters": {"n": 0}}, "neither a whole number"),
        ({"MC": 3}, {"prefer": ["A"], "overlap": 1}, "overlap is not between 0 and 1"),
        ({"MC": AcceptancePlan(3, 3)}, {}, "accept is not below n"),
        ({"MC": {"n": 3, "deviation": -1}}, {}, "not a number from 0"),
        (
            {"MC": {"n": 3, "quota": [{"column": "outcome", "value": "trial", "n": 4}]}},
            {},
            "add up to more than n",
        ),
        (
            {"MC": {"n": 3, "quota": [{"column": "outcome", "value": "rest", "n": 1}]}},
            {},
            "two quotas have one name",
        ),
    ],
)
def test_a_design_that_contradicts_itself_is_refused(
    strata: Any, options: dict[str, Any], named: str
) -> None:
    with pytest.raises(InspectionError, match=named):
        Design.of("x", strata=strata, **options)


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"by": ["shoe size"], "strata": {"a": 1}}, "no fact 'shoe size'"),
        ({"strata": {"MC": 3}}, "in no stratum of the design"),
        ({"strata": {**SIZES}, "selection": "pareto"}, "no size measure"),
        ({"strata": {**SIZES}, "clusters": {}}, "no clusters"),
        ({"strata": {**SIZES}, "selection": "systematic", "sort": ["x"]}, "no fact 'x'"),
        ({"strata": [*SIZES, "YC"], "total": 9, "allocation": "proportional"}, "no cases in the"),
        (
            {
                "strata": {
                    "MC": {"n": 2, "quota": [{"column": "outcome", "value": "trial", "n": 2}]},
                    "CC": 1,
                    "RASSO": 1,
                }
            },
            "fit no quota and have no chance",
        ),
    ],
)
def test_a_design_that_does_not_fit_the_frame_is_refused(
    options: dict[str, Any], named: str
) -> None:
    frame = frame_of(cases_of(outcome=["trial", "plea"]))
    with pytest.raises(InspectionError, match=named):
        draw(frame, Design.of("x", **options), seed="1 2 3")


# --- quotas, plans --------------------------------------------------------------------------------


def test_a_quota_is_a_part_of_its_stratum_with_probabilities_of_its_own() -> None:
    frame, design = EXAMPLES["quota"]
    sample = draw(frame, design, seed="1 2 3")
    rows = sample.strata().set_index("stratum")
    assert rows.loc["MC:late_plea", ["N", "n"]].tolist() == [8, 4]
    assert rows.loc["MC:rest", ["N", "n"]].tolist() == [16, 3]
    facts = sample.drawn.set_index("stratum")["outcome"]
    assert set(facts["MC:late_plea"]) == {"late_plea"} and "late_plea" not in set(facts["MC:rest"])
    assert sample.casework_types["MC:late_plea"] == "MC"


def test_an_acceptance_plan_is_drawn_and_decides() -> None:
    frame, design = EXAMPLES["acceptance"]
    row = draw(frame, design, seed="1 2 3").strata().iloc[0]
    plan = AcceptancePlan(int(row["n"]), int(row["accept"]))
    assert plan == AcceptancePlan(10, 1)
    assert plan.decide(failures=1, valid=10) == "accepted"
    assert plan.decide(failures=2, valid=5) == "rejected"
    assert plan.decide(failures=0, valid=9) == "not evaluated"


def test_a_discovery_plan_accepts_no_failure() -> None:
    assert AcceptancePlan(59, 0).decide(failures=1, valid=59) == "rejected"
