"""What several rooms' tests share: where the real photographs are, where they are at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("fairlineup", deadline=None)  # a busy machine is no failure
settings.load_profile("fairlineup")

CONGRESS = Path(os.environ.get("FAIRLINEUP_CONGRESS", Path(__file__).parents[2] / "shared" / "congress"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip tests that need real photographs where there are none."""
    if (CONGRESS / "people.csv").is_file():
        return
    for item in items:
        if "congress" in item.keywords:
            item.add_marker(pytest.mark.skip(reason="no real photographs beside the project"))


@pytest.fixture(scope="session")
def congress() -> Path:
    """Folder with people.csv, probes/ and gallery/: mark tests that use it with @pytest.mark.congress."""
    return CONGRESS
