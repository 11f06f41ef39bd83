"""A whole audit with our engine, killed at random moments of every stage and taken up again: the same bytes.

FAIRLINEUP_KILLED_PEOPLE says how many people (600); the seed of the moments is printed where it fails.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytest.importorskip("onnxruntime")

PEOPLE = int(os.environ.get("FAIRLINEUP_KILLED_PEOPLE", "600"))
SEED = int(os.environ.get("FAIRLINEUP_KILLED_SEED", "20261130"))
KILLS, BEFORE_FROZEN, WATCHDOG_S = 12, 2, 3600
SAME = ("results.json", "gallery-pairs.json", "observations.parquet", "findings.json", "manifest.csv")


def _cli(*words: object) -> list[str]:
    return [sys.executable, "-m", "fairlineup", *map(str, words)]


def _left(run: Path) -> list[str]:
    return sorted(one.name for one in run.rglob("*") if one.name.endswith((".partial", "-wal", ".sqlite")))


def test_killed_in_every_stage(tmp_path: Path) -> None:
    moments = random.Random(SEED)  # noqa: S311 - moments, no secrets
    data, whole, run = (tmp_path / name for name in ("people", "whole", "run"))
    subprocess.run(
        _cli("samples", "make", "--people", PEOPLE, "--photos", 2, "--out", data, "-q"), check=True
    )
    plan = tmp_path / "plan.toml"
    subprocess.run(_cli("audit", "plan", data, "--out", plan), check=True)
    begun = time.monotonic()
    subprocess.run(_cli("audit", "run", plan, "--out", whole, "-q"), check=True)
    took_s = time.monotonic() - begun
    killed = []
    for number in range(KILLS):
        before = run.exists() and (run / "run.json").exists()
        process = subprocess.Popen(_cli("audit", "run", plan, "--out", run, "-q"))
        if not before and number >= BEFORE_FROZEN:
            until = time.monotonic() + WATCHDOG_S
            while not (run / "run.json").exists() and time.monotonic() < until:
                time.sleep(0.05)
        after_s = moments.uniform(0.1, 0.3) * took_s
        try:
            process.wait(after_s)
            break
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            killed.append(round(after_s, 1))
    subprocess.run(_cli("audit", "run", plan, "--out", run, "-q"), check=True)
    assert len(killed) >= 3, killed
    for name in SAME:
        assert (run / name).read_bytes() == (whole / name).read_bytes(), (name, SEED, killed)
    assert _left(run) == _left(whole)
