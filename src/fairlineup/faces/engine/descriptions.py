"""Which model: where its weights are, how a chip is put to it, whose it is and under which licence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from fairlineup.faces.engine.faults import DescriptionError
from fairlineup.faces.engine.installed import installed_model
from fairlineup.files import LARGEST_BY_HAND
from fairlineup.foreign import parse_toml
from fairlineup.options import NOT_BLANK, Naming, above, between, read_options, such
from fairlineup.records import ModelInformation, read_regular

DLIB_SHA256 = "55533b28a95800a551ba546ba62fe69625c7e95a7061c338adffead08719da30"
"""dlib_face_recognition_resnet_model_v1.dat as published."""

Channel = Annotated[float, between(-1e9, 1e9)]
Divisor = Annotated[float, above(0), between(-1e9, 1e9)]
_NO_MEAN = (0.0, 0.0, 0.0)
_NO_SCALE = (1.0, 1.0, 1.0)


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
    mean: tuple[Channel, Channel, Channel] = _NO_MEAN
    scale: tuple[Divisor, Divisor, Divisor] = _NO_SCALE  #: what is left is divided by this, by channel.


@dataclass(frozen=True, slots=True)
class ModelDescription:
    """All that is needed to fetch, check and run a model, and to show before it is used."""

    #: what travels with every template: name, digest, source, licence, length, metric.
    information: ModelInformation
    weights: Path | str  #: path of a file, or an http(s) URL.
    #: "onnx", or "dlib" for the file of dlib's own recogniser, which is converted.
    form: Literal["onnx", "dlib"] = "onnx"
    chip: ChipForm = ChipForm()  #: how a face is put to it.
    output: str = ""  #: name of the output that holds the template; blank for the only one that can.
    #: names and values of further inputs, such as a switch between training and use.
    fixed: tuple[tuple[str, float | bool], ...] = ()

    @property
    def sha256(self) -> str:
        """Lower-case hex SHA-256 of the weights as published."""
        return self.information.digest.removeprefix("sha256:")


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
    form: Literal["onnx", "dlib"] = "onnx"
    path: Line = ""
    url: Url = ""
    source: Line = ""
    output: str = ""


@dataclass(frozen=True, slots=True)
class _Description:
    """A description as its file has it."""

    model: _Model
    input: ChipForm = ChipForm()
    fixed: Mapping[str, int | float | bool] = field(default_factory=dict)


def default_model() -> ModelDescription:
    """The recogniser of dlib, as face_recognition_models carries it.

    Raises: EngineNotInstalled: the package isn't there.
    Source: davisking/dlib-models; 99.38 % on LFW by its author.
    """
    path = installed_model("dlib_face_recognition_resnet_model_v1.dat")
    information = ModelInformation(
        name="dlib-resnet-v1",
        digest=f"sha256:{DLIB_SHA256}",
        source="dlib_face_recognition_resnet_model_v1.dat by Davis King, in face_recognition_models",
        licence="public domain (CC0 1.0)",
        template_length=128,
        metric="euclidean",
    )
    return ModelDescription(information, path, "dlib")


def load_description(path: Path) -> ModelDescription:
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
        [fixed]                                      # values of further inputs, by their names
        phase_train = false

    Under [model], `form = "dlib"` is for another file of dlib's recogniser, `source` for where it comes from,
    and `output` for the name of the template among several outputs.

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
    return ModelDescription(
        information, weights, model.form, table.input, model.output, tuple(table.fixed.items())
    )


def _check_together(table: _Description, naming: Naming) -> None:
    """Raises: DescriptionError: values that do not go together."""
    chip, both = table.input, table.model.path and table.model.url
    if both or not (table.model.path or table.model.url):
        raise naming.wrong("model.path", "either path or url", "both" if both else "neither")
    if chip.numbers == "uint8" and (chip.mean, chip.scale) != (_NO_MEAN, _NO_SCALE):
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
