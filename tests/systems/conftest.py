from __future__ import annotations

import functools
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session")
def model_read_once() -> Iterator[None]:
    """boto3 reads its model of the service for every client, which takes longer than most tests of it."""
    from botocore.loaders import JSONFileLoader

    with pytest.MonkeyPatch.context() as patched:
        read = functools.cache(JSONFileLoader().load_file)
        patched.setattr(JSONFileLoader, "load_file", lambda _, path: read(path))
        yield
