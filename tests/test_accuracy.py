"""Factual accuracy: sheets out, challenges back, decided by others, drafts compared."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import docx
import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from inspectkit.cli import app
from inspectkit.errors import InspectionError
from inspectkit.exhibits.returned_word import read_word
from inspectkit.findings.accuracy import Challenged, Changes
from inspectkit.findings.accuracy.challenges import receive
from inspectkit.findings.accuracy.deciding import decide
from inspectkit.findings.accuracy.drafts import Draft, draft, draft_of
from inspectkit.findings.accuracy.effects import effect
from inspectkit.findings.accuracy.sheets import (
    FILL,
    answers_workbook,
    case_workbook,
    paragraphs_workbook,
    read_challenges,
)
from inspectkit.inspection import SIMULATED, Inspection
from inspectkit.report.draft import blocks, drafted, written
from tests import report_specimen
from tests.once import Once
from tests.report_specimen import SECRET

DAY = date(2026, 12, 1)


@pytest.fixture(scope="module")
def made(once: Once, tmp_path_factory: pytest.TempPathFactory) -> Inspection:
    place = tmp_path_factory.mktemp("accuracy") / "area"
    return report_specimen.copy(once, report_specimen.answered, place)


@pytest.fixture
def insp(made: Inspection, tmp_path: Path) -> Inspection:
    """The inspection with a store of its own, as it was before any challenge."""
    folder = tmp_path / "area"
    folder.mkdir()
    for each in made.folder.iterdir():
        target = folder / each.name
        if each.is_dir():
            target.symlink_to(each, target_is_directory=True)
        elif not each.name.endswith(("-shm", ".lock")):
            target.write_bytes(each.read_bytes())
    return Inspection.open(folder)


def failing(insp: Inspection, n: int = 0) -> tuple[str, str]:
    """A case and a question that counts to disclosure and was not fully met in it."""
    questions = insp.scores.figure("disclosure").questions
    marks = insp.reviews.marks
    rows = marks[marks["question"].isin(questions) & (marks["answer"] == "nm")]
    row = rows.iloc[n]
    return str(row["subject"]), str(row["question"])


def raised(insp: Inspection, subject: str, question: str, **more: Any) -> int:
    told = {"sort": "accuracy", "text": "It was done.", "subject": subject, "question": question,
            "evidence": "Document 12", "received": DAY}  # fmt: skip
    return receive(insp.store, [told | more], by="AB")[0].number


def filled(path: Path, sheet: str, rows: Mapping[int, tuple[Any, ...]]) -> None:
    """Fill the cells to fill in of rows counted from the head; values in the order of FILL."""
    book = load_workbook(path)
    lines = list(book[sheet].iter_rows())
    start = next(n for n, line in enumerate(lines) if FILL[0] in [cell.value for cell in line])
    column = [cell.value for cell in lines[start]].index(FILL[0])
    for row, values in rows.items():
        for step, value in enumerate(values):
            lines[start + row][column + step].value = value
    book.save(path)


# --- what goes out -------------------------------------------------------------------------------


def test_a_sheet_for_each_case_has_answers_evidence_and_a_coded_marker(
    made: Inspection, tmp_path: Path
) -> None:
    path = tmp_path / "cases.xlsx"
    path.write_bytes(case_workbook(made.title, made.reviews, made.question_set))
    book = load_workbook(path)
    submitted = made.reviews.subjects.query("status == 'submitted'")
    assert len(book.sheetnames) == 1 + len(submitted)
    said = [str(c.value) for page in book for row in page.iter_rows() for c in row if c.value]
    assert set(submitted["subject"]) <= set(said) and SECRET in said
    assert "M1" in said and not any(SIMULATED in each for each in said)
    assert not any(c.data_type == "f" for page in book for row in page.iter_rows() for c in row)
    assert all(page.freeze_panes for page in book)


def test_the_workbook_to_challenge_with_offers_the_kinds_and_hides_its_base(
    made: Inspection, tmp_path: Path
) -> None:
    path = tmp_path / "challenge.xlsx"
    content = answers_workbook(made.title, made.reviews, made.question_set)
    assert content == answers_workbook(made.title, made.reviews, made.question_set)
    path.write_bytes(content)
    book = load_workbook(path)
    page = book["Answers"]
    (rule,) = page.data_validations.dataValidation
    assert rule.formula1 == '"Typing error,Accuracy,Omission"'
    assert page.freeze_panes and page.auto_filter.ref
    assert book["Base"].sheet_state == "hidden"


# --- what comes back -----------------------------------------------------------------------------


@pytest.fixture
def sent(made: Inspection, tmp_path: Path) -> Path:
    path = tmp_path / "challenge.xlsx"
    path.write_bytes(answers_workbook(made.title, made.reviews, made.question_set))
    return path


def read(path: Path, insp: Inspection) -> list[dict[str, object]]:
    return read_challenges(path, insp.reviews, {}, received=DAY, sender="The body")


def test_untouched_rows_challenge_nothing_and_filled_ones_come_back(
    sent: Path, made: Inspection
) -> None:
    assert read(sent, made) == []
    filled(sent, "Answers", {2: ("Accuracy", "It was met.", "Fully met", "Document 12")})
    (found,) = read(sent, made)
    assert (found["sort"], found["text"], found["evidence"]) == (
        "accuracy", "It was met.", "Document 12")  # fmt: skip
    assert found["subject"] == made.reviews.subjects["subject"].iloc[0]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ((None, "It was met."), "no kind is chosen"),
        (("Acuracy", "x"), "Did you mean Accuracy?"),
        (("Accuracy", None, "Fully met"), "does not say what is wrong"),
        (("Accuracy", "=1+1"), "it holds a formula"),
    ],
)
def test_a_row_at_fault_is_told_by_its_place(
    sent: Path, made: Inspection, values: tuple[Any, ...], words: str
) -> None:
    filled(sent, "Answers", {1: values})
    with pytest.raises(InspectionError) as refused:
        read(sent, made)
    assert words in str(refused.value) and "sheet Answers" in str(refused.value)


def test_an_answer_changed_meanwhile_refuses_the_workbook(sent: Path, insp: Inspection) -> None:
    subject, question = failing(insp)
    decide(insp.store, raised(insp, subject, question), "accepted", reason="Seen",
           by="CD", answers={question: "fm"})  # fmt: skip
    rows = list(load_workbook(sent)["Answers"].iter_rows(values_only=True))
    start = next(n for n, row in enumerate(rows) if row[0] == "Case")
    place = next(n for n, row in enumerate(rows) if row[:3:2] == (subject, question)) - start
    filled(sent, "Answers", {place: ("Accuracy", "It was met.")})
    with pytest.raises(InspectionError, match="the answer is another one by now"):
        read(sent, Inspection.open(insp.folder))


# --- paragraphs of a draft -----------------------------------------------------------------------

PARAGRAPHS = [("1.1", "Letters are late."), ("1.4", "A line,\n  and \x0b another. "),
              ("S1", "All is fair."), ("Recommendation 1", "Check letters.")]  # fmt: skip


@pytest.fixture
def drafts(made: Inspection, tmp_path: Path) -> dict[int, Draft]:
    """The draft of which draft.xlsx went out."""
    held = draft_of(1, made.figures, PARAGRAPHS)
    (tmp_path / "draft.xlsx").write_bytes(paragraphs_workbook(made.title, held))
    return {1: held}


def typed(path: Path, row: int, *cells: str | None) -> None:
    """Type paragraph, text and what is to be filled in into a row counted from the head."""
    book = load_workbook(path)
    lines = list(book["Paragraphs"].iter_rows())
    start = next(n for n, line in enumerate(lines) if line[0].value == "Paragraph")
    for cell, value in zip(lines[start + row], cells, strict=False):
        cell.value = value
    book.save(path)


def paragraphs(path: Path, insp: Inspection, drafts: Mapping[int, Draft]) -> list[Any]:
    return read_challenges(path, insp.reviews, drafts, received=DAY, sender="The body")


@pytest.mark.parametrize(
    ("typed_in", "hint"),
    [
        ("9.9", ""),
        (
            "1,4",
            "Did you mean 1.4?",
        ),
        (
            "1.1 and 1.2",
            "Did you mean 1.1?",
        ),
        ("S 1", "Did you mean S1?"),
    ],
)
def test_a_paragraph_that_the_draft_does_not_have_is_refused_with_the_nearest(
    made: Inspection, tmp_path: Path, drafts: dict[int, Draft], typed_in: str, hint: str
) -> None:
    typed(tmp_path / "draft.xlsx", 5, typed_in, None, "Accuracy", "It is not so.")
    with pytest.raises(InspectionError) as refused:
        paragraphs(tmp_path / "draft.xlsx", made, drafts)
    said = str(refused.value)
    assert said.startswith("sheet Paragraphs, row ")
    assert f": draft 1 has no paragraph {typed_in!r}. Name one a row as the draft has it" in said
    assert said.endswith(f"left out. {hint}" if hint else "left out.")


@pytest.mark.parametrize("kind", ["Accuracy", None])
def test_a_sent_text_that_was_overwritten_is_refused_and_every_row_told(
    made: Inspection, tmp_path: Path, drafts: dict[int, Draft], kind: str | None
) -> None:
    path = tmp_path / "draft.xlsx"
    for row, place in ((1, "1.1"), (3, "S1")):
        typed(path, row, place, "Nothing is late.", kind, kind and "It is not so.")
    with pytest.raises(InspectionError) as refused:
        paragraphs(path, made, drafts)
    said = str(refused.value)
    assert said.count("is not the text that was sent. Put it back, and write yours under") == 2
    assert "what stands beside 1.1" in said and "what stands beside S1" in said


def test_rows_put_in_for_a_paragraph_or_for_what_was_left_out_are_taken(
    made: Inspection, tmp_path: Path, drafts: dict[int, Draft]
) -> None:
    path = tmp_path / "draft.xlsx"
    typed(path, 2, *PARAGRAPHS[1][:1], "A line, and another.", "Accuracy", "One alone.")
    typed(path, 5, "recommendation 1", None, "Typing error", "Letter.")
    typed(path, 6, "1.1", PARAGRAPHS[0][1], "Accuracy", "Not all.")
    typed(path, 7, None, None, "Omission", "We were short of staff.")
    typed(path, 8, "Sent by J. Smith")
    places = [each["place"] for each in paragraphs(path, made, drafts)]
    assert places == ["1.4", "Recommendation 1", "1.1", "left out of the draft"]


def test_a_text_beside_no_paragraph_is_told_and_not_dropped(
    made: Inspection, tmp_path: Path, drafts: dict[int, Draft]
) -> None:
    typed(tmp_path / "draft.xlsx", 5, None, "We were short of staff.", "Omission", "It is missing.")
    with pytest.raises(InspectionError, match="a text, but no paragraph it belongs to"):
        paragraphs(tmp_path / "draft.xlsx", made, drafts)


def test_a_draft_of_another_inspection_with_the_same_number_is_refused(
    made: Inspection, tmp_path: Path, drafts: dict[int, Draft]
) -> None:
    path = tmp_path / "draft.xlsx"
    typed(path, 1, *PARAGRAPHS[0], "Accuracy", "Not all.")
    theirs = draft_of(1, made.figures, [("1.1", "Other."), *PARAGRAPHS[1:]])
    with pytest.raises(InspectionError, match="not of our draft 1, but of another inspection's"):
        paragraphs(path, made, {1: theirs})
    with pytest.raises(InspectionError, match=r"^Base: no draft 1 was made here"):
        paragraphs(path, made, {})


def test_another_workbook_is_refused(made: Inspection, tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(case_workbook(made.title, made.reviews, made.question_set))
    with pytest.raises(InspectionError, match="not a workbook for challenges"):
        read(path, made)


# --- decisions -----------------------------------------------------------------------------------


def test_nobody_decides_who_marked_and_nobody_sees_the_effect_before(insp: Inspection) -> None:
    subject, question = failing(insp)
    number = raised(insp, subject, question)
    with pytest.raises(InspectionError, match="marked case"):
        decide(insp.store, number, "rejected", reason="No", by=SIMULATED.lower())
    with pytest.raises(InspectionError, match="shown after that alone"):
        effect(insp.store, number, insp.figures, lambda reviews: insp.given(reviews).figures)


@pytest.mark.parametrize(
    ("verdict", "stated", "words"),
    [
        ("rejected", {"reason": " "}, "no reason is given"),
        ("rejected", {"answers": {"it": "fm"}}, "a rejected one changes no answer"),
        ("accepted", {}, "no answer is changed"),
        ("accepted", {"answers": {"it": "Fuly met"}}, "Did you mean Fully met?"),
        ("accepted", {"answers": {"it": "nm"}}, "has that answer already"),
        ("accepted", {"answers": {"charge_tim": "fm"}}, "charge_tim"),
    ],
)
def test_a_decision_that_does_not_fit_is_refused_and_nothing_is_recorded(
    insp: Inspection, verdict: Any, stated: dict[str, Any], words: str
) -> None:
    subject, question = failing(insp)
    number, before = raised(insp, subject, question), len(insp.store.events())
    given = {question if k == "it" else k: v for k, v in stated.pop("answers", {}).items()}
    with pytest.raises(InspectionError, match=words.replace("?", r"\?")):
        decide(insp.store, number, verdict, **({"reason": "Seen"} | stated), by="CD",
               answers=given)  # fmt: skip
    assert len(insp.store.events()) == before


def test_an_accepted_challenge_rescores_everything_and_keeps_the_first_mark(
    insp: Inspection,
) -> None:
    subject, question = failing(insp)
    number = raised(insp, subject, question)
    decide(insp.store, number, "accepted", reason="Seen", by="CD", answers={question: "Fully met"})
    now = Inspection.open(insp.folder)
    assert now.store.marked()[subject].state.answers[question].answer == "fm"
    assert next(iter(now.store.seen(subject).values())).answers[question].answer == "nm"
    moved = effect(now.store, number, now.figures, lambda reviews: now.given(reviews).figures)
    changed = {name for name, each in now.figures.held.items() if each != insp.figures.held[name]}
    assert set(moved["figure"]) == changed and "disclosure@all" in changed
    row = moved.set_index("figure").loc["disclosure@all"]
    spoken = [each.figures.figure("disclosure").spoken for each in (insp, now)]
    assert [row["then"], row["now"]] == spoken
    with pytest.raises(InspectionError, match="it is decided"):
        decide(now.store, number, "rejected", reason="No", by="CD")


def test_who_decided_one_challenge_may_decide_another_of_the_same_case(insp: Inspection) -> None:
    subject, question = failing(insp)
    first, second = raised(insp, subject, question), raised(insp, subject, question, text="Late.")
    decide(insp.store, first, "accepted", reason="Seen", by="CD", answers={question: "pm"})
    decide(insp.store, second, "rejected", reason="Not more than that", by="CD")
    assert list(Challenged.of(insp.store).table()["verdict"]) == ["Accepted", "Rejected"]


# --- drafts --------------------------------------------------------------------------------------


def test_the_draft_as_word_and_html_says_the_same_numbered_paragraphs(
    made: Inspection, tmp_path: Path
) -> None:
    first = drafted(made, 1)
    files = written(made, first, None)
    assert files == written(made, drafted(made, 1), None)
    path = tmp_path / "draft.docx"
    path.write_bytes(files["draft.docx"])
    lines = {line.text: line.kind for line in read_word(path)}
    word = " ".join(lines)
    assert lines["By when: by the end of March 2027"] == "item"
    page = files["draft.html"].decode("utf-8")
    places = [place for place, _ in blocks(made)]
    assert {"1.1", "S1", "Recommendation 1"} <= set(places)
    told = dict(first.blocks)["Recommendation 1"].split(" • ")
    assert len(told) == 5 and told[1].startswith("Addressed to: CPS")
    for place, text in first.blocks:
        assert f"{place}  {text.partition(' • ')[0]}" in word
        assert place in page
    assert "SIMULATED" in word and "DRAFT" in page and "http-equiv" in page


def test_every_changed_number_and_paragraph_is_listed_and_nothing_else(insp: Inspection) -> None:
    subject, question = failing(insp)
    then = drafted(insp, 1)
    number = raised(insp, subject, question)
    decide(insp.store, number, "accepted", reason="Seen", by="CD", answers={question: "fm"})
    now = Inspection.open(insp.folder)
    changes = Changes.between(then, drafted(now, 2))
    assert changes.challenges == (number,)
    shares = changes.numbers[changes.numbers["said"] == "share"].set_index("figure")
    for name, each in now.figures.held.items():
        before = insp.figures.held[name].spoken
        if each.spoken != before:
            assert tuple(shares.loc[name, ["then", "now"]]) == (before, each.spoken)
        else:
            assert name not in shares.index
    points = changes.numbers[changes.numbers["said"] == "points"].set_index("figure")
    for name, each in now.figures.held.items():
        before = insp.figures.held[name]
        moved = (before.won, before.of) != (each.won, each.of)
        assert moved == (name in points.index)
        if moved:
            assert points.loc[name, "now"] == f"{each.won} of {each.of}"
    assert {"interval", "rating"} & set(changes.numbers["said"])
    texts = dict(now_blocks := list(blocks(now)))
    differing = {place for place, text in then.blocks if texts[place] != text}
    assert set(changes.blocks["place"]) == differing and len(now_blocks) == len(then.blocks)
    assert "1.3" in differing and "Recommendation 1" in differing


def test_paragraphs_put_in_or_taken_out_are_told_as_such(made: Inspection) -> None:
    then = draft_of(1, made.figures, [("1.1", "One."), ("1.2", "Two."), ("1.3", "Three.")])
    now = draft_of(2, made.figures, [("1.1", "One."), ("1.2", "Three."), ("1.3", "Four.")])
    told = Changes.between(then, now)
    assert told.numbers.empty
    assert told.blocks.values.tolist() == [
        ["1.2", "taken out", "Two.", ""], ["1.3", "new", "", "Four."]]  # fmt: skip


# --- by command ----------------------------------------------------------------------------------


def run(*words: object, code: int = 0) -> str:
    done = CliRunner().invoke(app, ["accuracy", *map(str, words)])
    assert done.exit_code == code, (done.output, done.exception)
    return done.output


def test_from_the_sheets_to_the_second_draft_by_command(insp: Inspection) -> None:
    folder = insp.folder
    run("sheets", folder, "--by", "AB")
    assert "Made" in run("draft", folder, "--by", "AB")
    place = folder / "accuracy"
    filled(place / "cases" / "challenge.xlsx", "Answers",
           {2: ("Accuracy", "It was done.", "x", "Document 12")})  # fmt: skip
    filled(place / "draft-1" / "challenge.xlsx", "Paragraphs",
           {2: ("Typing error", "A letter is missing.", "", "")})  # fmt: skip
    assert "Challenge 1: case" in run("take", folder, place / "cases" / "challenge.xlsx",
                                      "--by", "AB")  # fmt: skip
    assert "Challenge 2: 1.2" in run("take", folder, place / "draft-1" / "challenge.xlsx",
                                     "--by", "AB")  # fmt: skip
    held = Challenged.of(insp.store).challenges[0]
    labels = insp.question_set.answers(insp.question_set.question(held.question))
    given = insp.store.marked()[held.subject].state.answers[held.question].answer
    other = next(label for id, label in labels.items() if id not in (given, "na"))
    said = run("decide", folder, 1, "--verdict", "accepted", "--reason", "Document 12 shows it",
               "--answer", other, "--by", "CD", "--json")  # fmt: skip
    moved = {each["figure"] for each in json.loads(said)["moved"]}
    run("decide", folder, 2, "--verdict", "accepted", "--reason", "Mended", "--by", "CD")
    told = json.loads(run("draft", folder, "--by", "AB", "--json"))
    assert told["challenges"] == [1, 2]
    assert {each["figure"] for each in told["numbers"]} == moved
    again = json.loads(run("changes", folder, "--since", 1, "--json"))
    assert again == told
    assert json.loads(run("changes", folder, "--json"))["numbers"] == []
    store = Inspection.open(folder).store
    assert draft(store).number == 2 and set(draft(store).sha256) >= {"draft.docx", "draft.html"}
    listed = json.loads(run("list", folder, "--json"))
    assert [each["verdict"] for each in listed["challenges"]] == ["Accepted", "Accepted"]
    assert listed["due"]


def test_the_word_draft_comes_back_with_comments_and_changes_by_command(
    insp: Inspection, tmp_path: Path
) -> None:
    folder = insp.folder
    run("draft", folder, "--by", "AB")
    made = folder / "accuracy" / "draft-1" / "draft.docx"
    book = docx.Document(str(made))
    assert "How to answer" in [each.text for each in book.paragraphs[:4]]
    (first,) = (each for each in book.paragraphs if each.text.startswith("1.2  "))
    (changed,) = (each for each in book.paragraphs if each.text.startswith("S1  "))
    book.add_comment(first.runs[-1], "Typing error: a \u202eletter", "Jo Bloggs")
    changed.runs[-1].text = "All is well."
    path = tmp_path / "Draft (with our comments).DOCX"
    book.save(str(path))
    said = run("take", folder, path, "--by", "AB")
    assert said.splitlines() == ["Challenge 1: S1 (Accuracy)", "Challenge 2: 1.2 (Typing error)"]
    assert "Taken before, not recorded again: 2 of 2." in run("take", folder, path, "--by", "AB")
    book.add_comment(changed.runs[-1], "And more", "Jo Bloggs")
    book.save(str(path))
    said = run("take", folder, path, "--by", "AB")
    assert "Challenge 3: S1" in said and "Taken before, not recorded again: 2 of 3." in said
    held = Challenged.of(Inspection.open(folder).store).challenges
    assert [each.draft for each in held] == [1, 1, 1] and held[0].proposed == "All is well."
    listed = run("list", folder)
    assert "\u202e" in held[1].text and "\u202e" not in listed
    lines = listed.splitlines()
    first = lines.index("Challenge 1 on draft 1: S1 (Accuracy)")
    assert lines[first + 2 : first + 4] == ["  Proposes: All is well.", "  Decision: open"]
    book.add_comment(changed.runs[-1], "x" * 100_000, "Jo Bloggs")
    book.save(str(path))
    refused = CliRunner().invoke(app, ["accuracy", "take", str(folder), str(path)])
    assert "S1: the challenge has 100,000 letters, 20,000 at most" in str(refused.exception)
    assert len(Challenged.of(Inspection.open(folder).store).challenges) == 3
    run("decide", folder, 1, "--verdict", "rejected", "--reason", "It is not", "--by", "CD")
    refused = CliRunner().invoke(app, ["accuracy", "take", str(folder), "draft.odt"])
    assert "draft.odt: neither a workbook nor a Word file" in str(refused.exception)


def test_the_same_workbook_twice_doubles_nothing(sent: Path, insp: Inspection) -> None:
    filled(sent, "Answers", {1: ("Omission", "More.", "", ""), 2: ("Accuracy", "It was met.")})
    assert len(receive(insp.store, read(sent, insp), by="AB")) == 2
    assert receive(insp.store, read(sent, insp), by="AB") == ()
    filled(sent, "Answers", {2: ("Accuracy", "It was met, see 12.")})
    (new,) = receive(insp.store, read(sent, insp), by="AB")
    assert (new.number, new.text) == (3, "It was met, see 12.")


def test_every_text_that_is_too_long_is_told_and_nothing_recorded(
    sent: Path, insp: Inspection
) -> None:
    filled(sent, "Answers", {1: ("Omission", "x" * 20_001), 2: ("Accuracy", "y" * 30_000)})
    with pytest.raises(InspectionError) as refused:
        receive(insp.store, read(sent, insp), by="AB")
    assert "20,001 letters" in str(refused.value) and "30,000 letters" in str(refused.value)
    assert not Challenged.of(insp.store).challenges


def test_every_command_has_an_example() -> None:
    for name in ("sheets", "draft", "changes", "take", "list", "decide"):
        assert f"Example:  inspectkit accuracy {name}" in run(name, "--help")
