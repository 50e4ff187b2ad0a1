"""A draft out to Excel, and back: what was changed there comes into the file, or nothing does."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from inspectkit.errors import InspectionError, Problems
from inspectkit.questions.loading import FILE, guidance_files
from inspectkit.questions.question_set import QuestionSet
from inspectkit.questions.workbook.cells import GUIDANCE, Address, cells
from inspectkit.questions.workbook.editing import Document
from inspectkit.questions.workbook.merging import Conflict, Merge, merge, place
from inspectkit.questions.workbook.reading import Edited, read_workbook
from inspectkit.questions.workbook.writing import workbook

Side = Literal["file", "workbook"]


@dataclass(frozen=True)
class Returned:
    """What came back. changed: the cells taken over, as people call them; files: those written."""

    changed: tuple[str, ...]
    conflicts: tuple[Conflict, ...]
    notes: tuple[str, ...]
    files: tuple[Path, ...]


def to_excel(folder: str | Path) -> bytes:
    """The draft of a set's folder as a workbook. Errors: a draft with faults."""
    draft = draft_of(folder)
    QuestionSet.load(draft)
    tree = Document(draft).tree
    return workbook(tree, cells(tree, guidance_of(tree, draft.parent)))


def from_excel(folder: str | Path, path: str | Path, *, prefer: Side | None = None) -> Returned:
    """Put what was changed in a workbook into the draft it was made from.

    What the file changed meanwhile stays. A cell that both changed is a conflict: it is settled by
    `prefer`, and refused without it. Comments, order and layout of the file are kept.
    Errors: conflicts, cells that Excel spoiled, whatever the draft would then have at fault; all at
    once, and nothing is written.
    """
    return put_in(folder, read_workbook(Path(path)), prefer=prefer)


def put_in(folder: str | Path, edited: Edited, *, prefer: Side | None = None) -> Returned:
    """Put what was edited elsewhere into the draft of a folder; see `from_excel`."""
    draft = draft_of(folder)
    document = Document(draft)
    if edited.set_id != document.tree["id"]:
        what = f"it is of {edited.set_id}, and the file of {document.tree['id']}"
        raise InspectionError(str(folder), what, "Name the folder of the same set")
    current = cells(document.tree, guidance_of(document.tree, draft.parent))
    found = merge(edited, current, prefer=prefer)
    if found.conflicts and prefer is None:
        _refuse(found.conflicts)
    files = _applied(draft, document, found)
    changed = tuple(place(at) for at in found.edits)
    return Returned(changed, found.conflicts, found.notes, files)


def written_anew(
    folder: Path, files: Mapping[str, str], notes: tuple[str, ...], edited: Edited | None = None
) -> Returned:
    """Write a draft where there was none, with what was edited elsewhere. Errors: its faults."""
    with tempfile.TemporaryDirectory() as held:
        made = Path(held) / folder.name
        for name, text in files.items():
            path = made / _within_set(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            _write(path, text)
        QuestionSet.load(made / FILE)
        changed = put_in(made, edited).changed if edited else ()
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copytree(made, folder, dirs_exist_ok=True)
    return Returned(changed, (), notes, tuple(folder / name for name in files))


def _refuse(conflicts: tuple[Conflict, ...]) -> None:
    problems = Problems()
    remedy = "Settle it in the workbook, or say --prefer file or --prefer workbook"
    for each in conflicts:
        problems.add(each.where, each.what, remedy)
    problems.raise_if_any()


def _applied(draft: Path, document: Document, found: Merge) -> tuple[Path, ...]:
    """Write the changes where they belong, once the draft has been seen to hold with them."""
    texts = {str(at[1]): text for at, text in found.edits.items() if at[0] == GUIDANCE}
    edits = {at: text for at, text in found.edits.items() if at[0] != GUIDANCE}
    document.add(found.new)
    document.set(edits | _named_guidance(document.tree, texts))
    written = {FILE: document.dump()} if edits or found.new else {}
    for id, text in texts.items():
        written[_file(document.tree, id)] = f"{text.strip()}\n"
    if written:
        _tried(draft.parent, written)
    for name, text in written.items():
        (draft.parent / name).parent.mkdir(parents=True, exist_ok=True)
        _write(draft.parent / name, text)
    return tuple(draft.parent / name for name in written)


def _tried(folder: Path, written: Mapping[str, str]) -> None:
    """Load the draft as it would be. Errors: its faults."""
    with _copy(folder) as copied:
        for name, text in written.items():
            (copied / name).parent.mkdir(parents=True, exist_ok=True)
            _write(copied / name, text)
        QuestionSet.load(copied / FILE)


@contextmanager
def _copy(folder: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as place:
        copied = Path(place) / folder.name
        shutil.copytree(folder, copied, ignore=shutil.ignore_patterns("versions", "*.xlsx", ".*"))
        yield copied


def _named_guidance(tree: Any, texts: Mapping[str, str]) -> dict[Address, str]:
    """A file name for guidance that had none yet."""
    found: dict[Address, str] = {}
    for id in dict.fromkeys(key.partition(".")[0] for key in texts):
        if not _question(tree, id).get("guidance"):
            found["questions", id, "guidance"] = f"guidance/{id}.md"
    return found


def _file(tree: Any, key: str) -> str:
    """The file of a guidance text. Errors: a language that the set does not have."""
    id = key.partition(".")[0]
    files = guidance_files({id: str(_question(tree, id)["guidance"])}, _languages(tree))
    if key not in files:
        languages = ", ".join(_languages(tree))
        what = f"the set has no such language, its languages are {languages}"
        raise InspectionError(f"guidance {key}", what, "Add it to languages, or correct the name")
    return _within_set(files[key])


def _languages(tree: Any) -> list[str]:
    return [str(each) for each in tree.get("languages") or ["en"]]


def _within_set(name: str) -> str:
    """A file's name. Errors: one that leads out of the set's folder."""
    is_plain = all(part not in ("..", "") and ":" not in part for part in name.split("/"))
    if not is_plain or "\\" in name:
        raise InspectionError(name, "this name leads out of the set", "Name a file in its folder")
    return name


def _question(tree: Any, id: str) -> Any:
    found = next((each for each in tree["questions"] if each["id"] == id), None)
    if found is None:
        what = "there is guidance for it, and no such question"
        raise InspectionError(f"question {id}", what, "Add the question, or correct its id")
    return found


def guidance_of(tree: Any, folder: Path) -> dict[str, str]:
    """Question (and language) → text of its guidance file, where there is one."""
    names = {str(q["id"]): str(q["guidance"]) for q in tree["questions"] if q.get("guidance")}
    files = guidance_files(names, _languages(tree))
    paths = {key: folder / name for key, name in files.items()}
    return {id: path.read_text(encoding="utf-8") for id, path in paths.items() if path.is_file()}


def draft_of(folder: str | Path) -> Path:
    """The file of a set's draft. Errors: there is none."""
    draft = Path(folder) / FILE if Path(folder).is_dir() else Path(folder)
    if not draft.is_file():
        raise InspectionError(str(folder), f"no {FILE} here", "Give the folder of a question set")
    return draft


def _write(path: Path, text: str) -> None:
    held = path.with_name(f"{path.name}.part")
    held.write_text(text, encoding="utf-8", newline="\n")
    held.replace(path)
