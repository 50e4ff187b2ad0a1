"""The two checkers written from docs/ticket.md agree with the package, frame after random frame."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import random
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from inspectkit.digest import digest
from inspectkit.errors import InspectionError
from inspectkit.sampling import Design, Frame, draw, verify
from inspectkit.sampling.evidence import verify_sample
from inspectkit.sampling.evidence.lists import CHECKERS, HERE, frame_csv
from inspectkit.sampling.evidence.manifests import with_evidence

STRATA = ["MC", "Crown Court", "RASSO", 'Ärea, "odd"']
LETTERS = "ABC019/-_.=+é\u00df\u4e2d\uffee\U0001d54f\U00010384"
PLACE = re.compile(r"stratum .+, place \d+")


@dataclass(frozen=True)
class Trial:
    """A list as csv and a manifest, with what the package says of them: "" or the place."""

    listed: str
    manifest: dict[str, Any]
    said: str


def frame_of(cases: list[tuple[str, str]]) -> Frame:
    table = pd.DataFrame(cases, columns=["URN", "Type"], dtype=object)
    table = table.assign(Area="X", Ended="01/02/2026")
    columns = {"id": "URN", "stratum": "Type", "area": "Area", "finalised": "Ended"}
    eligible = {"area": "X", "finalised_from": "2025-10-01", "finalised_to": "2026-09-30"}
    spec = {"file": "", "dates": "%d/%m/%Y", "columns": columns, "eligible": eligible}
    return Frame.read(table, spec)


def resealed(manifest: dict[str, Any]) -> dict[str, Any]:
    content = {name: value for name, value in manifest.items() if name != "digest"}
    return {**content, "digest": digest(content)}


Cases = list[tuple[str, str]]


def swap(manifest: dict[str, Any], cases: Cases, dice: random.Random) -> None:
    """An undrawn case of the same stratum for a drawn one, its ticket forged to fit."""
    victim = dice.choice(manifest["cases"])
    drawn = {each["id"] for each in manifest["cases"]}
    others = [id for id, stratum in cases if stratum == victim["stratum"] and id not in drawn]
    victim["id"] = dice.choice(others) if others else victim["id"] + "x"


def reorder(manifest: dict[str, Any], cases: Cases, dice: random.Random) -> None:
    one, other = (dice.randrange(len(manifest["cases"])) for _ in range(2))
    listed = manifest["cases"]
    listed[one], listed[other] = listed[other], listed[one]


def alter(manifest: dict[str, Any], cases: Cases, dice: random.Random) -> None:
    name = dice.choice(["ticket", "weight", "probability", "order", "role", "stratum"])
    manifest["cases"][-1][name] = "9/7" if name != "order" else 99


def reseed(manifest: dict[str, Any], cases: Cases, dice: random.Random) -> None:
    manifest["seed"] += "1"


def resize(manifest: dict[str, Any], cases: Cases, dice: random.Random) -> None:
    manifest["strata"][-1][dice.choice(["N", "n", "reserves"])] += 1


def drop(manifest: dict[str, Any], cases: Cases, dice: random.Random) -> None:
    manifest["cases"].pop()


def redesign(manifest: dict[str, Any], cases: Cases, dice: random.Random) -> None:
    manifest["design"]["round"] = "2"


def delist(manifest: dict[str, Any], cases: Cases, dice: random.Random) -> None:
    cases.pop(dice.randrange(len(cases)))


def enlist(manifest: dict[str, Any], cases: Cases, dice: random.Random) -> None:
    cases.append(("extra", cases[0][1]))


def rename(manifest: dict[str, Any], cases: Cases, dice: random.Random) -> None:
    cases[0] = (cases[0][0] + "0", cases[0][1])


TAMPERS: list[Callable[[dict[str, Any], Cases, random.Random], None]] = [
    swap,
    reorder,
    alter,
    reseed,
    resize,
    drop,
    redesign,
    delist,
    enlist,
    rename,
]


def trials(count: int) -> list[Trial]:
    """Random frames, designs and seeds; two in three of them tampered with."""
    dice = random.Random("trials")
    return [trial(dice, number) for number in range(count)]


def trial(dice: random.Random, number: int) -> Trial:
    strata = STRATA[: dice.randint(1, len(STRATA))]
    cases: Cases = []
    for place, stratum in enumerate(strata):
        for each in range(dice.randint(2, 30)):
            word = "".join(dice.choice(LETTERS) for _ in range(dice.randint(1, 40)))
            cases.append((f"{word}{place}{each}", stratum))
    dice.shuffle(cases)
    sizes = {name: dice.randint(1, sum(s == name for _, s in cases)) for name in strata}
    rooms = [sum(s == name for _, s in cases) / sizes[name] for name in strata]
    reserves = "30%" if min(rooms) >= 2 else "0%"
    design = Design.of(f"trial-{number}", strata=sizes, reserves=reserves)
    frame = frame_of(cases)
    sample = draw(frame, design, seed=dice.choice(["4 1 6", "Süd 7", "𝕏"]) + str(number))
    story = {"commitment": None, "uncommitted": "trial", "salt": "0" * 32}
    manifest = json.loads(json.dumps(with_evidence(sample, **story).manifest()))
    if dice.random() < 2 / 3:
        dice.choice(TAMPERS)(manifest, cases, dice)
        manifest = resealed(manifest) if dice.random() < 0.9 else manifest
        frame = frame_of(cases) if cases else frame
    return Trial(frame_csv(frame.cases), manifest, said_by_package(frame, manifest))


def said_by_package(frame: Frame, manifest: dict[str, Any]) -> str:
    try:
        verify(frame, manifest)
    except InspectionError as error:
        return str(error)
    return ""


def said_by_script(each: Trial) -> str:
    rows = list(csv.DictReader(io.StringIO(each.listed)))
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            verify_sample._check(rows, each.manifest)
    except SystemExit as stop:
        return str(stop.code)
    return ""


def same_verdict(package: str, other: str) -> bool:
    """Both pass, or both refuse, at the same place where the package names a place."""
    named = PLACE.search(package)
    if named:
        return named[0] in other
    return bool(package) == bool(other)


def test_the_script_agrees_with_the_package_on_random_frames(full: bool) -> None:
    drawn = trials(1_000 if full else 60)
    wrong = [each for each in drawn if not same_verdict(each.said, said_by_script(each))]
    assert [(each.said, said_by_script(each)) for each in wrong] == []
    refused = [each for each in drawn if each.said]
    assert len(drawn) / 4 < len(refused) < len(drawn) * 3 / 4
    assert any(PLACE.search(each.said) for each in refused)


def test_the_script_has_forty_lines_and_needs_nothing_installed() -> None:
    text = (HERE / "verify_sample.py").read_text("utf-8")
    code = [line for line in text.split("\n") if line.strip()]
    assert len(code) <= 46 and "inspectkit verify" in text and "import inspectkit" not in text
    imported = set(re.findall(r"^(?:import|from) (\w+)", text, re.MULTILINE))
    assert imported <= set(sys.stdlib_module_names)


@pytest.mark.parametrize("planted", [False, True])
def test_the_script_runs_on_files_by_itself(tmp_path: Path, planted: bool) -> None:
    cases = [(f"52{number:04}", "MC") for number in range(30)]
    frame = frame_of(cases)
    sample = draw(frame, Design.of("a", strata={"MC": 5}, reserves="20%"), seed="1 2 3")
    manifest = sample.manifest()
    if planted:
        swap(manifest, cases, random.Random(1))
        manifest = resealed(manifest)
    (tmp_path / "frame.csv").write_text(frame_csv(frame.cases), "utf-8")
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    command = [sys.executable, "-I", HERE / "verify_sample.py", "frame.csv", "manifest.json"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == int(planted), done.stderr
    assert ("DIFFERENCE  stratum MC, place" in done.stderr) == planted
    assert "ok  strata" in done.stdout
    assert ("RIGHT; not checked: seal, commitment" in done.stdout) != planted


def test_the_script_does_not_call_checked_what_it_cannot_check() -> None:
    cases = [(f"52{number:04}", "MC") for number in range(30)]
    frame = frame_of(cases)
    design = Design.of("a", strata={"MC": {"n": 3, "selection": "systematic"}})
    each = Trial(frame_csv(frame.cases), draw(frame, design, seed="1").manifest(), "")
    assert "NOT CHECKED" in said_by_script(each)


def test_the_checkers_are_shipped_as_files() -> None:
    for name in CHECKERS:
        assert (HERE / name).is_file()
