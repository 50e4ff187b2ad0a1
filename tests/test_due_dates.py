"""Due dates in words: what is read, and what is told as not certain instead of guessed."""

from __future__ import annotations

from datetime import date

import pytest

from inspectkit.findings import read_due

PUBLISHED = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        # the year first
        ("2027/03/01", "2027-03-01", "2027-03-01"),
        ("by 2027-03-01", None, "2027-03-01"),
        ("2027-12", "2027-12-01", "2027-12-31"),
        ("by 2027/12", None, "2027-12-31"),
        ("2027/28", "2027-04-01", "2028-03-31"),
        ("by the end of 2027-28", None, "2028-03-31"),
        ("2027–2028", "2027-04-01", "2028-03-31"),
        ("2012-13", "2012-04-01", "2013-03-31"),
        ("1999/2000", "1999-04-01", "2000-03-31"),
        ("in FY2027/28", "2027-04-01", "2028-03-31"),
        # quarters and seasons
        ("Q4 2026-27", "2027-01-01", "2027-03-31"),
        ("Q1 2027/28", "2027-04-01", "2027-06-30"),
        ("Q4 2011/12", "2012-01-01", "2012-03-31"),
        ("the first quarter of 2027/28", "2027-04-01", "2027-06-30"),
        ("by the end of the last quarter of the financial year 2026/27", None, "2027-03-31"),
        ("Q1 2027", "2027-01-01", "2027-03-31"),
        ("Q1 and Q2 2027/28", "2027-04-01", "2027-09-30"),
        ("Autumn/Winter 2027", "2027-09-01", "2028-02-29"),
        ("winter 2026/27", "2026-12-01", "2027-02-28"),
        # from one to another
        ("from 1 January 2027 to 31 March 2027", "2027-01-01", "2027-03-31"),
        ("1 January 2027 – 31 March 2027", "2027-01-01", "2027-03-31"),
        ("from January 2027 until March 2027", "2027-01-01", "2027-03-31"),
        ("between March and June 2027", "2027-03-01", "2027-06-30"),
        ("January to March 2027", "2027-01-01", "2027-03-31"),
        ("January, February and March 2027", "2027-01-01", "2027-03-31"),
        ("from 1 to 15 March 2027", "2027-03-01", "2027-03-15"),
        ("1–15 March 2027", "2027-03-01", "2027-03-15"),
        ("1 March to 15 June 2027", "2027-03-01", "2027-06-15"),
        ("to begin in March 2027 and be completed by June 2027", "2027-03-01", "2027-06-30"),
        # before, by and the ends of a stretch
        ("before March 2027", None, "2027-02-28"),
        ("before the autumn of 2027", None, "2027-08-31"),
        ("before Monday 1 March 2027", None, "2027-02-28"),
        ("before 2027", None, "2026-12-31"),
        ("before the end of March 2027", None, "2027-03-31"),
        ("on or before 1 March 2027", None, "2027-03-01"),
        ("not after 1 March 2027", None, "2027-03-01"),
        ("by March 2027 or sooner", None, "2027-03-31"),
        ("by the beginning of September 2027", None, "2027-09-01"),
        ("by the start of September 2027", None, "2027-09-01"),
        ("before the start of September 2027", None, "2027-08-31"),
        ("at the start of September 2027", "2027-09-01", "2027-09-30"),
        ("in early March 2027", "2027-03-01", "2027-03-10"),
        # counted from publication
        ("within 28 days", None, "2026-12-21"),
        ("within 6 weeks of this report", None, "2027-01-04"),
        ("within 6 weeks of the publication of the report", None, "2027-01-04"),
        ("within three months of the date of publication, at the latest", None, "2027-02-23"),
        ("three months after publication", "2026-11-23", "2027-02-23"),
        ("ten working days after publication", "2026-11-23", "2026-12-07"),
        # the month that is also a word
        ("may 2027", "2027-05-01", "2027-05-31"),
        ("by May 2027", None, "2027-05-31"),
        ("by the end of May 2027", None, "2027-05-31"),
        ("in April and May 2027", "2027-04-01", "2027-05-31"),
        ("12 Sept. 2027", "2027-09-12", "2027-09-12"),
    ],
)
def test_words_mean_no_other_days_than_they_name(
    written: str, first: str | None, last: str
) -> None:
    due = read_due(written, published=PUBLISHED)
    assert (str(due.first or "None"), str(due.last), due.reason) == (str(first), last, "")


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("2011/12", "a financial year or a month"),
        ("2027/45", "neither a financial year nor a month"),
        ("by 1 March 2027 or 30 days after the guidance", "another step"),
        ("by 1 March 2027 or by 1 June 2027", "a choice"),
        ("within 3 months of publication or by June 2027", "a choice"),
        ("in March or June 2027", "a choice"),
        ("by March 2027 or when the system is in use", "a choice"),
        ("within three months of the new guidance being issued", "another step"),
        ("within 6 weeks of the appointment of a manager", "another step"),
        ("within 6 weeks of the publication of the new guidance", "another step"),
        ("within ten working days of the guidance", "another step"),
        ("immediately after the guidance is issued", "another step"),
        ("before the review in March 2027", "another step"),
        ("within three months of 1 March 2027", "another day"),
        ("two weeks before March 2027", "another day"),
        ("20 March 20277", "no date"),
        ("120 March 2027", "not in the calendar"),
        ("in the decade 2027", "no date"),
        ("we may 2027 times", "no date"),
        ("marching 2027", "no date"),
        ("31/02/2027", "not in the calendar"),
        ("2027/02/30", "not in the calendar"),
        ("by 1 March 2027 and 32 April 2027", "not in the calendar"),
        ("winter/spring 2027", "not in order"),
        ("December to March 2027", "not in order"),
        ("from 1 June 2027 to 31 March 2027", "not in order"),
        ("March 2026/27", "may be a date"),
        ("spring 2026/27", "may be a date"),
        ("in August, assured in autumn 2027", "may be a date"),
        ("the first week of March 2027", "may be a date"),
        ("in the week commencing 1 March 2027", "may be a date"),
        ("the first half of 2027/28", "may be a date"),
    ],
)
def test_words_that_are_not_certain_have_no_day_and_one_plain_reason(
    written: str, reason: str
) -> None:
    due = read_due(written, published=PUBLISHED)
    assert (due.first, due.last) == (None, None)
    assert reason in due.reason


@pytest.mark.parametrize(
    ("written", "first"),
    [
        ("from 1 March 2027", "2027-03-01"),
        ("not before March 2027", "2027-03-01"),
        ("March 2027 onwards", "2027-03-01"),
        ("after March 2027", "2027-04-01"),
        ("on or after 1 March 2027", "2027-03-01"),
        ("from March 2027, with a review in June 2027", "2027-03-01"),
    ],
)
def test_words_that_only_say_when_it_starts_have_no_end(written: str, first: str) -> None:
    due = read_due(written, published=PUBLISHED)
    assert (str(due.first), due.last) == (first, None)
    assert "not its end" in due.reason


def test_a_date_counted_from_another_step_names_that_step_as_it_was_written() -> None:
    due = read_due("Within three months of the new Guidance being issued.", published=PUBLISHED)
    assert due.after == "the new Guidance being issued"


def test_a_count_without_the_day_of_publication_says_what_is_missing() -> None:
    assert "publication" in read_due("within three months").reason


@pytest.mark.parametrize(
    "written", ["", "or", "by", "may", "to 2027", "20/20/20/2027", "\ue000", "\ue000 March 2027"]
)
def test_odd_words_are_no_error(written: str) -> None:
    assert read_due(written, published=PUBLISHED).written == written
