"""Skin tone as a covariate of a capture: ITA from photographs; never race, nor the colour of a person."""

from fairlineup.faces.tone.ita import (
    BANDS,
    BANDS_SOURCE,
    LEAST_PIXELS,
    Tone,
    band,
    ita_degrees,
    tone_of,
    tone_of_skin,
)
from fairlineup.faces.tone.lab import lab
from fairlineup.faces.tone.patches import Patch, skin_patches
from fairlineup.faces.tone.readings import Reading, one_of_each_picture, read_tones

__all__ = [
    "BANDS",
    "BANDS_SOURCE",
    "LEAST_PIXELS",
    "Patch",
    "Reading",
    "Tone",
    "band",
    "ita_degrees",
    "lab",
    "one_of_each_picture",
    "read_tones",
    "skin_patches",
    "tone_of",
    "tone_of_skin",
]
