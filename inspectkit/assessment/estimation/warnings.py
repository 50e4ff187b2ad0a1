"""What a reader must be told beside a number, in words that need no statistics."""

from __future__ import annotations

from fractions import Fraction

from inspectkit.assessment.estimation.records import CENSUS, Estimate

FEW = 20
UNLIKE = Fraction(8, 10)  # a pooled sample worth less than this of its files is warned of


def warning(row: Estimate, strata: int) -> str:
    """The sentences that hold of an estimate over so many strata; "" if none does.

    Few files; strata drawn at unlike rates, so that plain counting misleads; marks lacking.
    """
    if row.value is None or row.method == CENSUS:
        return ""
    said = []
    if row.n < FEW:
        files = "one file" if row.n == 1 else f"{row.n} files"
        said.append(
            f"Only {files}: a single one moves the share by about {100 / row.n:.0f} points."
        )
    pooled = Fraction(row.points, row.available) if row.available else None
    if strata > 1 and pooled is not None and abs(pooled - row.value) >= Fraction(1, 100):
        said.append(
            f"Counted without weights it would be {float(pooled):.1%}: the sample holds some kinds "
            f"of case more often than the caseload does. Use the weighted share."
        )
    elif strata > 1 and row.effective_n is not None and row.effective_n < UNLIKE * row.n:
        said.append(
            f"The {row.n} files are worth about {row.effective_n:.0f} of a simple random sample."
        )
    if row.worst is not None and row.best is not None and row.worst < row.best:
        said.append(
            f"Marks are lacking: the files drawn would give between {float(row.worst):.1%} and "
            f"{float(row.best):.1%} once they are in."
        )
    return " ".join(said)
