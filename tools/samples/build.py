"""From portraits to the arrays of the model."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tools.samples.components import SHAPES, Components, Layout, laid_out, principal, texture_components
from tools.samples.glasses import without_glasses
from tools.samples.mattes import person_mattes
from tools.samples.modelfile import Arrays, model_arrays
from tools.samples.population import FEWEST_PEOPLE, Spread, spread_of
from tools.samples.portraits import Portraits, in_colour, read_portraits
from tools.samples.registration import Registered, registered

from fairlineup.records import Progress

_MOST_YAW = 22  # degrees


@dataclass(frozen=True, slots=True, eq=False)
class Studied:
    """Portraits fit to learn from, in the mean shape."""

    portraits: Portraits
    faces: Registered


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """A model and what it was made of."""

    arrays: Arrays
    texture: Components
    shape: Components
    layout: Layout
    spread: Spread


def studied(folder: Path, progress: Progress) -> Studied:
    """Read, choose, cut out and register the portraits of a folder."""
    found = read_portraits(folder, progress)
    colour = found.of(np.flatnonzero(in_colour(found)))
    plain = without_glasses(colour.pixels)
    mattes = person_mattes(colour.pixels, progress)
    odd = np.sqrt(((mattes - mattes.mean(axis=0)) ** 2).mean(axis=(1, 2)))
    fit = (
        plain
        & (colour.sharpness > np.quantile(colour.sharpness, 0.06))
        & (odd < np.quantile(odd, 0.97))
        & (np.abs(colour.yaw) < _MOST_YAW)
    )
    rows = np.flatnonzero(fit)
    chosen = colour.of(rows)
    return Studied(chosen, registered(chosen.pixels, mattes[rows], progress))


def learned(portraits: Portraits, faces: Registered, fewest: int = FEWEST_PEOPLE) -> Model:
    """The model of registered portraits; each of its parts stands on `fewest` people or more."""
    layout, vectors, belief = laid_out(faces)
    texture = texture_components(vectors, belief)
    shape = principal(faces.flow.reshape(len(faces.flow), -1), SHAPES)
    spread = spread_of(portraits, texture, shape, layout, fewest)
    return Model(model_arrays(texture, shape, layout, spread), texture, shape, layout, spread)


def some_of(study: Studied, rows: NDArray[np.intp]) -> Studied:
    """Some of the portraits."""
    faces = study.faces
    return Studied(study.portraits.of(rows), Registered(*(getattr(faces, n)[rows] for n in faces.__slots__)))
