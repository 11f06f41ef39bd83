from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from .readers import Reader, readers

PLAN = """
title = "A test"
groups = ["group"]
[dataset]
folder = "cards"
[system]
name = "simulated"
options = { false_match_rate = 0.05, false_non_match_rate = 0.2 }
[statistics]
replicates = 100
"""


@pytest.fixture(scope="session")
def finished(finishes: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run, which no test changes."""
    return finishes(tmp_path_factory.mktemp("finished"), PLAN, 5, 6) / "run"


@pytest.fixture(scope="session")
def all_readers(finished: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Reader]:
    return readers(tmp_path_factory.mktemp("spare"), finished)
