"""The command line: one command for each step of an inspection, exit 0, 1 (input) or 2 (usage).

A command imports its step when it runs, so that --help stays quick and loads no Jupyter.
"""

from __future__ import annotations

import sys

# isort: off
# The order in which --help lists the commands.
from inspectkit.cli import (
    folder,
    planning,
    sample,
    keeping,
    holding,
    bundles,
    judging,
    moderating,
    agreeing,
    practice,
    weighing,
    rating,
    making,
)
from inspectkit.cli import accuracy, findings, narrative, questions, migrating

# isort: on
from inspectkit.cli.app import app
from inspectkit.errors import InspectionError

__all__ = [
    "accuracy",
    "agreeing",
    "app",
    "bundles",
    "findings",
    "folder",
    "holding",
    "judging",
    "keeping",
    "main",
    "making",
    "migrating",
    "moderating",
    "narrative",
    "planning",
    "practice",
    "questions",
    "rating",
    "sample",
    "weighing",
]


def main() -> None:
    """Run the command line; refusals go to standard error with exit code 1."""
    for channel in (sys.stdout, sys.stderr):
        if hasattr(channel, "reconfigure"):
            channel.reconfigure(errors="replace")
    try:
        app()
    except InspectionError as error:
        print(error, file=sys.stderr)
        raise SystemExit(1) from None
    except OSError as error:
        place = error.filename or "a file"
        print(f"{place}: {error.strerror}. Check the path and your rights there.", file=sys.stderr)
        raise SystemExit(1) from None
