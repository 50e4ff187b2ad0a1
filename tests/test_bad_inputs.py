"""Bad input gets *where: what. Remedy.*, exit code 1, and leaves every file as it was."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from inspectkit.cli import main
from inspectkit.inspection import Inspection
from tests.small import change, eligible, export, footprint, make, republish, row

Breakage = Callable[[Path], None]
SENTENCE = re.compile(r"^[^:]+(, line [\d, .]+)?: .+\. .+[.?]$")


@pytest.fixture(scope="session")
def undrawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("bad") / "undrawn").folder


@pytest.fixture(scope="session")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    inspection = make(tmp_path_factory.mktemp("bad") / "drawn")
    inspection.draw("1 2 3")
    return inspection.folder


def run(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Exit code and standard error of a command."""
    before, sys.argv = sys.argv, ["inspectkit", *arguments]
    try:
        main()
        code: object = 0
    except SystemExit as stop:
        code = stop.code or 0
    finally:
        sys.argv = before
    assert isinstance(code, int)
    return code, capsys.readouterr().err


def edit(name: str, old: str, new: str) -> Breakage:
    """Replace a text in a file of the folder."""

    def breakage(folder: Path) -> None:
        path = folder / name
        raw = path.read_bytes()
        assert old.encode("cp1252") in raw
        path.write_bytes(raw.replace(old.encode("cp1252"), new.encode("cp1252"), 1))

    return breakage


def lines(*more: str, count: int | None = None) -> Breakage:
    """Another export: plain cases and these lines."""
    text = export([*eligible({"MC": 30, "CC": 20, "RASSO": 10}), *more], count=count)
    return lambda folder: (folder / "caseload.csv").write_text(text, "cp1252") and None


def size(n: int) -> Breakage:
    def breakage(folder: Path) -> None:
        change(folder, lambda settings: settings["sample"]["strata"][1].update({"n": n}))

    return breakage


def no_footer(folder: Path) -> None:
    change(folder, lambda settings: settings["frame"].pop("footer"))


def resealed(folder: Path) -> None:
    republish(folder, lambda content: content["questions"][0].update({"text": "How, then?"}))


def remove(name: str) -> Breakage:
    return lambda folder: (folder / name).unlink()


def empty(name: str) -> Breakage:
    return lambda folder: (folder / name).write_bytes(b"") and None


CHECK, VERIFY = ["check"], ["verify"]
DRAW = ["draw", "--seed", "1 2 3", "--uncommitted", "trial"]
COMMIT, TOPUP = ["commit", "--at", "2026-11-23T10:00"], ["topup", "--by", "AB"]
SUBSTITUTE = ["substitute", "CASE", "--by", "AB", "--reason"]
SECRET = ["--ours", "a long number 4711"]


def committed(folder: Path) -> None:
    Inspection.open(folder).commit(at="2026-11-23T10:00")


def left(reason: str) -> Breakage:
    """The case that the commands below name has left, or its file is not there."""

    def breakage(folder: Path) -> None:
        inspection = Inspection.open(folder)
        inspection.substitute(first_case(folder), reason=reason, by="AB")
        inspection.store.close()

    return breakage


def first_case(folder: Path) -> str:
    manifest = json.loads((folder / "sample" / "manifest.json").read_text("utf-8"))
    return str(manifest["cases"][0]["id"])


QS = "question_set/r1.yaml"
BEFORE_THE_DRAW: list[tuple[str, Breakage, list[str], str]] = [
    (
        "a missing column",
        edit("caseload.csv", "Casework type", "Type"),
        CHECK,
        "no column 'Casework type'",
    ),
    (
        "a repeated heading",
        edit("caseload.csv", "Def No", "URN"),
        CHECK,
        "2 columns are called 'URN'",
    ),
    (
        "an unmapped spelling",
        lines(row("52X/26", stratum="Crown")),
        CHECK,
        "'Crown' .1 rows. is mapped to nothing",
    ),
    ("an id without text", lines(row(" ")), CHECK, "line 64: id: the cell is empty"),
    ("an invisible character", lines(row("52X\xad/26")), CHECK, r"U\+00AD SOFT HYPHEN"),
    (
        "an impossible date",
        lines(row("52X/26", finalised="31/02/2026")),
        CHECK,
        "'31/02/2026' in Date finalised",
    ),
    (
        "a month-first date",
        lines(row("52X/26", finalised="02/13/2026")),
        CHECK,
        "'02/13/2026' in Date",
    ),
    ("a short line", lines("52X/26,1,Quill"), CHECK, "line 64: 3 cells under 14 headings"),
    ("a long line", lines(row("52X/26") + ",more"), CHECK, "line 64: 15 cells under 14 headings"),
    (
        "an open quotation mark",
        lines('52X/26,1,"Quill'),
        CHECK,
        "unexpected end of data|cells under|over several",
    ),
    ("an unstated totals line", no_footer, CHECK, "last line looks like a total"),
    (
        "no cases",
        lambda folder: (folder / "caseload.csv").write_text(export([])) and None,
        CHECK,
        "no cases",
    ),
    ("an empty export", empty("caseload.csv"), CHECK, "the file is empty"),
    ("no export", remove("caseload.csv"), CHECK, "no such file"),
    (
        "n larger than a stratum",
        size(100),
        DRAW,
        "stratum CC: 100 cases and 30 reserves wanted, 20 cases",
    ),
    ("n zero", size(0), DRAW, r"strata\.2\.n.*not a whole number from 1"),
    (
        "a cut settings file",
        edit("inspection.toml", "[frame]", "[frame"),
        CHECK,
        "not readable as TOML",
    ),
    (
        "an unknown setting",
        edit("inspection.toml", "header_row", "heder_row"),
        CHECK,
        r"mean header_row\?",
    ),
    ("no settings", remove("inspection.toml"), CHECK, "no such file"),
    ("broken YAML", edit(QS, "scales:", "scales: ["), DRAW, "line .*not readable as YAML"),
    (
        "an unknown question id",
        edit(QS, "${charged_by}", "${charged}"),
        DRAW,
        "changed after it was published",
    ),
    ("an edited question set", edit(QS, "?", "??"), DRAW, "changed after it was published"),
    ("a question set sealed again", resealed, DRAW, "digest .* is pinned"),
    ("an edited rule", edit("rule.yaml", "70%", "71%"), CHECK, "digest .* is pinned"),
    ("a rule with a gap", edit("rule.yaml", '"0%"', '"5%"'), CHECK, "rule"),
    ("no sample yet", lambda folder: None, VERIFY, "no sample has been drawn"),
    (
        "no commitment and no reason",
        lambda folder: None,
        ["draw", "--seed", "1 2 3"],
        "no commitment to frame and design.*Run inspectkit commit first",
    ),
    ("a reason beside a commitment", committed, DRAW, "a commitment of 2026-11-23T10:00 stands"),
    ("a second commitment", committed, COMMIT, "a commitment .* stands. .*--again"),
    (
        "a frame that was not committed to",
        lambda folder: committed(folder) or lines(row("52NEW/26"))(folder),
        DRAW[:3],
        "the frame committed to has digest",
    ),
    (
        "a commitment cut short",
        lambda folder: committed(folder) or edit("sample/commitment.json", "{", "")(folder),
        DRAW[:3],
        "not readable as JSON",
    ),
    (
        "an edited commitment",
        lambda folder: committed(folder) or edit("sample/commitment.json", "T10", "T09")(folder),
        DRAW[:3],
        "it was edited",
    ),
    (
        "another source than announced",
        committed,
        [*DRAW[:3], "--seed-source", "dice"],
        "as stated, not dice",
    ),
    ("an empty seed", lambda folder: None, ["draw", *DRAW[3:]], "empty or holds a line break"),
    (
        "a seed of two lines",
        lambda folder: None,
        ["draw", "--seed", "1\n2", *DRAW[3:]],
        "holds a line break",
    ),
    (
        "an unknown seed source",
        lambda folder: None,
        [*COMMIT, "--seed-source", "coin"],
        "'coin' is not known. Use dice: ",
    ),
    (
        "a beacon without its round",
        lambda folder: None,
        [*COMMIT, "--seed-source", "beacon"],
        "can be picked unless its round is named",
    ),
    (
        "a secret that can be guessed",
        lambda folder: None,
        [*COMMIT, "--seed-source", "two-sides", "--ours", "7"],
        "fewer than 12 characters",
    ),
    (
        "no digest of the other side",
        lambda folder: None,
        [*COMMIT, "--seed-source", "two-sides", *SECRET],
        "no SHA-256 of 64 hexadecimal digits",
    ),
    (
        "two sides' texts for dice",
        lambda folder: None,
        [*DRAW, *SECRET],
        "no two sides were announced",
    ),
    ("a time that is none", lambda folder: None, ["commit", "--at", "noon"], "'noon' is no time"),
    (
        "half an agreement",
        lambda folder: None,
        [*COMMIT, "--agreed-by", "A. Manager"],
        "who agreed, or when, is missing",
    ),
    (
        "an agreement to another list",
        lambda folder: None,
        [*COMMIT, "--agreed-by", "A", "--agreed-on", "2026-11-20", "--agreed-digest", "0" * 8],
        "it begins 00000000",
    ),
    (
        "days that have not passed",
        lambda folder: None,
        [*COMMIT, "--sent-on", "2026-11-20", "--days", "10"],
        "end on 2026-11-30",
    ),
    (
        "a commitment to more cases than there are",
        size(100),
        COMMIT,
        "100 cases and 30 reserves wanted, 20 cases",
    ),
    (
        "an agreement without an export",
        remove("caseload.csv"),
        ["agreement"],
        "no such file",
    ),
    (
        "a substitution before the draw",
        lambda folder: None,
        [*SUBSTITUTE, "live"],
        "not been opened",
    ),
    ("a top-up before the draw", lambda folder: None, [*TOPUP, "--add", "MC=1"], "not been opened"),
    ("marking not opened", lambda folder: None, ["rate"], "marking has not been opened"),
]
AFTER_THE_DRAW: list[tuple[str, Breakage, list[str], str]] = [
    (
        "an edited manifest",
        edit("sample/manifest.json", '"order": 2', '"order": 3'),
        VERIFY,
        "it was edited",
    ),
    ("a cut manifest", edit("sample/manifest.json", "{", ""), VERIFY, "not readable as JSON"),
    (
        "an edited case",
        edit("caseload.csv", "52MC00000/26", "52MC00000/25"),
        VERIFY,
        "frame digest",
    ),
    ("a second draw", lambda folder: None, DRAW, "a sample was drawn before"),
    ("an emptied store", empty("inspection.db"), ["progress"], "at event 1 .* and now has none"),
    ("a commitment after the draw", lambda folder: None, COMMIT, "a sample was drawn before"),
    (
        "an exchanged sealed file",
        edit("sample/sealed.json", '"round": "1"', '"round": "2"'),
        VERIFY,
        "sealed.json: .*edited",
    ),
    (
        "a reason that is not coded",
        lambda folder: None,
        [*SUBSTITUTE, "hard"],
        "no reason to leave",
    ),
    (
        "a case outside the sample",
        lambda folder: None,
        ["substitute", "52ZZ", "--by", "AB", "--reason", "live"],
        "it is not in the sample",
    ),
    ("a case that has left", left("live"), [*SUBSTITUTE, "live"], "it left the sample"),
    (
        "a file missing twice",
        left("missing"),
        [*SUBSTITUTE, "refused"],
        "it is not available",
    ),
    ("a file found that was there", lambda folder: None, [*SUBSTITUTE, "found"], "not recorded as"),
    (
        "a substitution by nobody",
        lambda folder: None,
        ["substitute", "CASE", "--by", " ", "--reason", "live"],
        "nobody is named",
    ),
    (
        "a top-up of no stratum",
        lambda folder: None,
        [*TOPUP, "--add", "5"],
        "no stratum and number",
    ),
    (
        "a top-up of a half",
        lambda folder: None,
        [*TOPUP, "--add", "MC=2.5"],
        "no stratum and number",
    ),
    ("a top-up of nothing", lambda folder: None, [*TOPUP, "--add", "MC=0"], "0 more cases"),
    ("a top-up of a stranger", lambda folder: None, [*TOPUP, "--add", "XX=1"], "no stratum 'XX'"),
    ("a top-up past the end", lambda folder: None, [*TOPUP, "--add", "MC=27"], "26 are left"),
    ("a folder in use", lambda folder: None, ["new"], "the folder is not empty"),
]


def is_drawn(folder: Path) -> bool:
    return (folder / "sample" / "manifest.json").exists()


def refused(
    start: Path,
    place: Path,
    case: tuple[str, Breakage, list[str], str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    _, breakage, command, message = case
    folder = place / "inspection"
    shutil.copytree(start, folder)
    breakage(folder)
    before = footprint(folder)
    arguments = [
        first_case(folder) if each == "CASE" and is_drawn(folder) else each for each in command
    ]
    code, error = run([arguments[0], str(folder), *arguments[1:]], capsys)
    assert code == 1
    assert re.search(message, error), error
    assert all(
        SENTENCE.match(line) or line.startswith("... and ") for line in error.splitlines()
    ), error
    assert footprint(folder) == before


@pytest.mark.parametrize("case", BEFORE_THE_DRAW, ids=lambda case: case[0])
def test_before_the_draw(
    undrawn: Path,
    tmp_path: Path,
    case: tuple[str, Breakage, list[str], str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    refused(undrawn, tmp_path, case, capsys)


@pytest.mark.parametrize("case", AFTER_THE_DRAW, ids=lambda case: case[0])
def test_after_the_draw(
    drawn: Path,
    tmp_path: Path,
    case: tuple[str, Breakage, list[str], str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    refused(drawn, tmp_path, case, capsys)


def test_marks_for_a_case_outside_the_sample_change_nothing(drawn: Path, tmp_path: Path) -> None:
    shutil.copytree(drawn, tmp_path / "inspection")
    store = Inspection.open(tmp_path / "inspection").store
    before = store.reviews().digest
    question = store.question_set().questions[0].id
    with pytest.raises(Exception, match="case 52ZZ: it is not in the sample. Choose a case"):
        store.answer("52ZZ", question, "fm", marker="AB")
    assert store.reviews().digest == before


def test_a_folder_that_cannot_be_written_is_named(
    undrawn: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = tmp_path / "inspection"
    shutil.copytree(undrawn, folder)
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        # The superuser may write anywhere, so the refusal comes from the file system call.
        def forbid(*arguments: object, **more: object) -> None:
            raise PermissionError(13, "Permission denied", str(folder / "sample"))

        monkeypatch.setattr(Path, "mkdir", forbid)
    else:
        folder.chmod(0o500)
    code, error = run(["draw", str(folder), *DRAW[1:]], capsys)
    folder.chmod(0o700)
    assert code == 1 and "Permission denied" in error and "your rights" in error
    assert not (folder / "sample").exists() and not (folder / "inspection.db").exists()


def test_twenty_problems_are_shown_and_the_rest_counted(
    undrawn: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(undrawn, tmp_path / "inspection")
    lines(*(row(f"52X{number}/26", finalised="nonsense" + str(number)) for number in range(30)))(
        tmp_path / "inspection"
    )
    _, error = run(["check", str(tmp_path / "inspection")], capsys)
    assert len(error.splitlines()) == 21 and error.endswith("... and 10 more.\n")


def test_wrong_usage_has_exit_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["draw"], capsys)[0] == 2
    assert run(["nonsense"], capsys)[0] == 2


def test_the_manifest_is_plain_json(drawn: Path) -> None:
    manifest = json.loads((drawn / "sample" / "manifest.json").read_text("utf-8"))
    assert manifest["strata"][0] == {
        "stratum": "MC",
        "label": "Magistrates' court",
        "N": 30,
        "n": 4,
        "reserves": 2,
    }
