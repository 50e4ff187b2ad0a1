"""Several Areas in one call: each has its own frame, key, sample and manifest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from inspectkit.errors import InspectionError, Problems
from inspectkit.sampling.design import Design
from inspectkit.sampling.draw import draw
from inspectkit.sampling.frame import Frame
from inspectkit.sampling.sample import Sample


def by_area(frame: Frame, column: str) -> dict[str, Frame]:
    """One frame for each value of a fact, in the order of the values.

    Errors: no such fact; a case without a value, or with several.
    """
    if column not in frame.cases.columns:
        raise InspectionError("areas", f"the frame has no fact {column!r}", "Add it to the facts")
    values = frame.cases[column]
    doubtful = frame.cases.loc[values.isin(["", "mixed"]), "id"]
    if len(doubtful):
        what = f"{len(doubtful)} cases have no one {column}, the first is {doubtful.iloc[0]}"
        raise InspectionError("areas", what, "Correct them at their source, or exclude them")
    return {
        str(area): replace(
            frame,
            name=f"{frame.name}: {area}",
            cases=frame.cases[values == area].reset_index(drop=True),
        )
        for area in sorted(values.unique())
    }


def draw_areas(
    frames: Mapping[str, Frame], designs: Design | Mapping[str, Design], *, seed: str
) -> dict[str, Sample]:
    """One sample for each Area.

    designs: one for every Area, or one for all; that one's inspection id gets the Area's name, so
    that each Area has a key of its own from the same seed. Errors: those of every Area's draw, at
    once, with the Area named; two Areas with one inspection id.
    """
    stated = (
        {area: _of_area(designs, area) for area in frames}
        if isinstance(designs, Design)
        else dict(designs)
    )
    _check(frames, stated)
    problems, samples = Problems(), {}
    for area, frame in frames.items():
        inside = Problems()
        with inside.gather():
            samples[area] = draw(frame, stated[area], seed=seed)
        for error in inside.found:
            problems.add(f"{area}, {error.where}", error.what, error.remedy)
    problems.raise_if_any()
    return samples


def _of_area(design: Design, area: str) -> Design:
    slug = "-".join("".join(c if c.isalnum() else " " for c in area.lower()).split())
    return replace(design, inspection=f"{design.inspection}-{slug}", title=area)


def _check(frames: Mapping[str, Frame], designs: Mapping[str, Design]) -> None:
    if set(frames) != set(designs):
        odd = min(set(frames) ^ set(designs))
        raise InspectionError(f"area {odd}", "it has a frame or a design, not both", "Give both")
    rounds = [(each.inspection, each.round) for each in designs.values()]
    twice = {each for each in rounds if rounds.count(each) > 1}
    if twice:
        what = "two Areas have this inspection id and round, so that they would share a key"
        raise InspectionError(f"inspection {min(twice)[0]}", what, "Give each Area its own id")
