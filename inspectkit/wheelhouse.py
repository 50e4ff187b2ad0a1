"""Makes a folder of wheels from which inspectkit installs on a machine without a network."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement

from inspectkit.digest import sha256
from inspectkit.errors import InspectionError
from inspectkit.resources import PACKAGE

# What an installer writes beside the files of a wheel; none of it belongs into a wheel.
INSTALLED_ONLY = {"INSTALLER", "REQUESTED", "RECORD", "direct_url.json"}
WINDOWS_LINES = r"""
    py -{python} -m venv "%USERPROFILE%\inspectkit"
    "%USERPROFILE%\inspectkit\Scripts\python" -m pip install --no-index --find-links . inspectkit
    "%USERPROFILE%\inspectkit\Scripts\python" -m inspectkit --help
"""
OTHER_LINES = """
    python{python} -m venv ~/inspectkit
    ~/inspectkit/bin/python -m pip install --no-index --find-links . inspectkit
    ~/inspectkit/bin/python -m inspectkit --help
"""


@dataclass(frozen=True)
class Platform:
    """A kind of machine: its name for people, the wheel tags it takes, its marker values."""

    label: str
    tags: tuple[str, ...]
    markers: tuple[tuple[str, str], ...]
    lines: str


def _markers(
    system: str, sys_platform: str, os_name: str, machine: str
) -> tuple[tuple[str, str], ...]:
    return (
        ("platform_system", system),
        ("sys_platform", sys_platform),
        ("os_name", os_name),
        ("platform_machine", machine),
        ("implementation_name", "cpython"),
        ("platform_python_implementation", "CPython"),
    )


PLATFORMS = {
    "win_amd64": Platform(
        "Windows, 64 bit",
        ("win_amd64",),
        _markers("Windows", "win32", "nt", "AMD64"),
        WINDOWS_LINES,
    ),
    "linux_x86_64": Platform(
        "Linux, 64 bit (glibc 2.28 or newer)",
        ("manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64"),
        _markers("Linux", "linux", "posix", "x86_64"),
        OTHER_LINES,
    ),
    "macosx_arm64": Platform(
        "macOS 14 or newer on Apple silicon",
        ("macosx_14_0_arm64",),
        _markers("Darwin", "darwin", "posix", "arm64"),
        OTHER_LINES,
    ),
}


def build(folder: Path | str, *, platform: str = "win_amd64", python: str = "3.11") -> Path:
    """Download the pinned core's wheels and add inspectkit's own; returns the folder.

    `folder` must be new or empty, `platform` one of PLATFORMS, `python` a version such as "3.11".
    Needs the package index and pip; raises InspectionError, and leaves nothing behind, when a
    wheel cannot be had.
    """
    target = Path(folder).absolute()
    kind = _platform(platform)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise InspectionError(str(folder), "something is there already", "Name a new folder")
    pins = core_pins(_constraints(), platform=platform, python=python)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".wheelhouse-") as work:
        wheels = Path(work) / "wheels"
        wheels.mkdir()
        _download(pins, wheels, kind.tags, python)
        _own_wheel(wheels)
        _write_instructions(wheels, kind, python)
        if target.exists():
            target.rmdir()
        wheels.rename(target)
    return target


def core_pins(constraints: str, *, platform: str, python: str) -> list[str]:
    """The exact requirements of the core on one platform, from the text of constraints.txt.

    pip reads markers for the machine it runs on; a folder for another machine needs them read here.

    >>> text = "# core\\nattrs==26.1.0\\nappnope==1 ; sys_platform == 'darwin'\\n# test\\npytest==9"
    >>> core_pins(text, platform="win_amd64", python="3.11")
    ['attrs==26.1.0']
    """
    core = constraints.partition("# core\n")[2].partition("# test\n")[0]
    values = dict(_platform(platform).markers)
    values |= {"python_version": python, "python_full_version": f"{python}.0"}
    requirements = [Requirement(line) for line in core.splitlines() if line.strip()]
    return [
        f"{requirement.name}{requirement.specifier}"
        for requirement in requirements
        if requirement.marker is None or requirement.marker.evaluate(values)
    ]


def _platform(name: str) -> Platform:
    if name not in PLATFORMS:
        raise InspectionError(
            "wheelhouse", f"no such platform: {name}", f"Use one of: {', '.join(PLATFORMS)}"
        )
    return PLATFORMS[name]


def _constraints() -> str:
    for place in (PACKAGE / "_shipped" / "constraints.txt", PACKAGE.parent / "constraints.txt"):
        if place.is_file():
            return place.read_text(encoding="utf-8")
    raise InspectionError(
        "constraints.txt", "the shipped file is missing", "Install inspectkit again"
    )


def _download(pins: list[str], wheels: Path, tags: tuple[str, ...], python: str) -> None:
    options = ["--no-deps", "--only-binary", ":all:", "--implementation", "cp"]
    options += ["--python-version", python]
    for tag in tags:
        options += ["--platform", tag]
    _pip("download", *options, "--dest", str(wheels), *pins)


def _own_wheel(wheels: Path) -> None:
    checkout = PACKAGE.parent
    if not (PACKAGE / "_shipped").is_dir() and (checkout / "pyproject.toml").is_file():
        _pip("wheel", "--no-deps", "--wheel-dir", str(wheels), str(checkout))
    else:
        repack(importlib.metadata.distribution("inspectkit"), wheels)


def repack(distribution: importlib.metadata.Distribution, folder: Path) -> Path:
    """Write the wheel of an installed pure Python distribution again from its recorded files."""
    name = f"{distribution.metadata['Name']}-{distribution.version}"
    record = f"{name}.dist-info/RECORD"
    kept = []
    with zipfile.ZipFile(folder / f"{name}-py3-none-any.whl", "w", zipfile.ZIP_DEFLATED) as wheel:
        for file in distribution.files or ():
            leftover = file.name in INSTALLED_ONLY or file.name.startswith("uv_")
            if ".." in file.parts or "__pycache__" in file.parts or leftover:
                continue
            wheel.write(str(distribution.locate_file(file)), file.as_posix())
            hashed = f"{file.hash.mode}={file.hash.value}" if file.hash else ""
            kept.append(f"{file.as_posix()},{hashed},{file.size or ''}")
        wheel.writestr(record, "\n".join([*kept, f"{record},,"]) + "\n")
    return folder / f"{name}-py3-none-any.whl"


def _pip(*arguments: str) -> None:
    if importlib.util.find_spec("pip") is None:
        raise InspectionError(
            "wheelhouse", "this Python has no pip", "Run python -m ensurepip, then try again"
        )
    command = [sys.executable, "-m", "pip", *arguments, "--disable-pip-version-check", "-q"]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        said = done.stdout.decode("utf-8", "replace").strip().splitlines()
        errors = [line for line in said if line.startswith("ERROR")] or said
        raise InspectionError(
            "wheelhouse",
            f"pip {arguments[0]} failed: {errors[-1] if errors else 'without a word'}",
            "Check that the package index can be reached and try again",
        )


def _write_instructions(wheels: Path, kind: Platform, python: str) -> None:
    made = sorted(wheels.glob("*.whl"))
    sums = "\n".join(f"{sha256(path.read_bytes())}  {path.name}" for path in made)
    text = (
        f"inspectkit for {kind.label}, Python {python}: {len(made)} wheels, no network needed.\n\n"
        "Copy this folder to the machine, open a command window in it and run:\n"
        f"{kind.lines.format(python=python)}\n"
        f"SHA-256 of each wheel:\n\n{sums}\n"
    )
    with open(wheels / "INSTALL.txt", "w", encoding="utf-8", newline="\n") as out:
        out.write(text)
