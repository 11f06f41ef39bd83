"""What the tests of this room share."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

from fairlineup.evidence.bundles import Bundle
from fairlineup.evidence.pages import write_report
from fairlineup.evidence.runs import SUMS, RunDirectory
from fairlineup.evidence.runs.sums import Sums

Making = Callable[..., Bundle]
OUTSIDE = ("MANIFEST.sha256", "MANIFEST.sha256.sig", "MANIFEST.sha256.pub")


def draw(directory: RunDirectory) -> object:
    """The report without faces."""
    return write_report(directory.audit_results(), directory, None)


def contents(path: Path) -> dict[str, bytes]:
    """Every file of an archive, in its order."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pack(path: Path, files: Mapping[str, bytes]) -> Path:
    """An archive of these files as a bundle is packed: written here from its description."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.create_system, info.external_attr = 3, 0o100644 << 16
            archive.writestr(info, content)
    return path


def listing(files: Mapping[str, bytes]) -> bytes:
    """The manifest of these files: written here from its description."""
    lines = ["# fairlineup bundle 3: the size of each file in bytes, then its SHA-256"]
    for name in sorted(set(files) - set(OUTSIDE)):
        lines += [f"# {len(files[name])} bytes", f"{hashlib.sha256(files[name]).hexdigest()}  {name}"]
    return ("\n".join(lines) + "\n").encode()


def forged(path: Path, files: Mapping[str, bytes]) -> Path:
    """An archive whose manifest was made anew after its files were changed."""
    body = {name: files[name] for name in sorted(set(files) - set(OUTSIDE))}
    head = {OUTSIDE[0]: listing(body)} | {name: files[name] for name in OUTSIDE[1:] if name in files}
    return pack(path, {**head, **body})


def summed(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The same files with the run's own digests made anew, as whoever edits on purpose would."""
    stands = Sums.parsed(files[SUMS]).stands
    anew = {name: hashlib.sha256(files[name]).hexdigest() for name in stands if name in files}
    return {**files, SUMS: Sums(anew).written()}
