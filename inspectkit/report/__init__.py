"""The report of an inspection: `report(insp, to=[...])` writes HTML, PDF and workbook."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any


def report(*args: Any, **options: Any) -> dict[str, Path]:
    """Write the report of an inspection into its folder; see `inspectkit.report.writing.report`.

    Loaded on first use: a notebook that shows pieces of a report needs no Jupyter and no PDF.
    """
    made: dict[str, Path] = import_module("inspectkit.report.writing").report(*args, **options)
    return made


class _Callable(ModuleType):
    """`inspectkit.report` is a folder and a verb at once: calling the module writes the report."""

    def __call__(self, *args: Any, **options: Any) -> dict[str, Path]:
        return report(*args, **options)


sys.modules[__name__].__class__ = _Callable

__all__ = ["report"]
