"""Which inner loops run: numba's where it is installed, NumPy's with equal results where not."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from fairlineup.faces.vectors import plain
from fairlineup.faces.vectors.codes import Coded, CodedProbe
from fairlineup.faces.vectors.plain import Singles


class CountBins(Protocol):
    """See `plain.count_bins`."""

    def __call__(
        self,
        product: Singles,
        probe_squares: Singles,
        reference_squares: Singles,
        scale: tuple[np.float32, bool],
        counts: NDArray[np.uint32],
    ) -> None:
        """Add the pairs of a block to counts."""
        ...


class Survivors(Protocol):
    """See `plain.survivors`."""

    def __call__(
        self, product: Singles, probe_squares: Singles, reference_squares: Singles, limits: Singles
    ) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Pairs of a block at or under the limit of their probe."""
        ...


class Scan(Protocol):
    """See `compiled.scan`."""

    def __call__(self, coded: Coded, probe: CodedProbe, width: int, margin: float) -> NDArray[np.intp] | None:
        """Rows among which the nearest of a probe are; None if they are too many."""
        ...


@dataclass(frozen=True, slots=True)
class Kernels:
    """The inner loops, and whose they are: "numba" or "numpy"; NumPy has none over codes."""

    name: str
    count_bins: CountBins
    survivors: Survivors
    scan: Scan | None


PLAIN = Kernels("numpy", plain.count_bins, plain.survivors, None)


def available() -> bool:
    """Whether numba's loops may be used: it is installed, and FAIRLINEUP_NO_NUMBA is not 1."""
    return os.environ.get("FAIRLINEUP_NO_NUMBA") != "1" and find_spec("numba") is not None


def kernels() -> Kernels:
    """The inner loops to use now."""
    return _compiled() if available() else PLAIN


@cache
def _compiled() -> Kernels:
    try:
        from fairlineup.faces.vectors import compiled
    except ImportError:  # numba is there and does not fit this NumPy
        return PLAIN
    return Kernels("numba", compiled.count_bins, compiled.survivors, compiled.scan)
