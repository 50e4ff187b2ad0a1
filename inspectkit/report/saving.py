"""Writes the files of a report into its folder, or says which of them cannot be written."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from inspectkit.errors import InspectionError
from inspectkit.sampling.evidence.files import write_bytes


def save(place: Path, files: Mapping[str, bytes]) -> None:
    """Write these files, in their order, into a folder that is made if there is none."""
    try:
        for name, content in files.items():  # some in a folder of this folder
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            write_bytes(place / name, content)
    except OSError as error:
        where = error.filename or place
        remedy = "Close the file if it is open elsewhere, or allow writing in the folder"
        what = f"cannot be written ({error.strerror})"
        raise InspectionError(str(where), what, remedy) from None
