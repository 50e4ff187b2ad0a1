"""Conditions as XPath that keeps to three values: unanswered is neither true nor false.

In ODK an unanswered question is the empty text, so that ${q} != 'na' holds before q is answered.
Each condition is therefore written twice: when it certainly holds, and when it certainly does not.
A question that certainly does not apply is known by a hidden field of its own, `<id>-closed`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
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
            return join(*(self._write(side, wanted) for side in tree[1:]))
        if head == "call":
            return self._call(tree, wanted)
        left, right = tree[1], tree[2]
        is_date = self.values.is_date(left) or self.values.is_date(right)
        sides = [self.values.written(side, is_date) for side in (left, right)]
        operator = head if wanted else NEGATED[head]
        return self._guarded([left, right], f"{sides[0]} {operator} {sides[1]}", wanted)

    def _call(self, tree: Tree, wanted: bool) -> str:
        function, first = tree[1], tree[2]
        if function == "if":
            return self._either(first, *(self._write(side, wanted) for side in tree[3:]))
        name = str(first[1])
        if function == "answered":
            return self.known(name) if wanted else f"{self.ref(name)} = ''"
        if function == "selected":
            written = f"selected({self.ref(name)}, '{tree[3][1]}')"
        else:
            written = disjunction(
                *(f"{self.ref(name)} = '{each}'" for each in self.na.get(name, []))
            )
        return self._guarded([first], written if wanted else negation(written), wanted)

    def _either(self, condition: Tree, first: str, second: str) -> str:
        """What holds of an if() whose outcomes hold as given; both of them settle it alone."""
        return disjunction(
            conjunction(self.holds(condition), first),
            conjunction(self.fails(condition), second),
            conjunction(first, second),
        )

    def _guarded(self, sides: list[Tree], written: str, wanted: bool) -> str:
        """Only where the sides have values; what does not hold, also where one will never have."""
        known = conjunction(*(self.values.known(side) for side in sides), written)
        if wanted:
            return known
        return disjunction(*(self.values.gone(side) for side in sides), known)

    @property
    def values(self) -> Values:
        return Values(self)

    def known(self, name: str) -> str:
        """Answered, and therefore not closed."""
        return f"{self.ref(name)} != ''"

    def gone(self, name: str) -> str:
        """Certainly not asked."""
        if name not in self.closable:
            return NEVER
        self.closed.add(name)
        return f"${{{name}{CLOSED}}} = '1'"

    def ref(self, name: str) -> str:
        """The name as XPath; the question itself as a point."""
        return "." if name == self.myself else f"${{{name}}}"


@dataclass
class Values:
    """Writes what has a value: names, literals, sums, days and the outcomes of if()."""

    guards: Guards

    def written(self, tree: Tree, is_date: bool = False) -> str:
        """The value. Dates are numbers of days, so that they can be compared and subtracted."""
        head, content = tree[0], tree[1]
        if head == "name":
            ref = self.guards.ref(content)
            return f"decimal-date-time({ref})" if is_date else ref
        if head in ("text", "date"):
            return f"decimal-date-time(date('{content}'))" if is_date else f"'{content}'"
        if head == "number":
            return str(content)
        if head == "neg":
            return f"(0 - {self.written(tree[1])})"
        if head in ("+", "-", "*", "div"):
            return f"({self.written(tree[1])} {head} {self.written(tree[2])})"
        return self._called(tree, is_date)

    def _called(self, tree: Tree, is_date: bool) -> str:
        function, arguments = tree[1], tree[2:]
        if function == "if":
            outcomes = [self.written(each, is_date) for each in arguments[1:]]
            return f"if({self.guards.holds(arguments[0])}, {outcomes[0]}, {outcomes[1]})"
        if function == "days-between":
            start, end = (self.written(each, True) for each in arguments)
            return f"({end} - {start})"
        if function == "count-answered":
            names = dict.fromkeys(str(each[1]) for each in arguments)
            counts = (f"if({self.guards.known(name)}, 1, 0)" for name in names)
            return f"({' + '.join(counts)})"
        raise untold(f"{function}()")

    def known(self, tree: Tree) -> str:
        """When there is a value."""
        head = tree[0]
        if head == "name":
            return self.guards.known(tree[1])
        if head == "call" and tree[1] == "if":
            return self._chosen(tree, self.known)
        divided = [f"{self.written(tree[2])} != 0"] if head == "div" else []
        return conjunction(*map(self.known, self._parts(tree)), *divided)

    def gone(self, tree: Tree) -> str:
        """When there will never be one."""
        head = tree[0]
        if head == "name":
            return self.guards.gone(tree[1])
        if head == "call" and tree[1] == "if":
            return self._chosen(tree, self.gone)
        divided = []
        if head == "div":
            known = map(self.known, self._parts(tree))
            divided = [conjunction(*known, f"{self.written(tree[2])} = 0")]
        return disjunction(*map(self.gone, self._parts(tree)), *divided)

    def _chosen(self, tree: Tree, told: Callable[[Tree], str]) -> str:
        condition, first, second = tree[2:]
        return disjunction(
            conjunction(self.guards.holds(condition), told(first)),
            conjunction(self.guards.fails(condition), told(second)),
        )

    def _parts(self, tree: Tree) -> list[Tree]:
        """The values that a value is worked out from; the answers counted may be missing."""
        if tree[:2] == ["call", "count-answered"]:
            return []
        return [part for part in tree[1:] if isinstance(part, list)]

    def is_date(self, tree: Tree) -> bool:
        """Is it a day?"""
        if tree[:2] == ["call", "if"]:
            return any(self.is_date(each) for each in tree[3:])
        return tree[0] == "date" or (tree[0] == "name" and tree[1] in self.guards.dates)


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
    return {ALWAYS: NEVER, NEVER: ALWAYS}.get(written, f"not({written})")


def _joined(word: str, parts: tuple[str, ...], *, neutral: str, decisive: str, loose: str) -> str:
    kept = list(dict.fromkeys(part for part in parts if part != neutral))
    if decisive in kept or not kept:
        return decisive if decisive in kept else neutral
    if len(kept) == 1:
        return kept[0]
    return word.join(f"({part})" if loose in part else part for part in kept)
