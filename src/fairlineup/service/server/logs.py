"""A line of JSON for each request and what happens to the server: no face, name, photograph or secret."""

from __future__ import annotations

import json
import re
import sys
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TextIO

from fairlineup.records import place_in_ours

LONGEST_VALUE = 200
"""Characters of one value. Values are words of ours and ids; what is longer is cut."""

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Log:
    """Lines to a stream, from any thread, each whole.

    Args:
        stream: None for standard error as it is when a line is written.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream
        self._lock = threading.Lock()

    def write(self, level: str, event: str, values: Mapping[str, str | int | float]) -> None:
        """A line; a stream that takes none is no fault of a request."""
        said = {"time": _now(), "level": level, "event": event, **values}
        line = json.dumps({name: _short(value) for name, value in said.items()}) + "\n"
        stream = self._stream or sys.stderr
        if stream is None:
            return
        with self._lock:
            try:
                stream.write(line)
                stream.flush()
            except (OSError, ValueError):
                return

    def fault(self, error: BaseException, request_id: str) -> None:
        """What nobody foresaw: its kind and the place in our code, and not its text."""
        self.write(
            "error",
            "fault",
            {"request": request_id, "kind": type(error).__name__, "at": place_in_ours(error)},
        )


def id_shown(text: str) -> str:
    """An id that a client sent, if it has the form of one: a log holds no text of strangers."""
    return text if _ID.fullmatch(text) else "-"


def _short(value: str | int | float) -> str | int | float:
    return value[:LONGEST_VALUE] if isinstance(value, str) else value


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
