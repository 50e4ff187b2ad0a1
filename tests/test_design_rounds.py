"""Top-ups, earlier rounds, recurring rounds, Areas, seeds used twice; and verifying all of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from inspectkit.digest import digest
from inspectkit.errors import InspectionError
from inspectkit.sampling import (
    Design,
    Sample,
    by_area,
    draw,
    draw_areas,
    recurring,
    topup,
    verify,
)
from inspectkit.sampling.selecting.rounds import seed_warnings, uses_of_seeds
from tests.properties.frames import cases_of, clustered_cases, examples, frame_of

EXAMPLES = examples()
STRATA = {"MC": 6, "CC": 4, "RASSO": 3}
PLAIN = frame_of(cases_of(outcome=["a", "b"]))


def resealed(manifest: dict[str, Any]) -> dict[str, Any]:
    content = {name: value for name, value in manifest.items() if name != "digest"}
    return {**content, "digest": digest(content)}


def copied(sample: Sample) -> dict[str, Any]:
    return dict(json.loads(json.dumps(sample.manifest())))


def swap(manifest: dict[str, Any]) -> None:
    cases = manifest["cases"]
    cases[0]["id"], cases[-1]["id"] = cases[-1]["id"], cases[0]["id"]


def reweigh(manifest: dict[str, Any]) -> None:
    manifest["cases"][-1]["weight"] = "17/1"


def resize(manifest: dict[str, Any]) -> None:
    manifest["strata"][0]["N"] += 1


def reseed(manifest: dict[str, Any]) -> None:
    manifest["seed"] = "3 2 1"


# --- verify ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_kind_of_design_verifies_from_its_manifest_alone(name: str) -> None:
    frame, design = EXAMPLES[name]
    sample = draw(frame, design, seed="1 2 3")
    passed = verify(frame, copied(sample))
    strata = sample.strata()["stratum"]
    assert [line.split(": ")[0] for line in passed[-len(strata) :]] == list(strata)


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("tamper", [swap, reweigh, resize, reseed])
def test_verify_names_the_first_difference_in_every_kind_of_design(
    name: str, tamper: Callable[[dict[str, Any]], None]
) -> None:
    frame, design = EXAMPLES[name]
    manifest = copied(draw(frame, design, seed="1 2 3"))
    tamper(manifest)
    with pytest.raises(InspectionError) as refused:
        verify(frame, resealed(manifest))
    where = {
        "swap": manifest["cases"][0]["stratum"] + ", place 1, id",
        "reweigh": "weight",
        "resize": "strata",
        "reseed": "key",
    }
    named = where[tamper.__name__]
    assert refused.value.where.endswith(named), refused.value


def test_an_avoided_case_taken_off_the_list_is_found() -> None:
    frame, design = EXAMPLES["avoid"]
    manifest = copied(draw(frame, design, seed="1 2 3"))
    manifest["avoid"].pop()
    with pytest.raises(InspectionError, match="the list does not fit its digest"):
        verify(frame, resealed(manifest))


# --- B063, B065 -----------------------------------------------------------------------------------


def test_b063_other_columns_and_other_order_of_rows_give_the_same_sample() -> None:
    design = Design.of("a", strata=STRATA, reserves="30%")
    backwards = PLAIN.cases.iloc[::-1]
    again = frame_of(backwards[["stratum", "outcome", "finalised", "id"]][PLAIN.cases.columns])
    assert again.digest == PLAIN.digest
    assert draw(again, design, seed="1").digest == draw(PLAIN, design, seed="1").digest


def test_b065_a_top_up_keeps_the_first_n_and_adds_ten_in_order() -> None:
    frame = frame_of(cases_of({"MC": 60}))
    small, large = (Design.of("a", strata={"MC": n}, reserves="30%") for n in (12, 22))
    sample = draw(frame, small, seed="1 2 3")
    grown = topup(sample, frame, large)
    assert list(grown.sample.drawn["id"])[:12] == list(sample.drawn["id"])
    assert list(grown.sample.drawn["id"])[12:] == list(grown.added) and len(grown.added) == 10
    assert grown.sample.cases.equals(draw(frame, large, seed="1 2 3").cases)
    assert grown.kept == () and set(grown.sample.table()["weight"]) == {60 / 22}


@pytest.mark.parametrize("name", ["stratified", "pareto, many", "systematic", "two stages"])
def test_a_topped_up_sample_keeps_every_case_and_verifies_again_and_again(name: str) -> None:
    frame, design = EXAMPLES[name]
    sample = draw(frame, design, seed="1 2 3")
    for _ in range(2):
        strata = tuple(replace(each, n=each.n + 1) for each in design.strata)
        design = replace(design, strata=strata)
        before, sample = sample, topup(sample, frame, design).sample
        assert set(before.drawn["id"]) < set(sample.drawn["id"])
        verify(frame, copied(sample))
    manifest = copied(sample)
    manifest["topped_up_from"].pop(0)
    if name == "systematic":
        with pytest.raises(InspectionError):
            verify(frame, resealed(manifest))


def test_a_pareto_top_up_keeps_the_case_that_the_larger_draw_drops() -> None:
    sizes = ["1", "2", "3", "5", "8", "13", "21", "34", "2", "4"]
    frame = frame_of(cases_of({"MC": 10}, size=sizes))
    small, large = (Design.of("a", strata={"MC": n}, selection="pareto") for n in (2, 3))
    dropped = 0
    for seed in range(60):
        sample = draw(frame, small, seed=f"{seed}")
        grown, alone = topup(sample, frame, large), draw(frame, large, seed=f"{seed}")
        lost = set(sample.drawn["id"]) - set(alone.drawn["id"])
        assert set(grown.kept) == lost
        assert len(grown.sample.drawn) == 3 and set(sample.drawn["id"]) < set(
            grown.sample.drawn["id"]
        )
        assert len(grown.added) == 1
        if lost:
            dropped += 1
            assert "approximations" in grown.sample.notes[-1]
            verify(frame, copied(grown.sample))
    assert dropped > 0


@pytest.mark.parametrize(
    ("design", "named"),
    [
        (Design.of("b", strata=STRATA), "another inspection or round"),
        (Design.of("a", strata=STRATA, round="2"), "another inspection or round"),
        (Design.of("a", strata={**STRATA, "MC": 5}), "5 wanted, 6 drawn already"),
        (Design.of("a", strata=STRATA, selection="systematic"), "drawn otherwise"),
        (Design.of("a", strata=STRATA, avoid=["MC001/26"]), "lists of earlier cases differ"),
    ],
)
def test_what_is_no_top_up_is_refused(design: Design, named: str) -> None:
    sample = draw(PLAIN, Design.of("a", strata=STRATA), seed="1 2 3")
    with pytest.raises(InspectionError, match=named):
        topup(sample, PLAIN, design)


def test_a_top_up_on_another_frame_is_refused() -> None:
    design = Design.of("a", strata=STRATA)
    sample = draw(PLAIN, design, seed="1 2 3")
    with pytest.raises(InspectionError, match="not the frame of the sample"):
        topup(sample, frame_of(PLAIN.cases.iloc[:-1]), design)


# --- earlier rounds -------------------------------------------------------------------------------


def test_cases_to_avoid_are_never_drawn_and_stand_in_the_manifest() -> None:
    first = draw(PLAIN, Design.of("a", strata=STRATA), seed="1 2 3")
    earlier = [*first.drawn["id"], "gone/20"]
    second = draw(PLAIN, Design.of("a", strata=STRATA, round="2"), seed="4 5 6", avoid=earlier)
    assert not set(second.cases["id"]) & set(earlier)
    stated = second.head["design"]["avoid"]
    assert stated == {"cases": 14, "digest": digest(sorted(earlier))}
    assert list(second.strata()["N"]) == [18, 8, 3]
    assert "14 cases of earlier rounds are avoided, 13 of them in this frame" in second.notes[-1]


def test_preferred_cases_and_others_are_strata_with_probabilities_of_their_own() -> None:
    frame, design = EXAMPLES["prefer"]
    sample = draw(frame, design, seed="1 2 3")
    rows = sample.strata().set_index("stratum")
    assert rows.loc["MC:earlier", ["N", "n"]].tolist() == [10, 2]
    assert rows.loc["MC:others", ["N", "n"]].tolist() == [14, 4]
    earlier = sample.cases[sample.cases["stratum"] == "MC:earlier"]
    assert set(earlier["id"]) <= set(design.prefer) and set(earlier["probability"]) == {"1/5"}


def test_a_case_cannot_be_avoided_and_preferred() -> None:
    design = Design.of("a", strata=STRATA)
    with pytest.raises(InspectionError, match="avoided and preferred"):
        draw(PLAIN, design, seed="1", avoid=["MC001/26"], prefer=["MC001/26"])
    with pytest.raises(InspectionError, match="not between 0 and 1"):
        draw(PLAIN, design, seed="1", prefer=["MC001/26"], overlap="1")


def test_inspection_toml_names_the_manifest_or_list_of_an_earlier_round(tmp_path: Path) -> None:
    first = draw(PLAIN, Design.of("a", strata=STRATA, reserves="30%"), seed="1 2 3")
    (tmp_path / "first.json").write_text(json.dumps(first.manifest()), encoding="utf-8")
    (tmp_path / "more.txt").write_text("CC001/26\n\nCC002/26\n", encoding="utf-8")
    text = (
        '[inspection]\nid = "a"\nround = "2"\n[sample]\navoid = ["first.json", "more.txt"]\n'
        '[[sample.strata]]\nid = "MC"\nn = 3\n'
    )
    (tmp_path / "inspection.toml").write_text(text, encoding="utf-8")
    design = Design.read(tmp_path / "inspection.toml")
    assert set(design.avoid) == {*first.drawn["id"], "CC001/26", "CC002/26"}
    (tmp_path / "first.json").write_text("[]", encoding="utf-8")
    with pytest.raises(InspectionError, match=r"first\.json lists no cases"):
        Design.read(tmp_path / "inspection.toml")
    (tmp_path / "first.json").unlink()
    with pytest.raises(InspectionError, match=r"first\.json cannot be read"):
        Design.read(tmp_path / "inspection.toml")


def test_monthly_own_checks_take_no_case_twice_and_have_a_fresh_key_each() -> None:
    frame = frame_of(cases_of({"MC": 60}, unit=["north", "south"], lawyer=["A", "B", "C"]))
    design = Design.of("own-checks", by=["unit", "lawyer"], allocation="each", total=2, round="1")
    rounds: list[Sample] = []
    for month in range(1, 6):
        this = recurring(design, str(month), rounds)
        rounds.append(draw(frame, this, seed="one seed"))
        verify(frame, copied(rounds[-1]))
    drawn = [id for sample in rounds for id in sample.drawn["id"]]
    assert len(drawn) == len(set(drawn)) == 60
    assert [len(sample.drawn) for sample in rounds] == [12] * 5
    assert len({sample.head["key"] for sample in rounds}) == 5
    with pytest.raises(InspectionError, match="no case is left to draw"):
        draw(frame, recurring(design, "6", rounds), seed="one seed")


def test_a_round_is_not_drawn_twice() -> None:
    design = Design.of("own-checks", strata=STRATA, round="2026-01")
    first = draw(PLAIN, design, seed="1 2 3")
    with pytest.raises(InspectionError, match="it was drawn before"):
        recurring(design, "2026-01", [first])
    with pytest.raises(InspectionError, match="it is not another"):
        recurring(replace(design, inspection="another"), "2026-02", [first])


# --- Areas, seeds ---------------------------------------------------------------------------------


def test_several_areas_in_one_call_have_keys_of_their_own() -> None:
    frame = frame_of(cases_of({"MC": 60}, area=["South West", "North East", "Wessex"]))
    frames = by_area(frame, "area")
    samples = draw_areas(frames, Design.of("aip", strata={"MC": 5}, reserves="30%"), seed="1 2 3")
    assert list(samples) == ["North East", "South West", "Wessex"]
    assert samples["South West"].head["design"]["inspection"] == "aip-south-west"
    assert len({sample.head["key"] for sample in samples.values()}) == 3
    for area, sample in samples.items():
        assert set(sample.drawn["area"]) == {area}
        verify(frames[area], copied(sample))


def test_the_refusals_of_all_areas_come_at_once() -> None:
    frames = {name: frame_of(cases_of({"MC": N})) for name, N in {"A": 3, "B": 9, "C": 4}.items()}
    with pytest.raises(InspectionError) as refused:
        draw_areas(frames, Design.of("aip", strata={"MC": 5}), seed="1 2 3")
    assert "A, stratum MC: 5 cases" in str(refused.value)
    assert "C, stratum MC: 5 cases" in str(refused.value) and "B," not in str(refused.value)


def test_two_areas_cannot_share_a_key() -> None:
    frames = dict.fromkeys(["North East", "north-east"], PLAIN)
    with pytest.raises(InspectionError, match="share a key"):
        draw_areas(frames, Design.of("aip", strata=STRATA), seed="1 2 3")


def test_a_case_without_an_area_is_refused() -> None:
    frame = frame_of(cases_of({"MC": 6}, area=["Wessex", ""]))
    with pytest.raises(InspectionError, match="3 cases have no one area"):
        by_area(frame, "area")


def test_b067_a_seed_used_for_another_inspection_is_noticed(tmp_path: Path) -> None:
    for name in ("north-east-2025", "wessex-2025"):
        place = tmp_path / name / "sample"
        place.mkdir(parents=True)
        seed = "1 2 3" if name.startswith("north") else "7 7 7"
        sample = draw(PLAIN, Design.of(name, strata=STRATA), seed=seed)
        (place / "manifest.json").write_text(json.dumps(sample.manifest()), encoding="utf-8")
    (tmp_path / "broken" / "sample").mkdir(parents=True)
    (tmp_path / "broken" / "sample" / "manifest.json").write_text("{", encoding="utf-8")
    uses = list(uses_of_seeds(tmp_path))
    (said,) = seed_warnings("1 2 3", Design.of("south-west-2026", strata=STRATA), uses)
    day = next(use.day for use in uses if use.inspection == "north-east-2025")
    assert said == f"seed already used on {day} for north-east-2025, round 1"
    assert not seed_warnings("9 9 9", Design.of("south-west-2026", strata=STRATA), uses)
    assert not seed_warnings("1 2 3", Design.of("north-east-2025", strata=STRATA), uses)


# --- clusters -------------------------------------------------------------------------------------


def test_probabilities_of_the_two_stages_multiply() -> None:
    frame, design = EXAMPLES["two stages"]
    sample = draw(frame, design, seed="1 2 3")
    sizes = frame.cases["cluster"].value_counts()
    for row in sample.cases.to_dict("records"):
        M = int(sizes[row["cluster"]])
        assert Fraction(row["probability"]) == Fraction(3, 8) * Fraction(min(2, M), M)
    row = sample.strata().iloc[0]
    assert (row["clusters"], row["clusters_drawn"], row["N"]) == (8, 3, 28)


def test_reserves_are_items_of_drawn_clusters_and_then_whole_clusters() -> None:
    frame, design = EXAMPLES["two stages"]
    cases = draw(frame, design, seed="1 2 3").cases
    drawn = set(cases.loc[cases["role"] == "sample", "cluster"])
    spare = cases.loc[cases["role"] == "reserve", "cluster"].tolist()
    inside = [cluster in drawn for cluster in spare]
    assert len(drawn) == 3 and inside == sorted(inside, reverse=True)
    assert len(set(spare) - drawn) == 1


def test_a_cluster_in_two_strata_or_named_like_its_item_is_refused() -> None:
    table = clustered_cases()
    torn = frame_of(table.assign(stratum=["a", "b"] * 14))
    with pytest.raises(InspectionError, match="items are in two strata"):
        draw(torn, Design.of("x", strata={"a": 2, "b": 2}, clusters={}), seed="1")
    twin = frame_of(table.assign(id=["F3", *table["id"][1:]]))
    with pytest.raises(InspectionError, match="an item has the id of a cluster"):
        draw(twin, Design.of("x", strata={"letters": 2}, clusters={"n": 1}), seed="1")
