"""The editor of question sets without a browser: what it writes, refuses, shows and publishes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from inspectkit.errors import InspectionError
from inspectkit.questions import QuestionSet
from inspectkit.widgets.editor import Bench
from inspectkit.widgets.editor.draft import Draft

SET = """\
# Letters, one at a time.
id: letters
revision: 1
label: "Letters to victims"
source: written for the tests
verified: false
casework_types: [{id: VCL, label: Decision}, {id: COMP, label: Complaint}]
facts: [{id: flagged, label: Flagged, values: [{id: "y", label: Flagged}, {id: "n", label: Not}]}]
scales:
  - id: standard   # with N/A
    label: Standard
    answers: [{id: fm, label: Fully met, points: 2}, {id: nm, label: Not met, points: 0}]
themes: [{id: speed, label: Speed}, {id: words, label: Words}]
tags: [{id: grip, label: Grip}]

questions:
  # When it was sent
  - id: answer_given
    page: speed
    text: "Was the letter answered?"
    type: choice
    choices: [{id: "yes", label: "Yes"}, {id: "no", label: "No"}]
    guidance: guidance/answer_given.md
  - id: chased
    text: "Did somebody have to chase?"   # once is enough
    scale: standard
    themes: [speed]
    guidance: guidance/chased.md

  # What it says
  - id: tone
    text: "Is it kind?"
    scale: standard
    themes: [words]
    tags: [grip]
    guidance: guidance/tone.md
"""


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    (tmp_path / "letters" / "guidance").mkdir(parents=True)
    (tmp_path / "letters" / "question_set.yaml").write_text(SET, encoding="utf-8")
    for name in ("answer_given", "chased", "tone"):
        (tmp_path / "letters" / "guidance" / f"{name}.md").write_text("Look.\n", encoding="utf-8")
    return Bench(Draft(tmp_path / "letters"), by="AB")


def ask(bench: Bench, kind: str, **body: Any) -> dict[str, Any]:
    """A request that must be granted, on the draft as it stands."""
    reply = bench.reply({"id": "1", "kind": kind, "stamp": bench.draft.stamp, **body})
    assert reply["ok"], reply["text"]
    return reply


def test_a_change_is_one_line_of_the_file_and_every_note_stays(bench: Bench) -> None:
    before = bench.draft.text.splitlines()
    ask(bench, "change", question="chased", key="text", value='Did they ask "again"?')
    after = bench.draft.text.splitlines()
    changed = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    ((old, new),) = changed
    assert old == '    text: "Did somebody have to chase?"   # once is enough'
    text, note = new.split("#")
    assert (text.rstrip(), note) == (r'    text: "Did they ask \"again\"?"', " once is enough")
    assert QuestionSet.load(bench.draft.folder).question("chased").text == 'Did they ask "again"?'


def test_undo_brings_the_bytes_back(bench: Bench) -> None:
    stamp = bench.draft.stamp
    ask(bench, "change", question="tone", key="weight", value=3)
    ask(bench, "guide", question="tone", value="Another text.")
    ask(bench, "add", question="tone", value="tone_again")
    ask(bench, "move", question="tone", by=-1)
    assert bench.draft.stamp != stamp
    for _ in range(4):
        state = ask(bench, "undo")
    assert bench.draft.stamp == stamp and state["undo"] == 0


@pytest.mark.parametrize(
    ("key", "value", "lines"),
    [
        ("weight", 2, "    weight: 2"),
        ("casework_types", ["VCL"], "    casework_types: [VCL]"),
        ("applies_when", "${chased} = 'nm'", "    applies_when: ${chased} = 'nm'"),
        (
            "evidence",
            {"when": ["nm"], "min_length": 5},
            "    evidence:\n      when: [nm]\n      min_length: 5",
        ),
        (
            "retired",
            {"since": 2, "reason": "Merged"},
            "    retired:\n      since: 2\n      reason: Merged",
        ),
    ],
)
def test_a_new_key_stands_in_its_place(bench: Bench, key: str, value: Any, lines: str) -> None:
    ask(bench, "change", question="tone", key=key, value=value)
    assert f"\n{lines}\n" in bench.draft.text
    ask(bench, "change", question="tone", key=key, value="")
    assert not any(row.startswith(f"    {key}:") for row in bench.draft.yaml()["tone"].splitlines())


ROWS = {
    "must": (
        ["questions", "tone", "must"],
        [{"that": "${answer_given} = 'yes'", "message": "Only where one was given"}],
        ["    must:", "message: Only where one was given}"],
    ),
    "causes": (
        ["questions", "tone", "causes", "options"],
        [{"id": "cold", "label": "It was cold"}, {"id": "other", "label": "Other"}],
        ["    causes:", "{id: cold, label: It was cold}"],
    ),
    "answers": (
        ["scales", "standard", "answers"],
        [
            {"id": "fm", "label": "Fully met", "points": 4},
            {"id": "nm", "label": "Not met", "points": 0},
            {"id": "na", "label": "Not applicable", "excluded": True},
        ],
        ["points: 4", "{id: na, label: Not applicable, excluded: true}"],
    ),
    "tags": (["tags"], [{"id": "grip", "label": "A firm grip"}], ["tags:", "A firm grip"]),
}


@pytest.mark.parametrize("name", ROWS)
def test_a_list_is_changed_row_by_row_and_every_note_stays(bench: Bench, name: str) -> None:
    at, rows, lines = ROWS[name]
    notes = re.findall("#.*", bench.draft.text)
    state = ask(bench, "rows", at=at, rows=rows)
    assert [line for line in lines if line not in bench.draft.text] == []
    assert notes == re.findall("#.*", bench.draft.text)
    tone = next(each for each in state["questions"] if each["id"] == "tone")
    shown = {
        "must": tone.get("must"),
        "causes": tone.get("causes", {}).get("options"),
        "answers": state["lists"]["scales"][0]["answers"],
        "tags": state["lists"]["tags"],
    }
    assert shown[name] == rows
    if at[0] == "questions":
        ask(bench, "rows", at=at, rows=[])
        assert not any(line in bench.draft.text for line in lines)
        assert notes == re.findall("#.*", bench.draft.text)


def test_only_these_lists_are_changed_row_by_row(bench: Bench) -> None:
    stamp = bench.draft.stamp
    for at in (["facts"], ["questions", "tone", "evidence"], ["questions"]):
        reply = bench.reply({"kind": "rows", "at": at, "rows": [], "stamp": stamp})
        assert not reply["ok"] and "no list to change here" in reply["what"], at
    assert bench.draft.stamp == stamp


def test_a_fault_is_found_with_its_question_and_a_remedy(bench: Bench) -> None:
    state = ask(
        bench, "change", question="tone", key="applies_when", value="${answer_givn} = 'yes'"
    )
    (found,) = [each for each in state["findings"] if each["level"] == "fault"]
    assert found["question"] == "tone" and "answer_given" in found["remedy"]
    assert next(row for row in state["questions"] if row["id"] == "tone")["findings"] >= 1
    assert not bench.reply({"id": "1", "kind": "preview", "casework_type": "", "facts": {}})["ok"]
    back = ask(
        bench, "change", question="tone", key="applies_when", value="${answer_given} = 'yes'"
    )
    assert "fault" not in {each["level"] for each in back["findings"]}


def test_what_could_not_be_read_any_more_is_refused_and_changes_nothing(bench: Bench) -> None:
    stamp = bench.draft.stamp
    for value in ("  - id: tone\n    text: What: now?", "  - text: no id", "nothing: here"):
        asked = {"kind": "replace", "question": "tone", "value": value, "stamp": stamp}
        reply = bench.reply(asked)
        assert not reply["ok"] and reply["remedy"], value
        assert bench.draft.stamp == stamp


def test_somebody_elses_change_is_never_covered(bench: Bench) -> None:
    old = bench.draft.stamp
    bench.draft.path.write_text(bench.draft.text.replace("have to chase", "chase us"), "utf-8")
    asked = {"kind": "change", "question": "tone", "key": "weight", "value": 2, "stamp": old}
    reply = bench.reply(asked)
    assert not reply["ok"] and "somebody else" in reply["what"]
    assert "weight: 2" not in bench.draft.text


def test_questions_change_places_and_the_notes_between_them_stay(bench: Bench) -> None:
    notes = [line for line in bench.draft.text.splitlines() if line.strip().startswith("#")]
    ask(bench, "move", question="tone", by=-1)  # past the note above it
    ids = [question.id for question in QuestionSet.load(bench.draft.folder).content.questions]
    assert ids.index("tone") == ids.index("chased") - 1
    assert notes == [line for line in bench.draft.text.splitlines() if line.strip()[:1] == "#"]
    first = bench.reply({"kind": "move", "question": ids[0], "by": -1, "stamp": bench.draft.stamp})
    assert not first["ok"]


def test_a_new_question_stands_after_the_one_it_was_asked_for(bench: Bench) -> None:
    state = ask(bench, "add", question="tone", value="one_more")
    ids = [row["id"] for row in state["questions"]]
    assert ids[ids.index("tone") + 1] == "one_more"
    state = ask(bench, "guide", question="one_more", value="Look at it.")
    ask(bench, "change", question="one_more", key="text", value="One more?")
    assert (bench.draft.folder / "guidance" / "one_more.md").read_text("utf-8") == "Look at it.\n"
    assert QuestionSet.load(bench.draft.folder).guidance("one_more") == "Look at it."


def test_the_preview_is_the_marking_forms_own_case(bench: Bench) -> None:
    reply = ask(bench, "preview", casework_type="COMP", facts={})
    asked = {question["id"] for question in reply["file"]["questions"]}
    assert {"answer_given", "chased", "tone"} == asked
    assert reply["casework_types"][0] == ["VCL", "Decision"]
    assert reply["facts"] == [["flagged", "Flagged", [["y", "Flagged"], ["n", "Not"]]]]


def test_publishing_freezes_the_draft_and_the_next_change_is_told_apart(bench: Bench) -> None:
    assert ask(bench, "difference")["kind"] == "first"
    refused = bench.reply({"kind": "publish", "by": "AB", "reason": "", "stamp": bench.draft.stamp})
    assert not refused["ok"] and "reason" in refused["text"]
    doubts = ask(bench, "difference")["doubts"]
    assert doubts and "gives no example of Fully met" in doubts[0]
    told = {"by": "AB", "reason": "First version", "stamp": bench.draft.stamp}
    refused = bench.reply({"kind": "publish", **told})
    assert not refused["ok"] and doubts[0].split(". ")[0] in refused["text"]
    assert not (bench.draft.folder / "versions").exists()
    made = ask(bench, "publish", by="AB", reason="First version", despite="A trial round")
    assert (made["ref"], made["path"]) == ("letters@1", "versions/r1.yaml")
    assert (bench.draft.folder / made["path"]).is_file()
    ask(bench, "change", question="tone", key="text", value="Could the answer be read out?")
    found = ask(bench, "difference")
    assert found["before"] == "letters@1" and len(found["changes"]) == 1
    assert (
        ask(bench, "publish", by="AB", reason="Plainer", despite="So")["state"]["set"]["revision"]
        == 2
    )


def test_a_folder_without_a_draft_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InspectionError, match="no question_set.yaml here"):
        Draft(tmp_path)
