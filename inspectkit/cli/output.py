"""What commands print: lines, tables, JSON, and a bar while something takes long."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

if TYPE_CHECKING:
    import pandas as pd

    from inspectkit.inspection import Inspection

LONGEST = 24  # letters of a word that is never broken: a digest or a path may be
GAP = 2  # letters between columns
console = Console(highlight=False, soft_wrap=True)


def say(text: str) -> None:
    """A line, its brackets taken as they are."""
    console.print(escape(text))


def typed(command: str) -> str:
    """A command as it can be typed here: by name where it is on the path, else through Python."""
    return command if shutil.which(command.split()[0]) else f'"{sys.executable}" -m {command}'


def of_simulated(*inspections: Inspection) -> str:
    """What a title adds where marks are simulated."""
    return " of SIMULATED marks" if any(each.simulated for each in inspections) else ""


def show_paths(made: dict[str, Path]) -> None:
    """What was made, and where."""
    for name, path in made.items():
        say(f"  {name:17} {path}")


class bar:
    """A context whose value takes (what, done, of): one line for each step of a long work."""

    def __enter__(self) -> Callable[[str, int, int], None]:
        columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
        self._shown = Progress(*columns, console=console).__enter__()
        self._tasks: dict[str, Any] = {}
        return self._step

    def _step(self, what: str, done: int, total: int) -> None:
        for name, task in self._tasks.items():
            if name != what:
                self._shown.update(task, completed=self._shown.tasks[task].total or 1)
        if what not in self._tasks:
            self._tasks[what] = self._shown.add_task(what, total=total)
        self._shown.update(self._tasks[what], completed=done)

    def __exit__(self, *failure: Any) -> None:
        if failure[0] is None:
            self._step("", 0, 1)
            self._shown.remove_task(self._tasks[""])
        self._shown.__exit__(*failure)


def show(title: str, frame: pd.DataFrame) -> None:
    """A table under its title; one without rows is said in a line."""
    if not len(frame):
        return say(f"{title}: none\n")
    table = plain(title)
    columns = [[str(name).replace("_", " "), *map(_cell, frame[name])] for name in frame.columns]
    room = console.width - GAP * len(columns)
    for (head, *_), kind, width in zip(columns, frame.dtypes, _widths(columns, room), strict=True):
        side: Any = "right" if kind.kind in "if" else "left"
        table.add_column(escape(head), justify=side, overflow="fold", width=width)
    for row in zip(*(cells[1:] for cells in columns), strict=True):
        table.add_row(*map(escape, row))
    console.print(table)
    console.print()


def plain(title: str) -> Table:
    """An empty table of ours: no rules between its columns, which leave the room to the words."""
    return Table(title=escape(title), title_justify="left", box=box.SIMPLE_HEAD, show_edge=False,
                 padding=(0, 1, 0, 0))  # fmt: skip


def _widths(columns: list[list[str]], room: int) -> list[int]:
    """What each column takes of a line: the widest give way first, and no word breaks if it can."""
    needed = [max(map(cell_len, cells)) for cells in columns]
    words = [max([cell_len(word) for cell in cells for word in cell.split()], default=1)
             for cells in columns]  # fmt: skip
    for longest in range(LONGEST, 0, -1):
        for widest in range(room, 0, -1):
            widths = [max(min(word, longest), min(need, widest))
                      for word, need in zip(words, needed, strict=True)]  # fmt: skip
            if sum(widths) <= room:
                return widths
    return [1] * len(columns)


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    return "" if value is None else f"{value:,}" if isinstance(value, int) else str(value)


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows as plain values; fractions as text such as 7/12."""
    return list(json.loads(frame.to_json(orient="records", default_handler=str)))


def show_json(value: Any) -> None:
    """JSON in ASCII, for any console and any program."""
    print(json.dumps(value, ensure_ascii=True, indent=1))


def first_lines(lines: tuple[int, ...]) -> str:
    """The first three line numbers and how many more there are."""
    shown = ", ".join(map(str, lines[:3]))
    return shown + (f" and {len(lines) - 3} more" if len(lines) > 3 else "")
