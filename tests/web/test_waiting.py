from __future__ import annotations

import time
from email.utils import formatdate

import pytest

from fairlineup.web import asked_to_wait


@pytest.mark.parametrize(
    ("after", "seconds"),
    [
        ("7", 7.0),
        ("0", 0.0),
        ("2.5", 2.5),
        ("", None),
        ("soon", None),
        ("-1", None),
        ("²", None),
        ("٣", None),
        ("nan", None),
        ("inf", None),
        ("1e9", None),
        ("9" * 5000, None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0),
        ("Thu, 99 Jan 99999 00:00:00 GMT", None),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 60.0),
        ("9" * 300, 60.0),
    ],
)
def test_retry_after(after: str, seconds: float | None) -> None:
    assert asked_to_wait({"retry-after": after}, 60.0) == seconds


def test_a_date_to_come() -> None:
    wait = asked_to_wait({"retry-after": formatdate(time.time() + 3600, usegmt=True)})
    assert wait is not None
    assert 0 < wait <= 3600


def test_githubs_own_headers() -> None:
    assert asked_to_wait({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "0"}) == 1
    assert asked_to_wait({"x-ratelimit-remaining": "1", "x-ratelimit-reset": "0"}) is None
