"""Rebuilds dlib's network as an ONNX graph that takes upright RGB chips of bytes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from fairlineup.faces.engine.dlibfile import read_network
from fairlineup.faces.engine.faults import ModelFileError
from fairlineup.faces.engine.installed import DLIB_RESNET
from fairlineup.faces.engine.network import (
    AddPrevious,
    AffineLayer,
    Convolution,
    FullyConnected,
    Network,
    Pooling,
    Rectifier,
    Skip,
    Tag,
)

CONVERTER_VERSION = 1
"""Raised whenever the graph that comes out changes: it is part of the cache's key."""

CONVERTED = {DLIB_RESNET.sha256: "04414327b0e77087320dc651fb7399cd2babd41157a6abf574616f62cbf5d1c4"}
"""By the SHA-256 of a published file, that of what comes out: a copy in the cache is believed by it alone."""

_OPSET, _IR_VERSION = 17, 8
_DIVISOR = 256.0  # dlib's input layer: (pixel - mean) / 256

Doubles = NDArray[np.float64]
Shape = tuple[int, int, int]


def dlib_to_onnx(content: bytes) -> bytes:
    """The ONNX form of a dlib face recognition file.

    Args:
        content: the .dat file as published.
    Returns: the model; input "chips" uint8 (n, 150, 150, 3), RGB; output "templates" float32 (n, 128).
    Raises: ModelFileError: the file isn't such a network.
    """
    network = read_network(content)
    return _Graph(network.size_px).build(network)


class _Graph:
    """Appends one ONNX node after another and knows the shape (channels, height, width) at the tip."""

    def __init__(self, size_px: int) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self.tip = "chips"
        self.shape: Shape = (3, size_px, size_px)
        self.tags: dict[int, tuple[str, Shape]] = {}

    def build(self, network: Network) -> bytes:
        """The whole model, serialised."""
        from onnx import TensorProto, helper

        size = network.size_px
        self.node("Cast", to=TensorProto.FLOAT)
        self.node("Transpose", perm=[0, 3, 1, 2])
        self.layers(network)
        outputs = self.shape[0]
        self.nodes[-1].output[0] = "templates"
        graph = helper.make_graph(
            self.nodes,
            "dlib_face_recognition",
            [helper.make_tensor_value_info("chips", TensorProto.UINT8, ["n", size, size, 3])],
            [helper.make_tensor_value_info("templates", TensorProto.FLOAT, ["n", outputs])],
            self.constants,
        )
        model = helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=_IR_VERSION
        )
        content: bytes = model.SerializeToString()
        return content

    def node(self, kind: str, *more: str, **attributes: object) -> None:
        """Appends a node that takes the tip, and makes its output the tip."""
        from onnx import helper

        name = f"v{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, [self.tip, *more], [name], **attributes))
        self.tip = name

    def constant(self, values: NDArray[Any]) -> str:
        """Keeps an array in the model and returns its name."""
        from onnx import numpy_helper

        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def layers(self, network: Network) -> None:
        """Appends all layers; a convolution and the affine layer after it become one node."""
        layers = network.layers
        place, mean = 0, np.asarray(network.mean, dtype=np.float64)
        while place < len(layers):
            layer = layers[place]
            if isinstance(layer, Convolution):
                follower = layers[place + 1] if place + 1 < len(layers) else None
                affine = follower if isinstance(follower, AffineLayer) else None
                self.convolution(layer, affine, mean if place == 0 else None)
                place += 1 if affine is None else 2
                continue
            self.plain(layer)
            place += 1

    def plain(self, layer: object) -> None:
        """Appends a layer that stands for itself. Raises: ModelFileError for one that can't."""
        match layer:
            case Rectifier():
                self.node("Relu")
            case Pooling():
                self.pooling(layer)
            case Tag(number):
                self.tags[number] = (self.tip, self.shape)
            case Skip(number):
                self.tip, self.shape = self.remembered(number)
            case AddPrevious(number):
                self.add(*self.remembered(number))
            case FullyConnected(weights):
                self.node("Flatten", axis=1)
                self.node("MatMul", self.constant(weights))
                self.shape = (weights.shape[1], 1, 1)
            case _:
                raise _unbuildable("an affine layer only after a convolution", type(layer).__name__)

    def remembered(self, number: int) -> tuple[str, Shape]:
        """The value under a tag. Raises: ModelFileError if none was set."""
        if number not in self.tags:
            raise _unbuildable(f"tag {number} before it is used", "no such tag")
        return self.tags[number]

    def convolution(self, layer: Convolution, affine: AffineLayer | None, mean: Doubles | None) -> None:
        """Appends a convolution with all that is linear around it folded in, in double precision."""
        filters, bias = _folded(layer, affine, mean)
        (pad_y, pad_x), (_, _, rows, columns) = layer.padding, filters.shape
        self.node(
            "Conv",
            self.constant(filters.astype(np.float32)),
            self.constant(bias.astype(np.float32)),
            kernel_shape=[rows, columns],
            strides=list(layer.stride),
            pads=[pad_y, pad_x, pad_y, pad_x],
        )
        height = (self.shape[1] + 2 * pad_y - rows) // layer.stride[0] + 1
        width = (self.shape[2] + 2 * pad_x - columns) // layer.stride[1] + 1
        self.shape = (filters.shape[0], height, width)

    def pooling(self, layer: Pooling) -> None:
        """Appends a pooling layer: no padding, floor sizes."""
        if layer.size == (0, 0):
            self.node("GlobalAveragePool")
            self.shape = (self.shape[0], 1, 1)
            return
        kind = "MaxPool" if layer.kind == "max" else "AveragePool"
        self.node(kind, kernel_shape=list(layer.size), strides=list(layer.stride))
        height = (self.shape[1] - layer.size[0]) // layer.stride[0] + 1
        width = (self.shape[2] - layer.size[1]) // layer.stride[1] + 1
        self.shape = (self.shape[0], height, width)

    def add(self, other: str, other_shape: Shape) -> None:
        """Adds a remembered value; each operand is padded with zeros to the larger extent of the two."""
        own, own_shape = self.tip, self.shape
        channels, height, width = (max(a, b) for a, b in zip(own_shape, other_shape, strict=True))
        shape = (channels, height, width)
        self.tip = other
        self.pad(other_shape, shape)
        padded, self.tip = self.tip, own
        self.pad(own_shape, shape)
        self.node("Add", padded)
        self.shape = shape

    def pad(self, shape: Shape, wanted: Shape) -> None:
        """Pads the tip at its far ends."""
        if shape == wanted:
            return
        missing = [want - have for want, have in zip(wanted, shape, strict=True)]
        self.node("Pad", self.constant(np.array([0, 0, 0, 0, 0, *missing], dtype=np.int64)))


def _folded(layer: Convolution, affine: AffineLayer | None, mean: Doubles | None) -> tuple[Doubles, Doubles]:
    """Filters and bias with the affine layer and, in the first layer, the input's mean folded in."""
    filters, bias = layer.filters.astype(np.float64), layer.bias.astype(np.float64)
    if affine is not None:
        gamma = affine.gamma.astype(np.float64)
        filters, bias = filters * gamma[:, None, None, None], bias * gamma + affine.beta
    if mean is not None:
        if layer.padding != (0, 0):
            raise _unbuildable("a first layer without padding", f"padding {layer.padding}")
        filters = filters / _DIVISOR
        bias = bias - np.einsum("oihw,i->o", filters, mean)
    return filters, bias


def _unbuildable(expected: str, got: str) -> ModelFileError:
    return ModelFileError(
        "the dlib network",
        expected=expected,
        got=got,
        remedy="only the published recogniser can be converted",
    )
