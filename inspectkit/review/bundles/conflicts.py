"""True conflicts: what two devices or people said while neither knew of the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any

import pandas as pd

from inspectkit.review.log.chain import ADDRESS

COLUMNS = ["subject", "item", "question", "marker", "version", "said", "on", "what"]
DIFFERS = {
    "answer": "answered differently",
    "adjudicate": "settled differently",
    "item": "two items found under one number",
}
LATE = "answered after it was submitted elsewhere"
TWICE = "begun by two people, given to neither"
LEFT = "marked although it had left the sample"
Row = Mapping[str, Any]
Line = tuple[Any, ...]


def conflicts(rows: Iterable[Row]) -> pd.DataFrame:
    """subject, item, question, marker, version, said, on, what: a row for each thing said.

    rows: in the order of the log. Only what is in force: the next version of an address settles
    what stood before it, submitting again an answer that came late, giving a case out one that two
    have begun. Two devices that said the same do not differ. No store takes any of these from
    somebody who knows of the other, so each shows that they were apart.
    """
    held = list(rows)
    found = [*_differing(held), *_late(held), *_begun_twice(held), *_left(held)]
    return pd.DataFrame(found, columns=COLUMNS)


def _differing(rows: Sequence[Row]) -> Iterator[Line]:
    by_address: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    address = itemgetter(*ADDRESS)
    for row in rows:
        if row["kind"] in DIFFERS:
            by_address[address(row)].append(row)
    for versions in by_address.values():
        if len(versions) == 1:
            continue
        latest = max(row["version"] for row in versions)
        last = [row for row in versions if row["version"] == latest]
        if len({row["body"] for row in last}) > 1:
            for row in sorted(last, key=lambda row: str(row["replica"])):
                yield _line(row, DIFFERS[row["kind"]])


def _late(rows: Sequence[Row]) -> Iterator[Line]:
    late: dict[tuple[str, str], list[Row] | None] = {}
    for row in rows:
        case = (row["subject"], row["marker"])
        if row["kind"] == "submit":
            late[case] = []
        elif row["kind"] == "unlock":
            late[case] = None
        elif row["kind"] == "answer" and (waiting := late.get(case)) is not None:
            waiting.append(row)
    for answers in late.values():
        yield from (_line(row, LATE) for row in answers or ())


def _begun_twice(rows: Sequence[Row]) -> Iterator[Line]:
    given = {row["subject"] for row in rows if row["kind"] == "allocate"}
    first: dict[str, dict[str, Row]] = defaultdict(dict)
    for row in rows:
        if row["kind"] == "answer" and row["subject"] not in given:
            first[row["subject"]].setdefault(row["marker"], row)
    for begun in first.values():
        if len(begun) > 1:
            yield from (_line(row, TWICE, question="", item="") for row in begun.values())


def _left(rows: Sequence[Row]) -> Iterator[Line]:
    gone: set[str] = set()
    for row in rows:
        if row["kind"] == "cannot_examine":
            gone.add(row["subject"])
        elif row["kind"] == "answer" and row["subject"] in gone:
            yield _line(row, LEFT)


def _line(row: Row, what: str, **other: str) -> Line:
    told = {**row, "said": row["body"], "on": row["replica"], "what": what, **other}
    return tuple(told[name] for name in COLUMNS)
