"""A server over a real socket, in a thread, on a service and an engine that are made up."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import StringIO
from typing import Any

from fairlineup.faces.engine import Analysis
from fairlineup.records import Outcome
from fairlineup.service.access import ANONYMOUS, Answered, Counted
from fairlineup.service.server import Bounds, Call, Client, Context, Log, Operation, Server, listening_on
from fairlineup.service.wire import Caller

_NONE: Any = (None, None, None)
KEY_ID, SECRET = "FAKEKEYOFTESTS", "secret of tests"


class FakeEngine:
    """Sees no face, at once."""

    information: Any = None
    workers = 1

    def check_sound(self) -> None:
        """It is."""

    def analyse(self, content: bytes, which: str = "largest") -> Analysis:
        """No face."""
        return Analysis("photograph", Outcome.NO_FACE)


@dataclass
class FakeService:
    """Knows one key, admits all, remembers nothing; what it was asked stands in `calls`."""

    calls: list[Call] = field(default_factory=list)
    refuses: Exception | None = None

    def secret_of(self, key_id: str) -> str | None:
        return SECRET if key_id == KEY_ID else None

    def admitted(self, caller: Caller | None) -> Client:
        if self.refuses:
            raise self.refuses
        if caller is None:
            return Client("", "local", Counted(ANONYMOUS, "testing"))
        return Client(caller.access_key_id, caller.region, Counted(caller.access_key_id, "testing"))

    def check_allowed(self, client: Client, operation: str, members: Mapping[str, Any]) -> None:
        """It is."""

    def once(self, call: Call, act: Callable[[], Answered]) -> bytes:
        self.calls.append(call)
        return act().reply

    def sizes(self) -> Mapping[str, int]:
        return {"faces": 3}

    def check_ready(self) -> None:
        if self.refuses:
            raise self.refuses


@dataclass
class Served:
    """A server that answers."""

    port: int
    service: FakeService
    log: StringIO
    end: Callable[[], None]
    ended: threading.Thread

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def boto3(self, **said: Any) -> Any:
        """A client of boto3, which tries once."""
        return rekognition(self.url, **said)


@contextmanager
def served(
    operations: Mapping[str, Operation],
    bounds: Bounds | None = None,
    service: FakeService | None = None,
    *,
    anonymous: bool = False,
) -> Iterator[Served]:
    """Answer with these operations until the block ends."""
    service, log = service or FakeService(), StringIO()
    server = Server(service, Context(FakeEngine(), *_NONE), operations, bounds, Log(log), anonymous=anonymous)
    listening, told = listening_on("127.0.0.1", 0), threading.Event()
    port = listening.getsockname()[1]
    ends: list[Callable[[], None]] = []

    def begun(end: Callable[[], None]) -> None:
        ends.append(end)
        told.set()

    thread = threading.Thread(target=server.carry, args=(listening, begun))
    thread.start()
    try:
        assert told.wait(60)
        yield Served(port, service, log, ends[0], thread)
    finally:
        ends[0]()
        thread.join(60)
    assert not thread.is_alive()


def rekognition(url: str, key: tuple[str, str] = (KEY_ID, SECRET), attempts: int = 1, **said: Any) -> Any:
    """A client of boto3 for a server of ours."""
    import boto3
    from botocore.config import Config

    config = Config(retries={"total_max_attempts": attempts, "mode": "standard"}, read_timeout=60, **said)
    return boto3.client(
        "rekognition",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id=key[0],
        aws_secret_access_key=key[1],
        config=config,
    )
