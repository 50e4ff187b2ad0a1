"""The roles of an inspection, and what each may read and write.

An inspector reads and writes only their own marks until a case is released. On PostgreSQL the
server itself holds to this table (`grants`); on a SQLite file it binds those who go through the
API, while everybody who has the file can read all of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from inspectkit.errors import InspectionError
from inspectkit.review.access.rights import rights_of
from inspectkit.validation import nearest

INSPECTOR, MODERATOR, LEAD, REPORTER, OBSERVER = (
    "inspector",
    "moderator",
    "lead",
    "reporter",
    "observer",
)
# Role → what it is called, and whether it reads everybody's marks before their release.
ROLES: dict[str, tuple[str, bool]] = {
    INSPECTOR: ("Inspector", False),
    MODERATOR: ("Moderator", True),
    LEAD: ("Methodology lead", True),
    REPORTER: ("Report writer", False),
    OBSERVER: ("Observer", False),
}
RELEASE = "release"
# A report writer reads what was settled, and no note or query that was written in confidence.
REPORTED = ("answer", "submit", "adjudicate")


@dataclass(frozen=True)
class Guard:
    """One person in one role; without a role everything is open.

    >>> Guard("AB", "inspector").may_write("adjudicate")
    False
    """

    person: str = ""
    role: str = ""

    def __post_init__(self) -> None:
        if self.role and self.role not in ROLES:
            remedy = f"Use one of {', '.join(ROLES)}.{nearest(self.role, ROLES)}"
            raise InspectionError("role", f"{self.role!r} is no role", remedy)
        if self.role and not self.person.strip():
            raise InspectionError("role", "nobody is named", "Give the person's initials")

    def may_write(self, name: str) -> bool:
        """May this role append an event of this kind?"""
        return not self.role or self.role in rights_of(name).writers

    def check(self, row: Mapping[str, Any]) -> None:
        """Refuse an event that is not this person's to write."""
        if not self.role:
            return
        where, label = f"event {row['kind']}", ROLES[self.role][0].lower()
        if not self.may_write(row["kind"]):
            what = f"this is not for {label}s to record"
            raise InspectionError(where, what, "Ask the lead")
        own_mark = not rights_of(row["kind"]).mark or row["marker"] == self.person
        if row["actor"] != self.person or not own_mark:
            who = row["marker"] or row["actor"]
            what = f"{self.person} cannot write as {who}"
            raise InspectionError(where, what, "Write under your own name")

    def readable(self, rows: Iterable[dict[str, Any]], released: set[str]) -> list[dict[str, Any]]:
        """The events this person may read. released: cases whose marks are open, "" for all."""
        if not self.role or ROLES[self.role][1]:
            return list(rows)
        return [row for row in rows if self._reads(row, released)]

    def _reads(self, row: Mapping[str, Any], released: set[str]) -> bool:
        if row["actor"] == self.person or rights_of(row["kind"]).shared:
            return True
        if self.role == REPORTER and row["kind"] in REPORTED:
            return True
        return rights_of(row["kind"]).mark and bool(released & {"", row["subject"]})
