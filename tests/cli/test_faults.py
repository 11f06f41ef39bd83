"""What files, folders and names can be: told as what they are, never as a fault of ours."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., tuple[int, str, str]]
PLAN = """
groups = ["group"]
[dataset]
folder = "cards"
[system]
name = "simulated"
options = { false_match_rate = 0.05 }
"""
DEEP = b"[" * 100_000
CONTENTS = {
    "empty": b"",
    "binary": bytes(range(256)),
    "zeros": bytes(500),
    "latin-1": "größe = 1".encode("latin-1"),
    "utf-16": "title = 'x'".encode("utf-16"),
    "deep": DEEP,
    "a list": b"[1, 2]",
    "null": b"null",
}
PAPERS = ("run.json", "plan.toml", "manifest.csv", "findings.json", "results.json", "observations.parquet")


@pytest.fixture(scope="module")
def finished(finishes: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with cards, a plan, and the run of it."""
    return finishes(tmp_path_factory.mktemp("faults"), PLAN, 8, 9)


def _told(code: int, err: str, *statuses: int) -> None:
    assert "unexpected fault" not in err
    assert "Traceback" not in err
    assert code in statuses, err
    assert code == 0 or len([line for line in err.splitlines() if line.startswith("fairlineup: ")]) == 1


def _odd(folder: Path) -> dict[str, Path]:
    """Names that lead to no file, or to none that can be read."""
    (folder / "one").symlink_to("other")
    (folder / "other").symlink_to("one")
    (folder / "file").write_bytes(b"x")
    (folder / "folder").mkdir()
    for name, content in CONTENTS.items():
        (folder / name).write_bytes(content)
    return {
        **{name: folder / name for name in CONTENTS},
        "loop": folder / "one",
        "missing": folder / "none",
        "too long": folder / ("n" * 300),
        "under a file": folder / "file" / "x",
        "folder": folder / "folder",
        "deep folders": folder / ("x/" * 1500),
        "no text": Path(os.fsdecode(bytes(folder) + b"/\xff")),
    }


READERS: tuple[tuple[str, ...], ...] = (
    ("audit", "check", "-q"),
    ("audit", "plan"),
    ("audit", "measure"),
    ("audit", "report"),
    ("audit", "labels"),
    ("audit", "bundle"),
    ("audit", "verify"),
    ("audit", "import"),
    ("audit", "disclose"),
    ("threshold",),
)


@pytest.mark.parametrize("command", READERS, ids=" ".join)
def test_what_cannot_be_read(run: Run, tmp_path: Path, command: tuple[str, ...]) -> None:
    for path in _odd(tmp_path).values():
        code, _, err = run(*command, path)
        _told(code, err, 2)


def test_what_cannot_be_written(run: Run, finished: Path, tmp_path: Path) -> None:
    odd = _odd(tmp_path)
    for name in ("loop", "too long", "under a file", "binary", "deep folders"):
        for words in (
            ("audit", "run", finished / "plan.toml", "-q"),
            ("audit", "plan", finished / "cards"),
            ("audit", "bundle", finished / "run"),
        ):
            code, _, err = run(*words, "--out", odd[name])
            _told(code, err, 2) if name != "loop" else _told(code, err, 0, 2)
    subprocess.run(["rm", "-rf", str(tmp_path / "x")], check=True)  # too deep for what tidies up after tests


@pytest.mark.parametrize("paper", PAPERS)
def test_a_damaged_paper_of_a_run(run: Run, finished: Path, tmp_path: Path, paper: str) -> None:
    for number, content in enumerate((*CONTENTS.values(), None)):
        damaged = shutil.copytree(finished / "run", tmp_path / str(number))
        if content is None:
            (damaged / paper).unlink()
            (damaged / paper).mkdir()
        else:
            (damaged / paper).write_bytes(content)
        for words in (("threshold",), ("audit", "bundle"), ("audit", "report"), ("audit", "measure")):
            code, _, err = run(*words, damaged)
            _told(code, err, 0, 2)


@pytest.mark.parametrize(
    "line",
    [
        "[dataset]\nfolder = 'a\\u0000b'",
        '[dataset]\nfolder = "a\\u0000b"',
        f'[dataset]\nfolder = "{"n" * 300}"',
        '[dataset]\nfolder = "cards"\nmanifest = "a\\u0000"',
        f'[dataset]\nfolder = "cards"\nmanifest = "{"n" * 300}"',
        '[dataset]\nfolder = "cards"\nmanifest = "probe"',
        '[dataset]\nfolder = "plan.toml"',
        "a = " + "[" * 5000,
        "title = 1" + "0" * 6000,
        f'[dataset]\nfolder = "cards"\n[search]\nsearches_per_part = {2**70}',
        f'[dataset]\nfolder = "cards"\n[search]\nlist_length = {2**70}',
        '[dataset]\nfolder = "cards"\n[calibration]\nfile = "a\\u0000"',
        f'[dataset]\nfolder = "cards"\n[[threshold]]\nname = "all"\nscore = 1{"0" * 400}',
        '[dataset]\nfolder = "cards"\n[system]\nname = "scores:a\\u0000"',
        '[dataset]\nfolder = "cards"\n[system]\nname = "process:a\\u0000"',
        '[dataset]\nfolder = "cards"\n[system]\nname = "scores:a"\noptions.failures = "a\\u0000"',
    ],
    ids=range(16),
)
def test_a_plan_that_cannot_be_meant(run: Run, finished: Path, tmp_path: Path, line: str) -> None:
    shutil.copytree(finished / "cards", tmp_path / "cards")
    system = "" if "[system]" in line else '[system]\nname = "simulated"'
    (tmp_path / "plan.toml").write_text(f"{line}\n{system}\n")
    for words in (("audit", "check"), ("audit", "run", "--out", tmp_path / "run")):
        code, _, err = run(*words, tmp_path / "plan.toml", "-q")
        _told(code, err, 2)
