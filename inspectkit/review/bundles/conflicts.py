"""True conflicts: what two devices said of one thing while neither knew of the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from inspectkit.review.log.chain import ADDRESS

COLUMNS = ["subject", "item", "question", "marker", "version", "said", "on"]
VERSIONED = ("answer", "adjudicate")


def conflicts(rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """subject, item, question, marker, version, said, on: a row for each thing said differently.

    Only what is in force: the next version of an address settles what stood before it. Two devices
    that said the same do not differ.
    """
    held: dict[tuple[Any, ...], list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        if row["kind"] in VERSIONED:
            held[tuple(row[name] for name in ADDRESS)].append(row)
    found = []
    for versions in held.values():
        latest = max(row["version"] for row in versions)
        last = [row for row in versions if row["version"] == latest]
        if len({row["body"] for row in last}) > 1:
            found += sorted(last, key=lambda row: str(row["replica"]))
    table = [[*(row[name] for name in COLUMNS[:5]), row["body"], row["replica"]] for row in found]
    return pd.DataFrame(table, columns=COLUMNS)
