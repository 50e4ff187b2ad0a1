"""Selection inside one stratum: the smallest tickets are the sample, the next ones its reserves.

A selection takes the cases and their stratum and returns a `Draw`: all that can be known before the
seed is worked out once, and the round's key then decides who comes first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import NamedTuple

import pandas as pd

from inspectkit.digest import exact
from inspectkit.sampling.selecting.stratum import Stratum
from inspectkit.sampling.tickets import tickets


class Row(NamedTuple):
    """One case of a Sample; probability and weight are exact fractions as text."""

    id: str
    stratum: str
    role: str
    order: int
    ticket: str
    probability: str
    weight: str
    cluster: str = ""
    cluster_ticket: str = ""


class Chance(NamedTuple):
    """The probability of a case and its weight, as text."""

    probability: str
    weight: str

    @classmethod
    def of(cls, probability: Fraction) -> Chance:
        """Both from the probability.

        >>> Chance.of(Fraction(6, 8))
        Chance(probability='3/4', weight='4/3')
        """
        return cls(str(exact(probability)), str(exact(1 / probability)))


Draw = Callable[[str], list[Row]]  # from the round's key to the cases drawn, then the reserves


def select(cases: pd.DataFrame, stratum: Stratum) -> Draw:
    """The smallest tickets of the stratum, in order.

    cases: at least id and stratum. Equal probabilities n/N, so every weight is N/n.
    """
    ids = list(cases.loc[cases["stratum"] == stratum.id, "id"])
    return lambda key: _first(zip(tickets(key, ids), ids, strict=True), stratum, len(ids))


def ranked(candidates: pd.DataFrame, stratum: Stratum, N: int) -> list[Row]:
    """The rows of a Sample from the smallest tickets of one stratum of N cases.

    candidates: id and ticket, in any order; at least the n + reserves smallest tickets.
    """
    return _first(zip(candidates["ticket"], candidates["id"], strict=True), stratum, N)


def _first(pairs: Iterable[tuple[str, str]], stratum: Stratum, N: int) -> list[Row]:
    chosen = sorted(pairs)[: stratum.n + stratum.reserves]
    chances = [Chance.of(Fraction(stratum.n, N))] * len(chosen) if chosen else []
    return rows(stratum, [id for _, id in chosen], [each for each, _ in chosen], chances)


def rows(
    stratum: Stratum,
    ids: Sequence[str],
    drawn_tickets: Sequence[str],
    chances: Sequence[Chance],
    *,
    n: int | None = None,
) -> list[Row]:
    """Rows of a Sample for cases in their order: the first n are the sample, the others reserves.

    A reserve carries the probability and the weight of a case that it may have to stand for.
    """
    drawn = stratum.n if n is None else n
    together = zip(ids, drawn_tickets, chances, strict=True)
    return [
        Row(id, stratum.id, "sample" if place <= drawn else "reserve", place, each, *chance)
        for place, (id, each, chance) in enumerate(together, 1)
    ]
