"""The Python in which report notebooks run: it loads what they need, and listens where it is told.

As a program (`python -m inspectkit.report.kernel`) it is started by `notebook.Kernel`, which loads
meanwhile what talks to it (`talking`), and then writes it the path of a connection file.
"""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module
from threading import Thread

THRESHOLDS = (50_000, 20, 100)
# What takes as long to load as a cell to run, and is not used: a debugger; checks of formats that
# nobody asks for (cli.app); what numpy.f2py, which SciPy loads unused, can do without; and Arrow,
# in which pandas would keep the strings of hundreds of small tables, a tenth slower than without.
UNUSED = ("debugpy", "rfc3987_syntax", "charset_normalizer", "pyarrow")
ARGUMENTS = ("--HistoryManager.hist_file=:memory:", "--log-level=50")


def spare_garbage() -> None:
    """Look for garbage less often.

    Hundreds of thousands of cells are read at once and kept: looking for garbage among them, as
    often as Python does by itself, takes a tenth of the time of a report.
    """
    gc.set_threshold(*THRESHOLDS)


def serve() -> None:
    """Be the kernel of the connection file named on standard input, for as long as that is open."""
    spare_garbage()
    for each in UNUSED:
        sys.modules.setdefault(each, None)  # type: ignore[arg-type]  # as if not installed
    kernels = import_module("ipykernel.kernelapp").IPKernelApp
    Thread(target=_load).start()  # what takes a second, while kernel and client greet each other
    where = os.fsdecode(sys.stdin.buffer.readline().rstrip(b"\n"))
    if not where:  # nobody wants a kernel any more
        os._exit(0)
    Thread(target=_end_alone, daemon=True).start()
    app = kernels.instance()
    app.initialize(["-f", where, *ARGUMENTS])
    app.start()


def _load() -> None:
    import_module("inspectkit.inspection")
    sys.modules.pop("pyarrow")  # a notebook of one's own may want it
    gc.freeze()  # what is loaded by now stays: no need to look through it after each report


def _end_alone() -> None:
    """End when the Python that started this one has ended, however it did."""
    while os.read(0, 1024):
        pass
    os._exit(1)


if __name__ == "__main__":
    serve()
