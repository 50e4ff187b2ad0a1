"""A question set out to an XLSForm, and from one into a draft; what was edited there is merged."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from inspectkit.errors import InspectionError
from inspectkit.questions.loading import FILE, guidance_files
from inspectkit.questions.model import Content
from inspectkit.questions.question_set import QuestionSet
from inspectkit.questions.workbook.cells import GUIDANCE, NUMBERS, cells, typed
from inspectkit.questions.workbook.editing import Document
from inspectkit.questions.workbook.exchange import (
    Returned,
    Side,
    draft_of,
    guidance_of,
    put_in,
    written_anew,
)
from inspectkit.questions.workbook.reading import Edited
from inspectkit.questions.xlsform.foreign import foreign
from inspectkit.questions.xlsform.reading import read_form
from inspectkit.questions.xlsform.returned import edits
from inspectkit.questions.xlsform.survey import form
from inspectkit.questions.xlsform.writing import write
from inspectkit.validation import validated

ONE_BY_ONE = "questions"


def to_xlsform(folder: str | Path) -> tuple[bytes, tuple[str, ...]]:
    """The draft of a set's folder as an XLSForm, and notes on what ODK cannot be told.

    Errors: a draft with faults, a condition that has no counterpart.
    """
    draft = draft_of(folder)
    made = form(QuestionSet.load(draft))
    tree = _plain(Document(draft).tree)
    return write(made, _records(tree, guidance_of(tree, draft.parent))), made.notes


def from_xlsform(folder: str | Path, path: str | Path, *, prefer: Side | None = None) -> Returned:
    """Put an XLSForm into a folder: as a new draft, or its edits into the draft that is there.

    Of a form made by `to_xlsform` labels, choices' labels, guidance and conditions may have been
    edited. Of other people's forms a subset is taken, and the rest refused by cell.
    Errors: all at once, and nothing is written.
    """
    sheets = read_form(Path(path))
    place = Path(folder)
    if sheets.records is None:
        if (place / FILE).exists():
            what = "there is a draft already, and the form was not made from it"
            raise InspectionError(str(place), what, "Name a new folder")
        tree, notes = foreign(sheets, Path(path).name)
        return _new(place, tree, {}, notes)
    tree, texts = _restored(sheets.records)
    qs = QuestionSet(validated(Content, tree, "the sheet inspectkit"), _stripped(texts))
    base = cells(tree, texts)
    changed = edits(sheets, form(qs))
    edited = Edited(str(tree["id"]), base, base | changed)
    if not (place / FILE).exists():
        return _new(place, tree, texts, (), edited)
    return put_in(place, edited, prefer=prefer)


def _new(
    place: Path,
    tree: Mapping[str, Any],
    texts: Mapping[str, str],
    notes: tuple[str, ...],
    edited: Edited | None = None,
) -> Returned:
    """Write a draft where there was none."""
    held = io.StringIO()
    yaml = YAML(typ="rt", pure=True)
    yaml.width = 100_000
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.dump(dict(tree), held)
    named = {str(q["id"]): str(q["guidance"]) for q in tree["questions"] if q.get("guidance")}
    names = guidance_files(named, [str(each) for each in tree.get("languages") or ["en"]])
    files = {FILE: held.getvalue()}
    files |= {names[key]: text for key, text in texts.items() if key in names}
    return written_anew(place, files, notes, edited)


def _records(tree: Mapping[str, Any], texts: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    """The file in records of a readable size: one for each key, one for each question."""
    for key, value in tree.items():
        if key != ONE_BY_ONE:
            yield key, value
            continue
        for each in value:
            yield f"{ONE_BY_ONE} {each['id']}", each
    for id, text in texts.items():
        yield f"{GUIDANCE} {id}", text


def _restored(
    records: tuple[tuple[str, Any], ...],
) -> tuple[dict[str, Any], dict[str, str]]:
    tree: dict[str, Any] = {}
    texts: dict[str, str] = {}
    for name, value in records:
        kind, _, id = name.partition(" ")
        if kind == GUIDANCE:
            texts[id] = value
        elif id:
            tree.setdefault(kind, []).append(_decimals(value))
        else:
            tree[kind] = value
    return tree, texts


def _decimals(question: dict[str, Any]) -> dict[str, Any]:
    """Decimals travel as text, so that no digit is lost on the way."""
    texts = {key: question[key] for key in NUMBERS & question.keys()}
    return question | {key: typed((key,), str(text)) for key, text in texts.items()}


def _stripped(texts: Mapping[str, str]) -> dict[str, str]:
    return {id: text.strip() for id, text in texts.items()}


def _plain(value: Any) -> Any:
    """YAML's values as JSON has them; a decimal as its text."""
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value)
    return str(value)
