"""Report pages in a real browser, made of texts that attack: nothing obeyed, nothing lost."""

from __future__ import annotations

import io
import re
import unicodedata
from itertools import pairwise

import nbformat
import openpyxl
import pypdfium2
import pytest
from axe_playwright_python.sync_playwright import Axe
from nbconvert import HTMLExporter

import inspectkit as ik
from inspectkit.assessment.comparison import seal
from inspectkit.exhibits import clean
from inspectkit.report.draft import drafted, written
from inspectkit.report.notebook import run
from inspectkit.report.writing import joined
from inspectkit.resources import folder
from tests import report_specimen
from tests.browser.lab import browser_page

PAGES = ("report", "public", "follow_up", "thematic", "national", "draft")
# What makes a table or picture usable that axe does not count.
COUNTS = """() => ({
  captions: document.querySelectorAll('table:not(:has(caption))').length,
  scopes: document.querySelectorAll('th:not([scope])').length,
  alts: [...document.images].filter(i => i.alt.length < 20).length,
  outside: document.querySelectorAll(
    ':is([src],[href]):not([src^="data:"]):not([href^="#"])').length,
  scripts: document.querySelectorAll('script,iframe,object,embed,form').length,
})"""


@pytest.fixture(scope="module")
def insp(tmp_path_factory):
    made = report_specimen.attacked(tmp_path_factory.mktemp("attacked") / "area")
    ik.report(made, public=True)
    return made


@pytest.fixture(scope="module")
def pages(insp, tmp_path_factory):
    place = tmp_path_factory.mktemp("pages")
    where = str(insp.folder)
    sealed = seal(insp.estimates, area="South West", ratings=insp.ratings, simulated=True)
    files = [str(sealed.write(place / "result.json"))]
    common = {"folder": where, "draft": False, "threshold": 5}
    joined("follow_up", {**common, "earlier": where}, place / "follow_up")
    joined("thematic", {**common, "fact": "charged_by"}, place / "thematic")
    national = {"files": files, "earlier": [], "date": "2026-11-23", "marking": "",
                "title": report_specimen.ATTACKS["script"]}  # fmt: skip
    joined("national", national, place / "national")
    draft = written(insp, drafted(insp, 1), None)["draft.html"]
    (place / "draft.html").write_bytes(draft)
    made = ("follow_up", "thematic", "national")
    found = {name: place / name / f"{name}.html" for name in made}
    found["draft"] = place / "draft.html"
    for version in ("report", "public"):
        found[version] = insp.folder / version / "report.html"
    return {name: found[name].as_uri() for name in PAGES}


@pytest.fixture(scope="module")
def sheet(browser_path):
    """One page of a browser that hears whatever a report would set off."""
    with browser_page(browser_path) as page:
        page.heard = []
        page.on("dialog", lambda dialog: (page.heard.append(dialog.message), dialog.dismiss()))
        page.on("pageerror", lambda error: page.heard.append(str(error)))
        page.on(
            "request",
            lambda request: (
                page.heard.append(request.url)
                if not request.url.startswith(("file:", "data:"))
                else None
            ),
        )
        yield page


def opened(sheet, address, width=1280, scheme="light"):
    sheet.set_viewport_size({"width": width, "height": 900})
    sheet.emulate_media(color_scheme=scheme)
    sheet.goto(address)
    return sheet


def violations(sheet):
    found = Axe().run(sheet).response["violations"]
    return [(each["id"], len(each["nodes"]), each["nodes"][0]["html"][:200]) for each in found]


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (400, "dark")])
def test_axe_finds_nothing_nothing_is_obeyed_and_nothing_overflows(
    sheet, pages, name, width, scheme
):
    shown = opened(sheet, pages[name], width, scheme)
    assert violations(shown) == []
    assert shown.evaluate(COUNTS) == dict.fromkeys(
        ("captions", "scopes", "alts", "outside", "scripts"), 0
    )
    assert shown.evaluate("document.documentElement.scrollWidth") <= width
    assert shown.evaluate("getComputedStyle(document.body).display") == "block"
    assert shown.heard == []


def test_the_default_page_of_nbconvert_has_what_axe_finds_so_the_search_can_fail(
    sheet, insp, tmp_path, capsys
):
    parameters = {"folder": str(insp.folder), **report_specimen.PARAMETERS, "public": True}
    executed = run(folder("notebooks") / "06_report.ipynb", parameters)
    for cell in executed.cells:  # the same content without what the attacks would set off
        for output in cell.get("outputs", []):
            output.get("data", {}).pop("text/html", None)
    text, _ = HTMLExporter(exclude_input=True).from_notebook_node(nbformat.from_dict(executed))
    path = tmp_path / "default.html"
    path.write_text(text, encoding="utf-8")
    found = violations(opened(sheet, path.as_uri()))
    outside = len(set(re.findall(r"https?://[^\s\"'<>)]+\.(?:js|css)", text)))
    sheet.heard.clear()
    with capsys.disabled():
        rules, nodes = len(found), sum(count for _, count, _ in found)
        print(f"\naxe: nbconvert's default {rules} rules, {nodes} nodes, {outside} outside; ours 0")
    assert found and outside


@pytest.mark.parametrize("name", PAGES)
def test_headings_descend_step_by_step_and_are_read_in_the_order_of_the_contents(
    sheet, pages, name
):
    shown = opened(sheet, pages[name])
    tree = shown.locator("main").aria_snapshot()
    read = [int(level) for level in re.findall(r"heading .*\[level=(\d)\]", tree)]
    assert read[0] == 1 and read.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(read))
    assert read == shown.evaluate(
        "[...document.querySelectorAll('main h1, main h2, main h3')].map(h => +h.tagName[1])"
    )
    links = shown.evaluate(
        "[...document.querySelectorAll('nav a')]"
        ".map(a => document.querySelector(a.hash)?.textContent)"
    )
    heads = "[...document.querySelectorAll('main h2, main h3')].map(h => h.textContent)"
    assert links == shown.evaluate(heads)
    whole = shown.locator("body").aria_snapshot()
    places = [whole.find(f"- {each}") for each in
              ("banner", 'navigation "Contents"', "main", "contentinfo")]  # fmt: skip
    assert -1 not in places and places == sorted(places)


def test_a_keyboard_reaches_the_report_first_and_scrolls_its_tables(sheet, pages):
    shown = opened(sheet, pages["report"])
    shown.keyboard.press("Tab")
    assert shown.evaluate("document.activeElement.textContent") == "Skip to the report"
    shown.keyboard.press("Enter")
    assert shown.evaluate("document.activeElement.id") == "main"
    shown.keyboard.press("Tab")
    assert shown.evaluate("document.activeElement.getAttribute('role')") == "region"


def test_the_head_of_a_group_stays_in_sight_while_its_table_is_scrolled(sheet, pages):
    shown = opened(sheet, pages["report"], width=400)
    seen = shown.evaluate("""() => [...document.querySelectorAll('.scroll:has(.group)')].map(
      frame => {
        frame.scrollLeft = 9999;
        const out = frame.getBoundingClientRect();
        return [frame.scrollLeft, ...[...frame.querySelectorAll('.group span')]
          .map(each => each.getBoundingClientRect())
          .map(each => Math.max(out.left - each.left, each.right - out.right))];
      })""")
    assert any(by for by, *_ in seen)
    assert all(beyond < 1 for _, *heads in seen for beyond in heads)


def test_a_caption_is_as_wide_as_the_screen_and_stays_while_its_table_is_scrolled(sheet, pages):
    shown = opened(sheet, pages["report"], width=400)
    moved = shown.evaluate("""() => [...document.querySelectorAll('.scroll:has(table)')].map(
      frame => {
        frame.scrollLeft = 9999;
        const [out, caption] = [frame, frame.querySelector('caption')]
          .map(each => each.getBoundingClientRect());
        return [frame.scrollLeft, out.left - caption.left, out.width - caption.width];
      })""")
    assert any(by for by, _, _ in moved)
    assert all(abs(left) < 1 and abs(width) < 1 for _, left, width in moved)


def bare(text: str) -> str:
    """A text without blanks and soft breaks, as it is found again on any page."""
    # U+FFFE and U+0002 are what a reader of PDF makes of a word broken over two lines
    return clean(re.sub(r"[\s\u200b\u00ad\ufffe\x02]", "", unicodedata.normalize("NFC", text)))


def test_no_text_vanishes_from_page_pdf_or_workbook(sheet, pages, insp):
    place = insp.folder / "report"
    shown = bare(opened(sheet, pages["report"]).evaluate("document.body.textContent"))
    pdf = pypdfium2.PdfDocument((place / "report.pdf").read_bytes())
    printed = bare("".join(each.get_textpage().get_text_range() for each in pdf))
    book = openpyxl.load_workbook(io.BytesIO((place / "report.xlsx").read_bytes()))
    cells = [cell for each in book.worksheets for row in each.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
    kept = bare("".join(str(cell.value) for cell in cells if cell.value is not None))
    questions = [each.text for each in insp.question_set.questions][:13]
    themes = [each.label for each in insp.question_set.themes]
    cases = list(insp.sample.drawn["id"])
    notes = [f"{each} was noted" for each in report_specimen.ATTACKS.values()]
    used = set(insp.reviews.marks["evidence"])
    assert set(notes) <= used and any(report_specimen.LONG_END in each for each in used)
    for text in (*questions, *themes, insp.title, insp.area, report_specimen.LONG_END):
        assert bare(text) in shown and bare(text) in kept, text
        assert bare(text) in printed, text
    assert [case for case in cases if bare(case) not in shown or bare(case) not in printed] == []
    assert [note for note in notes if bare(note) not in kept] == []


def test_a_printed_page_has_marking_stamp_and_number_in_its_margins(sheet, pages):
    shown = opened(sheet, pages["report"])
    printed = pypdfium2.PdfDocument(shown.pdf(prefer_css_page_size=True))
    texts = [bare(each.get_textpage().get_text_range()) for each in printed]
    for number, text in enumerate(texts, start=1):
        assert text.count(bare("SIMULATED MARKS")) >= 1 and text.count("OFFICIAL") >= 2, number
        assert f"Page{number}of{len(texts)}" in text


def test_the_pdf_asks_for_nothing_outside_and_runs_nothing(insp):
    for version in ("report", "public"):
        content = (insp.folder / version / "report.pdf").read_bytes()
        for word in (
            b"/JavaScript",
            b"/JS ",
            b"/Launch",
            b"/URI",
            b"/EmbeddedFile",
            b"/OpenAction",
        ):
            assert (version, word, content.count(word)) == (version, word, 0)
