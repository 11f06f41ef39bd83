"""Which model: where its weights are, how a chip is put to it, whose it is and under which licence."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from fairlineup.faces.engine.faults import DescriptionError
from fairlineup.faces.engine.installed import installed_model
from fairlineup.records import ModelInformation

DLIB_SHA256 = "55533b28a95800a551ba546ba62fe69625c7e95a7061c338adffead08719da30"
"""dlib_face_recognition_resnet_model_v1.dat as published."""

Triple = tuple[float, float, float]

_NO_MEAN: Triple = (0.0, 0.0, 0.0)
_NO_SCALE: Triple = (1.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class ChipForm:
    """How an aligned face is cut and put to a model.

    Attributes:
        size_px: side of the square chip.
        padding: margin around the face as dlib counts it: 0.25 for dlib's own network.
        layout: order of the axes, n pictures first.
        colour: order of the channels, or "GREY" for a model that takes one channel of light.
        numbers: what is put to the model: whole numbers 0 to 255, or what mean and scale make of them.
        mean: taken off each pixel (0 to 255), by channel in the order of `colour`.
        scale: what is left is divided by this, by channel.
    """

    size_px: int = 150
    padding: float = 0.25
    layout: Literal["NHWC", "NCHW"] = "NHWC"
    colour: Literal["RGB", "BGR", "GREY"] = "RGB"
    numbers: Literal["uint8", "float32"] = "uint8"
    mean: Triple = _NO_MEAN
    scale: Triple = _NO_SCALE


@dataclass(frozen=True, slots=True)
class ModelDescription:
    """All that is needed to fetch, check and run a model, and to show before it is used.

    Attributes:
        information: what travels with every template: name, digest, source, licence, length, metric.
        weights: path of a file, or an http(s) URL.
        form: "onnx", or "dlib" for the file of dlib's own recogniser, which is converted.
        chip: how a face is put to it.
        output: name of the output that holds the template; blank for the only one that can.
        fixed: names and values of further inputs, such as a switch between training and use.
    """

    information: ModelInformation
    weights: Path | str
    form: Literal["onnx", "dlib"] = "onnx"
    chip: ChipForm = ChipForm()
    output: str = ""
    fixed: tuple[tuple[str, float | bool], ...] = ()

    @property
    def sha256(self) -> str:
        """Lower-case hex SHA-256 of the weights as published."""
        return self.information.digest.removeprefix("sha256:")


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
    table = _Table(path.name, "", _content(path))
    model, chip = table.table("model"), table.table("input", needed=False)
    fixed = table.table("fixed", needed=False)
    table.finish()
    form = model.choice("form", ("onnx", "dlib"), "onnx")
    weights = _weights(model, path.parent)
    source = model.text("source", str(weights) if isinstance(weights, str) else weights.name)
    information = ModelInformation(
        name=model.text("name"),
        digest=f"sha256:{_digest(model)}",
        source=source,
        licence=model.text("licence"),
        template_length=model.whole("template_length", None, 2, 8192),
        metric=model.choice("metric", ("euclidean", "cosine")),
    )
    output = model.text("output", "")
    model.finish()
    description = ModelDescription(information, weights, form, _chip(chip), output, fixed.numbers())  # type: ignore[arg-type]
    chip.finish()
    return description


def _content(path: Path) -> dict[str, Any]:
    """The file's tables; a mark of byte order before them is no part of it."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _wrong(path.name, "a TOML file", str(error)) from None
    except (OSError, ValueError, RecursionError) as error:
        raise DescriptionError(
            f"the model description {path} cannot be read",
            expected="a TOML file; `fairlineup help models` shows one",
            got=getattr(error, "strerror", None) or str(error),
            remedy="name the file of the description",
        ) from error


def _chip(table: _Table) -> ChipForm:
    chip = ChipForm(
        size_px=table.whole("size_px", 150, 16, 1024),
        padding=table.number("padding", 0.25),
        layout=table.choice("layout", ("NHWC", "NCHW"), "NHWC"),  # type: ignore[arg-type]
        colour=table.choice("colour", ("RGB", "BGR", "GREY"), "RGB"),  # type: ignore[arg-type]
        numbers=table.choice("numbers", ("uint8", "float32"), "uint8"),  # type: ignore[arg-type]
        mean=table.triple("mean", 0.0),
        scale=table.triple("scale", 1.0),
    )
    if chip.numbers == "uint8" and (chip.mean, chip.scale) != (_NO_MEAN, _NO_SCALE):
        raise table.wrong('numbers = "float32" where there is a mean or a scale', '"uint8"')
    if chip.colour == "GREY" and any(len(set(one)) > 1 for one in (chip.mean, chip.scale)):
        raise table.wrong('three equal numbers as mean and as scale with colour = "GREY"', "others")
    return chip


def _weights(table: _Table, folder: Path) -> Path | str:
    path, url = table.text("path", ""), table.text("url", "")
    if bool(path) == bool(url):
        raise table.wrong("either path or url", "both" if path else "neither")
    if path:
        return folder / path
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise table.wrong("url as an address", f"{url!r} ({error})") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise table.wrong("url to start with https:// or http://", repr(url))
    return url


def _digest(table: _Table) -> str:
    digest = table.text("sha256").removeprefix("sha256:").lower()
    if not re.fullmatch(r"[0-9a-f]{64}", digest):
        raise table.wrong("sha256 to be 64 hexadecimal digits", repr(digest))
    return digest


def _wrong(name: str, expected: str, got: str) -> DescriptionError:
    return DescriptionError(
        f"the model description {name}",
        expected=expected,
        got=got,
        remedy="see fairlineup.faces.engine.load_description for the form",
    )


class _Table:
    """One table of the file; every key must be asked for by the time it is finished."""

    def __init__(self, name: str, title: str, content: dict[str, Any]) -> None:
        self._name, self._title, self._left = name, title, dict(content)

    def wrong(self, expected: str, got: str) -> DescriptionError:
        """The error to raise about this table."""
        return _wrong(self._name, f"{self._title}{expected}", got)

    def table(self, key: str, *, needed: bool = True) -> _Table:
        """A table within."""
        content = self._left.pop(key, None if needed else {})
        if not isinstance(content, dict):
            raise self.wrong(f"a table [{key}]", "none" if content is None else repr(content))
        return _Table(self._name, f"[{key}] ", content)

    def text(self, key: str, default: str | None = None) -> str:
        """A string that isn't empty."""
        value = self._left.pop(key, default)
        if not isinstance(value, str) or (not value.strip() and value != default):
            raise self.wrong(f"{key} as text", "nothing" if value is None else repr(value))
        return value

    def choice(self, key: str, allowed: tuple[str, ...], default: str | None = None) -> str:
        """One of some words."""
        value = self.text(key, default)
        if value not in allowed:
            raise self.wrong(f"{key} to be one of {', '.join(allowed)}", repr(value))
        return value

    def whole(self, key: str, default: int | None, low: int, high: int) -> int:
        """An integer within bounds."""
        value = self._left.pop(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise self.wrong(f"{key} as a whole number from {low} to {high}", repr(value))
        return value

    def number(self, key: str, default: float) -> float:
        """A number from 0 to 4."""
        value = self._left.pop(key, default)
        if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= 4:
            raise self.wrong(f"{key} as a number from 0 to 4", repr(value))
        return float(value)

    def triple(self, key: str, default: float) -> Triple:
        """Three numbers, one a channel; none of a scale may be 0."""
        value = self._left.pop(key, [default] * 3)
        good = isinstance(value, list) and len(value) == 3
        if not good or not all(type(v) in (int, float) and abs(v) <= 1e9 for v in value):
            raise self.wrong(f"{key} as three numbers", repr(value))
        if key == "scale" and not all(v > 0 for v in value):
            raise self.wrong("scale as three numbers above 0", repr(value))
        return (float(value[0]), float(value[1]), float(value[2]))

    def numbers(self) -> tuple[tuple[str, float | bool], ...]:
        """All that is left, as numbers or truth values by name."""
        for key, value in self._left.items():
            if type(value) not in (int, float, bool):
                raise self.wrong(f"{key} as a number, true or false", repr(value))
        left, self._left = self._left, {}
        return tuple(left.items())

    def finish(self) -> None:
        """Raises: DescriptionError for a key that nobody asked for."""
        if self._left:
            raise self.wrong("no key that isn't known", ", ".join(sorted(self._left)))
