"""What a decided challenge did to the figures: before it and after it, as they are now.

Nothing is shown before the decision, so that nobody decides by what it would do to a rating.
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from inspectkit.findings.accuracy.challenges import Challenged
from inspectkit.findings.accuracy.drafts import said_of
from inspectkit.findings.figures import Figure, Figures
from inspectkit.review.reviews import Reviews
from inspectkit.review.store import Store

COLUMNS = ["figure", "title", "then", "now", "rating_then", "rating_now"]


def effect(
    store: Store, number: int, now: Figures, rescored: Callable[[Reviews], Figures]
) -> pd.DataFrame:
    """figure, title, then, now, rating_then, rating_now: every figure of which a draft says other.

    rescored: the figures that other reviews would give. Errors: no such challenge, not decided.
    """
    told = Challenged.of(store).decision(number)
    if not told.keys:
        return pd.DataFrame(columns=COLUMNS)
    without = rescored(store.reviews_without(told.keys))
    moved = now.difference(without)
    rows = [_row(*both) for both in moved if len({_words(each) for each in both}) > 1]
    return pd.DataFrame(rows, columns=COLUMNS)


def _words(each: Figure | None) -> tuple[str, ...]:
    return tuple(said_of(each)) if each else ()


def _row(then: Figure | None, now: Figure | None) -> tuple[str, str, str, str, str, str]:
    known = now or then
    assert known is not None
    said = [each.spoken if each else "none" for each in (then, now)]
    rated = [(each.rating if each else "") or "not rated" for each in (then, now)]
    return known.name, known.title, said[0], said[1], rated[0], rated[1]
