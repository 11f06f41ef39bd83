"""A key file of a store, and what its keys seal with."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from fairlineup.service.sealing import KeyFile, Keyring, MasterKey, Sealer

NOW = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)


@pytest.fixture
def key_file(tmp_path: Path) -> KeyFile:
    return KeyFile.make(tmp_path / "keys" / "store.json", "store-1", [MasterKey.new(NOW)])


@pytest.fixture
def keyring(key_file: KeyFile) -> Keyring:
    return Keyring(key_file)


@pytest.fixture
def sealer(keyring: Keyring) -> Sealer:
    return keyring.unlock([keyring.make("collection/7")])
