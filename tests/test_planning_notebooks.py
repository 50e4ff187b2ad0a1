"""The planning and drawing notebooks in their order on one inspection; and `inspectkit plan`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from inspectkit.cli import app
from inspectkit.errors import InspectionError
from inspectkit.exhibits import MIME
from inspectkit.inspection import Inspection
from inspectkit.report.notebook import Kernel
from inspectkit.resources import folder
from tests.small import change, eligible, footprint, make

SIZES = {"MC": 6, "CC": 5, "RASSO": 5}


@pytest.fixture(scope="module")
def inspection(tmp_path_factory: pytest.TempPathFactory) -> Inspection:
    lines = eligible({"MC": 60, "CC": 30, "RASSO": 20})
    return make(tmp_path_factory.mktemp("plan") / "inspection", lines, **SIZES)


def shown(kernel: Kernel, name: str, place: Inspection, **parameters: str) -> list[Any]:
    """Everything that the notebook's cells put out."""
    done = kernel.run(folder("notebooks") / name, {"folder": str(place.folder), **parameters})
    return [output for cell in done.cells for output in cell.get("outputs", [])]


def texts(outputs: list[Any]) -> str:
    parts = [output.get("text", "") or output["data"].get("text/plain", "") for output in outputs]
    return "\n".join(parts)


@pytest.fixture
def kernel() -> Iterator[Kernel]:
    with Kernel() as started:
        yield started


def test_planning_then_drawing_a_small_inspection(inspection: Inspection, kernel: Kernel) -> None:
    before = footprint(inspection.folder)
    planned = shown(kernel, "01_plan.ipynb", inspection)
    kinds = [each["data"][MIME]["kind"] for each in planned if MIME in each.get("data", {})]
    assert kinds == ["table", "intervals", "bars", "table"]
    widgets = [
        each
        for each in planned
        if "application/vnd.jupyter.widget-view+json" in each.get("data", {})
    ]
    assert len(widgets) == 1 and "HMI Probation" in texts(planned)
    assert footprint(inspection.folder) == before

    assert "Not drawn yet: no seed." in texts(shown(kernel, "02_draw.ipynb", inspection, seed=""))
    assert footprint(inspection.folder) == before

    drawn = texts(shown(kernel, "02_draw.ipynb", inspection, seed="4 1 6 2 5 3 3 6"))
    assert "The sample is drawn." in drawn and drawn.count("ok ") >= 3
    assert inspection.frame.digest in drawn
    sample = Inspection.open(inspection.folder).sample
    assert dict(zip(sample.strata()["stratum"], sample.strata()["n"], strict=True)) == SIZES


def test_the_command_prints_the_plan_and_draws_nothing(tmp_path: Path) -> None:
    place = make(tmp_path / "a", eligible({"MC": 60, "CC": 30, "RASSO": 20}), **SIZES).folder
    before = footprint(place)
    done = CliRunner().invoke(app, ["plan", str(place), "--guess", "0.65", "--no-certificate"])
    assert done.exit_code == 0, done.output
    assert "What the sample can be expected to say" in done.output and "RASSO" in done.output
    assert footprint(place) == before


def test_the_command_s_json_holds_rows_certificate_bands_and_sources(tmp_path: Path) -> None:
    place = make(tmp_path / "a", eligible({"MC": 20, "CC": 12, "RASSO": 9}), **SIZES).folder
    asked = ["--guess", "MC=0.8", "--guess", "CC=60%", "--guess", "RASSO=.7", "--json"]
    done = CliRunner().invoke(app, ["plan", str(place), *asked])
    assert done.exit_code == 0, done.output
    content = json.loads(done.output)
    assert [row["domain"] for row in content["rows"]] == ["MC", "CC", "RASSO", "all"]
    assert [row["guess"] for row in content["rows"]][:3] == [0.8, 0.6, 0.7]
    assert len(content["certificate"]["rows"]) == 16 and len(content["digest"]) == 64
    assert content["sources"]["frame"] == Inspection.open(place).frame.digest
    assert {"fully", "partially", "not_meeting", "wrong"} <= set(content["bands"][0])


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (["--guess", "2"], "guess: '2' is no share"),
        (["--guess", "MC=0.5"], "none for stratum CC"),
        (["--level", "100%"], "confidence level"),
        (["--wrong", "x"], "wrong: 'x' is no share"),
        (["--spread", "0"], "spread"),
        (["--spread", "much"], "spread"),
    ],
)
def test_the_command_refuses_what_is_no_share(asked: list[str], words: str, tmp_path: Path) -> None:
    place = make(tmp_path / "a", **SIZES).folder
    done = CliRunner().invoke(app, ["plan", str(place), "--no-certificate", *asked])
    assert isinstance(done.exception, InspectionError) and words in str(done.exception)


def test_the_sizes_that_rules_give_can_be_written_into_the_design_and_drawn(tmp_path: Path) -> None:
    place = make(tmp_path / "a", eligible({"MC": 100, "CC": 30, "RASSO": 20})).folder
    asked = ["--discovery", "5", "--lqas", "80%:50%", "--preset", "snap-active", "--json"]
    done = CliRunner().invoke(app, ["sizes", str(place), *asked])
    assert done.exit_code == 0, done.output
    write = {(row["rule"], row["stratum"]): row["write"] for row in json.loads(done.output)}
    # 45 of 100 meet one of 5 with 95%: C(95, 45) / C(100, 45) = 0.0462, and with 44 0.0508.
    assert write["discovery", "MC"] == "n = 45, accept = 0"
    assert write["snap-active", "MC"] == "take_all = true"
    lines = {name: write["lqas", name].split(", ") for name in SIZES}
    text = (place / "inspection.toml").read_text(encoding="utf-8")
    for name, stated in lines.items():
        text = re.sub(rf'(id = "{name}"\n.*\n)n = \d+', r"\1" + "\n".join(stated), text)
    (place / "inspection.toml").write_text(text, encoding="utf-8")
    sample = Inspection.open(place).draw("4 1 6 2 5 3 3 6")
    for stratum in sample.head["design"]["strata"]:
        assert [f"n = {stratum['n']}", f"accept = {stratum['accept']}"] == lines[stratum["id"]]


def test_without_a_rule_every_published_size_is_shown(tmp_path: Path) -> None:
    place = make(tmp_path / "a", eligible({"MC": 100, "CC": 90, "RASSO": 90})).folder
    done = CliRunner().invoke(app, ["sizes", str(place)])
    assert done.exit_code == 0, done.output
    assert all(name in done.output for name in ("7 CFR 275.11", "hmi-probation", "60 (max 2)"))


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (["--lqas", "80%"], "--lqas: '80%' is no pair"),
        (["--acceptance", "15%:5%"], "good is not below bad"),
        (["--discovery", "31"], "31 of 20 cases"),
        (["--preset", "hmi-probaton"], "Did you mean hmi-probation"),
    ],
)
def test_a_rule_without_a_size_is_refused(asked: list[str], words: str, tmp_path: Path) -> None:
    place = make(tmp_path / "a", eligible({"MC": 60, "CC": 30, "RASSO": 20})).folder
    done = CliRunner().invoke(app, ["sizes", str(place), *asked])
    assert isinstance(done.exception, InspectionError) and words in str(done.exception)


def test_b067_a_seed_that_the_folder_next_door_used_is_told_at_the_draw(tmp_path: Path) -> None:
    told = []
    for name in ("first", "second"):
        make(tmp_path / name)
        change(tmp_path / name, lambda settings, name=name: settings["inspection"].update(id=name))
        asked = ["draw", str(tmp_path / name), "--seed", "4 1 6 2 5 3 3 6"]
        done = CliRunner().invoke(app, [*asked, "--uncommitted", "a trial"])
        assert done.exit_code == 0, done.output
        told.append(" ".join(done.output.split()))
    assert "seed already used" not in told[0]
    assert "for first, round 1" in told[1]
