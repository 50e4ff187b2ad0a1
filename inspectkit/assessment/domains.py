"""Domains: the groups of cases that each get their own estimate, and which cases are in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from inspectkit.errors import InspectionError
from inspectkit.sampling.sample import Sample
from inspectkit.validation import nearest

ALL = "all"
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Domains:
    """names in the order they are shown, "all" last. inside: cases drawn x domains."""

    names: tuple[str, ...]
    inside: Flags

    def of(self, name: str) -> Flags:
        """The cases of one domain."""
        return np.asarray(self.inside[:, self.names.index(name)])


def domains_of(sample: Sample, by: Sequence[str]) -> Domains:
    """The domains that the columns `by` make of the cases drawn.

    "stratum" gives the strata in the order of the design, a fact those named "fact=value".
    Errors: a column that the cases do not have.
    """
    drawn = sample.drawn
    order = {name: place for place, name in enumerate(sample.strata()["stratum"])}
    inside: dict[str, Flags] = {}
    for column in by:
        names = _names(drawn, column)
        places = order if column == "stratum" else {}
        for name in sorted(names.unique(), key=lambda each: (places.get(each, 0), each)):
            known = inside.get(name, np.zeros(len(names), dtype=bool))
            inside[name] = known | (names == name).to_numpy(dtype=bool)
    inside[ALL] = np.ones(len(drawn), dtype=bool)
    return Domains(tuple(inside), np.column_stack(list(inside.values())))


def _names(drawn: pd.DataFrame, column: str) -> pd.Series[str]:
    """The domain of every case under one column."""
    if column not in drawn.columns:
        remedy = f"Use stratum or a fact of the frame.{nearest(column, list(drawn.columns))}"
        raise InspectionError("estimate", f"the cases have no column {column!r}", remedy)
    names = drawn[column].fillna("").astype(str)
    return names if column == "stratum" else f"{column}=" + names.replace("", "not recorded")
