"""The appearance model: the numbers that turn coefficients into the texture and shape of a face.

Built by tools/samples from portraits, shipped as `model.npz`; docs/samples-model-card.md says what is in it.
The basis is whole numbers of eight bits and the coefficients are whole steps of a grid: sums below 2**24 are
exact in single precision, so that every machine gives the same face.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import as_file, files
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

EXACT = 2**24
FURTHEST = 5.0
"""A coefficient is kept within so many of its standard deviations."""


@dataclass(frozen=True, slots=True, eq=False)
class Channel:
    """One channel: mean plus coefficients times basis."""

    mean: Array  #: shape (n,).
    basis: NDArray[np.float32]  #: whole numbers from -127 to 127 as float32, shape (k, n).
    unit: Array  #: what a basis step of each component is worth, shape (k,).
    grid: float  #: the step of unit times coefficient.
    limit: Array  #: largest coefficient of each component, shape (k,).

    def values(self, coefficients: Array) -> Array:
        """The channel of several faces: coefficients of shape (faces, k) to values of shape (faces, n)."""
        kept = np.clip(coefficients, -self.limit, self.limit)
        steps = np.rint(kept * (self.unit / self.grid)).astype(np.float32)
        return self.mean + (steps @ self.basis).astype(np.float64) * self.grid


@dataclass(frozen=True, slots=True, eq=False)
class Texture:
    """Faces in the mean shape."""

    luma: Array  #: 0 to 1, shape (faces, height, width).
    #: red and blue difference, and how much of a pixel is the person, each at half the resolution, shape
    #: (faces, height / 2, width / 2, 3).
    rest: Array
    #: where in the texture each pixel comes from, as an offset in pixels (x, y), at a quarter of the
    #: resolution, shape (faces, height / 4, width / 4, 2).
    flow: Array


@dataclass(frozen=True, slots=True, eq=False)
class Appearance:
    """The basis of texture and shape, for frames of one size."""

    height_px: int  #: of a frame.
    width_px: int  #: of a frame.
    inside: NDArray[np.bool_]  #: pixels that ever belong to a person, shape (height, width).
    inside_half: NDArray[np.bool_]  #: the same at half the resolution.
    blocks: dict[str, Channel]  #: by name: luma, red, blue, matte, flow.

    @property
    def textures(self) -> int:
        """How many coefficients texture has; those of shape follow them."""
        return len(self.blocks["luma"].unit)

    def texture(self, coefficients: Array) -> Texture:
        """Coefficients of shape (faces, textures + shapes) to faces in the mean shape and their flow."""
        of_texture, of_shape = np.split(coefficients, [self.textures], axis=1)
        faces, height, width = len(coefficients), self.height_px, self.width_px
        luma = np.zeros((faces, height, width))
        luma[:, self.inside] = self.blocks["luma"].values(of_texture)
        rest = np.zeros((faces, height // 2, width // 2, 3))
        rest[:, self.inside_half, 0] = self.blocks["red"].values(of_texture)
        rest[:, self.inside_half, 1] = self.blocks["blue"].values(of_texture)
        rest[:, self.inside_half, 2] = self.blocks["matte"].values(of_texture)
        flow = self.blocks["flow"].values(of_shape).reshape(faces, height // 4, width // 4, 2)
        return Texture(luma, rest, flow)


@lru_cache(maxsize=1)
def model_file() -> dict[str, NDArray[Any]]:
    """Every array of the shipped model, by name; read once a process."""
    with as_file(files(__package__) / "model.npz") as path, np.load(path, allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}


def appearance_of(arrays: dict[str, NDArray[Any]]) -> Appearance:
    """The appearance model in the arrays of a model file."""
    height, width = (int(n) for n in arrays["frame"])
    shapes = {"inside": (height, width), "inside_half": (height // 2, width // 2)}
    masks = {
        name: np.unpackbits(arrays[name], count=shape[0] * shape[1]).reshape(shape).astype(bool)
        for name, shape in shapes.items()
    }
    blocks = {
        name: _block(arrays, name, arrays["spread_shape" if name == "flow" else "spread_texture"])
        for name in ("luma", "red", "blue", "matte", "flow")
    }
    return Appearance(height, width, masks["inside"], masks["inside_half"], blocks)


def _block(arrays: dict[str, NDArray[Any]], name: str, spread: NDArray[Any]) -> Channel:
    unit = arrays[f"{name}_unit"].astype(np.float64)
    limit = FURTHEST * spread.astype(np.float64)
    grid = float(127 * np.sum(limit * unit) / (EXACT - 127 * len(unit)))
    return Channel(
        mean=arrays[f"{name}_mean"].astype(np.float64),
        basis=arrays[f"{name}_basis"].astype(np.float32),
        unit=unit,
        grid=grid,
        limit=limit,
    )
