"""Page tokens: where a list goes on. They hold for that list alone, and nobody else can make one."""

from __future__ import annotations

import base64
import hashlib
import hmac

from fairlineup.records import BadInput

LONGEST = 255  # characters, of the model's PaginationToken
LONGEST_POSITION = 174  # bytes, so that a token has no more characters
_FORMAT, _MAC_BYTES = b"\x01", 16


def page_token(key: bytes, position: str, *bound: str) -> str:
    """The token for the page after a position.

    Args:
        key: a secret of the server.
        position: what the next page starts after: an id, or the number of a row.
        bound: what the list is of: operation, collection, and what it is narrowed to.
    """
    said = position.encode()
    if len(said) > LONGEST_POSITION:
        raise ValueError(f"a position of {len(said)} bytes; at most {LONGEST_POSITION}")
    content = _FORMAT + _mac(key, said, bound) + said
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def read_page_token(key: bytes, token: str, *bound: str) -> str:
    """The position in a token that was made for this list.

    Raises: BadInput: it was not made here, or was for another list.
    """
    try:
        content = base64.b64decode(token.encode() + b"=" * (-len(token) % 4), altchars=b"-_")
        position = content[1 + _MAC_BYTES :].decode()
        made = page_token(key, position, *bound)
    except ValueError:
        position = made = ""
    if not made or not hmac.compare_digest(token.encode(), made.encode()):
        raise BadInput(
            "NextToken",
            expected="a token from the page before, of the same list",
            got="another",
            remedy="ask for the first page again, without a token",
            code="page-token-unusable",
        )
    return position


def _mac(key: bytes, position: bytes, bound: tuple[str, ...]) -> bytes:
    parts = (position, *(part.encode() for part in bound))
    content = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    return hmac.digest(key, b"page token" + content, hashlib.sha256)[:_MAC_BYTES]
