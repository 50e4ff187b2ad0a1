"""The generator of exports: its truth adds up, its bytes repeat, and the frame finds the same."""

from __future__ import annotations

import csv
import tomllib
from collections import Counter
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import inspectkit.demo.export as generator
from inspectkit.demo.areas import AREAS, CASEWORK
from inspectkit.demo.export import Dirt, Export, make_export
from inspectkit.digest import sha256
from inspectkit.errors import InspectionError
from inspectkit.sampling.frame import Frame

FILTHY = Dirt(*(0.2 for _ in fields(Dirt)))
REASONS = {"two_areas", "other_area", "no_date", "out_of_period"}
FATES = {"title", "header", "footer", "duplicate", "co_defendant", "eligible"} | REASONS


def cells(export: Export) -> list[dict[str, str]]:
    """The data rows, each cell as it is written."""
    _, _, header, *rows = csv.reader(export.lines[:-1])
    return [dict(zip(header, row, strict=True)) for row in rows]


def frame_table(area: str) -> dict[str, Any]:
    """The [frame] table that a new inspection starts from."""
    template = Path(generator.__file__).parent.parent / "inspection.toml"
    frame: dict[str, Any] = tomllib.loads(template.read_text(encoding="utf-8"))["frame"]
    return frame | {"eligible": frame["eligible"] | {"area": area}}


@pytest.mark.parametrize("size", [0, 1, 7, 400])
@pytest.mark.parametrize("dirt", [Dirt.none(), Dirt(), FILTHY], ids=["clean", "usual", "filthy"])
def test_every_line_has_one_fate_and_they_add_up(size: int, dirt: Dirt) -> None:
    export = make_export("South West", size, seed="adding up", dirt=dirt)
    counts = export.truth.counts
    assert len(export.truth.fates) == len(export.lines) == sum(counts.values())
    assert set(counts) <= FATES
    assert (counts["title"], counts["header"], counts["footer"]) == (2, 1, 1)
    assert export.lines[-1] == f"Total rows,{len(export.lines) - 4}" + "," * 12
    assert sum(counts.get(fate, 0) for fate in {"eligible"} | REASONS) == size
    assert sum(export.truth.eligible.values()) == counts.get("eligible", 0)


def test_a_filthy_export_shows_every_fate() -> None:
    assert set(make_export("South West", 400, seed="filth", dirt=FILTHY).truth.counts) == FATES


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    first, again = (
        make_export("Eastern", 50, seed="repeat", dirt=FILTHY).write(tmp_path / name).read_bytes()
        for name in ("first.csv", "again.csv")
    )
    assert first == again
    assert first.endswith(b"\r\n")


def test_the_bytes_are_those_of_every_other_machine() -> None:
    # From the first run of this test, 23 November 2026, Linux, Python 3.11, NumPy 2.
    text = "\n".join(make_export("Wessex", 200, seed="anywhere", dirt=FILTHY).lines)
    assert sha256(text) == "b618d45932f2d741cf9dbced00d748d0d57c83651855e4f6a0f85cb1d880506f"


def test_another_seed_or_area_gives_other_cases() -> None:
    exports = [
        make_export(area, 20, seed=seed)
        for area, seed in [("Eastern", "a"), ("Eastern", "b"), ("Wessex", "a")]
    ]
    assert len({export.lines[3:] for export in exports}) == 3


@pytest.mark.parametrize("area", AREAS)
def test_every_area_has_its_own_names_and_survives_cp1252(area: str, tmp_path: Path) -> None:
    export = make_export(area, 60, seed="fourteen", dirt=Dirt.none())
    path = export.write(tmp_path / "caseload.csv", encoding="cp1252", newline="\n")
    assert path.read_bytes().decode("cp1252").split("\n")[:-1] == list(export.lines)
    rows = cells(export)
    assert {row["Area"] for row in rows} == {area}
    assert {row["Force"] for row in rows} <= set(AREAS[area].forces.split(", "))
    assert export.lines[0].startswith(f"Case management export – CPS {area}")


def test_there_are_fourteen_areas() -> None:
    assert len(AREAS) == 14  # CPS Areas, headquarters divisions apart


def test_the_mix_is_that_of_a_middle_sized_area() -> None:
    export = make_export("South West", 4000, seed="mix", dirt=Dirt.none())
    # 80/18/2 of a year's finalisations (national totals and a 4.8% share)
    assert export.truth.eligible == {"MC": 3200, "CC": 720, "RASSO": 80}
    for name, kind in CASEWORK.items():
        rows = [row for row in cells(export) if row["Casework type"] == kind.spellings[0]]
        by_cps = sum(row["Charged by"] == "CPS" for row in rows) / len(rows)
        # four standard errors of a share
        assert abs(by_cps - kind.charged_by_cps) < 4 * (0.25 / len(rows)) ** 0.5, name
        assert {row["Outcome"] for row in rows} <= set(kind.outcomes)


def test_a_clean_export_has_one_row_a_case_and_no_blemish() -> None:
    rows = cells(make_export("North East", 300, seed="clean", dirt=Dirt.none()))
    assert len({row["URN"] for row in rows}) == len(rows) == 300
    assert not any(row["URN"] != row["URN"].strip() for row in rows)
    usual = {kind.spellings[0] for kind in CASEWORK.values()}
    assert {row["Casework type"] for row in rows} <= usual


@pytest.mark.parametrize(
    ("blemish", "fate"),
    [
        ("two_areas", "two_areas"),
        ("other_area", "other_area"),
        ("undated", "no_date"),
        ("out_of_period", "out_of_period"),
    ],
)
def test_a_rate_of_one_gives_every_case_that_fate(blemish: str, fate: str) -> None:
    dirt = Dirt(**{each.name: float(each.name == blemish) for each in fields(Dirt)})
    export = make_export("London South", 30, seed="all", dirt=dirt)
    assert export.truth.counts[fate] == 30
    assert "eligible" not in export.truth.counts


def test_a_case_with_every_fault_has_the_first_fate() -> None:
    everything = Dirt(*(1.0 for _ in fields(Dirt)))
    counts = make_export("Eastern", 30, seed="everything", dirt=everything).truth.counts
    assert REASONS & set(counts) == {"two_areas"}
    assert counts["duplicate"] == 2 * (counts["two_areas"] + counts["co_defendant"])


def test_blemishes_stand_in_the_file_as_their_rates_say() -> None:
    dirt = Dirt(
        **{
            each.name: float(
                each.name in {"co_defendants", "differing_outcomes", "spellings", "hard_spaces"}
            )
            for each in fields(Dirt)
        }
    )
    rows = cells(make_export("Eastern", 40, seed="rates", dirt=dirt))
    assert all(row["URN"].endswith("\u00a0") for row in rows)
    assert not {row["Casework type"] for row in rows} & {k.spellings[0] for k in CASEWORK.values()}
    outcomes = {(row["URN"], row["Outcome"]) for row in rows}
    assert Counter(Counter(urn for urn, _ in outcomes).values()) == {2: 40}


@pytest.mark.parametrize(
    ("given_", "said"),
    [
        ({"area": "Westex"}, "export area: 'Westex' is no Area. Choose from Cymru-Wales, "),
        ({"size": -1}, "export size: -1 is negative. Give a number of cases."),
        ({"dirt": Dirt(undated=1.5)}, "dirt undated: 1.5 is no rate. Give 0 to 1."),
    ],
)
def test_what_cannot_be_made_is_refused(given_: dict[str, Any], said: str) -> None:
    with pytest.raises(InspectionError) as refusal:
        make_export(**given_)
    assert str(refusal.value).startswith(said)


rates = st.sampled_from([0.0, 0.05, 0.5, 1.0])
dirts = st.builds(Dirt, **{each.name: rates for each in fields(Dirt)})


@given(
    area=st.sampled_from(list(AREAS)),
    size=st.integers(1, 40),
    seed=st.text(max_size=8),
    dirt=dirts,
    newline=st.sampled_from(["\r\n", "\n"]),
    encoding=st.sampled_from(["cp1252", "utf-8-sig", "utf-16"]),
)
def test_the_frame_finds_the_fate_of_every_line(
    tmp_path_factory: pytest.TempPathFactory,
    area: str,
    size: int,
    seed: str,
    dirt: Dirt,
    newline: str,
    encoding: str,
) -> None:
    export = make_export(area, size, seed=seed, dirt=dirt)
    path = tmp_path_factory.getbasetemp() / "generated.csv"
    export.write(path, encoding=encoding, newline=newline)
    frame = Frame.read(path, frame_table(area))
    assert tuple(frame.fates.sort_values("line")["fate"]) == export.truth.fates
    eligible = {name: n for name, n in export.truth.eligible.items() if n}
    assert {str(name): int(n) for name, n in frame.strata().items()} == eligible
