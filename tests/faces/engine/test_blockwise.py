from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fairlineup.faces.engine import ModelFileError, named_engine, prepared_model
from fairlineup.faces.engine.blockwise import PREPARED, dequantised, plain_onnx
from fairlineup.faces.engine.installed import SFACE, YUNET, published
from fairlineup.faces.engine.preparation import prepared_detector
from fairlineup.faces.engine.session import opened
from fairlineup.faces.engine.store import sha256_of


def test_the_digests_that_are_known_are_those_of_what_is_made_here() -> None:
    """Or each start would prepare them anew: renew PREPARED if a newer onnx writes other bytes."""
    assert sha256_of(prepared_model(named_engine("sface").model)) == PREPARED[SFACE.sha256]
    assert sha256_of(prepared_detector(YUNET)) == PREPARED[YUNET.sha256]


def test_each_block_has_its_own_scale_and_zero() -> None:
    weights = np.array([[1, 2, 3, 4, 5]], dtype=np.int8)
    scales, zeros = np.array([[2.0, 10.0, 0.5]], np.float32), np.array([[0, 1, 5]], np.int8)
    assert dequantised(weights, scales, zeros, axis=1, block=2).tolist() == [[2, 4, 20, 30, 0]]


def network() -> tuple[bytes, bytes]:
    """A small network as OpenCV Zoo writes them, and the same with float32 weights as ONNX has it."""
    from onnx import TensorProto, helper, numpy_helper

    random = np.random.default_rng(8)
    whole = random.integers(-128, 128, (4, 27), dtype=np.int8)
    scales = random.uniform(0.001, 0.01, (4, 3)).astype(np.float32)
    zeros = random.integers(-20, 20, (4, 3), dtype=np.int8)
    floats = {
        "gamma": random.uniform(0.5, 2, 4),
        "beta": random.normal(size=4),
        "mean": random.normal(size=4),
        "variance": random.uniform(0.5, 2, 4),
        "slope": random.uniform(-0.5, 1.2, (4, 1, 1)),
    }
    constants = {name: value.astype(np.float32) for name, value in floats.items()}
    normal = ["gamma", "beta", "mean", "variance"]

    def built(before: list[Any], given: dict[str, Any], opset: int) -> bytes:
        nodes = [
            *before,
            helper.make_node("Conv", ["data", "w"], ["a"], kernel_shape=[3, 3], pads=[1] * 4),
            helper.make_node("BatchNormalization", ["a", *normal], ["b"], epsilon=1e-3),
            helper.make_node("PRelu", ["b", "slope"], ["c"]),
            helper.make_node("BatchNormalization", ["c", *normal], ["d"], epsilon=1e-3),
            helper.make_node("Dropout", ["d"], ["e"]),
            helper.make_node("Flatten", ["e"], ["out"]),
        ]
        graph = helper.make_graph(
            nodes,
            "small",
            [helper.make_tensor_value_info("data", TensorProto.FLOAT, [1, 3, 8, 8])],
            [helper.make_tensor_value_info("out", TensorProto.FLOAT, None)],
            [numpy_helper.from_array(value, name) for name, value in given.items()],
        )
        opsets = [helper.make_opsetid("", opset)]
        content: bytes = helper.make_model(graph, opset_imports=opsets, ir_version=8).SerializeToString()
        return content

    quantised = [
        helper.make_node("DequantizeLinear", ["q", "s", "z"], ["f"], axis=1, block_size=9),
        helper.make_node("Reshape", ["f", "shape"], ["w"]),
    ]
    shape = np.array([4, 3, 3, 3])
    given = {"q": whole, "s": scales, "z": zeros, "shape": shape}
    weights = dequantised(whole, scales, zeros, axis=1, block=9).reshape(shape)
    return built(quantised, constants | given, 21), built([], constants | {"w": weights}, 17)


def test_a_prepared_network_gives_what_the_published_one_means() -> None:
    published_form, plain_form = network()
    data = np.random.default_rng(1).normal(size=(1, 3, 8, 8)).astype(np.float32)
    made, meant = (
        opened(one).run(None, {"data": data})[0] for one in (plain_onnx(published_form), plain_form)
    )
    assert np.abs(made - meant).max() < 1e-5 * np.abs(meant).max()


def test_any_number_of_faces_may_be_put_to_a_prepared_network() -> None:
    session = opened(prepared_model(named_engine("sface").model).read_bytes())
    faces = np.random.default_rng(2).uniform(0, 255, (3, 3, 112, 112)).astype(np.float32)
    together = session.run(None, {"data": faces})[0]
    alone = session.run(None, {"data": faces[1:2]})[0]
    assert together.shape == (3, 128)
    assert np.abs(together[1] - alone[0]).max() < 1e-3


@pytest.mark.parametrize("content", [b"", b"no such file", published(YUNET).read_bytes()[:5000]])
def test_what_is_no_such_file_is_refused(content: bytes) -> None:
    with pytest.raises(ModelFileError, match="weights in blocks of int8"):
        plain_onnx(content)
