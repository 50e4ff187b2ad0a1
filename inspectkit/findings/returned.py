"""A workbook that was sent out and came back: its filled rows by head, its cells as text."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from inspectkit.errors import InspectionError, Problems
from inspectkit.findings.register import one_break
from inspectkit.sampling.reading.xlsx import refuse_bomb

RETURN = re.compile("_x000D_", re.IGNORECASE)  # how Excel keeps a carriage return
REMEDY = "Give the workbook that was sent out, as xlsx"


def opened(path: Path) -> Any:
    """The workbook. Errors: no such file, no workbook, one that unpacks to far more than it is."""
    try:
        refuse_bomb(path)
        return load_workbook(path)
    except FileNotFoundError:
        raise InspectionError(path.name, "there is no such file", REMEDY) from None
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError):
        raise InspectionError(path.name, "not a workbook that can be read", REMEDY) from None


def filled(
    book: Any, name: str, heads: Sequence[str], problems: Problems
) -> Iterator[tuple[str, dict[str, str]]]:
    """Where each row of a sheet stands, and its cells by head; empty rows are left out.

    Problems: another head row than the one sent, a formula.
    """
    lines = list(book[name].iter_rows())
    start = next((n for n, line in enumerate(lines)
                  if [cell.value for cell in line[: len(heads)]] == list(heads)), None)  # fmt: skip
    if start is None:
        what, remedy = "its head row is not the one that was sent", "Answer in it as it came"
        problems.add(f"sheet {name}", what, remedy)
        return
    for line in lines[start + 1 :]:
        cells = {head: _text(name, cell, problems) for head, cell in zip(heads, line, strict=False)}
        if any(cells.values()):
            yield f"sheet {name}, row {line[0].row}", dict.fromkeys(heads, "") | cells


def _text(name: str, cell: Any, problems: Problems) -> str:
    if cell.data_type in ("f", "e"):
        place = f"sheet {name}, cell {get_column_letter(cell.column)}{cell.row}"
        problems.add(place, "it holds a formula or an error", "Type the text itself")
        return ""
    value = "" if cell.value is None else cell.value
    said = value.strftime("%d %B %Y") if hasattr(value, "strftime") else str(value)
    return one_break(RETURN.sub("\r", said)).strip()
