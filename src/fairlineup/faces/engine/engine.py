"""Pixels to faces to templates, in this process."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated

from fairlineup.faces.engine.alignment import chip, cut_alike
from fairlineup.faces.engine.analysis import Analysis, SelectionOptions, everyone, one_person
from fairlineup.faces.engine.blockwise import PREPARER_VERSION
from fairlineup.faces.engine.conversion import CONVERTER_VERSION
from fairlineup.faces.engine.descriptions import ChipForm, EngineDescription
from fairlineup.faces.engine.detection import MARKS, DetectionOptions, Pixels, Points, Which
from fairlineup.faces.engine.engines import DEFAULT_ENGINE, named_engine
from fairlineup.faces.engine.examining import examined
from fairlineup.faces.engine.faults import NoTemplate
from fairlineup.faces.engine.finders import DETECTOR_PACKAGES, detector_settings, finder
from fairlineup.faces.engine.preparation import prepared_model
from fairlineup.faces.engine.quality import QUALITY_CHIP_PX, QUALITY_PADDING, quality
from fairlineup.faces.engine.recognition import Recogniser
from fairlineup.faces.photos import decode
from fairlineup.options import INLINE
from fairlineup.records import (
    BadInput,
    Face,
    ModelInformation,
    Outcome,
    Photograph,
    PhotographChanged,
    Template,
)

_QUALITY_CHIP = ChipForm(size_px=QUALITY_CHIP_PX, padding=QUALITY_PADDING)


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """All that changes the engine's answers apart from the model."""

    detection: Annotated[DetectionOptions, INLINE] = field(default_factory=DetectionOptions)
    selection: Annotated[SelectionOptions, INLINE] = field(default_factory=SelectionOptions)


class Engine:
    """Detector and recogniser of one process; not to be shared between threads.

    Args:
        engine: which; None for the default one.
        options: how faces are looked for and chosen.
        prepared: the model's ONNX file where it is already at hand.

    Raises:
        EngineNotInstalled: a library or model file is missing; the text says what to install.
        DigestMismatch: a model file isn't the one described.
        ModelFileError: a model file doesn't fit its description.
        ModelUnfit: its templates can't be compared; found on made-up faces.
        DownloadFailed: its URL didn't give it.
    """

    def __init__(
        self,
        engine: EngineDescription | None = None,
        options: EngineOptions | None = None,
        *,
        prepared: Path | None = None,
    ) -> None:
        self.description = engine or named_engine(DEFAULT_ENGINE)
        self.options = options or EngineOptions()
        model = self.description.model
        self._finder = finder(
            self.description.detector, self.options.detection, self.options.selection.rival_share
        )
        path = prepared or prepared_model(model)
        if prepared is None:
            examined(model, path)
        self._recogniser = Recogniser(model, path)
        self._information = self.description.information

    @property
    def information(self) -> ModelInformation:
        """What travels with every template."""
        return self._information

    def faces(self, pixels: Pixels, *, which: Which = "largest") -> list[Face]:
        """The faces in upright RGB pixels of shape (height, width, 3), widest first.

        "largest" ends as soon as a face is found that leaves no room for a rival: what else it returns is
        only what it met on the way. "all" searches the whole photograph, and enlarged where it is small.
        """
        return [face for face, _ in self._seen(pixels, which)]

    def templates(self, pixels: Pixels, faces: Sequence[Face]) -> list[Template]:
        """One template for each face, from the same pixels that the faces were found in.

        Raises: NoTemplate: the model makes none of one of them.
        """
        return self._embedded([self._chip(pixels, face) for face in faces])

    def analyse(self, photo: Photograph, which: Which = "largest") -> Analysis:
        """What becomes of one photograph; one that can't be read is an answer, not an exception."""
        began = time.perf_counter()
        analysis = self._safely(photo, which)
        return replace(analysis, seconds=time.perf_counter() - began)

    def analyse_chunk(self, photos: Sequence[Photograph], which: Which = "largest") -> list[Analysis]:
        """The same for some photographs, in their order; no answer depends on the others."""
        return [self.analyse(photo, which) for photo in photos]

    def _safely(self, photo: Photograph, which: Which) -> Analysis:
        """The analysis of a photograph; whatever its bytes do to a library stays with this photograph."""
        try:
            return self._looked(photo, which)
        except PhotographChanged:
            raise
        except OSError as error:
            return _failed(photo, f"cannot be read: {error.strerror or error}")
        except (BadInput, MemoryError) as error:
            return _failed(photo, str(error) or type(error).__name__)
        except Exception as error:  # noqa: BLE001 - one bad file never ends the run
            return _failed(photo, f"unexpected {type(error).__name__}: {error}")

    def _looked(self, photo: Photograph, which: Which) -> Analysis:
        pixels = decode(photo.read(), name=photo.id).pixels
        seen = self._seen(pixels, which)
        choose = one_person if which == "largest" else everyone
        choice = choose([face for face, _ in seen], self.options.selection, self.description.detector)
        if choice.outcome is not Outcome.OK:
            return Analysis(photo.id, choice.outcome, choice.faces, (), choice.detail)
        cut = {id(face): chip for face, chip in seen}
        form = self._recogniser.form
        same = cut_alike(form, _QUALITY_CHIP)
        chips = [cut[id(face)] if same else self._chip(pixels, face) for face in choice.faces]
        try:
            templates = tuple(self._embedded(chips))
        except NoTemplate as error:
            return Analysis(photo.id, Outcome.ERROR, choice.faces, (), f"{error.what} gave {error.got}")
        return Analysis(photo.id, Outcome.OK, choice.faces, templates, choice.detail)

    def _seen(self, pixels: Pixels, which: Which) -> list[tuple[Face, Pixels]]:
        """Each face with the chip on which its quality was measured."""
        detector, seen = self.description.detector, []
        for one in self._finder.find(pixels, which):
            cut = self._cut(pixels, one.landmarks, _QUALITY_CHIP)
            worth = quality(one, cut, pixels, detector)
            seen.append((Face(one.box, one.landmarks, one.score, worth, marks=MARKS[detector]), cut))
        return seen

    def _chip(self, pixels: Pixels, face: Face) -> Pixels:
        return self._cut(pixels, face.landmarks, self._recogniser.form)

    def _cut(self, pixels: Pixels, landmarks: Points, form: ChipForm) -> Pixels:
        return chip(pixels, landmarks, form, self.description.detector)

    def _embedded(self, chips: list[Pixels]) -> list[Template]:
        return [Template(self._recogniser.template(one), self._information) for one in chips]


def engine_settings(
    engine: EngineDescription | None = None, options: EngineOptions | None = None
) -> dict[str, str | int | float | bool]:
    """What beside the model decides the answers, as plain values for the record of a run."""
    described, options = engine or named_engine(DEFAULT_ENGINE), options or EngineOptions()
    settings: dict[str, str | int | float | bool] = {
        "engine": described.name,
        "pipeline": described.pipeline,
        **detector_settings(described.detector),
    }
    if described.model.form != "onnx":
        settings["converter"] = CONVERTER_VERSION if described.model.form == "dlib" else PREPARER_VERSION
    for package in (*DETECTOR_PACKAGES[described.detector], "onnxruntime"):
        try:
            settings[package] = version(package)
        except PackageNotFoundError:
            settings[package] = "unknown"
    for part in (options.detection, options.selection):
        for name in part.__slots__:
            if (value := getattr(part, name)) is not None:
                settings[name] = value
    return settings


def _failed(photo: Photograph, detail: str) -> Analysis:
    return Analysis(photo.id, Outcome.ERROR, (), (), " ".join(detail.split()))
