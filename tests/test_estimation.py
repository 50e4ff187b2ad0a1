"""Estimates: hand-worked values, R survey's variances, exact bounds, and no false certainty."""

from __future__ import annotations

from dataclasses import fields
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta, hypergeom, t

from inspectkit.assessment import Estimates, estimate, score
from inspectkit.assessment.intervals import (
    PSEUDO_CASES,
    Sums,
    beta_shares,
    effective_n,
    exact_limits,
    limits,
    most_unseen,
    ratio,
    variance,
    yes_no,
)
from inspectkit.assessment.intervals.exact import greedy_limits, wendell_schmee_limits
from inspectkit.errors import InspectionError
from tests.specimens import twelve_cases

# st, y, a of 15 cases from strata of 60, 40 and 9
SPECIMEN = {
    "MC": (60, [4, 3, 0, 6, 2, 0], [6, 4, 0, 6, 6, 2]),
    "CC": (40, [5, 6, 1, 0, 4], [6, 6, 4, 0, 4]),
    "RASSO": (9, [2, 4, 0, 3], [4, 4, 0, 6]),
}
FLAGGED = [1, 0, 1, 1, 0, 1, 0, 1, 1, 0, 1, 1, 0, 0, 1]
# R 4.2.2, survey 4.1-1, run 2026-11-23 on SPECIMEN as a data frame d(st, N, y, a, flag):
#   des <- svydesign(ids = ~1, strata = ~st, fpc = ~N, data = d)
#   r <- svyratio(~y, ~a, des); coef(r); SE(r)^2
#   and the same on subset(des, st == "MC") ..., subset(des, flag == 1)
R_SURVEY = {
    "all": (0.691193511008, 0.00859387839544),
    "MC": (0.625, 0.01875),
    "CC": (0.8, 0.01903125),
    "RASSO": (0.642857142857, 0.0117235102658),
    "flag": (0.725865209472, 0.0140072642687),
}
# The same call on 8 of 1700 and 6 of 350 cases with y = 2 (1,0,1,1,1,0,1,1 and 0,1,1,0,0,1), a = 2
R_SURVEY_YES_NO = {"all": (0.707317073171, 0.0197659556387), "CC": (0.5, 0.0491428571429)}


def sums(
    strata: dict[str, tuple[int, list[int], list[int]]], keep: list[int] | None = None
) -> Sums:
    """The sums of cases given one by one; `keep` marks those in the domain."""
    columns: list[tuple[float, ...]] = []
    start = 0
    for size, won, of in strata.values():
        inside = np.array(keep[start : start + len(won)] if keep else [1] * len(won))
        start += len(won)
        y, a = np.array(won) * inside, np.array(of) * inside
        moments = (y.sum(), a.sum(), (y * y).sum(), (y * a).sum(), (a * a).sum())
        columns.append((size, len(won), (a > 0).sum(), *moments))
    return Sums(*np.array(columns, dtype=float).T)


def one(strata: dict[str, tuple[int, list[int], list[int]]], name: str) -> Sums:
    return sums({name: strata[name]})


def specimen() -> Estimates:
    scores = score(twelve_cases.reviews(), twelve_cases.question_set())
    return estimate(scores, twelve_cases.sample())


def marked(
    answers: dict[str, list[str]],
    frame: dict[str, int],
    interval: str = "KG-s",
    **facts: list[str],
) -> Estimates:
    """One question (review_timely) marked in cases of each stratum."""
    blank = dict.fromkeys(twelve_cases.tables()[0][0], "closed")
    rows = [
        {**blank, "case": f"{stratum}{number}", "stratum": stratum, "review_timely": each}
        for stratum, given_ in answers.items()
        for number, each in enumerate(given_)
    ]
    scores = score(twelve_cases.reviews_of(rows), twelve_cases.question_set())
    cases = {row["case"]: row["stratum"] for row in rows}
    sizes = {name: (frame[name], len(given_)) for name, given_ in answers.items()}
    sample = twelve_cases.sample_of(cases, sizes, **facts)
    return estimate(scores, sample, by=["stratum", *facts], interval=interval)


@pytest.mark.smoke
def test_the_weighted_values_of_the_specimen_are_those_worked_by_hand() -> None:
    est = specimen()
    by_hand = twelve_cases.tables()[2]
    assert len(by_hand) == 7
    for row in by_hand:
        expected = twelve_cases.share(row["share"])
        assert est.row(row["figure"], "all").value == expected
        parts = est.strata[
            (est.strata["figure"] == row["figure"]) & (est.strata["domain"] == "all")
        ]
        assert " / ".join(map(str, parts["n"])) == row["settled"]
        if expected is not None:
            assert (
                twelve_cases.worked(row["won"]) / twelve_cases.worked(row["available"]) == expected
            )


def test_the_value_in_a_stratum_is_its_share_of_points() -> None:
    est, shares = specimen(), twelve_cases.tables()[1]
    for row in shares:
        found = est.row(row["figure"], row["domain"])
        assert found.value == twelve_cases.share(row["share"])
        assert (found.n, found.na) == (int(row["cases"]), int(row["na"]))


@pytest.mark.parametrize("domain", R_SURVEY)
def test_ratio_and_linearised_variance_agree_with_r_survey(domain: str) -> None:
    found = {"all": sums(SPECIMEN), "flag": sums(SPECIMEN, FLAGGED)}.get(domain)
    found = found if found is not None else one(SPECIMEN, domain)
    value, squared_error = R_SURVEY[domain]
    assert float(ratio(found)) == pytest.approx(value, abs=1e-11)
    assert float(variance(found, ratio(found))) == pytest.approx(squared_error, rel=1e-10)


def test_yes_or_no_variances_agree_with_r_survey() -> None:
    found = {"all": yes_no([1700, 350], [8, 6], [6, 3]), "CC": yes_no([350], [6], [3])}
    for domain, (value, squared_error) in R_SURVEY_YES_NO.items():
        assert float(ratio(found[domain])) == pytest.approx(value, abs=1e-11)
        ours = float(variance(found[domain], ratio(found[domain])))
        assert ours == pytest.approx(squared_error, rel=1e-10)


@given(
    st.lists(
        st.tuples(st.integers(2, 40), st.floats(0, 1), st.integers(1, 500)), min_size=1, max_size=4
    )
)
def test_for_yes_or_no_the_smoothed_variance_is_the_published_kg_s(
    strata: list[tuple[int, float, int]],
) -> None:
    n = np.array([each[0] for each in strata], dtype=float)
    x = np.floor(n * [each[1] for each in strata])
    N = n + [each[2] for each in strata]
    W = N / N.sum()
    p = (W * x / n).sum()
    p_tilde = (x + 2 * p) / (n + 2)
    v = (W**2 * (1 - n / N) * p_tilde * (1 - p_tilde) / (n - 1)).sum()
    found = yes_no(N, n, x)
    smoothed = variance(found, ratio(found), pseudo_cases=PSEUDO_CASES)
    assert float(smoothed) == pytest.approx(v, rel=1e-9, abs=1e-15)
    if 0 < p < 1 and v > 0:
        df = n.sum() - len(n)
        ratio_t = t.ppf(0.975, n.sum() - 1) / t.ppf(0.975, df)
        expected = p * (1 - p) / v * ratio_t**2
        assert float(effective_n(found, ratio(found))) == pytest.approx(expected, rel=1e-8)


def test_the_points_of_a_scale_do_not_change_an_interval() -> None:
    doubled = {
        k: (N, [2 * y for y in won], [2 * a for a in of]) for k, (N, won, of) in SPECIMEN.items()
    }
    one_, two = sums(SPECIMEN), sums(doubled)
    assert float(effective_n(one_, ratio(one_))) == pytest.approx(
        float(effective_n(two, ratio(two)))
    )


def test_limits_are_beta_quantiles_at_the_effective_n() -> None:
    low, high = limits(np.array(0.3), np.array(20.0), level=0.9)
    assert float(low) == pytest.approx(beta.ppf(0.05, 6, 15), rel=1e-9)
    assert float(high) == pytest.approx(beta.ppf(0.95, 7, 14), rel=1e-9)


def test_the_estimate_uses_these_functions_on_the_domain_with_its_na() -> None:
    answers = {"MC": ["fm", "pm", "na", "nm", "fm"], "CC": ["pm", "fm", "na", "na", "nm", "fm"]}
    est = marked(answers, {"MC": 500, "CC": 100})
    points = {"fm": 2, "pm": 1, "nm": 0, "na": 0}
    cases = {
        name: (
            {"MC": 500, "CC": 100}[name],
            [points[each] for each in given_],
            [0 if each == "na" else 2 for each in given_],
        )
        for name, given_ in answers.items()
    }
    for domain, expected in {"all": sums(cases), "MC": one(cases, "MC")}.items():
        row = est.row("grip", domain)
        n_e = effective_n(expected, ratio(expected))
        low, high = limits(ratio(expected), n_e)
        assert row.method == "KG-s, 95%"
        assert row.value is not None
        assert float(row.value) == pytest.approx(float(ratio(expected)))
        assert (row.low, row.high) == pytest.approx((float(low), float(high)))
        assert row.effective_n == pytest.approx(float(n_e))
        assert row.variance == pytest.approx(float(variance(expected, ratio(expected))))
    assert (est.row("grip", "all").n, est.row("grip", "all").df) == (8, 6)
    assert (est.row("grip", "all").N, est.row("grip", "MC").N) == (600, 500)


@pytest.mark.parametrize(("N", "n"), [(519, 20), (100, 30), (17000, 30), (25, 20), (60, 2)])
def test_the_exact_bound_in_one_stratum_inverts_the_hypergeometric(N: int, n: int) -> None:
    worst = max(G for G in range(N - n + 1) if hypergeom.pmf(0, N, G, n) > 0.025)
    assert most_unseen(yes_no([N], [n], [n])) == pytest.approx(worst / N)
    assert exact_limits(yes_no([N], [n], [0]), won=False) == pytest.approx((0, worst / N))


@pytest.mark.parametrize(
    ("N", "n"), [((40, 25), (8, 5)), ((12, 30, 9), (3, 4, 3)), ((20, 20), (2, 12))]
)
def test_the_exact_bound_over_strata_is_the_worst_of_all_allocations(
    N: tuple[int, ...], n: tuple[int, ...]
) -> None:
    none = [
        [hypergeom.pmf(0, M, G, m) for G in range(M - m + 1)] for M, m in zip(N, n, strict=True)
    ]
    chances = none[0]
    grid = np.array(chances)
    for each in none[1:]:
        grid = np.multiply.outer(grid, each)
    worst = int(np.indices(grid.shape).sum(0)[grid > 0.025].max())
    assert most_unseen(yes_no(N, n, n)) == pytest.approx(worst / sum(N))


def test_where_cases_differ_in_worth_the_exact_bound_is_never_below_the_worst_allocation() -> None:
    N, n, a = np.array([40, 25]), np.array([8, 5]), np.array([2.0, 10.0])
    of = n * a
    found = Sums(*(np.asarray(each, float) for each in (N, n, n, of, of, of * a, of * a, of * a)))
    worst = max(
        (G * a[0] + H * a[1]) / (N @ a)
        for G in range(33)
        for H in range(21)
        if hypergeom.pmf(0, 40, G, 8) * hypergeom.pmf(0, 25, H, 5) > 0.025
    )
    assert worst <= most_unseen(found) <= worst + a[1] / (N @ a)


def test_all_or_nothing_found_is_never_certain_unless_it_is_a_census() -> None:
    for mark, method in (("fm", "exact, none lost"), ("nm", "exact, none won")):
        row = marked({"RASSO": [mark] * 20}, {"RASSO": 519}).row("grip", "RASSO")
        assert row.method == method
        assert row.low is not None and row.high is not None
        assert row.high - row.low == pytest.approx(85 / 519)  # hypergeom: 85 unseen of 519
        assert row.effective_n == pytest.approx(19 / (1 - 20 / 519))


def test_a_census_is_the_value_itself() -> None:
    row = marked({"RASSO": ["fm", "pm", "na", "nm"]}, {"RASSO": 4}).row("grip", "RASSO")
    assert (row.value, row.low, row.high, row.method) == (Fraction(1, 2), 0.5, 0.5, "census")
    assert row.variance == 0


def test_a_census_with_answers_missing_claims_no_interval() -> None:
    partly = {"MC": ["fm", "nm", "fm"], "CC": ["fm", "pm"]}
    whole = marked(partly, {"MC": 3, "CC": 2})
    assert whole.row("grip", "all").method == "census"
    rows = [
        {**row, "indictment": "closed"} for row in twelve_cases.tables()[0] if row["case"] in "M1M2"
    ]
    rows[1]["charge_code"] = "?"
    scores = score(twelve_cases.reviews_of(rows), twelve_cases.question_set())
    sample = twelve_cases.sample_of({"M1": "MC", "M2": "MC"}, {"MC": (2, 2)})
    row = estimate(scores, sample).row("pre_charge", "MC")
    assert (row.method, row.low, row.high) == ("none: answers missing", None, None)
    assert row.value == Fraction(7, 8)


@pytest.mark.parametrize(
    ("answers", "domain", "method"),
    [
        ({"MC": ["fm", "na", "na"]}, "MC", "none: one case"),
        ({"MC": ["na", "na", "na"]}, "MC", "none: nothing applicable"),
        ({"MC": ["fm"], "CC": ["nm"]}, "all", "none: one case in each stratum"),
        ({"MC": ["fm"], "CC": ["nm", "fm", "pm"]}, "all", "none: one case in MC"),
        ({"MC": ["unopened"] * 2, "CC": ["nm", "fm"]}, "all", "none: no MC case marked"),
        ({"MC": ["unopened"] * 2, "CC": ["nm", "fm"]}, "CC", "KG-s, 95%"),
    ],
)
def test_too_little_gives_no_interval_and_says_why(
    answers: dict[str, list[str]], domain: str, method: str
) -> None:
    row = marked(answers, {"MC": 50, "CC": 40}).row("grip", domain)
    assert row.method == method
    assert (row.low is None, row.high is None) == (method.startswith("none"),) * 2
    assert row.effective_n is None or not method.startswith("none")


def test_files_not_examined_are_neither_lost_points_nor_not_applicable() -> None:
    done = marked({"MC": ["fm", "nm"], "CC": ["fm", "fm"]}, {"MC": 80, "CC": 20})
    waiting = marked(
        {"MC": ["fm", "nm", "unopened", "?"], "CC": ["fm", "fm"]}, {"MC": 80, "CC": 20}
    )
    for domain in ("MC", "all"):
        assert waiting.row("grip", domain).value == done.row("grip", domain).value
    assert waiting.row("grip", "MC").low == done.row("grip", "MC").low


def test_a_stratum_in_which_a_figure_is_wholly_na_weighs_nothing() -> None:
    est = marked({"MC": ["na"] * 5, "CC": ["fm", "nm", "pm", "fm"]}, {"MC": 5000, "CC": 40})
    assert est.row("grip", "all").value == est.row("grip", "CC").value
    assert est.row("grip", "all").low == pytest.approx(est.row("grip", "CC").low)


def test_a_fact_of_the_frame_makes_domains_across_strata() -> None:
    answers = {"MC": ["fm", "nm", "pm", "fm"], "CC": ["nm", "fm", "fm"]}
    pleas = ["late", "first", "late", "first", "late", "late", ""]
    est = marked(answers, {"MC": 40, "CC": 30}, plea=pleas)
    assert est.domains == ("MC", "CC", "plea=first", "plea=late", "plea=not recorded", "all")
    # weights 10 and 10: (2 + 1 + 0 + 2) of 8
    assert est.row("grip", "plea=late").value == Fraction(5, 8)


def test_the_tables_name_their_columns_as_agreed() -> None:
    columns = list(specimen().table().columns)
    agreed = "figure kind domain value low high n N points available na method effective_n"
    further = "variance df numerator denominator of_all worst best warning"
    assert columns == [*agreed.split(), *further.split()]
    assert columns == [each.name for each in fields(specimen().rows[0])]


def test_strangers_among_the_marks_are_refused() -> None:
    scores = score(twelve_cases.reviews(), twelve_cases.question_set())
    cases = {row["case"]: row["stratum"] for row in twelve_cases.tables()[0]}
    del cases["M4"]
    with pytest.raises(InspectionError, match="^case M4: it has marks and is not in the sample"):
        estimate(scores, twelve_cases.sample_of(cases, twelve_cases.FRAME))
    with pytest.raises(InspectionError, match="^case M4: marked as MC, drawn as CC"):
        estimate(scores, twelve_cases.sample_of({**cases, "M4": "CC"}, twelve_cases.FRAME))


def test_unknown_domains_and_columns_name_the_nearest() -> None:
    est = specimen()
    with pytest.raises(InspectionError, match="Did you mean RASSO"):
        est.row("grip", "RASO")
    with pytest.raises(InspectionError, match="the cases have no column 'plee'"):
        estimate(est.scores, est.sample, by=["plee"])
    with pytest.raises(InspectionError, match="level 95 is not between 0 and 1"):
        estimate(est.scores, est.sample, level=95)


def test_shares_of_a_beta_add_up_and_match_scipy() -> None:
    shares = beta_shares(np.array([0.66]), np.array([30.0]), np.array([0.6, 0.7]))[0]
    lower, upper = beta.cdf([0.6, 0.7], 30 * 0.66 + 0.5, 30 * 0.34 + 0.5)
    assert shares == pytest.approx([lower, upper - lower, 1 - upper])


def test_marks_that_are_lacking_are_counted_at_their_worst_and_at_their_best() -> None:
    answers = {"MC": ["fm", "pm", "unopened", "?"], "CC": ["fm", "nm"]}
    row = marked(answers, {"MC": 40, "CC": 30}).row("grip", "all")
    # by hand: MC weighs 10 a case drawn, CC 15; the two lacking marks could win 2 points each
    won, available, lacking = 10 * 3 + 15 * 2, 10 * 4 + 15 * 4, 10 * 4
    assert row.worst == Fraction(won, available + lacking)
    assert row.best == Fraction(won + lacking, available + lacking)
    assert row.value == Fraction(20 * 3 + 15 * 2, 20 * 4 + 15 * 4)  # as if missing at random
    assert "Marks are lacking: the files drawn would give between 42.9% and 71.4%" in row.warning


def test_with_nothing_lacking_worst_and_best_are_the_value() -> None:
    row = marked({"MC": ["fm", "pm", "na"], "CC": ["fm", "nm"]}, {"MC": 40, "CC": 30}).row(
        "grip", "all"
    )
    assert row.worst == row.best == row.value


def test_both_denominators_are_kept() -> None:
    row = marked({"MC": ["fm", "pm", "na", "na"]}, {"MC": 40}).row("grip", "MC")
    assert (row.value, row.of_all) == (Fraction(3, 4), Fraction(3, 8))
    assert (row.numerator, row.denominator) == (Fraction(30), Fraction(40))


def test_a_one_sided_limit_is_the_end_of_an_interval_with_twice_the_doubt() -> None:
    answers = {"MC": ["fm", "pm", "nm", "fm", "fm", "pm"]}
    est = marked(answers, {"MC": 400})
    both = estimate(est.scores, est.sample, level=0.9, interval="KG-s").row("grip", "MC")
    low = estimate(est.scores, est.sample, interval="KG-s", side="low").row("grip", "MC")
    high = estimate(est.scores, est.sample, interval="KG-s", side="high").row("grip", "MC")
    assert (low.low, low.high) == (pytest.approx(both.low), 1.0)
    assert (high.low, high.high) == (0.0, pytest.approx(both.high))
    assert low.method == "KG-s, 95%, lower limit"


def test_a_reader_is_told_of_few_files_and_of_misleading_pools() -> None:
    answers = {"MC": ["fm"] * 6 + ["nm"] * 6, "CC": ["fm"] * 12}
    est = marked(answers, {"MC": 5000, "CC": 100})
    assert est.row("grip", "MC").warning.startswith(
        "Only 12 files: a single one moves the share by"
    )
    pooled = est.row("grip", "all").warning
    assert "Counted without weights it would be 75.0%" in pooled and "weighted share" in pooled
    assert any(each.startswith("MC, CC: Only 12 files") for each in est.warnings)


def test_cases_found_out_of_scope_make_the_caseload_smaller() -> None:
    est = marked({"MC": ["fm", "nm", "fm", "pm"]}, {"MC": 60})
    strata = [{**est.sample.head["strata"][0], "ineligible": 2}]
    standing = type(est.sample)(est.sample.cases, est.sample.facts, {"strata": strata})
    row = estimate(est.scores, standing).row("grip", "MC")
    # 6 opened, 4 eligible: about 60 x 4/6 = 40 cases, each marked one standing for 10
    assert row.denominator == 10 * 8 and row.value == Fraction(5, 8)


def test_intervals_asked_for_are_used_and_named() -> None:
    answers = {"MC": ["fm", "pm", "nm", "fm", "fm", "pm"], "CC": ["fm", "nm", "fm", "pm"]}
    found = {
        name: marked(answers, {"MC": 400, "CC": 60}, interval=name).row("grip", "all")
        for name in ("KG-s", "recovered", "exact")
    }
    for name, row in found.items():
        assert row.method == f"{name}, 95%"
        assert row.low is not None and row.high is not None and row.value is not None
        assert row.low < row.value < row.high
    assert found["exact"].effective_n < found["KG-s"].effective_n  # type: ignore[operator]


@pytest.mark.parametrize(
    ("answers", "frame", "method", "limits"),
    [
        # few samples and allocations: counted through
        ({"MC": ["fm"] * 6 + ["nm"] * 2, "CC": ["fm"] * 6}, {"MC": 30, "CC": 20},
         "exact yes or no, 95%", wendell_schmee_limits([30, 20], [8, 6], [6, 6])),
        ({"MC": ["fm"] * 25 + ["nm"] * 5, "CC": ["fm"] * 40}, {"MC": 17000, "CC": 3500},
         "exact yes or no, 95%", greedy_limits([17000, 3500], [30, 40], [25, 40])),
        # a half mark, or a case to which nothing applied, is not yes or no
        ({"MC": ["fm"] * 6 + ["pm", "nm"], "CC": ["fm"] * 6}, {"MC": 30, "CC": 20},
         "exact, 95%", None),
        ({"MC": ["fm"] * 6 + ["na", "nm"], "CC": ["fm"] * 6}, {"MC": 30, "CC": 20},
         "exact, 95%", None),
    ],
)  # fmt: skip
def test_exact_limits_of_yes_or_no_are_counted_and_of_other_marks_bet(
    answers: dict[str, list[str]],
    frame: dict[str, int],
    method: str,
    limits: tuple[float, float] | None,
) -> None:
    row = marked(answers, frame, interval="exact").row("review_timely", "all")
    assert row.method == method
    assert row.low is not None and row.high is not None and row.value is not None
    assert row.low < float(row.value) < row.high
    if limits:
        assert (row.low, row.high) == pytest.approx(limits)
