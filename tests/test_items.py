"""Items within a file: found, asked one by one, settled, scored; the file is their cluster."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest
from ipywidgets import HBox, VBox

from inspectkit.assessment import estimate, score
from inspectkit.assessment.agreement import agree
from inspectkit.demo import build
from inspectkit.errors import InspectionError
from inspectkit.inspection import Inspection
from inspectkit.questions import QuestionSet
from inspectkit.review import Mark, Store
from inspectkit.review.moderation import adjudicate, disagreement_table, to_settle
from inspectkit.review.signing import unfinished
from inspectkit.sampling import draw
from inspectkit.widgets.marking import mark
from inspectkit.widgets.marking.plain import PlainForm
from inspectkit.widgets.moderating.matters import matters
from tests.small import make

SPECIMEN = """\
id: letters
revision: 1
label: Letters
source: written for the tests
verified: false
casework_types:
  - {id: MC, label: Magistrates' court}
  - {id: CC, label: Crown Court}
  - {id: RASSO, label: RASSO}
items: [{id: letter, label: Letter, named_by: date}]
scales:
  - id: met
    label: Met
    answers: [{id: fm, label: Met, points: 1}, {id: nm, label: Not met, points: 0},
      {id: na, label: Not applicable, excluded: true}]
themes: [{id: letters, label: Letters}, {id: file, label: The file}]
questions:
  - id: due_on
    text: When was it due?
    type: date
    page: file
  - id: sent_on
    text: When was it sent?
    type: date
    page: letters
    item: letter
    must: [{that: "${sent_on} >= ${due_on}", message: Not before it was due}]
  - id: days
    text: Working days
    type: calculated
    calculate: working-days-between(${due_on}, ${sent_on})
    page: letters
    item: letter
  - id: timely
    text: Was it in time?
    scale: met
    themes: [letters]
    item: letter
    suggest: if(${days} <= 5, 'fm', 'nm')
  - id: why
    text: Why was it late?
    type: text
    page: letters
    item: letter
    applies_when: ${timely} = 'nm'
"""


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store in which marking can begin, to be copied."""
    folder = tmp_path_factory.mktemp("items")
    inspection = make(folder / "inspection", MC=4, CC=3, RASSO=2)
    path = folder / "question_set.yaml"
    path.write_text(SPECIMEN, encoding="utf-8")
    made = Store(folder / "inspection.db")
    made.start(draw(inspection.frame, inspection.design, seed="1"), QuestionSet.load(path))
    made.close()
    return made.path


@pytest.fixture
def store(begun: Path, tmp_path: Path) -> Store:
    return Store(shutil.copyfile(begun, tmp_path / "inspection.db"))


@pytest.fixture
def case(store: Store) -> str:
    """A case whose letters were due on 4 November 2024."""
    subject = str(store.sample().drawn["id"].iloc[0])
    store.answer(subject, "due_on", "2024-11-04", marker="AB")
    return subject


def letter(
    store: Store, case: str, sent: str, timely: str, why: str = "", marker: str = "AB"
) -> str:
    """One more letter in the case, answered in full; its number."""
    item = store.add_item(case, "letter", marker=marker, named=f"of {sent}")
    given = {"sent_on": sent, "timely": timely} | ({"why": why} if why else {})
    for question, answer in given.items():
        store.answer(case, question, answer, marker=marker, item=item)
    return item


def marks_of(store: Store, case: str) -> pd.DataFrame:
    marks = store.reviews().marks
    return marks[marks["subject"] == case].reset_index(drop=True)


def test_items_are_numbered_in_the_order_of_the_file_and_asked_one_by_one(
    store: Store, case: str
) -> None:
    assert [
        letter(store, case, "2024-11-05", "fm"),
        store.add_item(case, "letter", marker="AB"),
    ] == [*("1", "2")]
    state = store.case(case, "AB")
    assert (state.items["1"].named, state.items["1"].kind) == ("of 2024-11-05", "letter")
    assert set(state.states) == {"due_on"}
    assert state.items["1"].complete and state.items["1"].values["days"] == "1"
    assert state.items["2"].waiting == ("sent_on", "timely") and not state.complete
    assert state.items["2"].values["due_on"] == "2024-11-04"


def test_what_an_item_must_meet_and_what_is_proposed_rests_on_the_case_above_it(
    store: Store, case: str
) -> None:
    item = store.add_item(case, "letter", marker="AB")
    with pytest.raises(InspectionError, match="item 1, question sent_on: Not before it was due"):
        store.answer(case, "sent_on", "2024-11-01", marker="AB", item=item)
    store.answer(case, "sent_on", "2024-11-29", marker="AB", item=item)
    with pytest.raises(InspectionError, match="'Not met' was proposed"):
        store.answer(case, "timely", "fm", marker="AB", item=item)
    store.answer(case, "due_on", "2024-11-28", marker="AB", expected=1)
    store.answer(case, "timely", "fm", marker="AB", item=item)
    assert store.case(case, item=item).values["days"] == "1"


def test_only_the_last_item_can_be_taken_back_and_only_before_it_is_answered(
    store: Store, case: str
) -> None:
    first, second = (store.add_item(case, "letter", marker="AB") for _ in range(2))
    with pytest.raises(InspectionError, match="item 1: others come after it"):
        store.take_back_item(case, first, marker="AB")
    store.take_back_item(case, second, marker="AB")
    assert store.add_item(case, "letter", marker="AB", named="again") == second
    store.answer(case, "sent_on", "2024-11-05", marker="AB", item=second)
    with pytest.raises(InspectionError, match="item 2: it holds answers"):
        store.take_back_item(case, second, marker="AB")
    assert list(store.case(case, "AB").items) == ["1", "2"]


def test_that_there_is_none_is_said_never_concluded_from_silence(store: Store, case: str) -> None:
    with pytest.raises(InspectionError, match="nothing is said .1.: letter"):
        store.submit(case, marker="AB")
    assert set(marks_of(store, case).query("question != 'due_on'")["state"]) == {"unanswered"}
    store.no_items(case, "letter", marker="AB")
    assert set(marks_of(store, case).query("question != 'due_on'")["state"]) == {"closed"}
    store.submit(case, marker="AB")
    with pytest.raises(InspectionError, match="it has been submitted"):
        store.add_item(case, "letter", marker="AB")


def test_an_item_found_after_all_takes_the_word_none_away(store: Store, case: str) -> None:
    store.no_items(case, "letter", marker="AB")
    item = store.add_item(case, "letter", marker="AB")
    with pytest.raises(InspectionError, match="items of the kind letter were found"):
        store.no_items(case, "letter", marker="AB")
    store.take_back_item(case, item, marker="AB")
    assert store.case(case, "AB").none == {"letter"}


REFUSED: dict[str, tuple[Callable[[Store, str], object], str]] = {
    "kind": (lambda s, c: s.add_item(c, "leter", marker="AB"), "'leter' is no kind.* letter"),
    "item": (lambda s, c: s.answer(c, "sent_on", "2024-11-05", marker="AB", item="1"), "no item 1"),
    "level": (lambda s, c: s.answer(c, "sent_on", "2024-11-05", marker="AB"), "does not apply"),
    "nobody": (lambda s, c: s.add_item(c, "letter", marker=" "), "nobody is named"),
    "other": (lambda s, c: s.add_item(c, "letter", marker="CD"), "being marked by AB"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_is_refused_and_changes_nothing(store: Store, case: str, name: str) -> None:
    act, message = REFUSED[name]
    before = len(store.events())
    with pytest.raises(InspectionError, match=message):
        act(store, case)
    assert len(store.events()) == before


def test_the_same_item_sent_twice_is_one_item(store: Store, case: str) -> None:
    numbers = {store.add_item(case, "letter", marker="AB", key="k") for _ in range(2)}
    assert numbers == {"1"} and list(store.case(case, "AB").items) == ["1"]


def test_items_are_reviewed_one_by_one_and_calculated_values_with_them(
    store: Store, case: str
) -> None:
    letter(store, case, "2024-11-05", "fm")
    letter(store, case, "2024-11-29", "nm", "Nobody looked")
    marks = marks_of(store, case)
    found = {(row.item, row.question): (row.state, row.answer) for row in marks.itertuples()}
    assert found == {
        ("", "due_on"): ("answered", "2024-11-04"),
        ("1", "sent_on"): ("answered", "2024-11-05"),
        ("1", "days"): ("answered", "1"),
        ("1", "timely"): ("answered", "fm"),
        ("1", "why"): ("closed", ""),
        ("2", "sent_on"): ("answered", "2024-11-29"),
        ("2", "days"): ("answered", "19"),
        ("2", "timely"): ("answered", "nm"),
        ("2", "why"): ("answered", "Nobody looked"),
    }
    untouched = store.reviews().marks.query("subject != @case")
    assert set(untouched["state"]) == {"not examined"} and set(untouched["item"]) == {""}


def test_a_theme_is_a_ratio_of_sums_over_items_and_the_file_is_their_cluster(store: Store) -> None:
    # 9 files; the Magistrates' ones hold 3, 1, 0 and 1 letters, of which 2, 0 and 1 were in time.
    drawn = store.sample().drawn
    files = {"MC": [(3, 2), (1, 0), (0, 0), (1, 1)], "CC": [(1, 1)] * 3, "RASSO": [(2, 1)] * 2}
    for stratum, held in files.items():
        cases = drawn[drawn["stratum"] == stratum]["id"]
        for subject, (letters, timely) in zip(cases, held, strict=True):
            items = [store.add_item(subject, "letter", marker="AB") for _ in range(letters)]
            marks = [Mark("due_on", "2024-11-04")]
            for place, item in enumerate(items):
                good = place < timely
                marks += [Mark("sent_on", "2024-11-05" if good else "2024-11-29", item=item),
                          Mark("timely", "fm" if good else "nm", item=item)]  # fmt: skip
                marks += [] if good else [Mark("why", "Nobody looked", item=item)]
            store.answer_all(subject, marks, marker="AB")
            if not letters:
                store.no_items(subject, "letter", marker="AB")
            store.submit(subject, marker="AB")
    scores = score(store.reviews(), store.question_set())
    found = scores.table().query("figure == 'letters'").set_index("domain")
    assert (found.loc["MC", "points"], found.loc["MC", "available"]) == (3, 5)
    assert (found.loc["MC", "share"], found.loc["MC", "cases"]) == (Fraction(3, 5), 3)
    assert scores.cases().query("figure == 'letters'")["settled"].all()
    row = estimate(scores, store.sample()).row("letters", "MC")
    assert row.value == Fraction(3, 5) and row.n == 3
    # The variance is that of a ratio of the files' totals (W. G. Cochran, Sampling Techniques, 3rd
    # ed., 1977, section 6.4, with the finite population correction), not that of 5 letters.
    N, y, x = 30, [2, 0, 0, 1], [3, 1, 0, 1]
    residuals = [Fraction(a) - Fraction(3, 5) * b for a, b in zip(y, x, strict=True)]
    spread = sum(each**2 for each in residuals) / 3
    mean = Fraction(sum(x), 4)
    assert row.variance == pytest.approx(float((1 - Fraction(4, N)) * spread / 4 / mean**2))


def test_what_two_markers_say_of_an_item_is_settled_item_by_item(store: Store, case: str) -> None:
    for marker, part in (("AB", "first"), ("CD", "second")):
        store.record("allocate", {"part": part}, by="LEAD", subject=case, marker=marker)
    store.answer(case, "due_on", "2024-11-04", marker="CD")
    letter(store, case, "2024-11-05", "fm")
    letter(store, case, "2024-11-06", "fm")
    letter(store, case, "2024-11-05", "fm", marker="CD")
    item = letter(store, case, "2024-11-29", "nm", "Nobody looked", marker="CD")
    letter(store, case, "2024-11-05", "fm", marker="CD")  # which AB did not find
    for marker in ("AB", "CD"):
        store.submit(case, marker=marker)
    table = disagreement_table(store)
    assert set(zip(table["item"], table["question"], strict=True)) == {
        *(("2", each) for each in ("sent_on", "timely", "why")),
        *(("3", each) for each in ("sent_on", "timely")),  # nothing of it was found by AB
    }
    states = marks_of(store, case).set_index(["item", "question"])["state"]
    assert states["1", "timely"] == "answered" and states["2", "timely"] == "unsettled"
    assert states["3", "timely"] == "unsettled"
    for question, answer in (("sent_on", "2024-11-29"), ("timely", "nm"), ("why", "Nobody looked")):
        adjudicate(store, case, question, answer, reason="The stamp says so", by="L", item=item)
    marks = marks_of(store, case).set_index(["item", "question"])
    assert marks.loc[("2", "timely"), "answer"] == "nm"
    assert marks.loc[("2", "days"), "answer"] == "19"
    with pytest.raises(InspectionError, match="item 1, question timely: its marks do not differ"):
        adjudicate(store, case, "timely", "nm", reason="x", by="L", item="1")
    found = agree(store.reviews()).row("theme", "letters", "applicability")
    assert found.pairs == 2 and found.cases == 1


def test_letters_found_in_another_order_are_told_to_the_moderator_and_in_agreement(
    store: Store, case: str
) -> None:
    for marker, part in (("AB", "first"), ("CD", "second")):
        store.record("allocate", {"part": part}, by="LEAD", subject=case, marker=marker)
    store.answer(case, "due_on", "2024-11-04", marker="CD")
    for marker, days in (("AB", "567"), ("CD", "576")):
        for day in days:
            letter(store, case, f"2024-11-0{day}", "fm", marker=marker)
        store.submit(case, marker=marker)
    assert {(each.item, each.apart) for each in to_settle(store)} == {("2", True), ("3", True)}
    assert disagreement_table(store)["named"].tolist()[:2] == ["of 2024-11-06", "of 2024-11-07"]
    reviews = store.reviews()
    said = "AB: of 2024-11-06; CD: of 2024-11-07"
    assert reviews.named_apart.iloc[0].tolist() == [case, "2", said]
    row = agree(reviews).row("theme", "letters")
    assert row.apart == 2
    assert "items are matched by number, and 2 of them are named differently" in row.note
    assert agree(reviews).row("question", "due_on", "applicability").apart == 0
    shown = matters(store, "LE")["disagreements"][0]
    assert shown["apart"] and shown["marks"][1]["named"] == "of 2024-11-07"


def test_an_item_without_a_name_and_one_that_nobody_else_found_are_not_named_apart(
    store: Store, case: str
) -> None:
    for marker, part in (("AB", "first"), ("CD", "second")):
        store.record("allocate", {"part": part}, by="LEAD", subject=case, marker=marker)
    store.answer(case, "due_on", "2024-11-04", marker="CD")
    letter(store, case, "2024-11-05", "fm")
    letter(store, case, "2024-11-06", "fm")
    letter(store, case, "2024-11-05", "fm", marker="CD")
    store.name_item(case, "1", "", marker="CD")
    for marker in ("AB", "CD"):
        store.submit(case, marker=marker)
    assert store.reviews().named_apart.empty
    assert not any(each.apart for each in to_settle(store))


def test_the_plain_form_and_the_desk_take_items_too(store: Store, case: str) -> None:
    form = mark(store, inspector="AB", subject=case, plain=True)
    assert isinstance(form, PlainForm)

    def press(text: str) -> None:
        boxes = [each for each in form.children if isinstance(each, VBox)]
        rows = [row for box in boxes for row in box.children if isinstance(row, HBox)]
        [found] = [each for row in rows for each in row.children if each.description == text]
        found.click()

    for text in ("There is none", "Add", "Add", "Take back 2"):
        press(text)
    assert list(store.case(case, "AB").items) == ["1"]
    sent = {"answer": "2024-11-05", "evidence": "", "expected": 0, "key": "k"}
    request = {"id": 1, "kind": "answer", "subject": case, "question": "sent_on@1", **sent}
    reply = form.desk.reply(request)
    assert reply["ok"] and "timely@1" in reply["state"]["open"]
    file = form.desk.reply({"id": 2, "kind": "open", "subject": case})
    assert file["answers"]["sent_on@1"]["answer"] == "2024-11-05"
    days = next(each for each in file["questions"] if each["id"] == "days@1")
    assert days["calculate"][2:] == [["name", "due_on"], ["name", "sent_on@1"]]
    said = {"name": "query", "content": {"text": "Is it?"}, "question": "timely@1", "key": "q"}
    told = form.desk.reply({"id": 3, "kind": "beside", "subject": case, **said})
    assert told["beside"]["queries"][0]["question"] == "timely@1"


def test_a_demonstration_of_files_with_items_goes_from_list_to_report(
    tmp_path: Path, full: bool
) -> None:
    asked = {"question_set": "defence-correspondence", "to": ("html",) if full else ()}
    made = build(tmp_path / "demo", cases=1_000, **asked)
    inspection = Inspection.open(made["folder"])
    assert unfinished(inspection.store)["what"].tolist() == ["not submitted"]  # the spare case
    assert agree(inspection.reviews).row("all", "").cases > 5  # one file in six
    marks = inspection.reviews.marks
    items = marks[marks["item"] != ""].groupby("subject")["item"].nunique()
    assert items.max() == 3 and len(items) < len(inspection.sample.drawn)  # some files hold none
    row = inspection.estimates.row("reply_timely", "CC")
    told = marks[(marks["question"] == "reply_timely") & (marks["state"] == "answered")]
    assert row.value is not None and 0 < row.value < 1 and row.n < len(told)
    assert inspection.ratings.row("receipt", "all").band is not None
    if not full:
        return
    [page] = [each.read_text("utf-8") for each in made["folder"].rglob("report*.html")]
    assert "Was the reply" in page and "SIMULATED" in page
