"""What an expression's tree says about one case, in three values (Kleene's strong logic).

Truths are True, False or None (not known yet). A value is its canonical text, or absent: UNKNOWN
until something is answered, NOTHING where it never will be (a closed question, a division by zero).
Source of the three values: S. C. Kleene, Introduction to Metamathematics (1952), section 64.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from fractions import Fraction
from typing import Any

from inspectkit.questions.calendars import DEFAULT, calendar
from inspectkit.questions.expressions.reading import COMPARISONS, Tree
from inspectkit.questions.values import LARGEST, day, number, numeral

Truth = bool | None


class Absent(Enum):
    """Why a value is not there."""

    UNKNOWN = "not known yet"
    NOTHING = "there is none"


UNKNOWN, NOTHING = Absent.UNKNOWN, Absent.NOTHING
Value = str | Absent
Exact = str | Fraction | Absent  # a number that was worked out is not rounded before it is used


@dataclass(frozen=True)
class Scope:
    """What is known about one case: values by name; the names closed; the names answered N/A.

    calendar: whose bank holidays are no working days.
    """

    values: Mapping[str, str]
    closed: frozenset[str] = frozenset()
    na: frozenset[str] = frozenset()
    calendar: str = DEFAULT


def judge(tree: Tree, scope: Scope) -> Truth:
    """Does the condition hold? None while that is not known yet."""
    head = tree[0]
    if head == "not":
        inner = judge(tree[1], scope)
        return None if inner is None else not inner
    if head in ("and", "or"):
        decisive = head == "or"
        sides = [judge(side, scope) for side in tree[1:]]
        return decisive if decisive in sides else None if None in sides else not decisive
    if head in COMPARISONS:
        return _compared(head, evaluate(tree[1], scope), evaluate(tree[2], scope))
    return _called(tree, scope)


def evaluate(tree: Tree, scope: Scope) -> Exact:
    """The value of a node: a text, an exact number, or absent."""
    head = tree[0]
    if head == "name":
        if tree[1] in scope.closed:
            return NOTHING
        return scope.values.get(tree[1], UNKNOWN)
    if head in ("text", "date"):
        return str(tree[1])
    if head == "number":
        return Fraction(tree[1])
    if head == "call":
        return _worked_out(tree, scope)
    sides = [_as_number(evaluate(side, scope)) for side in tree[1:]]
    absent = _absent(sides)
    return absent or _arithmetic(head, *[side for side in sides if isinstance(side, Fraction)])


def written(tree: Tree, scope: Scope) -> Value:
    """The value of a formula as it is kept; a number too large to be kept is nothing."""
    value = evaluate(tree, scope)
    if isinstance(value, Fraction):
        return numeral(value) if abs(value) < LARGEST else NOTHING
    return value


def _absent(values: Sequence[Any]) -> Absent | None:
    return NOTHING if NOTHING in values else UNKNOWN if UNKNOWN in values else None


def _as_number(value: Exact) -> Fraction | Absent:
    if isinstance(value, str):
        found = number(value)
        return UNKNOWN if found is None else found
    return value


def _as_day(value: Exact) -> date | Absent:
    if isinstance(value, Absent):
        return value
    return (day(value) if isinstance(value, str) else None) or UNKNOWN


def _arithmetic(head: str, left: Fraction, right: Fraction = Fraction(0)) -> Exact:
    if head == "neg":
        return -left
    if head == "div":
        return left / right if right else NOTHING
    return {"+": left + right, "-": left - right, "*": left * right}[head]


ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def _compared(operator: str, left: Exact, right: Exact) -> Truth:
    absent = _absent([left, right])
    if absent:
        return False if absent is NOTHING else None
    numbers = [_as_number(left), _as_number(right)]
    worked_out = isinstance(left, Fraction) or isinstance(right, Fraction)
    if worked_out or not _absent(numbers):
        return None if _absent(numbers) else ORDERS[operator](*numbers)
    if operator in ("=", "!="):
        return ORDERS[operator](left, right)
    days = [_as_day(left), _as_day(right)]
    return None if _absent(days) else ORDERS[operator](*days)


def _called(tree: Tree, scope: Scope) -> Truth:
    word = tree[1]
    if word == "if":
        return _chosen(tree, scope, judge, None)
    name = tree[2][1]
    if word == "answered":
        return name in scope.values and name not in scope.closed
    value = evaluate(tree[2], scope)
    if isinstance(value, Absent):
        return False if value is NOTHING else None
    return name in scope.na if word == "is-na" else tree[3][1] in str(value).split(" ")


def _worked_out(tree: Tree, scope: Scope) -> Exact:
    word, arguments = tree[1], tree[2:]
    if word == "if":
        return _chosen(tree, scope, evaluate, UNKNOWN)
    if word == "count-answered":
        named = {each[1] for each in arguments}
        return Fraction(len(named & set(scope.values) - scope.closed))
    days = [_as_day(evaluate(each, scope)) for each in arguments]
    absent = _absent(days)
    start, end = (each if isinstance(each, date) else date.min for each in days)
    if absent:
        return absent
    if word == "days-between":
        return Fraction((end - start).days)
    count = calendar(scope.calendar).working_days(start, end)
    return UNKNOWN if count is None else Fraction(count)


def _chosen(tree: Tree, scope: Scope, look: Callable[[Tree, Scope], Any], unknown: Any) -> Any:
    holds = judge(tree[2], scope)
    if holds is not None:
        return look(tree[3 if holds else 4], scope)
    first, second = look(tree[3], scope), look(tree[4], scope)
    return first if first == second and not isinstance(first, Absent) else unknown
