"""Tables how often each interval holds the truth, over designs, truths and kinds of marks.

    python benchmarks/coverage.py             # every design and kind of marks: some minutes
    python benchmarks/coverage.py --quick     # few of each: does everything run?
    python benchmarks/coverage.py --json      # the same numbers for a program

Marks are simulated: fully, partially or not met with some not applicable, in three strata of which
30, 40 and 20 cases are drawn (fewer of a small one), true scores from 0.02 to 0.98, populations
from 60 to 20,000. One seeded stream; the same samples for every method. A sample without an
interval counts as a miss here. Exact intervals are looked at where the default does worst. The
last table is the certificate beside a run of ten times its samples on another seed at its truths.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterable
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np

from inspectkit.assessment.coverage.certificate import ENOUGH, Effort, certify
from inspectkit.assessment.coverage.choice import EXACT, KG, RECOVERED, method_on
from inspectkit.assessment.coverage.samples import (
    Ints,
    Marks,
    Part,
    drawn,
    frame_of,
    sums_of,
    true_share,
)
from inspectkit.assessment.estimation.rows import YES_NO
from inspectkit.assessment.intervals import Floats
from inspectkit.assessment.intervals.betting import Seen, believed
from inspectkit.assessment.intervals.exact import assurance_limits, level_of_each
from inspectkit.assessment.intervals.plain import plain_korn_graubard, wald, wilson
from inspectkit.assessment.intervals.recovered import recovered_limits
from inspectkit.assessment.intervals.reported import report_limits
from inspectkit.sampling.sizes import exact_limits
from inspectkit.streams import Stream, stream

DESIGNS = {
    "60": ((30, 20), (20, 15), (10, 5)),
    "600": ((300, 30), (200, 40), (100, 20)),
    "2,000": ((1600, 30), (350, 40), (50, 20)),
    "20,000": ((16000, 30), (3500, 40), (500, 20)),
    "20,000 in proportion": ((16000, 72), (3500, 16), (500, 2)),
    "one stratum of 519": ((519, 20),),
    "one stratum of 60": ((60, 30),),
}
SCORES = (0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98)
KINDS = (Marks(), Marks(Fraction(3, 10), Fraction(1, 2)), Marks(Fraction(6, 10), Fraction(1, 2)))
METHODS: dict[str, Callable[..., tuple[Floats, Floats]]] = {
    "Wald": wald,
    "Wilson, effective n": wilson,
    "Korn-Graubard, plain": plain_korn_graubard,
    KG: report_limits,
    RECOVERED: recovered_limits,
}
BETS, ASSURED, JOINED = f"{EXACT}, bets", YES_NO, "exact, joined"
NAMES = (*METHODS, BETS, ASSURED, JOINED)
CERTIFIED = {KG: report_limits, RECOVERED: recovered_limits}
Truth = tuple[Fraction, ...]
Counts = tuple[Ints, Ints, Ints]  # cases, full and half marks of samples x strata
SLACK = 1e-9


def truths(strata: int, random: Stream, more: int) -> list[tuple[Fraction, ...]]:
    """The same score in every stratum, one stratum apart from the others, and some at random."""
    scores = [Fraction(str(each)) for each in SCORES]
    found = [(each,) * strata for each in scores]
    for place in range(strata if strata > 1 else 0):
        for odd, rest in (
            (scores[-1], scores[3]),
            (scores[0], scores[-1]),
            (scores[3], scores[-1]),
        ):
            found.append(tuple(odd if k == place else rest for k in range(strata)))
    found += [tuple(random.choice(scores) for _ in range(strata)) for _ in range(more)]
    return list(dict.fromkeys(found))


def covered(
    parts: tuple[Part, ...], truth: Truth, kind: Marks, runs: int, random: Stream
) -> dict[str, float]:
    """The share of samples whose interval holds the truth, by method; misses without interval."""
    frame = frame_of(parts, truth, kind)
    share = float(true_share(frame))
    counts = drawn(parts, frame, random, runs)
    sums = sums_of(parts, *counts)
    found = {name: _held(method(sums, level=0.95), share) for name, method in METHODS.items()}
    if kind == Marks():
        found[JOINED] = _held(_joined(parts, counts[1]), share)
    return found


def exact_ones(
    parts: tuple[Part, ...], truth: Truth, kind: Marks, runs: int, random: Stream
) -> dict[str, float]:
    """The same for those that look at samples or cases one by one."""
    frame = frame_of(parts, truth, kind)
    share = float(true_share(frame))
    counts = drawn(parts, frame, random, runs)
    seen = [_in_some_order(part, place, counts, random) for place, part in enumerate(parts)]
    found = {BETS: float(believed(seen, 2.0, share).mean())}
    if kind == Marks():
        found[ASSURED] = _held(_assured(parts, counts[1]), share)
    return found


def _in_some_order(part: Part, place: int, counts: Counts, random: Stream) -> Seen:
    """The cases of one stratum in every sample, in an order of no meaning."""
    m, full, half = (each[:, [place]] for each in counts)
    case = np.arange(part.n)
    order = np.argsort(random.array(len(m) * part.n).reshape(len(m), part.n), axis=1)
    points = np.where(case < full, 2.0, np.where(case < full + half, 1.0, 0.0))
    available = np.where(case < m, 2.0, 0.0)
    return Seen(part.N, *(np.take_along_axis(each, order, axis=1) for each in (points, available)))


def _joined(parts: tuple[Part, ...], yes: Ints) -> tuple[Floats, Floats]:
    """`intervals.exact.joined_limits` of many samples: each stratum's ends are found once."""
    level, total = level_of_each(Fraction(95, 100), parts), sum(part.N for part in parts)
    low, high = np.zeros(len(yes)), np.zeros(len(yes))
    for place, part in enumerate(parts):
        ends = np.array([exact_limits(x, part.n, level, part.N) for x in range(part.n + 1)])
        low += part.N / total * ends[yes[:, place], 0]
        high += part.N / total * ends[yes[:, place], 1]
    return low, high


def _assured(parts: tuple[Part, ...], yes: Ints) -> tuple[Floats, Floats]:
    distinct, place = np.unique(yes, axis=0, return_inverse=True)
    N, n = [part.N for part in parts], [part.n for part in parts]
    ends = np.array([assurance_limits(N, n, each.tolist(), level=0.95) for each in distinct])
    return ends[place.ravel(), 0], ends[place.ravel(), 1]


def _held(limits: tuple[Floats, Floats], share: float) -> float:
    low, high = limits
    return float(((low <= share + SLACK) & (share - SLACK <= high)).mean())


def table(quick: bool, seed: str, tell: Callable[[str], None]) -> list[dict[str, Any]]:
    """One row a design and kind of marks: least and mean coverage by method, and what is in use."""
    rows = []
    designs = dict(list(DESIGNS.items())[:2]) if quick else DESIGNS
    runs, more, few, worst = (300, 2, 50, 2) if quick else (4000, 20, 1000, 8)
    for name, design in designs.items():
        parts = tuple(Part(str(k), "", N, n) for k, (N, n) in enumerate(design))
        used = method_on(design)
        for kind in KINDS[: 2 if quick else None]:
            tell(f"{name}, {kind}")
            random = stream(seed, f"{name}, {kind}")
            grid = truths(len(parts), random, more)
            seen = {truth: covered(parts, truth, kind, runs, random) for truth in grid}
            # the smallest of many noisy shares is too small: once more where they did worst
            hard = {each: _worst(seen, each, worst) for each in CERTIFIED}
            again = {truth: covered(parts, truth, kind, 10 * runs, random)
                     for truth in dict.fromkeys([*hard[KG], *hard[RECOVERED]])}  # fmt: skip
            exact = {truth: exact_ones(parts, truth, kind, few, random) for truth in hard[KG]}
            held = [*(seen | again).values(), *exact.values()]
            by_method = {each: _least_and_mean(each, held) for each in NAMES}
            for each, where in hard.items():
                least, mean = (again[truth][each] for truth in where), _least_and_mean(each, held)
                by_method[each] = (min(least), mean[1] if mean else np.nan)
            rows.append({"design": name, "marks": str(kind), "truths": len(grid), "in use": used,
                         "coverage": by_method})  # fmt: skip
    return rows


def _worst(seen: dict[Truth, dict[str, float]], method: str, number: int) -> list[Truth]:
    return sorted(seen, key=lambda truth: seen[truth][method])[:number]


def _least_and_mean(method: str, seen: Iterable[dict[str, float]]) -> tuple[float, float] | None:
    """None where the method is not for such marks."""
    held = [each[method] for each in seen if method in each]
    return (min(held), float(np.mean(held))) if held else None


def fallbacks(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Where the default holds less than .93 somewhere: what is used there, and its least."""
    names = {KG: KG, RECOVERED: RECOVERED, EXACT: BETS}
    found = []
    for row in rows:
        least = row["coverage"][KG][0]
        if least < ENOUGH:
            used = names[row["in use"]]
            told = {"default": least, "in use": used, "least": row["coverage"][used][0]}
            found.append({"design": row["design"], "marks": row["marks"]} | told)
    return found


def agreement(quick: bool, seed: str, tell: Callable[[str], None]) -> list[dict[str, Any]]:
    """The certificate's smallest coverage, and a run of ten times the samples at its truth."""
    rows = []
    designs = dict(list(DESIGNS.items())[1:2]) if quick else DESIGNS
    effort = Effort(first=200, again=2, samples=2_000) if quick else Effort()
    for name, design in designs.items():
        parts = tuple(Part(str(k), "", N, n) for k, (N, n) in enumerate(design))
        for kind, (method, limits) in product(KINDS[:2], CERTIFIED.items()):
            tell(f"certificate of {method}: {name}, {kind}")
            (found,) = certify(
                name, parts, level=Fraction(95, 100), stream=stream(seed, name), marks=(kind,),
                effort=effort, limits=limits,
            )  # fmt: skip
            frame = frame_of(parts, found.at, kind)
            samples = 10 * effort.samples
            counts = drawn(parts, frame, stream(seed + ", again", name), samples)
            low, high = limits(sums_of(parts, *counts), level=0.95)
            share, known = float(true_share(frame)), np.isfinite(low)
            held = float(((low <= share + 1e-9) & (share - 1e-9 <= high))[known].mean())
            told = {"design": name, "marks": str(kind), "interval": method}
            ends = {"certified": found.least, "again": held, "apart": abs(found.least - held)}
            rows.append(told | ends)
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="few designs and samples")
    parser.add_argument("--json", action="store_true", help="numbers for a program")
    parser.add_argument("--seed", default="coverage", help="any text")
    given = parser.parse_args()
    began = time.process_time()

    def tell(what: str) -> None:
        print(f"{time.process_time() - began:5.0f} s  {what}", file=sys.stderr, flush=True)

    rows, again = table(given.quick, given.seed, tell), agreement(given.quick, given.seed, tell)
    result = {"coverage": rows, "fallbacks": fallbacks(rows), "certificates": again}
    if given.json:
        print(json.dumps(result, indent=1))
        return
    show(result)
    print(f"\n{time.process_time() - began:.0f} s of CPU time")


def show(result: dict[str, Any]) -> None:
    """The numbers as tables."""
    print("Least (mean) coverage of 95% intervals; simulated marks; - where not for such marks\n")
    print(f"{'design':22}{'marks':36}" + "".join(f"{each:>22}" for each in NAMES) + "  in use")
    for row in result["coverage"]:
        cells = (row["coverage"][each] for each in NAMES)
        told = "".join(f"{f'{each[0]:.3f} ({each[1]:.3f})' if each else '-':>22}" for each in cells)
        print(f"{row['design']:22}{row['marks']:36}{told}  {row['in use']}")
    print("\nWhere the default holds less than .93: its least, and that of what is used instead\n")
    for row in result["fallbacks"]:
        least = f"{row['default']:8.3f}  {row['in use']:14}{row['least']:8.3f}"
        print(f"{row['design']:22}{row['marks']:36}{least}")
    print("\nCertificates, and ten times the samples on another seed\n")
    for row in result["certificates"]:
        held = f"{row['certified']:8.4f}{row['again']:8.4f}   apart {row['apart']:.4f}"
        print(f"{row['design']:22}{row['marks']:36}{row['interval']:12}{held}")
    print(f"\nFurthest apart: {max(row['apart'] for row in result['certificates']):.4f}")


if __name__ == "__main__":
    main()
