"""One exception family: every refusal says *where: what. Remedy.*, all problems at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

SHOWN = 20


class InspectionError(Exception):
    """Input or evidence at fault: where it is, what is wrong, what to do about it.

    >>> print(InspectionError("caseload.csv, row 7", "no case id", "Fill the cell in"))
    caseload.csv, row 7: no case id. Fill the cell in.
    """

    def __init__(self, where: str, what: str, remedy: str) -> None:
        self.where, self.what, self.remedy = where, what, remedy
        super().__init__(_sentence(where, what, remedy))


class ProblemsError(InspectionError):
    """Several refusals of one piece of input, shown together."""

    def __init__(self, problems: tuple[InspectionError, ...]) -> None:
        self.problems = problems
        first = problems[0]
        super().__init__(first.where, first.what, first.remedy)
        self.args = (_listing(problems),)


@dataclass
class Problems:
    """Collects refusals so that a person mends them in one go.

    >>> problems = Problems()
    >>> problems.add("design", "n is 0", "Give a whole number from 1")
    >>> problems.raise_if_any()
    Traceback (most recent call last):
    ...
    inspectkit.errors.InspectionError: design: n is 0. Give a whole number from 1.
    """

    found: list[InspectionError] = field(default_factory=list)

    def add(self, where: str, what: str, remedy: str) -> None:
        self.found.append(InspectionError(where, what, remedy))

    def raise_if_any(self) -> None:
        if len(self.found) == 1:
            raise self.found[0]
        if self.found:
            raise ProblemsError(tuple(self.found))

    @contextmanager
    def gather(self) -> Iterator[None]:
        """Keep a refusal raised inside the block and go on."""
        try:
            yield
        except ProblemsError as error:
            self.found.extend(error.problems)
        except InspectionError as error:
            self.found.append(error)


def _sentence(where: str, what: str, remedy: str) -> str:
    end = "" if remedy.endswith("?") else "."
    return f"{where}: {what.rstrip('.')}. {remedy.rstrip('.')}{end}"


def _listing(problems: tuple[InspectionError, ...]) -> str:
    lines = [str(problem) for problem in problems[:SHOWN]]
    if len(problems) > SHOWN:
        lines.append(f"... and {len(problems) - SHOWN} more.")
    return "\n".join(lines)
