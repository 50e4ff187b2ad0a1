"""Comparisons: what chance alone would give is no change, overlap makes it sharper."""

from __future__ import annotations

import json
from fractions import Fraction
from math import inf, sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ttest_rel

from inspectkit.assessment import Estimates, estimate, score
from inspectkit.assessment.comparison import Side, compare, difference, national, seal
from inspectkit.assessment.comparison.areas import AREAS
from inspectkit.assessment.comparison.compare import warnings
from inspectkit.assessment.comparison.difference import benjamini_hochberg, holm
from inspectkit.assessment.comparison.overlap import Overlap
from inspectkit.assessment.comparison.sealed import Sealed
from inspectkit.errors import InspectionError
from tests.specimens import twelve_cases
from tests.test_estimation import marked

POINTS = {"fm": 2, "pm": 1, "nm": 0}


def round_of(met: int, of: int, frame: int = 17_000) -> Estimates:
    return marked({"MC": ["fm"] * met + ["nm"] * (of - met)}, {"MC": frame})


def compared(then: Estimates, now: Estimates, **more: Any) -> pd.DataFrame:
    """The rows of what was marked at all."""
    table = compare(then, now, **more).table()
    return table[table["difference"].notna()]


# --- the difference of two shares -------------------------------------------------------------


def test_newcombes_published_interval_is_met() -> None:
    # R. G. Newcombe (1998), Statistics in Medicine 17, 873-890, table II, contrast (a): 56/70 and
    # 48/80; method 10, from Wilson limits: 0.0524 to 0.3339
    def wilson(x: int, n: int) -> Side:
        p, z = x / n, 1.959964
        centre = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
        return Side(Fraction(x, n), centre - half, centre + half, n, inf)

    found = difference(wilson(48, 80), wilson(56, 70))
    assert (round(found.low, 4), round(found.high, 4)) == (0.0524, 0.3339)


def test_an_extreme_share_still_has_an_interval_and_a_p() -> None:
    found = difference(Side.counted(20, 20), Side.counted(15, 20))
    assert found.p is not None and 0.005 < found.p < 0.05
    assert -0.55 < found.low < -0.25 < found.high < 0


def test_two_complete_counts_leave_nothing_to_chance() -> None:
    table = compare(round_of(3, 5, 5), round_of(4, 5, 5)).table()
    row = table[(table["figure"] == "grip") & (table["domain"] == "MC")].iloc[0]
    assert (row["p"], row["verdict"]) == (None, "improved")
    assert row["difference"] == Fraction(1, 5) == Fraction(str(row["low"]))


def test_adjusted_p_values_are_those_of_the_published_methods() -> None:
    # R 4.2.2, 2026-11-26: p.adjust(c(0.01, 0.02, 0.03, 0.04, 0.5), "holm") and "BH"
    p = [0.01, 0.02, 0.03, 0.04, 0.5]
    assert holm(p) == pytest.approx([0.05, 0.08, 0.09, 0.09, 0.5])
    assert benjamini_hochberg(p) == pytest.approx([0.05, 0.05, 0.05, 0.05, 0.5])
    assert holm([]) == benjamini_hochberg([]) == []


# --- two rounds -------------------------------------------------------------------------------


def test_a_change_that_chance_explains_is_no_reliable_change() -> None:
    table = compared(round_of(22, 30), round_of(18, 30))
    assert set(table["verdict"]) == {"no reliable change"}
    row = table[(table["figure"] == "grip") & (table["domain"] == "all")].iloc[0]
    assert row["difference"] == Fraction(-4, 30)
    assert row["low"] < row["difference"] < row["high"] and row["low"] < 0 < row["high"]


def test_a_change_that_chance_does_not_explain_has_its_direction() -> None:
    assert set(compared(round_of(6, 30), round_of(27, 30))["verdict"]) == {"improved"}
    assert set(compared(round_of(27, 30), round_of(6, 30))["verdict"]) == {"deteriorated"}
    words = compared(round_of(27, 30), round_of(6, 30), words="difference")["verdict"]
    assert set(words) == {"lower"}


def test_what_one_side_cannot_say_is_not_compared_and_says_why() -> None:
    scores = score(twelve_cases.reviews(), twelve_cases.question_set())
    est = estimate(scores, twelve_cases.sample())
    table = compare(est, est).table()
    row = table[(table["figure"] == "victims") & (table["domain"] == "all")].iloc[0]
    assert (row["difference"], row["verdict"]) == (None, "")
    assert row["note"] == "not compared: nothing applicable"


def test_different_question_sets_are_refused_unless_both_are_given(tmp_path: Path) -> None:
    changed = tmp_path / "question_set.yaml"
    text = (twelve_cases.HERE / "twelve_cases.yaml").read_text(encoding="utf-8")
    old = "id: review_timely"
    line = next(each for each in text.splitlines() if "review_timely" in each)
    assert old in text and line
    before, after = text.split(old, 1)
    altered = after.replace("text: ", "text: Quite another thing than ", 1)
    changed.write_text(before + old + altered, encoding="utf-8", newline="\n")
    then_set = twelve_cases.question_set()
    now_set = type(then_set).load(changed)
    then = estimate(score(twelve_cases.reviews(), then_set), twelve_cases.sample())
    now = estimate(score(twelve_cases.reviews(), now_set), twelve_cases.sample())
    with pytest.raises(InspectionError, match="different question sets"):
        compare(then, now)
    found = compare(then, now, sets=(then_set, now_set))
    figures = set(found.table()["figure"])
    assert {"review_timely", "post_charge", "grip"} <= set(found.left_out)
    assert "pre_charge" in figures and not figures & set(found.left_out)
    assert found.left_out["post_charge"] == now.scores.figure("post_charge").label
    [said] = warnings(found)
    assert all(label in said for label in found.left_out.values())
    with pytest.raises(InspectionError, match="in the order of the sides"):
        compare(then, now, sets=(now_set, then_set))


# --- common cases -----------------------------------------------------------------------------


def test_the_same_cases_marked_twice_are_compared_as_pairs() -> None:
    first = ["fm", "pm", "nm", "fm", "pm", "fm", "nm", "pm", "fm", "fm", "pm", "nm"]
    second = ["fm", "fm", "nm", "fm", "fm", "fm", "pm", "pm", "fm", "fm", "fm", "nm"]
    then, now = marked({"MC": first}, {"MC": 10**6}), marked({"MC": second}, {"MC": 10**6})
    overlap = Overlap(then, now)
    assert overlap.cases == 12
    y1, y2 = (np.array([POINTS[each] for each in side]) / 2 for side in (first, second))
    # a ratio with the same denominator in every case is a mean, so the paired variance is exact
    expected = np.cov(y1, y2, ddof=1)[0, 1] / 12
    found = overlap.covariance("grip", "MC", "MC")
    assert found == pytest.approx(expected, rel=1e-4)
    variances = [side.row("grip", "MC").variance for side in (then, now)]
    assert all(each is not None for each in variances)
    paired = sqrt(sum(each or 0.0 for each in variances) - 2 * found)
    t = float(ttest_rel(y2, y1).statistic)
    assert float(y2.mean() - y1.mean()) / paired == pytest.approx(t, rel=1e-3)


def test_a_round_against_itself_has_no_difference_and_no_width() -> None:
    est = round_of(20, 30)
    row = compared(est, est).iloc[0]
    assert row["difference"] == 0 and row["verdict"] == "no reliable change"
    assert row["high"] - row["low"] < 1e-9 or row["p"] == 1.0


def test_two_groups_of_one_sample_are_nearly_independent() -> None:
    answers = ["fm", "fm", "pm", "fm", "nm", "nm", "fm", "pm", "nm", "fm"]
    est = marked({"MC": answers}, {"MC": 5000}, system=["yes", "no"] * 5)
    overlap = Overlap(est, est)
    row = est.row("grip", "system=yes")
    assert row.variance is not None
    assert abs(overlap.covariance("grip", "system=yes", "system=no")) < 0.05 * row.variance
    found = compared(est, est, pairs={"system=no": "system=yes"}, words="difference")
    assert set(found["domain"]) == {"system=no / system=yes"}
    assert found.iloc[0]["verdict"] == "no reliable difference"


# --- all Areas --------------------------------------------------------------------------------

SHARES = {"Eastern": (24, 30, 17_000), "Wessex": (15, 30, 9_000), "North East": (21, 30, 12_000)}


def results(shares: dict[str, tuple[int, int, int]] = SHARES) -> list[Sealed]:
    return [seal(round_of(met, of, frame), area=area) for area, (met, of, frame) in shares.items()]


def test_a_sealed_result_holds_no_case_and_knows_when_it_was_edited(tmp_path: Path) -> None:
    sealed = results()[0]
    path = sealed.write(tmp_path / "eastern.json")
    text = path.read_text(encoding="utf-8")
    assert "MC0" not in text and "subject" not in text
    assert Sealed.read(path).digest == sealed.digest
    stated = json.loads(text)
    stated["rows"][0]["value"] = "1/1"
    path.write_text(json.dumps(stated), encoding="utf-8")
    with pytest.raises(InspectionError, match="it was edited"):
        Sealed.read(path)
    with pytest.raises(InspectionError, match="no such file"):
        Sealed.read(tmp_path / "nowhere.json")


def test_the_composite_stands_by_caseload_and_with_equal_areas() -> None:
    found = national(results()).composite("grip").set_index("weighting")
    assert (
        found.loc["equal", "value"] == (Fraction(24, 30) + Fraction(15, 30) + Fraction(21, 30)) / 3
    )
    weighted = Fraction(17 * 24 + 9 * 15 + 12 * 21, 38 * 30)
    assert found.loc["caseload", "value"] == weighted
    assert found.loc["caseload", "low"] < weighted < found.loc["caseload", "high"]
    assert list(found["areas"]) == [3, 3]
    # one Area alone keeps its own share
    alone = national(results()[:1]).composite("grip")
    assert list(alone["value"]) == [Fraction(4, 5)] * 2


def test_a_composite_in_which_nothing_was_lost_is_not_certain() -> None:
    found = national(results({"Eastern": (30, 30, 17_000), "Wessex": (20, 20, 9_000)}))
    table = found.composite("grip").set_index("weighting")
    assert list(table["value"]) == [1, 1] and list(table["high"]) == [1.0, 1.0]
    # 1 - 0.025^(1/30) is .116 for one sample of 30; 50 cases of two Areas bound it nearer, and with
    # Areas equal each case of Wessex weighs more
    assert 0.88 < table.loc["equal", "low"] < table.loc["caseload", "low"] < 0.95
    alone = national(results({"Eastern": (30, 30, 17_000)})).composite("grip").iloc[0]
    assert alone["low"] == pytest.approx(1 - 0.116, abs=0.006)
    complete = national(results({"Eastern": (30, 30, 30)})).composite("grip").iloc[0]
    assert (complete["low"], complete["high"]) == (1.0, 1.0)
    # nor does an Area without a loss count as certain beside another one
    mixed = {"Eastern": (30, 30, 17_000), "Wessex": (15, 30, 9_000)}
    row = national(results(mixed)).composite("grip").set_index("weighting").loc["equal"]
    wessex = results({"Wessex": (15, 30, 9_000)})[0].side("grip", "all")
    assert wessex is not None and row["high"] - row["low"] > (wessex.high - wessex.low) / 2
    lost = national(results({"Eastern": (0, 30, 17_000)})).composite("grip").iloc[0]
    assert lost["low"] == 0.0 and 0.1 < lost["high"] < 0.13


def test_an_area_not_yet_inspected_is_shown_and_counts_nowhere() -> None:
    areas = national(results())
    league = areas.league("grip").set_index("area")
    assert len(league) == 14 and set(league.index) == set(AREAS)
    assert league.loc["South West", "state"] == "not yet inspected"
    assert league.loc["South West", "rank"] is None
    assert list(league["rank"].dropna()) == [1, 2, 3]
    assert len(areas.missing) == 11


def test_ranks_say_how_unsure_they_are() -> None:
    league = national(results()).league("grip").set_index("area")
    assert (league.loc["Eastern", "rank"], league.loc["Wessex", "rank"]) == (1, 3)
    assert league.loc["North East", "rank_low"] == 1 and league.loc["North East", "rank_high"] == 3
    clear = {"Eastern": (590, 600, 17_000), "Wessex": (60, 600, 17_000)}
    sure = national(results(clear)).league("grip").set_index("area")
    assert [sure.loc["Eastern", each] for each in ("rank_low", "rank_high")] == [1, 1]


def test_a_funnel_calls_out_only_what_chance_does_not_explain() -> None:
    shares = dict.fromkeys(AREAS[:6], (20, 30, 17000)) | {"Wessex": (4, 30, 17_000)}
    funnel = national(results(shares)).funnel("grip").set_index("area")
    assert funnel.loc["Wessex", "position"] == "beyond 99.8%"
    assert set(funnel.drop("Wessex")["position"]) == {"within"}
    assert (funnel["low998"] <= funnel["low95"]).all()


def test_who_improved_is_told_area_by_area() -> None:
    later = {"Eastern": (25, 30, 17_000), "Wessex": (29, 30, 9_000), "Eastern Two": (1, 2, 9)}
    earlier = national(results())
    now = national(results({k: v for k, v in later.items() if k in AREAS}))
    table = now.changes(earlier, "grip").set_index("area")
    assert table.loc["Wessex", "verdict"] == "improved"
    assert table.loc["Eastern", "verdict"] == "no reliable change"
    assert table.loc["North East", "verdict"] == "not compared: not yet inspected"
    with pytest.raises(InspectionError, match="no such Area is expected"):
        national(results(later))
    with pytest.raises(InspectionError, match="it has two results"):
        national(results() + results())
