"""The frame: every eligible case of the period once, and one counted fate for every line read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd

from inspectkit.digest import digest, sha256
from inspectkit.errors import InspectionError
from inspectkit.sampling.preparing.cleaning import DOUBTS, Cleaned, clean
from inspectkit.sampling.preparing.doubts import thin_strata
from inspectkit.sampling.preparing.folding import ONE_STRATUM, Folded, fold
from inspectkit.sampling.reading import read_export
from inspectkit.sampling.spec import LATER_REASONS, REASONS, FrameSpec, read_spec

FATES = {
    "title": "Title line above the header",
    "header": "Header",
    "footer": "Totals line",
    "blank": "Empty line",
    "continued": "Further line of a cell with line breaks",
    "duplicate": "Exact duplicate of an earlier line",
    "co_defendant": "Further defendant of a case, folded into it",
    **REASONS,
    **LATER_REASONS,
    "eligible": "Eligible case",
}


@dataclass(frozen=True)
class Frame:
    """The eligible cases of one export, and the account of everything that is not among them.

    cases: one row per case, sorted by id: id, stratum, [cluster, size,] finalised, then the facts,
    all text. A fact that differs between the defendants of a case is 'mixed'; one that is not
    recorded is ''. fates: line, fate; one row for every line of the file. left: id, reason, lines.
    look: finds the doubts. reasons: the reasons for leaving, in the order tried, with labels.
    """

    name: str
    cases: pd.DataFrame
    fates: pd.DataFrame
    left: pd.DataFrame
    spellings: pd.DataFrame
    look: Callable[[], pd.DataFrame]
    provenance: dict[str, Any]
    reasons: Mapping[str, str] = field(default_factory=lambda: {**REASONS, **LATER_REASONS})

    @classmethod
    def read(cls, source: Any, mapping: Any) -> Frame:
        """Read, trim, map, drop exact duplicates, fold to cases, exclude by one reason each.

        source: a csv, xlsx or parquet file, a pandas, Polars or pyarrow table, or with a stated
        query the URL of its database. mapping: a FrameSpec, a [frame] table, or the path of an
        `inspection.toml`. Errors: everything that would have to be guessed, all at once.

        >>> import pandas as pd
        >>> export = pd.DataFrame({
        ...     "URN": ["52A/26", "52A/26", "52B/26"], "Type": ["MC", "MC", "CC"],
        ...     "Area": ["South West"] * 3, "Ended": ["01/02/2026", "03/02/2026", "09/09/2024"]})
        >>> frame = Frame.read(export, {
        ...     "dates": "%d/%m/%Y", "unit_of_account": "case", "columns": {
        ...         "id": "URN", "stratum": "Type", "area": "Area", "finalised": "Ended"},
        ...     "eligible": {"area": "South West",
        ...         "finalised_from": "2025-10-01", "finalised_to": "2026-09-30"}})
        >>> frame.table()[["id", "stratum", "finalised"]].values.tolist()
        [['52A/26', 'MC', '2026-02-03']]
        >>> frame.summary().set_index("fate")["lines"].to_dict()
        {'header': 1, 'co_defendant': 1, 'out_of_period': 1, 'eligible': 1}
        """
        spec = read_spec(mapping)
        if not spec.confirmed:
            what = "how to read the export was proposed and nobody has confirmed it"
            remedy = "Look through [frame] (inspectkit check shows it) and set confirmed = true"
            raise InspectionError("inspection.toml [frame]", what, remedy)
        export = read_export(source, spec)
        cleaned = clean(export, spec)
        folded = fold(cleaned, spec)
        fates = pd.Series({**export.fates, **cleaned.duplicates, **folded.fates}).sort_index()
        return cls(
            name=export.name,
            cases=folded.cases,
            fates=pd.DataFrame({"line": fates.index, "fate": fates.to_numpy()}),
            left=folded.left,
            spellings=cleaned.spellings,
            look=lambda: _doubts(export.footer_count, cleaned, folded, spec),
            provenance={
                "file": export.name,
                "spec": digest(spec.model_dump(mode="json")),
                **export.provenance,
            },
            reasons=spec.eligible.labels,
        )

    @cached_property
    def doubts(self) -> pd.DataFrame:
        """where, what, lines: what looks wrong and may be right; looked for when it is asked."""
        return self.look()

    def table(self) -> pd.DataFrame:
        """One row per eligible case, sorted by id."""
        return self.cases.copy()

    @cached_property
    def digest(self) -> str:
        """SHA-256 over the sorted lines `id 0x1F stratum [0x1F size] LF`.

        No trace of row order or file format is in it.
        """
        names = [name for name in ("id", "stratum", "size") if name in self.cases]
        parts = zip(*(self.cases[name].tolist() for name in names), strict=True)
        return sha256("".join(sorted("\x1f".join(part) + "\n" for part in parts)))

    @cached_property
    def facts_digest(self) -> str:
        """SHA-256 over every kept fact of every case, in the order of the ids."""
        return digest([list(self.cases.columns), self.cases.sort_values("id").values.tolist()])

    @property
    def exclusions(self) -> pd.DataFrame:
        """reason, label, cases, rows: why cases of the export are not in the frame."""
        groups = self.left.groupby("reason")["lines"].agg(
            cases="size", rows=lambda lines: lines.map(len).sum()
        )
        kept = [reason for reason in self.reasons if reason in groups.index]
        table = groups.reindex(kept).rename_axis("reason").reset_index()
        table.insert(1, "label", [self.reasons[reason] for reason in kept])
        return table

    def summary(self) -> pd.DataFrame:
        """fate, label, lines: adds up to the lines of the file."""
        counts = self.fates["fate"].value_counts()
        own = {reason: self.reasons[reason] for reason in self.reasons if reason not in FATES}
        labels = {**FATES, **own}
        labels["eligible"] = labels.pop("eligible")  # last, after reasons of the inspection's own
        kept = [fate for fate in labels if fate in counts.index]
        return pd.DataFrame(
            {
                "fate": kept,
                "label": [labels[fate] for fate in kept],
                "lines": [int(counts[fate]) for fate in kept],
            }
        )

    def strata(self) -> pd.Series:
        """Cases by stratum."""
        return self.cases["stratum"].value_counts().sort_index()


def _doubts(
    footer_count: int | None, cleaned: Cleaned, folded: Folded, spec: FrameSpec
) -> pd.DataFrame:
    counts = {str(name): int(n) for name, n in folded.cases["stratum"].value_counts().items()}
    expected = [ONE_STRATUM] if spec.columns.stratum is None else spec.values.get("stratum", {})
    found = [cleaned.doubts, folded.doubts]
    found.append(pd.DataFrame(thin_strata(counts, expected), columns=DOUBTS))
    if footer_count is not None and footer_count != cleaned.lines_read:
        read = cleaned.lines_read
        what = f"it says {footer_count} rows, {read} were read: the export may have been cut"
        found.append(pd.DataFrame([{"where": "totals line", "what": what, "lines": ()}]))
    return pd.concat([each for each in found if len(each)] or found, ignore_index=True)
