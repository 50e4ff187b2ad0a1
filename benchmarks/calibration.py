"""Do ratings given probability p come true p of the time? Invented caseloads, drawn and rated.

Each trial invents a caseload of three strata whose cases differ, draws the Area inspection's sample
(30, 40 and 20 cases), rates four themes in each stratum and pooled, and the lowest of them, and
compares the probability of every rating with the rating of the whole caseload.

    python benchmarks/calibration.py [--quick] [--json] [--picture calibration.svg]
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import numpy.typing as npt
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure as Picture

from inspectkit.assessment.rating.cases import Cases
from inspectkit.assessment.rating.draws import PSEUDO_CASES, totals
from inspectkit.assessment.rule.bands import Cut, Cuts
from inspectkit.streams import Stream, stream

STRATA = {"MC": 30, "CC": 40, "RASSO": 20}
SIZES = ((1700, 340, 52), (17_000, 3_500, 519), (60, 60, 40))
THEMES, QUESTIONS = 4, 5
TRIED = (0, 1, 2, 3)  # pseudo-cases in each stratum's urn
CUTS = Cuts((Cut(Fraction(7, 10)), Cut(Fraction(6, 10))))
TENTHS = np.linspace(0, 1, 11)
Floats = npt.NDArray[np.float64]


def caseload(sizes: tuple[int, ...], random: Stream) -> list[tuple[Floats, Floats]]:
    """Won and available points of every case by theme, in each stratum."""
    found = []
    base = 0.5 + 0.35 * random.uniform()
    for size in sizes:
        level = np.clip(base + 0.2 * (random.array(THEMES) - 0.5), 0.02, 0.99)
        spread = 0.1 + 0.5 * random.uniform()  # how far cases differ from each other
        case = np.where(random.array(size) < spread, random.array(size), 0.5)[:, None, None]
        chance = np.clip(level[:, None] + 0.9 * (case - 0.5), 0, 1)
        shape = (size, THEMES, QUESTIONS)
        cells = size * THEMES * QUESTIONS
        points = sum((random.array(cells).reshape(shape) < chance).astype(float) for _ in range(2))
        applies = random.array(cells).reshape(shape) > 0.15
        found.append(((points * applies).sum(axis=2), 2.0 * applies.sum(axis=2)))
    return found


def trial(
    sizes: tuple[int, ...], random: Stream, draws: int, pseudo_cases: int
) -> Iterator[tuple[str, Floats, int]]:
    """Each event's kind, the probability of every rating, and the true one."""
    whole = caseload(sizes, random)
    kept = [
        np.argsort(random.array(size))[:n] for size, n in zip(sizes, STRATA.values(), strict=True)
    ]
    cases = _cases(sizes, whole, kept)
    drawn = {place: CUTS.indices(won, of) for place, won, of in totals(
        cases, draws, random, pseudo_cases=pseudo_cases)}  # fmt: skip
    sums = [tuple(part.sum(axis=0) for part in each) for each in whole]
    sums.append((sum(won for won, _ in sums), sum(of for _, of in sums)))
    for place, (won, of) in enumerate(sums):
        true = CUTS.indices(won, of)
        kind = "pooled theme" if place == len(STRATA) else "theme"
        for theme in range(THEMES):
            yield kind, _shares(drawn[place][:, theme]), int(true[theme])
        yield "lowest of themes", _shares(drawn[place].max(axis=1)), int(true.max())


def _shares(places: npt.NDArray[np.int8]) -> Floats:
    counts = np.bincount(places, minlength=3)
    shares: Floats = (counts + 0.5) / (counts.sum() + 1.5)
    return shares


def _cases(
    sizes: tuple[int, ...], whole: list[tuple[Floats, Floats]], kept: list[npt.NDArray[np.intp]]
) -> Cases:
    won = np.vstack([part[0][rows] for part, rows in zip(whole, kept, strict=True)])
    of = np.vstack([part[1][rows] for part, rows in zip(whole, kept, strict=True)])
    stratum = np.repeat(np.arange(len(sizes)), [len(rows) for rows in kept])
    inside = np.column_stack([*(stratum == h for h in range(len(sizes))), stratum >= 0])
    return Cases(
        subjects=tuple(str(k) for k in range(len(won))),
        figures=tuple(f"theme {k}" for k in range(THEMES)),
        domains=(*STRATA, "all"),
        strata=tuple(STRATA),
        stratum=stratum,
        won=won,
        available=of,
        settled=np.ones(won.shape, dtype=bool),
        inside=inside,
        sizes=np.array(sizes),
    )


def run(trials: int, draws: int, pseudo_cases: int, key: str) -> dict[str, object]:
    """How often what was given each probability came true, in tenths, and the Brier score."""
    given: dict[str, list[tuple[float, bool]]] = {}
    scores: list[float] = []
    for number in range(trials):
        random = stream(key, f"trial {number}")
        for kind, shares, true in trial(SIZES[number % len(SIZES)], random, draws, pseudo_cases):
            given.setdefault(kind, []).extend((float(p), k == true) for k, p in enumerate(shares))
            scores.append(float(((shares - np.eye(3)[true]) ** 2).sum()))
    given["all"] = [each for kind in list(given) for each in given[kind]]
    table = {kind: _tenths(np.array(pairs, dtype=float)) for kind, pairs in given.items()}
    return {"pseudo_cases": pseudo_cases, "trials": trials, "draws": draws,
            "brier": round(float(np.mean(scores)), 5), "tenths": table}  # fmt: skip


def _tenths(pairs: Floats) -> list[dict[str, float]]:
    place = np.clip(np.digitize(pairs[:, 0], TENTHS) - 1, 0, 9)
    rows = []
    for tenth in range(10):
        inside = pairs[place == tenth]
        if len(inside):
            given, came = inside.mean(axis=0)
            rows.append({"from": tenth / 10, "events": len(inside), "given": round(given, 4),
                         "came_true": round(came, 4)})  # fmt: skip
    return rows


def gap(result: dict[str, object], kind: str = "all") -> float:
    """The mean distance between given and come true, each tenth by its events."""
    rows = result["tenths"][kind]  # type: ignore[index]
    total = sum(row["events"] for row in rows)
    return float(sum(row["events"] * abs(row["given"] - row["came_true"]) for row in rows) / total)


def picture(result: dict[str, object], path: Path) -> None:
    """The calibration plot as SVG."""
    figure = Picture(figsize=(4.8, 4.6))
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color="#b1b4b6", lw=1, zorder=1)
    tenths: dict[str, list[dict[str, float]]] = result["tenths"]  # type: ignore[assignment]
    for (kind, rows), marker in zip(tenths.items(), "os^D", strict=False):
        axes.plot([row["given"] for row in rows], [row["came_true"] for row in rows], marker=marker,
                  ms=5, lw=0.8, label=kind, zorder=2)  # fmt: skip
    axes.set(xlabel="Probability given to a rating", ylabel="Share that came true",
             xlim=(0, 1), ylim=(0, 1), aspect="equal")  # fmt: skip
    axes.legend(frameon=False, fontsize=8, loc="upper left")
    axes.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    with path.open("wb") as file:
        FigureCanvasSVG(figure).print_svg(file)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few trials")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--picture", type=Path, help="write the calibration plot there (SVG)")
    options = parser.parse_args()
    trials, draws = (60, 400) if options.quick else (2000, 2000)
    found = [run(trials, draws, pseudo, "calibration") for pseudo in TRIED]
    in_use = found[TRIED.index(PSEUDO_CASES)]
    if options.picture:
        picture(in_use, options.picture)
    if options.json:
        print(json.dumps(found, indent=1))
        return
    for result in found:
        print(f"{result['pseudo_cases']} pseudo-cases, {trials} trials of {draws} draws: "
              f"Brier {result['brier']}, mean gap {gap(result):.4f}")  # fmt: skip
    print(f"In use: {PSEUDO_CASES} pseudo-cases")
    for kind, rows in in_use["tenths"].items():  # type: ignore[attr-defined]
        print(kind)
        for row in rows:
            print(
                f"  given {row['given']:.3f}  came true {row['came_true']:.3f}  of {row['events']}"
            )


if __name__ == "__main__":
    main()
