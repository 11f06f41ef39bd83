"""`fairlineup samples`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from .calling import in_process as run
from .calling import process


def test_make_says_first_what_it_takes_and_last_what_to_do(tmp_path: Path) -> None:
    made = process(
        "samples", "make", "--people", "12", "--photos", "2", "--probes", "4", "--out", tmp_path / "s"
    )
    assert made.returncode == 0, made.stderr
    assert made.stderr.splitlines()[0].startswith(
        "24 photographs of 12 people who do not exist: about 0.3 MB"
    )
    assert f"next: fairlineup audit plan {tmp_path / 's'}" in made.stdout
    planned = run("audit", "plan", tmp_path / "s", "--out", tmp_path / "plan.toml")
    assert planned.returncode == 0, planned.stderr
    checked = run("audit", "check", tmp_path / "plan.toml", "-q")
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_make_again_makes_nothing(tmp_path: Path) -> None:
    words = ("samples", "make", "--people", "3", "--out", tmp_path / "s", "--json", "-q")
    assert json.loads(run(*words).stdout)["made_now"] == 3
    assert json.loads(run(*words).stdout)["made_now"] == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--people", "60000"), "at most"),
        (("--people", "2", "--capture", "x-ray"), "studio or document or doorbell"),
        (("--people", "2", "--probes", "3"), "option probes: expected at most as many as people, 2"),
    ],
)
def test_what_cannot_be_made_is_one_line(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    done = run("samples", "make", *words, "--out", tmp_path / "s")
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    done = run("samples", "make", "--people", "2", "--out", tmp_path / "file", "-q")
    assert done.returncode == 2
    assert "cannot write" in done.stderr
    assert "--out" in done.stderr


def test_a_sheet_can_be_looked_at(tmp_path: Path) -> None:
    done = run("samples", "sheet", "--people", "12", "--capture", "doorbell", "--out", tmp_path / "sheet.png")
    assert done.returncode == 0, done.stderr
    with Image.open(tmp_path / "sheet.png") as sheet:
        assert sheet.width > 1_000
        assert len(sheet.convert("L").getcolors(65_536) or ()) > 50
