"""verify.html: opened from disk, it finds a planted swap and agrees with the package."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from inspectkit.inspection import Inspection
from inspectkit.sampling import Design, Frame, Sample, draw, verify
from inspectkit.sampling.evidence.lists import HERE, frame_csv
from tests.browser.lab import browser_page
from tests.small import make
from tests.test_evidence_checkers import Trial, resealed, same_verdict, swap, trials

DROP = """([names, texts]) => {
    const held = new DataTransfer();
    names.forEach((name, at) => held.items.add(new File([texts[at]], name)));
    const drop = document.getElementById("drop");
    drop.dispatchEvent(new DragEvent("drop", { dataTransfer: held, bubbles: true }));
}"""
CHECK = """async (trials) => {
    const said = [];
    for (const { listed, manifest } of trials) {
        try {
            const rows = inspectkit.listOf(listed, ["id", "stratum"], "The list");
            await inspectkit.check(rows, manifest, [], () => {});
            said.push("");
        } catch (error) { said.push(error.message); }
    }
    return said;
}"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder `sample` of an inspection drawn by a commitment."""
    inspection = make(tmp_path_factory.mktemp("page") / "inspection")
    inspection.commit(at="2026-11-23T10:00")
    Inspection.open(inspection.folder).draw("4 1 6 2")
    return inspection.folder / "sample"


@pytest.fixture
def page(browser_path: str, place: Path) -> Iterator[Page]:
    with browser_page(browser_path) as page:
        asked: list[str] = []
        faults: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: said.type == "error" and faults.append(said.text))
        page.goto((place / "verify.html").as_uri())
        yield page
        assert all(url.startswith("file:") for url in asked), asked
        assert faults == []


def choose(page: Page, place: Path, **files: Path | list[Path]) -> None:
    chosen: dict[str, Any] = {"list": place / "frame.csv", "manifest": place / "manifest.json"}
    for name, path in (chosen | files).items():
        page.set_input_files(f"#{name}", path)


def planted(place: Path, tmp_path: Path) -> Path:
    """A manifest in which an undrawn case stands in for a drawn one, sealed again."""
    manifest = json.loads((place / "manifest.json").read_text("utf-8"))
    lines = (place / "frame.csv").read_text("utf-8").splitlines()[1:]
    cases = [(line.split(",")[0], line.split(",")[1]) for line in lines]
    swap(manifest, cases, random.Random(3))
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(resealed(manifest)), "utf-8")
    return path


def picture(page: Page, name: str) -> None:
    """Kept for people to look at where a folder is named."""
    if folder := os.environ.get("INSPECTKIT_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_a_right_sample_passes_every_check(page: Page, place: Path) -> None:
    choose(page, place, kept=[place / "commitment.json", place / "sealed.json"])
    page.get_by_role("button", name="Check the sample").click()
    status = page.get_by_role("status")
    expect(status).to_contain_text("The sample is right: all 9 checks passed")
    expect(status).to_contain_text("gives the same 9 cases")
    expect(status).to_be_focused()
    assert page.locator("#checks li.good").count() == 9
    assert page.locator("#found tbody tr").count() == 9
    picture(page, "verify-right")


def test_a_planted_swap_is_found_and_named(page: Page, place: Path, tmp_path: Path) -> None:
    path = planted(place, tmp_path)
    wrong = {each["id"] for each in json.loads(path.read_text("utf-8"))["cases"]}
    right = {
        each["id"] for each in json.loads((place / "manifest.json").read_text("utf-8"))["cases"]
    }
    choose(page, place, manifest=path)
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Check the sample").press("Enter")
    status = page.get_by_role("status")
    expect(status).to_contain_text(re.compile(r"Difference found. stratum \w+, place \d+, id: "))
    expect(status).to_contain_text((wrong - right).pop())
    expect(status).to_contain_text((right - wrong).pop())
    assert page.locator("#checks li.bad").count() == 1
    picture(page, "verify-swap")


def test_files_can_be_dropped_all_at_once(page: Page, place: Path) -> None:
    names = ["sealed.json", "manifest.json", "frame.csv", "commitment.json"]
    page.evaluate(DROP, [names, [(place / name).read_text("utf-8") for name in names]])
    expect(page.get_by_role("status")).to_contain_text("all 9 checks passed")


def test_a_kept_file_that_was_exchanged_is_found(page: Page, place: Path, tmp_path: Path) -> None:
    sealed = json.loads((place / "sealed.json").read_text("utf-8"))
    sealed["cases"][0]["id"] = "52ZZ"
    path = tmp_path / "sealed.json"
    path.write_text(json.dumps(resealed(sealed)), "utf-8")
    choose(page, place, kept=[path])
    page.get_by_role("button", name="Check the sample").click()
    expect(page.get_by_role("status")).to_contain_text(
        "sealed.json, case 1: you were asked for 52ZZ"
    )


def test_the_body_can_compare_its_own_list(page: Page, place: Path, tmp_path: Path) -> None:
    lines = (place / "frame.csv").read_text("utf-8").splitlines()
    own = tmp_path / "ours.csv"
    rows = ["Unit;ID;Owner", *(f'"North; 1";{line.split(",")[0]};AB' for line in lines[1:])]
    own.write_text("\r\n".join([*rows[:-1], "North;52NEW/26;AB", ""]), "utf-16")
    choose(page, place, own=own)
    page.get_by_role("button", name="Check the sample").click()
    status = page.get_by_role("status")
    expect(status).to_contain_text("1 of your cases are not in the list, first 52NEW/26")
    expect(status).to_contain_text("1 cases of the list are not in yours")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "there is no column “id”"),
        (b"URN,Type\n1,MC\n", "there is no column “id” among “URN”, “Type”"),
        (b"id,stratum\n52A\n", "row 2: 1 cells under 2 headings"),
        (b'id,stratum\n"52A,MC\n', "never closed"),
        (b"id,stratum\n52\xe9,MC\n", "not UTF-8"),
        (b"PK\x03\x04", "this is a workbook"),
        (b"id,stratum\n52A,MC\n52A,MC\n", "the id 52A stands in rows 2 and 3"),
    ],
)
def test_a_list_that_cannot_be_read_is_refused_in_words(
    page: Page, place: Path, tmp_path: Path, content: bytes, said: str
) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    choose(page, place, list=path)
    page.get_by_role("button", name="Check the sample").click()
    expect(page.get_by_role("status")).to_contain_text(said)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "it was cut or edited"),
        ("[]", "no manifest written by inspectkit"),
        ('{"format": "inspectkit-sealed/1"}', "this is the sealed or public file"),
        ('{"format": "inspectkit-manifest/1"}', "manifest, digest: the manifest states nothing"),
    ],
)
def test_a_manifest_that_cannot_be_read_is_refused_in_words(
    page: Page, place: Path, tmp_path: Path, content: str, said: str
) -> None:
    path = tmp_path / "manifest.json"
    path.write_text(content, "utf-8")
    choose(page, place, manifest=path)
    page.get_by_role("button", name="Check the sample").click()
    expect(page.get_by_role("status")).to_contain_text(said)


def test_text_of_a_file_is_never_run(page: Page, place: Path, tmp_path: Path) -> None:
    manifest = json.loads((place / "manifest.json").read_text("utf-8"))
    manifest["cases"][0]["id"] = "<img src=x onerror=document.title='run'>"
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(resealed(manifest)), "utf-8")
    choose(page, place, manifest=path)
    page.get_by_role("button", name="Check the sample").click()
    expect(page.get_by_role("status")).to_contain_text("<img src=x")
    assert page.title() == "Check a sample of cases" and page.locator("img").count() == 0


def test_sha_256_is_that_of_the_standard(page: Page) -> None:
    texts = ["", "abc", "a" * 55, "a" * 56, "a" * 64, "é𝕏" * 40, "x" * 1000]
    found = page.evaluate("(texts) => texts.map(inspectkit.sha256)", texts)
    assert found == [hashlib.sha256(text.encode()).hexdigest() for text in texts]


def test_the_page_agrees_with_the_package_on_random_frames(page: Page, full: bool) -> None:
    drawn = trials(1_000 if full else 60)
    said: list[str] = []
    for start in range(0, len(drawn), 100):
        part = [plain(each) for each in drawn[start : start + 100]]
        said += page.evaluate(CHECK, part)
    pairs = [(each.said, other) for each, other in zip(drawn, said, strict=True)]
    assert [pair for pair in pairs if not same_verdict(*pair)] == []


def plain(each: Trial) -> dict[str, Any]:
    return {"listed": each.listed, "manifest": each.manifest}


def test_a_large_list_shows_how_far_it_is(page: Page, place: Path, full: bool) -> None:
    size = 400_000 if full else 60_000
    rows = f"Array.from({{ length: {size} }}, (_, n) => ({{ id: `52${{n}}`, stratum: 'MC' }}))"
    shares = page.evaluate(
        f"""async () => {{
            const seen = [], rows = {rows};
            const manifest = {{ format: "inspectkit-manifest/1" }};
            const head = {{ ...manifest, frame: {{ cases: rows.length, digest: "" }},
                cases: [], design: {{}} }};
            head.digest = inspectkit.sha256(JSON.stringify({{ cases: [], design: {{}},
                format: head.format, frame: {{ cases: rows.length, digest: "" }} }}));
            await inspectkit.check(rows, head, [], () => {{}}, async (share) => seen.push(share))
                .catch((error) => seen.push(error.message));
            return seen;
        }}"""
    )
    assert len(shares) >= 3 and 0 < shares[0] < shares[1] < 1
    assert str(shares[-1]).startswith("frame, digest")


def test_the_page_is_accessible(page: Page, place: Path, tmp_path: Path) -> None:
    assert Axe().run(page).violations_count == 0
    choose(page, place, manifest=planted(place, tmp_path))
    page.get_by_role("button", name="Check the sample").click()
    expect(page.get_by_role("status")).to_contain_text("Difference")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    page.set_viewport_size({"width": 360, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    picture(page, "verify-narrow")


def test_the_policy_of_the_page_allows_its_own_text_only() -> None:
    text = (HERE / "verify.html").read_text("utf-8")
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', text)
    assert policy and "default-src 'none'" in policy[1]
    for tag in ("script", "style"):
        inside = re.search(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        assert inside
        value = base64.b64encode(hashlib.sha256(inside[1].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{value}'" in policy[1], f"{tag}-src 'sha256-{value}'"
    assert not re.search(r"https?://|innerHTML|eval\(|fetch\(", text)


def beyond() -> list[tuple[str, dict[str, Any]]]:
    """Designs other than plain stratified ones, by name."""
    quota = [{"column": "outcome", "value": ["late", "early"], "n": 2}]
    return [
        ("by size", {"MC": {"n": 6, "selection": "pareto"}, "CC": 3}),
        ("by size, in turn", {"MC": {"n": 6, "selection": "sequential_poisson"}, "CC": 3}),
        ("a census", {"MC": {"take_all": True}, "CC": 4}),
        ("quotas", {"MC": {"n": 5, "quota": quota}, "CC": 3}),
    ]


def unusual(dice: random.Random, strata: dict[str, Any]) -> tuple[Frame, Sample]:
    count = dice.randint(45, 80)
    outcomes = [dice.choice(["late", "early", "none"]) for _ in range(count)]
    table = pd.DataFrame(
        {
            "URN": [f"52{dice.random()}/{number}" for number in range(count)],
            "Type": ["MC"] * (count - 8) + ["CC"] * 8,
            "Area": "X",
            "Ended": "01/02/2026",
            "Outcome": outcomes,
            "Size": [dice.choice(["1", "2.5", "7", "0.125", "300"]) for _ in range(count)],
        }
    )
    columns = {"id": "URN", "stratum": "Type", "area": "Area", "finalised": "Ended"}
    spec = {
        "file": "",
        "dates": "%d/%m/%Y",
        "columns": columns | {"size": "Size"},
        "facts": {"outcome": "Outcome"},
        "eligible": {"area": "X", "finalised_from": "2025-10-01", "finalised_to": "2026-09-30"},
    }
    frame = Frame.read(table, spec)
    design = Design.of("x", strata=strata, reserves="20%")
    return frame, draw(frame, design, seed=str(dice.random()))


@pytest.mark.parametrize(("name", "strata"), beyond(), ids=lambda each: str(each)[:20])
def test_the_page_checks_other_designs_as_the_package_does(
    page: Page, full: bool, name: str, strata: dict[str, Any]
) -> None:
    dice = random.Random(name)
    right, wrong = [], []
    for _ in range(50 if full else 8):
        frame, sample = unusual(dice, strata)
        listed = frame_csv(frame.cases, ["outcome"])
        manifest = json.loads(json.dumps(sample.manifest()))
        right.append({"listed": listed, "manifest": manifest})
        bad = json.loads(json.dumps(manifest))
        stratum = bad["cases"][0]["stratum"]
        first, *_, last = (each for each in bad["cases"] if each["stratum"] == stratum)
        first["id"], last["id"] = last["id"], first["id"]
        wrong.append({"listed": listed, "manifest": resealed(bad)})
        assert verify(frame, manifest)
    assert page.evaluate(CHECK, right) == [""] * len(right)
    assert all("place 1, id" in each for each in page.evaluate(CHECK, wrong))


def test_the_page_says_what_it_cannot_check(page: Page, place: Path, tmp_path: Path) -> None:
    strata = {"MC": {"n": 5, "selection": "systematic"}, "CC": 2}
    frame, sample = unusual(random.Random(1), strata)
    (tmp_path / "frame.csv").write_text(frame_csv(frame.cases), "utf-8")
    (tmp_path / "manifest.json").write_text(json.dumps(sample.manifest()), "utf-8")
    choose(page, tmp_path)
    page.get_by_role("button", name="Check the sample").click()
    expect(page.get_by_role("status")).to_contain_text("1 of the strata cannot be checked")
    assert page.locator("#checks li.open").count() == 1
