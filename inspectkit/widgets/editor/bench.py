"""The bench: takes the editor's requests to the draft, brings back its replies, never silence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from inspectkit.errors import InspectionError
from inspectkit.questions.lint import NOTE
from inspectkit.questions.lint.files import Told, lint_file
from inspectkit.questions.question_set import QuestionSet
from inspectkit.questions.versions import publishing
from inspectkit.review.state import STARTED, CaseState
from inspectkit.widgets.editor.draft import Draft
from inspectkit.widgets.marking.casefile import casefile
from inspectkit.widgets.marking.itemfile import kinds_of
from inspectkit.widgets.replies import Plain, Replies

LINE = re.compile(r"line (\d+)")
KEYS = ("text", "type", "scale", "page", "themes", "tags", "weight", "casework_types", "section")
MORE_KEYS = ("item", "subject", "applies_when", "suggest", "evidence", "context", "retired")
LISTS = ("must", "choices", "causes")


class Bench(Replies):
    """One lead at one draft: takes a request of the page, gives the reply.

    Every reply to a request that changes something is the draft as it stands then. A change names
    the stamp of the draft it was made on: if the files have another one by now, somebody else has
    written, and the change is refused instead of covering theirs.
    """

    place = "editor"
    remedy = "Try again; if it stays, show this line to whoever looks after inspectkit"

    def __init__(self, draft: Draft, by: str = "") -> None:
        self.draft, self.by = draft, by
        self.kinds = {
            "open": lambda request: self.state(),
            "change": self.change,
            "guide": self.change,
            "replace": self.change,
            "rows": self.change,
            "add": self.change,
            "move": self.change,
            "undo": self.change,
            "preview": self.preview,
            "difference": self.difference,
            "publish": self.publish,
        }

    # -- the draft ---------------------------------------------------------------------------------

    def state(self) -> Plain:
        """The draft as the page shows it, with everything found against it."""
        tree, found = self.draft.tree(), self.findings()
        lines = self.draft.yaml()
        rows = [self._row(question, lines) for question in tree["questions"]]
        for row in rows:
            row["findings"] = sum(each["question"] == row["id"] for each in found)
        return {
            "set": {
                "id": str(tree.get("id", "")),
                "label": str(tree.get("label", "")),
                "revision": tree.get("revision"),
                "folder": self.draft.folder.resolve().name,
                "by": self.by,
            },
            "stamp": self.draft.stamp,
            "questions": rows,
            "choices": {
                key: [[str(each["id"]), str(each.get("label", each["id"]))] for each in group]
                for key in ("scales", "themes", "tags", "casework_types", "sections", "facts")
                if isinstance(group := tree.get(key) or [], list)
            },
            "lists": {key: _plain(tree.get(key) or []) for key in ("scales", "themes", "tags")},
            "answers": {
                str(scale["id"]): [[str(a["id"]), str(a["label"])] for a in scale["answers"]]
                for scale in tree.get("scales") or []
            },
            "findings": found,
            "undo": len(self.draft.past),
        }

    def _row(self, question: Mapping[str, Any], lines: Mapping[str, str]) -> Plain:
        id = str(question["id"])
        shown = {
            key: _plain(question[key]) for key in (*KEYS, *MORE_KEYS, *LISTS) if key in question
        }
        name = question.get("guidance")
        path = self.draft.folder / str(name) if name else None
        text = path.read_text("utf-8") if path and path.is_file() else ""
        return {"id": id, **shown, "guidance": text, "yaml": lines[id]}

    def findings(self) -> list[Plain]:
        """What the lint says, without notes; each with the question it is about, or ""."""
        blocks = self.draft.blocks()
        return [
            self._finding(each, blocks) for each in lint_file(self.draft.path) if each.level != NOTE
        ]

    def _finding(self, found: Told, blocks: Mapping[str, tuple[int, int]]) -> Plain:
        line = LINE.search(found.where)
        at = int(line[1]) - 1 if line else -1
        named = found.where.removeprefix("question ")
        held = [id for id, (start, end) in blocks.items() if start <= at < end or id == named]
        shown = {"where": found.where, "what": found.what, "remedy": found.remedy}
        return shown | {"level": found.level, "question": held[0] if held else ""}

    def change(self, request: Plain) -> Plain:
        """Make one change, then show what the draft has become."""
        if request.get("stamp") != self.draft.stamp:
            what = "the files were changed by somebody else since you opened them"
            remedy = "Press Reload, then make your change again"
            raise InspectionError(self.draft.path.name, what, remedy)
        draft, id = self.draft, str(request.get("question", ""))
        match request["kind"]:
            case "change":
                draft.change(id, str(request["key"]), request["value"])
            case "guide":
                draft.guide(id, str(request["value"]))
            case "rows":
                draft.rows(request["at"], request["rows"])
            case "replace":
                draft.replace(id, str(request["value"]))
            case "add":
                draft.add(id, str(request["value"]))
            case "move":
                draft.move(id, int(request["by"]))
            case "undo":
                draft.undo()
        return self.state()

    # -- looking, publishing -----------------------------------------------------------------------

    def preview(self, request: Plain) -> Plain:
        """A case of that casework type and those facts, as the marking form is given one."""
        qs = QuestionSet.load(self.draft.path)
        facts = {str(name): str(value) for name, value in request["facts"].items()}
        stratum = str(request["casework_type"] or next(iter(qs.casework_types)))
        case = CaseState("What if", stratum, facts, STARTED, {}, {}, ())
        kinds = enumerate(kinds_of(qs), 1)  # one item of each kind, to look at
        items = {f"{n}": replace(case, item=f"{n}", kind=each.id) for n, each in kinds}
        case = replace(case, items=items)
        row = {"id": case.subject, "stratum": stratum} | {
            fact.id: facts.get(fact.id, "") for fact in qs.facts
        }
        values = [[fact.id, fact.label, _options(fact.values)] for fact in qs.facts if fact.values]
        types = [[id, label] for id, label in qs.casework_types.items()]
        return {"file": casefile(qs, case, row), "casework_types": types, "facts": values}

    def difference(self, request: Plain) -> Plain:
        """What changed since the published version; the kind of change, or why there is none."""
        proposed = publishing.propose(self.draft.folder)
        found = proposed.difference
        rows = found.table().to_dict("records") if found else []
        return {
            "ref": proposed.qs.ref,
            "kind": proposed.kind,
            "before": proposed.before.ref if proposed.before else "",
            "changes": [{str(key): str(value) for key, value in row.items()} for row in rows],
            "doubts": [str(each) for each in proposed.doubts],
        }

    def publish(self, request: Plain) -> Plain:
        """Freeze the draft as its next version."""
        if request.get("stamp") != self.draft.stamp:
            what = "the files were changed by somebody else since you looked at them"
            raise InspectionError(self.draft.path.name, what, "Press Reload and look again")
        ref = publishing.propose(self.draft.folder).qs.ref
        path = publishing.publish(
            self.draft.folder,
            by=str(request["by"]),
            reason=str(request["reason"]),
            second=str(request.get("second") or "") or None,
            despite=str(request.get("despite") or "") or None,
            on=date.today(),
        )
        self.draft.past.clear()
        name = path.relative_to(self.draft.folder).as_posix()
        return {"ref": ref, "path": name, "state": self.state()}


def _options(values: Any) -> list[list[str]]:
    return [[each.id, each.label] for each in values]


def _plain(value: Any) -> Any:
    """A value of the file without the parser's own types."""
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value if isinstance(value, bool | int | float) or value is None else str(value)
