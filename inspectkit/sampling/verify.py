"""Recomputes a sample from its frame and its manifest, and names the first difference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from inspectkit.errors import InspectionError
from inspectkit.sampling.frame import Frame
from inspectkit.sampling.sample import Sample
from inspectkit.sampling.selecting.topup import drawn_again

REMEDY = "Ask for the export and the manifest of the day of the draw, and do not use this sample"


def verify(frame: Frame, manifest: Mapping[str, Any] | Sample) -> tuple[str, ...]:
    """The checks passed, in words, in the order they were made.

    Errors: InspectionError at the first difference, naming what was found and what was expected.
    """
    given = manifest.manifest() if isinstance(manifest, Sample) else manifest
    sample = Sample.restore(given, frame.cases)
    passed = ["the manifest's content fits its digest"]
    _same("frame digest", sample.head["frame"]["digest"], frame.digest)
    passed.append(f"the frame's digest is {frame.digest} over {len(frame.cases)} cases")
    _same("digest of the frame's facts", sample.head["frame"]["facts_digest"], frame.facts_digest)
    passed.append("the facts of the frame are those of the draw")
    again = drawn_again(frame, sample.head)
    for name in ("key", "design", "strata", "frame", "notes"):
        _same(name, _bare(sample.head.get(name)), _bare(again.head.get(name)))
    passed.append(f"key {sample.head['key']} follows from seed, inspection and round")
    for ids in ("avoid", "prefer"):
        if ids in sample.head:
            passed.append(f"{ids}: {len(sample.head[ids])} cases of earlier rounds, as stated")
    _same_cases(sample.cases, again.cases)
    return (*passed, *_strata(again))


def _strata(again: Sample) -> Iterator[str]:
    """What was recomputed in each stratum, in words."""
    for row in again.head["strata"]:
        n, N, selection = row["n"], row["N"], row.get("selection", "simple")
        how = {
            "simple": f"the {n} smallest tickets of {N}",
            "pareto": f"the first {n} of {N} in Pareto order of size",
            "sequential_poisson": f"the first {n} of {N} in sequential Poisson order of size",
            "systematic": f"every {N}/{n}-th case of the sorted list of {N}",
            "clusters": f"the {row.get('clusters_drawn')} smallest tickets of "
            f"{row.get('clusters')} clusters, {n} of {N} items",
        }[selection]
        if n == N:
            how = f"all {N} cases, weight 1"
        yield f"{row['stratum']}: {how} and {row['reserves']} reserves in order"


def _bare(value: Any) -> Any:
    """Strata without their labels, which decide nothing."""
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        return value
    return [{name: each for name, each in row.items() if name != "label"} for row in value]


def _same(name: str, stated: object, found: object) -> None:
    if stated != found:
        raise InspectionError(
            name, f"the manifest states {stated}, recomputing gives {found}", REMEDY
        )


def _same_cases(stated: pd.DataFrame, found: pd.DataFrame) -> None:
    if len(stated) != len(found):
        raise InspectionError(
            "cases", f"the manifest lists {len(stated)}, recomputing gives {len(found)}", REMEDY
        )
    for was, now in zip(stated.to_dict("records"), found.to_dict("records"), strict=True):
        for name in now:
            place = f"stratum {now['stratum']}, place {now['order']}, {name}"
            _same(place, was.get(name), now[name])
