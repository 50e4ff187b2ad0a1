"""The command that tells, before the draw, what a sample will be able to say."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from inspectkit.cli.app import AsJson, Folder, commands
from inspectkit.cli.output import bar, records, say, show, show_json
from inspectkit.errors import InspectionError

if TYPE_CHECKING:
    import pandas as pd

    from inspectkit.planning import Plan

app = commands()

GUESS = "Assumed share of points, such as 0.65; or one for every stratum: MC=0.7, repeated."


@app.command(epilog="Example:  inspectkit plan south-west --guess 0.65")
def plan(
    folder: Folder,
    guess: Annotated[list[str], typer.Option(help=GUESS)] = ["65%"],  # noqa: B006
    not_applicable: Annotated[str, typer.Option(help="Cases in which nothing applies.")] = "0%",
    spread: Annotated[str, typer.Option(help="How much cases differ; 1 is the most.")] = "1",
    wrong: Annotated[str, typer.Option(help="A small enough chance of a wrong band.")] = "10%",
    level: Annotated[str, typer.Option(help="Confidence level of the intervals.")] = "95%",
    certificate: Annotated[bool, typer.Option(help="Work out the coverage as well.")] = True,
    as_json: AsJson = False,
) -> None:
    """Sizes, half-widths, coverage and the chance of each band, before anything is drawn."""
    from inspectkit import planning
    from inspectkit.inspection import Inspection

    inspection = Inspection.open(folder)

    def made(progress: Callable[[str, int, int], None]) -> Plan:
        return planning.plan(
            inspection.frame,
            inspection.design,
            inspection.rule,
            guess=_guess(guess),
            not_applicable=not_applicable,
            spread=spread,
            wrong=wrong,
            level=level,
            certificate=certificate,
            progress=progress,
        )

    if as_json:
        _as_json(made(lambda what, done, of: None))
        return
    with bar() as step:
        found = made(step)
    show(found.sizes.title, _sizes(found))
    for note in found.sizes.notes:
        say(f"  {note}")
    if certificate:
        show(found.certificate.title, _coverage(found))
        for note in found.certificate.notes:
            say(f"  {note}")
    show("Chance of each band as the sample grows, in %", _bands(found))
    for warning in found.warnings:
        say(f"Note: {warning}")


@app.command(epilog="Example:  inspectkit sizes south-west --preset hmi-probation --discovery 5")
def sizes(
    folder: Folder,
    preset: Annotated[list[str], typer.Option(help="A published size; may stand often.")] = [],  # noqa: B006
    half_width: Annotated[str, typer.Option(help="Of a share, such as 5%.")] = "",
    discovery: Annotated[int, typer.Option(help="To meet one of so many deviations.")] = 0,
    lqas: Annotated[str, typer.Option(help="Successes, reached:missed, as 80%:50%.")] = "",
    acceptance: Annotated[str, typer.Option(help="Failing, good:bad, as 5%:15%.")] = "",
    level: Annotated[str, typer.Option(help="Confidence level.")] = "95%",
    as_json: AsJson = False,
) -> None:
    """Sizes that rules and authorities give here; without options, every published one."""
    from inspectkit import planning
    from inspectkit.inspection import Inspection

    asked: dict[str, Any] = {
        "half_width": half_width or None,
        "critical": discovery or None,
        "reached": _pair("--lqas", lqas),
        "failing": _pair("--acceptance", acceptance),
    }
    names = preset or ([] if any(asked.values()) else list(planning.presets()))
    wanted = planning.rules(presets=names, level=level, **asked)
    found = planning.offers_table(planning.offered(Inspection.open(folder).frame, wanted))
    if as_json:
        show_json(records(found))
        return
    show("Sizes for this frame", _short(found))
    for rule, each in found.groupby("rule", sort=False):
        say(f"  {rule}: {each['convention'].iloc[-1]}. {each['source'].iloc[-1]}")
    say("Write n (and accept; take_all = true for all) under [[sample.strata]] in inspection.toml,")
    say("before the commitment.")


def _short(found: pd.DataFrame) -> pd.DataFrame:
    """A line for each rule, a column for each stratum: 45, 60 (max 2 failures) or all."""
    import pandas as pd

    accept = [f" (max {each:.0f})" if each == each else "" for each in found["accept"]]
    sizes = (found["n"].astype(str) + accept).where(found["n"] < found["N"], "all")
    heads = found["stratum"] + " of " + found["N"].astype(str)
    short = pd.DataFrame({"rule": found["rule"], "head": heads, "size": sizes})
    wide = short.pivot(index="rule", columns="head", values="size")
    return wide.loc[list(found["rule"].unique()), list(heads.unique())].reset_index()


def _pair(option: str, given: str) -> tuple[str, str] | None:
    first, colon, second = (each.strip() for each in given.partition(":"))
    if given and not (first and colon and second):
        raise InspectionError(option, f"{given!r} is no pair", "Write two shares, as 80%:50%")
    return (first, second) if given else None


def _as_json(found: Plan) -> None:
    from inspectkit.exhibits import to_json

    content = {
        "rows": records(found.table()),
        "certificate": to_json(found.certificate),
        "bands": records(found.bands),
        "warnings": list(found.warnings),
        "sources": dict(found.sources),
        "digest": found.digest,
    }
    show_json(content)


def _guess(given: list[str]) -> str | dict[str, str]:
    """One share for all strata, or one by stratum where names are given."""
    if len(given) == 1 and "=" not in given[0]:
        return given[0]
    pairs = [each.partition("=") for each in given]
    return {name.strip(): value.strip() for name, _, value in pairs}


def _sizes(found: Plan) -> pd.DataFrame:
    """The plan's rows in columns narrow enough for a terminal."""
    import pandas as pd

    rows = [
        {
            "stratum": row.domain,
            "N": row.N,
            "n": row.n,
            "N/n": "" if row.weight is None else f"{float(row.weight):.1f}",
            "±": _points(row.half_width),
            "± exact": _points(row.exact_half_width),
            "band": row.band or "",
            "chance": _percent(row.chance),
            "n wanted": "" if row.sure is None else str(row.sure.n or row.sure.note),
        }
        for row in found.rows
    ]
    return pd.DataFrame(rows)


def _coverage(found: Plan) -> pd.DataFrame:
    import pandas as pd

    rows = [
        {
            "stratum": each.domain,
            "marks": str(each.marks),
            "smallest": _percent(each.least),
            "error": f"{each.error:.1%}" if each.error else "none",
            "mean": _percent(each.mean),
            "use": "exact" if each.fallback else "KG-s",
        }
        for each in found.coverage
    ]
    return pd.DataFrame(rows)


def _bands(found: Plan) -> pd.DataFrame:
    shares = found.bands.drop(columns=["domain", "n"]).astype(float) * 100
    shown = shares.map(lambda share: f"{share:.1f}")
    return found.bands[["domain", "n"]].join(shown).rename(columns={"domain": "stratum"})


def _percent(share: float | None) -> str:
    return "" if share is None or share != share else f"{share:.1%}"


def _points(share: float | None) -> str:
    return "" if share is None else f"{share * 100:.1f}"
