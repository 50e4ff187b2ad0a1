"""Plans: what they certify is true of the very samples, and their chances are those of the draw."""

from __future__ import annotations

import time
from dataclasses import replace
from fractions import Fraction
from itertools import combinations, product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import hypergeom

from inspectkit.assessment import Rule
from inspectkit.assessment.coverage.certificate import Coverage, certify, exact_half_width
from inspectkit.assessment.coverage.choice import with_fallback
from inspectkit.assessment.coverage.samples import (
    Outcomes,
    Part,
    counted,
    drawn,
    hypergeometric,
    sums_of,
    true_share,
)
from inspectkit.assessment.intervals.exact import level_of_each
from inspectkit.assessment.intervals.recovered import recovered_limits
from inspectkit.assessment.intervals.reported import report_limits
from inspectkit.errors import InspectionError
from inspectkit.exhibits import IntervalChart, StackedBars, from_json, html, to_json
from inspectkit.inspection import Inspection
from inspectkit.planning import Effort, Marks, Plan, plan
from inspectkit.planning.bands import band_chances, band_of, certainty, pooled_chances
from inspectkit.planning.rows import kish
from inspectkit.planning.shown import what_if
from inspectkit.planning.sliders import chart, explore
from inspectkit.sampling import Design
from inspectkit.sampling.sizes import exact_limits
from inspectkit.streams import stream
from tests.small import eligible, make
from tests.test_estimation import marked

LEVEL = Fraction(95, 100)
EDGES = (Fraction(60, 100), Fraction(70, 100))
AREA = (Part("MC", "", 17_500, 30), Part("CC", "", 3_500, 40), Part("RASSO", "", 500, 20))
SMALL = (Part("a", "", 40, 6), Part("b", "", 12, 4))
QUICK = Effort(first=100, again=1, samples=200)


def certificate(parts: tuple[Part, ...], **asked: Any) -> tuple[Coverage, ...]:
    return certify("x", parts, level=LEVEL, stream=stream("a key", "certificate"), **asked)


# --- samples ----------------------------------------------------------------------------------


@given(N=st.integers(1, 400), data=st.data())
def test_probabilities_of_counts_are_those_of_scipy(N: int, data: st.DataObject) -> None:
    n, K = data.draw(st.integers(1, N)), data.draw(st.integers(0, N))
    ours = hypergeometric(N, K, np.array([n]), np.arange(n + 1))[0]
    assert ours == pytest.approx(hypergeom.pmf(np.arange(n + 1), N, K, n), abs=1e-10)


@pytest.mark.parametrize("na", [False, True])
def test_every_outcome_of_a_design_is_counted_once(na: bool) -> None:
    outcomes = Outcomes(SMALL, na=na)
    rows = {(*m, *x) for m, x in zip(outcomes.cases, outcomes.full, strict=True)}
    assert len(rows) == len(outcomes.cases) == (28 * 15 if na else 7 * 5)
    frame = tuple(counted(p, Fraction(3, 4), Marks(Fraction(na, 4))) for p in SMALL)
    assert outcomes.probabilities(frame).sum() == pytest.approx(1)


def test_drawn_samples_have_the_moments_of_the_draw() -> None:
    marks, samples = Marks(Fraction(3, 10), Fraction(1, 2)), 40_000
    frame = tuple(counted(part, Fraction(7, 10), marks) for part in AREA)
    for column, counts in zip(("M", "full", "half"), drawn(AREA, frame, stream("k", "c"), samples),
                              strict=True):  # fmt: skip
        for k, part in enumerate(AREA):
            law = hypergeom(part.N, getattr(frame[k], column), part.n)
            assert counts[:, k].mean() == pytest.approx(law.mean(), abs=4 * law.std() / 200)
            assert counts[:, k].var() == pytest.approx(law.var(), rel=0.05)


@given(
    N=st.integers(1, 3000), truth=st.integers(0, 100), na=st.integers(0, 100),
    half=st.integers(0, 4),
)  # fmt: skip
def test_a_stated_frame_has_whole_counts_near_its_shares(
    N: int, truth: int, na: int, half: int
) -> None:
    share = Fraction(truth, 100)
    count = counted(Part("", "", N, 1), share, Marks(Fraction(na, 100), Fraction(half, 4)))
    assert 1 <= count.M <= N and min(count.full, count.half) >= 0
    assert count.full + count.half <= count.M
    assert abs(true_share((count,)) - share) <= Fraction(1, count.M)


# --- limits and coverage ----------------------------------------------------------------------


SAMPLES_MARKED = (
    {"MC": ["fm", "fm", "pm", "nm", "na"], "CC": ["fm", "pm", "fm"]},
    {"MC": ["fm"] * 5, "CC": ["fm", "fm", "na"]},
    {"MC": ["nm"] * 5, "CC": ["nm"] * 3},
    {"MC": ["fm", "na", "na", "na", "na"], "CC": ["na"] * 3},
    {"MC": ["na"] * 5, "CC": ["na"] * 3},
    {"MC": ["fm", "na", "na", "na", "na"], "CC": ["nm", "na", "na"]},
)


@pytest.mark.parametrize("answers", SAMPLES_MARKED, ids=str)
@pytest.mark.parametrize("sizes", [{"MC": 400, "CC": 60}, {"MC": 5, "CC": 3}], ids=str)
def test_the_limits_certified_are_those_of_the_report(
    answers: dict[str, list[str]], sizes: dict[str, int]
) -> None:
    est = marked(answers, sizes)
    strata = tuple(Part(name, "", sizes[name], len(given_)) for name, given_ in answers.items())
    for domain, parts in {"MC": strata[:1], "CC": strata[1:], "all": strata}.items():
        row = est.row("review_timely", domain)
        counts = [
            np.array([[sum(each in kinds for each in answers[part.id]) for part in parts]])
            for kinds in (("fm", "pm", "nm"), ("fm",), ("pm",))
        ]
        low, high = report_limits(sums_of(parts, *counts))
        reported = [np.nan if limit is None else limit for limit in (row.low, row.high)]
        assert [low[0], high[0]] == pytest.approx(reported, nan_ok=True), (domain, row.method)


@pytest.mark.parametrize(
    ("marks", "truth", "cases"),
    [
        (Marks(), Fraction(6, 9), "111111000"),
        (Marks(na=Fraction(1, 3)), Fraction(4, 6), "111100---"),
    ],
)
def test_coverage_is_the_share_of_all_samples_whose_interval_holds_the_truth(
    marks: Marks, truth: Fraction, cases: str
) -> None:
    part = Part("a", "", 9, 4)
    (found,) = certificate((part,), marks=(marks,), truths=[truth])
    held = none = 0
    for sample in combinations(cases, 4):
        counts = [np.array([[sum(each in kinds for each in sample)]]) for kinds in ("10", "1", "")]
        low, high = report_limits(sums_of((part,), *counts))
        none += bool(np.isnan(low[0]))
        held += bool(low[0] <= truth <= high[0])
    assert (none > 0) is bool(marks.na)
    assert found.least == pytest.approx(held / (126 - none))
    assert found.none == pytest.approx(none / 126, abs=1e-9)
    assert (found.how, found.error, found.truths) == ("every sample counted", 0.0, 1)


def test_counting_and_simulating_agree(full: bool) -> None:
    effort = Effort(first=50, again=1, samples=400_000 if full else 40_000)
    truth = (Fraction(9, 10), Fraction(7, 10))
    frame = tuple(counted(p, t, Marks()) for p, t in zip(SMALL, truth, strict=True))
    outcomes = Outcomes(SMALL, na=False)
    low, high = report_limits(outcomes.sums)
    share = float(true_share(frame))
    known = np.isfinite(low)
    exact = outcomes.probabilities(frame)[(low <= share) & (share <= high)].sum()
    exact /= outcomes.probabilities(frame)[known].sum()
    counts = drawn(SMALL, frame, stream("k", "certificate"), effort.samples)
    low, high = report_limits(sums_of(SMALL, *counts))
    simulated = ((low <= share) & (share <= high)).sum() / np.isfinite(low).sum()
    error = np.sqrt(exact * (1 - exact) / effort.samples)
    assert simulated == pytest.approx(exact, abs=4 * error)


def test_a_census_is_always_right() -> None:
    (found,) = certificate((Part("a", "", 12, 12),), marks=(Marks(),))
    assert (found.least, found.mean, found.none) == (1.0, 1.0, 0.0) and found.enough


def test_samples_without_an_interval_are_told() -> None:
    parts = (Part("a", "", 50, 1),)
    (found,) = certificate(parts, marks=(Marks(),))
    assert (
        np.isnan(found.least)
        and with_fallback(found, parts, LEVEL).fallback == "exact limits, found by bets"
        and found.none == pytest.approx(1)
        and not found.enough
    )


def test_one_stratum_keeps_its_level_and_a_design_out_of_proportion_does_not() -> None:
    for part in AREA:
        (alone,) = certificate((part,), marks=(Marks(),))
        assert alone.least > 0.95 and with_fallback(alone, (part,), LEVEL).fallback == ""
    (together,) = certificate(AREA, marks=(Marks(),))
    assert together.least < 0.6 and not together.enough
    named = with_fallback(together, AREA, LEVEL).fallback
    assert named == "limits recovered from those of each of 3 strata"
    assert 0.9 < together.mean < 0.95 and 0 < together.short < 0.5


def test_a_proportional_design_keeps_its_level_better() -> None:
    proportional = tuple(Part(p.id, "", p.N, n) for p, n in zip(AREA, (73, 15, 2), strict=True))
    (found,) = certificate(proportional, marks=(Marks(),))
    (given_,) = certificate(AREA, marks=(Marks(),))
    assert found.least > given_.least and found.short < given_.short


def test_exact_limits_joined_keep_their_level_where_the_usual_interval_fails() -> None:
    outcomes, level = Outcomes(AREA, na=False), level_of_each(LEVEL, AREA)
    low, high = np.zeros(len(outcomes.full)), np.zeros(len(outcomes.full))
    for k, part in enumerate(AREA):
        pairs = np.array([exact_limits(x, part.n, level, part.N) for x in range(part.n + 1)])
        low += pairs[outcomes.full[:, k], 0] * part.N / 21_500
        high += pairs[outcomes.full[:, k], 1] * part.N / 21_500
    for levels in product((5, 70, 98, 100), repeat=3):
        frame = tuple(
            counted(p, Fraction(k, 100), Marks()) for p, k in zip(AREA, levels, strict=True)
        )
        share = float(true_share(frame))
        held = (low <= share + 1e-12) & (share - 1e-12 <= high)
        assert outcomes.probabilities(frame)[held].sum() >= 0.95, levels


def test_the_recovered_limits_keep_their_level_where_the_usual_interval_fails() -> None:
    (found,) = certificate(AREA, marks=(Marks(),), limits=recovered_limits)
    assert found.truths == 1000 and found.least >= 0.95


def test_the_fallback_s_half_width_is_the_sum_of_the_strata_s() -> None:
    parts = tuple(exact_half_width(AREA, (Fraction(65, 100),) * 3, LEVEL))
    assert sum(weight for weight, _ in parts) == pytest.approx(1)
    (alone,) = exact_half_width(AREA[:1], (Fraction(65, 100),), LEVEL)
    assert parts[0][1] > alone[1]  # each of three must hold at a higher level


def test_the_certificate_of_the_usual_design_takes_under_ten_seconds(full: bool) -> None:
    began = time.process_time()
    for domain in ((AREA[0],), (AREA[1],), (AREA[2],), AREA):
        certificate(domain)
    assert time.process_time() - began < (10 if full else 25)  # the gate's machine may be busy


def test_progress_runs_from_nothing_to_all() -> None:
    heard: list[tuple[str, int, int]] = []
    certificate(SMALL, effort=QUICK, progress=lambda *step: heard.append(step))
    shares = [done / of for _, done, of in heard]
    assert shares == sorted(shares) and shares[-1] == 1.0 and len(heard) > 20


# --- bands ------------------------------------------------------------------------------------


@given(n=st.integers(1, 120), k=st.integers(0, 100))
def test_chances_of_bands_are_those_of_each_exact_share(n: int, k: int) -> None:
    N, guess, rule = 300, Fraction(k, 100), Rule.load("area-inspection@1")
    pmf = hypergeom.pmf(np.arange(n + 1), N, counted(Part("", "", N, n), guess, Marks()).full, n)
    wanted = {band.id: 0.0 for band in rule.bands}
    for x, chance in enumerate(pmf):
        wanted[rule.band(Fraction(x, n)).id] += chance
    found = band_chances(N, n, guess, rule.boundaries)
    assert list(found) == pytest.approx(list(wanted.values()), abs=1e-9)
    assert rule.bands[band_of(guess, rule.boundaries)] is rule.band(guess)


def test_from_the_smallest_sure_n_on_every_n_is_sure() -> None:
    guess, limit = Fraction(78, 100), Fraction(1, 10)
    found = certainty(3500, guess, EDGES, wrong=limit)
    assert found.n is not None
    wrong = [1 - band_chances(3500, n, guess, EDGES)[0] for n in range(found.n - 1, found.n + 200)]
    assert wrong[0] >= 0.1 and max(wrong[1:]) < 0.1
    assert found.wrong == pytest.approx(wrong[1])


def test_on_a_boundary_no_n_is_sure_and_near_one_only_a_census() -> None:
    assert "on a boundary" in certainty(3500, Fraction(7, 10), EDGES).note
    near = certainty(10_000, Fraction(701, 1000), EDGES)
    assert near.n is None and near.note == "not even with 1000 cases"
    assert certainty(300, Fraction(71, 100), EDGES).n is not None


def test_figures_whose_cases_differ_less_are_sure_on_fewer() -> None:
    guess = Fraction(80, 100)
    all_or_none = certainty(17_500, guess, EDGES).n
    closer = certainty(17_500, guess, EDGES, spread=Fraction(1, 2)).n
    assert all_or_none is not None and closer is not None
    assert closer == pytest.approx(all_or_none / 2, abs=3)
    with pytest.raises(InspectionError, match="share of the largest variance"):
        band_chances(100, 10, guess, EDGES, spread=Fraction(0))


def test_pooled_bands_are_counted_in_whole_numbers() -> None:
    # N/n = 2 and 3: (2 x + 3 y) / 50 reaches 60% from 30 on; 0.6 as a float would miss ties
    parts = (Part("a", "", 20, 10), Part("b", "", 30, 10))
    guess = (Fraction(1, 2), Fraction(2, 3))
    pmf = [hypergeom.pmf(np.arange(11), p.N, K, 10) for p, K in zip(parts, (10, 20), strict=True)]
    wanted = [0.0, 0.0]
    for x, y in product(range(11), repeat=2):
        wanted[int(2 * x + 3 * y < 30)] += pmf[0][x] * pmf[1][y]
    found = pooled_chances(parts, guess, [Fraction(6, 10)], stream("k", "c"))
    assert list(found) == pytest.approx(wanted)


def test_pooled_bands_of_many_strata_are_simulated_with_exact_bands() -> None:
    parts = tuple(Part(str(k), "", 1_000 + 97 * k, 29 + k) for k in range(12))
    guess = (Fraction(8, 10),) * 12
    found = pooled_chances(parts, guess, EDGES, stream("k", "c"))
    assert sum(found) == pytest.approx(1) and found[0] > 0.99


def test_thirty_forty_twenty_over_eighty_eighteen_two_are_worth_about_45() -> None:
    # by hand: 1 / (0.8^2 / 30 + 0.18^2 / 40 + 0.02^2 / 20) = 45.12
    parts = (Part("MC", "", 80, 30), Part("CC", "", 18, 40), Part("RASSO", "", 2, 20))
    assert kish(parts) == pytest.approx(45.12, abs=0.005)
    assert kish(AREA[:1]) == 30


# --- the plan ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def inspection(tmp_path_factory: pytest.TempPathFactory) -> Inspection:
    lines = eligible({"MC": 400, "CC": 90, "RASSO": 30})
    return make(tmp_path_factory.mktemp("plan") / "a", lines, MC=12, CC=16, RASSO=8)


@pytest.fixture(scope="module")
def made(inspection: Inspection) -> Plan:
    return plan(inspection.frame, inspection.design, inspection.rule, effort=QUICK)


def test_a_plan_tells_sizes_weights_and_what_to_expect(made: Plan) -> None:
    table = made.table().set_index("domain")
    assert list(table.index) == ["MC", "CC", "RASSO", "all"]
    assert list(table["N"]) == [400, 90, 30, 520] and list(table["n"]) == [12, 16, 8, 36]
    assert (
        table.loc["MC", "weight"] == pytest.approx(400 / 12) and table.loc["all", "weight"] is None
    )
    assert (table["half_width"] < 0.35).all() and (table["coverage_least"] > 0).all()
    assert table.loc["MC", "band"] == "partially"
    assert any("worth about" in warning for warning in made.warnings)


def test_half_widths_are_means_over_all_samples(made: Plan) -> None:
    x = np.arange(13)
    chances = hypergeom.pmf(x, 400, 260, 12)
    counts = [np.full((13, 1), 12), x[:, None], np.zeros((13, 1))]
    low, high = report_limits(sums_of((Part("MC", "", 400, 12),), *counts))
    assert made.row("MC").half_width == pytest.approx((chances * (high - low)).sum() / 2)


def test_a_plan_is_the_same_every_time(inspection: Inspection, made: Plan) -> None:
    again = plan(inspection.frame, inspection.design, inspection.rule, effort=QUICK)
    assert again.digest == made.digest and again.coverage == made.coverage
    other = plan(inspection.frame, inspection.design, inspection.rule, effort=QUICK, guess="70%")
    assert other.digest != made.digest


def test_a_plan_shows_itself_as_exhibits_with_words(made: Plan) -> None:
    assert isinstance(made.chart(), StackedBars) and isinstance(
        made.interval_chart(), IntervalChart
    )
    for exhibit in (made.sizes, made.certificate, made.chart(), made.interval_chart()):
        assert from_json(to_json(exhibit)) == exhibit
        assert "nan" not in html(exhibit).lower()
    assert all(bar.total == 1000 for bar in made.chart().bars)
    assert "12 cases, planned" in [bar.label for bar in made.chart().bars]


def test_without_a_rule_there_are_intervals_and_no_bands(inspection: Inspection) -> None:
    bare = plan(inspection.frame, inspection.design, certificate=False)
    assert isinstance(bare.chart(), IntervalChart) and bare.bands.empty and bare.coverage == ()
    assert bare.row("MC").band is None and bare.row("MC").half_width is not None
    with pytest.raises(InspectionError, match="Plan with a rating rule"):
        explore(bare)


def test_a_sample_below_the_rule_s_minimum_is_told_and_gets_no_band(tmp_path: Path) -> None:
    tiny = make(tmp_path / "a", MC=4, CC=6, RASSO=5)
    found = plan(tiny.frame, tiny.design, tiny.rule, certificate=False)
    assert found.row("MC").band is None and found.row("CC").band == "partially"
    assert "MC: 4 cases, the rule rates from 5: not rated" in found.warnings
    assert min(found.bands.loc[found.bands["domain"] == "MC", "n"]) >= 5


def test_guesses_by_stratum_and_their_mistakes(inspection: Inspection) -> None:
    guess = {"MC": "80%", "CC": 0.5, "RASSO": "0.7"}
    found = plan(inspection.frame, inspection.design, guess=guess, certificate=False)
    assert found.row("all").guess == Fraction(400 * 80 + 90 * 50 + 30 * 70, 52_000)
    wrong = {"MC": "80%", "CCC": "50%", "RASSO": "70%"}
    with pytest.raises(InspectionError) as refused:
        plan(inspection.frame, inspection.design, guess=wrong, certificate=False)
    assert "no stratum 'CCC'" in str(refused.value) and "none for stratum CC" in str(refused.value)
    assert "Did you mean CC?" in str(refused.value)


def test_a_design_that_cannot_be_drawn_cannot_be_planned(inspection: Inspection) -> None:
    greedy = Design.of("x", strata={"MC": 401, "CC": 16, "RASSO": 8})
    with pytest.raises(InspectionError, match="stratum MC"):
        plan(inspection.frame, greedy)


def test_of_clusters_nothing_is_certified(inspection: Inspection) -> None:
    strata = tuple(
        replace(each, selection="pareto") if each.id == "MC" else each
        for each in inspection.design.strata
    )
    found = plan(inspection.frame, replace(inspection.design, strata=strata), effort=QUICK)
    assert {each.domain for each in found.coverage} == {"CC", "RASSO"}
    assert "MC: drawn by pareto; nothing is certified of it" in found.warnings
    assert found.row("MC").half_width is None and found.row("all").half_width is None


def test_the_sliders_show_what_the_plan_counts(made: Plan) -> None:
    shown = chart(made, "MC", 12, 65.0, fully=70.0, partially=60.0)
    planned = next(bar for bar in shown.bars if bar.label == "12 cases, chosen")
    row = made.bands[(made.bands["domain"] == "MC") & (made.bands["n"] == 12)].iloc[0]
    assert list(planned.values) == [
        round(1000 * row[name]) for name in ("fully", "partially", "not_meeting")
    ]
    swapped = chart(made, "MC", 12, 65.0, fully=60.0, partially=70.0)
    assert swapped.bars == shown.bars
    controls = explore(made).children[:-1]
    assert [each.description for each in controls][:3] == ["Stratum", "Sample", "If the truth is"]


def test_what_if_stays_within_the_frame() -> None:
    shown = what_if("RASSO", 30, 20, Fraction(65, 100), EDGES, ["a", "b", "c"])
    assert [bar.label for bar in shown.bars] == ["10 cases", "20 cases, chosen", "30 cases"]
    assert shown.bars[-1].values == (0, 1000, 0) or max(shown.bars[-1].values) == 1000
