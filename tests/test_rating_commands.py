"""Rate, explain, what if, compare, seal and areas as they are typed, on two small rounds."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from inspectkit.assessment import Rule
from inspectkit.assessment.rating.recorded import Recorded
from inspectkit.cli import app
from inspectkit.demo.marks import mark_case
from inspectkit.inspection import Inspection
from tests.small import change, footprint, make

WALK = (
    "SIMULATED",
    "Rule area-inspection@1",
    "Arithmetic",
    "in the whole caseload: about",
    "cases that lost points",
    "Probability of each band",
    "Left out alone",
)
STRICTER = ('at_least: "70%"', 'at_least: "95%"')


@pytest.fixture(scope="module")
def rounds(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two rounds of one Area with simulated marks; the folders' names are 2024 and 2026."""
    folders = []
    for year, n in ((2024, 3), (2026, 4)):
        folder = tmp_path_factory.mktemp("rounds") / str(year)
        inspection = make(folder, MC=n, CC=n, RASSO=2)
        sample = inspection.draw(f"seed {year}", uncommitted="test")
        for subject in sample.drawn["id"]:
            mark_case(inspection.store, subject, sample.head["key"])
        inspection.store.close()
        folders.append(folder)
    return folders[0], folders[1]


def said(*words: object) -> str:
    done = CliRunner().invoke(app, list(map(str, words)), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def answer(*words: object) -> Any:
    return json.loads(said(*words, "--json"))


def test_rate_gives_every_rating_with_its_chances(rounds: tuple[Path, Path]) -> None:
    found = answer("rate", rounds[1])
    assert found["simulated"] and found["rule"] == "area-inspection@1"
    rows = {(row["figure"], row["domain"]): row for row in found["ratings"]}
    row = rows["disclosure", "all"]
    assert row["fully"] + row["partially"] + row["not_meeting"] == pytest.approx(1)
    assert row["answers_up"] or row["answers_down"]
    assert found["second_look"] == [] and found["waits"] == [] and found["by"] == []
    assert "SIMULATED" in said("rate", rounds[1])


def test_rate_by_marker_counts_the_files_with_both_denominators(rounds: tuple[Path, Path]) -> None:
    found = answer("rate", rounds[1], "--by", "marker")["by"]
    assert {row["marker"] for row in found} == {"SIMULATED"}
    assert max(row["cases"] for row in found) == 10
    for row in found:
        all_, applicable = (float(row[name].rstrip("%")) for name in ("of all, N/A too", "share"))
        assert all_ <= applicable
    wrong = CliRunner().invoke(app, ["rate", str(rounds[1]), "--by", "markr"])
    assert "Did you mean marker?" in str(wrong.exception)


def test_explain_walks_down_to_the_cases_and_draws_a_picture(
    rounds: tuple[Path, Path], tmp_path: Path
) -> None:
    picture = tmp_path / "waterfall.svg"
    text = said("explain", rounds[1], "disclosure", "all", "--picture", picture)
    for part in WALK:
        assert part in text
    assert picture.read_text(encoding="utf-8").startswith("<?xml")
    lines = answer("explain", rounds[1], "disclosure", "all")["lines"]
    assert {"rating", "rule", "arithmetic", "certainty"} <= {line["part"] for line in lines}


def _draft(checkout: Path, folder: Path) -> Path:
    """The shipped set as a draft in which one question of disclosure counts tenfold and another
    asks something else."""
    draft = shutil.copytree(checkout / "question_sets" / "area-inspection", folder / "draft")
    path = draft / "question_set.yaml"
    lines = path.read_text(encoding="utf-8").splitlines()
    lines.insert(lines.index("  - id: initial_disclosure") + 1, "    weight: 10")
    other = lines.index("  - id: sensitive_material")
    where = next(k for k in range(other, other + 4) if "text:" in lines[k])
    lines[where] = '    text: "Asked quite otherwise?"'
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_what_if_rates_again_and_writes_nothing(
    rounds: tuple[Path, Path], tmp_path: Path, checkout: Path
) -> None:
    rule = tmp_path / "stricter.yaml"
    text = (rounds[1] / "rule.yaml").read_text(encoding="utf-8")
    assert STRICTER[0] in text
    rule.write_text(text.replace(*STRICTER), encoding="utf-8")
    before = [footprint(folder) for folder in rounds]
    found = answer("whatif", *rounds, "--rule", rule)
    assert len(found) == 2
    moves = [row["moved"] for each in found for row in each["ratings"]]
    assert "worse" in moves and "better" not in moves
    assert "Nothing was written." in said("whatif", rounds[1], "--rule", rule)

    (tried,) = answer("whatif", rounds[1], "--set", _draft(checkout, tmp_path))
    assert any("asked otherwise: sensitive_material" in note for note in tried["notes"])
    rows = {(row["figure"], row["domain"]): row for row in tried["ratings"]}
    row = rows["disclosure", "all"]
    assert row["share_before"] != row["share_after"]
    assert [footprint(folder) for folder in rounds] == before


def test_compare_tells_change_from_chance(rounds: tuple[Path, Path]) -> None:
    found = answer("compare", *rounds)
    assert (found["then"], found["now"], found["simulated"]) == ("2024", "2026", True)
    assert {row["figure"] for row in found["rows"]} >= {"disclosure", "grip"}
    assert any(row["verdict"] == "no reliable change" for row in found["rows"])
    assert "2024 and 2026 of SIMULATED marks" in said("compare", *rounds)
    wrong = CliRunner().invoke(app, ["compare", *map(str, rounds), "--words", "nonsense"])
    assert wrong.exit_code == 2


def test_folders_of_one_name_are_told_apart_by_what_stands_before_it(
    rounds: tuple[Path, Path], tmp_path: Path
) -> None:
    twin = shutil.copytree(rounds[0], tmp_path / "earlier" / rounds[1].name)
    both = f"earlier/{twin.name} and {rounds[1].parent.name}/{twin.name}"
    assert both in said("compare", twin, rounds[1]).replace("\n", " ")
    assert "then and now" in said("compare", twin, twin)


def test_sealed_areas_stand_side_by_side_without_a_mark(
    rounds: tuple[Path, Path], tmp_path: Path
) -> None:
    result = tmp_path / "south-west.json"
    assert "digest" in said("seal", rounds[1], "--to", result)
    content = result.read_text(encoding="utf-8")
    cases = (rounds[1] / "sample" / "cases.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert cases and not any(line.split(",")[0] in content for line in cases)
    found = answer("areas", result, "--figure", "disclosure")
    assert found["simulated"] and len(found["not_yet"]) == 13
    assert [each["figure"] for each in found["figures"]] == ["disclosure"]
    assert "SIMULATED" in said("areas", result, "--figure", "disclosure")


def test_several_areas_are_sealed_into_a_folder_and_one_that_fails_holds_up_no_other(
    rounds: tuple[Path, Path], tmp_path: Path
) -> None:
    into = tmp_path / "results"
    told = said("seal", *rounds, "--to", into)
    assert {path.name for path in into.iterdir()} == {"2024.json", "2026.json"}
    assert all(str(path) in told.replace("\n", "") for path in into.iterdir())
    shutil.rmtree(into)
    missing = tmp_path / "nowhere"
    done = CliRunner().invoke(app, ["seal", str(missing), str(rounds[1]), "--to", str(into)])
    assert "nowhere" in str(done.exception) and (into / "2026.json").exists()
    for words in (rounds, (rounds[1], tmp_path / "2026", "--to", into)):
        assert CliRunner().invoke(app, ["seal", *map(str, words)]).exit_code == 2


def test_discretion_is_an_event_and_what_the_rule_bars_is_not_recorded(
    rounds: tuple[Path, Path], tmp_path: Path
) -> None:
    folder = shutil.copytree(rounds[1], tmp_path / "moved")
    words = ["discretion", str(folder), "disclosure", "--by", "B. Chair", "--why", "borderline"]
    barred = CliRunner().invoke(app, [*words, "--to", "fully"])
    # the area inspection's rule leaves no discretion
    assert "leaves no discretion" in str(barred.exception)
    assert not Inspection.open(folder).store.events("rating_departure")
    draft = folder / "rule.yaml"
    allowing = draft.read_text(encoding="utf-8") + "\ndiscretion: {may_move: 1}\n"
    draft.write_text(allowing, encoding="utf-8")
    pin = Rule.load(draft).digest
    change(folder, lambda settings: settings["pinned"].update(rule_digest=pin))
    row = Inspection.open(folder).ratings.row("disclosure", "all")
    assert row.place is not None
    to = row_to(row.place)
    assert f"disclosure is moved to {to}, by B. Chair" in said(*words, "--to", to)
    moved = Inspection.open(folder).ratings.row("disclosure", "all")
    assert moved.band is not None and moved.band.id == to
    assert "moved by B. Chair on 20" in moved.note and moved.note.endswith(": borderline")
    summary = Inspection.open(folder).ratings.summary().set_index(["figure", "casework"])
    told = summary.loc["Disclosure of unused material", "all"]
    assert row.band is not None and f"(moved; the rule: {row.band.short})" in told["rating"]
    assert told["chance of it"].endswith(f"({row.band.short})")  # never that of what was given
    said(*words, "--back")
    back = Inspection.open(folder).ratings.row("disclosure", "all")
    assert (back.band, back.note) == (row.band, row.note)
    nothing = CliRunner().invoke(app, [*words, "--back"])
    assert "this rating was not moved" in str(nothing.exception)


def row_to(place: int) -> str:
    """A rating one band from that place."""
    return ("partially", "fully", "partially")[place]


def test_a_raised_flag_caps_and_what_people_said_reads_back_from_a_file(
    rounds: tuple[Path, Path], tmp_path: Path
) -> None:
    folder = shutil.copytree(rounds[1], tmp_path / "flagged")
    rule = folder / "rule.yaml"
    limiter = (
        "limiters:\n  - {id: breach, revision: 1, label: A breach, on: [theme], "
        "cap: partially, when: [{flag: breach}]}\n"
    )
    rule.write_text(rule.read_text(encoding="utf-8") + "\n" + limiter, encoding="utf-8")
    pin = Rule.load(rule).digest
    change(folder, lambda settings: settings["pinned"].update(rule_digest=pin))
    words = ["discretion", str(folder), "breach", "--flag", "--by", "AB", "--why", "No schedule"]
    said(*words)
    inspection = Inspection.open(folder)
    themes = [each for each in inspection.ratings.rows if each.kind == "theme" and each.band]
    assert themes and not any(each.band.id == "fully" for each in themes)
    (tmp_path / "judgements.yaml").write_text(inspection.recorded().text(), encoding="utf-8")
    assert Recorded.read(tmp_path).flags == inspection.recorded().flags
    said(*words, "--back")
    assert Inspection.open(folder).recorded().text() == ""
