"""Finds what is shipped (question sets, rules, notebooks, the package) in a checkout or a wheel."""

from __future__ import annotations

import os
from pathlib import Path

from inspectkit.errors import InspectionError

PACKAGE = Path(__file__).resolve().parent
THREADS = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")  # of NumPy, by what it was built with
PLACES = {
    "question_sets": (PACKAGE / "_shipped" / "question_sets", PACKAGE.parent / "question_sets"),
    "notebooks": (PACKAGE / "_shipped" / "notebooks", PACKAGE.parent / "notebooks"),
    "rules": (PACKAGE / "assessment" / "rules",),
}


def folder(name: str) -> Path:
    """The folder of the shipped question_sets, notebooks or rules.

    >>> folder("rules").name
    'rules'
    """
    for place in PLACES[name]:
        if place.is_dir():
            return place
    raise InspectionError(name, "the shipped files are missing", "Install inspectkit again")


def environment() -> dict[str, str]:
    """The environment of a further Python that is to find this very package, wherever it starts.

    As many of them run as there are cores: threads of their own for sums would only wait.
    """
    paths = [str(PACKAGE.parent), os.environ.get("PYTHONPATH", "")]
    found = {"PYTHONPATH": os.pathsep.join(path for path in paths if path)}
    return dict.fromkeys(THREADS, "1") | os.environ | found
