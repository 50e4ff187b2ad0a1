"""A rule's draft on disk: one number changed at a time, every other letter of the file kept."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Any

from inspectkit.assessment.rule import Rule, find
from inspectkit.digest import sha256
from inspectkit.errors import InspectionError
from inspectkit.questions.yaml import read_yaml
from inspectkit.resources import folder
from inspectkit.settings import SETTINGS

TOKEN = re.compile(r"\"[^\"]*\"|'[^']*'|[^,}\s#]+")
KEYS = ("at_least", "above", "at_most")
Place = tuple[str | int, ...]


class RuleDraft:
    """The file of one rule, and the texts it had before each change made here.

    based_on: a rule to begin with where there is no such file yet; the draft is its next revision.
    Errors: a published rule, or the one an inspection is bound to: these never change.
    """

    def __init__(self, path: str | Path, *, based_on: str = "") -> None:
        self.path = Path(path)
        if not self.path.exists():
            self._begin(based_on)
        self._refuse_published()
        self.past: list[str] = []

    @property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8-sig")

    @property
    def stamp(self) -> str:
        """Digest of the file, by which a change made elsewhere is noticed."""
        return sha256(self.path.read_bytes())

    def rule(self) -> Rule:
        """The draft as a rule. Errors: everything the lint finds."""
        return Rule.load(self.path)

    def tree(self) -> Any:
        return read_yaml(self.path)

    def put(self, place: Place, key: str, value: str) -> None:
        """Write a boundary of the band at a place: ("bands", 0), or ("steps", 1, "bands", 0).

        Errors: a rule that would not hold; the file is then as it was.
        """
        node = self.tree()
        for part in place:
            node = node[part]
        if key not in KEYS or key not in node:
            raise InspectionError(self.path.name, f"no {key} there", "Write it into the file first")
        line, column = node.values_at[key]
        lines = self.text.splitlines(keepends=True)
        plain = value.strip()
        word = plain if plain.isdigit() else f'"{plain}"'
        if '"' in plain or "\n" in plain:
            raise InspectionError(self.path.name, f"{plain!r} is no number", 'Write "70%" or 14')
        head, rest = lines[line][:column], lines[line][column:]
        lines[line] = head + TOKEN.sub(lambda _: word, rest, count=1)
        self._write("".join(lines))

    def undo(self) -> None:
        """Take the last change back."""
        if self.past:
            self._save(self.past.pop())

    def _write(self, text: str) -> None:
        before = self.text
        _check(self.path.name, text)
        self._save(text)
        self.past.append(before)

    def _save(self, text: str) -> None:
        half = self.path.with_name(f"{self.path.name}.new")
        half.write_text(text, encoding="utf-8", newline="\n")
        half.replace(self.path)

    def _begin(self, based_on: str) -> None:
        if not based_on:
            remedy = 'Name a rule to begin with: based_on="area-inspection@1"'
            raise InspectionError(str(self.path), "no such file", remedy)
        text = find(based_on).read_text(encoding="utf-8-sig")
        revision = int(read_yaml(find(based_on))["revision"])
        text = re.sub(r"(?m)^revision: .*$", f"revision: {revision + 1}", text, count=1)
        text = re.sub(r"(?m)^verified: .*$", "verified: false", text, count=1)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._save(text)

    def _refuse_published(self) -> None:
        place = self.path.resolve()
        shipped = folder("rules").resolve() in place.parents
        bound = place.name == "rule.yaml" and (place.parent / SETTINGS).exists()
        if shipped or bound:
            what = "it is published, or an inspection is bound to it, and never changes"
            remedy = "Give the path of a new file, and this one as based_on"
            raise InspectionError(place.name, what, remedy)


def _check(name: str, text: str) -> None:
    """Errors: what the lint finds, under the name of the file it would be in."""
    with tempfile.TemporaryDirectory(prefix="inspectkit-") as place:
        path = Path(place) / name
        path.write_text(text, encoding="utf-8", newline="\n")
        Rule.load(path)
