"""The probability of each rating: one set of drawn populations pushed through the whole rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from inspectkit.assessment.estimation import CENSUS, Estimates
from inspectkit.assessment.intervals import beta_shares
from inspectkit.assessment.rating.cases import Cases
from inspectkit.assessment.rating.draws import totals
from inspectkit.assessment.rating.steps import Node, work
from inspectkit.assessment.rule import Rule
from inspectkit.assessment.rule.combine import Places
from inspectkit.streams import stream

Shares = tuple[float, ...]


@dataclass(frozen=True)
class Chances:
    """places: by domain, draws x figures, the band of each figure in each drawn population.

    alone: by figure and domain, where populations cannot be drawn: the chances of one figure.
    """

    rule: Rule
    estimates: Estimates
    draws: int
    columns: Mapping[str, int]
    places: Mapping[str, Places] = field(default_factory=dict)
    alone: Mapping[tuple[str, str], Shares] = field(default_factory=dict)

    def of(
        self,
        domain: str,
        rated: Mapping[str, Places],
        laid: Sequence[Node],
        kinds: Mapping[str, str],
        flags: Mapping[str, bool],
    ) -> dict[str, Shares]:
        """Chances of each band, best first, by figure and step; those not known are left out.

        rated: what the rule gives for the sample itself, one draw.
        """
        sources = {name: self._source(name, domain, place) for name, place in rated.items()}
        drawn = {
            name: self.places[domain][:, self.columns[name]]
            if how == "drawn"
            else np.repeat(rated[name], self.draws)
            for name, how in sources.items()
        }
        done = work(self.rule, laid, kinds, drawn, flags)
        for node in laid:
            sources[node.id] = _joint(sources.get(each, "certain") for each in node.inputs)
        found = {name: self._shares(done.places[name], how)
                 for name, how in sources.items() if how in ("drawn", "certain")}  # fmt: skip
        return found | {name: shares for (name, where), shares in self.alone.items()
                        if where == domain and name in sources}  # fmt: skip

    def _source(self, figure: str, domain: str, place: Places) -> str:
        if figure not in self.columns or place[0] < 0:
            return "certain"  # judged, or not rated whatever the draw
        row = self.estimates.row(figure, domain)
        if row.method == CENSUS:
            return "certain"
        return "drawn" if row.low is not None and domain in self.places else "unknown"

    def _shares(self, places: Places, how: str) -> Shares:
        bands = len(self.rule.bands)
        counts = np.bincount(places[places >= 0], minlength=bands)
        if how == "certain":
            return tuple((counts / max(counts.sum(), 1)).tolist())
        # what no draw showed is rare, not impossible: half a draw more for each band
        return tuple(((counts + 0.5) / (counts.sum() + bands / 2)).tolist())


def chances(est: Estimates, rule: Rule, cases: Cases, draws: int) -> Chances:
    """Chances from drawn populations, or where strata were not sampled simply, figure by figure.

    A rule that counts failing cases speaks of the sample alone and has none.
    """
    columns = {name: place for place, name in enumerate(cases.figures)}
    if rule.measure in ("failing_cases", "judgement"):
        return Chances(rule, est, 1, columns)
    if not est.sample.is_stratified:
        return Chances(rule, est, 1, columns, alone=_alone(est, rule))
    random = stream(est.sample.digest, "populations")
    places = {
        cases.domains[place]: rule.cuts.indices(won, available)
        for place, won, available in totals(cases, draws, random)
    }
    return Chances(rule, est, draws, columns, places)


def _alone(est: Estimates, rule: Rule) -> dict[tuple[str, str], Shares]:
    """Beta(n_e p + 1/2, n_e (1 - p) + 1/2) at the effective n, cut at the boundaries."""
    rows = [row for row in est.rows if row.value is not None and row.effective_n is not None]
    if not rows or rule.measure != "share_of_points":
        return {}
    values = np.array([float(row.value or 0) for row in rows])
    sizes = np.array([row.effective_n or 0.0 for row in rows])
    boundaries = np.array([float(each) for each in rule.boundaries])
    shares = beta_shares(values, sizes, boundaries)[:, ::-1].tolist()
    return {(row.figure, row.domain): tuple(each) for row, each in zip(rows, shares, strict=True)}


def _joint(sources: Iterable[str]) -> str:
    known = set(sources)
    return next((each for each in ("unknown", "drawn") if each in known), "certain")
