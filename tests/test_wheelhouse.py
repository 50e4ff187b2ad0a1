"""Holds the wheelhouse to its promise: a folder from which pip installs without a network."""

from __future__ import annotations

import base64
import csv
import hashlib
import importlib.metadata
import io
import subprocess
import zipfile
from pathlib import Path

import pytest

from inspectkit import wheelhouse
from inspectkit.errors import InspectionError


@pytest.fixture
def constraints(checkout: Path) -> str:
    return (checkout / "constraints.txt").read_text(encoding="utf-8")


def names(pins: list[str]) -> set[str]:
    return {pin.partition("==")[0] for pin in pins}


def test_markers_are_read_for_the_other_machine(constraints: str) -> None:
    windows = names(wheelhouse.core_pins(constraints, platform="win_amd64", python="3.11"))
    linux = names(wheelhouse.core_pins(constraints, platform="linux_x86_64", python="3.11"))
    assert {"colorama", "pywinpty"} <= windows and not windows & {"pexpect", "ptyprocess"}
    assert {"pexpect", "ptyprocess"} <= linux and not linux & {"colorama", "pywinpty"}


def test_only_the_core_is_taken(constraints: str) -> None:
    taken = names(wheelhouse.core_pins(constraints, platform="win_amd64", python="3.11"))
    assert "pandas" in taken and not taken & {"pytest", "ruff", "playwright", "uv"}


def test_an_unknown_platform_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(InspectionError, match=r"no such platform: amiga. Use one of: win_amd64"):
        wheelhouse.build(tmp_path / "wheels", platform="amiga")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_in_use_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").touch()
    with pytest.raises(InspectionError, match="something is there already"):
        wheelhouse.build(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_a_wheel_that_cannot_be_had_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wheelhouse, "core_pins", lambda *_, **__: ["./no-such-file.whl"])
    with pytest.raises(InspectionError, match="pip download failed: ERROR"):
        wheelhouse.build(tmp_path / "wheels")
    assert list(tmp_path.iterdir()) == []


def test_a_python_without_pip_is_told_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wheelhouse.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(InspectionError, match=r"has no pip. Run python -m ensurepip"):
        wheelhouse.build(tmp_path / "wheels")


def test_an_installed_package_is_packed_into_the_wheel_it_came_from(tmp_path: Path) -> None:
    distribution = importlib.metadata.distribution("nbstripout")  # pure Python, with a script
    path = wheelhouse.repack(distribution, tmp_path)
    assert path.name == f"nbstripout-{distribution.version}-py3-none-any.whl"
    with zipfile.ZipFile(path) as wheel:
        record = next(name for name in wheel.namelist() if name.endswith("/RECORD"))
        rows = list(csv.reader(io.StringIO(wheel.read(record).decode("utf-8"))))
        assert {row[0] for row in rows} == set(wheel.namelist())
        for name, hashed, _ in rows:
            digest = hashlib.sha256(wheel.read(name)).digest()
            expected = "sha256=" + base64.urlsafe_b64encode(digest).decode("ascii").rstrip("=")
            assert name == record or hashed == expected
        assert any(name.endswith("/entry_points.txt") for name in wheel.namelist())
        assert not [name for name in wheel.namelist() if name.endswith(("INSTALLER", ".pyc"))]


@pytest.mark.house
@pytest.mark.parametrize("platform", ["win_amd64", "linux_x86_64"])
def test_the_folder_is_enough_to_install_from_without_an_index(
    platform: str,
    tmp_path: Path,
    constraints: str,
    uv: str,
    full: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    needed = {"pywinpty", "greenlet", "attrs"}
    pins = wheelhouse.core_pins(constraints, platform=platform, python="3.11")
    if not full:  # a few wheels at the gate, all 170 MB of them at full size
        pins = [pin for pin in pins if pin.partition("==")[0] in needed]
        monkeypatch.setattr(wheelhouse, "core_pins", lambda *_, **__: pins)
    folder = wheelhouse.build(tmp_path / "wheels", platform=platform)
    made = list(folder.iterdir())
    assert len(made) == len(pins) + 2
    text = (folder / "INSTALL.txt").read_text(encoding="utf-8")
    assert "--no-index --find-links ." in text
    assert all(path.name in text for path in made if path.suffix == ".whl")
    system = {"win_amd64": "x86_64-pc-windows-msvc"}.get(platform, "x86_64-manylinux_2_28")
    command = [uv, "pip", "compile", "-", "-q", "--no-config", "--no-index", "--no-header"]
    command += ["--no-annotate", "--find-links", str(folder), "--no-emit-find-links"]
    command += ["--python-platform", system, "--python-version", "3.11"]
    wanted = "inspectkit\n" if full else "\n".join(pins)
    done = subprocess.run(command, cwd=tmp_path, input=wanted.encode(), capture_output=True)
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")
    lines = {line for line in done.stdout.decode("utf-8").splitlines() if "==" in line}
    assert lines - {f"inspectkit=={importlib.metadata.version('inspectkit')}"} == set(pins)
