"""The cases behind the estimates as arrays: what each won of what was available."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from inspectkit.assessment.domains import Flags, domains_of
from inspectkit.assessment.estimation import Estimates
from inspectkit.assessment.grid import grid
from inspectkit.assessment.rule import Rule

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Cases:
    """Arrays over cases (C), figures (F), domains (D) and strata (H).

    won, available, settled: C x F; whole numbers as floats. stratum: the place of each case's
    stratum. inside: C x D. sizes: N of each stratum. Where a rule measures cases, a case has 1
    available and has won it where it counts as met.
    """

    subjects: tuple[str, ...]
    figures: tuple[str, ...]
    domains: tuple[str, ...]
    strata: tuple[str, ...]
    stratum: npt.NDArray[np.int64]
    won: Floats
    available: Floats
    settled: Flags
    inside: Flags
    sizes: npt.NDArray[np.int64]

    def value(self, figure: int, domain: int, without: int | None = None) -> Fraction | None:
        """The exact weighted share, of all cases or without one of them; None without any."""
        keep = np.ones(len(self.subjects), dtype=bool)
        if without is not None:
            keep[without] = False
        parts = list(self._parts(figure, keep, self.inside[:, domain]))
        of = sum((weight * available for weight, _, available in parts), Fraction())
        won = sum((weight * points for weight, points, _ in parts), Fraction())
        return won / of if of else None

    def weight(self, figure: int, stratum: int) -> Fraction:
        """N/n of a stratum, n its cases settled for the figure."""
        n = int(self.settled[self.stratum == stratum, figure].sum())
        return Fraction(int(self.sizes[stratum]), n) if n else Fraction()

    def failing(self, figure: int, domain: int) -> int:
        """Cases of the domain in which something applied and not all was won."""
        here = self.inside[:, domain] & (self.available[:, figure] > 0)
        return int((self.won[here, figure] < self.available[here, figure]).sum())

    def _parts(
        self, figure: int, keep: Flags, inside: Flags
    ) -> Iterator[tuple[Fraction, int, int]]:
        for stratum in range(len(self.strata)):
            here = keep & (self.stratum == stratum)
            n = int(self.settled[here, figure].sum())
            if n:
                chosen = here & inside
                won, of = (int(each[chosen, figure].sum()) for each in (self.won, self.available))
                yield Fraction(int(self.sizes[stratum]), n), won, of


def cases_of(est: Estimates, rule: Rule | None = None) -> Cases:
    """The arrays of every case drawn, as a rule measures them; without one, in points."""
    cells, strata = grid(est.scores, est.sample), est.sample.strata()
    domains = domains_of(est.sample, est.by)
    won, available = (cells[name].T.astype(np.float64) for name in ("points", "available"))
    if rule and rule.measure in ("share_of_cases", "failing_cases"):
        won, available = _met(won, available, rule.met)
    return Cases(
        cells.subjects,
        cells.figures,
        domains.names,
        tuple(strata["stratum"]),
        cells.stratum,
        won,
        available,
        cells["settled"].T > 0,
        domains.inside,
        strata["N"].to_numpy(dtype=np.int64),
    )


def _met(won: Floats, available: Floats, met: Fraction) -> tuple[Floats, Floats]:
    applies = available > 0
    enough = won * met.denominator >= available * met.numerator
    return (applies & enough).astype(np.float64), applies.astype(np.float64)
