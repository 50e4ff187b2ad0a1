"""One version of a report: the restricted one, or the public one with what it must leave out."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from inspectkit.errors import InspectionError
from inspectkit.findings.figures import AT, Figure, Figures
from inspectkit.report.beside import Rows, shown
from inspectkit.report.counts import Row, counts
from inspectkit.report.disclosure import Hidden, hide
from inspectkit.report.readings import Address, Reading, left_out, readings
from inspectkit.report.versions import THRESHOLD
from inspectkit.review.log.devices import home
from inspectkit.review.signing import refuse_unsettled

LETTERS = "23456789BCDFGHJKMNPQRSTVWXYZ"  # no vowels: a number must not become a word
LENGTH = 6


@dataclass(frozen=True)
class Edition:
    """An inspection as one kind of reader may see it; in all else it is the inspection itself.

    public: without cases, free text and small counts. draft: allowed while marks are unsettled.
    Errors: an unsettled mark in a report that is no draft.
    """

    insp: Any
    public: bool = False
    draft: bool = False
    threshold: int = THRESHOLD

    def __post_init__(self) -> None:
        if not self.draft:
            refuse_unsettled(self.insp.store)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self.insp, name)

    @property
    def version(self) -> str:
        """restricted or public."""
        return "public" if self.public else "restricted"

    @cached_property
    def counts(self) -> tuple[Row, ...]:
        """What was answered, question by question; see `report.counts`."""
        return counts(self.insp)

    @cached_property
    def hidden(self) -> Hidden:
        """What the public version leaves out; nothing in the restricted one."""
        return hide(self.counts, threshold=self.threshold) if self.public else Hidden()

    @cached_property
    def readings(self) -> dict[Address, Reading]:
        """(figure, domain) → what was found there, as this version shows it."""
        return readings(self)

    @cached_property
    def beside(self) -> Rows:
        """Agreement, second look and waits as this version shows them; see `report.beside`."""
        return shown(self)

    @cached_property
    def figures(self) -> Figures:
        """The figures by name, for findings to rest on; those left out have no value."""
        held: dict[str, Figure] = dict(self.insp.figures.held)
        for (figure, domain), gone in left_out(self).items():
            name = f"{figure}{AT}{domain}"
            if name in held and "share" in gone:
                one = held[name]
                held[name] = Figure(name, one.label, one.casework, None, published=False)
            elif name in held and "cases" in gone:
                held[name] = replace(held[name], cases=None)
        return Figures(held)

    @cached_property
    def case_numbers(self) -> dict[str, str]:
        """Reference → pseudonymous number of every sampled case.

        Keyed by a secret that lies on this device outside the store, so that nobody finds a case
        by trying references. Simulated cases take an open key: their numbers are the same anywhere.
        """
        key = b"simulated" if self.insp.simulated else _secret(str(self.insp.sample.digest))
        return numbered(list(self.insp.reviews.subjects["subject"]), key)


def numbered(cases: Sequence[str], key: bytes) -> dict[str, str]:
    """Case → number, by HMAC-SHA256; without the key nobody gets from one to the other.

    >>> numbered(["52SW0012345/26"], b"key")
    {'52SW0012345/26': 'VSCR7M'}
    """
    made = {}
    for case in cases:
        value = int.from_bytes(hmac.digest(key, case.encode("utf-8"), hashlib.sha256))
        letters = ""
        for _ in range(LENGTH):
            value, place = divmod(value, len(LETTERS))
            letters += LETTERS[place]
        made[case] = letters
    if len(set(made.values())) < len(made):
        what, remedy = "two cases got one number", "Remove the key of this inspection, and report"
        raise InspectionError("case numbers", what, remedy)
    return made


def _secret(sample: str) -> bytes:
    path: Path = home() / "case_numbers" / f"{sample[:16]}.key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(secrets.token_hex(32) + "\n", encoding="ascii", newline="\n")
    return bytes.fromhex(path.read_text(encoding="ascii").strip())
