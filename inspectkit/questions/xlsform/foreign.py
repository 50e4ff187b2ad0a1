"""Other people's XLSForms as a draft: the subset that a question set can say, the rest refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from inspectkit.errors import InspectionError, Problems
from inspectkit.questions.xlsform.conditions import condition, slug
from inspectkit.questions.xlsform.reading import Line, Sheets

SKIPPED = {"start", "end", "today", "deviceid", "username", "phonenumber", "email", "audit", "note"}
TYPES = {"text": "text", "string": "text", "date": "date", "integer": "number", "decimal": "number"}
REFUSED = ("calculation", "choice_filter", "repeat_count", "trigger", "default")
RANGE = re.compile(r"\.\s*>=\s*(-?[\d.]+)(?:\s+and\s+\.\s*<=\s*(-?[\d.]+))?|\.\s*<=\s*(-?[\d.]+)")
LANGUAGE = re.compile(r"^(label|hint)(?:::?\s*(.+))?$", re.IGNORECASE)
CODE = re.compile(r"\(([a-z]{2,3}(?:-[A-Za-z0-9]+)?)\)\s*$")
TAKEN = "select_one, select_multiple, text, date, integer, decimal, begin_group, begin_repeat"
PAGE = {"id": "form", "label": "Questions"}
Tree = dict[str, Any]


def foreign(sheets: Sheets, name: str) -> tuple[Tree, tuple[str, ...]]:
    """A draft's tree from a form, and notes on what was left out.

    Errors: types, conditions and constraints outside the subset, by cell and all at once.
    """
    reader = _Reader(sheets)
    for line in sheets.survey:
        with reader.problems.gather():
            reader.line(line)
    reader.problems.raise_if_any()
    if not reader.questions:
        raise InspectionError(name, "it asks nothing", "Give a form with questions")
    return reader.tree(name), tuple(reader.notes)


@dataclass
class _Reader:
    sheets: Sheets
    problems: Problems = field(default_factory=Problems)
    questions: list[Tree] = field(default_factory=list)
    themes: dict[str, Tree] = field(default_factory=dict)
    items: list[Tree] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    groups: list[tuple[str, str, str]] = field(default_factory=list)  # kind, id, relevant
    ids: dict[str, str] = field(default_factory=dict)
    languages: dict[str, None] = field(default_factory=dict)

    def line(self, line: Line) -> None:
        kind, _, listed = line["type"].strip().partition(" ")
        kind, listed = _kind(kind, listed)
        if kind in SKIPPED:
            self.notes.append(f"{line.spot}: {kind} was left out")
        elif kind.startswith("begin"):
            self._begin(line, kind)
        elif kind.startswith("end"):
            if self.groups:
                self.groups.pop()
        elif kind in TYPES or kind in ("select_one", "select_multiple"):
            self._question(line, kind, listed)
        else:
            what = f"the type {line['type']!r} is not among those that can be taken"
            raise InspectionError(line.spots.get("type", line.spot), what, f"Use {TAKEN}")

    def _begin(self, line: Line, kind: str) -> None:
        id, labels = self._id(line), self._labels(line, "label")
        relevant = condition(line["relevant"], line.spots["relevant"]) if line["relevant"] else ""
        record = {"id": id, **labels} if labels else {"id": id, "label": id}
        if kind == "begin_repeat":
            self.items.append(record)
            self.groups.append(("item", id, relevant))
        else:
            self.themes[id] = record
            self.groups.append(("theme", id, relevant))

    def _question(self, line: Line, kind: str, listed: str) -> None:
        for column in REFUSED:
            if line[column]:
                what = f"{column} is not among what can be taken"
                self.problems.add(line.spots[column], what, "Take it out of the form")
        made: Tree = {"id": self._id(line)}
        labels = self._labels(line, "label")
        made["text"] = labels.pop("label", line["name"])
        made |= labels
        made["type"] = {"select_one": "choice", "select_multiple": "multiple"}.get(
            kind, TYPES.get(kind, "")
        )
        if kind.startswith("select"):
            made["choices"] = self._choices(listed, line)
        if kind == "integer":
            made["whole"] = True
        made |= self._range(line, kind)
        made["page"] = next((id for k, id, _ in reversed(self.groups) if k == "theme"), PAGE["id"])
        if made["page"] == PAGE["id"]:
            self.themes.setdefault(PAGE["id"], dict(PAGE))
        if item := next((id for k, id, _ in reversed(self.groups) if k == "item"), ""):
            made["item"] = item
        made["context"] = True
        if applies := self._applies(line):
            made["applies_when"] = applies
        if any(column.lower().partition(":")[0] == "hint" for column in line.cells):
            self.notes.append(f"{line.spot}: its hint was left out")
        self.questions.append(made)

    def _applies(self, line: Line) -> str:
        parts = [relevant for _, _, relevant in self.groups if relevant]
        if line["relevant"]:
            parts.append(condition(line["relevant"], line.spots["relevant"]))
        return " and ".join(f"({part})" if len(parts) > 1 else part for part in parts)

    def _range(self, line: Line, kind: str) -> Tree:
        text = line["constraint"].strip()
        if not text:
            return {}
        found = RANGE.fullmatch(text)
        if found is None or TYPES.get(kind) != "number":
            what = f"the constraint {text[:60]!r} is not among those that can be taken"
            raise InspectionError(line.spots["constraint"], what, "Use . >= 0 and . <= 99")
        low, high = found[1], found[2] or found[3]
        limits = {"min": low, "max": high}
        return {key: each for key, each in limits.items() if each is not None}

    def _choices(self, listed: str, line: Line) -> list[Tree]:
        found = []
        for each in self.sheets.choices:
            if each["list_name"] == listed:
                labels = self._labels(each, "label")
                id = slug(each["name"])
                found.append({"id": id, **(labels or {"label": each["name"]})})
        if not found:
            what = f"the list {listed!r} is not on the sheet choices"
            raise InspectionError(line.spots["type"], what, "Add its choices there")
        return found

    def _labels(self, line: Line, column: str) -> Tree:
        """The label in the first language, and translations."""
        texts: dict[str, str] = {}
        for head, text in line.cells.items():
            match = LANGUAGE.match(head)
            if match and match[1].lower() == column:
                named = CODE.search(match[2] or "(en)")
                code = named[1] if named else (match[2] or "en").strip().lower()[:2]
                texts[code] = text
                self.languages.setdefault(code)
        first = next(iter(self.languages), "en")
        if first not in texts:
            return {"label": next(iter(texts.values()))} if texts else {}
        others = {code: text for code, text in texts.items() if code != first}
        return {"label": texts[first], **({"translations": others} if others else {})}

    def _id(self, line: Line) -> str:
        name = line["name"]
        id = slug(name)
        if not name:
            raise InspectionError(line.spot, "it has no name", "Give it one")
        if id in self.ids.values():
            what = f"{name!r} would have the id {id!r}, which is taken"
            raise InspectionError(line.spots["name"], what, "Rename one of them")
        if id != name:
            self.notes.append(f"{line.spots['name']}: {name} is called {id}")
        self.ids[name] = id
        return id

    def tree(self, name: str) -> Tree:
        settings: Mapping[str, str] = self.sheets.settings
        title = settings.get("form_title", "") or name.rpartition(".")[0] or name
        used = {question["page"] for question in self.questions}
        made: Tree = {
            "id": slug(settings.get("form_id", "") or title).replace("_", "-"),
            "revision": 1,
            "label": title,
            "languages": list(self.languages) or ["en"],
            "source": f"Taken over from the XLSForm {name}; nothing in it is scored yet",
            "verified": False,
            "casework_types": [{"id": "ALL", "label": "All cases"}],
            "scales": [
                {
                    "id": "met",
                    "label": "Met or not met",
                    "answers": [
                        {"id": "fm", "label": "Met", "points": 1},
                        {"id": "nm", "label": "Not met", "points": 0},
                        {"id": "na", "label": "Not applicable", "excluded": True},
                    ],
                }
            ],
            "themes": [theme for id, theme in self.themes.items() if id in used],
        }
        if self.items:
            made["items"] = self.items
        return {**made, "questions": self.questions}


def _kind(kind: str, listed: str) -> tuple[str, str]:
    """A type as one word and the list it names; 'begin group' is begin_group."""
    kind = kind.lower()
    if kind in ("begin", "end") and listed:
        return f"{kind}_{listed.strip().lower()}", ""
    if kind in ("select", "select1") or listed.startswith(("one ", "multiple ")):
        word, _, rest = listed.partition(" ")
        return f"select_{word}", rest.strip()
    return kind, listed.strip()
