"""A user's own model as a description in TOML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from fairlineup.faces.engine.descriptions import (
    NO_MEAN,
    NO_SCALE,
    ChipForm,
    EngineDescription,
    Form,
    ModelDescription,
)
from fairlineup.faces.engine.detection import DetectorName
from fairlineup.faces.engine.engines import engine_with
from fairlineup.faces.engine.faults import DescriptionError
from fairlineup.files import LARGEST_BY_HAND
from fairlineup.foreign import parse_toml
from fairlineup.options import NOT_BLANK, Naming, between, read_options, such
from fairlineup.records import ModelInformation, read_regular


def _hex(digest: str) -> str:
    return digest.removeprefix("sha256:").lower()


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


Line = Annotated[str, NOT_BLANK]
Sha256 = Annotated[str, such(lambda text: re.fullmatch(r"[0-9a-f]{64}", _hex(text)), "64 hexadecimal digits")]
Url = Annotated[str, such(_is_url, "an address that starts with https:// or http://")]


@dataclass(frozen=True, slots=True)
class _Model:
    """The table [model] of a description."""

    name: Line
    sha256: Sha256
    licence: Line
    template_length: Annotated[int, between(2, 8192)]
    metric: Literal["euclidean", "cosine"]
    form: Form = "onnx"
    detector: DetectorName | None = None
    path: Line = ""
    url: Url = ""
    source: Line = ""
    output: str = ""


@dataclass(frozen=True, slots=True)
class _Description:
    """A description as its file has it."""

    model: _Model
    input: ChipForm = field(default_factory=ChipForm)
    fixed: Mapping[str, int | float | bool] = field(default_factory=dict)


def described_engine(path: Path) -> EngineDescription:
    """Reads a model's description from a TOML file.

        [model]
        name = "example-512"
        url = "https://models.example/face.onnx"     # or: path = "face.onnx", next to this file
        sha256 = "64 hex digits"
        licence = "MIT"
        template_length = 512
        metric = "cosine"                            # or "euclidean"
        [input]                                      # each of these may be left out
        size_px = 112
        padding = 0.25
        layout = "NCHW"
        colour = "RGB"
        numbers = "float32"
        mean = [127.5, 127.5, 127.5]
        scale = [128.0, 128.0, 128.0]
        template = [[38, 52], [74, 52], [56, 72], [42, 92], [71, 92]]  # in place of padding
        cut_px = 112
        crop = [0, 0]
        flip = false
        [fixed]                                      # values of further inputs, by their names
        phase_train = false

    Under [model], `detector = "yunet"` or "dlib" chooses what finds faces; `form = "dlib"` is for another
    file of dlib's recogniser, "int8bq" for one of OpenCV Zoo; `source` is for where it comes from, and
    `output` for the name of the template among several outputs.

    Args:
        path: the TOML file.
    Raises: DescriptionError: it can't be read, isn't TOML, or has a key that is unknown, missing or of the
        wrong kind.
    """
    naming = Naming(
        f"the model description {path.name}: {{}}", remedy="correct it", error=DescriptionError, page="models"
    )
    table = read_options(_Description, _content(path), naming)
    model = table.model
    _check_together(table, naming)
    weights = path.parent / model.path if model.path else model.url
    information = ModelInformation(
        name=model.name,
        digest=f"sha256:{_hex(model.sha256)}",
        source=model.source or (weights if isinstance(weights, str) else weights.name),
        licence=model.licence,
        template_length=model.template_length,
        metric=model.metric,
    )
    described = ModelDescription(
        information, weights, model.form, table.input, model.output, tuple(table.fixed.items())
    )
    return engine_with(described, model.detector)


def _check_together(table: _Description, naming: Naming) -> None:
    """Raises: DescriptionError: values that do not go together."""
    chip, both = table.input, table.model.path and table.model.url
    if both or not (table.model.path or table.model.url):
        raise naming.wrong("model.path", "either path or url", "both" if both else "neither")
    if max(chip.crop) + chip.size_px > (chip.cut_px or chip.size_px):
        expected = "a chip of size_px that lies within cut_px"
        raise naming.wrong("input.crop", expected, f"{list(chip.crop)} of {chip.cut_px or chip.size_px} px")
    if chip.numbers == "uint8" and (chip.mean, chip.scale) != (NO_MEAN, NO_SCALE):
        raise naming.wrong("input.numbers", '"float32" where there is a mean or a scale', '"uint8"')
    if chip.colour == "GREY" and any(len(set(one)) > 1 for one in (chip.mean, chip.scale)):
        expected = "three equal numbers as mean and as scale for one channel of light"
        raise naming.wrong("input.colour", expected, "others")


def _content(path: Path) -> dict[str, Any]:
    """The file's tables; a mark of byte order before them is no part of it."""
    try:
        return parse_toml(read_regular(path, LARGEST_BY_HAND).decode("utf-8-sig"))
    except (OSError, ValueError) as error:
        raise DescriptionError(
            f"the model description {path} cannot be read",
            expected="a TOML file",
            got=getattr(error, "strerror", None) or str(error),
            remedy="name the file of the description",
            facts={"page": "models"},
        ) from error
