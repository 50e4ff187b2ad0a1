"""A report as data: every estimate and rating as JSON, the marks as CSV and parquet, the counts."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from inspectkit.assessment import Estimates, Ratings
from inspectkit.assessment.comparison import Sealed, seal
from inspectkit.digest import exact
from inspectkit.report.edition import Edition
from inspectkit.report.leaks import refuse_leaks
from inspectkit.report.readings import left_out, stamp
from inspectkit.sampling.evidence.lists import defused
from inspectkit.sampling.evidence.manifests import public as public_manifest
from inspectkit.version import VERSION

RESULTS, STANDING = "inspectkit-results/1", "inspectkit-standing-sample/1"
PLACES = 9  # decimals of what is no exact fraction
MARKS = (
    "case_number", "subject", "item", "stratum", "status", "question", "marker", "state", "answer",
    "evidence", "version",
)  # fmt: skip
SECOND = ("subject", "item", "question", "marker", "state", "answer")
COUNTS = ("question", "stratum", "cell", "marks")
Rows = Iterable[Sequence[Any]]


def results(edition: Edition) -> dict[str, Any]:
    """Everything that was estimated and rated, with the digests it came from.

    rows: figure, kind, label, domain, value (exact), low, high, n, N, examined, points, available,
    na, method, band, by_rule, distance, probabilities, note. In the public version what is left
    out is null and named in `left_out`; examined is the marked cases that say something of it.
    agreement, second_look and waits, where there are any: see `report.beside`.
    """
    insp, head = edition.insp, edition.insp.head
    return {
        "format": RESULTS,
        "version": "public" if edition.public else "restricted",
        "program": f"inspectkit {VERSION}",
        "inspection": {
            "id": head.id, "round": head.round, "title": head.title, "area": head.area,
            "kind": head.kind, "period": head.period, "report_date": head.report_date.isoformat(),
        },
        "stamp": stamp(edition),
        "simulated": insp.simulated,
        "threshold": edition.threshold if edition.public else None,
        "digests": digests(insp, public=edition.public),
        "strata": [
            {"stratum": row["stratum"], "N": int(row["N"]), "n": int(row["n"])}
            for row in insp.store.sample().strata().to_dict("records")
        ],
        "rows": list(_shown(edition)),
        **edition.beside,
    }  # fmt: skip


def sealed_result(edition: Edition) -> Sealed:
    """An Area's result as one version of its report tells it. Errors: what may not be public."""
    insp = edition.insp
    told: dict[str, Any] = {"threshold": edition.threshold, "left_out": left_out(edition)}
    made = seal(insp.estimates, area=insp.area, round=insp.head.round, ratings=insp.ratings,
                simulated=insp.simulated, **(told if edition.public else {}))  # fmt: skip
    if edition.public:
        refuse_leaks(insp, {"result.json": as_json(made.stated())})
    return made


def digests(insp: Any, *, public: bool = False) -> dict[str, str]:
    """The chain, from the list of cases to the ratings.

    Where the public knows the sample by another digest than the body, that one stands.
    """
    sample = str(public_manifest(insp.sample)["digest"]) if public else insp.sample.digest
    return {
        "frame": insp.frame.digest,
        "design": insp.design.digest,
        "sample": sample,
        "question_set": insp.question_set.digest,
        "reviews": insp.reviews.digest,
        "scores": insp.scores.digest,
        "estimates": insp.estimates.digest,
        "rule": insp.rule.digest,
        "ratings": insp.ratings.digest,
    }


def as_json(value: Any) -> bytes:
    """JSON that people can read, the same bytes for the same value."""
    return (json.dumps(value, indent=1, ensure_ascii=False) + "\n").encode("utf-8")


def as_csv(heads: Sequence[str], rows: Rows) -> bytes:
    r"""CSV for spreadsheets and programs: nothing in it is run, and `undone` gives every text back.

    >>> as_csv(["answer"], [["=1+1"]])
    b"\xef\xbb\xbfanswer\n'=1+1\n"
    """
    held = io.StringIO()
    writer = csv.writer(held, lineterminator="\n")
    writer.writerow(heads)
    writer.writerows([_quoted(str(cell)) for cell in row] for row in rows)
    return held.getvalue().encode("utf-8-sig")


def undone(cell: str) -> str:
    """A cell of `as_csv` as it was.

    >>> undone("'=1+1"), undone("fm")
    ('=1+1', 'fm')
    """
    return cell.removeprefix("'")


def as_parquet(heads: Sequence[str], rows: Rows) -> bytes:
    """The same table as parquet, all columns text, written in one thread: the same bytes twice."""
    table = pd.DataFrame([[str(cell) for cell in row] for row in rows], columns=list(heads))
    with tempfile.TemporaryDirectory() as place, duckdb.connect() as engine:
        path = Path(place) / "table.parquet"
        engine.execute("SET threads = 1")
        engine.register("marks", table)
        columns = ", ".join(f'CAST("{head}" AS VARCHAR) AS "{head}"' for head in heads)
        engine.execute(f"COPY (SELECT {columns} FROM marks) TO '{path}' (FORMAT parquet)")
        return path.read_bytes()


def marks(edition: Edition) -> list[tuple[Any, ...]]:
    """Every mark of every sampled case, columns as in MARKS; restricted."""
    subjects = edition.insp.reviews.subjects.set_index("subject")[["stratum", "status"]]
    known = {str(row.Index): (row.stratum, row.status) for row in subjects.itertuples()}
    numbers = edition.case_numbers
    return [
        (numbers[row.subject], row.subject, row.item, *known[row.subject], row.question,
         row.marker, row.state, row.answer, row.evidence, row.version)
        for row in edition.insp.reviews.marks.itertuples()
    ]  # fmt: skip


def second_marks(edition: Edition) -> list[tuple[Any, ...]]:
    """What each marker of a case marked twice said before any was settled; restricted."""
    blind = edition.insp.reviews.blind
    several = blind.groupby("subject")["marker"].transform("nunique") > 1
    return list(blind.loc[several, list(SECOND)].itertuples(index=False, name=None))


def counts(edition: Edition) -> list[tuple[str, str, str, int | str]]:
    """How often each answer was given, columns as in COUNTS; what is left out is `c`."""
    return [
        (row.question, row.stratum, cell, "c" if cell in edition.hidden.of(row) else number)
        for row in edition.counts
        for cell, number in zip(row.cells, row.numbers, strict=True)
    ]


def standing(insp: Any) -> dict[str, Any]:
    """The sample as it stands, with all that a stranger needs to estimate from it again."""
    sample = insp.store.sample()
    changes = {name: dict(getattr(sample, name)) for name in ("left", "absent", "added")}
    return {"format": STANDING, "manifest": sample.manifest(), **changes}


def rows(est: Estimates, ratings: Ratings | None = None) -> Iterator[dict[str, Any]]:
    """A row for every figure in every domain, then one for every step that combines ratings."""
    rated = {(each.figure, each.domain): each for each in (ratings.rows if ratings else ())}
    settled = est.scores.cases().groupby(["figure", "stratum"])["settled"].sum().to_dict()
    for row in est.rows:
        yield {
            "figure": row.figure,
            "kind": row.kind,
            "label": est.scores.figure(row.figure).label,
            "domain": row.domain,
            "value": exact(row.value),
            "low": _rounded(row.low),
            "high": _rounded(row.high),
            "n": row.n,
            "N": row.N,
            "examined": int(settled.get((row.figure, row.domain), 0)),
            "points": row.points,
            "available": row.available,
            "na": row.na,
            "method": row.method,
            **_rated(rated.pop((row.figure, row.domain), None)),
        }
    for (figure, domain), rating in rated.items():
        head = {"figure": figure, "kind": rating.kind, "label": rating.title, "domain": domain}
        yield {**head, "value": exact(rating.value), **_rated(rating)}


def _shown(edition: Edition) -> Iterator[dict[str, Any]]:
    """The rows as this version shows them, and what each answer of a question is worth."""
    gone = left_out(edition)
    worth = {(row.question, row.stratum): row.worth for row in edition.counts}
    for row in rows(edition.insp.estimates, edition.insp.ratings):
        address = row["figure"], row["domain"]
        beside = {"worth": worth[address]} if address in worth else {}
        yield emptied({**row, **beside}, gone.get(address, frozenset()))


def emptied(row: Mapping[str, Any], hidden: frozenset[str]) -> dict[str, Any]:
    """The row without what this version leaves out, and with the names of that."""
    empty = [name for part in hidden for name in _PARTS[part] if name in row]
    return {**row, **dict.fromkeys(empty), "left_out": sorted(hidden)}


_PARTS = {
    "share": ("value", "low", "high", "points", "available", "method", "band", "by_rule",
              "distance", "probabilities", "note"),
    "cases": ("n",),
    "na": ("na",),
}  # fmt: skip


def _rated(rating: Any) -> dict[str, Any]:
    if rating is None:
        return {"band": None, "by_rule": None, "distance": None, "probabilities": None, "note": ""}
    chances = rating.probabilities
    return {
        "band": rating.band.id if rating.band else None,
        "by_rule": rating.by_rule.id if rating.by_rule else None,
        "distance": exact(rating.distance),
        "probabilities": [_rounded(each) for each in chances] if chances else None,
        "note": rating.note,
    }


def plain(value: Any) -> Any:
    """A cell for JSON: fractions exact, other numbers rounded."""
    if value is None or value != value:
        return None
    if isinstance(value, Fraction):
        return exact(value)
    return _rounded(value) if isinstance(value, float) else value


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(float(value), PLACES)


@lru_cache(maxsize=4096)  # marks say the same few things thousands of times
def _quoted(text: str) -> str:
    return f"'{text}" if text.startswith("'") else defused(text)
