from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from fairlineup.faces.pictures import Copies
from fairlineup.records import Photograph


@pytest.fixture
def no_copies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spare a test of many cards the search for the same picture twice."""

    def none(photos: Sequence[Photograph], **_: Any) -> Copies:
        return Copies((), (), 0)

    monkeypatch.setattr("fairlineup.faces.pictures.find_same_pictures", none)
