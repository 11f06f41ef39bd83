"""The layers of a recognition network, as plain records between the file read and the graph built."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Convolution:
    """Filters, shape (out, in, height, width), and bias, shape (out,)."""

    filters: Floats
    bias: Floats
    stride: tuple[int, int]
    padding: tuple[int, int]


@dataclass(frozen=True, slots=True, eq=False)
class AffineLayer:
    """gamma · x + beta for each channel, both of shape (channels,)."""

    gamma: Floats
    beta: Floats


@dataclass(frozen=True, slots=True)
class Rectifier:
    """max(x, 0)."""


@dataclass(frozen=True, slots=True)
class Pooling:
    """Largest or mean value of a window; a size of (0, 0) is the whole plane."""

    kind: str
    size: tuple[int, int]
    stride: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Tag:
    """Remembers the value at this place under a number."""

    number: int


@dataclass(frozen=True, slots=True)
class Skip:
    """Goes on from a remembered value."""

    number: int


@dataclass(frozen=True, slots=True)
class AddPrevious:
    """Adds a remembered value; the smaller operand is padded with zeros at its far ends."""

    number: int


@dataclass(frozen=True, slots=True, eq=False)
class FullyConnected:
    """x · weights, shape (inputs, outputs), without a bias."""

    weights: Floats


Layer = Convolution | AffineLayer | Rectifier | Pooling | Tag | Skip | AddPrevious | FullyConnected


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """A network as its file gives it."""

    #: red, green, blue that are taken off each pixel before it is divided by 256.
    mean: tuple[float, float, float]
    size_px: int  #: side of the square picture it takes.
    layers: tuple[Layer, ...]  #: in the order of computation.
