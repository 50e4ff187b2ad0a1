"""The notebooks run in order on a marked inspection, hold no outputs, and keep to a few cells."""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any

import pytest
from psutil import STATUS_ZOMBIE, Process, wait_procs

from inspectkit.assessment.comparison import seal
from inspectkit.demo.marks import simulate
from inspectkit.errors import InspectionError
from inspectkit.inspection import SIMULATED, Inspection
from inspectkit.report.notebook import Kernel
from inspectkit.resources import folder
from tests.small import make

NOTEBOOKS = sorted(folder("notebooks").glob("*.ipynb"))
SETS = folder("question_sets") / "area-inspection"
VALUES = {
    "inspector": "AB",
    "by": "AB",
    "fact": "charged_by",
    "date": "2026-11-23",
    "based_on": "area-inspection@1",
}


@pytest.fixture(scope="module")
def inspection(tmp_path_factory: pytest.TempPathFactory) -> Inspection:
    found = make(tmp_path_factory.mktemp("notebooks") / "inspection")
    subject = found.draw("1 2 3").drawn["id"].iloc[0]
    marks = simulate(found.question_set, found.store.case(subject), "a key")
    found.store.answer_all(subject, marks, marker=SIMULATED)
    found.store.submit(subject, marker=SIMULATED)
    found.store.close()
    return found


@pytest.fixture(scope="module")
def kernel() -> Iterator[Kernel]:
    """One for all notebooks, since it forgets between them."""
    with Kernel() as started:
        yield started


def cells(notebook: Path) -> list[dict[str, Any]]:
    return list(json.loads(notebook.read_text("utf-8"))["cells"])


def parameters(notebook: Path) -> dict[str, Any]:
    """Each name that the parameters cell sets, and to what."""
    (cell,) = [each for each in cells(notebook) if "parameters" in each["metadata"].get("tags", [])]
    stated = ast.parse("".join(cell["source"])).body
    return {each.targets[0].id: ast.literal_eval(each.value) for each in stated}


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_runs_from_top_to_bottom(
    notebook: Path, inspection: Inspection, kernel: Kernel
) -> None:
    place = SETS if notebook.name == "00_question_sets.ipynb" else inspection.folder
    own = VALUES | {"draft": str(inspection.folder / "draft-rule.yaml")}
    values = {
        name: own.get(name, str(place)) if isinstance(value, str) else value
        for name, value in parameters(notebook).items()
    }
    if "files" in values:
        sealed = seal(inspection.estimates, area=inspection.area, ratings=inspection.ratings)
        values["files"] = [str(sealed.write(inspection.folder.parent / "result.json"))]
    done = kernel.run(notebook, values)
    assert any(cell.get("outputs") for cell in done.cells)


def test_a_kernel_that_ends_is_told_by_the_notebook_it_ran() -> None:
    with Kernel() as kernel, pytest.raises(InspectionError, match=r"x\.ipynb: the Python in which"):
        kernel.do("import os; os._exit(3)", "x.ipynb")


STARTED = """
import sys
from inspectkit.report.notebook import Kernel
with Kernel() as kernel:
    kernel.do("1", "x.ipynb")
    print(kernel._python.pid, flush=True)
    sys.stdin.read()
"""


def test_a_kernel_ends_with_the_python_that_started_it() -> None:
    """However that ends: here it is killed."""
    with Popen([sys.executable, "-c", STARTED], stdin=PIPE, stdout=PIPE, text=True) as started:
        assert started.stdout
        kernel = Process(int(started.stdout.readline()))
        assert kernel.is_running()
        started.kill()
    wait_procs([kernel], timeout=30)
    assert not kernel.is_running() or kernel.status() == STATUS_ZOMBIE


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_is_short_plain_and_stored_without_outputs(notebook: Path) -> None:
    code = [cell for cell in cells(notebook) if cell["cell_type"] == "code"]
    assert code and len(cells(notebook)) <= 50
    for cell in code:
        source = "".join(cell["source"])
        assert cell["outputs"] == [] and cell["execution_count"] is None
        assert "def " not in source and len(source.splitlines()) <= 12, source
