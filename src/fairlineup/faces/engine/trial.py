"""What a model does with made-up faces: tried before anybody is enrolled.

Nothing here knows ONNX: a model is a function that gives one template for one input, so that a function of
the user's own is tried in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from fairlineup.faces.engine.detection import Pixels
from fairlineup.faces.engine.faults import ModelUnfit, NoTemplate

T = TypeVar("T")
Vector = NDArray[np.float32]
Embed = Callable[[T], Vector]
"""One template of one input. Raises: NoTemplate."""
Together = Callable[[Sequence[T]], NDArray[np.float32] | None]
"""The templates of a batch, None where there is no such batch. Raises: NoTemplate."""

FACES = 8
AGAIN = 3

SAME = 5e-6
"""Templates nearer than this, as a share of their length, are the same: distances are rounded to 1e-5."""

FINEST = 1e-3
"""A Euclidean model whose distances are all below this would be told apart in fewer than a hundred steps."""

LONGEST = 1e18  # squares of longer templates would overflow float32


@dataclass(frozen=True, slots=True)
class Trial:
    """What a trial showed of a model that can be used."""

    put: int  #: inputs it was given.
    without: int  #: those of which it made no template.
    longest: float  #: length of the longest template.
    #: the most that a template changed among others in a batch, as a share of its length; 0 where it never
    #: stands among others.
    moved: float = 0.0

    @property
    def notes(self) -> tuple[str, ...]:
        """What an auditor should know, in sentences."""
        found = []
        if self.without:
            found.append(
                f"The model gave no usable template for {self.without} of {self.put} made-up faces: such "
                "photographs count as failures to process."
            )
        if self.moved > SAME:
            found.append(
                "The model's template of a face depends on the other faces in the same batch (it moved by "
                f"{_share(self.moved)} of its length), as with batch normalization left in training mode. "
                "Here each face is put to it alone; a system that puts several at a time answers otherwise."
            )
        return tuple(found)


def try_model(
    name: str, embed: Embed[T], inputs: Sequence[T], metric: str, together: Together[T] | None = None
) -> Trial:
    """Put inputs to a model, each alone, some of them twice, and all of them in one batch.

    Args:
        name: what to call the model in an error.
        embed: gives the template of one input.
        inputs: of faces that look different from one another, at least two.
        metric: "euclidean" or "cosine", by which its templates are compared.
        together: gives the templates of a batch, or None; left out where the model takes one at a time.
    Raises: ModelUnfit: no template of any input, templates that differ from one time to the next, or the same
        template of everybody.
    """
    made, reasons = _each(embed, inputs)
    if not made:
        got = f"{reasons[0]} for each of {len(inputs)}" if reasons else "nothing to try it on"
        if together is not None and _batch(together, inputs) is not None:
            got += (
                ", put alone, and none such in a batch (batch normalization left in training mode does that)"
            )
        raise unfit(name, "a template of at least one of the faces it is tried on", got)
    usable, vectors = [inputs[number] for number in made], np.stack(list(made.values()))
    for one, vector in list(zip(usable, vectors, strict=True))[:AGAIN][::-1]:
        _check_repeats(name, embed, one, vector)
    _check_differs(name, vectors, metric)
    longest = float(np.linalg.norm(vectors.astype(np.float64), axis=1).max())
    return Trial(len(inputs), len(reasons), longest, _most_moved(together, usable, vectors))


def _each(embed: Embed[T], inputs: Sequence[T]) -> tuple[dict[int, Vector], list[str]]:
    """Templates by the place of their input, and why there is none of the others."""
    made, reasons = {}, []
    for number, one in enumerate(inputs):
        try:
            made[number] = embed(one)
        except NoTemplate as error:
            reasons.append(error.got)
    return made, reasons


def _batch(together: Together[T], inputs: Sequence[T]) -> NDArray[np.float32] | None:
    try:
        return together(inputs)
    except NoTemplate:
        return None


def _most_moved(together: Together[T] | None, inputs: Sequence[T], alone: NDArray[np.float32]) -> float:
    """The most that a template moves among others, at any place in the batch."""
    most = 0.0
    for order in (slice(None), slice(None, None, -1)):
        batch = _batch(together, inputs[order]) if together is not None else None
        if batch is not None:
            most = max(most, *(moved(a, b) for a, b in zip(alone[order], batch, strict=True)))
    return most


def sound(name: str, numbers: NDArray[Any]) -> Vector:
    """A template as float32. Raises: NoTemplate: nothing that can be compared."""
    with np.errstate(all="ignore"):
        vector = np.asarray(numbers, dtype=np.float32)
    if not np.isfinite(vector).all():
        raise no_template(name, "NaN or infinity")
    length = float(np.linalg.norm(vector.astype(np.float64)))
    if length == 0:
        raise no_template(name, "nothing but zeros")
    if length > LONGEST:
        raise no_template(name, f"a template {length:.0e} long")
    return vector


def moved(one: Vector, other: Vector) -> float:
    """How far apart two templates of one face are, as a share of the longer one's length."""
    first, second = one.astype(np.float64), other.astype(np.float64)
    longer = max(float(np.linalg.norm(first)), float(np.linalg.norm(second)))
    return float(np.linalg.norm(first - second)) / longer if longer else 0.0


def made_up_faces(size_px: int, count: int = FACES) -> list[Pixels]:
    """Chips that look different from one another, the same on every machine, shape (size_px, size_px, 3).

    Head, eyes and mouth over a background, in several lights from dark to bright. Not: faces for a detector.
    """
    random = np.random.default_rng(20180726)
    chips = []
    for number in range(count):
        light, tint = 25 + 190 * number / max(1, count - 1), (1.0, *random.uniform(0.6, 0.95, 2))
        plane = light * _shaded(random)[..., None] * np.array(tint)
        small = Image.fromarray(np.clip(plane, 0, 255).astype(np.uint8))
        chips.append(np.asarray(small.resize((size_px, size_px), Image.Resampling.BILINEAR)))
    return chips


def _shaded(random: np.random.Generator) -> NDArray[np.float64]:
    """The light of one made-up face, about 0 to 1, shape (64, 64)."""
    turn = random.uniform(-0.5, 0.5)
    shape = 0.4 + 0.8 * _spot(0.5, 0.5, random.uniform(0.28, 0.38), random.uniform(0.38, 0.46))
    for eye in (0.36, 0.64):
        shape -= 0.7 * _spot(eye + 0.04 * turn, 0.42, 0.06, 0.035)
    shape -= 0.4 * _spot(0.5 + 0.05 * turn, 0.72, random.uniform(0.05, 0.15), 0.03)
    return shape + 0.25 * np.kron(random.uniform(-0.5, 0.5, (8, 8)), np.ones((8, 8)))


def _spot(x: float, y: float, rx: float, ry: float) -> NDArray[np.float64]:
    down, across = np.mgrid[0:64, 0:64] / 63.0
    spot: NDArray[np.float64] = np.exp(-(((across - x) / rx) ** 2) - ((down - y) / ry) ** 2)
    return spot


def no_template(name: str, got: str) -> NoTemplate:
    """The error for one face of which a model makes nothing."""
    return NoTemplate(
        f"the model {name}",
        expected="a template of numbers for this face",
        got=got,
        remedy="nothing is compared with this photograph; it counts as a failure to process",
    )


def unfit(name: str, expected: str, got: str, remedy: str = "") -> ModelUnfit:
    """The error for a model whose answers mean nothing."""
    return ModelUnfit(
        f"the model {name}",
        expected=expected,
        got=got,
        remedy=remedy
        or "correct how faces are put to it (layout, mean, scale), or export it anew for inference",
    )


def _check_repeats(name: str, embed: Embed[T], one: T, before: Vector) -> None:
    expected = "the same template of the same face each time"
    try:
        far = moved(before, embed(one))
    except NoTemplate as error:
        raise unfit(name, expected, error.got) from None
    if far > SAME:
        left = "(dropout or batch normalization left in training mode does that)"
        got = f"another that lies {_share(far)} of its length away {left}"
        raise unfit(name, expected, got)


def _check_differs(name: str, vectors: NDArray[np.float32], metric: str) -> None:
    wide = vectors.astype(np.float64)
    if metric == "cosine":
        wide /= np.linalg.norm(wide, axis=1, keepdims=True)
    far = max((float(np.linalg.norm(a - b)) for a, b in combinations(wide, 2)), default=1.0)
    if (far**2 / 2 if metric == "cosine" else far) < SAME:
        got = f"one and the same template of {len(vectors)} different faces (distances of 0 to five places)"
        raise unfit(name, "different templates of different faces", got)
    if metric == "euclidean" and far < FINEST:
        expected = f"distances that reach {FINEST:g} between unlike faces, since they are rounded to 1e-5"
        raise unfit(name, expected, f"{far:.1g} at most", 'multiply its output, or say metric = "cosine"')


def _share(value: float) -> str:
    return f"{100 * value:.2g} %"
