"""Random numbers that a seed gives in every version of NumPy: raw Philox bits and our own transforms."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class Draws:
    """One stream of draws, named by whole numbers.

    Args:
        seed: names the person.
        stream: names what is drawn for; another stream of the same seed is independent of it.
    """

    def __init__(self, seed: int, stream: int) -> None:
        self._bits = np.random.Philox(key=np.array([seed, stream], np.uint64))

    def uniform(self, count: int) -> Array:
        """Numbers strictly between 0 and 1, shape (count,)."""
        raw = np.asarray(self._bits.random_raw(count), np.uint64)
        return ((raw >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53

    def between(self, low: float, high: float) -> float:
        """One number, evenly between two."""
        return low + (high - low) * float(self.uniform(1)[0])

    def normal(self, count: int) -> Array:
        """Standard normal numbers, shape (count,)."""
        from scipy.special import ndtri

        return np.asarray(ndtri(self.uniform(count)), np.float64)

    def below(self, count: int) -> int:
        """One whole number from 0 to count - 1."""
        return int(float(self.uniform(1)[0]) * count)

    def choose(self, shares: Array) -> int:
        """An index, as often as its share; shares sum to 1, shape (n,)."""
        return int(min(np.searchsorted(np.cumsum(shares), self.uniform(1)[0]), len(shares) - 1))

    def grain(self, shape: tuple[int, ...]) -> Array:
        """Nearly normal noise of mean 0 and variance 1, from four bytes a number: quick and exact."""
        count = int(np.prod(shape))
        raw = np.asarray(self._bits.random_raw((count + 1) // 2), np.uint64).astype("<u8")
        first, second, third, fourth = raw.view(np.uint8)[: 4 * count].reshape(4, count).astype(np.int16)
        total = first + second + third + fourth - 510  # four bytes of mean 127.5
        return np.asarray(total / np.sqrt(4 * (256**2 - 1) / 12), np.float64).reshape(shape)
