"""A conversation with a server, recorded off the wire and played again with one answer made hostile."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from fairlineup.records import FaceSystem, Photograph, SearchRequest
from fairlineup.systems import Card, draw_card

CARDS = tuple(Photograph(f"p{n}/0.png", draw_card(Card(f"p{n}", 0), side_px=8)) for n in range(2))
GALLERY = "fairlineup-00000000000000000000000000000000"
ENOUGH = 60  # answers, before the conversation is ended


def converse(system: FaceSystem) -> None:
    """Whatever an audit asks of a system."""
    system.information()
    list(system.enrol(GALLERY, CARDS))
    list(system.search(GALLERY, CARDS, SearchRequest(None, None)))
    galleries = getattr(system, "galleries", None)
    if galleries is not None:
        galleries()
    system.delete_gallery(GALLERY)


@dataclass
class Tape:
    """Answers in the order they were given, head and body."""

    answers: list[bytes] = field(default_factory=list)


@contextmanager
def recorded(address: str) -> Iterator[tuple[str, Tape]]:
    """A way to a server that keeps what it answers."""
    tape, port = Tape(), urlsplit(address).port
    assert port is not None

    def pass_on(client: socket.socket) -> None:
        with client, socket.create_connection(("127.0.0.1", port)) as server:
            while request := _message(client):
                server.sendall(request)
                tape.answers.append(_message(server))
                client.sendall(tape.answers[-1])

    with _listening(pass_on) as here:
        yield here, tape


@contextmanager
def played(answers: Sequence[bytes], hostile: int) -> Iterator[str]:
    """A server that gives these answers one after the other, whatever it is asked.

    Args:
        answers: as they are sent.
        hostile: index of the one after which the connection is closed, as nobody knows where it ends.
    """
    given = iter(range(ENOUGH))
    lock = threading.Lock()

    def answer(client: socket.socket) -> None:
        with client:
            while _message(client):
                with lock:
                    number = next(given, None)
                if number is None:
                    return
                client.sendall(answers[min(number, len(answers) - 1)])
                if number == hostile:
                    return

    with _listening(answer) as here:
        yield here


@contextmanager
def _listening(serve: Callable[[socket.socket], None]) -> Iterator[str]:
    def guarded(client: socket.socket) -> None:
        with suppress(OSError):
            serve(client)

    def accept() -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                client.settimeout(60)
                threading.Thread(target=guarded, args=(client,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=accept, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)


def _message(sender: socket.socket) -> bytes:
    """One request or answer, which says how long it is; blank at the end."""
    found = b""
    while b"\r\n\r\n" not in found:
        piece = sender.recv(65536)
        if not piece:
            return b""
        found += piece
        if found.lower().find(b"expect: 100-continue") >= 0 and found.endswith(b"\r\n\r\n"):
            sender.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
    head, _, body = found.partition(b"\r\n\r\n")
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    length = int(lengths[0].partition(b":")[2]) if lengths else 0
    while len(body) < length:
        piece = sender.recv(65536)
        if not piece:
            return b""
        body += piece
    return head + b"\r\n\r\n" + body


def with_body(answer: bytes, body: bytes) -> bytes:
    """The same answer with another body, as long as it says."""
    lines = [
        line
        for line in answer.partition(b"\r\n\r\n")[0].split(b"\r\n")
        if not line.lower().startswith(b"content-length:")
    ]
    return b"\r\n".join([*lines, b"Content-Length: %d" % len(body), b"", body])
