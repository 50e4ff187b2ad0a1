"""Commands that begin an inspection: its folder, its frame."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from inspectkit.cli.app import AsJson, Folder, commands
from inspectkit.cli.output import first_lines, records, say, show, show_json
from inspectkit.errors import InspectionError

if TYPE_CHECKING:
    from inspectkit.inspection import Inspection
    from inspectkit.sampling import Frame
    from inspectkit.sampling.preparing.proposal import Proposal

app = commands()

Set = Annotated[
    str, typer.Option("--set", help="A question set: its name, name@2, or your own folder@1.")
]
Export = Annotated[
    Path | None,
    typer.Option(help="A caseload export to copy there and to propose settings from."),
]


@app.command(epilog="Example:  inspectkit new south-west --area 'South West' --export cases.csv")
def new(
    folder: Folder,
    area: Annotated[str, typer.Option(help="The Area inspected.")] = "South West",
    question_set: Set = "area-inspection",
    export: Export = None,
) -> None:
    """Make an inspection's folder: settings, question set, rule and notebooks."""
    from inspectkit.inspection import Inspection
    from inspectkit.settings import whole_or_nothing

    if export is not None:
        with whole_or_nothing(folder):  # an export that tells nothing makes no folder
            _new_from(export, folder, area, question_set)
        return
    inspection = Inspection.new(folder, area=area, question_set=question_set)
    say(f"Made {inspection.folder}")
    say(f"Next: put the caseload export there as {inspection.settings['frame']['file']},")
    say(f'look through inspection.toml, then: inspectkit check "{folder}"')


def _new_from(export: Path, folder: Path, area: str, question_set: str) -> None:
    """The folder with a copy of the export and settings proposed from it."""
    import shutil

    from inspectkit.inspection import Inspection
    from inspectkit.sampling.evidence.files import write_text
    from inspectkit.sampling.preparing.proposal import propose
    from inspectkit.settings import SETTINGS

    inspection = Inspection.new(folder, area=area, question_set=question_set)
    proposal = propose(export, area=area, known=inspection.settings["frame"])
    name = f"caseload{export.suffix.lower() or '.csv'}"
    shutil.copyfile(export, inspection.folder / name)
    path = inspection.folder / SETTINGS
    text = proposal.settled(path.read_text(encoding="utf-8"))
    write_text(path, text.replace('file = "caseload.csv"', f'file = "{name}"'))
    say(f"Made {inspection.folder}")
    _show_proposal(proposal)
    say("Next: look through [frame] in inspection.toml, answer what is marked there,")
    say(f'then: inspectkit check "{folder}"')


def _show_proposal(proposal: Proposal) -> None:
    import pandas as pd

    rows = [
        (point.key, _shown(point.value), "" if point.sure else "yes", point.why)
        for point in proposal.points
    ]
    show(
        "Proposed from a look at the export",
        pd.DataFrame(rows, columns=["setting", "proposed", "to answer", "why"]),
    )
    say(f"Dropped as the file is read: {', '.join(proposal.dropped) or 'no column'}")


def _shown(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, dict):
        return "; ".join(f"{ours} = {', '.join(each)}" for ours, each in value.items())
    return repr(value) if isinstance(value, str) else str(value)


@app.command(epilog="Example:  inspectkit check south-west")
def check(folder: Folder, as_json: AsJson = False) -> None:
    """Read the export as inspection.toml states and account for every line of it."""
    from inspectkit.inspection import Inspection
    from inspectkit.sampling import Frame
    from inspectkit.sampling.spec import read_spec
    from inspectkit.settings import SETTINGS

    inspection = Inspection.open(folder)
    pinned = {"question_set": inspection.question_set.ref, "rule": inspection.rule.ref}
    spec = read_spec(inspection.folder / SETTINGS)
    if spec.confirmed:
        _show_frame(inspection.frame, pinned, as_json)
        return
    path = inspection.folder / spec.file
    if not as_json:
        _show_stated(inspection, path)
    frame = Frame.read(path, spec.model_copy(update={"confirmed": True}))
    _show_frame(frame, pinned, as_json)
    what = "how to read the export was proposed and nobody has confirmed it"
    remedy = "Look through [frame] and what is printed above, then set confirmed = true"
    raise InspectionError(f"{SETTINGS} [frame]", what, remedy)


def _show_stated(inspection: Inspection, path: Path) -> None:
    from inspectkit.sampling.preparing.proposal import propose

    known = inspection.settings["frame"]
    _show_proposal(propose(path, area=inspection.area, known=known))
    say("What inspection.toml states now, if it was changed since, holds below.")


def _show_frame(frame: Frame, pinned: dict[str, str], as_json: bool) -> None:
    if as_json:
        tables = {
            name: records(getattr(frame, name)) for name in ("exclusions", "spellings", "doubts")
        }
        lines = records(frame.summary())
        strata = {str(name): int(count) for name, count in frame.strata().items()}
        facts = {"strata": strata, "digest": frame.digest, "provenance": frame.provenance}
        show_json({"lines": lines, **tables, **facts, **pinned})
        return
    summary = frame.summary()
    read_as = {**frame.provenance, "file": "", "spec": "", "sha256": ""}
    say(f"Read as {', '.join(f'{key} {each!r}' for key, each in read_as.items() if each)}")
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
