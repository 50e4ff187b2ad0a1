"""The draw, its manifest and its verification."""

from __future__ import annotations

import copy
import hashlib
from pathlib import Path
from typing import Any

import pytest

from inspectkit.digest import digest
from inspectkit.errors import InspectionError
from inspectkit.inspection import Inspection
from inspectkit.sampling import Design, draw, verify
from tests.small import eligible, make, row


@pytest.fixture
def inspection(tmp_path: Path) -> Inspection:
    return make(tmp_path / "inspection")


def test_the_smallest_tickets_are_drawn_and_the_next_are_reserves(inspection: Inspection) -> None:
    sample = draw(inspection.frame, inspection.design, seed="1 2 3")
    text = "inspectkit/1\n1 2 3\nsouth-west-2026\n1"
    key = hashlib.sha256(text.encode()).hexdigest()[:32]
    ids = [f"52CC{number:05}/26" for number in range(20)]
    ordered = sorted(ids, key=lambda id: hashlib.sha256(f"{key}|{id}".encode()).hexdigest())
    drawn = sample.table().query("stratum == 'CC'")
    assert list(drawn["id"]) == ordered[:4]
    assert list(drawn["role"]) == ["sample"] * 3 + ["reserve"]
    assert set(drawn["probability"]) == {3 / 20} and set(drawn["weight"]) == {20 / 3}


def test_reserves_are_thirty_percent_rounded_up(inspection: Inspection) -> None:
    assert [each.reserves for each in inspection.design.strata] == [2, 1, 1]


def test_the_design_digest_knows_inspection_round_and_sizes() -> None:
    base = Design.of("a", strata={"MC": 3})
    others = [
        Design.of("b", strata={"MC": 3}),
        Design.of("a", strata={"MC": 4}),
        Design.of("a", strata={"MC": 3}, round="2"),
        Design.of("a", strata={"MC": 3}, reserves="10%"),
    ]
    assert len({base.digest, *(each.digest for each in others)}) == 5


def test_a_drawn_folder_verifies(inspection: Inspection) -> None:
    inspection.draw("1 2 3")
    passed = Inspection.open(inspection.folder).verify()
    assert "RASSO: the 2 smallest tickets of 10 and 1 reserves in order" in passed


def test_a_second_draw_is_refused(inspection: Inspection) -> None:
    inspection.draw("1 2 3")
    with pytest.raises(InspectionError, match="a sample was drawn before"):
        inspection.draw("4 5 6")


def resealed(manifest: dict[str, Any]) -> dict[str, Any]:
    content = {name: value for name, value in manifest.items() if name != "digest"}
    return {**content, "digest": digest(content)}


def swap(manifest: dict[str, Any]) -> None:
    manifest["cases"][1]["id"] = "52MC00000/26"


def reorder(manifest: dict[str, Any]) -> None:
    manifest["cases"][0], manifest["cases"][1] = manifest["cases"][1], manifest["cases"][0]


def drop(manifest: dict[str, Any]) -> None:
    manifest["cases"].pop()


def reseed(manifest: dict[str, Any]) -> None:
    manifest["seed"] = "9 9 9"


def enlarge(manifest: dict[str, Any]) -> None:
    manifest["strata"][0]["N"] += 1


def reweigh(manifest: dict[str, Any]) -> None:
    manifest["cases"][0]["weight"] = "1/1"


@pytest.mark.parametrize(
    ("tamper", "named"),
    [
        (swap, "stratum MC, place 2, id"),
        (reorder, "stratum MC, place 1, id"),
        (drop, "cases"),
        (reseed, "key"),
        (enlarge, "strata"),
        (reweigh, "stratum MC, place 1, weight"),
    ],
)
def test_verify_names_the_first_difference(inspection: Inspection, tamper: Any, named: str) -> None:
    sample = inspection.draw("1 2 3")
    manifest = copy.deepcopy(sample.manifest())
    tamper(manifest)
    with pytest.raises(InspectionError, match=r"manifest: .*edited"):
        verify(inspection.frame, manifest)
    with pytest.raises(InspectionError) as refused:
        verify(inspection.frame, resealed(manifest))
    assert refused.value.where == named


def test_an_edited_case_is_found_by_the_frame_digest(inspection: Inspection) -> None:
    inspection.draw("1 2 3")
    path = inspection.folder / "caseload.csv"
    path.write_text(path.read_text("cp1252").replace("52MC00000/26", "52MC00000/25"), "cp1252")
    with pytest.raises(InspectionError, match="frame digest"):
        Inspection.open(inspection.folder).verify()


def test_a_case_that_was_neither_drawn_nor_reserve_can_leave_unnoticed(tmp_path: Path) -> None:
    lines = eligible({"MC": 30, "CC": 20, "RASSO": 10})
    first = make(tmp_path / "a", lines)
    sample = draw(first.frame, first.design, seed="1 2 3")
    spare = next(each for each in lines if each.split(",")[0] not in set(sample.cases["id"]))
    second = make(tmp_path / "b", [each for each in lines if each != spare])
    again = draw(second.frame, second.design, seed="1 2 3")
    assert list(again.cases["id"]) == list(sample.cases["id"])


def test_too_few_cases_and_unplanned_strata_are_refused_together(tmp_path: Path) -> None:
    inspection = make(tmp_path / "inspection", [row("52A1/26"), row("52A2/26")])
    design = Design.of("x", strata={"MC": 5, "CC": 1})
    with pytest.raises(InspectionError) as refused:
        draw(inspection.frame, design, seed="1")
    assert "stratum MC: 5 cases and 0 reserves wanted, 2 cases in the frame" in str(refused.value)
    assert "stratum CC: 1 cases and 0 reserves wanted, 0 cases" in str(refused.value)


@pytest.mark.parametrize("n", [0, -1, 2.5, "30", True, 10**12, float("nan")])
def test_sizes_that_are_no_count_are_refused(n: Any) -> None:
    with pytest.raises(InspectionError, match=r"strata\.1\.n"):
        Design.of("x", strata={"MC": n})


def test_the_list_of_cases_holds_no_reserve_and_no_ticket(inspection: Inspection) -> None:
    sample = inspection.draw("1 2 3")
    text = (inspection.folder / "sample" / "cases.csv").read_text("utf-8-sig")
    by_role = sample.table().groupby("role")["id"].agg(list)
    assert all(id in text for id in by_role["sample"])
    assert not any(id in text for id in by_role["reserve"])
    assert not any(ticket[:16] in text for ticket in sample.table()["ticket"])
