"""A data directory served: opened, held, its engine warmed, answered for until the end."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from fairlineup.faces.engine import EnginePool
from fairlineup.records import BadInput, Refused
from fairlineup.service.access import AccessKeys, MadeAccessKey, Meter, NewAccessKey
from fairlineup.service.gallery import Galleries
from fairlineup.service.safeguards import Permits
from fairlineup.service.server.admission import Admission
from fairlineup.service.server.carrier import listening_on
from fairlineup.service.server.context import Context
from fairlineup.service.server.engine import EngineFront
from fairlineup.service.server.guards import is_loopback
from fairlineup.service.server.holding import held
from fairlineup.service.server.operations import OPERATIONS
from fairlineup.service.server.serving import Bounds, Server
from fairlineup.service.store import Store, export_state

CALLS_A_WORKER = 4
"""Calls under way for each process of the engine: one that it is at, and some before and after it."""


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """How a data directory is served."""

    data: Path
    host: str = "127.0.0.1"
    port: int = 8080
    workers: int | None = None  #: processes of the engine; None: one a core.
    anonymous: bool = False  #: programs on this machine may call unsigned.
    beyond: bool = False  #: it may listen beyond this machine: something before it does TLS.
    first_key: bool = True  #: whether a data directory without access keys gets one.

    def check(self) -> None:
        """Raises: Refused: it would be open to whom it must not be; BadInput: no port."""
        if not 0 <= self.port <= 65_535:
            raise BadInput(
                "the port",
                expected="a number from 0 to 65,535",
                got=f"{self.port}",
                remedy="name another",
                code="option-unusable",
            )
        if is_loopback(self.host):
            return
        if self.anonymous:
            raise _open_to_others("callers without an access key", self.host, "keyless")
        if not self.beyond:
            raise _open_to_others("photographs in clear text", self.host, "clear")


@dataclass(frozen=True, slots=True)
class Begun:
    """What whoever starts a server is told once it answers."""

    address: str  #: http://host:port.
    store: Store  #: open.
    exported: bool  #: whether an export holds the keys that the store is sealed with now.
    first_key: MadeAccessKey | None  #: its secret is shown this once.
    end: Callable[[], None]  #: ends the server; for any thread.


def serve(options: ServeOptions, told: Callable[[Begun], None]) -> None:
    """Serve a data directory until told to end.

    Raises: Refused: it would be open to others; BadInput: another server has it; SystemFailed.
    """
    options.check()
    with ExitStack() as stack:
        store = Store(options.data, make=True)
        stack.callback(store.close)
        tell = stack.enter_context(held(options.data))
        listening = listening_on(options.host, options.port)
        stack.callback(listening.close)
        address = _address(options.host, listening.getsockname()[1])
        tell(address)
        pool = stack.enter_context(EnginePool(workers=options.workers))
        engine = EngineFront(pool)
        engine.warm()
        galleries, meter = Galleries(store), Meter(store)
        context = Context(engine, galleries, Permits(store), meter)
        bounds = Bounds(at_once=CALLS_A_WORKER * pool.workers)
        admission = Admission(store, meter, galleries)
        server = Server(admission, context, OPERATIONS, bounds, anonymous=options.anonymous)
        first = _first_key(AccessKeys(store)) if options.first_key else None
        with store.reading() as reading:
            exported = export_state(reading).covers
        server.carry(listening, lambda end: told(Begun(address, store, exported, first, end)))


def _first_key(keys: AccessKeys) -> MadeAccessKey | None:
    """A key for a data directory that never had one."""
    return None if keys.listed() else keys.make(NewAccessKey("testing"), by="serve")


def _address(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _open_to_others(what: str, host: str, fact: str) -> Refused:
    return Refused(
        what,
        expected="an address of this machine alone",
        got=host,
        remedy="listen on 127.0.0.1, where a proxy that does TLS hands requests on",
        code="serving-refused",
        facts={fact: host},
    )
