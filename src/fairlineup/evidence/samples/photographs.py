"""Photographs of people who do not exist: a person, a number and a condition to the bytes of a JPEG."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from fairlineup.evidence.samples.appearance import Appearance, appearance_of, model_file
from fairlineup.evidence.samples.capture import CAPTURES, Capture, Range, capture_named
from fairlineup.evidence.samples.draws import Draws
from fairlineup.evidence.samples.people import Population, SamplePerson, identity, population_of
from fairlineup.evidence.samples.rendering import HeadPlacement, Light, plain_backdrop, render
from fairlineup.faces.photos import SYNTHETIC_MARK

Array = NDArray[np.float64]

BATCH = 16
MOST_PHOTOGRAPHS = 1_000
"""Of one person under one condition."""

_SHARPENED = ImageFilter.UnsharpMask(radius=2, percent=30, threshold=0)  # as cameras do
_AGE_YEARS = 2.5  # how far one person's photographs lie apart
_CLOTHES = (  # red, green, blue of cloth
    (0.10, 0.12, 0.19),
    (0.16, 0.16, 0.17),
    (0.08, 0.08, 0.09),
    (0.24, 0.25, 0.28),
    (0.30, 0.12, 0.15),
    (0.13, 0.24, 0.27),
    (0.22, 0.18, 0.15),
    (0.42, 0.42, 0.44),
    (0.15, 0.19, 0.33),
    (0.55, 0.50, 0.45),
)
_WALLS = ((1.0, 1.0, 1.0), (0.92, 0.97, 1.06), (1.05, 1.0, 0.93), (0.95, 1.02, 0.98), (1.0, 0.97, 1.03))


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """What photographs are made with: what faces look like, and how people are spread over that."""

    appearance: Appearance
    population: Population


@lru_cache(maxsize=1)
def shipped_model() -> Model:
    """The model of this package."""
    return Model(appearance_of(model_file()), population_of(model_file()))


@dataclass(frozen=True, slots=True)
class Shot:
    """One photograph to be taken."""

    person: SamplePerson  #: of whom.
    number: int = 0  #: which of theirs, from 0.
    capture: str = "studio"  #: the condition's name.

    @property
    def id(self) -> str:
        """The photograph's name."""
        return f"{self.person.id}-{self.capture}-{self.number}"

    def read(self) -> bytes:
        """The photograph's bytes."""
        return photograph(self)


def photograph(shot: Shot) -> bytes:
    """One photograph, as a JPEG that says it shows nobody.

    Raises: BadInput: no such capture condition.
    """
    return next(photographs((shot,)))


def photographs(shots: Iterable[Shot], model: Model | None = None) -> Iterator[bytes]:
    """Photographs in order; several at a time are quicker than each alone, and the same to the byte.

    Args:
        shots: what is to be taken.
        model: what with, by default the package's.
    Raises: BadInput: no such capture condition.
    """
    waiting = iter(shots)
    while batch := tuple(islice(waiting, BATCH)):
        yield from _taken(batch, model or shipped_model())


def _taken(shots: Sequence[Shot], model: Model) -> Iterator[bytes]:
    conditions = [capture_named(shot.capture) for shot in shots]
    draws = [Draws(shot.person.seed, _stream(shot)) for shot in shots]
    coefficients = [
        _posed(shot.person, model.population, capture, draw)
        for shot, capture, draw in zip(shots, conditions, draws, strict=True)
    ]
    texture = model.appearance.texture(np.array(coefficients))
    for face, (capture, draw) in enumerate(zip(conditions, draws, strict=True)):
        size = (texture.luma.shape[1], texture.luma.shape[2])
        placement, light = _placement(capture, draw), _light(capture, draw)
        pixels = render(texture, face, placement, light, _backdrop(size, capture, draw))
        yield _developed(pixels, capture, draw)


def _stream(shot: Shot) -> int:
    return 1 + CAPTURES.index(shot.capture) * MOST_PHOTOGRAPHS + shot.number


def _posed(person: SamplePerson, population: Population, capture: Capture, draws: Draws) -> Array:
    """Coefficients of a person as they are on one photograph: another expression, pose, age and coat."""
    who, held = identity(person, population), population.of_photograph
    today = who + capture.variation * (population.within @ draws.normal(population.within.shape[1]))
    values = held.rows @ who + held.offsets
    values[4] += _AGE_YEARS * draws.normal(1)[0]
    values[5:] = np.tile(_cloth(draws), 2)
    return held.to(today, values)


def _cloth(draws: Draws) -> Array:
    """Luma, red and blue difference of a coat."""
    red, green, blue = np.array(_CLOTHES[draws.below(len(_CLOTHES))]) * draws.between(0.8, 1.2)
    luma = 0.299 * red + 0.587 * green + 0.114 * blue
    return np.array([luma, (red - luma) / 1.402, (blue - luma) / 1.772])


def _placement(capture: Capture, draws: Draws) -> HeadPlacement:
    turn, across, down = draws.uniform(3) * 2 - 1
    tilt = float(np.deg2rad(capture.tilt_degrees * turn))
    shift = capture.shift_px
    return HeadPlacement(tilt, draws.between(0.97, 1.05), (float(shift * across), float(shift * down)))


def _light(capture: Capture, draws: Draws) -> Light:
    exposure, side, warmth = (
        draws.between(*span) for span in (capture.exposure, capture.side_light, capture.warmth)
    )
    return Light(exposure, side, np.array([1 + warmth, 1.0, 1 - warmth]))


def _backdrop(size: tuple[int, int], capture: Capture, draws: Draws) -> Array:
    wall = np.array(_WALLS[draws.below(len(_WALLS))])
    return plain_backdrop(*size, draws.between(*capture.backdrop) * wall, draws.between(0.05, 0.2))


def _developed(pixels: Array, capture: Capture, draws: Draws) -> bytes:
    """Pixels as a camera keeps them: size, focus, grain, compression."""
    height, width = pixels.shape[:2]
    picture = Image.fromarray(_bytes(255 * pixels)).filter(_SHARPENED)
    picture = picture.filter(ImageFilter.GaussianBlur(draws.between(*capture.blur_px)))
    size = (round(width * capture.height_px / height), capture.height_px)
    picture = picture.resize(size, Image.Resampling.BICUBIC)
    grain = _grain(picture.size, capture.noise, draws)
    picture = Image.fromarray(_bytes(np.asarray(picture, np.float64) + grain))
    file = io.BytesIO()
    low, high = capture.quality
    picture.save(file, "JPEG", quality=low + draws.below(high - low + 1), comment=SYNTHETIC_MARK)
    return file.getvalue()


def _grain(size: tuple[int, int], noise: Range, draws: Draws) -> Array:
    """Grain of the picture, the same in all colours: shape (height, width, 1)."""
    strength = draws.between(*noise)
    return strength * draws.grain((size[1], size[0], 1))


def _bytes(values: Array) -> NDArray[np.uint8]:
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)
