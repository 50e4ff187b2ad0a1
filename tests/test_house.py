"""Holds the papers of the house to each other: dependencies, licence, text files, the wheel."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version
from rattler import MatchSpec
from ruamel.yaml import YAML

from inspectkit.wheelhouse import core_pins

BINARY = {".db", ".docx", ".gz", ".parquet", ".pdf", ".png", ".ttf", ".xlsx", ".zip"}
# An export is kept byte for byte, in the encoding and with the line ends that it came with.
AS_RECEIVED = {".csv"}
RESERVED = {"con", "prn", "aux", "nul"} | {f"{k}{n}" for k in ("com", "lpt") for n in range(1, 10)}
UV_PLATFORMS = {
    "linux_x86_64": "x86_64-manylinux_2_28",
    "win_amd64": "x86_64-pc-windows-msvc",
}


def project(checkout: Path) -> dict[str, Any]:
    return tomllib.loads((checkout / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def requirements(checkout: Path, part: str) -> dict[str, Requirement]:
    declared = project(checkout)
    lines = declared["dependencies"] if part == "core" else declared["optional-dependencies"][part]
    found = [Requirement(line) for line in lines]
    return {canonicalize_name(requirement.name): requirement for requirement in found}


def pins(checkout: Path, part: str) -> dict[str, Version]:
    text = (checkout / "constraints.txt").read_text(encoding="utf-8")
    core, _, test = text.partition("# core\n")[2].partition("# test\n")
    lines = [Requirement(line) for line in (core if part == "core" else core + test).splitlines()]
    return {
        canonicalize_name(line.name): Version(str(line.specifier).removeprefix("=="))
        for line in lines
    }


def environment(checkout: Path) -> tuple[list[str], list[str], dict[str, Any]]:
    whole = YAML(typ="safe").load((checkout / "environment.yml").read_text(encoding="utf-8"))
    conda = [entry for entry in whole["dependencies"] if isinstance(entry, str)]
    pip = [entry["pip"] for entry in whole["dependencies"] if isinstance(entry, dict)]
    return conda, pip[0], whole


# --- dependencies -----------------------------------------------------------------------------


def test_environment_yml_equals_the_core_and_test_dependencies(checkout: Path) -> None:
    conda, pip, _ = environment(checkout)
    python = f"python {project(checkout)['requires-python']}"
    assert conda[:2] == [python, "pip"]
    assert pip[-1] == "-e ."
    stated = [Requirement(entry) for entry in (*conda[2:], *pip[:-1])]
    declared = requirements(checkout, "core") | requirements(checkout, "test")
    assert len(stated) == len(declared)
    assert {canonicalize_name(r.name): r.specifier for r in stated} == {
        name: requirement.specifier for name, requirement in declared.items()
    }


def test_every_conda_dependency_is_a_spec_that_conda_reads_the_same_way(checkout: Path) -> None:
    conda, _, whole = environment(checkout)
    assert whole["channels"] == ["conda-forge"]
    for entry in conda:
        spec, requirement = MatchSpec(entry, strict=True), Requirement(entry)
        assert spec.name is not None and requirement.name in str(spec.name)
        bounds = sorted(str(spec.version).split(",")) if spec.version else []
        assert bounds == sorted(str(requirement.specifier).split(",") if bounds else [])
        assert bool(bounds) == bool(str(requirement.specifier))


def test_typst_comes_through_pip_because_conda_forge_means_another_program_by_it(
    checkout: Path,
) -> None:
    conda, pip, _ = environment(checkout)
    assert any(entry.startswith("typst>") for entry in pip)
    assert not any(entry.startswith("typst") for entry in conda)


@pytest.mark.parametrize("part", ["core", "test"])
def test_every_dependency_is_pinned_within_its_range(part: str, checkout: Path) -> None:
    pinned = pins(checkout, part)
    for name, requirement in requirements(checkout, part).items():
        assert name in pinned, f"{name} is missing. Run: python3 run.py pin"
        assert requirement.specifier.contains(pinned[name]), f"{name} {pinned[name]}"


@pytest.mark.house
@pytest.mark.parametrize("platform", sorted(UV_PLATFORMS))
def test_the_pinned_core_is_complete_and_resolves_to_wheels(
    platform: str, checkout: Path, uv: str, full: bool
) -> None:
    text = (checkout / "constraints.txt").read_text(encoding="utf-8")
    for python in ("3.11", "3.12", "3.13") if full else ("3.11",):
        command = [uv, "pip", "compile", "pyproject.toml", "-q", "--no-config", "--no-header"]
        command += ["--no-annotate", "--only-binary", ":all:", "-c", "constraints.txt"]
        command += ["--python-platform", UV_PLATFORMS[platform], "--python-version", python]
        done = subprocess.run(command, cwd=checkout, capture_output=True)
        assert done.returncode == 0, done.stderr.decode("utf-8", "replace")
        resolved = {line for line in done.stdout.decode("utf-8").splitlines() if "==" in line}
        assert resolved == set(core_pins(text, platform=platform, python=python))


@pytest.mark.house
def test_the_core_resolves_with_pandas_2_as_well(checkout: Path, uv: str) -> None:
    command = [uv, "pip", "compile", "pyproject.toml", "-", "-q", "--no-header", "--no-annotate"]
    command += ["--only-binary", ":all:", "--python-version", "3.11"]
    done = subprocess.run(command, cwd=checkout, input=b"pandas==2.2.*\n", capture_output=True)
    assert b"\npandas==2.2." in done.stdout, done.stderr.decode("utf-8", "replace")


@pytest.mark.parametrize("name", ["constraints.txt", "environment.yml", "pyproject.toml"])
def test_no_dependency_file_names_an_index_or_a_machine(name: str, checkout: Path) -> None:
    text = (checkout / name).read_text(encoding="utf-8")
    assert not re.search(
        r"://|--(extra-)?index|--find-links| @ |^-[a-z] /|\[\[?tool.uv.index", text
    )


def test_no_lock_file_is_tracked(tracked: list[str]) -> None:
    names = {name.rsplit("/")[-1] for name in tracked}
    locks = {"uv.lock", "package-lock.json", "poetry.lock", "yarn.lock", "conda-lock.yml"}
    assert not names & locks
    assert not [name for name in names if name.endswith(".lock")]


def test_the_licence_is_mit_and_says_so_in_both_places(checkout: Path) -> None:
    text = (checkout / "LICENSE").read_text(encoding="utf-8")
    assert text.startswith("MIT License\n") and "the inspectkit authors" in text
    assert project(checkout)["license"] == "MIT"


# --- files ------------------------------------------------------------------------------------


def test_text_files_are_utf_8_with_lf(tracked: list[str], checkout: Path) -> None:
    assert len(tracked) > 20
    wrong = []
    for name in tracked:
        if Path(name).suffix in BINARY | AS_RECEIVED:
            continue
        content = (checkout / name).read_bytes()
        if b"\r" in content or content.startswith(b"\xef\xbb\xbf"):
            wrong.append(f"{name}: carriage returns or a byte order mark")
        try:
            content.decode("utf-8")
        except UnicodeDecodeError as error:
            wrong.append(f"{name}: {error}")
    assert wrong == []


def windows_faults(names: list[str]) -> list[str]:
    """Paths that Windows would refuse, or would take for one another."""
    wrong, seen = [], set()
    for name in names:
        for part in name.split("/"):
            stem = part.split(".")[0].rstrip().lower()
            if (
                stem in RESERVED
                or part[-1:] in {".", " "}
                or re.search(r'[<>:"\\|?*\0-\x1f]', part)
            ):
                wrong.append(name)
        if len(name) > 160 or name.casefold() in seen:
            wrong.append(name)
        seen.add(name.casefold())
    return wrong


def test_every_path_is_legal_on_windows(tracked: list[str]) -> None:
    assert windows_faults(tracked) == []
    bad = ["a/con.txt", "a:b", "a./b", "a b /c", "A/x", "a/X", "what?", "tab\t", "y" * 161]
    assert windows_faults(bad) == [name for name in bad if name != "A/x"]


def notebook_faults(notebook: dict[str, Any]) -> list[str]:
    """Outputs, counts and definitions in a notebook's cells; a master has none of them."""
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    wrong = [f"cell {n} holds an output" for n, cell in enumerate(code) if cell["outputs"]]
    wrong += [f"cell {n} has a count" for n, cell in enumerate(code) if cell["execution_count"]]
    for n, cell in enumerate(code):
        if re.search(r"^\s*(async )?(def|class) ", "".join(cell["source"]), re.MULTILINE):
            wrong.append(f"cell {n} defines something; it belongs into the package")
    return wrong


def test_notebooks_hold_no_outputs_and_no_definitions(tracked: list[str], checkout: Path) -> None:
    names = [name for name in tracked if name.endswith(".ipynb")]
    assert names
    for name in names:
        notebook = json.loads((checkout / name).read_text(encoding="utf-8"))
        assert (name, notebook_faults(notebook)) == (name, [])


def test_a_planted_output_count_and_definition_are_found() -> None:
    cell = {"cell_type": "code", "outputs": [{}], "execution_count": 1, "source": ["def f(): 1"]}
    assert len(notebook_faults({"cells": [cell]})) == 3


# --- the installed package --------------------------------------------------------------------


@pytest.mark.smoke
def test_help_is_quick_because_it_loads_no_jupyter_no_charts_and_no_engine() -> None:
    command = [sys.executable, "-X", "importtime", "-m", "inspectkit", "--help"]
    done = subprocess.run(command, capture_output=True)
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")
    assert b"demo" in done.stdout
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.decode("utf-8").splitlines()}
    heavy = {"jupyterlab", "jupyter_core", "nbconvert", "nbclient", "ipywidgets", "anywidget"}
    heavy |= {"IPython", "matplotlib", "typst", "duckdb", "scipy"}
    assert not loaded & heavy


@pytest.fixture(scope="session")
def wheel(checkout: Path, uv: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built once from the checkout."""
    folder = tmp_path_factory.mktemp("dist")
    command = [uv, "build", "--wheel", "-q", "--no-create-gitignore", "-o", folder, checkout]
    done = subprocess.run(command, cwd=checkout, capture_output=True)
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")
    return next(folder.glob("*.whl"))


@pytest.mark.house
def test_the_wheel_holds_what_the_checkout_holds_and_nothing_else(
    wheel: Path, tracked: list[str]
) -> None:
    moved = {"question_sets/", "notebooks/", "constraints.txt"}
    expected = {name for name in tracked if name.startswith("inspectkit/")}
    expected |= {f"inspectkit/_shipped/{n}" for n in tracked if n.startswith(tuple(moved))}
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert packed == expected


@pytest.mark.house
def test_the_demo_runs_from_the_wheel_outside_the_checkout_on_a_cp1252_console(
    wheel: Path,
    checkout: Path,
    uv: str,
    tmp_path: Path,
    clean_environment: Callable[[], dict[str, str]],
    finished: Callable[..., str],
) -> None:
    env = clean_environment() | {"PYTHONIOENCODING": "cp1252"}
    place = tmp_path / "venv"
    python = place / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    away = tmp_path / "away"
    away.mkdir()
    finished([uv, "venv", "-q", "--python", sys.executable, place], cwd=away, env=env)
    install = [uv, "pip", "install", "-q", "--python", python, wheel]
    finished([*install, "-c", checkout / "constraints.txt"], cwd=away, env=env)
    where = finished([python, "-c", "import inspectkit as i; print(i.__file__)"], cwd=away, env=env)
    assert Path(where.strip()).is_relative_to(place)
    said = finished([python, "-m", "inspectkit", "demo", "South West"], cwd=away, env=env)
    report = away / "South West" / "report"
    assert (report / "report.pdf").read_bytes().startswith(b"%PDF-")
    assert "<html" in (report / "report.html").read_text(encoding="utf-8")
    assert "report.html" in said and "report.pdf" in said
