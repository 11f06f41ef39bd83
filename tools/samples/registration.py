"""Dense registration: every portrait is bent until its parts lie where the mean face has them."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from tools.samples.portraits import HEIGHT, WIDTH

from fairlineup.records import Progress

Floats = NDArray[np.float32]

ROUNDS = (9, 7, 5, 4, 4)  # how smooth the flow is kept in each, in pixels
_FURTHEST_PX = 14
_Y, _X = np.mgrid[:HEIGHT, :WIDTH].astype(np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Registered:
    """Portraits in the mean shape.

    Attributes:
        luma: 0 to 1, shape (n, HEIGHT, WIDTH).
        colour: red and blue difference, shape (n, HEIGHT / 2, WIDTH / 2, 2).
        matte: how much is the person, shape (n, HEIGHT, WIDTH).
        flow: where in the mean shape each pixel of the portrait is found, as an offset, at a quarter of the
            resolution, shape (n, HEIGHT / 4, WIDTH / 4, 2).
    """

    luma: Floats
    colour: Floats
    matte: Floats
    flow: Floats


def registered(pixels: NDArray[np.uint8], mattes: Floats, progress: Progress) -> Registered:
    """Portraits registered to their running mean, by DIS optical flow on equalised grey."""
    greys = [_equalised(one, matte) for one, matte in zip(pixels, mattes, strict=True)]
    flows = np.zeros((len(pixels), HEIGHT, WIDTH, 2), np.float32)
    finder = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    for done, smooth_px in enumerate(ROUNDS, 1):
        mean = np.mean(
            [bent(grey.astype(np.float32), flow) for grey, flow in zip(greys, flows, strict=True)], axis=0
        )
        reference = _contrasted(cv2.normalize(mean, None, 0, 255, cv2.NORM_MINMAX).astype(np.uint8))
        for row, grey in enumerate(greys):
            found = np.clip(finder.calc(reference, grey, None), -_FURTHEST_PX, _FURTHEST_PX)
            flows[row] = cv2.GaussianBlur(found, (0, 0), smooth_px)
        flows -= flows.mean(axis=0)
        progress("rounds of registration", done, len(ROUNDS))
    return _in_mean_shape(pixels, mattes, flows)


def bent(picture: Floats, flow: Floats) -> Floats:
    """A picture looked up along a flow."""
    return np.asarray(
        cv2.remap(
            picture, _X + flow[..., 0], _Y + flow[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
    )


def _in_mean_shape(pixels: NDArray[np.uint8], mattes: Floats, flows: Floats) -> Registered:
    luma, matte, colour, back = [], [], [], []
    for picture, share, flow in zip(pixels, mattes, flows, strict=True):
        ycc = cv2.cvtColor(picture, cv2.COLOR_BGR2YCrCb).astype(np.float32) / 255
        texture = bent(np.dstack([ycc, share]), flow)
        luma.append(texture[..., 0])
        matte.append(texture[..., 3])
        colour.append(_smaller(texture[..., 1:3], 2) - 128 / 255)
        back.append(_smaller(_inverse(flow), 4))
    return Registered(*(np.array(part, np.float32) for part in (luma, colour, matte, back)))


def _inverse(flow: Floats) -> Floats:
    """The flow that undoes a flow, by fixed point."""
    undone = np.zeros_like(flow)
    for _ in range(12):
        undone = -bent(flow, undone)
    return undone


def _smaller(picture: Floats, times: int) -> Floats:
    return np.asarray(cv2.resize(picture, (WIDTH // times, HEIGHT // times), interpolation=cv2.INTER_AREA))


def _equalised(picture: NDArray[np.uint8], matte: Floats) -> NDArray[np.uint8]:
    share = matte[..., None]
    plain = picture * share + 150 * (1 - share)
    return _contrasted(cv2.cvtColor(plain.round().astype(np.uint8), cv2.COLOR_BGR2GRAY))


def _contrasted(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.asarray(cv2.createCLAHE(2.0, (4, 5)).apply(grey))
