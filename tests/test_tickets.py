"""Tickets: the published formula, and that it draws every case equally often."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from inspectkit.errors import InspectionError
from inspectkit.sampling.tickets import clean_id, key, ticket, tickets


def test_key_and_ticket_are_what_sha256sum_prints() -> None:
    # printf 'inspectkit/1\n30 45 11 2\nsouth-west-2026\n1' | sha256sum      (GNU coreutils 9.1)
    # printf '%s' '673418c37aea3c2cc8153d7281d7077d|52AZ0006374/24' | sha256sum
    assert key("30 45 11 2", "south-west-2026", 1) == "673418c37aea3c2cc8153d7281d7077d"
    expected = "4b26598318446010f064ce39ab1ae0a034bf703c5a1179945d3821cb7faa6eab"
    assert ticket("673418c37aea3c2cc8153d7281d7077d", "52AZ0006374/24") == expected


def test_a_ticket_hashes_the_utf8_of_the_id() -> None:
    # printf '%s' '673418c37aea3c2cc8153d7281d7077d|Zoë' | sha256sum         (GNU coreutils 9.1)
    expected = "feb27bb4cc85c9202c5e557c7c91e04183bec6b3d749d03bf809e715b1bd37f9"
    assert tickets("673418c37aea3c2cc8153d7281d7077d", ["Zoë"]) == [expected]


def test_every_case_is_drawn_equally_often(full: bool) -> None:
    seeds, population, drawn = (20_000 if full else 2_000), 120, 12
    ids = [f"52A{number:04}/26" for number in range(population)]
    counts = np.zeros(population)
    for seed in range(seeds):
        found = tickets(key(str(seed), "trial", 1), ids)
        counts[np.argsort(found)[:drawn]] += 1
    share = drawn / population
    chi_square = ((counts - seeds * share) ** 2 / (seeds * share * (1 - share))).sum()
    # The counts sum to a constant, so (N-1)/N of this is chi-square on N-1 degrees of freedom.
    statistic = chi_square * (population - 1) / population
    assert stats.chi2.ppf(0.0005, population - 1) < statistic
    assert statistic < stats.chi2.ppf(0.9995, population - 1)


def test_outer_spaces_are_trimmed_and_nothing_else_is_changed() -> None:
    assert clean_id(" \u00a052AZ0006374/24\u2003") == "52AZ0006374/24"
    assert clean_id("0012") == "0012"
    assert clean_id("e\u0301") == "\u00e9"


@pytest.mark.parametrize(
    ("raw", "named"),
    [
        ("", "empty"),
        ("  ", "empty"),
        ("52\u200bA", "U+200B ZERO WIDTH SPACE"),
        ("52\u202eA", "U+202E RIGHT-TO-LEFT OVERRIDE"),
        ("\ufeff52A", "U+FEFF ZERO WIDTH NO-BREAK SPACE"),
        ("52\u00adA", "U+00AD SOFT HYPHEN"),
        ("52\x00A", "U+0000"),
        ("52 A", "U+0020 SPACE"),
    ],
)
def test_odd_characters_in_an_id_are_refused_by_name(raw: str, named: str) -> None:
    with pytest.raises(InspectionError, match=named.replace("+", r"\+")):
        clean_id(raw)


@pytest.mark.parametrize("seed", ["", "  ", "1\n2", "1\r2"])
def test_a_seed_is_one_line(seed: str) -> None:
    with pytest.raises(InspectionError, match="one line each"):
        key(seed, "trial", 1)
