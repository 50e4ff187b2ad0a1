"""A published version is one frozen file, refused once a single character of it has changed.

    question_sets/<id>/question_set.yaml      the draft, which a lead edits
    question_sets/<id>/versions/r1.yaml       published: guidance resolved into it, sealed

The last line of a published file is the SHA-256 of all text above it, its lines ended by LF.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from pydantic import Field
from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString

from inspectkit.digest import sha256
from inspectkit.errors import InspectionError
from inspectkit.questions.loading import FILE
from inspectkit.questions.model import Content, Record, Text
from inspectkit.questions.yaml import parsed, text_of
from inspectkit.resources import folder
from inspectkit.validation import nearest, validated

FOLDER = "versions"
NAME = re.compile(r"r([1-9]\d{0,5})\.yaml")
HEADER = """\
# A published version. It never changes: edited by one character, it is refused.
# A change goes into the draft (question_set.yaml) and is published as the next revision.
"""
PLAIN_TEXT = re.compile("[\t\n -~\u00a0-\u024f\u2010-\u2026\u20ac]*")
Plain = Mapping[str, Any]


class Publication(Record):
    """How a version came about.

    question_set: digest of the set; previous: digest of the file of the version before. doubts:
    what the lint said and was let stand; despite: why.
    """

    ref: str
    question_set: str
    previous: str | None = None
    on: str = Field(pattern=r"^\d{4}-\d\d-\d\d$")
    by: Text
    second: Text | None = None
    reason: Text
    kind: Literal["first", "cosmetic", "additive", "semantic", "breaking"]
    migration: Mapping[str, Any] | None = None
    doubts: tuple[Text, ...] | None = None
    despite: Text | None = None


@dataclass(frozen=True)
class Frozen:
    """What a published file holds; digest is the one on its last line."""

    content: Content
    texts: Mapping[str, str]
    publication: Publication
    digest: str


def versions(place: Path) -> dict[int, Path]:
    """Revision → file of every published version of a set's folder, rising."""
    found = {}
    for path in [*place.glob(f"{FOLDER}/r*.yaml"), *place.glob("r*.yaml")]:
        if match := NAME.fullmatch(path.name):
            found[int(match[1])] = path
    return dict(sorted(found.items()))


def locate(ref: str | Path) -> Path | None:
    """The published file that a reference means; None where it means a draft, by its path.

    'id' and 'id@2' are shipped sets, 'some/folder@2' one of a folder's own; without @ the newest.

    >>> locate("area-inspection@1").name
    'r1.yaml'
    """
    path = Path(ref)
    if path.is_file():
        return path if NAME.fullmatch(path.name) else None
    if path.is_dir():
        found = versions(path)
        return None if (path / FILE).is_file() or not found else found[max(found)]
    name, _, wanted = str(ref).rpartition("@") if "@" in str(ref) else (str(ref), "", "")
    place = Path(name) if name and Path(name).is_dir() else _shipped(str(ref), name)
    found = versions(place)
    if not found:
        what, remedy = "nothing of it is published yet", f"Publish it, or give the path of {FILE}"
        raise InspectionError(str(ref), what, remedy)
    if wanted and wanted not in map(str, found):
        what = f"revision {wanted} is not here, {', '.join(map(str, found))} is"
        raise InspectionError(str(ref), what, f"Ask for {Path(name).name}@{max(found)}")
    return found[int(wanted or max(found))]


def _shipped(ref: str, name: str) -> Path:
    shipped = folder("question_sets")
    known = sorted(
        each.name for each in shipped.iterdir() if (each / FILE).is_file() or versions(each)
    )
    if name not in known:
        remedy = f"Choose from {', '.join(known)}, or give a file.{nearest(name, known)}"
        raise InspectionError(ref, "no such question set", remedy)
    return shipped / name


def thaw(path: Path) -> Frozen:
    """A published version from its file.

    Errors: a file that is no YAML, or that was changed after it was sealed.
    """
    return _thawed(path.name, text_of(path))


@lru_cache(maxsize=32)  # many inspections have the same version, and reading one takes a while
def _thawed(name: str, text: str) -> Frozen:
    tree = parsed(name, text)
    body, mark, stated = text.rpartition("\ndigest: ")
    if not mark or sha256(body + "\n") != stated.strip():
        what = "it was changed after it was published, so its digest no longer fits"
        remedy = "Restore it from a backup; a change is published as the next revision"
        raise InspectionError(name, what, remedy)
    publication = validated(Publication, tree.get("published"), name)
    content = validated(Content, tree.get("content"), name)
    if publication.ref != f"{content.id}@{content.revision}":
        what = f"it is {content.id}@{content.revision} and says {publication.ref}"
        raise InspectionError(name, what, "Restore it from a backup")
    texts = {str(name): str(each) for name, each in (tree.get("guidance") or {}).items()}
    return Frozen(content, texts, publication, stated.strip())


def freeze(canonical: Plain, publication: Publication) -> str:
    """The text of a published file.

    canonical: what `QuestionSet.canonical` gives.
    """
    tree = {
        "published": publication.model_dump(mode="json", exclude_none=True),
        "content": canonical["content"],
        "guidance": canonical["guidance"],
    }
    yaml = YAML(typ="rt", pure=True)
    yaml.width = 100_000  # folding would leave spaces at the ends of lines
    yaml.indent(mapping=2, sequence=4, offset=2)
    held = io.StringIO()
    yaml.dump(_styled(tree), held)
    return seal(HEADER + held.getvalue())


def seal(text: str) -> str:
    """The text with its digest as the last line, in the place of an older one.

    >>> seal("a: 1\\n").splitlines()[1] == f"digest: {sha256('a: 1' + chr(10))}"
    True
    """
    body, mark, _ = text.rpartition("\ndigest: ")
    kept = body + "\n" if mark else text
    return f"{kept}digest: {sha256(kept)}\n"


def _styled(value: Any) -> Any:
    """Long texts as blocks that people read, characters that YAML would mend spelled out."""
    if isinstance(value, Mapping):
        return {key: _styled(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_styled(each) for each in value]
    if not isinstance(value, str):
        return value
    if not PLAIN_TEXT.fullmatch(value):
        return DoubleQuotedScalarString(value)
    is_block = "\n" in value and value[0] not in " \t\n" and "\t" not in value
    is_block = is_block and not any(line != line.rstrip() for line in value.split("\n"))
    return LiteralScalarString(value) if is_block else value
