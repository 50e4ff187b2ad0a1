"""Which submitted cases are read again, and which questions the team talks over: both by rule.

Nobody picks a case for a check. It follows from the round's key and the case's reference, so that
it can be worked out again, and a case once due stays due however many are submitted after it.
"""

from __future__ import annotations

from fractions import Fraction

import pandas as pd

from inspectkit.review.in_force import differing
from inspectkit.review.signing import CASE, certificates
from inspectkit.review.state import CLOSED, SUBMITTED
from inspectkit.review.store import Store
from inspectkit.sampling.tickets import ticket

FEW = 5  # pairs under which a question's agreement says nothing yet
WHOLE = 1 << 256


def dip_checks(store: Store, share: Fraction) -> pd.DataFrame:
    """case, marker, checked_by, at: submitted cases to be read again by somebody else.

    share: of each marker's cases; whoever has submitted any has at least one. checked_by: who
    signed the case off after reading it, "" where nobody has.
    """
    key = f"{store.drawn().head['key']}|dip"
    signed = {each.subject: each for each in certificates(store)
              if each.level == CASE and each.stands}  # fmt: skip
    submitted: dict[str, list[str]] = {}
    for case, marked in store.marked().items():
        for marker, state in marked.seen.items():
            if state.status == SUBMITTED:
                submitted.setdefault(marker, []).append(case)
    rows = []
    for marker, cases in sorted(submitted.items()):
        first = min(cases, key=lambda case: ticket(key, case))
        for case in cases if share else ():
            if case == first or int(ticket(key, case), 16) < share * WHOLE:
                by = signed.get(case)
                rows.append((case, marker, by.by if by else "", by.at if by else ""))
    return pd.DataFrame(rows, columns=["case", "marker", "checked_by", "at"])


def moderation_round(store: Store, wanted: Fraction) -> pd.DataFrame:
    """question, text, pairs, agreed, share: questions that blind marks agree on too seldom.

    wanted: the share of pairs under which a question is talked over, once it has five. Those the
    team agrees on least come first. A pair that found it not to apply to the case does not count.
    """
    qs = store.question_set()
    tally: dict[str, list[int]] = {}
    for marked in store.marked().values():
        seen = list(marked.seen.values())
        if len(seen) < 2 or any(each.status != SUBMITTED for each in seen):
            continue
        for name in seen[0].states:
            if any(each.states.get(name, CLOSED) != CLOSED for each in seen):
                held = tally.setdefault(name, [0, 0])
                held[0] += 1
                held[1] += not differing(seen, name)
    rows = [
        (name, qs.question(name).text, pairs, agreed, round(agreed / pairs, 4))
        for name, (pairs, agreed) in tally.items()
        if pairs >= FEW and Fraction(agreed, pairs) < wanted
    ]
    found = pd.DataFrame(rows, columns=["question", "text", "pairs", "agreed", "share"])
    return found.sort_values("share", kind="stable", ignore_index=True)
