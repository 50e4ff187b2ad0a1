"""Tops a sample up to a larger design, keeping every case that was drawn before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from inspectkit.errors import Problems
from inspectkit.sampling.design import Design
from inspectkit.sampling.draw import SELECTIONS, as_table, draw, facts_of, head
from inspectkit.sampling.frame import Frame
from inspectkit.sampling.sample import Sample
from inspectkit.sampling.selecting.selection import Draw, Row
from inspectkit.sampling.selecting.settling import Settled, settle
from inspectkit.sampling.selecting.stratum import Stratum
from inspectkit.sampling.tickets import key

APPROXIMATE = "kept though the larger draw alone drops them; probabilities are approximations"
BY_TICKET = "a systematic sample topped up by ticket among the cases not drawn"


@dataclass(frozen=True)
class TopUp:
    """sample: the enlarged one. added: its new cases, in order. kept: earlier cases that the larger
    draw alone would have dropped, and that stay all the same.
    """

    sample: Sample
    added: tuple[str, ...]
    kept: tuple[str, ...]


def topup(sample: Sample, frame: Frame, design2: Design) -> TopUp:
    """The sample enlarged to design2 with the seed of its own draw; no earlier case leaves.

    Earlier cases come first, in their order; then the new ones. In simple and cluster samples the
    smallest tickets nest, so that this is the larger draw. A larger size-proportional draw can drop
    a case: it stays, in the place of the last new one. A systematic sample takes the smallest
    tickets among the cases not drawn, so that each case still has probability (n + k)/N.

    Errors: another inspection, round or frame, a stratum drawn otherwise or smaller than before.
    """
    _check_same(sample, frame, design_of(sample), design2)
    settled, seed = settle(frame, design2), str(sample.head["seed"])
    _check_larger(sample, settled)
    round_key = key(seed, design2.inspection, design2.round)
    rows: list[Row] = []
    kept, notes = [], []
    for stratum in [each for each in settled.strata if each.n]:
        was = sample.cases[sample.cases["stratum"] == stratum.id]
        drawn = list(was.loc[was["role"] == "sample", "id"])
        part, stayed = enlarged(drawn, stratum, in_order(settled.cases, stratum)(round_key))
        rows += part
        kept += stayed
        if stratum.selection == "systematic" and len(part) > len(was):
            notes.append(f"{stratum.id}: {BY_TICKET}")
    cases = as_table(rows)
    content = head(frame, design2, settled, cases, seed)
    content["topped_up_from"] = [*sample.head.get("topped_up_from", []), sample.head["design"]]
    notes += [f"{', '.join(kept)}: {APPROXIMATE}"] if kept else []
    if notes:
        content["notes"] = [*content.get("notes", []), *notes]
    before = set(sample.cases.loc[sample.cases["role"] == "sample", "id"])
    added = [id for id in cases.loc[cases["role"] == "sample", "id"] if id not in before]
    return TopUp(Sample(cases, facts_of(frame, cases), content), tuple(added), tuple(kept))


def drawn_again(frame: Frame, content: Mapping[str, Any]) -> Sample:
    """The sample that a manifest's designs and seed give: its first draw, then its top-ups."""
    stated: list[dict[str, Any]] = [*content.get("topped_up_from", []), content["design"]]
    first, later = stated[0], stated[1:]
    sample = draw(frame, _design(content, first), seed=str(content["seed"]))
    for each in later:
        sample = topup(sample, frame, _design(content, each)).sample
    return sample


def design_of(sample: Sample) -> Design:
    """The design that a sample's manifest states; its labels as far as the manifest has them."""
    return _design(sample.head, sample.head["design"])


def _design(content: Mapping[str, Any], stated: Mapping[str, Any]) -> Design:
    lists = {name: content[name] for name in ("avoid", "prefer") if name in content}
    design = Design.restore(stated, **lists)
    labels = {row["stratum"]: row["label"] for row in content["strata"]}
    named = tuple(replace(each, label=labels.get(each.id, each.id)) for each in design.strata)
    return replace(design, strata=named)


def _check_same(sample: Sample, frame: Frame, was: Design, now: Design) -> None:
    problems = Problems()
    if (was.inspection, was.round) != (now.inspection, now.round):
        remedy = "A top-up has the inspection and the round of its sample; else draw a new round"
        problems.add("top-up", "the design is of another inspection or round", remedy)
    if sample.head["frame"]["digest"] != frame.digest:
        remedy = "Top up from the export that the sample was drawn from"
        problems.add("top-up", "this is not the frame of the sample", remedy)
    if (was.avoid, was.prefer, was.by) != (now.avoid, now.prefer, now.by):
        remedy = "Keep the strata and the lists of earlier cases as they were"
        problems.add("top-up", "strata or lists of earlier cases differ from before", remedy)
    problems.raise_if_any()


def _check_larger(sample: Sample, settled: Settled) -> None:
    problems = Problems()
    now = {each.id: each for each in settled.strata}
    for row in sample.head["strata"]:
        name, new = row["stratum"], now.get(row["stratum"])
        before = row.get("clusters_drawn") or row["n"]
        if new is None or new.selection != row.get("selection", "simple"):
            problems.add(f"stratum {name}", "it is drawn otherwise than before", "Change n only")
        elif new.n < before:
            what = f"{new.n} wanted, {before} drawn already"
            problems.add(f"stratum {name}", what, "A top-up only adds: give as many or more")
    problems.raise_if_any()


def in_order(cases: pd.DataFrame, stratum: Stratum) -> Draw:
    """The larger draw of one stratum with all its other cases behind.

    An earlier case may rank behind the new reserves; clusters nest, so theirs suffice.
    """
    units = int((cases["stratum"] == stratum.id).sum())
    is_clustered = stratum.selection == "clusters"
    whole = stratum if is_clustered else replace(stratum, reserves=units - stratum.n)
    return SELECTIONS[stratum.selection](cases, whole)


def enlarged(
    drawn: Sequence[str], stratum: Stratum, ranked: Sequence[Row]
) -> tuple[list[Row], list[str]]:
    """Rows of one stratum, earlier cases first; and those the larger draw alone would drop.

    ranked: as `in_order` gives them. Errors: a second stage that takes fewer items than before.
    """
    is_clustered = stratum.selection == "clusters"
    fresh = [row.id for row in ranked if row.role == "sample"]
    stayed = [id for id in drawn if id not in set(fresh)]
    if is_clustered and stayed:
        problems = Problems()
        what = f"{len(stayed)} items drawn already are not in the larger design"
        problems.add(f"stratum {stratum.id}", what, "A top-up only adds: give as many or more")
        problems.raise_if_any()
    if stratum.selection == "systematic":
        ranked, stayed = sorted(ranked, key=lambda row: (row.ticket, row.id)), []
    by_id, before = {row.id: row for row in ranked}, set(drawn)
    n = len(fresh)
    spare = len(ranked) - n if is_clustered else stratum.reserves
    ids = [*drawn, *(id for id in by_id if id not in before)][: n + spare]
    return [_placed(by_id[id], place, n) for place, id in enumerate(ids, 1)], stayed


def _placed(row: Row, place: int, n: int) -> Row:
    return row._replace(role="sample" if place <= n else "reserve", order=place)
