"""Which seeds are accepted: the people of the others came near a portrait, or near the average."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from fairlineup.evidence.samples.people import SEEDS, person_of
from fairlineup.evidence.samples.photographs import Model, Shot, photographs
from fairlineup.faces.engine import Engine, named_engine
from fairlineup.records import Photograph, Progress

Floats = NDArray[np.float32]
EngineName = Literal["dlib", "sface"]

NEAREST: dict[EngineName, float] = {"dlib": 0.5, "sface": 0.573}
"""No photograph looked at lies nearer than this to a portrait.

Of sface: where 1 in 10,000 pairs of two people match by the calibration that ships, similarity 66.
"""

MARGIN = 0.02
"""Added for studio photographs and portraits learned from, by dlib: other photographs are not looked at."""

LOOKS = (("studio", 0), ("studio", 1), ("studio", 2), ("document", 0), ("doorbell", 0))
"""Condition and number of the photographs looked at; after one has failed, the rest are not taken."""

DISTINCT = 0.65
"""Share kept of each presentation: those furthest from its average."""

APART = 0.528
"""The first people's first photographs are no nearer to one another by sface: its default threshold."""

_SHELF = 256


@dataclass(frozen=True, slots=True, eq=False)
class Portrayed:
    """Templates of portraits by dlib, each of shape (n, 128).

    Attributes:
        learned: those the model was learned from.
        every: those of the whole folder.
    """

    learned: Floats
    every: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Screened:
    """What the first screen, by dlib, saw.

    Attributes:
        nearest: distance of each seed's first studio photograph to a portrait learned from, shape (SEEDS,).
        left: shape (SEEDS,).
    """

    nearest: Floats
    left: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Ordered:
    """What the second screen, by sface, left.

    Attributes:
        seeds: in the order people are taken in.
        apart: how many of those are `APART` from one another; they come first.
    """

    seeds: NDArray[np.intp]
    apart: int


def screened(portraits: Portrayed, work: Path, progress: Progress) -> Screened:
    """Screen every seed by dlib; goes on where it was stopped."""
    first = _photographed("dlib", np.arange(SEEDS), 0, work, progress)
    left = distinct(first) & _far(first, LOOKS[0][0], portraits)
    for look, (capture, _) in enumerate(LOOKS[1:], 1):
        seeds = np.flatnonzero(left)
        templates = _photographed("dlib", seeds, look, work, progress)
        left[seeds[~_far(templates, capture, portraits)]] = False
    return Screened(nearest_portrait(first, portraits.learned, "dlib"), left)


def screened_again(by_dlib: NDArray[np.intp], portraits: Floats, work: Path, progress: Progress) -> Ordered:
    """Screen by sface the seeds that dlib left, against every portrait of the folder.

    Goes on where it was stopped.
    """
    left, first = by_dlib, np.empty((0, 128), np.float32)
    for look in range(len(LOOKS)):
        templates = _photographed("sface", left, look, work, progress)
        far = nearest_portrait(templates, portraits, "sface") >= NEAREST["sface"]
        first = (templates if look == 0 else first)[far]
        left = left[far]
    before = set_apart(first)
    return Ordered(np.concatenate([left[before], left[~before]]), int(before.sum()))


def set_apart(templates: Floats) -> NDArray[np.bool_]:
    """Rows that are `APART` from every row chosen before, by sface, shape (n,)."""
    chosen = np.zeros(len(templates), np.bool_)
    for row, template in enumerate(templates):
        chosen[row] = not np.any(1 - templates[chosen] @ template < APART)
    return chosen


def _far(templates: Floats, capture: str, portraits: Portrayed) -> NDArray[np.bool_]:
    """Photographs far enough from portraits by dlib; one without a face is not, shape (n,)."""
    margin = MARGIN if capture == "studio" else 0.0
    far = nearest_portrait(templates, portraits.learned, "dlib") >= NEAREST["dlib"] + margin
    if capture == "doorbell":  # what is dark and blurred comes near to whatever else is
        return np.asarray(far)
    return np.asarray(far & (nearest_portrait(templates, portraits.every, "dlib") >= NEAREST["dlib"]))


def nearest_portrait(templates: Floats, portraits: Floats, engine: EngineName) -> Floats:
    """Distance of each template to its nearest portrait, on the engine's scale, shape (n,)."""
    found = np.empty(len(templates), np.float32)
    for at in range(0, len(templates), 1024):
        part = templates[at : at + 1024]
        squares = (part**2).sum(axis=1)[:, None] + (portraits**2).sum(axis=1) - 2 * part @ portraits.T
        found[at : at + 1024] = on_scale(np.maximum(squares.min(axis=1), 0), engine)
    return found


def on_scale(squares: NDArray[np.floating], engine: EngineName) -> NDArray[np.floating]:
    """Squared Euclidean distances as distances of the engine, whose templates are of length 1 for sface."""
    return np.asarray(np.sqrt(squares) if engine == "dlib" else squares / 2)


def distinct(templates: Floats) -> NDArray[np.bool_]:
    """Seeds whose template is far from the average of their presentation, shape (SEEDS,)."""
    feminine = np.array([person_of(seed).presentation == "feminine" for seed in range(len(templates))])
    kept = np.zeros(len(templates), np.bool_)
    for group in (feminine, ~feminine):
        far = np.linalg.norm(templates - np.nanmean(templates[group], axis=0), axis=1)
        kept |= group & (far >= np.nanquantile(far[group], 1 - DISTINCT))
    return kept


def _photographed(
    engine: EngineName, seeds: NDArray[np.intp], look: int, work: Path, progress: Progress
) -> Floats:
    """Templates of one photograph of each seed, shape (n, 128), kept by hundreds as they are made."""
    work.mkdir(parents=True, exist_ok=True)
    shelves = np.split(seeds, np.searchsorted(seeds, np.arange(_SHELF, SEEDS, _SHELF)))
    asked = [(engine, look, shelf, work) for shelf in shelves if len(shelf)]
    found: list[Floats] = [np.empty((0, 128), np.float32)]
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        for templates in pool.map(_on_shelf, asked):
            found.append(templates)
            progress(f"{engine}, photographs {look}", sum(map(len, found)), len(seeds))
    return np.concatenate(found)


def _on_shelf(asked: tuple[EngineName, int, NDArray[np.intp], Path]) -> Floats:
    """Templates of the seeds of one shelf; those made before are read."""
    engine, look, seeds, work = asked
    capture, number = LOOKS[look]
    path = work / f"{engine}-{look}-{seeds[0] // _SHELF:03d}.npz"
    kept: dict[int, Floats] = {}
    if path.is_file():
        with np.load(path) as shelf:
            kept = dict(zip(shelf["seeds"].tolist(), shelf["templates"], strict=True))
    missing = [int(seed) for seed in seeds if int(seed) not in kept]
    if missing:
        made = templates_of([Shot(person_of(seed), number, capture) for seed in missing], engine)
        kept |= dict(zip(missing, made, strict=True))
        beside = path.with_suffix(".partial")
        with beside.open("wb") as file:
            np.savez(file, seeds=np.array(list(kept)), templates=np.array(list(kept.values())))
        beside.replace(path)
    return np.array([kept[int(seed)] for seed in seeds], np.float32)


@lru_cache(maxsize=2)
def _engine(name: EngineName) -> Engine:
    return Engine(named_engine(name))


def templates_of(shots: Sequence[Shot], engine: EngineName, model: Model | None = None) -> Floats:
    """Templates of photographs, NaN where the engine found no face, shape (n, 128); of sface of length 1."""
    contents = photographs(shots, model)
    taken = [Photograph(shot.id, content) for shot, content in zip(shots, contents, strict=True)]
    found = np.full((len(shots), 128), np.nan, np.float32)
    for at in range(0, len(taken), 16):
        for row, analysis in enumerate(
            _engine(engine).analyse_chunk(tuple(taken[at : at + 16]), "largest"), at
        ):
            if analysis.templates:
                found[row] = analysis.templates[0].vector
    return of_length_1(found) if engine == "sface" else found


def of_length_1(templates: Floats) -> Floats:
    """The same directions."""
    return np.asarray(templates / np.linalg.norm(templates, axis=1, keepdims=True), np.float32)
