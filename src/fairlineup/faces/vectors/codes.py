"""Templates in a byte a number, for a first pass over a gallery that reads a quarter of it.

A row r is held as whole numbers q from -127 to 127 with one scale s, so that no number of s * q is further
than s / 2 from r's, and the whole row no further than s * sqrt(d) / 2. A probe p is held likewise, in 16
bits, as t * w. The products of whole numbers are exact, so

    |<p, r> - s t <w, q>| <= |p| |r - s q| + |p - t w| |s q| <= s sqrt(d) / 2 (|p| + 127 t sqrt(d))

and every reference whose squared distance may be among the least is known from its codes (Cauchy-Schwarz).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fairlineup.faces.vectors.templates import ROWS_AT_ONCE, PreparedTemplates

TOP = 127
WORD_TOP = 2**15 - 1
SUM_TOP = 2**31 - 1  # whole products are summed in 32 bits
Coded = tuple[NDArray[np.int8], NDArray[np.float32], NDArray[np.float32]]  # codes, scales, squares
ROOM = 1 + 1e-4  # for rounding in float32 while codes are made


@dataclass(frozen=True, slots=True, eq=False)
class CodedProbe:
    """One probe, ready for a pass over codes."""

    words: NDArray[np.int16]  #: whole numbers, shape (d,).
    square: float  #: squared length of the probe.
    factor: float  #: -2 t; times a row's scale and the sum of products it is -2 times the inner product.
    spread: float  #: times a row's scale it bounds the error of that.


def encode(rows: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Codes of rows, shape (n, d), and the scale of each, shape (n,)."""
    codes, scales = np.empty(rows.shape, np.int8), np.empty(len(rows), np.float32)
    for start in range(0, len(rows), ROWS_AT_ONCE):
        part = slice(start, start + ROWS_AT_ONCE)
        largest = np.abs(rows[part]).max(axis=1)
        scales[part] = np.nextafter(largest / np.float32(TOP), np.float32(np.inf))  # so that none is over 127
        codes[part] = np.rint(rows[part] / scales[part, None])
    return codes, scales


def coded_probe(probes: PreparedTemplates, row: int) -> CodedProbe:
    """A row of the probes for a pass over codes of as many dimensions."""
    probe = probes.single[row].astype(np.float64)
    dimension = len(probe)
    step = max(float(np.abs(probe).max()), 1e-300) / min(WORD_TOP, SUM_TOP // (TOP * dimension))
    words = np.rint(probe / step).astype(np.int16)
    root = math.sqrt(dimension)
    length = math.sqrt(float(probe @ probe)) * ROOM
    spread = root * ROOM * (length + TOP * step * root)
    return CodedProbe(words, float(probes.squares[row]), -2 * step, spread)
