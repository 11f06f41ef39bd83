"""Under which conditions a photograph is taken."""

from __future__ import annotations

from dataclasses import dataclass

from fairlineup.records import BadInput

Range = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Capture:
    """Conditions; a range is drawn from evenly, for each photograph."""

    name: str  #: what it is asked for by.
    height_px: int  #: of the photograph.
    #: how far one person's photographs differ in expression, pose and light of the face, as a share of how
    #: far two portraits of one person do that were taken years apart.
    variation: float
    exposure: Range  #: factor on all light.
    side_light: Range  #: how much brighter one side is than the other.
    warmth: Range  #: colour of the light; above 0 is warmer.
    tilt_degrees: float  #: turn in the picture plane, to either side.
    shift_px: float  #: offset of the head in the frame, to either side.
    blur_px: Range  #: radius of a Gaussian blur, in a frame 184 pixels high.
    noise: Range  #: standard deviation of the grain, in grey levels of 255.
    quality: tuple[int, int]  #: of the JPEG.
    backdrop: Range  #: luma of what is behind the person.
    in_words: str  #: for data sets and reports.


STUDIO = Capture(
    name="studio",
    height_px=276,
    variation=0.44,
    exposure=(0.9, 1.1),
    side_light=(-0.12, 0.12),
    warmth=(-0.03, 0.03),
    tilt_degrees=2.5,
    shift_px=2.0,
    blur_px=(0.0, 0.5),
    noise=(0.5, 2.5),
    quality=(85, 95),
    backdrop=(0.35, 0.8),
    in_words="made-up studio portraits",
)
DOCUMENT = Capture(
    name="document",
    height_px=230,
    variation=0.47,
    exposure=(0.85, 1.15),
    side_light=(-0.08, 0.08),
    warmth=(-0.05, 0.05),
    tilt_degrees=1.5,
    shift_px=1.5,
    blur_px=(0.3, 0.9),
    noise=(1.5, 4.0),
    quality=(60, 80),
    backdrop=(0.86, 0.94),
    in_words="made-up photographs for a document",
)
DOORBELL = Capture(
    name="doorbell",
    height_px=138,
    variation=0.55,
    exposure=(0.4, 0.75),
    side_light=(-0.5, 0.5),
    warmth=(-0.12, 0.12),
    tilt_degrees=6.0,
    shift_px=4.0,
    blur_px=(0.7, 1.8),
    noise=(4.0, 9.0),
    quality=(25, 45),
    backdrop=(0.05, 0.35),
    in_words="made-up pictures of a doorbell camera: small, dark, compressed",
)

BY_NAME = {capture.name: capture for capture in (STUDIO, DOCUMENT, DOORBELL)}
CAPTURES = tuple(BY_NAME)


def capture_named(name: str) -> Capture:
    """The conditions of this name. Raises: BadInput."""
    if name not in BY_NAME:
        raise BadInput(
            "no such capture condition",
            code="option-unusable",
            expected=" or ".join(CAPTURES),
            got=repr(name),
            remedy="name one of them",
        )
    return BY_NAME[name]
