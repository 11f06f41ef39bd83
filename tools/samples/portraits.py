"""Portraits, brought to one frame by eyes and nose, and which of them are fit to learn from."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from fairlineup.faces.engine import Analysis, EnginePool, named_engine
from fairlineup.records import Photograph, Progress

HEIGHT, WIDTH = 184, 144
EYES_APART_PX, EYES_Y, NOSE_DOWN = 38.0, 82.0, 0.766  # nose: in distances between the eyes, the median here


@dataclass(frozen=True, slots=True, eq=False)
class Portraits:
    """Aligned portraits, one a row of each array.

    Attributes:
        pixels: blue, green, red, uint8, shape (n, HEIGHT, WIDTH, 3).
        templates: of the whole photograph, shape (n, 128).
        person: ids, shape (n,).
        sex: "F", "M" or "" where no source labels it, shape (n,).
        birth_year: NaN where not known, shape (n,).
        probe: whether it is a portrait of the present Congress, shape (n,).
        sharpness, yaw: as the engine measured them, shape (n,).
    """

    pixels: NDArray[np.uint8]
    templates: NDArray[np.float32]
    person: NDArray[np.str_]
    sex: NDArray[np.str_]
    birth_year: NDArray[np.float64]
    probe: NDArray[np.bool_]
    sharpness: NDArray[np.float64]
    yaw: NDArray[np.float64]

    def of(self, rows: NDArray[np.intp]) -> Portraits:
        """Some of them."""
        return Portraits(*(getattr(self, name)[rows] for name in self.__slots__))


def read_portraits(folder: Path, progress: Progress) -> Portraits:
    """Every portrait in which a face is found, aligned."""
    with (folder / "people.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    photos = [Photograph(row["photo"], folder / row["photo"]) for row in rows]
    with EnginePool(named_engine("dlib")) as pool:
        found = list(pool.analyse_many(photos, progress=progress))
    kept = [(row, analysis) for row, analysis in zip(rows, found, strict=True) if analysis.templates]
    quality = [analysis.faces[0].quality for _, analysis in kept]
    return Portraits(
        pixels=np.array([_aligned(folder / row["photo"], analysis) for row, analysis in kept]),
        templates=np.array([analysis.templates[0].vector for _, analysis in kept]),
        person=np.array([row["person"] for row, _ in kept]),
        sex=np.array([row.get("sex", "") for row, _ in kept]),
        birth_year=np.array([float(row.get("birth_year") or "nan") for row, _ in kept]),
        probe=np.array([row["role"] == "probe" for row, _ in kept]),
        sharpness=np.array([one.sharpness for one in quality]),
        yaw=np.array([one.yaw for one in quality]),
    )


def in_colour(portraits: Portraits) -> NDArray[np.bool_]:
    """Portraits whose faces vary in colour: no grey, sepia or tinted print, shape (n,)."""
    spread = []
    for pixels in portraits.pixels:
        lab = cv2.cvtColor(pixels[60:150, 35:110], cv2.COLOR_BGR2LAB).astype(np.float64)
        strength = np.hypot(lab[..., 1] - 128, lab[..., 2] - 128).mean()
        spread.append((strength, lab[..., 1].std(), lab[..., 2].std()))
    return np.asarray((np.array(spread) > (8, 1.8, 2.2)).all(axis=1))


def _aligned(path: Path, analysis: Analysis) -> NDArray[np.uint8]:
    picture = cv2.imread(str(path))
    marks = np.array(analysis.faces[0].landmarks)
    source = np.array([marks[:2].mean(axis=0), marks[2:4].mean(axis=0), marks[4]])
    half = EYES_APART_PX / 2
    target = np.array(
        [
            (WIDTH / 2 + half, EYES_Y),
            (WIDTH / 2 - half, EYES_Y),
            (WIDTH / 2, EYES_Y + NOSE_DOWN * EYES_APART_PX),
        ]
    )
    move = _similarity(source, target)
    scale = float(np.hypot(move[0, 0], move[1, 0]))
    if scale < 0.75:  # shrink by areas first: a warp would skip pixels
        shrink = scale / 0.9
        picture = cv2.resize(picture, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
        move[:, :2] /= shrink
    return np.asarray(
        cv2.warpAffine(picture, move, (WIDTH, HEIGHT), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    )


def _similarity(source: NDArray[np.float64], target: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn, scale and shift that bring points closest to others, shape (2, 3)."""
    a, b = source - source.mean(axis=0), target - target.mean(axis=0)
    along, across = (a * b).sum(), (a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]).sum()
    turn = np.array([[along, -across], [across, along]]) / (a * a).sum()
    return np.column_stack([turn, target.mean(axis=0) - turn @ source.mean(axis=0)])
