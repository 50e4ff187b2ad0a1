"""Selection inside one stratum: the smallest tickets are the sample, the next ones its reserves."""

from __future__ import annotations

from fractions import Fraction

import pandas as pd

from inspectkit.digest import exact
from inspectkit.sampling.design import Stratum
from inspectkit.sampling.tickets import tickets


def select(cases: pd.DataFrame, stratum: Stratum, round_key: str) -> pd.DataFrame:
    """The cases drawn and the reserves of one stratum, in ticket order, as rows of a Sample.

    cases: at least id and stratum. Equal probabilities n/N, so every weight is N/n.
    """
    ids = cases.loc[cases["stratum"] == stratum.id, "id"]
    ordered = sorted(zip(tickets(round_key, ids), ids, strict=True))[: stratum.n + stratum.reserves]
    probability = Fraction(stratum.n, len(ids))
    roles = ["sample"] * stratum.n + ["reserve"] * stratum.reserves
    return pd.DataFrame(
        {
            "id": [id for _, id in ordered],
            "stratum": stratum.id,
            "role": roles,
            "order": range(1, len(ordered) + 1),
            "ticket": [ticket for ticket, _ in ordered],
            "probability": exact(probability),
            "weight": exact(1 / probability),
        }
    )
