"""What people add to a rule: flags that set off a limiter, and ratings moved with a reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from inspectkit.assessment.rule import Rule
from inspectkit.errors import InspectionError, Problems
from inspectkit.validation import nearest


@dataclass(frozen=True)
class Flag:
    """A finding that a limiter waits for, such as a breach: who found it, when, and on what."""

    name: str
    by: str
    on: date
    why: str


@dataclass(frozen=True)
class Departure:
    """A rating moved by professional discretion: to which, by whom, when, why."""

    figure: str
    domain: str
    to: str
    by: str
    on: date
    why: str


def raised(rule: Rule, flags: Sequence[Flag]) -> dict[str, bool]:
    """The flags that hold. Errors: one the rule does not know, one without a name or a reason."""
    known = {one.flag for each in rule.limiters for one in each.when if one.flag}
    problems = Problems()
    for flag in flags:
        where = f"flag {flag.name}"
        if flag.name not in known:
            remedy = f"Use one of its limiters' flags.{nearest(flag.name, sorted(known))}"
            problems.add(where, f"{rule.ref} has no limiter that waits for it", remedy)
        _signed(problems, where, flag.by, flag.why)
    problems.raise_if_any()
    return {flag.name: True for flag in flags}


def by_domain(
    rule: Rule,
    departures: Sequence[Departure],
    kinds: Mapping[str, Sequence[str]],
    domains: Sequence[str],
) -> dict[str, dict[str, Departure]]:
    """Departures by domain and figure; `kinds` gives the kind and step of each figure.

    Errors: a rule without discretion, a figure it does not reach, no name or no reason, twice.
    """
    problems = Problems()
    found: dict[str, dict[str, Departure]] = {}
    for each in departures:
        where = f"discretion on {each.figure}, {each.domain}"
        _signed(problems, where, each.by, each.why)
        if each.figure not in kinds:
            remedy = f"Name a figure that is rated.{nearest(each.figure, list(kinds))}"
            problems.add(where, "no such rating", remedy)
        elif each.domain not in domains:
            remedy = f"Use one of {', '.join(domains)}.{nearest(each.domain, list(domains))}"
            problems.add(where, "no such domain", remedy)
        elif rule.discretion is None:
            problems.add(where, f"{rule.ref} leaves no discretion", "Keep the rule's rating")
        elif rule.discretion.on and not set(kinds[each.figure]) & set(rule.discretion.on):
            reach = ", ".join(rule.discretion.on)
            problems.add(where, f"{rule.ref} allows it for {reach} only", "Keep the rule's rating")
        elif each.to not in rule.index:
            known = list(rule.index)
            problems.add(where, f"no rating {each.to!r}", f"Use one.{nearest(each.to, known)}")
        elif each.figure in found.get(each.domain, {}):
            problems.add(where, "it is moved twice", "Record the one that counts")
        else:
            found.setdefault(each.domain, {})[each.figure] = each
    problems.raise_if_any()
    return found


def check_reach(rule: Rule, each: Departure, place: int, distance: Fraction | None) -> None:
    """Errors: a rating moved further than the rule allows, or too far from a boundary."""
    allowed = rule.discretion
    where = f"discretion on {each.figure}, {each.domain}"
    if allowed is None or place < 0:
        raise InspectionError(where, "it is not rated", "Only a rating given can be moved")
    if abs(rule.index[each.to] - place) > allowed.may_move:
        step = "one band" if allowed.may_move == 1 else f"{allowed.may_move} bands"
        what = f"from {rule.bands[place].id} to {each.to} is more than the {step} allowed"
        raise InspectionError(where, what, "Move it less far")
    scale = 100 if rule.is_share else 1
    if allowed.within is not None and (distance is None or distance > allowed.within * scale):
        far = (
            "no boundary is near"
            if distance is None
            else f"the boundary is {float(distance):.2f} away"
        )
        what = f"{far}, and {float(allowed.within * scale):g} is the most allowed"
        raise InspectionError(where, what, "Keep the rule's rating")


def _signed(problems: Problems, where: str, by: str, why: str) -> None:
    if not by.strip():
        problems.add(where, "nobody is named", "Say who decided it")
    if not why.strip():
        problems.add(where, "no reason is given", "Say why")
