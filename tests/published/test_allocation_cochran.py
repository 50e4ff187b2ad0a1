"""Allocations and their variances as printed in Cochran (1977), Sampling Techniques, ch. 5."""

from __future__ import annotations

from fractions import Fraction
from math import sqrt

from inspectkit.sampling.selecting import allocation

# Table 5.1: 64 cities of the United States, 1930, in two strata; S from the printed variances.
CITIES = {"16 largest": 16, "48 others": 48}
S_CITIES = {"16 largest": "232.04", "48 others": "74.71"}
VARIANCES = {"16 largest": 53_843, "48 others": 5_581}
# Enrolment in 196 teachers' colleges, six strata: the example of a size for a wanted precision.
COLLEGES = dict(zip("123456", (13, 18, 26, 42, 73, 24), strict=True))
S_COLLEGES = dict(zip("123456", (325, 190, 189, 82, 86, 190), strict=True))


def variance_of_total(drawn: dict[str, int]) -> float:
    return float(
        sum(N * (N - drawn[h]) * Fraction(VARIANCES[h], drawn[h]) for h, N in CITIES.items())
    )


def test_cochran_1977_cities_proportional_allocation_of_24() -> None:
    drawn = allocation.proportional(24, CITIES)
    assert list(drawn.values()) == [6, 18]
    assert round(variance_of_total(drawn)) == 1_882_293
    assert round(sqrt(variance_of_total(drawn))) == 1372


def test_cochran_1977_cities_optimum_allocation_of_24() -> None:
    drawn = allocation.neyman(24, CITIES, S_CITIES)
    assert list(drawn.values()) == [12, 12]
    assert round(variance_of_total(drawn)) == 1_090_827
    assert round(sqrt(variance_of_total(drawn))) == 1044


def test_our_variance_of_the_mean_is_cochran_s_variance_of_the_total() -> None:
    drawn = allocation.neyman(24, CITIES, S_CITIES)
    roots = {h: allocation.root(Fraction(v), Fraction(1, 2)) for h, v in VARIANCES.items()}
    ours = allocation.variance(CITIES, drawn, roots) * 64**2
    assert abs(float(ours) - 1_090_827) < 1


def test_cochran_1977_colleges_sum_of_N_S_and_n_for_a_cv_of_5_percent() -> None:
    # printed: sum of N S = 26,841, V = (0.05 x 56,472)^2 = 7,974,976, n = 57.1, rounded up to 58
    claims = {h: N * S_COLLEGES[h] for h, N in COLLEGES.items()}
    assert sum(claims.values()) == 26_841
    half_width = Fraction(2824, 196)  # one standard error of the mean: z = 1
    drawn = allocation.precision(COLLEGES, S_COLLEGES, half_width=half_width, z=Fraction(1))
    assert sum(drawn.values()) == 58
    assert drawn == allocation.neyman(58, COLLEGES, S_COLLEGES)


def test_one_college_fewer_would_miss_the_wanted_precision() -> None:
    drawn = allocation.neyman(57, COLLEGES, S_COLLEGES)
    assert allocation.variance(COLLEGES, drawn, S_COLLEGES) > Fraction(2824, 196) ** 2
