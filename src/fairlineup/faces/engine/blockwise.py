"""Makes OpenCV Zoo's files with block-wise int8 weights into plain float32 files that onnxruntime runs.

As published they need weights as inputs, and an operator that onnxruntime has not for such blocks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fairlineup.faces.engine.faults import ModelFileError
from fairlineup.faces.engine.installed import SFACE, YUNET

PREPARER_VERSION = 1
"""Raised whenever the file that comes out changes: it is part of the cache's key."""

PREPARED = {
    SFACE.sha256: "39e4299867a25517176ab75771b8b35527c70466de249246cd0a5ab012fe2f7a",
    YUNET.sha256: "d7f373e79c6238795b1d30a3b71e96dbe6b3c610676b125eac0f12c4c86cf678",
}
"""By the SHA-256 of a published file, that of what comes out: a copy in the cache is believed by it alone."""

_OPSET, _IR_VERSION = 17, 8
_ONE_OUTPUT = {"Conv", "Gemm"}

Array = NDArray[Any]


def plain_onnx(content: bytes) -> bytes:
    """The same network with float32 weights, batch normalization folded, and its PReLUs in plain steps.

    Outputs move by at most 3e-6 of what the published file gives where it runs. The number of pictures is
    free; height and width as well where nothing in the network fixes them.

    Args:
        content: the .onnx file as published.
    Raises: ModelFileError: it isn't such a file.
    """
    import onnx

    try:
        return _Plain(onnx.load_model_from_string(content).graph).build()
    except ImportError:
        raise
    except Exception as error:
        raise ModelFileError(
            "the model's file",
            expected="an ONNX network with weights in blocks of int8, as OpenCV Zoo publishes them",
            got=f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else 'no such file'}",
            remedy='describe it by form = "onnx" where onnxruntime runs it as it is',
        ) from error


class _Plain:
    """Goes through the nodes in their order; what depends on constants alone becomes one."""

    def __init__(self, graph: Any) -> None:
        from onnx import numpy_helper

        self._graph = graph
        self._constants: dict[str, Array] = {
            one.name: numpy_helper.to_array(one) for one in graph.initializer
        }
        self._takers = Counter(name for node in graph.node for name in node.input)
        self._same: dict[str, str] = {}
        self._makers: dict[str, Any] = {}
        self._nodes: list[Any] = []

    def build(self) -> bytes:
        """The whole model, serialised."""
        from onnx import TensorProto, helper, numpy_helper

        for node in self._graph.node:
            self._take(node)
        if not self._nodes:
            raise ValueError("no network")
        taken = {name for node in self._nodes for name in node.input}
        used = sorted(taken & self._constants.keys())
        inputs = [one for one in self._graph.input if one.name in taken - self._constants.keys()]
        graph = helper.make_graph(
            self._nodes,
            self._graph.name or "plain",
            [helper.make_tensor_value_info(one.name, TensorProto.FLOAT, self._freed(one)) for one in inputs],
            [helper.make_tensor_value_info(one.name, TensorProto.FLOAT, None) for one in self._graph.output],
            [numpy_helper.from_array(np.ascontiguousarray(self._constants[name]), name) for name in used],
        )
        model = helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=_IR_VERSION
        )
        content: bytes = model.SerializeToString(deterministic=True)
        return content

    def _freed(self, one: Any) -> list[str | int]:
        sides = [side.dim_value for side in one.type.tensor_type.shape.dim]
        fixed = any(node.op_type in ("Gemm", "Flatten", "MatMul") for node in self._nodes)
        return ["n", *sides[1:]] if fixed else ["n", sides[1], "height", "width"]

    def _take(self, node: Any) -> None:
        inputs = [self._same.get(name, name) for name in node.input]
        attributes = _attributes(node)
        if (value := self._constant(node.op_type, inputs, attributes)) is not None:
            self._constants[node.output[0]] = value
        elif node.op_type == "Dropout":
            self._same[node.output[0]] = inputs[0]
        elif node.op_type == "BatchNormalization":
            self._normalise(node.output[0], inputs, attributes)
        elif node.op_type == "PRelu":
            self._rectify(node.output[0], inputs)
        else:
            self._add(node.op_type, inputs, list(node.output), attributes)

    def _constant(self, kind: str, inputs: list[str], attributes: Mapping[str, Any]) -> Array | None:
        """What a node gives, where that is known; None where it depends on the picture."""
        if kind == "Constant":
            from onnx import numpy_helper

            stated: Array = numpy_helper.to_array(attributes["value"])
            return stated
        if not all(name in self._constants for name in inputs):
            return None
        values = [self._constants[name] for name in inputs]
        if kind == "DequantizeLinear":
            return dequantised(*values, axis=attributes["axis"], block=attributes["block_size"])
        if kind == "Reshape":
            shaped: Array = values[0].reshape(values[1])
            return shaped
        raise ValueError(f"{kind} of weights")

    def _normalise(self, output: str, inputs: list[str], attributes: Mapping[str, Any]) -> None:
        """Batch normalization: part of the convolution before it, or else one of its own."""
        gamma, beta, mean, variance = (self._constants[name].astype(np.float64) for name in inputs[1:])
        gain = gamma / np.sqrt(variance + attributes["epsilon"])
        shift = beta - mean * gain
        maker = self._makers.get(inputs[0])
        if maker is None or maker.op_type not in _ONE_OUTPUT or self._takers[maker.output[0]] != 1:
            self._add("BatchNormalization", inputs, [output], attributes)
            return
        weight = self._constants[maker.input[1]].astype(np.float64)
        bias = self._constants[maker.input[2]].astype(np.float64) if len(maker.input) > 2 else 0.0
        along = gain.reshape(-1, *[1] * (weight.ndim - 1))
        names = (f"{output}.weight", f"{output}.bias")
        self._constants[names[0]] = (weight * along).astype(np.float32)
        self._constants[names[1]] = (bias * gain + shift).astype(np.float32)
        del maker.input[1:]
        maker.input.extend(names)
        maker.output[0] = output
        self._makers[output] = maker

    def _rectify(self, output: str, inputs: list[str]) -> None:
        """PReLU as a · x + (1 - a) · relu(x), which onnxruntime does in half the time."""
        slope = self._constants[inputs[1]]
        below, above = f"{output}.below", f"{output}.above"
        self._constants[below], self._constants[above] = slope, (1 - slope).astype(np.float32)
        self._add("Mul", [inputs[0], below], [f"{output}.1"], {})
        self._add("Relu", [inputs[0]], [f"{output}.2"], {})
        self._add("Mul", [f"{output}.2", above], [f"{output}.3"], {})
        self._add("Add", [f"{output}.1", f"{output}.3"], [output], {})

    def _add(self, kind: str, inputs: list[str], outputs: list[str], attributes: Mapping[str, Any]) -> None:
        from onnx import helper

        node = helper.make_node(kind, inputs, outputs, **attributes)
        self._nodes.append(node)
        self._makers.update(dict.fromkeys(outputs, node))


def dequantised(weights: Array, scales: Array, zeros: Array, *, axis: int, block: int) -> NDArray[np.float32]:
    """Weights in float32, each block along an axis with a scale and a zero of its own.

    Source: ONNX operator DequantizeLinear, opset 21, blocked.
    """
    length = weights.shape[axis]
    scale, zero = (np.repeat(one, block, axis).take(range(length), axis) for one in (scales, zeros))
    whole = weights.astype(np.int32) - zero.astype(np.int32)
    made: NDArray[np.float32] = whole.astype(np.float32) * scale
    return made


def _attributes(node: Any) -> dict[str, Any]:
    from onnx import helper

    return {one.name: helper.get_attribute_value(one) for one in node.attribute}
