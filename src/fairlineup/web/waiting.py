"""How long a server asks to be left alone."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

_SECONDS = re.compile(r"[0-9]{1,300}(\.[0-9]{0,300})?")


def asked_to_wait(headers: Mapping[str, str], most_s: float = float("inf")) -> float | None:
    """Seconds by the headers of an answer, at most so many; None where it does not say.

    Source: RFC 9110 section 10.2.3 (Retry-After); GitHub's REST API, "Rate limits".
    """
    after = headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(after):
        return min(float(after), most_s)
    if after:
        try:
            return min(max(0.0, parsedate_to_datetime(after).timestamp() - time.time()), most_s)
        except (ValueError, TypeError, OverflowError):
            return None
    reset = headers.get("x-ratelimit-reset", "").strip()
    if headers.get("x-ratelimit-remaining", "").strip() == "0" and _SECONDS.fullmatch(reset):
        return min(max(0.0, float(reset) - time.time()) + 1, most_s)
    return None
