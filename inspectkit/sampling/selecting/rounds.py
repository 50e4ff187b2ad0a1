"""Rounds that come again: a fresh key each, no case twice; a warning when a seed comes again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from inspectkit.digest import sha256
from inspectkit.errors import InspectionError
from inspectkit.sampling.design import Design
from inspectkit.sampling.sample import Sample


def recurring(design: Design, round: str, earlier: Iterable[Sample]) -> Design:
    """The design of the next round, without the cases that earlier rounds drew.

    An inspected body's own checks each month, two cases for every unit and lawyer:
    `Design.of("own-checks", by=["unit", "lawyer"], allocation="each", total=2, round="2026-01")`.
    Reserves of earlier rounds can be drawn unless they were used (add them with `next_round`).

    Errors: a round that was drawn before; a sample of another inspection.
    """
    used = list(earlier)
    for sample in used:
        stated = sample.head["design"]
        if stated["inspection"] != design.inspection:
            where, remedy = f"inspection {stated['inspection']}", "Give rounds of one inspection"
            raise InspectionError(where, f"it is not {design.inspection}", remedy)
        if str(stated["round"]) == str(round):
            remedy = "Name a fresh round: each has a key of its own"
            raise InspectionError(f"round {round}", "it was drawn before", remedy)
    drawn = [id for sample in used for id in sample.drawn["id"]]
    if round == design.round:
        return design.with_earlier(avoid=drawn)
    return design.next_round(round, avoid=drawn)


@dataclass(frozen=True)
class SeedUse:
    """One draw: the SHA-256 of its seed, its inspection and round, and its day."""

    seed_digest: str
    inspection: str
    round: str
    day: str


def uses_of_seeds(folder: Path) -> Iterator[SeedUse]:
    """The draws of the inspections in the folders of a folder; unreadable ones are passed over.

    The day is that of the manifest's file.
    """
    for path in sorted(folder.glob("*/sample/manifest.json")):
        try:
            manifest = json.loads(path.read_text(encoding="utf-8"))
            design, seed = manifest["design"], str(manifest["seed"])
            day = date.fromtimestamp(path.stat().st_mtime).isoformat()
        except (OSError, ValueError, KeyError, TypeError):
            continue
        yield SeedUse(sha256(seed), str(design["inspection"]), str(design["round"]), day)


def seed_warnings(seed: str, design: Design, uses: Iterable[SeedUse]) -> tuple[str, ...]:
    """One sentence for each other inspection or round that this seed was used for.

    >>> use = SeedUse(sha256("1 2 3"), "north-east-2025", "1", "2025-11-03")
    >>> seed_warnings("1 2 3", Design.of("south-west-2026", strata={"MC": 3}), [use])
    ('seed already used on 2025-11-03 for north-east-2025, round 1',)
    """
    own = (design.inspection, design.round)
    found = {
        (use.day, use.inspection, use.round)
        for use in uses
        if use.seed_digest == sha256(seed) and (use.inspection, use.round) != own
    }
    return tuple(
        f"seed already used on {day} for {inspection}, round {round}"
        for day, inspection, round in sorted(found)
    )
