"""An expression that was read: a condition, which holds or not, or a formula, which has a value."""

from __future__ import annotations

from dataclasses import dataclass, field

from inspectkit.errors import InspectionError
from inspectkit.questions.expressions.judging import Scope, Truth, Value, judge, written
from inspectkit.questions.expressions.reading import Tree, is_truth, read
from inspectkit.questions.expressions.walking import comparisons, names


@dataclass(frozen=True)
class Parsed:
    """What conditions and formulas share."""

    text: str
    _tree: Tree = field(repr=False, hash=False)

    def tree(self) -> Tree:
        """Nested lists for the browser: ["=", ["name", "plea"], ["text", "guilty"]]."""
        return self._tree

    @property
    def names(self) -> tuple[str, ...]:
        """Every name used, in order of appearance."""
        return names(self._tree)

    @property
    def comparisons(self) -> tuple[tuple[str, str], ...]:
        """(name, text) wherever a name is compared with or selected as a text."""
        return comparisons(self._tree)


@dataclass(frozen=True)
class Condition(Parsed):
    """An expression that is true, false or not known yet.

    >>> condition = parse("${plea} = 'guilty' or ${charged_by} = 'cps'")
    >>> condition.names
    ('plea', 'charged_by')
    >>> print(condition.applies(Scope({"plea": "not_guilty"})))
    None
    >>> condition.applies(Scope({"charged_by": "cps"}))
    True
    """

    def applies(self, scope: Scope) -> Truth:
        """True, False, or None while it is not known yet."""
        return judge(self._tree, scope)


@dataclass(frozen=True)
class Formula(Parsed):
    """An expression that has a value.

    >>> days = formula("days-between(${decided}, ${sent})")
    >>> days.value(Scope({"decided": "2024-02-28", "sent": "2024-03-01"}))
    '2'
    >>> days.value(Scope({"decided": "2024-02-28"}))
    <Absent.UNKNOWN: 'not known yet'>
    """

    def value(self, scope: Scope) -> Value:
        """The canonical text, or why there is none: not known yet, or never."""
        return written(self._tree, scope)


def parse(text: str, where: str = "applies_when") -> Condition:
    """The condition that a text states.

    Errors: anything outside the grammar, with the character position.
    """
    tree = read(text, where)
    if not is_truth(tree):
        remedy = "Compare it with something: ${plea} = 'guilty'"
        raise InspectionError(f"{where}, character 1", "this compares nothing", remedy)
    return Condition(text, tree)


def formula(text: str, where: str = "calculate") -> Formula:
    """The formula that a text states.

    Errors: anything outside the grammar, with the character position.
    """
    tree = read(text, where)
    if is_truth(tree):
        remedy = "Name the two values: if(${a} = 1, 'yes', 'no')"
        raise InspectionError(f"{where}, character 1", "this is a condition, not a value", remedy)
    return Formula(text, tree)
