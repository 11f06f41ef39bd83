from __future__ import annotations

from pathlib import Path

import pytest

from fairlineup.faces.engine import ChipForm, DescriptionError, described_engine

DIGEST = "ab" * 32
MODEL = f"""
[model]
name = "example"
path = "model.onnx"
sha256 = "{DIGEST}"
licence = "MIT"
template_length = 16
metric = "cosine"
"""
INPUT = """
[input]
size_px = 112
padding = 0.4
layout = "NCHW"
colour = "BGR"
numbers = "float32"
mean = [127.5, 127, 126.5]
scale = [128, 128, 128]
"""


def written(folder: Path, content: str) -> Path:
    path = folder / "model.toml"
    path.write_text(content)
    return path


def test_all_that_is_said_is_read(tmp_path: Path) -> None:
    description = described_engine(written(tmp_path, MODEL + INPUT)).model
    information = description.information
    assert (information.name, information.digest) == ("example", f"sha256:{DIGEST}")
    assert (information.licence, information.metric, information.template_length) == ("MIT", "cosine", 16)
    assert information.source == "model.onnx"
    assert description.weights == tmp_path / "model.onnx"
    assert description.chip == ChipForm(
        112, 0.4, "NCHW", "BGR", "float32", (127.5, 127.0, 126.5), (128.0, 128.0, 128.0)
    )


def test_the_input_may_be_left_out(tmp_path: Path) -> None:
    assert described_engine(written(tmp_path, MODEL)).model.chip == ChipForm()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('licence = "MIT"', "", "model.licence: expected text .* got nothing"),
        ('licence = "MIT"', 'licence = " "', "model.licence: expected text that is not blank"),
        ('licence = "MIT"', 'licence = "MIT"\nlicense = "MIT"', "did you mean 'licence'"),
        (DIGEST, "abc", "64 hexadecimal digits"),
        ('metric = "cosine"', 'metric = "manhattan"', "'euclidean' or 'cosine'"),
        (
            "template_length = 16",
            "template_length = true",
            "model.template_length",
        ),
        ('path = "model.onnx"', "", "either path or url, got neither"),
        ('path = "model.onnx"', 'path = "a"\nurl = "https://example.org/a"', "either path or url, got both"),
        ('path = "model.onnx"', 'url = "file:///etc/passwd"', "starts with https"),
        ("[model]", "[modle]", "did you mean 'model'"),
        ("[model]", "[extra]\n[model]", "got 'extra'"),
        ("[model]", "[model", "a TOML file"),
        ("[input]", "input = 3\n[else]", "a TOML file|text|known|table"),
        ("size_px = 112", "size_px = 8", "input.size_px: expected a whole number from 16 to 1,024"),
        ("padding = 0.4", "padding = -1", "input.padding: expected a number from 0 to 4"),
        ('layout = "NCHW"', 'layout = "CHWN"', "'NHWC' or 'NCHW'"),
        ("mean = [127.5, 127, 126.5]", "mean = [127.5]", "input.mean: expected a list of 3"),
        ("mean = [127.5, 127, 126.5]", 'mean = ["a", 1, 2]', "input.mean"),
        ("scale = [128, 128, 128]", "scale = [128, 0, 128]", r"input.scale\[1\]: expected a number above 0"),
        ("size_px = 112", "size = 112", "did you mean 'size_px'"),
        ('numbers = "float32"', 'numbers = "uint8"', "float32.* where there is a mean or a scale"),
        (
            "size_px = 112",
            "size_px = 112\ncut_px = 120\ncrop = [0, 9]",
            "input.crop: expected a chip of size_px",
        ),
        ("size_px = 112", "size_px = 112\ntemplate = [[1, 2]]", "input.template: expected a list of 5"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, old: str, new: str, message: str) -> None:
    content = MODEL + INPUT
    assert old in content
    with pytest.raises(DescriptionError, match=message):
        described_engine(written(tmp_path, content.replace(old, new)))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (MODEL.replace('path = "model.onnx"', 'url = "http://[::1"'), "model.url: expected an address"),
        (
            MODEL + "[fixed]\nphase_train = 'no'\n",
            "fixed.phase_train",
        ),
        (
            MODEL + '[input]\nnumbers = "float32"\nmean = [1e400, 0, 0]\n',
            "input.mean",
        ),
        (
            MODEL + f'[input]\nnumbers = "float32"\nmean = [{10**400}, 0, 0]\n',
            "input.mean",
        ),
        (
            MODEL + '[input]\nnumbers = "float32"\nscale = [nan, 1, 1]\n',
            "input.scale",
        ),
        (MODEL + '[input]\ncolour = "GREY"\nnumbers = "float32"\nmean = [1, 2, 3]\n', "three equal numbers"),
    ],
)
def test_more_that_can_not_be_meant(tmp_path: Path, content: str, message: str) -> None:
    with pytest.raises(DescriptionError, match=message):
        described_engine(written(tmp_path, content))


def test_a_switch_an_output_and_a_mark_of_byte_order(tmp_path: Path) -> None:
    path = tmp_path / "model.toml"
    text = MODEL + 'output = "embedding"\n[fixed]\nphase_train = false\nkeep = 1.0\n'
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    description = described_engine(path).model
    assert description.output == "embedding"
    assert description.fixed == (("phase_train", False), ("keep", 1.0))


@pytest.mark.parametrize("name", ["", "none.toml", "x" * 300, "model.toml/x", "a\0b"])
def test_a_description_that_can_not_be_read_is_named(tmp_path: Path, name: str) -> None:
    written(tmp_path, MODEL)
    with pytest.raises(DescriptionError, match="cannot be read: expected a TOML file"):
        described_engine(tmp_path / name)


def test_a_description_nested_too_deeply_is_no_fault_of_ours(tmp_path: Path) -> None:
    path = tmp_path / "model.toml"
    path.write_text(f"model = {'[' * 20_000}{']' * 20_000}")
    with pytest.raises(DescriptionError, match="cannot be read: expected a TOML file"):
        described_engine(path)
