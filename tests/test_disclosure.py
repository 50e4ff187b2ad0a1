"""What a published table leaves out cannot be worked out from what it shows."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspectkit.errors import InspectionError
from inspectkit.report.counts import Row
from inspectkit.report.disclosure import Hidden, hide, in_column

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
