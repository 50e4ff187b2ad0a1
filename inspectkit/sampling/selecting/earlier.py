"""Cases of earlier rounds: read from their manifests or lists, stated by count and digest."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from inspectkit.digest import digest
from inspectkit.errors import InspectionError
from inspectkit.sampling.tickets import clean_id


def stated_list(ids: Iterable[str]) -> dict[str, Any]:
    """How a list of cases stands in a design: how many, and the digest of their sorted ids."""
    ordered = sorted(set(ids))
    return {"cases": len(ordered), "digest": digest(ordered)}


def earlier_cases(folder: Path, files: str | Sequence[str], where: str) -> list[str]:
    """The ids in files beside `inspection.toml`: manifests (*.json) or lists with one id a line.

    A manifest gives the cases drawn; reserves were not examined unless a list names them.
    """
    names = [files] if isinstance(files, str) else list(files)
    return sorted({id for name in names for id in _read(folder / name, where)})


def _read(path: Path, where: str) -> list[str]:
    try:
        text = path.read_text(encoding="utf-8-sig")
        if path.suffix.lower() != ".json":
            return [clean_id(line) for line in text.splitlines() if line.strip()]
        cases = json.loads(text)["cases"]
        return [str(case["id"]) for case in cases if case["role"] == "sample"]
    except OSError:
        remedy = "Name a manifest (*.json) or a text file with one id a line, beside this file"
        raise InspectionError(where, f"{path.name} cannot be read", remedy) from None
    except (ValueError, KeyError, TypeError):
        remedy = "Give the manifest as the draw wrote it"
        raise InspectionError(where, f"{path.name} lists no cases", remedy) from None
