"""Fetches a model over HTTP: nothing is kept that isn't, to the last byte, what its digest says."""

from __future__ import annotations

import hashlib
import http.client
import urllib.error
import urllib.request
from pathlib import Path
from typing import BinaryIO

from fairlineup.engine.faults import DigestMismatch, DownloadFailed
from fairlineup.engine.store import sha256_of, written_whole

_PIECE_BYTES = 1 << 20
_MOST_BYTES = 4 << 30
_TIMEOUT_SECONDS = 60


def fetched(url: str, sha256: str, folder: Path) -> Path:
    """The file at a URL, fetched on first use.

    Args:
        url: http or https.
        sha256: lower-case hex digest that it must have.
        folder: where it is kept, under its digest.
    Raises:
        DownloadFailed: no answer, not 200, or cut short.
        DigestMismatch: other bytes than described; they are thrown away.
        OSError: the folder can't be written.
    """
    target = folder / f"{sha256}.onnx"
    if target.is_file() and sha256_of(target) == sha256:
        return target
    with written_whole(target) as file:
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
            while piece := answer.read(_PIECE_BYTES):
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
    except (http.client.HTTPException, TimeoutError, ConnectionError) as error:
        raise _failed(url, f"{type(error).__name__}: {error}") from None
    if promised is not None and int(promised) != count:
        raise _failed(url, f"{count} bytes of {promised}")
    return digest.hexdigest()


def _failed(url: str, got: str) -> DownloadFailed:
    return DownloadFailed(
        f"fetching {url}", expected="the whole file", got=got, remedy="try again, or give the file by path"
    )
