"""Which operation a request asks for: one that is built, one that is not, or none at all."""

from __future__ import annotations

from collections.abc import Sequence

from fairlineup.records import BadInput, Refused
from fairlineup.service.wire.built import BUILT, NOT_BUILT, OPERATIONS
from fairlineup.service.wire.model import target_prefix

Headers = Sequence[tuple[bytes, bytes]]
"""As ASGI gives them: names in lower case, in the order in which they were sent."""

CONTENT_TYPE = "application/x-amz-json-1.1"


def operation_of(headers: Headers) -> str:
    """The operation that the header X-Amz-Target names.

    A body is read only as the JSON that SDKs send: a page in a browser can send other types of it to this
    address without asking first.

    Raises:
        BadInput: there is no such operation, none or several are named, or the body is of another type.
        Refused: Rekognition has that operation, and it is not built.
    """
    kinds = [value.partition(b";")[0].strip().lower() for value in values(headers, b"content-type")]
    if kinds != [CONTENT_TYPE.encode()]:
        raise _unknown("the header Content-Type", CONTENT_TYPE, b", ".join(kinds))
    targets = values(headers, b"x-amz-target")
    prefix = f"{target_prefix()}."
    name = targets[0].decode("latin-1").removeprefix(prefix) if len(targets) == 1 else ""
    if f"{prefix}{name}".encode("latin-1") not in targets or name not in OPERATIONS:
        raise _unknown("the header X-Amz-Target", f"{prefix} and an operation", b", ".join(targets))
    if name not in BUILT:
        raise not_built(name)
    return name


def not_built(operation: str) -> Refused:
    """What is said of an operation that Rekognition has and this server has not."""
    group = next(group for group in NOT_BUILT if operation in group.operations)
    return Refused(
        operation,
        expected="an operation that is built",
        got=f"one that is not: {group.subject}",
        remedy=group.why,
        code="operation-not-built",
        facts={"operation": operation, "subject": group.subject, "why": group.why},
    )


def values(headers: Headers, name: bytes) -> list[bytes]:
    """Every value of a header, in the order in which they were sent."""
    return [value for key, value in headers if key.lower() == name]


def _unknown(what: str, expected: str, got: bytes) -> BadInput:
    return BadInput(
        what,
        expected=expected,
        got=repr(got.decode("latin-1"))[:200] if got else "none",
        remedy="call it through an AWS SDK, with this server as its endpoint for Rekognition",
        code="operation-unknown",
    )
