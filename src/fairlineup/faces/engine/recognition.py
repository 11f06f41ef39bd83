"""Runs a recognition model on onnxruntime: chips in, templates out, one face at a time.

A template must not depend on who else is in the batch, or numbers would depend on the order of the
photographs. Batch normalization left in training mode makes it depend on them, and so may the order in which
a library adds up. So every face is put to the model alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fairlineup.faces.engine.descriptions import ChipForm, ModelDescription
from fairlineup.faces.engine.detection import Pixels
from fairlineup.faces.engine.fitting import chosen_output, fitted, unlike
from fairlineup.faces.engine.preparation import model_content
from fairlineup.faces.engine.session import imported_onnxruntime, opened
from fairlineup.faces.engine.trial import made_up_faces, no_template, sound
from fairlineup.records import ModelInformation

_GREY = np.array([0.299, 0.587, 0.114])  # ITU-R BT.601, as Pillow


class Recogniser:
    """One model, ready to run on one core.

    Args:
        description: which model and how chips are put to it.
        path: its ONNX file, as `prepared_model` gives it.

    Raises:
        EngineNotInstalled: onnxruntime isn't there.
        DigestMismatch: the file isn't what it was when it was prepared.
        ModelFileError: the file can't be opened, doesn't run, or its inputs or outputs aren't as described.
    """

    def __init__(self, description: ModelDescription, path: Path) -> None:
        self.description = description
        self._session, self._failures = _opened(model_content(path, description), description)
        self._fit = fitted(self._session.get_inputs(), description)
        self._output = self._tried()

    @property
    def information(self) -> ModelInformation:
        """What travels with every template."""
        return self.description.information

    @property
    def form(self) -> ChipForm:
        """The chips that this model takes."""
        return self.description.chip

    def template(self, chip: Pixels) -> NDArray[np.float32]:
        """The template of one aligned face, shape (template_length,), not scaled to unit length.

        A file that takes a certain number of faces gets this one as often as that.

        Args:
            chip: upright RGB, shape (size_px, size_px, 3).
        Raises: NoTemplate: the model fails on it, or gives nothing that can be compared.
        """
        if not self.form.flip:
            return self._one(chip)
        both = self._one(chip) + self._one(np.ascontiguousarray(chip[:, ::-1]))
        return sound(self.information.name, both / 2)

    def _one(self, chip: Pixels) -> NDArray[np.float32]:
        first: NDArray[np.float32] = self._run([chip] * (self._fit.at_once or 1))[0]
        return first.copy()

    def templates(self, chips: list[Pixels]) -> NDArray[np.float32]:
        """The same for some faces, each put to the model alone; shape (n, template_length)."""
        made = [self.template(chip) for chip in chips]
        return np.stack(made) if made else np.zeros((0, self.information.template_length), dtype=np.float32)

    def together(self, chips: Sequence[Pixels]) -> NDArray[np.float32] | None:
        """The templates of one batch; None from a model that takes no such batch. For a trial alone.

        Raises: NoTemplate: as `template`.
        """
        if not self._fit.free and self._fit.at_once != len(chips):
            return None
        return self._run(chips)

    def _tried(self) -> str:
        """The output to read. Raises: ModelFileError if the model doesn't run, or has no such output."""
        faces, face = self._fit.at_once or 1, made_up_faces(self.form.size_px, 3)[1]
        names = [output.name for output in self._session.get_outputs()]
        try:
            found = self._session.run(names, self._put([face] * faces))
        except self._failures as error:
            raise unlike(self.description, "a model that runs on such a chip", _first_line(error)) from None
        return chosen_output(dict(zip(names, found, strict=True)), faces, self.description)

    def _run(self, chips: Sequence[Pixels]) -> NDArray[np.float32]:
        name, length = self.information.name, self.information.template_length
        try:
            result = np.asarray(self._session.run([self._output], self._put(chips))[0])
        except self._failures as error:
            raise no_template(name, _first_line(error)) from None
        if result.size != len(chips) * length:
            raise no_template(name, f"an output of shape {list(result.shape)}")
        return np.stack([sound(name, one) for one in result.reshape(len(chips), length)])

    def _put(self, chips: Sequence[Pixels]) -> dict[str, NDArray[Any]]:
        with np.errstate(over="ignore"):
            batch = prepared_chips(np.stack(chips), self.form).astype(self._fit.numbers, copy=False)
        return {self._fit.name: batch[0] if self._fit.at_once is None else batch, **self._fit.fixed}


def prepared_chips(chips: Pixels, form: ChipForm) -> NDArray[np.uint8] | NDArray[np.float32]:
    """Chips of shape (n, size, size, 3) in the order, type and range that a model takes."""
    numbers: NDArray[Any] = _channels(chips, form)
    if form.numbers == "float32":
        mean, scale = (np.asarray(one, np.float32)[: numbers.shape[-1]] for one in (form.mean, form.scale))
        numbers = (numbers.astype(np.float32) - mean) / scale
    if form.layout == "NCHW":
        numbers = numbers.transpose(0, 3, 1, 2)
    return np.ascontiguousarray(numbers)


def _channels(chips: Pixels, form: ChipForm) -> Pixels:
    if form.colour == "GREY":
        grey: Pixels = np.rint(chips @ _GREY).astype(np.uint8)[..., None]
        return grey
    return chips[..., ::-1] if form.colour == "BGR" else chips


def _opened(content: bytes, description: ModelDescription) -> tuple[Any, tuple[type[Exception], ...]]:
    """A session, and the errors it fails with. Raises: EngineNotInstalled, ModelFileError."""
    failures = _failures(imported_onnxruntime())
    try:
        return opened(content), failures
    except failures as error:
        raise unlike(description, "an ONNX model that onnxruntime opens", _first_line(error)) from None


def _failures(onnxruntime: Any) -> tuple[type[Exception], ...]:
    """The errors with which onnxruntime refuses a file or a face; they share no root of their own."""
    named = vars(onnxruntime.capi.onnxruntime_pybind11_state).values()
    own = (one for one in named if isinstance(one, type) and issubclass(one, Exception))
    return (RuntimeError, ValueError, TypeError, *own)


def _first_line(error: Exception) -> str:
    return str(error).split("\n")[0]
