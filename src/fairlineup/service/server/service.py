"""What the front of the server asks of the rooms below it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from fairlineup.service.access import Answered
from fairlineup.service.server.calls import Call, Client
from fairlineup.service.wire import Caller


class Service(Protocol):
    """Who calls, whether they may, and each call once. Asked from many threads."""

    def secret_of(self, key_id: str) -> str | None:
        """The secret of an access key that is good now; None for any other."""
        ...

    def admitted(self, caller: Caller | None) -> Client:
        """Count a request, and say whose it is; None: a program on this machine.

        Raises: Refused: the key isn't good any more, or was used too much today; Throttled: too much of late.
        """
        ...

    def check_allowed(self, client: Client, operation: str, members: Mapping[str, Any]) -> None:
        """Raises: Refused: the client's key is not for this operation, or not for this collection."""
        ...

    def once(self, call: Call, act: Callable[[], Answered]) -> bytes:
        """What the act gives, or gave when the same call came before. Raises: what the act raises."""
        ...

    def sizes(self) -> Mapping[str, int]:
        """What the galleries hold: faces, people, collections."""
        ...

    def check_ready(self) -> None:
        """Raises: SystemFailed: the store can't be read."""
        ...
