"""Holds run.py to what the README promises of it."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import run


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What run.py would have run; every command succeeds."""
    made: list[list[str]] = []

    def note(*command: str | Path, **_: object) -> bool:
        made.append([str(word) for word in command])
        if "venv" in made[-1]:
            touch_python()
        return True

    monkeypatch.setattr(run, "call", note)
    return made


@pytest.fixture
def elsewhere(tmp_path: Path, checkout: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """run.py as if its checkout were an empty folder with the two files it reads."""
    for name in ("pyproject.toml", "constraints.txt"):
        shutil.copy(checkout / name, tmp_path / name)
    monkeypatch.setattr(run, "ROOT", tmp_path)
    monkeypatch.setattr(run, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(run, "TOOLS", tmp_path / ".venv-tools")
    monkeypatch.setattr(run, "CONSTRAINTS", tmp_path / "constraints.txt")
    return tmp_path


def touch_python() -> None:
    python = run.script(run.VENV, "python")
    python.parent.mkdir(parents=True, exist_ok=True)
    python.touch()


def make_environment(extra: str) -> None:
    touch_python()
    (run.VENV / "inspectkit.stamp").write_text(run.stamp(extra), encoding="utf-8")


def test_an_old_python_can_read_the_file_far_enough_to_say_that_it_is_too_old(
    checkout: Path,
) -> None:
    ast.parse((checkout / "run.py").read_text(encoding="utf-8"), feature_version=(3, 7))
    said = run.old_python((3, 9), "/usr/bin/python3")
    assert "needs Python 3.11 or newer; this is Python 3.9 (/usr/bin/python3)" in said
    assert run.old_python((3, 11), "python3") == run.old_python((3, 14), "python3") == ""


def test_it_needs_nothing_but_the_standard_library(checkout: Path) -> None:
    tree = ast.parse((checkout / "run.py").read_text(encoding="utf-8"))
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {getattr(node, "module", None) or node.names[0].name for node in nodes}
    assert {name.partition(".")[0] for name in names} <= set(sys.stdlib_module_names)


def test_its_oldest_python_is_the_one_pyproject_states(checkout: Path) -> None:
    text = (checkout / "pyproject.toml").read_text(encoding="utf-8")
    assert 'requires-python = ">={}.{}"'.format(*run.OLDEST) in text


def test_what_it_prints_is_plain_ascii_for_any_console(checkout: Path) -> None:
    assert (checkout / "run.py").read_text(encoding="utf-8").isascii()


@pytest.mark.parametrize("arguments", [[], ["dmeo"], ["pin", "now"]])
def test_wrong_usage_ends_with_2_and_shows_the_jobs(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run.main(arguments) == 2
    assert "run.py demo" in "".join(capsys.readouterr())


def test_a_second_call_makes_nothing(elsewhere: Path, calls: list[list[str]]) -> None:
    make_environment("")
    assert run.prepare() == run.script(run.VENV, "python")
    assert calls == []


def test_the_test_environment_serves_the_demo_and_not_the_other_way_round(elsewhere: Path) -> None:
    make_environment("[test]")
    assert run.is_ready("") and run.is_ready("[test]")
    make_environment("")
    assert run.is_ready("") and not run.is_ready("[test]")


@pytest.mark.parametrize("name", ["pyproject.toml", "constraints.txt"])
def test_changed_dependencies_make_the_environment_anew(name: str, elsewhere: Path) -> None:
    make_environment("")
    with open(elsewhere / name, "a", encoding="utf-8") as out:
        out.write("# changed\n")
    assert not run.is_ready("")


def test_uv_makes_the_environment_from_the_pins(
    elsewhere: Path, calls: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "find_uv", lambda: Path("uv"))
    run.prepare("[test]")
    assert [words[:2] for words in calls] == [["uv", "venv"], ["uv", "pip"]]
    assert calls[1][-4:] == ["-c", str(run.CONSTRAINTS), "-e", ".[test]"]
    assert run.is_ready("[test]")


def test_without_uv_it_falls_back_to_venv_and_pip_with_the_same_pins(
    elsewhere: Path, calls: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "find_uv", lambda: None)
    run.prepare()
    assert calls[0][1:3] == ["-m", "venv"]
    assert calls[1][1:4] == ["-m", "pip", "install"]
    assert calls[1][-4:] == ["-c", str(run.CONSTRAINTS), "-e", "."]


def test_a_failed_set_up_says_what_to_do_and_is_tried_again(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run, "find_uv", lambda: Path("uv"))
    monkeypatch.setattr(run, "call", lambda *_, **__: False)
    assert run.main(["demo"]) == 1
    assert "then run the same command again" in capsys.readouterr().err
    assert not run.is_ready("")


def test_uv_is_fetched_at_its_pinned_version_when_it_is_not_on_path(
    elsewhere: Path, calls: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run.shutil, "which", lambda *_, **__: None)
    assert run.find_uv() is None  # nothing was really fetched
    assert re.fullmatch(r"uv==\d+\.\d+\.\d+", calls[-1][-1])
    ours = run.script(run.TOOLS, "uv")
    ours.parent.mkdir(parents=True)
    ours.touch()
    assert run.find_uv() == ours


def test_every_check_runs_for_both_systems_and_one_failure_fails_the_whole(
    calls: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "prepare", lambda extra="": Path("python"))
    monkeypatch.setattr(run, "browser", lambda: True)
    assert run.test("--full")
    tools = [words[2] for words in calls]
    assert sorted(tools[:-1]) == ["mypy", "mypy", "nbstripout", "ruff", "ruff"]
    assert tools[-1] == "pytest"
    assert {words[-1] for words in calls if words[2] == "mypy"} == {"linux", "win32"}
    assert calls[-1][-1] == "--full"
    assert "faulthandler_timeout=0" in calls[-1]
    monkeypatch.setattr(run, "call", lambda *words, **_: "mypy" not in words)
    assert not run.test()


def test_other_arguments_go_to_pytest_alone(
    calls: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "prepare", lambda extra="": Path("python"))
    monkeypatch.setattr(run, "browser", lambda: True)
    assert run.test("-m", "smoke")
    assert [words[2] for words in calls] == ["pytest"]
    assert calls[0][-2:] == ["-m", "smoke"]


def test_a_browser_is_taken_from_the_environment_from_path_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "USUAL_PLACES", ())
    monkeypatch.delenv("INSPECTKIT_BROWSER", raising=False)
    monkeypatch.setattr(
        run.shutil, "which", lambda name: "/b/" + name if name == "msedge" else None
    )
    assert run.find_browser() == "/b/msedge"
    monkeypatch.setenv("INSPECTKIT_BROWSER", str(tmp_path / "gone"))
    assert run.find_browser() is None
    monkeypatch.setenv("INSPECTKIT_BROWSER", __file__)
    assert run.find_browser() == __file__


def test_chromium_is_installed_by_root_on_debian_only_and_else_the_remedy_is_printed(
    calls: list[list[str]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(run, "find_browser", lambda: None)
    monkeypatch.setattr(run, "is_debian_root", lambda: False)
    assert not run.browser()
    assert calls == [] and run.BROWSER_REMEDY in capsys.readouterr().out
    monkeypatch.setattr(run, "is_debian_root", lambda: True)
    run.browser()
    assert calls[-1][-1] == "chromium"


def test_ci_runs_the_readme_s_test_command_and_nothing_beside_it(checkout: Path) -> None:
    script = checkout / ".ci" / "run"
    lines = script.read_text(encoding="utf-8").splitlines()
    commands = [line for line in lines if line and not line.startswith(("#", "set ", "cd "))]
    assert commands == ["export CI=true", "exec python3 run.py test"]
    if os.name != "nt":
        assert os.access(script, os.X_OK)


@pytest.mark.parametrize("ci", ["true", ""])
def test_a_browser_test_that_skips_fails_in_ci_and_only_there(
    ci: str, checkout: Path, tmp_path: Path, finished: Callable[..., str]
) -> None:
    text = "import pytest\n\n\n@pytest.mark.browser\ndef test_page(browser_path): pass\n"
    (tmp_path / "test_page.py").write_text(text, encoding="utf-8")
    env = os.environ | {"CI": ci, "INSPECTKIT_BROWSER": str(tmp_path / "none")}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-rs"]
    command += ["-c", str(checkout / "pyproject.toml"), "--confcutdir", str(tmp_path)]
    command += ["-p", "tests.conftest", str(tmp_path / "test_page.py")]
    done = subprocess.run(command, cwd=checkout, env=env, capture_output=True, text=True)
    assert done.returncode == (1 if ci else 0), done.stdout + done.stderr
    assert ("1 error" if ci else "1 skipped") in done.stdout  # a fixture that fails is an error
    assert run.BROWSER_REMEDY in " ".join(done.stdout.split())


@pytest.mark.house
def test_the_readme_s_two_commands_work_in_a_copy_with_a_clean_home(
    tracked: list[str],
    checkout: Path,
    tmp_path: Path,
    clean_environment: Callable[[], dict[str, str]],
    finished: Callable[..., str],
) -> None:
    copy = tmp_path / "a copy"
    for name in tracked:
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(checkout / name, copy / name)
    env = clean_environment()
    said = finished([run.BASE_PYTHON, "run.py", "demo", "South West"], cwd=copy, env=env)
    report = copy / "South West" / "report"
    assert "environment ready" in said and "report.html" in said
    assert (report / "report.pdf").read_bytes().startswith(b"%PDF-")
    assert (report / "report.html").stat().st_size > 10_000
    said = finished([run.BASE_PYTHON, "run.py", "test", "-m", "smoke"], cwd=copy, env=env)
    assert re.search(r"\d+ passed", said) and "failed" not in said
