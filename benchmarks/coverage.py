"""Tables how often each interval holds the truth, over designs, truths and kinds of marks.

    python benchmarks/coverage.py             # every design and kind of marks: some minutes
    python benchmarks/coverage.py --quick     # few of each: does everything run?
    python benchmarks/coverage.py --json      # the same numbers for a program

Marks are simulated: fully, partially or not met with some not applicable, in three strata of which
30, 40 and 20 cases are drawn (fewer of a small one), true scores from 0.02 to 0.98, populations
from 60 to 20,000. One seeded stream; the same samples for every method. A sample without an
interval counts as a miss here. The second table is the certificate of the interval in use, beside
a run of ten times the samples on another seed at the same truths.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np

from inspectkit.assessment.coverage.certificate import Effort, certify
from inspectkit.assessment.coverage.choice import EXACT, KG, RECOVERED, method_on
from inspectkit.assessment.coverage.samples import (
    Marks,
    Part,
    counted,
    drawn,
    sums_of,
    true_share,
)
from inspectkit.assessment.intervals import Floats
from inspectkit.assessment.intervals.betting import Seen, betting_limits
from inspectkit.assessment.intervals.plain import plain_korn_graubard, wald, wilson
from inspectkit.assessment.intervals.recovered import recovered_limits
from inspectkit.assessment.intervals.reported import report_limits
from inspectkit.digest import Stream, stream

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
CERTIFIED = {KG: report_limits, RECOVERED: recovered_limits}


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
    parts: tuple[Part, ...], truth: tuple[Fraction, ...], kind: Marks, runs: int, random: Stream
) -> dict[str, float]:
    """The share of samples whose interval holds the truth, by method; misses without interval."""
    frame = tuple(counted(part, each, kind) for part, each in zip(parts, truth, strict=True))
    share = float(true_share(frame))
    counts = drawn(parts, frame, random, runs)
    sums = sums_of(parts, *counts)
    found = {}
    for name, method in METHODS.items():
        low, high = method(sums, level=0.95)
        found[name] = float(((low <= share + 1e-9) & (share - 1e-9 <= high)).mean())
    return found


def bets_cover(
    parts: tuple[Part, ...], truth: tuple[Fraction, ...], kind: Marks, runs: int, random: Stream
) -> float:
    """The same for the bets, which look at the cases one by one in an order of no meaning."""
    frame = tuple(counted(part, each, kind) for part, each in zip(parts, truth, strict=True))
    share, held = float(true_share(frame)), 0
    for m, f, h in zip(*drawn(parts, frame, random, runs), strict=True):
        seen = []
        for part, cases, full, half in zip(parts, m, f, h, strict=True):
            order = np.argsort(random.array(part.n))
            y = np.repeat([2.0, 1.0, 0.0], [full, half, part.n - full - half])[order]
            seen.append(Seen(part.N, y, np.repeat([2.0, 0.0], [cases, part.n - cases])[order]))
        low, high = betting_limits(seen, 2.0)
        held += low <= share <= high
    return held / runs


def table(quick: bool, seed: str) -> list[dict[str, Any]]:
    """One row a design and kind of marks: least and mean coverage by method, and what is in use."""
    rows = []
    designs = dict(list(DESIGNS.items())[:2]) if quick else DESIGNS
    runs, more, bets = (300, 2, 5) if quick else (4000, 20, 200)
    for name, design in designs.items():
        parts = tuple(Part(str(k), "", N, n) for k, (N, n) in enumerate(design))
        used = method_on(design)
        for kind in KINDS[: 2 if quick else None]:
            random = stream(seed, f"{name}, {kind}")
            grid = truths(len(parts), random, more)
            seen = {truth: covered(parts, truth, kind, runs, random) for truth in grid}
            by_method = {
                each: (
                    min(s[each] for s in seen.values()),
                    float(np.mean([s[each] for s in seen.values()])),
                )
                for each in METHODS
            }
            # the bets are slow: at the truths where the others do worst
            worst = sorted(seen, key=lambda truth: seen[truth][KG])[:3]
            held = [bets_cover(parts, truth, kind, bets, random) for truth in worst]
            by_method[EXACT] = (min(held), float(np.mean(held)))
            rows.append({"design": name, "marks": str(kind), "truths": len(grid), "in use": used,
                         "coverage": by_method})  # fmt: skip
    return rows


def agreement(quick: bool, seed: str) -> list[dict[str, Any]]:
    """The certificate's smallest coverage, and a run of ten times the samples at its truth."""
    rows = []
    designs = dict(list(DESIGNS.items())[1:2]) if quick else DESIGNS
    effort = Effort(first=200, again=2, samples=2_000) if quick else Effort()
    for name, design in designs.items():
        parts = tuple(Part(str(k), "", N, n) for k, (N, n) in enumerate(design))
        for kind, (method, limits) in product(KINDS[:2], CERTIFIED.items()):
            (found,) = certify(
                name, parts, level=Fraction(95, 100), stream=stream(seed, name), marks=(kind,),
                effort=effort, limits=limits,
            )  # fmt: skip
            frame = tuple(counted(p, each, kind) for p, each in zip(parts, found.at, strict=True))
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
    rows, again = table(given.quick, given.seed), agreement(given.quick, given.seed)
    if given.json:
        print(json.dumps({"coverage": rows, "certificates": again}, indent=1))
        return
    names = [*METHODS, EXACT]
    print("Least (mean) coverage of 95% intervals; simulated marks\n")
    print(f"{'design':24}{'marks':38}" + "".join(f"{each:>22}" for each in names) + "  in use")
    for row in rows:
        cells = "".join(f"{low:>14.3f} ({mean:.3f})" for low, mean in row["coverage"].values())
        print(f"{row['design']:24}{row['marks']:38}{cells}  {row['in use']}")
    print("\nCertificates, and ten times the samples on another seed\n")
    for row in again:
        print(f"{row['design']:24}{row['marks']:38}{row['interval']:12}{row['certified']:8.4f}{row['again']:8.4f}"
              f"   apart {row['apart']:.4f}")  # fmt: skip
    print(f"\n{time.process_time() - began:.0f} s of CPU time")


if __name__ == "__main__":
    main()
