"""An Area's result without its marks: figures with their certainty, under a digest."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

from inspectkit.assessment.comparison.difference import Side
from inspectkit.assessment.estimation import Estimate, Estimates
from inspectkit.assessment.rating import Ratings
from inspectkit.digest import digest, exact
from inspectkit.errors import InspectionError

FORMAT = "inspectkit-area-result/1"
PLACES = 9  # decimals of what is no exact fraction
CONTENT = {"format", "area", "round", "simulated", "question_set", "estimates", "rule", "rows",
           "threshold"}  # fmt: skip
ROW = {"figure", "kind", "label", "domain", "value", "low", "high", "size", "df", "n", "N", "band"}
LeftOut = Mapping[tuple[str, str], frozenset[str]]  # figure and domain → of share, cases, na


@dataclass(frozen=True)
class Sealed:
    """What one Area's inspection found, fit to be passed on: no case, no mark, no reference.

    content: format, area, round, simulated, question_set and estimates (digests), rule, rows; each
    row holds figure, kind, label, domain, value (exact, as text), low, high, size (of the simple
    sample that is as certain, "all" for a complete count), df, n, N and band. Where the Area
    publishes not all of it, threshold says under which number it leaves counts out, and what it
    leaves out is null.
    """

    content: Mapping[str, Any]

    @property
    def area(self) -> str:
        return str(self.content["area"])

    @property
    def is_public(self) -> bool:
        """It says nothing that the Area's public report leaves out."""
        return "threshold" in self.content

    @cached_property
    def digest(self) -> str:
        return digest(self.content)

    @cached_property
    def rows(self) -> dict[tuple[str, str], dict[str, Any]]:
        """By figure and domain."""
        return {(row["figure"], row["domain"]): row for row in self.content["rows"]}

    def side(self, figure: str, domain: str) -> Side | None:
        """One figure, to compare; None where it has no value or no limits."""
        row = self.rows.get((figure, domain))
        if row is None or row["value"] is None or row["low"] is None:
            return None
        size = float("inf") if row["size"] == "all" else float(row["size"])
        df = float("inf") if row["size"] == "all" else float(row["df"])
        return Side(Fraction(row["value"]), float(row["low"]), float(row["high"]), size, df)

    def write(self, path: Path) -> Path:
        """The result as JSON with its digest."""
        text = json.dumps(self.stated(), indent=1, ensure_ascii=False)
        path.write_text(text + "\n", encoding="utf-8", newline="\n")
        return path

    def stated(self) -> dict[str, Any]:
        """The result as plain values with its digest."""
        return {**self.content, "digest": self.digest}

    @classmethod
    def read(cls, path: str | Path) -> Sealed:
        """Errors: no such file, not a result, changed since it was written."""
        place = Path(path)
        try:
            stated = json.loads(place.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise InspectionError(place.name, "no such file", "Give an Area's result") from None
        except ValueError:
            remedy = "Give an Area's result"
            raise InspectionError(place.name, "not readable as JSON", remedy) from None
        return cls.of(stated, place.name)

    @classmethod
    def of(cls, stated: Any, where: str) -> Sealed:
        """A result from its plain values. Errors: as for `read`, and anything beside a result."""
        if not isinstance(stated, dict) or stated.get("format") != FORMAT:
            raise InspectionError(where, f"its format is not {FORMAT}", "Seal it again")
        content = {key: value for key, value in stated.items() if key != "digest"}
        if digest(content) != stated.get("digest"):
            what = "its content does not fit its digest: it was edited"
            raise InspectionError(where, what, "Ask for the file as it was sealed")
        rows = content.get("rows", [])
        strange = {*content} - CONTENT | {key for row in rows for key in row} - ROW
        if strange:
            what = f"it holds {min(strange)!r}, which is no part of a result"
            raise InspectionError(where, what, "Ask for the file as inspectkit seal writes it")
        return cls(content)


def seal(
    est: Estimates,
    *,
    area: str,
    round: str = "1",
    ratings: Ratings | None = None,
    simulated: bool = False,
    threshold: int = 0,
    left_out: LeftOut | None = None,
) -> Sealed:
    """An Area's figures in every domain, ready to be set beside the other Areas'.

    threshold, left_out: what the Area's public report leaves out, for a result that anyone may see.
    """
    gone = left_out or {}
    rated = ratings.rows if ratings else ()
    bands = {(each.figure, each.domain): each.band.id for each in rated if each.band}
    return Sealed(
        {
            "format": FORMAT,
            "area": area,
            "round": round,
            "simulated": simulated,
            "question_set": est.scores.question_set_digest,
            "estimates": est.digest,
            "rule": ratings.rule.ref if ratings else "",
            "rows": [
                _shown(_row(est, row, bands.get((row.figure, row.domain), "")),
                       gone.get((row.figure, row.domain), frozenset()), threshold)
                for row in est.rows
            ],
            **({"threshold": threshold} if threshold else {}),
        }
    )  # fmt: skip


def _shown(row: dict[str, Any], gone: frozenset[str], threshold: int) -> dict[str, Any]:
    """The row without what is left out. df would tell the number of cases: it is rounded down."""
    if "share" in gone:
        empty = {"value": None, "low": None, "high": None, "size": "", "df": None, "n": None}
        return {**row, **empty, "band": ""}
    if "cases" in gone:
        return {**row, "n": None, "df": max(row["df"] // threshold * threshold, 1)}
    return row


def _row(est: Estimates, row: Estimate, band: str) -> dict[str, Any]:
    found, side = est.scores.figure(row.figure), Side.of(row)
    size = "" if side is None else "all" if side.size == float("inf") else _text(side.size)
    return {
        "figure": row.figure,
        "kind": found.kind,
        "label": found.label,
        "domain": row.domain,
        "value": exact(row.value),
        "low": None if side is None else _text(side.low),
        "high": None if side is None else _text(side.high),
        "size": size,
        "df": row.df,
        "n": row.n,
        "N": row.N,
        "band": band,
    }


def _text(value: float) -> str:
    return f"{value:.{PLACES}f}"
