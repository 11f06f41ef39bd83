"""Who may call without a signature: a program on this machine, and no page in a browser on it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from ipaddress import ip_address

from fairlineup.records import Refused

_HOST = re.compile(rb"(?:\[([0-9a-f:.]{2,45})\]|([a-z0-9.-]{1,253}))(?::\d{1,5})?", re.IGNORECASE)

_FROM_ELSEWHERE = (b"forwarded", b"via", b"x-forwarded-for", b"x-forwarded-host", b"x-real-ip")
"""Headers by which a proxy says that it asks for somebody else."""

_FROM_A_PAGE = (b"origin", b"referer", b"sec-fetch-site", b"sec-fetch-mode", b"access-control-request-method")
"""Headers that a browser sets, and that no page can keep it from setting."""


def check_local(peer: str, headers: Sequence[tuple[bytes, bytes]]) -> None:
    """Let through what a program on this machine asks.

    A page in a browser reaches a local server too: by its address, or by a name of the page's own that the
    name server of its owner points at 127.0.0.1 (DNS rebinding). Then Host is that name, or the browser says
    where the page is from.

    Args:
        peer: the address at the other end of the connection.
        headers: names in lower case.
    Raises: Refused: from elsewhere, for another host, by way of a proxy, or by a browser.
    """
    names = {name for name, _ in headers}
    if not is_loopback(peer):
        raise _refused("a connection from another machine")
    if found := names.intersection(_FROM_ELSEWHERE):
        raise _refused(f"one that a proxy hands on ({_listed(found)})")
    if found := names.intersection(_FROM_A_PAGE):
        raise _refused(f"one by a page in a browser ({_listed(found)})")
    hosts = [value for name, value in headers if name == b"host"]
    if len(hosts) != 1 or not _local_name(hosts[0]):
        raise _refused("one for another host than this machine's own names")


def is_loopback(host: str) -> bool:
    """Whether an address, or the name localhost, is this machine as it sees itself alone."""
    if host.lower() == "localhost":
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


def _local_name(value: bytes) -> bool:
    found = _HOST.fullmatch(value)
    return found is not None and is_loopback((found[1] or found[2]).decode("ascii"))


def _listed(names: set[bytes]) -> str:
    return ", ".join(sorted(name.decode("ascii") for name in names))


def _refused(got: str) -> Refused:
    return Refused(
        "a request without a known access key",
        expected="one that a program on this machine sends here itself",
        got=got,
        remedy="sign it with an access key of this server",
        code="caller-not-local",
    )
