"""The fuzzers of tests/hostile for long, in a process whose memory is bounded.

FAIRLINEUP_EXAMPLES says how many examples of each reader; of slow ones a fifth are taken.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
EXAMPLES = os.environ.get("FAIRLINEUP_EXAMPLES", "1000")
MEMORY_BYTES = 6_000_000_000
BOUNDED = """
import sys
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, ({most}, {most}))
except ImportError:
    pass
import pytest
sys.exit(pytest.main(sys.argv[1:]))
"""


@pytest.mark.parametrize("part", ["test_readers.py", "test_wire.py"])
def test_nothing_foreign_ends_otherwise(part: str) -> None:
    command = [sys.executable, "-c", BOUNDED.format(most=MEMORY_BYTES), "-q", f"tests/hostile/{part}"]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "FAIRLINEUP_EXAMPLES": EXAMPLES, "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-5000:]
