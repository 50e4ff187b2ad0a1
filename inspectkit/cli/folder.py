"""Commands that begin an inspection: its folder, its frame."""

from __future__ import annotations

from typing import Annotated

import typer

from inspectkit.cli.app import AsJson, Folder, app
from inspectkit.cli.output import first_lines, records, say, show, show_json


@app.command(epilog="Example:  inspectkit new south-west --area 'South West'")
def new(
    folder: Folder, area: Annotated[str, typer.Option(help="The Area inspected.")] = "South West"
) -> None:
    """Make an inspection's folder: settings, question set, rule and notebooks."""
    from inspectkit.inspection import Inspection

    inspection = Inspection.new(folder, area=area)
    say(f"Made {inspection.folder}")
    say(f"Next: put the caseload export there as {inspection.settings['frame']['file']},")
    say(f'look through inspection.toml, then: inspectkit check "{folder}"')


@app.command(epilog="Example:  inspectkit check south-west")
def check(folder: Folder, as_json: AsJson = False) -> None:
    """Read the export as inspection.toml states and account for every line of it."""
    from inspectkit.inspection import Inspection

    inspection = Inspection.open(folder)
    frame = inspection.frame
    pinned = {"question_set": inspection.question_set.ref, "rule": inspection.rule.ref}
    if as_json:
        tables = {
            name: records(getattr(frame, name)) for name in ("exclusions", "spellings", "doubts")
        }
        lines = records(frame.summary())
        strata = {str(name): int(count) for name, count in frame.strata().items()}
        show_json({"lines": lines, **tables, "strata": strata, "digest": frame.digest, **pinned})
        return
    summary = frame.summary()
    show(
        f"What became of the {summary['lines'].sum():,} lines of {frame.name}",
        summary[["label", "lines"]],
    )
    show("Spellings mapped", frame.spellings)
    show(
        "Doubts, for a person to settle",
        frame.doubts.assign(lines=frame.doubts["lines"].map(first_lines)),
    )
    show("Eligible cases by stratum", frame.strata().rename("cases").reset_index())
    say(f"Frame digest {frame.digest}")
    say(f"Question set {pinned['question_set']} and rule {pinned['rule']} are as pinned.")
