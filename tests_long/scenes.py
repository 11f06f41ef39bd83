"""Made-up photographs for detectors, the same everywhere from a seed: groups of people, and none at all."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from fairlineup.evidence.samples import Shot, people, photographs

Pixels = NDArray[np.uint8]

FACE_SHARE = 0.62
"""Width of the face on a sample's portrait, as a share of the portrait's."""


@dataclass(frozen=True, slots=True)
class Planted:
    """A face that was put into a scene."""

    x: float  #: its centre, in pixels of the scene.
    y: float
    px: float  #: its width.
    cut: bool  #: whether the scene's border cuts through its portrait.


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A made-up photograph and who is on it."""

    pixels: Pixels
    faces: tuple[Planted, ...]


def groups(count: int, seed: int = 15) -> Iterator[Scene]:
    """Photographs of 1920 by 1080 with up to twelve faces of 40 to 200 px, turned by up to 30 degrees."""
    random = np.random.default_rng(seed)
    portraits = [Image.open(io.BytesIO(one)).convert("RGB") for one in photographs(map(Shot, people(60)))]
    for _ in range(count):
        scene = Image.fromarray(_texture(random, 1080, 1920))
        faces: list[Planted] = []
        for _ in range(12):
            portrait = portraits[int(random.integers(len(portraits)))]
            px = float(np.exp(random.uniform(math.log(40), math.log(200))))
            planted = _paste(scene, portrait, px, random, faces)
            faces += [planted] if planted else []
        file = io.BytesIO()
        scene.save(file, "JPEG", quality=int(random.integers(60, 96)))
        yield Scene(np.asarray(Image.open(file).convert("RGB")), tuple(faces))


def _paste(
    scene: Image.Image, portrait: Image.Image, px: float, random: np.random.Generator, others: list[Planted]
) -> Planted | None:
    """A portrait, turned, as an oval with soft edges; None where others stand in its place already."""
    size = px / FACE_SHARE
    width, height = round(size), round(size * portrait.height / portrait.width)
    angle = float(random.uniform(-30, 30))
    x, y = (
        float(random.uniform(0.15 * px, 1920 - 0.15 * px)),
        float(random.uniform(0.2 * px, 1080 - 0.2 * px)),
    )
    if any(math.hypot(x - one.x, y - one.y) < 1.1 * (size + one.px / FACE_SHARE) / 2 for one in others):
        return None
    oval = Image.new("L", (width, height))
    ImageDraw.Draw(oval).ellipse((0.06 * width, 0.04 * height, 0.94 * width, 0.98 * height), fill=255)
    oval = oval.filter(ImageFilter.GaussianBlur(width / 60))
    small = portrait.resize((width, height), Image.Resampling.LANCZOS)
    turned, mask = (one.rotate(angle, Image.Resampling.BICUBIC, expand=True) for one in (small, oval))
    scene.paste(turned, (round(x - turned.width / 2), round(y - turned.height / 2)), mask)
    inside = min(x, y, 1920 - x, 1080 - y)
    return Planted(x, y, px, inside < 0.75 * px)


def nobody(count: int, seed: int = 51) -> Iterator[Pixels]:
    """Photographs without people: textures, shapes, drawn animals, noise; 640 by 480."""
    random = np.random.default_rng(seed)
    for number in range(count):
        pixels = _texture(random, 480, 640)
        match number % 4:
            case 0:
                pass
            case 1:
                pixels = _shapes(random, pixels)
            case 2:
                pixels = _animal(random, pixels)
            case _:
                grain = random.normal(0, random.uniform(5, 80), pixels.shape)
                pixels = np.clip(pixels + grain, 0, 255).astype(np.uint8)
        yield pixels


def _texture(random: np.random.Generator, height: int, width: int) -> Pixels:
    """Clouds of colour at several scales, as of foliage, walls, cloth or water."""
    total = np.zeros((height, width, 3))
    for step in (4, 16, 64, 256):
        rows, columns = -(-height // step) + 1, -(-width // step) + 1
        cells = Image.fromarray(random.integers(0, 256, (rows, columns, 3), dtype=np.uint8))
        large = cells.resize((columns * step, rows * step), Image.Resampling.BICUBIC)
        total += np.asarray(large)[:height, :width] * random.uniform(0, 1)
    low, high = np.percentile(total, (1, 99))
    shade = (total - low) / max(high - low, 1e-9) * random.uniform(60, 255)
    made: Pixels = np.clip(shade, 0, 255).astype(np.uint8)
    return made


def _shapes(random: np.random.Generator, pixels: Pixels) -> Pixels:
    """Windows, wheels, bars and blocks over a texture."""
    image = Image.fromarray(pixels)
    pen = ImageDraw.Draw(image)
    for _ in range(int(random.integers(4, 40))):
        left, top = random.uniform(-50, 640), random.uniform(-50, 480)
        box = (left, top, left + random.uniform(5, 250), top + random.uniform(5, 250))
        fill = tuple(int(one) for one in random.integers(0, 256, 3))
        (pen.ellipse if random.random() < 0.5 else pen.rectangle)(box, fill=fill)
    return np.asarray(image.filter(ImageFilter.GaussianBlur(random.uniform(0, 2))))


def _animal(random: np.random.Generator, pixels: Pixels) -> Pixels:
    """A drawn cat, owl or fish: a round body, ears, eyes at its sides, no nose and mouth as people have."""
    image = Image.fromarray(pixels)
    pen = ImageDraw.Draw(image)
    x, y, size = random.uniform(150, 490), random.uniform(130, 350), random.uniform(25, 120)
    fur, dark = (tuple(int(one) for one in random.integers(*span, 3)) for span in ((60, 220), (0, 50)))

    def spot(across: float, down: float, wide: float, high: float, fill: tuple[int, ...]) -> None:
        left, top = x + (across - wide) * size, y + (down - high) * size
        pen.ellipse((left, top, left + 2 * wide * size, top + 2 * high * size), fill=fill)

    spot(0.9, 0.5, 1.3, 0.6, fur)
    for side in (-1, 1):
        corners = [
            (x + (side * at + 0.0) * size, y + down * size)
            for at, down in ((0.3, -0.7), (0.95, -1.5), (1, -0.3))
        ]
        pen.polygon(corners, fill=fur)
    spot(0, 0, 1, 0.9, fur)
    for side in (-1, 1):
        spot(0.55 * side, -0.15, 0.22, 0.22, (230, 200, 60))
        spot(0.55 * side, -0.15, 0.06, 0.2, dark)
        for whisker in (-0.15, 0, 0.15):
            pen.line((x, y + 0.4 * size, x + 1.3 * side * size, y + (0.4 + whisker) * size), fill=dark)
    pen.polygon(
        [(x - 0.1 * size, y + 0.3 * size), (x + 0.1 * size, y + 0.3 * size), (x, y + 0.42 * size)], fill=dark
    )
    return np.asarray(image.filter(ImageFilter.GaussianBlur(random.uniform(0, 1.5))))
