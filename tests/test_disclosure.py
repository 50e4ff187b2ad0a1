"""What a published table leaves out cannot be worked out from what it shows."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspectkit.errors import InspectionError
from inspectkit.report.counts import Row
from inspectkit.report.disclosure import Hidden, hide, hide_in_groups, in_column

CELLS, WON, OF = ("fm", "pm", "nm", "na"), (2, 1, 0, 0), (2, 2, 2, 0)


def row(question: str, *numbers: int, figures: tuple[str, ...] = ("theme",)) -> Row:
    return Row(question, "CC", CELLS, numbers, WON, OF, figures)


def possible(rows: list[Row], hidden: Hidden, question: str, cell: str) -> set[int]:
    """Every value that a cell has in some table that agrees with all that is published.

    Written apart from the module, by trying all tables: of use for small ones only.
    """
    tables = [[numbers for numbers in product(range(each.total + 1), repeat=len(CELLS))
               if sum(numbers) == each.total
               and all(number == true for name, number, true
                       in zip(CELLS, numbers, each.numbers, strict=True)
                       if (each.question, "CC", name) not in hidden.cells)]
              for each in rows]  # fmt: skip
    shown = {figure for each in rows for figure in each.figures if (figure, "CC")
             not in hidden.figures}  # fmt: skip

    def published(numbers: tuple[tuple[int, ...], ...]) -> dict[str, tuple[int, int, int]]:
        found = {}
        for figure in shown:
            inside = [n for n, each in zip(numbers, rows, strict=True) if figure in each.figures]
            found[figure] = tuple(
                sum(a * b for n in inside for a, b in zip(n, by, strict=True))
                for by in (WON, OF, (0, 0, 0, 1))
            )
        return found

    truth = published(tuple(each.numbers for each in rows))
    place, at = [each.question for each in rows].index(question), CELLS.index(cell)
    return {numbers[place][at] for numbers in product(*tables) if published(numbers) == truth}


@settings(max_examples=25)
@given(st.lists(st.tuples(*[st.integers(0, 3)] * 4), min_size=1, max_size=2), st.booleans())
def test_a_small_number_left_out_could_be_anything_over_a_wide_range(numbers, apart):
    figures = [("theme",), ("theme", "tag") if apart else ("theme",)]
    rows = [row(f"q{k}", *each, figures=figures[k]) for k, each in enumerate(numbers)]
    threshold = 3
    hidden = hide(rows, threshold=threshold)
    for each in rows:
        for name, number in zip(CELLS, each.numbers, strict=True):
            if 0 < number < threshold:
                assert (each.question, "CC", name) in hidden.cells
                values = possible(rows, hidden, each.question, name)
                needed = min(1 if name == "na" else threshold - 1, each.total)
                assert max(values) - min(values) >= needed, (each, values)


def beside(rows: list[Row], groups: list[Row], hidden: Hidden, gone: frozenset[str]) -> list:
    """Every pair of tables of two groups that agrees with all that is published, by question.

    Written apart from the module, by trying all tables: of use for small ones only.
    """
    named = [[each for each in groups if each.stratum == name] for name in ("A", "B")]
    cells = rows[0].cells
    by_question = []
    for place, whole in enumerate(rows):
        known = [name for name in cells if name not in hidden.of(whole)]
        sums = [sum(group[place].numbers) for group in named]
        by_question.append([
            pair for pair in product(
                *([numbers for numbers in product(range(total + 1), repeat=len(cells))
                   if sum(numbers) == total] for total in sums)
            )
            if all(pair[0][cells.index(name)] + pair[1][cells.index(name)]
                   == whole.numbers[cells.index(name)] for name in known)
        ])  # fmt: skip

    def published(tables: tuple) -> list:
        found = []
        for figure in {each for row in rows for each in row.figures} - {
            f for f, _ in hidden.figures
        }:
            for by in (rows[0].won, rows[0].of, tuple(int(not each) for each in rows[0].of)):
                sums = [sum(a * b for pair, row in zip(tables, rows, strict=True)
                            if figure in row.figures for a, b in zip(pair[k], by, strict=True))
                        for k in (0, 1)]  # fmt: skip
                found.append(sum(sums) if figure in gone else sums)
        return found

    truth = published(tuple(tuple(group[place].numbers for group in named)
                            for place in range(len(rows))))  # fmt: skip
    return [tables for tables in product(*by_question) if published(tables) == truth]


def narrow(rows: list[Row], groups: list[Row], tables: list, threshold: int) -> list:
    """Small numbers of a group, or of both together, that these tables leave in too few ways."""
    found = []
    for at, whole in enumerate(rows):
        pair = [each for each in groups if each.question == whole.question]
        for cell, name in enumerate(whole.cells):
            numbers = [(row.numbers[cell], [t[at][k][cell] for t in tables], row.total)
                       for k, row in enumerate(pair)]  # fmt: skip
            numbers.append((whole.numbers[cell], [sum(n[cell] for n in t[at]) for t in tables],
                            whole.total))  # fmt: skip
            found += [
                (whole.question, name, values)
                for number, values, total in numbers
                if 0 < number < threshold
                and max(values) - min(values) < min(1 if name == "na" else threshold - 1, total)
            ]
    return found


def in_groups(numbers: list, figures: list[tuple[str, ...]]) -> tuple[list[Row], list[Row]]:
    """Rows of all cases, and of groups A and B, from the numbers of both by question."""
    names, won, of = ("fm", "nm", "na"), (2, 0, 0), (2, 2, 0)
    rows, groups = [], []
    for place, pair in enumerate(numbers):
        both = tuple(map(sum, zip(*pair, strict=True)))
        head = (f"q{place}", "CC", names)
        rows.append(Row(*head, both, won, of, figures[place]))
        groups += [Row(head[0], name, names, each, won, of, figures[place])
                   for name, each in zip("AB", pair, strict=True)]  # fmt: skip
    return rows, groups


@settings(max_examples=15)
@given(st.lists(st.tuples(*[st.tuples(*[st.integers(0, 3)] * 3)] * 2), min_size=1, max_size=2))
def test_groups_beside_all_cases_leave_small_numbers_as_wide_as_without_figures(numbers):
    # where no figure is left, no group is shown, not even its size
    rows, groups = in_groups(numbers, [("theme",), ("theme", "tag")])
    hidden = hide(rows, threshold=3)
    gone = hide_in_groups(rows, groups, hidden, threshold=3)
    told = narrow(rows, groups, beside(rows, groups, hidden, gone), 3)
    published = {each for row in rows for each in row.figures}
    if gone != published - {figure for figure, _ in hidden.figures}:
        assert told == []


def test_figures_of_groups_would_give_small_numbers_away():
    # the trial that the test above stands on: one question is its theme, so a group's points tell
    rows, groups = in_groups([((6, 1, 0), (6, 5, 0))], [("theme",)])
    hidden = hide(rows)
    assert hidden == Hidden()
    assert hide_in_groups(rows, groups, hidden) == {"theme"}
    tables = beside(rows, groups, hidden, frozenset())
    assert ("q0", "nm", [1]) in narrow(rows, groups, tables, 5)


def test_leaving_out_small_numbers_alone_would_give_them_away():
    # the trial that the test above stands on: here the sums of the theme tell what is hidden
    rows = [row("q", 3, 2, 0, 0)]
    bare = Hidden(frozenset({("q", "CC", "pm"), ("q", "CC", "nm")}))
    assert possible(rows, bare, "q", "pm") == {2}


def test_the_proof_names_every_small_number_and_how_far_apart_its_values_are():
    rows = [row("a", 20, 8, 2, 1), row("b", 18, 9, 3, 1), row("c", 25, 6, 0, 0)]
    hidden = hide(rows)
    small = {
        (each.question, "CC", name)
        for each in rows
        for name, number in zip(CELLS, each.numbers, strict=True)
        if 0 < number < 5
    }
    assert {cell for cell, _, _ in hidden.ranges} == small
    apart = {cell[2]: high - low for cell, low, high in hidden.ranges}
    assert apart["nm"] >= 4 and apart["na"] >= 1
    assert hidden.figures == frozenset()


def test_a_row_without_a_small_number_is_shown_whole():
    rows = [row("a", 20, 8, 5, 0), row("b", 18, 9, 3, 2), row("c", 16, 9, 4, 4)]
    assert hide(rows).of(rows[0]) == frozenset()


def test_one_question_alone_in_its_theme_takes_the_theme_along():
    rows = [Row("q", "CC", ("fm", "nm", "na"), (30, 2, 8), (2, 0, 0), (2, 2, 0), ("theme",))]
    assert hide(rows).figures == {("theme", "CC")}


@pytest.mark.parametrize(
    ("numbers", "gone"),
    [
        ([120, 3, 14, 0], {1, 2}),  # one small number: the next smallest goes with it
        ([120, 3, 2, 0], {1, 2}),  # two that add up to the threshold hide each other
        ([120, 1, 2, 30], {1, 2, 3}),  # two that add up to less do not
        ([120, 14, 0], set()),
        ([3], {0}),
    ],
)
def test_in_a_column_with_its_total_what_is_left_out_adds_up_to_the_threshold(numbers, gone):
    assert in_column(numbers) == gone


def test_a_threshold_that_hides_nothing_is_refused():
    with pytest.raises(InspectionError, match="1 hides nothing"):
        hide([], threshold=1)
