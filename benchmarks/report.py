"""Measures reports against papermill and nbconvert's webpdf of the same notebook, in one run.

    python benchmarks/report.py            # one Area five times, then fourteen: ten minutes
    python benchmarks/report.py --quick    # one Area, then two, of a small caseload
    python benchmarks/report.py --json     # the same numbers for a program
    python benchmarks/report.py --folder F # keep the inspections there, and take those that are

Needs: pip install ".[bench]" in an environment of its own (uv leaves a package out that costs
theirs seconds; an editable installation has no bytecode where Python may not write it), and
Chromium, Chrome or Edge. Everything is timed from the command to its end, as a person would type
it, in an empty folder. Ours: `inspectkit report FOLDER…`, which makes HTML, PDF, workbook, data and
seal. Theirs, for each Area: `papermill`, `nbconvert --to html` and `nbconvert --to
webpdf`, which make HTML and PDF alone, as many at once as there are cores. webpdf prints with the
browser of this machine, since it names no way to choose one: it is told by a patch. Ours runs
before theirs and after it, and its mean counts; of one Area, made several times, the medians.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import run
from inspectkit.demo.areas import AREAS
from inspectkit.demo.build import CASES, build
from inspectkit.resources import folder

NOTEBOOK = folder("notebooks") / "06_report.ipynb"
WEBPDF = """
import sys
from playwright.async_api import BrowserType
start = BrowserType.launch
async def launch(self, **options):
    return await start(self, executable_path=sys.argv.pop(1), **options)
BrowserType.launch = launch
from nbconvert.nbconvertapp import main
main([*sys.argv[2:], "--to", "webpdf", "--WebPDFExporter.disable_sandbox=True"])
"""
ROUNDS = 5  # of one Area
TO = ("--to", "html", "--to", "pdf", "--to", "xlsx")
TARGETS = (
    ("one Area: ours / theirs", "one", 0.25),
    ("all Areas: ours / theirs", "all", 0.25),
    ("all Areas / one, ours", "growth", 8.0),
)


def prepared(place: Path, areas: list[str], cases: int) -> list[Path]:
    """An inspection with simulated marks for each Area; one that is there already is taken."""
    folders = []
    for area in areas:
        made = place / area.replace(" ", "-")
        if not (made / "inspection.toml").exists():
            print(f"preparing {area}", file=sys.stderr)
            build(made, area=area, cases=cases, to=())
        folders.append(made)
    return folders


def timed(work: Callable[[], object]) -> float:
    """Seconds from start to end."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def called(place: Path, *command: str | Path) -> None:
    done = subprocess.run([str(each) for each in command], capture_output=True, cwd=place)
    if done.returncode:
        raise SystemExit(done.stderr.decode("utf-8", "replace")[-3000:])


def ours(folders: list[Path], out: Path) -> None:
    called(out, sys.executable, "-m", "inspectkit", "report", *TO, *folders)


def theirs(folders: list[Path], out: Path, browser: str) -> dict[str, float]:
    """Seconds of each of their steps for the first Area; all Areas are made."""

    def one(place: Path) -> dict[str, float]:
        ran = out / f"{place.name}.ipynb"
        run_it = ("-m", "papermill", "--no-progress-bar", NOTEBOOK, ran, "-p", "folder", place)
        steps: dict[str, tuple[str | Path, ...]] = {
            "papermill": run_it,
            "html": ("-m", "nbconvert", "--to", "html", ran),
            "webpdf": ("-c", WEBPDF, browser, "x", ran),
        }
        return {
            name: timed(lambda step=step: called(out, sys.executable, *step))  # type: ignore[misc]
            for name, step in steps.items()
        }

    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        made = list(pool.map(one, folders))
    return made[0]


def measure(place: Path, areas: list[str], cases: int, browser: str) -> dict[str, Any]:
    """Seconds of both for one Area and for all; both by turns, so that a busy hour hits both."""
    folders = prepared(place.resolve(), areas, cases)
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="theirs-") as held:
        out = Path(held)
        for name, chosen, rounds in (("one", folders[:1], ROUNDS), ("all", folders, 1)):
            taken = [by_turns(chosen, out, browser) for _ in range(rounds)]
            middle = {key: statistics.median(each[key] for each in taken) for key in taken[0]}
            found[name] = {"areas": len(chosen), "rounds": rounds, **middle}
        found["their_files"] = sorted({path.suffix for path in out.iterdir()} - {".ipynb"})
    return found


def by_turns(folders: list[Path], out: Path, browser: str) -> dict[str, float]:
    """Seconds of ours, before theirs and after, of theirs, and of its steps for the first Area."""
    steps: dict[str, float] = {}
    before = timed(lambda: ours(folders, out))
    other = timed(lambda: steps.update(theirs(folders, out, browser)))
    after = timed(lambda: ours(folders, out))
    return {"ours": (before + after) / 2, "theirs": other, **steps}


def ratios(found: dict[str, Any]) -> dict[str, float]:
    return {
        "one": found["one"]["ours"] / found["one"]["theirs"],
        "all": found["all"]["ours"] / found["all"]["theirs"],
        "growth": found["all"]["ours"] / found["one"]["ours"],
    }


def shown(result: dict[str, Any]) -> None:
    where = result["machine"]
    print(
        f"{where['system']}, {where['cores']} cores, Python {where['python']}, {where['browser']}"
    )
    print(", ".join(f"{name} {number}" for name, number in where["versions"].items()))
    print(f"\n{'seconds':24}{'ours':>9}{'theirs':>9}")
    for name in ("one", "all"):
        row = result["measurements"][name]
        print(f"{row['areas']:>2} Areas{'':16}{row['ours']:9.1f}{row['theirs']:9.1f}")
    row = result["measurements"]["one"]
    steps = ", ".join(f"{name} {row[name]:.1f}" for name in ("papermill", "html", "webpdf"))
    print(f"   one Area, medians of {row['rounds']}; of theirs: {steps}")
    print()
    for row in result["targets"]:
        said = "met" if row["met"] else "MISSED"
        print(f"{row['target']:28} at most {row['most']:5.2f}  {row['measured']:6.3f}  {said}")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="two Areas of a small caseload")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--folder", type=Path, help="where the inspections are kept")
    given = parser.parse_args(arguments)
    browser = run.find_browser()
    if browser is None:
        print(f"no browser found. {run.BROWSER_REMEDY}.", file=sys.stderr)
        return 1
    areas = list(AREAS)[:2] if given.quick else list(AREAS)
    with tempfile.TemporaryDirectory(prefix="reports-") as held:
        place = given.folder or Path(held)
        found = measure(place, areas, 2_000 if given.quick else CASES, browser)
    measured = ratios(found)
    packages = ["inspectkit", "papermill", "nbconvert", "nbclient", "playwright", "typst"]
    result = {
        "machine": {
            "system": f"{platform.system()} {platform.machine()}",
            "cores": os.cpu_count(),
            "python": platform.python_version(),
            "browser": Path(browser).name,
            "versions": {name: version(name) for name in packages},
        },
        "measurements": found,
        "targets": [
            {"target": name, "measured": measured[key], "most": most, "met": measured[key] <= most}
            for name, key, most in TARGETS
        ],
    }
    print(json.dumps(result, indent=1)) if given.json else shown(result)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
