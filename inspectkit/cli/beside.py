"""Tables beside the ratings: what second markers see, how long things took, who marked what."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pandas as pd

from inspectkit.errors import InspectionError
from inspectkit.validation import nearest

if TYPE_CHECKING:
    from inspectkit.assessment.agreement.second_look import SecondLook
    from inspectkit.assessment.estimation.waits import Wait
    from inspectkit.assessment.scoring import Scores
    from inspectkit.review import Reviews

Z = 1.959964


def seen_again(looks: Iterable[SecondLook]) -> pd.DataFrame:
    """figure, first marks, second markers (with limits), marked twice, evened, note; of all cases.

    evened: the first marks' share if every marker were as strict as the average one.
    """
    rows = []
    for each in looks:
        found, again = each.found, "-"
        if found:
            half = Z * found.standard_error
            ends = f"{max(found.value - half, 0):.1%} to {min(found.value + half, 1):.1%}"
            again = f"{found.value:.1%} ({ends})"
        files = f"{found.again} of {found.n}" if found else "-"
        rows.append((each.title, f"{each.raw:.1%}", again, files, f"{each.evened:.1%}", each.note))
    names = ["figure", "first marks", "second markers", "marked twice", "evened", "note"]
    return pd.DataFrame(rows, columns=names)


def waited(waits: Iterable[Wait]) -> pd.DataFrame:
    """question, casework, due, never sent, not known, median, 90th percentile, and every limit."""
    rows = []
    for each in waits:
        middle, long = (found.words for found in each.quantiles)
        row = {"question": each.label, "unit": each.unit, "casework": each.domain, "due": each.n}
        row |= {"never sent": each.never, "not known": each.not_known, "median": middle}
        row["90% took up to"] = long
        for limit, (share, low, high) in each.within.items():
            ends = "" if low is None or high is None else f" ({low:.1%} to {high:.1%})"
            row[f"within {limit:g}"] = f"{share:.1%}{ends}"
        rows.append(row)
    return pd.DataFrame(rows)


def marked_by(scores: Scores, reviews: Reviews, column: str) -> pd.DataFrame:
    """figure, the column, cases, points, share, share with what did not apply; empty without one.

    Both denominators stand side by side, and nothing is weighted: these are the files marked.
    Errors: no such column of the cases.
    """
    if not column:
        return pd.DataFrame()
    subjects = reviews.subjects
    if column not in subjects:
        known = [str(name) for name in subjects.columns if name not in ("subject", "status")]
        remedy = f"Use one of {', '.join(known)}.{nearest(column, known)}"
        raise InspectionError("rate --by", f"the cases have no {column!r}", remedy)
    groups = {str(case): str(name) for case, name in
              zip(subjects["subject"], subjects[column], strict=True) if name}  # fmt: skip
    table = scores.by(groups)
    table = table[table["kind"] != "question"]
    rows = [
        (scores.figure(row["figure"]).label, row["domain"], row["cases"],
         f"{row['points']} / {row['available']}", _percent(row["share"]),
         _percent(row["share_of_all"]))
        for row in table.to_dict("records")
    ]  # fmt: skip
    names = ["figure", column, "cases", "points", "share", "of all, N/A too"]
    return pd.DataFrame(rows, columns=names)


def _percent(share: object) -> str:
    return "-" if share is None else f"{float(share):.1%}"  # type: ignore[arg-type]
