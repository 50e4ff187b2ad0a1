"""The page and the store judge applies-when alike: the page is quicker, the store's word counts."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from inspectkit.questions import QuestionSet
from inspectkit.questions.calendars import calendar
from inspectkit.questions.expressions import Scope, formula, parse
from inspectkit.review import Answer, CaseState
from inspectkit.review.state import judge
from inspectkit.widgets.marking.casefile import casefile
from inspectkit.widgets.marking.page import script
from tests.browser.lab import browser_page

NAMES = ["a", "b", "c", "d"]
SPELT = [f"${{{name}}}" for name in NAMES]
TEXTS = ["fm", "pm", "na", "12", "-3.5", "2026-01-31", "2025-02-29", "0", "fm pm"]
LOOKUP = """({ known, closed, na }) => (name) =>
    closed.includes(name) ? { state: "closed" }
    : name in known ? { state: "known", value: known[name], excluded: na.includes(name) }
    : { state: "waiting" }"""
EVALUATE = f"""(cases) => cases.map((each) =>
    parts.evaluate(each.tree, ({LOOKUP})(each), each.calendar))"""
VALUES = f"""(cases) => cases.map((each) =>
    parts.formulaValue(each.tree, ({LOOKUP})(each), each.calendar))
    .map(({{ state, value }}) => state === "known" ? value : state === "closed" ? false : null)"""
VECTORS = json.loads(
    (Path(__file__).parents[1] / "data" / "expression_vectors.json").read_text(encoding="utf-8")
)
OPEN = """(files) => files.map((file) => {
    const answers = new parts.Answers({ link: null, drafts: { of: () => [] }, file });
    return answers.open().map((spec) => spec.id);
})"""


@pytest.fixture(scope="module")
def page(browser_path: str) -> Iterator[Page]:
    with browser_page(browser_path) as page:
        text = script().replace("export default", "const form =")
        page.add_script_tag(
            content=f"(() => {{ {text} window.parts = {{ evaluate, formulaValue, Answers }}; }})();"
        )
        yield page


def in_parts(page: Page, script: str, trials: list[Any]) -> list[Any]:
    """What the page gives for each trial; sent a hundred at a time, as large messages stall."""
    parts = [trials[at : at + 100] for at in range(0, len(trials), 100)]
    return [each for part in parts for each in page.evaluate(script, part)]


def expression(dice: random.Random, depth: int = 3) -> str:
    name = f"${{{dice.choice(NAMES)}}}"
    if depth == 0 or dice.random() < 0.3:
        number = dice.choice(["12", "0", "-3.5", "28"])
        return dice.choice(
            [
                f"{name} {dice.choice(['=', '!=', '<', '<=', '>', '>='])} '{dice.choice(TEXTS)}'",
                f"{number} {dice.choice(['<', '>=', '='])} {dice.choice(['12', '7'])}",
                f"selected({name}, '{dice.choice(TEXTS)}')",
                f"answered({name})",
                f"is-na({name})",
                f"{name} {dice.choice(['=', '<', '!='])} ${{{dice.choice(NAMES)}}}",
                f"{name} {dice.choice(['+', '-', '*', 'div'])} {number} > {dice.choice(SPELT)}",
                f"days-between({name}, {dice.choice(SPELT)}) >= {number}",
                f"if({name} > {number}, {dice.choice(SPELT)}, {number}) = {dice.choice(SPELT)}",
                f"count-answered({name}, {dice.choice(SPELT)}) = 1",
            ]
        )
    inner = [expression(dice, depth - 1) for _ in range(2)]
    return dice.choice(
        [f"({inner[0]}) and ({inner[1]})", f"({inner[0]}) or ({inner[1]})", f"not({inner[0]})"]
    )


@pytest.mark.parametrize(
    ("kind", "reading", "script"),
    [("conditions", parse, EVALUATE), ("formulas", formula, VALUES)],
)
def test_the_browser_gives_the_shared_vectors_the_same_truths_and_values(
    page: Page, kind: str, reading: Any, script: str
) -> None:
    case = VECTORS["case"] | {"calendar": calendar().plain()}
    trials = [case | {"tree": reading(text).tree()} for text, _ in VECTORS[kind]]
    found = page.evaluate(script, trials)
    wrong = [
        (text, wanted, got)
        for (text, wanted), got in zip(VECTORS[kind], found, strict=True)
        if wanted is not got and wanted != got
    ]
    assert wrong == []


def test_working_days_are_counted_alike_over_every_published_day(page: Page, full: bool) -> None:
    dice, held = random.Random("working days"), calendar()
    span = (held.last - held.first).days
    pairs = [
        [held.first + timedelta(days=dice.randint(-30, span + 30)) for _ in range(2)]
        for _ in range(2_000 if full else 200)
    ]
    wanted = [held.working_days(start, end) for start, end in pairs]
    tree = ["call", "working-days-between", ["name", "start"], ["name", "end"]]
    plain = {"tree": tree, "closed": [], "na": [], "calendar": held.plain()}
    trials = [plain | {"known": {"start": str(a), "end": str(b)}} for a, b in pairs]
    texts = [None if each is None else str(each) for each in wanted]
    assert None in texts and page.evaluate(VALUES, trials) == texts


def test_random_expressions_are_true_false_or_unknown_alike_in_page_and_python(
    page: Page, full: bool
) -> None:
    dice = random.Random("conditions")
    trials, wanted = [], []
    for _ in range(20_000 if full else 2_000):
        condition = parse(expression(dice))
        known = {name: dice.choice(TEXTS) for name in NAMES if dice.random() < 0.6}
        closed = [name for name in NAMES if dice.random() < 0.2]
        na = [name for name, value in known.items() if value == "na"]
        trials.append({"tree": condition.tree(), "known": known, "closed": closed, "na": na})
        wanted.append(condition.applies(Scope(known, frozenset(closed), frozenset(na))))
    assert {True, False, None} == set(wanted)
    assert in_parts(page, EVALUATE, trials) == wanted


def test_the_same_questions_of_the_area_inspection_are_open_in_page_and_store(
    page: Page, full: bool
) -> None:
    qs = QuestionSet.load("area-inspection@1")
    dice = random.Random("open")
    cases = [random_case(qs, dice) for _ in range(1_000 if full else 100)]
    assert len({case.open for case in cases}) > 10
    assert in_parts(page, OPEN, [casefile(qs, case, {}) for case in cases]) == [
        list(case.open) for case in cases
    ]


def random_case(qs: QuestionSet, dice: random.Random) -> CaseState:
    """Any facts, any answers, some to questions that do not apply."""
    stratum = dice.choice(list(qs.casework_types))
    facts: dict[str, Any] = {
        fact.id: dice.choice([*(each.id for each in fact.values), "mixed", ""]) for fact in qs.facts
    }
    answers = {
        question.id: Answer(dice.choice(list(qs.answers(question))), "", 1, "2026-11-23T10:00:00Z")
        for question in qs.questions
        if dice.random() < 0.8
    }
    states, opened = judge(qs, stratum, facts, answers)
    return CaseState("52/26", stratum, facts, "started", answers, states, opened)
