"""Checks a report from its folder alone: every file by the seal, every number from what lies there.

From the restricted folder the marks are scored, estimated and rated again. From the public one,
where marks cannot lie, every number that is shown is worked out from the counts shown beside it.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd

from inspectkit.assessment import Rule, estimate, rate, score
from inspectkit.assessment.rating.recorded import Recorded
from inspectkit.digest import exact
from inspectkit.errors import InspectionError, Problems
from inspectkit.questions.question_set import QuestionSet
from inspectkit.report import data, seal
from inspectkit.report.counts import UNMARKED
from inspectkit.report.readings import ALL, LEFT_OUT
from inspectkit.review.reviews import MARKS, Reviews
from inspectkit.review.substitution import StandingSample
from inspectkit.sampling.sample import Sample
from inspectkit.settings import RULE

REMEDY = "Ask whoever made the report how this number came about"


def verify_report(folder: Path) -> tuple[str, ...]:
    """The checks passed. Errors: a changed file; each number that does not follow."""
    sealed = seal.check(folder)
    results = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    files = len(sealed["files"])
    passed = f"{files} files are as they were sealed, {sealed['digest'][:12]}"
    if sealed["made_from"] != results["digests"]:
        what = "its digests are not those of the seal"
        raise InspectionError("results.json", what, "Get the folder again")
    check = _restricted if sealed["version"] == "restricted" else _public
    return (passed, *check(folder, results), *_workbook(folder, results))


def _restricted(folder: Path, results: Mapping[str, Any]) -> Iterator[str]:
    """Score, estimate and rate the marks of the folder again."""
    reviews, sample = _reviews(folder), _sample(folder)
    asked = json.loads((folder / "question_set.json").read_text(encoding="utf-8"))
    qs, rule = QuestionSet.restore(asked), Rule.load(folder / RULE)
    scores = score(reviews, qs)
    est = estimate(scores, sample)
    people = Recorded.read(folder)
    ratings = rate(
        est, rule, flags=people.flags, departures=people.departures, judged=people.judged
    )
    again: dict[str, Any] = {
        "question_set": qs,
        "reviews": reviews,
        "scores": scores,
        "estimates": est,
        "rule": rule,
        "ratings": ratings,
    }
    problems = Problems()
    for name, value in again.items():
        if value.digest != results["digests"][name]:
            what = f"the {name.replace('_', ' ')} of this folder give another digest"
            problems.add("results.json", what, REMEDY)
    made = {(row["figure"], row["domain"]): row for row in data.rows(est, ratings)}
    for row in results["rows"]:
        address = row["figure"], row["domain"]
        for name, found in made.pop(address, {}).items():
            if row.get(name) != found:
                where = f"results.json, {address[0]} in {address[1]}"
                problems.add(where, f"{name} is {row.get(name)}, it should be {found}", REMEDY)
    for address in made:
        problems.add("results.json", f"{address[0]} in {address[1]} is missing", REMEDY)
    problems.raise_if_any()
    yield f"{len(reviews.marks):,} marks of {len(reviews.subjects)} cases scored again"
    yield f"{len(est.rows)} figures estimated again, with their intervals"
    yield f"{len(ratings.rows)} ratings given again under {rule.ref}, with their probabilities"


def _reviews(folder: Path) -> Reviews:
    with io.StringIO((folder / "marks.csv").read_text(encoding="utf-8-sig")) as lines:
        rows = [{k: data.undone(v) for k, v in row.items()} for row in csv.DictReader(lines)]
    if missing := set(data.MARKS) - set(rows[0] if rows else ()):
        raise InspectionError("marks.csv", f"no column {min(missing)}", "Get the folder again")
    table = pd.DataFrame(rows)
    subjects = table[["subject", "stratum", "status"]].drop_duplicates(ignore_index=True)
    marks = table[MARKS].astype({"version": int})
    return Reviews(subjects, marks)


def _sample(folder: Path) -> StandingSample:
    stated = json.loads((folder / "sample.json").read_text(encoding="utf-8"))
    listed = pd.DataFrame(stated["manifest"]["cases"])
    drawn = Sample.restore(stated["manifest"], listed[["id", "stratum"]])
    changes = {name: stated[name] for name in ("left", "absent", "added")}
    return StandingSample(drawn.cases, drawn.facts, drawn.head, **changes)


def _public(folder: Path, results: Mapping[str, Any]) -> Iterator[str]:
    """Work out every number shown from the counts shown."""
    rule, problems = Rule.load(folder / RULE), Problems()
    rows = {(row["figure"], row["domain"]): row for row in results["rows"]}
    counts = _counts(folder)
    sizes = {each["stratum"]: each["N"] for each in results["strata"]}
    checked = 0
    for (figure, domain), row in rows.items():
        if row.get("value") is None or "points" not in row:
            continue
        shares: dict[str, Fraction | None] = {
            "its points": Fraction(row["points"], row["available"])
        }
        if domain == ALL:
            shares = {"its casework types": _pooled(figure, rows, sizes)}
        elif row["kind"] == "question":
            shares = _answered(counts[figure, domain], row, problems)
        for of, share in shares.items():
            if exact(share) != row["value"]:
                what = f"its share is {row['value']}, {of} give {exact(share)}"
                problems.add(f"results.json, {figure} in {domain}", what, REMEDY)
        checked += 1
        if row["by_rule"] and rule.is_share:
            band = rule.band(Fraction(row["value"])).id
            if band != row["by_rule"]:
                what = f"it is {row['by_rule']}, {rule.ref} gives {band}"
                problems.add(f"results.json, {figure} in {domain}", what, REMEDY)
    _small(counts, int(results["threshold"]), problems)
    problems.raise_if_any()
    left = sum(bool(row["left_out"]) for row in results["rows"])
    yield f"{checked} figures follow from the counts beside them; {left} are left out in part"
    rated = sum(bool(row["by_rule"]) for row in results["rows"])
    yield f"{rated} ratings follow from these figures under {rule.ref}"


def _counts(folder: Path) -> dict[tuple[str, str], dict[str, str]]:
    with io.StringIO((folder / "counts.csv").read_text(encoding="utf-8-sig")) as lines:
        found: dict[tuple[str, str], dict[str, str]] = {}
        for row in csv.DictReader(lines):
            cells = found.setdefault((data.undone(row["question"]), row["stratum"]), {})
            cells[data.undone(row["cell"])] = row["marks"]
    return found


def _answered(
    cells: Mapping[str, str], row: Mapping[str, Any], problems: Problems
) -> dict[str, Fraction | None]:
    """The share that the answers of a question add up to, by the points that each is worth."""
    worth = row["worth"]
    counted = {name: int(cells[name]) for name in worth if cells.get(name, LEFT_OUT) != LEFT_OUT}
    if len(counted) < len(worth):
        what = "a share is shown beside answers that are left out"
        problems.add(f"counts.csv, {row['figure']} in {row['domain']}", what, REMEDY)
        return {}
    won = sum(number * worth[name][0] for name, number in counted.items())
    of = sum(number * worth[name][1] for name, number in counted.items())
    if (won, of) != (row["points"], row["available"]):
        what = f"its answers give {won} of {of}, not {row['points']} of {row['available']}"
        problems.add(f"results.json, {row['figure']} in {row['domain']}", what, REMEDY)
    return {"its answers": Fraction(won, of) if of else None}


def _pooled(
    figure: str, rows: Mapping[tuple[str, str], Mapping[str, Any]], sizes: Mapping[str, int]
) -> Fraction | None:
    """Each casework type's points, every case counting for N/n of its type."""
    won, of = Fraction(), Fraction()
    for stratum, size in sizes.items():
        row = rows.get((figure, stratum))
        if row and row["examined"]:
            weight = Fraction(size, row["examined"])
            won, of = won + weight * (row["points"] or 0), of + weight * (row["available"] or 0)
    return won / of if of else None


def _small(
    counts: Mapping[tuple[str, str], Mapping[str, str]], threshold: int, problems: Problems
) -> None:
    """No small count is shown; what inspectors did not mark says nothing of a case."""
    for (question, stratum), cells in counts.items():
        for name, number in cells.items():
            if name != UNMARKED and number != LEFT_OUT and 0 < int(number) < threshold:
                what = f"a count of {number} is shown for {name}"
                problems.add(f"counts.csv, {question} in {stratum}", what, REMEDY)


def _workbook(folder: Path, results: Mapping[str, Any]) -> Iterator[str]:
    """The workbook's figures are those of the results."""
    if not (folder / "report.xlsx").exists():
        return
    sheet = openpyxl.load_workbook(folder / "report.xlsx", read_only=True)["Figures"]
    lines = list(sheet.iter_rows(min_row=3, values_only=True))
    heads, problems = list(lines[0]), Problems()
    shown = [row for row in results["rows"] if row["domain"] != ALL and "points" in row]
    places = {name: heads.index(name) for name in ("Id", "Points won", "Points available")}
    for line, row in zip(lines[1:], shown, strict=False):
        for name, key in (("Id", "figure"), ("Points won", "points"),
                          ("Points available", "available")):  # fmt: skip
            wanted = LEFT_OUT if row[key] is None else row[key]
            if line[places[name]] != wanted:
                where = f"report.xlsx, Figures, {row['figure']} in {row['domain']}"
                what = f"{name} is {line[places[name]]}, it should be {wanted}"
                problems.add(where, what, REMEDY)
    if len(lines) - 1 != len(shown):
        what = f"{len(lines) - 1} rows, the results have {len(shown)}"
        problems.add("report.xlsx, Figures", what, REMEDY)
    problems.raise_if_any()
    yield f"{len(shown)} rows of the workbook are those of the results"
