"""A draft on disk, changed one thing at a time: its comments stay, nobody's work is overwritten.

Every change is written at once. A key of a question is set in the parsed file, which keeps notes
and layout; whole questions are moved and put in as lines of text. What could not be read back, or
would lose a note, is refused and changes nothing.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from inspectkit.digest import sha256
from inspectkit.errors import InspectionError
from inspectkit.questions.loading import FILE
from inspectkit.questions.workbook.cells import Address, as_text
from inspectkit.questions.workbook.editing import Document
from inspectkit.questions.yaml import read_yaml

WRITTEN = {"context": False, "weight": 1}  # these stand in a file only where they differ
LISTED = (
    ("questions", "", "must"),
    ("questions", "", "choices"),
    ("questions", "", "causes", "options"),
    ("scales", "", "answers"),
    ("scales",),
    ("themes",),
    ("tags",),
)
STANDS = "Look at it again, then make your change once more"


class Draft:
    """The files of one draft and the states they had before each change made here."""

    def __init__(self, place: str | Path) -> None:
        self.folder = Path(place)
        self.path = self.folder / FILE
        if not self.path.is_file():
            raise InspectionError(str(place), f"no {FILE} here", "Give a set's folder")
        self.past: list[dict[Path, str]] = []
        self._parsed: tuple[str, Any] = ("", None)

    @property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8-sig")

    @property
    def stamp(self) -> str:
        """Digest of everything the draft consists of."""
        files = [self.path, *sorted((self.folder / "guidance").glob("*.md"))]
        return sha256("\n".join(sha256(path.read_bytes()) for path in files))

    def tree(self) -> Any:
        """The file as it parses, to look at only; parsed once for each text."""
        text = self.text
        if self._parsed[0] != text:
            self._parsed = (text, read_yaml(self.path))
        return self._parsed[1]

    def blocks(self) -> dict[str, tuple[int, int]]:
        """First line and line after the last of each question, without the notes that follow it."""
        tree, lines = self.tree(), self.text.splitlines()
        questions = tree["questions"]
        tops = [line - 1 for line in tree.lines.values()]
        starts = [line - 1 for line in questions.lines.values()]
        found = {}
        for question, start in zip(questions, starts, strict=True):
            later = [line for line in (*starts, *tops) if line > start]
            end = min(later, default=len(lines))
            while end > start + 1 and lines[end - 1].strip()[:1] in ("", "#"):
                end -= 1
            found[str(question["id"])] = (start, end)
        return found

    def yaml(self) -> dict[str, str]:
        """Each question as it stands in the file."""
        lines = self.text.splitlines()
        return {id: "\n".join(lines[start:end]) for id, (start, end) in self.blocks().items()}

    # -- changing ----------------------------------------------------------------------------------

    def change(self, id: str, key: str, value: Any) -> None:
        """Set one key of a question; "", [] and None take it away."""
        document = Document(self.path)
        at: Address = ("questions", id, key)
        if value in ("", [], None, WRITTEN.get(key)):
            document.set({at: ""})
        elif isinstance(value, Mapping):
            document.set({(*at, str(name)): as_text(each) for name, each in value.items()})
        else:
            document.set({at: as_text(value, at)})
        self._write({self.path: document.dump()})

    def rows(self, at: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
        """Change a list of records: limits, choices or causes of a question, scales, themes, tags.

        Errors: another place than these.
        """
        place = tuple(map(str, at))
        known = any(place[0] == one[0] and place[2:] == one[2:] and len(place) == len(one)
                    for one in LISTED)  # fmt: skip
        if not known:
            raise InspectionError(FILE, f"{'.'.join(place)} is no list to change here", STANDS)
        document = Document(self.path)
        document.put_rows(place, rows)
        self._write({self.path: document.dump()})

    def guide(self, id: str, text: str) -> None:
        """Write a question's guidance, in its own file under its own name."""
        question = next(each for each in self.tree()["questions"] if each.get("id") == id)
        name = str(question.get("guidance") or f"guidance/{id}.md")
        path = self.folder / name
        if self.folder.resolve() not in path.resolve().parents:
            raise InspectionError(name, "outside the set's folder", "Name a file inside it")
        path.parent.mkdir(exist_ok=True)
        self._write({path: text.replace("\r\n", "\n").strip() + "\n"})
        if not question.get("guidance"):
            before = self.past.pop()
            self.change(id, "guidance", name)
            self.past[-1] |= before

    def replace(self, id: str, yaml: str) -> None:
        """Put other lines in the place of a question's."""
        start, end = self._block(id)
        self._splice(start, end, yaml.replace("\r\n", "\n").rstrip().split("\n"))

    def add(self, after: str, id: str) -> None:
        """A new question after another: same page and section, a text to be written."""
        self._block(after)
        near = next(each for each in self.tree()["questions"] if each.get("id") == after)
        page = str(near.get("page") or (near.get("themes") or [""])[0])
        keys = {"page": page, "text": "?", "type": "text", "section": str(near.get("section", ""))}
        document, at = Document(self.path), ("questions", id)
        document.add({("questions", at): after})
        document.set({(*at, key): text for key, text in keys.items() if text})
        self._write({self.path: document.dump()})

    def move(self, id: str, by: int) -> None:
        """Exchange a question with the one before (by = -1) or after it (by = 1)."""
        blocks = self.blocks()
        ids = list(blocks)
        at = ids.index(id)
        if not 0 <= at + by < len(ids):
            raise InspectionError(id, "it is the first or last question", "Move it the other way")
        (one, one_end), (two, two_end) = sorted((blocks[id], blocks[ids[at + by]]))
        lines = self.text.splitlines()
        between = lines[one_end:two]
        self._splice(one, two_end, [*lines[two:two_end], *between, *lines[one:one_end]])

    def undo(self) -> None:
        """Bring back what the last change made here replaced."""
        for path, text in (self.past.pop() if self.past else {}).items():
            _replace(path, text)

    # -- writing -----------------------------------------------------------------------------------

    def _block(self, id: str) -> tuple[int, int]:
        blocks = self.blocks()
        if id not in blocks:
            raise InspectionError(FILE, f"no question {id!r} any more", STANDS)
        return blocks[id]

    def _splice(self, start: int, end: int, new: list[str]) -> None:
        lines = self.text.splitlines()
        self._write({self.path: "\n".join([*lines[:start], *new, *lines[end:]]) + "\n"})

    def _write(self, files: dict[Path, str]) -> None:
        """Each file as a whole; taken back where the set can then not be read any more."""
        before = {path: path.read_text("utf-8") if path.exists() else "" for path in files}
        if lost := set(_notes(before.get(self.path, ""))) - set(_notes(files.get(self.path, ""))):
            what = f"the note {min(lost)!r} would be lost"
            if self.path in files:
                raise InspectionError(FILE, what, "Change this in the file itself")
        ids = list(self.blocks())
        for path, text in files.items():
            _replace(path, text)
        try:
            gone = [id for id in ids if id not in self.blocks()]
            if gone:
                what, remedy = (
                    f"the question {gone[0]} would be gone",
                    "Keep its id; retire it instead",
                )
                raise InspectionError(FILE, what, remedy)
        except (InspectionError, KeyError, TypeError, AttributeError) as fault:
            for path, text in before.items():
                _replace(path, text)
            if isinstance(fault, InspectionError):
                raise
            what = "questions are a list, each with an id"
            raise InspectionError(FILE, what, "Write - id: and the rest below it") from None
        self.past.append(before)


def _notes(text: str) -> Iterator[str]:
    return (line.strip() for line in text.splitlines() if line.strip().startswith("#"))


def _replace(path: Path, text: str) -> None:
    held = path.with_name(f"{path.name}.part")
    held.write_text(text, encoding="utf-8", newline="\n")
    os.replace(held, path)
