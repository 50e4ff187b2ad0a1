"""Systematic selection: every k-th case of a sorted list, from a start that a ticket decides.

With t = int(ticket[:13], 16) of the ticket of the text `systematic start of STRATUM`, the cases at
the places floor((t + j 2^52) N / (n 2^52)), j = 0 ... n - 1, of the list sorted by the stated
facts and then by id are drawn. Every case has probability n/N; two neighbours are never drawn
together, so that no unbiased variance exists: treat the sample as simple, or the list as strata.
Reserves are the smallest tickets among the cases not drawn. Unlike the other designs, a case that
leaves the list moves the places of those after it.
"""

from __future__ import annotations

from fractions import Fraction

import pandas as pd

from inspectkit.errors import InspectionError
from inspectkit.sampling.selecting.selection import Chance, Draw, Row, rows
from inspectkit.sampling.selecting.stratum import Stratum
from inspectkit.sampling.tickets import ticket, tickets

TOP = 2**52


def systematic(cases: pd.DataFrame, stratum: Stratum) -> Draw:
    """The cases drawn in the order of the list, and the reserves in ticket order.

    Errors: a fact to sort by that the frame does not have.
    """
    missing = [name for name in stratum.sort if name not in cases.columns]
    if missing:
        remedy = "Sort by facts that [frame.facts] names"
        raise InspectionError(f"stratum {stratum.id}", f"no fact {missing[0]!r}", remedy)
    inside = cases[cases["stratum"] == stratum.id]
    listed = inside.sort_values([*stratum.sort, "id"], key=lambda column: column.map(_bytes))
    ids = list(listed["id"])
    chance = Chance.of(Fraction(stratum.n, len(ids)))

    def drawn(key: str) -> list[Row]:
        by_id = dict(zip(ids, tickets(key, ids), strict=True))
        chosen = [ids[place] for place in places(len(ids), stratum, key)]
        others = sorted(by_id.keys() - set(chosen), key=lambda id: (by_id[id], id))
        chosen += others[: stratum.reserves]
        return rows(stratum, chosen, [by_id[id] for id in chosen], [chance] * len(chosen))

    return drawn


def places(N: int, stratum: Stratum, round_key: str) -> list[int]:
    """Places in the sorted list, from 0."""
    start = int(ticket(round_key, f"systematic start of {stratum.id}")[:13], 16)
    return [(start + j * TOP) * N // (stratum.n * TOP) for j in range(stratum.n)]


def _bytes(text: object) -> bytes:
    return str(text).encode("utf-8")
