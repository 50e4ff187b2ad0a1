"""The applies-when language: what it says, what it refuses, and that nothing hangs it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspectkit.errors import InspectionError
from inspectkit.questions.expressions import Scope, parse

KNOWN = Scope(
    {"plea": "guilty", "days": "30", "charge": "na"}, frozenset({"late"}), frozenset({"charge"})
)
VECTORS = [
    ("${plea} = 'guilty'", True),
    ("${plea} != 'guilty'", False),
    ("${nothing} = 'x'", None),
    ("${nothing} != 'x'", None),
    ("${late} = 'x'", False),
    ("${late} != 'x'", False),
    ("${days} > 28", True),
    ("${days} <= 28.5", False),
    ("${nothing} = 'x' and ${plea} = 'guilty'", None),
    ("${nothing} = 'x' and ${plea} = 'other'", False),
    ("${nothing} = 'x' or ${plea} = 'guilty'", True),
    ("${nothing} = 'x' or ${plea} = 'other'", None),
    ("not(${nothing} = 'x')", None),
    ("not(${plea} = 'other')", True),
    ("${plea} = 'other' or ${days} = 30 and ${days} > 1", True),
    ("(${plea} = 'guilty' or ${nothing} = 'x') and ${days} > 99", False),
    ("selected(${plea}, 'guilty')", True),
    ("selected(${nothing}, 'guilty')", None),
    ("answered(${plea})", True),
    ("answered(${nothing})", False),
    ("answered(${late})", False),
    ("is-na(${charge})", True),
    ("is-na(${plea})", False),
    ("is-na(${nothing})", None),
    ("is-na(${late})", False),
]


@pytest.mark.parametrize(("text", "truth"), VECTORS)
def test_a_condition_is_true_false_or_not_known_yet(text: str, truth: bool | None) -> None:
    assert parse(text).applies(KNOWN) is truth


@pytest.mark.parametrize(
    "text",
    [
        "",
        "${plea}",
        "${plea} =",
        "${plea} = 'guilty",
        "plea = 'guilty'",
        "${plea} == 'guilty'",
        "${plea} = 'a' ${plea} = 'b'",
        "(${plea} = 'a'",
        "open('/etc/passwd')",
        "().__class__.__bases__[0].__subclasses__()",
        "__import__('os')",
        "lambda: 1",
        "9**9**9",
        "'a'*10",
        "selected(${plea})",
        "answered('plea')",
        "(" * 1000 + "${a} = 1" + ")" * 1000,
        "not(" * 300 + "${a} = 1" + ")" * 300,
        "${a} = '" + "x" * 3000 + "'",
    ],
)
def test_what_is_outside_the_language_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(InspectionError, match="^applies_when"):
        parse(text)


@given(st.text(alphabet="${}()'=!<>,. abcxy019-_notandrisel", max_size=80))
def test_no_text_makes_the_parser_crash(text: str) -> None:
    try:
        condition = parse(text)
    except InspectionError:
        return
    assert condition.applies(Scope({})) in (True, False, None)


def test_the_tree_for_the_browser_is_plain_lists() -> None:
    assert parse("not(${a} = 'x') and selected(${b}, 'y')").tree() == [
        "and",
        ["not", ["=", ["name", "a"], ["text", "x"]]],
        ["call", "selected", ["name", "b"], ["text", "y"]],
    ]
