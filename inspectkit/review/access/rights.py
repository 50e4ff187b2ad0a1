"""What each kind of event is to the roles: who may append it, who reads it, where it is made.

It stands in one table, so that what a server grants does not hang on which modules were loaded.
"""

from __future__ import annotations

from dataclasses import dataclass

LEADING = ("lead",)
SETTLING = ("moderator", "lead")
MARKING = ("inspector", "moderator", "lead")
REPORTING = ("moderator", "lead", "reporter")
ANYBODY = ("inspector", "moderator", "lead", "reporter", "observer")


@dataclass(frozen=True)
class Rights:
    """writers: the roles that may append it. shared: everybody may read it.

    office: made only where the inspection is led, since two of them made apart would contradict
    each other. mark: it belongs to one marker, who alone reads it until release.
    """

    writers: tuple[str, ...] = LEADING
    shared: bool = False
    office: bool = False
    mark: bool = False


OWN = Rights(MARKING, mark=True)
OPEN = Rights(MARKING, shared=True)
LED = Rights(LEADING, shared=True, office=True)
SETTLED = Rights(SETTLING, shared=True, office=True)
REPLIED = Rights(SETTLING, shared=True)
REPORTED_ON = Rights(REPORTING, shared=True, office=True)
TOLD = Rights(ANYBODY, shared=True)

RIGHTS: dict[str, Rights] = {
    # marks, and what stands beside them
    "answer": OWN,
    "note": OWN,
    "query": OWN,
    "submit": OWN,
    "item": OWN,
    "no_items": OWN,
    "case_note": OWN,
    "example": OWN,
    "concern": OPEN,
    "request": OPEN,
    "concern_dealt": REPLIED,
    "request_declined": REPLIED,
    "reply": REPLIED,
    # offices and Areas
    "subject": LED,
    "evidence": OPEN,
    "judgement": OPEN,
    # settling
    "adjudicate": Rights(SETTLING, office=True),
    "ruling": LED,
    "release": SETTLED,
    "unlock": SETTLED,
    "sign_off": SETTLED,
    "withdraw": LED,
    # the sample, the question set, the team
    "start": LED,
    "cannot_examine": SETTLED,
    "not_available": SETTLED,
    "available": SETTLED,
    "topup": LED,
    "allocate": LED,
    "calibrated": LED,
    "cleared": LED,
    "migrate_questions": LED,
    # ratings, findings, the report
    "rating_departure": LED,
    "rating_flag": LED,
    "finding": REPORTED_ON,
    "finding_withdrawn": REPORTED_ON,
    "response": REPORTED_ON,
    "finding_status": REPORTED_ON,
    "challenge": REPORTED_ON,
    "challenge_decided": SETTLED,
    "draft": REPORTED_ON,
    "narrative_read": REPORTED_ON,
    "narrative_sent": REPORTED_ON,
    # the store itself
    "opened": Rights(ANYBODY),
    "exported": TOLD,
    "checkpoint": TOLD,
    "enrol": LED,
    "restored": Rights(LEADING, shared=True),
    "migrate": LED,
    "dispose": LED,
    "disposed": Rights((), shared=True),
}


def rights_of(name: str) -> Rights:
    """The rights on events of a kind; a kind that is not in the table is the lead's alone."""
    return RIGHTS.get(name, Rights())
