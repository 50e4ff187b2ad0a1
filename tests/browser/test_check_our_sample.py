"""docs/check_our_sample.md walked step by step, as an office manager without Python would."""

from __future__ import annotations

import json
import random
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from inspectkit.inspection import Inspection
from tests.browser.lab import browser_page
from tests.browser.test_verify_page import DROP, picture
from tests.small import make
from tests.test_evidence_checkers import resealed, swap

FILE = re.compile(r"`([\w-]+\.(?:csv|json|html|xlsx|py))`")
FROM_THE_OFFICE = {"frame_agreement.xlsx", "cases_added.csv"}  # before the draw, and after it


@pytest.fixture(scope="module")
def sections(checkout: Path) -> dict[str, str]:
    """The document's sections by heading."""
    text = (checkout / "docs" / "check_our_sample.md").read_text(encoding="utf-8")
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], (" ".join(part.split()) for part in parts[1::2]), strict=True))


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory, sections: dict[str, str]) -> Path:
    """Step 1: the folder that the manager makes, with the files that the step names."""
    inspection = make(tmp_path_factory.mktemp("office") / "inspection")
    inspection.commit(at="2026-11-23T10:00")
    Inspection.open(inspection.folder).draw("4 1 6 2")
    made = inspection.folder / "sample"
    folder = tmp_path_factory.mktemp("check")
    step = re.search(r"1\. (.+?) 2\. ", sections["The check"])
    assert step
    for name in set(FILE.findall(step[1])):
        shutil.copy(made / name, folder / name)
    assert len(list(folder.iterdir())) == 5
    return folder


@pytest.fixture
def page(browser_path: str, given: Path) -> Iterator[Page]:
    """Step 2: a double click opens the page in the browser."""
    with browser_page(browser_path) as page:
        page.goto((given / "verify.html").as_uri())
        yield page


def dragged(page: Page, folder: Path, changed: dict[str, str] | None = None) -> None:
    """Step 3: mark all files of the folder, the page among them, and drag them onto the field."""
    texts = {path.name: path.read_text("utf-8") for path in sorted(folder.iterdir())}
    texts |= changed or {}
    page.evaluate(DROP, [list(texts), list(texts.values())])


def quoted(text: str) -> list[str]:
    """What the document says that the page says."""
    return re.findall("“([^”]+)”", text)


def test_every_file_that_the_document_names_is_written(
    given: Path, sections: dict[str, str], checkout: Path
) -> None:
    named = {name for text in sections.values() for name in FILE.findall(text)}
    sample = next(given.parent.glob("office*")) / "inspection" / "sample"
    written = {path.name for path in sample.iterdir()}
    assert named - FROM_THE_OFFICE <= written
    office = (checkout / "inspectkit").rglob("*.py")
    code = "".join(path.read_text(encoding="utf-8") for path in office)
    assert all(Path(name).stem in code for name in FROM_THE_OFFICE)


def test_the_steps_lead_to_the_green_line(
    page: Page, given: Path, sections: dict[str, str]
) -> None:
    dragged(page, given)
    status = page.get_by_role("status")
    right, *_ = (each for each in quoted(sections["The check"]) if "right" in each)
    said, rest = right.split("…")
    expect(status).to_contain_text(said.strip())
    expect(status).to_contain_text(rest.strip())
    expect(status).to_have_class("good")
    expect(page.locator("#unused")).to_contain_text("left aside: verify.html")
    assert page.evaluate("document.getElementById('list').files[0].name") == "frame.csv"
    picture(page, "office-right")


def test_the_steps_lead_to_the_planted_swap(
    page: Page, given: Path, sections: dict[str, str]
) -> None:
    manifest = json.loads((given / "manifest.json").read_text("utf-8"))
    honest = {each["id"] for each in manifest["cases"]}
    lines = (given / "frame.csv").read_text("utf-8").splitlines()[1:]
    swap(manifest, [tuple(line.split(",")[:2]) for line in lines], random.Random(7))
    put_in = ({each["id"] for each in manifest["cases"]} - honest).pop()
    dragged(page, given, {"manifest.json": json.dumps(resealed(manifest))})
    status = page.get_by_role("status")
    expect(status).to_contain_text("Difference found")
    expect(status).to_have_class("bad")
    said = status.inner_text()
    assert put_in in said
    picture(page, "office-swap")
    # the document's example is what such a line looks like, and its table says what that means
    example = re.search(r"`(stratum [^`]+)`", sections["The check"])
    assert example
    shape = re.sub(r"\w+/\d+", "#", re.sub(r"(?<=stratum )\w+|(?<=place )\d+", "#", example[1]))
    found = re.sub(r"\w+/\d+", "#", re.sub(r"(?<=stratum )\w+|(?<=place )\d+", "#", said))
    assert shape in found, (shape, found)
    assert "`stratum …, place …`" in sections["If there is a difference"]


def test_without_the_kept_files_a_sample_drawn_anew_passes(
    page: Page, given: Path, tmp_path: Path, sections: dict[str, str]
) -> None:
    """Step 1: only the two kept files tell that list and cases are those of then."""
    assert "Without these two the check runs as well" in sections["The check"]
    inspection = make(tmp_path / "other")
    inspection.commit(at="2026-11-24T10:00")
    Inspection.open(inspection.folder).draw("5 2 7 3")
    anew = inspection.folder / "sample"
    other = {each: (anew / each).read_text("utf-8") for each in ("manifest.json", "frame.csv")}
    page.evaluate(DROP, [list(other), list(other.values())])
    status = page.get_by_role("status")
    expect(status).to_have_class("good")
    dragged(page, given, other)
    expect(status).to_contain_text("Difference found. commitment.json, ")


def test_the_manager_compares_the_list_with_the_offices_own(
    page: Page, given: Path, tmp_path: Path, sections: dict[str, str]
) -> None:
    dragged(page, given)
    expect(page.get_by_role("status")).to_have_class("good")
    own = tmp_path / "from our system.csv"
    lines = (given / "frame.csv").read_text("utf-8").splitlines()
    own.write_text("\n".join(["id,unit", *(f"{line.split(',')[0]},x" for line in lines[2:])]))
    label = "4. Your own list of cases"
    assert f"**{label}**" in sections["Is the list itself right?"]
    page.get_by_label(label).set_input_files(own)
    page.get_by_role("button", name="Check the sample").click()
    status = page.get_by_role("status")
    (said,) = quoted(sections["Is the list itself right?"])
    expect(status).to_contain_text(
        f"all 9 checks passed, and the list gives the same 9 cases. {said}"
    )
    expect(status).to_contain_text("1 cases of the list are not in yours")
    assert "**Check the sample**" in sections["The check"]
    picture(page, "office-own-list")
