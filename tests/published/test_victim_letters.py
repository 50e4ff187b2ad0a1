"""Letters to victims, 2018 and 2020: what the two published changes are worth.

Published by HM Crown Prosecution Service Inspectorate in November 2018 (200 letters of the victim
communication and liaison scheme) and October 2020 (490 letters over the 14 Areas). Percentages are
as published; the counts are the whole numbers that give them.
"""

from __future__ import annotations

import pytest

from inspectkit.assessment.comparison import Side, difference
from inspectkit.assessment.comparison.difference import holm

# figure: (met, of) in 2018, in 2020, and the two published percentages
LETTERS = {
    "of the standard expected": ((48, 200), (118, 490), "24.0%", "24.1%"),
    "sent in time": ((144, 200), (319, 490), "72.0%", "65.1%"),
}


@pytest.mark.parametrize("figure", list(LETTERS))
def test_the_counts_give_the_published_percentages(figure: str) -> None:
    then, now, first, second = LETTERS[figure]
    assert [f"{100 * met / of:.1f}%" for met, of in (then, now)] == [first, second]


@pytest.mark.parametrize(
    ("figure", "p"), [("of the standard expected", 0.98), ("sent in time", 0.08)]
)
def test_neither_published_change_is_reliable(figure: str, p: float) -> None:
    then, now, *_ = LETTERS[figure]
    found = difference(Side.counted(*then), Side.counted(*now))
    assert found.p is not None and round(found.p, 2) == p
    assert found.low < 0 < found.high


def test_adjusted_for_looking_twice_the_deterioration_is_weaker_still() -> None:
    sides = [(Side.counted(*then), Side.counted(*now)) for then, now, *_ in LETTERS.values()]
    strict = holm([difference(*each).p or 0.0 for each in sides])
    assert round(strict[1], 2) == 0.16
