"""The steps of a round in the folder `sample`: agree, commit, draw, lengthen, check again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from inspectkit.errors import InspectionError, Problems
from inspectkit.exhibits import listed
from inspectkit.sampling.design import Design
from inspectkit.sampling.draw import chosen, draw
from inspectkit.sampling.evidence.agreement import agreement
from inspectkit.sampling.evidence.commitment import (
    NAME,
    check_kept,
    commitment,
    moment,
    read_commitment,
)
from inspectkit.sampling.evidence.files import check_digest, read_json, write_json
from inspectkit.sampling.evidence.lists import lists
from inspectkit.sampling.evidence.manifests import seal, sealed, with_evidence
from inspectkit.sampling.evidence.seeds import STATED, announce, seed_from
from inspectkit.sampling.frame import Frame
from inspectkit.sampling.sample import Sample
from inspectkit.sampling.selecting.settling import settle

MANIFEST = "manifest.json"
SEED_TWICE = "the seed is announced in the commitment"


@dataclass(frozen=True)
class Ceremony:
    """What is said of the seed. source: dice, beacon, two-sides or stated.

    beacon: which round's value (commit). ours, theirs_digest: the inspectorate's text and the
    SHA-256 of the body's (commit). ours, theirs: both texts (draw). note: who threw, who saw it.
    """

    source: str = ""
    beacon: str = ""
    ours: str = ""
    theirs: str = ""
    theirs_digest: str = ""
    note: str = ""


PLAIN = Ceremony()


def commit(
    place: Path,
    frame: Frame,
    design: Design,
    *,
    ceremony: Ceremony = PLAIN,
    at: str = "",
    agreed: Mapping[str, Any] | None = None,
    again: str = "",
) -> dict[str, Any]:
    """Write `commitment.json`; what it holds.

    agreed: keywords of `agreement`. again: why an earlier commitment is given up.
    Errors: a sample was drawn; a commitment stands and no reason is given; the design cannot be
    drawn from this frame.
    """
    if (place / MANIFEST).exists():
        what = "a sample was drawn before"
        raise InspectionError("commit", what, "A new commitment is for a new round")
    settle(frame, design)
    before = read_commitment(place / NAME)
    if before and not again.strip():
        what = f"a commitment of {before['at']} stands"
        remedy = "Draw by it, or say with --again REASON why it is given up"
        raise InspectionError(f"sample/{NAME}", what, remedy)
    announced = announce(
        ceremony.source or STATED,
        beacon=ceremony.beacon,
        ours=ceremony.ours,
        theirs_digest=ceremony.theirs_digest,
    )
    when = moment(at)
    today = datetime.fromisoformat(when).date()
    content = commitment(
        frame,
        design,
        at=when,
        seed=announced,
        agreed=agreement(frame.digest, today, **(agreed or {})),
        replaces={"digest": before["digest"], "reason": again.strip()} if before else None,
    )
    place.mkdir(exist_ok=True)
    write_json(place / NAME, content)
    return content


def drawn(
    place: Path,
    frame: Frame,
    design: Design,
    *,
    seed: str,
    ceremony: Ceremony = PLAIN,
    uncommitted: str = "",
    salt: str | None = None,
) -> Sample:
    """The sample by the commitment in the folder, or by none for the reason given; nothing written.

    Errors: no commitment and no reason; another frame, design or seed source than committed to.
    """
    kept = read_commitment(place / NAME)
    if kept and uncommitted:
        what = f"a commitment of {kept['at']} stands"
        raise InspectionError("draw", what, "Draw by it, without --uncommitted")
    if kept:
        check_kept(kept, frame, design)
    announced = kept["seed_source"] if kept else {"source": ceremony.source or STATED}
    if ceremony.source and ceremony.source != announced["source"]:
        what = f"{SEED_TWICE} as {announced['source']}, not {ceremony.source}"
        raise InspectionError("seed source", what, "Draw by what was announced")
    if not kept and announced["source"] not in ("dice", STATED):
        what = f"a {announced['source']} seed proves nothing unless it was announced"
        raise InspectionError("seed source", what, "Run inspectkit commit first")
    found = seed_from(announced, seed=seed, ours=ceremony.ours, theirs=ceremony.theirs)
    story = {**announced, **({"note": ceremony.note} if ceremony.note else {})}
    return with_evidence(
        draw(frame, design, seed=found),
        commitment=kept,
        uncommitted=uncommitted,
        seed_how=story,
        salt=salt,
    )


def lengthened(
    frame: Frame, design: Design, sample: Sample, sizes: Mapping[str, int]
) -> pd.DataFrame:
    """The rows that follow the list of a sample when each stratum needs so many more cases.

    sample: as it stands. The order of the draw goes on, so every earlier case keeps its place, and
    a stratum has as many reserves afterwards as before, while the frame lasts.
    Errors: strata that are not known, sizes that are no count, too few cases, clusters.
    """
    settled = settle(frame, design)
    known = {each.id: each for each in settled.strata}
    counts, held = settled.counts(), sample.cases["stratum"].value_counts().to_dict()
    spare = sample.cases.loc[sample.cases["role"] == "reserve", "stratum"].value_counts().to_dict()
    strata = []
    for name, more in sizes.items():
        if name not in known:
            remedy = f"Use one of {', '.join(known)}"
            raise InspectionError("topup", f"there is no stratum {name!r}", remedy)
        if more < 1:
            raise InspectionError(f"stratum {name}", f"{more} more cases", "Add 1 or more")
        if known[name].selection == "clusters":
            what = "a sample of clusters is not topped up case by case"
            raise InspectionError(f"stratum {name}", what, "Draw further clusters as a new round")
        left = counts.get(name, 0) - held.get(name, 0) + spare.get(name, 0)
        if more > left:
            what = f"{more} more cases wanted, {left} are left"
            raise InspectionError(f"stratum {name}", what, "Ask for no more than are left")
    for each in settled.strata:
        length = min(held.get(each.id, 0) + sizes.get(each.id, 0), counts.get(each.id, 0))
        longer = replace(each, reserves=length - each.n)
        strata.append(longer if each.id in sizes else each)
    whole = chosen(replace(settled, strata=tuple(strata)), str(sample.head["key"]))
    return whole[~whole["id"].isin(sample.cases["id"])].reset_index(drop=True)


def check_evidence(place: Path, sample: Sample, frame: Frame, design: Design) -> tuple[str, ...]:
    """What else can be checked in the folder, in words; errors at the first difference."""
    passed = []
    head = sample.head
    if "seed_seal" in head:
        story = head["seed_seal"]
        _same("seal of the seed", story["sha256"], seal(story["salt"], str(head["seed"])))
        passed.append("the seed is the one that was sealed at the draw")
    if head.get("commitment"):
        kept = read_commitment(place / NAME)
        _same("commitment", head["commitment"]["digest"], (kept or {}).get("digest"))
        _same("frame committed to", (kept or {})["frame"]["digest"], frame.digest)
        _same("design committed to", (kept or {})["design"]["digest"], design.digest)
        passed.append(f"frame and design are those committed to at {head['commitment']['at']}")
    elif head.get("uncommitted"):
        passed.append(f"drawn WITHOUT a commitment: {head['uncommitted']}")
    if (place / "sealed.json").exists():
        restore = "Restore the file that was handed over"
        given = read_json(place / "sealed.json", missing=("", ""), restore=restore)
        check_digest("sample/sealed.json", given, restore)
        _same("sample/sealed.json", given["digest"], sealed(sample)["digest"])
        passed.append("sealed.json names the cases of this sample")
    return (*passed, _check_lists(place, lists(frame, sample)))


def _check_lists(place: Path, written: Mapping[str, bytes]) -> str:
    """Errors: a list that is missing, or that is no more as the draw wrote it."""
    restore = "Restore the file that was handed over, or a backup of the folder"
    problems = Problems()
    for name, content in written.items():
        path = place / name
        if not path.is_file():
            problems.add(f"sample/{name}", "it is missing", restore)
        elif path.read_bytes() != content:
            problems.add(f"sample/{name}", "it is not what this draw gives", restore)
    problems.raise_if_any()
    return f"{listed(list(written))} are as they were written"


def check_topped_up(frame: Frame, design: Design, first: Sample, standing: Sample) -> int:
    """How many rows follow the list of the draw in the sample as it stands, each one recomputed."""
    more = (
        standing.cases["stratum"].value_counts() - first.cases["stratum"].value_counts()
    ).to_dict()
    sizes = {str(name): int(size) for name, size in more.items() if size}
    if not sizes:
        return 0
    names = ["id", "stratum", "order", "ticket"]
    listed = standing.cases[~standing.cases["id"].isin(first.cases["id"])][names]
    again = lengthened(frame, design, first, sizes)[names]
    for was, now in zip(listed.to_dict("records"), again.to_dict("records"), strict=False):
        _same(f"top-up, stratum {now['stratum']}, place {now['order']}", was, now)
    _same("top-up, cases", len(listed), len(again))
    return len(again)


def _same(name: str, stated: object, found: object) -> None:
    if stated != found:
        what = f"{stated} is stated, {found} was found"
        raise InspectionError(name, what, "Restore the files of the draw, or explain the change")
