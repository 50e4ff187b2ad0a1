"""Reads a question set's YAML file and refuses, with its line, whatever does not hang together."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from inspectkit.errors import InspectionError, Problems
from inspectkit.questions.expressions import Condition
from inspectkit.questions.model import Content, Question
from inspectkit.resources import folder
from inspectkit.validation import Place, nearest, validated

FILE = "question_set.yaml"
MAX_BYTES = 2_000_000
BUILT_IN = "casework_type"


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
    content = validated(Content, tree, path.name, line=lambda place: line_of(tree, place))
    wanted = str(ref).partition("@")[2] if not Path(ref).exists() else ""
    if wanted and str(content.revision) != wanted:
        what = f"revision {wanted} is not here, {content.revision} is"
        raise InspectionError(str(ref), what, f"Ask for {content.id}@{content.revision}")
    problems = Problems()
    for place, what, remedy in _faults(content):
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


Fault = tuple[Place, str, str]


def _faults(content: Content) -> Iterator[Fault]:
    yield from _repeats(content)
    known = {each.id for each in content.facts} | {BUILT_IN}
    types = [each.id for each in content.casework_types]
    lists = {
        "themes": [each.id for each in content.themes],
        "tags": [each.id for each in content.tags],
        "casework_types": types,
    }
    for row, question in enumerate(content.questions):
        place: Place = ("questions", row)
        for key, allowed in lists.items():
            for name in getattr(question, key):
                if name not in allowed:
                    yield (
                        (*place, key),
                        f"{name!r} is not among the {key}",
                        f"Add it there.{nearest(name, allowed)}",
                    )
        yield from _single_names(content, question, place)
        yield from _condition(content, question, place, known)
        known.add(question.id)


def _repeats(content: Content) -> Iterator[Fault]:
    for key in ("facts", "scales", "themes", "tags", "sections", "questions"):
        seen: set[str] = set()
        for row, each in enumerate(getattr(content, key)):
            if each.id in seen:
                yield (key, row), f"the id {each.id!r} stands twice in {key}", "Give each its own"
            seen.add(each.id)


def _single_names(content: Content, question: Question, place: Place) -> Iterator[Fault]:
    answers = answer_ids(content, question)
    pools = {
        "section": [each.id for each in content.sections],
        "page": [each.id for each in content.themes],
        "scale": [each.id for each in content.scales],
        "prefill": [each.id for each in content.facts],
    }
    for key, pool in pools.items():
        name = getattr(question, key)
        if name is not None and name not in pool:
            yield (
                (*place, key),
                f"{name!r} is no {key} of this set",
                f"Correct it.{nearest(name, pool)}",
            )
    if not answers:
        yield place, f"question {question.id} has no answers", "Name a scale, or list choices"
    if not (question.page or question.themes):
        yield place, f"question {question.id} stands on no page", "Give it a theme or a page"
    for name in question.evidence.when if question.evidence else ():
        if name not in answers:
            yield (
                (*place, "evidence"),
                f"{name!r} is no answer of {question.id}",
                f"Use {', '.join(answers)}",
            )


def _condition(
    content: Content, question: Question, place: Place, known: set[str]
) -> Iterator[Fault]:
    place = (*place, "applies_when")
    try:
        condition: Condition | None = question.condition
    except InspectionError as error:
        yield place, f"{error.where}: {error.what}", error.remedy
        return
    for name in condition.names if condition else ():
        if name not in known:
            yield (
                place,
                f"${{{name}}} is no fact or earlier question",
                f"Correct it.{nearest(name, sorted(known))}",
            )
    for name, text in condition.comparisons if condition else ():
        values = _values(content, name)
        if values and text not in values:
            yield (
                place,
                f"${{{name}}} can never be {text!r}",
                f"Use one of {', '.join(values)}.{nearest(text, values)}",
            )


def _values(content: Content, name: str) -> list[str]:
    if name == BUILT_IN:
        return [each.id for each in content.casework_types]
    facts = {each.id: [value.id for value in each.values] for each in content.facts}
    asked = {each.id: answer_ids(content, each) for each in content.questions}
    return (facts | asked).get(name, [])


def answer_ids(content: Content, question: Question) -> list[str]:
    """The ids of the answers a question takes."""
    if question.type == "choice":
        return [choice.id for choice in question.choices]
    return [
        answer.id
        for scale in content.scales
        if scale.id == question.scale
        for answer in scale.answers
    ]


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
