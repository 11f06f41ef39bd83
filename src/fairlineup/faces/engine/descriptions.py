"""Which engine: its detector, its model, how a face is put to it, whose they are and under which licence."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Annotated, Literal

from fairlineup.faces.engine.analysis import SelectionOptions
from fairlineup.faces.engine.detection import DetectorName, Points
from fairlineup.faces.engine.installed import DLIB_LANDMARKS, YUNET, WeightsFile
from fairlineup.faces.kinds import CUTS, Cuts
from fairlineup.options import above, between
from fairlineup.records import ModelInformation, Threshold
from fairlineup.seals import digest_of

PIPELINE_VERSION = 1
"""Raised whenever our own code makes other templates of the same photographs."""

DETECTOR_FILES: dict[DetectorName, tuple[WeightsFile, ...]] = {"yunet": (YUNET,), "dlib": (DLIB_LANDMARKS,)}

YUNET_SHAPE: Points = ((0.22, 0.21), (0.78, 0.21), (0.5, 0.52), (0.25, 0.74), (0.75, 0.74))
"""Where YuNet's points lie, on average, where dlib's five-point shape fills a square of side 1."""

Channel = Annotated[float, between(-1e9, 1e9)]
Divisor = Annotated[float, above(0), between(-1e9, 1e9)]
Place = tuple[Annotated[float, between(-4096, 4096)], Annotated[float, between(-4096, 4096)]]
Form = Literal["onnx", "dlib", "int8bq"]
NO_MEAN = (0.0, 0.0, 0.0)
NO_SCALE = (1.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class ChipForm:
    """How an aligned face is cut and put to a model."""

    size_px: Annotated[int, between(16, 1024)] = 150  #: side of the square chip.
    #: margin around the face as dlib counts it: 0.25 for dlib's own network.
    padding: Annotated[float, between(0, 4)] = 0.25
    layout: Literal["NHWC", "NCHW"] = "NHWC"  #: order of the axes, n pictures first.
    #: order of the channels, or "GREY" for a model that takes one channel of light.
    colour: Literal["RGB", "BGR", "GREY"] = "RGB"
    #: what is put to the model: whole numbers 0 to 255, or what mean and scale make of them.
    numbers: Literal["uint8", "float32"] = "uint8"
    #: taken off each pixel (0 to 255), by channel in the order of `colour`.
    mean: tuple[Channel, Channel, Channel] = NO_MEAN
    scale: tuple[Divisor, Divisor, Divisor] = NO_SCALE  #: what is left is divided by this, by channel.
    #: where the detector's five points are to come, x and y in pixels of what is cut; None where dlib's own
    #: shape and `padding` decide.
    template: tuple[Place, Place, Place, Place, Place] | None = None
    cut_px: Annotated[int, between(0, 4096)] = 0  #: side of the square cut out first; 0 for `size_px`.
    #: left and top of the chip within what is cut.
    crop: tuple[Annotated[int, between(0, 4096)], Annotated[int, between(0, 4096)]] = (0, 0)
    #: whether the mirrored chip is put to the model too, and the mean of both templates taken.
    flip: bool = False


@dataclass(frozen=True, slots=True)
class ModelDescription:
    """All that is needed to fetch, check and run a model, and to show before it is used."""

    #: what travels with every template: name, digest, source, licence, length, metric.
    information: ModelInformation
    weights: Path | str | WeightsFile  #: path of a file, an http(s) URL, or a file that a package carries.
    #: "onnx"; "dlib" for the file of dlib's own recogniser, or "int8bq" for one of OpenCV Zoo with weights in
    #: blocks of int8, which are converted.
    form: Form = "onnx"
    chip: ChipForm = ChipForm()  #: how a face is put to it.
    output: str = ""  #: name of the output that holds the template; blank for the only one that can.
    #: names and values of further inputs, such as a switch between training and use.
    fixed: tuple[tuple[str, float | bool], ...] = ()

    @property
    def sha256(self) -> str:
        """Lower-case hex SHA-256 of the weights as published."""
        return self.information.digest.removeprefix("sha256:")


@dataclass(frozen=True, slots=True)
class EngineDescription:
    """All that makes a template of a photograph: what finds a face, cuts it out and recognizes it.

    What it needs may not be installed: nothing here opens a file.
    """

    name: str  #: "sface", "dlib", or that of the model in a user's own description.
    detector: DetectorName  #: what finds faces and their five points.
    model: ModelDescription  #: what makes templates, and how a face is cut out for it.
    files: tuple[WeightsFile, ...]  #: of weights, those of its detector first.
    extra: str = "engine"  #: of ours, which brings what it needs.
    #: on distances, lower is more alike; None where nobody has named one.
    default_threshold: Threshold | None = None
    recommended_threshold: Threshold | None = None  #: the one to use, by what was measured here.
    #: what a photograph must have, by what was missed on worse ones (docs/quality.md); None where nothing was
    #: measured. Advice: nothing is refused for it unless an operator says so.
    wanted: SelectionOptions | None = None
    #: others that its users meet.
    sample_thresholds: tuple[Threshold, ...] = ()
    training: str = ""  #: what its model was trained on, as far as known, in a sentence.
    seconds_per_photograph: float = 0.02  #: rough, of an official portrait on one core.

    @property
    def pipeline(self) -> str:
        """Digest of all that makes a template: templates of one photograph are the same where it is."""
        model = self.model
        return digest_of(
            {
                "version": PIPELINE_VERSION,
                "detector": {
                    "name": self.detector,
                    "files": [one.sha256 for one in DETECTOR_FILES[self.detector]],
                },
                "shape": YUNET_SHAPE if self.detector == "yunet" else "",
                "model": model.sha256,
                "form": model.form,
                "chip": asdict(model.chip),
                "output": model.output,
                "fixed": list(model.fixed),
                "metric": model.information.metric,
            }
        )

    @property
    def cuts(self) -> Cuts:
        """Where the size and the focus of a photograph are cut into kinds."""
        return CUTS[self.detector]

    @property
    def libraries(self) -> tuple[str, ...]:
        """Modules that run it."""
        return ("onnxruntime", "dlib") if self.detector == "dlib" else ("onnxruntime",)

    @property
    def information(self) -> ModelInformation:
        """What travels with every template."""
        return replace(self.model.information, pipeline=self.pipeline)
