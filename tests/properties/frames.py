"""Frames made of plain cases, and one design of every kind on such a frame, for the tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import pandas as pd

from inspectkit.sampling import AcceptancePlan, Design, Frame

SIZES = {"MC": 24, "CC": 12, "RASSO": 6}
OUTCOMES = ("late_plea", "early_plea", "trial")


@cache
def _template() -> Frame:
    export = pd.DataFrame(
        {"URN": ["A"], "Type": ["MC"], "Area": ["South West"], "Ended": ["01/02/2026"]}
    )
    columns = {"id": "URN", "stratum": "Type", "area": "Area", "finalised": "Ended"}
    period = {"finalised_from": "2025-10-01", "finalised_to": "2026-09-30"}
    eligible = {"area": "South West", **period}
    spec = {"file": "", "dates": "%d/%m/%Y", "columns": columns, "eligible": eligible}
    return Frame.read(export, spec)


def frame_of(cases: pd.DataFrame) -> Frame:
    """A frame that holds just these cases."""
    return replace(_template(), cases=cases.reset_index(drop=True))


def cases_of(strata: Mapping[str, int] = SIZES, **columns: Sequence[Any]) -> pd.DataFrame:
    """So many cases by stratum; further columns are repeated as often as it takes."""
    names = [(f"{name}{k:03}/26", name) for name, size in strata.items() for k in range(size)]
    table = pd.DataFrame(names, columns=["id", "stratum"]).assign(finalised="2026-02-03")
    for name, values in columns.items():
        table[name] = [values[k % len(values)] for k in range(len(table))]
    return table


def clustered_cases(sizes: Sequence[int] = (5, 1, 4, 2, 6, 3, 5, 2)) -> pd.DataFrame:
    """Items in files of these sizes, all of one stratum."""
    rows = [(f"F{f}-{k}", f"F{f}") for f, size in enumerate(sizes) for k in range(size)]
    table = pd.DataFrame(rows, columns=["id", "cluster"])
    return table.assign(stratum="letters", finalised="2026-02-03")


def examples() -> dict[str, tuple[Frame, Design]]:
    """A frame and a design of every kind."""
    plain = frame_of(cases_of(outcome=OUTCOMES, unit=["north", "south"], lawyer=["A", "B", "C"]))
    few = frame_of(cases_of({"MC": 12}, size=["1", "2", "3.5", "20", "4", "2", "1", "6"]))
    sizes = [str((k * 37) % 29 + 2) for k in range(45)]
    many = frame_of(cases_of({"MC": 45}, size=sizes))
    files = frame_of(clustered_cases())
    of, some = Design.of, {"reserves": "30%"}
    spread = {"MC": {"deviation": "0.4"}, "CC": {"deviation": 0.5}, "RASSO": {"deviation": "2/5"}}
    quota = [{"column": "outcome", "value": "late_plea", "n": 4}]
    earlier = [f"MC{k:03}/26" for k in range(10)]
    strata = {"MC": 6, "CC": 4, "RASSO": 3}
    return {
        "simple": (plain, of("a", by=[], strata={"all": 9}, **some)),
        "stratified": (plain, of("a", strata=strata, **some)),
        "take_all": (plain, of("a", strata={**strata, "RASSO": {"take_all": True}}, **some)),
        "proportional": (plain, of("a", strata=list(SIZES), total=15, allocation="proportional")),
        "neyman": (plain, of("a", strata=spread, total=15, allocation="neyman", minimum=2)),
        "power": (plain, of("a", strata=list(SIZES), total=15, allocation="power", **some)),
        "precision": (
            plain,
            of("a", strata=spread, allocation="precision", half_width="0.2", minimum=2),
        ),
        "quota": (plain, of("a", strata={**strata, "MC": {"n": 7, "quota": quota}}, **some)),
        "pareto, few": (few, of("a", strata={"MC": 4}, selection="pareto", **some)),
        "pareto, many": (many, of("a", strata={"MC": 9}, selection="pareto", **some)),
        "sequential Poisson": (
            many,
            of("a", strata={"MC": 5}, selection="sequential_poisson", **some),
        ),
        "systematic": (
            plain,
            of("a", strata=strata, selection="systematic", sort=["outcome"], **some),
        ),
        "one stage": (files, of("a", strata={"letters": 3}, clusters={}, **some)),
        "two stages": (files, of("a", strata={"letters": 3}, clusters={"n": 2}, **some)),
        "two stages, share": (files, of("a", strata={"letters": 3}, clusters={"n": "40%"})),
        "avoid": (plain, of("a", strata=strata, avoid=earlier, **some)),
        "prefer": (plain, of("a", strata=strata, prefer=earlier, overlap="1/3", **some)),
        "each": (plain, of("a", by=["unit", "lawyer"], allocation="each", total=2)),
        "acceptance": (plain, of("a", strata={**strata, "MC": AcceptancePlan(10, 1)})),
    }
