"""The full study of planted truth behind docs/validity.md: about ten minutes on two cores."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tools.validity", "--replicates", "2000"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    print(done.stdout)
    assert done.returncode == 0, done.stderr
