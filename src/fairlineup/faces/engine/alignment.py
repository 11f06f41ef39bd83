"""From five points to an upright chip: dlib's own fit and resampling, or a fit to a model's own template."""

from __future__ import annotations

from typing import Any

import numpy as np
from PIL import Image

from fairlineup.faces.engine.descriptions import YUNET_SHAPE, ChipForm
from fairlineup.faces.engine.detection import DetectorName, Pixels, Points
from fairlineup.faces.engine.hog import imported_dlib


def chip(pixels: Pixels, landmarks: Points, form: ChipForm, detector: DetectorName) -> Pixels:
    """The face as a model takes it, upright, shape (size_px, size_px, 3); black off the photograph.

    Args:
        pixels: the photograph.
        landmarks: five points in it.
        form: how the model's chips are cut.
        detector: whose points they are.
    """
    side = form.cut_px or form.size_px
    template = form.template or (padded_shape(side, form.padding) if detector == "yunet" else None)
    if template is None:
        whole = _dlib_chip(pixels, landmarks, side, form.padding)
    else:
        whole = warped(pixels, similarity(landmarks, template), side)
    left, top = form.crop
    return np.ascontiguousarray(whole[top : top + form.size_px, left : left + form.size_px])


def cut_alike(one: ChipForm, other: ChipForm) -> bool:
    """Whether two forms cut the same chip of a face, however it is put to a model then."""
    return all(
        getattr(one, name) == getattr(other, name)
        for name in ("size_px", "padding", "template", "cut_px", "crop")
    )


def padded_shape(side_px: int, padding: float) -> Points:
    """Where YuNet's points come to lie in a chip with dlib's padding."""
    unit = side_px / (1 + 2 * padding)
    return tuple(((padding + x) * unit, (padding + y) * unit) for x, y in YUNET_SHAPE)


def similarity(points: Points, template: Points) -> tuple[complex, complex]:
    """Turn, scale and shift that bring points nearest to a template, as (a, b): z becomes a · z + b.

    Source: Umeyama, least squares, in the plane.
    """
    one, other = (np.asarray(each, dtype=np.float64) @ np.array([1, 1j]) for each in (points, template))
    from_mean, to_mean = one - one.mean(), other - other.mean()
    spread = float((np.abs(from_mean) ** 2).sum())
    a = complex((np.conj(from_mean) * to_mean).sum() / spread) if spread else 1.0 + 0j
    return a or 1.0 + 0j, complex(other.mean() - (a or 1.0) * one.mean())


def warped(pixels: Pixels, fit: tuple[complex, complex], side_px: int) -> Pixels:
    """The square that a fit brings the photograph to; reduced by means over pixels before it is sampled."""
    a, b = fit
    corners = (np.array([0, side_px, side_px * 1j, side_px * (1 + 1j)]) - 0.5 - 0.5j - b) / a
    height, width = pixels.shape[:2]
    margin = 2 / abs(a) + 2
    left = int(np.clip(np.floor(corners.real.min() - margin), 0, width - 1))
    top = int(np.clip(np.floor(corners.imag.min() - margin), 0, height - 1))
    right = int(np.clip(np.ceil(corners.real.max() + margin), left + 1, width))
    bottom = int(np.clip(np.ceil(corners.imag.max() + margin), top + 1, height))
    image, times = Image.fromarray(pixels[top:bottom, left:right]), max(1, int(1 / abs(a)))
    if times > 1:
        image = image.reduce(times)
    turn = 1 / a / times
    shift = ((-0.5 - 0.5j - b) / a + 0.5 + 0.5j - (left + 1j * top)) / times
    sampled = image.transform(
        (side_px, side_px),
        Image.Transform.AFFINE,
        (turn.real, -turn.imag, shift.real, turn.imag, turn.real, shift.imag),
        Image.Resampling.BILINEAR,
    )
    return np.asarray(sampled)


def _dlib_chip(pixels: Pixels, landmarks: Points, size_px: int, padding: float) -> Pixels:
    """Source: dlib, extract_image_chip: bilinear, truncated; another resampler moves the template by .006."""
    dlib: Any = imported_dlib()
    points = [dlib.point(round(x), round(y)) for x, y in landmarks]
    shape = dlib.full_object_detection(dlib.rectangle(0, 0, 1, 1), points)
    cut: Pixels = dlib.get_face_chip(pixels, shape, size_px, padding)
    return cut
