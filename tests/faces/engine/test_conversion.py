from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from fairlineup.faces.engine import Engine, ModelDescription, ModelFileError
from fairlineup.faces.engine.conversion import dlib_to_onnx
from fairlineup.faces.engine.dlibfile import read_network
from fairlineup.faces.engine.installed import DLIB_RESNET, published
from fairlineup.faces.engine.network import AddPrevious, AffineLayer, Convolution, Network
from fairlineup.faces.engine.recognition import Recogniser

TOLERANCE = 1e-3


def outputs(model: bytes, chips: NDArray[np.uint8]) -> NDArray[np.float32]:
    import onnxruntime

    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    result: NDArray[np.float32] = session.run(None, {"chips": chips})[0]
    return result


def convolved(x: NDArray[np.float64], layer: Convolution, affine: AffineLayer) -> NDArray[np.float64]:
    pad, stride, size = layer.padding[0], layer.stride[0], layer.filters.shape[2]
    x = np.pad(x, ((0, 0), (pad, pad), (pad, pad)))
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(1, 2))[:, ::stride, ::stride]
    plain = np.einsum("cyxij,ocij->oyx", windows, layer.filters) + layer.bias[:, None, None]
    result: NDArray[np.float64] = plain * affine.gamma[:, None, None] + affine.beta[:, None, None]
    return result


def by_hand(network: Network, chip: NDArray[np.uint8]) -> NDArray[np.float64]:
    """The small network, written out: both operands of the sum are padded, in channels and at far ends."""
    layers: Any = network.layers
    x = (chip.astype(np.float64) - network.mean).transpose(2, 0, 1) / 256
    stem = np.maximum(convolved(x, layers[0], layers[1]), 0)
    block = np.maximum(convolved(stem, layers[4], layers[5]), 0)
    block = convolved(block, layers[7], layers[8])
    side = stem.shape[1] // 2
    pooled = stem[:, : 2 * side, : 2 * side].reshape(2, side, 2, side, 2).mean(axis=(2, 4))
    total = np.zeros((3, side, side))
    total[:2] += pooled
    total[:, : block.shape[1], : block.shape[2]] += block
    mean = np.maximum(total, 0).mean(axis=(1, 2))
    result: NDArray[np.float64] = mean @ layers[15].weights
    return result


def test_a_small_network_computes_what_dlib_defines(small_network: bytes) -> None:
    chips = np.random.default_rng(3).integers(0, 256, (3, 10, 10, 3), dtype=np.uint8)
    network = read_network(small_network)
    expected = np.stack([by_hand(network, chip) for chip in chips])
    assert outputs(dlib_to_onnx(small_network), chips) == pytest.approx(expected, abs=1e-5)


def test_a_network_with_a_sum_that_has_no_tag_is_refused(small_network: bytes) -> None:
    from fairlineup.faces.engine.conversion import _Graph

    network = read_network(small_network)
    broken = Network(network.mean, network.size_px, (network.layers[0], AddPrevious(1)))
    with pytest.raises(ModelFileError, match="tag 1"):
        _Graph(network.size_px).build(broken)


def dlib_templates(chips: list[NDArray[np.uint8]], model: ModelDescription) -> NDArray[np.float64]:
    import dlib

    network = dlib.face_recognition_model_v1(str(published(DLIB_RESNET)))
    return np.stack([np.array(network.compute_face_descriptor(chip)) for chip in chips])


def test_templates_equal_those_of_dlib_on_made_up_chips(
    dlib_model: ModelDescription, converted: Path
) -> None:
    random = np.random.default_rng(1)
    down, across = np.mgrid[0:150, 0:150]
    smooth = [
        np.stack(
            [127 + 120 * np.sin(across / (5 + 4 * n) + c) * np.cos(down / (9 + n)) for c in range(3)], -1
        )
        for n in range(4)
    ]
    chips = [chip.astype(np.uint8) for chip in smooth]
    chips += list(random.integers(0, 256, (4, 150, 150, 3), dtype=np.uint8))
    chips += [np.zeros((150, 150, 3), np.uint8), np.full((150, 150, 3), 255, np.uint8)]
    ours = Recogniser(dlib_model, converted).templates(chips)
    distances = np.linalg.norm(ours - dlib_templates(chips, dlib_model), axis=1)
    assert distances.max() < TOLERANCE


def test_templates_equal_those_of_dlib_on_faces(
    portraits: Path, engine: Engine, dlib_model: ModelDescription, converted: Path
) -> None:
    from fairlineup.faces.engine.alignment import chip
    from fairlineup.faces.engine.descriptions import ChipForm
    from fairlineup.faces.photos import decode

    chips = []
    for path in sorted(portraits.rglob("*.jpg"))[:24]:
        pixels = decode(path.read_bytes()).pixels
        chips += [chip(pixels, face.landmarks, ChipForm(), "dlib") for face in engine.faces(pixels)]
    assert len(chips) >= 20
    ours = Recogniser(dlib_model, converted).templates(chips)
    assert np.linalg.norm(ours - dlib_templates(chips, dlib_model), axis=1).max() < TOLERANCE
