"""Whether a model's file takes what its description says, and what has to be done so that it does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fairlineup.faces.engine.descriptions import ChipForm, ModelDescription
from fairlineup.faces.engine.faults import ModelFileError

KINDS = {
    "tensor(bool)": "bool",
    "tensor(uint8)": "uint8",
    "tensor(int8)": "int8",
    "tensor(uint16)": "uint16",
    "tensor(int16)": "int16",
    "tensor(int32)": "int32",
    "tensor(int64)": "int64",
    "tensor(float16)": "float16",
    "tensor(float)": "float32",
    "tensor(double)": "float64",
}
TAKES = {
    "uint8": ("uint8", "uint16", "int16", "int32", "int64"),
    "float32": ("float32", "float16", "float64"),
}
"""Types of a file's input that hold every value of what a description says is put to it."""


@dataclass(frozen=True, slots=True)
class InputFit:
    """How faces are put to one file."""

    name: str  #: of the input that takes them.
    numbers: str  #: its NumPy type.
    #: faces that it takes in a run: one where it takes any number, None where it has no such axis.
    at_once: int | None
    free: bool  #: whether it takes any number.
    fixed: Mapping[str, NDArray[Any]]  #: its further inputs.


def fitted(inputs: Sequence[Any], description: ModelDescription) -> InputFit:
    """How faces are put to a file with such inputs. Raises: ModelFileError: they can't be."""
    first, fixed = _parted(inputs, description)
    form, shape = description.chip, list(first.shape)
    wanted = axes(form)
    batch, sides = (shape[0], shape[1:]) if len(shape) == 4 else (None, shape)
    if len(sides) != 3 or not _agrees(sides, wanted):
        raise unlike(
            description,
            f"an input of shape {_shape_words(['n', *wanted])}",
            _shape_words(shape),
            _advice(sides, form),
        )
    kind = KINDS.get(first.type, first.type)
    if kind not in TAKES[form.numbers]:
        right = next((name for name, kinds in TAKES.items() if kind in kinds), "")
        advice = f'set numbers = "{right}" in its description, with its mean and scale' if right else ""
        raise unlike(description, f"an input of {form.numbers}", first.type, advice)
    free = len(shape) == 4 and not (isinstance(batch, int) and batch > 0)
    at_once = None if len(shape) == 3 else batch if isinstance(batch, int) and not free else 1
    return InputFit(first.name, kind, at_once, free, fixed)


def axes(form: ChipForm) -> list[int]:
    """The shape of one face as it is put to a model."""
    size, channels = form.size_px, 1 if form.colour == "GREY" else 3
    return [size, size, channels] if form.layout == "NHWC" else [channels, size, size]


def chosen_output(found: Mapping[str, Any], faces: int, description: ModelDescription) -> str:
    """The output that holds the templates, by what came of a first run.

    Args:
        found: what each output gave, by name.
        faces: how many were put.
        description: of the model; names the output where several could be meant.
    Raises: ModelFileError: none holds templates of the length described, or several do.
    """
    length = description.information.template_length
    listed = ", ".join(f"{name} {_shape(value)}" for name, value in found.items())
    if description.output:
        if description.output not in found:
            raise unlike(
                description, f"an output {description.output}", listed, "correct output in its description"
            )
        found = {description.output: found[description.output]}
    fits = [name for name, value in found.items() if _holds(value, faces, length)]
    if len(fits) == 1:
        return fits[0]
    if fits:
        advice = f'say which holds the template: output = "{fits[0]}" under [model] in its description'
        raise unlike(description, f"one output of {length} numbers a face", f"several: {listed}", advice)
    only = next(iter(found.values())) if len(found) == 1 else None
    numbers = isinstance(only, np.ndarray) and only.size % faces == 0
    got = f"{only.size // faces} numbers" if numbers and only is not None else listed
    raise unlike(description, f"templates of {length} numbers", got)


def unlike(description: ModelDescription, expected: str, got: str, remedy: str = "") -> ModelFileError:
    """The error for a file that isn't as described."""
    return ModelFileError(
        f"the model {description.information.name}",
        expected=expected,
        got=got,
        remedy=remedy or "correct its description, or name another file",
    )


def _parted(inputs: Sequence[Any], description: ModelDescription) -> tuple[Any, dict[str, NDArray[Any]]]:
    """The input for faces, and the values of the others."""
    given = dict(description.fixed)
    left = [one for one in inputs if one.name not in given]
    if unknown := sorted(set(given) - {one.name for one in inputs}):
        named = ", ".join(one.name for one in inputs)
        raise unlike(description, f"inputs named as under [fixed]: {', '.join(unknown)}", named)
    if len(left) != 1:
        listed = ", ".join(f"{one.name} {one.type} {_shape_words(one.shape)}" for one in left)
        advice = "give the values of the inputs that take no face under [fixed] in its description"
        raise unlike(description, "one input", f"{len(left)} inputs: {listed}", advice if left else "")
    fixed = {}
    for one in inputs:
        if one.name in given:
            fixed[one.name] = _filled(one, given[one.name], description)
    return left[0], fixed


def _filled(one: Any, value: float, description: ModelDescription) -> NDArray[Any]:
    shape = [side if isinstance(side, int) and side > 0 else 1 for side in one.shape]
    try:
        with np.errstate(all="ignore"):
            filled = np.full(shape, value, dtype=KINDS.get(one.type, "float32"))
            fits = bool(np.isclose(filled.astype(np.float64), value, rtol=1e-3).all())
    except (OverflowError, ValueError, MemoryError):
        fits = False
    if not fits:
        raise unlike(description, f"a value of {one.type} for {one.name} under [fixed]", repr(value))
    return filled


def _agrees(sides: Sequence[Any], wanted: Sequence[int]) -> bool:
    return all(
        not isinstance(have, int) or have in (want, -1) for have, want in zip(sides, wanted, strict=True)
    )


def _advice(sides: Sequence[Any], form: ChipForm) -> str:
    """The line of the description that would fit the file, where there is one."""
    for layout, at in (("NHWC", 2), ("NCHW", 0)):
        if len(sides) != 3 or sides[at] not in (1, 3):
            continue
        plane = [side for place, side in enumerate(sides) if place != at]
        if not all(isinstance(side, int) for side in plane):
            plane = [form.size_px] * 2
        if plane[0] != plane[1]:
            return "its faces aren't square, which this engine can't cut: name another file"
        lines = [f'layout = "{layout}"'] if layout != form.layout else []
        lines += [f"size_px = {plane[0]}"] if plane[0] != form.size_px else []
        if (sides[at] == 1) != (form.colour == "GREY"):
            lines.append('colour = "GREY"' if sides[at] == 1 else 'colour = "RGB" or "BGR"')
        return f"set {', '.join(lines)} under [input] in its description" if lines else ""
    return ""


def _holds(value: Any, faces: int, length: int) -> bool:
    numeric = isinstance(value, np.ndarray) and value.dtype.kind in "fiu"
    return numeric and value.size == faces * length and (faces == 1 or value.shape[0] == faces)


def _shape(value: Any) -> str:
    return _shape_words(value.shape) if isinstance(value, np.ndarray) else type(value).__name__


def _shape_words(shape: Sequence[Any]) -> str:
    return f"[{', '.join(str(side) if side is not None else '?' for side in shape)}]"
