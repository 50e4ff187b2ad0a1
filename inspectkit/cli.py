"""The command line: one command for each step of an inspection, exit 0, 1 (input) or 2 (usage)."""

# Each command imports its step when it runs, so that --help stays quick and loads no Jupyter.

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from inspectkit.errors import InspectionError

if TYPE_CHECKING:
    import pandas as pd

app = typer.Typer(
    help="Draws samples of case files, serves question sets, scores answers and rates Areas.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
Folder = Annotated[Path, typer.Argument(help="The inspection's folder (it holds inspection.toml).")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]
console = Console(highlight=False, soft_wrap=True)


@app.command(epilog="Example:  inspectkit new south-west --area 'South West'")
def new(
    folder: Folder, area: Annotated[str, typer.Option(help="The Area inspected.")] = "South West"
) -> None:
    """Make an inspection's folder: settings, question set, rule and notebooks."""
    from inspectkit.inspection import Inspection

    inspection = Inspection.new(folder, area=area)
    _say(f"Made {inspection.folder}")
    _say(f"Next: put the caseload export there as {inspection.settings['frame']['file']},")
    _say(f'look through inspection.toml, then: inspectkit check "{folder}"')


@app.command(epilog="Example:  inspectkit check south-west")
def check(folder: Folder, as_json: AsJson = False) -> None:
    """Read the export as inspection.toml states and account for every line of it."""
    from inspectkit.inspection import Inspection

    inspection = Inspection.open(folder)
    frame = inspection.frame
    pinned = {"question_set": inspection.question_set.ref, "rule": inspection.rule.ref}
    if as_json:
        tables = {
            name: _records(getattr(frame, name)) for name in ("exclusions", "spellings", "doubts")
        }
        lines = _records(frame.summary())
        strata = {str(name): int(count) for name, count in frame.strata().items()}
        _json({"lines": lines, **tables, "strata": strata, "digest": frame.digest, **pinned})
        return
    summary = frame.summary()
    _table(
        f"What became of the {summary['lines'].sum():,} lines of {frame.name}",
        summary[["label", "lines"]],
    )
    _table("Spellings mapped", frame.spellings)
    _table(
        "Doubts, for a person to settle",
        frame.doubts.assign(lines=frame.doubts["lines"].map(_first)),
    )
    _table("Eligible cases by stratum", frame.strata().rename("cases").reset_index())
    _say(f"Frame digest {frame.digest}")
    _say(f"Question set {pinned['question_set']} and rule {pinned['rule']} are as pinned.")


@app.command(epilog="Example:  inspectkit draw south-west --seed '4 1 6 2 5 3 3 6'")
def draw(
    folder: Folder, seed: Annotated[str, typer.Option(help="Fixed after frame and design.")]
) -> None:
    """Draw the sample by ticket; write its manifest and the list of cases to provide."""
    from inspectkit.inspection import CASES, MANIFEST, Inspection

    inspection = Inspection.open(folder)
    sample = inspection.draw(seed)
    _table("Drawn", sample.strata())
    _say(f"Manifest (sealed until marking closes): {inspection.folder / MANIFEST}")
    _say(f"Cases to provide: {inspection.folder / CASES}")


@app.command(epilog="Example:  inspectkit verify south-west")
def verify(folder: Folder) -> None:
    """Recompute the whole draw from export and manifest; exit 1 at the first difference."""
    from inspectkit.inspection import Inspection

    for passed in Inspection.open(folder).verify():
        _say(f"ok  {passed}")


@app.command(epilog="Example:  inspectkit progress south-west")
def progress(folder: Folder, as_json: AsJson = False) -> None:
    """How far the marking is."""
    from inspectkit.inspection import Inspection

    cases = Inspection.open(folder).store.cases()
    counts = cases.groupby(["stratum", "status"]).size().rename("cases").reset_index()
    _json(_records(counts)) if as_json else _table("Marking", counts)


@app.command(epilog="Example:  inspectkit rate south-west --json")
def rate(folder: Folder, as_json: AsJson = False) -> None:
    """Score the marks and rate every theme, with the probability of each band."""
    from inspectkit.inspection import Inspection

    inspection = Inspection.open(folder)
    ratings, simulated = inspection.ratings, inspection.simulated
    if as_json:
        table = ratings.table().merge(ratings.probabilities(), on=["figure", "domain"])
        rows = _records(table[table["kind"] != "question"])
        _json({"simulated": simulated, "rule": inspection.rule.ref, "ratings": rows})
        return
    title = f"Ratings{' of SIMULATED marks' if simulated else ''} under {inspection.rule.ref}"
    _table(title, ratings.summary())


@app.command(epilog="Example:  inspectkit report south-west --to html --to pdf")
def report(
    folder: Folder,
    to: Annotated[list[str], typer.Option(help="html, pdf or xlsx.")] = ["html", "pdf", "xlsx"],  # noqa: B006
    notebook: Annotated[
        Path | None, typer.Option(help="Run this notebook instead of our own.")
    ] = None,
) -> None:
    """Write the report as HTML, PDF and workbook."""
    import inspectkit.report as reporting
    from inspectkit.inspection import Inspection

    with _progress() as step:
        step("Writing the report", 0, 1)
        made = reporting.report(Inspection.open(folder), to=tuple(to), notebook=notebook)
    _paths(made)


@app.command(epilog="Example:  inspectkit demo my-first-inspection")
def demo(
    folder: Annotated[Path, typer.Argument(help="A new folder.")] = Path("demo-inspection"),
    area: Annotated[str, typer.Option(help="One of the 14 Areas.")] = "South West",
) -> None:
    """A whole inspection: generated export, simulated marks, labelled so on every page."""
    from inspectkit.demo import build

    with _progress() as step:
        made = build(folder, area=area, progress=step)
    _say("The demonstration inspection is ready. Its marks are SIMULATED.")
    _paths(made)
    _say("Next: open the report;")
    _say(f'  {_python("jupyter lab")} "{made["notebooks"] / "03_mark.ipynb"}"')
    _say("      to mark the case that was left for you;")
    _say(f'  {_python("inspectkit verify")} "{made["folder"]}"')
    _say("      to recompute the draw.")


@app.command(epilog="Example:  inspectkit wheelhouse wheels --platform win_amd64")
def wheelhouse(
    folder: Annotated[Path, typer.Argument(help="Where to put the wheels.")],
    platform: Annotated[str, typer.Option(help="The laptops' platform tag.")] = "win_amd64",
    python: Annotated[str, typer.Option(help="The laptops' Python.")] = "3.11",
) -> None:
    """Gather every wheel for laptops without a network (pip install --no-index)."""
    from inspectkit.wheelhouse import build

    _say(f"Made {build(folder, platform=platform, python=python)}")


def main() -> None:
    """Run the command line; refusals go to standard error with exit code 1."""
    for channel in (sys.stdout, sys.stderr):
        if hasattr(channel, "reconfigure"):
            channel.reconfigure(errors="replace")
    try:
        app()
    except InspectionError as error:
        print(error, file=sys.stderr)
        raise SystemExit(1) from None
    except OSError as error:
        place = error.filename or "a file"
        print(f"{place}: {error.strerror}. Check the path and your rights there.", file=sys.stderr)
        raise SystemExit(1) from None


def _say(text: str) -> None:
    console.print(escape(text))


def _python(command: str) -> str:
    """A command as it can be typed here: by name where it is on the path, else through Python."""
    return command if shutil.which(command.split()[0]) else f'"{sys.executable}" -m {command}'


def _paths(made: dict[str, Path]) -> None:
    for name, path in made.items():
        _say(f"  {name:10} {path}")


def _progress() -> Any:
    """A bar that a step reports to as (what, done, of)."""
    return _Bar()


class _Bar:
    """Shows one line for each step of a long piece of work."""

    def __enter__(self) -> Callable[[str, int, int], None]:
        columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
        self._bar = Progress(*columns, console=console).__enter__()
        self._tasks: dict[str, Any] = {}
        return self._step

    def _step(self, what: str, done: int, total: int) -> None:
        for name, task in self._tasks.items():
            if name != what:
                self._bar.update(task, completed=self._bar.tasks[task].total or 1)
        if what not in self._tasks:
            self._tasks[what] = self._bar.add_task(what, total=total)
        self._bar.update(self._tasks[what], completed=done)

    def __exit__(self, *failure: Any) -> None:
        if failure[0] is None:
            self._step("", 0, 1)
            self._bar.remove_task(self._tasks[""])
        self._bar.__exit__(*failure)


def _table(title: str, frame: pd.DataFrame) -> None:
    table = Table(title=escape(title), title_justify="left")
    for name, kind in zip(frame.columns, frame.dtypes, strict=True):
        table.add_column(str(name), justify="right" if kind.kind in "if" else "left")
    for row in frame.itertuples(index=False):
        table.add_row(
            *(
                escape("" if cell is None else f"{cell:,}" if isinstance(cell, int) else str(cell))
                for cell in row
            )
        )
    console.print(table)


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return list(json.loads(frame.to_json(orient="records", default_handler=str)))


def _json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=True, indent=1))


def _first(lines: tuple[int, ...]) -> str:
    shown = ", ".join(map(str, lines[:3]))
    return shown + (f" and {len(lines) - 3} more" if len(lines) > 3 else "")
