"""Question set files: what is read, what is refused and with which line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from inspectkit.errors import InspectionError
from inspectkit.questions import QuestionSet
from inspectkit.questions.yaml import line_of, parsed, text_of
from inspectkit.resources import folder

SPECIMEN = """\
id: specimen
revision: 2
label: A specimen
source: written for the tests
verified: false
casework_types: [{id: MC, label: Magistrates' court}, {id: CC, label: Crown Court}]
facts:
  - {id: outcome, label: Outcome, values: [{id: guilty, label: Guilty}, {id: other, label: Other}]}
scales:
  - id: standard
    label: Standard
    answers:
      - {id: fm, label: Fully met, points: 2}
      - {id: nm, label: Not met, points: 0}
      - {id: na, label: Not applicable, excluded: true}
themes: [{id: charge, label: Charging}]
questions:
  - {id: first, text: Was it right?, scale: standard, themes: [charge]}
  - id: second
    text: Why not?
    type: choice
    choices: [{id: no, label: No reason}, {id: 'on', label: On time}]
    page: charge
    applies_when: ${first} = 'nm'
"""


def load(tmp_path: Path, text: str) -> QuestionSet:
    path = tmp_path / "question_set.yaml"
    path.write_text(text, encoding="utf-8")
    return QuestionSet.load(path)


def test_a_set_is_read_with_its_words_as_they_stand(tmp_path: Path) -> None:
    qs = load(tmp_path, SPECIMEN)
    assert qs.ref == "specimen@2"
    assert qs.answer_ids(qs.question("second")) == ["no", "on"]
    assert qs.question("second").condition.names == ("first",)  # type: ignore[union-attr]


def test_the_digest_follows_meaning_and_not_layout(tmp_path: Path) -> None:
    first = load(tmp_path, SPECIMEN)
    again = load(tmp_path, "# a comment\n" + SPECIMEN.replace("Was it right?", '"Was it right?"'))
    other = load(tmp_path, SPECIMEN.replace("Was it right?", "Was it wrong?"))
    assert first.digest == again.digest != other.digest


def test_a_set_survives_being_stored(tmp_path: Path) -> None:
    qs = load(tmp_path, SPECIMEN)
    assert QuestionSet.restore(qs.canonical()).digest == qs.digest


def test_guidance_belongs_to_the_digest(tmp_path: Path) -> None:
    (tmp_path / "first.md").write_text("Look at the file.", encoding="utf-8")
    text = SPECIMEN.replace("scale: standard,", "scale: standard, guidance: first.md,")
    first = load(tmp_path, text)
    (tmp_path / "first.md").write_text("Look twice.", encoding="utf-8")
    assert first.guidance("first") == "Look at the file."
    assert load(tmp_path, text).digest != first.digest


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("scale: standard, themes", "scle: standard, themes", r"line 18.*scle.*mean scale\?"),
        ("themes: [charge]", "themes: [charges]", r"line 18: 'charges' is not among.*charge\?"),
        ("${first} = 'nm'", "${frist} = 'nm'", r"line 24: \$\{frist\} is no fact or earlier"),
        ("${first} = 'nm'", "${second} = 'nm'", r"line 24: \$\{second\} is no fact or earlier"),
        ("${first} = 'nm'", "${first} = 'pm'", r"line 24: \$\{first\} can never be 'pm'"),
        ("${first} = 'nm'", "${outcome} = 'guity'", r"can never be 'guity'.*mean guilty\?"),
        ("${first} = 'nm'", "${first} == 'nm'", r"line 24: applies_when, character"),
        ("id: second", "id: first", "line 19: the id 'first' stands twice"),
        ("scale: standard, themes", "themes", "line 18: question first has no answers"),
        ("page: charge", "page: nowhere", "line 23: 'nowhere' is no page"),
        ("    page: charge\n", "", "line 19: question second stands on no page"),
        ("revision: 2", "revision: 2\nrevision: 3", "line 3.*duplicate key"),
        ("revision: 2", "revision: two", "line 2, revision"),
        ("verified: false", "verified: maybe", "line 5, verified"),
        ("points: 2}", "points: -2}", r"line 13.*points"),
        ("label: A specimen", "label: [A", "not readable as YAML"),
        ("label: A specimen", "label: !!python/object/apply:os.system [ls]", "line 3: a tag"),
        ("scale: standard, themes", "guidance: ../x.md, scale: standard, themes", "no guidance"),
    ],
)
def test_a_fault_is_named_with_its_line_and_a_remedy(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    assert old in SPECIMEN
    with pytest.raises(InspectionError, match=f"(?s){message}"):
        load(tmp_path, SPECIMEN.replace(old, new, 1))


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    text = SPECIMEN.replace("themes: [charge]}", "themes: [x]}").replace("'nm'\n", "'xx'\n")
    with pytest.raises(InspectionError) as refused:
        load(tmp_path, text)
    assert "'x' is not among" in str(refused.value) and "never be 'xx'" in str(refused.value)


def test_an_unknown_set_or_revision_is_refused_by_name() -> None:
    with pytest.raises(InspectionError, match=r"no such question set.*mean area-inspection\?"):
        QuestionSet.load("area-inspecton@1")
    with pytest.raises(InspectionError, match="revision 9 is not here"):
        QuestionSet.load("area-inspection@9")


@pytest.mark.parametrize(
    "content", [b"\xff\xfe\x00i", b"\x00\x01\x02", b"", b"- a\n", b"id: &a [*a]"]
)
def test_files_that_are_no_question_set_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "question_set.yaml"
    path.write_bytes(content)
    with pytest.raises(InspectionError):
        QuestionSet.load(path)


SHIPPED = sorted([*folder("question_sets").rglob("*.yaml"), *folder("rules").rglob("*.yaml")])


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_values_and_lines_are_those_that_ruamel_finds(path: Path) -> None:
    theirs = YAML(typ="rt", pure=True).load(text_of(path))
    ours = parsed(path.name, text_of(path))
    assert ours == theirs
    assert [(place, line_of(ours, place)) for place, _ in places(theirs)] == list(places(theirs))


def places(tree: Any, place: tuple[int | str, ...] = ()) -> Iterator[tuple[Any, int]]:
    """Every place of what ruamel read, and its line."""
    keys = isinstance(tree, dict)
    for part, inside in tree.items() if keys else enumerate(tree):
        yield (*place, part), (tree.lc.key if keys else tree.lc.item)(part)[0] + 1
        if isinstance(inside, dict | list):
            yield from places(inside, (*place, part))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("yes", "yes"),
        ("on", "on"),
        ("010", 10),
        ("0x1F", 31),
        ("0o17", 15),
        ("1e3", 1000.0),
        ("1_000", "1_000"),
        ("12:30:00", "12:30:00"),
        ("TRUE", True),
        ("~", None),
        ("", None),
        ("2026-01-02", date(2026, 1, 2)),
        ("'2026-01-02'", "2026-01-02"),
        ("!!str 1", "1"),
        ("<<", "<<"),
    ],
)
def test_words_mean_what_yaml_1_2_says(written: str, meant: object) -> None:
    """YAML 1.2.2, 10.3 (core schema); dates beside it, as ruamel.yaml and PyYAML read them."""
    found = parsed("x.yaml", f"a: {written}\n")["a"]
    assert (found, type(found)) == (meant, type(meant))


def test_a_line_end_that_nobody_sees_is_named(tmp_path: Path) -> None:
    with pytest.raises(InspectionError, match=r"line 3: .*not seen.*anew"):
        load(tmp_path, SPECIMEN.replace("A specimen", "A\u2028specimen"))
