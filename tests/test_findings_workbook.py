"""responses.xlsx there and back: nothing typed is lost, nothing newer is overwritten."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from inspectkit.errors import InspectionError
from inspectkit.findings import Action, Finding, FollowUp, Register, Response
from inspectkit.findings.published import response_text
from inspectkit.findings.workbook import FIELDS, HEADS, read_responses, responses_workbook

RECEIVED = date(2024, 3, 1)
FINDINGS = tuple(
    Finding(id=f"rec-{n}", kind="recommendation", number=n, text=text, addressees=to,
            due="by June 2024", measure="Records", paragraph="2.1")
    for n, text, to in (
        (1, "Check letters each month.", ("CPS South West", "Avon Police")),
        (2, '=HYPERLINK("x")', ("CPS South West",)),
    )
)  # fmt: skip
TRAIN = Action(text="Train all staff", due="in the autumn of 2024")
BEFORE = Response(finding="rec-2", addressee="CPS South West", answer="accept", received=RECEIVED,
                  actions=(TRAIN,))  # fmt: skip
SENT = FollowUp(Register(FINDINGS), (BEFORE,))


@pytest.fixture
def sent(tmp_path: Path) -> Path:
    path = tmp_path / "responses.xlsx"
    path.write_bytes(responses_workbook(SENT))
    return path


def fill(path: Path, sheet: str, finding: str, addressee: str, **cells: Any) -> None:
    """Type into the first row of that finding and addressee that has no Action yet."""
    book = load_workbook(path)
    page = book[sheet]
    lines = list(page.iter_rows())
    start = next(n for n, line in enumerate(lines) if line[0].value == "Finding")
    heads = [cell.value for cell in lines[start]]
    for line in lines[start + 1 :]:
        free = sheet != "Actions" or line[heads.index("Action")].value is None
        if (line[0].value, line[1].value) == (finding, addressee) and free:
            for head, value in cells.items():
                line[heads.index(head.replace("_", " "))].value = value
            break
    book.save(path)


def reworded(**changed: Any) -> FollowUp:
    """The first finding as it is by now, with the answers as they were."""
    now = (FINDINGS[0].model_copy(update=changed), *FINDINGS[1:])
    return FollowUp(Register(now), (BEFORE,))


def repeat(path: Path, finding: str, addressee: str, answer: str | None) -> None:
    """Copy the row of that finding and addressee below the last one, with another answer."""
    book = load_workbook(path)
    page = book["Responses"]
    row = next(
        list(line) for line in page.iter_rows(values_only=True) if line[:2] == (finding, addressee)
    )
    page.append([*row[: len(HEADS) - len(FIELDS)], answer])
    book.save(path)


def test_a_workbook_that_comes_back_untouched_changes_nothing(sent: Path) -> None:
    assert read_responses(sent, SENT, received=RECEIVED).responses == ()


def test_answers_and_actions_come_back_as_written(sent: Path) -> None:
    fill(sent, "Responses", "rec-1", "Avon Police", Answer="Partially accepted", Reason="No staff",
         How_you_will_be_sure="Dip samples")  # fmt: skip
    fill(sent, "Actions", "rec-1", "Avon Police", Action="Reissue", By_when="in August 2024")
    fill(sent, "Actions", "rec-1", "Avon Police", Action="Review", By_when=datetime(2024, 9, 30))
    (found,) = read_responses(sent, SENT, received=RECEIVED).responses
    assert (found.answer, found.reason, found.assurance) == (
        "partially_accept", "No staff", "Dip samples")  # fmt: skip
    assert [(each.text, each.due) for each in found.actions] == [
        ("Reissue", "in August 2024"), ("Review", "30 September 2024")]  # fmt: skip


@pytest.mark.parametrize("end", ["\r\n", "\r", "_x000D_\n", "_x000d_"])
def test_line_breaks_of_any_system_are_taken_as_one(sent: Path, end: str) -> None:
    words = f"We will{end}share it{end}{end}soon"
    fill(sent, "Responses", "rec-1", "Avon Police", In_your_words=words)
    fill(sent, "Actions", "rec-1", "Avon Police", Action=words)
    (found,) = read_responses(sent, SENT, received=RECEIVED).responses
    assert found.narrative == found.actions[0].text == "We will\nshare it\n\nsoon"
    assert "\N{REPLACEMENT CHARACTER}" not in response_text(FollowUp(SENT.register, (found,)))


def test_an_action_without_an_answer_is_not_stated(sent: Path) -> None:
    fill(sent, "Actions", "rec-1", "CPS South West", Action="We have reminded staff.")
    (found,) = read_responses(sent, SENT, received=RECEIVED).responses
    assert found.answer == "not_stated"


def test_an_earlier_answer_is_shown_and_can_be_changed(sent: Path) -> None:
    fill(sent, "Responses", "rec-2", "CPS South West", Answer="Noted")
    (found,) = read_responses(sent, SENT, received=RECEIVED).responses
    assert (found.answer, found.actions) == ("note", BEFORE.actions)


def test_a_response_recorded_meanwhile_is_a_conflict_and_nothing_is_taken(sent: Path) -> None:
    fill(sent, "Responses", "rec-2", "CPS South West", Answer="Noted")
    fill(sent, "Responses", "rec-1", "Avon Police", Answer="Accepted")
    meanwhile = BEFORE.model_copy(update={"owner": "Head of unit"})
    now = FollowUp(SENT.register, (BEFORE, meanwhile))
    with pytest.raises(
        InspectionError, match="Recommendation 2: another response of CPS South West"
    ):
        read_responses(sent, now, received=RECEIVED)


@pytest.mark.parametrize("changed", [{"text": "Check them weekly."}, {"due": "by May 2024"},
                                     {"measure": "Ten cases"}, {"kind": "issue"}])  # fmt: skip
def test_an_answer_to_words_that_were_changed_since_is_refused_and_every_row_told(
    sent: Path, changed: dict[str, str]
) -> None:
    fill(sent, "Responses", "rec-1", "Avon Police", Answer="Accepted")
    fill(sent, "Actions", "rec-1", "CPS South West", Action="Train")
    fill(sent, "Responses", "rec-2", "CPS South West", Answer="Noted")
    with pytest.raises(InspectionError) as refused:
        read_responses(sent, reworded(**changed), received=RECEIVED)
    said = str(refused.value)
    assert said.count("was reworded since this workbook was made. Send it again") == 2
    assert "sheet Responses, row 5: " in said and "sheet Responses, row 6: " in said


def test_a_finding_with_other_words_or_another_number_refuses_no_row_that_says_nothing_new(
    sent: Path,
) -> None:
    assert read_responses(sent, reworded(text="Other."), received=RECEIVED).responses == ()
    fill(sent, "Responses", "rec-1", "Avon Police", Answer="Accepted")
    (found,) = read_responses(sent, reworded(number=3), received=RECEIVED).responses
    assert found.answer == "accept"


def test_a_workbook_that_does_not_say_what_was_asked_is_told_alone(sent: Path) -> None:
    fill(sent, "Responses", "rec-1", "Avon Police", Answer="Acepted")
    book = load_workbook(sent)
    book["Base"].delete_cols(4)
    book.save(sent)
    with pytest.raises(InspectionError, match="^sheet Base: it does not say.*Send a new one"):
        read_responses(sent, SENT, received=RECEIVED)


def test_two_rows_that_answer_the_same_otherwise_are_refused_and_both_named(sent: Path) -> None:
    fill(sent, "Responses", "rec-1", "Avon Police", Answer="Accepted")
    fill(sent, "Actions", "rec-1", "Avon Police", Action="Train")
    repeat(sent, "rec-1", "Avon Police", "Noted")
    with pytest.raises(InspectionError) as refused:
        read_responses(sent, SENT, received=RECEIVED)
    assert str(refused.value) == (
        "sheet Responses, row 6; sheet Responses, row 8: each answers 'rec-1' for 'Avon Police', "
        "in other words. Keep one of them.")  # fmt: skip


@pytest.mark.parametrize("answer", ["Accepted", None])
def test_a_row_that_is_there_twice_and_says_the_same_or_nothing_counts_once(
    sent: Path, answer: str | None
) -> None:
    fill(sent, "Responses", "rec-1", "Avon Police", Answer="Accepted")
    fill(sent, "Actions", "rec-1", "Avon Police", Action="Train")
    repeat(sent, "rec-1", "Avon Police", answer)
    (found,) = read_responses(sent, SENT, received=RECEIVED).responses
    assert (found.answer, len(found.actions)) == ("accept", 1)


def emptied(path: Path, finding: str) -> None:
    """Clear every answer and every action of that finding."""
    book = load_workbook(path)
    for name, first in (("Responses", len(HEADS) - len(FIELDS)), ("Actions", 3)):
        for line in book[name].iter_rows():
            for cell in line[first:] if line[0].value == finding else ():
                cell.value = None
    book.save(path)


def test_an_empty_row_takes_no_answer_back_and_says_so(sent: Path) -> None:
    emptied(sent, "rec-2")
    fill(sent, "Responses", "rec-1", "Avon Police", Answer="Rejected")
    with pytest.raises(InspectionError) as refused:
        read_responses(sent, SENT, received=RECEIVED)
    said = str(refused.value)
    assert "row 7: the answer of CPS South West that was sent along is cleared" in said
    assert "Choose “Not stated” to take it back" in said and "without a reason" in said


def test_an_answer_is_taken_back_by_not_stated(sent: Path) -> None:
    emptied(sent, "rec-2")
    fill(sent, "Responses", "rec-2", "CPS South West", Answer="Not stated")
    (found,) = read_responses(sent, SENT, received=RECEIVED).responses
    assert (found.answer, found.actions) == ("not_stated", ())


def test_a_row_that_was_sent_empty_stays_out_of_account(tmp_path: Path) -> None:
    path = tmp_path / "responses.xlsx"
    path.write_bytes(responses_workbook(FollowUp(SENT.register)))
    assert read_responses(path, SENT, received=RECEIVED).responses == ()


@pytest.mark.parametrize(
    ("id", "remedy"),
    [
        ("Recommendation 2", "Use the id of a finding. Did you mean rec-2?"),
        ("recommendation 1", "Use the id of a finding. Did you mean rec-1?"),
        ("rec1", "Use the id of a finding. Did you mean rec-1?"),
        ("Theirs", "Use the id of a finding."),
    ],
)
def test_a_row_of_no_finding_is_told_by_its_place_with_the_id_of_its_title(
    sent: Path, id: str, remedy: str
) -> None:
    fill(sent, "Responses", "rec-1", "CPS South West", Answer="Accepted", Finding=id)
    with pytest.raises(InspectionError) as refused:
        read_responses(sent, SENT, received=RECEIVED)
    assert str(refused.value) == f"sheet Responses, row 5: no finding {id!r}. {remedy}"


def test_a_row_that_was_not_sent_is_no_conflict_with_another_answer(tmp_path: Path) -> None:
    path = tmp_path / "responses.xlsx"
    path.write_bytes(responses_workbook(SENT, "Avon Police"))
    fill(path, "Responses", "rec-1", "Avon Police", Answer="Noted", Addressee="CPS South West")
    with pytest.raises(InspectionError, match="row 5: no row of rec-1 for CPS South West was sent"):
        read_responses(path, SENT, received=RECEIVED)


def test_all_faults_are_told_at_once(sent: Path) -> None:
    fill(sent, "Responses", "rec-1", "Avon Police", Answer="Acepted")
    fill(sent, "Responses", "rec-1", "CPS South West", Answer="Rejected")
    fill(sent, "Responses", "rec-2", "CPS South West", Owner="=1+1")
    with pytest.raises(InspectionError) as refused:
        read_responses(sent, SENT, received=RECEIVED)
    said = str(refused.value)
    for words in ("Did you mean Accepted?", "without a reason", "formula"):
        assert words in said


def test_an_action_for_no_row_of_the_responses_is_told_and_not_dropped(sent: Path) -> None:
    book = load_workbook(sent)
    book["Actions"].append(["rec-l", "Avon Police", None, "Reissue the guidance"])
    book["Actions"].append([None, None, None, "Train the lawyers"])
    book.save(sent)
    with pytest.raises(InspectionError) as refused:
        read_responses(sent, SENT, received=RECEIVED)
    said = str(refused.value)
    assert "no row of the sheet Responses is for 'rec-l', 'Avon Police'" in said
    assert said.count("Copy finding and addressee from there") == 2


def test_a_date_without_an_action_and_a_flag_that_is_neither_yes_nor_no_are_told(
    sent: Path,
) -> None:
    fill(sent, "Actions", "rec-1", "Avon Police", By_when="in May 2024")
    fill(sent, "Actions", "rec-1", "CPS South West", Action="Train", Done_before_publication="x")
    with pytest.raises(InspectionError) as refused:
        read_responses(sent, SENT, received=RECEIVED)
    said = str(refused.value)
    assert "it does not say what is to be done" in said
    assert "Done before publication: 'x' is neither Yes nor No" in said


def test_an_action_stands_beside_the_title_of_its_finding(sent: Path) -> None:
    rows = list(load_workbook(sent)["Actions"].iter_rows(values_only=True))
    assert rows[0][:4] == ("Finding", "Addressee", "Title", "Action")
    assert {row[:3] for row in rows[1:]} == {
        ("rec-1", "CPS South West", "Recommendation 1"),
        ("rec-1", "Avon Police", "Recommendation 1"),
        ("rec-2", "CPS South West", "Recommendation 2"),
    }


def test_a_text_that_looks_like_a_formula_is_text(sent: Path) -> None:
    cells = [cell for row in load_workbook(sent)["Responses"].iter_rows() for cell in row]
    held = next(cell for cell in cells if str(cell.value).startswith("=HYPER"))
    assert held.data_type == "s"
    assert not any(cell.data_type == "f" for cell in cells)


def test_heads_stay_in_sight_and_cells_to_fill_in_look_so(sent: Path) -> None:
    book = load_workbook(sent)
    page = book["Responses"]
    assert page.freeze_panes == "C5" and book["Actions"].freeze_panes == "D2"
    assert book["Base"].sheet_state == "hidden"
    lists = [each.formula1 for name in ("Responses", "Actions")
             for each in book[name].data_validations.dataValidation]  # fmt: skip
    assert lists == ['"Accepted,Partially accepted,Noted,Rejected,Not stated"', '"Yes,No"',
                     '"Yes,No"']  # fmt: skip
    heads = {cell.value: cell.column for cell in page[4]}
    answered = next(row for row in page.iter_rows(min_row=5) if row[0].value == "rec-2")
    for head in ("Answer", "Reason", "Owner"):  # the one filled in before, and the empty ones
        cell = answered[heads[head] - 1]
        assert cell.fill.fgColor.rgb == "FFFFF8DC" and not cell.protection.locked
    assert answered[heads["Text"] - 1].alignment.wrap_text
    assert all(10 <= each.width <= 62 for each in page.column_dimensions.values())


def test_the_same_register_gives_the_same_bytes() -> None:
    assert responses_workbook(SENT) == responses_workbook(SENT)


def test_a_file_that_is_not_there_is_told_as_such(tmp_path: Path) -> None:
    with pytest.raises(InspectionError, match=r"^none\.xlsx: there is no such file\. Give the"):
        read_responses(tmp_path / "none.xlsx", SENT, received=RECEIVED)


def test_another_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(b"no workbook")
    with pytest.raises(InspectionError, match=r"x\.xlsx"):
        read_responses(path, SENT, received=RECEIVED)
