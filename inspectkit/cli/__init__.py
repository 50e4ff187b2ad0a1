"""The command line: one command for each step of an inspection, exit 0, 1 (input) or 2 (usage).

A command imports its step when it runs, so that --help stays quick and loads no Jupyter.
"""

from __future__ import annotations

import sys
from importlib import import_module

from inspectkit.cli.app import app
from inspectkit.errors import InspectionError

__all__ = ["app", "main"]


def main() -> None:
    """Run the command line; refusals go to standard error with exit code 1."""
    for channel in (sys.stdout, sys.stderr):
        if hasattr(channel, "reconfigure"):
            channel.reconfigure(errors="replace")
    try:
        if sys.argv[1:2] == ["report"] and "--help" not in sys.argv:
            import_module("inspectkit.report.notebook").start_ahead()
        app()
    except InspectionError as error:
        print(error, file=sys.stderr)
        raise SystemExit(1) from None
    except OSError as error:
        place = error.filename or "a file"
        print(f"{place}: {error.strerror}. Check the path and your rights there.", file=sys.stderr)
        raise SystemExit(1) from None
