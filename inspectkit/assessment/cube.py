"""The cube: whole-number sums for every figure, domain and stratum, made in one pass over cases."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from inspectkit.assessment.domains import ALL, Domains, Flags
from inspectkit.assessment.grid import COUNTS, MOMENTS, Grid, Whole
from inspectkit.assessment.intervals import Sums
from inspectkit.assessment.scoring import LACKING
from inspectkit.sampling.sample import Sample

Address = tuple[int, int]


@dataclass(frozen=True)
class Cube:
    """Arrays of shape figure x domain x stratum, by name.

    size: N of the stratum. settled: n of the stratum for the figure, with the cases that were
    opened and found to be out of scope; drawn: the same of all cases drawn. held: the domain lies
    in the stratum. lacking: marks unanswered or not examined. The rest are sums over the domain's
    cases.
    beyond: variance of figure x domain that these sums do not hold (0 for simple random samples).
    """

    figures: tuple[str, ...]
    domains: tuple[str, ...]
    strata: tuple[str, ...]
    arrays: dict[str, npt.NDArray[Any]]
    beyond: npt.NDArray[np.float64] = field(default_factory=lambda: np.zeros(1))

    def __getitem__(self, name: str) -> npt.NDArray[Any]:
        return self.arrays[name]

    @property
    def sums(self) -> Sums:
        """What the interval functions take."""
        return Sums(*(self[name].astype(np.float64) for name in ("size", "settled", *MOMENTS)))

    def of_cases(self, name: str) -> npt.NDArray[Any]:
        """Counts of cases and their points, whatever the units of the sums are."""
        return self.arrays.get(f"{name}_of_cases", self.arrays[name])

    def unseen(self, at: Address) -> list[str]:
        """Strata the domain lies in of which no case is settled."""
        marked = self.of_cases("settled")[at] > self["out_of_scope"][at]
        blank = self["held"][at] & ~marked
        return [name for name, missing in zip(self.strata, blank, strict=True) if missing]

    def value(self, at: Address) -> Fraction | None:
        """Points over available points, strata weighted by N/n; None where it cannot be known."""
        of = self.total(at, "available")
        return None if self.unseen(at) or not of else self.total(at, "points") / of

    def total(self, at: Address, name: str, of: str = "settled") -> Fraction:
        """What a count of the domain's cases comes to in the frame, each stratum by N/n."""
        columns = (self[each][at].tolist() for each in ("size", of, name))
        return sum(
            (Fraction(N, n) * count for N, n, count in zip(*columns, strict=True) if count),
            Fraction(),
        )

    def bounds(self, at: Address) -> tuple[Fraction, Fraction] | None:
        """The value if every mark that is lacking won nothing, and if it won all it could.

        Every case drawn counts here, marked or not; None where nothing could be won at all.
        """
        won, of, lacking = (
            self.total(at, name, "drawn") for name in ("points", "available", LACKING)
        )
        whole = of + lacking
        return (won / whole, (won + lacking) / whole) if whole else None

    def table(self) -> pd.DataFrame:
        """figure, domain, stratum, N, n (settled), cases, points, available; held strata only."""
        index = pd.MultiIndex.from_product(
            [self.figures, self.domains, self.strata], names=["figure", "domain", "stratum"]
        )
        columns = {"N": "size", "n": "settled"} | {k: k for k in ("cases", "points", "available")}
        counts = {k: self.of_cases(v).ravel() for k, v in columns.items()}
        table = pd.DataFrame(counts, index=index)
        return table[self["held"].ravel()].reset_index()


def cube(grid: Grid, domains: Domains, sample: Sample) -> Cube:
    """The sums of every figure over the cases of each domain in each stratum."""
    table = sample.strata()
    strata, sizes = tuple(table["stratum"]), table["N"].to_numpy()
    shape = (len(grid.figures), len(domains.names), len(strata))
    arrays = {name: _summed(grid[name], grid.stratum, domains.inside, shape) for name in COUNTS}
    # a domain inside a stratum was drawn as part of it: its n and N are the whole stratum's
    whole = arrays["settled"][:, [domains.names.index(ALL)], :]
    out_of_scope = _column(table, "ineligible")
    arrays["settled"] = np.broadcast_to(whole, shape) + out_of_scope
    arrays["drawn"] = np.broadcast_to(_column(table, "n") + out_of_scope, shape)
    arrays["out_of_scope"] = np.broadcast_to(out_of_scope, shape)
    arrays["size"] = np.broadcast_to(sizes, shape)
    lies = [domains.inside[grid.stratum == place].any(axis=0) for place in range(len(strata))]
    held = np.stack(lies, axis=-1) | (np.array(domains.names) == ALL)[:, None]
    arrays["held"] = np.broadcast_to(held & (sizes > 0), shape)
    return Cube(grid.figures, domains.names, strata, arrays)


def _summed(
    counts: Whole, stratum: Whole, inside: Flags, shape: tuple[int, int, int]
) -> npt.NDArray[np.int64]:
    """Figures x cases to figures x domains x strata; whole numbers, so any order gives the same."""
    found = np.zeros(shape, dtype=np.int64)
    for place in range(shape[2]):
        own = stratum == place
        found[:, :, place] = counts[:, own].astype(np.float64) @ inside[own]
    return found


def _column(strata: pd.DataFrame, name: str) -> npt.NDArray[Any]:
    """A whole number of each stratum; 0 where the sample as it was drawn does not have it."""
    return strata[name].to_numpy() if name in strata else np.zeros(len(strata), dtype=np.int64)
