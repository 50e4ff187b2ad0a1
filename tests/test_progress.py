"""The progress board: who has marked what, when it will be finished and how sure that is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from scipy.stats import chi2

from inspectkit.assessment.progress import Progress, progress
from inspectkit.exhibits import from_json, html, to_json
from inspectkit.review import Store
from tests.marking import SEEN, marked_store

BEGIN = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = BEGIN

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    made = marked_store(tmp_path, clock=clock)
    yield made
    made.close()


def cases(store: Store) -> list[str]:
    return list(store.sample().drawn["id"])


def mark(store: Store, case: str, marker: str, answer: str = "fm", *, submit: bool = True) -> None:
    store.answer(case, "first", answer, evidence=SEEN, marker=marker, evidence_follows=True)
    if answer == "nm":
        store.answer(case, "second", "on", marker=marker)
    if submit:
        store.submit(case, marker=marker)


def by_marker(found: Progress) -> dict[str, tuple[int, ...]]:
    rows = found.markers.set_index("marker")
    counts = rows[["given", "submitted", "started", "not started"]]
    return {str(name): tuple(row) for name, row in counts.iterrows()}


def test_every_mark_to_be_given_is_counted_once_for_whoever_gives_it(store: Store) -> None:
    one, two, three, *others = cases(store)
    for marker, part in (("AB", "first"), ("CD", "second")):
        store.record("allocate", {"part": part}, by="LE", subject=one, marker=marker)
    mark(store, one, "AB")
    mark(store, two, "AB", submit=False)
    store.not_available(three, reason="missing", by="LE")
    found = progress(store, now=BEGIN)
    assert by_marker(found) == {
        "AB": (2, 1, 1, 0),
        "CD": (1, 0, 0, 1),
        "Nobody yet": (len(others), 0, 0, len(others)),
    }
    assert dict(zip(found.waits["what"], found.waits["number"], strict=True)) == {
        "Queries without a reply": 0,
        "Urgent concerns not dealt with": 0,
        "Requests to decide": 0,
        "Differing answers to settle": 0,
        "Cases waiting for another mark": 1,
        "Answers to look at again": 0,
    }


def test_the_expected_finish_is_the_pace_so_far_with_the_limits_of_a_poisson_count(
    store: Store, clock: Clock
) -> None:
    assert "fewer than 5" in str(progress(store, now=BEGIN).finish)
    for day, case in enumerate(cases(store)[:6]):
        clock.now = BEGIN + timedelta(days=day)
        mark(store, case, "AB")
    finish = progress(store, now=BEGIN + timedelta(days=6)).finish
    # Garwood's limits of a count of 6 are 2.202 and 13.059 (95 %), so 3 marks left at 6 in 6 days
    # take 3 days, at least 6 * 3 / 13.059 = 1.4 and at most 6 * 3 / 2.202 = 8.2.
    assert (round(chi2.ppf(0.025, 12) / 2, 3), round(chi2.ppf(0.975, 14) / 2, 3)) == (2.202, 13.059)
    assert (finish.day, finish.earliest, finish.latest) == (
        date(2026, 11, 11),
        date(2026, 11, 9),
        date(2026, 11, 16),
    )
    for case in cases(store)[6:]:
        mark(store, case, "AB")
    assert progress(store, now=clock.now).finish.day == clock.now.date()


def test_agreement_so_far_counts_only_what_both_have_submitted(store: Store) -> None:
    assert "no case has been marked by two people" in progress(store, now=BEGIN).notes()[1]
    for case, answer in zip(cases(store)[:2], ("fm", "nm"), strict=True):
        for marker, part in (("AB", "first"), ("CD", "second")):
            store.record("allocate", {"part": part}, by="LE", subject=case, marker=marker)
        mark(store, case, "AB")
        mark(store, case, "CD", answer)
    found = progress(store, now=BEGIN)
    assert (found.pairs, found.agreement.value) == (2, 0.5)


def test_the_board_is_exhibits_that_travel_as_json_and_escape_every_name(store: Store) -> None:
    mark(store, cases(store)[0], "<b>AB</b>")
    found = progress(store, now=BEGIN)
    for shown in (found.table(), found.chart(), found.waiting()):
        assert from_json(to_json(shown)) == shown
        assert "<b>AB" not in html(shown)
    assert "SIMULATED" not in " ".join(found.notes())
    mark(store, cases(store)[1], "SIMULATED")
    again = progress(store, now=BEGIN)
    assert again.notes()[-1] == "These marks are SIMULATED."
    assert again.chart().stamp == "SIMULATED MARKS"
    assert again.plain()["markers"][1]["marker"] == "SIMULATED"
