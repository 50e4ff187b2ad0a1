"""Works out again what reports of groups, of two rounds and of all Areas add to Areas' numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from math import inf
from pathlib import Path
from typing import Any

import pandas as pd

from inspectkit.assessment.comparison import Sealed, compare, national
from inspectkit.assessment.comparison.compare import ALPHA, WORDS
from inspectkit.assessment.comparison.difference import Side, difference
from inspectkit.digest import exact
from inspectkit.errors import InspectionError, Problems
from inspectkit.report.grouping import by_fact
from inspectkit.report.joining import (
    AREAS,
    CHANGES,
    GROUPS,
    GROUPS_CSV,
    area_rows,
    change_rows,
    group_rows,
)
from inspectkit.report.retracing import (
    REMEDY,
    Retraced,
    object_of,
    pooled,
    same_rows,
    table_of,
)

AGAIN = 1e-8  # limits are published with nine decimals
Rows = Mapping[tuple[str, str], Mapping[str, Any]]


def groups_again(folder: Path, again: Retraced) -> Iterator[str]:
    """Estimate every group again from the marks and from which case is in which group."""
    stated, est = object_of(folder / GROUPS), again.estimates
    fact = str(stated["fact"])
    held = {row["subject"]: row["group"] for row in table_of(folder / "groups.csv", GROUPS_CSV)}
    facts = est.sample.facts[["id", "stratum"]]
    if missing := set(est.sample.drawn["id"]) - set(held):
        what = f"{len(missing)} cases of the sample are in no group"
        raise InspectionError("groups.csv", what, "Get the folder again")
    values = pd.Series([held.get(each, "") for each in facts["id"]], index=facts.index)
    sample = replace(est.sample, facts=facts.assign(**{fact: values}))
    found, problems = by_fact(est.scores, sample, fact), Problems()
    if found.digest != stated["digest"]:
        problems.add(GROUPS, "the groups of this folder give another digest", REMEDY)
    same_rows(stated["rows"], group_rows(found), GROUPS, problems)
    sizes = values[facts["id"].isin(est.sample.drawn["id"])].value_counts()
    for each in stated["groups"]:
        if not each["stratum"] and each["size"] != int(sizes.get(each["value"], 0)):
            what = f"{each['value']} has {each['size']} cases, groups.csv has another number"
            problems.add(GROUPS, what, REMEDY)
    problems.raise_if_any()
    yield f"{len(stated['rows'])} figures of groups by {fact} estimated again"


def groups_from_parts(folder: Path, results: Mapping[str, Any]) -> Iterator[str]:
    """Work each group's figures out from its points in each casework type; none tells of few."""
    stated, problems = object_of(folder / GROUPS), Problems()
    whole: Rows = {(row["figure"], row["domain"]): row for row in results["rows"]}
    rows: Rows = {(row["figure"], row["domain"]): row for row in stated["rows"]}
    sizes = {each["stratum"]: int(each["N"]) for each in results["strata"]}
    checked = 0
    for group in stated["groups"]:
        parts = [each for each in stated["groups"] if each["stratum"]
                 and each["value"] == group["value"]]  # fmt: skip
        for (figure, domain), row in rows.items():
            if domain != group["domain"] or row["value"] is None:
                continue
            found: Fraction | None = Fraction(row["points"], row["available"])
            if not group["stratum"]:
                held = [(rows[figure, each["domain"]], sizes[each["stratum"]],
                         whole[figure, each["stratum"]]["examined"]) for each in parts]  # fmt: skip
                found = pooled(held)
            if exact(found) != row["value"]:
                where = f"{GROUPS}, {figure} in {domain}"
                what = f"its share is {row['value']}, its points give {exact(found)}"
                problems.add(where, what, REMEDY)
            checked += 1
    _few(stated["groups"], rows, whole, int(results["threshold"]), problems)
    problems.raise_if_any()
    yield f"{checked} figures of groups by {stated['fact']} follow from their points"


def _few(
    groups: list[dict[str, Any]], rows: Rows, whole: Rows, threshold: int, problems: Problems
) -> None:
    """No group shown rests on few cases, nor is left by taking the others from all cases."""
    for (figure, domain), row in whole.items():
        parts = [each for each in groups if each["stratum"] == domain]
        shown = [rows[figure, each["domain"]] for each in parts
                 if (figure, each["domain"]) in rows]  # fmt: skip
        shown = [each for each in shown if "share" not in each["left_out"]]
        if not shown:
            continue
        where = f"{GROUPS}, {figure} in {domain}"
        if "share" in row["left_out"]:
            problems.add(where, "groups are shown of a figure that all cases leave out", REMEDY)
            continue
        numbers = [each["n"] for each in shown]
        rest = None if None in [row["n"], *numbers] else row["n"] - sum(numbers)
        for number in (*numbers, rest):
            if number is not None and 0 < number < threshold:
                problems.add(where, f"{number} cases can be told apart", REMEDY)


def changes_again(folder: Path, then: Retraced, now: Retraced) -> Iterator[str]:
    """Compare both rounds again, as they were scored again from their marks."""
    stated, problems = object_of(folder / CHANGES), Problems()
    sides, sets = (then.estimates, now.estimates), (then.question_set, now.question_set)
    found = compare(*sides, sets=sets)
    if found.common_cases != stated["common_cases"]:
        what = f"{stated['common_cases']} cases in both samples, it should be {found.common_cases}"
        problems.add(CHANGES, what, REMEDY)
    if list(found.left_out) != stated["not_compared"]:
        problems.add(CHANGES, "other figures are named as not compared", REMEDY)
    same_rows(stated["rows"], change_rows(found), CHANGES, problems)
    problems.raise_if_any()
    yield f"{len(found.rows)} figures of both rounds compared again, with their intervals"


def changes_from_values(
    folder: Path, then: Mapping[str, Any], now: Mapping[str, Any]
) -> Iterator[str]:
    """Work out each difference from what both rounds show; its interval where no case is in both.

    p rests on the marks and cannot be worked out; the verdict must be the one that it gives.
    """
    stated, problems = object_of(folder / CHANGES), Problems()
    shown = [{(row["figure"], row["domain"]): row for row in side["rows"]} for side in (then, now)]
    for row in stated["rows"]:
        address = row["figure"], row["domain"]
        made = _difference(row, *(side[address] for side in shown),
                           apart=stated["common_cases"] == 0)  # fmt: skip
        for name, found in made.items():
            if not _same(row[name], found):
                what = f"{name} is {row[name]}, it should be {found}"
                problems.add(f"{CHANGES}, {address[0]} in {address[1]}", what, REMEDY)
    problems.raise_if_any()
    yield f"{len(stated['rows'])} differences follow from the figures of both rounds"


def _difference(
    row: Mapping[str, Any], then: Mapping[str, Any], now: Mapping[str, Any], *, apart: bool
) -> dict[str, Any]:
    """The cells of a comparison that follow from both sides' rows."""
    made = {"then": then["value"], "now": now["value"]}
    if None in (then["low"], now["low"], *made.values()):
        return made | {"difference": None, "verdict": ""}
    sides = [Side(Fraction(each["value"]), each["low"], each["high"], inf, inf)
             for each in (then, now)]  # fmt: skip
    found = difference(*sides)
    sure = (row["holm"] is None or row["holm"] < ALPHA) and found.value
    words = WORDS["change"]
    verdict = words[0 if found.value > 0 else 1] if sure else words[2]
    ends = {"low": found.low, "high": found.high} if apart else {}
    return made | {"difference": exact(found.value), "verdict": verdict, **ends}


def areas_again(folder: Path, made_from: Mapping[str, str], version: str) -> Iterator[str]:
    """Work the figures of all Areas out again from the sealed results that the report carries."""
    stated, problems = object_of(folder / AREAS), Problems()
    sides = {"": stated["results"], "earlier ": stated["earlier"]}
    sealed = {side: [Sealed.of(each, AREAS) for each in held] for side, held in sides.items()}
    digests = {f"{side}{each.area}": each.digest for side, held in sealed.items() for each in held}
    for name in sorted({*digests, *made_from}):
        if digests.get(name) != made_from.get(name):
            problems.add(AREAS, f"the result of {name} is not the one that was sealed", REMEDY)
    if version == "public" and not all(each.is_public for held in sealed.values() for each in held):
        problems.add(AREAS, "it calls itself public, and a result in it is not", REMEDY)
    found = national(sealed[""], expected=stated["expected"])
    before = sealed["earlier "]
    earlier = national(before, expected=stated["expected"]) if before else None
    again = {row["figure"]: row for row in area_rows(found, earlier)}
    if list(again) != [row["figure"] for row in stated["figures"]]:
        problems.add(AREAS, "its figures are not those of the results", REMEDY)
    for row in stated["figures"]:
        made = again.get(row["figure"], {})
        for table in sorted({*row, *made}):
            if row.get(table) != made.get(table):
                problems.add(
                    f"{AREAS}, {row['figure']}", f"its {table} comes out otherwise", REMEDY
                )
    problems.raise_if_any()
    yield f"{len(digests)} sealed results are those that the seal names"
    yield f"{len(again)} figures of {len(found.results)} Areas worked out again, with their places"


def _same(stated: Any, found: Any) -> bool:
    if isinstance(stated, float) and isinstance(found, float):
        return abs(stated - found) < AGAIN
    return bool(stated == found)
