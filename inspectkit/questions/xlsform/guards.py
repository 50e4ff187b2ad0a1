"""Conditions as XPath that keeps to three values: unanswered is neither true nor false.

In ODK an unanswered question is the empty text, so that ${q} != 'na' holds before q is answered.
Each condition is therefore written twice: when it certainly holds, and when it certainly does not.
A question that certainly does not apply is known by a hidden field of its own, `<id>-closed`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from inspectkit.errors import InspectionError

ALWAYS, NEVER = "true()", "false()"
CLOSED = "-closed"
NEGATED = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
Tree = list[Any]


@dataclass
class Guards:
    """Writes conditions.

    closable: questions that can cease to apply. na: question → its N/A answers. dates: the names
    that hold dates. myself: written as `.`. closed: the hidden fields that were asked for.
    """

    closable: Collection[str]
    na: dict[str, list[str]]
    dates: Collection[str]
    myself: str = ""
    closed: set[str] = field(default_factory=set)

    def holds(self, tree: Tree) -> str:
        """When the condition certainly holds."""
        return self._write(tree, True)

    def fails(self, tree: Tree) -> str:
        """When it certainly does not."""
        return self._write(tree, False)

    def _write(self, tree: Tree, wanted: bool) -> str:
        head = tree[0]
        if head == "not":
            return self._write(tree[1], not wanted)
        if head in ("and", "or"):
            join = conjunction if (head == "and") == wanted else disjunction
            return join(self._write(tree[1], wanted), self._write(tree[2], wanted))
        if head == "call":
            return self._call(tree, wanted)
        if head in NEGATED:
            return self._compared(head, tree[1], tree[2], wanted)
        raise untold(str(head))

    def _call(self, tree: Tree, wanted: bool) -> str:
        function, name = tree[1], tree[2][1] if len(tree) > 2 and tree[2][0] == "name" else ""
        if function == "answered" and name:
            return self.known(name) if wanted else f"{self._ref(name)} = ''"
        if function == "selected" and name:
            chosen = f"selected({self._ref(name)}, {self._value(tree[3], False)})"
            return self._guarded([name], chosen if wanted else f"not({chosen})", wanted)
        if function == "is-na" and name:
            parts = [f"{self._ref(name)} = '{answer}'" for answer in self.na.get(name, [])]
            is_na = disjunction(*parts) if parts else NEVER
            written = is_na if wanted else NEVER if is_na == ALWAYS else negation(is_na)
            return self._guarded([name], written, wanted)
        raise untold(f"{function}()")

    def _compared(self, operator: str, left: Tree, right: Tree, wanted: bool) -> str:
        is_date = any(side[0] == "name" and side[1] in self.dates for side in (left, right))
        sides = [self._value(side, is_date) for side in (left, right)]
        operator = operator if wanted else NEGATED[operator]
        names = [side[1] for side in (left, right) if side[0] == "name"]
        return self._guarded(names, f"{sides[0]} {operator} {sides[1]}", wanted)

    def _guarded(self, names: list[str], written: str, wanted: bool) -> str:
        """Only where the names are known; what does not hold, also where one of them is closed."""
        known = conjunction(*(self.known(name) for name in names), written)
        if wanted:
            return known
        return disjunction(*(self.gone(name) for name in names), known)

    def _value(self, side: Tree, is_date: bool) -> str:
        kind, content = side[0], side[1]
        if kind == "name":
            written = self._ref(content)
            return f"decimal-date-time({written})" if is_date else written
        if kind == "text":
            quoted = f"'{content}'"
            return f"decimal-date-time(date({quoted}))" if is_date else quoted
        if kind == "number":
            return str(content)
        raise untold(f"{content}()" if kind == "call" else str(kind))

    def known(self, name: str) -> str:
        """Answered, and therefore not closed."""
        return f"{self._ref(name)} != ''"

    def gone(self, name: str) -> str:
        """Certainly not asked."""
        if name not in self.closable:
            return NEVER
        self.closed.add(name)
        return f"${{{name}{CLOSED}}} = '1'"

    def _ref(self, name: str) -> str:
        return "." if name == self.myself else f"${{{name}}}"


def untold(what: str) -> InspectionError:
    """A refusal of what ODK cannot be told."""
    remedy = "Ask for it as a question"
    return InspectionError("XLSForm", f"{what} has no counterpart in ODK", remedy)


def conjunction(*parts: str) -> str:
    """All of them.

    >>> conjunction("a", ALWAYS, "b or c")
    'a and (b or c)'
    """
    return _joined(" and ", parts, neutral=ALWAYS, decisive=NEVER, loose=" or ")


def disjunction(*parts: str) -> str:
    """Any of them."""
    return _joined(" or ", parts, neutral=NEVER, decisive=ALWAYS, loose=" and ")


def negation(written: str) -> str:
    """The opposite of something that is known."""
    return f"not({written})"


def _joined(word: str, parts: tuple[str, ...], *, neutral: str, decisive: str, loose: str) -> str:
    kept = list(dict.fromkeys(part for part in parts if part != neutral))
    if decisive in kept or not kept:
        return decisive if decisive in kept else neutral
    if len(kept) == 1:
        return kept[0]
    return word.join(f"({part})" if loose in part else part for part in kept)
