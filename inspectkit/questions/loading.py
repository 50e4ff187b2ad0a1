"""Reads a question set's YAML file and refuses, with its line, whatever does not hang together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from inspectkit.errors import InspectionError, Problems
from inspectkit.questions.lint import Finding, faults
from inspectkit.questions.model import Content
from inspectkit.questions.yaml import line_of, read_yaml
from inspectkit.resources import folder
from inspectkit.validation import Place, nearest, validated

FILE = "question_set.yaml"


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
    content = validated_content(tree, path.name)
    wanted = str(ref).partition("@")[2] if not Path(ref).exists() else ""
    if wanted and str(content.revision) != wanted:
        what = f"revision {wanted} is not here, {content.revision} is"
        raise InspectionError(str(ref), what, f"Ask for {content.id}@{content.revision}")
    texts = guidance_texts(content, path.parent)
    problems = Problems()
    for each in (*faults(content), *missing_files(content, texts)):
        problems.add(f"{path.name}, line {line_of(tree, each.place)}", each.what, each.remedy)
    problems.raise_if_any()
    return content, texts


def validated_content(tree: Any, name: str) -> Content:
    """The content of a file's tree. Errors: keys and values that do not fit the format."""
    problems = Problems()
    for each in unknown_lists(tree):
        problems.add(f"{name}, line {line_of(tree, each.place)}", each.what, each.remedy)
    problems.raise_if_any()
    return validated(Content, tree, name, line=lambda place: line_of(tree, place))


def unknown_lists(tree: Any) -> Iterator[Finding]:
    """Names of lists that the set does not have, before the options take their place."""
    known = [str(each["id"]) for each in _rows(tree, "lists") if "id" in each]
    for group, keys in (("facts", ("values",)), ("questions", ("choices", "causes"))):
        for row, each in enumerate(_rows(tree, group)):
            for key in keys:
                name = each.get(key)
                name = name.get("options") if isinstance(name, dict) else name
                if isinstance(name, str) and name not in known:
                    what = f"{name!r} is no list of this set"
                    remedy = f"Add it.{nearest(name, known)}"
                    yield Finding("unknown-list", (group, row, key), what, remedy)


def _rows(tree: Any, group: str) -> list[Any]:
    """The records of a group; what is no record is refused later, by its place."""
    found = tree.get(group)
    rows = found if isinstance(found, list) else []
    return [each if isinstance(each, dict) else {} for each in rows]


def guidance_texts(content: Content, place: Path) -> dict[str, str]:
    """The guidance of each question whose file lies beside the set, by question.

    In a further language it stands under question and language, such as tone.cy.
    """
    texts = {}
    named = {each.id: each.guidance for each in content.questions if each.guidance}
    for key, name in guidance_files(named, content.languages).items():
        path = place / name
        if place.resolve() in path.resolve().parents and path.is_file():
            texts[key] = path.read_text(encoding="utf-8").strip()
    return texts


def guidance_files(named: Mapping[str, str], languages: Sequence[str]) -> dict[str, str]:
    """The file of every guidance text in every language. named: question → its guidance file.

    >>> guidance_files({"tone": "guidance/tone.md"}, ["en", "cy"])
    {'tone': 'guidance/tone.md', 'tone.cy': 'guidance/tone.cy.md'}
    """
    found = {}
    for id, name in named.items():
        found[id] = name
        for language in languages[1:]:
            found[f"{id}.{language}"] = (
                PurePosixPath(name).with_suffix(f".{language}.md").as_posix()
            )
    return found


def missing_files(content: Content, texts: Mapping[str, str]) -> Iterator[Finding]:
    """Guidance that is named and is not beside the set."""
    for row, question in enumerate(content.questions):
        if question.guidance and question.id not in texts:
            what = f"no guidance file {question.guidance}"
            place: Place = ("questions", row, "guidance")
            yield Finding("missing-file", place, what, "Write it beside the set")
