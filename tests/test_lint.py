"""The lint: every rule on a specimen file, bad and good, and the line it names."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from inspectkit.cli import app
from inspectkit.questions import QuestionSet
from inspectkit.questions.lint.files import lint_file
from inspectkit.questions.lint.finding import FAULTS, LEVELS
from inspectkit.resources import folder

PLACE = Path(__file__).parent / "specimens" / "lint"
SPECIMENS = sorted(path.name.removesuffix(".bad.yaml") for path in PLACE.glob("*.bad.yaml"))
DOUBTS = {
    *("never-asked", "always-true", "unused-theme", "unscored-theme", "unused", "no-points"),
    *("no-section", "idle-evidence", "one-source", "case-scores", "dates-unordered", "long-text"),
    *("double-barrelled", "near-identical", "missing-translation", "missing-guidance"),
    *("no-example", "guidance-copied", "shared-figure"),
}
RULES = DOUBTS | set(FAULTS) | set(LEVELS)


def rule_of(specimen: str) -> str:
    """The rule a specimen is named after; a variant adds its own words."""
    return max((rule for rule in RULES if specimen.startswith(rule)), key=len)


def test_every_rule_has_a_specimen() -> None:
    assert {rule_of(specimen) for specimen in SPECIMENS} == RULES


@pytest.mark.parametrize("specimen", SPECIMENS)
def test_the_bad_specimen_is_found_by_its_rule_alone_on_the_marked_line(specimen: str) -> None:
    path = PLACE / f"{specimen}.bad.yaml"
    lines = path.read_text(encoding="utf-8").splitlines()
    marked = [number for number, line in enumerate(lines, 1) if line.endswith("# here")]
    found = lint_file(path)
    assert [each.rule for each in found] == [rule_of(specimen)], list(map(str, found))
    where = [f"{path.name}, line {number}" for number in marked] or [path.name]
    assert found[0].where.startswith(where[0]), found[0]
    assert len(found[0].what) > 15 and len(found[0].remedy) > 3


@pytest.mark.parametrize("specimen", SPECIMENS)
def test_the_good_specimen_is_clean(specimen: str) -> None:
    assert [str(each) for each in lint_file(PLACE / f"{specimen}.good.yaml")] == []


@pytest.mark.parametrize(
    "name", sorted(p.parent.name for p in folder("question_sets").glob("*/*.yaml"))
)
def test_the_whole_library_lints_clean(name: str) -> None:
    found = lint_file(folder("question_sets") / name)
    assert [str(each) for each in found if each.level != "note"] == []


def test_a_cycle_is_named_from_question_to_question() -> None:
    [found] = lint_file(PLACE / "cycle.bad.yaml")
    assert "second -> third -> second" in found.what


def test_all_findings_come_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = (PLACE / "unused.bad.yaml").read_text(encoding="utf-8")
    text = text.replace("right?", "right and was it fast?").replace(", guidance: first.md", "")
    (tmp_path / "question_set.yaml").write_text(text, encoding="utf-8")
    found = lint_file(tmp_path)
    assert [each.rule for each in found] == ["unused", "double-barrelled", "missing-guidance"]


def test_the_command_says_what_to_mend_and_exits_with_one(tmp_path: Path) -> None:
    runner = CliRunner()
    bad = runner.invoke(app, ["questions", "lint", str(PLACE / "never-asked.bad.yaml")])
    assert bad.exit_code == 1 and "second can never be asked" in bad.output
    good = runner.invoke(app, ["questions", "lint", str(PLACE / "never-asked.good.yaml")])
    assert good.exit_code == 0 and "All is well" in good.output
    told = runner.invoke(app, ["questions", "lint", str(PLACE / "yaml-tab.bad.yaml"), "--json"])
    assert told.exit_code == 1 and json.loads(told.stdout)[0]["rule"] == "yaml"
    missing = runner.invoke(app, ["questions", "lint", str(tmp_path / "nothing")])
    assert missing.exit_code == 1


def test_a_set_in_memory_is_linted_without_its_file() -> None:
    qs = QuestionSet.load(PLACE / "near-identical.bad.yaml")
    assert [each.rule for each in qs.lint()] == ["near-identical"]


def hundred() -> str:
    """A set of 100 questions, each resting on the two before it."""
    base = (PLACE / "never-asked.good.yaml").read_text(encoding="utf-8").partition("questions:")[0]
    rows = ["questions:"]
    for row in range(100):
        words = " ".join(f"word{row}{letter}" for letter in "abcdef")
        rows.append(f"  - id: q{row}\n    text: Was {words} kept?\n    scale: standard")
        rows.append("    themes: [charge]\n    guidance: first.md")
        if row > 1:
            condition = (
                f"${{q{row - 1}}} = 'nm' or ${{q{row - 2}}} = 'nm' or ${{outcome}} = 'other'"
            )
            rows.append(f'    applies_when: "{condition}"')
    return base + "\n".join(rows) + "\n"


def test_a_hundred_questions_are_linted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "question_set.yaml").write_text(hundred(), encoding="utf-8")
    (tmp_path / "first.md").write_text("**Fully met**: yes. **Not met**: no.", encoding="utf-8")
    before = time.perf_counter()
    found = lint_file(tmp_path)
    with capsys.disabled():
        print(f"\nlint of 100 questions: {time.perf_counter() - before:.2f} s")
    assert {each.rule for each in found} <= {"guidance-copied", "not-checked"}
