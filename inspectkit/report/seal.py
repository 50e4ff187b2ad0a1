"""The seal of a report's folder: a digest of every file, and of what the report was made from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from inspectkit.digest import sha256
from inspectkit.errors import InspectionError, Problems
from inspectkit.sampling.evidence.files import check_digest, with_digest

SEAL, FORMAT = "seal.json", "inspectkit-report-seal/1"
AREA, THEMATIC, FOLLOW_UP, NATIONAL = "area", "thematic", "follow_up", "national"  # kinds of report


def sealed(
    version: str, digests: Mapping[str, str], files: Mapping[str, bytes], *, kind: str = AREA
) -> dict[str, Any]:
    """The seal of these files. kind: of report, named where it is another than an Area's.

    >>> sealed("public", {}, {"report.html": b""})["files"]["report.html"][:8]
    'e3b0c442'
    """
    found = {name: sha256(content) for name, content in sorted(files.items())}
    head = {"format": FORMAT, "version": version, "made_from": dict(digests)}
    head |= {"kind": kind} if kind != AREA else {}
    return with_digest({**head, "files": found})


def check(folder: Path) -> dict[str, Any]:
    """The seal of a folder whose files are all as they were made.

    Errors: no seal, another format, an edited seal; each file that is gone, changed or added.
    """
    path = folder / SEAL
    remedy = "Get the folder again from whoever made the report"
    try:
        seal: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        what = f"there is no seal to read ({error})"
        raise InspectionError(str(path), what, "Name the folder that report wrote") from None
    if seal.get("format") != FORMAT:
        raise InspectionError(str(path), f"its format is not {FORMAT}", remedy)
    check_digest(path.name, seal, remedy)
    problems = Problems()
    for name, stated in seal["files"].items():
        try:
            is_same = sha256((folder / name).read_bytes()) == stated
        except OSError:
            problems.add(name, "the file is missing", remedy)
            continue
        if not is_same:
            problems.add(name, "its content is not what was sealed", remedy)
    inside = [each.relative_to(folder) for each in folder.rglob("*") if each.is_file()]
    shown = [each for each in inside if not any(part.startswith(".") for part in each.parts)]
    beside = {each.as_posix() for each in shown}
    for name in sorted(beside - set(seal["files"]) - {SEAL}):
        problems.add(name, "the seal does not know this file", "Keep other files elsewhere")
    problems.raise_if_any()
    return seal
