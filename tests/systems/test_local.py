from __future__ import annotations

import csv
import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from fairlineup.evidence.samples import SamplesRequest, write_samples
from fairlineup.faces.engine import default_model, prepared_model
from fairlineup.records import BadInput, Outcome, Photograph, SearchRequest
from fairlineup.systems import open_system
from fairlineup.systems.local import LocalOptions
from fairlineup.systems.stated import read_stated

from .contracts import outcomes, portraits_of, run_contract


def _stated(table: dict[str, Any]) -> LocalOptions:
    return read_stated(LocalOptions, "local", table)


def test_nothing_said_is_the_default() -> None:
    assert _stated({}) == LocalOptions()


def test_options_reach_the_engine() -> None:
    options = _stated({"workers": 1, "model": "some/model.toml", "rival_share": 0.9})
    assert (options.workers, options.model) == (1, Path("some/model.toml"))
    assert options.engine.selection.rival_share == 0.9
    assert _stated({"rival_share": 1}).engine.selection.rival_share == 1


@pytest.mark.parametrize(
    "table",
    [
        {"treshold": 1},
        {"workers": -1},
        {"workers": 1.5},
        {"workers": True},
        {"workers": "2"},
        {"model": 3},
        {"rival_share": "big"},
        {"rival_share": float("nan")},
        {"rival_share": float("inf")},
        {"rival_share": -0.5},
        {"first_side_px": 10},
        {"engine": {}},
    ],
)
def test_impossible_options_are_named(table: dict[str, Any]) -> None:
    (name,) = table
    with pytest.raises(BadInput, match=name) as caught:
        _stated(table)
    assert caught.value.code == ("option-unknown" if name in ("treshold", "engine") else "option-unusable")


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
        enrolled = list(system.enrol("g", photographs.references))
        assert all((one.quality is not None) is (one.outcome is Outcome.OK) for one in enrolled)
        answers = system.search("g", photographs.probes, SearchRequest(None, 2.0))
        scores.append([[(photo, round(score, 5)) for photo, score in a.candidates] for a in answers])
        system.close()
    assert scores[0] == scores[1]


def test_onnx_needs_a_model() -> None:
    with pytest.raises(BadInput, match="the option model of onnx"):
        open_system("onnx", {})
    with pytest.raises(BadInput, match="no credentials"):
        open_system("onnx", {"model": "x.toml", "api_key": "x"})


# --- onnx: models that people bring ----------------------------------------------------------------

BATCH_MEAN = [
    ("ReduceMean", ["y0"], ["mean"], {"axes": [0], "keepdims": 1}),
    ("Mul", ["mean", "share"], ["part"]),
    ("Sub", ["y0", "part"], ["y"]),
]
DARK = [  # NaN where the mean of the picture is below a limit
    ("ReduceMean", ["f"], ["mean"], {"axes": [1], "keepdims": 1}),
    ("Sub", ["mean", "limit"], ["over"]),
    ("Sqrt", ["over"], ["root"]),
    ("Div", ["root", "root"], ["one"]),
    ("Mul", ["y0", "one"], ["y"]),
]
LONGER = [("Mul", ["y0", "share"], ["y"])]
Linear = Callable[..., Path]


def brought(path: Path, metric: str = "cosine", length: int = 6) -> Path:
    """The description of an ONNX file as `linear` writes it."""
    description = path.with_suffix(".toml")
    description.write_text(
        f"""[model]
name = "brought"
path = "{path.name}"
sha256 = "{hashlib.sha256(path.read_bytes()).hexdigest()}"
licence = "MIT"
template_length = {length}
metric = "{metric}"
[input]
size_px = 32
layout = "NCHW"
numbers = "float32"
mean = [127.5, 127.5, 127.5]
scale = [127.5, 127.5, 127.5]
"""
    )
    return description


def number(value: float) -> Any:
    return np.array([value], np.float32)


@pytest.fixture(scope="module")
def sampled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of people who do not exist, among them two whose probe is dark."""
    folder = tmp_path_factory.mktemp("sampled")
    write_samples(folder, SamplesRequest(people=36, photos=2, probes=12), workers=1)
    with (folder / "people.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["role"] == "probe"][:2]
    for row in rows:
        with Image.open(folder / row["photo"]) as image:
            image.point(lambda value: value // 4).save(folder / row["photo"], quality=95)
    return folder


def test_answers_of_a_model_with_batch_normalization_do_not_depend_on_the_order(
    linear: Linear, tmp_path: Path, sampled: Path
) -> None:
    path = linear(tmp_path / "m.onnx", tail=BATCH_MEAN, constants={"share": number(0.5)})
    photos = [Photograph(path.name, path) for path in sorted(sampled.rglob("*.jpg"))[:40]]
    answers = []
    for order in (photos, photos[::-1], photos[7:] + photos[:7]):
        system = open_system("onnx", {"model": str(brought(path)), "workers": 1})
        assert "depends on the other faces in the same batch" in system.information().terms[0]
        list(system.enrol("g", order))
        answers.append(
            {answer.photo: sorted(answer.candidates) for answer in system.search("g", order, EVERYTHING)}
        )
        system.close()
    assert answers[0] == answers[1] == answers[2]
    assert any(answers[0].values())


EVERYTHING = SearchRequest(None, 2.0)


def test_long_templates_have_a_scale_that_holds_their_distances(linear: Linear, tmp_path: Path) -> None:
    path = linear(tmp_path / "m.onnx", tail=LONGER, constants={"share": number(40)})
    highs = {}
    for metric in ("euclidean", "cosine"):
        system = open_system("onnx", {"model": str(brought(path, metric)), "workers": 1})
        highs[metric] = system.information().scale.high
        system.close()
    assert highs == {"euclidean": 1000.0, "cosine": 2.0}


def plan_for(folder: Path, model: Path, into: Path) -> Path:
    path = into / "plan.toml"
    path.write_text(
        f"""title = "A model that somebody brought"
[dataset]
folder = "{folder}"
[settle]
unknown_column = "keep"
[system]
name = "onnx"
[system.options]
model = "{model}"
workers = 1
[[threshold]]
name = "default"
score = 0.1
"""
    )
    return path


def audited(plan: Path, out: Path) -> subprocess.CompletedProcess[str]:
    words = [
        sys.executable,
        "-m",
        "fairlineup",
        "audit",
        "run",
        str(plan),
        "--out",
        str(out),
        "-q",
        "--no-faces",
    ]
    return subprocess.run(words, capture_output=True, text=True, check=False)


def test_an_audit_goes_on_past_faces_without_a_template(
    linear: Linear, tmp_path: Path, sampled: Path
) -> None:
    path = linear(tmp_path / "m.onnx", tail=DARK, constants={"limit": number(-0.6)})
    done = audited(plan_for(sampled, brought(path), tmp_path), tmp_path / "run")
    assert done.returncode == 0, done.stderr
    results = json.loads((tmp_path / "run" / "results.json").read_text(encoding="utf-8"))
    assert results["processing"]["probe_outcomes"]["error"] == 2
    assert results["processing"]["probe_outcomes"]["ok"] >= 8
    told = {one["detail"] for one in results["not_processed"] if one["outcome"] == "error"}
    assert told == {"the model brought gave NaN or infinity"}
    assert "no usable template for" in results["system"]["terms"][0]


def test_an_audit_of_a_model_that_can_not_be_used_ends_before_anybody_is_enrolled(
    linear: Linear, tmp_path: Path, sampled: Path
) -> None:
    path = linear(tmp_path / "m.onnx", tail=BATCH_MEAN, constants={"share": number(1)})
    done = audited(plan_for(sampled, brought(path), tmp_path), tmp_path / "run")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "fairlineup: the model brought: expected a template" in done.stderr
    assert "batch normalization left in training mode" in done.stderr
    assert not (tmp_path / "run" / "enrolments.parquet").exists()
