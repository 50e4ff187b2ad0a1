"""Folds the defendants of a case into one case, and gives each case that leaves one reason."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from inspectkit.sampling.cleaning import DOUBTS, Cleaned
from inspectkit.sampling.spec import FrameSpec

MIXED = "mixed"
Doubt = tuple[str, str, tuple[int, ...]]


@dataclass(frozen=True)
class Folded:
    """cases: eligible ones, sorted by id. left: id, reason, lines. fates: line → fate."""

    cases: pd.DataFrame
    left: pd.DataFrame
    fates: dict[int, str]
    doubts: pd.DataFrame


def fold(cleaned: Cleaned, spec: FrameSpec) -> Folded:
    """One case per id: facts that differ are 'mixed', finalised is the last defendant's date.

    The first line of a case carries the case's fate, its other lines are 'co_defendant'.
    """
    rows = cleaned.rows
    groups = rows.groupby("id", sort=True)
    cases = pd.DataFrame({name: _agreed(rows, name) for name in rows.columns if name != "id"})
    # A defendant without a date is not finalised, so the case's last date is not known.
    undated = rows["finalised"].eq("").groupby(rows["id"]).any()
    cases["finalised"] = groups["finalised"].max().where(~undated, "")
    reasons = _reasons(cases, spec)
    firsts = pd.Series(rows.index, index=rows["id"]).groupby(level=0).first()
    fates = pd.Series("co_defendant", index=rows.index)
    fates.loc[firsts.to_numpy()] = reasons.reindex(firsts.index).to_numpy()
    lines = pd.Series(rows.index, index=rows["id"]).groupby(level=0).agg(tuple)
    gone = reasons[reasons != "eligible"]
    left = pd.DataFrame(
        {"id": gone.index, "reason": gone.to_numpy(), "lines": lines.reindex(gone.index).to_numpy()}
    )
    kept = cases[reasons == "eligible"].drop(columns="area").rename_axis("id").reset_index()
    facts = ["id", "stratum", "finalised", *spec.fact_names]
    return Folded(
        kept[facts], left, dict(zip(rows.index, fates, strict=True)), _doubts(left, undated, rows)
    )


def _agreed(rows: pd.DataFrame, name: str) -> pd.Series:
    """The value that all rows of a case share, else 'mixed'."""
    groups = rows.groupby("id", sort=True)[name]
    return groups.first().where(groups.nunique() == 1, MIXED)


def _reasons(cases: pd.DataFrame, spec: FrameSpec) -> pd.Series:
    """The first reason, in the stated order, for which a case leaves; else 'eligible'."""
    rules = spec.eligible
    ended = cases["finalised"]
    within = (ended >= rules.finalised_from.isoformat()) & (ended <= rules.finalised_to.isoformat())
    leaves = {
        "two_areas": cases["area"] == MIXED,
        "other_area": cases["area"] != rules.area,
        "two_strata": cases["stratum"] == MIXED,
        "no_stratum": cases["stratum"] == "",
        "no_date": ended == "",
        "out_of_period": ~within,
    }
    reasons = pd.Series("eligible", index=cases.index)
    for reason in reversed(rules.order):
        reasons = reasons.mask(leaves[reason], reason)
    return reasons


def _doubts(left: pd.DataFrame, undated: pd.Series, rows: pd.DataFrame) -> pd.DataFrame:
    torn = left[left["reason"].isin(["two_areas", "two_strata"])]
    what = "recorded under two Areas or two casework types; left out"
    found: list[Doubt] = [
        (id, what, lines) for id, lines in zip(torn["id"], torn["lines"], strict=True)
    ]
    dated = rows["finalised"].ne("").groupby(rows["id"]).any()
    for id in map(str, undated.index[undated & dated]):
        lines = tuple(rows.index[rows["id"] == id])
        found.append(
            (id, "one defendant has no finalisation date; left out as not finalised", lines)
        )
    return pd.DataFrame(found, columns=DOUBTS)
