"""Questions to a server in JSON and forms: faults told apart, nothing secret in any message."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlencode

from fairlineup.foreign import MisfitError, decode_json
from fairlineup.records import FairlineupError, SystemFailed
from fairlineup.systems.faults import not_admitted, throttled, unanswered, unusable_answer, wrong_answer
from fairlineup.web import HttpClient, HttpLimits, NoAnswer, asked_to_wait

T = TypeVar("T")
BUSY = {429, 503}
BROKEN = {408, 500, 502, 504}
NOT_ADMITTED = {401, 403}
LONGEST_WORDS = 200
MOST_PAGES, MOST_LISTED, LONGEST_LISTING_S = 2_000, 2_000_000, 3600.0
Fields = Mapping[str, str | tuple[str, bytes, str]]


@dataclass(frozen=True, slots=True)
class Reply:
    """A server's answer that is neither a fault of the wire nor a refusal of credentials."""

    status: int  #: HTTP status.
    content: bytes = b""  #: its body as it came: `Wire.read` reads it.
    headers: Mapping[str, str] = field(default_factory=dict)  #: by lower-case name.
    code: str | int = ""  #: the service's own code of what went wrong, blank where there is none.
    message: str = ""  #: and its words for it.


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
        said = reply.content[: 2 * LONGEST_WORDS].decode(errors="replace")
        return wrong_answer(self._name, asked, expected, f"HTTP {reply.status} {self.words(said)}")

    def read(
        self,
        asked: str,
        reply: Reply,
        kind: type[T],
        fault: Callable[[str, str, str, str], SystemFailed] = unusable_answer,
    ) -> T:
        """What an answer says, as a declared type.

        Args:
            asked: what was asked, for the error: "a search".
            reply: the answer.
            kind: of its body.
            fault: what to raise; `wrong_answer` where it is about no photograph.
        Raises: UnusableAnswer, or what `fault` makes: it is not that.
        """
        return decoded(reply.content, kind, lambda *said: fault(self._name, asked, *map(self.words, said)))

    def _reply(self, status: int, headers: Mapping[str, str], data: bytes) -> Reply:
        if fault := self._fault(status, headers):
            raise fault
        code, message = _error_in(data) if status >= 400 else ("", "")
        return Reply(status, data, headers, code, message)

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


def decoded(content: bytes, kind: type[T], wrong: Callable[[str, str], SystemFailed]) -> T:
    """A body as a declared type; `wrong` makes the error, of what was expected and what was got."""
    try:
        return decode_json(content, kind)
    except MisfitError as error:
        place = f" at {error.path.lstrip('.')}" if error.path else ""
        raise wrong(error.expected, error.got + place) from None


def paged(system: str, asked: str, page: Callable[[str], tuple[Sequence[T], str]]) -> Iterator[T]:
    """All entries of a list that comes page by page.

    Args:
        system: as errors call it.
        asked: for errors: "a list of galleries".
        page: the entries of a page and where the next one begins, blank for nowhere; asked with "" first.
    Raises: SystemFailed: a page comes again, or there are too many.
    """
    where, seen, listed, until = "", {""}, 0, time.monotonic() + LONGEST_LISTING_S
    while len(seen) <= MOST_PAGES and listed <= MOST_LISTED and time.monotonic() < until:
        entries, where = page(where)
        listed += len(entries)
        yield from entries
        if not where:
            return
        if where in seen:
            raise wrong_answer(system, asked, "a next page", "one that was given before")
        seen.add(where)
    most = f"an end within {MOST_PAGES:,} pages, {MOST_LISTED:,} entries and {LONGEST_LISTING_S:g} s"
    raise wrong_answer(system, asked, most, "more")


def _error_in(content: bytes) -> tuple[str | int, str]:
    """Code and words of what went wrong: in `error`, or in the body itself; blank for none."""
    try:
        body = decode_json(content, dict[str, Any])
    except MisfitError:
        return "", ""
    inner = body.get("error", body)
    found = inner if isinstance(inner, dict) else {}
    code, message = found.get("code", ""), found.get("message", "")
    is_code = isinstance(code, str | int) and not isinstance(code, bool)
    return code if is_code else "", message if isinstance(message, str) else ""
