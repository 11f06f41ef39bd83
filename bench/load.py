"""A load of signed requests over plain sockets; needs botocore. What it costs itself does not count."""

from __future__ import annotations

import json
import socket
import threading
import time
import uuid
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

RENEWED_S = 120
"""Seconds after which a request is signed anew; a signature is good for five minutes."""


class Signed:
    """One request, each time as another call: the id of a call isn't signed by boto3.

    Args:
        url: http://host:port.
        operation: its name.
        members: of the request; bytes travel as base64.
        key: id and secret.
    """

    def __init__(self, url: str, operation: str, members: Mapping[str, Any], key: tuple[str, str]) -> None:
        self._url, self._operation, self._key = url, operation, key
        self._body = json.dumps(members, default=lambda content: b64encode(content).decode()).encode()
        self._signed_at, self._head = -1e9, ""

    def sent(self) -> bytes:
        """All of it, as boto3 puts it on the wire."""
        if time.monotonic() - self._signed_at > RENEWED_S:
            self._sign()
        return self._head.replace("{call}", str(uuid.uuid4())).encode("latin-1") + self._body

    def _sign(self) -> None:
        from botocore.auth import SigV4Auth
        from botocore.awsrequest import AWSRequest
        from botocore.credentials import Credentials

        request = AWSRequest("POST", self._url + "/", headers={}, data=self._body)
        request.headers["Content-Type"] = "application/x-amz-json-1.1"
        request.headers["X-Amz-Target"] = f"RekognitionService.{self._operation}"
        SigV4Auth(Credentials(*self._key), "rekognition", "us-east-1").add_auth(request)
        said = {
            "Host": self._url.removeprefix("http://"),
            "Content-Length": str(len(self._body)),
            "amz-sdk-invocation-id": "{call}",
            "amz-sdk-request": "attempt=1; max=3",
            **dict(request.headers.items()),
        }
        lines = [f"{name}: {value}" for name, value in said.items()]
        self._head = "POST / HTTP/1.1\r\n" + "\r\n".join(lines) + "\r\n\r\n"
        self._signed_at = time.monotonic()


def calls(requests: Sequence[Signed], number: int) -> Iterator[bytes]:
    """So many calls, the requests in turn."""
    for n in range(number):
        yield requests[n % len(requests)].sent()


@dataclass(slots=True)
class Answered:
    """What came of a load."""

    took_s: float = 0.0  #: from the first request to the last answer.
    seconds: dict[str, list[float]] = field(default_factory=dict)  #: by what came of it: ok, or the error.

    def add(self, outcome: str, seconds: float) -> None:
        """One answer."""
        self.seconds.setdefault(outcome, []).append(seconds)

    def percentiles(self, *parts: float) -> list[float]:
        """Milliseconds of the answers that are no refusals."""
        ordered = sorted(self.seconds.get("ok", [0.0]))
        return [1000 * ordered[min(len(ordered) - 1, int(part * len(ordered)))] for part in parts]


def load(port: int, requests: Iterable[bytes], connections: int, patience_s: float = 0.0) -> Answered:
    """Send all requests over so many connections, each when the one before is answered.

    Args:
        port: of the server, on this machine.
        requests: what is sent.
        connections: how many at once.
        patience_s: what each waits after a refusal, as SDKs do.
    """
    answered, lock, left = Answered(), threading.Lock(), iter(requests)

    def one_connection() -> None:
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while True:
                with lock:
                    request = next(left, None)
                if request is None:
                    return
                began = time.perf_counter()
                connection.sendall(request)
                status, body = answer(connection)
                outcome = "ok" if status == 200 else str(json.loads(body)["__type"])
                with lock:
                    answered.add(outcome, time.perf_counter() - began)
                if status != 200:
                    time.sleep(patience_s)

    began = time.perf_counter()
    with ThreadPoolExecutor(connections) as threads:
        for done in [threads.submit(one_connection) for _ in range(connections)]:
            done.result()
    answered.took_s = time.perf_counter() - began
    return answered


def answer(connection: socket.socket) -> tuple[int, bytes]:
    """Status and body of the next answer on a connection that is kept."""
    got = b""
    while b"\r\n\r\n" not in got:
        more = connection.recv(65_536)
        if not more:
            raise ConnectionError("the server hung up")
        got += more
    head, _, body = got.partition(b"\r\n\r\n")
    lines = head.lower().split(b"\r\n")
    length = next(int(line.partition(b":")[2]) for line in lines if line.startswith(b"content-length:"))
    while len(body) < length:
        body += connection.recv(65_536)
    return int(head.split(b" ", 2)[1]), body


def cpu_s(pid: int, *, alone: bool = False) -> float:
    """CPU seconds of a process, and of those it started that are there now. Linux alone."""
    import os

    total = 0.0
    for one in [pid] if alone else family(pid):
        fields = Path(f"/proc/{one}/stat").read_text("utf-8").rpartition(")")[2].split()
        total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total


def held_mb(pid: int) -> float:
    """Memory of a process and of those it started, that nobody else has as well: MB."""
    total = 0
    for one in family(pid):
        rollup = Path(f"/proc/{one}/smaps_rollup").read_text("utf-8").splitlines()
        total += sum(int(line.split()[1]) for line in rollup if line.startswith("Private_"))
    return total / 1024


def family(pid: int) -> list[int]:
    """A process and those it started."""
    children: list[int] = []
    for thread in Path(f"/proc/{pid}/task").iterdir():
        with suppress(OSError):  # it has ended
            children += map(int, (thread / "children").read_text("utf-8").split())
    return [pid, *[one for child in children for one in family(child)]]
