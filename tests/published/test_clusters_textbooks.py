"""Cluster samples of two textbooks and one package: weights and the estimates they give."""

from __future__ import annotations

from fractions import Fraction

import pandas as pd
import pytest

from inspectkit.sampling import Design, Sample, draw
from tests.properties.frames import frame_of


def in_clusters(sizes: list[int]) -> pd.DataFrame:
    rows = [(f"c{c:03}-{k:03}", f"c{c:03}") for c, size in enumerate(sizes) for k in range(size)]
    table = pd.DataFrame(rows, columns=["id", "cluster"])
    return table.assign(stratum="all", finalised="2026-02-03")


def weights(sample: Sample) -> pd.Series:
    """Weight by case, with the cases of the sample in order."""
    drawn = sample.cases[sample.cases["role"] == "sample"]
    return drawn.set_index(["cluster", "id"])["weight"].map(Fraction)


def test_lohr_2010_example_5_2_one_stage_grade_point_averages() -> None:
    # Sampling: Design and Analysis, 2nd ed.: 5 of 100 suites of 4 students; totals by suite;
    # printed: total 1130.4, mean 2.826
    totals = ["12.16", "11.36", "8.96", "12.96", "11.08"]
    frame = frame_of(in_clusters([4] * 100))
    sample = draw(frame, Design.of("suites", strata={"all": 5}, clusters={}), seed="1 2 3")
    found = weights(sample)
    assert set(found) == {Fraction(20)} and len(found) == 20
    suites = list(dict.fromkeys(found.index.get_level_values("cluster")))
    by_suite = dict(zip(suites, map(Fraction, totals), strict=True))
    total = sum(weight * by_suite[suite] / 4 for (suite, _), weight in found.items())
    assert total == Fraction("1130.4") and total / sum(found) == Fraction("2.826")


def test_scheaffer_mendenhall_ott_two_stage_sewing_machines() -> None:
    # Elementary Survey Sampling, ch. 9: 10 of 90 plants, about 20% of the machines of each;
    # printed m as below, mean downtime 4.80 hours with 4,500 machines in all
    M = [50, 65, 45, 48, 52, 58, 42, 66, 40, 56]
    m = [10, 13, 9, 10, 10, 12, 8, 13, 8, 11]
    means = ["5.40", "4.00", "5.67", "4.80", "4.30", "3.83", "5.00", "3.85", "4.88", "5.00"]
    design = Design.of("plants", strata={"all": 10}, clusters={"n": "20%"})
    drawn = draw(frame_of(in_clusters([50] * 90)), design, seed="1 2 3").cases["cluster"].unique()
    sizes = dict(zip(drawn, M, strict=True))
    plants = [sizes.get(f"c{c:03}", 50) for c in range(90)]
    found = weights(draw(frame_of(in_clusters(plants)), design, seed="1 2 3"))
    machines = found.groupby(level="cluster").size()
    assert [machines[plant] for plant in drawn] == m
    hours = dict(zip(drawn, map(Fraction, means), strict=True))
    total = sum(weight * hours[plant] for (plant, _), weight in found.items())
    assert round(float(total / 4500), 5) == 4.80118


def test_r_survey_4_1_1_apiclus2_weights_and_mean() -> None:
    # R 4.2.2, survey 4.1-1, run 2026-11-23: data(api);
    # d <- svydesign(id = ~dnum + snum, fpc = ~fpc1 + fpc2, data = apiclus2); 40 of 757 districts,
    # up to 5 schools of each; weights(d), svymean(~api00, d) = 670.81
    schools = [1] * 10 + [2] * 7 + [3] * 4 + [4] * 5 + [5] * 5 + [6, 7, 7, 9, 11, 14, 28, 36, 72]
    scores = [
        *(821, 773, 811, 453, 636, 607, 710, 468, 747, 653, 1060, 1188, 1562, 1545, 1384, 1441),
        *(1222, 2056, 1560, 1747, 2180, 3620, 2299, 3697, 2360, 2421, 3392, 4377, 3328, 2920),
        *(4613, 4320, 4223, 3839, 3652, 3249, 2857, 4122, 2664, 3103),
    ]
    design = Design.of("api", strata={"all": 40}, clusters={"n": 5})
    drawn = draw(frame_of(in_clusters([1] * 757)), design, seed="1 2 3").cases["cluster"].unique()
    sizes = dict(zip(drawn, schools, strict=True))
    everywhere = [sizes.get(f"c{c:03}", 1) for c in range(757)]
    found = weights(draw(frame_of(in_clusters(everywhere)), design, seed="1 2 3"))
    assert len(found) == 126
    stated = [18.925, 22.71, 26.495, 34.065, 41.635, 52.99, 105.98, 136.26, 272.52]
    assert sorted({float(weight) for weight in found}) == pytest.approx(stated, abs=1e-9)
    total = dict(zip(drawn, scores, strict=True))
    by_district = found.groupby(level="cluster").first()
    mean = sum(by_district[c] * total[c] for c in drawn) / sum(found)
    assert round(float(mean), 2) == 670.81
