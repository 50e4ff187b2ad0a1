"""Commands that choose the cases and prove the choice."""

from __future__ import annotations

from typing import Annotated

import typer

from inspectkit.cli.app import AsJson, Folder, commands
from inspectkit.cli.output import records, say, show, show_json

app = commands()

ENOUGH_THROWS = 25  # of six sides: 64 bits
Source = Annotated[
    str, typer.Option(help="Where the seed comes from: dice, beacon, two-sides or stated.")
]
Ours = Annotated[str, typer.Option(help="Two sides: the inspectorate's own text.")]
By = Annotated[str, typer.Option(help="Who records it: initials.")]
Case = Annotated[str, typer.Argument(help="The case's reference.")]


@app.command(epilog="Example:  inspectkit agreement south-west")
def agreement(folder: Folder) -> None:
    """Write the workbook by which the inspected body agrees to the list of eligible cases."""
    from inspectkit.inspection import Inspection

    inspection = Inspection.open(folder)
    say(f"For the inspected body: {inspection.agreement()}")
    say(f"Frame digest {inspection.frame.digest}")


@app.command(
    epilog="Example:  inspectkit commit south-west --seed-source dice"
    " --agreed-by 'A. Manager' --agreed-on 2026-11-20"
)
def commit(
    folder: Folder,
    seed_source: Source = "dice",
    beacon: Annotated[str, typer.Option(help="Which beacon, which round, which value.")] = "",
    ours: Ours = "",
    theirs_digest: Annotated[str, typer.Option(help="SHA-256 of the body's text.")] = "",
    agreed_by: Annotated[str, typer.Option(help="Who agreed to the list for the body.")] = "",
    agreed_on: Annotated[str, typer.Option(help="When: 2026-11-20.")] = "",
    agreed_digest: Annotated[
        str, typer.Option(help="The digest they agreed to (its first 8 digits or more).")
    ] = "",
    sent_on: Annotated[str, typer.Option(help="No answer: when the list was sent.")] = "",
    days: Annotated[int, typer.Option(help="No answer: the calendar days stated.")] = 0,
    at: Annotated[str, typer.Option(help="Time of the commitment; else the clock's.")] = "",
    again: Annotated[str, typer.Option(help="Why an earlier commitment is given up.")] = "",
) -> None:
    """Fix list and design by their digests, before there is a seed."""
    from inspectkit.inspection import Inspection
    from inspectkit.sampling.evidence.steps import Ceremony

    agreed = {"by": agreed_by, "on": agreed_on, "digest": agreed_digest}
    inspection = Inspection.open(folder)
    made = inspection.commit(
        ceremony=Ceremony(seed_source, beacon=beacon, ours=ours, theirs_digest=theirs_digest),
        agreed={**agreed, "sent_on": sent_on, "days": days},
        at=at,
        again=again,
    )
    say(f"Committed at {made['at']}, with a seed from {seed_source}.")
    say(f"  frame  {made['frame']['digest']}  ({made['frame']['cases']:,} cases)")
    say(f"  design {made['design']['digest']}")
    say(f"Hand over now: {inspection.folder / 'sample' / 'commitment.json'}")
    if not made["agreement"]:
        say("Nobody is recorded as having agreed to the list.")


@app.command(epilog="Example:  inspectkit draw south-west --seed '4 1 6 2 5 3 3 6'")
def draw(
    folder: Folder,
    seed: Annotated[str, typer.Option(help="Fixed after frame and design.")] = "",
    seed_source: Source = "",
    seed_note: Annotated[str, typer.Option(help="Who threw, who saw it; kept.")] = "",
    ours: Ours = "",
    theirs: Annotated[str, typer.Option(help="Two sides: the body's text.")] = "",
    uncommitted: Annotated[
        str, typer.Option(help="Why there is no commitment; every report prints it.")
    ] = "",
) -> None:
    """Draw the sample by ticket; write its manifests and the list of cases to provide."""
    from inspectkit.inspection import CASES, MANIFEST, Inspection
    from inspectkit.sampling.evidence.steps import Ceremony
    from inspectkit.sampling.selecting.rounds import seed_warnings, uses_of_seeds

    inspection = Inspection.open(folder)
    ceremony = Ceremony(seed_source, ours=ours, theirs=theirs, note=seed_note)
    sample = inspection.draw(seed, ceremony=ceremony, uncommitted=uncommitted)
    show("Drawn", sample.strata())
    uses = uses_of_seeds(inspection.folder.parent)
    for warning in seed_warnings(sample.head["seed"], inspection.design, uses):
        say(f"Note: {warning}. Say why in the file, or draw a fresh round by a fresh seed.")
    if uncommitted:
        say(f"WITHOUT a commitment: {uncommitted}. Every report will say so.")
    source, thrown = sample.head["seed_how"]["source"], sample.head["seed"].split()
    if source == "dice" and len(thrown) < ENOUGH_THROWS:
        say(f"{len(thrown)} throws keep the draw honest. They do not keep the reserves sealed from")
        say(f"one who tries all throws out; {ENOUGH_THROWS} throws would.")
    place = inspection.folder / "sample"
    say(f"Cases to provide: {inspection.folder / CASES} (or cases.xlsx)")
    say(f"For the inspected body now: {place / 'sealed.json'}")
    say(f"For anyone: {place / 'public.json'}")
    say(f"Keep until marking closes, then open to the body: {inspection.folder / MANIFEST}")
    say("  with frame.csv, verify.html and verify_sample.py beside it")


@app.command(epilog="Example:  inspectkit verify south-west")
def verify(
    folder: Folder,
    is_report: Annotated[
        bool, typer.Option("--report", help="FOLDER is a report's, such as report or public.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Recompute the whole draw, or a report from its own folder; exit 1 at a difference."""
    from inspectkit.inspection import Inspection
    from inspectkit.report.verifying import verify_report

    passed = verify_report(folder) if is_report else Inspection.open(folder).verify()
    if as_json:
        show_json({"passed": list(passed)})
        return
    for each in passed:
        say(f"ok  {each}")


@app.command(
    epilog="Example:  inspectkit substitute south-west 52SW0012345/26 --reason live --by AB"
)
def substitute(
    folder: Folder,
    case: Case,
    reason: Annotated[
        str,
        typer.Option(
            help="out_of_scope, duplicate, live or barred: the next reserve takes its place."
            " missing or refused: it stays as non-response; found: its file has come."
        ),
    ],
    by: By,
    note: Annotated[str, typer.Option(help="In your own words; kept in the store.")] = "",
) -> None:
    """Record that a case cannot be examined; the next reserve of its stratum takes its place."""
    from inspectkit.inspection import Inspection
    from inspectkit.review.changes import FOUND
    from inspectkit.review.substitution import ABSENT

    inspection = Inspection.open(folder)
    given = inspection.substitute(case, reason=reason, by=by, note=note)
    if reason in ABSENT:
        say(f"{case} stays in the sample as a file that is {reason}: nothing takes its place.")
    elif reason == FOUND:
        say(f"{case} can be marked.")
    elif given:
        say(f"{case} left the sample. In its place: {given}")
        say(f"Cases to provide besides: {inspection.folder / 'sample' / 'cases_added.csv'}")
    else:
        say(f"{case} left the sample. No reserve of its stratum is left: one case fewer.")
    if as_shown := inspection.store.sample().strata().to_dict("records"):
        counts = ", ".join(f"{row['stratum']} {row['n']}" for row in as_shown)
        say(f"The sample as it stands: {counts}")


@app.command(epilog="Example:  inspectkit topup south-west --add MC=5 --by AB --reason 'asked by…'")
def topup(
    folder: Folder,
    add: Annotated[list[str], typer.Option(help="STRATUM=NUMBER; may stand several times.")],
    by: By,
    reason: Annotated[str, typer.Option(help="Needed once marking has begun.")] = "",
    as_json: AsJson = False,
) -> None:
    """Take more cases, the next in the order of the draw; every earlier case stays."""
    from inspectkit.errors import InspectionError
    from inspectkit.inspection import Inspection

    sizes: dict[str, int] = {}
    for each in add:
        name, _, number = each.rpartition("=")
        if not name or not number.isdecimal() or name in sizes:
            what = f"{each!r} is no stratum and number, or stands twice"
            raise InspectionError("--add", what, "Write each stratum once, as MC=5")
        sizes[name] = int(number)
    inspection = Inspection.open(folder)
    standing = inspection.topup(sizes, by=by, reason=reason)
    if as_json:
        show_json(records(standing.strata()))
        return
    show("The sample as it stands", standing.strata())
    say(f"Cases to provide besides: {inspection.folder / 'sample' / 'cases_added.csv'}")
