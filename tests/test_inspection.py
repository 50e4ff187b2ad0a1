"""An inspection's folder: what is made, what is pinned, and the commands that work in it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

import inspectkit as ik
import inspectkit.cli
from inspectkit.cli import app
from inspectkit.cli.panels import PANELS, Commands, held
from inspectkit.demo.marks import simulate
from inspectkit.inspection import SIMULATED, Inspection
from tests.small import make


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Inspection:
    """A small inspection whose every case but one carries simulated marks."""
    inspection = make(tmp_path_factory.mktemp("marked") / "inspection")
    sample = inspection.draw("1 2 3")
    for subject in sample.drawn["id"].iloc[:-1]:
        marks = simulate(inspection.question_set, inspection.store.case(subject), "a key")
        inspection.store.answer_all(subject, marks, marker=SIMULATED)
        inspection.store.submit(subject, marker=SIMULATED)
    return Inspection.open(inspection.folder)


def python(*words: str | Path, encoding: str = "utf-8") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *map(str, words)],
        capture_output=True,
        encoding=encoding,
        env={**os.environ, "PYTHONIOENCODING": encoding},
        cwd=Path(__file__).parent.parent,
        check=False,
    )


@pytest.mark.smoke
def test_the_line_runs_from_export_to_rating(marked: Inspection) -> None:
    assert marked.verify()
    assert marked.simulated
    table = marked.ratings.table()
    themes = table[table["kind"] == "theme"]
    assert set(themes["domain"]) == {"MC", "CC", "RASSO", "all"}
    assert marked.scores.marks["state"].eq("not examined").any()
    chances = marked.ratings.probabilities()
    sums = chances.drop(columns=["figure", "domain"]).dropna().sum(axis=1)
    assert len(sums) and sums.between(0.999, 1.001).all()


def test_a_new_folder_pins_what_it_copied(tmp_path: Path) -> None:
    inspection = Inspection.new(tmp_path / "eastern", area="Eastern")
    assert inspection.head.id == "eastern-2026"
    assert inspection.pinned.question_set_digest == inspection.question_set.digest
    assert inspection.pinned.rule_digest == inspection.rule.digest
    assert (inspection.folder / "notebooks" / "03_mark.ipynb").is_file()


def test_the_comments_of_the_settings_survive(tmp_path: Path) -> None:
    inspection = Inspection.new(tmp_path / "eastern", area="Eastern")
    text = (inspection.folder / "inspection.toml").read_text("utf-8")
    assert "never guessed" in text and "\r" not in text


def test_reading_twice_gives_the_same_digests(marked: Inspection) -> None:
    again = Inspection.open(marked.folder)
    for name in ("frame", "design", "sample", "question_set", "reviews", "scores", "ratings"):
        assert getattr(again, name).digest == getattr(marked, name).digest, name


@pytest.mark.parametrize("name", ["check", "progress", "rate"])
def test_what_can_be_read_can_be_had_as_json(marked: Inspection, name: str) -> None:
    done = CliRunner().invoke(app, [name, str(marked.folder), "--json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)


# Several commands in one process: each would take seconds to start.
COMMANDS = """
import sys
from inspectkit.cli import main

folder, *names = sys.argv[1:]
for sys.argv[1:] in [[name, folder] for name in names]:
    try:
        main()
    except SystemExit as end:
        print(sys.argv[1], "ended with", end.code)
"""


def test_commands_work_on_a_cp1252_console_and_say_what_is_simulated(marked: Inspection) -> None:
    names = ["check", "verify", "progress", "rate"]
    done = python("-c", COMMANDS, marked.folder, *names, encoding="cp1252")
    assert done.returncode == 0, done.stderr
    assert all(f"{name} ended with 0" in done.stdout for name in names), done.stdout
    assert done.stdout.count("MC") >= 4 and "SIMULATED" in done.stdout


def test_a_refusal_goes_to_standard_error_with_exit_code_1(tmp_path: Path) -> None:
    done = python("-m", "inspectkit", "check", tmp_path)
    assert done.returncode == 1 and done.stdout == ""
    assert "inspection.toml: no such file." in done.stderr


def loaded_by(*command: str) -> set[str]:
    """The modules in a Python of its own after a command."""
    script = (
        f"import sys\nsys.argv = {['inspectkit', *command]!r}\n"
        "from inspectkit.cli import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        "print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return set(done.stdout.splitlines()[-1].split())


def test_help_loads_no_heavy_part() -> None:
    heavy = {"jupyterlab", "nbconvert", "matplotlib", "scipy", "pandas", "numpy", "sqlalchemy"}
    found = loaded_by("--help")
    assert "inspectkit.cli" in found and not found & (heavy | {"ipywidgets"})


@pytest.mark.parametrize(
    ("work", "unneeded"),
    [
        (
            "inspectkit.inspection, inspectkit.report.contents",
            "matplotlib openpyxl typst duckdb nbconvert scipy.stats scipy.optimize",
        ),
        ("inspectkit.report.pages", "pandas pyarrow scipy sqlalchemy nbformat nbclient"),
    ],
    ids=["to score and rate", "to draw and set pages"],
)
def test_of_two_pythons_that_make_a_report_neither_loads_what_the_other_needs(
    work: str, unneeded: str
) -> None:
    script = f"import sys, {work}\nprint([n for n in {unneeded.split()} if n in sys.modules])"
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_every_command_has_an_example_in_its_help() -> None:
    for name, each in Commands().items():
        assert "Example:" in (each.epilog or "") or hasattr(each, "commands"), name


def test_every_command_stands_in_one_panel_of_the_help() -> None:
    modules = {module for parts in PANELS.values() for module, _ in parts}
    listed = [name for parts in PANELS.values() for _, names in parts for name in names.split()]
    assert sorted(listed) == sorted(name for module in modules for name in held(module))
    files = Path(inspectkit.cli.__file__).parent.glob("*.py")
    having = [path.stem for path in files if "\napp = commands()" in path.read_text("utf-8")]
    assert sorted(modules) == sorted(having)
    shown = CliRunner().invoke(app, ["--help"]).output
    assert [shown.index(panel) for panel in PANELS] == sorted(map(shown.index, PANELS))


def test_a_command_loads_no_other_module_of_commands() -> None:
    found = {name for name in loaded_by("check", "--help") if name.startswith("inspectkit.cli.")}
    assert found == {f"inspectkit.cli.{name}" for name in ("app", "folder", "output", "panels")}


def test_a_command_that_is_misspelt_is_told_with_the_nearest() -> None:
    done = CliRunner().invoke(app, ["raet"])
    assert done.exit_code == 2 and "rate" in done.output


def test_every_public_name_can_be_reached() -> None:
    for name in ik.__all__:
        assert getattr(ik, name), name
