"""What an engine finds in a photograph: faces, their quality, and their templates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # so that the command line can show its help without loading NumPy
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels of the upright photograph; may reach past its edges."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width_px(self) -> int:
        """Width in pixels."""
        return self.right - self.left

    @property
    def height_px(self) -> int:
        """Height in pixels."""
        return self.bottom - self.top


@dataclass(frozen=True, slots=True)
class Quality:
    """What kind of photograph a face is on, measured on pixels alone; `faces.kinds` sets kinds apart."""

    face_px: int  #: width of the face box in pixels of the original photograph.
    brightness: float  #: mean luminance of the face, 0 (black) to 255.
    sharpness: float  #: variance of the Laplacian of the aligned grey face; higher is sharper.
    #: rough turn of the head in degrees from the five landmarks, 0 is frontal; not a pose estimate.
    yaw: float
    #: how far colours leave a single tone, about the face: near 0 where it is grey or toned.
    colour: float


@dataclass(frozen=True, slots=True)
class Face:
    """One face found in a photograph."""

    box: Box  #: where it is.
    #: five points in pixels, shape (5, 2): both corners of each eye, and under the nose.
    landmarks: tuple[tuple[float, float], ...]
    confidence: float  #: the detector's own score that this is a face (not that it is any person).
    quality: Quality  #: size, light, focus and turn.


@dataclass(frozen=True, slots=True)
class ModelInformation:
    """Which model made a template; it travels with every one of them."""

    name: str  #: short name.
    digest: str  #: SHA-256 of the weights as published, "sha256:…".
    source: str  #: where the weights come from.
    licence: str  #: licence of the weights.
    template_length: int  #: numbers in a template.
    metric: str  #: "euclidean" or "cosine" (as a distance, lower is more alike).


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """The numbers a model makes of a face: float32, shape (model.template_length,)."""

    vector: NDArray[np.float32]
    model: ModelInformation
