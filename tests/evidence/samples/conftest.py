"""A few made-up people, and their photographs."""

from __future__ import annotations

import pytest

from fairlineup.evidence.samples import SamplePerson, people


@pytest.fixture(scope="session")
def crowd() -> tuple[SamplePerson, ...]:
    return people(60)
