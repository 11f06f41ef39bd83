from __future__ import annotations

from pathlib import Path

import pytest

from fairlineup.systems import CardPopulation, write_population

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
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run, which no test changes."""
    from fairlineup.cli import main

    folder = tmp_path_factory.mktemp("finished")
    write_population(folder / "cards", CardPopulation({"a": 5}, {"a": 6}))
    (folder / "plan.toml").write_text(PLAN)
    with pytest.raises(SystemExit) as end:
        main(["audit", "run", str(folder / "plan.toml"), "--out", str(folder / "run"), "--quiet"])
    assert end.value.code == 0
    return folder / "run"


@pytest.fixture(scope="session")
def all_readers(finished: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Reader]:
    return readers(tmp_path_factory.mktemp("spare"), finished)
