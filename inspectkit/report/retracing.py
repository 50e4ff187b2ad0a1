"""Works the numbers of an Area's report out again from the files beside them.

From the restricted ones the marks are scored, estimated and rated again. From the public ones,
where marks cannot lie, every number that is shown is worked out from the counts shown beside it.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import pandas as pd

from inspectkit.assessment import Estimates, Ratings, Rule, estimate, rate, score
from inspectkit.assessment.rating.recorded import Recorded
from inspectkit.digest import exact
from inspectkit.errors import InspectionError, Problems
from inspectkit.exhibits import listed
from inspectkit.questions.question_set import QuestionSet
from inspectkit.report import beside, data
from inspectkit.report.counts import UNMARKED
from inspectkit.report.readings import ALL, LEFT_OUT
from inspectkit.review.reviews import MARKS, Reviews
from inspectkit.review.substitution import StandingSample
from inspectkit.sampling.sample import Sample
from inspectkit.settings import RULE

REMEDY = "Ask whoever made the report how this number came about"


@dataclass(frozen=True)
class Retraced:
    """What the marks of a folder came to; beside: the names of what stands beside the ratings."""

    question_set: QuestionSet
    reviews: Reviews
    estimates: Estimates
    ratings: Ratings
    beside: tuple[str, ...] = ()

    def said(self) -> Iterator[str]:
        marks, cases = len(self.reviews.marks), len(self.reviews.subjects)
        yield f"{marks:,} marks of {cases} cases scored again"
        yield f"{len(self.estimates.rows)} figures estimated again, with their intervals"
        rule = self.ratings.rule.ref
        yield f"{len(self.ratings.rows)} ratings given again under {rule}, with their probabilities"
        if self.beside:
            named = listed([each.replace("_", " ") for each in self.beside])
            yield f"{named} worked out again"


def restricted(folder: Path, results: Mapping[str, Any], where: str = "results.json") -> Retraced:
    """Score, estimate and rate the marks of the folder again. Errors: each difference."""
    reviews, sample = _reviews(folder), _sample(folder)
    qs = QuestionSet.restore(object_of(folder / "question_set.json"))
    rule = Rule.load(folder / RULE)
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
            problems.add(where, what, REMEDY)
    same_rows(results["rows"], data.rows(est, ratings), where, problems)
    found = beside.beside(reviews, qs, est, ratings)
    for place, what in beside.altered(results, found):
        problems.add(f"{where}, {place}", what, REMEDY)
    problems.raise_if_any()
    return Retraced(qs, reviews, est, ratings, tuple(found))


def same_rows(
    stated: Iterable[Mapping[str, Any]],
    again: Iterable[Mapping[str, Any]],
    where: str,
    problems: Problems,
) -> None:
    """Note every cell of the rows stated that is another one when worked out again."""
    made = {(row["figure"], row["domain"]): row for row in again}
    for row in stated:
        address = row["figure"], row["domain"]
        for name, found in made.pop(address, {}).items():
            if row.get(name) != found:
                place = f"{where}, {address[0]} in {address[1]}"
                problems.add(place, f"{name} is {row.get(name)}, it should be {found}", REMEDY)
    for address in made:
        problems.add(where, f"{address[0]} in {address[1]} is missing", REMEDY)


def table_of(path: Path, columns: Sequence[str]) -> list[dict[str, str]]:
    """The rows of a CSV of ours. Errors: no such file, a column that is missing."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        what = f"cannot be read ({error.strerror})"
        raise InspectionError(path.name, what, "Get the folder again") from None
    rows = [
        {k: data.undone(v) for k, v in row.items()} for row in csv.DictReader(io.StringIO(text))
    ]
    if missing := set(columns) - set(rows[0] if rows else ()):
        raise InspectionError(path.name, f"no column {min(missing)}", "Get the folder again")
    return rows


def object_of(path: Path) -> dict[str, Any]:
    """A JSON object of ours. Errors: no such file, no JSON object."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        what = f"cannot be read ({error})"
        raise InspectionError(path.name, what, "Get the folder again") from None
    if not isinstance(found, dict):
        raise InspectionError(path.name, "it holds no JSON object", "Get the folder again")
    return found


def _reviews(folder: Path) -> Reviews:
    table = pd.DataFrame(table_of(folder / "marks.csv", data.MARKS))
    head = ["subject", "stratum", "status", "marker"]
    subjects = table[head].drop_duplicates(ignore_index=True)
    marks = table[MARKS].astype({"version": int})
    return Reviews(subjects, marks, _second_marks(folder))


def _second_marks(folder: Path) -> pd.DataFrame:
    """What two people marked before any of it was settled; nothing where nobody did."""
    if not (folder / "second_marks.csv").exists():
        return pd.DataFrame(columns=MARKS)
    rows = table_of(folder / "second_marks.csv", data.SECOND)
    return pd.DataFrame(rows, columns=list(data.SECOND)).assign(evidence="", version=0)


def _sample(folder: Path) -> StandingSample:
    stated = object_of(folder / "sample.json")
    listed = pd.DataFrame(stated["manifest"]["cases"])
    drawn = Sample.restore(stated["manifest"], listed[["id", "stratum"]])
    changes = {name: stated[name] for name in ("left", "absent", "added")}
    return StandingSample(drawn.cases, drawn.facts, drawn.head, **changes)


def public(folder: Path, results: Mapping[str, Any]) -> Iterator[str]:
    """Work out every number shown from the counts shown. Errors: each that does not follow."""
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
            held = [(rows.get((figure, name)), size) for name, size in sizes.items()]
            found = pooled((each, size, each["examined"]) for each, size in held if each)
            shares = {"its casework types": found}
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
    for where, what in beside.checked(results):
        problems.add(f"results.json, {where}", what, REMEDY)
    problems.raise_if_any()
    left = sum(bool(row["left_out"]) for row in results["rows"])
    yield f"{checked} figures follow from the counts beside them; {left} are left out in part"
    rated = sum(bool(row["by_rule"]) for row in results["rows"])
    yield f"{rated} ratings follow from these figures under {rule.ref}"


def _counts(folder: Path) -> dict[tuple[str, str], dict[str, str]]:
    found: dict[tuple[str, str], dict[str, str]] = {}
    for row in table_of(folder / "counts.csv", data.COUNTS):
        found.setdefault((row["question"], row["stratum"]), {})[row["cell"]] = row["marks"]
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


def pooled(parts: Iterable[tuple[Mapping[str, Any] | None, int, int]]) -> Fraction | None:
    """The share of these parts together: each one's row, cases N of its casework type, n examined.

    Every case counts for N/n of its casework type.
    """
    won, of = Fraction(), Fraction()
    for row, size, examined in parts:
        if row and examined:
            weight = Fraction(size, examined)
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
