"""Shares in time, medians and quantiles: what was never sent is late."""

from __future__ import annotations

from fractions import Fraction
from math import inf
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from inspectkit.assessment import score
from inspectkit.assessment.estimation.durations import NEVER, quantile_of, timely
from inspectkit.assessment.estimation.linear import Drawn, simple, stage
from inspectkit.assessment.estimation.waits import Wait, waits
from inspectkit.cli.beside import waited
from inspectkit.errors import InspectionError
from inspectkit.questions import QuestionSet
from inspectkit.review import Reviews
from tests.specimens.twelve_cases import MARKS, sample_of

DATA = Path(__file__).parent / "published" / "data"
# R 4.2.2, survey 4.1-1, 2026-11-25, designs as in published/test_design_r_survey.py:
#   svyquantile(~api00, design, c(.25, .5, .75), ci = TRUE, interval.type = "mean", qrule = "math")
R_QUANTILES = {
    "srs": [(544, 529, 577), (658, 633, 693), (752, 739, 787)],
    "strat": [(565, 535, 597), (668, 642, 694), (756, 726, 778)],
    "clus1": [(552, 492, 627), (652, 561, 714), (719, 696, 777)],
}


def design(name: str) -> tuple[Drawn, np.ndarray]:
    rows = pd.read_csv(DATA / f"api_{name}.csv")
    weights, zero = rows["pw"].to_numpy(), np.zeros(len(rows))
    if name == "clus1":
        first = stage(zero, rows["dnum"], rows["dnum"].nunique() / rows["fpc"])
        return Drawn(weights, (first,)), rows["api00"].to_numpy()
    strata = zero if name == "srs" else rows["stype"]
    return Drawn(weights, simple(strata, rows["fpc"]).stages), rows["api00"].to_numpy()


@pytest.mark.parametrize("name", R_QUANTILES)
def test_quantiles_and_woodruff_limits_are_those_of_r_survey(name: str) -> None:
    drawn, values = design(name)
    for share, expected in zip((0.25, 0.5, 0.75), R_QUANTILES[name], strict=True):
        found = quantile_of(drawn, values, share)
        assert (found.value, found.low, found.high) == expected


def test_what_was_never_sent_is_late_and_not_missing() -> None:
    taken = [1, 2, 2, 3, 4, 5, 8, 9, NEVER, NEVER]
    found = timely(np.array(taken), np.full(10, 60), within=5)
    assert (found.in_time, found.late, found.open) == (6, 4, 0)
    assert found.share == Fraction(6, 10)  # leaving the two out would give 6 of 8, 75%
    assert found.worst == found.best == Fraction(6, 10)


def test_what_may_still_be_in_time_is_bounded() -> None:
    taken, waited = np.array([1.0, 9, NEVER, NEVER]), np.array([20, 20, 20, 3])
    found = timely(taken, waited, within=5)
    assert (found.in_time, found.late, found.open, found.n) == (1, 2, 1, 4)
    assert (found.worst, found.share, found.best) == (
        Fraction(1, 4),
        Fraction(1, 3),
        Fraction(1, 2),
    )


def test_a_median_among_those_never_sent_has_no_number() -> None:
    found = quantile_of(
        simple(["a"] * 6, [100] * 6), np.array([2.0, 4, NEVER, NEVER, NEVER, NEVER])
    )
    assert found.value == inf and found.words == "never (2 to never)"


def test_a_missing_duration_is_refused() -> None:
    with pytest.raises(InspectionError, match=r"Give NEVER \(inf\) for what was never sent"):
        timely(np.array([1.0, np.nan]), np.array([9, 9]), within=5)


LETTERS = """
id: letters
revision: 1
label: "Letters"
source: "Made up for the tests"
verified: true
casework_types: [{id: VCL, label: Letters}, {id: VRR, label: Replies}]
scales:
  - id: timely
    label: In time or not
    answers:
      - {id: fm, label: In time, points: 2}
      - {id: nm, label: Not in time, points: 0}
      - {id: na, label: Not applicable, excluded: true}
themes: [{id: timeliness, label: Timeliness}]
questions:
  - {id: took, page: timeliness, text: "How long did it take?", type: number, unit: days, context: true}
  - id: in_time
    text: "Was it in time?"
    scale: timely
    themes: [timeliness]
    suggest: "if(${took} <= 5, 'fm', 'nm')"
"""  # noqa: E501


def found_in(folder: Path, took: list[str], in_time: list[str]) -> tuple[Wait, ...]:
    """The waits of letters: days ("" if nobody said) and how the letter was marked."""
    path = folder / "letters.yaml"
    path.write_text(LETTERS, encoding="utf-8", newline="\n")
    qs, cases = QuestionSet.load(path), [f"L{k}" for k in range(len(took))]
    rows = []
    for case, days, mark in zip(cases, took, in_time, strict=True):
        state = {"": "unanswered", "na": "na"}
        rows.append((case, "", "took", "AB", state.get(days, "answered"), days, "", 1))
        rows.append((case, "", "in_time", "AB", state.get(mark, "answered"), mark, "", 1))
    subjects = pd.DataFrame({"subject": cases, "stratum": "VCL", "status": "submitted"})
    reviews = Reviews(subjects, pd.DataFrame(rows, columns=MARKS), question_set=qs)
    sample = sample_of(dict.fromkeys(cases, "VCL"), {"VCL": (400, len(cases))})
    return waits(reviews, qs, score(reviews, qs), sample, within=[5])


def test_in_an_inspection_what_was_never_sent_is_late(tmp_path: Path) -> None:
    took = ["1", "2", "2", "3", "4", "5", "8", "9", "", "", "", ""]
    marks = ["fm"] * 6 + ["nm"] * 4 + ["na", ""]
    found, _ = found_in(tmp_path, took, marks)
    # 10 due, 6 in time, 2 late, 2 never; one did not apply, of one nobody has said anything
    assert (found.domain, found.n, found.never, found.not_known) == ("VCL", 10, 2, 1)
    share, low, high = found.within[5]
    assert share == 0.6 and low is not None and high is not None and low < 0.6 < high
    assert [each.words for each in found.quantiles] == ["4 (2 to never)", "never (8 to never)"]


def test_the_table_of_waits_is_words_and_a_set_without_them_has_none(tmp_path: Path) -> None:
    table = waited(found_in(tmp_path, ["1", "2", "9"], ["fm", "fm", "nm"]))
    assert table["casework"].tolist() == ["VCL", "all"]
    assert table["within 5"].tolist()[0].startswith("66.7% (")
    assert waited(()).empty
