"""MANIFEST.sha256: every file with its size and digest, in the form that sha256sum checks.

One header line, then two lines a file, in the order of their names: a comment with the size, and the digest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from fairlineup.records import READ_BY, older_format

NAME = "MANIFEST.sha256"
FAMILY = "# fairlineup bundle "
HEADER = f"{FAMILY}3: the size of each file in bytes, then its SHA-256"
READERS = {"2": "53a98f48"}
"""Commits that verify a bundle of an older format; older ones are for `READ_BY`."""
_SIZE, _DIGEST = re.compile(r"# (0|[1-9]\d{0,15}) bytes"), re.compile(r"([0-9a-f]{64})  (\S.*)")


@dataclass(frozen=True, slots=True, order=True)
class ListedFile:
    """One file of a bundle."""

    name: str  #: its path in the archive.
    size: int  #: bytes.
    sha256: str  #: 64 hexadecimal digits.


def manifest_bytes(files: Iterable[ListedFile]) -> bytes:
    """The manifest of these files: the same files give the same bytes."""
    lines = [HEADER]
    for one in sorted(files):
        lines += [f"# {one.size} bytes", f"{one.sha256}  {one.name}"]
    return ("\n".join(lines) + "\n").encode()


def parse_manifest(content: bytes) -> tuple[ListedFile, ...]:
    """The files a manifest lists.

    Raises:
        BadInput: it is of another format.
        ValueError: it is not exactly what `manifest_bytes` writes.
    """
    lines = content.decode().split("\n")[:-1]
    if lines and lines[0].startswith(FAMILY) and lines[0] != HEADER:
        reader = READERS.get(lines[0].removeprefix(FAMILY).partition(":")[0], READ_BY)
        raise older_format("the bundle", expected=HEADER[2:], got=lines[0][2:], reader=reader)
    files = []
    for said, row in zip(lines[1::2], lines[2::2], strict=False):
        size, digest = _SIZE.fullmatch(said), _DIGEST.fullmatch(row)
        if size is None or digest is None:
            raise ValueError(f"a line that is no file: {row[:80]!r}")
        files.append(ListedFile(digest[2], int(size[1]), digest[1]))
    if manifest_bytes(files) != content or len({one.name for one in files}) < len(files):
        raise ValueError("lines that are out of order, twice or changed")
    return tuple(files)
