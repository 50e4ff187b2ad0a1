"""A small inspection with everything in it that a moderator settles, for the tests."""

from __future__ import annotations

from pathlib import Path

from inspectkit.inspection import Inspection
from inspectkit.review.beside import CONCERN, REQUEST
from tests.small import eligible, make

SEEN = "The review of 3 March names the evidence and the public interest."
OTHER = "No review is on the file before the first hearing."


def to_moderate(folder: Path) -> tuple[Inspection, str, str]:
    """The inspection, a case whose two marks differ twice, a case with all that can be asked."""
    lines = eligible({"MC": 6, "CC": 5, "RASSO": 3}, outcome="Guilty plea")
    inspection = make(folder, lines, MC=3, CC=2, RASSO=1)
    sample = inspection.draw("moderation").drawn
    twice, other = sample.query("stratum == 'MC'")["id"].iloc[:2]
    store = inspection.store
    for marker, part in (("AB", "first"), ("CD", "second")):
        store.record("allocate", {"part": part}, by="LEAD", subject=twice, marker=marker)
    mark_all(inspection, twice, "AB", {"charge_code": "fm", "charge_timely": "fm"})
    mark_all(inspection, twice, "CD", {"charge_code": "nm", "charge_timely": "pm"})
    said = {"subject": other, "marker": "AB", "by": "AB"}
    store.answer(other, "charge_code", "fm", marker="AB", evidence=SEEN)
    store.record(
        "query", {"text": "Is a review by the police enough?"}, question="charge_code", **said
    )
    urgent = {"code": "time_limit", "text": "The custody time limit passes on Friday."}
    store.record(CONCERN, urgent, **said)
    asked = {"what": "cannot_be_examined", "code": "duplicate", "text": "Same as the next case."}
    store.record(REQUEST, asked, **said)
    again = {"what": "reopen", "code": "", "text": "The outcome was entered wrongly."}
    store.record(REQUEST, again, subject=twice, marker="AB", by="AB")
    return inspection, str(twice), str(other)


def mark_all(inspection: Inspection, case: str, marker: str, given: dict[str, str]) -> None:
    """Mark a whole case and submit it: as given, else with the first answer of each question."""
    store, qs = inspection.store, inspection.question_set
    while True:
        state = store.case(case, marker)
        open_now = [name for name in state.open if state.states[name] == "unanswered"]
        if not open_now:
            break
        for name in open_now:
            first = state.suggested.get(name) or next(iter(qs.answers(qs.question(name))))
            answer = given.get(name, first)
            said = OTHER if answer == "nm" else SEEN
            store.answer(case, name, answer, marker=marker, evidence=said)
    store.submit(case, marker=marker)
