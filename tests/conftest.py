"""What every test can ask for: the files, a browser, a clean environment, the full sizes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

import run
from tests.once import Once

ROOT = Path(__file__).resolve().parent.parent
MADE_HERE = {".git", ".venv", ".venv-tools", "build", "dist", "__pycache__", ".hypothesis"}
# What would let a child process find this person's settings or this Python's packages.
PERSONAL = ("PYTHON", "VIRTUAL_ENV", "JUPYTER", "IPYTHON", "CONDA", "INSPECTKIT", "PYTEST", "XDG_")
HOMES = ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA")

settings.register_profile("gate", deadline=None)  # a busy machine is no failure
settings.register_profile("full", deadline=None, max_examples=2000)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full", action="store_true", help="the same tests at their full sizes")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--full"):
        os.environ["INSPECTKIT_FULL"] = "1"
    settings.load_profile("full" if is_full() else "gate")


def is_full() -> bool:
    return os.environ.get("INSPECTKIT_FULL") == "1"


def is_ci() -> bool:
    return os.environ.get("CI", "").lower() in {"1", "true"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if ROOT / "tests" / "browser" in item.path.parents:
            item.add_marker(pytest.mark.browser)
        if item.get_closest_marker("smoke") and item.get_closest_marker("house"):
            raise pytest.UsageError(f"{item.nodeid}: a smoke test cannot be a house test as well")
    # The longest first: a last one of minutes would leave all workers but one without work.
    items.sort(key=lambda item: item.get_closest_marker("house") is None)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report = yield
    is_skip = report.skipped and not hasattr(report, "wasxfail")
    if is_skip and is_ci() and item.get_closest_marker("browser"):
        report.outcome = "failed"
        report.longrepr = f"with CI=true a browser test must not be skipped: {report.longrepr}"
    return report


@pytest.fixture(scope="session", autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The name of this device and its keys are kept with the tests, not with the person."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INSPECTKIT_HOME", str(tmp_path_factory.mktemp("home")))
        yield


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """Builds a folder once for all workers of this run."""
    return Once.of_run(tmp_path_factory)


@pytest.fixture(scope="session")
def full() -> bool:
    """Whether the tests run at the sizes of `run.py test --full`."""
    return is_full()


@pytest.fixture(scope="session")
def browser_path() -> str:
    """A Chromium, Chrome or Edge; without one the test is skipped, and fails with CI=true."""
    found = run.find_browser()
    if found is None:
        pytest.skip(f"no browser found. {run.BROWSER_REMEDY}.")
    return found


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The folder that holds pyproject.toml."""
    return ROOT


@pytest.fixture(scope="session")
def tracked() -> list[str]:
    """Every file of the project, as paths with `/` from the checkout: tracked or about to be."""
    if not (ROOT / ".git").exists():
        found = [path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file()]
        return sorted(path.as_posix() for path in found if not MADE_HERE & set(path.parts))
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout
    names = {name for name in listed.decode("utf-8").split("\0") if name}
    return sorted(name for name in names if (ROOT / name).is_file())


@pytest.fixture(scope="session")
def uv() -> str:
    """The uv that the test dependencies brought, or the one run.py uses."""
    beside = Path(sys.executable).parent
    found = shutil.which("uv", path=os.pathsep.join([str(beside), os.environ.get("PATH", "")]))
    if found is None:
        pytest.fail("uv is a test dependency and was not found. Run: python3 run.py test")
    return found


@pytest.fixture
def clean_environment(tmp_path: Path, uv: str) -> Callable[[], dict[str, str]]:
    """Makes the environment of a person who has just arrived: an empty home, the same network."""
    home = tmp_path / "home"

    def make() -> dict[str, str]:
        home.mkdir(exist_ok=True)
        kept = {key: value for key, value in os.environ.items() if not key.startswith(PERSONAL)}
        kept |= {key: str(home) for key in HOMES if key in os.environ}
        kept |= {"HOME": str(home)} | index_settings(uv)
        return kept

    return make


def index_settings(uv: str) -> dict[str, str]:
    """Where packages come from when a person's own configuration says so.

    At full size the download cache is left behind as well, and everything installed is compiled.
    """
    old = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    found = {}
    for place in (
        Path(os.environ.get("APPDATA", old)) / "pip" / "pip.ini",
        old / "pip" / "pip.conf",
    ):
        if place.is_file():
            found["PIP_CONFIG_FILE"] = os.environ.get("PIP_CONFIG_FILE", str(place))
    if not is_full():
        cache = subprocess.run([uv, "cache", "dir"], cwd=ROOT, check=True, capture_output=True)
        found |= {"UV_CACHE_DIR": cache.stdout.decode("utf-8").strip(), "UV_COMPILE_BYTECODE": "0"}
    return found


@pytest.fixture
def finished() -> Callable[..., str]:
    """Runs a command to its end, shows all it said if it failed, and returns what it said."""

    def run_it(command: list[str | Path], *, cwd: Path, env: dict[str, str] | None = None) -> str:
        words = [str(word) for word in command]
        pipe = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        done = subprocess.run(words, cwd=cwd, env=env, **pipe)
        said = done.stdout.decode("utf-8", "replace")
        assert done.returncode == 0, f"{' '.join(words)} ended with {done.returncode}:\n{said}"
        return said

    return run_it
