"""Fetches a model over HTTP: nothing is kept that isn't, to the last byte, what its digest says."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

from fairlineup.faces.engine.faults import DigestMismatch, DownloadFailed
from fairlineup.faces.engine.store import FOR_ALL, is_sound, look_up, models_folder
from fairlineup.files import atomic_file
from fairlineup.web import HttpClient, HttpLimits, NoAnswer

LIMITS = HttpLimits(whole_s=7200.0, silence_s=60.0, most_bytes=4 << 30, connections=1)


def fetched(url: str, sha256: str, size_bytes: int = LIMITS.most_bytes) -> Path:
    """The file at a URL, fetched on first use and kept in the cache under its digest.

    Args:
        url: http or https; redirects to other hosts are followed, since the digest decides.
        sha256: lower-case hex digest that it must have.
        size_bytes: what it has at most; more of an answer is not taken.
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
        got = _received(url, file, size_bytes)
        if got != sha256:
            raise DigestMismatch(
                f"the file at {url}",
                expected=f"SHA-256 {sha256}",
                got=got,
                remedy="check the URL and the digest with the model's publisher",
            )
    return target


def _received(url: str, file: BinaryIO, most_bytes: int) -> str:
    """Writes the answer's body to a file; its digest. Raises: DownloadFailed."""
    digest, client = hashlib.sha256(), HttpClient(replace(LIMITS, most_bytes=most_bytes))

    def take(piece: bytes) -> None:
        digest.update(piece)
        file.write(piece)

    try:
        answer = client.ask("GET", url, {"User-Agent": "fairlineup"}, follow=_still_safe, into=take)
    except NoAnswer as why:
        raise _failed(url, why.got, why.expected) from None
    finally:
        client.close()
    if answer.status != 200:
        raise _failed(url, f"HTTP {answer.status} {answer.reason}".strip())
    return digest.hexdigest()


def _still_safe(asked: str, location: str) -> bool:
    return urlsplit(location).scheme == "https" or urlsplit(asked).scheme == "http"


def _failed(url: str, got: str, expected: str = "the whole file") -> DownloadFailed:
    return DownloadFailed(
        f"fetching {url}", expected=expected, got=got, remedy="try again, or give the file by path"
    )
