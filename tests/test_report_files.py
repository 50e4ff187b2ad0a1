"""The files of a report: same bytes each time, nothing obeyed, nothing leaked, readable by all."""

from __future__ import annotations

import io
import re
import sys
import zlib
from contextlib import closing
from dataclasses import replace
from html import unescape
from types import SimpleNamespace
from xml.etree import ElementTree

import nbformat
import openpyxl
import pikepdf
import pypdfium2
import pytest
from IPython.core.formatters import DisplayFormatter

import inspectkit as ik
from inspectkit.errors import InspectionError
from inspectkit.exhibits import (
    Bar,
    Block,
    Chip,
    Column,
    Prose,
    Series,
    StackedBars,
    Table,
    html,
    one_line,
    svg,
    to_json,
)
from inspectkit.exhibits.base import MIME, VALUES_ALONE
from inspectkit.inspection import Inspection
from inspectkit.report import pages
from inspectkit.report import press as press_module
from inspectkit.report.compose import compose, page
from inspectkit.report.edition import Edition
from inspectkit.report.exporters import InspectionHTMLExporter, InspectionPDFExporter
from inspectkit.report.notebook import Kernel, run
from inspectkit.report.pdf import end_plainly, pdf
from inspectkit.report.press import Press
from inspectkit.report.typst_walker import Walker
from inspectkit.report.workbook import workbook
from inspectkit.report.writing import reports
from inspectkit.resources import THREADS, environment, folder
from tests import report_specimen
from tests.report_specimen import HOSTILE, TITLE, executed, front


@pytest.fixture(scope="module")
def place(once, tmp_path_factory):
    place = tmp_path_factory.mktemp("inspection") / "area"
    return report_specimen.copy(once, report_specimen.reported, place).folder


@pytest.fixture(scope="module")
def files(place):
    """What the report wrote, by name; the public version with its folder before the name."""
    found = {"": place / "report", "public/": place / "public"}
    return {head + path.name: path.read_bytes()
            for head, version in found.items() for path in sorted(version.iterdir())}  # fmt: skip


@pytest.fixture(scope="module")
def read(files):
    """The page as a reader sees it: its text, blanks squeezed."""
    page = files["report.html"].decode("utf-8")
    return squeezed(re.sub(r"<(style|head).*?</\1>", " ", page, flags=re.S))


def squeezed(markup: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", markup)).split())


def test_the_same_inspection_gives_the_same_bytes(files, place):
    again = reports([place], public=True)[place]
    assert {name: path.read_bytes() for name, path in again.items()} == files
    kinds = {name.rpartition(".")[2] for name in files}
    assert kinds == {"csv", "html", "json", "parquet", "pdf", "xlsx", "yaml"}


def test_a_chart_that_was_drawn_ahead_is_not_drawn_again_for_its_page():
    bars = (Bar("Grip", "RASSO", (3, 1)),)
    chart = StackedBars(id="a", title="Ahead", alt="3, 1.", series=("yes", "no"), bars=bars)
    pages.draw([to_json(Series((Prose((Block("Before."),)), chart)))])
    drawn = svg.cache_info().misses
    assert "svg+xml" in html(chart) and svg.cache_info().misses == drawn
    assert "svg+xml" in html(replace(chart, alt="Another."))
    assert svg.cache_info().misses == drawn + 1


def test_where_a_report_is_made_cells_hand_over_values_alone(monkeypatch):
    shown = Prose((Block("One."),))
    assert "text/html" in DisplayFormatter().format(shown)[0]
    monkeypatch.setenv(VALUES_ALONE, "1")
    assert set(DisplayFormatter().format(shown)[0]) == {MIME, "text/plain"}


def test_a_page_that_cannot_be_set_is_told_and_nothing_is_written(tmp_path):
    assert press_module.MIME == MIME
    with Press() as press:
        press.draw({"outputs": [{"data": {MIME: {"kind": "no such kind"}}}]})
        empty = nbformat.v4.new_notebook()
        setting = press.set(empty, tmp_path / "pages", "report", ["html"])
        with pytest.raises(InspectionError, match="0 covers were shown"):
            setting.result()
    assert not (tmp_path / "pages").exists()


def test_a_kernel_sweeps_seldom_and_leaves_out_what_takes_seconds_to_load():
    with Kernel() as kernel:
        kernel.do("import gc, sys\nassert gc.get_threshold() == (50_000, 20, 100)", "kernel")
        kernel.do("import jsonschema\nassert sys.modules['rfc3987_syntax'] is None", "kernel")


@pytest.mark.parametrize(
    ("program", "said"),
    [("raise SystemExit('no fonts found')", "no fonts found"), ("exit(7)", "it ended with 7")],
)
def test_a_press_that_has_ended_says_why(monkeypatch, tmp_path, program, said):
    monkeypatch.setattr(press_module, "START", (sys.executable, "-c", program))
    with Press() as press, pytest.raises(InspectionError, match=said):
        press.set(nbformat.v4.new_notebook(), tmp_path, "report", ["html"]).result()


def test_what_a_library_prints_is_no_answer_of_the_press(monkeypatch, tmp_path):
    noisy = "from inspectkit.report import pages; pages.draw = print; pages.serve()"
    monkeypatch.setattr(press_module, "START", (sys.executable, "-c", noisy))
    with Press() as press:
        press.draw({"outputs": [{"data": {MIME: {"kind": "prose"}}}]})
        with pytest.raises(InspectionError, match="0 covers were shown"):
            press.set(nbformat.v4.new_notebook(), tmp_path, "report", ["html"]).result()


def test_hostile_texts_are_printed_and_not_obeyed(files, read):
    text = files["report.html"].decode("utf-8")
    assert re.findall(r"<(?:script|iframe|object|embed|form|b)\b", text) == []
    assert set(re.findall(r"<img src=\S{5}", text)) == {'<img src="data'}
    assert " ".join(HOSTILE.split()) in read
    assert TITLE in read


def test_the_page_asks_nothing_of_the_outside(files):
    text = files["report.html"].decode("utf-8")
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    assert f'http-equiv="Content-Security-Policy" content="{policy}"' in text
    assert re.findall(r"""(?:src|href)=["'](?!data:|#)""", text) == []
    assert "url(" not in text and "@import" not in text


def test_simulated_marks_are_named_on_every_page_and_sheet(files):
    assert files["report.html"].count(b"SIMULATED MARKS") > 4
    book = openpyxl.load_workbook(io.BytesIO(files["report.xlsx"]))
    assert all("SIMULATED MARKS" in sheet["A1"].value for sheet in book.worksheets)
    assert all("SIMULATED MARKS" in (sheet.oddFooter.left.text or "") for sheet in book.worksheets)


def test_the_pdf_is_tagged_titled_and_its_tables_are_headed(files):
    with pikepdf.open(io.BytesIO(files["report.pdf"])) as opened:
        assert bool(opened.Root.MarkInfo.Marked) and str(opened.Root.Lang) == "en-GB"
        with opened.open_metadata() as data:
            assert data["pdfuaid:part"] == "1" and data["pdfaid:conformance"] == "A"
            assert data["dc:title"] == TITLE
        tags = list(walk(opened.Root.StructTreeRoot))
        heads = [tag for tag in tags if tag.S == "/TH"]
        scopes = {str(scope_of(tag)) for tag in heads}
        figures = [tag for tag in tags if tag.S == "/Figure"]
        assert scopes == {"/Row", "/Column"} and len(heads) > 100
        assert len(figures) == files["report.html"].count(b"<img ") > 5
        assert all(str(tag.Alt) for tag in figures)
        assert len(list(opened.open_outline().root)) >= 8
        fonts = {str(each.get("/FontName")) for each in opened.objects
                 if isinstance(each, pikepdf.Dictionary) and each.get("/Type") == "/FontDescriptor"
                 and not {"/FontFile2", "/FontFile3"} & set(each.keys())}  # fmt: skip
        assert fonts == set(), "a font is not embedded"


def test_every_row_of_the_pdf_begins_with_a_head(files):
    with pikepdf.open(io.BytesIO(files["report.pdf"])) as opened:
        rows = [tag for tag in walk(opened.Root.StructTreeRoot) if tag.S == "/TR"]
        assert rows and all(next(children(row)).S == "/TH" for row in rows)


def test_the_pdf_says_what_the_page_says(place):
    document = compose(run_report(place))
    written = Walker().body(document.body)
    strings = [
        bytes(found, "utf-8").decode("unicode_escape").encode("latin-1").decode("utf-8")
        for found in re.findall(r'(?:#|\b(?:cell|tall)\()"((?:[^"\\]|\\.)*)"', written)
    ]
    said = "".join("".join(strings).replace("\u200b", "").split())
    shown = "".join(unescape(re.sub(r"<[^>]*>", "", document.body)).split())
    assert said == shown


def test_the_workbook_keeps_text_as_text(files, place):
    book = openpyxl.load_workbook(io.BytesIO(files["report.xlsx"]))
    themes = [each.label[:28] for each in Inspection.open(place).question_set.themes]
    behind = ["Cases", "Notes", "Definitions", "Sample", "Lines"]
    assert book.sheetnames == ["About", "Ratings", "Figures", *themes, *behind]
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
    assert HOSTILE in {cell.value for cell in cells}


def test_no_text_of_the_workbook_is_cut_off_by_the_height_of_its_row(files):
    book = openpyxl.load_workbook(io.BytesIO(files["report.xlsx"]))
    low = []
    for sheet in book.worksheets:
        # neighbouring columns of one width are kept as one range, under its first letter
        wide = {at: each.width for each in sheet.column_dimensions.values()
                for at in range(each.min, each.max + 1)}  # fmt: skip
        for row in sheet.iter_rows(min_row=3):
            lines = (sheet.row_dimensions[row[0].row].height or 15) / 15
            if lines < 400 / 15:  # the highest that a row may be
                low += [cell.value for cell in row if isinstance(cell.value, str)
                        and len(cell.value) > wide[cell.column] * lines]  # fmt: skip
    assert low == []


def test_a_title_cannot_end_the_style_sheet_in_which_it_stands_for_printing(files):
    style = re.findall(r"<style>(.*?)</style>", files["report.html"].decode("utf-8"), flags=re.S)
    title = re.search(r"@top-left { content: (.*?); font", style[0])
    assert len(style) == 1 and title is not None
    plain = re.sub(r"\\([0-9a-f]+) ", lambda code: chr(int(code[1], 16)), title[1])
    assert re.fullmatch(r'"[A-Za-z0-9 \\]*"', title[1]) and plain[1:-1] == one_line(TITLE, 60)


def test_the_workbook_counts_each_state_apart(place):
    insp = Inspection.open(place)
    sheet = openpyxl.load_workbook(io.BytesIO(workbook(Edition(insp))))["Figures"]
    heads = [cell.value for cell in sheet[3]]
    rows = [
        dict(zip(heads, row, strict=True)) for row in sheet.iter_rows(min_row=4, values_only=True)
    ]
    table = insp.scores.table()
    assert len(rows) == len(table)
    assert sum(row["Not examined"] for row in rows) == int(table["not_examined"].sum()) > 0
    assert {cell.value: cell.alignment.horizontal for cell in sheet[3]}["Cases"] == "right"
    assert sum(row["Closed"] for row in rows) == int(table["closed"].sum()) > 0


def test_a_received_notebook_is_run_only_when_named(place):
    with pytest.raises(InspectionError, match=r"06_report\.ipynb: is no notebook"):
        ik.report(Inspection.open(place), notebook=place / "notebooks" / "06_report.ipynb")


def test_an_unknown_format_is_refused(place):
    with pytest.raises(InspectionError, match=r"no such format: doc\. Use html, pdf, xlsx"):
        ik.report(Inspection.open(place), to=["html", "doc"])


def test_a_cell_that_fails_is_reported_and_nothing_is_written(place, tmp_path):
    broken = nbformat.v4.new_notebook(cells=[
        nbformat.v4.new_code_cell("folder = ''", metadata={"tags": ["parameters"]}),
        nbformat.v4.new_code_cell("1 / 0"),
    ])  # fmt: skip
    path = tmp_path / "broken.ipynb"
    nbformat.write(broken, path)
    with pytest.raises(
        InspectionError, match=r"broken\.ipynb: a cell failed with ZeroDivisionError"
    ):
        run(path, {"folder": str(place)})


def test_the_kernel_is_this_python_in_an_empty_folder(tmp_path):
    asked = nbformat.v4.new_notebook(cells=[
        nbformat.v4.new_code_cell("folder = ''", metadata={"tags": ["parameters"]}),
        nbformat.v4.new_code_cell("import sys, os\nprint(sys.executable)\nprint(folder)"),
    ])  # fmt: skip
    path = tmp_path / "asked.ipynb"
    nbformat.write(asked, path)
    out = run(path, {"folder": "a 'quoted' \\ place"}).cells[1].outputs[0].text.splitlines()
    assert out == [sys.executable, "a 'quoted' \\ place"]


def test_a_notebook_without_its_parameters_cell_is_refused(tmp_path):
    path = tmp_path / "bare.ipynb"
    nbformat.write(nbformat.v4.new_notebook(), path)
    with pytest.raises(InspectionError, match="0 cells are tagged parameters"):
        run(path, {})


def test_html_of_other_libraries_is_shown_as_plain_text():
    alien = SimpleNamespace(
        data={"text/html": "<script>x</script>", "text/plain": "<i>4</i>"}, metadata={}
    )
    text = page(compose(executed(front(), alien)))
    assert "<script" not in text and "<pre>&lt;i&gt;4&lt;/i&gt;</pre>" in text


def test_markdown_cannot_bring_html_a_script_address_or_an_outside_picture():
    cell = "<script>x</script>\n\n[here](javascript:alert(1)) ![a plan](http://x/y.png) <b>bold</b>"
    text = page(compose(executed(front(), cell)))
    assert re.findall(r"<script|<img|<b>|javascript:", text) == []
    assert "&lt;script&gt;x&lt;/script&gt;" in text and "a plan" in text and "&lt;b&gt;" in text


def test_a_picture_needs_alternative_text():
    bare = SimpleNamespace(data={"image/png": "iVBORw0KGgo="}, metadata={})
    with pytest.raises(InspectionError, match=r"cell 2: a picture has no alternative text"):
        compose(executed(front(), bare))
    told = SimpleNamespace(data={"image/png": "iVBORw0KGgo="}, metadata={"alt": "A plan"})
    assert 'alt="A plan"' in page(compose(executed(front(), told)))


def test_a_report_without_a_cover_is_refused():
    with pytest.raises(InspectionError, match="0 covers were shown"):
        compose(executed("## Alone"))


def test_headings_make_the_contents_list_in_order():
    body = Prose((Block("Within <it>", "heading"), Block("Text.")))
    contents = compose(executed(front(), "## First", body, "## Second")).contents
    assert [(each.level, each.label) for each in contents] == [
        (2, "First"),
        (3, "Within <it>"),
        (2, "Second"),
    ]


@pytest.mark.parametrize(
    "text",
    ['"] #panic("out") [', "\\u{202e}\\", "= Heading *b* _i_ `c` <label> @ref //", "A" * 100_000,
     "案件 קובץ 🗂 \ue000 \ufffe \u202e", "line\nline\tline", "#", ""],
    ids=["code", "escape", "markup", "long", "scripts", "blanks", "hash", "empty"],
)  # fmt: skip
def test_any_text_can_be_set_as_pdf(text):
    table = Table(
        id="t",
        title=f"T {text[:2000]}",
        columns=(Column("Question"), Column(f"n{text[:20]}", "chip")),
        rows=((text, Chip(text[:200], "good", text[:200])),),
        groups=(f"G {text[:200]}",),
        notes=(text,),
    )
    cover = front(title=f"T {text[:300]}", facts=((f"F {text[:50]}", text[:300]),))
    said = Block(text, "finding", f"R {text[:200]}"), *[Block(text, "fact", text[:200])] * 2
    told = Prose((Block("Recommendations", "heading"), *said))
    made = pdf(compose(executed(cover, "## Part", table, told)))
    again = pdf(compose(executed(cover, "## Part", table, told)))
    assert made.startswith(b"%PDF") and made == again


@pytest.mark.parametrize(("tags", "begins"), [([], 2), (["page"], 3)])
def test_what_a_cell_tagged_page_says_begins_on_a_page_of_its_own(tags, begins):
    ran = executed(front(), "## One\n\nA first part.", "## Two\n\nA second part.")
    ran.cells[-1].metadata["tags"] = tags
    with pikepdf.open(io.BytesIO(pdf(compose(ran)))) as opened:
        [one, two] = [
            each.destination for each in opened.open_outline().root if each.title != "Contents"
        ]
        places = [opened.pages.index(pikepdf.Page(each[0])) for each in (one, two)]
    assert places == [2, begins]
    assert ('<div class="page"><h2' in page(compose(ran))) == bool(tags)


@pytest.mark.parametrize(("text", "broken"), [("short", False), ("long " * 30, True)])
def test_a_short_table_stands_on_one_page_with_its_notes(text, broken):
    rows = tuple((f"row {n} {text}", n) for n in range(12))
    table = Table(id="t", title="Short", columns=(Column("Word"), Column("n", "number")),
                  rows=rows, notes=("Its note.",))  # fmt: skip
    lines = "\n\n".join(["A line."] * 36)  # leaves less than the table takes
    with closing(pypdfium2.PdfDocument(pdf(compose(executed(front(), lines, table))))) as opened:
        pages_of = [each.get_textpage().get_text_bounded() for each in opened]
    [first] = [n for n, said in enumerate(pages_of) if "row 0" in said]
    [last] = [n for n, said in enumerate(pages_of) if "Its note." in said]
    assert (first < last) == broken
    assert sum(said.count("row ") for said in pages_of) == 12


@pytest.mark.parametrize("stated", ["", "4"])
def test_a_python_of_a_report_sums_with_one_thread_unless_somebody_said_how_many(
    stated, monkeypatch
):
    for name in THREADS:
        monkeypatch.setenv(name, stated) if stated else monkeypatch.delenv(name, raising=False)
    assert {environment()[name] for name in THREADS} == {stated or "1"}


def test_no_stream_of_a_pdf_ends_with_half_a_line_end():
    content = next(text for text in (b"1 0 m" * n for n in range(1, 300))
                   if zlib.compress(text).endswith(b"\r"))  # fmt: skip
    made = pikepdf.new()
    for font in (False, True):
        stream = made.make_stream(zlib.compress(content), Filter=pikepdf.Name.FlateDecode)
        if font:
            stream.Length1 = len(content)
        made.Root[f"/Kept{font:d}"] = stream
    end_plainly(made)
    for name, tail in (("/Kept0", b"\n"), ("/Kept1", b"\1")):
        assert not made.Root[name].read_raw_bytes().endswith(b"\r")
        assert made.Root[name].read_bytes() == content + tail
    assert made.Root["/Kept1"].Length1 == len(content) + 1


def test_a_pdf_wants_a_stated_date():
    with pytest.raises(InspectionError, match=r"the cover has no date\. State report_date"):
        pdf(compose(executed(front(date=""), "## Part")))


def test_nbconvert_finds_both_exporters():
    notebook = executed(front(), "## Part")
    text, resources = InspectionHTMLExporter().from_notebook_node(notebook)
    assert text.startswith("<!DOCTYPE html>") and resources["output_extension"] == ".html"
    made, resources = InspectionPDFExporter().from_notebook_node(notebook)
    assert made.startswith(b"%PDF") and resources["output_extension"] == ".pdf"


def test_every_part_of_the_page_is_well_formed(place):
    document = compose(run_report(place))
    root = ElementTree.fromstring(f"<main>{document.body}</main>")
    ids = [each.get("id") for each in root.iter() if each.get("id")]
    assert len(ids) == len(set(ids))
    tables = list(root.iter("table"))
    assert len(tables) > 8 and all(each.find("caption") is not None for each in tables)
    assert all(each.get("scope") for each in root.iter("th"))
    assert all(each.get("alt") for each in root.iter("img"))


_RUNS: dict[str, object] = {}


def run_report(place):
    if str(place) not in _RUNS:
        source = folder("notebooks") / "06_report.ipynb"
        _RUNS[str(place)] = run(source, {"folder": str(place), **report_specimen.PARAMETERS})
    return _RUNS[str(place)]


def walk(node):
    for child in children(node):
        yield child
        yield from walk(child)


def children(node):
    inside = node.get("/K", [])
    for child in inside if isinstance(inside, pikepdf.Array) else [inside]:
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            yield child


def scope_of(tag):
    scopes = [each.get("/Scope") for each in tag.get("/A", []) if each.get("/O") == "/Table"]
    return scopes[0] if scopes else None
