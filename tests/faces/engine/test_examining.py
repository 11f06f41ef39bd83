"""Models as people export them, right and wrong: each is found out before a photograph is looked at."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fairlineup.faces.engine import (
    ChipForm,
    DigestMismatch,
    Engine,
    EnginePool,
    ModelDescription,
    ModelFileError,
    ModelUnfit,
    engine_with,
    named_engine,
    prepared_model,
)
from fairlineup.faces.engine.examining import examined
from fairlineup.faces.engine.recognition import Recogniser
from fairlineup.faces.engine.trial import SAME, made_up_faces, moved, try_model
from fairlineup.records import ModelInformation, Outcome, Photograph

LENGTH, SIZE = 6, 32
CHIP = ChipForm(SIZE, 0.25, "NCHW", "RGB", "float32", (127.5,) * 3, (127.5,) * 3)
Linear = Callable[..., Path]

DARK = [  # NaN where the mean of the picture is below a limit
    ("ReduceMean", ["f"], ["mean"], {"axes": [1], "keepdims": 1}),
    ("Sub", ["mean", "limit"], ["over"]),
    ("Sqrt", ["over"], ["root"]),
    ("Div", ["root", "root"], ["one"]),
    ("Mul", ["y0", "one"], ["y"]),
]
BATCH_MEAN = [
    ("ReduceMean", ["y0"], ["mean"], {"axes": [0], "keepdims": 1}),
    ("Mul", ["mean", "share"], ["part"]),
    ("Sub", ["y0", "part"], ["y"]),
]
NOISE = [
    ("RandomNormalLike", ["y0"], ["noise"], {"scale": 0.05}),
    ("Add", ["y0", "noise"], ["y"]),
]
DROPOUT = [
    ("Dropout", ["y0", "half", "training"], ["y"], {"seed": 7})
]  # a seed, so that masks differ each time


def described(path: Path, chip: ChipForm = CHIP, metric: str = "cosine", **said: Any) -> ModelDescription:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    length = said.pop("length", LENGTH)
    information = ModelInformation("made up", f"sha256:{digest}", "a test", "CC0 1.0", length, metric)
    return ModelDescription(information, path, "onnx", chip, **said)


def number(value: float) -> np.ndarray[Any, Any]:
    return np.array([value], np.float32)


# --- what can be used ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "chip"),
    [
        ({}, {}),
        ({"shape": (1, 3, 32, 32)}, {}),
        ({"shape": (4, 3, 32, 32)}, {}),
        ({"shape": (-1, 3, 32, 32)}, {}),
        ({"shape": ("n", 3, "h", "w")}, {}),
        ({"shape": ("n", "c", "h", "w")}, {}),
        ({"shape": (3, 32, 32)}, {}),
        ({"shape": ("n", 32, 32, 3)}, {"layout": "NHWC"}),
        ({"shape": (32, 32, 3)}, {"layout": "NHWC"}),
        ({"kind": "FLOAT16"}, {}),
        ({"kind": "DOUBLE"}, {}),
        ({"kind": "UINT8"}, {"numbers": "uint8", "mean": (0.0,) * 3, "scale": (1.0,) * 3}),
        ({"kind": "INT32"}, {"numbers": "uint8", "mean": (0.0,) * 3, "scale": (1.0,) * 3}),
        ({"shape": ("n", 1, 32, 32)}, {"colour": "GREY"}),
        ({"shape": ("n", 3, 224, 224)}, {"size_px": 224}),
        ({"tail": [("Cast", ["y0"], ["y"], {"to": 10})], "outputs": [("y", "FLOAT16", None)]}, {}),
        ({"tail": [("Cast", ["y0"], ["y"], {"to": 11})], "outputs": [("y", "DOUBLE", None)]}, {}),
        ({"tail": [("Unsqueeze", ["y0", "ends"], ["y"])], "constants": {"ends": np.array([2, 3])}}, {}),
        ({"shape": (1, 3, 32, 32), "tail": [("Squeeze", ["y0", "first"], ["y"])]}, {}),
        (
            {
                "tail": [("Identity", ["y0"], ["y"]), ("ReduceMean", ["y0"], ["z"], {"axes": [1]})],
                "outputs": [("z", "FLOAT", None), ("y", "FLOAT", None)],
            },
            {},
        ),
        # a free first axis, and a shape further on that holds one face only: exporters often leave that
        (
            {"tail": [("Reshape", ["y0", "one"], ["y"])], "constants": {"one": np.array([1, LENGTH])}},
            {},
        ),
    ],
)
def test_models_of_many_forms_run_and_answer_alike(
    linear: Linear, tmp_path: Path, model: dict[str, Any], chip: dict[str, Any]
) -> None:
    path = linear(tmp_path / "m.onnx", **model)
    description = described(path, replace(CHIP, **chip))
    trial = examined(description, path)
    assert trial is not None
    assert (trial.without, trial.moved, trial.notes) == (0, 0.0, ())
    faces = made_up_faces(description.chip.size_px)
    templates = Recogniser(description, path).templates(faces)
    assert templates.dtype == np.float32
    assert np.isfinite(templates).all()
    backwards = Recogniser(description, path).templates(faces[::-1])
    assert np.array_equal(templates, backwards[::-1])
    if chip.get("colour") != "GREY" and description.chip.size_px == SIZE:
        plain = linear(tmp_path / "plain.onnx")
        expected = Recogniser(described(plain), plain).templates(faces)
        if chip.get("numbers") != "uint8":
            assert templates == pytest.approx(expected, abs=0.02)  # half precision


def test_grey_is_the_light_that_pillow_sees(linear: Linear, tmp_path: Path) -> None:
    from PIL import Image

    from fairlineup.faces.engine.recognition import prepared_chips

    (chip,) = made_up_faces(SIZE, 1)
    grey = prepared_chips(chip[None], ChipForm(SIZE, colour="GREY", layout="NCHW"))
    expected = np.asarray(Image.fromarray(chip).convert("L")).astype(int)
    assert grey.shape == (1, 1, SIZE, SIZE)
    assert np.abs(grey[0, 0].astype(int) - expected).max() <= 1


def test_further_inputs_take_the_values_of_the_description(linear: Linear, tmp_path: Path) -> None:
    tail = [("Where", ["phase_train", "worse", "y0"], ["y"])]
    path = linear(
        tmp_path / "m.onnx",
        tail=tail,
        inputs=[("phase_train", "BOOL", ())],
        constants={"worse": np.zeros((1, LENGTH), np.float32)},
    )
    with pytest.raises(ModelFileError, match=r"2 inputs: x .*phase_train tensor\(bool\).*under \[fixed\]"):
        examined(described(path), path)
    assert examined(described(path, fixed=(("phase_train", False),)), path) is not None
    with pytest.raises(ModelUnfit, match="nothing but zeros"):
        examined(described(path, fixed=(("phase_train", True),)), path)
    whole = linear(tmp_path / "w.onnx", inputs=[("t", "UINT8", (1,))])
    for value in (-5, 1e30, float("nan"), 0.5):
        with pytest.raises(ModelFileError, match=r"a value of tensor\(uint8\) for t under \[fixed\]"):
            examined(described(whole, fixed=(("t", value),)), whole)
    with pytest.raises(ModelFileError, match=r"inputs named as under \[fixed\]: phase"):
        examined(described(path, fixed=(("phase", True),)), path)


def test_of_several_outputs_that_could_be_meant_the_description_names_one(
    linear: Linear, tmp_path: Path
) -> None:
    tail = [("Identity", ["y0"], ["y"]), ("Neg", ["y0"], ["z"])]
    path = linear(tmp_path / "m.onnx", tail=tail, outputs=[("y", "FLOAT", None), ("z", "FLOAT", None)])
    with pytest.raises(ModelFileError, match=r'several: y \[1, 6\], z \[1, 6\]; .*output = "y"'):
        examined(described(path), path)
    (chip,) = made_up_faces(SIZE, 1)
    y, z = (Recogniser(described(path, output=name), path).template(chip) for name in ("y", "z"))
    assert np.array_equal(y, -z)
    with pytest.raises(ModelFileError, match="an output w, got y"):
        examined(described(path, output="w"), path)


# --- what depends on the other faces ---------------------------------------------------------------


def test_a_model_that_takes_part_of_the_batchs_mean_off_is_run_one_by_one_and_says_so(
    linear: Linear, tmp_path: Path
) -> None:
    path = linear(tmp_path / "m.onnx", tail=BATCH_MEAN, constants={"share": number(0.5)})
    trial = examined(described(path), path)
    assert trial is not None
    assert trial.moved > 0.01
    assert "depends on the other faces in the same batch" in trial.notes[0]
    faces = made_up_faces(SIZE)
    recogniser = Recogniser(described(path), path)
    alone = recogniser.templates(faces)
    for order in (slice(None, None, -1), slice(3, 5), slice(0, 1)):
        assert np.array_equal(recogniser.templates(faces[order]), alone[order])
    batch = recogniser.together(faces)
    assert batch is not None
    assert max(moved(a, b) for a, b in zip(alone, batch, strict=True)) == pytest.approx(trial.moved, rel=0.5)


def test_numbers_of_fewer_bits_that_depend_on_the_batch_are_told(linear: Linear, tmp_path: Path) -> None:
    tail = [
        ("DynamicQuantizeLinear", ["y0"], ["q", "step", "zero"]),
        ("DequantizeLinear", ["q", "step", "zero"], ["y"]),
    ]
    path = linear(tmp_path / "m.onnx", tail=tail)
    trial = examined(described(path), path)
    assert trial is not None
    assert SAME < trial.moved < 0.05
    assert trial.notes


def test_a_model_that_takes_all_of_it_off_is_refused_with_the_reason(linear: Linear, tmp_path: Path) -> None:
    path = linear(tmp_path / "m.onnx", tail=BATCH_MEAN, constants={"share": number(1.0)})
    with pytest.raises(
        ModelUnfit, match=r"nothing but zeros for each of 8, put alone, .*batch normalization"
    ):
        examined(described(path), path)


def test_a_fixed_batch_of_four_is_filled_with_one_face(linear: Linear, tmp_path: Path) -> None:
    said = {"tail": BATCH_MEAN, "constants": {"share": number(0.5)}}
    free, four = (
        linear(tmp_path / "m.onnx", **said),
        linear(tmp_path / "4.onnx", shape=(4, 3, 32, 32), **said),
    )
    faces = made_up_faces(SIZE)
    assert Recogniser(described(four), four).templates(faces) == pytest.approx(
        Recogniser(described(free), free).templates(faces), abs=1e-5
    )


# --- what can't be used ----------------------------------------------------------------------------


TRAINING = [
    ("BatchNormalization", ["y0", "ones", "ones", "none", "ones"], ["y", "m", "v"], {"training_mode": 1})
]


@pytest.mark.parametrize(
    "tail", [NOISE, DROPOUT, TRAINING], ids=["noise", "dropout", "batch normalization that goes on learning"]
)
def test_a_model_that_answers_otherwise_each_time_is_refused(
    linear: Linear, tmp_path: Path, tail: list[Any]
) -> None:
    ones = np.ones(LENGTH, np.float32)
    constants = {
        "half": np.array(0.5, np.float32),
        "training": np.array(True),
        "ones": ones,
        "none": 0 * ones,
    }
    path = linear(tmp_path / "m.onnx", tail=tail, constants=constants)
    with pytest.raises(
        ModelUnfit, match=r"the same template of the same face each time, got .*training mode"
    ):
        examined(described(path), path)


@pytest.mark.parametrize(
    ("tail", "constants", "said"),
    [
        ([("Mul", ["y0", "a"], ["y"])], {"a": number(0)}, "nothing but zeros for each of 8"),
        ([("Div", ["y0", "a"], ["y"])], {"a": number(0)}, "NaN or infinity for each of 8"),
        ([("Mul", ["y0", "a"], ["y"])], {"a": number(1e30)}, "NaN or infinity|a template .* long"),
        (
            [("Mul", ["y0", "a"], ["z"]), ("Add", ["z", "b"], ["y"])],
            {"a": number(0), "b": np.arange(LENGTH, dtype=np.float32)},
            "one and the same template of 8 different faces",
        ),
        (
            [("Mul", ["y0", "a"], ["z"]), ("Add", ["z", "b"], ["y"])],
            {"a": number(1e-7), "b": number(1)},
            "one and",
        ),
    ],
    ids=["zeros", "infinite", "too long", "constant", "nearly constant"],
)
@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
def test_a_model_that_tells_nobody_apart_is_refused(
    linear: Linear, tmp_path: Path, tail: list[Any], constants: dict[str, Any], said: str, metric: str
) -> None:
    path = linear(tmp_path / "m.onnx", tail=tail, constants=constants)
    with pytest.raises(ModelUnfit, match=said):
        examined(described(path, metric=metric), path)


def test_distances_that_rounding_would_swallow_are_refused(linear: Linear, tmp_path: Path) -> None:
    path = linear(tmp_path / "m.onnx", tail=[("Mul", ["y0", "a"], ["y"])], constants={"a": number(1e-4)})
    with pytest.raises(
        ModelUnfit, match=r'reach 0\.001 .* since they are rounded to 1e-5.*metric = "cosine"'
    ):
        examined(described(path, metric="euclidean"), path)
    assert examined(described(path), path) is not None


@pytest.mark.parametrize(
    ("model", "chip", "said"),
    [
        ({"shape": ("n", 32, 32, 3)}, {}, r'\[n, 3, 32, 32\], got \[n, 32, 32, 3\]; set layout = "NHWC"'),
        ({}, {"layout": "NHWC"}, 'set layout = "NCHW"'),
        ({"shape": ("n", 3, 160, 160)}, {}, "set size_px = 160"),
        ({"shape": ("n", 160, 160, 3)}, {}, 'set layout = "NHWC", size_px = 160'),
        ({"shape": ("n", 1, 32, 32)}, {}, 'set colour = "GREY"'),
        ({}, {"colour": "GREY"}, 'set colour = "RGB" or "BGR"'),
        ({"shape": ("n", 3, 32, 24)}, {}, "faces aren't square"),
        ({"shape": ("n", 4, 32, 32)}, {}, r"got \[n, 4, 32, 32\]"),
        ({"shape": (2, 2, 3, 32, 32)}, {}, "an input of shape"),
        ({"kind": "UINT8"}, {}, r'an input of float32, got tensor\(uint8\); set numbers = "uint8"'),
        ({}, {"numbers": "uint8", "mean": (0.0,) * 3, "scale": (1.0,) * 3}, 'set numbers = "float32"'),
        ({"kind": "INT8"}, {"numbers": "uint8", "mean": (0.0,) * 3, "scale": (1.0,) * 3}, r"tensor\(int8\)"),
        ({"length": 5}, {}, "templates of 6 numbers, got 5 numbers"),
        (
            {"tail": [("Cast", ["y0"], ["y"], {"to": 8})], "outputs": [("y", "STRING", None)]},
            {},
            "templates of 6 numbers",
        ),
        ({"shape": ("n", 3, "h", "w")}, {"size_px": 48}, "a model that runs on such a chip"),
        ({"external": True}, {}, r"weights in beside\.data beside it; export or save the model as one file"),
    ],
)
def test_a_file_that_takes_something_else_says_which_line_to_change(
    linear: Linear, tmp_path: Path, model: dict[str, Any], chip: dict[str, Any], said: str
) -> None:
    five = len(model.get("shape", ())) == 5
    path = _five_axes(tmp_path / "m.onnx") if five else linear(tmp_path / "m.onnx", **model)
    with pytest.raises(ModelFileError, match=said):
        examined(described(path, replace(CHIP, **chip)), path)


def test_weights_beside_the_file_are_found_in_a_function_too(linear: Linear, tmp_path: Path) -> None:
    import onnx
    from onnx import helper, numpy_helper

    path = linear(tmp_path / "m.onnx")
    model = onnx.load(str(path))
    weights = numpy_helper.from_array(np.ones((2, 2), np.float32), "w")
    node = helper.make_node("Constant", [], ["w"], value=weights)
    model.functions.append(helper.make_function("ours", "F", [], ["w"], [node], [model.opset_import[0]]))
    hidden = model.functions[0].node[0].attribute[0].t
    hidden.ClearField("raw_data")
    hidden.data_location = onnx.TensorProto.EXTERNAL
    hidden.external_data.add(key="location", value="beside.data")
    path.write_bytes(model.SerializeToString())
    with pytest.raises(ModelFileError, match=r"weights in beside\.data beside it"):
        examined(described(path, CHIP), path)


def test_the_bytes_that_are_run_are_those_of_the_digest(linear: Linear, tmp_path: Path) -> None:
    path = linear(tmp_path / "m.onnx")
    description = described(path, CHIP)
    prepared = prepared_model(description)
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    with pytest.raises(DigestMismatch):
        Recogniser(description, prepared)


def _five_axes(path: Path) -> Path:
    from onnx import TensorProto, helper

    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [2, 2, 3, 32, 32]) for name in "xy"]
    graph = helper.make_graph([helper.make_node("Relu", ["x"], ["y"])], "five", [ends[0]], [ends[1]])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    path.write_bytes(model.SerializeToString())
    return path


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"version https://git-lfs.github.com/spec/v1\noid sha256:ab\nsize 9\n",
        b"<!DOCTYPE html>",
        b"\x08\x08",
    ],
)
def test_a_file_that_is_no_model_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "m.onnx"
    path.write_bytes(content)
    with pytest.raises(ModelFileError, match="an ONNX model that onnxruntime opens"):
        examined(described(path), path)


@pytest.mark.parametrize("name", ["", "x" * 300, "m.onnx/m.onnx", "nul\0"])
def test_a_path_that_leads_nowhere_is_named(tmp_path: Path, linear: Linear, name: str) -> None:
    path = linear(tmp_path / "m.onnx")
    with pytest.raises(ModelFileError, match="expected a file"):
        prepared_model(replace(described(path), weights=tmp_path / name))


# --- one face of many ------------------------------------------------------------------------------


def test_a_face_without_a_template_is_that_photographs_failure(
    linear: Linear, tmp_path: Path, draw: Any, png: Any
) -> None:
    path = linear(tmp_path / "m.onnx", tail=DARK, constants={"limit": number(-0.6)})
    photos = [
        Photograph(str(light), png((draw([(167, 190, 160)]) * light).astype(np.uint8)))
        for light in (1.0, 0.9, 0.25, 0.8)
    ]
    trial = examined(described(path), path)
    assert trial is not None
    assert 0 < trial.without < trial.put
    assert "no usable template for" in trial.notes[0]
    engine = Engine(engine_with(described(path)), prepared=path)
    outcomes = [engine.analyse(photo) for photo in photos]
    assert [one.outcome for one in outcomes] == [Outcome.OK, Outcome.OK, Outcome.ERROR, Outcome.OK]
    assert outcomes[2].detail == "the model made up gave NaN or infinity"
    assert (len(outcomes[2].faces), outcomes[2].templates) == (1, ())
    with EnginePool(engine_with(described(path)), workers=2) as pool:
        assert [one.outcome for one in pool.analyse_many(photos)] == [one.outcome for one in outcomes]


def test_a_face_on_which_the_model_fails_is_that_photographs_failure(
    linear: Linear, tmp_path: Path, draw: Any, png: Any
) -> None:
    tail = [  # looks up a place that isn't there when the picture is dark
        ("ReduceMean", ["f"], ["mean"], {"axes": [1], "keepdims": 0}),
        ("Less", ["mean", "limit"], ["below"]),
        ("Cast", ["below"], ["whole"], {"to": 7}),
        ("Mul", ["whole", "far"], ["place"]),
        ("Gather", ["table", "place"], ["found"]),
        ("Add", ["y0", "found"], ["y"]),
    ]
    constants = {
        "limit": number(-0.6),
        "far": np.array([99], np.int64),
        "table": np.zeros((2, 1), np.float32),
    }
    path = linear(tmp_path / "m.onnx", tail=tail, constants=constants)
    engine = Engine(engine_with(described(path)))
    dark = engine.analyse(Photograph("dark", png((draw([(167, 190, 160)]) * 0.25).astype(np.uint8))))
    assert dark.outcome is Outcome.ERROR
    assert dark.detail.startswith("the model made up gave ")
    assert "Gather" in dark.detail
    assert engine.analyse(Photograph("light", png(draw([(167, 190, 160)])))).outcome is Outcome.OK


# --- the trial itself ------------------------------------------------------------------------------


def test_made_up_faces_are_the_same_each_time_and_all_different() -> None:
    first, again = made_up_faces(112), made_up_faces(112)
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert len({chip.tobytes() for chip in first}) == len(first) == 8
    lights = [float(chip.mean()) for chip in first]
    assert lights[0] < 25
    assert lights[-1] > 120
    assert {chip.shape for chip in first} == {(112, 112, 3)}


def test_dlibs_own_network_passes_the_trial_that_it_is_spared() -> None:
    description = named_engine("dlib").model
    path = prepared_model(description)
    assert examined(description, path) is None
    recogniser = Recogniser(description, path)
    faces = made_up_faces(150)
    trial = try_model("dlib", recogniser.template, faces, "euclidean", recogniser.together)
    assert (trial.without, trial.notes) == (0, ())
    assert trial.moved <= SAME
    assert 1.0 < trial.longest < 1.5


def test_a_function_of_ones_own_is_tried_in_the_same_way() -> None:
    calls: list[str] = []

    def embed(word: str) -> Any:
        calls.append(word)
        return np.array([len(word), word.count("a")], np.float32)

    assert try_model("mine", embed, ["a", "ab", "aab"], "euclidean").longest == pytest.approx(np.hypot(3, 2))
    assert calls == ["a", "ab", "aab", "aab", "ab", "a"]
    with pytest.raises(ModelUnfit, match="the model mine: expected different templates"):
        try_model("mine", embed, ["ab", "ba"], "cosine")
    draws = np.random.default_rng(1)
    with pytest.raises(ModelUnfit, match="the same template of the same face"):
        try_model("mine", lambda word: draws.random(4, np.float32), ["a", "b"], "cosine")
