"""Connections that know when the answer must be there.

A timeout of a socket begins anew with every byte, so a server that sends one now and then is waited for
without end. Here each operation of a socket is given what is left of the time for the whole answer.
"""

from __future__ import annotations

import queue
import socket
import ssl
import threading
import time
from contextlib import suppress
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

TURN: ContextVar[Turn | None] = ContextVar("TURN", default=None)


class Turn:
    """One question under way in one thread, from the look-up of the host to the last byte of the answer."""

    def __init__(self, whole_s: float, silence_s: float) -> None:
        self._until, self._silence_s = time.monotonic() + whole_s, silence_s
        self._socket: socket.socket | None = None
        self.stopped = False

    @property
    def late(self) -> bool:
        """Whether the whole answer should be there."""
        return time.monotonic() >= self._until

    def left(self) -> float:
        """Seconds that one operation may take. Raises: TimeoutError: none."""
        left = self._until - time.monotonic()
        if self.stopped or left <= 0:
            raise TimeoutError
        return min(left, self._silence_s)

    def blocks(self, at: socket.socket) -> None:
        """A socket is about to wait."""
        self._socket = at
        at.settimeout(self.left())

    def stop(self) -> None:
        """End it, from another thread."""
        self.stopped = True
        if self._socket is not None:
            with suppress(OSError):
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


class _Timed:
    """What a socket does that can wait."""

    def recv(self, *args: Any) -> Any:
        return _timed(self, super().recv, *args)  # type: ignore[misc]

    def recv_into(self, *args: Any) -> Any:
        return _timed(self, super().recv_into, *args)  # type: ignore[misc]

    def sendall(self, *args: Any) -> Any:
        return _timed(self, super().sendall, *args)  # type: ignore[misc]

    def do_handshake(self, *args: Any) -> Any:
        return _timed(self, super().do_handshake, *args)  # type: ignore[misc]


def _timed(at: Any, act: Any, *args: Any) -> Any:
    turn = TURN.get()
    if turn is not None:
        turn.blocks(at)
    return act(*args)


class _Plain(_Timed, socket.socket):
    """Over TCP."""


class _Tls(_Timed, ssl.SSLSocket):
    """Over TLS."""


@cache
def trusting(authorities: str | None = None) -> ssl.SSLContext:
    """What certificates are held to: this machine's authorities, or those of a file or a folder."""
    folder = authorities if authorities and Path(authorities).is_dir() else None
    context = ssl.create_default_context(cafile=None if folder else authorities, capath=folder)
    context.sslsocket_class = _Tls
    return context


def _connected(connection: HTTPConnection) -> socket.socket:
    """A socket to the first address of a host that takes it; urllib3's own gives each the whole time."""
    turn = TURN.get() or Turn(connection.timeout or 60.0, 60.0)
    refused = OSError("no address")
    try:
        for family, kind, protocol, _, address in _addresses(connection._dns_host, connection.port, turn):
            made = _Plain(family, kind, protocol)
            try:
                for option in connection.socket_options or ():
                    made.setsockopt(*option)
                made.settimeout(turn.left())
                made.connect(address)
                return made
            except OSError as error:
                made.close()
                refused = error
        raise refused
    except (socket.gaierror, UnicodeError) as error:
        raise NameResolutionError("the host", connection, socket.gaierror(str(error))) from error
    except TimeoutError as error:
        raise ConnectTimeoutError(connection, "no connection in time") from error
    except OSError as error:
        raise NewConnectionError(connection, error.strerror or "refused") from error


def _addresses(host: str, port: int | None, turn: Turn) -> list[Any]:
    """Addresses of a host; the look-up, which cannot be ended, is left behind when its time is over."""
    found: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            found.put(socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            found.put(error)

    threading.Thread(target=look_up, name="look-up of a host", daemon=True).start()
    try:
        addresses = found.get(timeout=turn.left())
    except queue.Empty:
        raise TimeoutError from None
    if isinstance(addresses, Exception):
        raise addresses
    return list(addresses)


class _HttpConnection(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return _connected(self)


class _HttpsConnection(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        return _connected(self)

    def connect(self) -> None:
        self.ssl_context = self.ssl_context or trusting()
        super().connect()


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _HttpConnection


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _HttpsConnection


POOLS: dict[str, Any] = {"http": _HttpPool, "https": _HttpsPool}
