"""The store: what is saved is there, nothing is overwritten, nothing is merged in silence."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from inspectkit.errors import InspectionError
from inspectkit.questions import QuestionSet
from inspectkit.review import Mark, Store
from tests.marking import RULED, SEEN, marked_store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return marked_store(tmp_path)


@pytest.fixture
def case(store: Store) -> str:
    return str(store.sample().drawn["id"].iloc[0])


def test_a_question_opens_and_closes_with_the_answers_before_it(store: Store, case: str) -> None:
    assert store.case(case).open == ("first",)
    store.answer(case, "first", "nm", evidence=SEEN, marker="AB")
    assert store.case(case).open == ("first", "second")
    store.answer(case, "second", "no", marker="AB")
    store.answer(case, "first", "fm", marker="AB", expected=1)
    state = store.case(case)
    assert state.states == {"first": "answered", "second": "closed"}
    assert state.answers["second"].answer == "no"
    assert state.complete


def test_marks_survive_closing_and_a_submitted_case_is_frozen(store: Store, case: str) -> None:
    store.answer(case, "first", "na", marker="AB")
    store.submit(case, marker="AB")
    store.close()
    again = Store(store.path)
    assert again.case(case).status == "submitted"
    assert again.case(case).states == {"first": "na", "second": "closed"}
    with pytest.raises(InspectionError, match="it has been submitted"):
        again.answer(case, "first", "fm", marker="AB", expected=1)
    with pytest.raises(InspectionError, match="it has been submitted"):
        again.submit(case, marker="AB")


def test_the_same_save_sent_three_times_is_one(store: Store, case: str) -> None:
    saves = [store.answer(case, "first", "fm", marker="AB", key="k") for _ in range(3)]
    assert [save.already for save in saves] == [False, True, True]
    assert {save.version for save in saves} == {1}
    with pytest.raises(InspectionError, match="key was used for another answer"):
        store.answer(case, "first", "na", marker="AB", key="k")


def test_an_older_version_does_not_overwrite_a_newer_one(store: Store, case: str) -> None:
    store.answer(case, "first", "fm", marker="AB")
    store.answer(case, "first", "na", marker="AB", expected=1)
    with pytest.raises(InspectionError, match="somebody saved another answer meanwhile"):
        store.answer(case, "first", "fm", marker="AB", expected=1)


def test_of_two_writers_at_once_one_wins_each_time(store: Store, full: bool) -> None:
    subjects = list(store.sample().drawn["id"])
    others = [Store(store.path) for _ in range(2)]
    for round in range(1000 if full else 40):
        subject = subjects[round % len(subjects)]
        version = round // len(subjects)
        outcomes: list[str] = []

        def save(each: Store, subject: str = subject, version: int = version) -> None:
            try:
                each.answer(subject, "first", "fm", marker="AB", expected=version)
                outcomes.append("saved")  # noqa: B023
            except InspectionError:
                outcomes.append("refused")  # noqa: B023

        threads = [threading.Thread(target=save, args=(each,)) for each in others]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes) == ["refused", "saved"]


def test_another_marker_is_told_whose_case_it_is(store: Store, case: str) -> None:
    store.answer(case, "first", "fm", marker="AB")
    with pytest.raises(InspectionError, match="being marked by AB"):
        store.answer(case, "first", "fm", marker="CD", expected=1)
    assert case not in set(store.cases("CD")["subject"])


@pytest.mark.parametrize(
    ("question", "answer", "evidence", "message"),
    [
        ("frist", "fm", "", r"no question 'frist'.*mean first\?"),
        ("first", "xx", "", "'xx' is no answer of it. Choose from fm, nm, na"),
        ("first", "nm", "", "'Not met' needs a reason of at least 10 characters"),
        ("first", "nm", "   short   ", "needs a reason"),
        ("second", "no", "", "does not apply to this case now"),
    ],
)
def test_an_answer_that_may_not_be_given_is_refused_and_changes_nothing(
    store: Store, case: str, question: str, answer: str, evidence: str, message: str
) -> None:
    before = store.reviews().digest
    with pytest.raises(InspectionError, match=message):
        store.answer(case, question, answer, evidence=evidence, marker="AB")
    assert store.reviews().digest == before


def test_a_case_outside_the_sample_cannot_be_marked(store: Store) -> None:
    reserve = store.sample().table().query("role == 'reserve'")["id"].iloc[0]
    for subject in (reserve, "52ZZ"):
        with pytest.raises(InspectionError, match="it is not in the sample"):
            store.answer(str(subject), "first", "fm", marker="AB")


def test_a_case_with_open_questions_cannot_be_submitted(store: Store, case: str) -> None:
    with pytest.raises(InspectionError, match=r"unanswered \(1\): first"):
        store.submit(case, marker="AB")


def test_an_answer_may_be_saved_before_its_evidence_and_only_the_submit_is_refused(
    store: Store, case: str
) -> None:
    store.answer(case, "first", "nm", marker="AB", evidence_follows=True)
    store.answer(case, "second", "no", marker="AB")
    state = store.case(case)
    assert (state.states["first"], state.unexplained, state.complete) == (
        "answered",
        ("first",),
        False,
    )
    with pytest.raises(InspectionError, match=r"answers still without their evidence \(1\): first"):
        store.submit(case, marker="AB")
    store.answer(case, "first", "nm", evidence=SEEN, marker="AB", expected=1)
    assert store.case(case).complete
    store.submit(case, marker="AB")


def test_a_whole_case_is_appended_or_nothing(store: Store, case: str) -> None:
    marks = [Mark("first", "nm", SEEN), Mark("second", "never")]
    with pytest.raises(InspectionError, match="'never' is no answer"):
        store.answer_all(case, marks, marker="AB")
    assert store.case(case).status == "not started"


def test_absent_has_its_own_name_in_the_reviews(store: Store) -> None:
    subjects = list(store.sample().drawn["id"])
    store.answer(subjects[0], "first", "nm", evidence=SEEN, marker="AB")
    store.answer(subjects[1], "first", "na", marker="AB")
    marks = store.reviews().marks.set_index(["subject", "question"])["state"]
    assert marks[subjects[0], "second"] == "unanswered"
    assert marks[subjects[1], "first"] == "na"
    assert marks[subjects[1], "second"] == "closed"
    assert marks[subjects[2], "first"] == "not examined"


def test_events_cannot_be_changed_or_removed(store: Store, case: str) -> None:
    store.answer(case, "first", "fm", marker="AB")
    connection = sqlite3.connect(store.path)
    for statement in ("UPDATE events SET body='{}'", "DELETE FROM events"):
        with pytest.raises(sqlite3.IntegrityError, match="never changed or removed"):
            connection.execute(statement)
    connection.close()


def test_a_store_keeps_to_its_sample_and_question_set(store: Store, tmp_path: Path) -> None:
    store.start(store.sample(), store.question_set())
    other = tmp_path / "other.yaml"
    other.write_text(RULED.replace("Was it right?", "Was it?"), encoding="utf-8")
    with pytest.raises(InspectionError, match="another question set"):
        store.start(store.sample(), QuestionSet.load(other))


def test_an_empty_or_foreign_file_is_never_taken_as_a_store(tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch()
    with pytest.raises(InspectionError, match="the file is empty"):
        Store(tmp_path / "empty.db")
    (tmp_path / "text.db").write_text("not a database at all" * 99, encoding="utf-8")
    with pytest.raises(InspectionError, match="no inspectkit store"):
        Store(tmp_path / "text.db")
    foreign = sqlite3.connect(tmp_path / "foreign.db")
    foreign.execute("CREATE TABLE t (x)")
    foreign.close()
    with pytest.raises(InspectionError, match="no inspectkit store"):
        Store(tmp_path / "foreign.db")


def test_a_newer_store_is_refused_with_both_versions(store: Store) -> None:
    store.close()
    connection = sqlite3.connect(store.path)
    connection.execute("PRAGMA user_version=99")
    connection.close()
    with pytest.raises(InspectionError, match="version 99, this program knows 2"):
        Store(store.path)


KILLED = """
import sys
from inspectkit.review import Store
store = Store(sys.argv[1])
for version in range(10_000):
    store.answer(sys.argv[2], "first", "fm", marker="AB", expected=version)
    print(version + 1, flush=True)
"""


def test_no_acknowledged_answer_is_lost_when_the_writer_is_killed(
    store: Store, case: str, full: bool
) -> None:
    reached = 0
    for _ in range(10 if full else 3):
        script = KILLED.replace("range(10_000)", f"range({reached}, 10_000)")
        writer = subprocess.Popen(
            [sys.executable, "-c", script, str(store.path), case],
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parent.parent,
        )
        assert writer.stdout is not None
        acknowledged = [int(writer.stdout.readline()) for _ in range(7)]
        writer.kill()
        acknowledged += [
            int(line) for line in writer.stdout.read().splitlines(True) if "\n" in line
        ]
        writer.wait()
        writer.stdout.close()
        reached = store.case(case).answers["first"].version
        assert reached >= acknowledged[-1]
