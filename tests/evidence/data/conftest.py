from __future__ import annotations

from collections.abc import Iterator

import pytest

from fairlineup.evidence.data import Fetcher, GitHub, Politeness

from .mirror import Mirror, serving

QUICK = Politeness(tries=3, timeout_s=1, backoff_s=0.005, backoff_most_s=0.02, patience_s=5)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.delenv("GITHUB_TOKEN", raising=False)


@pytest.fixture
def mirror() -> Iterator[Mirror]:
    """A server of invented people's photographs."""
    with serving(Mirror()) as running:
        yield running


@pytest.fixture
def github(mirror: Mirror) -> GitHub:
    """The mirror as a source that is in a hurry."""
    return GitHub(Fetcher(QUICK), mirror.hosts)
