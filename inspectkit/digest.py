"""Canonical JSON, SHA-256 digests, and named streams of reproducible random numbers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from inspectkit.errors import InspectionError

T = TypeVar("T")


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


def stream(key: str, purpose: str) -> Stream:
    """The random numbers of one purpose: same key and purpose, same numbers on every machine.

    >>> stream("a key", "marks").integers(1, 6) == stream("a key", "marks").integers(1, 6)
    True
    """
    return Stream(int(sha256(f"{key}|{purpose}"), 16))


class Stream:
    """Numbers made by our own code from the raw bits of PCG64.

    NumPy promises the raw bits of a BitGenerator for ever, but not what Generator makes of them.
    """

    def __init__(self, entropy: int) -> None:
        self._bits = np.random.PCG64(entropy)

    def array(self, n: int) -> npt.NDArray[np.float64]:
        """n uniforms in [0, 1), each with 53 bits."""
        raw = np.asarray(self._bits.random_raw(n), dtype=np.uint64)
        return (raw >> np.uint64(11)).astype(np.float64) / 2.0**53

    def uniform(self) -> float:
        return float(self.array(1)[0])

    def integers(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + int(self.uniform() * (high - low + 1))

    def choice(self, options: Sequence[T]) -> T:
        return options[self.integers(0, len(options) - 1)]

    def choices(self, options: Sequence[T], weights: Sequence[float]) -> T:
        """One of the options, each with probability in proportion to its weight."""
        point = self.uniform() * sum(weights)
        for option, weight in zip(options, weights, strict=True):
            point -= weight
            if point < 0:
                return option
        return options[-1]


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise InspectionError(
            "digest",
            f"a float ({value!r}) has no canonical text",
            "Give an integer, a fraction's text",
        )
    for item in (
        value.values()
        if isinstance(value, dict)
        else value
        if isinstance(value, list | tuple)
        else ()
    ):
        _refuse_floats(item)
