"""Changes single values of a question set's YAML; comments, order and layout stay."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import CommentMark
from ruamel.yaml.scalarstring import LiteralScalarString, ScalarString
from ruamel.yaml.tokens import CommentToken

from inspectkit.errors import InspectionError
from inspectkit.questions.model import Question
from inspectkit.questions.workbook.cells import Address, typed
from inspectkit.questions.workbook.places import Row
from inspectkit.questions.yaml import read_yaml

ORDER = ("id", "label", *(name for name in Question.model_fields if name != "id"))
EDITED = ("that", "message", "label", "points", "excluded")  # what `put_rows` may take away
COMMENT = re.compile(r"^\s*(#.*\S)\s*$|\s(#\s.*\S)\s*$", re.MULTILINE)


class Document:
    """A question set's file, held so that it is written back as a person left it.

    Errors: a file that cannot be read as YAML.
    """

    def __init__(self, path: Path) -> None:
        read_yaml(path)
        self.text = path.read_text(encoding="utf-8-sig")
        self._yaml = YAML(typ="rt", pure=True)
        self._yaml.preserve_quotes = True
        self._yaml.width = 100_000
        offset = 2 if re.search(r"^  +- ", self.text, re.MULTILINE) else 0
        self._yaml.indent(mapping=2, sequence=2 + offset, offset=offset)
        self.tree: Any = self._yaml.load(self.text)

    def dump(self) -> str:
        """The text with every change in it. Errors: a comment that would be lost."""
        held = io.StringIO()
        self._yaml.dump(self.tree, held)
        text = held.getvalue()
        if lost := Counter(_comments(self.text)) - Counter(_comments(text)):
            what = f"the comment {next(iter(lost))!r} would be lost"
            raise InspectionError("question_set.yaml", what, "Make this change in the file itself")
        return text

    def set(self, edits: Mapping[Address, str]) -> None:
        """Give every address its text; "" takes the key away."""
        for at, text in edits.items():
            _set(self.tree, at, text)

    def put_rows(self, at: Address, rows: Sequence[Mapping[str, Any]]) -> None:
        """Make these the records of a list, in this order; what they do not name stays as it is.

        Records are known by their id, those without one by their place. None takes the list away.
        """
        if not rows:
            return _set(self.tree, at, "")
        parent = _within(self.tree, at[:-1], CommentedMap)
        held = parent.get(at[-1])
        old = held if isinstance(held, CommentedSeq) else CommentedSeq()
        known = {str(each.get("id", place)): each for place, each in enumerate(old)}
        made = [
            _record(known.get(str(row.get("id", place))), row) for place, row in enumerate(rows)
        ]
        if isinstance(held, CommentedSeq):
            held[:] = made
        else:
            _put(parent, str(at[-1]), CommentedSeq(made))
        return None

    def add(self, rows: Mapping[Row, str]) -> None:
        """Add rows, each behind the one named; at the end where none is. Errors: no such row."""
        for (sheet, at), after in rows.items():
            found = _within(self.tree, at[:-1], CommentedSeq)
            ids = [str(each["id"]) for each in found]
            if after and after not in ids:
                what = f"the new row {at[-1]} is to follow {after!r}, which is not there"
                raise InspectionError(sheet, what, "Name an id of the same list")
            place = ids.index(after) + 1 if after else len(found)
            _insert(found, place, CommentedMap({"id": str(at[-1])}))


def _comments(text: str) -> list[str]:
    return [alone or behind for alone, behind in COMMENT.findall(text)]


def _record(held: CommentedMap | None, row: Mapping[str, Any]) -> CommentedMap:
    """A record with what the row says; a new one stands on a single line."""
    made = held
    if made is None:
        made = CommentedMap()
        made.fa.set_flow_style()
    for key in [each for each in made if each not in row and each in EDITED]:
        del made[key]
    for key, value in row.items():
        if key == "answers" and held is not None:
            continue
        if key not in made or made[key] != value:
            made[key] = _plain(value) if key not in made else _like(made[key], value)
    return made


def _plain(value: Any) -> Any:
    return (
        CommentedSeq([_record(None, each) for each in value]) if isinstance(value, list) else value
    )


def _set(tree: Any, at: Address, text: str) -> None:
    parent = _within(tree, at[:-1], CommentedMap, create=bool(text))
    key = at[-1]
    if not text:
        if parent is not None and key in parent:
            _remove(tree, at)
        return
    value = typed(at, text)
    if isinstance(value, list):
        held = parent.get(key) if isinstance(parent, dict) else parent[key]
        if isinstance(held, CommentedSeq):
            held[:] = value
            return
        value = CommentedSeq(value)
        value.fa.set_flow_style()
    if isinstance(parent, CommentedMap) and key not in parent:
        _put(parent, str(key), value)
    else:
        parent[key] = _like(parent[key], value)


def _like(old: Any, new: Any) -> Any:
    """A text in the style of the one before it: its quotes, or folded."""
    if isinstance(new, str) and "\n" in new and not isinstance(old, LiteralScalarString):
        return LiteralScalarString(new)
    return type(old)(new) if isinstance(old, ScalarString) and isinstance(new, str) else new


def _put(parent: CommentedMap, key: str, value: Any) -> None:
    """A new key where the format has it; comments below the record stay below it."""
    rank = {name: place for place, name in enumerate(ORDER)}
    mine = rank.get(key, len(rank))
    before = [place for place, name in enumerate(parent) if rank.get(name, 0) < mine]
    place = before[-1] + 1 if before else 0
    rest = _take_tail(parent) if parent and place == len(parent) else ""
    parent.insert(place, key, value)
    if rest:
        _give_tail(parent, rest)


def _within(tree: Any, at: Address, kind: type, *, create: bool = True) -> Any:
    """The collection at an address, made where it is missing."""
    for place, part in enumerate(at):
        following = at[place + 1] if place + 1 < len(at) else None
        child = _child(tree, part)
        if child is None:
            if not create:
                return None
            made: Any = CommentedSeq() if isinstance(following, int) else CommentedMap()
            made = kind() if following is None else made
            if isinstance(tree, CommentedSeq):
                tree.append(made)
            else:
                _put(tree, str(part), made)
            child = made
        tree = child
    return tree


def _child(tree: Any, part: str | int) -> Any:
    if isinstance(tree, CommentedMap):
        return tree.get(part)
    if isinstance(part, int):
        return tree[part] if part < len(tree) else None
    return next((each for each in tree if str(each.get("id")) == part), None)


def _remove(tree: Any, at: Address) -> None:
    """Take a key away, and records that hold nothing any more; comments below move up."""
    parent = _within(tree, at[:-1], CommentedMap, create=False)
    rest = _take_tail(parent) if list(parent)[-1] == at[-1] else ""
    del parent[at[-1]]
    if (
        not parent
        and len(at) > 1
        and isinstance(_within(tree, at[:-2], CommentedMap), CommentedMap)
    ):
        _remove(tree, at[:-1])
    elif rest:
        _give_tail(parent, rest)


def _insert(found: CommentedSeq, place: int, made: CommentedMap) -> None:
    """A new record; a comment that stood above the next one stays above that."""
    rest = _take_tail(found[place - 1]) if place else ""
    found.insert(place, made)
    if rest:
        _give_tail(made, rest)


# --- comments: ruamel hangs those below a record on its last value -------------------------------


def _tail(record: CommentedMap) -> tuple[CommentedMap, str, str]:
    """Where the comments below a record hang: the innermost mapping, its last key, the comments."""
    while True:
        key = list(record)[-1]
        value = record[key]
        if isinstance(value, CommentedSeq) and value and isinstance(value[-1], CommentedMap):
            value = value[-1] if not value.fa.flow_style() else None
        if not isinstance(value, CommentedMap) or not value or value.fa.flow_style():
            break
        record = value
    token = (record.ca.items.get(key) or [None, None, None])[2]
    text = token.value if token is not None else ""
    return record, key, text.partition("\n")[2]


def _take_tail(record: CommentedMap) -> str:
    """Cut off the comments below a record, leaving the one beside its last value; what was cut."""
    holder, key, rest = _tail(record)
    if rest:
        beside = holder.ca.items[key][2].value.partition("\n")[0]
        if beside:
            holder.ca.items[key][2].value = f"{beside}\n"
        else:
            del holder.ca.items[key]
    return rest


def _give_tail(record: CommentedMap, rest: str) -> None:
    holder, key, _ = _tail(record)
    held = holder.ca.items.setdefault(key, [None, None, None, None])
    beside = held[2].value.partition("\n")[0] if held[2] is not None else ""
    held[2] = CommentToken(f"{beside}\n{rest}", CommentMark(0), None)
