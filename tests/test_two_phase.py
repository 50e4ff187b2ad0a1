"""The estimate as a second marker would have it: exact where it can be, else unbiased."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from inspectkit.assessment.agreement.second_look import second_look
from inspectkit.assessment.estimation.two_phase import severity_adjusted, two_phase
from inspectkit.cli.beside import seen_again
from inspectkit.errors import InspectionError
from inspectkit.review import Reviews
from inspectkit.streams import stream
from tests.specimens import twelve_cases


def files(points: list[float], again: list[float | None], N: int = 1000) -> pd.DataFrame:
    return pd.DataFrame(
        {"stratum": "S", "N": N, "points": points, "available": 2.0, "again": again}, dtype=object
    ).astype({"N": int, "points": float, "available": float, "again": float})


def test_with_every_file_marked_again_the_value_is_the_second_marker_s() -> None:
    found = two_phase(files([2, 1, 0, 2], [1, 1, 0, 2]))
    assert (found.raw, found.value, found.again) == (0.625, 0.5, 4)


def test_it_is_cochran_s_regression_estimate_where_every_question_applies() -> None:
    first, second = [2, 1, 0, 2, 1, 0, 2, 2.0], [1, 1, 0, 2, 0]
    found = two_phase(files(first, [*second, None, None, None]))
    x, y = np.array(first[:5]), np.array(second)
    b, a = np.polyfit(x, y, 1)
    assert found.value == pytest.approx((y.mean() + b * (np.mean(first) - x.mean())) / 2)
    # Cochran (1977) 12.71: residual / n2 + (s2 - residual) / n1 - s2 / N, here of points / 2
    rest = ((y - a - b * x) ** 2).sum() / 3
    s2 = y.var(ddof=1)
    assert found.variance == pytest.approx((rest / 5 + (s2 - rest) / 8 - s2 / 1000) / 4)


def test_over_many_samples_it_finds_the_careful_marker_s_share(full: bool) -> None:
    """Simulated marks: the first marker lifts one file in four by a point."""
    random, N, n, again, runs = stream("two-phase", "a lenient marker"), 2000, 90, 30, 300
    careful = np.floor(random.array(N) * 3)
    lenient = np.minimum(careful + (random.array(N) < 0.25), 2)
    found = []
    for _ in range(runs * (4 if full else 1)):
        rows = np.argsort(random.array(N))[:n]
        second = [float(y) if k < again else None for k, y in enumerate(careful[rows])]
        found.append(two_phase(files(lenient[rows].tolist(), second, N)))
    values = np.array([each.value for each in found])
    truth = careful.mean() / 2
    error = values.std(ddof=1) / len(values) ** 0.5
    assert abs(values.mean() - truth) < 4 * error + 0.002
    assert np.mean([each.raw for each in found]) > truth + 0.05
    held = [abs(each.value - truth) <= 2 * each.standard_error for each in found]
    assert np.mean(held) > 0.9


def test_too_few_re_marked_files_and_impossible_points_are_refused() -> None:
    with pytest.raises(InspectionError, match="stratum S: 2 files were marked again"):
        two_phase(files([2, 1, 0], [2, 1, None]))
    with pytest.raises(InspectionError, match="1 files have more points than are available"):
        two_phase(files([3, 1, 0], [2, 1, 0]))
    with pytest.raises(InspectionError, match="no column again"):
        two_phase(files([2, 1, 0], [2, 1, 0]).drop(columns="again"))


def test_severity_shifts_the_share_by_the_marker_s_own_files_only() -> None:
    rows = files([1, 1, 1, 1], [None] * 4).assign(marker=["AB", "AB", "AB", "CD"])
    assert severity_adjusted(rows, {}) == 0.5
    assert severity_adjusted(rows, {"AB": 20.0}) == pytest.approx(0.5 + 0.2 * 3 / 4)


def twice_marked(first: list[str], second: list[str]) -> Reviews:
    """One question in cases of one stratum; the first ones also have a second marker's answer."""
    blank = dict.fromkeys(twelve_cases.tables()[0][0], "closed")
    rows = [{**blank, "case": f"M{k}", "stratum": "MC", "review_timely": each}
            for k, each in enumerate(first)]  # fmt: skip
    reviews = twelve_cases.reviews_of(rows)
    again = twelve_cases.reviews_of([{**row, "review_timely": each}
                                     for row, each in zip(rows, second, strict=False)])  # fmt: skip
    blind = pd.concat([reviews.marks, again.marks.assign(marker="CD")], ignore_index=True)
    subjects = reviews.subjects.assign(marker="AB")
    return Reviews(subjects, reviews.marks, blind.assign(at="2026-03-01"))


def test_second_marks_of_an_inspection_stand_beside_the_first_ones() -> None:
    reviews = twice_marked(["fm", "pm", "nm", "fm", "fm", "pm"], ["pm", "pm", "nm", "na"])
    sample = twelve_cases.sample_of({f"M{k}": "MC" for k in range(6)}, {"MC": (400, 6)})
    found = {
        each.figure: each for each in second_look(reviews, twelve_cases.question_set(), sample)
    }
    look = found["post_charge"]
    assert look.raw == pytest.approx(8 / 12)
    # where the second marker found nothing to mark the first mark stands: 1, 1, 0, 2 of 2
    again = files([2, 1, 0, 2, 2, 1], [1, 1, 0, 2, None, None], N=400)
    assert look.found == two_phase(again)
    assert look.found is not None and look.found.value < look.raw
    table = seen_again(found.values())
    assert table.iloc[0]["marked twice"] == "4 of 6" and table.iloc[0]["first marks"] == "66.7%"


def test_two_inspectors_are_evened_in_the_middle_between_them() -> None:
    reviews = twice_marked(["fm"] * 8, ["pm"] * 4 + ["nm"] * 4)
    sample = twelve_cases.sample_of({f"M{k}": "MC" for k in range(8)}, {"MC": (400, 8)})
    look = second_look(reviews, twelve_cases.question_set(), sample)[0]
    # full marks by the one, a quarter of the points by the other; 74.4 of 75 points are no chance
    assert look.raw == 1.0 and look.evened == pytest.approx(1 - 0.744 / 2, abs=0.001)


def test_too_few_second_marks_say_so_and_none_at_all_say_nothing() -> None:
    sample = twelve_cases.sample_of({f"M{k}": "MC" for k in range(4)}, {"MC": (400, 4)})
    qs = twelve_cases.question_set()
    look = second_look(twice_marked(["fm", "pm", "nm", "fm"], ["pm", "fm"]), qs, sample)[0]
    assert look.found is None and "2 files were marked again" in look.note
    assert second_look(twice_marked(["fm", "pm", "nm", "fm"], []), qs, sample) == ()
