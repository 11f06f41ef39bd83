"""What is made true of a person by construction: a normal draw held to given values of linear measures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Hold:
    """Linear measures of a normal vector, ready to be held to values."""

    rows: Array  #: the measures, shape (m, d): measure = rows @ vector + offsets.
    offsets: Array  #: shape (m,).
    gain: Array  #: how a vector moves for each step of a measure, shape (d, m).

    @classmethod
    def on(cls, rows: Array, offsets: Array, covariance: Array) -> Hold:
        """Measures of a vector with this covariance, shape (d, d); the vector's mean does not matter."""
        together = rows @ covariance @ rows.T
        gain = np.asarray(np.linalg.solve(together, rows @ covariance).T, np.float64)
        return cls(rows, offsets, gain)

    def to(self, vector: Array, values: Array) -> Array:
        """A draw of the normal distribution, given that its measures are these values.

        Args:
            vector: a draw, shape (d,).
            values: what its measures shall be, shape (m,).
        Source: conditioning by kriging, which draws from the exact conditional distribution; Journel and
            Huijbregts, Mining Geostatistics, 1978, ch. VII.
        """
        return vector + self.gain @ (values - self.rows @ vector - self.offsets)
