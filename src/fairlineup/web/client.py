"""A question over HTTP and its whole answer, within bounds of time and size; or why there is none."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urljoin, urlsplit

if TYPE_CHECKING:
    import urllib3

    from fairlineup.web.sockets import Turn

_PIECE_BYTES = 1 << 16
_MOST_REDIRECTS = 5
_LONGEST_REASON = 60
_REDIRECTS = {301, 302, 303, 307, 308}
_PORTS = {"http": 80, "https": 443}
_HERE = {"127.0.0.1", "::1", "localhost"}
_LATE = "none that was whole by then"

Follow = Callable[[str, str], bool]
Take = Callable[[bytes], object]


@dataclass(frozen=True, slots=True)
class HttpLimits:
    """What one answer may take."""

    whole_s: float = 60.0  #: until the whole of it must be there, the look-up of the host included.
    silence_s: float = 60.0  #: until a server that sends nothing is given up.
    most_bytes: int = 64 << 20  #: its size, after decompression.
    connections: int = 4  #: kept to one host.


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """A whole answer, whatever its status."""

    status: int
    url: str  #: that answered.
    headers: Mapping[str, str] = field(default_factory=dict)  #: by lower-case name.
    body: bytes = b""
    reason: str = ""  #: the server's word for the status.

    @property
    def redirect(self) -> str:
        """Where it says to go instead, blank for nowhere."""
        where = self.headers.get("location", "") if self.status in _REDIRECTS else ""
        try:
            return urljoin(self.url, where) if where else ""
        except ValueError:
            return where


class NoAnswer(Exception):
    """There is no whole answer. Its words repeat nothing that was sent.

    Attributes:
        expected, got: what would have been one, and what was there instead.
        again: whether it may be there when it is asked for again.
    """

    def __init__(self, expected: str, got: str, *, again: bool = True) -> None:
        self.expected, self.got, self.again = expected, got, again
        super().__init__(expected, got)


def same_origin(asked: str, location: str) -> bool:
    """Whether a redirect stays with scheme, host and port."""
    return _origin(asked) == _origin(location)


def _never(_asked: str, _location: str) -> bool:
    return False


class HttpClient:
    """Asks over few connections that are used again; for many threads. Asks nothing twice.

    Proxies are those of the environment (HTTP_PROXY, HTTPS_PROXY, NO_PROXY), and none to this machine.

    Args:
        limits: what one answer may take.
        authorities: a file or a folder of certificate authorities, in place of this machine's.
    """

    def __init__(self, limits: HttpLimits | None = None, authorities: str | None = None) -> None:
        self.limits = limits or HttpLimits()
        self._authorities = authorities
        self._lock = threading.Lock()
        self._pools: dict[str, urllib3.PoolManager] = {}
        self._turns: set[Turn] = set()
        self._stopped = False

    def ask(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        *,
        follow: Follow = _never,
        into: Take | None = None,
    ) -> HttpAnswer:
        """Ask one question, once.

        Args:
            method: "GET", "POST".
            url: http or https.
            headers: sent along, but not to another origin.
            body: sent.
            follow: given the URL asked and the one a redirect names: whether to go there. Else the
                redirect is the answer.
            into: takes the body of a 200 piece by piece, in place of the answer's; other bodies are not read.
        Raises: NoAnswer.
        """
        with self._turn() as turn:
            for _ in range(_MOST_REDIRECTS):
                answer = self._once(turn, method, url, headers or {}, body, into)
                where = answer.redirect
                if not _is_http(where) or not follow(url, where):
                    return answer
                headers = headers if same_origin(url, where) else _anonymous(headers or {})
                url = where
        raise NoAnswer("an answer", f"{_MOST_REDIRECTS} redirects, and more", again=False)

    def stop(self) -> None:
        """End every question under way, from another thread; none is asked any more."""
        with self._lock:
            self._stopped = True
            for turn in self._turns:
                turn.stop()

    def close(self) -> None:
        """Let go of connections."""
        with self._lock:
            for pool in self._pools.values():
                pool.clear()

    @contextmanager
    def _turn(self) -> Iterator[Turn]:
        from fairlineup.web.sockets import TURN, Turn

        turn = Turn(self.limits.whole_s, self.limits.silence_s)
        with self._lock:
            turn.stopped = self._stopped
            self._turns.add(turn)
        token = TURN.set(turn)
        try:
            yield turn
        finally:
            TURN.reset(token)
            with self._lock:
                self._turns.discard(turn)

    def _once(
        self,
        turn: Turn,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None,
        into: Take | None,
    ) -> HttpAnswer:
        if not _is_http(url):
            raise NoAnswer("an address of http or https", "another", again=False)
        with self._explaining(turn):
            reply = self._pool(url).request(
                method, url, headers=headers, body=body, preload_content=False, redirect=False, retries=False
            )
        pieces: list[bytes] = []
        try:
            if reply.status < 200:  # what follows it would be taken for the next answer
                raise NoAnswer("an answer", f"HTTP {reply.status} alone")
            if into is None or reply.status == 200:
                self._read(turn, reply, into or pieces.append)
            found = {name.lower(): value for name, value in reply.headers.items()}
            return HttpAnswer(
                reply.status, url, found, b"".join(pieces), (reply.reason or "")[:_LONGEST_REASON]
            )
        finally:
            if not reply.closed:
                reply.close()  # an unread rest would be taken for the next answer
            reply.release_conn()

    def _read(self, turn: Turn, reply: urllib3.BaseHTTPResponse, take: Take) -> None:
        size, most = 0, self.limits.most_bytes
        while True:
            with self._explaining(turn):
                piece = reply.read1(_PIECE_BYTES)  # what is there, and no more than that when decompressed
            if not piece:
                return
            size += len(piece)
            if size > most:
                raise NoAnswer(f"an answer of at most {_size(most)}", "more", again=False)
            take(piece)

    @contextmanager
    def _explaining(self, turn: Turn) -> Iterator[None]:
        from http.client import HTTPException

        from urllib3.exceptions import HTTPError

        try:
            yield
        except (HTTPError, HTTPException, OSError, ValueError) as error:
            raise self._explained(turn, error) from None  # its text may hold what was sent

    def _explained(self, turn: Turn, error: Exception) -> NoAnswer:
        if turn.stopped:
            return NoAnswer("time to finish", "a stop", again=False)
        if turn.late:
            return NoAnswer(f"an answer within {self.limits.whole_s:g} s", _LATE)
        return NoAnswer("a whole answer", _words(error))

    def _pool(self, url: str) -> urllib3.PoolManager:
        from urllib.request import getproxies, proxy_bypass

        parts = urlsplit(url)
        host = parts.hostname or ""
        proxy = "" if host in _HERE or proxy_bypass(host) else getproxies().get(parts.scheme, "")
        with self._lock:
            if proxy not in self._pools:
                self._pools[proxy] = self._new_pool(proxy)
            return self._pools[proxy]

    def _new_pool(self, proxy: str) -> urllib3.PoolManager:
        import urllib3
        from urllib3.util import make_headers, parse_url

        from fairlineup.web.sockets import POOLS, trusting

        settings: dict[str, Any] = {"maxsize": self.limits.connections}
        if self._authorities:
            settings["ssl_context"] = trusting(self._authorities)
        if proxy:
            auth = parse_url(proxy).auth
            heads = make_headers(proxy_basic_auth=unquote(auth)) if auth else None
            safe = trusting(self._authorities) if proxy.startswith("https:") else None
            pool: urllib3.PoolManager = urllib3.ProxyManager(
                proxy, proxy_headers=heads, proxy_ssl_context=safe, **settings
            )
        else:
            pool = urllib3.PoolManager(**settings)
        pool.pool_classes_by_scheme = POOLS
        return pool


def _is_http(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in _PORTS and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme)


def _anonymous(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.lower() in ("user-agent", "accept")}


def _size(count: int) -> str:
    return f"{count >> 20:,} MiB" if count >= 1 << 20 else f"{count:,} bytes"


def _words(error: Exception) -> str:
    """What went wrong, in words that repeat nothing that was sent."""
    from urllib3 import exceptions

    words = {
        exceptions.IncompleteRead: "an answer cut short",
        exceptions.ProxyError: "no connection through the proxy",
        exceptions.NameResolutionError: "no host of that name",
        exceptions.NewConnectionError: "no connection",
        exceptions.ConnectTimeoutError: "no connection in time",
        exceptions.SSLError: "no connection that is safe",
        exceptions.TimeoutError: "silence until the time was over",
        TimeoutError: "silence until the time was over",
        exceptions.DecodeError: "an answer that cannot be decompressed",
        exceptions.ProtocolError: "a connection that broke off",
        ValueError: "a question that cannot be sent, or headers that cannot be read",
    }
    causes = _causes(error)
    said = next((text for kind, text in words.items() if any(isinstance(one, kind) for one in causes)), "")
    system = next((_system_words(one) for one in causes if isinstance(one, OSError) and one.strerror), "")
    return f"{said or type(error).__name__} ({system})" if system else said or type(error).__name__


def _system_words(error: OSError) -> str:
    """The system's words; those of TLS are its name for the fault alone, for they may name the host."""
    reason = getattr(error, "reason", None)
    return reason.replace("_", " ").lower() if isinstance(reason, str) else str(error.strerror)


def _causes(error: BaseException) -> list[BaseException]:
    """An error with those it stands for."""
    inner = [one for one in (error.__cause__, *error.args) if isinstance(one, BaseException)]
    return [error, *(one for cause in inner for one in _causes(cause))]
