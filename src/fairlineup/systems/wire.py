"""Questions over HTTP: one connection pool a system, faults told apart, nothing secret in any message."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from fairlineup.records import BadInput, Refused, SystemFailed, Throttled, TransportError

BUSY = {429, 503}
BROKEN = {408, 500, 502, 504}
NOT_ADMITTED = {401, 403}
Fields = Mapping[str, str | tuple[str, bytes, str]]


@dataclass(frozen=True, slots=True)
class Reply:
    """A server's answer that is neither a fault of the wire nor a refusal of credentials.

    Attributes:
        status: HTTP status.
        body: parsed JSON, or None where there is none.
        headers: by lower-case name.
    """

    status: int
    body: Any
    headers: Mapping[str, str] = field(default_factory=dict)


class Wire:
    """One server, asked again and again by any number of threads.

    Nothing is asked twice here: whoever asks decides whether to ask again, and counts it.
    """

    def __init__(
        self, name: str, url: str, headers: Mapping[str, str], *, at_once: int = 4, timeout_s: float = 60.0
    ) -> None:
        """Open nothing yet.

        Args:
            name: of the system, for errors.
            url: of the server, with any path its API begins with.
            headers: of every question, credentials among them.
            at_once: connections kept.
            timeout_s: until an answer is given up.
        Raises: BadInput: no http or https address, or one with a password in it.
        """
        import urllib3

        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.password or parts.query:
            raise BadInput(
                f"the address of {name}",
                expected="https://host/path without password or query",
                got=repr(url) if not parts.password else "one with a password in it",
                remedy="correct url under [system.options] in the plan",
            )
        self._name, self._url = name, url.rstrip("/")
        self._headers = dict(headers)
        self._pool = urllib3.PoolManager(
            maxsize=at_once, block=False, retries=False, timeout=urllib3.Timeout(total=timeout_s)
        )

    def ask(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str | int | float] | None = None,
        json_body: Any = None,
        content: bytes | None = None,
        fields: Fields | None = None,
    ) -> Reply:
        """Ask one question.

        Args:
            method: "GET", "POST".
            path: from the server's address, with a slash before it.
            query: behind the question mark.
            json_body: sent as JSON.
            content: sent as it is, application/octet-stream.
            fields: sent as multipart/form-data; a file is (name, bytes, content type).
        Returns: any answer of 2xx or 4xx but those below.
        Raises:
            Throttled: 429 or 503, with how long the server asks to wait.
            TransportError: no connection, no answer in time, another 5xx, or JSON cut short.
            Refused: 401 or 403: the credentials are not accepted.
        """
        import urllib3

        url = self._url + path + (f"?{urlencode(query)}" if query else "")
        headers, body = dict(self._headers), content
        if json_body is not None:
            headers["Content-Type"], body = "application/json", json.dumps(json_body).encode()
        elif content is not None:
            headers["Content-Type"] = "application/octet-stream"
        try:
            if fields is not None:
                reply = self._pool.request(method, url, headers=headers, fields=dict(fields), redirect=False)
            else:
                reply = self._pool.request(method, url, headers=headers, body=body, redirect=False)
            data = reply.data
        except urllib3.exceptions.HTTPError as error:
            raise _unanswered(self._name, type(error).__name__) from None  # its text may hold the address
        found = {name.lower(): value for name, value in reply.headers.items()}
        return self._told(reply.status, found, data)

    def close(self) -> None:
        """Let go of connections."""
        self._pool.clear()

    def _told(self, status: int, headers: Mapping[str, str], data: bytes) -> Reply:
        if status in BUSY:
            raise _throttled(self._name, status, headers.get("retry-after", ""))
        if status in BROKEN or status >= 500:
            raise _unanswered(self._name, f"HTTP {status}")
        if status in NOT_ADMITTED:
            raise Refused(
                f"{self._name} does not accept the credentials",
                expected="a key or token with the right to do this",
                got=f"HTTP {status}",
                remedy="set the environment variables its documentation page names",
            )
        if 300 <= status < 400:
            raise SystemFailed(
                f"{self._name} sends to another address",
                expected="an answer at the address in the plan",
                got=f"HTTP {status}",
                remedy="name the address it sends to, if you trust it; credentials are never sent on",
            )
        if not data or "json" not in headers.get("content-type", ""):
            return Reply(status, None, headers)
        try:
            return Reply(status, json.loads(data), headers)
        except (ValueError, RecursionError):
            raise _unanswered(self._name, "JSON cut short") from None


def unexpected(name: str, asked: str, reply: Reply, expected: str) -> SystemFailed:
    """The error for an answer that the server's documentation does not allow."""
    return SystemFailed(
        f"{name} answered {asked} wrongly",
        expected=expected,
        got=f"HTTP {reply.status} {str(reply.body)[:200]}",
        remedy="look whether its version is one its documentation page names",
    )


def _throttled(name: str, status: int, after: str) -> Throttled:
    error = Throttled(
        f"{name} asks for fewer questions",
        expected="an answer",
        got=f"HTTP {status}",
        remedy="wait, then ask again",
    )
    error.retry_after_s = float(after) if after.replace(".", "", 1).isdigit() else None
    return error


def _unanswered(name: str, got: str) -> TransportError:
    return TransportError(f"{name} did not answer", expected="an answer", got=got, remedy="ask again later")
