"""The [marking] table of inspection.toml: where marks are kept, who marks, how many twice."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, field_validator
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from inspectkit.review.allocation import Inspector
from inspectkit.sampling.spec import Closed


def _share(value: Any) -> Fraction:
    """A share as people write it: 0.2, 1/5 or "20%", never its nearest float."""
    text = str(value).strip()
    try:
        return Fraction(text[:-1]) / 100 if text.endswith("%") else Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise ValueError(f"{text[:40]!r} is no number") from None


Share = Annotated[Fraction, BeforeValidator(_share)]
Part = Annotated[Share, Field(ge=0, le=1)]  # 10 is no part: 10% or 0.1 is
Minutes = Annotated[int, Field(ge=0)]


class Member(Closed):
    """One inspector. hours: their share of the work, in proportion to the others'.

    skills: casework types, none for all. conflicts: Areas, units, forces or references of cases
    with which they have to do.
    """

    name: str = Field(min_length=1, max_length=60)
    skills: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    hours: Annotated[Share, Field(gt=0)] = Fraction(1)

    @property
    def inspector(self) -> Inspector:
        """As the allocation takes them."""
        return Inspector(self.name, self.skills, frozenset(self.conflicts), self.hours)


class Marking(Closed):
    """store: the address of a server's schema; "" for the file in the folder.

    second: share of each casework type marked twice. days: how long a case is given for, 0 without
    end. minutes: what a case of a type takes. threshold: share of agreed answers in a practice
    round under which somebody gets no live case. dip: share of each marker's cases that somebody
    else reads again. agreement: of blind marks, under which a question is talked over.
    """

    store: str = ""
    second: Part = Fraction(0)
    days: int = Field(default=0, ge=0, le=366)
    threshold: Part = Fraction(4, 5)
    dip: Part = Fraction(0)
    agreement: Part = Fraction(4, 5)
    minutes: dict[str, Minutes] = Field(default_factory=dict)
    team: tuple[Member, ...] = ()

    @field_validator("store")
    @classmethod
    def _without_password(cls, address: str) -> str:
        if not address:
            return address
        try:
            url = make_url(address)
        except (ArgumentError, ValueError):
            raise ValueError("this is no address of a database") from None
        if url.password:
            raise ValueError("a password stands in it; keep it in pgpass or PGPASSWORD")
        return address


def beside(address: str, name: str) -> str:
    """The address of another schema on the same server.

    >>> beside("postgresql+psycopg://db/insp?schema=wessex", "practice_may")
    'postgresql+psycopg://db/insp?schema=wessex_practice_may'
    """
    url = make_url(address)
    space = f"{url.query.get('schema', 'inspectkit')}_{name}"
    return url.update_query_dict({"schema": space}).render_as_string(hide_password=False)
