"""The individual typology angle of one face, and what it is called."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fairlineup.faces.tone.lab import lab
from fairlineup.faces.tone.patches import corners_of, skin_patches
from fairlineup.records import Face, NotMeasured

LEAST_PIXELS = 200
LEAST_CHROMA = 4.0
LEAST_RESIDUE = 3.0  # chroma beside what lightness tells: below are prints of one ink, above is colour
_DARKEST, _BRIGHTEST = 5, 250  # a channel outside is shadow or glare, whatever the others say
_TRIMMED = (10.0, 90.0)  # percentiles of L*

NO_LANDMARKS = "the landmarks make no face"
TOO_FEW = f"fewer than {LEAST_PIXELS} pixels of skin"
GLARE = f"fewer than {LEAST_PIXELS} pixels of skin outside glare and deep shadow"
GREY = "a grey or toned photograph"
NO_YELLOW = "b* is 0 or less, so the angle says nothing of skin"

BANDS = (
    (55.0, "very light"),
    (41.0, "light"),
    (28.0, "intermediate"),
    (10.0, "tan"),
    (-30.0, "brown"),
    (-math.inf, "dark"),
)
BANDS_SOURCE = "ITA bands of Chardon et al. 1991 and Del Bino et al. 2006: words for angles, not for people"


@dataclass(frozen=True, slots=True)
class Tone:
    """What one photograph records of skin under its own light."""

    ita_degrees: float  #: individual typology angle, above -90 and below 90; higher is lighter.
    lightness: float  #: median L*, 0 to 100.
    b: float  #: median b*, above 0; higher is yellower.
    pixels: int  #: how many pixels the medians are of.


def ita_degrees(lightness: float, b: float) -> float:
    """Individual typology angle arctan((L* - 50) / b*) in degrees.

    Args:
        lightness: L*, 0 to 100.
        b: b*, above 0.

    Source: Chardon, Cretois and Hourseau 1991, Int. J. Cosmetic Science 13:191.
    Not: melanin, race, or a property of a person: light, camera and exposure turn the angle as much as skin.
    """
    return math.degrees(math.atan2(lightness - 50, b))


def tone_of(pixels: NDArray[np.uint8], face: Face) -> Tone | NotMeasured:
    """ITA of one face, from the pixels of its forehead and both cheeks together.

    Pixels in shadow or glare are dropped: a channel over 250 or under 5, then the lowest and the highest
    tenth of L*. ITA is taken of the medians of what is left.

    Args:
        pixels: upright sRGB, shape (height, width, 3).
        face: where the face is, in the same pixels.

    Returns: NotMeasured if the photograph is grey or toned, fewer than 200 pixels are left, or b* <= 0.
    Source: Merler et al. 2019, Diversity in Faces (arXiv 1901.10436), took ITA from patches of faces; the
        trimming is ours.
    Not: comparable between cameras without a colour chart in the picture.
    """
    patches = skin_patches(face.landmarks if face.marks == "corners" else corners_of(face.landmarks))
    if not patches:
        return NotMeasured(NO_LANDMARKS)
    if one_tint(_surroundings(pixels, face)):
        return NotMeasured(GREY)
    return tone_of_skin(np.concatenate([pixels[patch.mask(*pixels.shape[:2])] for patch in patches]))


def tone_of_skin(skin: NDArray[np.uint8]) -> Tone | NotMeasured:
    """The same of pixels known to be skin, shape (n, 3)."""
    kept = skin[((skin >= _DARKEST) & (skin <= _BRIGHTEST)).all(axis=1)]
    colours = _trimmed(lab(kept))
    if len(colours) < LEAST_PIXELS:
        return NotMeasured(TOO_FEW if len(_trimmed(lab(skin))) < LEAST_PIXELS else GLARE)
    lightness, a, b = (float(median) for median in np.median(colours, axis=0))
    if math.hypot(a, b) < LEAST_CHROMA:
        return NotMeasured(GREY)
    if b <= 0:
        return NotMeasured(NO_YELLOW)
    return Tone(ita_degrees(lightness, b), lightness, b, len(colours))


def _trimmed(colours: NDArray[np.float64]) -> NDArray[np.float64]:
    """Without the darkest and the lightest tenth."""
    if not len(colours):
        return colours
    low, high = np.percentile(colours[:, 0], _TRIMMED)
    return np.asarray(colours[(colours[:, 0] >= low) & (colours[:, 0] <= high)])


def one_tint(pixels: NDArray[np.uint8]) -> bool:
    """Whether colour follows lightness, as in a grey, sepia or blue print.

    Args:
        pixels: a face with its hair and lips, shape (n, 3).
    """
    if not len(pixels):
        return False
    colours = lab(pixels)
    powers = (colours[:, :1] / 100) ** np.arange(3)
    fitted = powers @ np.linalg.lstsq(powers, colours[:, 1:], rcond=None)[0]
    return float(np.sqrt(((colours[:, 1:] - fitted) ** 2).sum(axis=1).mean())) < LEAST_RESIDUE


def _surroundings(pixels: NDArray[np.uint8], face: Face) -> NDArray[np.uint8]:
    """Pixels of the face's box and a quarter of its width beyond, about 100 a side; shape (n, 3)."""
    box, margin = face.box, face.box.width_px // 4
    step = max(1, box.width_px // 60)
    rows = slice(max(0, box.top - margin), max(0, box.bottom + margin), step)
    columns = slice(max(0, box.left - margin), max(0, box.right + margin), step)
    return pixels[rows, columns].reshape(-1, 3)


def band(ita: float) -> str:
    """The usual word for an ITA in degrees, from "very light" to "dark"; BANDS_SOURCE says whose."""
    return next(word for above, word in BANDS if ita > above)
