"""Opens regular files of this machine, and tells by their first bytes what they are."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

from inspectkit.errors import InspectionError

KINDS = {".xlsx": "xlsx", ".xlsm": "xlsx", ".parquet": "parquet", ".pq": "parquet"}
MAGIC = (
    (b"PK\x03\x04", "xlsx", "a zip or Excel workbook"),
    (b"PAR1", "parquet", "a parquet file"),
    (b"\xd0\xcf\x11\xe0", "", "an old (.xls) or password-protected Excel workbook"),
    (b"\x1f\x8b", "", "a gzip archive"),
    (b"%PDF", "", "a PDF"),
    (b"SQLite format 3", "", "a SQLite database"),
)
URL = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]+:/")
REMEDY = "Give the path of a caseload export on this machine"
WANTED = "Save it as csv, xlsx or parquet"


def regular_file(source: str | Path) -> Path:
    """The path of a regular file with content.

    Errors: a URL, nothing there, a directory, device, pipe or symbolic link, an empty file.
    """
    if URL.match(str(source)) or "://" in str(source):
        raise InspectionError(_shown(source), "a URL; nothing is fetched from a network", REMEDY)
    path = Path(source)
    try:
        # Not followed: a link can point to what the person never meant to be read.
        status = os.lstat(path)
    except (OSError, ValueError):
        raise InspectionError(str(path), "no such file", REMEDY) from None
    if stat.S_ISLNK(status.st_mode):
        what = "not a regular file but a symbolic link"
        raise InspectionError(str(path), what, "Give the path of the file itself")
    if not stat.S_ISREG(status.st_mode):
        raise InspectionError(str(path), "not a regular file", REMEDY)
    if not status.st_size:
        raise InspectionError(path.name, "the file is empty", "Export the caseload again")
    return path


def _shown(source: str | Path) -> str:
    """A URL without the user and password it may hold.

    >>> _shown("https://me:secret@host/x.csv")
    'https://host/x.csv'
    """
    return re.sub(r"(:/{1,2})[^/]*@", r"\1", str(source))


def kind_of(path: Path) -> str:
    """'csv', 'xlsx' or 'parquet', by the name.

    Errors: first bytes that belong to another kind of file than the name says.
    """
    kind = KINDS.get(path.suffix.lower(), "csv")
    with open(path, "rb") as file:
        start = file.read(16)
    for magic, found, what in MAGIC:
        if start.startswith(magic) and found != kind:
            remedy = f"{WANTED}, or name it .{found} if it is one" if found else WANTED
            raise InspectionError(path.name, f"this is {what}, not {kind}", remedy)
    if kind != "csv" and not any(start.startswith(magic) for magic, own, _ in MAGIC if own == kind):
        raise InspectionError(path.name, f"this is no {kind} file", "Export the caseload again")
    return kind
