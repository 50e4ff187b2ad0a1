"""Folds the defendants of a case into one case, and gives each case that leaves one reason."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import pandas as pd

from inspectkit.errors import Problems
from inspectkit.sampling.preparing.cleaning import DOUBTS, Cleaned
from inspectkit.sampling.preparing.dates import lines_of
from inspectkit.sampling.spec import ZERO_SIZE, FrameSpec

MIXED = "mixed"
ONE_STRATUM = "all"
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
    Errors: an eligible case whose lines differ in size or cluster.
    """
    rows = cleaned.rows
    if spec.columns.stratum is None:
        rows = rows.assign(stratum=ONE_STRATUM)
    if spec.columns.finalised is None:
        rows = rows.assign(finalised="")
    several = rows[rows.duplicated("id", keep=False)]
    cases = _agreed(rows, several)
    last = several.sort_values("finalised").drop_duplicates("id", keep="last").set_index("id")
    cases.loc[last.index, "finalised"] = last["finalised"]
    # A defendant without a date is not finalised, so the case's last date is not known.
    undated = set(rows["id"][rows["finalised"] == ""])
    cases.loc[cases.index.isin(undated), "finalised"] = ""
    reasons = _reasons(cases, spec)
    gone = reasons[reasons != "eligible"]
    kept = cases[reasons == "eligible"]
    torn = _torn(kept)
    lines = _lines(rows["id"], {*gone.index, *(id for _, id in torn)})
    left = pd.DataFrame(
        {"id": gone.index, "reason": gone.to_numpy(), "lines": lines.reindex(gone.index).to_numpy()}
    )
    _refuse(torn, lines)
    names = [name for name in ("stratum", "cluster", "size", "finalised") if name in kept]
    return Folded(
        kept[[*names, *spec.fact_names]].rename_axis("id").reset_index(),
        left,
        _fates(rows["id"], reasons),
        _doubts(left, undated, rows),
    )


def _agreed(rows: pd.DataFrame, several: pd.DataFrame) -> pd.DataFrame:
    """One row per id, sorted: the values that all rows of a case share, else 'mixed'.

    several: the rows of cases with more than one.
    """
    cases = rows.drop_duplicates("id").set_index("id").sort_index()
    by_case = several.groupby("id", sort=True)
    for name in cases.columns:
        torn = by_case[name].nunique() > 1
        cases.loc[torn.index[torn], name] = MIXED
    return cases


def _fates(ids: pd.Series, reasons: pd.Series) -> dict[int, str]:
    """Line → the case's fate where the case stands first, else 'co_defendant'."""
    known, later = reasons.to_dict(), ids.duplicated(keep="first").tolist()
    lines = zip(ids.index.tolist(), ids.tolist(), later, strict=True)
    return {line: "co_defendant" if again else known[id] for line, id, again in lines}


def _lines(ids: pd.Series, wanted: Collection[str]) -> pd.Series:
    """The lines of each of the wanted ids, as tuples, sorted by id."""
    found: dict[str, list[int]] = {}
    for line, id in zip(ids.index.tolist(), ids.tolist(), strict=True):
        if id in wanted:
            found.setdefault(id, []).append(line)
    return pd.Series({id: tuple(found[id]) for id in sorted(found)}, dtype=object)


def _reasons(cases: pd.DataFrame, spec: FrameSpec) -> pd.Series:
    """The first reason, in the stated order, for which a case leaves; else 'eligible'."""
    rules = spec.eligible
    leaves = {"two_strata": cases["stratum"] == MIXED, "no_stratum": cases["stratum"] == ""}
    if rules.area:
        leaves["two_areas"] = cases["area"] == MIXED
        leaves["other_area"] = ~cases["area"].isin(rules.area)
    if rules.finalised_from and rules.finalised_to:
        ended = cases["finalised"]
        first, last = rules.finalised_from.isoformat(), rules.finalised_to.isoformat()
        leaves["no_date"] = ended == ""
        leaves["out_of_period"] = ~((ended >= first) & (ended <= last))
    for rule in rules.leave_out:
        leaves[rule.reason] = cases[rule.fact].isin(rule.values)
    if "size" in cases:
        leaves[ZERO_SIZE] = cases["size"] == "0"
    reasons = pd.Series("eligible", index=cases.index, dtype=object)
    for reason in reversed(list(rules.labels)):
        if reason in leaves:
            reasons = reasons.mask(leaves[reason], reason)
    return reasons


def _torn(kept: pd.DataFrame) -> list[tuple[str, str]]:
    """What the lines of a case state differently and must not, and of which case."""
    names = [name for name in ("cluster", "size") if name in kept]
    return [(name, str(id)) for name in names for id in kept.index[kept[name] == MIXED]]


def _refuse(torn: Iterable[tuple[str, str]], lines: pd.Series) -> None:
    """A case has one size and lies in one cluster, or its chance of being drawn is not known."""
    problems = Problems()
    for name, id in torn:
        what = f"the lines of {id} state different values of {name}"
        problems.add(f"case {id}, {lines_of(lines[id])}", what, "Mend the export")
    problems.raise_if_any()


def _doubts(left: pd.DataFrame, undated: set[str], rows: pd.DataFrame) -> pd.DataFrame:
    torn = left[left["reason"].isin(["two_areas", "two_strata"])]
    what = "recorded under two Areas or two casework types; left out"
    found: list[Doubt] = [
        (id, what, lines) for id, lines in zip(torn["id"], torn["lines"], strict=True)
    ]
    for id in sorted(undated & set(rows["id"][rows["finalised"] != ""])):
        lines = tuple(rows.index[rows["id"] == id])
        found.append(
            (id, "one defendant has no finalisation date; left out as not finalised", lines)
        )
    return pd.DataFrame(found, columns=DOUBTS)
