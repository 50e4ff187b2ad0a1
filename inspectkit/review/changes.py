"""Changes to a drawn sample, in its store and its folder: marking opened, substitution, top-up."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from inspectkit.errors import InspectionError
from inspectkit.questions.question_set import QuestionSet
from inspectkit.review.disposal import DISPOSE
from inspectkit.review.store import Store
from inspectkit.review.substitution import ABSENT, REASONS, SAMPLE, StandingSample, TopUp
from inspectkit.sampling.design import Design
from inspectkit.sampling.evidence.lists import write_added
from inspectkit.sampling.evidence.steps import check_topped_up, lengthened
from inspectkit.sampling.frame import Frame
from inspectkit.sampling.sample import Sample

FOUND, TOPPED = "found", "Topped up"


def open_marking(path: Path | str, sample: Sample, qs: QuestionSet) -> Sample:
    """Open the store on the sample; the one it holds where an interrupted draw had put it there."""
    store = Store(path)
    try:
        if store.started:
            held = store.drawn()
            again = held.head["key"] == sample.head["key"] and held.cases.equals(sample.cases)
            sample = held if again else sample
        store.start(sample, qs)
    finally:
        store.close()
    return sample


def substitute(
    store: Store, place: Path, case: str, *, reason: str, by: str, note: str = ""
) -> str:
    """Record that a case cannot be examined; the reserve that takes its place, "" if none.

    place: the folder `sample`. A file that is missing or refused stays in the sample as
    non-response, and as a case to mark once it is found: nothing takes its place.
    """
    _named(by)
    if reason in ABSENT:
        store.not_available(case, reason=reason, by=by, note=note)
        return ""
    if reason == FOUND:
        store.available(case, by=by, note=note)
        return ""
    given = store.cannot_examine(case, reason=reason, by=by, note=note)
    _write_added(store, place)
    return given


def topup(
    store: Store,
    place: Path,
    sizes: Mapping[str, int],
    *,
    frame: Frame,
    design: Design,
    by: str,
    reason: str = "",
) -> StandingSample:
    """Take so many more cases of each stratum, the next in the order of the draw; what stands then.

    Errors: those of `lengthened` and `Store.topup`; another frame or design than was drawn from.
    """
    _named(by)
    head = store.drawn().head
    for name, drawn, ours in (
        ("frame", head["frame"]["digest"], frame.digest),
        ("design", head["design"]["digest"], design.digest),
    ):
        if drawn != ours:
            what = f"the {name} drawn from has digest {drawn[:12]}, this one {ours[:12]}"
            raise InspectionError("topup", what, "Restore the files of the day of the draw")
    rows = lengthened(frame, design, store.sample(), sizes)
    facts = frame.cases[frame.cases["id"].isin(rows["id"])]
    added = {"added": rows.to_dict("records"), "facts": facts.to_dict("records")}
    store.topup(TopUp.model_validate({"by": by, "reason": reason, "sizes": dict(sizes), **added}))
    return _write_added(store, place)


def check_standing(store: Store, frame: Frame, design: Design) -> str:
    """In words, that the sample as it stands follows from the draw; errors where it does not."""
    standing, first = store.sample(), store.drawn()
    if store.events(DISPOSE):
        return (
            "words of the log were disposed of: which cases left the sample is not known any more"
        )
    more = check_topped_up(frame, design, first, standing)
    said = f"; the list went on by {more} cases in the order of the draw" if more else ""
    left = f", {len(standing.left)} left for a coded reason" if standing.left else ""
    return f"{len(standing.drawn)} cases are in the sample as it stands{left}{said}"


def _write_added(store: Store, place: Path) -> StandingSample:
    """Write the cases to provide that the first list did not name."""
    standing = store.sample()
    strata = dict(zip(standing.cases["id"], standing.cases["stratum"], strict=True))
    rows = []
    for case, instead in standing.added.items():
        if standing.roles[case] == SAMPLE:
            gone = standing.left.get(instead)
            why = REASONS[gone].label if gone else TOPPED
            rows.append((case, strata[case], why, instead if gone else ""))
    write_added(place, rows)
    return standing


def _named(by: str) -> None:
    if not by.strip():
        raise InspectionError("by", "nobody is named", "Give your initials")
