"""What the front of the server asks of the rooms below it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from fairlineup.service.server.calls import Answer, Call, Client
from fairlineup.service.wire import Caller


class Service(Protocol):
    """Who calls, whether they may, and each call once. Asked from many threads."""

    def secret_of(self, key_id: str) -> str | None:
        """The secret of an access key that is valid now; None for any other."""
        ...

    def client_of(self, caller: Caller | None) -> Client:
        """Who that is; None for a program on this machine that signs nothing we know."""
        ...

    def check_admitted(self, client: Client, operation: str) -> None:
        """Raises: Refused: the key isn't for this operation; Throttled: too many of late."""
        ...

    def once(self, call: Call, act: Callable[[], Answer]) -> Answer:
        """What the act answers, or answered when the same call came before."""
        ...

    def sizes(self) -> Mapping[str, int]:
        """What the galleries hold: faces, people, collections."""
        ...

    def check_ready(self) -> None:
        """Raises: SystemFailed: the store can't be read."""
        ...
