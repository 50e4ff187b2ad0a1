"""A small export with one of everything, and an inspection folder made from it, for the tests."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import tomlkit

from inspectkit.inspection import Inspection
from inspectkit.questions import QuestionSet
from inspectkit.questions.versions.frozen import freeze, thaw

HEADER = (
    "URN,Def No,Defendant,Casework type,Unit,Force,Outcome,Date received,Date finalised,"
    "Charged by,DA flag,Rape flag,Pages,Area"
)
STRATA = {"MC": "Magistrates", "CC": "Crown Court", "RASSO": "RASSO"}


def row(
    urn: str,
    *,
    defendant: int = 1,
    stratum: str = "Magistrates",
    outcome: str = "Convicted after trial",
    finalised: str = "03/02/2026",
    charged_by: str = "CPS",
    area: str = "South West",
) -> str:
    """One line of an export."""
    return (
        f'{urn},{defendant},"Quill, {defendant}",{stratum},Unit,Force,{outcome},01/10/2025,'
        f"{finalised},{charged_by},N,N,10,{area}"
    )


def eligible(sizes: dict[str, int], *, outcome: str = "Convicted after trial") -> list[str]:
    """Plain eligible cases: `sizes` by stratum."""
    return [
        row(f"52{name}{number:05}/26", stratum=STRATA[name], outcome=outcome)
        for name, size in sizes.items()
        for number in range(size)
    ]


def export(lines: list[str], *, count: int | None = None) -> str:
    """The text of a whole export: titles, header, lines, totals line."""
    read = len(lines) if count is None else count
    footer = f"Total rows,{read}" + "," * 12
    titles = ["Case management export – CPS South West" + "," * 13, "Run by MI team" + "," * 13]
    return "\n".join([*titles, HEADER, *lines, footer]) + "\n"


def make(folder: Path, lines: list[str] | None = None, **sizes: int) -> Inspection:
    """An inspection folder on these lines, with n by stratum from `sizes`."""
    Inspection.new(folder, area="South West")
    text = export(lines if lines is not None else eligible({"MC": 30, "CC": 20, "RASSO": 10}))
    (folder / "caseload.csv").write_text(text, encoding="cp1252", newline="\n")
    wanted = sizes or {"MC": 4, "CC": 3, "RASSO": 2}
    change(folder, lambda settings: _sizes(settings, wanted))
    return Inspection.open(folder)


def drawn_with(folder: Path, question_set: str, **sizes: int) -> Inspection:
    """An inspection with a set of the library, drawn from a plain list; n by stratum."""
    settings = Inspection.new(folder, area="Eastern", question_set=question_set).settings["frame"]
    (folder / settings["file"]).write_text(plain_list(settings), encoding="cp1252", newline="\n")
    change(folder, lambda settings: _sizes(settings, sizes))
    inspection = Inspection.open(folder)
    inspection.draw("1 2 3")
    return inspection


def plain_list(frame: dict[str, Any]) -> str:
    """Sixty lines of each casework type, as the settings of a new folder expect them."""
    names = {**frame["columns"], **frame["facts"]}
    lines = ["title"] * (frame.get("header_row", 1) - 1) + [",".join(names.values())]
    for stratum, spellings in frame["values"]["stratum"].items():
        for number in range(60):
            cells = {"id": f"{stratum}{number:04}", "stratum": spellings[0], "defendant": "1"}
            cells |= {"area": "Eastern", "finalised": "05/01/2026", "received": "05/11/2025"}
            cells |= {
                fact: next(iter(values.values()))[0]
                for fact, values in frame["values"].items()
                if fact != "stratum"
            }
            lines.append(",".join(f'"{cells.get(each, "x")}"' for each in names))
    return "\n".join(lines) + "\n"


def change(folder: Path, edit: Any) -> None:
    """Edit an inspection.toml as a person would."""
    path = folder / "inspection.toml"
    settings: Any = tomlkit.parse(path.read_text(encoding="utf-8"))
    edit(settings)
    path.write_text(tomlkit.dumps(settings), encoding="utf-8", newline="\n")


def republish(folder: Path, edit: Any) -> str:
    """Put another content into the folder's published question set, sealed anew; its digest."""
    path = next((folder / "question_set").glob("r*.yaml"))
    canonical = QuestionSet.load(path).canonical()
    edit(canonical["content"])
    qs = QuestionSet.restore(canonical)
    record = thaw(path).publication.model_copy(update={"question_set": qs.digest})
    path.write_text(freeze(qs.canonical(), record), encoding="utf-8", newline="\n")
    return qs.digest


def _sizes(settings: Any, wanted: dict[str, int]) -> None:
    for stratum in settings["sample"]["strata"]:
        stratum["n"] = wanted[stratum["id"]]


def footprint(folder: Path) -> dict[str, str]:
    """Every file below a folder with the SHA-256 of its bytes."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.endswith(("-wal", "-shm"))
    }
