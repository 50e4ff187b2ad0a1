"""A small inspection with simulated marks and hostile texts; notebooks as if they had run."""

from __future__ import annotations

import base64
import io
import json
import re
import zipfile
from collections.abc import Callable
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import pypdfium2

import inspectkit as ik
from inspectkit.demo.findings import invent
from inspectkit.demo.marks import simulate
from inspectkit.exhibits import Cover, Exhibit
from inspectkit.inspection import SIMULATED, Inspection
from inspectkit.report.data import as_json
from inspectkit.report.seal import AREA, SEAL, sealed
from inspectkit.review.store import Mark
from tests.once import Once
from tests.small import STRATA, change, eligible, make, republish, row

SECRET = "The complainant lives at 7 Quill Lane"
HOSTILE = (
    """<script>alert(1)</script><img src=x onerror=alert(2)> #eval("1") $x$ =cmd|'/c calc'!A1"""
)
TITLE = 'Area inspection: <b onclick="alert(3)">CPS</b> & #panic("x") West'
TRAP = "raise SystemExit('code of a received folder was run')\n"
PARAMETERS = {"notebook": "0" * 64, "public": False, "draft": False, "threshold": 5}
SIZES = {"MC": 6, "CC": 8, "RASSO": 5}


def inspection(folder: Path) -> Inspection:
    """Nineteen cases sampled, one of them not marked; a title and a question made of markup."""
    return _marked(folder, eligible({"MC": 60, "CC": 30, "RASSO": 12}), SIZES)


def answered(folder: Path) -> Inspection:
    """The same with a narrative, findings and answers to them."""
    made = inspection(folder)
    invent(made)
    made.store.close()
    return Inspection.open(folder)


def reported(folder: Path) -> Inspection:
    """The same with both versions of its report, and with modules that end whoever loads them."""
    made, steps = inspection(folder), []
    # Names that Python would find first if a kernel looked into the folder for modules.
    for name in ("numpy.py", "notebooks/pandas.py", "sitecustomize.py"):
        (folder / name).write_text(TRAP, encoding="utf-8")
    (folder / "notebooks" / "06_report.ipynb").write_text("not a notebook", encoding="utf-8")
    ik.report(made, public=True, progress=lambda *step: steps.append(step))
    assert len({what for what, _, _ in steps}) == 3 and len(steps) > 10
    return made


def copy(once: Once, build: Callable[[Path], Inspection], to: Path) -> Inspection:
    """One of the inspections of this module, built once for all workers, as the caller's own."""
    made = once.copy(build.__name__, lambda folder: build(folder).store.close(), to)
    return Inspection.open(made)


def grouped(folder: Path) -> Inspection:
    """Forty-seven cases: the police charged half of MC, a handful of CC and none of RASSO."""
    lines = eligible({"RASSO": 20})
    for name, size, every in (("MC", 60, 2), ("CC", 40, 6)):
        lines += [row(f"52{name}{number:05}/26", stratum=STRATA[name],
                      charged_by="CPS" if number % every else "Police")
                  for number in range(size)]  # fmt: skip
    return _marked(folder, lines, {"MC": 22, "CC": 16, "RASSO": 9})


def _marked(folder: Path, lines: list[str], sizes: dict[str, int]) -> Inspection:
    made = make(folder, lines, **sizes)

    def ask(content: Any) -> None:
        next(q for q in content["questions"] if q["id"] == "charge_timely")["text"] = HOSTILE

    repinned = republish(folder, ask)

    def edit(settings: Any) -> None:
        settings["inspection"]["title"] = TITLE
        settings["pinned"]["question_set_digest"] = repinned

    change(folder, edit)
    drawn = Inspection.open(made.folder)
    drawn.draw("a seed of 1 2 3")
    mark(drawn)
    drawn.store.close()
    return Inspection.open(folder)


def mark(insp: Inspection) -> None:
    """Simulated marks with a secret as evidence for every sampled case but the last."""
    sample = insp.sample
    for subject in list(sample.drawn["id"])[:-1]:
        marks = simulate(insp.question_set, insp.store.case(subject), sample.head["key"])
        told = [Mark(each.question, each.answer, each.evidence and SECRET) for each in marks]
        insp.store.answer_all(subject, told, marker=SIMULATED)
        insp.store.submit(subject, marker=SIMULATED)


def restricted(insp: Inspection) -> list[str]:
    """What public readers must not find: references, tickets, key, seed and evidence."""
    cases = insp.sample.table()
    head = insp.sample.head
    return [*cases["id"], *cases["ticket"], head["key"], head["seed"], SECRET]


def texts(folder: Path) -> dict[str, str]:
    """All that can be read in the files of a folder: also in zip files, pictures, PDF pages."""
    found = {}
    for path in sorted(folder.iterdir()):
        content = path.read_bytes()
        if path.suffix == ".pdf":
            pages = pypdfium2.PdfDocument(content)
            said = "\n".join(each.get_textpage().get_text_range() for each in pages)
            info = " ".join(pages.get_metadata_dict().values())
            outline = " ".join(mark.get_title() for mark in pages.get_toc())
            found[path.name] = said + info + outline
        elif zipfile.is_zipfile(io.BytesIO(content)):
            with zipfile.ZipFile(io.BytesIO(content)) as opened:
                parts = [opened.read(name).decode("utf-8") for name in opened.namelist()]
                found[path.name] = unescape(re.sub(r"<[^>]*>", " ", " ".join(parts)))
        else:
            said = content.decode("utf-8", "replace")
            drawn = re.findall(r"data:image/svg\+xml;base64,([\w+/=]+)", said)
            pictures = "".join(base64.b64decode(each).decode("utf-8") for each in drawn)
            found[path.name] = said + unescape(said + pictures)
    return found


def reseal(folder: Path) -> None:
    """What someone who alters a file and knows the format would do next."""
    seal = json.loads((folder / SEAL).read_text(encoding="utf-8"))
    files = {name: (folder / name).read_bytes() for name in seal["files"]}
    again = sealed(seal["version"], seal["made_from"], files, kind=seal.get("kind", AREA))
    (folder / SEAL).write_bytes(as_json(again))


def front(**changes: Any) -> Cover:
    """A cover with the least there is."""
    return Cover(**{"title": "A report", "date": "2026-11-23", "marking": "OFFICIAL", **changes})


def executed(*shown: Exhibit | str | SimpleNamespace) -> Any:
    """A notebook as if run: exhibits as outputs, text as markdown, namespaces as raw outputs."""
    cells = []
    for each in shown:
        if isinstance(each, str):
            cells.append(nbformat.v4.new_markdown_cell(each))
            continue
        cell = nbformat.v4.new_code_cell("…")
        if isinstance(each, Exhibit):
            data, metadata = each._repr_mimebundle_(), {}
        else:
            data, metadata = each.data, each.metadata
        cell.outputs = [nbformat.v4.new_output("display_data", data=data, metadata=metadata)]
        cells.append(cell)
    return nbformat.v4.new_notebook(cells=cells)


# What people type, paste or plant, by what would obey it.
ATTACKS = {
    "script": "<script>alert('obeyed')</script>",
    "image": "<img src=x onerror=alert('obeyed')>",
    "frame": "<iframe src='javascript:alert(1)'></iframe>",
    "style": "</style><style>body{display:none}</style>",
    "comment": "<!-- lost --> kept <![CDATA[ data ]]> &amp; &lt;",
    "markdown": "[here](javascript:alert(1)) ![plan](http://169.254.169.254/x.png) **bold**",
    "latex": r"$\frac{1}{0}$ \input{/etc/passwd} \write18{id} %",
    "typst": '#panic("obeyed") #read("/etc/passwd") $x$ @ref <label> // gone /* gone */ = Head',
    "formula": "=cmd|' /C calc'!A1",
    "sum": "@SUM(1+1)*cmd|' /C calc'!A0",
    "link": "internal:Sheet2!A1 file://server/share http://169.254.169.254/",
    "jinja": "{{ 7 * 7 }}{% raw %}{{ config }}",
    "address": "javascript:alert(1)//",
}
REFERENCES = [text.replace(" ", "/") + "/26" for text in ATTACKS.values()]  # blanks are refused
TURNED = "abc\u202egnp.exe\u2066 kept"  # marks that turn the writing direction
LONG = "A" * 19_900  # as long as a note may be
LONG_END = "the last words of a long note"


def attacked(folder: Path) -> Inspection:
    """Every attack as reference, evidence, question and theme; title and Area made of them too."""
    quoted = ['"' + text.replace('"', '""') + '"' for text in REFERENCES]
    lines = eligible({"MC": 20, "CC": 15}) + [row(each, stratum="RASSO") for each in quoted]
    made = make(folder, lines, MC=4, CC=4, RASSO=9)

    def ask(content: Any) -> None:
        texts = [*ATTACKS.values(), TURNED, LONG[:1900]]  # more is refused
        for question, text in zip(content["questions"], texts, strict=False):
            question["text"] = f"{text} {question['id']}"
        for theme, text in zip(content["themes"], ATTACKS.values(), strict=False):
            theme["label"] = text

    repinned = republish(folder, ask)

    def edit(settings: Any) -> None:
        settings["inspection"]["title"] = ATTACKS["script"] + ATTACKS["typst"] + TURNED
        settings["inspection"]["area"] = ATTACKS["image"]
        settings["pinned"]["question_set_digest"] = repinned

    change(folder, edit)
    drawn = Inspection.open(made.folder)
    drawn.draw("a seed of 1 2 3")
    notes = [f"{text} was noted" for text in (*ATTACKS.values(), TURNED, f"{LONG} {LONG_END}")]
    for place, subject in enumerate(drawn.sample.drawn["id"]):
        marks = simulate(drawn.question_set, drawn.store.case(subject), drawn.sample.head["key"])
        told = [
            Mark(each.question, each.answer, each.evidence and notes[(place + k) % len(notes)])
            for k, each in enumerate(marks)
        ]
        drawn.store.answer_all(subject, told, marker=SIMULATED)
        drawn.store.submit(subject, marker=SIMULATED)
    drawn.store.close()
    return Inspection.open(folder)
