"""Size-proportional selection by order sampling: larger cases are likelier, the number is fixed.

A case of size x is wanted with probability n x / X. Cases with n x >= X are certain: they are taken
first, repeatedly, and the others share what is left. With t = int(ticket[:13], 16), the others are
ordered (Rosen 1997) by

    Pareto               t (X - n x) / ((2^52 - t) (n x))
    sequential Poisson   t / (n x)                             (Ohlsson 1998)

and by ticket where these are equal; all of it in whole numbers, so every machine agrees.

Order sampling keeps the wanted probabilities almost exactly when there are many cases. Among fewer
than 30 that are not certain, Pareto's true ones are worked out instead: the chance that fewer than
n of the others come before a case, integrated over its own ticket (`true_probabilities`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, lru_cache
from itertools import pairwise
from math import fsum, lcm

import numpy as np
import numpy.typing as npt
import pandas as pd

from inspectkit.errors import InspectionError, Problems
from inspectkit.sampling.selecting.selection import Chance, Draw, Row, rows
from inspectkit.sampling.selecting.stratum import Stratum
from inspectkit.sampling.tickets import tickets

FEW = 30
DECIMALS = 6
TOP = 2**52


@dataclass(frozen=True)
class Shares:
    """certain: positions taken first. n: left for the others. X: the sum of their sizes."""

    certain: frozenset[int]
    n: int
    X: int


def by_size(cases: pd.DataFrame, stratum: Stratum) -> Draw:
    """The cases drawn and the reserves of one stratum in size-proportional order.

    cases: id, stratum and size (a positive number, as text). Errors: sizes missing or not positive.
    """
    inside = cases[cases["stratum"] == stratum.id]
    ids, sizes = list(inside["id"]), whole_sizes(inside, stratum.id)
    found = probabilities(sizes, stratum.n, rule=stratum.selection, where=stratum.id)
    chances = [Chance.of(each) for each in found]

    def drawn(key: str) -> list[Row]:
        given = tickets(key, ids)
        chosen = order(sizes, stratum.n, ids, given, rule=stratum.selection)
        chosen = chosen[: stratum.n + stratum.reserves]
        own = [given[k] for k in chosen]
        return rows(stratum, [ids[k] for k in chosen], own, [chances[k] for k in chosen])

    return drawn


def whole_sizes(cases: pd.DataFrame, stratum: str) -> list[int]:
    """The sizes as whole numbers in their exact proportions. Errors: no size, or none above 0."""
    if "size" not in cases.columns:
        remedy = "Name the column under [frame.columns] size"
        raise InspectionError(f"stratum {stratum}", "the frame has no size measure", remedy)
    problems, found = Problems(), []
    for id, text in zip(cases["id"], cases["size"], strict=True):
        try:
            found.append(Fraction(str(text)))
        except (ValueError, ZeroDivisionError):
            found.append(Fraction(0))
        if found[-1] <= 0:
            remedy = "Correct the size, or exclude the case by rule"
            problems.add(f"case {id}", f"its size {text!r} is no positive number", remedy)
    problems.raise_if_any()
    scale = lcm(*(each.denominator for each in found))
    return [int(each * scale) for each in found]


def shares(sizes: Sequence[int], n: int) -> Shares:
    """Which cases are certain, and what is left for the others.

    >>> shares([20, 1, 2, 3, 100], 3)
    Shares(certain=frozenset({0, 4}), n=1, X=6)
    """
    if n >= len(sizes):
        return Shares(frozenset(range(len(sizes))), 0, 0)
    certain: set[int] = set()
    X = sum(sizes)
    while True:
        more = {k for k, x in enumerate(sizes) if k not in certain and n * x >= X}
        if not more:
            return Shares(frozenset(certain), n, X)
        certain |= more
        n, X = n - len(more), X - sum(sizes[k] for k in more)


def order(
    sizes: Sequence[int],
    n: int,
    ids: Sequence[str],
    drawn_tickets: Sequence[str],
    *,
    rule: str = "pareto",
) -> list[int]:
    """Positions in the order in which they are drawn: the certain ones by ticket, then by rank."""
    given = shares(sizes, n)

    def rank(k: int) -> tuple[Fraction, str, str]:
        t, nx = int(drawn_tickets[k][:13], 16), given.n * sizes[k]
        if k in given.certain:
            value = Fraction(-1)
        elif rule == "pareto":
            value = Fraction(t * (given.X - nx), (TOP - t) * nx)
        else:
            value = Fraction(t, nx)
        return value, drawn_tickets[k], ids[k]

    return sorted(range(len(sizes)), key=rank)


def probabilities(
    sizes: Sequence[int], n: int, *, rule: str = "pareto", where: str = "sizes"
) -> list[Fraction]:
    """The inclusion probability of each case: n x / X, or the true one among fewer than 30.

    Errors: sequential Poisson among fewer than 30, where n x / X is up to a tenth off.
    """
    given = shares(sizes, n)
    others = [k for k in range(len(sizes)) if k not in given.certain]
    wanted = {k: Fraction(given.n * sizes[k], given.X) for k in others}
    if 1 < len(others) < FEW:
        if rule != "pareto":
            what = f"sequential Poisson with {len(others)} cases that are not certain"
            raise InspectionError(f"stratum {where}", what, 'Use selection = "pareto"')
        found = true_probabilities(tuple(wanted.values()), given.n)
        wanted = dict(zip(others, found, strict=True))
    return [wanted.get(k, Fraction(1)) for k in range(len(sizes))]


@lru_cache(maxsize=64)  # a draw and its top-ups ask for the same ones
def true_probabilities(wanted: tuple[Fraction, ...], n: int) -> tuple[Fraction, ...]:
    """Inclusion probabilities of Pareto sampling, rounded to 6 decimals.

    wanted: each above 0 and below 1, adding up to n. A case with ticket at u is drawn when fewer
    than n others rank before it; other j does so with probability u a_j / ((1 - u) a_k + u a_j),
    a = wanted / (1 - wanted). Sums and products of these in a fixed order, over a grid.

    >>> [str(each) for each in true_probabilities((Fraction(1, 2),) * 4, 2)]
    ['1/2', '1/2', '1/2', '1/2']
    """
    odds = [float(each / (1 - each)) for each in wanted]
    u, weight = _grid()
    found = []
    for k in range(len(odds)):
        before = [u * a / ((1 - u) * odds[k] + u * a) for j, a in enumerate(odds) if j != k]
        value = fsum((weight * _fewer_than(n, before)).tolist())
        found.append(Fraction(round(value * 10**DECIMALS), 10**DECIMALS))
    return tuple(found)


def _fewer_than(n: int, chances: list[npt.NDArray[np.float64]]) -> npt.NDArray[np.float64]:
    """The probability that fewer than n of independent events happen, at every grid point."""
    counts = np.zeros((n, len(chances[0])))
    counts[0] = 1.0
    for chance in chances:
        moved = counts[:-1] * chance
        counts *= 1 - chance
        counts[1:] += moved
    total = counts[0].copy()
    for row in counts[1:]:
        total += row
    return total


@cache
def _grid() -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Points and weights of Simpson's rule on [0, 1], panels halving towards both ends.

    A case much smaller or larger than another bends the integrand close to an end.
    """
    halves = [0.0, *(2.0**-power for power in range(24, 0, -1))]
    edges = halves + [1 - edge for edge in reversed(halves[:-1])]
    pieces = 32
    points, weights = [], []
    for low, high in pairwise(edges):
        step = (high - low) / pieces
        for piece in range(pieces + 1):
            points.append(low + piece * step)
            weights.append(step / 3 * (1 if piece in (0, pieces) else 2 + 2 * (piece % 2)))
    return np.array(points), np.array(weights)
