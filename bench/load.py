"""A load of signed requests over plain sockets, made ready before the clock starts; needs botocore."""

from __future__ import annotations

import json
import socket
import threading
import time
from base64 import b64encode
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

KEY_ID, SECRET = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"


def signed(
    url: str, operation: str, members: Mapping[str, Any], key: tuple[str, str] = (KEY_ID, SECRET)
) -> bytes:
    """One request as boto3 puts it on the wire, invocation id and all."""
    import uuid

    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    body = json.dumps(members, default=lambda content: b64encode(content).decode()).encode()
    headers = {
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": f"RekognitionService.{operation}",
        "amz-sdk-invocation-id": str(uuid.uuid4()),
        "amz-sdk-request": "attempt=1",
    }
    request = AWSRequest("POST", url + "/", headers={}, data=body)
    for name in ("Content-Type", "X-Amz-Target"):
        request.headers[name] = headers[name]
    SigV4Auth(Credentials(*key), "rekognition", "us-east-1").add_auth(request)
    headers = {**headers, **dict(request.headers.items())}
    lines = [f"Host: {url.removeprefix('http://')}", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("POST / HTTP/1.1\r\n" + "\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body


@dataclass(slots=True)
class Answered:
    """What came of a load: seconds of each answer and how often each status came."""

    seconds: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    bodies: dict[int, bytes] = field(default_factory=dict)  #: one of each status, to look at.

    def add(self, seconds: float, status: int, body: bytes) -> None:
        self.seconds.append(seconds)
        self.statuses[status] = self.statuses.get(status, 0) + 1
        self.bodies.setdefault(status, body)

    def percentile(self, part: float) -> float:
        """In milliseconds."""
        ordered = sorted(self.seconds)
        return 1000 * ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def load(port: int, requests: Sequence[bytes], connections: int) -> tuple[Answered, float]:
    """Send all requests over so many connections, each when the one before is answered; wall seconds."""
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
                with lock:
                    answered.add(time.perf_counter() - began, status, body)

    began = time.perf_counter()
    with ThreadPoolExecutor(connections) as threads:
        for done in [threads.submit(one_connection) for _ in range(connections)]:
            done.result()
    return answered, time.perf_counter() - began


def answer(connection: socket.socket) -> tuple[int, bytes]:
    """Status and body of the next answer on a connection that is kept."""
    got = b""
    while b"\r\n\r\n" not in got:
        more = connection.recv(65_536)
        if not more:
            raise ConnectionError("the server hung up")
        got += more
    head, _, body = got.partition(b"\r\n\r\n")
    length = next(
        int(line.partition(b":")[2])
        for line in head.lower().split(b"\r\n")
        if line.startswith(b"content-length:")
    )
    while len(body) < length:
        body += connection.recv(65_536)
    return int(head.split(b" ", 2)[1]), body
