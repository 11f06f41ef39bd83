from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fairlineup.faces.engine import ChipForm, Engine, ModelDescription, ModelFileError, engine_with
from fairlineup.faces.engine.recognition import Recogniser, prepared_chips
from fairlineup.records import ModelInformation

SIZE, LENGTH = 32, 6


def small_model(path: Path, shape: list[Any], *, numbers: str = "float32", inputs: int = 1) -> Path:
    """An ONNX model of one convolution and a mean over the plane."""
    from onnx import TensorProto, helper, numpy_helper

    kind = TensorProto.FLOAT if numbers == "float32" else TensorProto.UINT8
    weights = np.random.default_rng(2).normal(0, 1, (LENGTH, 3, 3, 3)).astype(np.float32)
    tip, nodes = "x", []
    if numbers != "float32":
        nodes += [helper.make_node("Cast", ["x"], ["f"], to=TensorProto.FLOAT)]
        tip = "f"
    if shape[3] == 3:
        nodes += [helper.make_node("Transpose", [tip], ["t"], perm=[0, 3, 1, 2])]
        tip = "t"
    nodes += [
        helper.make_node("Conv", [tip, "w"], ["c"], pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["c"], ["r"]),
        helper.make_node("GlobalAveragePool", ["r"], ["p"]),
        helper.make_node("Flatten", ["p"], ["y"]),
    ]
    values = [helper.make_tensor_value_info("x", kind, shape)]
    values += [helper.make_tensor_value_info(f"x{n}", kind, shape) for n in range(1, inputs)]
    output = [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", LENGTH])]
    graph = helper.make_graph(nodes, "small", values, output, [numpy_helper.from_array(weights, "w")])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    path.write_bytes(model.SerializeToString())
    return path


def described(path: Path, chip: ChipForm, length: int = LENGTH) -> ModelDescription:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    information = ModelInformation("small", f"sha256:{digest}", "a test", "CC0 1.0", length, "cosine")
    return ModelDescription(information, path, "onnx", chip)


NCHW = ChipForm(SIZE, 0.4, "NCHW", "BGR", "float32", (10.0, 20.0, 30.0), (64.0, 128.0, 256.0))


def test_chips_are_put_as_described() -> None:
    chips = np.arange(2 * 4 * 4 * 3, dtype=np.uint8).reshape(2, 4, 4, 3)
    put = prepared_chips(chips, NCHW)
    assert put.shape == (2, 3, 4, 4)
    assert put.dtype == np.float32
    assert put[1, 0, 2, 3] == np.float32((chips[1, 2, 3, 2] - 10.0) / 64)
    assert prepared_chips(chips, ChipForm()) is chips or np.array_equal(
        prepared_chips(chips, ChipForm()), chips
    )


def test_a_described_model_runs_and_its_layout_does_not_matter(tmp_path: Path) -> None:
    chips = list(np.random.default_rng(4).integers(0, 256, (20, SIZE, SIZE, 3), dtype=np.uint8))
    path = small_model(tmp_path / "a.onnx", ["n", 3, SIZE, SIZE])
    templates = Recogniser(described(path, NCHW), path).templates(chips)
    assert templates.shape == (20, LENGTH)
    other = small_model(tmp_path / "b.onnx", ["n", SIZE, SIZE, 3])
    nhwc = ChipForm(SIZE, 0.4, "NHWC", "BGR", "float32", NCHW.mean, NCHW.scale)
    assert Recogniser(described(other, nhwc), other).templates(chips) == pytest.approx(templates, abs=1e-5)


def test_a_model_for_one_picture_at_a_time_runs(tmp_path: Path) -> None:
    path = small_model(tmp_path / "a.onnx", [1, SIZE, SIZE, 3], numbers="uint8")
    recogniser = Recogniser(described(path, ChipForm(SIZE)), path)
    chip = np.random.default_rng(5).integers(0, 256, (SIZE, SIZE, 3), dtype=np.uint8)
    assert recogniser.templates([chip] * 3).shape == (3, LENGTH)
    assert recogniser.templates([]).shape == (0, LENGTH)


@pytest.mark.parametrize(
    ("shape", "numbers", "inputs", "length", "message"),
    [
        (["n", 3, 48, 48], "float32", 1, LENGTH, r"an input of shape \[n, 3, 32, 32\], got"),
        (["n", 32, 32, 3], "float32", 1, LENGTH, "an input of shape"),
        (["n", 3, 32, 32], "uint8", 1, LENGTH, r"an input of float32, got tensor\(uint8\)"),
        (["n", 3, 32, 32], "float32", 2, LENGTH, "one input, got 2 inputs"),
        (["n", 3, 32, 32], "float32", 1, 128, "templates of 128 numbers, got 6 numbers"),
    ],
)
def test_a_model_unlike_its_description_is_refused(
    tmp_path: Path, shape: list[Any], numbers: str, inputs: int, length: int, message: str
) -> None:
    path = small_model(tmp_path / "a.onnx", shape, numbers=numbers, inputs=inputs)
    with pytest.raises(ModelFileError, match=message):
        Recogniser(described(path, NCHW, length), path)


def test_a_model_that_does_not_run_is_refused(tmp_path: Path) -> None:
    path = small_model(tmp_path / "a.onnx", ["n", "c", "h", "w"])
    chip = ChipForm(SIZE, 0.4, "NHWC", "RGB", "float32")
    with pytest.raises(ModelFileError, match="a model that runs on such a chip"):
        Recogniser(described(path, chip), path)


def test_a_file_that_is_no_model_is_refused(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.onnx"
    path.write_bytes(b"not a model")
    with pytest.raises(ModelFileError, match="an ONNX model that onnxruntime opens"):
        Recogniser(described(path, NCHW), path)
    assert capfd.readouterr().err == ""


def test_nothing_is_reported_to_whoever_built_onnxruntime(tmp_path: Path) -> None:
    path = small_model(tmp_path / "a.onnx", ["n", 3, SIZE, SIZE])
    digest = f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"
    code = f"""
from pathlib import Path
from fairlineup.faces.engine import ModelDescription, ChipForm
from fairlineup.faces.engine.recognition import Recogniser
from fairlineup.records import ModelInformation
information = ModelInformation("small", {digest!r}, "a test", "CC0 1.0", {LENGTH}, "cosine")
chip = ChipForm({SIZE}, 0.4, "NCHW", numbers="float32")
Recogniser(ModelDescription(information, Path({str(path)!r}), "onnx", chip), Path({str(path)!r}))
"""
    home = tmp_path / "home"
    home.mkdir()
    kept = {name: value for name, value in os.environ.items() if name not in OF_REPORTS}
    subprocess.run([sys.executable, "-c", code], env={**kept, "HOME": str(home)}, check=True)
    assert list(home.iterdir()) == []


OF_REPORTS = ("ORT_DISABLE_TELEMETRY", "XDG_CACHE_HOME", "XDG_DATA_HOME")


def test_an_engine_runs_on_a_described_model(tmp_path: Path, draw: Any) -> None:
    path = small_model(tmp_path / "a.onnx", ["n", 3, SIZE, SIZE])
    engine = Engine(engine_with(described(path, NCHW)))
    pixels = draw([(167, 190, 160)])
    (template,) = engine.templates(pixels, engine.faces(pixels))
    assert template.vector.shape == (LENGTH,)
    assert (template.model.metric, template.model.licence) == ("cosine", "CC0 1.0")
