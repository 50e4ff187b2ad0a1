"""Lints a question set's file: everything there is to say about it, line by line, all at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inspectkit.errors import InspectionError, ProblemsError
from inspectkit.questions.lint import doubts, faults
from inspectkit.questions.lint.finding import FAULT, NOTE, Finding
from inspectkit.questions.loading import (
    find,
    guidance_texts,
    missing_files,
    unknown_lists,
    validated_content,
)
from inspectkit.questions.model import Content
from inspectkit.questions.yaml import line_of, read_yaml


@dataclass(frozen=True)
class Told:
    """One finding as people read it. level: fault (cannot be read), doubt (mend it), note."""

    rule: str
    level: str
    where: str
    what: str
    remedy: str

    def __str__(self) -> str:
        return str(InspectionError(self.where, self.what, self.remedy))


def lint_file(ref: str | Path) -> tuple[Told, ...]:
    """All findings about a draft's file, the gravest first.

    ref: a file, its folder, or the id of a shipped set. What a fault makes meaningless is not
    looked at: after YAML's own errors comes the format, then names and routes, then the doubts.

    >>> [each for each in lint_file("area-inspection") if each.level != "note"]
    []
    """
    path = find(ref)
    try:
        tree = read_yaml(path)
    except InspectionError as error:
        return tuple(_refused("yaml", error))
    if unknown := list(unknown_lists(tree)):
        return told(unknown, tree, path.name)
    try:
        content = validated_content(tree, path.name)
    except InspectionError as error:
        return tuple(_refused("format", error))
    texts = guidance_texts(content, path.parent)
    found = [*faults(content), *missing_files(content, texts)]
    if not found:
        found = [*doubts(content, texts), *_untranslated_guidance(content, path.parent)]
    return told(found, tree, path.name)


def told(found: Iterable[Finding], tree: Any, name: str) -> tuple[Told, ...]:
    """Findings with their lines, the gravest first, then in the order of the file."""
    rows = [
        (each.level != FAULT, each.level == NOTE, line_of(tree, each.place), each) for each in found
    ]
    return tuple(
        Told(each.rule, each.level, f"{name}, line {line}", each.what, each.remedy)
        for _, _, line, each in sorted(rows, key=lambda row: row[:3])
    )


def _refused(rule: str, error: InspectionError) -> Iterator[Told]:
    for each in error.problems if isinstance(error, ProblemsError) else (error,):
        yield Told(rule, FAULT, each.where, each.what, each.remedy)


def _untranslated_guidance(content: Content, place: Path) -> Iterator[Finding]:
    for language in content.languages[1:]:
        for row, question in enumerate(content.questions):
            if not question.guidance or question.retired:
                continue
            wanted = Path(question.guidance).with_suffix(f".{language}.md").as_posix()
            if not (place / wanted).is_file():
                what = f"no {language} guidance for {question.id}"
                yield Finding(
                    "missing-translation",
                    ("questions", row, "guidance"),
                    what,
                    f"Write {wanted} beside the set",
                )
