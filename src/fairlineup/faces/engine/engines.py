"""The engines that come with Fairlineup, by name."""

from __future__ import annotations

import difflib

from fairlineup.faces.engine.analysis import SelectionOptions
from fairlineup.faces.engine.descriptions import DETECTOR_FILES, ChipForm, EngineDescription, ModelDescription
from fairlineup.faces.engine.detection import DetectorName
from fairlineup.faces.engine.installed import DLIB_LANDMARKS, DLIB_RESNET, SFACE, YUNET, WeightsFile
from fairlineup.records import BadInput, ModelInformation, Threshold

DEFAULT_ENGINE = "sface"

SFACE_TEMPLATE = (
    (36.9704, 53.8033),
    (74.4715, 52.9841),
    (56.0450, 73.6130),
    (39.7457, 89.5095),
    (72.6166, 89.5881),
)
"""Where YuNet's points come in 112 by 112 px: their medians on chips cut for SFace by dlib's points.

SFace was trained on chips that another detector's points were fitted to. YuNet's eyes lie further apart than
those, so that the usual template cuts each face a little too small (docs/adr/0040).
"""

ONE_IN_100_000 = Threshold(
    0.528,
    "1 in 100,000 pairs of two people match by the calibration that ships, similarity 82.5: the strictest "
    "power of ten there that was counted and not modeled",
)
"""Of SFace. In a search among N people some N in 100,000 are flagged falsely: docs/engines.md."""


def _information(name: str, file: WeightsFile, metric: str) -> ModelInformation:
    return ModelInformation(
        name=name,
        digest=f"sha256:{file.sha256}",
        source=file.source,
        licence=file.licence,
        template_length=128,
        metric=metric,
    )


_SFACE = EngineDescription(
    name="sface",
    detector="yunet",
    model=ModelDescription(
        _information("sface-2021dec", SFACE, "cosine"),
        SFACE,
        "int8bq",
        ChipForm(size_px=112, padding=0.0, layout="NCHW", numbers="float32", template=SFACE_TEMPLATE),
    ),
    files=(YUNET, SFACE),
    default_threshold=ONE_IN_100_000,
    recommended_threshold=ONE_IN_100_000,
    wanted=SelectionOptions(
        least_face_px=24, least_sharpness=12, least_brightness=10, most_brightness=192, most_yaw=30
    ),
    sample_thresholds=(Threshold(0.637, "OpenCV's own default for SFace, a cosine of 0.363"),),
    seconds_per_photograph=0.023,
    training=(
        "One of CASIA-WebFace, VGGFace2 and MS1MV2, by its authors' paper; they have not said which. All "
        "three hold photographs of celebrities from the web and are commonly described as for research only."
    ),
)
_DLIB = EngineDescription(
    name="dlib",
    detector="dlib",
    model=ModelDescription(_information("dlib-resnet-v1", DLIB_RESNET, "euclidean"), DLIB_RESNET, "dlib"),
    files=(DLIB_LANDMARKS, DLIB_RESNET),
    extra="dlib",
    default_threshold=Threshold(0.6, "the default tolerance of the face_recognition package"),
    wanted=SelectionOptions(
        least_face_px=32, least_sharpness=4, least_brightness=16, most_brightness=192, most_yaw=15
    ),
    training=(
        "About 3 million photographs of 7,485 people, by its author: FaceScrub, VGG Face, and photographs "
        "that he gathered from the web."
    ),
    seconds_per_photograph=0.02,
)
_ALL = {one.name: one for one in (_SFACE, _DLIB)}

ENGINES = tuple(_ALL)
"""Their names, best first."""


def named_engine(name: str) -> EngineDescription:
    """An engine by its name, whether or not it is installed. Raises: BadInput: there is none of this name."""
    if name in _ALL:
        return _ALL[name]
    near = difflib.get_close_matches(name, ENGINES, n=1)
    raise BadInput(
        "the engine",
        expected=" or ".join(ENGINES),
        got=repr(name),
        remedy=f"did you mean {near[0]!r}?" if near else "name one of them, or describe a model of your own",
        code="no-such-engine",
    )


def engine_with(model: ModelDescription, detector: DetectorName | None = None) -> EngineDescription:
    """A model of the user's own, behind a detector that comes with Fairlineup; None for the default one's."""
    chosen = detector or _ALL[DEFAULT_ENGINE].detector
    extra = "dlib" if "dlib" in (chosen, model.form) else "engine"
    return EngineDescription(model.information.name, chosen, model, DETECTOR_FILES[chosen], extra)
