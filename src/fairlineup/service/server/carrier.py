"""What carries the app over HTTP: granian, in this process and on a socket of ours (ADR 43)."""

from __future__ import annotations

import socket
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.net import SocketHolder  # type: ignore[attr-defined]
from granian.server.embed import Server

BACKLOG = 256
"""Connections that the operating system may hold for us."""

HEADER_SECONDS = 10
"""In which the header of a request must be here, and after which a connection that asks nothing is closed."""

HEADER_BYTES = 65_536
"""What is kept of a request before its header is whole."""


def listening_on(host: str, port: int) -> socket.socket:
    """A socket that nobody else listens on. Raises: OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=BACKLOG)


class Carrier(Server):
    """granian in this process, with one event loop: it owns no signal and starts no process.

    Args:
        app: an ASGI app.
        listening: bound by us, so that a second server on its port is refused; granian's own sockets
            would share it in silence. It is the carrier's from then on, which closes it.
    """

    def __init__(self, app: Any, listening: socket.socket) -> None:
        super().__init__(
            app,
            interface=Interfaces.ASGI,
            http=HTTPModes.http1,
            websockets=False,
            backpressure=BACKLOG,
            http1_settings=HTTP1Settings(HEADER_SECONDS * 1000, max_buffer_size=HEADER_BYTES),
            log_enabled=False,
        )
        self._listening = listening

    def _init_shared_socket(self) -> None:
        self._shd: Any = SocketHolder(self._listening.detach(), False, BACKLOG)  # type: ignore[call-arg]  # noqa: FBT003
        self._sfd = self._shd.get_fd()

    def end(self) -> None:
        """Take no connection any more; `serve` returns once what is under way is answered."""
        self.stop()  # type: ignore[no-untyped-call]
