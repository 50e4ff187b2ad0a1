"""Reports of more than one Area's round: a follow-up, all Areas, one theme by groups."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from types import SimpleNamespace

import pytest

from inspectkit.assessment.comparison import Sealed, seal
from inspectkit.errors import InspectionError
from inspectkit.exhibits import Cover, Funnel, HeatMap, SlopeChart, Table, listed, percent
from inspectkit.report import changes, contents, groups, national
from inspectkit.report.edition import Edition
from inspectkit.report.grouping import Grouped
from inspectkit.report.notebook import digest
from inspectkit.report.writing import joined
from inspectkit.resources import folder
from tests import report_specimen


@pytest.fixture(scope="module")
def insp(once, tmp_path_factory):
    place = tmp_path_factory.mktemp("joined") / "area"
    return Edition(report_specimen.copy(once, report_specimen.inspection, place))


@pytest.fixture(scope="module")
def files(insp, tmp_path_factory):
    """Three Areas' results, the second with every theme's share moved up by a tenth."""
    made, place = [], tmp_path_factory.mktemp("results")
    sealed = seal(insp.estimates, area="South West", ratings=insp.ratings, simulated=True)
    for area in ("South West", "Wessex", "North East"):
        content = {**sealed.content, "area": area}
        made.append(str(Sealed(content).write(place / f"{area}.json")))
    return made


# --- follow-up --------------------------------------------------------------------------------


def test_a_round_set_against_itself_has_changed_in_nothing(insp):
    found = changes.compared(insp, insp)
    assert found.names == ("Then", "Now")
    chart = changes.slopes(found, insp)
    assert isinstance(chart, SlopeChart)
    assert {each.way for each in chart.slopes} == {"even"}
    assert all(each.then == each.now for each in chart.slopes)
    blocks = changes.summary(found, insp).blocks
    said = [block.text for block in blocks if block.kind == "item"]
    assert len(said) == 1 and said[0].startswith("For ")
    assert not [block for block in blocks if block.kind == "warning"]  # in both is no caution
    assert blocks[-1].text.startswith(f"In both samples: {found.common_cases} cases.")


def test_the_cover_of_a_follow_up_says_which_rounds_it_sets_side_by_side(insp):
    head = SimpleNamespace(kind="follow-up", period="cases of 2028", report_date=date(2028, 3, 1))
    later = SimpleNamespace(head=head, area="Wessex", insp=insp)
    told = changes._round(later, True)
    assert told == "Wessex, Follow-up, cases of 2028; report of 1 March 2028"
    cover = changes.cover(changes.Rounds(insp, insp))
    assert cover.title == contents.cover(insp).title and "side by side" in cover.subtitle
    facts = dict(cover.facts)
    assert facts["Earlier round"] == facts["This round"]  # the same inspection
    assert facts["This round"].startswith("Baseline, cases finalised")
    assert facts["This round"].endswith(f"report of {contents.day(insp.head.report_date)}")


def test_rounds_are_called_by_kind_or_date_or_area(insp):
    def side(kind: str, day: str, area: str) -> SimpleNamespace:
        date = SimpleNamespace(isoformat=lambda: day)
        return SimpleNamespace(head=SimpleNamespace(kind=kind, report_date=date), area=area)

    base = side("baseline", "2024-01-01", "Wessex")
    assert changes.rounds(base, side("follow-up", "2026-01-01", "Wessex"))[1] == "Follow-up"
    assert changes.rounds(base, side("baseline", "2026-01-01", "Wessex"))[1] == "2026-01-01"
    assert changes.rounds(base, side("baseline", "2024-01-01", "Eastern"))[1] == "Eastern"


def test_the_table_of_changes_has_the_numbers_of_both_sides(insp):
    found = changes.compared(insp, insp)
    table = changes.change_table(found, changes.whole(insp))
    rows = [each for each in found.rows if each.kind != "question"]
    assert len(table.rows) == len(rows)
    for row in table.rows:
        assert row[1] == row[2] and row[3] in ("+0.0", None)


# --- all Areas --------------------------------------------------------------------------------


def test_the_national_report_has_every_area_once_and_names_those_missing(files):
    found = national.read(files)
    chart = national.heat_map(found)
    assert isinstance(chart, HeatMap) and len(chart.rows) == 14
    filled = [name for name, row in zip(chart.rows, chart.cells, strict=True)
              if any(cell.value is not None for cell in row)]  # fmt: skip
    assert sorted(filled) == ["North East", "South West", "Wessex"]
    assert any("Cymru-Wales" in block.text for block in national.summary(found).blocks)
    said = national.summary(found).blocks[-1].text
    many = 3 * len(found.figures)
    assert said.startswith(f"0 of {many} figures") and f"about {round(many / 20)} would" in said
    parts = national.figures(found).parts
    funnels = [each for each in parts if isinstance(each, Funnel)]
    assert len(funnels) == len({each.id for each in funnels}) == len(found.figures)
    assert national.provenance(found).rows[0][2] == found.results["North East"].digest


def test_three_equal_areas_have_the_composite_of_one(files, insp):
    found = national.read(files)
    table = national.composite_table(found)
    shares = {row[1] for row, group in zip(table.rows, table.groups, strict=True)
              if group == "Disclosure of unused material"}  # fmt: skip
    row = insp.estimates.row("disclosure", "all")
    assert shares == {percent(Fraction(row.value))}


def test_a_national_report_without_earlier_results_says_so_and_with_them_compares(files):
    found = national.read(files)
    assert "No earlier results" in national.changes(found, []).parts[0].blocks[0].text
    tables = national.changes(found, files).parts
    assert all(isinstance(each, Table) for each in tables)
    assert {row[-1] for row in tables[0].rows} == {"no reliable change"}
    assert [row[0] for row in tables[0].rows] == ["North East", "South West", "Wessex"]
    assert tables[0].notes[1].startswith("Not compared, without a figure of both rounds: Cymru")


def test_an_area_beyond_the_limits_is_said_to_lie_above_or_below_them(files, tmp_path):
    low, high = Sealed.read(files[1]).content, Sealed.read(files[2]).content
    moved = []
    for content, share in ((low, "1/10"), (high, "19/20")):
        rows = [{**row, "value": share} if row["kind"] == "theme" else row
                for row in content["rows"]]  # fmt: skip
        path = tmp_path / f"{content['area']}.json"
        moved.append(str(Sealed({**content, "rows": rows}).write(path)))
    found = national.read([files[0], *moved])
    lines = [block.text for block in national.summary(found).blocks if block.kind == "item"]
    out = f"above: {high['area']}; below: {low['area']}"
    assert [line for line in lines if out in line] and "above" not in lines[-1]


def test_the_cover_of_a_national_report_says_how_many_areas_there_are(files):
    cover = national.cover(national.read(files), title="T", date="2026-11-23")
    assert isinstance(cover, Cover) and ("Areas", "3 of 14") in cover.facts
    assert cover.subtitle == "Casework of 3 of 14 Areas, side by side"
    assert ("Date of this report", "23 November 2026") in cover.facts


# --- one theme --------------------------------------------------------------------------------


def test_an_area_without_a_figure_is_named_where_the_figure_is_told(files, tmp_path):
    bare = Sealed.read(files[0]).content
    rows = [row | {"value": None} if row["figure"] == "grip" else row for row in bare["rows"]]
    path = Sealed({**bare, "rows": rows}).write(tmp_path / "bare.json")
    found = national.read([str(path), *files[1:]])
    assert found.without("grip") == ["South West"] and not found.without("disclosure")
    gone = "eft out, or without a figure: South West"
    assert [gone in block.text for block in national.summary(found).blocks].count(True) == 1
    [told] = [part for part in national.figures(found).parts
              if isinstance(part, Funnel) and part.id == "funnel-grip"]  # fmt: skip
    assert any(gone in note for note in told.notes)


def test_groups_are_named_as_the_question_set_names_them_and_small_ones_left_out(insp):
    theme = Grouped(insp, "charged_by")
    assert {each.label for each in theme.groups if not each.stratum} <= {"CPS", "Police"}
    assert theme.groups
    front = groups.cover(theme)
    assert front.title == contents.cover(insp).title
    named = listed([each.label for each in theme.groups if not each.stratum])
    assert front.facts[:2] == (("Grouped by", "“Charged by”"), ("Groups", named))
    strict = Grouped(Edition(insp.insp, threshold=50), "charged_by")
    tables = groups.table(strict), groups.parts_table(strict)
    cells = [cell for table in tables for row in table.rows for cell in row[1:]]
    assert "c" in cells and not [each for each in cells if "%" in each]
    assert groups.chart(strict).points == ()


def test_an_unknown_fact_is_refused_with_the_known_ones(insp):
    with pytest.raises(InspectionError, match=r"no fact 'charged'.*charged_by"):
        _ = Grouped(insp, "charged").estimates


# --- files ------------------------------------------------------------------------------------


def test_each_is_written_as_page_and_pdf_and_the_same_bytes_each_time(insp, files, tmp_path):
    place = str(insp.folder)
    asked = {
        "follow_up": {"folder": place, "earlier": place, "draft": False, "threshold": 5},
        "national": {"files": files, "earlier": [], "title": "All", "date": "2026-11-23",
                     "marking": "OFFICIAL"},
    }  # fmt: skip
    for name, parameters in asked.items():
        made = joined(name, parameters, tmp_path / name)
        assert {f"{name}.html", f"{name}.pdf", "seal.json"} <= set(made)
        [notebook] = folder("notebooks").glob(f"*_{name}.ipynb")
        page = made[f"{name}.html"].read_text(encoding="utf-8")
        assert digest(notebook) in page.replace("<wbr>", "")
        assert b"SIMULATED MARKS" in made[f"{name}.html"].read_bytes()
        if name == "national":
            first = {path.name: path.read_bytes() for path in made.values()}
            again = joined(name, parameters, tmp_path / "again")
            assert {path.name: path.read_bytes() for path in again.values()} == first
