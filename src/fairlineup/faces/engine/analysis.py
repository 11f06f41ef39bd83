"""What the engine answers about one photograph, and the rule by which one face is taken from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from fairlineup.faces.engine.detection import DETECTOR_FACE_PX
from fairlineup.faces.engine.faults import ENGINE_OPTION
from fairlineup.options import at_least, between, check_options
from fairlineup.records import Face, Outcome, Quality, Template


@dataclass(frozen=True, slots=True)
class Analysis:
    """What became of one photograph."""

    photo: str  #: its id.
    outcome: Outcome  #: OK, or why there is no template.
    #: the faces found, widest first; with OK and one face wanted, that face alone.
    faces: tuple[Face, ...] = ()
    templates: tuple[Template, ...] = ()  #: one for each face if the outcome is OK, else none.
    detail: str = ""  #: one line on anything but OK.
    seconds: float | None = field(default=None, compare=False)  #: what it took, with its share of a batch.

    @property
    def quality(self) -> Quality | None:
        """What kind of photograph the widest face is on; None where no face was found."""
        return self.faces[0].quality if self.faces else None


@dataclass(frozen=True, slots=True)
class SelectionOptions:
    """When a photograph stands for one person, and when its face is good enough; 0 or None asks nothing."""

    #: a second face at least this share as wide as the widest makes it several_faces.
    rival_share: Annotated[float, between(0.01, 1)] = 0.7
    least_face_px: Annotated[int, at_least(0)] = 0  #: narrower faces are low_quality.
    least_sharpness: Annotated[float, at_least(0)] = 0.0  #: blurred ones, by `Quality.sharpness`.
    least_brightness: Annotated[float, at_least(0)] = 0.0  #: dark ones, by `Quality.brightness`.
    most_brightness: Annotated[float, at_least(0)] = 255.0  #: washed out ones.
    most_yaw: Annotated[float, at_least(0)] | None = None  #: faces turned further, in degrees either way.

    def __post_init__(self) -> None:
        """Raises: OptionError for a value out of bounds."""
        check_options(self, ENGINE_OPTION)


@dataclass(frozen=True, slots=True)
class ChosenFace:
    """The faces to make templates of, or why there are none."""

    outcome: Outcome
    faces: tuple[Face, ...]
    detail: str = ""


def one_person(faces: list[Face], options: SelectionOptions) -> ChosenFace:
    """The face of the one person that a photograph shows.

    Args:
        faces: widest first.
        options: when a second face competes, and what is good enough.
    Returns: OK with the widest face; or no_face, several_faces or low_quality with all faces.
    """
    if not faces:
        return ChosenFace(Outcome.NO_FACE, (), no_face_detail())
    widest = faces[0].box.width_px
    rivals = [face for face in faces[1:] if face.box.width_px >= options.rival_share * widest]
    if rivals:
        least = f"{options.rival_share:g} of the widest, {widest} px"
        detail = f"{len(rivals) + 1} faces of at least {least}"
        return ChosenFace(Outcome.SEVERAL_FACES, tuple(faces), detail)
    if fault := quality_fault(faces[0], options):
        return ChosenFace(Outcome.LOW_QUALITY, tuple(faces), fault)
    return ChosenFace(Outcome.OK, (faces[0],))


def everyone(faces: list[Face], options: SelectionOptions) -> ChosenFace:
    """All faces that are good enough; low_quality if there are faces and none of them is."""
    if not faces:
        return ChosenFace(Outcome.NO_FACE, (), no_face_detail())
    good = tuple(face for face in faces if not quality_fault(face, options))
    if not good:
        return ChosenFace(Outcome.LOW_QUALITY, tuple(faces), quality_fault(faces[0], options))
    return ChosenFace(Outcome.OK, good)


def quality_fault(face: Face, options: SelectionOptions) -> str:
    """The first demand that a face doesn't meet, in words; empty if it meets them all."""
    quality = face.quality
    if quality.face_px < options.least_face_px:
        return f"face {quality.face_px} px wide, at least {options.least_face_px} wanted"
    if quality.sharpness < options.least_sharpness:
        return f"sharpness {quality.sharpness:.1f}, at least {options.least_sharpness:g} wanted"
    if not options.least_brightness <= quality.brightness <= options.most_brightness:
        limits = f"{options.least_brightness:g} to {options.most_brightness:g}"
        return f"brightness {quality.brightness:.0f}, {limits} wanted"
    if options.most_yaw is not None and abs(quality.yaw) > options.most_yaw:
        return f"head turned by about {quality.yaw:.0f} degrees, at most {options.most_yaw:g} wanted"
    return ""


def no_face_detail() -> str:
    """What it means that no face was found."""
    return f"no upright frontal face found (the detector is made for {DETECTOR_FACE_PX} px and more)"
