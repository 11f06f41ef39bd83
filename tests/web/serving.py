"""A server of raw bytes, for what no well-behaved one would send."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Script = Callable[[socket.socket], object]


@contextmanager
def scripted(script: Script, context: ssl.SSLContext | None = None, *, read: bool = True) -> Iterator[str]:
    """Gives every connection to a script, once its first request is `read`, and closes it afterwards."""

    def one(connection: socket.socket) -> None:
        try:
            with context.wrap_socket(connection, server_side=True) if context else connection as speaking:
                if read:
                    speaking.recv(1 << 16)
                script(speaking)
        except OSError:
            pass  # the client went away, as it should

    def accept() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=one, args=(connection,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=accept, daemon=True).start()
        yield f"{'https' if context else 'http'}://127.0.0.1:{listening.getsockname()[1]}"
        listening.shutdown(socket.SHUT_RDWR)


def says(*pieces: bytes) -> Script:
    """These pieces."""
    return lambda connection: connection.sendall(b"".join(pieces))


def goes_on(first: bytes, piece: bytes, gap_s: float = 0.02) -> Script:
    """A piece after the other without end."""
    never = threading.Event()

    def script(connection: socket.socket) -> None:
        connection.sendall(first)
        while not never.wait(gap_s):
            connection.sendall(piece)

    return script


def answer(body: bytes, *headers: str, status: str = "200 OK", keep: bool = False) -> bytes:
    """A whole answer; `keep` the connection for the next."""
    close = () if keep else ("Connection: close",)
    lines = (f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *close, *headers, "", "")
    return "\r\n".join(lines).encode() + body
