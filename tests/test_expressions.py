"""The applies-when language: what it says, what it refuses, and that nothing hangs it."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspectkit.errors import InspectionError
from inspectkit.questions.expressions import Absent, Condition, Scope, formula, parse
from inspectkit.questions.expressions.kinds import Kind, faults

VECTORS = json.loads(
    (Path(__file__).parent / "data" / "expression_vectors.json").read_text(encoding="utf-8")
)
CASE = Scope(
    VECTORS["case"]["known"],
    frozenset(VECTORS["case"]["closed"]),
    frozenset(VECTORS["case"]["na"]),
)
ABSENT = {Absent.UNKNOWN: None, Absent.NOTHING: False}


def test_the_vectors_that_python_and_browser_share_are_many_and_different() -> None:
    texts = [text for text, _ in VECTORS["conditions"] + VECTORS["formulas"]]
    assert len(set(texts)) == len(texts) >= 200
    assert {truth for _, truth in VECTORS["conditions"]} == {True, False, None}


@pytest.mark.parametrize(("text", "truth"), VECTORS["conditions"])
def test_a_condition_is_true_false_or_not_known_yet(text: str, truth: bool | None) -> None:
    assert parse(text).applies(CASE) is truth


@pytest.mark.parametrize(("text", "value"), VECTORS["formulas"])
def test_a_formula_has_a_text_or_is_absent(text: str, value: str | bool | None) -> None:
    found = formula(text).value(CASE)
    assert (ABSENT[found] if isinstance(found, Absent) else found) == value


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
        "1 = " + "1+" * 900 + "1",
        "1 = " + "-" * 300 + "1",
        "1 = " + "1 div " * 300 + "1",
        "open('/etc/passwd').read() = 'x'",
        "[x for x in (1, 2)]",
        "f'{open}' = 'x'",
        "'%9999999999d' % 1 = 'x'",
        "'a'*10**10 = 'x'",
        "matches(${plea}, '([')",
        "regex(${plea}, '(?=a)')",
        "${plea.__class__} = 'x'",
        "${plea}.upper() = 'X'",
        "${a} = 1 and ${b}",
        "not(${a})",
        "${a} = (${b} = 1)",
        "${a} < 3 < 5",
        "(${a} = 1) + 1 = 2",
        "count-answered('a') = 1",
        "count-answered(" + "${a}," * 50 + "${a}) > 1",
        "if(${a} = 1, 'x', ${b} = 2) = 'x'",
        "date('2023-02-29') > ${a}",
        "date(${a}) > ${b}",
        "${a} = 1234567890123",
        "${a} = 0.0000001",
        "${a} = 1e3",
        "${a} = '\u2019'".replace("'", "\u2019"),
        "${Plea} = 'x'",
        "$plea = 'x'",
        "${plea} = 'a' && ${b} = 'c'",
        "today() > ${a}",
    ],
)
def test_what_is_outside_the_language_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(InspectionError, match="^applies_when"):
        parse(text)


PIECES = [
    *(
        "${a}",
        "${b}",
        "'x'",
        "'2024-02-29'",
        "1",
        "0.5",
        "-",
        "+",
        "*",
        "div",
        "=",
        "!=",
        "<",
        ">=",
    ),
    *("and", "or", "not(", "selected(", "answered(", "is-na(", "count-answered(", "if(", "date("),
    *(
        "days-between(",
        "working-days-between(",
        ")",
        "(",
        ",",
        " ",
        "$",
        "{",
        "\u2019",
        "\n",
        "\x00",
    ),
]
expressions = st.one_of(
    st.text(max_size=200),
    st.text(alphabet="${}()'=!<>,. abcxy019-_notandrisel*+", max_size=300),
    st.lists(st.sampled_from(PIECES), max_size=60).map(" ".join),
    st.lists(st.sampled_from(PIECES), max_size=60).map("".join),
)
SCOPES = [Scope({}), Scope({"a": "3", "b": "2024-01-31"}), Scope({"a": "x"}, frozenset({"b"}))]


@given(expressions)
def test_no_text_makes_the_language_crash_or_run_for_long(text: str) -> None:
    before = time.process_time()
    for reading in (parse, formula):
        try:
            read = reading(text)
        except InspectionError:
            continue
        for scope in SCOPES:
            if isinstance(read, Condition):
                assert read.applies(scope) in (True, False, None)
            else:
                assert isinstance(read.value(scope), str | Absent)
        assert json.loads(json.dumps(read.tree())) == read.tree()
    assert time.process_time() - before < 1


@given(
    expressions, st.dictionaries(st.sampled_from("ab"), st.sampled_from(["3", "x", "2024-01-31"]))
)
def test_what_is_known_stays_known_when_more_is_answered(text: str, known: dict[str, str]) -> None:
    try:
        condition = parse(text)
    except InspectionError:
        return
    if "answered" in text:  # what has an answer now may have one more later
        return
    before = condition.applies(Scope({}))
    assert before is None or condition.applies(Scope(known)) is before


def test_the_tree_for_the_browser_is_plain_lists() -> None:
    assert parse("not(${a} = 'x') and selected(${b}, 'y')").tree() == [
        "and",
        ["not", ["=", ["name", "a"], ["text", "x"]]],
        ["call", "selected", ["name", "b"], ["text", "y"]],
    ]


def test_two_hundred_conditions_in_a_row_are_no_depth() -> None:
    assert parse(" or ".join(["1 = 2"] * 200 + ["3 = 3"])).applies(Scope({})) is True


def test_a_quotation_mark_of_a_word_processor_is_named() -> None:
    with pytest.raises(InspectionError, match=r"character 11: .*not the quotation mark.*'guilty'"):
        parse("${plea} = \u2018guilty\u2019")


KINDS = {
    "plea": Kind("choice", ("guilty", "other")),
    "timely": Kind("choice", ("fm", "nm", "na"), na=True),
    "failings": Kind("multiple", ("late", "cold")),
    "days": Kind("number"),
    "sent": Kind("date"),
    "note": Kind("text"),
    "name": Kind("text"),
}


@pytest.mark.parametrize(
    ("text", "character", "message"),
    [
        ("${plea} = 'guity'", 11, "${plea} can never be 'guity'|Did you mean guilty?"),
        ("selected(${failings}, 'colt')", 23, "can never be 'colt'|Did you mean cold?"),
        ("${plea} = 3", 11, "a choice is compared with a number|"),
        ("3 = ${plea}", 5, "a number is compared with a choice|"),
        ("${days} = '30'", 11, "${days} is a number and is compared with a text|without quotation"),
        ("${note} > 3", 11, "a text is compared with a number|"),
        ("${sent} > 3", 11, "a date is compared with a number|"),
        ("${sent} > '3 March'", 11, "'3 March' is no day of the calendar|2026-11-25"),
        ("${plea} < 'other'", 11, "< has no meaning for a choice|"),
        ("${note} > 'a'", 11, "> has no meaning for a text|"),
        ("${plea} < ${timely}", 1, "< has no meaning for a choice|"),
        ("${plea} = ${timely}", 11, "${plea} and ${timely} have no value in common|"),
        ("${note} = ${name}", 11, "two free texts are compared|"),
        ("${failings} = 'late'", 1, "can have several answers|selected("),
        ("selected(${days}, 'late')", 10, "${days} is a number and has no answers to select|"),
        ("is-na(${plea})", 7, "${plea} can never be not applicable|"),
        ("${plea} + 1 = 2", 1, "${plea} is no number, it is a choice|"),
        ("'x' + 1 = 2", 1, "'x' is no number, it is a text|"),
        ("days-between(${plea}, ${sent}) > 1", 14, "${plea} is no date, it is a choice|2026-11-25"),
        ("days-between(${sent}, ${days}) > 1", 23, "${days} is no date, it is a number|"),
        ("working-days-between('soon', ${sent}) > 1", 22, "'soon' is no date, it is a text|"),
        ("if(${days} > 1, 'fm', 'nm') = 'pm'", 31, "if() can never be 'pm'|Use one of fm, nm"),
    ],
)
def test_what_does_not_fit_its_kind_is_named_with_its_character(
    text: str, character: int, message: str
) -> None:
    what, remedy = message.split("|")
    [(at, said, advice)] = faults(parse(text), KINDS)
    assert (at, what in said, remedy in advice) == (character, True, True), (at, said, advice)


@pytest.mark.parametrize(
    "text",
    [
        "${plea} = 'guilty' and ${days} > 28",
        "selected(${failings}, 'late') or is-na(${timely})",
        "${sent} >= '2024-02-29' and days-between('2024-01-01', ${sent}) <= ${days} * 2",
        "${note} = 'anything' and ${later} = 'x'",
        "if(${days} > 1, ${sent}, '2024-01-01') < ${sent}",
    ],
)
def test_what_fits_its_kind_passes(text: str) -> None:
    assert list(faults(parse(text), KINDS)) == []
