"""The model file: what of all this is shipped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tools.samples.components import Components, Layout
from tools.samples.population import Spread
from tools.samples.portraits import HEIGHT, WIDTH

Arrays = dict[str, NDArray[Any]]


def model_arrays(texture: Components, shape: Components, layout: Layout, spread: Spread) -> Arrays:
    """Every array of the model file but the accepted seeds."""
    arrays: Arrays = {
        "frame": np.array([HEIGHT, WIDTH], np.int32),
        "inside": np.packbits(layout.inside),
        "inside_half": np.packbits(layout.inside_half),
        "spread_texture": texture.coefficients.std(axis=0).astype(np.float32),
        "spread_shape": shape.coefficients.std(axis=0).astype(np.float32),
        "means": spread.means.astype(np.float32),
        "shares": spread.shares.astype(np.float32),
        "spread": spread.spread.astype(np.float32),
        "within": spread.within.astype(np.float32),
        "measures": spread.measures.astype(np.float32),
        "measure_offsets": spread.measure_offsets,
        "tint": spread.tint,
        "tinted": spread.tinted,
    }
    basis, mean = layout.parts(texture.basis / layout.weight), layout.parts(texture.mean / layout.weight)
    for name in basis:
        arrays |= _block(name, mean[name], basis[name])
    return arrays | _block("flow", shape.mean, shape.basis)


def _block(name: str, mean: NDArray[np.float32], basis: NDArray[np.float32]) -> Arrays:
    unit = np.abs(basis).max(axis=1) / 127
    return {
        f"{name}_mean": mean.astype(np.float32),
        f"{name}_basis": np.rint(basis / unit[:, None]).astype(np.int8),
        f"{name}_unit": unit.astype(np.float32),
    }


def write_arrays(path: Path, arrays: Arrays) -> None:
    """Write a model file: the same arrays give the same bytes, since its entries carry no time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, allow_pickle=False, **dict(sorted(arrays.items())))


def read_arrays(path: Path) -> Arrays:
    """The arrays of a model file."""
    with np.load(path, allow_pickle=False) as found:
        return {name: found[name] for name in found.files}
