"""Portraits made worse, one way each or several by chance: smaller, packed, blurred, dark, grainy, turned.

What is made of a portrait depends on it, on the face that an engine finds on it, and on a seed, and on
nothing else. A real photograph of a turned head, or from a bad camera, is harder than any of these.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from fairlineup.records import Box

Floats = NDArray[np.float64]
Pixels = NDArray[np.uint8]
Harm = Callable[[Image.Image, Box], Image.Image]
"""What makes a photograph worse, given the box of its face."""

WIDTHS_PX = (16, 20, 24, 32, 40, 48, 64, 80, 112)
PACKED = (10, 20, 30, 50)
BLURS = (0.01, 0.02, 0.03, 0.04, 0.06)
LIGHTS = (0.03, 0.06, 0.1, 0.15, 0.25, 2.0, 3.0)
GRAINS = (20, 40, 60)
TURNS = (20, 30, 40, 45)
DRAWS = 2
SEED = 20261201


def narrowed(width_px: int) -> Harm:
    """The face so many pixels wide, unless it is narrower; JPEG quality 90."""

    def harm(image: Image.Image, face: Box) -> Image.Image:
        times = min(1.0, width_px / face.width_px)
        sides = [max(1, round(side * times)) for side in image.size]
        return packed(90)(image.resize((sides[0], sides[1]), Image.Resampling.LANCZOS), face)

    return harm


def packed(quality: int) -> Harm:
    """As a JPEG of this quality."""

    def harm(image: Image.Image, _face: Box) -> Image.Image:
        file = io.BytesIO()
        image.save(file, "JPEG", quality=quality)
        return Image.open(file).convert("RGB")

    return harm


def blurred(share: float) -> Harm:
    """Out of focus, by a share of the face's width as standard deviation."""
    return lambda image, face: image.filter(ImageFilter.GaussianBlur(share * face.width_px))


def lit(times: float) -> Harm:
    """So many times as light; what exceeds white is white."""
    return lambda image, _face: image.point(lambda value: min(255, round(value * times)))


def grainy(spread: float, seed: int = SEED) -> Harm:
    """With noise of this standard deviation, the same in all three channels as grain of film is."""

    def harm(image: Image.Image, _face: Box) -> Image.Image:
        noise = np.random.default_rng(seed).normal(0, spread, (image.height, image.width, 1))
        return Image.fromarray(np.clip(np.asarray(image) + noise, 0, 255).astype(np.uint8))

    return harm


def turned(degrees: float) -> Harm:
    """The head turned as if it were an egg with the portrait painted on it: no nose stands out.

    Approximate: what the portrait does not show of the side that turns to the viewer is drawn from its edge.
    """

    def harm(image: Image.Image, face: Box) -> Image.Image:
        pixels = np.asarray(image)
        middle = np.array([face.left + face.right, face.top + face.bottom]) / 2
        radii = np.array([0.62, 0.85, 0.75]) * face.width_px
        y, x = np.mgrid[: image.height, : image.width].astype(np.float64)
        x, y = x - middle[0], y - middle[1]
        turn = np.radians(degrees)
        side = np.sqrt((radii[0] * np.cos(turn)) ** 2 + (radii[2] * np.sin(turn)) ** 2)
        height = 1 - (y / radii[1]) ** 2
        there = np.sqrt(np.maximum(height, 0)) * side
        inside = (height > 0) & (np.abs(x) < there)
        depth = _depth(x, np.maximum(height, 0), radii, turn)
        across = np.cos(turn) * x - np.sin(turn) * depth
        edge = 0.97 * radii[0] * np.sqrt(np.maximum(height, 0))
        from_x = np.where(inside, np.clip(across, -edge, edge), x) + middle[0]
        return Image.fromarray(_sampled(pixels, from_x, y + middle[1]))

    return harm


def _depth(x: Floats, height: Floats, radii: Floats, turn: float) -> Floats:
    """How far before the axis the turned egg is met by a line of sight at x: the nearer root."""
    c, s, a, d = np.cos(turn), np.sin(turn), radii[0] ** 2, radii[2] ** 2
    square, half = s**2 / a + c**2 / d, x * s * c * (1 / d - 1 / a)
    rest = x**2 * (c**2 / a + s**2 / d) - height
    depth: Floats = (-half + np.sqrt(np.maximum(half**2 - square * rest, 0))) / square
    return depth


def _sampled(pixels: Pixels, x: Floats, y: Floats) -> Pixels:
    """The picture at places between its pixels, bilinear; beyond its border the border."""
    x = np.clip(x, 0, pixels.shape[1] - 1.001)
    y = np.clip(y, 0, pixels.shape[0] - 1.001)
    left, top = x.astype(int), y.astype(int)
    u, v = (x - left)[..., None], (y - top)[..., None]
    above = pixels[top, left] * (1 - u) + pixels[top, left + 1] * u
    below = pixels[top + 1, left] * (1 - u) + pixels[top + 1, left + 1] * u
    made: Pixels = np.rint(above * (1 - v) + below * v).astype(np.uint8)
    return made


HARMS: Mapping[str, Mapping[str, Harm]] = {
    "as they are": {"as they are": lambda image, _face: image},
    "size": {f"face {one} px wide": narrowed(one) for one in WIDTHS_PX},
    "packing": {f"JPEG quality {one}": packed(one) for one in PACKED},
    "focus": {f"blurred by {100 * one:g} % of its width": blurred(one) for one in BLURS},
    "light": {f"light × {one:g}": lit(one) for one in LIGHTS},
    "grain": {f"grain of {one}": grainy(one) for one in GRAINS},
    "turn": {f"turned by {one}°": turned(one) for one in TURNS},
}
"""By what they spoil, each harm by its name."""


def drawn(draw: int, at: int) -> Harm:
    """Several harms at once, by chance, of the portrait `at`: half of the times each of four."""
    rng = np.random.default_rng((SEED, draw, at))
    chosen: list[Harm] = [turned(float(rng.uniform(-40, 40)))] if rng.random() < 0.5 else []
    chosen += [blurred(float(rng.uniform(0, 0.05)))] if rng.random() < 0.5 else []
    chosen += [lit(float(np.exp(rng.uniform(np.log(0.05), np.log(2)))))] if rng.random() < 0.5 else []
    quality = int(rng.integers(10, 96))
    width_px = int(np.exp(rng.uniform(np.log(16), np.log(112))))

    def harm(image: Image.Image, face: Box) -> Image.Image:
        for one in chosen:
            image = one(image, face)
        return packed(quality)(narrowed(width_px)(image, face), face)

    return harm
