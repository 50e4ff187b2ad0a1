"""Recomputes a sample from its frame and its manifest, and names the first difference."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from inspectkit.errors import InspectionError
from inspectkit.sampling.design import Design, Stratum
from inspectkit.sampling.draw import draw
from inspectkit.sampling.frame import Frame
from inspectkit.sampling.sample import Sample

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
    again = draw(frame, _design(sample), seed=str(sample.head["seed"]))
    for name in ("design", "strata", "key", "frame"):
        _same(name, sample.head[name], again.head[name])
    passed.append(f"key {sample.head['key']} follows from seed, inspection and round")
    _same_cases(sample.cases, again.cases)
    for row in again.strata().itertuples():
        drawn = f"the {row.n} smallest tickets of {row.N}"
        passed.append(f"{row.stratum}: {drawn} and {row.reserves} reserves in order")
    return tuple(passed)


def _design(sample: Sample) -> Design:
    design = sample.head["design"]
    labels = {row["stratum"]: row["label"] for row in sample.head["strata"]}
    strata = tuple(
        Stratum(label=labels.get(each["id"], each["id"]), **each) for each in design["strata"]
    )
    return Design(design["inspection"], design["round"], strata)


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
            _same(f"stratum {now['stratum']}, place {now['order']}, {name}", was[name], now[name])
