"""HTTP that is polite and gives up in words: few connections, waits when told to, then says why."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from fairlineup.evidence.data.faults import SourceFailed
from fairlineup.records import BadInput
from fairlineup.web import HttpAnswer, HttpClient, HttpLimits, NoAnswer, asked_to_wait, same_origin

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
        polite = self.politeness
        limits = HttpLimits(polite.attempt_s, polite.timeout_s, connections=polite.connections)
        self._client = HttpClient(limits)

    def stop(self) -> None:
        """End waiting and reading in every thread; nothing more is fetched."""
        self._stopped.set()
        self._client.stop()

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
        sent = {"User-Agent": self.politeness.user_agent, **headers}
        try:
            answer = self._client.ask("GET", url, sent, follow=same_origin)
        except NoAnswer as why:
            return _Failure(why.expected, why.got, again=why.again)
        if answer.status != 200:
            return _refusal(answer)
        wrong = check(answer.body) if check else None
        return _Failure(*wrong) if wrong else answer.body

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


def _refusal(answer: HttpAnswer) -> _Failure:
    """What an answer other than 200 means for the next try."""
    if answer.redirect:
        got = f"a redirect to {answer.redirect}"
        return _Failure("an answer of the host that was asked", got, again=False, remedy=_GONE)
    got = f"HTTP {answer.status} {answer.reason}".strip()
    wait = asked_to_wait(answer.headers) if answer.status in _RATE_LIMITED else None
    if wait is not None:
        return _Failure("the file", got, wait_s=wait, remedy=_later(answer.headers, wait))
    if answer.status >= 500 or answer.status in (408, 429):
        return _Failure("the file", got)
    return _Failure("the file", got, again=False, remedy=_GONE if answer.status in (404, 410) else _LATER)


def _later(headers: Mapping[str, str], wait_s: float) -> str:
    again = f"try again in {wait_s / 60:.0f} min: what was fetched is kept"
    if headers.get("x-ratelimit-remaining") == "0":
        return f"{again}; GITHUB_TOKEN in the environment raises GitHub's limit"
    return again


def _given_up(url: str, failure: _Failure, tried: int) -> SourceFailed:
    times = f" in {tried} tries" if tried > 1 else ""
    return SourceFailed(
        f"fetching {url}{times}",
        expected=failure.expected,
        got=failure.got,
        remedy=failure.remedy,
        facts={"moved": url} if failure.remedy == _GONE else {},
    )
