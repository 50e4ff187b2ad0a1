"""Where a SQLite store may lie: a disk of this machine, in no folder that another program syncs."""

from __future__ import annotations

import ctypes
import os
import re
import sys
from collections.abc import Iterable
from pathlib import Path

from inspectkit.errors import InspectionError

NETWORK = {
    "nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ncpfs", "fuse.sshfs", "fuse.rclone",
    "fuse.davfs", "davfs", "fuse.gvfsd-fuse", "fuse.google-drive-ocamlfuse", "fuse.onedriver",
}  # fmt: skip
SYNCED = re.compile(
    r"^(onedrive( - .*)?|dropbox( \(.*\))?|google ?drive|my drive|icloud ?drive|mobile documents"
    r"|nextcloud|owncloud|box( sync)?|sharepoint|syncthing|pcloud ?drive)$",
    re.IGNORECASE,
)
REMEDY = (
    "Keep the store on this machine's own disk and share it as a folder of bundles"
    " (inspectkit bundle export), or use PostgreSQL"
)


def check_place(path: Path, *, mounts: Iterable[str] | None = None) -> None:
    """Refuse a network or synced place: there two writers destroy a SQLite file.

    mounts: lines as in /proc/mounts, for a machine other than this.

    >>> check_place(Path("/srv/share/i.db"), mounts=["server:/x /srv/share nfs4 rw 0 0"])
    Traceback (most recent call last):
    ...
    inspectkit.errors.InspectionError: i.db: /srv/share is a network drive (nfs4), where a SQLite \
store would be damaged. Keep the store on this machine's own disk and share it as a folder of \
bundles (inspectkit bundle export), or use PostgreSQL.
    """
    whole = Path(os.path.abspath(path))
    for part in whole.parent.parts:
        if SYNCED.match(part):
            what = f"{part} is synced by another program, which would damage a SQLite store"
            raise InspectionError(path.name, what, REMEDY)
    if found := _network(whole, _mounts() if mounts is None else mounts):
        what = f"{found}, where a SQLite store would be damaged"
        raise InspectionError(path.name, what, REMEDY)


def _network(whole: Path, mounts: Iterable[str]) -> str:
    """The words for the network drive that the path lies on, "" if it lies on none."""
    text = str(whole)
    if text.startswith(("\\\\", "//")):
        server = re.split(r"[/\\]", text[2:])[0]
        return f"{text[:2]}{server} is a network drive"
    if sys.platform == "win32":
        return f"{whole.anchor} is a network drive" if _remote(whole.anchor) else ""
    best, kind = "", ""
    for line in mounts:
        _, place, system, *_ = [*line.split(), "", "", ""]
        place = place.replace("\\040", " ")
        if whole.is_relative_to(place or "?") and len(place) >= len(best):
            best, kind = place, system
    return f"{best} is a network drive ({kind})" if kind in NETWORK else ""


def _remote(anchor: str) -> bool:
    """Does Windows call this drive a network drive?"""
    if sys.platform == "win32":
        return bool(ctypes.windll.kernel32.GetDriveTypeW(anchor) == 4)
    return False


def _mounts() -> list[str]:
    table = Path("/proc/mounts")
    return table.read_text("utf-8", errors="replace").splitlines() if table.exists() else []
