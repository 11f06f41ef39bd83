"""`fairlineup demo` as it is, in a process of its own: 750 people who do not exist."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path


def test_the_planted_demo(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "fairlineup", "demo", "--simulated", "--out", str(tmp_path / "demo")]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=1200)
    assert "nothing here is about real people or real systems" in done.stdout
    assert "planted: false match rate" in done.stdout


def test_the_demo(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "fairlineup", "demo", "--out", str(tmp_path / "demo")]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=1200)
    assert done.stderr.startswith("750 people who do not exist, photographed, enrolled and searched")
    assert "No verdict" in done.stdout
    results = json.loads((tmp_path / "demo" / "run" / "results.json").read_text())
    assert results["gallery"]["people"] == 600
    assert results["searches"]["probe_people"] == 150
    assert results["searches"]["target_present"] == 150
    assert results["verdicts"][0]["outcome"] == "not_given"
