"""Questions to a server in JSON and forms: faults told apart, nothing secret in any message."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from fairlineup.records import FairlineupError, SystemFailed
from fairlineup.systems.faults import not_admitted, throttled, unanswered, wrong_answer
from fairlineup.web import HttpClient, HttpLimits, NoAnswer, asked_to_wait

BUSY = {429, 503}
BROKEN = {408, 500, 502, 504}
NOT_ADMITTED = {401, 403}
LONGEST_WORDS = 200
Fields = Mapping[str, str | tuple[str, bytes, str]]


@dataclass(frozen=True, slots=True)
class Reply:
    """A server's answer that is neither a fault of the wire nor a refusal of credentials."""

    status: int  #: HTTP status.
    body: Any  #: parsed JSON, or None where there is none.
    headers: Mapping[str, str] = field(default_factory=dict)  #: by lower-case name.

    @property
    def error(self) -> Mapping[str, Any]:
        """The object that says what went wrong: `error` in the body, or the body itself; empty for none."""
        found = self.body.get("error", self.body) if isinstance(self.body, dict) else {}
        return found if self.status >= 400 and isinstance(found, dict) else {}

    @property
    def code(self) -> Any:
        """The service's own code of what went wrong, blank where there is none."""
        return self.error.get("code", "")


class Wire:
    """One server, asked again and again by any number of threads.

    Nothing is asked twice here: whoever asks decides whether to ask again, and counts it.
    """

    def __init__(
        self,
        name: str,
        url: str,
        headers: Mapping[str, str],
        *,
        secret: str = "",
        at_once: int = 4,
        timeout_s: float = 60.0,
    ) -> None:
        """Open nothing yet.

        Args:
            name: of the system, for errors.
            url: of the server, with any path its API begins with.
            headers: of every question, credentials among them.
            secret: the credential, which nothing that is said repeats.
            at_once: connections kept.
            timeout_s: until the whole answer must be there.
        """
        self._name, self._url, self._secret = name, url.rstrip("/"), secret
        self._headers = dict(headers)
        self._client = HttpClient(HttpLimits(timeout_s, timeout_s, connections=at_once))

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
            TransportError: no whole answer in time, one too large, another 5xx, or JSON cut short.
            Refused: 401 or 403: the credentials are not accepted.
        """
        from urllib3 import encode_multipart_formdata

        url = self._url + path + (f"?{urlencode(query)}" if query else "")
        body, kind = content, "application/octet-stream"
        if json_body is not None:
            body, kind = json.dumps(json_body).encode(), "application/json"
        elif fields is not None:
            body, kind = encode_multipart_formdata(dict(fields))
        headers = self._headers if body is None else {**self._headers, "Content-Type": kind}
        try:
            answer = self._client.ask(method, url, headers, body)
        except NoAnswer as why:
            raise unanswered(self._name, why.got, why.expected) from None
        return self._reply(answer.status, answer.headers, answer.body)

    def close(self) -> None:
        """Let go of connections."""
        self._client.close()

    def words(self, said: object) -> str:
        """A server's own words, on one line, shortened, without the credential."""
        line = " ".join(str(said).split())
        return (line.replace(self._secret, "[credential]") if self._secret else line)[:LONGEST_WORDS]

    def unexpected(self, asked: str, reply: Reply, expected: str) -> SystemFailed:
        """The error for an answer that the server's documentation does not allow."""
        return wrong_answer(self._name, asked, expected, f"HTTP {reply.status} {self.words(reply.body)}")

    def _reply(self, status: int, headers: Mapping[str, str], data: bytes) -> Reply:
        if fault := self._fault(status, headers):
            raise fault
        if not data or "json" not in headers.get("content-type", ""):
            return Reply(status, None, headers)
        try:
            return Reply(status, json.loads(data), headers)
        except (ValueError, RecursionError):
            raise unanswered(self._name, "JSON cut short") from None

    def _fault(self, status: int, headers: Mapping[str, str]) -> FairlineupError | None:
        got = f"HTTP {status}"
        if status in BUSY:
            return throttled(self._name, got, asked_to_wait(headers))
        if status in BROKEN or status >= 500:
            return unanswered(self._name, got)
        if status in NOT_ADMITTED:
            expected = "a key or token with the right to do this"
            return not_admitted(
                self._name, got, expected, "set the environment variables its documentation page names"
            )
        if 300 <= status < 400:
            return SystemFailed(
                f"{self._name} sends to another address",
                code="answer-unusable",
                expected="an answer at the address in the plan",
                got=got,
                remedy="name the address it sends to, if you trust it; credentials are never sent on",
            )
        return None
