"""Agreement coefficients of published tables, and of the same data in other people's programs.

`published` is what the source prints, to its own digits. `programs` are coefficients of the same
data by irrCAC 0.4.4 (gwet, conger, krippendorff, fleiss, bp), krippendorff 0.9.0 (alpha, nominal)
and statsmodels 0.15.0 (cohens_kappa), run on 2026-11-25; those that overlap agreed to 8 digits.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from inspectkit.assessment.agreement import nearness, nearness_by_rank, tally, value


@dataclass(frozen=True)
class Published:
    """A square table of two markers' answers."""

    cells: tuple[tuple[int, ...], ...]
    published: dict[str, str]  # "coefficient kind" to the digits printed
    programs: tuple[float, float, float, float, float]  # ac, kappa, alpha, fleiss, bp; identity
    quadratic: tuple[float, float, float, float, float]  # the same with quadratic weights


TABLES = {
    "cohen_1960_psychiatric_diagnoses_educ_psychol_meas_20_p_37": Published(
        ((88, 10, 2), (14, 40, 6), (18, 10, 12)),
        {"kappa identity": "0.49", "percent identity": "0.70"},
        (0.57597173, 0.49152542, 0.48846154, 0.48717949, 0.55),
        (0.63855422, 0.45454545, 0.44583333, 0.44444444, 0.55),
    ),
    "feinstein_cicchetti_1990_balanced_j_clin_epidemiol_43_p_543": Published(
        ((40, 9), (6, 45)),
        {"kappa identity": "0.70", "percent identity": "0.85"},
        (0.70074813, 0.69951923, 0.70075188, 0.69924812, 0.7),
        (0.70074813, 0.69951923, 0.70075188, 0.69924812, 0.7),
    ),
    "feinstein_cicchetti_1990_first_paradox": Published(
        ((80, 10), (5, 5)),
        {"kappa identity": "0.32", "percent identity": "0.85"},
        (0.808, 0.31818182, 0.31771429, 0.31428571, 0.7),
        (0.808, 0.31818182, 0.31771429, 0.31428571, 0.7),
    ),
    "feinstein_cicchetti_1990_symmetrical": Published(
        ((45, 15), (25, 15)),
        {"kappa identity": "0.13", "percent identity": "0.60"},
        (0.26605505, 0.13043478, 0.12527473, 0.12087912, 0.2),
        (0.26605505, 0.13043478, 0.12527473, 0.12087912, 0.2),
    ),
    "feinstein_cicchetti_1990_second_paradox": Published(
        ((25, 35), (5, 35)),
        {"kappa identity": "0.26", "percent identity": "0.60"},
        (0.20792079, 0.25925926, 0.1959596, 0.19191919, 0.2),
        (0.20792079, 0.25925926, 0.1959596, 0.19191919, 0.2),
    ),
    "landis_koch_1977_winnipeg_biometrics_33_p_159": Published(
        ((38, 5, 0, 1), (33, 11, 3, 0), (10, 14, 5, 6), (3, 7, 3, 10)),
        {"kappa identity": "0.208"},
        (0.25777969, 0.20794246, 0.18099533, 0.17823774, 0.2393736),
        (0.62209194, 0.52457646, 0.49867374, 0.49698577, 0.54899329),
    ),
    "landis_koch_1977_new_orleans": Published(
        ((5, 3, 0, 0), (3, 11, 4, 0), (2, 13, 3, 4), (1, 2, 4, 14)),
        {"kappa identity": "0.297"},
        (0.3110844, 0.29651657, 0.28851702, 0.28332372, 0.30434783),
        (0.6983685, 0.6255814, 0.62094862, 0.61818182, 0.67536232),
    ),
    "gwet_2008_high_agreement_br_j_math_stat_psychol_61_p_29": Published(
        ((118, 5), (2, 0)),
        {"ac identity": "0.941", "kappa identity": "-0.023"},
        (0.94077634, -0.02339181, -0.02469136, -0.02880658, 0.888),
        (0.94077634, -0.02339181, -0.02469136, -0.02880658, 0.888),
    ),
    "agresti_winner_1997_film_reviewers_chance_10_2": Published(
        ((24, 8, 13), (8, 13, 11), (10, 9, 64)),
        {"kappa identity": "0.389", "kappa linear": "0.427"},
        (0.47208746, 0.38883853, 0.39037347, 0.38846241, 0.446875),
        (0.49623653, 0.45797163, 0.45920746, 0.45751218, 0.4),
    ),
    "agresti_2002_pathologists_categorical_data_analysis_p_434": Published(
        ((22, 2, 2, 0), (5, 7, 14, 0), (0, 2, 36, 0), (0, 1, 17, 10)),
        {"kappa identity": "0.493"},
        (0.52630351, 0.4930056, 0.47574578, 0.47351492, 0.51412429),
        (0.85317413, 0.78382187, 0.78460128, 0.78368469, 0.82372881),
    ),
    "fleiss_levin_paik_2003_statistical_methods_for_rates_ch_18": Published(
        ((75, 1, 4), (5, 4, 1), (0, 0, 10)),
        {"kappa identity": "0.68", "percent identity": "0.89"},
        (0.8675696, 0.67647059, 0.67690037, 0.67527675, 0.835),
        (0.91304348, 0.75531915, 0.75621838, 0.75499334, 0.8275),
    ),
    "sim_wright_2005_physical_therapy_85_p_257": Published(
        ((22, 2), (4, 11)),
        {"kappa identity": "0.67"},
        (0.71498173, 0.66666667, 0.67, 0.66571429, 0.69230769),
        (0.71498173, 0.66666667, 0.67, 0.66571429, 0.69230769),
    ),
    "viera_garrett_2005_family_medicine_37_p_360": Published(
        ((15, 5), (10, 70)),
        {"kappa identity": "0.57"},
        (0.7696737, 0.57142857, 0.57204301, 0.56989247, 0.7),
        (0.7696737, 0.57142857, 0.57204301, 0.56989247, 0.7),
    ),
    "sas_stat_proc_freq_skin_condition": Published(
        ((10, 4, 1, 0), (5, 10, 12, 2), (2, 4, 12, 5), (0, 2, 6, 13)),
        {"kappa identity": "0.3449", "kappa linear": "0.5082"},
        (0.35107326, 0.34487535, 0.34434086, 0.34059423, 0.34848485),
        (0.71786865, 0.66072289, 0.66248795, 0.66055931, 0.70909091),
    ),
    "boyd_1982_xeromammograms_in_the_stata_manual_kap": Published(
        ((21, 12, 0, 0), (4, 17, 1, 0), (3, 9, 15, 2), (0, 0, 0, 1)),
        {"kappa identity": "0.4728", "percent identity": "0.6353", "kappa linear": "0.5684"},
        (0.52919806, 0.47278912, 0.46371174, 0.46053844, 0.51372549),
        (0.85017186, 0.67137058, 0.67305088, 0.67111627, 0.81176471),
    ),
    "byrt_bishop_carlin_1993_adjusted_kappa_is_2_po_less_1": Published(
        ((80, 15), (5, 0)),
        {"brennan_prediger identity": "0.60"},
        (0.75609756, -0.08108108, -0.10555556, -0.11111111, 0.6),
        (0.75609756, -0.08108108, -0.10555556, -0.11111111, 0.6),
    ),
    "gwet_2014_ectopic_pregnancy_abstractors_in_the_irrcac_vignette": Published(
        ((13, 0, 0), (0, 20, 7), (0, 4, 56)),
        {"kappa identity": "0.7964094", "fleiss identity": "0.7962397"},
        (0.84933055, 0.7964094, 0.7972585, 0.7962397, 0.835),
        (0.94023688, 0.89215686, 0.89264872, 0.89210926, 0.9175),
    ),
}
NAMES = ("ac", "kappa", "alpha", "fleiss", "brennan_prediger")


def codes(cells: tuple[tuple[int, ...], ...]) -> np.ndarray:
    table = np.array(cells)
    pairs = np.argwhere(np.ones_like(table))
    return np.repeat(pairs, table.ravel(), axis=0)


@pytest.mark.parametrize("name", TABLES)
def test_a_published_table_gives_its_published_coefficients(name: str) -> None:
    table = TABLES[name]
    both = codes(table.cells)
    for what, printed in table.published.items():
        coefficient, kind = what.split()
        found = value(coefficient, both, nearness(kind, range(len(table.cells))))
        assert f"{found:.{len(printed.partition('.')[2])}f}" == printed, what


@pytest.mark.parametrize("name", TABLES)
def test_other_programs_find_the_same_in_a_published_table(name: str) -> None:
    table = TABLES[name]
    both = codes(table.cells)
    for kind, expected in (("identity", table.programs), ("quadratic", table.quadratic)):
        weights = nearness(kind, range(len(table.cells)))
        found = [value(coefficient, both, weights) for coefficient in NAMES]
        assert found == pytest.approx(expected, abs=1e-8), kind


def test_cohen_1968_weighted_kappa_with_his_own_weights() -> None:
    """Psychological Bulletin 70, table 1: disagreements cost 1, 3 and 6; kappa w is .348."""
    apart = np.array([[0, 1, 3], [1, 0, 6], [3, 6, 0]])
    table = TABLES["cohen_1960_psychiatric_diagnoses_educ_psychol_meas_20_p_37"]
    assert round(value("kappa", codes(table.cells), 1 - apart / 6) or 0, 3) == 0.348


# K. Krippendorff (2011), Computing Krippendorff's Alpha-Reliability: sections A, B and C.
BINARY = np.array([[0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]]).T
SAID = ("aabbdcccedda", "babbbccceddd")
NOMINAL = np.array([["abcde".index(letter) for letter in each] for each in SAID]).T
FOUR = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
        [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
    ]
).T - 1  # fmt: skip


def test_krippendorff_2011_two_observers() -> None:
    assert f"{value('alpha', BINARY, nearness('identity', [0, 1])):.3f}" == "0.095"
    assert f"{value('alpha', NOMINAL, nearness('identity', range(5))):.3f}" == "0.692"


@pytest.mark.parametrize(
    ("kind", "printed"), [("identity", "0.743"), ("quadratic", "0.849"), ("ratio", "0.797")]
)
def test_krippendorff_2011_four_observers_with_gaps(kind: str, printed: str) -> None:
    assert f"{value('alpha', FOUR, nearness(kind, range(1, 6))):.3f}" == printed


def test_krippendorff_2011_four_observers_on_an_ordinal_scale() -> None:
    units = tally(FOUR, nearness("identity", range(5)))
    weights = nearness_by_rank(units.summed(np.ones(len(FOUR))).counts)
    assert f"{value('alpha', FOUR, weights):.3f}" == "0.815"


# K. L. Gwet (2014), Handbook of Inter-Rater Reliability, 4th ed., in the irrCAC vignette: the same
# marks, but the unit that one rater alone saw was seen by the third.
GWET = FOUR.copy()
GWET[11] = [-1, -1, 2, -1]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("identity", (0.7754440681, 0.7628174413, 0.7434210526, 0.7611692754, 0.7727272727)),
        ("quadratic", (0.9140007236, 0.8577106562, 0.8491071429, 0.8649350649, 0.9015151515)),
        ("linear", (0.8587391364, 0.81377632, 0.8003838772, 0.8179447671, 0.8484848485)),
        ("ordinal", (0.8989397699, 0.8436595252, 0.8336380256, 0.8502061894, 0.8863636364)),
        ("ratio", (0.8573675578, 0.8119651759, 0.7974027747, 0.8213383439, 0.8402366928)),
    ],
)
def test_gwet_2014_four_raters_with_gaps(kind: str, expected: tuple[float, ...]) -> None:
    found = [value(name, GWET, nearness(kind, range(1, 6))) for name in NAMES]
    assert found == pytest.approx(expected, abs=1e-9)


# J. L. Fleiss (1971), Psychological Bulletin 76, 378-382: 30 patients, six psychiatrists, five
# diagnoses; the order of the psychiatrists is not printed and does not matter.
def test_fleiss_1971_six_psychiatrists() -> None:
    rows = [
        [3] * 6, [1, 1, 1, 4, 4, 4], [1, 2, 2, 2, 2, 4], [4] * 6, [1, 1, 1, 3, 3, 3],
        [0, 0, 2, 2, 2, 2], [2, 2, 2, 2, 4, 4], [0, 0, 2, 2, 2, 3], [0, 0, 3, 3, 3, 3], [4] * 6,
        [0, 3, 3, 3, 3, 3], [0, 1, 3, 3, 3, 3], [1, 1, 1, 2, 2, 2], [0, 3, 3, 3, 3, 3],
        [1, 1, 3, 3, 3, 4], [2, 2, 2, 2, 2, 4], [0, 0, 0, 3, 4, 4], [0, 0, 0, 0, 0, 1],
        [1, 1, 3, 3, 3, 3], [0, 2, 2, 4, 4, 4], [4] * 6, [1, 3, 3, 3, 3, 3], [1, 1, 3, 4, 4, 4],
        [0, 0, 3, 3, 3, 3], [0, 3, 3, 3, 3, 4], [1, 1, 1, 1, 1, 3], [0, 0, 0, 0, 4, 4],
        [1, 1, 3, 3, 3, 3], [0, 2, 2, 2, 2, 2], [4] * 6,
    ]  # fmt: skip
    assert f"{value('fleiss', np.array(rows), nearness('identity', range(5))):.3f}" == "0.430"
