"""The prose of a report: figures by name, words held to their shares, what is to be read again."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from typer.testing import CliRunner

from inspectkit.cli import app
from inspectkit.errors import InspectionError
from inspectkit.exhibits import Table, html
from inspectkit.findings import Figure, Figures
from inspectkit.inspection import Inspection
from inspectkit.narrative import Narrative, Telling, Told, context
from inspectkit.narrative.log import to_read_again
from inspectkit.narrative.scale import scale
from inspectkit.report import followed
from inspectkit.report.edition import Edition
from tests import report_specimen
from tests.once import Once
from tests.small import change

SHARES = {"disclosure@CC": "4/5", "disclosure@all": "7/10", "grip@all": "1/2", "letters@CC": None}
CHANGES = {"grip@all": ("improved", 4.3), "disclosure@CC": ("no reliable change", -1.0)}


def figures(**moved: str) -> Figures:
    made = {}
    for name, share in SHARES.items():
        value = moved.get(name.replace("@", "_"), share)
        made[name] = Figure(name, "Disclosure", "Crown Court", Fraction(value) if value else None,
                            0.76, 0.84, 33, 36, 40, "Fully meeting" if value else "")  # fmt: skip
    return Figures(made)


def telling(folder: Path, text: str, told: Told | None = None) -> Telling:
    place = folder / "narrative"
    place.mkdir(exist_ok=True)
    (place / "02_found.md").write_text(f"# Found\n\n{text}\n", encoding="utf-8")
    return Telling(Narrative.read(folder), told or Told(figures(), CHANGES))


def told(folder: Path, text: str) -> str:
    made = telling(folder, text)
    return made.text(made.narrative.paragraphs[1])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("It was {disclosure@CC}.", "It was 80.0%."),
        ("{disclosure@CC:interval}", "76% to 84%"),
        ("{disclosure@CC:points} in {disclosure@CC:cases}", "33 of 36 points in 40 cases"),
        ("{disclosure} over all", "70.0% over all"),
        ("{grip@all:change}", "+4.3 percentage points"),
        ("In {disclosure@CC:word} files", "In most files"),
        ("In [most](disclosure@CC) files", "In most files"),
        ("{letters@CC}", "no figure"),
    ],
)
def test_a_figure_is_called_by_name(tmp_path: Path, text: str, said: str) -> None:
    assert told(tmp_path, text) == said


@pytest.mark.parametrize(
    ("text", "level", "words"),
    [
        ("It was {disclosur@CC}.", "error", "Did you mean disclosure?"),
        ("It was {disclosure@XX}.", "error", "no casework type 'XX'"),
        ("It was {disclosure@CC:limits}.", "error", "no form 'limits'"),
        ("In [most](grip@all) cases.", "error", "'most' means 75% to 90%"),
        ("In [mostly](grip@all) cases.", "error", "Did you mean most?"),
        ("In most cases ({grip@all}) it was.", "error", "Write the majority or a majority"),
        ("It [improved](disclosure@CC).", "error", "Write no reliable change"),
        ("It deteriorated to {grip@all}.", "error", "the comparison says improved"),
        ("[Most](letters@CC) of them.", "error", "has no figure"),
        ("In most cases.", "note", "bound to no figure"),
        ("Many files were late.", "note", "'many' stands for no share"),
        ("It was 80.0% then.", "note", "typed by hand"),
    ],
)
def test_what_does_not_fit_the_figures_is_told(
    tmp_path: Path, text: str, level: str, words: str
) -> None:
    doubts = telling(tmp_path, text).doubts()
    assert [each.level for each in doubts][:1] == [level]
    assert any(words in str(each) for each in doubts), [str(each) for each in doubts]
    assert "narrative/02_found.md, line 3 (paragraph 2.1)" in str(doubts[0])


@pytest.mark.parametrize(
    "text",
    [
        "In [most](disclosure@CC) cases, the most serious apart, grip [improved](grip@all).",
        "At most ten were late. Half of the points ({grip@all}) were won.",
        "There is [no reliable change](disclosure@CC).",
    ],
)
def test_words_that_fit_pass(tmp_path: Path, text: str) -> None:
    assert [str(each) for each in telling(tmp_path, text).doubts() if each.level == "error"] == []
    assert telling(tmp_path, text).prose().blocks[0].kind == "chapter"


def test_a_word_that_only_just_fits_is_noted(tmp_path: Path) -> None:
    held = figures(disclosure_CC="9/10")
    wide = {**held.held, "grip@all": replace(held.held["disclosure@CC"], low=0.7)}
    (doubt,) = telling(tmp_path, "[most](grip@all) of them", Told(Figures(wide))).doubts()
    assert doubt.level == "note" and "not all of the interval 70% to 84%" in doubt.what


def test_without_an_earlier_round_a_change_cannot_be_claimed(tmp_path: Path) -> None:
    (doubt,) = telling(tmp_path, "It [improved](grip@all).", Told(figures())).doubts()
    assert "no earlier round is named" in str(doubt) and "inspection.toml" in str(doubt)
    (doubt,) = telling(tmp_path, "By {grip@all:change}.", Told(figures())).doubts()
    assert "{grip@all:change}: no earlier round is named" in str(doubt)


# Source of the bounds: Education Scotland, "Terms we use in the inspection process".
@pytest.mark.parametrize(
    ("word", "inside", "outside"),
    [
        ("almost all", (91, 100), (90,)),
        ("most", (75, 90), (74, 91)),
        ("the majority", (50, 74), (49, 75)),
        ("less than half", (15, 49), (14, 50)),
        ("few", (0, 15), (16,)),
    ],
)
def test_the_scale_has_the_published_bounds(
    word: str, inside: tuple[int, ...], outside: tuple[int, ...]
) -> None:
    found = scale().word(word)
    assert found is not None
    assert all(found.fits(Fraction(each, 100)) for each in inside)
    assert not any(found.fits(Fraction(each, 100)) for each in outside)


def test_paragraphs_are_numbered_within_their_chapter_and_written_back_alike(
    tmp_path: Path,
) -> None:
    text = "One\nline on.\n\n## Part\nTwo.\n- a\n- b\n\nThree."
    made = telling(tmp_path, text).narrative
    assert [each.number for each in made.paragraphs] == ["", "2.1", "", "2.2", "", "", "2.3"]
    (tmp_path / "narrative" / "02_found.md").write_text(made.written("02_found.md"), "utf-8")
    again = Narrative.read(tmp_path)
    assert [(e.sort, e.source) for e in again.paragraphs] == [
        (e.sort, e.source) for e in made.paragraphs
    ]


@pytest.mark.parametrize(
    ("text", "words"), [("no title", "has no title"), ("# T\n\n{Bad call", "a brace that calls")]
)
def test_a_chapter_that_cannot_be_read_says_where(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "narrative").mkdir()
    (tmp_path / "narrative" / "01.md").write_text(text, encoding="utf-8")
    with pytest.raises(InspectionError, match=rf"narrative/01\.md, line \d: .*{words}"):
        Narrative.read(tmp_path)


# --- the context ---------------------------------------------------------------------------------


def test_the_context_names_its_sources(tmp_path: Path) -> None:
    (tmp_path / "context.csv").write_text(
        "topic,measure,period,value,source\nStaff,Lawyers,2026,96,HR\nStaff,Vacant,2026,4,HR\n"
        "Cases,All,2026,17,MI\n", encoding="utf-8")  # fmt: skip
    table = context(tmp_path).parts[1]
    assert isinstance(table, Table)
    assert table.notes == ("Source 1: HR", "Source 2: MI")
    assert [row[-1] for row in table.rows] == ["1", "1", "2"]


def test_a_row_without_its_source_is_an_error_with_all_others(tmp_path: Path) -> None:
    assert context(tmp_path).parts == ()
    path = tmp_path / "context.csv"
    path.write_text("topic,measure,period,value,source\na,b,c,1,\na,b,c,,HR\n", encoding="utf-8")
    with pytest.raises(InspectionError) as refused:
        context(tmp_path)
    assert "row 2: no source" in str(refused.value) and "row 3: no value" in str(refused.value)
    path.write_text("topic,measure,period,value,sauce\n", encoding="utf-8")
    with pytest.raises(InspectionError, match="Did you mean source"):
        context(tmp_path)


# --- an inspection -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def insp(once: Once, tmp_path_factory: pytest.TempPathFactory) -> Inspection:
    place = tmp_path_factory.mktemp("narrative") / "area"
    return report_specimen.copy(once, report_specimen.answered, place)


def checked(folder: Path, *words: str) -> tuple[int, dict[str, list[dict[str, str]]]]:
    done = CliRunner().invoke(app, ["narrative", "check", str(folder), "--json", *words])
    return done.exit_code, json.loads(done.output.partition("\nRecorded")[0])


def test_every_name_that_a_paragraph_can_call_is_printed_with_what_it_says(
    insp: Inspection,
) -> None:
    words = ["narrative", "figures", str(insp.folder), "--json"]
    told = json.loads(CliRunner().invoke(app, words).output)["figures"]
    assert {each["name"]: each["share"] for each in told} == {
        name: each.spoken for name, each in insp.figures.held.items()
    }


def test_the_report_opens_with_context_and_tells_the_narrative(insp: Inspection) -> None:
    assert "The Area in figures" in html(followed.context(insp))
    said = html(followed.narrative(insp))
    assert "<h2>Summary</h2>" in said and "<strong>1.2</strong>" in said
    assert insp.figures.figure("grip@CC").spoken in said


def test_a_moved_figure_lists_the_paragraphs_to_read_again(insp: Inspection) -> None:
    assert to_read_again(insp.store, insp.narrative) == []
    moved = {**insp.figures.held}
    moved["grip@CC"] = Figure("grip@CC", "Grip", "Crown Court", Fraction(1, 3))
    again = to_read_again(insp.store, Telling(insp.narrative.narrative, Told(Figures(moved))))
    (one, how), *rest = again
    assert rest == [] and "Crown Court" in one.source
    assert how == {"grip@CC": f"{insp.figures.figure('grip@CC').spoken} → 33.3%"}


def test_the_command_fails_on_errors_and_records_a_reading(insp: Inspection) -> None:
    path = insp.folder / "narrative" / "02_more.md"
    path.write_text("# More\n\nIn [most](gripp@all) cases.\n", encoding="utf-8")
    code, said = checked(insp.folder)
    assert code == 1 and "Did you mean grip?" in said["doubts"][0]["remedy"]
    path.write_text("# More\n\nIt was {grip@all}.\n", encoding="utf-8")
    code, said = checked(insp.folder, "--read", "--by", "AB")
    assert code == 0 and [each["paragraph"] for each in said["to_read_again"]] == ["2.1"]
    assert checked(insp.folder)[1]["to_read_again"] == []
    path.unlink()


def test_hostile_words_stay_words(tmp_path: Path) -> None:
    hostile = "<script>alert(1)</script> <img src=x onerror=a> [x](javascript:b) =cmd|'/c'!A1"
    made = telling(tmp_path, f"{hostile}\n\n## {hostile}\n\n- {hostile}")
    (tmp_path / "context.csv").write_text(
        "topic,measure,period,value,source\n" + ",".join([hostile] * 5) + "\n", encoding="utf-8"
    )
    said = html(made.prose()) + html(context(tmp_path))
    assert "<script" not in said and "<img" not in said and "<a" not in said
    assert said.count("&lt;script&gt;") >= 7


def test_the_public_version_tells_no_figure_that_it_leaves_out(insp: Inspection) -> None:
    public = Edition(insp, public=True)
    hidden = {n for n, each in public.figures.held.items() if not each.published}
    name = next(n for n in hidden if insp.figures.held[n].value is not None)
    path = insp.folder / "narrative" / "02_more.md"
    path.write_text(f"# More\n\nIt was {{{name}}}, {{{name}:points}}, {{{name}:cases}}, "
                    f"{{{name}:interval}}.\n", encoding="utf-8")  # fmt: skip
    whole, shown = (followed.narrative(each).blocks[-1].text for each in (Edition(insp), public))
    assert insp.figures.held[name].spoken in whole
    assert shown == f"It was {', '.join(['[share not published]'] * 4)}."
    path.write_text(f"# More\n\nIn [most]({name}) cases.\n", encoding="utf-8")
    with pytest.raises(InspectionError, match="left out of the public version"):
        followed.narrative(public)
    path.unlink()


def test_an_earlier_round_named_in_the_settings_judges_improved(insp: Inspection) -> None:
    change(insp.folder, lambda toml: toml["inspection"].add("earlier", "."))
    same = Inspection.open(insp.folder)
    assert same.comparison is not None
    changes = same.narrative.told.changes
    assert changes is not None and changes["grip@all"] == ("no reliable change", 0.0)
