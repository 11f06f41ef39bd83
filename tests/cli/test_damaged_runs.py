"""Every command that reads a run finds one flipped bit in any file that it reads, and edited results."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from fairlineup.systems import CardPopulation, write_population

Run = Callable[..., tuple[int, str, str]]
FROZEN = ("digests.sha256", "run.json", "plan.toml", "manifest.csv", "findings.json")
ANSWERS = ("enrolments.parquet", "searches.parquet", "observations.parquet")
MEASURED = ("results.json", "timing.json")
READ_BY = {
    "measure": (*FROZEN, *ANSWERS),
    "report": (*FROZEN, *MEASURED),
    "labels": (*FROZEN, *ANSWERS, "results.json"),
    "bundle": (*FROZEN, *ANSWERS, *MEASURED),
    "compare": (*FROZEN, *ANSWERS),
    "replay": (*FROZEN, *ANSWERS),
    "run": (*FROZEN, "results.json"),
    "short": (*FROZEN, "results.json"),
}


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("damaged")
    write_population(folder / "cards", CardPopulation({"a": 6}, {"a": 8}))
    path = folder / "plan.toml"
    path.write_text(
        f'[dataset]\nfolder = "{folder / "cards"}"\n[system]\nname = "simulated"\n'
        '[[limit]]\nmeasure = "fpir"\nat_most = 0.5\nsource = "nobody"\n'
    )
    return path


def _flipped(path: Path, places: random.Random) -> None:
    content = bytearray(path.read_bytes())
    place = places.randrange(len(content))
    content[place] ^= 1 << places.randrange(8)
    path.write_bytes(content)


@pytest.mark.parametrize("command", READ_BY)
def test_a_flipped_bit_is_found_by_whoever_reads_the_file(
    run: Run, plan: Path, tmp_path: Path, command: str
) -> None:
    whole, copy, out = plan.parent / "run", tmp_path / "copy", tmp_path / "out"
    if not whole.exists():
        assert run("audit", "run", plan, "--out", whole, "-q")[0] == 0
    replay = tmp_path / "replay.toml"
    replay.write_text(plan.read_text().replace('"simulated"', f'"replay:{copy}"'))
    commands = {
        "measure": ("audit", "measure", copy),
        "report": ("audit", "report", copy),
        "short": ("audit", "report", copy, "--short"),
        "labels": ("audit", "labels", copy),
        "bundle": ("audit", "bundle", copy, "--out", out),
        "compare": ("audit", "compare", whole, copy, "--out", out),
        "replay": ("audit", "run", replay, "--out", out, "-q"),
        "run": ("audit", "run", plan, "--out", copy, "-q"),
    }
    places = random.Random(command)  # noqa: S311 - the same places each time
    for name in READ_BY[command]:
        for _ in range(2):
            shutil.copytree(whole, copy)
            _flipped(copy / name, places)
            code, said, error = run(*commands[command])
            assert (code, said) == (2, ""), name
            assert name in error or name == "run.json" or "digests.sha256" in error, error
            assert len(error.strip().splitlines()) == 1
            shutil.rmtree(copy)


def test_edited_results_are_not_believed_and_can_be_taken_anew(run: Run, plan: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    code, _, _ = run("audit", "run", plan, "--out", out, "-q", "--fail-on", "fail")
    results = out / "results.json"
    whole = results.read_bytes()
    text = json.loads(whole)
    text["limits"] = []
    results.write_text(json.dumps(text, indent=1) + "\n")
    found, _, error = run("audit", "run", plan, "--out", out, "-q", "--fail-on", "fail")
    assert found == 2
    assert f"{results} cannot be read" in error
    assert f"fairlineup audit measure {out}" in error
    assert run("audit", "measure", out, "--fail-on", "fail")[0] == code
    assert results.read_bytes() == whole
    assert run("audit", "run", plan, "--out", out, "-q", "--fail-on", "fail")[0] == code
