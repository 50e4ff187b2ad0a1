"""Selection inside one stratum: the smallest tickets are the sample, the next ones its reserves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

import pandas as pd

from inspectkit.digest import exact
from inspectkit.sampling.selecting.stratum import Stratum
from inspectkit.sampling.tickets import tickets


def select(cases: pd.DataFrame, stratum: Stratum, round_key: str) -> pd.DataFrame:
    """The cases drawn and the reserves of one stratum, in ticket order, as rows of a Sample.

    cases: at least id and stratum. Equal probabilities n/N, so every weight is N/n.
    """
    ids = list(cases.loc[cases["stratum"] == stratum.id, "id"])
    return _first(zip(tickets(round_key, ids), ids, strict=True), stratum, len(ids))


def ranked(candidates: pd.DataFrame, stratum: Stratum, N: int) -> pd.DataFrame:
    """The rows of a Sample from the smallest tickets of one stratum of N cases.

    candidates: id and ticket, in any order; at least the n + reserves smallest tickets.
    """
    return _first(zip(candidates["ticket"], candidates["id"], strict=True), stratum, N)


def _first(pairs: Iterable[tuple[str, str]], stratum: Stratum, N: int) -> pd.DataFrame:
    chosen = sorted(pairs)[: stratum.n + stratum.reserves]
    probabilities = [Fraction(stratum.n, N)] * len(chosen)
    return rows(stratum, [id for _, id in chosen], [each for each, _ in chosen], probabilities)


def rows(
    stratum: Stratum,
    ids: Sequence[str],
    drawn_tickets: Sequence[str],
    probabilities: Sequence[Fraction],
    *,
    n: int | None = None,
) -> pd.DataFrame:
    """Rows of a Sample for cases in their order: the first n are the sample, the others reserves.

    A reserve carries the probability and the weight of a case that it may have to stand for.
    """
    drawn = stratum.n if n is None else n
    return pd.DataFrame(
        {
            "id": list(ids),
            "stratum": stratum.id,
            "role": ["sample"] * drawn + ["reserve"] * (len(ids) - drawn),
            "order": range(1, len(ids) + 1),
            "ticket": list(drawn_tickets),
            "probability": [exact(each) for each in probabilities],
            "weight": [exact(1 / each) for each in probabilities],
        }
    )
