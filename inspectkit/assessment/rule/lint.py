"""What does not hold in a rule: gaps, overlaps, ratings out of reach, limiters that never bite."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations_with_replacement, pairwise
from typing import Any

import numpy as np

from inspectkit.assessment.rule.bands import Gap, Limits
from inspectkit.assessment.rule.combine import NOT_RATED, Places, capped, combine
from inspectkit.assessment.rule.model import BY_POINTS, Cut, Limiter, Rounding, Step
from inspectkit.validation import Place, nearest

Fault = tuple[Place, str, str, str]  # place in the file, name, what, remedy
KINDS = ("theme", "tag", "question")
MOST = 6  # inputs tried where the file does not say how many there are
TRIED = 50_000


def faults(rule: Any, tree: Any) -> Iterator[Fault]:
    """Every fault of a rule with its place in the file, its name, and a remedy."""
    found = [*_bands(rule, tree), *_names(rule)]
    yield from found
    if not found:
        yield from _steps(rule)
        yield from _limiters(rule)


def combinations(step: Step, bands: int) -> Places:
    """Every combination of input ratings that a step can meet, the order of inputs apart."""
    sizes = [step.inputs] if step.inputs else list(range(1, MOST + 1))
    widest = max(sizes)
    rows: list[list[int]] = []
    for size in sizes:
        for each in combinations_with_replacement(range(bands), size):
            rows.append([*each, *[NOT_RATED] * (widest - size)])
            if len(rows) >= TRIED:
                break
    return np.array(rows, dtype=np.int8)


def _tried(step: Step, rule: Any) -> tuple[Places, Step]:
    """The combinations, and the step as it takes fewer inputs than the widest of them."""
    return combinations(step, len(rule.bands)), step.model_copy(update={"missing": "left_out"})


# --- bands of the measure ---------------------------------------------------------------------


def _bands(rule: Any, tree: Any) -> Iterator[Fault]:
    for row, band in enumerate(rule.bands):
        name, place = f"band {band.id}", ("bands", row)
        if band.id in [each.id for each in rule.bands[:row]]:
            yield place, name, f"the id {band.id!r} stands twice", "Give each band its own id"
        if rule.is_share:
            yield from _percentages(tree, place, name)
    if rule.measure == "failing_cases":
        yield from _counts_of_failures(rule)
    elif rule.measure != "judgement":
        yield from _cuts(rule.bands, rule.gap, rule.rounding, ("bands",), top=Fraction(1))
        if rule.bands[-1].at_least != 0:
            yield _below(("bands", len(rule.bands) - 1), rule.bands[-1].id, '"0%"')


def _percentages(tree: Any, place: Place, name: str) -> Iterator[Fault]:
    stated = tree["bands"][place[-1]]
    remedy = 'Write it with its %, such as "60%"'
    if "at_least" not in stated:
        yield place, name, "it does not say from which share on it is given", "Add at_least"
    for key in ("at_least", "at_most"):
        if key in stated and not str(stated[key]).endswith("%"):
            what = 'a boundary is written as a percentage from "0%" to "100%"'
            yield place, name, what, remedy


def _counts_of_failures(rule: Any) -> Iterator[Fault]:
    stated = [band.at_most for band in rule.bands]
    for row, (band, most) in enumerate(zip(rule.bands, stated, strict=True)):
        place, name, last = ("bands", row), f"band {band.id}", row == len(stated) - 1
        if last != (most is None):
            what = "of failing cases, every band but the last has a highest number, the last none"
            yield place, name, what, "State at_most, and leave it out of the last band"
        elif row and not last and most <= (stated[row - 1] or 0):
            what = f"it does not reach beyond the band before it ({rule.bands[row - 1].id})"
            yield place, name, what, "List the bands from fewest failures to most"


def _cuts(
    bands: Sequence[Any], gap: Gap | None, rounding: Rounding | None, at: Place, top: Fraction
) -> Iterator[Fault]:
    """Order, overlaps and gaps of bands listed best first; steps and figures alike."""
    limits = [each.limits for each in bands]
    for row, (band, here) in enumerate(zip(bands, limits, strict=True)):
        place, name = (*at, row), f"band {_id(band)}"
        if here.at_most is not None and here.at_most < here.start:
            yield place, name, "it ends below where it starts", "Correct at_least or at_most"
        if not row:
            if here.at_most is not None and here.at_most < top:
                yield place, name, "no band holds the values above it", "Leave at_most out"
            continue
        above, before = limits[row - 1], f"the band before it ({_id(bands[row - 1])})"
        if here.start >= above.start:
            what = f"it does not start below {before}"
            yield place, name, what, "List the bands from best to worst, each boundary once"
        elif _overlap(here, above):
            remedy = "Let it end below where that one starts, or leave at_most out"
            yield place, name, f"it overlaps {before}", remedy
        elif gap is None and _open(here, above, rounding):
            what = f"no band holds the values between it and {before}"
            yield place, name, what, "State gap: lower, higher or nearest"


def _id(band: Any) -> str:
    return str(getattr(band, "rating", "") or band.id)


def _overlap(here: Limits, above: Limits) -> bool:
    if here.at_most is None:
        return False
    return here.at_most > above.start or (here.at_most == above.start and above.included)


def _open(here: Limits, above: Limits, rounding: Rounding | None) -> bool:
    """Values lie between the two bands, and rounding does not take them away."""
    if here.at_most is None or (here.at_most == above.start and not above.included):
        return False
    return rounding is None or here.at_most + rounding.to < above.start


def _below(place: Place, name: str, lowest: str) -> Fault:
    what = "no band holds the values below it"
    return place, f"band {name}", what, f"Let the last band start at {lowest}"


# --- names ------------------------------------------------------------------------------------


def _names(rule: Any) -> Iterator[Fault]:
    ratings = list(rule.index)
    earlier: list[str] = []
    for row, step in enumerate(rule.steps):
        place: Place = ("steps", row)
        if step.id in [*earlier, *KINDS]:
            yield place, f"step {step.id}", "its id is taken", "Give each step its own id"
        if isinstance(step.of, str) and step.of not in [*KINDS, *earlier]:
            remedy = f"Use question, theme, tag or an earlier step.{nearest(step.of, earlier)}"
            yield (*place, "of"), f"step {step.id}", f"{step.of!r} is no input", remedy
        named = [each.rating for each in (*step.bands, *step.rows)]
        named += [name for each in step.rows for one in each.when for name in one.count]
        yield from _unknown(place, f"step {step.id}", named, ratings)
        yield from _method(rule, step, place)
        earlier.append(step.id)
    places = [*KINDS, *earlier]
    for row, limiter in enumerate(rule.limiters):
        place, name = ("limiters", row), f"limiter {limiter.id}"
        yield from _unknown(place, name, list(limiter.on), places)
        counted = [each for one in limiter.when for each in one.count]
        yield from _unknown(place, name, [limiter.cap, *counted], ratings)
    if rule.discretion:
        yield from _unknown(("discretion",), "discretion", list(rule.discretion.on), places)


def _unknown(place: Place, name: str, given: list[str], known: list[str]) -> Iterator[Fault]:
    for each in dict.fromkeys(given):
        if each not in known:
            yield place, name, f"{each!r} is not known", f"Correct it.{nearest(each, known)}"


def _method(rule: Any, step: Step, place: Place) -> Iterator[Fault]:
    name = f"step {step.id}"
    if step.method in BY_POINTS and any(band.points is None for band in rule.bands):
        yield place, name, "a rating has no points to add", "Give every band its points"
    if step.method in ("sum", "share") and not step.bands:
        yield place, name, "it has no bands", "Say from which total each rating is given"
    for band in step.bands:
        if (band.at_least is None) == (band.above is None):
            what = f"band {band.rating} does not say where it starts"
            yield place, name, what, "Give it at_least, or above"
    if step.method in ("mean", "median") and not (step.bands or step.rounding):
        what = "it does not say what a value between two ratings is"
        yield place, name, what, "State rounding, or bands"
    if step.method == "counts" and not step.rows:
        yield place, name, "it has no rows", "Say which rating is given when"
    if step.method != "counts" and step.rows:
        yield place, name, f"{step.method} takes no rows", "Remove them"
    if step.method not in BY_POINTS and step.bands:
        yield place, name, f"{step.method} takes no bands", "Remove them"
    for each in (one for row in step.rows for one in row.when):
        if each.flag or not each.count or (each.at_most is None and not each.at_least):
            what = "a condition counts ratings, at least or at most so many"
            yield place, name, what, "Write count with at_least or at_most"


# --- what can happen --------------------------------------------------------------------------


def _steps(rule: Any) -> Iterator[Fault]:
    for row, step in enumerate(rule.steps):
        place: Place = ("steps", row)
        if step.method in BY_POINTS:
            yield from _totals(rule, step, place)
        if step.method == "counts":
            yield from _rows(rule, step, place)


def _totals(rule: Any, step: Step, place: Place) -> Iterator[Fault]:
    """Bands of a total against the totals there can be."""
    inputs, tried = _tried(step, rule)
    result = combine(tried, rule.bands, inputs)
    values = {result.value(each) for each in range(len(inputs))} - {None}
    best, worst = max(values), min(values)  # type: ignore[type-var]
    limits = [each.limits for each in step.bands]
    yield from _cuts(step.bands, "lower", step.rounding, (*place, "bands"), top=best)  # type: ignore[arg-type]
    for number, (above, here) in enumerate(pairwise(limits), start=1):
        top = here.at_most
        between = [v for v in values if v and top is not None and top < v < above.start]
        if between and step.gap is None and _open(here, above, step.rounding):
            what = f"no band holds {len(between)} values that can occur, such as {between[0]}"
            name = f"band {step.bands[number].rating}"
            yield (*place, "bands", number), name, what, "State gap: lower, higher or nearest"
    if step.bands and not _holds(step.bands[-1], worst, step.rounding):
        last = len(step.bands) - 1
        yield _below((*place, "bands", last), step.bands[-1].rating, str(worst))
    given = set(result.places.tolist())
    for name in [each.rating for each in step.bands] or list(rule.index):
        if rule.index[name] not in given:
            what = f"no combination of inputs gives {name!r}"
            yield place, f"step {step.id}", what, "Correct its boundary, or the number of inputs"


def _holds(last: Cut, worst: Any, rounding: Rounding | None) -> bool:
    return bool(last.limits.start <= worst) or rounding is not None


def _rows(rule: Any, step: Step, place: Place) -> Iterator[Fault]:
    """Rows of a count rule: each is met by some combination, each combination meets one."""
    inputs, tried = _tried(step, rule)
    left = combine(tried, rule.bands, inputs).places == NOT_RATED
    if left.any():
        names = [rule.bands[each].id for each in inputs[left][0] if each >= 0]
        what = f"no row holds for {int(left.sum())} combinations, such as {', '.join(names)}"
        yield place, f"step {step.id}", what, "Add a last row without conditions"
    for number in range(len(step.rows)):
        until = tried.model_copy(update={"rows": step.rows[: number + 1]})
        before = tried.model_copy(update={"rows": step.rows[:number]})
        reached = combine(until, rule.bands, inputs).places >= 0
        if not (reached & (combine(before, rule.bands, inputs).places < 0)).any():
            at, name = (*place, "rows", number), f"row {number + 1} of step {step.id}"
            what = "it never decides: rows before it hold wherever it does"
            yield at, name, what, "Remove it, or put it further up"


def _limiters(rule: Any) -> Iterator[Fault]:
    steps = {step.id: step for step in rule.steps}
    for row, limiter in enumerate(rule.limiters):
        capable = [_can_bite(rule, limiter, steps.get(name)) for name in limiter.on]
        if not any(capable):
            what = "it can never bite: nothing it caps is ever better where its conditions hold"
            remedy = "Correct its cap or its conditions, or remove it"
            yield ("limiters", row), f"limiter {limiter.id}", what, remedy


def _can_bite(rule: Any, limiter: Limiter, step: Step | None) -> bool:
    flags = {each.flag: True for each in limiter.when if each.flag}
    if step is None:  # a kind of figure: only flags say something of it
        return len(flags) == len(limiter.when) and rule.index[limiter.cap] > 0
    inputs, tried = _tried(step, rule)
    given = combine(tried, rule.bands, inputs).places
    return bool((capped(limiter, rule.bands, given, inputs, flags) != given).any())
