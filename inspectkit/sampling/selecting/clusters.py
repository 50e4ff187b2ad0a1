"""Selection of clusters by the tickets of their ids, then of items in them by their own tickets.

n of the A clusters of a stratum are drawn, the smallest tickets. One stage: all their items. Two
stages: the m smallest tickets among the M items of each (all, where it has fewer). An item has
probability n/A x m/M. Reserves: further items of a drawn cluster stand for items of that cluster;
after them come whole further clusters, in ticket order, for a cluster that cannot be examined.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from fractions import Fraction
from math import ceil, floor

import pandas as pd

from inspectkit.errors import InspectionError
from inspectkit.sampling.selecting.selection import Chance, Draw, Row, rows
from inspectkit.sampling.selecting.stratum import Stratum
from inspectkit.sampling.tickets import tickets


def clustered(cases: pd.DataFrame, stratum: Stratum) -> Draw:
    """The items drawn and the reserves of one stratum, with their clusters.

    cases: id, stratum, cluster. Errors: no cluster column, a cluster in two strata, and at two
    stages an item with the id of a cluster, whose two tickets would be one.
    """
    _check(cases, stratum)
    inside = cases[cases["stratum"] == stratum.id]
    items = {str(cluster): list(ids) for cluster, ids in inside.groupby("cluster")["id"]}
    first = Fraction(stratum.n, len(items))
    sizes = {cluster: len(ids) for cluster, ids in items.items()}
    chances = {
        cluster: Chance.of(first * Fraction(taken(stratum.items, M), M))
        for cluster, M in sizes.items()
    }
    cluster_of = {id: cluster for cluster, ids in items.items() for id in ids}

    def drawn(key: str) -> list[Row]:
        of_clusters, of_items = _tickets(key, items), _tickets(key, cluster_of)
        members = {cluster: sorted(ids, key=_rank(of_items)) for cluster, ids in items.items()}
        chosen, spare = _stages(members, sorted(items, key=_rank(of_clusters)), stratum)
        every = [*chosen, *spare]
        clusters = [cluster_of[id] for id in every]
        own = [of_items[id] for id in every]
        listed = rows(stratum, every, own, [chances[each] for each in clusters], n=len(chosen))
        return [
            row._replace(cluster=each, cluster_ticket=of_clusters[each])
            for row, each in zip(listed, clusters, strict=True)
        ]

    return drawn


def _tickets(key: str, ids: Collection[str]) -> dict[str, str]:
    return dict(zip(ids, tickets(key, ids), strict=True))


def _rank(tickets_of: Mapping[str, str]) -> Callable[[str], tuple[str, str]]:
    return lambda id: (tickets_of[id], id)


def taken(items: str, size: int) -> int:
    """Items taken of a cluster of this size: a number, a share (nearest, halves up), or all.

    >>> taken("3", 10), taken("3", 2), taken("20%", 48), taken("", 7)
    (3, 2, 10, 7)
    """
    if not items:
        return size
    if items.endswith("%"):
        nearest = floor(Fraction(int(items[:-1]), 100) * size + Fraction(1, 2))
        return min(max(nearest, 1), size)
    return min(int(items), size)


def _stages(
    members: Mapping[str, list[str]], ordered: list[str], stratum: Stratum
) -> tuple[list[str], list[str]]:
    """Items drawn, and items in reserve: of the drawn clusters first, then of further clusters."""
    own, further = (
        ordered[: stratum.n],
        ordered[stratum.n : stratum.n + stratum.reserves],
    )
    share = Fraction(stratum.reserves, stratum.n)
    drawn, spare = [], []
    for cluster in own:
        m = taken(stratum.items, len(members[cluster]))
        drawn += members[cluster][:m]
        spare += members[cluster][m : m + ceil(m * share)]
    for cluster in further:
        spare += members[cluster][: taken(stratum.items, len(members[cluster]))]
    return drawn, spare


def _check(cases: pd.DataFrame, stratum: Stratum) -> None:
    if "cluster" not in cases.columns:
        remedy = "Name the column under [frame.columns] cluster"
        raise InspectionError(f"stratum {stratum.id}", "the frame has no clusters", remedy)
    inside = cases["stratum"] == stratum.id
    own = set(cases.loc[inside, "cluster"])
    torn = own & set(cases.loc[~inside, "cluster"])
    if torn:
        remedy = "Give all items of a cluster one stratum"
        raise InspectionError(f"cluster {min(torn)}", "its items are in two strata", remedy)
    twins = own & set(cases.loc[inside, "id"]) if stratum.items else set()
    if twins:
        what = "an item has the id of a cluster, so that one ticket would decide both stages"
        raise InspectionError(
            f"cluster {min(twins)}", what, "Number the items inside their cluster"
        )
