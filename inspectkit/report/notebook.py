"""Runs report notebooks from top to bottom in a fresh kernel of this very Python."""

from __future__ import annotations

import atexit
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from inspectkit.digest import sha256
from inspectkit.errors import InspectionError
from inspectkit.resources import environment

PARAMETERS, OPENING = "parameters", "opening"  # tags of cells
TALKING = "inspectkit.report.talking"
TIMEOUT = 300  # seconds for one cell
START = (sys.executable, "-P", "-m", "inspectkit.report.kernel")
APART = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)  # Windows: from the terminal's Ctrl+C
Place = tempfile.TemporaryDirectory[str]
Python = subprocess.Popen[bytes]
_AHEAD: list[tuple[Place, Python]] = []  # started, and no kernel's yet


class Kernel:
    """A fresh Python that runs report notebooks one after the other, forgetting between them.

    It works in an empty folder with an empty profile, so that no file of a received inspection and
    no setting of the person who runs it can change a report. Starting it and loading the package
    takes longer than a report does: many reports share a few kernels. Use it in one thread.

    >>> with Kernel() as kernel:  # doctest: +SKIP
    ...     executed = kernel.run(Path("06_report.ipynb"), {"folder": "south-west"})
    """

    def __enter__(self) -> Kernel:
        try:
            self._place, self._python = _AHEAD.pop()
        except IndexError:
            self._place, self._python = _started()
        self._manager: Any = None  # both talk to the kernel, from its first run on
        self._client: Any = None
        return self

    def __exit__(self, *failure: Any) -> None:
        _end(self._place, self._python)
        if self._client is not None:
            self._client.stop_channels()
        if self._manager is not None:
            # whoever waits for its end looks every tenth of a second: it has ended by now
            _loaded(TALKING).forget(self._manager)

    def run(
        self,
        notebook: Path,
        parameters: Mapping[str, str | bool | int | Sequence[str]],
        *,
        progress: Callable[[int, int], None] = lambda done, total: None,
        shown: Callable[[Any], None] = lambda cell: None,
        opened: bool = False,
    ) -> Any:
        """The executed notebook, its cell tagged `parameters` replaced by these assignments.

        opened: the last run read the same inspection; cells tagged `opening` are left out, and
        what they made is still there. Otherwise everything earlier is forgotten. progress, shown:
        called after each cell, with how many of all have run, and with the cell.
        Errors: no cell of parameters, or a cell that fails, with its message.
        """
        content = _content(notebook)
        _inject(content, parameters, notebook.name)
        if opened:
            content.cells = [each for each in content.cells if OPENING not in _tags(each)]
        elif self._client is not None:
            self.do("%reset -f", notebook.name)
        return self._execute(content, notebook.name, progress, shown)

    def do(self, code: str, name: str) -> None:
        """Run a line among what the last notebook left; name: what an error is blamed on."""
        new = _loaded("nbformat").v4
        self._execute(new.new_notebook(cells=[new.new_code_cell(code)]), name)

    def _execute(
        self,
        content: Any,
        name: str,
        progress: Callable[[int, int], None] = lambda done, total: None,
        shown: Callable[[Any], None] = lambda cell: None,
    ) -> Any:
        total = len(content.cells)

        def ran(cell: Any, cell_index: int, execute_reply: Any) -> None:
            shown(cell)
            progress(cell_index + 1, total)

        client = self._ready(content, ran)
        try:
            client.execute()
        except _loaded("nbclient").exceptions.CellExecutionError as error:
            raise _failure(error, name) from None
        except RuntimeError as error:  # nbclient's word for a kernel that ended, or never began
            what = f"the Python in which it runs has ended ({one_line(str(error), 100)})"
            raise InspectionError(name, what, "Close other programs, then try again") from None
        finally:
            self._client = client.kc
        return content

    def _ready(self, content: Any, ran: Callable[..., None]) -> Any:
        """What runs a notebook's cells in this kernel and calls `ran` after each."""
        if self._manager is None:
            self._manager = _loaded(TALKING).managed(self._python, self._place.name)
        client = _loaded("nbclient").NotebookClient(
            content,
            km=self._manager,
            timeout=TIMEOUT,
            resources={"metadata": {"path": self._place.name}},
            on_cell_executed=ran,
        )
        client.kc = self._client
        return client


def start_ahead() -> None:
    """Start what the next `Kernel` will be, since nothing takes longer; unused, it ends with us."""
    _AHEAD.append(_started())
    atexit.register(_end_unused)


def _end_unused() -> None:
    while _AHEAD:
        _end(*_AHEAD.pop())


def _end(place: Place, python: Python) -> None:
    try:
        python.kill()
        python.communicate()
    finally:
        place.cleanup()


def _started() -> tuple[Place, Python]:
    """A Python that becomes a kernel once it is told where to listen, in a place of its own."""
    place = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
    python = subprocess.Popen(
        START,
        stdin=subprocess.PIPE,
        cwd=place.name,
        env=_environment(place.name),
        start_new_session=True,
        creationflags=APART,
    )
    return place, python


def run(notebook: Path, parameters: Mapping[str, str | bool | int | Sequence[str]]) -> Any:
    """One notebook executed in a kernel of its own; see `Kernel.run`."""
    with Kernel() as kernel:
        return kernel.run(notebook, parameters)


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


def _loaded(name: str) -> Any:
    """What loads as slowly as a kernel starts is loaded meanwhile: nbformat, nbclient, TALKING."""
    return import_module(name)


def _content(notebook: Path) -> Any:
    nbformat = _loaded("nbformat")
    try:
        return nbformat.reads(read(notebook), as_version=4)
    except (nbformat.reader.NotJSONError, nbformat.ValidationError, AttributeError) as error:
        what = f"is no notebook ({one_line(str(error), 100)})"
        raise InspectionError(notebook.name, what, "Give a notebook saved by Jupyter") from None


def _tags(cell: Any) -> list[str]:
    return list(cell.metadata.get("tags", []))


def _inject(
    content: Any, parameters: Mapping[str, str | bool | int | Sequence[str]], name: str
) -> None:
    found = [cell for cell in content.cells if PARAMETERS in _tags(cell)]
    if len(found) != 1:
        what = f"{len(found)} cells are tagged {PARAMETERS}"
        raise InspectionError(name, what, "Tag the one cell that names the folder")
    found[0].source = "\n".join(f"{key} = {value!r}" for key, value in parameters.items())


def _environment(place: str) -> dict[str, str]:
    return {
        **environment(),
        "IPYTHONDIR": place,
        "INSPECTKIT_VALUES_ALONE": "1",  # exhibits.base: loading it here takes longer than its use
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }


def one_line(text: str, limit: int) -> str:
    """The start of a message on one line; exhibits.one_line would load what draws charts."""
    return " ".join(text.split())[:limit]


def _failure(error: Any, name: str) -> InspectionError:
    what = one_line(f"a cell failed with {error.ename}: {error.evalue}", 400)
    return InspectionError(name, what, "Mend what it names, or open the notebook and run it there")
