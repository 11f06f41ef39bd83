"""What carries the app over HTTP: granian, in this process and on a socket of ours (ADR 43)."""

from __future__ import annotations

import socket
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.net import SocketHolder  # type: ignore[attr-defined]
from granian.server.embed import Server

from fairlineup.records import BadInput

BACKLOG = 1_024
"""Requests that may be here at once, and connections that the operating system may hold for us."""

HEADER_S = 10.0
"""Seconds for the header of a request, and for a connection that asks nothing."""

HEADER_BYTES = 65_536
"""What is kept of a request before its header is whole."""


def listening_on(host: str, port: int) -> socket.socket:
    """A socket that nobody else listens on. Raises: BadInput: there can be none."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except (OSError, UnicodeError) as error:
        raise BadInput(
            f"the address {host}, port {port}",
            expected="one of this machine where no other program listens",
            got=getattr(error, "strerror", None) or str(error),
            remedy="name another",
            code="address-unusable",
        ) from error


class Carrier(Server):
    """granian in this process, with one event loop: it owns no signal and starts no process.

    Args:
        app: an ASGI app.
        listening: bound by us, so that a second server on its port is refused; granian's own sockets
            would share it in silence. It is the carrier's from then on, which closes it.
        header_s: as HEADER_S.
    """

    def __init__(self, app: Any, listening: socket.socket, header_s: float = HEADER_S) -> None:
        super().__init__(
            app,
            interface=Interfaces.ASGI,
            http=HTTPModes.http1,
            websockets=False,
            backpressure=BACKLOG,
            http1_settings=HTTP1Settings(int(1000 * header_s), max_buffer_size=HEADER_BYTES),
            log_enabled=False,
        )
        self._listening = listening

    def _init_shared_socket(self) -> None:
        self._shd: Any = SocketHolder(self._listening.detach(), False, BACKLOG)  # type: ignore[call-arg]  # noqa: FBT003
        self._sfd = self._shd.get_fd()

    def end(self) -> None:
        """Take no connection any more; `serve` returns once what is under way is answered."""
        self.stop()  # type: ignore[no-untyped-call]
