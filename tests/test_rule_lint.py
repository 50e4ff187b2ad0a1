"""A rule file that does not hold is refused: gaps, overlaps, the unreachable, idle limiters."""

from __future__ import annotations

from pathlib import Path

import pytest

from inspectkit.assessment import Rule
from inspectkit.errors import InspectionError

RULE = """\
id: specimen
revision: 1
label: "Two levels"
source: "Made up for the tests"
verified: true
measure: share_of_points
rates: [theme]
bands:
  - {id: good, label: Good, short: Good, at_least: "63%", tone: good, points: 2}
  - {id: fair, label: Fair, short: Fair, at_least: "39%", at_most: "62%", tone: fair, points: 1}
  - {id: poor, label: Poor, short: Poor, at_least: "0%", at_most: "38%", tone: poor, points: 0}
gap: lower
steps:
  - id: overall
    label: Overall
    of: theme
    inputs: 3
    method: sum
    bands:
      - {rating: good, at_least: 4}
      - {rating: fair, at_least: 2, at_most: 3}
      - {rating: poor, at_least: 0, at_most: 1}
  - id: counted
    label: Counted
    of: theme
    inputs: 3
    method: counts
    rows:
      - {rating: poor, when: [{count: [poor], at_least: 2}]}
      - {rating: good, when: [{count: [good], at_least: 2}, {count: [poor], at_most: 0}]}
      - {rating: fair}
limiters:
  - {id: one_poor, revision: 1, label: One poor theme, on: [overall], cap: fair,
     when: [{count: [poor], at_least: 1}]}
discretion: {may_move: 1, within: "2%", on: [theme]}
"""


def load(text: str, folder: Path) -> Rule:
    path = folder / "specimen.yaml"
    path.write_text(text, encoding="utf-8", newline="\n")
    return Rule.load(path)


def test_the_specimen_holds(tmp_path: Path) -> None:
    assert load(RULE, tmp_path).ref == "specimen@1"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("gap: lower\n", "", "line 10, band fair: no band holds the values between it and"),
        ('at_most: "62%"', 'at_most: "63%"', "line 10, band fair: it overlaps the band before it"),
        ('at_most: "62%"', 'at_most: "70%"', "line 10, band fair: it overlaps the band before it"),
        ('at_most: "62%"', 'at_most: "12%"', "line 10, band fair: it ends below where it starts"),
        ('"63%", tone', '"63%", at_most: "90%", tone', "band good: no band holds the values above"),
        ('"39%"', "39", 'band fair: a boundary is written as a percentage from "0%" to "100%"'),
        (", points: 1", "", "step overall: a rating has no points to add"),
        ("at_most: 3", "at_most: 4", "line 21, band fair: it overlaps the band before it (good)"),
        ("at_most: 3", "at_most: 2", "values that can occur, such as 3"),
        (
            "rating: good, at_least: 4",
            "rating: good, at_least: 7",
            "no combination of inputs gives",
        ),
        ("rating: poor, at_least: 0", "rating: poor, at_least: 1", "band poor: no band holds the"),
        ("      - {rating: fair}\n", "", "step counted: no row holds for"),
        ("{rating: fair}", "{rating: fiar}", "Did you mean fair?"),
        ("of: theme\n    inputs: 3\n    method: sum", "of: thema\n    method: sum", "is no input"),
        ("id: counted", "id: overall", "step overall: its id is taken"),
        ("cap: fair", "cap: good", "line 33, limiter one_poor: it can never bite"),
        ("cap: fair", "cap: fine", "limiter one_poor: 'fine' is not known"),
        ("at_least: 1}]}", "at_least: 4}]}", "limiter one_poor: it can never bite"),
        ("count: [poor], at_least: 1", "count: [poor], at_least: 3", "it can never bite"),
        ("on: [overall]", "on: [overal]", "Did you mean overall?"),
        ("on: [theme]}", "on: [themes]}", "discretion: 'themes' is not known"),
        ("at_least: 2}, {count", "at_least: 2, flag: x}, {count", "a condition counts ratings"),
        ("method: sum", "method: mean", "step overall: no combination of inputs gives 'good'"),
        ("method: counts", "method: lowest", "step counted: lowest takes no rows"),
    ],
)
def test_what_does_not_hold_is_refused_with_its_line(
    old: str, new: str, message: str, tmp_path: Path
) -> None:
    assert old in RULE
    with pytest.raises(InspectionError) as refusal:
        load(RULE.replace(old, new, 1), tmp_path)
    assert message in str(refusal.value)


def test_a_row_that_never_decides_is_found(tmp_path: Path) -> None:
    row = "      - {rating: fair}\n"
    late = "      - {rating: poor, when: [{count: [poor], at_least: 3}]}\n"
    with pytest.raises(InspectionError, match="row 3 of step counted: it never decides"):
        load(RULE.replace(row, late + row), tmp_path)


def test_a_middle_between_two_ratings_must_be_decided(tmp_path: Path) -> None:
    start, end = (
        RULE.index("    bands:\n      - {rating: good, at_least: 4"),
        RULE.index("  - id: counted"),
    )
    text = RULE.replace(RULE[start:end], "").replace("method: sum", "method: median")
    with pytest.raises(InspectionError, match="it does not say what a value between two ratings"):
        load(text, tmp_path)
    rounded = text.replace("method: median", "method: median\n    rounding: {to: 1, halves: up}")
    assert load(rounded, tmp_path).steps[0].rounding is not None


def test_failing_cases_rise_from_the_best_band_to_the_last(tmp_path: Path) -> None:
    text = Path(__file__).parent.parent / "inspectkit/assessment/rules/acceptance@1.yaml"
    rule = text.read_text(encoding="utf-8")
    for old, new, message in (
        ("at_most: 2, ", "", "every band but the last has a highest number"),
        ("short: Not accepted, tone", "short: Not accepted, at_most: 9, tone", "the last none"),
    ):
        with pytest.raises(InspectionError, match=message):
            load(rule.replace(old, new), tmp_path)


def test_a_file_named_for_another_revision_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InspectionError, match=r"revision 9 is not here, 1, 2 is"):
        Rule.load("cqc-local-authorities@9")
    assert Rule.load("cqc-local-authorities").revision == 2
