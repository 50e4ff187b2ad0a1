"""The applies-when language: a small strict subset of ODK expressions, judged in three values.

    ${charged_by} = 'cps' and not(selected(${plea}, 'guilty'))

A name that has no answer yet makes its comparison *not known yet* (None), never true or false; a
question that is closed answers nothing, so a comparison with it is false.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from inspectkit.errors import InspectionError

MAX_LENGTH, MAX_DEPTH = 2000, 50
TOKEN = re.compile(
    r"\s*(?:(?P<name>\$\{[a-z][a-z0-9_]*\})|(?P<text>'[^']*')|(?P<number>-?\d{1,12}(?:\.\d{1,6})?)"
    r"|(?P<op><=|>=|!=|=|<|>)|(?P<word>[a-z][a-z-]*)|(?P<mark>[(),]))"
)
CALLS = {"not": 1, "selected": 2, "answered": 1, "is-na": 1}
Tree = list[Any]
Truth = bool | None


@dataclass(frozen=True)
class Scope:
    """What is known about one case: values by name; the names closed; the names answered N/A."""

    values: Mapping[str, str]
    closed: frozenset[str] = frozenset()
    na: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Condition:
    """A parsed expression.

    >>> condition = parse("${plea} = 'guilty' or ${charged_by} = 'cps'")
    >>> condition.names
    ('plea', 'charged_by')
    >>> print(condition.applies(Scope({"plea": "not_guilty"})))
    None
    >>> condition.applies(Scope({"charged_by": "cps"}))
    True
    """

    text: str
    _tree: Tree = field(repr=False, hash=False)

    def tree(self) -> Tree:
        """Nested lists for the browser: ["=", ["name", "plea"], ["text", "guilty"]]."""
        return self._tree

    @property
    def names(self) -> tuple[str, ...]:
        """Every name used, in order of appearance."""
        return tuple(dict.fromkeys(node[1] for node in _walk(self._tree) if node[0] == "name"))

    @property
    def comparisons(self) -> tuple[tuple[str, str], ...]:
        """(name, text) wherever a name is compared with or selected as a text."""
        pairs = []
        for node in _walk(self._tree):
            sides = (
                node[2:]
                if node[:2] == ["call", "selected"]
                else node[1:]
                if node[0] in COMPARE
                else []
            )
            kinds = {side[0]: side[1] for side in sides}
            if {"name", "text"} <= set(kinds):
                pairs.append((kinds["name"], kinds["text"]))
        return tuple(pairs)

    def applies(self, scope: Scope) -> Truth:
        """True, False, or None while it is not known yet."""
        return _judge(self._tree, scope)


def parse(text: str) -> Condition:
    """The condition that a text states.

    Errors: anything outside the grammar, with the character position.
    """
    if len(text) > MAX_LENGTH:
        raise InspectionError(
            "applies_when", f"longer than {MAX_LENGTH} characters", "Split the question"
        )
    reader = _Reader(text)
    tree = reader.either()
    if reader.token:
        raise reader.refusal(f"{reader.token[1]!r} is not expected here")
    if tree[0] in ("name", "text", "number"):
        raise reader.refusal("this compares nothing")
    return Condition(text, tree)


class _Reader:
    """Recursive descent over the tokens of one expression."""

    def __init__(self, text: str) -> None:
        self.text, self.position, self.end, self.depth = text, 0, 0, 0
        self.token: tuple[str, str] | None = None
        self.advance()

    def refusal(self, what: str) -> InspectionError:
        remedy = "Write for example ${plea} = 'guilty' and not(answered(${q1}))"
        return InspectionError(f"applies_when, character {self.position + 1}", what, remedy)

    def advance(self) -> tuple[str, str] | None:
        last, self.position = self.token, self.end
        if not self.text[self.end :].strip():
            self.token = None
            return last
        match = TOKEN.match(self.text, self.end)
        if match is None:
            raise self.refusal(f"{self.text[self.end :].strip()[:20]!r} cannot be read")
        self.end = match.end()
        self.token = (str(match.lastgroup), match.group(str(match.lastgroup)))
        return last

    def take(self, kind: str, *values: str) -> str | None:
        if self.token and self.token[0] == kind and (not values or self.token[1] in values):
            return (self.advance() or ("", ""))[1]
        return None

    def need(self, mark: str) -> None:
        if not self.take("mark", mark):
            raise self.refusal(f"{mark!r} is missing")

    def either(self) -> Tree:
        return self._chain("or", lambda: self._chain("and", self.comparison))

    def _chain(self, word: str, part: Callable[[], Tree]) -> Tree:
        left = part()
        while self.take("word", word):
            left = [word, left, part()]
        return left

    def comparison(self) -> Tree:
        left = self.term()
        operator = self.take("op")
        return [operator, left, self.term()] if operator else left

    def term(self) -> Tree:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.refusal(f"nested more than {MAX_DEPTH} deep")
        tree = self._term()
        self.depth -= 1
        return tree

    def _term(self) -> Tree:
        if name := self.take("name"):
            return ["name", name[2:-1]]
        if text := self.take("text"):
            return ["text", text[1:-1]]
        if number := self.take("number"):
            return ["number", number]
        if word := self.take("word", *CALLS):
            return self._call(word)
        if self.take("mark", "("):
            tree = self.either()
            self.need(")")
            return tree
        raise self.refusal(
            f"{self.token[1]!r} is not expected here"
            if self.token
            else "the expression ends too soon"
        )

    def _call(self, word: str) -> Tree:
        self.need("(")
        arguments = [self.either()]
        while self.take("mark", ","):
            arguments.append(self.term())
        self.need(")")
        if len(arguments) != CALLS[word]:
            raise self.refusal(f"{word}() takes {CALLS[word]} argument(s), not {len(arguments)}")
        if word == "not":
            return ["not", arguments[0]]
        if arguments[0][0] != "name":
            raise self.refusal(f"{word}() asks about a question: ${{...}}")
        return ["call", word, *arguments]


COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def _judge(tree: Tree, scope: Scope) -> Truth:
    head = tree[0]
    if head == "not":
        inner = _judge(tree[1], scope)
        return None if inner is None else not inner
    if head in ("and", "or"):
        decisive = head == "or"
        sides = [_judge(tree[1], scope), _judge(tree[2], scope)]
        return decisive if decisive in sides else None if None in sides else not decisive
    if head == "call":
        return _called(tree, scope)
    return _compared(head, tree[1], tree[2], scope)


def _called(tree: Tree, scope: Scope) -> Truth:
    name = tree[2][1]
    if tree[1] == "selected":
        return _compared("=", tree[2], tree[3], scope)
    if tree[1] == "is-na":
        return False if name in scope.closed else name in scope.na if name in scope.values else None
    return name in scope.values and name not in scope.closed


def _compared(operator: str, left: Tree, right: Tree, scope: Scope) -> Truth:
    sides = []
    for kind, content in (left, right):
        if kind == "name" and content in scope.closed:
            return False
        if kind == "name" and content not in scope.values:
            return None
        sides.append(scope.values[content] if kind == "name" else content)
    if "number" in (left[0], right[0]):
        return COMPARE[operator](Fraction(sides[0]), Fraction(sides[1]))
    return COMPARE[operator](sides[0], sides[1])


def _walk(tree: Tree) -> list[Tree]:
    found = [tree]
    for part in tree[1:]:
        if isinstance(part, list):
            found += _walk(part)
    return found
