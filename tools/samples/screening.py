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

from fairlineup.engine import Engine
from fairlineup.records import Photograph, Progress
from fairlineup.samples.people import SEEDS, person_of
from fairlineup.samples.photographs import Model, Shot, photographs

Floats = NDArray[np.float32]

NEAREST = 0.5
"""No photograph looked at lies nearer than this to a portrait, by the default model's distance."""

MARGIN = 0.02
"""Added, since only a person's first photographs are looked at."""

LOOKED_AT = 3
DISTINCT = 0.65
"""Share kept of each presentation: those furthest from its average."""

_SHELF = 256


@dataclass(frozen=True, slots=True, eq=False)
class Screened:
    """What the screen saw.

    Attributes:
        templates: of each seed's studio photographs 0 to LOOKED_AT - 1, NaN where no face was found or none
            was taken since an earlier one failed, shape (SEEDS, LOOKED_AT, 128).
        nearest: smallest distance to a portrait, shape (SEEDS, LOOKED_AT).
        accepted: shape (SEEDS,).
    """

    templates: Floats
    nearest: Floats
    accepted: NDArray[np.bool_]


def screened(portraits: Floats, work: Path, progress: Progress) -> Screened:
    """Screen every seed against portraits' templates, shape (n, 128); goes on where it was stopped.

    Those too near a portrait or not distinct are not photographed again.
    """
    templates = np.full((SEEDS, LOOKED_AT, 128), np.nan, np.float32)
    nearest = np.full((SEEDS, LOOKED_AT), np.nan, np.float32)
    left = np.ones(SEEDS, np.bool_)
    for number in range(LOOKED_AT):
        seeds = np.flatnonzero(left)
        templates[seeds, number] = _photographed(seeds, number, work, progress)
        nearest[seeds, number] = nearest_portrait(templates[seeds, number], portraits)
        left &= nearest[:, number] >= NEAREST + MARGIN  # also without a face: NaN is not
        if number == 0:
            left &= distinct(templates[:, 0])
    return Screened(templates, nearest, left)


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


def _photographed(seeds: NDArray[np.intp], number: int, work: Path, progress: Progress) -> Floats:
    """Templates of one photograph of each seed, shape (n, 128), kept by hundreds as they are made."""
    work.mkdir(parents=True, exist_ok=True)
    shelves = np.split(seeds, np.searchsorted(seeds, np.arange(_SHELF, SEEDS, _SHELF)))
    asked = [(number, at, shelf, work) for at, shelf in enumerate(shelves) if len(shelf)]
    found: list[Floats] = []
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        for templates in pool.map(_on_shelf, asked):
            found.append(templates)
            progress(f"photograph {number}", sum(map(len, found)), len(seeds))
    return np.concatenate(found)


def _on_shelf(asked: tuple[int, int, NDArray[np.intp], Path]) -> Floats:
    """Templates of the seeds of one shelf; those made before are read."""
    number, at, seeds, work = asked
    path = work / f"{number}-{at:03d}.npz"
    kept: dict[int, Floats] = {}
    if path.is_file():
        with np.load(path) as shelf:
            kept = dict(zip(shelf["seeds"].tolist(), shelf["templates"], strict=True))
    missing = [int(seed) for seed in seeds if int(seed) not in kept]
    if missing:
        made = templates_of([Shot(person_of(seed), number) for seed in missing])
        kept |= dict(zip(missing, made, strict=True))
        beside = path.with_suffix(".partial")
        with beside.open("wb") as file:
            np.savez(file, seeds=np.array(list(kept)), templates=np.array(list(kept.values())))
        beside.replace(path)
    return np.array([kept[int(seed)] for seed in seeds], np.float32)


@lru_cache(maxsize=1)
def _engine() -> Engine:
    return Engine()


def templates_of(shots: Sequence[Shot], model: Model | None = None) -> Floats:
    """Templates of photographs by the default engine, NaN where it found no face, shape (n, 128)."""
    contents = photographs(shots, model)
    taken = [Photograph(shot.id, content) for shot, content in zip(shots, contents, strict=True)]
    found = np.full((len(shots), 128), np.nan, np.float32)
    for at in range(0, len(taken), 16):
        for row, analysis in enumerate(_engine().analyse_chunk(tuple(taken[at : at + 16]), "largest"), at):
            if analysis.templates:
                found[row] = analysis.templates[0].vector
    return found
