"""Reads the file in which dlib keeps its face recognition network; knows nothing of ONNX."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from fairlineup.faces.engine.faults import ModelFileError
from fairlineup.faces.engine.network import (
    AddPrevious,
    AffineLayer,
    Convolution,
    Floats,
    FullyConnected,
    Layer,
    Network,
    Pooling,
    Rectifier,
    Skip,
    Tag,
)

_REMEDY = "reinstall face_recognition_models, or describe the file that is meant by its own SHA-256"
_MOST_LAYERS = 10_000
_ADD_LAYER, _TAG_OR_SKIP, _INNERMOST = 2, 1, 3


class DlibReader:
    """Takes dlib's primitive values off a run of bytes, in order.

    Source: dlib/serialize.h; a float is written mantissa first, exponent second, whatever its comment says.
    """

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._at = 0

    def take(self, count: int) -> bytes:
        """The next bytes. Raises: ModelFileError at the end of the file."""
        if count > len(self._content) - self._at:
            raise self.wrong(f"{count} more bytes", f"the end of the file after {len(self._content)}")
        start, self._at = self._at, self._at + count
        return self._content[start : self._at]

    def integer(self) -> int:
        """A control byte (low four bits: how many bytes follow; 0x80: negative), then the magnitude."""
        control = self.take(1)[0]
        count = control & 0x0F
        if control & 0x70 or not 1 <= count <= 8:
            raise self.wrong("the control byte of an integer", f"0x{control:02x}")
        magnitude = int.from_bytes(self.take(count), "little")
        return -magnitude if control & 0x80 else magnitude

    def size(self) -> int:
        """An integer that counts something. Raises: ModelFileError if it is negative."""
        value = self.integer()
        if value < 0:
            raise self.wrong("a count of 0 or more", str(value))
        return value

    def real(self) -> float:
        """A float: integer mantissa, then integer exponent of two; 32000 and up are inf, -inf and NaN."""
        mantissa, exponent = self.integer(), self.integer()
        try:
            return math.ldexp(mantissa, exponent)
        except OverflowError:
            raise self.wrong("a finite float", f"{mantissa} · 2^{exponent}") from None

    def flag(self) -> bool:
        """A bool: ASCII 0 or 1."""
        byte = self.take(1)
        if byte not in (b"0", b"1"):
            raise self.wrong("a flag, '0' or '1'", repr(byte))
        return byte == b"1"

    def text(self) -> str:
        """A string: its length, then its bytes."""
        content = self.take(self.size())
        try:
            return content.decode("ascii")
        except UnicodeDecodeError:
            raise self.wrong("a name in ASCII", repr(content[:20])) from None

    def shape(self, version: int, what: str) -> tuple[int, ...]:
        """A version number that must be as given, then four dimensions."""
        self.expect(version, f"version of {what}")
        return tuple(self.size() for _ in range(4))

    def tensor(self) -> Floats:
        """A tensor: shape, then raw little-endian float32, as a flat array."""
        shape = self.shape(2, "a tensor")
        content = self.take(4 * math.prod(shape))
        return np.frombuffer(content, dtype="<f4").astype(np.float32)

    def expect(self, value: int, what: str) -> None:
        """Reads an integer that must have this value. Raises: ModelFileError if it has not."""
        if (got := self.integer()) != value:
            raise self.wrong(f"{value} as {what}", str(got))

    def expect_text(self, value: str) -> None:
        """Reads a string that must be this one. Raises: ModelFileError if it is not."""
        if (got := self.text()) != value:
            raise self.wrong(repr(value), repr(got))

    def expect_end(self) -> None:
        """Raises: ModelFileError if any byte is left over."""
        if left := len(self._content) - self._at:
            raise self.wrong("the end of the file", f"{left} bytes left over")

    def wrong(self, expected: str, got: str) -> ModelFileError:
        """The error to raise about what was just read."""
        return ModelFileError(
            f"the dlib network, at byte {self._at}", expected=expected, got=got, remedy=_REMEDY
        )


def read_network(content: bytes) -> Network:
    """The network in a file of dlib's face recognition model.

    Args:
        content: the whole file.
    Raises: ModelFileError: another kind of network, cut short, or with bytes left over.
    Source: dlib/dnn/core.h, layers.h and input.h; the version numbers of all layers stand first, outermost
        layer first, then the layers' own values, innermost first.
    """
    reader = DlibReader(content)
    reader.expect(1, "version of the loss layer")
    reader.expect_text("loss_metric_2")
    _ = reader.real(), reader.real()
    kinds = _kinds(reader)
    reader.expect_text("input_rgb_image_sized")
    mean = (reader.real(), reader.real(), reader.real())
    height, width = reader.size(), reader.size()
    if height != width:
        raise reader.wrong("a square input", f"{height} by {width}")
    layers = _layers(reader, kinds)
    reader.expect_end()
    return Network(mean, height, layers)


def _kinds(reader: DlibReader) -> list[int]:
    """The version numbers, innermost first: 3 the innermost layer, 2 a layer, 1 a tag or skip."""
    kinds: list[int] = []
    while not kinds or kinds[-1] != _INNERMOST:
        kind = reader.integer()
        if kind not in (_ADD_LAYER, _TAG_OR_SKIP, _INNERMOST) or len(kinds) >= _MOST_LAYERS:
            raise reader.wrong("the version of a layer: 1, 2 or 3", str(kind))
        kinds.append(kind)
    return kinds[::-1]


def _layers(reader: DlibReader, kinds: list[int]) -> tuple[Layer, ...]:
    """All layers, with the numbers of tags worked out: the file doesn't carry them.

    A lone mark is tag 1; two in a row are tag 2, then a skip to tag 1; what is added next is tag 2 if it
    has been set and not yet used. That is the only nesting in the network this reads.
    """
    layers: list[Layer] = []
    pending = 1
    for place, kind in enumerate(kinds):
        if kind == _TAG_OR_SKIP:
            second = place > 0 and kinds[place - 1] == _TAG_OR_SKIP
            first_of_two = place + 1 < len(kinds) and kinds[place + 1] == _TAG_OR_SKIP
            pending = 2 if first_of_two or second else 1
            layers.append(Skip(1) if second else Tag(pending))
            continue
        layer = _layer(reader, pending)
        _trailer(reader)
        if kind == _INNERMOST:
            reader.expect(1, "pictures a sample")
        layers.append(layer)
    return tuple(layers)


def _layer(reader: DlibReader, pending: int) -> Layer:
    name = reader.text()
    if name == "add_prev_":
        return AddPrevious(pending)
    if name not in _READERS:
        raise reader.wrong(f"a layer among {', '.join(sorted(_READERS))}", repr(name))
    return _READERS[name](reader)


def _convolution(reader: DlibReader) -> Layer:
    parameters = reader.tensor()
    filters, rows, columns, stride_y, stride_x, padding_y, padding_x = (reader.size() for _ in range(7))
    shape, bias_shape = reader.shape(1, "the filters' shape"), reader.shape(1, "the bias' shape")
    _multipliers(reader)
    split = math.prod(shape)
    if shape[0] != filters or shape[2:] != (rows, columns) or parameters.size != split + filters:
        raise reader.wrong(f"{split} + {filters} parameters of shape {shape}", f"{parameters.size}")
    if math.prod(bias_shape) != filters or not (stride_y and stride_x):
        raise reader.wrong(f"{filters} biases and strides of 1 or more", f"{bias_shape}")
    return Convolution(
        parameters[:split].reshape(shape), parameters[split:], (stride_y, stride_x), (padding_y, padding_x)
    )


def _affine(reader: DlibReader) -> Layer:
    parameters = reader.tensor()
    gamma, beta = reader.shape(1, "gamma's shape"), reader.shape(1, "beta's shape")
    reader.expect(0, "mode of an affine layer (0: by channel)")
    channels = gamma[1]
    if gamma != (1, channels, 1, 1) or beta != gamma or parameters.size != 2 * channels:
        raise reader.wrong("gamma and beta for each channel", f"{gamma}, {beta}, {parameters.size} values")
    return AffineLayer(parameters[:channels], parameters[channels:])


def _pooling(kind: str) -> Callable[[DlibReader], Layer]:
    def read(reader: DlibReader) -> Layer:
        rows, columns, stride_y, stride_x, padding_y, padding_x = (reader.size() for _ in range(6))
        if padding_y or padding_x:
            raise reader.wrong("pooling without padding", f"{padding_y}, {padding_x}")
        return Pooling(kind, (rows, columns), (stride_y, stride_x))

    return read


def _fully_connected(reader: DlibReader) -> Layer:
    outputs, inputs = reader.size(), reader.size()
    parameters = reader.tensor()
    shape = reader.shape(1, "the weights' shape")
    reader.shape(1, "the bias' shape")
    reader.expect(1, "mode of the last layer (1: no bias)")
    _multipliers(reader)
    if shape != (inputs, outputs, 1, 1) or parameters.size != inputs * outputs:
        raise reader.wrong(f"weights of shape ({inputs}, {outputs})", f"{shape}, {parameters.size} values")
    return FullyConnected(parameters.reshape(inputs, outputs))


_READERS: dict[str, Callable[[DlibReader], Layer]] = {
    "con_4": _convolution,
    "affine_": _affine,
    "relu_": lambda _reader: Rectifier(),
    "max_pool_2": _pooling("max"),
    "avg_pool_2": _pooling("mean"),
    "fc_2": _fully_connected,
}


def _multipliers(reader: DlibReader) -> None:
    """Learning rates and weight decays: of no use after training."""
    _ = [reader.real() for _ in range(4)]


def _trailer(reader: DlibReader) -> None:
    """Three flags and three tensors of the training state that stand after each layer."""
    _ = [reader.flag() for _ in range(3)], [reader.tensor() for _ in range(3)]
