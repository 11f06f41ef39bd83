"""Principal components of texture and of shape."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter
from tools.samples.portraits import HEIGHT, WIDTH
from tools.samples.registration import Registered

Floats = NDArray[np.float32]

TEXTURES, SHAPES = 180, 40
_EVER = 0.04  # a pixel that is a person's in fewer portraits is left out
_FILLS = 3
_SOFT_PX = 2.0  # of the outline: a single wisp of hair is nobody's statistic
_COLOUR_WEIGHT, _MATTE_WEIGHT = 2.4, 0.7

_Y, _X = np.mgrid[:HEIGHT, :WIDTH]
_INNER = np.exp(-((((_X - 72) / 26) ** 2 + ((_Y - 98) / 36) ** 2) ** 2))
WEIGHT = np.where(_Y > 148, 0.45, 1.0) * (1 + 0.8 * _INNER)
"""Clothes count less, and the inner face more, than their pixels."""

_BELOW = _Y - np.where(np.abs(_X - 72) < 18, 152, 136) - 10 * np.clip((30 - np.abs(_X - 72)) / 12, 0, 1)
_MUTED = (
    1 - 0.6 * gaussian_filter(np.clip(_BELOW / 12, 0, 1), 3)[::2, ::2]
)  # clothes keep less than half their colour


@dataclass(frozen=True, slots=True, eq=False)
class Components:
    """A linear model of vectors.

    Attributes:
        mean: shape (d,).
        basis: orthonormal rows, shape (k, d).
        coefficients: of each portrait, shape (n, k).
        explained: share of the variance.
    """

    mean: Floats
    basis: Floats
    coefficients: Floats
    explained: float


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """How texture is laid out in one vector: luma, red, blue, matte.

    Attributes:
        inside: pixels that ever are a person's, shape (HEIGHT, WIDTH).
        inside_half: the same at half the resolution.
        weight: by which the texture was multiplied, shape (d,).
    """

    inside: NDArray[np.bool_]
    inside_half: NDArray[np.bool_]
    weight: Floats

    def parts(self, vector: Floats) -> dict[str, Floats]:
        """A vector of shape (..., d) by channel."""
        inside, half = int(self.inside.sum()), int(self.inside_half.sum())
        ends = np.cumsum([inside, half, half])
        return dict(zip(("luma", "red", "blue", "matte"), np.split(vector, ends, axis=-1), strict=True))


def laid_out(faces: Registered) -> tuple[Layout, Floats, Floats]:
    """The layout, every texture as a weighted vector, and how far each of its numbers is to be believed."""
    half = faces.matte.reshape(-1, HEIGHT // 2, 2, WIDTH // 2, 2).mean(axis=(2, 4))
    outline = gaussian_filter(half, (0, _SOFT_PX, _SOFT_PX), mode="nearest")
    inside, inside_half = faces.matte.mean(axis=0) > _EVER, half.mean(axis=0) > _EVER
    small = WEIGHT[::2, ::2]
    weight = np.concatenate(
        [
            WEIGHT[inside],
            *(2 * [_COLOUR_WEIGHT * small[inside_half]]),
            np.full(int(inside_half.sum()), _MATTE_WEIGHT),
        ]
    ).astype(np.float32)
    colour = [(faces.colour[..., channel] * _MUTED)[:, inside_half] for channel in range(2)]
    vectors = np.concatenate([faces.luma[:, inside], *colour, outline[:, inside_half]], axis=1) * weight
    sure, sure_half = np.clip(2 * faces.matte - 1, 0, 1), np.clip(2 * half - 1, 0, 1)
    belief = np.concatenate(
        [
            sure[:, inside],
            *(2 * [sure_half[:, inside_half]]),
            np.ones((len(half), int(inside_half.sum())), np.float32),
        ],
        axis=1,
    )
    return Layout(inside, inside_half, weight), vectors, belief


def texture_components(vectors: Floats, belief: Floats, count: int = TEXTURES) -> Components:
    """Components of textures whose backdrop is unknown: filled in from the model, which is made again."""
    mean = (vectors * belief).sum(axis=0) / (belief.sum(axis=0) + 1e-3)
    filled = belief * vectors + (1 - belief) * mean
    for _ in range(_FILLS):
        rough = principal(filled, count // 3)
        filled = belief * vectors + (1 - belief) * (rough.mean + rough.coefficients @ rough.basis)
    return principal(filled, count)


def principal(vectors: Floats, count: int) -> Components:
    """The leading principal components, by way of inner products: portraits are fewer than pixels."""
    mean = vectors.mean(axis=0)
    centred = vectors - mean
    values, turns = np.linalg.eigh(centred @ centred.T)
    values, turns = values[::-1], turns[:, ::-1]
    basis = (turns[:, :count].T @ centred) / np.sqrt(values[:count, None])
    return Components(mean, basis, centred @ basis.T, float(values[:count].sum() / values.sum()))
