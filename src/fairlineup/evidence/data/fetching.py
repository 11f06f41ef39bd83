"""HTTP that is polite and gives up in words: few connections, waits when told to, then says why."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin, urlsplit

from fairlineup.evidence.data.faults import SourceFailed
from fairlineup.records import BadInput

if TYPE_CHECKING:
    import urllib3

_PIECE_BYTES = 1 << 16
_ANSWER_BYTES = 64 << 20
_RATE_LIMITED = {403, 429, 503}
_LATER = "try again later: what was fetched is kept"
_GONE = "it may have moved: take the newest commits"

_HERE = {"127.0.0.1", "::1", "localhost"}

Check = Callable[[bytes], tuple[str, str] | None]


@dataclass(frozen=True, slots=True)
class Politeness:
    """How a server is treated."""

    connections: int = 4  #: at most so many at once.
    tries: int = 6  #: how often a file is asked for before giving up.
    timeout_s: float = 30.0  #: a connection that is silent for so long is dropped.
    attempt_s: float = 300.0  #: one try may take so long however much it trickles.
    backoff_s: float = 1.0  #: wait after the first failure; doubled after each further one.
    backoff_most_s: float = 60.0  #: never longer than this between two tries.
    patience_s: float = 300.0  #: a server that asks for a longer wait than this ends the command.
    user_agent: str = "fairlineup (face recognition audits)"  #: says who asks.


@dataclass(frozen=True, slots=True)
class _Failure:
    expected: str
    got: str
    again: bool = True
    wait_s: float | None = None
    remedy: str = _LATER


def check_base(url: str) -> None:
    """Raises: BadInput: a URL that is neither https nor of this machine."""
    parts = urlsplit(url)
    if parts.hostname and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _HERE)):
        return
    raise BadInput(
        "the mirror to fetch from",
        code="option-unusable",
        expected="an https URL",
        got=repr(url),
        remedy="correct FAIRLINEUP_GITHUB_API or FAIRLINEUP_GITHUB_RAW, or unset it",
    )


class Fetcher:
    """Fetches whole, checked answers over few connections that are used again; for many threads.

    Args:
        politeness: how a server is treated.
        notice: told when everything waits because a server asked for it.
    """

    def __init__(
        self, politeness: Politeness | None = None, notice: Callable[[str], None] | None = None
    ) -> None:
        self.politeness = politeness or Politeness()
        self._notice = notice or (lambda _: None)
        self._stopped = threading.Event()
        self._slots = threading.BoundedSemaphore(self.politeness.connections)
        self._not_before: dict[str, float] = {}
        self._lock = threading.Lock()
        self._pools: dict[str, urllib3.PoolManager] = {}

    def stop(self) -> None:
        """End waiting and reading in every thread; nothing more is fetched."""
        self._stopped.set()

    def fetch(
        self, url: str, *, headers: Mapping[str, str] | None = None, check: Check | None = None
    ) -> bytes:
        """The body of a URL, once it passes its check.

        Args:
            url: http or https.
            headers: sent along.
            check: says what was expected and got of a body that is not right; then it is asked for again.
        Raises: SourceFailed: not to be had, after as many tries as politeness allows.
        """
        for tried in range(1, self.politeness.tries + 1):
            self._await_turn(url)
            with self._slots:
                outcome = self._attempt(url, headers or {}, check)
            if isinstance(outcome, bytes):
                return outcome
            if not outcome.again or tried == self.politeness.tries:
                raise _given_up(url, outcome, tried)
            self._back_off(url, outcome, tried)
        raise AssertionError("unreachable")

    def _attempt(self, url: str, headers: Mapping[str, str], check: Check | None) -> bytes | _Failure:
        from urllib3.exceptions import HTTPError
        from urllib3.util import Retry

        redirects = Retry(
            total=None, connect=0, read=0, status=0, other=0, redirect=3, raise_on_status=False,
            respect_retry_after_header=False,
        )  # fmt: skip
        try:
            answer = self._pool(url).request(
                "GET",
                url,
                headers={"User-Agent": self.politeness.user_agent, **headers},
                preload_content=False,
                retries=redirects,
            )
            try:
                if answer.status != 200:
                    return _refusal(answer)
                if fault := _led_astray(url, answer.geturl()):
                    return fault
                body = self._read(answer)
            finally:
                if not answer.closed:
                    answer.close()  # an unread rest would be taken for the next answer
                answer.release_conn()
        except HTTPError as error:
            return _Failure("a whole answer", _fault_words(error))
        if isinstance(body, _Failure):
            return body
        wrong = check(body) if check else None
        return _Failure(*wrong) if wrong else body

    def _read(self, answer: urllib3.BaseHTTPResponse) -> bytes | _Failure:
        began, pieces, size = time.monotonic(), [], 0
        while piece := answer.read1(_PIECE_BYTES):  # what is there: a trickle must not hold a read for ever
            pieces.append(piece)
            size += len(piece)
            if self._stopped.is_set():
                return _Failure("time to finish", "a stop", again=False)
            if size > _ANSWER_BYTES:
                return _Failure(f"at most {_ANSWER_BYTES >> 20} MiB", "more", again=False)
            if time.monotonic() - began > self.politeness.attempt_s:
                return _Failure(f"an answer within {self.politeness.attempt_s:g} s", f"{size:,} bytes so far")
        return b"".join(pieces)

    def _back_off(self, url: str, failure: _Failure, tried: int) -> None:
        polite = self.politeness
        if failure.wait_s is None:
            longest = min(polite.backoff_most_s, polite.backoff_s * 2 ** (tried - 1))
            self._pause(random.uniform(longest / 2, longest))  # noqa: S311 - spreads tries, keeps no secret
            return
        if failure.wait_s > polite.patience_s:
            raise _given_up(url, failure, tried)
        with self._lock:
            host = urlsplit(url).netloc
            until = time.monotonic() + max(failure.wait_s, polite.backoff_s)
            if until > self._not_before.get(host, 0.0) + 1:
                self._notice(f"{host} asks to wait {failure.wait_s:.0f} s ({failure.got})")
            self._not_before[host] = max(until, self._not_before.get(host, 0.0))

    def _await_turn(self, url: str) -> None:
        """Hold every thread back for as long as the host asked one of them to wait."""
        with self._lock:
            until = self._not_before.get(urlsplit(url).netloc, 0.0)
        self._pause(until - time.monotonic())

    def _pause(self, seconds: float) -> None:
        if self._stopped.wait(max(0.0, seconds)):
            raise SourceFailed("fetching", expected="time to finish", got="a stop", remedy="begin again")

    def _pool(self, url: str) -> urllib3.PoolManager:
        from urllib.request import getproxies, proxy_bypass

        parts = urlsplit(url)
        proxy = None if proxy_bypass(parts.hostname or "") else getproxies().get(parts.scheme)
        with self._lock:
            if (proxy or "") not in self._pools:
                self._pools[proxy or ""] = self._new_pool(proxy)
            return self._pools[proxy or ""]

    def _new_pool(self, proxy: str | None) -> urllib3.PoolManager:
        import urllib3
        from urllib3.util import Timeout, make_headers, parse_url

        polite = self.politeness
        timeout = Timeout(connect=polite.timeout_s, read=polite.timeout_s)
        if proxy:
            auth = parse_url(proxy).auth
            heads = make_headers(proxy_basic_auth=unquote(auth)) if auth else None
            return urllib3.ProxyManager(
                proxy, maxsize=polite.connections, timeout=timeout, proxy_headers=heads
            )
        return urllib3.PoolManager(maxsize=polite.connections, timeout=timeout)


def _led_astray(asked: str, answered: str | None) -> _Failure | None:
    """A redirect to another host, or down from https, is not followed in what it says."""
    end = urljoin(asked, answered or asked)
    if (urlsplit(end).scheme, urlsplit(end).hostname) == (urlsplit(asked).scheme, urlsplit(asked).hostname):
        return None
    return _Failure("an answer of the host that was asked", f"a redirect to {end}", again=False, remedy=_GONE)


def _refusal(answer: urllib3.BaseHTTPResponse) -> _Failure:
    """What an answer other than 200 means for the next try."""
    got = f"HTTP {answer.status} {answer.reason or ''}".strip()
    wait = _asked_to_wait(answer.headers) if answer.status in _RATE_LIMITED else None
    if wait is not None:
        return _Failure("the file", got, wait_s=wait, remedy=_later(answer.headers, wait))
    if answer.status >= 500 or answer.status in (408, 429):
        return _Failure("the file", got)
    return _Failure("the file", got, again=False, remedy=_GONE if answer.status in (404, 410) else _LATER)


def _asked_to_wait(headers: Mapping[str, str]) -> float | None:
    """Seconds a server asks to be left alone; None if it doesn't say.

    Source: RFC 9110 section 10.2.3 (Retry-After); GitHub's REST API, "Rate limits".
    """
    after = headers.get("Retry-After", "").strip()
    if after.isascii() and after.isdigit():
        return float(after)
    if after:
        try:
            return max(0.0, parsedate_to_datetime(after).timestamp() - time.time())
        except ValueError:
            return None
    reset = headers.get("X-RateLimit-Reset", "")
    if headers.get("X-RateLimit-Remaining") == "0" and reset.isascii() and reset.isdigit():
        return max(0.0, float(reset) - time.time()) + 1
    return None


def _later(headers: Mapping[str, str], wait_s: float) -> str:
    again = f"try again in {wait_s / 60:.0f} min: what was fetched is kept"
    if headers.get("X-RateLimit-Remaining") == "0":
        return f"{again}; GITHUB_TOKEN in the environment raises GitHub's limit"
    return again


def _fault_words(error: urllib3.exceptions.HTTPError) -> str:
    from urllib3 import exceptions

    reason = getattr(error, "reason", None) or error
    inner = next((arg for arg in reason.args if isinstance(arg, exceptions.IncompleteRead)), reason)
    words = {
        exceptions.ReadTimeoutError: "silence until the time was over",
        exceptions.ConnectTimeoutError: "no connection in time",
        exceptions.IncompleteRead: "an answer cut short",
        exceptions.NewConnectionError: "no connection",
        exceptions.ProtocolError: "a connection that broke off",
    }
    said = next((text for kind, text in words.items() if isinstance(inner, kind)), type(inner).__name__)
    return f"{said} ({str(inner).splitlines()[0]})"


def _given_up(url: str, failure: _Failure, tried: int) -> SourceFailed:
    times = f" in {tried} tries" if tried > 1 else ""
    return SourceFailed(
        f"fetching {url}{times}",
        expected=failure.expected,
        got=failure.got,
        remedy=failure.remedy,
        facts={"moved": url} if failure.remedy == _GONE else {},
    )
