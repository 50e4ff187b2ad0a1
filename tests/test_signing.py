"""Sign-off in levels: what waits is named, what is signed stays, a reason opens it again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from inspectkit.errors import InspectionError
from inspectkit.review import Store
from inspectkit.review.log.audit import audit
from inspectkit.review.moderation import adjudicate, rule_on
from inspectkit.review.signing import (
    certificates,
    refuse_unsettled,
    sign_off,
    unfinished,
    withdraw,
)
from tests.marking import SEEN, marked_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = marked_store(tmp_path)
    yield made
    made.close()


@pytest.fixture
def cases(store: Store) -> list[str]:
    """All marked by AB, the first by CD as well, who differs in one question."""
    found = list(store.sample().drawn["id"])
    for part, marker in (("first", "AB"), ("second", "CD")):
        store.record("allocate", {"part": part}, by="LE", subject=found[0], marker=marker)
    for case in found:
        store.answer(case, "first", "fm", marker="AB")
        store.submit(case, marker="AB")
    store.answer(found[0], "first", "nm", evidence=SEEN, marker="CD")
    store.answer(found[0], "second", "no", marker="CD")
    store.submit(found[0], marker="CD")
    return found


def settle(store: Store, case: str) -> None:
    adjudicate(store, case, "first", "fm", reason="It was met", by="MO")


def test_everything_that_waits_is_named(store: Store, cases: list[str]) -> None:
    store.record("query", {"text": "Which date?"}, by="AB", subject=cases[1], question="first",
                 marker="AB")  # fmt: skip
    store.unlock(cases[2], marker="AB", reason="Wrong page", by="LE")
    rule_on(store, "second", "Late counts as none.", by="LE", changes_meaning=True)
    told = unfinished(store)[["what", "subject", "question"]].values.tolist()
    assert told == [
        ["unsettled", cases[0], "first"],
        ["unsettled", cases[0], "second"],
        ["not submitted", cases[2], ""],
        ["query open", cases[1], "first"],
        ["older than a ruling", cases[0], "second"],
    ]


def test_a_final_report_is_refused_while_one_mark_is_unsettled(
    store: Store, cases: list[str]
) -> None:
    with pytest.raises(InspectionError, match=f"2 marks are not settled: {cases[0]} first"):
        refuse_unsettled(store)
    settle(store, cases[0])
    refuse_unsettled(store)


def test_the_levels_stand_on_each_other(store: Store, cases: list[str]) -> None:
    settle(store, cases[0])
    case = sign_off(store, "case", subject=cases[0], by="MO")
    with pytest.raises(InspectionError, match="the inspection itself is not signed off"):
        sign_off(store, "publication", by="HM")
    whole = sign_off(store, "inspection", by="LE", statement="I answer for these marks.")
    with pytest.raises(InspectionError, match="LE signed the inspection on 20"):
        sign_off(store, "publication", by="LE")
    last = sign_off(store, "publication", by="HM")
    assert [each.level for each in certificates(store) if each.stands] == [
        "case", "inspection", "publication"]  # fmt: skip
    for each in (case, whole, last):
        assert audit(store.path, head=each.head).holds


@pytest.mark.parametrize(
    ("level", "who", "where", "said"),
    [
        ("case", "AB", 1, "AB marked it"),
        ("case", "MO", 0, "its marks are not settled: first, second"),
        ("case", "MO", None, "no case is named"),
        ("inspection", "LE", 1, "a case is named"),
        ("inspection", "LE", None, "this is unfinished: unsettled: 2"),
        ("final", "LE", None, "'final' is no level"),
    ],
)
def test_what_may_not_be_signed_is_refused(
    store: Store, cases: list[str], level: str, who: str, where: int | None, said: str
) -> None:
    with pytest.raises(InspectionError, match=said):
        sign_off(store, level, by=who, subject="" if where is None else cases[where])
    assert certificates(store) == ()


CHANGES: list[Callable[[Store, list[str]], object]] = [
    lambda store, cases: store.unlock(cases[1], marker="AB", reason="Wrong", by="LE"),
    lambda store, cases: adjudicate(store, cases[0], "first", "na", reason="No", by="MO"),
    lambda store, cases: store.record("allocate", {}, by="LE", subject=cases[1], marker="EF"),
    lambda store, cases: store.record("query", {"text": "?"}, by="AB", subject=cases[1],
                                      question="first", marker="AB"),
]  # fmt: skip


def test_a_signed_inspection_changes_only_once_that_is_withdrawn_with_a_reason(
    store: Store, cases: list[str]
) -> None:
    settle(store, cases[0])
    sign_off(store, "inspection", by="LE")
    before = store.reviews().digest
    for change in CHANGES:
        with pytest.raises(InspectionError, match="was signed off by LE on 20"):
            change(store, cases)
    assert store.reviews().digest == before
    store.open_case(cases[1], by="MO", reason="dip check")
    withdraw(store, by="LE", reason="A file came late")
    assert not certificates(store)[0].stands
    with pytest.raises(InspectionError, match="is not signed off"):
        withdraw(store, by="LE", reason="Again")
    CHANGES[0](store, cases)


def test_a_signed_case_says_by_whom_and_when_and_is_opened_with_a_reason(
    store: Store, cases: list[str]
) -> None:
    settle(store, cases[0])
    sign_off(store, "case", subject=cases[0], by="MO")
    said = r"submitted by AB on 20\S+ \S+ UTC and signed off by MO on 20.*which needs a reason"
    with pytest.raises(InspectionError, match=said):
        store.answer(cases[0], "first", "na", marker="AB", expected=1)
    with pytest.raises(InspectionError, match="signed off by MO"):
        adjudicate(store, cases[0], "first", "na", reason="No", by="MO")
    store.unlock(cases[0], marker="AB", reason="Wrong page", by="LE")
    assert not certificates(store)[0].stands
    store.answer(cases[0], "first", "na", marker="AB", expected=1)
