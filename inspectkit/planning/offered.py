"""Sizes that a rule or an authority gives for the strata of a frame, as a design states them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import product

import pandas as pd

from inspectkit.errors import InspectionError, Problems
from inspectkit.planning.acceptance import Acceptance, acceptance, lqas
from inspectkit.planning.presets import preset
from inspectkit.sampling.frame import Frame
from inspectkit.sampling.sizes import Number, Size, discovery, for_half_width

ALL = "all"
Sizing = Callable[[int], Size]


@dataclass(frozen=True)
class Offer:
    """The size that one rule gives for one stratum of N cases; domain "all" is the whole frame."""

    rule: str
    domain: str
    N: int
    size: Size

    @property
    def stated(self) -> str:
        """What to write under [[sample.strata]].

        >>> Offer("discovery", "MC", 100, Size(45, "", "", 0)).stated
        'n = 45, accept = 0'
        >>> Offer("snap-active", "MC", 90, Size(300, "", "")).stated
        'take_all = true'
        """
        if self.size.n >= self.N:
            return "take_all = true"
        allowed = self.size.allowed
        return f"n = {self.size.n}" + ("" if allowed is None else f", accept = {allowed}")


def rules(
    *,
    presets: Iterable[str] = (),
    half_width: Number | None = None,
    critical: int | None = None,
    reached: tuple[Number, Number] | None = None,
    failing: tuple[Number, Number] | None = None,
    level: Number = "95%",
) -> dict[str, Sizing]:
    """The rules asked for, each a size for N cases.

    presets: names of published sizes. half_width: of a share, with the finite population
    correction. critical: a discovery sample, to meet one of so many deviations. reached: shares of
    successes at which a target is reached and missed (LQAS, 10% risks). failing: shares failing
    that are good and bad (acceptance, 5% and 10% risks).
    """
    made: dict[str, Sizing] = {name: preset(name).size for name in presets}
    if half_width is not None:
        made["half-width"] = lambda N: for_half_width(half_width, level=level, N=N)
    if critical is not None:
        made["discovery"] = lambda N: discovery(critical, N=N, level=level)
    if reached is not None:
        made["lqas"] = lambda N: _size(lqas(*reached, N=N))
    if failing is not None:
        made["acceptance"] = lambda N: _size(acceptance(*failing, N=N))
    return made


def offered(frame: Frame, rules: Mapping[str, Sizing]) -> tuple[Offer, ...]:
    """What each rule gives for every stratum and for the whole frame.

    Errors: no rule; a rule that has no size for a stratum, each named.
    """
    if not rules:
        raise InspectionError("sizes", "no rule is asked for", "Name a preset, or give a rule")
    strata = {str(name): int(N) for name, N in frame.strata().items()}
    found, problems = [], Problems()
    for (rule, size), (domain, N) in product(
        rules.items(), {**strata, ALL: sum(strata.values())}.items()
    ):
        with problems.gather():
            found.append(Offer(rule, domain, N, size(N)))
    problems.raise_if_any()
    return tuple(found)


def offers_table(offers: Iterable[Offer]) -> pd.DataFrame:
    """One row an offer: rule, stratum, N, n, accept, write, convention, source."""
    return pd.DataFrame(
        {
            "rule": each.rule,
            "stratum": each.domain,
            "N": each.N,
            "n": each.size.n,
            "accept": each.size.allowed,
            "write": each.stated,
            "convention": each.size.convention,
            "source": each.size.source,
        }
        for each in offers
    )


def _size(plan: Acceptance) -> Size:
    return Size(plan.n, plan.convention, plan.source, plan.c)
