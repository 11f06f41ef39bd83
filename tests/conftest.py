"""What several rooms' tests share: photographs of faces, real ones where they are at all."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import settings

from fairlineup.faces.pictures import Copies
from fairlineup.records import SystemFailed

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # else each process started here compiles all
sys.dont_write_bytecode = False

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as a shell has it for what runs beside it
    signal.signal(signal.SIGINT, signal.default_int_handler)  # else what tests interrupt would not hear it

settings.register_profile("fairlineup", deadline=None, max_examples=30)  # a busy machine is no failure
settings.load_profile("fairlineup")

SWEEP = 6  # even steps of a sweep measured here, in which nothing differs from the forty of an audit

CONGRESS = Path(os.environ.get("FAIRLINEUP_CONGRESS", Path(__file__).parents[2] / "shared" / "congress"))


REAL = (CONGRESS / "people.csv").is_file()


WITH_DLIB = find_spec("dlib") is not None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip tests about certain real photographs, or of commands on the engine dlib, where there are none."""
    here = {"congress": REAL, "dlib": WITH_DLIB}
    why = {"congress": "no real photographs beside the project", "dlib": "the extra dlib is not installed"}
    for item in items:
        for mark, there in here.items():
            if item.get_closest_marker(mark) and not there:
                item.add_marker(pytest.mark.skip(reason=why[mark]))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup() -> Generator[None]:
    """Skip a test whose fixtures need the engine dlib where that extra is not installed."""
    return (yield from _without_dlib())


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Generator[None]:
    """Skip a test of the engine dlib where that extra is not installed; the tests' own environment has it."""
    return (yield from _without_dlib())


def _without_dlib() -> Generator[None]:
    try:
        return (yield)
    except SystemFailed as error:
        if error.facts.get("extra") == "dlib" and not WITH_DLIB:
            pytest.skip(str(error))
        raise


@pytest.fixture(scope="session", autouse=True)
def _short() -> Iterator[None]:
    """Sweeps of few steps, which take half of the time of an audit; and nothing here outlives a power cut."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("fairlineup.evidence.evaluation.sweep.STEPS", SWEEP)
        patched.setattr(os, "fsync", lambda _: None)
        yield


@pytest.fixture(scope="module")
def whole_sweep() -> Iterator[None]:
    """For tests that measure a run both here and in processes of their own."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("fairlineup.evidence.evaluation.sweep.STEPS", 40)
        yield


@pytest.fixture
def one_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spare a test the start of processes, where the engine is asked by commands in this one."""
    monkeypatch.setattr("fairlineup.faces.engine.pool.available_cores", lambda: 1)


def finish(folder: Path, plan: str, *people: int) -> Path:
    """A folder with cards of so many people searched and in the gallery, a plan, and its finished run."""
    from fairlineup.cli import main
    from fairlineup.systems import CardPopulation, write_population

    searched, gallery = people
    if not (folder / "cards").exists():
        write_population(folder / "cards", CardPopulation({"a": searched}, {"a": gallery}))
    (folder / "plan.toml").write_text(plan)
    with pytest.raises(SystemExit) as end:
        main(["audit", "run", str(folder / "plan.toml"), "--out", str(folder / "run"), "--quiet"])
    assert end.value.code == 0
    return folder


@pytest.fixture(scope="session")
def finishes() -> Callable[..., Path]:
    """Makes a run and finishes it."""
    return finish


@pytest.fixture
def no_copies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spare a test of many cards the search for the same picture twice."""
    monkeypatch.setattr("fairlineup.faces.pictures.find_same_pictures", lambda _, **__: Copies((), (), 0))


@pytest.fixture(scope="session", autouse=True)
def settings_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What the tests allow to be started is remembered nowhere else."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FAIRLINEUP_CONFIG", str(tmp_path_factory.mktemp("config")))
        yield


@pytest.fixture(scope="session")
def congress() -> Path:
    """Folder with people.csv, probes/ and gallery/: mark tests that use it with @pytest.mark.congress."""
    return CONGRESS


@pytest.fixture(scope="session")
def portraits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with people.csv: real portraits where there are any, people who do not exist elsewhere."""
    if REAL:
        return CONGRESS
    from fairlineup.evidence.samples import SamplesRequest, write_samples

    folder = tmp_path_factory.mktemp("samples")
    write_samples(folder, SamplesRequest(people=110, photos=2, probes=40), workers=1)
    return folder


def linear_model(path: Path, **said: Any) -> Path:
    """An ONNX file of one matrix product over the means of 8 by 8 pixels.

    Args:
        path: where it is written.
        said: `shape` and `kind` of the input x; `tail` of nodes from y0, or from the means f, to y; `outputs`
            and further `inputs` as (name, kind, shape); `constants` by name; `length` of a template;
            `external` to put the weights beside the file.
    """
    from onnx import TensorProto, helper, numpy_helper, save_model

    shape, length = said.get("shape", ("n", 3, 32, 32)), said.get("length", 6)
    nodes, (channels, rows, columns) = _means(shape)
    nodes += [("MatMul", ["f", "w"], ["y0"]), *said.get("tail", [("Identity", ["y0"], ["y"])])]
    weights = np.random.default_rng(3).normal(0, 0.2, (channels * (rows // 8) * (columns // 8), length))
    constants = {"w": weights.astype(np.float32), "first": np.array([0]), **said.get("constants", {})}
    ends = [
        [helper.make_tensor_value_info(name, getattr(TensorProto, kind), sides) for name, kind, sides in side]
        for side in (
            [("x", said.get("kind", "FLOAT"), shape), *said.get("inputs", [])],
            said.get("outputs", [("y", "FLOAT", None)]),
        )
    ]
    made = [helper.make_node(*node[:3], **(node[3] if len(node) > 3 else {})) for node in nodes]
    initial = [numpy_helper.from_array(value, name) for name, value in constants.items()]
    graph = helper.make_graph(made, "linear", *ends, initial)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    if said.get("external"):
        save_model(model, str(path), save_as_external_data=True, size_threshold=0, location="beside.data")
    else:
        path.write_bytes(model.SerializeToString())
    return path


def _means(shape: Sequence[Any]) -> tuple[list[Any], list[int]]:
    """Nodes from the input x to the means f, and channels, rows and columns."""
    nodes: list[Any] = [("Cast", ["x"], ["x0"], {"to": 1})]
    sides, tip = list(shape), "x0"
    if len(sides) == 3:
        nodes.append(("Unsqueeze", [tip, "first"], ["x1"]))
        sides, tip = [1, *sides], "x1"
    if sides[3] in (1, 3):
        nodes.append(("Transpose", [tip], ["x2"], {"perm": [0, 3, 1, 2]}))
        sides, tip = [sides[0], sides[3], sides[1], sides[2]], "x2"
    nodes.append(("AveragePool", [tip], ["p"], {"kernel_shape": [8, 8], "strides": [8, 8]}))
    free = zip(sides[1:], (3, 32, 32), strict=True)
    return [*nodes, ("Flatten", ["p"], ["f"])], [
        side if isinstance(side, int) else usual for side, usual in free
    ]


@pytest.fixture(scope="session")
def linear() -> Callable[..., Path]:
    """Writes an ONNX file of one matrix product, with whatever is wanted before and after it."""
    return linear_model
