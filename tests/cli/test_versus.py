"""`fairlineup audit compare`: what people see, what machines get, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fairlineup.evidence.plan import Inspection
from fairlineup.evidence.runs import RunDirectory
from fairlineup.systems import CardPopulation, write_population

from .calling import in_process as fairlineup
from .calling import process

PLAN = """
title = "A test"
groups = ["group"]
[dataset]
folder = "cards"
[system]
name = "simulated"
options = {{ false_match_rate = {rate}, seed = {seed} }}
[statistics]
replicates = 200
"""


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs")
    write_population(folder / "cards", CardPopulation({"a": 50, "b": 40}, {"a": 100, "b": 100}))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("fairlineup.evidence.runs.freezing.inspect", lambda *_: Inspection((), {}))
        for name, rate, seed in (("before", 0.01, 1), ("after", 0.004, 2)):
            (folder / f"{name}.toml").write_text(PLAN.format(rate=rate, seed=seed))
            words = ("audit", "run", folder / f"{name}.toml", "--out", folder / name, "-q", "--no-faces")
            done = fairlineup(*words)
            assert done.returncode == 0, done.stderr
    return folder


def test_two_runs_side_by_side(runs: Path) -> None:
    out = runs / "versus"
    done = process("audit", "compare", runs / "before", runs / "after", "--out", out, "--no-faces")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert "These people are simulated" in done.stdout
    assert "A (before): before, simulated" in done.stdout
    assert "own thresholds, FPIR B less A: -" in done.stdout
    assert "McNemar p" in done.stdout
    assert "FMR at most 1 %, FPIR B less A" in done.stdout
    assert f"page: {out / 'versus.html'}" in done.stdout
    results = json.loads((out / "versus.json").read_text())
    assert results["schema"] == "fairlineup-versus/1"
    first = (out / "versus.html").read_bytes()
    again = fairlineup(
        "audit", "compare", runs / "before", runs / "after", "--out", out, "--no-faces", "--json"
    )
    assert again.returncode == 0, again.stderr
    assert json.loads(again.stdout) == results
    assert (out / "versus.html").read_bytes() == first


def test_rates_to_be_equal_at(runs: Path) -> None:
    done = fairlineup(
        *("audit", "compare", runs / "before", runs / "after", "--out", runs / "at"),
        *("--fmr", "0.005", "--fmr", "0.000001", "--json"),
    )
    assert done.returncode == 0, done.stderr
    _, one, other = json.loads(done.stdout)["points"]
    assert one["fmr"] == 0.005
    assert "value" in one["pairs"][0]["fpir"]["difference"]
    assert "30 false matches" in other["pairs"][0]["fpir"]["not_measured"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("before",), "from two to 8 runs"),
        (("before", "before"), "one of them twice"),
        (("before", "after", "--fmr", "2"), "above 0 and under 1"),
        (("before", "nowhere"), "run.json"),
        (("before", "after", "--out", "cards"), "cards with --out"),
    ],
)
def test_what_cannot_be_compared_says_so_and_writes_nothing(
    runs: Path, words: tuple[str, ...], says: str
) -> None:
    given = [runs / word if word in {"before", "after", "nowhere", "cards"} else word for word in words]
    out = () if "--out" in words else ("--out", runs / "none")
    done = fairlineup("audit", "compare", *given, *out)
    assert done.returncode == 2
    assert done.stdout == ""
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert not (runs / "none").exists()


def test_runs_on_samples_are_refused_with_the_reason(runs: Path, tmp_path: Path) -> None:
    """A run whose photographs say that they show nobody, on a system that calls itself real."""
    for name in ("before", "after"):
        copy = tmp_path / name
        copy.mkdir()
        for item in (runs / name).iterdir():
            if item.is_file():
                (copy / item.name).write_bytes(item.read_bytes())
        manifest = (copy / "manifest.csv").read_text().replace(",real,", ",synthetic,")
        identity = (
            (copy / "run.json").read_text().replace('"population": "simulated"', '"population": "real"')
        )
        RunDirectory(copy).put({"manifest.csv": manifest.encode(), "run.json": identity.encode()})
    done = fairlineup("audit", "compare", tmp_path / "before", tmp_path / "after", "--out", tmp_path / "out")
    assert done.returncode == 4
    assert "nothing about which of two systems is better for real people" in done.stderr
    assert not (tmp_path / "out").exists()
