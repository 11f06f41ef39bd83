from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from fairlineup.engine import default_model, prepared_model
from fairlineup.records import BadInput, SearchRequest
from fairlineup.systems import open_system
from fairlineup.systems.local import LocalOptions, local_options

from .contracts import outcomes, portraits_of, run_contract


def test_nothing_said_is_the_default() -> None:
    assert local_options({}) == LocalOptions()


def test_options_reach_the_engine() -> None:
    options = local_options({"workers": 1, "model": "some/model.toml", "rival_share": 0.9})
    assert (options.workers, options.model) == (1, Path("some/model.toml"))
    assert options.engine.selection.rival_share == 0.9
    assert local_options({"rival_share": 1}).engine.selection.rival_share == 1


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"treshold": 1}, "one of model, workers, "),
        ({"workers": -1}, "a whole number of 0 or more, got -1"),
        ({"workers": 1.5}, "a whole number of 0 or more, got 1.5"),
        ({"workers": True}, "got True"),
        ({"workers": "2"}, "got '2'"),
        ({"model": 3}, "the path of a model description, got 3"),
        ({"rival_share": "big"}, "a number of 0 or more, got 'big'"),
        ({"rival_share": float("nan")}, "got nan"),
        ({"rival_share": float("inf")}, "got inf"),
        ({"rival_share": -0.5}, "a number of 0 or more"),
    ],
)
def test_impossible_options_are_named(table: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput) as caught:
        local_options(table)
    assert f"the local system's option {next(iter(table))}" in str(caught.value)
    assert said in str(caught.value)
    assert str(caught.value).endswith("correct [system.options] in the plan")


def test_a_model_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"none\.toml cannot be read"):
        open_system("local", {"model": str(tmp_path / "none.toml")})


# --- onnx: a recogniser that is a file -------------------------------------------------------------


@pytest.fixture
def described(tmp_path: Path) -> Path:
    """dlib's network as an ONNX file, and its description."""
    weights = prepared_model(default_model())
    path = tmp_path / "model.toml"
    path.write_text(
        f"""[model]
name = "a file"
path = "{weights}"
sha256 = "{hashlib.sha256(weights.read_bytes()).hexdigest()}"
licence = "public domain"
template_length = 128
metric = "euclidean"
"""
    )
    return path


def test_onnx_keeps_the_contract_and_scores_like_the_same_model(described: Path, portraits: Path) -> None:
    options = {"model": str(described), "workers": 1}
    photographs = portraits_of(portraits)
    report = run_contract(lambda: open_system("onnx", options), photographs)
    assert outcomes(report)["nearest to itself"] == "passed"
    assert (report.information.name, report.information.models[0].name) == ("onnx", "a file")
    assert report.information.default_threshold is None
    scores = []
    for name, given in (("onnx", options), ("local", {"workers": 1})):
        system = open_system(name, given)
        list(system.enrol("g", photographs.references))
        answers = system.search("g", photographs.probes, SearchRequest(None, 2.0))
        scores.append([[(photo, round(score, 5)) for photo, score in a.candidates] for a in answers])
        system.close()
    assert scores[0] == scores[1]


def test_onnx_needs_a_model() -> None:
    with pytest.raises(BadInput, match="the system onnx needs a model: expected model, the path"):
        open_system("onnx", {})
    with pytest.raises(BadInput, match="one of model, workers"):
        open_system("onnx", {"model": "x.toml", "api_key": "x"})
