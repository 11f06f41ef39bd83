from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _no_copies(no_copies: None) -> None:
    """In each test of this folder."""
