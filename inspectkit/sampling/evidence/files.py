"""Writes evidence whole or not at all, and reads it back with its digest checked."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from inspectkit.digest import digest
from inspectkit.errors import InspectionError


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 with LF, whole or not at all."""
    write_bytes(path, text.encode("utf-8"))


def write_bytes(path: Path, content: bytes) -> None:
    """Write bytes, whole or not at all."""
    draft = path.with_name(path.name + ".part")
    draft.write_bytes(content)
    os.replace(draft, path)


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write an object as JSON that people can read."""
    write_text(path, json_text(content))


def json_text(content: Mapping[str, Any]) -> str:
    """An object as `write_json` writes it."""
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def with_digest(content: Mapping[str, Any]) -> dict[str, Any]:
    """The object with its own digest last.

    >>> with_digest({"a": 1})["digest"] == digest({"a": 1})
    True
    """
    return {**content, "digest": digest(dict(content))}


def read_json(path: Path, *, missing: tuple[str, str], restore: str) -> dict[str, Any]:
    """A JSON object of the folder `sample`.

    missing: what to say and what to do where there is none. restore: the remedy for a damaged one.
    """
    where = f"{path.parent.name}/{path.name}"
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InspectionError(where, *missing) from None
    except (ValueError, UnicodeDecodeError) as error:
        raise InspectionError(where, f"not readable as JSON: {error}", restore) from None
    if not isinstance(found, dict):
        raise InspectionError(where, "it holds no JSON object", restore)
    return found


def check_digest(where: str, content: Mapping[str, Any], restore: str) -> None:
    """Refuse an object that no longer fits its digest."""
    rest = {name: value for name, value in content.items() if name != "digest"}
    if content.get("digest") != digest(rest):
        raise InspectionError(where, "its content does not fit its digest: it was edited", restore)
