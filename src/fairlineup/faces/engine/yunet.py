"""Finds faces and their five points with YuNet, on a small picture first and then on finer ones."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from fairlineup.faces.engine.detection import (
    SAME_FACE_OVERLAP,
    Detection,
    DetectionOptions,
    Pixels,
    Which,
    merged,
    overlap,
)
from fairlineup.faces.engine.session import opened
from fairlineup.faces.engine.store import kept_content
from fairlineup.records import Box

LEAST_SCORE = 0.6
FACE_PX = 16
"""Narrowest face that YuNet finds reliably, on the picture it is given."""

FIRST_SIDE_PX = 320
"""Long side of the first picture; a smaller photograph is enlarged to it."""

STEP = 4
"""Each further picture is so much larger: YuNet finds faces of 10 to 300 px on each."""

_STRIDES = (8, 16, 32)
_GRAIN = 32  # both sides are multiples of it
_OUTPUTS = [f"{kind}_{stride}" for kind in ("cls", "obj", "bbox", "kps") for stride in _STRIDES]

Array = NDArray[np.float32]


class YunetFinder:
    """YuNet, ready to look at photographs; made once in a process.

    Args:
        options: how far it searches.
        rival_share: a second face this share as wide as the widest competes, so must not be overlooked.
        path: its ONNX file, as `prepared_detector` gives it.

    Raises: EngineNotInstalled: onnxruntime isn't there. ModelFileError: the file changed since.
    """

    def __init__(self, options: DetectionOptions, rival_share: float, path: Path) -> None:
        self.options = options
        self._rival_share = rival_share
        self._least = LEAST_SCORE if options.least_score is None else options.least_score
        self._session = opened(kept_content(path))

    def find(self, pixels: Pixels, which: Which) -> list[Detection]:
        """The faces, widest first; "largest" ends as soon as no rival can have been missed."""
        height, width = pixels.shape[:2]
        found: list[Detection] = []
        for scale in scales(width, height, self.options):
            found = merged(self._search(pixels, scale), found)
            if which == "largest" and found and self._enough(found[0].box, width, scale):
                break
        return found

    def _enough(self, widest: Box, width_px: int, scale: float) -> bool:
        """Whether a rival of the widest face would have been seen by now, or has no room."""
        rival_px = self._rival_share * widest.width_px
        return widest.width_px >= self.options.enough_share * width_px or rival_px * scale >= FACE_PX

    def _search(self, pixels: Pixels, scale: float) -> list[Detection]:
        height, width = pixels.shape[:2]
        across, down = max(1, round(width * scale)), max(1, round(height * scale))
        image = Image.fromarray(pixels)
        if (across, down) != (width, height):
            image = image.resize((across, down), Image.Resampling.BILINEAR, reducing_gap=2.0)
        wide, high = (-(-side // _GRAIN) * _GRAIN for side in (across, down))
        put = np.zeros((1, 3, high, wide), dtype=np.float32)
        put[0, :, :down, :across] = np.asarray(image)[..., ::-1].transpose(2, 0, 1)
        outputs = dict(zip(_OUTPUTS, self._session.run(_OUTPUTS, {"input": put}), strict=True))
        rows = np.concatenate([self._decoded(outputs, stride, wide // stride) for stride in _STRIDES])
        factors = np.tile([width / across, height / down], 7)
        return [_detection(row) for row in without_doubles(np.c_[rows[:, 0], rows[:, 1:] * factors])]

    def _decoded(self, outputs: dict[str, Array], stride: int, columns: int) -> NDArray[np.float64]:
        """What scores enough, a row each: score, left, top, right, bottom, ten coordinates of points."""
        cls, obj, boxes, points = (outputs[f"{kind}_{stride}"][0] for kind in ("cls", "obj", "bbox", "kps"))
        scores = np.sqrt(np.clip(cls[:, 0], 0, 1) * np.clip(obj[:, 0], 0, 1))
        kept = np.flatnonzero(scores >= self._least)
        places = np.stack([kept % columns, kept // columns], axis=1).astype(np.float64)
        centres = (places + boxes[kept, :2]) * stride
        halves = np.exp(boxes[kept, 2:].astype(np.float64)) * stride / 2
        landmarks = (points[kept].reshape(-1, 5, 2) + places[:, None]) * stride
        columns_of = (scores[kept, None], centres - halves, centres + halves, landmarks.reshape(-1, 10))
        return np.concatenate(columns_of, axis=1, dtype=np.float64)


def scales(width_px: int, height_px: int, options: DetectionOptions) -> tuple[float, ...]:
    """The scales at which a photograph is searched, coarse to fine; the last is as fine as is allowed."""
    area, long_side = width_px * height_px, max(width_px, height_px)
    full = min(1.0, math.sqrt(options.largest_px / area))
    first = FIRST_SIDE_PX / long_side
    if first >= full:
        return (first,)
    steps = []
    while first * 1.5 < full:
        steps.append(first)
        first *= STEP
    return (*steps, full)


def without_doubles(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of rows that overlap, the one that scores highest."""
    kept: list[int] = []
    boxes = [Box(*(round(float(side)) for side in row[1:5])) for row in rows]
    for at in np.argsort(-rows[:, 0], kind="stable"):
        if all(overlap(boxes[at], boxes[other]) < SAME_FACE_OVERLAP for other in kept):
            kept.append(int(at))
    return rows[kept]


def _detection(row: NDArray[np.float64]) -> Detection:
    left, top, right, bottom = (round(float(side)) for side in row[1:5])
    points = tuple((float(x), float(y)) for x, y in row[5:].reshape(5, 2))
    return Detection(Box(left, top, right, bottom), float(row[0]), points)
