"""What kind of value each name has, and whether an expression treats it as that kind.

A text is never compared with a number, an answer only with one that can be given, a free text only
with a text that stands in the expression (two of them would be compared by their spelling).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from inspectkit.questions.expressions.parsed import Parsed
from inspectkit.questions.expressions.reading import COMPARISONS, Tree
from inspectkit.questions.expressions.walking import walk
from inspectkit.questions.values import day
from inspectkit.validation import nearest

ORDERED = ("number", "date")
NUMBERS = ("number", "neg", "+", "-", "*", "div")
Fault = tuple[int, str, str]  # character from 1, what is wrong, remedy


@dataclass(frozen=True)
class Kind:
    """number, date, text, choice or multiple; values where they can be listed; may it be N/A?"""

    name: str
    values: tuple[str, ...] = ()
    na: bool = False


UNSURE = Kind("")  # nothing is said about it


def kind_of(tree: Tree, kinds: Mapping[str, Kind]) -> Kind:
    """The kind of value a node has.

    >>> from inspectkit.questions.expressions import formula
    >>> kind_of(formula("if(${n} > 5, 'nm', 'fm')").tree(), {})
    Kind(name='choice', values=('nm', 'fm'), na=False)
    """
    head = tree[0]
    if head == "name":
        return kinds.get(tree[1], UNSURE)
    if head == "text":
        return Kind("choice", (tree[1],))
    if head == "date":
        return Kind("date")
    if head in NUMBERS or (head == "call" and tree[1] != "if"):
        return Kind("number")
    first, second = kind_of(tree[3], kinds), kind_of(tree[4], kinds)
    if first.name != second.name:
        return _mixed(first, second)
    values = tuple(dict.fromkeys(first.values + second.values))
    return Kind(first.name, values if first.values and second.values else ())


def _mixed(first: Kind, second: Kind) -> Kind:
    """A literal day beside a date is a date; anything else is not sure."""
    for one, other in ((first, second), (second, first)):
        if one.name == "date" and other.values and all(day(each) for each in other.values):
            return Kind("date")
    return UNSURE


def faults(parsed: Parsed, kinds: Mapping[str, Kind]) -> Iterator[Fault]:
    """Everything in an expression that does not fit the kinds of its names."""
    for node in walk(parsed.tree()):
        for culprit, what, remedy in _node(node, kinds):
            yield _character(parsed.text, culprit), what, remedy


def _node(node: Tree, kinds: Mapping[str, Kind]) -> Iterator[tuple[Tree, str, str]]:
    head = node[0]
    if head in COMPARISONS:
        yield from _comparison(node, kinds)
    elif head in NUMBERS[1:]:
        for side in node[1:]:
            yield from _wanted("number", side, kinds)
    elif head == "call" and node[1].endswith("days-between"):
        for side in node[2:]:
            yield from _wanted("date", side, kinds)
    elif head == "call" and node[1] == "selected":
        yield from _selected(node, kinds)
    elif head == "call" and node[1] == "is-na":
        kind = kind_of(node[2], kinds)
        if kind.name and not kind.na:
            yield node[2], f"{shown(node[2])} can never be not applicable", "Remove is-na()"


def _wanted(name: str, side: Tree, kinds: Mapping[str, Kind]) -> Iterator[tuple[Tree, str, str]]:
    kind = kind_of(side, kinds)
    if side[0] == "text" and name == "date" and day(side[1]):
        return
    if kind.name and kind.name != name:
        what = f"{shown(side)} is no {name}, it is {_said(side, kind)}"
        remedy = "Write a day as '2026-11-25'" if name == "date" else "Use a question with a number"
        yield side, what, remedy


def _comparison(node: Tree, kinds: Mapping[str, Kind]) -> Iterator[tuple[Tree, str, str]]:
    operator, left, right = node
    first, second = kind_of(left, kinds), kind_of(right, kinds)
    texts = [side for side in (left, right) if side[0] == "text"]
    for one, side in ((first, left), (second, right)):
        if one.name == "multiple":
            yield side, f"{shown(side)} can have several answers", "Ask with selected(${q}, 'a')"
            return
    if texts and len(texts) == 1:
        kind, other = (second, right) if texts[0] is left else (first, left)
        yield from _literal(operator, texts[0], other, kind)
    elif not first.name or not second.name:
        return
    elif first.name != second.name:
        what = f"{_said(left, first)} is compared with {_said(right, second)}"
        yield right, what, "Compare like with like"
    elif operator not in ("=", "!=") and first.name not in ORDERED:
        yield left, f"{operator} has no meaning for a {first.name}", "Use = or !="
    elif first.name == "text":
        remedy = "Ask an inspector whether they agree"
        yield right, "two free texts are compared: their spelling would decide", remedy
    elif first.values and second.values and not set(first.values) & set(second.values):
        yield right, f"{shown(left)} and {shown(right)} have no value in common", "Correct a name"


def _literal(operator: str, text: Tree, other: Tree, kind: Kind) -> Iterator[tuple[Tree, str, str]]:
    if kind.name == "number":
        what = f"{shown(other)} is a number and is compared with a text"
        yield text, what, "Write the number without quotation marks"
    elif kind.name == "date" and day(text[1]) is None:
        yield text, f"{text[1]!r} is no day of the calendar", "Write it as '2026-11-25'"
    elif kind.name in ("choice", "text") and operator not in ("=", "!="):
        yield text, f"{operator} has no meaning for a {kind.name}", "Use = or !="
    elif kind.values and text[1] not in kind.values:
        yield text, *_never(other, text[1], kind.values)


def _selected(node: Tree, kinds: Mapping[str, Kind]) -> Iterator[tuple[Tree, str, str]]:
    name, text = node[2], node[3]
    kind = kind_of(name, kinds)
    if kind.name in ("number", "date", "text"):
        yield name, f"{shown(name)} is a {kind.name} and has no answers to select", "Use ="
    elif kind.values and text[1] not in kind.values:
        yield text, *_never(name, text[1], kind.values)


def _never(name: Tree, text: str, values: tuple[str, ...]) -> tuple[str, str]:
    remedy = f"Use one of {', '.join(values)}.{nearest(text, list(values))}"
    return f"{shown(name)} can never be {text!r}", remedy


def _said(side: Tree, kind: Kind) -> str:
    return "a text" if side[0] == "text" else f"a {kind.name}"


def shown(tree: Tree) -> str:
    """A node as an inspector would point at it."""
    if tree[0] == "name":
        return f"${{{tree[1]}}}"
    if tree[0] in ("text", "date"):
        return f"'{tree[1]}'"
    if tree[0] == "number":
        return str(tree[1])
    return f"{tree[1]}()" if tree[0] == "call" else f"the result of {tree[0]}"


def _character(text: str, culprit: Tree) -> int:
    """Where it stands in the text; its first name where it is more than a word."""
    for node in walk(culprit):
        found = text.find(shown(node))
        if found >= 0:
            return found + 1
    return 1
