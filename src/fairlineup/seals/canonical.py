"""One byte sequence for one value, and its digest: what everything that is sealed stands on."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

Plain = None | bool | int | float | str | list["Plain"] | tuple["Plain", ...] | dict[str, "Plain"]


def canonical_json(value: Plain) -> bytes:
    """The value as UTF-8 JSON: keys sorted, no white space, no NaN.

    Raises:
        ValueError: a float is NaN or infinite.
        TypeError: something is not a plain value.
    Source: the ideas of RFC 8785; numbers are written as Python's shortest repr, not as ECMAScript's.
    """
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode()


def digest(content: bytes) -> str:
    """SHA-256 of the bytes, as "sha256:" and 64 hexadecimal digits."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def digest_of(value: Plain) -> str:
    """Digest of a value's canonical JSON."""
    return digest(canonical_json(value))


def digest_file(path: Path) -> str:
    """Digest of a file, read in pieces. Raises: OSError."""
    with path.open("rb") as file:
        return f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"
