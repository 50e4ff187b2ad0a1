"""Finds the shipped question sets, rules and notebooks, in a checkout or in an installed wheel."""

from __future__ import annotations

from pathlib import Path

from inspectkit.errors import InspectionError

PACKAGE = Path(__file__).resolve().parent
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
