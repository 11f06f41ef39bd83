"""Products of templates a block at a time, in memory of one block."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fairlineup.faces.vectors.templates import PreparedTemplates
from fairlineup.records import BadInput

PROBE_ROWS = 256


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Some probes against some references."""

    probes: slice  #: which probes.
    references: slice  #: which references.
    #: -2 times the inner products, shape (probes, references); overwritten by the next block.
    product: NDArray[np.float32]
    probe_squares: NDArray[np.float32]  #: squared lengths of the probes, shape (probes,).
    reference_squares: NDArray[np.float32]  #: squared lengths of the references, shape (references,).


class Multiplier:
    """Multiplies blocks of two sides into one buffer."""

    def __init__(self, probes: PreparedTemplates, references: PreparedTemplates, block_pairs: int) -> None:
        if block_pairs < 1:
            raise BadInput(
                "the block is too small",
                expected="block_pairs of 1 or more",
                got=str(block_pairs),
                remedy="leave it out",
                code="argument-unusable",
            )
        self.probes = probes
        self.references = references
        self.rows = min(PROBE_ROWS, block_pairs, max(len(probes), 1))
        self.columns = max(1, min(block_pairs // self.rows, len(references)))
        self._buffer = np.empty(self.rows * self.columns, np.float32)

    def probe_blocks(self, within: slice) -> Iterator[slice]:
        """Consecutive runs of probes."""
        return runs(within, self.rows)

    def blocks(self, probes: slice, references: slice) -> Iterator[Block]:
        """One run of probes against consecutive runs of references."""
        doubled = self.probes.single[probes] * np.float32(-2)
        for run in runs(references, self.columns):
            shape = probes.stop - probes.start, run.stop - run.start
            product = self._buffer[: shape[0] * shape[1]].reshape(shape)
            np.matmul(doubled, self.references.single[run].T, out=product)
            squares = self.probes.squares[probes], self.references.squares[run]
            yield Block(probes, run, product, *squares)


def runs(within: slice, length: int) -> Iterator[slice]:
    """A slice cut into consecutive slices of at most `length`."""
    for start in range(within.start, within.stop, length):
        yield slice(start, min(start + length, within.stop))
