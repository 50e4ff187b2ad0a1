"""Estimates of clustered, two-stage and size-proportional samples, from marks to limits."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from inspectkit.assessment import Figure, Scores, estimate
from inspectkit.assessment.estimation import Estimates
from inspectkit.assessment.estimation.selected import selected
from inspectkit.errors import InspectionError
from inspectkit.sampling.sample import Sample

DATA = Path(__file__).parent / "published" / "data"
# R 4.2.2, survey 4.1-1, 2026-11-25: the cases "offices" and "election" of
# published/test_design_r_survey.py, SE and degf
R_OFFICES = {
    "all": (0.744649087493, 0.0629810767937, 12),
    "late_plea=1": (0.634129808507, 0.114929873803, 10),
}
R_ELECTION = (0.440641105594, 0.0210912686383)


def scored(rows: pd.DataFrame) -> Scores:
    """Scores of one question from rows of subject, stratum, points, available, state."""
    marks = rows.assign(item="", question="q", worth=rows["available"])
    strata = {name: name for name in rows["stratum"].unique()}
    return Scores(marks, (Figure("q", "question", "Q", ("q",)),), strata, "r", "s")


def sample(cases: pd.DataFrame, strata: list[dict[str, Any]], **facts: Any) -> Sample:
    table = cases.assign(role="sample", order=range(1, len(cases) + 1), ticket="", weight="")
    plain = [{"label": each["stratum"], "reserves": 0, **each} for each in strata]
    return Sample(table, table[["id", "stratum"]].assign(**facts), {"strata": plain})


def offices() -> tuple[pd.DataFrame, Sample]:
    """Files in offices in three strata, two stages, as their draw would have recorded them."""
    o = pd.read_csv(DATA / "offices_simulated.csv")
    drawn = o.groupby("stratum")["office"].transform("nunique")
    taken = o.groupby("office")["file"].transform("size")
    chances = [
        str(Fraction(int(a), int(A)) * Fraction(int(m), int(M)))
        for a, A, m, M in zip(drawn, o["offices"], taken, o["files"], strict=True)
    ]
    strata = [
        {
            "stratum": name,
            "N": 1000,
            "n": len(own),
            "selection": "clusters",
            "clusters": int(own["offices"].iloc[0]),
            "clusters_drawn": own["office"].nunique(),
        }
        for name, own in o.groupby("stratum", sort=False)
    ]
    cases = pd.DataFrame(
        {"id": o["file"], "stratum": o["stratum"], "probability": chances, "cluster": o["office"]}
    )
    return o, sample(cases, strata, late_plea=o["late_plea"].astype(str))


def estimated(o: pd.DataFrame, drawn: Sample, state: Any = "answered") -> Estimates:
    rows = o.rename(columns={"file": "subject"})[["subject", "stratum", "points", "available"]]
    rows["state"] = np.where(o["available"] > 0, state, "na") if isinstance(state, str) else state
    return estimate(scored(rows), drawn, by=["stratum", "late_plea"])


@pytest.mark.parametrize("domain", R_OFFICES)
def test_files_in_offices_have_r_survey_s_value_and_variance(domain: str) -> None:
    row = estimated(*offices()).row("q", domain)
    value, error, df = R_OFFICES[domain]
    assert row.value is not None and row.variance is not None
    assert float(row.value) == pytest.approx(value, rel=1e-9)
    assert row.variance**0.5 == pytest.approx(error, rel=1e-9)
    assert row.df == df
    assert row.method == "KG-s of clusters, 95%"
    assert row.low is not None and row.high is not None and row.low < value < row.high
    # fewer offices than files say less than so many files drawn one by one
    assert row.effective_n is not None and row.effective_n < row.n


def test_the_value_of_a_weighted_sample_is_an_exact_fraction() -> None:
    o, drawn = offices()
    weight = [1 / Fraction(each) for each in drawn.cases["probability"]]
    won = sum(w * y for w, y in zip(weight, o["points"].tolist(), strict=True))
    of = sum(w * a for w, a in zip(weight, o["available"].tolist(), strict=True))
    row = estimated(o, drawn).row("q", "all")
    assert (row.value, row.numerator, row.denominator) == (won / of, won, of)


def test_a_file_that_is_missing_is_made_up_for_inside_its_own_office() -> None:
    o, drawn = offices()
    gone = (o["file"] == "N0-1").to_numpy()
    state = np.where(gone, "not examined", np.where(o["available"] > 0, "answered", "na"))
    rest = o.assign(
        points=np.where(gone, 0, o["points"]), available=np.where(gone, 0, o["available"])
    )
    found = estimated(rest, drawn, state).row("q", "all")
    weights = np.array([float(1 / Fraction(each)) for each in drawn.cases["probability"]])
    own = (o["office"] == "N0").to_numpy()
    weights = np.where(own, weights * own.sum() / (own.sum() - 1), weights) * ~gone
    assert found.value is not None
    assert float(found.value) == pytest.approx((weights @ o["points"]) / (weights @ o["available"]))


def test_selection_by_size_has_brewer_s_variance_as_r_survey_gives_it() -> None:
    e = pd.read_csv(DATA / "election_pps.csv", dtype={"p": str})
    ids = [f"county {number}" for number in range(len(e))]
    cases = pd.DataFrame(
        {"id": ids, "stratum": "S", "probability": e["p"].map(lambda p: str(Fraction(p)))}
    )
    strata = [{"stratum": "S", "N": 4600, "n": len(e), "selection": "pareto"}]
    rows = pd.DataFrame(
        {"subject": ids, "stratum": "S", "points": e["Kerry"], "available": e["votes"]}
    )
    est = estimate(scored(rows.assign(state="answered")), sample(cases, strata))
    row = est.row("q", "all")
    assert row.value is not None and row.variance is not None
    assert float(row.value) == pytest.approx(R_ELECTION[0], rel=1e-9)
    assert row.variance**0.5 == pytest.approx(R_ELECTION[1], rel=1e-9)
    assert row.method == "KG-s, Brewer's variance, 95%"


def test_units_taken_for_certain_add_no_variance() -> None:
    rows = pd.DataFrame(
        {"subject": list("abcd"), "stratum": "S", "points": [1, 0, 2, 1], "available": 2}
    )
    cases = pd.DataFrame(
        {"id": list("abcd"), "stratum": "S", "probability": ["1/1", "1/1", "1/4", "1/4"]}
    )
    strata = [{"stratum": "S", "N": 10, "n": 4, "selection": "pareto"}]
    drawn = sample(cases, strata)
    assert selected(drawn).certain.tolist() == [True, True, False, False]
    row = estimate(scored(rows.assign(state="answered")), drawn).row("q", "all")
    assert row.value == Fraction(1 + 4 * 2 + 4 * 1, 2 * (2 + 8))
    e = np.array([8 - 8 * 0.65, 4 - 8 * 0.65]) / 20
    assert row.variance == pytest.approx(0.75 * 2 * ((e - e.mean()) ** 2).sum())


def test_a_sample_of_clusters_reduces_to_single_cases_where_each_cluster_is_one() -> None:
    points = [2, 1, 0, 2, 2, 1]
    rows = pd.DataFrame(
        {"subject": list("abcdef"), "stratum": "S", "points": points, "available": 2}
    )
    cases = pd.DataFrame({"id": list("abcdef"), "stratum": "S", "probability": "6/40"})
    simple = sample(cases, [{"stratum": "S", "N": 40, "n": 6}])
    clusters = {"selection": "clusters", "clusters": 40, "clusters_drawn": 6}
    one_each = sample(
        cases.assign(cluster=list("uvwxyz")), [{"stratum": "S", "N": 40, "n": 6, **clusters}]
    )
    scores = scored(rows.assign(state="answered"))
    plain = estimate(scores, simple, interval="KG-s").row("q", "all")
    other = estimate(scores, one_each).row("q", "all")
    assert plain.value == other.value
    for column in ("low", "high", "variance", "effective_n", "df"):
        assert plain[column] == pytest.approx(other[column])


def test_unknown_intervals_and_sides_are_refused() -> None:
    o, drawn = offices()
    rows = o.rename(columns={"file": "subject"})[["subject", "stratum", "points", "available"]]
    scores = scored(rows.assign(state="answered"))
    with pytest.raises(InspectionError, match="no interval 'recoverd'.*Did you mean recovered"):
        estimate(scores, drawn, interval="recoverd")
    with pytest.raises(InspectionError, match="no side 'upper'"):
        estimate(scores, drawn, side="upper")
