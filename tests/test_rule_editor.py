"""The editor of rating rules: what its page is told, and that a draft never breaks its file."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest

from inspectkit.assessment import Rule, rate
from inspectkit.assessment.rule.files import published
from inspectkit.errors import InspectionError
from inspectkit.inspection import Inspection
from inspectkit.resources import folder
from inspectkit.widgets.rules import RuleBench, RuleDraft
from tests.test_estimation import marked

AREA = "area-inspection@1"


def bench(place: Path, ref: str = AREA) -> RuleBench:
    return RuleBench(RuleDraft(place / "draft.yaml", based_on=ref))


def change(found: RuleBench, value: str, *place: str | int, key: str = "at_least") -> dict:
    stamp = found.draft.stamp
    ask = {"id": 1, "kind": "change", "place": list(place), "key": key, "value": value}
    return found.reply(ask | {"stamp": stamp})


@pytest.mark.parametrize("ref", [f"{id}@{n}" for id, all_ in published().items() for n in all_])
def test_every_published_rule_can_be_shown(ref: str, tmp_path: Path) -> None:
    state = bench(tmp_path, ref).reply({"id": 1, "kind": "open"})
    assert state["ok"], state.get("text")
    assert state["rule"]["ref"] == f"{ref.partition('@')[0]}@{int(ref.partition('@')[2]) + 1}"
    for part in state["parts"]:
        assert part["words"] or part["examples"], part["title"]
        if part["ruler"]:
            ends = [(each["from"], each["to"]) for each in part["ruler"]["segments"]]
            assert ends[0][0] == 0 and ends[-1][1] == 1
            assert all(one[1] == other[0] for one, other in pairwise(ends))


def test_a_change_writes_one_number_and_keeps_every_other_letter(tmp_path: Path) -> None:
    found = bench(tmp_path)
    before = found.draft.text
    state = change(found, "72.5%", "bands", 0)
    assert state["ok"] and state["parts"][0]["words"][0].startswith("from 72.5%:")
    assert found.draft.text == before.replace('at_least: "70%"', 'at_least: "72.5%"')
    assert found.reply({"kind": "undo", "stamp": state["stamp"]})["ok"]
    assert found.draft.text == before


def test_a_boundary_of_a_step_can_be_changed_too(tmp_path: Path) -> None:
    found = bench(tmp_path, "hmi-probation@1")
    gap = change(found, "24", "steps", 1, "bands", 0)
    assert "no band holds 1 values that can occur, such as 23" in gap["text"]
    state = change(found, "26", "steps", 1, "bands", 0, key="at_most")
    assert "no band holds the values above it" in state["text"]
    found = bench(tmp_path / "cqc", "cqc-local-authorities@2")
    assert change(found, "90%", "steps", 0, "bands", 0)["ok"]
    assert Rule.load(found.draft.path).steps[0].bands[0].at_least == Fraction(9, 10)


@pytest.mark.parametrize(
    ("value", "place", "said"),
    [
        ("55%", ("bands", 0), "it does not start below the band before it"),
        ("71", ("bands", 0), "a boundary is written as a percentage"),
        ('70%", label: "x', ("bands", 0), "is no number"),
        ("70%\nid: other", ("bands", 0), "is no number"),
    ],
)
def test_what_would_not_hold_is_refused_and_the_file_stays(
    value: str, place: tuple[str | int, ...], said: str, tmp_path: Path
) -> None:
    found = bench(tmp_path)
    before = found.draft.text
    refused = change(found, value, *place)
    assert not refused["ok"] and said in refused["text"]
    assert found.draft.text == before and list(tmp_path.iterdir()) == [found.draft.path]


def test_a_change_made_elsewhere_is_never_covered(tmp_path: Path) -> None:
    found = bench(tmp_path)
    stamp = found.draft.stamp
    found.draft.path.write_text(found.draft.text + "# a note\n", encoding="utf-8")
    ask = {"kind": "change", "place": ["bands", 0], "key": "at_least", "value": "71%"}
    refused = found.reply(ask | {"stamp": stamp})
    assert "changed by somebody else" in refused["text"] and "# a note" in found.draft.text


def test_published_and_pinned_rules_are_not_edited(tmp_path: Path) -> None:
    pinned = Inspection.new(tmp_path / "inspection", area="South West").folder / "rule.yaml"
    for path in (folder("rules") / "area-inspection@1.yaml", pinned):
        with pytest.raises(InspectionError, match="never changes"):
            RuleDraft(path)


@pytest.mark.parametrize(
    ("value", "label"),
    [
        ("69.9999999%", "Partially meeting the standard"),
        ("14/20", "Fully meeting the standard"),  # 0.7 exactly; as a float below 7/10
        ("70%", "Fully meeting the standard"),
        ("59.995%", "Not meeting the standard"),
    ],
)
def test_a_value_typed_by_hand_is_rated_exactly(value: str, label: str, tmp_path: Path) -> None:
    found = bench(tmp_path).reply({"kind": "try", "part": 0, "value": value})
    assert found["label"] == label
    refused = bench(tmp_path).reply({"kind": "try", "part": 0, "value": "much"})
    assert "'much' is no number" in refused["text"]


def test_ratings_of_an_inspection_that_would_move_are_shown(tmp_path: Path) -> None:
    ratings = rate(marked({"MC": ["fm"] * 6 + ["pm"] * 4}, {"MC": 400}), Rule.load(AREA), draws=50)
    found = RuleBench(RuleDraft(tmp_path / "draft.yaml", based_on=AREA), ratings)
    assert found.state()["moved"] == []
    moved = change(found, "90%", "bands", 0)["moved"]
    assert {(row["figure"], row["domain"]) for row in moved} >= {("post_charge", "MC")}
    assert moved[0]["before"] == "Fully meeting the standard" and moved[0]["moved"] == "worse"
