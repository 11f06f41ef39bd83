"""A data directory with its own place for keys, and a clock that is set by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fairlineup.service.store import Store

NOON = 1_796_299_200.0  # 2026-12-03 12:00 UTC


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FAIRLINEUP_CONFIG", str(tmp_path / "config"))
    monkeypatch.delenv("FAIRLINEUP_SEAL_KEY", raising=False)
    return tmp_path / "config"


Opened = Callable[[], Store]


@pytest.fixture
def opened(tmp_path: Path, home: Path, clock: Clock) -> Iterator[Opened]:
    """Opens the data directory, each time as another process would."""
    stores: list[Store] = []

    def open_it() -> Store:
        stores.append(Store(tmp_path / "data", make=True, clock=clock))
        return stores[-1]

    yield open_it
    for one in stores:
        one.close()


@pytest.fixture
def store(opened: Opened) -> Store:
    return opened()
