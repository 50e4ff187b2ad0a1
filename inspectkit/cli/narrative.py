"""Commands for the prose of a report: check it, send it out as Word, take it back merged."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Annotated

import typer

from inspectkit.cli.app import AsJson, Folder, commands
from inspectkit.cli.output import records, say, show, show_json
from inspectkit.errors import InspectionError

app = commands()

narrative = typer.Typer(help="The prose of a report: narrative/*.md in the inspection's folder.")
app.add_typer(narrative, name="narrative")
By = Annotated[str, typer.Option(help="Who does it: initials.")]


@narrative.command(epilog="Example:  inspectkit narrative check south-west")
def check(
    folder: Folder,
    read: Annotated[bool, typer.Option("--read", help="Record that all of it was read.")] = False,
    by: By = "",
    as_json: AsJson = False,
) -> None:
    """Check every figure and every word of a share or change; what is to be read again."""
    from inspectkit.inspection import Inspection
    from inspectkit.narrative.log import note_read, to_read_again

    insp = Inspection.open(folder)
    telling = insp.narrative
    doubts = telling.doubts()
    errors = [each for each in doubts if each.level == "error"]
    again = [] if errors else to_read_again(insp.store, telling)
    if as_json:
        told = [{"level": each.level, "paragraph": each.paragraph.number,
                 "place": each.paragraph.place, "what": each.what, "remedy": each.remedy}
                for each in doubts]  # fmt: skip
        moved = [{"paragraph": one.number, "place": one.place, "moved": how} for one, how in again]
        show_json({"doubts": told, "to_read_again": moved})
    else:
        for each in doubts:
            say(f"{each.level}  {each}")
        for one, how in again:
            words = "; ".join(f"{name} {change}" for name, change in how.items())
            say(f"To read again: {one.title} ({one.place}): {words}")
        if not doubts and not again:
            say(f"All is well in {len(telling.narrative.paragraphs)} blocks.")
    if errors:
        raise typer.Exit(1)
    if read:
        say(f"Recorded as read: {note_read(insp.store, telling, by=by)} paragraphs with figures")


@narrative.command(epilog="Example:  inspectkit narrative figures south-west")
def figures(folder: Folder, as_json: AsJson = False) -> None:
    """Every figure that a paragraph or finding can call, by its name, and what it says now."""
    import pandas as pd

    from inspectkit.inspection import Inspection

    held = Inspection.open(folder).figures.held.values()
    heads = ["name", "figure", "share", "cases", "rating"]
    rows = [(each.name, each.title, each.spoken, each.cases, each.rating) for each in held]
    table = pd.DataFrame(rows, columns=heads, dtype=object)
    if as_json:
        show_json({"figures": records(table)})
    else:
        show("Figures by name", table)


@narrative.command(epilog="Example:  inspectkit narrative out south-west --by AB")
def out(
    folder: Folder,
    by: By = "",
    file: Annotated[Path | None, typer.Option(help="Where; else narrative.docx there.")] = None,
    recipient: Annotated[str, typer.Option(help="For whom.")] = "",
) -> None:
    """Write the prose as Word; figures stand in locked fields, the log keeps what was sent."""
    from inspectkit.exhibits.word import Front
    from inspectkit.inspection import Inspection
    from inspectkit.narrative.log import SENT, SentOut, sendings
    from inspectkit.narrative.word import narrative_word, sources
    from inspectkit.report.readings import stamp
    from inspectkit.sampling.evidence.files import write_bytes

    insp = Inspection.open(folder)
    telling, number = insp.narrative, len(sendings(insp.store)) + 1
    if not telling.narrative.paragraphs:
        raise InspectionError("narrative", "there is no chapter", "Write narrative/01_summary.md")
    telling.prose()
    head = insp.head
    front = Front(insp.title, head.report_date, head.protective_marking, stamp(insp))
    content = narrative_word(telling, front, number)
    blocks = [list(each) for each in sources(telling.narrative)]
    told = SentOut(recipient=recipient, sha256=sha256(content).hexdigest(), blocks=blocks)
    insp.store.record(SENT, told, by=by)
    path = file or insp.folder / "narrative.docx"
    write_bytes(path, content)
    say(f"Made {path}, sending {number}")


@narrative.command(epilog="Example:  inspectkit narrative back south-west narrative.docx")
def back(
    folder: Folder,
    file: Annotated[Path, typer.Argument(help="The Word file as it came back.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only tell what would change.")
    ] = False,
) -> None:
    """Merge the Word file that came back, paragraph by paragraph; a conflict changes nothing."""
    from inspectkit.inspection import Inspection
    from inspectkit.narrative import Telling
    from inspectkit.narrative.log import sendings
    from inspectkit.narrative.merging import merge
    from inspectkit.narrative.word import blocks, sending_of
    from inspectkit.sampling.evidence.files import write_text

    insp = Inspection.open(folder)
    number, came = sending_of(file)
    known = sendings(insp.store)
    if number > len(known):
        remedy = "Give the file that this inspection sent"
        raise InspectionError(file.name, f"sending {number} is not in this store", remedy)
    telling = insp.narrative
    sent = known[number - 1]
    merged = merge(sent, blocks(came, sent), telling.narrative)
    Telling(merged.narrative, telling.told).prose()
    for change in merged.changes:
        say(change)
    if not merged.changes:
        say("Nothing new: what came back was there before.")
    elif dry_run:
        say("Nothing was written.")
    else:
        for name in dict.fromkeys([*telling.narrative.files, *merged.narrative.files]):
            text, path = merged.narrative.written(name), insp.folder / "narrative" / name
            write_text(path, text) if text else path.unlink()
        say(f"Merged {len(merged.changes)} changes into {insp.folder / 'narrative'}")
