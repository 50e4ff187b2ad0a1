"""Some cases of a demonstration marked twice and settled, by simulated people who are named so.

The cases are handed out with the verbs that a lead uses, so that `inspectkit allocate` gives the
same table from the [marking] table written here; a share of each casework type is marked twice, by
the tickets of the round's key.
"""

from __future__ import annotations

from dataclasses import replace

import tomlkit

from inspectkit.inspection import SIMULATED, Inspection
from inspectkit.review.allocation import SECOND as SECOND_MARK
from inspectkit.review.allocation import Allocation
from inspectkit.review.handing import hand_out, planned
from inspectkit.review.in_force import Disagreement, disagreements, in_force
from inspectkit.review.moderation import adjudicate
from inspectkit.review.state import UNSETTLED, Answer
from inspectkit.sampling.evidence.files import write_text
from inspectkit.settings import SETTINGS
from inspectkit.streams import stream

SECOND, LEAD = f"{SIMULATED} 2", f"{SIMULATED} LEAD"
SHARE = "1/6"  # of each casework type
REASON = "Simulated for the demonstration; nobody compared the two marks with a file."


def state_marking(insp: Inspection) -> Inspection:
    """Write who marks and how many cases twice into inspection.toml; the inspection with it."""
    path = insp.folder / SETTINGS
    document = tomlkit.parse(path.read_text(encoding="utf-8"))
    team = tomlkit.array()
    for name in (SIMULATED, SECOND):
        team.append({"name": name})
    document["marking"] = {"second": SHARE, "team": team}
    write_text(path, tomlkit.dumps(document))
    return Inspection.open(insp.folder)


def hand_out_cases(insp: Inspection, spare: str) -> list[str]:
    """Give every case but the spare one to the first marker, a share to the second; who has two."""
    first, second = (each.inspector for each in insp.marking.team)
    store = insp.store
    hand_out(store, _without(planned(store, [first]), spare), by=LEAD)
    twice = planned(store, [first, second], second=insp.marking.second)
    hand_out(store, _without(twice, spare), by=LEAD)
    rows = twice.table()
    return [case for case in rows.loc[rows["role"] == SECOND_MARK, "case"] if case != spare]


def _without(made: Allocation, spare: str) -> Allocation:
    return replace(made, rows=made.rows[made.rows["case"] != spare])


def settle(insp: Inspection, case: str, key: str) -> None:
    """Settle all that the two marks of a case differ in, as a simulated moderator."""
    for each, answer, evidence in rulings(insp, case, key):
        adjudicate(insp.store, case, each.question, answer, reason=REASON, by=LEAD,
                   evidence=evidence, item=each.item)  # fmt: skip


def rulings(insp: Inspection, case: str, key: str) -> list[tuple[Disagreement, str, str]]:
    """What is to be settled in a case, with answer and evidence, in the order of the questions.

    Where other questions hang on an answer, one and the same marker is followed throughout the
    case: so no question opens that neither of them was asked. Else chance decides.
    """
    qs, seen = insp.question_set, insp.store.seen(case)
    source = stream(key, f"demo moderation {case}")
    followed = source.choice(list(seen))
    gates = {name for each in qs.questions if each.condition for name in each.condition.names}
    stratum = next(iter(seen.values())).stratum
    settled: dict[str, dict[str, Answer]] = {}
    made = []
    for each in disagreements(qs, seen):
        now = in_force(qs, seen, settled, stratum=stratum)
        if now.part(each.item).states[each.question] == UNSETTLED:
            whose = followed if each.question in gates else source.choice(list(seen))
            answer, evidence = _said(each, whose)
            settled.setdefault(each.item, {})[each.question] = Answer(answer, evidence, 1, "")
            made.append((each, answer, evidence))
    return made


def _said(each: Disagreement, whose: str) -> tuple[str, str]:
    """What this marker said, or the other one where the question did not apply for this one."""
    found = each.said[whose]
    return found if found[0] else next(said for said in each.said.values() if said[0])
