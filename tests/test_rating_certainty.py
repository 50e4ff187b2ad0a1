"""What ratings hang on: answers that move them, single cases, chances that hang together."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from benchmarks import calibration
from inspectkit.assessment import Estimates, Rule, estimate, rate, score
from inspectkit.assessment.rating.draws import PSEUDO_CASES, compositions
from inspectkit.streams import stream
from tests.specimens import twelve_cases
from tests.test_estimation import marked

RULE = """\
id: specimen
revision: 1
label: "Themes by share, overall the lowest of them"
source: "Made up for the tests"
verified: true
measure: {measure}
minimum_cases: 1
rates: [theme]
bands:
  - {{id: fully, label: Fully, short: Fully, at_least: "70%", tone: good, points: 2}}
  - {{id: partially, label: Partially, short: Partially, at_least: "60%", tone: fair, points: 1}}
  - {{id: not_meeting, label: Not, short: Not, at_least: "0%", tone: poor, points: 0}}
steps:
  - {{id: overall, label: Overall, of: theme, method: lowest, missing: left_out}}
"""


PINNED = [[187, 18, 122, 172], [159, 169, 105, 66], [7, 119, 260, 113]]


def rule_of(folder: Path, measure: str = "share_of_points") -> Rule:
    path = folder / "specimen.yaml"
    path.write_text(RULE.format(measure=measure), encoding="utf-8", newline="\n")
    return Rule.load(path)


@pytest.fixture
def rule(tmp_path: Path) -> Rule:
    return rule_of(tmp_path)


def specimen() -> Estimates:
    return estimate(
        score(twelve_cases.reviews(), twelve_cases.question_set()), twelve_cases.sample()
    )


def changed(answers: list[str], which: tuple[int, ...], to: str) -> list[str]:
    return [to if k in which else each for k, each in enumerate(answers)]


# --- answers to flip --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answers",
    [
        ["fm", "fm", "pm", "nm", "nm", "fm", "pm"],
        ["fm"] * 6 + ["nm"] * 2,
        ["nm"] * 5 + ["pm"] * 2,
        ["pm"] * 7,
    ],
)
def test_the_fewest_answers_are_those_that_trying_all_finds(answers: list[str], rule: Rule) -> None:
    ratings = rate(marked({"MC": answers}, {"MC": 400}), rule, draws=50)
    now = ratings.row("post_charge", "MC").place
    assert now is not None
    for flip in ratings.flips("post_charge", "MC"):
        best = "fm" if flip.better else "nm"
        fewest = next(
            number
            for number in range(1, len(answers) + 1)
            if any(
                _place(changed(answers, which, best), rule) < now
                if flip.better
                else _place(changed(answers, which, best), rule) > now
                for which in combinations(range(len(answers)), number)
            )
        )
        assert flip.number == fewest
        which = tuple(int(subject.removeprefix("MC")) for subject, _ in flip.answers)
        assert rule.bands[_place(changed(answers, which, best), rule)].id == flip.to


def _place(answers: list[str], rule: Rule) -> int:
    points = sum({"fm": 2, "pm": 1, "nm": 0}[each] for each in answers)
    return rule.index[rule.band(Fraction(points, 2 * len(answers))).id]


def test_a_heavy_stratum_is_where_one_answer_tells(rule: Rule) -> None:
    est = marked({"MC": ["fm", "nm", "fm"], "CC": ["fm", "nm", "nm"]}, {"MC": 900, "CC": 30})
    ratings = rate(est, rule, draws=50)
    up = next(flip for flip in ratings.flips("post_charge", "all") if flip.better)
    assert up.answers == (("MC1", "review_timely"),)


def test_where_cases_are_measured_a_case_is_turned_whole(tmp_path: Path) -> None:
    ratings = rate(specimen(), rule_of(tmp_path, "share_of_cases"), draws=50)
    row = ratings.row("pre_charge", "MC")
    assert row.value == Fraction(1, 2)  # M1 and M5 won all their points, M2 and M4 did not
    up, down = ratings.flips("pre_charge", "MC")[0], ratings.row("pre_charge", "MC").band
    assert (up.to, up.answers) == ("fully", (("M2", "charge_selection"),))
    assert down is not None and down.id == "not_meeting"


def test_the_answers_named_for_an_overall_rating_do_move_it(rule: Rule) -> None:
    ratings = rate(specimen(), rule, draws=50)
    for domain in ("MC", "CC", "RASSO"):
        for flip in ratings.flips("overall", domain):
            to = "fm" if flip.better else "nm"
            rows = [
                {k: to if (row["case"], k) in flip.answers else v for k, v in row.items()}
                for row in twelve_cases.tables()[0]
            ]
            scores = score(twelve_cases.reviews_of(rows), twelve_cases.question_set())
            moved = rate(estimate(scores, twelve_cases.sample()), rule, draws=50)
            band = moved.row("overall", domain).band
            assert band is not None and band.id == flip.to, (domain, flip)


# --- one case left out ------------------------------------------------------------------------


def test_leaving_a_case_out_is_rating_the_sample_without_it(rule: Rule) -> None:
    table = rate(specimen(), rule, draws=50).without_each_case("overall", "all")
    rows = twelve_cases.tables()[0]
    for each in table.to_dict("records"):
        kept = [row for row in rows if row["case"] != each["subject"]]
        cases = {row["case"]: row["stratum"] for row in kept}
        scores = score(twelve_cases.reviews_of(kept), twelve_cases.question_set())
        est = estimate(scores, twelve_cases.sample_of(cases, twelve_cases.FRAME))
        band = rate(est, rule, draws=50).row("overall", "all").band
        assert band is not None and band.id == each["band"], each


# --- chances ----------------------------------------------------------------------------------


def test_an_urn_with_a_ball_each_gives_every_composition_alike() -> None:
    drawn = compositions(3, 3, 20_000, stream("key", "urn"))
    ways, counts = np.unique(drawn, axis=0, return_counts=True)
    assert len(ways) == 10 and (drawn.sum(axis=1) == 3).all()
    assert ((counts - 2000) ** 2 / 2000).sum() < 27.88  # chi-square, 9 degrees of freedom, 0.1%


def test_draws_are_the_same_on_every_machine() -> None:
    drawn = compositions(499, 4, 3, stream("a key", "populations"))
    assert drawn.tolist() == PINNED
    assert compositions(0, 4, 2, stream("a key", "populations")).tolist() == [[0] * 4] * 2


def test_chances_of_themes_and_of_the_overall_rating_hang_together(rule: Rule) -> None:
    ratings = rate(specimen(), rule)
    for domain in ("MC", "CC", "RASSO", "all"):
        overall = ratings.row("overall", domain).probabilities
        themes = [ratings.row(each, domain).probabilities for each in ("pre_charge", "post_charge")]
        assert overall is not None
        # the lowest of the themes is at best as good as each of them
        assert all(each is None or overall[0] <= each[0] + 1e-9 for each in themes)
        assert sum(overall) == pytest.approx(1)


def test_without_a_case_unseen_every_chance_is_one_or_none(rule: Rule) -> None:
    est = marked({"MC": ["fm", "pm", "nm"], "CC": ["fm", "fm"]}, {"MC": 3, "CC": 2})
    ratings = rate(est, rule)
    for figure in ("post_charge", "overall"):
        for domain in ("MC", "CC", "all"):
            row = ratings.row(figure, domain)
            assert row.probabilities is not None and row.place is not None
            assert row.probabilities[row.place] == 1.0 and sum(row.probabilities) == 1.0


def test_what_no_draw_showed_is_rare_and_not_impossible(rule: Rule) -> None:
    ratings = rate(marked({"MC": ["fm"] * 30}, {"MC": 17_000}), rule, draws=1000)
    chances = ratings.row("post_charge", "MC").probabilities
    assert chances is not None and 0.99 < chances[0] < 1 and min(chances) > 0


def test_the_same_sample_gives_the_same_chances(rule: Rule) -> None:
    one, other = (rate(specimen(), rule).probabilities() for _ in range(2))
    assert one.equals(other)


def test_ratings_given_a_probability_come_true_that_often(full: bool) -> None:
    trials, draws = (2000, 1000) if full else (300, 200)
    result = calibration.run(trials, draws, PSEUDO_CASES, "gate")
    # 300 caseloads whose ratings hang together leave about 0.01 of noise
    assert calibration.gap(result) < (0.01 if full else 0.02)


def test_the_table_of_certainty_has_a_row_for_everything_rated(rule: Rule) -> None:
    table = rate(specimen(), rule, draws=200).certainty()
    row = table[(table["figure"] == "overall") & (table["domain"] == "all")].iloc[0]
    assert row["band"] == "partially" or row["band"] == "not_meeting"
    assert 0 < row["chance"] < 1
    assert row["answers_up"] >= 1
    words = rate(specimen(), rule, draws=200).hangs_on().set_index(["figure", "casework"])
    said = words.loc["Overall", "all"]
    assert said["rating"] in ("Partially", "Not") and said["chance of it"].endswith("%")
    assert int(said["answers to a better one"]) == row["answers_up"]
    assert words.loc["Before charge", "MC"]["nearest boundary"].endswith(" points")
    text = rate(specimen(), rule, draws=200).explain("overall", "all")
    assert "Left out alone," in text and "changed answer" in text
