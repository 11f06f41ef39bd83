"""Which seeds are accepted: the people of the others came near a portrait, or near the average."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fairlineup.evidence.samples.people import SEEDS, person_of
from fairlineup.evidence.samples.photographs import Model, Shot, photographs
from fairlineup.faces.engine import Engine, named_engine
from fairlineup.records import Photograph, Progress

Floats = NDArray[np.float32]

NEAREST = 0.5
"""No photograph looked at lies nearer than this to a portrait, by the default model's distance."""

MARGIN = 0.02
"""Added for studio photographs and portraits learned from: other photographs are not looked at."""

LOOKS = (("studio", 0), ("studio", 1), ("studio", 2), ("document", 0), ("doorbell", 0))
"""Condition and number of the photographs looked at; after one has failed, the rest are not taken."""

DISTINCT = 0.65
"""Share kept of each presentation: those furthest from its average."""

_SHELF = 256


@dataclass(frozen=True, slots=True, eq=False)
class Portrayed:
    """Templates of portraits, each of shape (n, 128).

    Attributes:
        learned: those the model was learned from.
        every: those of the whole folder.
    """

    learned: Floats
    every: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Screened:
    """What the screen saw.

    Attributes:
        nearest: distance of each seed's first studio photograph to a portrait learned from, shape (SEEDS,).
        accepted: shape (SEEDS,).
    """

    nearest: Floats
    accepted: NDArray[np.bool_]


def screened(portraits: Portrayed, work: Path, progress: Progress) -> Screened:
    """Screen every seed against portraits; goes on where it was stopped."""
    first = _photographed(np.arange(SEEDS), 0, work, progress)
    left = distinct(first) & _far(first, LOOKS[0][0], portraits)
    for look, (capture, _) in enumerate(LOOKS[1:], 1):
        seeds = np.flatnonzero(left)
        templates = _photographed(seeds, look, work, progress)
        left[seeds[~_far(templates, capture, portraits)]] = False
    return Screened(nearest_portrait(first, portraits.learned), left)


def _far(templates: Floats, capture: str, portraits: Portrayed) -> NDArray[np.bool_]:
    """Photographs far enough from portraits; one without a face is not, shape (n,)."""
    margin = MARGIN if capture == "studio" else 0.0
    far = nearest_portrait(templates, portraits.learned) >= NEAREST + margin
    if capture == "doorbell":  # what is dark and blurred comes near to whatever else is
        return np.asarray(far)
    return np.asarray(far & (nearest_portrait(templates, portraits.every) >= NEAREST))


def nearest_portrait(templates: Floats, portraits: Floats) -> Floats:
    """Distance of each template to its nearest portrait, shape (n,)."""
    found = np.empty(len(templates), np.float32)
    for at in range(0, len(templates), 1024):
        part = templates[at : at + 1024]
        squares = (part**2).sum(axis=1)[:, None] + (portraits**2).sum(axis=1) - 2 * part @ portraits.T
        found[at : at + 1024] = np.sqrt(np.maximum(squares.min(axis=1), 0))
    return found


def distinct(templates: Floats) -> NDArray[np.bool_]:
    """Seeds whose template is far from the average of their presentation, shape (SEEDS,)."""
    feminine = np.array([person_of(seed).presentation == "feminine" for seed in range(len(templates))])
    kept = np.zeros(len(templates), np.bool_)
    for group in (feminine, ~feminine):
        far = np.linalg.norm(templates - np.nanmean(templates[group], axis=0), axis=1)
        kept |= group & (far >= np.nanquantile(far[group], 1 - DISTINCT))
    return kept


def _photographed(seeds: NDArray[np.intp], look: int, work: Path, progress: Progress) -> Floats:
    """Templates of one photograph of each seed, shape (n, 128), kept by hundreds as they are made."""
    work.mkdir(parents=True, exist_ok=True)
    shelves = np.split(seeds, np.searchsorted(seeds, np.arange(_SHELF, SEEDS, _SHELF)))
    asked = [(look, at, shelf, work) for at, shelf in enumerate(shelves) if len(shelf)]
    found: list[Floats] = []
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        for templates in pool.map(_on_shelf, asked):
            found.append(templates)
            progress(f"photographs {look}", sum(map(len, found)), len(seeds))
    return np.concatenate(found)


def _on_shelf(asked: tuple[int, int, NDArray[np.intp], Path]) -> Floats:
    """Templates of the seeds of one shelf; those made before are read."""
    look, at, seeds, work = asked
    capture, number = LOOKS[look]
    path = work / f"{look}-{at:03d}.npz"
    kept: dict[int, Floats] = {}
    if path.is_file():
        with np.load(path) as shelf:
            kept = dict(zip(shelf["seeds"].tolist(), shelf["templates"], strict=True))
    missing = [int(seed) for seed in seeds if int(seed) not in kept]
    if missing:
        made = templates_of([Shot(person_of(seed), number, capture) for seed in missing])
        kept |= dict(zip(missing, made, strict=True))
        beside = path.with_suffix(".partial")
        with beside.open("wb") as file:
            np.savez(file, seeds=np.array(list(kept)), templates=np.array(list(kept.values())))
        beside.replace(path)
    return np.array([kept[int(seed)] for seed in seeds], np.float32)


@lru_cache(maxsize=1)
def _engine() -> Engine:
    return Engine(named_engine("dlib"))


def templates_of(shots: Sequence[Shot], model: Model | None = None) -> Floats:
    """Templates of photographs by the engine `dlib`, NaN where it found no face, shape (n, 128)."""
    contents = photographs(shots, model)
    taken = [Photograph(shot.id, content) for shot, content in zip(shots, contents, strict=True)]
    found = np.full((len(shots), 128), np.nan, np.float32)
    for at in range(0, len(taken), 16):
        for row, analysis in enumerate(_engine().analyse_chunk(tuple(taken[at : at + 16]), "largest"), at):
            if analysis.templates:
                found[row] = analysis.templates[0].vector
    return found
