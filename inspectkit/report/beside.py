"""What stands beside the ratings: how far inspectors agree, their second look, how long it took.

Plain rows for results.json and for the pages, made from the marks alone, so that whoever holds the
marks makes them again. The public version has them without what could point to a person.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from fractions import Fraction
from math import isfinite
from typing import Any

from inspectkit.assessment import Estimates, Ratings
from inspectkit.assessment.agreement import Agreement, agree
from inspectkit.assessment.agreement.bootstrap import Coefficient
from inspectkit.assessment.agreement.second_look import SecondLook, second_look
from inspectkit.assessment.domains import ALL
from inspectkit.assessment.estimation.durations import Quantile
from inspectkit.assessment.estimation.waits import Wait, waits
from inspectkit.questions.question_set import QuestionSet
from inspectkit.report.disclosure import in_column
from inspectkit.report.readings import left_out
from inspectkit.review.reviews import Reviews

Address = tuple[str, str]  # figure, domain
Row = dict[str, Any]
Rows = dict[str, list[Row]]
AGREEMENT, SECOND_LOOK, WAITS = "agreement", "second_look", "waits"
COEFFICIENTS = ("percent", "ac", "alpha")
NEVER, OPEN = "never", "open"  # among those never sent; beyond all that so few cases can show
PLACES = 9
Z = 1.959964


def beside(reviews: Reviews, qs: QuestionSet, est: Estimates, ratings: Ratings) -> Rows:
    """agreement, second_look, waits, each only where there is something in it.

    agreement: figure (all | a theme), label, stage, pairs, alike (None where three marked one
    question), cases, percent, ac, alpha. second_look: figure, label, first, second, again, n,
    evened, bands of first and second, note. waits: question, label, unit, domain, judged, limits,
    n, never, not_known, quantiles (share, found, tails: how many lie beyond each end or on it). A
    number with an interval is [value, low, high].
    """
    agreement = agree(reviews, qs, levels=("all", "theme")) if twice(reviews) else None
    looks = second_look(reviews, qs, est.sample, agreement=agreement)
    found = {
        AGREEMENT: list(_agreed(agreement, qs)) if agreement else [],
        SECOND_LOOK: [_looked(each, ratings) for each in looks],
        WAITS: [_waited(each) for each in waits(reviews, qs, est.scores, est.sample)],
    }
    return {name: rows for name, rows in found.items() if rows}


def shown(edition: Any) -> Rows:
    """The same as one version shows it; in the public one what is left out is None, and named."""
    insp = edition.insp
    found = beside(insp.reviews, insp.question_set, insp.estimates, insp.ratings)
    if not edition.public:
        return found
    gone = {address for address, parts in left_out(edition).items() if "share" in parts}
    threshold, kept = edition.threshold, dict(found)
    if twice(insp.reviews) < threshold:
        kept |= {AGREEMENT: [], SECOND_LOOK: []}
    public = {
        AGREEMENT: _without_small(kept.get(AGREEMENT, []), threshold),
        SECOND_LOOK: [_look_shown(row, gone, threshold) for row in kept.get(SECOND_LOOK, [])],
        WAITS: [_wait_shown(row, gone, threshold) for row in kept.get(WAITS, [])],
    }
    return {name: rows for name, rows in public.items() if rows}


def twice(reviews: Reviews) -> int:
    """How many cases two people have marked, neither seeing the other's marks."""
    blind = reviews.blind
    return int(blind.groupby("subject")["marker"].nunique().gt(1).sum()) if len(blind) else 0


def checked(results: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Where and what: numbers of the public version that do not follow, or that are too small."""
    threshold = int(results["threshold"])
    for row in results.get(AGREEMENT, []):
        if row["alike"] is None:
            continue
        where, share = named(AGREEMENT, row), _rounded(row["alike"] / row["pairs"])
        if share != row["percent"][0]:
            yield where, f"its share alike is {row['percent'][0]}, its pairs give {share}"
        for number in (row["cases"], row["alike"], row["pairs"] - row["alike"]):
            if 0 < number < threshold:
                yield where, f"a count of {number} is shown"


def altered(results: Mapping[str, Any], made: Rows) -> Iterator[tuple[str, str]]:
    """Where and what: rows of the restricted version that the marks do not give."""
    for name in (AGREEMENT, SECOND_LOOK, WAITS):
        told, again = results.get(name, []), made.get(name, [])
        if len(told) != len(again):
            yield name, f"{len(told)} rows, the marks give {len(again)}"
        for row, found in zip(told, again, strict=False):
            for key, value in found.items():
                if row.get(key) != value:
                    yield named(name, row), f"{key} is {row.get(key)}, it should be {value}"


def named(part: str, row: Row) -> str:
    """A row of a part as a message names it."""
    words = (row.get(each) for each in ("figure", "question", "stage", "domain"))
    return " ".join([part, *(str(each) for each in words if each)])


# --- the rows ----------------------------------------------------------------------------------


def _agreed(agreement: Agreement, qs: QuestionSet) -> Iterator[Row]:
    themes = {each.id: each.label for each in qs.themes}
    for row in agreement.rows:
        same = row.coefficients["percent"].value
        if same is None:  # nobody answered it twice
            continue
        alike = round(same * row.pairs)
        yield {
            "figure": row.id or ALL,
            "label": themes.get(row.id, "All questions"),
            "stage": row.stage,
            "pairs": row.pairs,
            "alike": alike if abs(alike - same * row.pairs) < 1e-6 else None,
            "cases": row.cases,
            **{name: _limits(row.coefficients[name]) for name in COEFFICIENTS},
        }


def _looked(each: SecondLook, ratings: Ratings) -> Row:
    found, second = each.found, None
    if found:
        half = Z * found.standard_error
        ends = found.value, max(found.value - half, 0.0), min(found.value + half, 1.0)
        second = [_rounded(end) for end in ends]
    return {
        "figure": each.figure,
        "label": each.title,
        "first": _rounded(each.raw),
        "second": second,
        "again": found.again if found else None,
        "n": found.n if found else None,
        "evened": _rounded(each.evened),
        "bands": [
            _band(each.raw, each, ratings),
            _band(found.value if found else None, each, ratings),
        ],
        "note": each.note,
    }


def _band(share: float | None, each: SecondLook, ratings: Ratings) -> str | None:
    """The band such a share would get, where this figure is rated over all casework."""
    rated = any(row.band and (row.figure, row.domain) == (each.figure, ALL) for row in ratings.rows)
    if share is None or not rated or not ratings.rule.is_share:
        return None
    return ratings.rule.band(Fraction(share).limit_denominator(10**PLACES)).id


def _waited(each: Wait) -> Row:
    return {
        "question": each.question,
        "label": each.label,
        "unit": each.unit,
        "domain": each.domain,
        "judged": list(each.judged),
        "limits": list(each.limits),
        "n": each.n,
        "never": each.never,
        "not_known": each.not_known,
        "quantiles": [_quantile(one, NEVER if each.never else OPEN) for one in each.quantiles],
    }


def _quantile(one: Quantile, beyond: str) -> Row:
    ends = [x if isfinite(x) else beyond for x in (one.value, one.low, one.high)]
    return {"share": one.share, "found": ends, "tails": [min(each) for each in one.tails]}


def _limits(found: Coefficient) -> list[float | None] | None:
    if found.value is None:
        return None
    return [_rounded(each) for each in (found.value, found.low, found.high)]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(float(value), PLACES)


# --- the public version ------------------------------------------------------------------------


def _without_small(rows: Sequence[Row], threshold: int) -> list[Row]:
    """Agreement without themes in which few marks differ, or few agree, and what tells of them."""
    gone: set[int] = set()
    for stage in {row["stage"] for row in rows}:
        places = [at for at, row in enumerate(rows) if row["stage"] == stage]
        alike = [round(rows[at]["pairs"] * rows[at]["percent"][0]) for at in places]
        differ = [rows[at]["pairs"] - n for at, n in zip(places, alike, strict=True)]
        themes = slice(1, None)  # the first is all of them together
        for numbers in (alike, differ):
            hidden = in_column(numbers[themes], threshold=threshold)
            gone |= {places[themes][at] for at in hidden}
            gone |= {places[0]} if 0 < numbers[0] < threshold else set()
        gone |= {at for at in places if rows[at]["cases"] < threshold}
    told = ("pairs", "alike", "cases", *COEFFICIENTS)
    return [_left_out(row, told if at in gone else ()) for at, row in enumerate(rows)]


def _look_shown(row: Row, gone: Collection[Address], threshold: int) -> Row:
    """The second look without what tells of one marker, or of few cases."""
    few = row["again"] is None or row["again"] < threshold or (row["figure"], ALL) in gone
    told = ("first", "second", "again", "n", "bands") if few else ()
    note = "too few cases were marked twice" if row["note"] else ""
    return _left_out({**row, "note": note}, ("evened", *told))


def _wait_shown(row: Row, gone: Collection[Address], threshold: int) -> Row:
    """The median where what was in time is shown, as far as enough lie beyond each of its ends."""
    middle = row["quantiles"][0]
    hidden = any((judge, row["domain"]) in gone for judge in row["judged"])
    ends = [end if tail >= threshold and not hidden else None
            for end, tail in zip(middle["found"], middle["tails"], strict=True)]  # fmt: skip
    ends = ends if ends[0] is not None else [None] * 3
    shown = {**row, "quantiles": [{"share": middle["share"], "found": ends}]}
    return _left_out(shown, ("n", "never", "not_known"))  # each would narrow the counts left out


def _left_out(row: Row, names: Sequence[str]) -> Row:
    return {**row, **dict.fromkeys(names), "left_out": sorted(names)}
