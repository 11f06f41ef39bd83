"""Runs a recognition model on onnxruntime: chips in, templates out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fairlineup.engine.descriptions import ChipForm, ModelDescription
from fairlineup.engine.detection import Pixels
from fairlineup.engine.faults import EngineNotInstalled, ModelFileError
from fairlineup.records import ModelInformation

BATCH = 16
"""Chips put to the model at a time: larger ones gain nothing on a CPU."""

_NUMBERS = {"uint8": "tensor(uint8)", "float32": "tensor(float)"}


class Recogniser:
    """One model, ready to run on one core.

    Args:
        description: which model and how chips are put to it.
        path: its ONNX file, as `prepared_model` gives it.

    Raises:
        EngineNotInstalled: onnxruntime isn't there.
        ModelFileError: the file can't be opened, or its inputs or outputs aren't as described.
    """

    def __init__(self, description: ModelDescription, path: Path) -> None:
        self.description = description
        self._session = _opened(path, description)
        _check_input(self._session, description)
        self._input = self._session.get_inputs()[0].name
        self._output = self._session.get_outputs()[0].name
        self._one_by_one = self._session.get_inputs()[0].shape[0] == 1
        if (length := self._tried()) != self.information.template_length:
            expected = f"templates of {self.information.template_length} numbers"
            raise _unlike(description, expected, f"{length} numbers")

    @property
    def information(self) -> ModelInformation:
        """What travels with every template."""
        return self.description.information

    @property
    def form(self) -> ChipForm:
        """The chips that this model takes."""
        return self.description.chip

    def blank(self) -> Pixels:
        """A black chip of the size that this model takes."""
        return np.zeros((self.form.size_px, self.form.size_px, 3), dtype=np.uint8)

    def templates(self, chips: list[Pixels]) -> NDArray[np.float32]:
        """The templates of aligned faces.

        Args:
            chips: upright RGB, each of shape (size_px, size_px, 3).
        Returns: shape (n, template_length), not scaled to unit length; (0, template_length) for no chips.
        """
        step = 1 if self._one_by_one else BATCH
        parts = [self._run(chips[at : at + step]) for at in range(0, len(chips), step)]
        if not parts:
            return np.zeros((0, self.information.template_length), dtype=np.float32)
        return np.concatenate(parts)

    def _tried(self) -> int:
        """The length of one template. Raises: ModelFileError if the model doesn't run."""
        import onnxruntime

        try:
            return int(self.templates([self.blank()]).shape[1])
        except _failures(onnxruntime) as error:
            raise _unlike(self.description, "a model that runs on such a chip", _first_line(error)) from None

    def _run(self, chips: list[Pixels]) -> NDArray[np.float32]:
        batch = prepared_chips(np.stack(chips), self.form)
        result = np.asarray(self._session.run([self._output], {self._input: batch})[0], dtype=np.float32)
        if result.shape[0] != len(chips) or result.ndim < 2:
            raise _unlike(self.description, f"{len(chips)} templates", f"an output of shape {result.shape}")
        return result.reshape(len(chips), -1)


def prepared_chips(chips: Pixels, form: ChipForm) -> NDArray[np.uint8] | NDArray[np.float32]:
    """Chips of shape (n, size, size, 3) in the order, type and range that a model takes."""
    ordered = chips[..., ::-1] if form.colour == "BGR" else chips
    numbers: NDArray[Any] = ordered
    if form.numbers == "float32":
        mean, scale = np.asarray(form.mean, np.float32), np.asarray(form.scale, np.float32)
        numbers = (ordered.astype(np.float32) - mean) / scale
    if form.layout == "NCHW":
        numbers = numbers.transpose(0, 3, 1, 2)
    return np.ascontiguousarray(numbers)


def _opened(path: Path, description: ModelDescription) -> Any:
    try:
        import onnxruntime
    except ImportError as error:
        raise EngineNotInstalled("the recogniser", expected="onnxruntime", got=str(error)) from None
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry("session.inter_op.allow_spinning", "0")
    failures = _failures(onnxruntime)
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except failures as error:
        raise _unlike(description, "an ONNX model that onnxruntime opens", _first_line(error)) from None


def _failures(onnxruntime: Any) -> tuple[type[Exception], ...]:
    """The errors with which onnxruntime refuses a file; they share no root of their own."""
    named = vars(onnxruntime.capi.onnxruntime_pybind11_state).values()
    return (RuntimeError, *(one for one in named if isinstance(one, type) and issubclass(one, Exception)))


def _check_input(session: Any, description: ModelDescription) -> None:
    """Raises: ModelFileError if the model doesn't take one picture of the form described."""
    inputs, form = session.get_inputs(), description.chip
    if len(inputs) != 1:
        raise _unlike(description, "one input", f"{len(inputs)} inputs")
    size = form.size_px
    wanted = [size, size, 3] if form.layout == "NHWC" else [3, size, size]
    shape = list(inputs[0].shape)
    fits = len(shape) == 4 and all(
        not isinstance(have, int) or have == want for have, want in zip(shape[1:], wanted, strict=True)
    )
    if not fits or (isinstance(shape[0], int) and shape[0] not in (-1, 1)):
        raise _unlike(description, f"an input of shape [n, {', '.join(map(str, wanted))}]", f"{shape}")
    if inputs[0].type != _NUMBERS[form.numbers]:
        raise _unlike(description, f"an input of {form.numbers}", inputs[0].type)


def _first_line(error: Exception) -> str:
    return str(error).split("\n")[0]


def _unlike(description: ModelDescription, expected: str, got: str) -> ModelFileError:
    return ModelFileError(
        f"the model {description.information.name}",
        expected=expected,
        got=got,
        remedy="correct its description, or name another file",
    )
