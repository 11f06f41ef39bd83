"""Finds faces with dlib's detector, on a small picture first and on finer ones as far as that is needed."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from fairlineup.faces.engine.detection import (
    DETECTOR_FACE_PX,
    Detection,
    DetectionOptions,
    Pixels,
    Points,
    Which,
    merged,
)
from fairlineup.faces.engine.faults import EngineNotInstalled, pass_on_interrupt
from fairlineup.faces.engine.installed import DLIB_LANDMARKS, published
from fairlineup.faces.engine.store import kept, kept_content, look_up, models_folder
from fairlineup.files import temporary_folder
from fairlineup.records import Box

_SAVED_SHA256 = "f3f7aa833fb4a14a46fc48689f45b98d85ef72d6dfaf8bdc012b7d3c522a5426"
"""Of dlib's frontal face detector as dlib 20.0 saves it."""

_STAGE_GAIN = 1.25


def stage_scales(width_px: int, height_px: int, options: DetectionOptions) -> tuple[float, ...]:
    """The scales at which a photograph is searched, coarse to fine.

    The second to last or last is the whole photograph, or as much of it as `largest_px` allows; the last is 2
    where the photograph is small enough.
    """
    area, long_side = width_px * height_px, max(width_px, height_px)
    full = min(1.0, math.sqrt(options.largest_px / area))
    scales: list[float] = []
    side = options.first_side_px
    while side * _STAGE_GAIN < full * long_side:
        scales.append(side / long_side)
        side *= 2
    scales.append(full)
    if 4 * area <= options.largest_px:
        scales.append(2.0)
    return tuple(scales)


class HogFinder:
    """dlib's detector of upright frontal faces and its five-point predictor; made once in a process.

    Args:
        options: how far it searches.
        rival_share: a second face this share as wide as the widest competes, so must not be overlooked.

    Raises:
        EngineNotInstalled: dlib or the predictor's file isn't there.
        DigestMismatch: the predictor isn't the published one.
    """

    def __init__(self, options: DetectionOptions | None = None, rival_share: float = 0.7) -> None:
        self.options = options or DetectionOptions()
        self._rival_share = rival_share
        self._dlib: Any = imported_dlib()
        self._detector: Any = _loaded(self._dlib, kept_content(saved_detector()))
        self._predictor: Any = self._dlib.shape_predictor(str(published(DLIB_LANDMARKS)))

    def find(self, pixels: Pixels, which: Which) -> list[Detection]:
        """The faces in a photograph, widest first.

        Args:
            pixels: upright RGB, shape (height, width, 3).
            which: "all" searches the whole photograph and then the enlarged one; "largest" starts on a small
                picture and ends at a face that leaves no room for a rival, so smaller ones may be missing.
        """
        height, width = pixels.shape[:2]
        scales = stage_scales(width, height, self.options)
        if which == "all":
            scales = tuple(scale for scale in scales if scale >= 1) or scales[-1:]
        found: list[Detection] = []
        for scale in scales:
            found = merged(self._search(pixels, scale), found)
            if which == "largest" and found and self._enough(found[0].box, width, scale):
                break
        return [replace(one, landmarks=self._landmarks(pixels, one.box)) for one in found]

    def _enough(self, widest: Box, width_px: int, scale: float) -> bool:
        """Whether a rival of the widest face would have been seen by now, or has no room."""
        rival_px = self._rival_share * widest.width_px
        return widest.width_px >= self.options.enough_share * width_px or rival_px * scale >= DETECTOR_FACE_PX

    def _landmarks(self, pixels: Pixels, box: Box) -> Points:
        """Five points in pixels of the photograph: outer and inner corner of each eye, under the nose."""
        rectangle = self._dlib.rectangle(box.left, box.top, box.right - 1, box.bottom - 1)
        shape = self._predictor(pixels, rectangle)
        return tuple((float(point.x), float(point.y)) for point in shape.parts())

    def _search(self, pixels: Pixels, scale: float) -> list[Detection]:
        height, width = pixels.shape[:2]
        times = 1 if scale > 1 else 0
        first = scale * max(height, width) <= self.options.first_side_px
        picture = pixels if scale >= 1 else _reduced(self._dlib, pixels, scale, grey=first)
        boxes, scores, _ = self._detector.run(picture, times, self.options.least_score or 0.0)
        across, down = width / picture.shape[1], height / picture.shape[0]
        return [
            Detection(_box(box, across, down), float(score)) for box, score in zip(boxes, scores, strict=True)
        ]


def imported_dlib() -> Any:
    """The library. Raises: EngineNotInstalled."""
    try:
        import dlib
    except ImportError as error:
        pass_on_interrupt(error)
        raise EngineNotInstalled(
            "the package dlib is not installed",
            extra="dlib",
            expected="the packages of the extra dlib",
            got=str(error),
        ) from None
    return dlib


def provide_for_hog() -> None:
    """See to a folder where workers find the detector or save it, before they start.

    Raises: CacheUnusable.
    """
    if next(look_up("dlib-*-frontal-faces-*.svm"), None) is None:
        models_folder()


def saved_detector() -> Path:
    """The frontal face detector as a file: unpacking the built-in one takes a quarter of a second each time.

    Raises: EngineNotInstalled, CacheUnusable.
    """
    dlib = imported_dlib()

    def save() -> bytes:
        with temporary_folder() as folder:
            path = folder / "detector.svm"
            dlib.get_frontal_face_detector().save(str(path))
            return path.read_bytes()

    return kept(f"dlib-{dlib.__version__}-frontal-faces", ".svm", save, _SAVED_SHA256)


def _loaded(dlib: Any, content: bytes) -> Any:
    """A detector of these bytes, which dlib takes from a file alone."""
    with temporary_folder() as folder:
        path = folder / "detector.svm"
        path.write_bytes(content)
        return dlib.fhog_object_detector(str(path))


def _reduced(dlib: Any, pixels: Pixels, scale: float, *, grey: bool) -> Pixels:
    """A smaller picture, in grey where that is wanted: the detector searches it a quarter faster."""
    height, width = pixels.shape[:2]
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    image = Image.fromarray(dlib.as_grayscale(pixels) if grey else pixels)
    return np.asarray(image.resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0))


def _box(rectangle: Any, across: float, down: float) -> Box:
    """A rectangle of dlib, whose right and bottom are inclusive, in pixels of the photograph."""
    return Box(
        round(rectangle.left() * across),
        round(rectangle.top() * down),
        round((rectangle.right() + 1) * across),
        round((rectangle.bottom() + 1) * down),
    )
