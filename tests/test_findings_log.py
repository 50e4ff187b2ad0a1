"""Findings in the store and by command: recorded whole or not at all, answered, read again."""

from __future__ import annotations

import json
import re
import shutil
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from ruamel.yaml import YAML
from typer.testing import CliRunner

from inspectkit.cli import app
from inspectkit.errors import InspectionError
from inspectkit.exhibits import html
from inspectkit.findings import Figure, Figures, Finding, Register, Response, Status
from inspectkit.findings.files import read_findings
from inspectkit.findings.log import followed, record, withdraw
from inspectkit.findings.published import response_text
from inspectkit.findings.workbook import read_responses, responses_workbook
from inspectkit.inspection import Inspection
from inspectkit.narrative import Narrative, Telling, Told
from inspectkit.report import followed as pieces
from inspectkit.review import Store
from tests import report_specimen
from tests.marking import basis
from tests.once import Once

FILE = Path(__file__).parent / "specimens" / "responses.yaml"
SPECIMENS = YAML(typ="safe").load(FILE.read_text(encoding="utf-8"))
PUBLISHED: date = SPECIMENS["published"]
NAMES = [each["name"] for each in SPECIMENS["specimens"]]
BODY = "The prosecution"


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return basis(tmp_path_factory.mktemp("drawn"))


@pytest.fixture
def store(drawn: Any, tmp_path: Path) -> Store:
    made = Store(tmp_path / "inspection.db")
    made.start(*drawn)
    return made


def finding(id: str, **stated: Any) -> Finding:
    base = {"id": id, "addressees": [BODY], "measure": "Records", "paragraph": "1.1"}
    return Finding.model_validate(base | stated)


def response(id: str, **stated: Any) -> Response:
    return Response.model_validate(
        {"finding": id, "addressee": BODY, "received": PUBLISHED} | stated
    )


def say(store: Store, *said: Finding | Response | Status) -> None:
    record(store, said, by="AB", published=PUBLISHED)


# --- ten answers as they come --------------------------------------------------------------------


@pytest.fixture(scope="module")
def answered(drawn: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """All ten specimens through the store, and out as the workbook."""
    folder = tmp_path_factory.mktemp("answered")
    store = Store(folder / "inspection.db")
    store.start(*drawn)
    for number, each in enumerate(SPECIMENS["specimens"]):
        say(store, finding(f"s{number}", **each["finding"]))
    say(store, *(response(f"s{number}", **each["response"])
                 for number, each in enumerate(SPECIMENS["specimens"])))  # fmt: skip
    path = folder / "responses.xlsx"
    held = followed(store, PUBLISHED)
    path.write_bytes(responses_workbook(held))
    return held, path


@pytest.mark.parametrize("number", range(len(NAMES)), ids=NAMES)
def test_an_answer_as_it_really_comes_is_kept_and_read(answered: Any, number: int) -> None:
    held, _ = answered
    wanted = SPECIMENS["specimens"][number]
    table = held.table(date(2019, 9, 1)).query(f"id == 's{number}'").set_index("addressee")
    row = table.loc[BODY]
    assert row["answer"] == wanted["answer"]
    assert row["last"] == wanted.get("last")
    assert row["waits_for"] == wanted.get("waits", "")
    assert row["title"] == wanted.get("title", row["title"])
    text = response_text(held)
    for action in wanted["response"].get("actions", ()):
        (line,) = [each for each in text.split("\n") if action["text"] in each]
        assert ("in place of what was recommended" in line) == wanted.get("instead", False)
        assert ("done before publication" in line) == action.get("done_before", False)
    assert wanted.get("says", "") in text
    if "unanswered" in wanted:
        assert table.loc[wanted["unanswered"], "answer"] == "no response"


def test_the_ten_answers_survive_the_workbook_unchanged(answered: Any) -> None:
    held, path = answered
    assert len(held.responses) == len(NAMES) == 10
    # what came back otherwise than it went out would be a changed response
    assert read_responses(path, held, received=PUBLISHED).responses == ()


def test_the_published_response_states_dates_as_written(answered: Any) -> None:
    text = response_text(answered[0], BODY)
    for each in SPECIMENS["specimens"]:
        for action in each["response"].get("actions", ()):
            head = "done before publication, " if action.get("done_before") else "By when: "
            assert f"{head}{action['due']}" in text
    assert "Whether it is accepted was not stated." in text
    with pytest.raises(InspectionError, match="Did you mean The prosecution"):
        response_text(answered[0], "The prosecutor")


# --- events --------------------------------------------------------------------------------------


def test_newer_wordings_and_answers_count_and_the_log_keeps_the_earlier(store: Store) -> None:
    say(store, finding("a", kind="issue", number=1, text="Late."))
    say(store, finding("a", kind="issue", number=1, text="Often late."), response("a"))
    say(store, response("a", answer="accept"))
    held = followed(store)
    assert [each.text for each in held.register.findings] == ["Often late."]
    found = held.response("a", BODY)
    assert found is not None and found.answer == "accept"
    assert len(store.events("finding")) == 2 and len(store.events("response")) == 2
    withdraw(store, "a", reason="Not borne out", by="AB")
    assert followed(store).register.findings == () and followed(store).responses == ()


def test_what_does_not_fit_is_refused_whole(store: Store) -> None:
    one = finding("a", kind="issue", number=1, text="Late.")
    say(store, one, response("a"))
    refused: list[tuple[tuple[Any, ...], str]] = [
        ((finding("b", kind="issue", number=1, text="Slow."),), "same list and number"),
        ((response("a", reason="x"), response("c")), "no finding 'c'"),
        ((response("a", addressee="Nobody"),), "not among those it is addressed to"),
        ((finding("a", kind="issue", number=1, text="L.", addressees=["Other"]),), "not among"),
    ]
    for said, words in refused:
        with pytest.raises(InspectionError, match=words):
            say(store, *said)
    assert len(store.events()) == 3  # the start, the finding, its answer


def test_a_report_writer_records_findings_and_an_inspector_does_not(
    store: Store, tmp_path: Path
) -> None:
    path = tmp_path / "inspection.db"
    one = finding("a", kind="issue", number=1, text="Late.")
    with pytest.raises(InspectionError, match="not for inspectors"):
        record(Store(path, person="AB", role="inspector"), [one], by="AB")
    record(Store(path, person="RW", role="reporter"), [one], by="RW")
    assert len(followed(Store(path, person="AB", role="inspector")).register.findings) == 1


# --- an inspection, by command -------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(once: Once, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("findings") / "area"
    return report_specimen.copy(once, report_specimen.answered, place).folder


def run(*words: object, code: int = 0) -> str:
    done = CliRunner().invoke(app, ["findings", *map(str, words)])
    if done.exit_code != code:
        raise AssertionError(f"{done.exit_code}: {done.output} {done.exception}")
    return done.output if code == 0 else str(done.exception)


def test_findings_rest_on_figures_and_an_unknown_one_is_an_error(folder: Path) -> None:
    words = ("add", folder, "--by", "AB", "--text", "x", "--figure", "disclosur@CC")
    assert "Did you mean disclosure?" in run(*words, code=1)
    listed = json.loads(run("list", folder, "--json"))
    assert [each["id"] for each in listed["findings"]][:2] == ["strong-theme", "shared-log"]
    assert listed["to_read_again"] == [] and listed["to_mend"] == []


def test_a_file_of_findings_is_recorded_with_numbers_and_told_what_is_missing(
    folder: Path, tmp_path: Path
) -> None:
    path = tmp_path / "findings.yaml"
    path.write_text(
        "findings:\n  - {id: vague, kind: recommendation, text: Consider more training.,"
        " basis: [disclosure@CC]}\n  - {id: rasso, kind: strength, text: Good., basis: [grip]}\n",
        encoding="utf-8",
    )
    said = run("add", folder, path, "--by", "AB")
    assert "Recorded vague: Recommendation 3" in said and "Recorded rasso: Strength 2" in said
    assert "Recorded rasso: Strength 2, in new words" in run("add", folder, path, "--by", "AB")
    assert "in new words" not in said
    for words in ("addressed to nobody", "has no date", "how one will know", "'consider'"):
        assert words in said
    path.write_text("findings:\n  - {id: bad, kind: issue, txt: x}\n", encoding="utf-8")
    assert "line 2" in run("add", folder, path, "--by", "AB", code=1)
    for id in ("vague", "rasso"):
        withdraw(Inspection.open(folder).store, id, reason="tried", by="AB")


def test_the_workbook_goes_out_and_comes_back_merged(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "responses.xlsx"
    run("send", folder, "--by", "AB", "--file", path)
    book = load_workbook(path)
    for sheet, head, text in (("Responses", "Answer", "Accepted"), ("Actions", "Action", "Check")):
        lines = list(book[sheet].iter_rows())
        top = next(n for n, line in enumerate(lines) if line[0].value == "Finding")
        column = [cell.value for cell in lines[top]].index(head)
        row = next(line for line in lines[top:] if line[0].value == "share-learning")
        row[column].value = text
    book.save(path)
    words = ("respond", folder, path, "--by", "AB", "--received", "2026-12-24")
    assert "Recorded share-learning, CPS South West: Accepted" in run(*words)
    assert "Nothing new" in run(*words)
    sent = Inspection.open(folder).store.events("exported")
    assert sent[-1].content["what"] == "responses.xlsx" and len(sent[-1].content["sha256"]) == 64


def test_answers_are_awaited_by_the_clock_of_the_finding(folder: Path) -> None:
    late = json.loads(run("due", folder, "--on", "2026-12-24", "--json"))
    (one,) = late["answers_awaited"]
    assert one["last"] == "2026-12-07" and one["late"]  # ten working days after 23 November


def test_one_answer_is_recorded_by_command_in_the_words_of_its_list(folder: Path) -> None:
    words = ("respond", folder, "--finding", "joint-feedback", "--by", "AB",
             "--addressee", "Police forces of the Area", "--received", "2026-12-30")  # fmt: skip
    said = run(*words, "--answer", "Partially accepted", "--reason", "No staff",
               "--action", "Train | in August 2027", "--assurance", "Panels | by 2028",
               "--action", "Review | in due course")  # fmt: skip
    assert "Names no day: Recommendation 2, Police forces of the Area: Review: “in due" in said
    assert "Train:" not in said
    shown = run("show", folder, "joint-feedback")
    assert "Train: in August 2027 (read as 2027-08-01 to 2027-08-31)" in shown
    late = json.loads(run("due", folder, "--on", "2027-01-01", "--json"))
    assert "Review" in [each["step"] for each in late["steps_without_day"]]
    assert "joint-feedback, Police forces of the Area: Partially accepted" in said
    held = Inspection.open(folder).findings.response("joint-feedback", "Police forces of the Area")
    assert held is not None
    assert (held.actions[0].due, held.assurance_due) == ("in August 2027", "by 2028")
    assert "rejected without a reason. Write it down" in run(*words, "--answer", "reject", code=1)


@pytest.fixture
def own(folder: Path, tmp_path: Path) -> Path:
    """A copy to record in what others are not to find."""
    return Path(shutil.copytree(folder, tmp_path / "own"))


def test_an_answer_to_earlier_words_is_told_as_such_until_it_is_given_again(own: Path) -> None:
    words = Inspection.open(own).findings.register.finding("monthly-checks")
    old, new = own / "old.xlsx", own / "new.xlsx"
    run("send", own, "--by", "AB", "--file", old)
    said = run("add", own, "--id", "monthly-checks", "--text", "Check five hundred files.",
               "--figure", "disclosure@all", "--addressee", "CPS South West", "--by", "AB",
               "--due", words.due, "--measure", words.measure)  # fmt: skip
    assert "Recommendation 1: CPS South West answered it in earlier words. Send it again" in said
    told = "answered before the finding had the words that stand here"
    assert told in run("response", own)
    assert "Accepted, to earlier words" in html(pieces.progress(Inspection.open(own)))
    assert "Nothing new" in run("respond", own, old, "--by", "AB")
    run("send", own, "--by", "AB", "--file", new)
    again = ("respond", own, new, "--by", "AB", "--received", "2027-05-01")
    assert "monthly-checks, CPS South West: Accepted" in run(*again)
    assert told not in run("response", own)
    run("add", own, "--id", "monthly-checks", "--text", "Check six hundred files.", "--figure",
        "disclosure@all", "--addressee", "CPS South West", "--by", "AB", "--due", words.due,
        "--measure", words.measure)  # fmt: skip
    late = ("--addressee", "CPS South West", "--by", "AB", "--received", "2020-01-01")
    said = run("respond", own, "--finding", "monthly-checks", "--answer", "Noted", *late)
    assert "What counts is still the later one, of 2027-05-01: Accepted" in said
    assert told in run("response", own)  # so its words are still the earlier ones


def test_what_is_entered_late_does_not_undo_what_came_after_it(own: Path) -> None:
    words = ("status", own, "joint-feedback", "CPS South West", "--by", "AB", "--evidence", "S")
    run(*words, "--verified", "achieved", "--on", "2027-05-01")
    said = run(*words, "--verified", "in_progress", "--on", "2027-04-01")
    assert "still the later one, of 2027-05-01: Achieved" in said and "achieved 1 of 2" in said
    said = run(*words, "--verified", "in_progress", "--on", "2027-05-01")
    assert "still" not in said and "achieved 0 of 2" in said


def test_nobody_is_on_the_way_with_what_nobody_asked_of_them(own: Path) -> None:
    words = ("status", own, "strong-theme", "CPS South West", "--by", "AB", "--claimed",
             "achieved")  # fmt: skip
    before = len(Inspection.open(own).store.events())
    assert "was asked for nothing by it, and did not answer it" in run(*words, code=1)
    assert len(Inspection.open(own).store.events()) == before
    run("respond", own, "--finding", "strong-theme", "--addressee", "CPS South West", "--by",
        "AB", "--answer", "Noted")  # fmt: skip
    assert "Recorded strong-theme, CPS South West: Achieved" in run(*words)


def test_claims_are_not_verified_and_due_tells_what_is_late(folder: Path) -> None:
    words = ("status", folder, "joint-feedback", "CPS South West", "--by", "AB", "--on",
             "2027-05-01")  # fmt: skip
    assert "achieved 0 of 2, claimed 1" in run(*words, "--claimed", "achieved",
                                               "--attested-by", "Head")  # fmt: skip
    assert "verified without evidence. Write what was seen" in run(
        *words, "--verified", "achieved", code=1
    )
    late = json.loads(run("due", folder, "--on", "2027-06-01", "--json"))
    overdue = {(each["id"], each["addressee"]) for each in late["due"] if each["overdue"]}
    assert ("joint-feedback", "CPS South West") in overdue
    done = ("--verified", "achieved", "--evidence", "The procedure, ten cases seen")
    assert "achieved 1 of 2" in run(*words, *done)
    late = json.loads(run("due", folder, "--on", "2027-06-01", "--json"))
    overdue -= {("joint-feedback", "CPS South West")}
    assert {(e["id"], e["addressee"]) for e in late["due"] if e["overdue"]} == overdue


def test_what_the_guide_shows_is_taken(checkout: Path, tmp_path: Path) -> None:
    guide = (checkout / "docs" / "writing_and_follow_up.md").read_text(encoding="utf-8")
    yaml = guide.partition("```yaml\n")[2].partition("```")[0]
    (tmp_path / "findings.yaml").write_text(yaml, encoding="utf-8")
    (told,) = read_findings(tmp_path / "findings.yaml")
    assert [each.name for each in told.basis] == ["disclosure@all", "grip@CC"]
    assert Register((told.model_copy(update={"number": 1}),)).check() == ()
    chapter = guide.partition("by its name.\n\n```\n")[2].partition("```")[0]
    (tmp_path / "narrative").mkdir()
    (tmp_path / "narrative" / "02.md").write_text(chapter, encoding="utf-8")
    figures = {name: Figure(name, "Disclosure", "", Fraction(4, 5), 0.78, 0.82, 8, 10, 30)
               for name in ("disclosure@MC", "disclosure@all")}  # fmt: skip
    changes = {"disclosure@all": ("improved", 4.0)}
    telling = Telling(Narrative.read(tmp_path), Told(Figures(figures), changes))
    assert telling.doubts() == []
    for command in re.findall(r"`inspectkit (findings|narrative|accuracy) (\w+)", guide):
        assert CliRunner().invoke(app, [*command, "--help"]).exit_code == 0, command


def test_line_breaks_of_windows_in_a_finding_or_an_answer_are_taken_as_one(
    folder: Path, tmp_path: Path
) -> None:
    path = tmp_path / "findings.yaml"
    path.write_text('findings:\n  - {id: windows, kind: issue, text: "One\\r\\ntwo",'
                    ' due: "soon\\r", basis: [grip]}\n', encoding="utf-8")  # fmt: skip
    (told,) = read_findings(path)
    assert (told.text, told.due) == ("One\ntwo", "soon\n")
    run("respond", folder, "--finding", "joint-feedback", "--by", "AB", "--addressee",
        "Police forces of the Area", "--narrative", "We\r\nshare", "--action", "Train\rall | 2027",
        "--received", "2026-12-31")  # fmt: skip
    held = Inspection.open(folder).findings.response("joint-feedback", "Police forces of the Area")
    assert held is not None
    assert (held.narrative, held.actions[0].text) == ("We\nshare", "Train\nall")


def test_every_command_has_an_example() -> None:
    for name in ("list", "show", "add", "send", "respond", "status", "due", "response"):
        assert f"Example:  inspectkit findings {name}" in run(name, "--help")


def test_the_report_shows_findings_answers_and_a_timeline(folder: Path) -> None:
    insp = Inspection.open(folder)
    said = html(pieces.findings(insp))
    assert "invented for demonstration" in said and "Found jointly by" in said
    grip, row = insp.figures.figure("grip@all"), insp.ratings.row("grip", "all").estimate
    sure = f"95% interval {100 * row.low:.0f}% to {100 * row.high:.0f}%"
    assert f"<dd>Grip (all casework, weighted): {grip.spoken} ({sure})</dd>" in said
    assert re.findall(r"<h4>([^<]*)</h4>\s*<p>Managers", said) == ["Recommendation 1"]
    assert "<dt>By when</dt><dd>by the end of March 2027</dd>" in said
    shown = html(pieces.progress(insp))
    assert "of 2 addressees answered" in shown and "Claimed by the body" in shown
    chart = pieces.timeline(insp, date(2027, 2, 1))
    assert "Reissue the guidance on checks: 1 January 2027 to 31 January 2027" in chart.alt
    assert "after the checks of March are done" in chart.alt
