"""Canonical JSON and SHA-256 digests."""

from __future__ import annotations

import hashlib
import json
from fractions import Fraction
from typing import Any

from inspectkit.errors import InspectionError

PLAIN = frozenset({str, int, bool, type(None)})


def canonical_json(value: Any) -> str:
    """One text for one value: sorted keys, no spaces, no floats (their text is not portable).

    >>> canonical_json({"b": [1, None], "a": "é"})
    '{"a":"é","b":[1,null]}'
    """
    _refuse_floats(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sha256(content: str | bytes) -> str:
    """SHA-256 as 64 lowercase hex digits; text is hashed as UTF-8."""
    return hashlib.sha256(
        content.encode("utf-8") if isinstance(content, str) else content
    ).hexdigest()


def digest(value: Any) -> str:
    """SHA-256 of a value's canonical JSON.

    >>> digest({"a": 1}) == sha256('{"a":1}')
    True
    """
    return sha256(canonical_json(value))


def exact(value: Fraction | None) -> str | None:
    """A fraction as text for digests and JSON, for example '7/12'."""
    return None if value is None else f"{value.numerator}/{value.denominator}"


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise InspectionError(
            "digest",
            f"a float ({value!r}) has no canonical text",
            "Give an integer, a fraction's text",
        )
    inside = value.values() if isinstance(value, dict) else value
    for item in inside if isinstance(value, dict | list | tuple) else ():
        if type(item) not in PLAIN:  # most are, and there are many
            _refuse_floats(item)
