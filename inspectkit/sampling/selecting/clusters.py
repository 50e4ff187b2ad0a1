"""Selection of clusters by the tickets of their ids, then of items in them by their own tickets.

n of the A clusters of a stratum are drawn, the smallest tickets. One stage: all their items. Two
stages: the m smallest tickets among the M items of each (all, where it has fewer). An item has
probability n/A x m/M. Reserves: further items of a drawn cluster stand for items of that cluster;
after them come whole further clusters, in ticket order, for a cluster that cannot be examined.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import ceil, floor

import pandas as pd

from inspectkit.errors import InspectionError
from inspectkit.sampling.selecting.selection import rows
from inspectkit.sampling.selecting.stratum import Stratum
from inspectkit.sampling.tickets import tickets


def clustered(cases: pd.DataFrame, stratum: Stratum, round_key: str) -> pd.DataFrame:
    """The items drawn and the reserves of one stratum, as rows with cluster and cluster_ticket.

    cases: id, stratum, cluster. Errors: no cluster column, a cluster in two strata, and at two
    stages an item with the id of a cluster, whose two tickets would be one.
    """
    _check(cases, stratum)
    inside = cases[cases["stratum"] == stratum.id]
    found = sorted(inside["cluster"].unique())
    cluster_tickets = dict(zip(found, tickets(round_key, found), strict=True))
    ordered = sorted(found, key=lambda cluster: (cluster_tickets[cluster], cluster))
    by_id = dict(zip(inside["id"], tickets(round_key, inside["id"]), strict=True))
    members = {
        str(cluster): sorted(ids, key=lambda id: (by_id[id], id))
        for cluster, ids in inside.groupby("cluster")["id"]
    }
    first = Fraction(stratum.n, len(found))
    drawn, spare = _stages(members, ordered, stratum)
    cluster_of = dict(zip(inside["id"], inside["cluster"], strict=True))
    chosen = [*drawn, *spare]
    sizes = {cluster: len(ids) for cluster, ids in members.items()}
    chances = [
        first * Fraction(taken(stratum.items, sizes[each]), sizes[each])
        for each in (cluster_of[id] for id in chosen)
    ]
    table = rows(stratum, chosen, [by_id[id] for id in chosen], chances, n=len(drawn))
    clusters = [cluster_of[id] for id in chosen]
    return table.assign(cluster=clusters, cluster_ticket=[cluster_tickets[c] for c in clusters])


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
