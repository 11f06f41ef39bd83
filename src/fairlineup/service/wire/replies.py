"""Bodies of replies, checked against the model before they are sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from fairlineup.foreign import MisfitError, convert
from fairlineup.records import SystemFailed
from fairlineup.service.wire.model import kind, output_of


def encode_reply(operation: str, reply: Mapping[str, Any]) -> bytes:
    """The JSON of a reply, without members that are None; a moment is told in seconds since 1970.

    Raises: SystemFailed: the model has no such reply; the fault is ours.
    """
    told = {name: _seconds(member) for name, member in reply.items()}
    return msgspec.json.encode(check_reply(operation, told))


def check_reply(operation: str, reply: Mapping[str, Any]) -> Any:
    """The reply as the type that the model makes of it.

    Raises: SystemFailed: it holds a member or a value that the model does not allow.
    """
    try:
        return convert(reply, kind(output_of(operation)))
    except MisfitError as error:
        raise SystemFailed(
            f"the reply to {operation}{error.path and f', at {error.path[1:]}'}",
            expected=error.expected,
            got=error.got,
            remedy="this is a fault of the server: report it with its log",
            code="reply-unusable",
        ) from None


def _seconds(member: Any) -> Any:
    return member.timestamp() if isinstance(member, datetime) else member
