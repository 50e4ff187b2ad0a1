"""Named streams of random numbers that are the same on every machine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from inspectkit.digest import sha256

T = TypeVar("T")


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
