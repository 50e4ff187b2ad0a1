"""Holds the house to its plan: floors, sizes, contracts."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

# design: imports only ever point to the same place or to an earlier floor. Where two places share
# a floor they may use each other, as long as no import leads back.
FLOORS = {
    "errors": 0,
    "digest": 0,
    "streams": 0,
    "resources": 0,
    "version": 0,
    "validation": 0,
    "exhibits": 0,
    "wheelhouse": 0,
    "sampling": 1,
    "questions": 1,
    "review": 2,
    "assessment": 3,
    "planning": 4,
    "findings": 4,
    "narrative": 4,
    "settings": 5,
    "inspection": 5,
    "report": 6,
    "widgets": 6,
    "cli": 7,
    "demo": 7,
    "__main__": 7,
    "__init__": 7,
}
LONGEST_MODULE = 350  # about 300 is meant
LONGEST_FUNCTION = 60  # about 15 is meant
PACKAGE = "inspectkit"


def modules(top: Path) -> dict[str, Path]:
    """Every module of the package under a folder, by its dotted name; a package by its own."""
    found = {}
    for path in sorted((top / PACKAGE).rglob("*.py")):
        parts = path.relative_to(top).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def place(module: str) -> str:
    """The row of FLOORS that a module belongs to."""
    return [*module.split("."), "__init__"][1]


def imported(path: Path, module: str, known: dict[str, Path]) -> Iterator[tuple[int, str]]:
    """Line and name of each module of the package that a file imports, wherever it does so."""
    base = module.split(".") if path.name == "__init__.py" else module.split(".")[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = base[: len(base) - node.level + 1] if node.level else []
            origin = ".".join([*above, *([node.module] if node.module else [])])
            inner = [f"{origin}.{alias.name}" for alias in node.names]
            names = [name if name in known else origin for name in inner]
        elif isinstance(node, ast.Call) and called(node) in {"import_module", "__import__"}:
            names = [str(a.value) for a in node.args[:1] if isinstance(a, ast.Constant)]
        for name in names:
            if name.split(".")[0] == PACKAGE and name != module:
                yield getattr(node, "lineno", 0), name


def called(node: ast.Call) -> str:
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


def wrong_imports(top: Path) -> list[str]:
    """Every import from a later floor, every place without a floor, every cycle of modules."""
    known = modules(top)
    wrong, edges = [], {}
    for module, path in known.items():
        if place(module) not in FLOORS:
            wrong.append(f"{module}: has no floor; give it one in FLOORS")
            continue
        found = list(imported(path, module, known))
        edges[module] = {name for _, name in found}
        for line, name in found:
            if FLOORS.get(place(name), 99) > FLOORS[place(module)]:
                wrong.append(f"{module}, line {line}: imports {name} from a later floor")
    return wrong + cycles(edges)


def cycles(edges: dict[str, set[str]]) -> list[str]:
    """The modules that stay when those which import, or are imported by, no other are taken off."""
    left = {module: set(names) & set(edges) for module, names in edges.items()}
    while True:
        used = set().union(*left.values())
        kept = {module: names & set(left) for module, names in left.items() if module in used}
        kept = {module: names for module, names in kept.items() if names}
        if kept == left:
            return [f"{module}: imports lead back to it" for module in sorted(left)]
        left = kept


def oversized(top: Path) -> list[str]:
    """Modules and functions past the sizes at which nobody reads them whole."""
    wrong = []
    for module, path in modules(top).items():
        text = path.read_text(encoding="utf-8")
        if text.count("\n") > LONGEST_MODULE:
            wrong.append(f"{module}: {text.count(chr(10))} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                size = (node.end_lineno or node.lineno) - node.lineno + 1
                if size > LONGEST_FUNCTION:
                    wrong.append(f"{module}.{node.name}: {size} lines")
    return wrong


def without_contract(top: Path) -> list[str]:
    """Modules whose first docstring line is not one sentence; an empty file says nothing."""
    wrong = []
    for module, path in modules(top).items():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        first = (ast.get_docstring(tree) or "").partition("\n")[0]
        if tree.body and not first.rstrip("*_").endswith((".", "?", ":")):
            wrong.append(f"{module}: {first!r}")
    return wrong


def plant(top: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = top / PACKAGE / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return top


@pytest.mark.smoke
def test_no_module_imports_from_a_later_floor_or_in_a_circle(checkout: Path) -> None:
    assert wrong_imports(checkout) == []


@pytest.mark.smoke
def test_modules_and_functions_stay_readable(checkout: Path) -> None:
    assert oversized(checkout) == []


def test_every_module_begins_with_its_contract(checkout: Path) -> None:
    assert without_contract(checkout) == []


def test_no_module_is_called_utils(checkout: Path) -> None:
    assert [name for name in modules(checkout) if name.rsplit(".")[-1] in {"utils", "util"}] == []


@pytest.mark.parametrize(
    "line",
    [
        "from inspectkit.review import store",
        "from inspectkit.review.store import Store",
        "import inspectkit.review.store",
        "from ..review.store import Store",
        "from .. import review",
        "from inspectkit import Store",
        "import inspectkit",
        "import importlib; importlib.import_module('inspectkit.review.store')",
        "def late():\n    from inspectkit.review.store import Store",
        "class Late:\n    def late(self):\n        import inspectkit.review",
    ],
)
def test_a_planted_import_from_a_later_floor_is_found(line: str, tmp_path: Path) -> None:
    files = {"review/__init__.py": "", "review/store.py": "", "sampling/frame.py": line}
    found = wrong_imports(plant(tmp_path, {"__init__.py": "", **files}))
    assert [problem.split(",")[0] for problem in found] == ["inspectkit.sampling.frame"]


def test_imports_from_earlier_floors_and_other_packages_pass(tmp_path: Path) -> None:
    text = "import pandas\nfrom inspectkit.errors import InspectionError\nfrom . import draw\n"
    files = {"errors.py": "", "sampling/draw.py": "", "sampling/frame.py": text}
    assert wrong_imports(plant(tmp_path, files)) == []


def test_a_planted_circle_on_one_floor_is_found(tmp_path: Path) -> None:
    files = {
        "sampling/frame.py": "from inspectkit.sampling.draw import draw",
        "sampling/draw.py": "def draw():\n    from inspectkit.questions import model",
        "questions/model.py": "from inspectkit.sampling import frame",
        "questions/__init__.py": "",
        "questions/lint.py": "from inspectkit.questions import model",
    }
    found = {problem.split(":")[0] for problem in wrong_imports(plant(tmp_path, files))}
    circle = {"sampling.frame", "sampling.draw", "questions.model"}
    assert found == {f"inspectkit.{name}" for name in circle}


def test_a_place_without_a_floor_is_found(tmp_path: Path) -> None:
    assert "attic" in wrong_imports(plant(tmp_path, {"attic.py": ""}))[0]


def test_planted_sizes_and_missing_contracts_are_found(tmp_path: Path) -> None:
    long_function = "def f():\n" + "    pass\n" * LONGEST_FUNCTION
    files = {"errors.py": "pass\n" * 351, "digest.py": long_function, "resources.py": '"""x."""\n'}
    plant(tmp_path, files)
    assert oversized(tmp_path) == ["inspectkit.digest.f: 61 lines", "inspectkit.errors: 351 lines"]
    assert [problem.split(":")[0] for problem in without_contract(tmp_path)] == [
        "inspectkit.digest",
        "inspectkit.errors",
    ]
