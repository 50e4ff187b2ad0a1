"""Reads the text of an expression into a tree of plain lists; refuses what is outside the language.

    ${a} = 'x' and ${n} > 2    ->    ["and", ["=", ["name", "a"], ["text", "x"]],
                                             [">", ["name", "n"], ["number", "2"]]]

A hand-written descent: nothing is ever evaluated by Python, no name leads to an attribute, and no
call but those in the table is read. Length and depth are bounded before anything is judged.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from inspectkit.errors import InspectionError
from inspectkit.questions.values import day

MAX_LENGTH, MAX_DEPTH = 2000, 50
TOKEN = re.compile(
    r"\s*(?:(?P<name>\$\{[a-z][a-z0-9_]{0,59}\})|(?P<text>'[^']*')"
    r"|(?P<number>[0-9]{1,12}(?:\.[0-9]{1,6})?(?![0-9.]))"
    r"|(?P<op><=|>=|!=|=|<|>|\+|-|\*)|(?P<word>[a-z][a-z-]*)|(?P<mark>[(),]))"
)
COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
SUMS, PRODUCTS = ("+", "-"), ("*", "div")
MANY = 40  # most arguments of a call
# What a call takes: t a truth, v a value, n a name, x a text, * any number of the last one.
CALLS = {
    "not": "t",
    "selected": "nx",
    "answered": "n",
    "is-na": "n",
    "count-answered": "n*",
    "days-between": "vv",
    "working-days-between": "vv",
    "if": "tbb",
    "date": "x",
}
TRUTHS = {"not", "selected", "answered", "is-na"}
KINDS = {"t": "a condition", "v": "a value", "n": "a question: ${...}", "x": "a text: '...'"}
EXAMPLE = "Write for example ${plea} = 'guilty' and not(answered(${q1}))"
Tree = list[Any]


def read(text: str, where: str) -> Tree:
    """The tree of an expression. Errors: the first thing outside the grammar, with its place."""
    if len(text) > MAX_LENGTH:
        raise InspectionError(where, f"longer than {MAX_LENGTH} characters", "Split the question")
    reader = Reader(text, where)
    tree = reader.either()
    if reader.token:
        raise reader.refusal(f"{reader.token[1]!r} is not expected here")
    return tree


def is_truth(tree: Tree) -> bool:
    """Is it true or false, rather than a text, a number or a day?"""
    if tree[:2] == ["call", "if"]:
        return is_truth(tree[3])
    return tree[0] in ("and", "or", "not", *COMPARISONS) or (
        tree[0] == "call" and tree[1] in TRUTHS
    )


class Reader:
    """Recursive descent over the tokens of one expression."""

    def __init__(self, text: str, where: str) -> None:
        self.text, self.where, self.position, self.end, self.depth = text, where, 0, 0, 0
        self.token: tuple[str, str] | None = None
        self.advance()

    def refusal(self, what: str, remedy: str = EXAMPLE) -> InspectionError:
        return InspectionError(f"{self.where}, character {self.position + 1}", what, remedy)

    def advance(self) -> str:
        last, self.position = self.token, self.end
        match = TOKEN.match(self.text, self.end)
        if match:
            self.position = match.start(str(match.lastgroup))
            self.end = match.end()
            self.token = (str(match.lastgroup), match.group(str(match.lastgroup)))
        elif rest := self.text[self.end :].strip():
            self.position = self.text.index(rest, self.end)
            raise self.refusal(*_unreadable(rest))
        else:
            self.token = None
        return last[1] if last else ""

    def take(self, kind: str, *values: str) -> str | None:
        if self.token and self.token[0] == kind and (not values or self.token[1] in values):
            return self.advance()
        return None

    def need(self, mark: str) -> None:
        if not self.take("mark", mark):
            raise self.refusal(f"{mark!r} is missing")

    def either(self) -> Tree:
        return self._joined("or", lambda: self._joined("and", self.comparison))

    def _joined(self, word: str, part: Callable[[], Tree]) -> Tree:
        sides = [part()]
        while self.take("word", word):
            sides.append(part())
        if len(sides) == 1:
            return sides[0]
        return [word, *(self._expect("t", side) for side in sides)]

    def comparison(self) -> Tree:
        left = self.sum()
        operator = self.take("op", *COMPARISONS)
        if not operator:
            return left
        tree = [operator, self._expect("v", left), self._expect("v", self.sum())]
        if self.token and self.token[1] in COMPARISONS:
            raise self.refusal("two comparisons in a row", "Join them: ${a} > 1 and ${a} < 5")
        return tree

    def sum(self) -> Tree:
        return self._chain(lambda: self.take("op", *SUMS), self.product)

    def product(self) -> Tree:
        return self._chain(lambda: self.take("op", "*") or self.take("word", "div"), self.term)

    def _chain(self, operator: Callable[[], str | None], part: Callable[[], Tree]) -> Tree:
        tree, before = part(), self.depth
        while found := operator():
            self.deeper()
            tree = [found, self._expect("v", tree), self._expect("v", part())]
        self.depth = before
        return tree

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.refusal(f"nested more than {MAX_DEPTH} deep", "Split it")

    def term(self) -> Tree:
        self.deeper()
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
        if self.take("op", "-"):
            number = self.take("number")
            return ["number", f"-{number}"] if number else ["neg", self._expect("v", self.term())]
        if word := self.take("word", *CALLS):
            return self._call(word)
        if self.take("mark", "("):
            tree = self.either()
            self.need(")")
            return tree
        if self.token:
            raise self.refusal(*_unexpected(*self.token))
        raise self.refusal("the expression ends too soon")

    def _call(self, word: str) -> Tree:
        self.need("(")
        arguments = [self.either()]
        while self.take("mark", ","):
            arguments.append(self.either())
        self.need(")")
        takes = CALLS[word]
        if takes.endswith("*"):
            takes = takes[0] * min(len(arguments), MANY)
        if len(arguments) != len(takes):
            raise self.refusal(f"{word}() takes {len(takes)} argument(s), not {len(arguments)}")
        for kind, argument in zip(takes, arguments, strict=True):
            self._expect(kind, argument)
        return self._made(word, arguments)

    def _made(self, word: str, arguments: list[Tree]) -> Tree:
        if word == "not":
            return ["not", arguments[0]]
        if word == "if" and is_truth(arguments[1]) != is_truth(arguments[2]):
            raise self.refusal("the two outcomes of if() are a condition and a value")
        if word == "date":
            if day(arguments[0][1]) is None:
                what = f"{arguments[0][1]!r} is no day of the calendar"
                raise self.refusal(what, "Write year, month and day: date('2026-11-25')")
            return ["date", arguments[0][1]]
        return ["call", word, *arguments]

    def _expect(self, kind: str, tree: Tree) -> Tree:
        fits = {
            "t": is_truth(tree),
            "v": not is_truth(tree),
            "n": tree[0] == "name",
            "x": tree[0] == "text",
            "b": True,
        }
        if not fits[kind]:
            what = "this compares nothing" if kind == "t" else f"{KINDS[kind]} is expected"
            raise self.refusal(f"{what}, before this place")
        return tree


def _unreadable(rest: str) -> tuple[str, str]:
    if rest[0] in '\u2018\u2019\u201c\u201d"':
        return f"{rest[0]!r} is not the quotation mark used here", "Use the straight one: 'guilty'"
    if rest[0] == "'":
        return "a quotation mark is not closed", "Close it: 'guilty'"
    if rest[0] == "$":
        return f"{rest[:20]!r} is no name", "Write a fact or question as ${plea}"
    return f"{rest[:20]!r} cannot be read", EXAMPLE


def _unexpected(kind: str, text: str) -> tuple[str, str]:
    if kind == "word" and text not in ("and", "or", "div"):
        known = ", ".join(f"{name}()" for name in CALLS)
        return f"{text!r} is not known", f"Write names as ${{{text}}}; calls are {known}"
    return f"{text!r} is not expected here", EXAMPLE
