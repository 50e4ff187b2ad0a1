"""Runs a report notebook from top to bottom in a fresh kernel of this very Python."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from traitlets.config import Config

from inspectkit.digest import sha256
from inspectkit.errors import InspectionError
from inspectkit.exhibits import one_line
from inspectkit.resources import PACKAGE

PARAMETERS = "parameters"
TIMEOUT = 300  # seconds for one cell


class _ThisPython(AsyncKernelManager):
    """Starts the running interpreter, not whatever 'python3' happens to be installed."""

    @property
    def kernel_spec(self) -> KernelSpec:
        start = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return KernelSpec(argv=[*start, "--log-level=40"], display_name="Python", language="python")


def run(
    notebook: Path,
    parameters: Mapping[str, str],
    *,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Any:
    """The executed notebook, its cell tagged `parameters` replaced by these assignments.

    The kernel works in an empty folder with an empty profile, so that no file of a received
    inspection and no setting of the person who runs it can change the report.
    Errors: no such cell, or a cell that fails, with its message.
    """
    content = _content(notebook)
    _inject(content, parameters, notebook.name)
    total = len(content.cells)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        client = NotebookClient(
            content,
            kernel_manager_class=_ThisPython,
            config=_transport(place),
            timeout=TIMEOUT,
            resources={"metadata": {"path": place}},
            on_cell_executed=lambda cell, cell_index, execute_reply: progress(
                cell_index + 1, total
            ),
        )
        try:
            client.execute(env=_environment(place))
        except CellExecutionError as error:
            raise _failure(error, notebook.name) from None
    return content


def read(notebook: Path) -> str:
    """The text of a notebook file; line ends do not count."""
    try:
        return notebook.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        remedy = "Give the path of a notebook file"
        raise InspectionError(str(notebook), f"cannot be read ({error})", remedy) from None


def digest(notebook: Path) -> str:
    """SHA-256 of the notebook's text with LF line ends."""
    return sha256(read(notebook))


def _content(notebook: Path) -> Any:
    try:
        return nbformat.reads(read(notebook), as_version=4)
    except (nbformat.reader.NotJSONError, nbformat.ValidationError, AttributeError) as error:
        what = f"is no notebook ({one_line(str(error), 100)})"
        raise InspectionError(notebook.name, what, "Give a notebook saved by Jupyter") from None


def _inject(content: Any, parameters: Mapping[str, str], name: str) -> None:
    found = [cell for cell in content.cells if PARAMETERS in cell.metadata.get("tags", [])]
    if len(found) != 1:
        what = f"{len(found)} cells are tagged {PARAMETERS}"
        raise InspectionError(name, what, "Tag the one cell that names the folder")
    found[0].source = "\n".join(f"{key} = {value!r}" for key, value in parameters.items())


def _transport(place: str) -> Config:
    # Sockets as files are for this user alone; Windows has only TCP. The prefix must be absolute.
    sockets = {} if sys.platform == "win32" else {"transport": "ipc", "ip": f"{place}/kernel"}
    return Config({"KernelManager": sockets})


def _environment(place: str) -> dict[str, str]:
    # The kernel starts elsewhere: it must find the same package that is running now.
    paths = [str(PACKAGE.parent), os.environ.get("PYTHONPATH", "")]
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(path for path in paths if path),
        "IPYTHONDIR": place,
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }


def _failure(error: CellExecutionError, name: str) -> InspectionError:
    what = one_line(f"a cell failed with {error.ename}: {error.evalue}", 400)
    return InspectionError(name, what, "Mend what it names, or open the notebook and run it there")
