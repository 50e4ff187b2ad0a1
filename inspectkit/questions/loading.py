"""Reads a question set's YAML file and refuses, with its line, whatever does not hang together."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from inspectkit.errors import InspectionError, Problems
from inspectkit.questions.model import Content
from inspectkit.questions.references import faults
from inspectkit.resources import folder
from inspectkit.validation import Place, nearest, validated

FILE = "question_set.yaml"
MAX_BYTES = 2_000_000


def find(ref: str | Path) -> Path:
    """The file of a reference: 'id', 'id@revision', a file or its folder.

    >>> find("area-inspection@1").name
    'question_set.yaml'
    """
    path = Path(ref)
    if path.is_file():
        return path
    if (path / FILE).is_file():
        return path / FILE
    shipped = folder("question_sets")
    name = str(ref).partition("@")[0]
    known = sorted(each.parent.name for each in shipped.glob(f"*/{FILE}"))
    if name not in known:
        remedy = f"Choose from {', '.join(known)}, or give a file.{nearest(name, known)}"
        raise InspectionError(str(ref), "no such question set", remedy)
    return shipped / name / FILE


def read(ref: str | Path) -> tuple[Content, dict[str, str]]:
    """The content of a question set and its guidance texts by question.

    Errors: broken YAML, unknown keys, names that lead nowhere; all at once, with lines.
    """
    path = find(ref)
    tree = read_yaml(path)
    problems = Problems()
    for place, what, remedy in _lists(tree):
        problems.add(f"{path.name}, line {line_of(tree, place)}", what, remedy)
    problems.raise_if_any()
    content = validated(Content, tree, path.name, line=lambda place: line_of(tree, place))
    wanted = str(ref).partition("@")[2] if not Path(ref).exists() else ""
    if wanted and str(content.revision) != wanted:
        what = f"revision {wanted} is not here, {content.revision} is"
        raise InspectionError(str(ref), what, f"Ask for {content.id}@{content.revision}")
    for place, what, remedy in faults(content):
        problems.add(f"{path.name}, line {line_of(tree, place)}", what, remedy)
    texts = _guidance(content, path.parent, problems)
    problems.raise_if_any()
    return content, texts


def read_yaml(path: Path) -> Any:
    """A YAML 1.2 file as plain mappings that remember their lines.

    Errors: repeated keys, tags, anchors used to expand, files that are no text or too large.
    """
    if path.stat().st_size > MAX_BYTES:
        raise InspectionError(
            path.name, f"larger than {MAX_BYTES:,} bytes", "Give a question set, not data"
        )
    try:
        text = path.read_text(encoding="utf-8-sig")
        tree = YAML(typ="rt", pure=True).load(text)
    except UnicodeDecodeError:
        raise InspectionError(path.name, "not UTF-8 text", "Save it as UTF-8") from None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{path.name}, line {mark.line + 1}" if mark else path.name
        what = " ".join(str(error.problem or error.context).split("\n")[0].split())
        raise InspectionError(
            where, f"not readable as YAML: {what}", "Mend the line named"
        ) from None
    except (YAMLError, ValueError, RecursionError) as error:
        first = (str(error).splitlines() or [type(error).__name__])[0]
        raise InspectionError(
            path.name, f"not readable as YAML: {first}", "Mend the file"
        ) from None
    if not isinstance(tree, dict):
        raise InspectionError(path.name, "the file holds no keys", "Start with id: and revision:")
    return tree


def line_of(tree: Any, place: Place) -> int:
    """The line on which a place stands, or the nearest one above it."""
    line = 1
    for part in place:
        mark = getattr(tree, "lc", None)
        try:
            if mark is not None:
                line = (mark.key(part) if isinstance(tree, dict) else mark.item(part))[0] + 1
            tree = tree[part]
        except (KeyError, IndexError, TypeError):
            break
    return line


def _lists(tree: Any) -> Iterator[tuple[Place, str, str]]:
    """Names of lists that the set does not have, before the options take their place."""
    lists = tree.get("lists") or ()
    known = [str(each["id"]) for each in lists if isinstance(each, dict) and "id" in each]
    for group, keys in (("facts", ("values",)), ("questions", ("choices", "causes"))):
        for row, each in enumerate(tree.get(group) or ()):
            for key in keys if isinstance(each, dict) else ():
                name = each.get(key)
                name = name.get("options") if isinstance(name, dict) else name
                if isinstance(name, str) and name not in known:
                    hint = nearest(name, known)
                    yield (group, row, key), f"{name!r} is no list of this set", f"Add it.{hint}"


def _guidance(content: Content, place: Path, problems: Problems) -> dict[str, str]:
    texts = {}
    for question in content.questions:
        path = place / question.guidance if question.guidance else None
        if path is None:
            continue
        if place.resolve() not in path.resolve().parents or not path.is_file():
            problems.add(
                f"question {question.id}",
                f"no guidance file {question.guidance}",
                "Write it beside the set",
            )
            continue
        texts[question.id] = path.read_text(encoding="utf-8").strip()
    return texts
