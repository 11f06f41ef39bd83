"""Fetches a model over HTTP: nothing is kept that isn't, to the last byte, what its digest says."""

from __future__ import annotations

import hashlib
import http.client
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, BinaryIO

from fairlineup.faces.engine.faults import DigestMismatch, DownloadFailed
from fairlineup.faces.engine.store import FOR_ALL, is_sound, look_up, models_folder
from fairlineup.files import atomic_file

_PIECE_BYTES = 1 << 20
_MOST_BYTES = 4 << 30
_TIMEOUT_SECONDS = 60


def fetched(url: str, sha256: str) -> Path:
    """The file at a URL, fetched on first use and kept in the cache under its digest.

    Args:
        url: http or https.
        sha256: lower-case hex digest that it must have.
    Raises:
        DownloadFailed: no answer, not 200, or cut short.
        DigestMismatch: other bytes than described; they are thrown away.
        CacheUnusable: it can't be kept.
    """
    for there in look_up(f"{sha256}.onnx"):
        if is_sound(there, sha256):
            return there
    target = models_folder() / f"{sha256}.onnx"
    with atomic_file(target, mode=FOR_ALL) as file:
        got = _received(url, file)
        if got != sha256:
            raise DigestMismatch(
                f"the file at {url}",
                expected=f"SHA-256 {sha256}",
                got=got,
                remedy="check the URL and the digest with the model's publisher",
            )
    return target


def _received(url: str, file: BinaryIO) -> str:
    """Writes the answer's body to a file; its digest. Raises: DownloadFailed."""
    digest, count = hashlib.sha256(), 0
    request = urllib.request.Request(url, headers={"User-Agent": "fairlineup"})  # noqa: S310 - scheme is checked where it is read
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS) as answer:  # noqa: S310
            while piece := _read(url, answer):
                count += len(piece)
                if count > _MOST_BYTES:
                    raise _failed(url, f"more than {_MOST_BYTES >> 30} GiB")
                digest.update(piece)
                file.write(piece)
            promised = answer.headers.get("Content-Length")
    except urllib.error.HTTPError as error:
        with error:
            raise _failed(url, f"HTTP {error.code} {error.reason}") from None
    except urllib.error.URLError as error:
        raise _failed(url, str(error.reason)) from None
    except (http.client.HTTPException, TimeoutError, ConnectionError, ValueError) as error:
        raise _failed(url, f"{type(error).__name__}: {error}") from None
    if promised is not None and promised.strip().isdecimal() and int(promised) != count:
        raise _failed(url, f"{count} bytes of {promised}")
    return digest.hexdigest()


def _read(url: str, answer: Any) -> bytes:
    """The next piece; what fails here is the network's fault, not the disk's."""
    try:
        piece: bytes = answer.read(_PIECE_BYTES)
    except OSError as error:
        raise _failed(url, f"{type(error).__name__}: {error}") from None
    return piece


def _failed(url: str, got: str) -> DownloadFailed:
    return DownloadFailed(
        f"fetching {url}", expected="the whole file", got=got, remedy="try again, or give the file by path"
    )
