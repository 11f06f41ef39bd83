"""Which inner loops run: numba's where it is installed, NumPy's with equal results where not."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray

from fairlineup.faces.vectors import plain
from fairlineup.faces.vectors.codes import Coded, CodedProbe
from fairlineup.faces.vectors.plain import Singles

CountBins = Callable[[Singles, Singles, Singles, tuple[np.float32, bool], NDArray[np.uint32]], None]
Survivors = Callable[[Singles, Singles, Singles, Singles], tuple[NDArray[np.intp], NDArray[np.intp]]]
Scan = Callable[[Coded, CodedProbe, int, float], NDArray[np.intp] | None]


@dataclass(frozen=True, slots=True)
class Kernels:
    """The inner loops, and whose they are: "numba" or "numpy". See `plain`, and `compiled.scan`."""

    name: str
    count_bins: CountBins
    survivors: Survivors
    scan: Scan | None  # NumPy has none


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
