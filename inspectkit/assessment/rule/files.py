"""Where rule files lie: shipped ones, those of a question set, or a path."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from inspectkit.errors import InspectionError
from inspectkit.resources import folder
from inspectkit.validation import nearest


def find(ref: str | Path) -> Path:
    """The file of a reference: 'id' (the newest), 'id@revision' or a file.

    >>> find("area-inspection@1").name
    'area-inspection@1.yaml'
    """
    path = Path(ref)
    if path.is_file():
        return path
    if path.suffix in (".yaml", ".yml"):
        raise InspectionError(path.name, "no such file", "Give the path of a rule file")
    name, _, revision = str(ref).partition("@")
    known = published()
    if name not in known:
        remedy = f"Choose from {', '.join(known)}, or give a file.{nearest(name, list(known))}"
        raise InspectionError(str(ref), "no such rating rule", remedy)
    revisions = known[name]
    if revision and revision not in map(str, revisions):
        here = f"{name}@{max(revisions)}"
        what = f"revision {revision} is not here, {', '.join(map(str, sorted(revisions)))} is"
        raise InspectionError(str(ref), what, f"Ask for {here}")
    return revisions[int(revision) if revision else max(revisions)]


def published() -> dict[str, dict[int, Path]]:
    """Every rule that can be asked for by name: id, revision, file."""
    found: dict[str, dict[int, Path]] = {}
    for path in sorted(_files(), key=lambda each: each.name):
        name, _, revision = path.stem.partition("@")
        if revision.isdigit():
            found.setdefault(name, {})[int(revision)] = path
    return found


def check_revision(ref: str | Path, id: str, revision: int) -> None:
    """Errors: the file of 'id@revision' states another id or revision."""
    asked = find(ref).stem
    if not Path(ref).exists() and asked != f"{id}@{revision}":
        what = f"the file states {id}@{revision}"
        raise InspectionError(f"{asked}.yaml", what, "Give the file the name of what it states")


def _files() -> Iterator[Path]:
    yield from folder("rules").glob("*.yaml")
    yield from folder("question_sets").glob("*/rules/*.yaml")
