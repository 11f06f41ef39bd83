"""Matrix products in pieces too small for BLAS to share out among threads.

Thousands of middling products in a row, each shared out, took ten times as long as on one thread wherever
another program kept a core busy: every piece waits for the slowest. Small pieces also give the same bits
whatever the number of threads.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

PIECE = 200_000
"""Multiplications in a piece; OpenBLAS shares out above 262,144."""

Matrix = NDArray[np.float32]


def product(a: Matrix, b: Matrix) -> Matrix:
    """A @ b."""
    columns = max(1, PIECE // a.size)
    if columns >= b.shape[1]:
        return a @ b
    whole = np.empty((a.shape[0], b.shape[1]), dtype=np.float32)
    for at in range(0, b.shape[1], columns):
        np.matmul(a, b[:, at : at + columns], out=whole[:, at : at + columns])
    return whole
