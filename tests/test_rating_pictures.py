"""Explanations as pictures, and ratings as they would be under another rule."""

from __future__ import annotations

import pytest

from inspectkit.assessment import Rule, judge
from inspectkit.assessment.rating.whatif import changes
from inspectkit.errors import InspectionError
from inspectkit.exhibits import from_json, html, svg, to_json


def test_a_sum_rises_from_nothing_to_its_total() -> None:
    ratings = judge(Rule.load("cqc-local-authorities@2"), dict.fromkeys("abcdefghi", "good"))
    chart = ratings.waterfall()
    assert chart.value == pytest.approx(75.0) and chart.ending == "Good"
    assert from_json(to_json(chart)) == chart
    assert svg(chart) == svg(chart) and "<img" in html(chart)


def test_what_adds_nothing_up_has_no_picture() -> None:
    ratings = judge(Rule.load("cqc-adult-social-care@1"), dict.fromkeys("abcde", "good"))
    with pytest.raises(InspectionError, match="Read its explanation"):
        ratings.waterfall()


def test_another_rule_shows_what_would_move() -> None:
    given = dict.fromkeys("abcde", "good") | {"a": "inadequate"}
    before = judge(Rule.load("cqc-adult-social-care@1"), given)
    same = changes(before, before)
    assert set(same["moved"]) == {""}
    better = judge(Rule.load("cqc-adult-social-care@1"), dict.fromkeys("abcde", "good"))
    moved = changes(before, better).set_index("figure")["moved"]
    assert (moved["overall"], moved["a"], moved["b"]) == ("better", "better", "")
