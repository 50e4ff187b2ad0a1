"""Commands that set results side by side: compare, seal, areas."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from inspectkit.cli.app import AsJson, Threshold, commands
from inspectkit.cli.output import (
    bar,
    of_simulated,
    records,
    say,
    show,
    show_json,
    show_paths,
)
from inspectkit.report.versions import THRESHOLD

if TYPE_CHECKING:
    from inspectkit.assessment.comparison import Sealed

app = commands()

Files = Annotated[list[Path], typer.Argument(help="Sealed results, one an Area.")]


@app.command(epilog="Example:  inspectkit compare south-west-2024 south-west-2026")
def compare(
    then: Annotated[Path, typer.Argument(help="The folder of the earlier round, or one Area.")],
    now: Annotated[Path, typer.Argument(help="The folder of the later round, or another Area.")],
    words: Annotated[str, typer.Option(help="change (rounds) or difference (Areas).")] = "change",
    questions: Annotated[bool, typer.Option("--questions", help="Questions too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Set two rounds or Areas side by side; what chance alone explains is called so."""
    from inspectkit.assessment.comparison import compare as compared
    from inspectkit.assessment.comparison.compare import in_both, warnings
    from inspectkit.inspection import Inspection

    if words not in ("change", "difference"):
        raise typer.BadParameter("--words is change or difference")
    sides = Inspection.open(then), Inspection.open(now)
    sets = sides[0].question_set, sides[1].question_set
    names = _apart(then.resolve(), now.resolve())
    found = compared(sides[0].estimates, sides[1].estimates, sets=sets, names=names, words=words)
    notes = [*filter(None, [in_both(found)]), *warnings(found)]
    if as_json:
        table = found.table()
        rows = records(table if questions else table[table["kind"] != "question"])
        simulated = any(each.simulated for each in sides)
        show_json({"then": names[0], "now": names[1], "simulated": simulated, "notes": notes,
                   "rows": rows})  # fmt: skip
        return
    title = f"{names[0]} and {names[1]}{of_simulated(*sides)}"
    show(title, found.summary(questions=questions))
    for note in notes:
        say(note)


def _apart(then: Path, now: Path) -> tuple[str, str]:
    """As much of the end of both paths as tells them apart; of one folder then and now."""
    for parts in range(1, max(len(then.parts), len(now.parts)) + 1):
        one, other = ("/".join(each.parts[-parts:]) for each in (then, now))
        if one != other:
            return one, other
    return "then", "now"


@app.command(epilog="Example:  inspectkit seal areas/* --to results")
def seal(
    folders: Annotated[list[Path], typer.Argument(help="The inspection's folder, or several.")],
    to: Annotated[
        Path | None, typer.Option(help="The file, else area-result.json; of several, the folder.")
    ] = None,
    public: Annotated[
        bool, typer.Option("--public", help="Leave out what the public report leaves out.")
    ] = False,
    threshold: Threshold = THRESHOLD,
) -> None:
    """Write an Area's result without its marks, to be set beside the other Areas'."""
    from inspectkit.errors import Problems

    problems = Problems()
    for folder, path in _sealed_to(folders, to).items():
        with problems.gather():
            made = _sealed(folder, public, threshold)
            path.parent.mkdir(parents=True, exist_ok=True)
            say(f"Made {made.write(path)}, digest {made.digest}")
    problems.raise_if_any()


def _sealed_to(folders: list[Path], to: Path | None) -> dict[Path, Path]:
    """Inspection → its file: one for one; several are named after their folders."""
    if len(folders) == 1 and not (to and to.is_dir()):
        return {folders[0]: to or Path("area-result.json")}
    if to is None or to.is_file():
        raise typer.BadParameter("several results need a folder: give it as --to")
    paths = {each: to / f"{each.resolve().name}.json" for each in folders}
    if len(set(paths.values())) < len(paths):
        raise typer.BadParameter("two folders have the same name: seal them one by one")
    return paths


def _sealed(folder: Path, public: bool, threshold: int) -> Sealed:
    from inspectkit.inspection import Inspection
    from inspectkit.report.data import sealed_result
    from inspectkit.report.edition import Edition

    insp = Inspection.open(folder)  # marks may be unsettled, but not in what anyone may see
    return sealed_result(Edition(insp, public, draft=not public, threshold=threshold))


@app.command(epilog="Example:  inspectkit areas results/*.json --figure disclosure")
def areas(
    files: Files,
    figure: Annotated[str, typer.Option(help="A theme or tag; all of them without.")] = "",
    domain: Annotated[str, typer.Option(help="A casework type, or all.")] = "all",
    earlier: Annotated[list[Path], typer.Option(help="Results of the round before.")] = [],  # noqa: B006
    report: Annotated[
        Path | None, typer.Option(help="Write national.html and national.pdf into this folder.")
    ] = None,
    title: Annotated[str, typer.Option(help="The report's title.")] = "All Areas: casework",
    date: Annotated[str, typer.Option(help="The report's date: 2026-11-23.")] = "",
    marking: Annotated[str, typer.Option(help="The report's protective marking.")] = "",
    as_json: AsJson = False,
) -> None:
    """All Areas together: composite, ranks with their uncertainty, funnel, who improved."""
    if report is not None:
        asked = {"title": title, "date": date, "marking": marking}
        _report(files, earlier, report, asked)
        return
    from inspectkit.assessment.comparison import Sealed, national

    found = national([Sealed.read(each) for each in files])
    before = national([Sealed.read(each) for each in earlier]) if earlier else None
    answers: list[dict[str, Any]] = []
    for name in [figure] if figure else list(found.figures):
        tables = {"composite": found.composite(name, domain), "league": found.league(name, domain),
                  "funnel": found.funnel(name, domain)}  # fmt: skip
        if before:
            tables["changes"] = found.changes(before, name, domain)
        answers.append({"figure": name, **{key: records(each) for key, each in tables.items()}})
        if not as_json:
            for key, table in tables.items():
                title = f"{found.figures.get(name, name)}, {domain}: {key}"
                show(f"{title}{' (SIMULATED)' if found.simulated else ''}", found.spoken(table))
    if as_json:
        missing = list(found.missing)
        show_json({"not_yet": missing, "simulated": found.simulated, "figures": answers})


def _report(files: list[Path], earlier: list[Path], into: Path, asked: dict[str, str]) -> None:
    from inspectkit.report.writing import joined

    if not asked["date"]:
        raise typer.BadParameter("a report says its --date, such as 2026-11-23")
    sides = {"files": files, "earlier": earlier}
    paths = {name: [str(each.resolve()) for each in side] for name, side in sides.items()}
    with bar() as step:
        made = joined("national", {**asked, **paths}, into, progress=step)
    show_paths(made)
