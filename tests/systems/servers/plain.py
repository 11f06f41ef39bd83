"""What the servers written for the tests share: JSON over real HTTP, forms, planted truth, accidents."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from fairlineup.records import Outcome, Photograph, SearchRequest
from fairlineup.systems import PlantedRates, SimulatedOptions, SimulatedSystem


@dataclass(frozen=True)
class Request:
    """A request as its handler sees it; form fields and files by name."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    form: Mapping[str, tuple[str, bytes]]  # file name, blank for a field, and content

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Answer:
    """An answer; `body` None is none at all."""

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Accident:
    """Instead of an answer: "drop" the connection, "cut" the answer, or this; `after` it was done."""

    kind: str = ""
    answer: Answer = Answer(502)
    after: bool = False


@dataclass
class Planted:
    """A server's state: who scores how, what goes wrong next, what was asked."""

    rates: PlantedRates = field(default_factory=PlantedRates)
    address: str = ""
    accidents: deque[Accident] = field(default_factory=deque)
    asked: list[Request] = field(default_factory=list)
    several: set[bytes] = field(default_factory=set)  # photographs with two faces on them
    lock: Any = field(default_factory=threading.RLock)
    photos: dict[str, bytes] = field(default_factory=dict)  # enrolled, by the server's own id

    def __post_init__(self) -> None:
        self.engine = SimulatedSystem(SimulatedOptions(rates=self.rates, kind="similarity"))

    def look(self, key: str, content: bytes) -> Outcome:
        """Enrol under a key; whether that went well."""
        (seen,) = self.engine.enrol("all", [Photograph(key, content)])
        return seen.outcome

    def forget(self, key: str) -> None:
        self.engine._galleries.get("all", {}).pop(key, None)
        self.photos.pop(key, None)

    def nearest(self, content: bytes) -> tuple[Outcome, list[tuple[str, float]]]:
        """Keys with similarities of 0 to 1, best first."""
        (answer,) = self.engine.search("all", [Photograph("probe", content)], SearchRequest(None, 0.0))
        return answer.outcome, [(one.photo, one.score / 100) for one in answer.candidates]

    def answer(self, request: Request) -> Answer:
        raise NotImplementedError


@contextmanager
def serving(planted: Planted) -> Iterator[Planted]:
    """Serve on a local port until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def _handle(self) -> None:
            request = _read(self)
            with planted.lock:
                planted.asked.append(request)
                accident = planted.accidents.popleft() if planted.accidents else None
                done = planted.answer(request) if accident is None or accident.after else None
            if accident is None:
                assert done is not None
                _write(self, done)
            elif accident.kind == "drop":
                self.close_connection = True
            else:
                _write(self, accident.answer, cut=accident.kind == "cut")

        do_GET = do_POST = do_PUT = do_DELETE = _handle  # noqa: N815

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    planted.address = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield planted
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _read(handler: BaseHTTPRequestHandler) -> Request:
    parts = urlsplit(handler.path)
    body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
    kind = handler.headers.get("Content-Type", "")
    form: dict[str, tuple[str, bytes]] = {}
    if kind.startswith("multipart/form-data"):
        message = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {kind}\r\n\r\n".encode() + body)
        for part in message.iter_parts():
            name = str(part.get_param("name", header="content-disposition"))
            content = part.get_payload(decode=True)
            form[name] = (part.get_filename() or "", content if isinstance(content, bytes) else b"")
    headers = {name.lower(): value for name, value in handler.headers.items()}
    query = dict(parse_qsl(parts.query))
    return Request(handler.command, parts.path, query, headers, body, form)


def _write(handler: BaseHTTPRequestHandler, answer: Answer, cut: bool = False) -> None:
    content = answer.body if isinstance(answer.body, bytes) else b""
    if not isinstance(answer.body, bytes | None):
        content = json.dumps(answer.body).encode()
    handler.send_response(answer.status)
    kind = "text/html" if isinstance(answer.body, bytes) else "application/json"
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(content)))
    for name, value in answer.headers.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(content[: len(content) // 2] if cut else content)
    if cut:
        handler.close_connection = True
