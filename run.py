"""One command for each job, from a fresh checkout: sets up a local environment, then runs the job.

    python3 run.py demo [FOLDER]     build a whole inspection and its report
    python3 run.py test [--full]     run every check; other arguments go to pytest alone
    python3 run.py lab [ARGUMENTS]   open JupyterLab
    python3 run.py browser           find Chromium, or install Debian's
    python3 run.py pin               renew constraints.txt from pyproject.toml

On Windows write py for python3. Standard library only; everything it makes lies in .venv and
.venv-tools beside this file.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
TOOLS = ROOT / ".venv-tools"
CONSTRAINTS = ROOT / "constraints.txt"
OLDEST = (3, 11)
# Not sys.executable: that may be the environment which is about to be made anew.
BASE_PYTHON = str(getattr(sys, "_base_executable", None) or sys.executable)
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "msedge",
         "microsoft-edge", "chrome")  # fmt: skip
USUAL_PLACES = (
    "/usr/bin/chromium",
    "/snap/bin/chromium",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "{ProgramFiles}/Google/Chrome/Application/chrome.exe",
    "{ProgramFiles(x86)}/Google/Chrome/Application/chrome.exe",
    "{LOCALAPPDATA}/Google/Chrome/Application/chrome.exe",
    "{ProgramFiles(x86)}/Microsoft/Edge/Application/msedge.exe",
    "{ProgramFiles}/Microsoft/Edge/Application/msedge.exe",
)
BROWSER_REMEDY = (
    "Install Chromium, Chrome or Edge (Debian, Ubuntu: sudo apt-get install chromium), "
    "or name one in INSPECTKIT_BROWSER"
)
# No news, no update check and no extension installs: nothing is fetched while people work.
QUIET_LAB = (
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--LabApp.extension_manager=readonly",
)
PINS_HEADER = """\
# Exact versions of everything the core and the tests need, for every platform.
# Renewed by: python3 run.py pin. tests/test_house.py holds them to pyproject.toml.
"""


class Stop(Exception):
    """The job cannot go on; the text says why and what to do."""


def say(text: str) -> None:
    """Print one plain line at once, so that it stands above what a child process prints."""
    print("run.py: " + text, flush=True)


def old_python(version: "tuple[int, ...]", executable: str) -> str:
    """The words for a Python that is too old, or nothing."""
    if version[:2] >= OLDEST:
        return ""
    return (
        f"inspectkit needs Python {OLDEST[0]}.{OLDEST[1]} or newer; this is Python "
        f"{version[0]}.{version[1]} ({executable}). Install a newer Python and start this file "
        "with it, for example: python3.11 run.py demo (Windows: py -3.11 run.py demo)."
    )


def script(environment: Path, name: str) -> Path:
    """Where a virtual environment keeps a program, on Windows and elsewhere."""
    if os.name == "nt":
        return environment / "Scripts" / (name + ".exe")
    return environment / "bin" / name


def child_environment() -> "dict[str, str]":
    """The caller's environment without what would point children at another Python."""
    ours = {key: value for key, value in os.environ.items()
            if key not in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")}  # fmt: skip
    ours.setdefault("UV_COMPILE_BYTECODE", "1")  # otherwise every first start compiles Jupyter
    ours["PIP_DISABLE_PIP_VERSION_CHECK"] = "1"
    return ours


def call(*command: "str | Path", quiet: bool = False, cwd: Path = ROOT) -> bool:
    """Run a command, in the checkout unless told otherwise; true when it ends well."""
    words = [str(word) for word in command]
    out = subprocess.DEVNULL if quiet else None
    try:
        done = subprocess.run(words, cwd=cwd, env=child_environment(), stdout=out, stderr=out)
    except OSError as error:
        if not quiet:
            say(f"{words[0]}: {error}")
        return False
    return done.returncode == 0


def is_debian_root() -> bool:
    """Whether Debian packages can be installed here without asking anyone."""
    root = getattr(os, "geteuid", lambda: 1)() == 0
    return root and shutil.which("apt-get") is not None


def apt_install(package: str) -> bool:
    """Install a Debian package; only called as root."""
    say(f"installing Debian's {package}")
    os.environ.setdefault("DEBIAN_FRONTEND", "noninteractive")
    call("apt-get", "update", "-q")
    return call("apt-get", "install", "-y", "-q", "--no-install-recommends", package)


# --- uv ---------------------------------------------------------------------------------------


def find_uv() -> "Path | None":
    """uv from PATH, or one fetched earlier, or one fetched now; nothing when none can be had."""
    on_path = shutil.which("uv")
    if on_path:
        return Path(on_path)
    ours = script(TOOLS, "uv")
    if ours.is_file():
        return ours
    say(f"uv is not on PATH; fetching it into {TOOLS.name}")
    if make_plain_venv(TOOLS):
        call(script(TOOLS, "python"), "-m", "pip", "install", "-q", *pinned("uv"))
    elif call(BASE_PYTHON, "-m", "pip", "--version", quiet=True):
        # Debian splits venv from pip: a folder of its own needs pip alone.
        target = ("--target", str(TOOLS), "--upgrade")
        call(BASE_PYTHON, "-m", "pip", "install", "-q", *target, *pinned("uv"))
    found = [place for place in (ours, TOOLS / "bin" / ours.name) if place.is_file()]
    return found[0] if found else None


def pinned(name: str) -> "list[str]":
    """The requirement of one package exactly as constraints.txt has it."""
    lines = CONSTRAINTS.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.startswith(name + "==")] or [name]


def make_plain_venv(place: Path) -> bool:
    """Make a virtual environment with pip by the standard library alone."""
    make = (BASE_PYTHON, "-m", "venv", "--clear", place)
    return call(*make, quiet=True) or (is_debian_root() and apt_install("python3-venv")
                                       and call(*make))  # fmt: skip


# --- the environment --------------------------------------------------------------------------


def stamp(extra: str) -> str:
    """A digest of everything that an environment was made from."""
    content = hashlib.sha256()
    for part in (extra, sys.version, str(ROOT)):
        content.update(part.encode("utf-8") + b"\0")
    for path in (ROOT / "pyproject.toml", CONSTRAINTS):
        content.update(path.read_bytes())
    return content.hexdigest()


def is_ready(extra: str) -> bool:
    """Whether .venv was made whole from the present files; the test environment serves all."""
    mark = VENV / "inspectkit.stamp"
    if not (mark.is_file() and script(VENV, "python").is_file()):
        return False
    return mark.read_text(encoding="utf-8") in {stamp(extra), stamp("[test]")}


def prepare(extra: str = "") -> Path:
    """Make or renew .venv and return its Python; quick when nothing has changed."""
    python = script(VENV, "python")
    if is_ready(extra):
        return python
    started = time.monotonic()
    say(f"making a local environment in {VENV.name} (once; a minute or two)")
    shutil.rmtree(VENV, ignore_errors=True)
    uv = find_uv()
    project = "." + extra
    if uv is not None:
        made = call(uv, "venv", "-q", "--seed", "--python", BASE_PYTHON, VENV) and call(
            uv, "pip", "install", "-q", "--python", python, "-c", CONSTRAINTS, "-e", project
        )
    else:
        say("uv cannot be had here; going on with venv and pip, which takes longer")
        made = make_plain_venv(VENV) and call(
            python, "-m", "pip", "install", "-q", "-c", CONSTRAINTS, "-e", project
        )
    if not made:
        raise Stop(
            "the environment could not be made; the lines above say why. Check that the package "
            "index can be reached and, on Debian or Ubuntu, that python3-venv is installed; then "
            "run the same command again."
        )
    (VENV / "inspectkit.stamp").write_text(stamp(extra), encoding="utf-8")
    say(f"environment ready after {time.monotonic() - started:.0f} s")
    return python


# --- the browser ------------------------------------------------------------------------------


def find_browser() -> "str | None":
    """The path of a Chromium, Chrome or Edge on this machine, or nothing."""
    named = os.environ.get("INSPECTKIT_BROWSER")
    if named:
        return named if Path(named).is_file() else None
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return found
    for place in USUAL_PLACES:
        path = place
        for key in ("ProgramFiles", "ProgramFiles(x86)", "LOCALAPPDATA"):
            path = path.replace("{" + key + "}", os.environ.get(key, "?"))
        if Path(path).is_file():
            return path
    return None


def browser() -> bool:
    """Find a browser for the tests, or install Debian's Chromium where that is allowed."""
    if find_browser() is None and is_debian_root():
        apt_install("chromium")
    found = find_browser()
    say(
        f"browser: {found}" if found else f"no browser, so its tests are skipped. {BROWSER_REMEDY}."
    )
    return found is not None


# --- the jobs ---------------------------------------------------------------------------------


def demo(*arguments: str) -> bool:
    """Build the demonstration inspection and its report."""
    return call(prepare(), "-m", "inspectkit", "demo", *arguments, cwd=Path.cwd())


def lab(*arguments: str) -> bool:
    """Open JupyterLab with everything that would reach for a network switched off."""
    return call(prepare(), "-m", "jupyter", "lab", *QUIET_LAB, *arguments, cwd=Path.cwd())


def test(*arguments: str) -> bool:
    """Run every check; with arguments other than --full, pytest alone with those arguments."""
    python = prepare("[test]")
    browser()
    whole = set(arguments) <= {"--full"}
    with ThreadPoolExecutor(2) as pool:  # each keeps one core busy
        results = list(pool.map(lambda step: timed(python, *step), linters() if whole else ()))
    patient = ("-o", "faulthandler_timeout=0") if "--full" in arguments else ()
    pytest = ("-m", "pytest", "-n", "2", "--dist", "worksteal", *patient, *arguments)
    results.append(timed(python, "tests", pytest))
    for name, good, seconds in results:
        say(f"{name:<20} {'ok' if good else 'FAILED':<6} {seconds:4.0f} s")
    return all(good for _, good, _ in results)


def timed(python: Path, name: str, command: "tuple[str, ...]") -> "tuple[str, bool, float]":
    """The name of a check, whether it ended well, and how long it took."""
    say(f"{name} ...")
    started = time.monotonic()
    return name, call(python, *command), time.monotonic() - started


def linters() -> "Iterator[tuple[str, tuple[str, ...]]]":
    """The checks beside pytest: a name and the arguments for the environment's Python."""
    for system in ("linux", "win32"):
        cache = ".mypy_cache/" + system
        yield "types, " + system, ("-m", "mypy", "--cache-dir", cache, "--platform", system)
    yield "ruff check", ("-m", "ruff", "check", "-q", ".")
    yield "ruff format", ("-m", "ruff", "format", "-q", "--check", ".")
    notebooks = sorted(str(path) for path in (ROOT / "notebooks").glob("*.ipynb"))
    if notebooks:
        yield "notebooks stripped", ("-m", "nbstripout", "--verify", *notebooks)


def pin() -> bool:
    """Resolve pyproject.toml anew and write constraints.txt: the core first, then the tests."""
    uv = find_uv()
    if uv is None:
        raise Stop("renewing the pins needs uv. Install uv and run the same command again.")
    names = {package(line) for line in resolved(uv)}
    pins = resolved(uv, "--extra", "test")
    core = [line for line in pins if package(line) in names]
    extra = [line for line in pins if package(line) not in names]
    text = "\n".join([PINS_HEADER + "# core", *core, "# test", *extra]) + "\n"
    with open(CONSTRAINTS, "w", encoding="utf-8", newline="\n") as out:
        out.write(text)
    say(f"{CONSTRAINTS.name}: {len(core)} core and {len(extra)} test pins")
    return True


def package(line: str) -> str:
    """The name in one line of constraints.txt."""
    return line.partition("==")[0]


def resolved(uv: Path, *options: str) -> "list[str]":
    """Every package that pyproject.toml needs, for all platforms, without the index's name."""
    # Without the configuration: pip has no overrides, so what they leave out is pinned as well.
    command = [str(uv), "pip", "compile", "pyproject.toml", "-q", "--universal", "--no-config",
               "--upgrade", "--python-version", "3.11", "--fork-strategy", "fewest",
               "--no-header", "--no-annotate", "--no-emit-find-links", *options]  # fmt: skip
    done = subprocess.run(command, cwd=ROOT, env=child_environment(), stdout=subprocess.PIPE)
    if done.returncode:
        raise Stop("the versions could not be resolved; the lines above say why. Mend and repeat.")
    lines = done.stdout.decode("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith(("#", "-"))]


JOBS = {"demo": demo, "test": test, "lab": lab, "browser": browser, "pin": pin}


def main(arguments: "list[str]") -> int:
    """Run one job; 0 when all is well, 1 when something failed, 2 for wrong usage."""
    if not arguments or arguments[0] in ("-h", "--help"):
        print(__doc__)
        return 0 if arguments else 2
    job = JOBS.get(arguments[0])
    if job is None or (arguments[0] in ("browser", "pin") and len(arguments) > 1):
        print(f"run.py: not a job: {' '.join(arguments)}\n\n{__doc__}", file=sys.stderr)
        return 2
    try:
        return 0 if job(*arguments[1:]) else 1
    except Stop as reason:
        print(f"run.py: {reason}", file=sys.stderr)
    except KeyboardInterrupt:
        print("run.py: stopped", file=sys.stderr)
    return 1


if __name__ == "__main__":
    too_old = old_python(tuple(sys.version_info[:2]), sys.executable)
    if too_old:
        sys.exit("run.py: " + too_old)
    sys.exit(main(sys.argv[1:]))
