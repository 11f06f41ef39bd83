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
)
from fairlineup.faces.engine.session import opened
from fairlineup.faces.engine.store import kept_content
from fairlineup.records import Box

LEAST_SCORE = 0.6
CANDIDATE_SCORE = 0.3
"""Answers of at least this score have a say in where the points of a better one lie."""

_SAME_ANSWER_OVERLAP = 0.5

FACE_PX = 16
"""Narrowest face that YuNet finds reliably, on the picture it is given."""

MOST_PX = 300
"""Widest face that it sees whole there; of a wider one it takes parts for faces."""

FIRST_SIDE_PX = 320
"""Long side of the first picture; a smaller photograph is enlarged to it."""

STEP = 4
"""Each further picture is so much larger: YuNet finds faces of 10 to 300 px on each."""

BAND_PX, BAND_OVERLAP_PX = 1_000_000, 128
"""Pixels that are searched at once, and how far one such part reaches into the next."""

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
            found = merged(whole_faces(self._search(pixels, scale), found, scale), found)
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
        rgb = np.asarray(image)
        rows = np.concatenate(
            [self._answers(rgb[top:bottom], top, down) for top, bottom in bands(across, down)]
        )
        factors = np.tile([width / across, height / down], 7)
        return [_detection(row) for row in joined(np.c_[rows[:, 0], rows[:, 1:] * factors], self._least)]

    def _answers(self, band: Pixels, top: int, down: int) -> NDArray[np.float64]:
        """What YuNet answers about a band of a picture, without the faces that its inner edges cut."""
        high, wide = (-(-side // _GRAIN) * _GRAIN for side in band.shape[:2])
        put = np.zeros((1, 3, high, wide), dtype=np.float32)
        put[0, :, : band.shape[0], : band.shape[1]] = band[..., ::-1].transpose(2, 0, 1)
        outputs = dict(zip(_OUTPUTS, self._session.run(_OUTPUTS, {"input": put}), strict=True))
        rows = np.concatenate([self._decoded(outputs, stride, wide // stride) for stride in _STRIDES])
        bottom = top + len(band)
        whole = (rows[:, 2] > (0 if top else -np.inf)) & (
            rows[:, 4] < (len(band) if bottom < down else np.inf)
        )
        answers: NDArray[np.float64] = rows[whole] + np.tile([0.0, top], 8)[1:]
        return answers

    def _decoded(self, outputs: dict[str, Array], stride: int, columns: int) -> NDArray[np.float64]:
        """What scores enough, a row each: score, left, top, right, bottom, ten coordinates of points."""
        cls, obj, boxes, points = (outputs[f"{kind}_{stride}"][0] for kind in ("cls", "obj", "bbox", "kps"))
        scores = np.sqrt(np.clip(cls[:, 0], 0, 1) * np.clip(obj[:, 0], 0, 1))
        kept = np.flatnonzero(scores >= min(self._least, CANDIDATE_SCORE))
        places = np.stack([kept % columns, kept // columns], axis=1).astype(np.float64)
        centres = (places + boxes[kept, :2]) * stride
        halves = np.exp(boxes[kept, 2:].astype(np.float64)) * stride / 2
        landmarks = (points[kept].reshape(-1, 5, 2) + places[:, None]) * stride
        columns_of = (scores[kept, None], centres - halves, centres + halves, landmarks.reshape(-1, 10))
        return np.concatenate(columns_of, axis=1, dtype=np.float64)


def bands(across: int, down: int) -> list[tuple[int, int]]:
    """Top and bottom of the parts in which a picture is searched, so that a large one takes no more memory.

    They overlap by as much as faces are high that only this picture shows well: larger ones are found whole
    on the picture before.
    """
    high = max(2 * BAND_OVERLAP_PX, BAND_PX // across)
    if down <= high:
        return [(0, down)]
    count = -(-(down - BAND_OVERLAP_PX) // (high - BAND_OVERLAP_PX))
    step = -(-(down - BAND_OVERLAP_PX) // count)
    return [(at * step, min(down, at * step + step + BAND_OVERLAP_PX)) for at in range(count)]


def whole_faces(finer: list[Detection], coarser: list[Detection], scale: float) -> list[Detection]:
    """Those found on a picture that aren't parts of a face too wide to be seen whole on it."""
    wide = [one.box for one in coarser if one.box.width_px * scale > MOST_PX]
    return [
        one
        for one in finer
        if one.box.width_px * scale <= MOST_PX and not any(_middle_in(one.box, other) for other in wide)
    ]


def _middle_in(box: Box, other: Box) -> bool:
    across, down = box.left + box.right, box.top + box.bottom
    return 2 * other.left < across < 2 * other.right and 2 * other.top < down < 2 * other.bottom


def scales(width_px: int, height_px: int, options: DetectionOptions) -> tuple[float, ...]:
    """The scales at which a photograph is searched, coarse to fine; the last is as fine as is allowed."""
    area, long_side = width_px * height_px, max(width_px, height_px)
    full = min(1.0, math.sqrt(options.largest_px / area))
    first = FIRST_SIDE_PX / long_side
    if first >= full:
        return (first,)
    steps = [first]
    while first * STEP * 1.5 < full:
        first *= STEP
        steps.append(first)
    return (*steps, full)


def joined(rows: NDArray[np.float64], least_score: float) -> NDArray[np.float64]:
    """Of rows that overlap, the one that scores highest, with the points that they agree on.

    YuNet answers for each face some ten times, and the mean of the points, by the squares of the scores, lies
    nearer to the truth than those of the best answer alone.
    """
    made: list[NDArray[np.float64]] = []
    left = rows[np.argsort(-rows[:, 0], kind="stable")]
    while len(left) and left[0, 0] >= least_score:
        shared = _overlaps(left[0], left)
        one = left[0].copy()
        alike = left[shared >= _SAME_ANSWER_OVERLAP]
        one[5:] = np.average(alike[:, 5:], axis=0, weights=alike[:, 0] ** 2)
        made.append(one)
        left = left[shared < SAME_FACE_OVERLAP]
    return np.array(made).reshape(-1, 15)


def _overlaps(one: NDArray[np.float64], rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Area of the intersection over that of the union, of one row's box with those of all; 1 with its own."""
    sides = np.minimum(one[3:5], rows[:, 3:5]) - np.maximum(one[1:3], rows[:, 1:3])
    both = np.prod(np.maximum(sides, 0), axis=1)
    areas = np.prod(rows[:, 3:5] - rows[:, 1:3], axis=1)
    shares: NDArray[np.float64] = both / (areas + areas[0] - both)
    return shares


def _detection(row: NDArray[np.float64]) -> Detection:
    left, top, right, bottom = (round(float(side)) for side in row[1:5])
    points = tuple((float(x), float(y)) for x, y in row[5:].reshape(5, 2))
    return Detection(Box(left, top, right, bottom), float(row[0]), points)
