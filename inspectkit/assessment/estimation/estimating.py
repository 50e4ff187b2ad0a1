"""Estimates say what the scores of a drawn sample mean for all the cases it was drawn from.

A domain is a stratum, "all" strata together (each weighted by N/n), or the cases that share a
fact of the frame. Values are exact fractions; limits come from `intervals`, on the sums of `cube`,
by the method that keeps its promise on the design (`coverage.choice`).
"""

from __future__ import annotations

from collections.abc import Sequence

from inspectkit.assessment.coverage.choice import EXACT, KG, RECOVERED
from inspectkit.assessment.cube import cube
from inspectkit.assessment.domains import ALL, domains_of
from inspectkit.assessment.estimation.bets import Bets
from inspectkit.assessment.estimation.records import Estimates
from inspectkit.assessment.estimation.rows import CHOSEN, PLAIN, Asked, rows_of
from inspectkit.assessment.estimation.weighted import weighted_cube
from inspectkit.assessment.grid import grid
from inspectkit.assessment.scoring import Scores
from inspectkit.errors import InspectionError, Problems
from inspectkit.sampling.sample import Sample
from inspectkit.validation import nearest

METHODS = (CHOSEN, KG, RECOVERED, EXACT)
SIDES = ("both", "low", "high")


def estimate(
    scores: Scores,
    sample: Sample,
    *,
    by: Sequence[str] = ("stratum",),
    level: float = 0.95,
    interval: str = CHOSEN,
    side: str = "both",
) -> Estimates:
    """What the scores say of the frame: value, limits, n, N and method of every figure.

    by: columns of the sampled cases whose values become domains; "stratum" gives the casework
    types, a fact gives domains named "fact=value". "all" is always there. A stratum weighs N/n
    with n its cases settled for the figure, so that a file not yet examined counts neither as
    lost points nor as not applicable; "all" has no value while a stratum has no file settled.
    Clusters and selection by size weigh by what was drawn with which probability.

    interval: chosen | KG-s | recovered | exact. Chosen is KG-s where the design's coverage lets it
    (`coverage.choice`), then the limits recovered from those of each stratum, then exact bets.
    Exact, on request, is by `intervals.exact.assurance_limits` where each case is yes or no, and by
    bets for other marks.
    Whatever it is, at exactly 0% and 100% the exact bound (`intervals.most_unseen`), and the value
    itself in a census. Limits cover sampling error only. side: both, or a one-sided limit; the
    other end is then 0 or 1.

    Errors: a case outside the sample or in another stratum; a `by` that is no column.
    """
    if not 0 < level < 1:
        raise InspectionError("estimate", f"level {level} is not between 0 and 1", "Give 0.95")
    for name, given, known in (("interval", interval, METHODS), ("side", side, SIDES)):
        if given not in known:
            remedy = f"Use one of {', '.join(known)}.{nearest(given, list(known))}"
            raise InspectionError("estimate", f"no {name} {given!r}", remedy)
    _check(scores, sample)
    cells, domains = grid(scores, sample), domains_of(sample, by)
    counts = cube(cells, domains, sample)
    kinds = {str(row.get("selection") or "simple") for row in sample.strata().to_dict("records")}
    if not kinds <= set(PLAIN):
        counts = weighted_cube(counts, cells, domains, sample)
    # a one-sided limit at 95% is the end of a two-sided interval at 90%
    asked = Asked(
        level if side == "both" else 2 * level - 1, level, interval, side, frozenset(kinds)
    )
    bets = Bets(scores, sample, cells, domains)
    rows = tuple(rows_of(scores.figures, counts, asked, bets))
    return Estimates(rows, counts.table(), scores, sample, level, tuple(by))


def _check(scores: Scores, sample: Sample) -> None:
    cases = sample.drawn
    drawn = dict(zip(cases["id"], cases["stratum"], strict=True))
    problems = Problems()
    marked = scores.marks[["subject", "stratum"]].drop_duplicates()
    for subject, stratum in marked.itertuples(index=False):
        if subject not in drawn:
            remedy = "Estimate with the sample that was marked, or remove these marks"
            problems.add(f"case {subject}", "it has marks and is not in the sample", remedy)
        elif drawn[subject] != stratum:
            what = f"marked as {stratum}, drawn as {drawn[subject]}"
            problems.add(f"case {subject}", what, "Correct the stratum of the case")
    if ALL in scores.strata:
        problems.add("strata", f"a casework type has the id {ALL!r}", "Give it another id")
    problems.raise_if_any()
