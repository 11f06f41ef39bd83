"""What several rooms' tests share: photographs of faces, real ones where they are at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("fairlineup", deadline=None)  # a busy machine is no failure
settings.load_profile("fairlineup")

CONGRESS = Path(os.environ.get("FAIRLINEUP_CONGRESS", Path(__file__).parents[2] / "shared" / "congress"))


REAL = (CONGRESS / "people.csv").is_file()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip tests about certain real photographs where there are none."""
    if REAL:
        return
    for item in items:
        if "congress" in item.keywords:
            item.add_marker(pytest.mark.skip(reason="no real photographs beside the project"))


@pytest.fixture(scope="session")
def congress() -> Path:
    """Folder with people.csv, probes/ and gallery/: mark tests that use it with @pytest.mark.congress."""
    return CONGRESS


@pytest.fixture(scope="session")
def portraits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with people.csv: real portraits where there are any, people who do not exist elsewhere."""
    if REAL:
        return CONGRESS
    from fairlineup.samples import SamplesRequest, write_samples

    folder = tmp_path_factory.mktemp("samples")
    write_samples(folder, SamplesRequest(people=110, photos=2, probes=40), workers=1)
    return folder
